package telephony

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/outdial/outdial/internal/media"
)

// trunk is one way out, with the count of its calls. It alone decides whether it
// takes one more; a refusal is an answer, not a wait without end.
type trunk struct {
	Trunk
	uri    sip.Uri
	codecs []media.Codec
	trust  *trust

	mu       sync.Mutex // guards what follows
	calls    int
	tokens   float64   // may be negative: calls that wait for their turn
	refilled time.Time // when tokens was right
	sick     time.Time // until then it is tried last
	out      time.Time // until then it is not tried at all, by its own wish
	placed   int
	answered int
	failed   int
	refused  int
	trouble  string

	responses map[string]int // final ones to INVITE, by class
	health    health
	binding   binding
	learned   netip.AddrPort    // where the trunk sees us
	hops      []hop             // its addresses, as they were last looked up
	avoided   map[hop]time.Time // of these, that have failed, until when they come last
}

// TrunkSnapshot is a trunk at one moment.
type TrunkSnapshot struct {
	Name     string
	Address  string
	Priority int
	Weight   int
	MaxCalls int
	// State is Down if no call takes it now, for the reason in Why.
	State    State
	Why      string
	Health   Health
	Binding  *Binding // nil if it is not registered with
	Calls    int      // now
	Placed   int      // INVITEs sent for calls, since the start
	Answered int
	Failed   int // calls that the trunk itself failed: no answer to INVITE, 5xx, transport
	Refused  int // calls that its own limits kept out
	// TriedLastUntil is in the future while the trunk is avoided for a failure;
	// Trouble says which was the last.
	TriedLastUntil time.Time
	RestsUntil     time.Time // as it asked for itself (Retry-After)
	Trouble        string
	Responses      map[string]int // final responses to INVITE by class, "none" for silence
	Learned        netip.AddrPort // our address as the trunk sees it (RFC 3581)
	Hops           []HopSnapshot  // its addresses, once they were looked up
}

// HopSnapshot is one address of a trunk; it is tried after the others while it is
// avoided for a failure.
type HopSnapshot struct {
	Address      string // "udp:192.0.2.7:5060"
	AvoidedUntil time.Time
}

// Check tells what keeps a trunk from being used, wrapping [ErrTrunk]; nothing is
// looked up or sent.
func (t Trunk) Check() error {
	_, err := newTrunk(t)
	return err
}

func newTrunks(list []Trunk) ([]*trunk, error) {
	var trunks []*trunk
	names := make(map[string]bool)
	for _, t := range list {
		trunk, err := newTrunk(t)
		if err != nil {
			return nil, err
		}
		if names[t.Name] {
			return nil, errors.Join(ErrTrunk, errors.New("two trunks are named "+t.Name))
		}
		names[t.Name] = true
		trunks = append(trunks, trunk)
	}
	return trunks, nil
}

func newTrunk(t Trunk) (*trunk, error) {
	uri, err := target(t.Address)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrTrunk, t.Name, err)
	}
	uri.User = ""
	codecs, err := codecsOf(t.Codecs)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrTrunk, t.Name, err)
	}
	if t.Name == "" || t.Weight < 0 || t.Options < 0 || t.MaxCalls < 0 || t.CallsPerSecond < 0 {
		return nil, fmt.Errorf("%w: %q needs a name, and figures that are not negative", ErrTrunk, t.Name)
	}
	if err := errors.Join(t.Called.Check(), t.Caller.Check(), t.Identity.Check(), t.SRTP.Check()); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrTrunk, t.Name, err)
	}
	trust, err := newTrust(t.TLS)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrTrunk, t.Name, err)
	}
	return &trunk{Trunk: t, uri: uri, codecs: codecs, trust: trust, tokens: 1, health: health{state: Unknown}}, nil
}

// called is the Request-URI for a number.
func (t *trunk) called(number string) sip.Uri {
	uri := *t.uri.Clone()
	uri.User = userPart(t.Called.write(number))
	if t.UserPhone {
		uri.UriParams.Add("user", "phone")
	}
	return uri
}

// CheckCodecs tells which of these names is no codec that is spoken.
func CheckCodecs(names []string) error {
	_, err := codecsOf(names)
	return err
}

