package icws

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/dialer"
)

// callStates gives a call's state as attributes show it: the letter of Eic_State
// and the word of Eic_CallStateString.
//
// Letters are C connected, H held, A alerting, O offering, R proceeding, P parked,
// I disconnected from inside, E from outside. While the customer's phone rings the
// call proceeds; it alerts only while the agent's own phone is called for it.
var callStates = map[call.State]struct{ letter, word string }{
	call.Previewed:  {"O", "Initializing"},
	call.Dialing:    {"O", "Dialing"},
	call.Alerting:   {"R", "Proceeding"},
	call.Greeting:   {"O", "Offering"},
	call.Waiting:    {"O", "Offering"},
	call.Told:       {"C", "Connected"},
	call.Connecting: {"A", "Alerting"},
	call.Connected:  {"C", "Connected"},
	call.Held:       {"H", "Held"},
	call.Offered:    {"O", "Offering"},
	call.Parked:     {"P", "Parked"},
	call.Over:       {"I", "Disconnected"},
}

// looked is a call as somebody looks at it. Who is called by a colleague sees the
// colleague on the other side, and an incoming call.
type looked struct {
	dialer.CallView
	by string // user id
	*server
}

// called tells whether the one who looks is the colleague who was called.
func (l looked) called() bool {
	return l.Target != "" && strings.EqualFold(l.Target, l.by) && !strings.EqualFold(l.Agent.User, l.by)
}

// colleague is the user on the other side, or empty if the party is outside. A
// party that is passed on to a user has his id as the target, and is outside.
func (l looked) colleague() string {
	switch {
	case l.Kind == call.Passed && (l.Agent.User == "" || l.Agent.User == l.Target):
		return ""
	case l.called():
		return l.Agent.User
	}
	return l.Target
}

// The values of Eic_CallPurpose; clients look for "2".
const (
	purposeOther  = "1"
	purposeDialer = "2"
)

// eic is every attribute of a call that the server knows, by its name in lower case.
var eic = map[string]func(looked) string{
	"eic_callid":              func(l looked) string { return string(l.ID) },
	"eic_interactionid":       func(l looked) string { return string(l.ID) },
	"eic_objecttype":          func(looked) string { return "Call" },
	"eic_state":               func(l looked) string { return l.state().letter },
	"eic_callstate":           func(l looked) string { return l.state().word },
	"eic_callstatestring":     func(l looked) string { return l.state().word },
	"eic_calldirection":       func(l looked) string { return l.direction() },
	"eic_callpurpose":         func(l looked) string { return l.purpose() },
	"eic_calltype":            func(l looked) string { return l.callType() },
	"eic_remotename":          func(l looked) string { return l.remoteName() },
	"eic_remoteid":            func(l looked) string { return l.remote() },
	"eic_remotetn":            func(l looked) string { return l.remote() },
	"eic_remoteaddress":       func(l looked) string { return l.remote() },
	"eic_remotetnraw":         func(l looked) string { return l.address(l.remote()) },
	"eic_localtn":             func(l looked) string { return l.Campaign.CallerID },
	"eic_localtnraw":          func(l looked) string { return l.address(l.Campaign.CallerID) },
	"eic_localaddress":        func(l looked) string { return l.Campaign.CallerID },
	"eic_localname":           func(l looked) string { return l.local() },
	"eic_localid":             func(l looked) string { return l.local() },
	"eic_localuserid":         func(l looked) string { return l.local() },
	"eic_username":            func(l looked) string { return l.local() },
	"eic_stationname":         func(l looked) string { return l.Station },
	"eic_uwsegmentqueues":     func(l looked) string { return l.workgroup() },
	"eic_workgroupname":       func(l looked) string { return l.workgroup() },
	"eic_userqueuenames":      func(l looked) string { return cmp.Or(l.waitsAt(call.UserQueue), l.Agent.User) },
	"eic_stationqueuenames":   func(l looked) string { return cmp.Or(l.waitsAt(call.StationQueue), l.Station) },
	"eic_workgroupqueuenames": func(l looked) string { return l.workgroup() },
	"eic_muted":               func(l looked) string { return flag(l.Muted) },
	"eic_held":                func(l looked) string { return flag(l.State == call.Held) },
	"eic_private":             func(l looked) string { return flag(l.Private) },
	"eic_irrecordingid":       func(l looked) string { return l.Recording },
	"eic_recording":           func(l looked) string { return flag(l.Recorded && !l.Paused) },
	"eic_recordingpaused":     func(l looked) string { return flag(l.Recorded && l.Paused) },
	"eic_monitors":            func(l looked) string { return l.supervisors(call.Listen) },
	"eic_coaches":             func(l looked) string { return l.supervisors(call.Coach) },
	"eic_joiners":             func(l looked) string { return l.supervisors(call.Join) },
	"eic_conferenceid":        func(l looked) string { return string(l.Conference) },
	"eic_consultcallid":       func(l looked) string { return string(l.Consults) },
	"eic_consultinguser":      func(l looked) string { return l.consulting() },
	"eic_dispositioncode":     func(l looked) string { return cmp.Or(l.Disposition, written(l.Attributes, "eic_dispositioncode")) },
	"eic_wrapupcode":          func(l looked) string { return l.wrapUp() },
	"eic_initiationtime":      func(l looked) string { return dateOrEmpty(l.began()) },
	"eic_answertime":          func(l looked) string { return dateOrEmpty(l.Answered) },
	"eic_connecttime":         func(l looked) string { return dateOrEmpty(l.Connected) },
	"eic_terminationtime":     func(l looked) string { return dateOrEmpty(l.Ended) },
}

