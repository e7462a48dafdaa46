package icws

import (
	"net/http"
	"strings"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/fault"
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
	if len(ids) > 1000 {
		return nil, invalid("userIds", "userIds may name 1000 users at most.")
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

// The types of queues (contract section 3.4).
const (
	queueOfUser    = 1
	queueOfStation = 3
)

// watchQueue follows one's own queue and that of one's own station. Others are
// Forbidden.
func watchQueue(s *server, r *request) (answer, error) {
	var b struct {
		Queues []struct {
			Type *int    `json:"queueType"`
			Name *string `json:"queueName"`
		} `json:"queueIds"`
		Names *[]string `json:"attributeNames"`
	}
	if err := r.decode(&b); err != nil {
		return answer{}, err
	}
	if len(b.Queues) == 0 {
		return answer{}, missing("queueIds")
	}
	names, err := attributeNames(b.Names, false)
	if err != nil {
		return answer{}, err
	}
	var scope session.QueueScope
	for _, q := range b.Queues {
		if q.Type == nil {
			return answer{}, missing("queueIds.queueType")
		}
		if q.Name == nil {
			return answer{}, missing("queueIds.queueName")
		}
		if *q.Type < 0 || *q.Type > queueOfStation {
			return answer{}, invalid("queueIds.queueType", "queueType must be from 0 to 3.")
		}
		station, seated := s.book.Effective(r.session)
		switch {
		case *q.Type == queueOfUser && strings.EqualFold(*q.Name, r.session.User.ID):
			scope.User = true
		case *q.Type == queueOfStation && seated && strings.EqualFold(*q.Name, station.Name):
			scope.Station = true
		default:
			return answer{}, fault.New(fault.Forbidden, "Queue %q is not yours; you may see your own and that of your station.", *q.Name)
		}
	}
	return subscribed, s.book.WatchQueue(r.Context(), r.session, r.PathValue("subscriptionId"), scope, names)
}

func unwatchQueue(s *server, r *request) (answer, error) {
	s.book.UnwatchQueue(r.session, r.PathValue("subscriptionId"))
	return unsubscribed, nil
}

func watchInteraction(s *server, r *request) (answer, error) {
	var b struct {
		Names *[]string `json:"attributeNames"`
	}
	if err := r.decode(&b); err != nil {
		return answer{}, err
	}
	names, err := attributeNames(b.Names, true)
	if err != nil {
		return answer{}, err
	}
	return noContent, s.book.WatchCall(r.Context(), r.session, call.ID(r.PathValue("interactionId")), names)
}

func unwatchInteraction(s *server, r *request) (answer, error) {
	s.book.UnwatchCall(r.session, call.ID(r.PathValue("interactionId")))
	return noContent, nil
}

// attributeNames checks a required list of names; some says that it must not be empty.
func attributeNames(names *[]string, some bool) ([]string, error) {
	if names == nil || some && len(*names) == 0 {
		return nil, missing("attributeNames")
	}
	if len(*names) > 500 {
		return nil, invalid("attributeNames", "attributeNames may hold 500 names at most.")
	}
	return *names, nil
}
