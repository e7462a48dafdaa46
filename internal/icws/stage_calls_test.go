package icws

import (
	"strconv"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/fault"
)

// The stage's calls. Administrators may do to them what their agents may.

// made gives an id to what a command made, counted from 2000000001.
func (f *stage) made(c dialer.Command) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch c.(type) {
	case dialer.TestLine:
		return "900"
	case dialer.Make, dialer.Consult, dialer.Invite, dialer.Confer:
		f.talks++
		return strconv.Itoa(2000000000 + f.talks)
	}
	return ""
}

// ofCalls are the commands about calls besides [dialer.Act]; what they do is not
// shown, only whether they are allowed.
func (f *stage) ofCalls(c dialer.Command) error {
	switch c := c.(type) {
	case dialer.Make:
		if f.agents[c.By].Station.Kind == agent.NoStation {
			return fault.New(fault.Conflict, "connect a station first")
		}
	case dialer.Supervise:
		if v, ok := f.calls[c.Call]; ok && v.Private {
			return fault.New(fault.Forbidden, "interaction %s is private", c.Call)
		}
		return f.mine(c.By, c.Call)
	case dialer.SecurePause:
		return f.mine(c.By, c.Call)
	case dialer.Transfer:
		return f.mine(c.By, c.Call)
	case dialer.Park:
		return f.mine(c.By, c.Call)
	case dialer.Consult:
		return f.mine(c.By, c.Call)
	case dialer.SetAudience:
		return f.mine(c.By, c.Call, c.Consultation)
	case dialer.Conclude:
		if err := f.mine(c.By, c.Call, c.Consultation); err != nil {
			return err
		}
		if f.calls[c.Consultation].State != call.Connected {
			return fault.New(fault.Conflict, "nobody has answered yet")
		}
	case dialer.CancelConsult:
		return f.mine(c.By, c.Call, c.Consultation)
	case dialer.Invite:
		if c.Conference != "" {
			return f.ofConference(c.Conference)
		}
		return f.mine(c.By, c.Call)
	case dialer.Confer:
		return f.mine(c.By, c.Calls...)
	case dialer.AddParties:
		if err := f.ofConference(c.Conference); err != nil {
			return err
		}
		return f.mine(c.By, c.Calls...)
	case dialer.SendDigits:
		if c.Digits == "X" {
			return fault.New(fault.Invalid, "there is no key X").On("dtmfDigits")
		}
		return f.mine(c.By, c.Call)
	case dialer.PlayPrompt:
		if c.Prompt == "nothing" {
			return fault.New(fault.NotFound, "there is no prompt %s", c.Prompt).On("file")
		}
		return f.mine(c.By, c.Call)
	case dialer.SetAttributes:
		return f.mine(c.By, c.Call)
	case dialer.AssignWrapUp:
		return f.mine(c.By, c.Call)
	}
	return nil
}

// mine tells whether calls are there and an agent's to handle.
func (f *stage) mine(by agent.ID, ids ...call.ID) error {
	for _, id := range ids {
		v, ok := f.calls[id]
		switch {
		case !ok:
			return fault.New(fault.NotFound, "there is no interaction %s", id)
		case v.Agent.User != by.User && by.User != "root":
			return fault.New(fault.Forbidden, "interaction %s is not yours", id)
		}
	}
	return nil
}

func (f *stage) ofConference(id call.ConferenceID) error {
	for _, c := range f.calls {
		if c.Conference == id {
			return nil
		}
	}
	return fault.New(fault.NotFound, "there is no conference %s", id)
}

// put shows a call without saying so.
func (f *stage) put(c dialer.CallView) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls[c.ID] = c
}

// morph lets a call go on as another one.
func (f *stage) morph(from call.ID, to dialer.CallView) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls[to.ID] = to
	f.say(dialer.CallMorphed{From: f.calls[from], To: to})
	f.say(dialer.CallChanged{Call: to, New: true})
}
