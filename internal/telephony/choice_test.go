package telephony

import (
	"errors"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/call"
)

// made is a trunk with a change.
func made(t *testing.T, name string, change func(*trunk)) *trunk {
	t.Helper()
	trunk, err := newTrunk(Trunk{Name: name, Address: "h"})
	if err != nil {
		t.Fatal(err)
	}
	change(trunk)
	return trunk
}

func names(list []*trunk) (names []string) {
	for _, c := range list {
		names = append(names, c.Name)
	}
	return names
}

// even draws the same lot for all.
func even() float64 { return 1 }

func TestTheOrderOfTrunks(t *testing.T) {
	now := time.Unix(1, 0)
	trunks := []*trunk{
		made(t, "sick", func(t *trunk) { t.sick = now.Add(time.Second) }),
		made(t, "third", func(t *trunk) { t.Priority = 2 }),
		made(t, "second", func(t *trunk) { t.Priority = 1 }),
		made(t, "first", func(t *trunk) { t.Priority, t.Weight = 1, 2 }),
		made(t, "full", func(t *trunk) { t.Priority, t.MaxCalls, t.calls = 1, 3, 3 }),
		made(t, "down", func(t *trunk) { t.health = health{state: Down, trouble: "silent"} }),
		made(t, "resting", func(t *trunk) { t.out, t.trouble = now.Add(time.Minute), "503" }),
		made(t, "stranger", func(t *trunk) { t.Registration.On, t.binding.trouble = true, "403" }),
	}
	for _, c := range []struct {
		name string
		at   time.Time
		want []string
	}{
		{"now", now, []string{"first", "second", "full", "third", "sick"}},
		{"when the sick is well again", now.Add(time.Second), []string{"sick", "first", "second", "full", "third"}},
		{"when the resting has rested", now.Add(time.Minute), []string{"sick", "resting", "first", "second", "full", "third"}},
	} {
		if got, _ := choose(trunks, "", c.at, even); !slices.Equal(names(got), c.want) {
			t.Errorf("%s: %v, want %v", c.name, names(got), c.want)
		}
	}
	for name, want := range map[string]string{
		"third": "all trunks are full", "nobody": "there is no such trunk",
		"down": "trunk down: it is down: silent", "stranger": "trunk stranger: it is not registered: 403", "resting": "it takes no calls until",
	} {
		got, why := choose(trunks, name, now, even)
		if (len(got) == 1) != (name == "third") || !strings.Contains(why, want) {
			t.Errorf("%s: %v, %q", name, names(got), why)
		}
	}
}

// TestEqualsShareTheCallsByWeight: by lot, within a few per cent over many calls.
func TestEqualsShareTheCallsByWeight(t *testing.T) {
	chance := rand.New(rand.NewPCG(1, 2))
	trunks := []*trunk{
		made(t, "one", func(*trunk) {}), // no weight is one
		made(t, "three", func(t *trunk) { t.Weight = 3 }),
		made(t, "half full", func(t *trunk) { t.Weight, t.MaxCalls, t.calls = 8, 10, 5 }),
	}
	const calls = 10000
	first := map[string]int{}
	for range calls {
		list, _ := choose(trunks, "", time.Unix(1, 0), chance.ExpFloat64)
		first[list[0].Name]++
	}
	for name, share := range map[string]float64{"one": 1. / 8, "three": 3. / 8, "half full": 4. / 8} {
		if got := float64(first[name]) / calls; got < share-.02 || got > share+.02 {
			t.Errorf("%s has %.3f of the calls, want %.3f", name, got, share)
		}
	}
}

func TestAddressesThatFailedComeLast(t *testing.T) {
	now := time.Unix(1, 0)
	at := func(by network, addr string) hop { return hop{network: by, addr: netip.MustParseAddrPort(addr)} }
	a, b, c := at(overUDP, "192.0.2.1:5060"), at(overUDP, "192.0.2.2:5060"), at(overTCP, "192.0.2.2:5060")
	trunk := made(t, "t", func(*trunk) {})
	noDNS := errors.New("no such host")
	if _, err := trunk.order(nil, noDNS, now); !errors.Is(err, noDNS) {
		t.Errorf("nothing is known, and the error is %v", err)
	}
	expect := func(when string, at time.Time, want ...hop) {
		t.Helper()
		if got, err := trunk.order([]hop{a, b, c}, nil, at); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", when, got, want)
		}
	}
	expect("at first", now, a, b, c)
	trunk.met(a, true, now.Add(time.Minute))
	expect("after a failure", now, b, c, a)
	trunk.met(b, true, now.Add(time.Second))
	expect("after two", now, c, a, b)
	expect("later", now.Add(time.Second), b, c, a)
	trunk.met(a, false, now)
	expect("when it has answered", now.Add(time.Second), a, b, c)
	if got, err := trunk.order(nil, noDNS, now.Add(time.Second)); err != nil || !slices.Equal(got, []hop{a, b, c}) {
		t.Errorf("without DNS: %v, %v", got, err)
	}
}

// TestATrunkThatWantsToRestIsLeftAlone: Retry-After of a 503 keeps calls away, which
// then cost nothing.
func TestATrunkThatWantsToRestIsLeftAlone(t *testing.T) {
	p := newPeer(t)
	b := openBench(t, Config{Trunks: []Trunk{trunkTo(p, "t", 0)}})
	b.dial(1, "100")
	p.reply(p.expect("INVITE"), "503 Service Unavailable", "x", "", "Retry-After: 60 (maintenance)")
	p.expect("ACK")
	if end := b.await(1, call.Ended); end.Cause.Reason != call.Congestion {
		t.Errorf("cause %v", end.Cause)
	}
	b.dial(2, "100")
	if end := b.await(2, call.Ended); end.Cause.Reason != call.NoLines || !strings.Contains(end.Cause.Detail, "it takes no calls until") {
		t.Errorf("cause %v", end.Cause)
	}
	p.quiet(20 * time.Millisecond)
	s := b.Trunks()[0]
	if rest := time.Until(s.RestsUntil); rest < 50*time.Second || rest > time.Minute || s.State != Down || s.Responses["5xx"] != 1 {
		t.Errorf("%+v", s)
	}
}

func TestRetryAfter(t *testing.T) {
	for _, c := range []struct {
		text string
		want time.Duration
	}{
		{"18000;duration=3600", longestRest}, {"120 (I'm in a meeting)", 2 * time.Minute}, {" 5 ", 5 * time.Second}, {"soon", 0}, {"-1", 0}, {"", 0},
	} {
		res := parsed(t, "SIP/2.0 503 No\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nRetry-After: "+c.text+"\r\nContent-Length: 0\r\n\r\n")
		if got := retryAfter(res); got != c.want {
			t.Errorf("%q: %v, want %v", c.text, got, c.want)
		}
	}
}
