package icws

import (
	"net/http"
	"slices"
	"strings"
	"unicode"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/fault"
	"github.com/outdial/outdial/internal/session"
)

// statusRoutes are the resources of users' statuses.
func statusRoutes() []route {
	return []route{
		{"PUT", sub + "/status/user-statuses", "status", 1, full, true, watchStatuses, ""},
		{"DELETE", sub + "/status/user-statuses", "status", 1, full, false, unwatchStatuses, ""},
		{"PUT", sub + "/status/status-messages", "status", 1, full, false, watchStatusMessages, "told once; the list does not change while the server runs"},
		{"DELETE", sub + "/status/status-messages", "status", 1, full, false, unwatchNothing, ""},
		{"PUT", sub + "/status/status-messages-user-access", "status", 1, full, true, watchStatusAccess, "told once; every user may take every status"},
		{"DELETE", sub + "/status/status-messages-user-access", "status", 1, full, false, unwatchStatusAccess, ""},
		{"PUT", sub + "/status/user-status-previous-info", "status", 1, full, false, watchPrevious, ""},
		{"DELETE", sub + "/status/user-status-previous-info", "status", 1, full, false, unwatchPrevious, ""},
		{"GET", "/{sessionId}/status/user-status-previous-info/{userId}", "status", 1, full, false, previousStatuses, "of oneself and of whom one supervises; others are 404"},
		{"GET", "/{sessionId}/status/status-messages", "status", 1, full, false, statusMessages, "one built-in list"},
		{"GET", "/{sessionId}/status/status-messages-user-access/{userId}", "status", 1, full, false, statusAccess, ""},
		{"GET", "/{sessionId}/status/user-statuses/{userId}", "status", 1, full, false, getUserStatus, ""},
		{"PUT", "/{sessionId}/status/user-statuses/{userId}", "status", 1, full, true, putUserStatus, "one's own, and that of users whom one supervises; until and forwardNumber are shown, and nothing is done with them"},
	}
}

// statusMessage is a row of the statuses (contract section 5.1).
type statusMessage struct {
	StatusID              string `json:"statusId"`
	MessageText           string `json:"messageText"`
	IconURI               string `json:"iconUri"`
	GroupTag              string `json:"groupTag"`
	CanHaveDate           bool   `json:"canHaveDate"`
	CanHaveTime           bool   `json:"canHaveTime"`
	IsDoNotDisturbStatus  bool   `json:"isDoNotDisturbStatus"`
	IsSelectableStatus    bool   `json:"isSelectableStatus"`
	IsPersistentStatus    bool   `json:"isPersistentStatus"`
	IsForwardStatus       bool   `json:"isForwardStatus"`
	IsAfterCallWorkStatus bool   `json:"isAfterCallWorkStatus"`
	IsAcdStatus           bool   `json:"isAcdStatus"`
	IsAllowFollowUpStatus bool   `json:"isAllowFollowUpStatus"`
	SystemID              string `json:"systemId"`
}

func statusRows(statuses []agent.Status) []statusMessage {
	rows := []statusMessage{}
	for _, st := range statuses {
		rows = append(rows, statusMessage{
			StatusID: st.ID, MessageText: st.Text, GroupTag: st.Group, SystemID: st.ID,
			CanHaveDate: mayEnd(st), CanHaveTime: mayEnd(st), IsDoNotDisturbStatus: st.DND, IsSelectableStatus: st.Selectable, IsPersistentStatus: st.Persistent,
			IsAfterCallWorkStatus: st.AfterCall, IsAcdStatus: st.ACD, IsAllowFollowUpStatus: st.ACD,
		})
	}
	return rows
}

// mayEnd tells whether desktops offer to say until when: for statuses that a person
// chooses to be away.
func mayEnd(st agent.Status) bool { return st.Selectable && !st.ACD && !st.AfterCall }

func selectable() []string {
	ids := []string{}
	for _, st := range agent.Statuses {
		if st.Selectable {
			ids = append(ids, st.ID)
		}
	}
	return ids
}

func statusMessages(*server, *request) (answer, error) {
	return answer{status: http.StatusOK, body: map[string]any{"statusMessageList": statusRows(agent.Statuses)}}, nil
}

func statusAccess(s *server, r *request) (answer, error) {
	user, err := s.user(r, r.PathValue("userId"))
	if err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusOK, body: map[string]any{"userId": user, "statusMessages": selectable()}}, nil
}

// user finds the configured id of a user, whom clients name without case.
func (s *server) user(r *request, id string) (string, error) {
	if strings.EqualFold(id, r.session.User.ID) {
		return r.session.User.ID, nil
	}
	u, err := s.book.User(r.Context(), id)
	return u.ID, err
}

func getUserStatus(s *server, r *request) (answer, error) {
	user, err := s.user(r, r.PathValue("userId"))
	if err != nil {
		return answer{}, err
	}
	snap, err := s.look(r)
	if err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusOK, body: s.userStatus(session.StatusOf(snap, user), nil)}, nil
}

// maxNotes bounds what a user may write to a status, in bytes; everybody who
// follows the status gets it.
const maxNotes = 2000

// statusUpdate is userStatusUpdate.
type statusUpdate struct {
	StatusID *string      `json:"statusId"`
	Notes    string       `json:"notes"`
	Forward  string       `json:"forwardNumber"`
	Until    *statusUntil `json:"until"`
}

// statusUntil is userStatusUntil. Who says neither date nor time means no end.
type statusUntil struct {
	At      *string `json:"untilDateTime"`
	HasDate *bool   `json:"hasDate"`
	HasTime *bool   `json:"hasTime"`
}

