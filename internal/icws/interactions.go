package icws

import (
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/dialer"
)

// interactionRoutes are the resources of interactions and queues.
func interactionRoutes() []route {
	return []route{
		{"PUT", sub + "/queues/{subscriptionId}", "queues", 1, full, true, watchQueue, "one's own queue and that of one's station"},
		{"DELETE", sub + "/queues/{subscriptionId}", "queues", 1, full, false, unwatchQueue, ""},
		{"PUT", sub + "/interactions/{interactionId}", "interactions", 2, full, true, watchInteraction, "one's own calls"},
		{"DELETE", sub + "/interactions/{interactionId}", "interactions", 2, full, false, unwatchInteraction, ""},
		{"GET", "/{sessionId}/interactions/{interactionId}", "interactions", 1, full, false, getInteraction, "one's own calls"},
		{"POST", "/{sessionId}/interactions/{interactionId}/disconnect", "interactions", 1, full, false, disconnectCall, ""},
		{"POST", "/{sessionId}/interactions/{interactionId}/pickup", "interactions", 1, full, false, pickupCall, "takes a held call back; on a connected call it does nothing"},
		{"POST", "/{sessionId}/interactions/{interactionId}/hold", "interactions", 1, full, true, holdCall, ""},
		{"POST", "/{sessionId}/interactions/{interactionId}/mute", "interactions", 1, full, true, muteCall, ""},
	}
}

// interactionAbsences are documented and not served.
func interactionAbsences() []absence {
	const p = "/{sessionId}/interactions"
	return []absence{
		{"POST", p, "interactions", 3, "not yet"},
	}
}

// act does something to a call of the session's user.
func (s *server) act(r *request, a dialer.Action) (answer, error) {
	return ok, s.do(r, dialer.Act{By: r.session.Agent(), Call: call.ID(r.PathValue("interactionId")), Action: a})
}

func disconnectCall(s *server, r *request) (answer, error) { return s.act(r, dialer.Disconnect) }

func pickupCall(s *server, r *request) (answer, error) { return s.act(r, dialer.Pickup) }

func holdCall(s *server, r *request) (answer, error) { return s.toggle(r, dialer.Hold, dialer.Unhold) }

func muteCall(s *server, r *request) (answer, error) { return s.toggle(r, dialer.Mute, dialer.Unmute) }

// toggle does one of two things, as {on} says.
func (s *server) toggle(r *request, on, off dialer.Action) (answer, error) {
	var b struct {
		On *bool `json:"on"`
	}
	if err := r.decode(&b); err != nil {
		return answer{}, err
	}
	switch {
	case b.On == nil:
		return answer{}, missing("on")
	case *b.On:
		return s.act(r, on)
	}
	return s.act(r, off)
}
