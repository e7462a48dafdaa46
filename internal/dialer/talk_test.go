package dialer

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
)

// talkPrefix is what the ids of all talks and conferences of a stage begin with;
// stories write "talk-" for it.
var talkPrefix = fmt.Sprint(dawn.UnixMilli())[:11]

func shortened(line string) string { return strings.ReplaceAll(line, talkPrefix, "talk-") }

// callNamed is the call that a story means: "talk-01", the number of a contact, or
// "-" for the contact's call that the agent has in hand.
func (s *stage) callNamed(name, word string) call.ID {
	if n, ok := strings.CutPrefix(word, "talk-"); ok {
		return call.ID(talkPrefix + n)
	}
	if word == "-" {
		return s.inHandOf(name)
	}
	for _, c := range s.state.callsByID() {
		if c.contact.Number == word {
			return c.id
		}
	}
	return call.ID(word)
}

// destination reads "555", "bert", "group:Sales", "at:bert's", "of:bert", "system".
func destination(word string) call.Destination {
	for prefix, kind := range map[string]call.QueueType{"group:": call.WorkgroupQueue, "at:": call.StationQueue, "of:": call.UserQueue} {
		if name, ok := strings.CutPrefix(word, prefix); ok {
			return call.Destination{Queue: &call.Queue{Type: kind, Name: name}}
		}
	}
	if word == "system" {
		return call.Destination{Queue: &call.Queue{}}
	}
	return call.Destination{Number: word}
}

// actions are those that a story can name: "anna does hold talk-01" is written
// "does anna hold talk-01".
var actions = map[string]Action{
	"disconnect": Disconnect, "pickup": Pickup, "hold": Hold, "unhold": Unhold, "mute": Mute, "unmute": Unmute,
	"make-private": MakePrivate, "make-public": MakePublic, "record": StartRecording, "stop-recording": StopRecording,
	"pause": PauseRecording, "resume": ResumeRecording, "snip": StartSnippet, "stop-snip": StopSnippet, "refuse": Refuse,
}

// playTalk carries out what is done to calls; false if it is none of that.
func (s *stage) playTalk(verb, name string, rest []string) bool {
	id := who(name)
	arg := func(i int) string {
		if i < len(rest) {
			return rest[i]
		}
		return ""
	}
	at := func(i int) call.ID { return s.callNamed(name, arg(i)) }
	from := func(i int) []call.ID {
		var list []call.ID
		for ; i < len(rest); i++ {
			list = append(list, at(i))
		}
		return list
	}
	length, _ := time.ParseDuration(arg(1))
	commands := map[string]func() Command{
		"calls":      func() Command { return Make{By: id, Target: arg(0), Workgroup: arg(1)} },
		"does":       func() Command { return Act{id, at(1), actions[arg(0)]} },
		"transfer":   func() Command { return Transfer{id, at(0), destination(arg(1))} },
		"park":       func() Command { return Park{id, at(0), destination(arg(1))} },
		"consult":    func() Command { return Consult{By: id, Call: at(0), To: destination(arg(1))} },
		"conclude":   func() Command { return Conclude{id, at(0), at(1)} },
		"cancel":     func() Command { return CancelConsult{id, at(0), at(1)} },
		"invite":     func() Command { return Invite{By: id, Call: at(0), Target: arg(1)} },
		"invite-to":  func() Command { return Invite{By: id, Conference: call.ConferenceID(at(0)), Target: arg(1)} },
		"confer":     func() Command { return Confer{id, from(0)} },
		"add":        func() Command { return AddParties{id, call.ConferenceID(at(0)), from(1)} },
		"listen":     func() Command { return Supervise{id, at(0), call.Listen, true} },
		"coach":      func() Command { return Supervise{id, at(0), call.Coach, true} },
		"join":       func() Command { return Supervise{id, at(0), call.Join, true} },
		"stop-watch": func() Command { return Supervise{id, at(0), call.Listen, false} },
		"secure":     func() Command { return SecurePause{By: id, Call: at(0), For: length, Resume: arg(1) == "resume"} },
		"digits":     func() Command { return SendDigits{id, at(0), arg(1)} },
		"prompt":     func() Command { return PlayPrompt{id, at(0), arg(1)} },
		"attribute":  func() Command { return SetAttributes{id, at(0), pairs(rest), s.appendMode(arg(2))} },
		"wrap-up":    func() Command { return AssignWrapUp{id, at(0), WrapUp{Code: arg(1)}} },
		"audience": func() Command {
			to := arg(2)
			return SetAudience{id, at(0), at(1), to == "both" || to == "original", to == "both" || to == "consulted"}
		},
	}
	if command, ok := commands[verb]; ok {
		s.do(command())
		return true
	}
	return false
}

func (s *stage) appendMode(word string) Append {
	return map[string]Append{"append": AppendText, "separated": AppendSeparated}[word]
}