// command reads what is wished for a user's status.
func (b statusUpdate) command() (dialer.SetStatus, error) {
	c := dialer.SetStatus{Notes: b.Notes, Forward: b.Forward}
	switch {
	case b.StatusID == nil || *b.StatusID == "":
		return c, missing("statusId")
	case len(b.Notes) > maxNotes:
		return c, invalid("notes", "notes may have %d bytes at most.", maxNotes)
	case len(b.Forward) > 100 || strings.ContainsFunc(b.Forward, unicode.IsControl):
		return c, invalid("forwardNumber", "forwardNumber must be a number to call.")
	}
	c.Status = *b.StatusID
	if b.Until == nil {
		return c, nil
	}
	until, err := b.Until.read()
	c.Until = until
	return c, err
}

func (u statusUntil) read() (dialer.Until, error) {
	hasDate, hasTime := u.HasDate == nil || *u.HasDate, u.HasTime == nil || *u.HasTime
	switch {
	case !hasDate && !hasTime:
		return dialer.Until{}, nil
	case u.At == nil || *u.At == "":
		return dialer.Until{}, missing("until.untilDateTime")
	}
	at, ok := parseDate(*u.At)
	if !ok {
		return dialer.Until{}, invalid("until.untilDateTime", "untilDateTime must be a date such as 20260131T173000Z.")
	}
	return dialer.Until{At: at, HasDate: hasDate, HasTime: hasTime}, nil
}

// putUserStatus sets one's own status, or that of whom one supervises. It is over
// when it is answered; the message that says so follows for clients that wait for
// it.
func putUserStatus(s *server, r *request) (answer, error) {
	var b statusUpdate
	if err := r.decode(&b); err != nil {
		return answer{}, err
	}
	wish, err := b.command()
	if err != nil {
		return answer{}, err
	}
	wish.User = r.session.User.ID
	if id := r.PathValue("userId"); !strings.EqualFold(id, wish.User) {
		u, err := s.book.User(r.Context(), id)
		switch {
		case fault.KindOf(err) == fault.NotFound && err != nil, err == nil && !r.session.MaySee(u):
			return answer{}, fault.New(fault.Forbidden, "You may set your own status, and that of users whom you supervise.")
		case err != nil:
			return answer{}, err
		}
		wish.User = u.ID
	}
	err = s.do(r, wish)
	done := session.Done{Request: requestID()}
	switch fault.KindOf(err) {
	case fault.Conflict, fault.NotFound:
		done.Err = err // a failure of the operation, not of the request
	default:
		if err != nil {
			return answer{}, err
		}
	}
	if err := s.book.Finish(r.Context(), r.session, done); err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusAccepted, body: map[string]string{"requestId": done.Request}}, nil
}

// untilOf is userStatusUntil, or null.
func untilOf(u dialer.Until) any {
	if u.At.IsZero() {
		return nil
	}
	return object{"untilDateTime": date(u.At), "hasDate": u.HasDate, "hasTime": u.HasTime}
}

// previousRows is a list of userStatusPreviousInfo.
func previousRows(list []dialer.PreviousStatus) []object {
	rows := []object{}
	for _, p := range list {
		o := object{"statusId": p.Status, "notes": p.Notes}
		if p.Forward != "" {
			o["forwardNumber"] = p.Forward
		}
		rows = append(rows, o)
	}
	return rows
}

// previousStatuses is GET user-status-previous-info. It documents no 403: whom one
// may not see there is not.
func previousStatuses(s *server, r *request) (answer, error) {
	id := r.PathValue("userId")
	u, err := s.book.User(r.Context(), id)
	if err != nil {
		return answer{}, err
	}
	if !r.session.MaySee(u) {
		return answer{}, fault.New(fault.NotFound, "There is no user %s whom you supervise.", id)
	}
	snap, err := s.look(r)
	if err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusOK, body: object{"userStatusPreviousInfoList": previousRows(session.StatusOf(snap, u.ID).Previous)}}, nil
}

func watchPrevious(s *server, r *request) (answer, error) {
	return subscribed, s.book.WatchPrevious(r.Context(), r.session)
}

func unwatchPrevious(s *server, r *request) (answer, error) {
	s.book.UnwatchPrevious(r.session)
	return unsubscribed, nil
}

// userStatus is a status on the wire. Of the optional properties only those that
// were asked for are given; an empty list asks for all.
func (s *server) userStatus(st dialer.UserStatus, properties []string) map[string]any {
	row := map[string]any{"userId": st.User, "statusId": st.Status}
	option := func(name string, value any) {
		if len(properties) == 0 || slices.ContainsFunc(properties, func(p string) bool { return strings.EqualFold(p, name) }) {
			row[name] = value
		}
	}
	stations, servers := []string{}, []string{}
	for _, name := range st.Station { // the user's agents may share a station
		if !slices.Contains(stations, name) {
			stations = append(stations, name)
		}
	}
	if st.In {
		servers = append(servers, s.cfg.ServerName)
	}
	option("notes", st.Notes)
	option("forwardNumber", st.Forward)
	option("until", untilOf(st.Until))
	option("stations", stations)
	option("icServers", servers)
	option("loggedIn", st.In)
	option("onPhone", st.OnPhone)
	if !st.Since.IsZero() {
		option("statusChanged", date(st.Since))
	}
	if !st.PhoneAt.IsZero() {
		option("onPhoneChanged", date(st.PhoneAt))
	}
	return row
}
