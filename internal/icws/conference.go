package icws

import (
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/dialer"
)

// conferences is where conferences are.
const conferences = "/{sessionId}/interactions/conferences"

// partyLimit is how many interactions one request can bring into a conference.
const partyLimit = 50

// parties reads {interactions}, of which there must be at least one.
func (r *request) parties() ([]call.ID, error) {
	var b struct {
		Interactions *[]call.ID `json:"interactions"`
	}
	if err := r.decode(&b); err != nil {
		return nil, err
	}
	if b.Interactions == nil || len(*b.Interactions) == 0 {
		return nil, missing("interactions")
	}
	return *b.Interactions, bounded(*b.Interactions, "interactions", partyLimit)
}

func createConference(s *server, r *request) (answer, error) {
	calls, err := r.parties()
	if err != nil {
		return answer{}, err
	}
	id, err := s.ask(r, dialer.Confer{By: r.session.Agent(), Calls: calls})
	if err != nil {
		return answer{}, properly(err)
	}
	return r.created("/interactions/conferences/"+id, map[string]string{"conferenceId": id}), nil
}

func addParties(s *server, r *request) (answer, error) {
	calls, err := r.parties()
	if err != nil {
		return answer{}, err
	}
	return ok, properly(s.do(r, dialer.AddParties{By: r.session.Agent(), Conference: r.conference(), Calls: calls}))
}

// conference is the conference that the path names.
func (r *request) conference() call.ConferenceID {
	return call.ConferenceID(r.PathValue("conferenceId"))
}

func inviteToCall(s *server, r *request) (answer, error) {
	return s.invite(r, dialer.Invite{Call: r.callID()})
}

func inviteToConference(s *server, r *request) (answer, error) {
	return s.invite(r, dialer.Invite{Conference: r.conference()})
}

// invite calls somebody into a conference; the answer names nobody, the new party
// shows up on the agent's queue.
func (s *server) invite(r *request, c dialer.Invite) (answer, error) {
	var b struct {
		Target *string `json:"target"`
		Stage  int     `json:"callMadeStage"`
	}
	if err := r.decode(&b); err != nil {
		return answer{}, err
	}
	if b.Target == nil || *b.Target == "" {
		return answer{}, missing("target")
	}
	if err := madeStage(b.Stage); err != nil {
		return answer{}, err
	}
	var err error
	if c.Target, err = s.party(r, *b.Target); err != nil {
		return answer{}, err
	}
	c.By = r.session.Agent()
	_, err = s.ask(r, c)
	return ok, properly(err)
}