// codecsOf reads the names of codecs. Without any it is the two laws of G.711, which
// every trunk and phone speaks: who was offered G.722 too could choose it, and each
// call between him and one who has it not would be transcoded, for no gain.
func codecsOf(names []string) ([]media.Codec, error) {
	if len(names) == 0 {
		return []media.Codec{media.PCMU, media.PCMA}, nil
	}
	var codecs []media.Codec
	for _, name := range names {
		i := slices.IndexFunc(spoken, func(p payload) bool { return strings.EqualFold(p.codec.String(), name) })
		if i < 0 {
			return nil, fmt.Errorf("codec %q is not offered; there are PCMU, PCMA, G722 and opus", name)
		}
		if !slices.Contains(codecs, spoken[i].codec) {
			codecs = append(codecs, spoken[i].codec)
		}
	}
	return codecs, nil
}

// take asks for room for one call. wait is how long to hold the INVITE back for
// the rate's sake, at most longest; the room is taken already. Each take that is
// ok is ended by free.
func (t *trunk) take(now time.Time, longest time.Duration) (wait time.Duration, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.MaxCalls > 0 && t.calls >= t.MaxCalls {
		t.refused++
		return 0, false
	}
	if t.CallsPerSecond > 0 {
		if !t.refilled.IsZero() {
			// One token at most: calls leave evenly spaced, which is how carriers count.
			t.tokens = min(1, t.tokens+now.Sub(t.refilled).Seconds()*t.CallsPerSecond)
		}
		t.refilled = now
		if t.tokens < 1 {
			wait = time.Duration((1 - t.tokens) / t.CallsPerSecond * float64(time.Second))
		}
		if wait > longest {
			t.refused++
			return 0, false
		}
		t.tokens--
	}
	t.calls++
	return wait, true
}

func (t *trunk) free() {
	t.mu.Lock()
	t.calls--
	t.mu.Unlock()
}

// note counts what became of a call.
func (t *trunk) note(placed, answered bool) {
	t.mu.Lock()
	if placed {
		t.placed++
	}
	if answered {
		t.answered++
	}
	t.mu.Unlock()
}

// answer counts a final response to an INVITE by its class; no status is none.
func (t *trunk) answer(status int) {
	class := "none"
	if status != 0 {
		class = strconv.Itoa(status/100) + "xx"
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.responses == nil {
		t.responses = make(map[string]int)
	}
	t.responses[class]++
}

// ail marks the trunk as failing: for a while others come first, or it is left alone
// as long as it asked to be.
func (t *trunk) ail(now time.Time, v verdict, p pace) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.failed++
	t.sick, t.trouble = time.Time{}, v.cause.String()
	if v.sick {
		t.sick = now.Add(p.sick)
	}
	if v.rest > 0 {
		t.out = now.Add(v.rest)
	}
}

func (t *trunk) snapshot(now time.Time) TrunkSnapshot {
	why := t.unusable(now)
	t.mu.Lock()
	defer t.mu.Unlock()
	s := TrunkSnapshot{
		Name: t.Name, Address: t.Address, Priority: t.Priority, Weight: cmp.Or(t.Weight, 1), MaxCalls: t.MaxCalls,
		State: t.health.state, Why: why,
		Calls: t.calls, Placed: t.placed, Answered: t.answered, Failed: t.failed, Refused: t.refused, Responses: maps.Clone(t.responses),
		TriedLastUntil: t.sick, RestsUntil: t.out, Trouble: t.trouble, Learned: t.learned, Hops: make([]HopSnapshot, len(t.hops)),
		Health: Health{State: t.health.state, Since: t.health.since, Answered: t.health.answered, RoundTrip: t.health.trip},
	}
	if t.Registration.On {
		s.Binding = t.binding.snapshot(now)
	}
	switch {
	case why != "":
		s.State = Down
	case s.Binding != nil:
		s.State = Up
	}
	for i, h := range t.hops {
		s.Hops[i] = HopSnapshot{Address: strings.ToLower(string(h.network)) + ":" + h.addr.String(), AvoidedUntil: t.avoided[h]}
	}
	return s
}