func (l looked) state() struct{ letter, word string } {
	st := callStates[l.State]
	switch {
	case l.State == call.Over && l.FarEnd:
		st.letter = "E"
	case l.called() && (l.State == call.Alerting || l.State == call.Offered):
		st = callStates[call.Connecting]
	}
	return st
}

// direction is I for who was alerted: a colleague who is called, and whoever has
// or gets a party that was passed on to him.
func (l looked) direction() string {
	if l.called() || l.Kind == call.Passed && (l.Agent.User != "" || l.Queue.Type != call.SystemQueue) {
		return "I"
	}
	return "O"
}

func (l looked) purpose() string {
	if l.Kind == call.ForContact {
		return purposeDialer
	}
	return purposeOther
}

// callType is I for a call between colleagues, E for one with the outside.
func (l looked) callType() string {
	if l.colleague() != "" {
		return "I"
	}
	return "E"
}

// remote is the other party's number, or the user id of a colleague.
func (l looked) remote() string { return cmp.Or(l.colleague(), l.Number, l.Contact.Number) }

// remoteName is the contact's name only where the contact is the party: others
// have the contact's data as well, as it is about him that they are called.
func (l looked) remoteName() string {
	party := l.remote()
	if l.Kind == call.ForContact || party != "" && party == l.Contact.Number {
		return cmp.Or(contactName(l.Contact), party)
	}
	return party
}

func (l looked) local() string {
	if l.called() {
		return l.Target
	}
	return l.Agent.User
}

// waitsAt is the queue of a type on which the call waits, or empty.
func (l looked) waitsAt(t call.QueueType) string {
	if l.Queue.Type == t {
		return l.Queue.Name
	}
	return ""
}

func (l looked) workgroup() string {
	return cmp.Or(l.waitsAt(call.WorkgroupQueue), l.Campaign.Workgroup)
}

// supervisors are the users who take part in one way, separated as in all lists.
func (l looked) supervisors(how call.Supervision) string {
	var users []string
	for _, u := range slices.Sorted(maps.Keys(l.Supervisors)) {
		if l.Supervisors[u] == how {
			users = append(users, u)
		}
	}
	return strings.Join(users, "|")
}

func (l looked) consulting() string {
	if l.Consults == "" {
		return ""
	}
	return l.Agent.User
}

