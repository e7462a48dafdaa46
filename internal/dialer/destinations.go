package dialer

import (
	"regexp"
	"slices"
	"strings"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/fault"
)

// Where calls can lead: to a number, a user, a station or a workgroup, and who
// could pick them up there.

// goal is where a call is to lead: to a number, or to agents on a queue.
type goal struct {
	number string
	target string // the user, where the queue is one user's
	queue  call.Queue
}

var (
	plainNumber = regexp.MustCompile(`^\+?[0-9*#]{1,32}$`)
	sipAddress  = regexp.MustCompile(`^(?i:sips?):[A-Za-z0-9@.:;=+*#_~!$&'(),/?%\[\]-]{1,255}$`)
	spacing     = strings.NewReplacer(" ", "", "-", "", "(", "", ")", "", ".", "", "/", "")
)

// resolve finds out where a destination leads that an agent chose. Errors: those of
// [state.leadsTo], and Forbidden for who may not call outside numbers.
func (s *state) resolve(to call.Destination, by *liveAgent) (goal, error) {
	g, err := s.leadsTo(to, by)
	if err == nil && g.number != "" && by.user.NoOutsideCalls {
		return goal{}, fault.New(fault.Forbidden, "user %s may not call outside numbers; name a user or a workgroup", by.id.User)
	}
	return g, err
}

// leadsTo finds out where a destination leads. A number that is the id or the
// extension of a user with a session is that user. Errors: Invalid, NotFound for
// nobody, Conflict for somebody who can not be alerted now.
func (s *state) leadsTo(to call.Destination, by *liveAgent) (goal, error) {
	if to.Queue != nil && to.Number != "" {
		return goal{}, fault.New(fault.Invalid, "give either a target or a queue, not both")
	}
	if to.Queue == nil {
		if to.Number == "" {
			return goal{}, fault.New(fault.Invalid, "give a number, a SIP address or a user to call").On("target")
		}
		if user := s.userNamed(to.Number); user != "" {
			return s.leadsTo(call.Destination{Queue: &call.Queue{Type: call.UserQueue, Name: user}}, by)
		}
		number, err := callable(to.Number)
		return goal{number: number}, err
	}
	g := goal{queue: *to.Queue}
	switch g.queue.Type {
	case call.UserQueue:
		user := s.userNamed(g.queue.Name)
		if user == "" {
			return goal{}, fault.New(fault.Conflict, "user %s has no session and can not be reached", g.queue.Name).On("queueId")
		}
		g.target, g.queue.Name = user, user
	case call.StationQueue:
		if a := s.agentAt(g.queue.Name); a != nil {
			g.target = a.id.User
			break
		}
		return goal{}, fault.New(fault.Conflict, "nobody is at station %s", g.queue.Name).On("queueId")
	case call.WorkgroupQueue:
		if name := s.workgroup(g.queue.Name); name != "" {
			g.queue.Name = name
			return g, nil
		}
		return goal{}, fault.New(fault.NotFound, "there is no workgroup %s", g.queue.Name).On("queueId")
	default:
		return goal{}, fault.New(fault.Invalid, "no call can be sent to that queue; name a user, a station or a workgroup").On("queueId")
	}
	if g.target == by.id.User {
		return goal{}, fault.New(fault.Conflict, "that is your own queue; give somebody else's")
	}
	return g, nil
}

// callable makes a number what can be dialed.
func callable(target string) (string, error) {
	if sipAddress.MatchString(target) {
		return target, nil
	}
	number := target
	if len(number) > 4 && strings.EqualFold(number[:4], "tel:") {
		number = number[4:]
	}
	if number = spacing.Replace(number); plainNumber.MatchString(number) {
		return number, nil
	}
	return "", fault.New(fault.Invalid, "%.80q is no number, no SIP address and no user with a session", target).On("target")
}

// userNamed is the user with a session who has this id or extension, or empty.
func (s *state) userNamed(name string) string {
	for _, a := range s.agentsByID() {
		if strings.EqualFold(a.id.User, name) || a.user.Extension != "" && a.user.Extension == name {
			return a.id.User
		}
	}
	return ""
}

func (s *state) agentAt(station string) *liveAgent {
	for _, a := range s.agentsByID() {
		if strings.EqualFold(a.station.Name, station) && station != "" {
			return a
		}
	}
	return nil
}

// workgroup is the name of a workgroup as a campaign or a member has it, or empty.
func (s *state) workgroup(name string) string {
	same := func(w string) bool { return strings.EqualFold(w, name) }
	for _, lc := range s.campaignsByID() {
		if same(lc.def.Workgroup) {
			return lc.def.Workgroup
		}
	}
	for _, a := range s.agentsByID() {
		if i := slices.IndexFunc(a.user.Workgroups, same); i >= 0 {
			return a.user.Workgroups[i]
		}
	}
	return ""
}

func (s *state) nobodyThere(g goal) error {
	if g.queue.Type == call.WorkgroupQueue {
		return fault.New(fault.Conflict, "nobody of workgroup %s is free", g.queue.Name)
	}
	return fault.New(fault.Conflict, "user %s is on a call, or has no phone", g.target)
}

// candidates are the agents whom a call on a queue can alert now: with a phone, in
// no call, one for each user, and not the one who calls.
func (s *state) candidates(q call.Queue, except string) []*liveAgent {
	var list []*liveAgent
	engaged := s.engagedUsers()
	for _, a := range s.agentsByID() {
		there := false
		switch q.Type {
		case call.UserQueue:
			there = a.id.User == q.Name
		case call.StationQueue:
			there = strings.EqualFold(a.station.Name, q.Name)
		case call.WorkgroupQueue:
			there = a.user.In(q.Name)
		}
		again := len(list) > 0 && list[len(list)-1].id.User == a.id.User
		if there && !again && a.id.User != except && a.station.Callable() && a.line.heard() && !engaged[a.id.User] {
			list = append(list, a)
		}
	}
	return list
}

// engaged tells whether a user has a call in hand that is not over, or is about to.
func (s *state) engaged(user string) bool {
	for _, a := range s.agents {
		if a.id.User == user && s.engages(a) {
			return true
		}
	}
	return false
}

func (s *state) engages(a *liveAgent) bool {
	c := s.callOf(a)
	return a.busy() || c != nil && c.state != call.Over
}

// engagedUsers are all who are engaged.
func (s *state) engagedUsers() map[string]bool {
	engaged := make(map[string]bool)
	for _, a := range s.agents {
		if s.engages(a) {
			engaged[a.id.User] = true
		}
	}
	return engaged
}
