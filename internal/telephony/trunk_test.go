package telephony

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/call"
)

// trunkTo is a trunk to a peer.
func trunkTo(p *peer, name string, priority int) Trunk {
	return Trunk{Name: name, Address: p.addr(), Priority: priority}
}

func TestACallGoesByTheTrunk(t *testing.T) {
	p := newPeer(t)
	trunk := trunkTo(p, "first", 0)
	trunk.CallerID, trunk.Domain, trunk.Codecs = "3175550100", "example.net", []string{"PCMA"}
	b := openBench(t, Config{Trunks: []Trunk{trunk}})
	leg := b.dial(1, "+1 (317) 555#1")
	invite := p.expect("INVITE")
	if want := "INVITE sip:+1%20(317)%20555%231@" + p.addr() + " SIP/2.0"; invite.start() != want {
		t.Errorf("%q, want %q", invite.start(), want)
	}
	if from := uri(invite.header("From")); from != "sip:3175550100@example.net" {
		t.Errorf("From: %s", from)
	}
	if strings.Contains(invite.body(), "PCMU") || !strings.Contains(invite.body(), "PCMA") {
		t.Errorf("offer: %s", invite.body())
	}
	p.reply(invite, "200 OK", "far", p.sdp("AVP 0", "AVP 8", "0 PCMU", "8 PCMA"))
	p.expect("ACK")
	if got := b.await(leg, call.Answered); got.Trunk != "first" {
		t.Errorf("trunk %q", got.Trunk)
	}
	if s := b.Trunks()[0]; s.Calls != 1 || s.Placed != 1 || s.Answered != 1 {
		t.Errorf("%+v", s)
	}
	b.HangUp(leg, call.Cause{})
	p.hungUpOn()
	if got := b.await(leg, call.Ended); got.Trunk != "first" {
		t.Errorf("trunk %q", got.Trunk)
	}
	if s := b.Trunks()[0]; s.Calls != 0 {
		t.Errorf("%+v", s)
	}
}

func TestWithoutACallerIDOurNameIsShown(t *testing.T) {
	p := newPeer(t)
	b := openBench(t, Config{Trunks: []Trunk{trunkTo(p, "t", 0)}, Shown: `Acme "Sales"`})
	leg := b.dial(1, "100")
	invite := p.expect("INVITE")
	if from := invite.header("From"); !strings.HasPrefix(from, `"Acme 'Sales'" <sip:Acme%20%22Sales%22@127.0.0.1>`) {
		t.Errorf("From: %s", from)
	}
	p.reply(invite, "486 Busy Here", "far", "")
	b.await(leg, call.Ended)
}

func TestTheNextTrunkIsTried(t *testing.T) {
	for _, c := range []struct {
		name string
		fail func(p *peer, invite message)
		next bool
	}{
		{"503", func(p *peer, m message) { p.reply(m, "503 Service Unavailable", "x", "") }, true},
		{"500", func(p *peer, m message) { p.reply(m, "500 Error", "x", "") }, true},
		{"408", func(p *peer, m message) { p.reply(m, "408 Request Timeout", "x", "") }, true},
		{"silence", func(*peer, message) {}, true},
		{"503 after ringing", func(p *peer, m message) {
			p.reply(m, "180 Ringing", "x", "")
			p.reply(m, "503 Service Unavailable", "x", "")
		}, false},
		{"busy", func(p *peer, m message) { p.reply(m, "486 Busy Here", "x", "") }, false},
		{"not found", func(p *peer, m message) { p.reply(m, "404 Not Found", "x", "") }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, q := newPeer(t), newPeer(t)
			b := openBench(t, Config{Trunks: []Trunk{trunkTo(q, "second", 2), trunkTo(p, "first", 1)}, pace: pace{silence: 200 * time.Millisecond}})
			leg := b.dial(1, "100")
			c.fail(p, p.expect("INVITE"))
			if !c.next {
				b.await(leg, call.Ended)
				q.quiet(50 * time.Millisecond)
				return
			}
			q.busy()
			end := b.await(leg, call.Ended)
			if end.Cause.Reason != call.Busy || end.Trunk != "second" {
				t.Errorf("%v by %s", end.Cause, end.Trunk)
			}
			if s := b.Trunks()[1]; s.Failed != 1 || s.Trouble == "" || s.Calls != 0 {
				t.Errorf("%+v", s)
			}
		})
	}
}

