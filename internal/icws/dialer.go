package icws

import (
	"cmp"
	"net/http"
	"time"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/fault"
)

// dialerRoutes are the resources of the dialer.
func dialerRoutes() []route {
	return []route{
		{"POST", "/{sessionId}/dialer/log-in", "dialer", 2, full, true, logIn, ""},
		{"POST", "/{sessionId}/dialer/log-off", "dialer", 2, full, true, logOff, ""},
		{"POST", "/{sessionId}/dialer/ready-for-calls", "dialer", 4, full, true, readyForCalls, ""},
		{"POST", "/{sessionId}/dialer/disposition", "dialer", 2, full, true, disposition, ""},
		{"POST", "/{sessionId}/dialer/request-break", "dialer", 2, full, false, requestBreak, ""},
		{"POST", "/{sessionId}/dialer/end-break", "dialer", 2, full, false, endBreak, ""},
		{"POST", "/{sessionId}/dialer/place-preview-call", "dialer", 3, full, true, placePreviewCall, ""},
		{"POST", "/{sessionId}/dialer/establish-persistent-connection", "dialer", 2, full, false, establishPersistentConnection, ""},
		{"GET", "/{sessionId}/dialer/persistent-connection", "outdial", 1, full, false, getLine, ""},
		{"PUT", sub + "/dialer/persistent-connection", "outdial", 1, full, false, watchLine, ""},
		{"DELETE", sub + "/dialer/persistent-connection", "outdial", 1, full, false, unwatchLine, ""},
	}
}

// dialerAbsences are documented and not served.
func dialerAbsences() []absence {
	const p = "/{sessionId}/dialer"
	return []absence{
		{"POST", p + "/update-call-data", "dialer", 3, "not yet"},
	}
}

// The answers of dialer resources (contract sections 4.2 and 11).
var (
	ok       = answer{status: http.StatusOK}
	accepted = answer{status: http.StatusAccepted}
)

// do gives the floor a command. A floor that is gone can not take the request,
// which is not the client's 410.
func (s *server) do(r *request, c dialer.Command) error {
	err := s.floor.Do(r.Context(), c)
	if fault.KindOf(err) == fault.Gone {
		return fault.Wrap(err, fault.Busy, "the dialer has stopped")
	}
	return err
}

func (s *server) look(r *request) (dialer.Snapshot, error) {
	snap, err := s.floor.Look(r.Context())
	if fault.KindOf(err) == fault.Gone {
		err = fault.Wrap(err, fault.Busy, "the dialer has stopped")
	}
	return snap, err
}

func logIn(s *server, r *request) (answer, error) {
	var b struct {
		Campaign campaign.ID `json:"campaignId"`
	}
	if err := r.decode(&b); err != nil {
		return answer{}, err
	}
	return ok, s.do(r, dialer.LogIn{Agent: r.session.Agent(), Campaign: b.Campaign})
}

// campaigns is a body that may name campaigns. A client that names them wrongly
// means all (contract section 12 line 16).
type campaigns struct {
	IDs []campaign.ID `json:"campaignIds"`
}

func logOff(s *server, r *request) (answer, error) {
	var b campaigns
	if err := r.decode(&b); err != nil {
		return answer{}, err
	}
	return ok, s.do(r, dialer.LogOff{Agent: r.session.Agent(), Campaigns: b.IDs})
}

func readyForCalls(s *server, r *request) (answer, error) {
	var b campaigns
	if err := r.decode(&b); err != nil {
		return answer{}, err
	}
	return ok, s.do(r, dialer.Ready{Agent: r.session.Agent(), Campaigns: b.IDs})
}

func requestBreak(s *server, r *request) (answer, error) {
	return accepted, s.do(r, dialer.RequestBreak{Agent: r.session.Agent()})
}

func endBreak(s *server, r *request) (answer, error) {
	return accepted, s.do(r, dialer.EndBreak{Agent: r.session.Agent()})
}

// establishPersistentConnection is 202 for every authenticated session, whatever
// the floor thinks of the wish: the documented resource can not report back
// (contract section 4.5). Only a floor that could not take the request is a 500.
func establishPersistentConnection(s *server, r *request) (answer, error) {
	err := s.do(r, dialer.EstablishLine{Agent: r.session.Agent()})
	if k := fault.KindOf(err); err != nil && (k == fault.Busy || k == fault.Internal) {
		return answer{}, err
	}
	return accepted, nil
}

