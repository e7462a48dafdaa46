package dialer

import (
	"fmt"
	"slices"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
)

// taping is a recording of a call that runs.
type taping struct {
	id    string
	by    string // the user who started it; empty is the campaign's rule
	state call.RecordingState
	said  call.Recording // as last ordered; without an ID nothing was, as it waits for its announcement
}

// startTape begins a recording. A call has one, and one snippet besides.
func (s *state) startTape(c *interaction, tape **taping, by agent.ID) error {
	switch {
	case !c.state.Up() || c.ending:
		return fault.New(fault.Conflict, "interaction %s is %s and can not be recorded", c.id, doing(c))
	case s.rules.NoRecordings:
		return fault.New(fault.Conflict, "this server keeps no recordings; its configuration must name a folder for them, media.recordings")
	case s.unfit != "":
		return fault.New(fault.Conflict, "no recording can begin now: %s", s.unfit)
	case s.sealed(c):
		return fault.New(fault.Forbidden, "interaction %s is private and may not be recorded", c.id)
	case c.consent != "" && c.def.Recorded.Announcement == "":
		return fault.New(fault.Forbidden, "rule %s lets interaction %s be recorded only with an announcement, and campaign %s has none; set record_announcement", c.consent, c.id, c.def.Name)
	case *tape != nil:
		return nil
	}
	c.tapes++
	id := fmt.Sprintf("%s/%s-%d", s.now.UTC().Format("2006/01/02"), c.id, c.tapes)
	*tape = &taping{id: id, by: by.User}
	if tape == &c.tape {
		c.trouble = ""
	}
	s.stir(c)
	s.runTapes(c)
	s.sayTalk(c)
	return nil
}

// begun writes down that a recording begins, with its first order.
func (s *state) begun(c *interaction, t *taping) {
	who := t.by
	if t == c.tape {
		c.recording = t.id
	}
	if who == "" {
		who = c.agent.User
	}
	s.note(campaign.Entry{Kind: "recording", Agent: who, Campaign: c.def.ID, Call: c.id, Text: t.id})
	row := campaign.Recording{
		Name: t.id, Call: c.id, Campaign: c.def.ID, Agent: c.agent.User, By: t.by, Announced: c.announced, Started: s.now,
	}
	if lc := s.calls[c.id]; lc != nil {
		row.Attempt = lc.attempt.ID
	}
	s.do(index{row})
}

// stopByHand carries out [StopRecording].
func (s *state) stopByHand(c *interaction) error {
	if err := unstoppable(c); err != nil {
		return err
	}
	s.stopTape(c, &c.tape)
	s.sayTalk(c)
	return nil
}

// stopTape ends a call's recording; a snippet is told of.
func (s *state) stopTape(c *interaction, tape **taping) {
	t := s.untape(c, tape)
	if t != nil && tape == &c.snippet && t.said.ID != "" {
		s.tell(SnippetMade{Call: c.id, By: t.by, Recording: t.id})
	}
}

// untape ends a recording of a call, and gives it; nil if there is none.
func (s *state) untape(c *interaction, tape **taping) *taping {
	t := *tape
	if t == nil {
		return nil
	}
	*tape = nil
	if t.said.ID != "" {
		t.said.State = call.Stop
		s.do(ordered(t.said))
	}
	if tape == &c.tape {
		s.alarms.clear(alarm{kind: alarmSecure, call: c.id})
		s.alarms.clear(alarm{kind: alarmBeep, call: c.id})
	}
	return t
}

// tapeFailed gives up a recording that has gone wrong: who looks at the call must not
// believe that it is recorded, or that it was, as the end of a file may fail after it
// was stopped. A snippet that failed was not made.
func (s *state) tapeFailed(id, why string) {
	c := s.tapedAs(id)
	if c == nil {
		return
	}
	if c.snippet.is(id) {
		s.untape(c, &c.snippet)
	} else {
		if c.tape.is(id) {
			s.untape(c, &c.tape)
		}
		c.recording = ""
	}
	c.trouble = "the recording failed: " + why
	s.note(campaign.Entry{Kind: "recording", Agent: c.agent.User, Campaign: c.def.ID, Call: c.id, Text: id + " failed: " + why})
	s.tell(RecordingFailed{Call: c.id, Campaign: c.def.ID, Why: why})
	s.sayTalk(c)
}