// mixed is an order to the mixer as a line.
func mixed(e effect) string {
	switch e := e.(type) {
	case converse:
		text := fmt.Sprintf("converse %s:", e.conversation.ID)
		if len(e.conversation.Parts) == 0 {
			return text + " over"
		}
		for _, p := range e.conversation.Parts {
			text += fmt.Sprintf(" %s hears %v", p.Leg, p.Hears)
		}
		return text
	case tape:
		r := e.recording
		return fmt.Sprintf("tape %s %s left %v right %v", r.ID, []string{"runs", "pauses", "is silent", "stops"}[r.State], r.Left, r.Right)
	case press:
		return fmt.Sprintf("press %s %s", e.leg, e.digits)
	case referred:
		return fmt.Sprintf("tell %s of its transfer: %s", e.leg, e.outcome)
	}
	return ""
}

// toldTalk is an event of calls as a line.
func toldTalk(body EventBody) string {
	switch b := body.(type) {
	case Alert:
		verb := "alerts"
		if b.Stop {
			verb = "alerts no longer"
		}
		return fmt.Sprintf("call %s %s %s", b.Call.ID, verb, b.Agent.User)
	case CallMorphed:
		return fmt.Sprintf("call %s goes on as %s", b.From.ID, b.To.ID)
	case SnippetMade:
		return fmt.Sprintf("snippet %s by %s", b.Recording, b.By)
	}
	return ""
}

// talkMarks are what is out of the ordinary about a call that agents make.
func talkMarks(c CallView) string {
	text := ""
	add := func(on bool, format string, args ...any) {
		if on {
			text += fmt.Sprintf(" "+format, args...)
		}
	}
	add(c.Kind != call.ForContact, "(%s, %s)", c.Kind, cmp.Or(c.Target, c.Number))
	add(c.Queue.Name != "" && c.Agent == nobody, "on queue %s", c.Queue.Name)
	add(c.Conference != "", "in %s", c.Conference)
	add(c.Muted, "muted")
	add(c.Private, "private")
	add(c.Recorded && !c.Paused, "recorded")
	add(c.Recorded && c.Paused, "recording paused")
	add(!c.Recorded && c.Recording != "", "recording %s", c.Recording)
	for _, user := range slices.Sorted(maps.Keys(c.Supervisors)) {
		add(true, "%s: %s", user, c.Supervisors[user])
	}
	add(c.Cause != "" && (c.Kind != call.ForContact || c.State != call.Over), "%s", c.Cause)
	return text
}

// checkPrivate holds that nobody supervises or records who is in a private call.
func (s *stage) checkPrivate() {
	st := s.state
	legs := map[call.LegID]call.ID{}
	all := map[call.ID]*interaction{}
	for _, c := range st.calls {
		all[c.id] = &c.interaction
	}
	maps.Copy(all, st.talks)
	for _, c := range all {
		if c.private && c.leg != 0 && c.state != call.Over {
			legs[c.leg] = c.id
		}
	}
	for _, c := range all {
		for _, t := range []*taping{c.tape, c.snippet} {
			if t == nil {
				continue
			}
			for _, leg := range append(slices.Clone(t.said.Left), t.said.Right...) {
				if id, private := legs[leg]; private {
					s.t.Errorf("recording %s of call %s has %s of call %s, which is private", t.id, c.id, leg, id)
				}
			}
		}
	}
	for _, a := range st.agents {
		if a.watches == "" || st.lineOf(a.id) == 0 {
			continue
		}
		for _, leg := range st.earOf(a.line.leg).hears {
			if id, private := legs[leg]; private {
				s.t.Errorf("%s, who supervises call %s, hears call %s, which is private", a.id, a.watches, id)
			}
		}
	}
}

