package telephony

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
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
	placed   int
	answered int
	failed   int
	refused  int
	trouble  string
}

// TrunkSnapshot is a trunk at one moment.
type TrunkSnapshot struct {
	Name     string
	Address  string
	Priority int
	MaxCalls int
	Calls    int // now
	Placed   int // INVITEs sent for calls, since the start
	Answered int
	Failed   int // calls that the trunk itself failed: no answer to INVITE, 5xx, transport
	Refused  int // calls that its own limits kept out
	// TriedLastUntil is in the future while the trunk is avoided for a failure;
	// Trouble says which was the last.
	TriedLastUntil time.Time
	Trouble        string
}

// Check tells what keeps a trunk from being used, wrapping [ErrTrunk]; nothing is
// looked up or sent.
func (t Trunk) Check() error {
	_, err := newTrunk(t)
	return err
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
	if t.Name == "" || t.MaxCalls < 0 || t.CallsPerSecond < 0 {
		return nil, fmt.Errorf("%w: %q needs a name, and limits that are not negative", ErrTrunk, t.Name)
	}
	if err := errors.Join(t.Called.Check(), t.Caller.Check(), t.Identity.Check()); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrTrunk, t.Name, err)
	}
	trust, err := newTrust(t.TLS)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrTrunk, t.Name, err)
	}
	return &trunk{Trunk: t, uri: uri, codecs: codecs, trust: trust, tokens: 1}, nil
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
			return nil, fmt.Errorf("codec %q is not offered; there are PCMU, PCMA and G722", name)
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

// ail marks the trunk as failing: until then others come first.
func (t *trunk) ail(until time.Time, trouble string) {
	t.mu.Lock()
	t.failed++
	t.sick, t.trouble = until, trouble
	t.mu.Unlock()
}

func (t *trunk) snapshot() TrunkSnapshot {
	t.mu.Lock()
	defer t.mu.Unlock()
	return TrunkSnapshot{
		Name: t.Name, Address: t.Address, Priority: t.Priority, MaxCalls: t.MaxCalls,
		Calls: t.calls, Placed: t.placed, Answered: t.answered, Failed: t.failed, Refused: t.refused,
		TriedLastUntil: t.sick, Trouble: t.trouble,
	}
}

// choose orders trunks for one call: the healthy before the failing, then by
// priority, then those with fewer calls. A name leaves only that trunk.
func choose(trunks []*trunk, name string, now time.Time) []*trunk {
	type candidate struct {
		*trunk
		sick  int
		calls int
	}
	var list []candidate
	for _, t := range trunks {
		if name != "" && t.Name != name {
			continue
		}
		s := t.snapshot()
		c := candidate{trunk: t, calls: s.Calls}
		if now.Before(s.TriedLastUntil) {
			c.sick = 1
		}
		list = append(list, c)
	}
	slices.SortStableFunc(list, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.sick, b.sick), cmp.Compare(a.Priority, b.Priority), cmp.Compare(a.calls, b.calls))
	})
	chosen := make([]*trunk, len(list))
	for i, c := range list {
		chosen[i] = c.trunk
	}
	return chosen
}