func TestATrunkThatCannotBeReached(t *testing.T) {
	p := newPeer(t)
	b := openBench(t, Config{Trunks: []Trunk{
		{Name: "deaf", Address: "127.0.0.1:1;transport=tcp"},
		trunkTo(p, "good", 1),
	}})
	leg := b.dial(1, "100")
	p.busy()
	b.await(leg, call.Ended)
	// For a while it is tried last.
	leg = b.dial(2, "100")
	p.busy()
	b.await(leg, call.Ended)
	if s := b.Trunks()[0]; s.Failed != 1 {
		t.Errorf("%+v", s)
	}
}

func TestATrunkTakesNoMoreThanItsCalls(t *testing.T) {
	p, q := newPeer(t), newPeer(t)
	small := trunkTo(p, "small", 1)
	small.MaxCalls = 1
	big := trunkTo(q, "big", 2)
	big.MaxCalls = 1
	b := openBench(t, Config{Trunks: []Trunk{small, big}})
	b.dial(1, "100")
	first := p.expect("INVITE")
	b.dial(2, "100")
	second := q.expect("INVITE")
	b.dial(3, "100")
	if end := b.await(3, call.Ended); end.Cause.Reason != call.NoLines {
		t.Errorf("cause %v", end.Cause)
	}
	p.reply(first, "486 Busy Here", "far", "")
	p.expect("ACK")
	q.reply(second, "486 Busy Here", "far", "")
	b.await(1, call.Ended)
	b.await(2, call.Ended)
	b.dial(4, "100")
	p.busy()
	b.await(4, call.Ended)
}

// Room is what the limits leave, of the trunk that is named or of all; calls that have just
// been ordered have theirs.
func TestTheRoomOfTrunks(t *testing.T) {
	p, q := newPeer(t), newPeer(t)
	small, big := trunkTo(p, "small", 1), trunkTo(q, "big", 2)
	small.MaxCalls, big.MaxCalls = 1, 4
	b := openBench(t, Config{Trunks: []Trunk{small, big}})
	if all, one, none := b.Room(""), b.Room("big"), b.Room("nobody"); all != 5 || one != 4 || none != 0 {
		t.Errorf("room for %d, %d on the big trunk, %d on one that is not there", all, one, none)
	}
	b.dial(1, "100")
	if n := b.Room(""); n != 4 {
		t.Errorf("room for %d as the call is on its way", n)
	}
	first := p.expect("INVITE")
	if all, one := b.Room(""), b.Room("small"); all != 4 || one != 0 {
		t.Errorf("room for %d, %d on the small trunk, which has a call", all, one)
	}
	p.reply(first, "486 Busy Here", "far", "")
	b.await(1, call.Ended)
	if n := b.Room(""); n != 5 {
		t.Errorf("room for %d when the call is over", n)
	}
	for rate, want := range map[float64]int{0.5: 1, 4: 2, 100: 26, 0: -1} {
		trunk, err := newTrunk(Trunk{Name: "t", Address: "h", CallsPerSecond: rate})
		if err != nil {
			t.Fatal(err)
		}
		now := time.Unix(1, 0)
		if n := trunk.room(now); n != want {
			t.Errorf("at %g calls a second there is room for %d at once, want %d", rate, n, want)
		}
		for range want {
			trunk.take(now, time.Second)
		}
		if n := trunk.room(now); rate > 0 && n != 0 {
			t.Errorf("at %g calls a second there is room for %d more", rate, n)
		}
	}
}

func TestAnOrderMayNameItsTrunk(t *testing.T) {
	p, q := newPeer(t), newPeer(t)
	b := openBench(t, Config{Trunks: []Trunk{trunkTo(p, "p", 0), trunkTo(q, "q", 1)}})
	by := func(name string) func(*call.Order) { return func(o *call.Order) { o.Trunk = name } }
	b.dial(1, "100", by("q"))
	q.reply(q.expect("INVITE"), "503 Service Unavailable", "far", "")
	if end := b.await(1, call.Ended); end.Cause.Reason != call.Congestion {
		t.Errorf("cause %v", end.Cause)
	}
	b.dial(2, "100", by("nobody"))
	if end := b.await(2, call.Ended); end.Cause.Reason != call.NoLines {
		t.Errorf("cause %v", end.Cause)
	}
	p.quiet(20 * time.Millisecond)
}