// tapedAs finds the call of a recording that runs, or was its last, or nil.
func (s *state) tapedAs(id string) *interaction {
	of := func(c *interaction) bool { return id != "" && c.recording == id || c.snippet.is(id) }
	for _, c := range s.calls {
		if of(&c.interaction) {
			return &c.interaction
		}
	}
	for _, c := range s.talks {
		if of(c) {
			return c
		}
	}
	return nil
}

func (t *taping) is(id string) bool { return t != nil && t.id == id }

func ordered(r call.Recording) effect {
	r.Left, r.Right = slices.Clone(r.Left), slices.Clone(r.Right)
	return tape{r}
}

// stopTapes ends all recordings of a call.
func (s *state) stopTapes(c *interaction) {
	s.stopTape(c, &c.tape)
	s.stopTape(c, &c.snippet)
}

// pauseTape leaves out what is said, writes silence in its place, or goes on.
func (s *state) pauseTape(c *interaction, how call.RecordingState, d time.Duration) error {
	if c.tape == nil {
		return fault.New(fault.Conflict, "interaction %s is not being recorded", c.id)
	}
	if c.tape.state != how {
		s.note(campaign.Entry{Kind: "recording", Agent: c.agent.User, Campaign: c.def.ID, Call: c.id, Text: c.tape.id + " " + pauses[how]})
	}
	c.tape.state = how
	if how == call.Secure && d > 0 {
		s.alarms.set(alarm{kind: alarmSecure, call: c.id}, s.now.Add(d))
	} else {
		s.alarms.clear(alarm{kind: alarmSecure, call: c.id})
	}
	s.runTapes(c)
	s.sayTalk(c)
	return nil
}

// pauses in words.
var pauses = map[call.RecordingState]string{call.Record: "goes on", call.Pause: "is paused", call.Secure: "is paused securely"}

// secureOver: the time of a secure pause is over.
func (s *state) secureOver(c *interaction) {
	if c.tape != nil && c.tape.state == call.Secure {
		c.tape.state = call.Record
		s.runTapes(c)
		s.sayTalk(c)
	}
}

// runTapes lets a call's recordings follow it: agents and supervisors who have
// joined to the left, the other parties to the right. While the call is on hold
// only its own party is recorded, as the agent speaks with others then. In stages that
// must not be recorded there is silence.
func (s *state) runTapes(c *interaction) {
	s.recordByRule(c)
	if !s.announced(c) {
		return
	}
	for _, t := range []*taping{c.tape, c.snippet} {
		if t == nil {
			continue
		}
		order := call.Recording{ID: t.id, State: t.state}
		if order.State == call.Record && s.secured(c) {
			order.State = call.Secure
		}
		order.Left, order.Right = s.sides(c)
		first := t.said.ID == ""
		if first {
			s.begun(c, t)
		}
		if t.said.ID != order.ID || t.said.State != order.State || !slices.Equal(t.said.Left, order.Left) || !slices.Equal(t.said.Right, order.Right) {
			t.said = order
			s.do(ordered(order))
		}
		if first && t == c.tape {
			s.beep(c)
		}
	}
}

// sides are the legs of a recording.
func (s *state) sides(c *interaction) (left, right []call.LegID) {
	if c.state != call.Connected {
		if c.leg != 0 {
			right = []call.LegID{c.leg}
		}
		return nil, right
	}
	r := s.roomOf(c)
	if r.holder != 0 {
		left = append(left, r.holder)
	}
	for leg, how := range r.supervisor {
		if how == call.Join {
			left = append(left, leg)
		}
	}
	slices.Sort(left)
	right = slices.Clone(r.parties)
	slices.Sort(right)
	return left, right
}

// securePause carries out [SecurePause].
func (s *state) securePause(cmd SecurePause) error {
	c, _, err := s.allowed(cmd.By, cmd.Call, deedSecurePause)
	if err != nil {
		return err
	}
	if cmd.For < 0 {
		return fault.New(fault.Invalid, "a pause of %s has no meaning; give seconds, or 0 for until it is resumed", cmd.For).On("duration")
	}
	if cmd.Resume {
		return s.pauseTape(c, call.Record, 0)
	}
	return s.pauseTape(c, call.Secure, cmd.For)
}
