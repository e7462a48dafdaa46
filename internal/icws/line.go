package icws

import (
	"net/http"
	"strings"

	"github.com/outdial/outdial/internal/dialer"
)

// The resources of feature outdial: the state of the persistent connection, which
// the documented interface keeps silent about. No client hears of it unless it
// asks.

// lineBody is the line to the agent's phone on the wire.
type lineBody struct {
	State        string `json:"state"` // none, dialing, verifying, up, lost
	Since        string `json:"since,omitempty"`
	RemoteNumber string `json:"remoteNumber,omitempty"`
	Persistent   bool   `json:"persistent"`
	// Faded: the phone gives no sign of life, and is given no call meanwhile.
	Faded       bool         `json:"faded,omitempty"`
	Attempts    int          `json:"attempts"`
	LastFailure *lineFailure `json:"lastFailure,omitempty"`
	// Refusal is why the last establish-persistent-connection had no effect.
	Refusal string `json:"refusal,omitempty"`
}

type lineFailure struct {
	Reason    string `json:"reason"`
	SIPStatus int    `json:"sipStatus,omitempty"`
}

func lineOf(l dialer.LineView) lineBody {
	b := lineBody{State: strings.ToLower(l.State.String()), RemoteNumber: l.Target, Persistent: l.Persistent, Faded: l.Faded, Attempts: l.Attempts, Refusal: l.Refusal}
	if !l.Since.IsZero() {
		b.Since = date(l.Since)
	}
	if l.Failure != "" || l.SIP != 0 {
		b.LastFailure = &lineFailure{l.Failure, l.SIP}
	}
	return b
}

func getLine(s *server, r *request) (answer, error) {
	snap, err := s.look(r)
	if err != nil {
		return answer{}, err
	}
	a, _ := snap.Agent(r.session.Agent())
	return answer{status: http.StatusOK, body: lineOf(a.Line)}, nil
}

func watchLine(s *server, r *request) (answer, error) {
	return subscribed, s.book.WatchLine(r.Context(), r.session)
}

func unwatchLine(s *server, r *request) (answer, error) {
	s.book.UnwatchLine(r.session)
	return unsubscribed, nil
}
