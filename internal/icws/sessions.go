package icws

import (
	"net/url"

	"github.com/outdial/outdial/internal/fault"
	"github.com/outdial/outdial/internal/session"
)

// sessionRoutes are the subscriptions to sessions (contract section 3.4).
func sessionRoutes() []route {
	const p = sub + "/session"
	const seen = "one's own sessions and those of users whom one supervises"
	return []route{
		{"PUT", p + "/sessions-users", "session", 1, full, true, watchSessionsOfUsers, seen},
		{"DELETE", p + "/sessions-users", "session", 1, full, false, unwatchSessionsOfUsers, ""},
		{"PUT", p + "/sessions-stations", "session", 1, full, true, watchSessionsAtStations, seen},
		{"DELETE", p + "/sessions-stations", "session", 1, full, false, unwatchSessionsAtStations, ""},
		{"PUT", p + "/sessions-layouts", "session", 1, full, true, watchSessionsOfLayouts, "there are no layouts: the list is empty"},
		{"DELETE", p + "/sessions-layouts", "session", 1, full, false, unwatchNothing, ""},
	}
}

func watchSessionsOfUsers(s *server, r *request) (answer, error) {
	var b struct {
		IDs []string `json:"userIds"`
	}
	if err := r.decode(&b); err != nil {
		return answer{}, err
	}
	if err := bounded(b.IDs, "userIds", listLimit); err != nil {
		return answer{}, err
	}
	err := s.book.WatchUsers(r.Context(), r.session, b.IDs)
	if err != nil && fault.KindOf(err) == fault.NotFound {
		return answer{}, invalid("userIds", "%s", describe(err).Message) // no 404 is documented
	}
	return subscribed, err
}

func unwatchSessionsOfUsers(s *server, r *request) (answer, error) {
	s.book.UnwatchUsers(r.session)
	return unsubscribed, nil
}

func watchSessionsAtStations(s *server, r *request) (answer, error) {
	var b struct {
		IDs []string `json:"stationIds"`
	}
	if err := r.decode(&b); err != nil {
		return answer{}, err
	}
	if err := bounded(b.IDs, "stationIds", listLimit); err != nil {
		return answer{}, err
	}
	s.book.WatchStations(r.session, b.IDs)
	return subscribed, nil
}

// unwatchSessionsAtStations is 200, as documented (contract section 3.4).
func unwatchSessionsAtStations(s *server, r *request) (answer, error) {
	s.book.UnwatchStations(r.session)
	return subscribed, nil
}

func watchSessionsOfLayouts(s *server, r *request) (answer, error) {
	var b struct {
		IDs []string `json:"layoutIds"`
	}
	if err := r.decode(&b); err != nil {
		return answer{}, err
	}
	if err := bounded(b.IDs, "layoutIds", listLimit); err != nil {
		return answer{}, err
	}
	s.book.Say(r.session, session.Sessions{Whole: true})
	return subscribed, nil
}

// connectionChange is why sessions are told of (sessionMessageReason).
const connectionChange = 0

// sessionsMessage is sessionsMessage: all that is shown, or what came and went.
func sessionsMessage(m session.Sessions) object {
	o := object{}
	if m.Whole || m.Added != nil {
		o["sessionsAdded"] = listings(m.Added)
	}
	if m.Removed != nil {
		o["sessionsRemoved"] = listings(m.Removed)
	}
	return about("session:sessionsMessage", !m.Whole, o)
}

func listings(list []session.Listing) []object {
	rows := []object{}
	for _, l := range list {
		name := l.Name
		if name == "" {
			name = l.User
		}
		rows = append(rows, object{
			"applicationName": l.Application, "machineName": l.Machine, "reason": connectionChange,
			"userId":    reference("users", l.User, name),
			"stationId": reference("stations", l.Station, l.Station), // required: of no station all is empty
		})
	}
	return rows
}

// reference is configurationId.
func reference(kind, id, name string) object {
	uri := ""
	if id != "" {
		uri = "/configuration/" + kind + "/" + url.PathEscape(id)
	}
	return object{"id": id, "displayName": name, "uri": uri}
}