func placePreviewCall(s *server, r *request) (answer, error) {
	var b struct {
		ByTimer    bool              `json:"callInitiatedByTimer"`
		Attributes map[string]string `json:"callAttributes"`
	}
	if err := r.decode(&b); err != nil {
		return answer{}, err
	}
	return ok, s.do(r, dialer.PlacePreview{Agent: r.session.Agent(), Attributes: b.Attributes})
}

// dispositionBody is dispositionParameters (contract section 4.3).
type dispositionBody struct {
	Label      *string           `json:"label"`
	Time       *float64          `json:"scheduledTime"` // seconds since 1970; clocks of clients give fractions
	Agent      *string           `json:"scheduledAgent"`
	RelativeTo int               `json:"relativeTo"`
	Additional bool              `json:"placeAdditionalFollowUpCall"`
	Attributes map[string]string `json:"callAttributes"`
	Abandon    bool              `json:"isAbandon"`
}

const relativeToContact = 1

func disposition(s *server, r *request) (answer, error) {
	var b dispositionBody
	if err := r.decode(&b); err != nil {
		return answer{}, err
	}
	switch {
	case b.Label == nil || *b.Label == "":
		return answer{}, missing("label")
	case b.Agent != nil && *b.Agent != "" && b.Time == nil:
		return answer{}, missing("scheduledTime")
	case b.RelativeTo < 0 || b.RelativeTo > relativeToContact:
		return answer{}, invalid("relativeTo", "relativeTo must be 0 for UTC or 1 for the contact's time zone.")
	case b.Time != nil && (*b.Time < 0 || *b.Time > 1<<33):
		return answer{}, invalid("scheduledTime", "scheduledTime counts seconds since 1970.")
	case b.Additional:
		return answer{}, invalid("placeAdditionalFollowUpCall", "Additional calls to the same contact are not offered.")
	}
	d := dialer.Dispose{Agent: r.session.Agent(), Label: *b.Label, Abandon: b.Abandon, Attributes: b.Attributes}
	if b.Agent != nil && *b.Agent != "" {
		owner, err := s.user(r, *b.Agent)
		if fault.KindOf(err) == fault.NotFound {
			return answer{}, invalid("scheduledAgent", "There is no user %s to call back.", *b.Agent)
		}
		if err != nil {
			return answer{}, err
		}
		d.Owner = owner
	}
	if b.Time != nil {
		var err error
		if d.Callback, err = s.callback(r, int64(*b.Time), b.RelativeTo); err != nil {
			return answer{}, err
		}
	}
	return ok, s.do(r, d)
}

// callback reads a promised time. Relative to the contact, the seconds are what a
// clock on the contact's wall shows.
func (s *server) callback(r *request, seconds int64, relativeTo int) (time.Time, error) {
	t := time.Unix(seconds, 0).UTC()
	if relativeTo != relativeToContact {
		return t, nil
	}
	snap, err := s.look(r)
	if err != nil {
		return time.Time{}, err
	}
	a, _ := snap.Agent(r.session.Agent())
	c, found := snap.Call(a.Call)
	if !found {
		return time.Time{}, fault.New(fault.NotFound, "There is no call to disposition.")
	}
	name := cmp.Or(c.Contact.Zone, c.Campaign.Zone)
	zone, err := time.LoadLocation(name)
	if name == "" || err != nil {
		return time.Time{}, invalid("relativeTo", "The contact's time zone is not known; give scheduledTime in UTC.")
	}
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, zone), nil
}

// act does something to a call of the session's user.
func (s *server) act(r *request, a dialer.Action) (answer, error) {
	return ok, s.do(r, dialer.Act{By: r.session.Agent(), Call: call.ID(r.PathValue("interactionId")), Action: a})
}

func disconnectCall(s *server, r *request) (answer, error) { return s.act(r, dialer.Disconnect) }

func pickupCall(s *server, r *request) (answer, error) { return s.act(r, dialer.Pickup) }

func holdCall(s *server, r *request) (answer, error) { return s.toggle(r, dialer.Hold, dialer.Unhold) }

func muteCall(s *server, r *request) (answer, error) { return s.toggle(r, dialer.Mute, dialer.Unmute) }

// toggle does one of two things, as {on} says.
func (s *server) toggle(r *request, on, off dialer.Action) (answer, error) {
	var b struct {
		On *bool `json:"on"`
	}
	if err := r.decode(&b); err != nil {
		return answer{}, err
	}
	switch {
	case b.On == nil:
		return answer{}, missing("on")
	case *b.On:
		return s.act(r, on)
	}
	return s.act(r, off)
}
