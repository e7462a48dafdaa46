package icws

import (
	"math"
	"net/http"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/fault"
)

// The resources of feature outdial: the state of the persistent connection, which
// the documented interface keeps silent about. No client hears of it unless it
// asks.

// Lines tells how well the media of a leg to an agent's phone is carried, at this
// moment: last is when it was last heard of, ok is false if there is no such leg.
type Lines interface {
	Quality(leg call.LegID) (q call.Quality, last time.Time, ok bool)
}

// lineBody is the line to the agent's phone on the wire.
type lineBody struct {
	State        string `json:"state"` // none, dialing, verifying, up, lost
	Since        string `json:"since,omitempty"`
	RemoteNumber string `json:"remoteNumber,omitempty"`
	Persistent   bool   `json:"persistent"`
	// Held: the phone has put the line on hold; Faded: it gives no sign of life. It is
	// given no call meanwhile.
	Held  bool `json:"held,omitempty"`
	Faded bool `json:"faded,omitempty"`
	// Attempts are all calls to the phone, Tries those that were made without being
	// asked for since the last wish; NextTry is when the next one is.
	Attempts     int           `json:"attempts"`
	Tries        int           `json:"tries,omitempty"`
	NextTry      string        `json:"nextTry,omitempty"`
	LastFailure  *lineFailure  `json:"lastFailure,omitempty"`
	Verification *verification `json:"verification,omitempty"`
	LastBridge   *lastBridge   `json:"lastBridge,omitempty"`
	// Refusal is why the last establish-persistent-connection had no effect.
	Refusal string        `json:"refusal,omitempty"`
	Media   *mediaBody    `json:"media,omitempty"`
	Test    *lineTestBody `json:"test,omitempty"`
}

type lineFailure struct {
	Reason    string `json:"reason"`
	SIPStatus int    `json:"sipStatus,omitempty"`
	Q850      int    `json:"q850Cause,omitempty"`
}

// verification is what is asked of whoever answers the phone, and whether he did it.
type verification struct {
	Required string `json:"required"` // key, speech
	Verified bool   `json:"verified"`
}

// lastBridge is how long after the customer's answer each heard the other.
type lastBridge struct {
	ToCustomer float64 `json:"toCustomerMs"`
	ToAgent    float64 `json:"toAgentMs"`
}

// mediaBody is how well the voice is carried.
type mediaBody struct {
	Codec      string  `json:"codec,omitempty"`
	Secure     bool    `json:"secure,omitempty"`
	Sent       uint64  `json:"packetsSent"`
	Received   uint64  `json:"packetsReceived"`
	Lost       uint64  `json:"packetsLost"`
	FarLost    uint64  `json:"packetsLostByPhone"`
	Jitter     float64 `json:"jitterMs"`
	RoundTrip  float64 `json:"roundTripMs,omitempty"`
	LastPacket float64 `json:"lastPacketAgeMs,omitempty"`
}

// lineTestBody is a self-test of the line.
type lineTestBody struct {
	ID      string `json:"id"`
	State   string `json:"state"` // running, done, failed
	Began   string `json:"began"`
	Dialed  bool   `json:"dialed"`
	Good    bool   `json:"good"`
	Verdict string `json:"verdict,omitempty"`

	Seconds   float64   `json:"seconds,omitempty"`
	Sent      uint64    `json:"packetsSent,omitempty"`
	Received  uint64    `json:"packetsReceived,omitempty"`
	Lost      int64     `json:"packetsLost,omitempty"`
	FarLost   int64     `json:"packetsLostByPhone,omitempty"`
	Jitter    float64   `json:"jitterMs,omitempty"`
	RoundTrip float64   `json:"roundTripMs,omitempty"`
	Echo      *echoBody `json:"echo,omitempty"`
}

type echoBody struct {
	Delay float64 `json:"delayMs"`
	Level float64 `json:"levelDb"`
}

