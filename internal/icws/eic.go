package icws

import (
	"cmp"
	"net/http"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/session"
)

// callStates gives a call's state as attributes show it: the letter of Eic_State
// and the word of Eic_CallStateString.
//
// Letters are C connected, H held, A alerting, O offering, R proceeding, I
// disconnected from inside, E from outside. While the customer's phone rings the
// call proceeds; it alerts only while the agent's own phone is called for it.
var callStates = map[call.State]struct{ letter, word string }{
	call.Previewed:  {"O", "Initializing"},
	call.Dialing:    {"O", "Dialing"},
	call.Alerting:   {"R", "Proceeding"},
	call.Waiting:    {"O", "Offering"},
	call.Connecting: {"A", "Alerting"},
	call.Connected:  {"C", "Connected"},
	call.Held:       {"H", "Held"},
	call.Over:       {"I", "Disconnected"},
}

// eic is every attribute of a call, by its name in lower case.
var eic = map[string]func(*server, dialer.CallView) string{
	"eic_callid":          func(_ *server, c dialer.CallView) string { return string(c.ID) },
	"eic_interactionid":   func(_ *server, c dialer.CallView) string { return string(c.ID) },
	"eic_objecttype":      func(*server, dialer.CallView) string { return "Call" },
	"eic_state":           func(_ *server, c dialer.CallView) string { return stateLetter(c) },
	"eic_callstate":       func(_ *server, c dialer.CallView) string { return callStates[c.State].word },
	"eic_callstatestring": func(_ *server, c dialer.CallView) string { return callStates[c.State].word },
	"eic_calldirection":   func(*server, dialer.CallView) string { return "O" },
	"eic_callpurpose":     func(*server, dialer.CallView) string { return "2" }, // a dialer call
	"eic_calltype":        func(*server, dialer.CallView) string { return "E" }, // external
	"eic_remotename":      func(_ *server, c dialer.CallView) string { return contactName(c.Contact) },
	"eic_remoteid":        func(_ *server, c dialer.CallView) string { return c.Contact.Number },
	"eic_remotetn":        func(_ *server, c dialer.CallView) string { return c.Contact.Number },
	"eic_remoteaddress":   func(_ *server, c dialer.CallView) string { return c.Contact.Number },
	"eic_remotetnraw":     func(s *server, c dialer.CallView) string { return s.address(c.Contact.Number) },
	"eic_localtn":         func(_ *server, c dialer.CallView) string { return c.Campaign.CallerID },
	"eic_localtnraw":      func(s *server, c dialer.CallView) string { return s.address(c.Campaign.CallerID) },
	"eic_localaddress":    func(_ *server, c dialer.CallView) string { return c.Campaign.CallerID },
	"eic_localname":       func(_ *server, c dialer.CallView) string { return c.Agent.User },
	"eic_localuserid":     func(_ *server, c dialer.CallView) string { return c.Agent.User },
	"eic_username":        func(_ *server, c dialer.CallView) string { return c.Agent.User },
	"eic_uwsegmentqueues": func(_ *server, c dialer.CallView) string { return c.Campaign.Workgroup },
	"eic_workgroupname":   func(_ *server, c dialer.CallView) string { return c.Campaign.Workgroup },
	"eic_muted":           func(_ *server, c dialer.CallView) string { return flag(c.Muted) },
	"eic_held":            func(_ *server, c dialer.CallView) string { return flag(c.State == call.Held) },
	"eic_initiationtime":  func(_ *server, c dialer.CallView) string { return dateOrEmpty(c.Dialed) },
	"eic_connecttime":     func(_ *server, c dialer.CallView) string { return dateOrEmpty(c.Connected) },
	"eic_terminationtime": func(_ *server, c dialer.CallView) string { return dateOrEmpty(c.Ended) },
}

func stateLetter(c dialer.CallView) string {
	if c.State == call.Over && c.FarEnd {
		return "E"
	}
	return callStates[c.State].letter
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

// attributes gives the named attributes of a call, under the names as they were
// asked for; they compare without case. A name that is not known is empty.
// Columns of the contact and the dialer's own attributes can be asked for too.
func (s *server) attributes(c dialer.CallView, names []string) map[string]string {
	out := make(map[string]string, len(names))
	var data map[string]string
	for _, name := range names {
		if f, ok := eic[strings.ToLower(name)]; ok {
			out[name] = f(s, c)
			continue
		}
		if data == nil {
			data = make(map[string]string)
			for k, v := range contactData(c) {
				data[strings.ToLower(k)] = v
			}
		}
		out[name] = data[strings.ToLower(name)]
	}
	return out
}

// changed gives those of the named attributes that differ.
func (s *server) changed(before, after dialer.CallView, names []string) map[string]string {
	old, now := s.attributes(before, names), s.attributes(after, names)
	for name, value := range old {
		if now[name] == value {
			delete(now, name)
		}
	}
	return now
}

// getInteraction gives the attributes of a call of one's own: those selected, or
// only its id.
func getInteraction(s *server, r *request) (answer, error) {
	snap, err := s.look(r)
	if err != nil {
		return answer{}, err
	}
	id := call.ID(r.PathValue("interactionId"))
	c, found := snap.Call(id)
	if err := session.MayTouch(r.session.User.ID, id, c, found); err != nil {
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
	if names, err = attributeNames(&names, true); err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusOK, body: map[string]any{"attributes": s.attributes(c, names)}}, nil
}
