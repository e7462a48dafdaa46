package icws

import (
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/fault"
	"github.com/outdial/outdial/internal/session"
)

// queueLimit is how many queues one subscription can follow.
const queueLimit = 100

// watchQueue follows queues: whose, is decided by the book.
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
	if err := bounded(b.Queues, "queueIds", queueLimit); err != nil {
		return answer{}, err
	}
	names, err := attributeNames(b.Names, false)
	if err != nil {
		return answer{}, err
	}
	var queues []call.Queue
	for _, q := range b.Queues {
		id, err := queueOf(q.Type, q.Name, "queueIds")
		if err != nil {
			return answer{}, err
		}
		queues = append(queues, id)
	}
	id := r.PathValue("subscriptionId")
	if len(id) > nameLength {
		return answer{}, invalid("subscriptionId", "subscriptionId may have %d bytes at most.", nameLength)
	}
	err = s.book.WatchQueues(r.Context(), r.session, id, queues, names)
	if err != nil && fault.KindOf(err) == fault.NotFound {
		return answer{}, invalid("queueIds.queueName", "%s", describe(err).Message)
	}
	return subscribed, err
}

func unwatchQueue(s *server, r *request) (answer, error) {
	s.book.UnwatchQueue(r.session, r.PathValue("subscriptionId"))
	return unsubscribed, nil
}

// watchInteraction follows one interaction. What is no number is another resource
// below the same path, which is not offered.
func watchInteraction(s *server, r *request) (answer, error) {
	if !decimal(string(r.callID())) {
		return answer{}, errUnknownResource
	}
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
	return noContent, s.book.WatchCall(r.Context(), r.session, r.callID(), names)
}

func unwatchInteraction(s *server, r *request) (answer, error) {
	if !decimal(string(r.callID())) {
		return answer{}, errUnknownResource
	}
	s.book.UnwatchCall(r.session, r.callID())
	return noContent, nil
}

// watchAlerting follows what alerts the agent. Attributes need not be wanted.
func watchAlerting(s *server, r *request) (answer, error) {
	var b struct {
		Names []string `json:"attributeNames"`
	}
	if err := r.decode(&b); err != nil {
		return answer{}, err
	}
	names, err := attributeNames(&b.Names, false)
	if err != nil {
		return answer{}, err
	}
	return subscribed, s.book.WatchAlerts(r.Context(), r.session, names)
}

func unwatchAlerting(s *server, r *request) (answer, error) {
	s.book.UnwatchAlerts(r.session)
	return unsubscribed, nil
}

// watchHistory follows the user's finished calls: at first as many of the last as
// are asked for, or all that are remembered.
func watchHistory(s *server, r *request) (answer, error) {
	var b struct {
		Number *int `json:"numberOfHistoryMessages"`
	}
	if err := r.decode(&b); err != nil {
		return answer{}, err
	}
	n := session.MaxHistory
	if b.Number != nil {
		if n = min(*b.Number, n); n < 0 {
			return answer{}, invalid("numberOfHistoryMessages", "numberOfHistoryMessages must not be negative.")
		}
	}
	return subscribed, s.book.WatchHistory(r.Context(), r.session, n)
}

func unwatchHistory(s *server, r *request) (answer, error) {
	s.book.UnwatchHistory(r.session)
	return unsubscribed, nil
}

// nameLimit is how many attributes one request can ask for. Messages carry their
// names, so these are bounded too.
const nameLimit = 500

// attributeNames checks a required list of names; some says that it must not be empty.
func attributeNames(names *[]string, some bool) ([]string, error) {
	if names == nil || some && len(*names) == 0 {
		return nil, missing("attributeNames")
	}
	return *names, shortNames(*names, "attributeNames", nameLimit)
}