// ms is a time in milliseconds, to the microsecond.
func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func lineOf(l dialer.LineView) lineBody {
	b := lineBody{
		State: strings.ToLower(l.State.String()), RemoteNumber: l.Target, Persistent: l.Persistent, Held: l.Held, Faded: l.Faded,
		Attempts: l.Attempts, Tries: l.Tries, Refusal: l.Refusal,
	}
	if !l.Since.IsZero() {
		b.Since = date(l.Since)
	}
	if !l.Next.IsZero() {
		b.NextTry = date(l.Next)
	}
	if l.Failure != "" || l.SIP != 0 {
		b.LastFailure = &lineFailure{l.Failure, l.SIP, l.Q850}
	}
	if l.Verify != "" && l.Verify != agent.VerifyOff {
		b.Verification = &verification{string(l.Verify), l.Proven}
	}
	if l.ToCustomer != 0 || l.ToAgent != 0 {
		b.LastBridge = &lastBridge{ms(l.ToCustomer), ms(l.ToAgent)}
	}
	if l.Test.ID != "" {
		b.Test = testOf(l.Test)
	}
	return b
}

func testOf(t dialer.LineTest) *lineTestBody {
	b := &lineTestBody{ID: t.ID, State: "running", Began: date(t.Began), Dialed: t.Dialed}
	switch {
	case t.Why != "":
		b.State, b.Verdict = "failed", "The line was not there to be tested: "+t.Why+"."
	case t.Over:
		found := t.Trial
		b.State, b.Good, b.Verdict = "done", found.Good(), found.Verdict()
		b.Seconds, b.Sent, b.Received = found.Took.Seconds(), found.Sent, found.Received
		b.Lost, b.FarLost, b.Jitter, b.RoundTrip = found.Lost, found.FarLost, ms(found.Jitter), ms(found.RoundTrip)
		if found.Echo.Found {
			b.Echo = &echoBody{ms(found.Echo.Delay), math.Round(found.Echo.Level*10) / 10}
		}
	}
	return b
}

// media is how well a standing line is carried now, or nil.
func (s *server) media(l dialer.LineView) *mediaBody {
	if s.cfg.Lines == nil || l.Leg == 0 {
		return nil
	}
	q, last, ok := s.cfg.Lines.Quality(l.Leg)
	if !ok {
		return nil
	}
	b := &mediaBody{
		Codec: l.Media.Codec, Secure: l.Media.Secure, Sent: q.Sent, Received: q.Received, Lost: q.Lost, FarLost: q.FarLost,
		Jitter: ms(q.Jitter), RoundTrip: ms(q.RoundTrip),
	}
	if !last.IsZero() {
		b.LastPacket = max(ms(s.cfg.Now().Sub(last)), 0)
	}
	return b
}

func getLine(s *server, r *request) (answer, error) {
	snap, err := s.look(r)
	if err != nil {
		return answer{}, err
	}
	a, _ := snap.Agent(r.session.Agent())
	b := lineOf(a.Line)
	b.Media = s.media(a.Line)
	return answer{status: http.StatusOK, body: b}, nil
}

// testLine begins a self-test of the line.
func testLine(s *server, r *request) (answer, error) {
	id, err := s.floor.Ask(r.Context(), dialer.TestLine{Agent: r.session.Agent()})
	if err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusAccepted, body: map[string]string{"id": id}}, nil
}

// getLineTest tells of the last self-test.
func getLineTest(s *server, r *request) (answer, error) {
	snap, err := s.look(r)
	if err != nil {
		return answer{}, err
	}
	a, _ := snap.Agent(r.session.Agent())
	if a.Line.Test.ID == "" {
		return answer{}, fault.New(fault.NotFound, "the line was not tested yet; POST to this resource tests it")
	}
	return answer{status: http.StatusOK, body: testOf(a.Line.Test)}, nil
}

func watchLine(s *server, r *request) (answer, error) {
	return subscribed, s.book.WatchLine(r.Context(), r.session)
}

func unwatchLine(s *server, r *request) (answer, error) {
	s.book.UnwatchLine(r.session)
	return unsubscribed, nil
}
