package icws

import (
	"cmp"
	"net/http"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/fault"
	"github.com/outdial/outdial/internal/session"
)

// consult is POST consult. The consultation's id is that of its call.
func consult(s *server, r *request) (answer, error) {
	var b struct {
		destination
		Stage      int               `json:"callMadeStage"`
		Attributes map[string]string `json:"additionalAttributes"`
	}
	if err := r.decode(&b); err != nil {
		return answer{}, err
	}
	if err := cmp.Or(madeStage(b.Stage), settable(b.Attributes, "additionalAttributes")); err != nil {
		return answer{}, err
	}
	to, err := s.where(r, b.destination)
	if err != nil {
		return answer{}, err
	}
	id, err := s.ask(r, dialer.Consult{By: r.session.Agent(), Call: r.callID(), To: to, Attributes: b.Attributes})
	if err != nil {
		return answer{}, b.blame(err)
	}
	return r.created("/interactions/"+string(r.callID())+"/consult/"+id, map[string]string{"consultId": id, "consultInteractionId": id}), nil
}

// consultation is the consultation that the path names.
func (r *request) consultation() call.ID { return call.ID(r.PathValue("consultId")) }

func changeAudience(s *server, r *request) (answer, error) {
	var b struct {
		Audience *struct {
			Original  bool `json:"originalParty"`
			Consulted bool `json:"consultedParty"`
		} `json:"audience"`
	}
	if err := r.decode(&b); err != nil {
		return answer{}, err
	}
	switch {
	case b.Audience == nil:
		return answer{}, missing("audience")
	case !b.Audience.Original && !b.Audience.Consulted:
		return answer{}, invalid("audience", "audience must have originalParty, consultedParty or both.")
	}
	return ok, s.do(r, dialer.SetAudience{By: r.session.Agent(), Call: r.callID(), Consultation: r.consultation(), Original: b.Audience.Original, Consulted: b.Audience.Consulted})
}

// concludeConsult is over when it is answered; the message that says so follows.
// What is not there or not the agent's is refused at once, as documented; a state
// that does not allow it is a failure of the operation.
func concludeConsult(s *server, r *request) (answer, error) {
	err := s.do(r, dialer.Conclude{By: r.session.Agent(), Call: r.callID(), Consultation: r.consultation()})
	if err != nil && fault.KindOf(err) != fault.Conflict {
		return answer{}, err
	}
	return s.finish(r, err)
}

func cancelConsult(s *server, r *request) (answer, error) {
	return ok, s.do(r, dialer.CancelConsult{By: r.session.Agent(), Call: r.callID(), Consultation: r.consultation()})
}

// finish answers an operation that is over with 202; the message that says so, and
// how it went, follows.
func (s *server) finish(r *request, outcome error) (answer, error) {
	done := session.Done{Request: requestID(), Err: outcome}
	if err := s.book.Finish(r.Context(), r.session, done); err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusAccepted, body: map[string]string{"requestId": done.Request}}, nil
}
