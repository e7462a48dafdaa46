package icws

import (
	"net/http"
	"slices"
	"strings"

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
		{"GET", "/{sessionId}/status/status-messages", "status", 1, full, false, statusMessages, "one built-in list"},
		{"GET", "/{sessionId}/status/status-messages-user-access/{userId}", "status", 1, full, false, statusAccess, ""},
		{"GET", "/{sessionId}/status/user-statuses/{userId}", "status", 1, full, false, getUserStatus, ""},
		{"PUT", "/{sessionId}/status/user-statuses/{userId}", "status", 1, full, true, putUserStatus, "one's own status; until and forwardNumber are ignored"},
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
			IsDoNotDisturbStatus: st.DND, IsSelectableStatus: st.Selectable, IsPersistentStatus: st.Persistent,
			IsAfterCallWorkStatus: st.AfterCall, IsAcdStatus: st.ACD, IsAllowFollowUpStatus: st.ACD,
		})
	}
	return rows
}

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

// putUserStatus sets one's own status, an administrator anyone's. It is over when
// it is answered; the message that says so follows for clients that wait for it.
// A status has no end and no forwarding here: until is checked and, like
// forwardNumber, has no effect.
func putUserStatus(s *server, r *request) (answer, error) {
	var b struct {
		StatusID *string `json:"statusId"`
		Notes    string  `json:"notes"`
		Until    *struct {
			Date *string `json:"untilDateTime"`
		} `json:"until"`
	}
	if err := r.decode(&b); err != nil {
		return answer{}, err
	}
	if b.StatusID == nil || *b.StatusID == "" {
		return answer{}, missing("statusId")
	}
	if b.Until != nil && b.Until.Date != nil && *b.Until.Date != "" {
		if _, ok := parseDate(*b.Until.Date); !ok {
			return answer{}, invalid("until.untilDateTime", "untilDateTime must be a date such as 20260131T173000Z.")
		}
	}
	user := r.session.User.ID
	if id := r.PathValue("userId"); !strings.EqualFold(id, user) {
		if !r.session.User.Admin {
			return answer{}, fault.New(fault.Forbidden, "You may set your own status only.")
		}
		var err error
		if user, err = s.user(r, id); err != nil {
			return answer{}, err
		}
	}
	err := s.do(r, dialer.SetStatus{User: user, Status: *b.StatusID, Notes: b.Notes})
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
