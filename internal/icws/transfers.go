package icws

import (
	"errors"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/fault"
)

// destination is where a client sends a call: transferParameters, and a part of
// createConsultParameters (contract section 5.2).
type destination struct {
	Target *string `json:"target"`
	Queue  *struct {
		Type *int    `json:"queueType"`
		Name *string `json:"queueName"`
	} `json:"queueID"`
}

// where finds out where a call is sent: exactly one of target and queueID. A target
// that is a user's id is his queue.
func (s *server) where(r *request, d destination) (call.Destination, error) {
	target := d.Target != nil && *d.Target != ""
	switch {
	case target == (d.Queue != nil):
		return call.Destination{}, invalid("target", "Give either target or queueID, and not both.")
	case target:
		user, err := s.colleague(r, *d.Target)
		if err != nil || user != "" {
			return call.Destination{Queue: &call.Queue{Type: call.UserQueue, Name: user}}, err
		}
		number, err := outside(*d.Target)
		return call.Destination{Number: number}, err
	}
	q, err := queueOf(d.Queue.Type, d.Queue.Name, "queueID")
	if err != nil {
		return call.Destination{}, err
	}
	switch q.Type {
	case call.SystemQueue:
		return call.Destination{}, invalid("queueID.queueType", "A call can not be sent to the system queue; name a user, a workgroup or a station.")
	case call.UserQueue:
		if q.Name, err = s.colleague(r, q.Name); err == nil && q.Name == "" {
			err = invalid("queueID.queueName", "There is no user %s.", *d.Queue.Name)
		}
	}
	return call.Destination{Queue: &q}, err
}

// queueOf reads a queueId that lies in the property.
func queueOf(typ *int, name *string, property string) (call.Queue, error) {
	switch {
	case typ == nil:
		return call.Queue{}, missing(property + ".queueType")
	case name == nil:
		return call.Queue{}, missing(property + ".queueName")
	case *typ < int(call.SystemQueue) || *typ > int(call.StationQueue):
		return call.Queue{}, invalid(property+".queueType", "queueType must be from 0 to 3.")
	case *name == "" && *typ != int(call.SystemQueue):
		return call.Queue{}, missing(property + ".queueName")
	case len(*name) > 200:
		return call.Queue{}, invalid(property+".queueName", "queueName may have 200 characters at most.")
	}
	return call.Queue{Type: call.QueueType(*typ), Name: *name}, nil
}

// colleague finds the configured id of a user who may be meant; it is empty if there
// is none.
func (s *server) colleague(r *request, typed string) (string, error) {
	id, err := s.user(r, typed)
	if err != nil && fault.KindOf(err) == fault.NotFound {
		return "", nil
	}
	return id, err
}

// outside reads a target outside the house: a number or a SIP URI.
func outside(typed string) (string, error) {
	number, err := target(typed)
	if err != nil {
		return "", invalid("target", "target must be a phone number, a SIP URI such as sip:anna@192.0.2.7, or the id of a user.")
	}
	return number, nil
}

// party reads whom to call: a number, a SIP URI, or the id of a user, who must be
// signed in, as nobody else can be alerted.
func (s *server) party(r *request, typed string) (string, error) {
	user, err := s.colleague(r, typed)
	if err != nil {
		return "", err
	}
	if user == "" {
		return outside(typed)
	}
	snap, err := s.look(r)
	if err != nil {
		return "", err
	}
	for _, a := range snap.Agents {
		if a.ID.User == user {
			return user, nil
		}
	}
	return "", &fault.Error{Kind: fault.Conflict, Message: "User " + user + " is not signed in; call a number instead."}
}

func transferCall(s *server, r *request) (answer, error) {
	to, blame, err := s.sends(r)
	if err != nil {
		return answer{}, err
	}
	return ok, blame(s.do(r, dialer.Transfer{By: r.session.Agent(), Call: r.callID(), To: to}))
}

func parkCall(s *server, r *request) (answer, error) {
	to, blame, err := s.sends(r)
	if err != nil {
		return answer{}, err
	}
	if to.Queue == nil {
		return answer{}, invalid("target", "A call is parked with a user or on a queue; there is no user %s.", to.Number)
	}
	return ok, blame(s.do(r, dialer.Park{By: r.session.Agent(), Call: r.callID(), To: to}))
}

// sends reads transferParameters, and gives what names the property of a failure.
func (s *server) sends(r *request) (call.Destination, func(error) error, error) {
	var d destination
	if err := r.decode(&d); err != nil {
		return call.Destination{}, nil, err
	}
	to, err := s.where(r, d)
	return to, d.blame, err
}

// blame is properly for where a client sends a call: a user whom it named as target
// is not the fault of a queueID that it did not send.
func (d destination) blame(err error) error {
	err = properly(err)
	var f *fault.Error
	if errors.As(err, &f) && f.Property == "queueID" && d.Queue == nil {
		return f.On("target")
	}
	return err
}
