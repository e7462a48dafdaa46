package icws

import (
	"net/http"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/session"
)

// The answers of subscriptions (contract sections 3.4 and 11).
var (
	subscribed   = answer{status: http.StatusOK, body: struct{}{}}
	unsubscribed = answer{status: http.StatusNoContent}
	noContent    = answer{status: http.StatusNoContent}
)

func watchStation(s *server, r *request) (answer, error) {
	s.book.WatchStation(r.session)
	return subscribed, nil
}

func unwatchStation(s *server, r *request) (answer, error) {
	s.book.UnwatchStation(r.session)
	return subscribed, nil // 200, as documented (contract section 3.4)
}

func watchStatuses(s *server, r *request) (answer, error) {
	var b struct {
		UserIDs    *[]string `json:"userIds"`
		Properties []string  `json:"userStatusProperties"`
	}
	if err := r.decode(&b); err != nil {
		return answer{}, err
	}
	if b.UserIDs == nil {
		return answer{}, missing("userIds")
	}
	if err := shortNames(b.Properties, "userStatusProperties", nameLimit); err != nil {
		return answer{}, err
	}
	users, err := s.users(r, *b.UserIDs)
	if err != nil {
		return answer{}, err
	}
	return subscribed, s.book.WatchStatuses(r.Context(), r.session, users, b.Properties)
}

func unwatchStatuses(s *server, r *request) (answer, error) {
	s.book.UnwatchStatuses(r.session)
	return unsubscribed, nil
}

// watchStatusMessages tells the list once: it does not change while the server runs.
func watchStatusMessages(s *server, r *request) (answer, error) {
	s.book.Say(r.session, session.StatusList{Statuses: agent.Statuses})
	return subscribed, nil
}

// watchStatusAccess tells once which statuses users may choose; nor does that change.
func watchStatusAccess(s *server, r *request) (answer, error) {
	var b struct {
		UserIDs *[]string `json:"userIds"`
	}
	if err := r.decode(&b); err != nil {
		return answer{}, err
	}
	if b.UserIDs == nil {
		return answer{}, missing("userIds")
	}
	users, err := s.users(r, *b.UserIDs)
	if err != nil {
		return answer{}, err
	}
	s.book.Say(r.session, session.StatusAccess{Users: users, Statuses: selectable()})
	return subscribed, nil
}

func unwatchNothing(*server, *request) (answer, error) { return unsubscribed, nil }

// unwatchStatusAccess is 200, as documented (contract section 3.4).
func unwatchStatusAccess(*server, *request) (answer, error) { return subscribed, nil }

// users finds the configured ids of users.
func (s *server) users(r *request, ids []string) ([]string, error) {
	if err := bounded(ids, "userIds", listLimit); err != nil {
		return nil, err
	}
	var users []string
	for _, id := range ids {
		u, err := s.user(r, id)
		if err != nil {
			return nil, err
		}
		users = append(users, u)
	}
	return users, nil
}