// checkTalks holds the invariants of calls against the state.
func (s *stage) checkTalks() {
	s.checkPrivate()
	st := s.state
	for _, g := range st.parties {
		for _, id := range g.calls {
			if first, c := st.interaction(g.calls[0]), st.interaction(id); c == nil || c.conference != g.id || c.agent != first.agent {
				s.t.Errorf("conference %s is of call %s and of call %s, which another one holds, or nobody", g.id, first.id, id)
			}
		}
	}
	company := map[string]agent.ID{}
	for id, a := range st.agents {
		if st.company(a) == nil {
			continue
		}
		if other, twice := company[id.User]; twice {
			s.t.Errorf("user %s is with others as %s and as %s", id.User, id, other)
		}
		company[id.User] = id
		if len(s.held) == 0 && len(s.queue) == 0 && (a.asked || a.aside) {
			s.t.Errorf("agent %s waits for a contact that nobody fetches", id)
		}
	}
	for _, c := range st.talks {
		s.checkTalk(c)
	}
	inUse := map[call.LegID]call.ID{}
	each := func(c *interaction) {
		if c.state == call.Over || c.leg == 0 {
			return
		}
		if other, twice := inUse[c.leg]; twice {
			s.t.Errorf("%s is the party of %s and %s", c.leg, other, c.id)
		}
		inUse[c.leg] = c.id
		if d := st.talks[c.transfer]; d != nil && (c.state != call.Held && c.state != call.Offered || c.ending) {
			s.t.Errorf("call %s is %s (ending %t), and on its way to %s", c.id, c.state, c.ending, d.id)
		}
		if (c.state == call.Held) != c.held.any() {
			s.t.Errorf("call %s is %s and on hold by %+v", c.id, c.state, c.held)
		}
		if o, alive := st.legs[c.leg]; alive && o.call != c.id {
			s.t.Errorf("%s is the party of %s and belongs to %s", c.leg, c.id, o.call)
		} else if !alive {
			s.t.Errorf("call %s is %s and its leg has ended", c.id, c.state)
		}
		for id := range c.supervisors {
			if a := st.agents[id]; a == nil || a.watches != c.id {
				s.t.Errorf("call %s is supervised by %s, who is not there", c.id, id)
			}
		}
	}
	for _, c := range st.calls {
		each(&c.interaction)
	}
	for _, c := range st.talks {
		each(c)
	}
	for _, a := range st.agents {
		s.checkHand(a)
	}
	occupied := map[string]int{}
	for _, a := range st.agents {
		if n := len(a.hand); n > 0 {
			occupied[a.id.User] += n
		}
		if a.watches != "" {
			occupied[a.id.User]++
		}
	}
	if !maps.Equal(occupied, st.occupied) {
		s.t.Errorf("in hand are %v, and counted %v", occupied, st.occupied)
	}
	for _, g := range st.parties {
		if len(g.calls) < 2 {
			s.t.Errorf("conference %s has %d parties", g.id, len(g.calls))
		}
		for _, id := range g.calls {
			if c := st.interaction(id); c == nil || c.conference != g.id {
				s.t.Errorf("conference %s has %s, which is gone", g.id, id)
			}
		}
	}
}

// checkTalk: every call is with somebody, on a queue, on its way to a party, or
// with another party; alerts and recordings are for calls that live.
func (s *stage) checkTalk(c *interaction) {
	st := s.state
	source := st.interaction(c.source)
	if c.source != "" && (source == nil || source.transfer != c.id) {
		s.t.Errorf("call %s waits for the party of %s, which does not know it", c.id, c.source)
	}
	if d := st.talks[c.transfer]; c.transfer != "" && (d == nil || d.source != c.id) {
		s.t.Errorf("call %s is being sent to %s, which does not know it", c.id, c.transfer)
	}
	if c.agent == nobody && c.queue.Name == "" && c.conference == "" && c.source == "" && c.transfer == "" {
		s.t.Errorf("call %s (%s, %s) is with nobody and nowhere", c.id, c.kind, c.state)
	}
	for _, id := range []agent.ID{c.agent, c.peer} {
		if a := st.agents[id]; id != nobody && (a == nil || !slices.Contains(a.hand, c.id)) {
			s.t.Errorf("call %s thinks that it is with %s", c.id, id)
		}
	}
	if len(c.alerts) > 0 && c.state != call.Alerting && c.state != call.Offered {
		s.t.Errorf("call %s is %s and alerts %v", c.id, c.state, c.alerts)
	}
	if o := st.interaction(c.consults); c.consults != "" && o == nil {
		s.t.Errorf("call %s is about %s, which is gone", c.id, c.consults)
	}
}

// consultsAbout tells whether a call, or one in a conference with it, is a consultation
// about another one, or one in a conference with that.
func (s *state) consultsAbout(c, other *interaction) bool {
	return slices.ContainsFunc(s.companions(c), func(d *interaction) bool {
		o := s.interaction(d.consults)
		return o != nil && (o == other || together(o, other))
	})
}

// checkHand: an agent is in one conversation at a time, with a line that is up.
func (s *stage) checkHand(a *liveAgent) {
	st := s.state
	for _, id := range a.hand {
		if c := st.talks[id]; c == nil || c.agent != a.id && c.peer != a.id {
			s.t.Errorf("agent %s has %s in hand, which is not his", a.id, id)
		}
	}
	speaking := st.speaking(a)
	for _, c := range speaking {
		other := speaking[0]
		if c != other && !together(c, other) && !st.consultsAbout(c, other) && !st.consultsAbout(other, c) {
			s.t.Errorf("agent %s is in %s and %s at once", a.id, c.id, other.id)
		}
	}
	if len(speaking) > 0 && a.watches != "" {
		s.t.Errorf("agent %s speaks in %s and supervises %s", a.id, speaking[0].id, a.watches)
	}
	if len(speaking) > 0 && a.line.state != agent.LineUp {
		s.t.Errorf("agent %s speaks in %s, with a line that is %s", a.id, speaking[0].id, a.line.state)
	}
	if c := st.interaction(a.watches); a.watches != "" && (c == nil || c.supervisors[a.id] == 0) {
		s.t.Errorf("agent %s supervises %s, which does not know", a.id, a.watches)
	}
}
