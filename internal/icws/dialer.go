package icws

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/fault"
	"github.com/outdial/outdial/internal/session"
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
		{"POST", "/{sessionId}/dialer/request-form-definition", "dialer", 3, full, true, requestFormDefinition, ""},
		{"POST", "/{sessionId}/dialer/update-call-data", "dialer", 3, full, true, updateCallData, ""},
		{"POST", "/{sessionId}/dialer/set-agent-type", "dialer", 3, full, true, setAgentType, ""},
		{"POST", "/{sessionId}/dialer/update-stage", "dialer", 5, full, true, updateStage, ""},
		{"POST", "/{sessionId}/dialer/initiate-manual-outbound-call", "dialer", 7, full, true, initiateManualOutboundCall, "a campaign has one filter, so a query-time filter never blocks; do-not-call, hours and the limit of attempts are passed only as the base script allows, or by who supervises the workgroup"},
		{"POST", "/{sessionId}/dialer/mark-call-for-finishing", "dialer", 7, full, true, markCallForFinishing, ""},
		{"POST", "/{sessionId}/dialer/allocate-agents", "dialer", 7, full, true, allocateAgents, ""},
		// Which version brought the next six is not known; they carry the newest one
		// below which they may be.
		{"POST", "/{sessionId}/dialer/request-phone-number-details", "dialer", 7, full, true, requestPhoneNumberDetails, "`attempts` counts those of the contact, not of each number, and `phonenumbertype` is the column's name"},
		{"POST", "/{sessionId}/dialer/request-contact-data", "dialer", 7, full, true, requestContactData, ""},
		{"POST", "/{sessionId}/dialer/transfer-to-attendant-profile", "dialer", 7, full, true, transferToAttendantProfile, "to a number or queue that the configuration gives the profile; there is no attendant"},
		{"POST", "/{sessionId}/dialer/reset-campaign", "dialer", 7, full, true, resetCampaign, ""},
		{"POST", "/{sessionId}/dialer/recycle-campaign", "dialer", 7, full, true, recycleCampaign, ""},
		{"POST", "/{sessionId}/dialer/transition-campaign", "dialer", 7, full, true, transitionCampaign, ""},
		{"POST", "/{sessionId}/dialer/perform-call-list-query", "dialer", 9, full, true, performCallListQuery, "reads only, one SELECT over one contact list, 1,000 rows at most; the answer's shape is ours"},
		{"GET", "/{sessionId}/dialer/persistent-connection", "outdial", 1, full, false, getLine, ""},
		{"POST", "/{sessionId}/dialer/persistent-connection/test", "outdial", 2, full, false, testLine, ""},
		{"GET", "/{sessionId}/dialer/persistent-connection/test", "outdial", 2, full, false, getLineTest, ""},
		{"PUT", sub + "/dialer/persistent-connection", "outdial", 1, full, false, watchLine, ""},
		{"DELETE", sub + "/dialer/persistent-connection", "outdial", 1, full, false, unwatchLine, ""},
	}
}

// dialerAbsences are documented and not served.
func dialerAbsences() []absence {
	const p, why = "/{sessionId}/dialer", "what it carries is not public; campaigns are kept by the administrators' API"
	return []absence{
		{"POST", p + "/put-xml", "dialer", 0, why},
		{"POST", p + "/update-dialer-object", "dialer", 0, why},
		{"POST", p + "/remove-dialer-object", "dialer", 0, why},
		{"POST", p + "/request-dialer-objects", "dialer", 0, why},
		{"POST", p + "/request-dialer-object", "dialer", 0, why},
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

// order is do for resources that document no 404: what is not there is a plain 400
// (contract section 4.2).
func (s *server) order(r *request, c dialer.Command) error {
	return plain(s.do(r, c), fault.NotFound)
}

// licensed is do for what an agent needs a dialer licence for; he holds it from then
// on until he leaves the dialer. Errors: Forbidden if none is left.
func (s *server) licensed(r *request, c dialer.Command) error {
	return s.book.Licensed(r.session, session.DialerAddOn, func() error { return s.do(r, c) })
}

// plain makes a failure of a kind that the resource does not document a plain 400.
func plain(err error, undocumented ...fault.Kind) error {
	var f *fault.Error
	if !errors.As(err, &f) || !slices.Contains(undocumented, f.Kind) {
		return err
	}
	as := *f
	as.Kind = fault.Invalid
	return &as
}

// given is a text of a representation that must be there.
type given struct{ name, value string }

// required finds the first property without a value.
func required(list ...given) error {
	for _, p := range list {
		if p.value == "" {
			return missing(p.name)
		}
	}
	return nil
}

// look takes a snapshot of the floor.
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
	return ok, plain(s.licensed(r, dialer.LogIn{Agent: r.session.Agent(), Campaign: b.Campaign}), fault.NotFound)
}

// campaigns is a body that may name campaigns. A client that names them wrongly
// means all (contract section 12 line 16).
type campaigns struct {
	IDs []campaign.ID `json:"campaignIds"`
}

// campaigns reads them.
func (r *request) campaigns() ([]campaign.ID, error) {
	var b campaigns
	if err := r.decode(&b); err != nil {
		return nil, err
	}
	return b.IDs, bounded(b.IDs, "campaignIds", listLimit)
}

func logOff(s *server, r *request) (answer, error) {
	ids, err := r.campaigns()
	if err != nil {
		return answer{}, err
	}
	return ok, s.order(r, dialer.LogOff{Agent: r.session.Agent(), Campaigns: ids})
}

func readyForCalls(s *server, r *request) (answer, error) {
	ids, err := r.campaigns()
	if err != nil {
		return answer{}, err
	}
	return ok, plain(s.licensed(r, dialer.Ready{Agent: r.session.Agent(), Campaigns: ids}), fault.NotFound)
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
	return ok, s.licensed(r, dialer.PlacePreview{Agent: r.session.Agent(), Attributes: b.Attributes})
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
	}
	d := dialer.Dispose{Agent: r.session.Agent(), Label: *b.Label, Again: b.Additional, Abandon: b.Abandon, Attributes: b.Attributes}
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
	return ok, s.licensed(r, d)
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
	zones := zonesOf(c)
	if len(zones) == 0 {
		return time.Time{}, invalid("relativeTo", "The contact's time zone is not known; give scheduledTime in UTC.")
	}
	return campaign.OnTheWall(t, zones[0]), nil
}