func TestTheRateOfATrunk(t *testing.T) {
	trunk, err := newTrunk(Trunk{Name: "t", Address: "h", CallsPerSecond: 4})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Unix(1, 0)
	for i, want := range []time.Duration{0, 250 * time.Millisecond, 500 * time.Millisecond, 750 * time.Millisecond, time.Second} {
		if wait, ok := trunk.take(now, time.Second); !ok || wait != want {
			t.Errorf("call %d waits %v, %v; want %v", i, wait, ok, want)
		}
	}
	if _, ok := trunk.take(now, time.Second); ok {
		t.Error("a call that must wait for more than a second is taken")
	}
	now = now.Add(750 * time.Millisecond)
	if wait, ok := trunk.take(now, time.Second); !ok || wait != 500*time.Millisecond {
		t.Errorf("later a call waits %v, %v", wait, ok)
	}
	// However long nobody calls, no burst is saved up.
	now = now.Add(time.Hour)
	for i, want := range []time.Duration{0, 250 * time.Millisecond} {
		if wait, ok := trunk.take(now, time.Second); !ok || wait != want {
			t.Errorf("after an hour call %d waits %v, %v; want %v", i, wait, ok, want)
		}
	}
}

func TestACallWaitsForItsTurnAndCanBeHungUpMeanwhile(t *testing.T) {
	p := newPeer(t)
	trunk := trunkTo(p, "slow", 0)
	trunk.CallsPerSecond = 2
	b := openBench(t, Config{Trunks: []Trunk{trunk}})
	b.dial(1, "100")
	p.busy()
	b.await(1, call.Ended)
	b.dial(2, "100")
	b.HangUp(2, call.Cause{Reason: call.Cancelled})
	if end := b.await(2, call.Ended); end.Cause.Reason != call.Cancelled {
		t.Errorf("cause %v", end.Cause)
	}
	p.quiet(20 * time.Millisecond)
	if s := b.Trunks()[0]; s.Calls != 0 {
		t.Errorf("%+v", s)
	}
}

func TestConfigurationsThatAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		cfg  Config
		want error
	}{
		"no address":  {Config{Trunks: []Trunk{{Name: "a"}}}, ErrTrunk},
		"trunk's CA":  {Config{Trunks: []Trunk{{Name: "a", Address: "sip:x;transport=tls", TLS: TLS{CA: "/nowhere"}}}}, ErrTrunk},
		"no CA":       {Config{TLS: TLS{CA: "trunk_test.go"}}, ErrCertificate},
		"no key":      {Config{Listen: netip.MustParseAddrPort("127.0.0.1:0"), ListenTLS: netip.MustParseAddrPort("127.0.0.1:0")}, ErrCertificate},
		"transport":   {Config{Trunks: []Trunk{{Name: "a", Address: "x;transport=ws"}}}, ErrTrunk},
		"codec":       {Config{Trunks: []Trunk{{Name: "a", Address: "x", Codecs: []string{"G729"}}}}, ErrTrunk},
		"no name":     {Config{Trunks: []Trunk{{Address: "x"}}}, ErrTrunk},
		"same name":   {Config{Trunks: []Trunk{{Name: "a", Address: "x"}, {Name: "a", Address: "y"}}}, ErrTrunk},
		"limit":       {Config{Trunks: []Trunk{{Name: "a", Address: "x", MaxCalls: -1}}}, ErrTrunk},
		"short timer": {Config{SessionExpires: time.Minute}, ErrSession},
		"tones":       {Config{Tones: "xx"}, ErrTones},
	} {
		c.cfg.Sounds = sounds()
		if s, err := Open(c.cfg, nil, slog.New(slog.DiscardHandler), nil); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
			if s != nil {
				_ = s.Close(context.Background())
			}
		}
	}
}

func TestTargetsThatAreNoTargets(t *testing.T) {
	b := openBench(t, Config{})
	for i, target := range []string{"sip:", "sips:", "sip:anna@127.0.0.1;transport=ws", "sip:an na@127.0.0.1", "sip:a\r\nX: y@127.0.0.1"} {
		leg := b.dial(call.LegID(i+1), target)
		if end := b.await(leg, call.Ended); end.Cause.Reason != call.BadNumber {
			t.Errorf("%q: %v", target, end.Cause)
		}
	}
	for i, target := range []string{"", "100"} {
		leg := b.dial(call.LegID(i+100), target)
		if end := b.await(leg, call.Ended); end.Cause.Reason != call.NoLines && end.Cause.Reason != call.BadNumber {
			t.Errorf("%q without a trunk: %v", target, end.Cause)
		}
	}
}