// wrapUp is the code that was assigned last, or what a client wrote there.
func (l looked) wrapUp() string {
	if n := len(l.WrapUps); n > 0 {
		return l.WrapUps[n-1].Code
	}
	return written(l.Attributes, "eic_wrapupcode")
}

func (l looked) began() time.Time {
	if l.Dialed.IsZero() {
		return l.Began
	}
	return l.Dialed
}

func flag(on bool) string {
	if on {
		return "1"
	}
	return "0"
}

func dateOrEmpty(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return date(t)
}

// address is a number as a SIP address, which clients split at ':' and '@'.
func (s *server) address(number string) string {
	if number == "" || strings.Contains(number, ":") {
		return number
	}
	return "sip:" + number + "@" + s.cfg.ServerName
}

// contactName looks for a name in the contact's columns; failing that, the number.
func contactName(c campaign.Contact) string {
	column := func(names ...string) string {
		for _, want := range names {
			for name, value := range c.Columns {
				if strings.EqualFold(strings.ReplaceAll(name, "_", ""), want) && value != "" {
					return value
				}
			}
		}
		return ""
	}
	first, last := column("firstname", "givenname"), column("lastname", "surname")
	return cmp.Or(column("name", "fullname"), strings.TrimSpace(first+" "+last), c.Number)
}

// settable tells which of the attributes that a client sets it can not: those that
// the server knows itself. Where it knows no code a client may write its own.
func settable(attributes map[string]string, property string) error {
	for name := range attributes {
		lower := strings.ToLower(name)
		if _, known := eic[lower]; known && lower != "eic_wrapupcode" && lower != "eic_dispositioncode" {
			return invalid(property, "Attribute %s tells the state of the interaction and can not be set.", name)
		}
	}
	return nil
}

// written is an attribute as clients set it, or empty.
func written(attributes map[string]string, name string) string {
	value, _ := found(attributes, name)
	return value
}

// found finds a value by its name, without case.
func found(values map[string]string, name string) (value string, ok bool) {
	if value, ok = values[name]; ok {
		return value, true
	}
	for k, v := range values {
		if strings.EqualFold(k, name) {
			return v, true
		}
	}
	return "", false
}

// attributes gives the named attributes of a call as a user sees it, under the
// names as they were asked for; they compare without case. A name that is not
// known is empty. Besides what the server knows there are the dialer's own
// attributes, those that clients set, and the columns of the contact.
func (s *server) attributes(c dialer.CallView, by string, names []string) map[string]string {
	l := looked{c, by, s}
	out := make(map[string]string, len(names))
	var own map[string]string
	for _, name := range names {
		if f, ok := eic[strings.ToLower(name)]; ok {
			out[name] = f(l)
			continue
		}
		if own == nil && c.Campaign.ID != "" {
			own = dialersOwn(c)
		}
		value, ok := own[strings.ToUpper(name)]
		if !ok {
			value, ok = found(c.Attributes, name)
		}
		if !ok && c.Campaign.ID != "" {
			value, _ = found(c.Contact.Columns, name)
		}
		out[name] = value
	}
	return out
}

// changed gives those of the named attributes that differ.
func (s *server) changed(before, after dialer.CallView, by string, names []string) map[string]string {
	old, now := s.attributes(before, by, names), s.attributes(after, by, names)
	for name, value := range old {
		if now[name] == value {
			delete(now, name)
		}
	}
	return now
}

// getInteraction gives the attributes of a call: those selected, or only its id.
func getInteraction(s *server, r *request) (answer, error) {
	c, err := s.call(r)
	if err != nil {
		return answer{}, err
	}
	var names []string
	for _, list := range r.URL.Query()["select"] {
		for name := range strings.SplitSeq(list, ",") {
			if name = strings.TrimSpace(name); name != "" {
				names = append(names, name)
			}
		}
	}
	if len(names) == 0 {
		names = []string{"Eic_CallId"}
	}
	if len(names) > nameLimit {
		return answer{}, invalid("select", "select may hold %d names at most.", nameLimit)
	}
	return answer{status: http.StatusOK, body: map[string]any{"attributes": s.attributes(c, r.session.User.ID, names)}}, nil
}
