package media

import (
	"net/netip"
	"testing"
	"time"
)

func TestLatch(t *testing.T) {
	sdp, nat, stranger := netip.MustParseAddrPort("192.0.2.1:4000"), netip.MustParseAddrPort("198.51.100.7:61000"), netip.MustParseAddrPort("203.0.113.9:5555")
	type arrival struct {
		at     time.Duration
		from   netip.AddrPort
		accept bool
		remote netip.AddrPort
	}
	for name, arrivals := range map[string][]arrival{
		"as SDP told":             {{0, sdp, true, sdp}, {ms, stranger, false, sdp}, {2 * ms, sdp, true, sdp}},
		"behind translation":      {{0, nat, true, nat}, {ms, stranger, false, nat}},
		"SDP was right after all": {{0, stranger, true, stranger}, {ms, sdp, true, sdp}, {2 * ms, stranger, false, sdp}},
		"moved after a silence":   {{0, nat, true, nat}, {1999 * ms, stranger, false, nat}, {2000 * ms, stranger, true, stranger}},
	} {
		t.Run(name, func(t *testing.T) {
			var l latch
			l.tell(sdp)
			if l.remote() != sdp {
				t.Fatalf("before any packet: %v", l.remote())
			}
			for i, a := range arrivals {
				if got := l.accept(a.from, a.at); got != a.accept {
					t.Fatalf("arrival %d: accepted is %v", i, got)
				}
				if l.remote() != a.remote {
					t.Fatalf("arrival %d: remote is %v", i, l.remote())
				}
			}
		})
	}
}

func TestLatchIsOpenedByANewRemoteOnly(t *testing.T) {
	sdp, moved, nat := netip.MustParseAddrPort("192.0.2.1:4000"), netip.MustParseAddrPort("192.0.2.1:4002"), netip.MustParseAddrPort("198.51.100.7:61000")
	var l latch
	l.tell(sdp)
	l.accept(nat, 0)
	l.tell(netip.MustParseAddrPort("[::ffff:192.0.2.1]:4000"))
	if l.remote() != nat {
		t.Errorf("the same Remote forgot where packets come from: %v", l.remote())
	}
	l.tell(moved)
	if l.remote() != moved {
		t.Errorf("a new Remote is not used: %v", l.remote())
	}
}

// Where latching accepts one address alone, and only there, the system may drop others.
// While SDP's own may still take the place of it, the system lets all in now and then.
func TestAFarEndSettlesWhereItIsHeard(t *testing.T) {
	sdp, nat := netip.MustParseAddrPort("192.0.2.1:4000"), netip.MustParseAddrPort("198.51.100.7:61000")
	unnamed := netip.MustParseAddrPort("0.0.0.0:4000")
	for name, c := range map[string]struct {
		told, from netip.AddrPort
		heard      []time.Duration
		now        time.Duration
		settled    bool
	}{
		"nothing heard":                    {sdp, sdp, nil, 5000 * ms, false},
		"heard for a moment":               {sdp, sdp, []time.Duration{0, 999 * ms}, 1000 * ms, false},
		"heard for a second":               {sdp, sdp, []time.Duration{0, 1000 * ms}, 1000 * ms, true},
		"silent for less than two":         {sdp, sdp, []time.Duration{0, 1000 * ms}, 2999 * ms, true},
		"silent for two":                   {sdp, sdp, []time.Duration{0, 1000 * ms}, 3000 * ms, false},
		"where SDP says, no lookout":       {sdp, sdp, []time.Duration{0, 2000 * ms}, 2000 * ms, true},
		"heard from elsewhere":             {sdp, nat, []time.Duration{0, 1000 * ms}, 1000 * ms, true},
		"before the lookout":               {sdp, nat, []time.Duration{0, 1980 * ms}, 1999 * ms, true},
		"the lookout":                      {sdp, nat, []time.Duration{0, 2000 * ms}, 2000 * ms, false},
		"the end of the lookout":           {sdp, nat, []time.Duration{0, 2080 * ms}, 2099 * ms, false},
		"after the lookout":                {sdp, nat, []time.Duration{0, 2080 * ms}, 2100 * ms, true},
		"the next":                         {sdp, nat, []time.Duration{0, 4000 * ms}, 4020 * ms, false},
		"SDP says nothing, so no lookout":  {unnamed, nat, []time.Duration{0, 2000 * ms}, 2000 * ms, true},
		"SDP says nothing, silent for two": {unnamed, nat, []time.Duration{0, 1000 * ms}, 3000 * ms, false},
	} {
		var l latch
		l.tell(c.told)
		for _, at := range c.heard {
			l.accept(c.from, at)
		}
		if got := l.settled(c.now); got.IsValid() != c.settled || c.settled && got != c.from {
			t.Errorf("%s: settled on %v", name, got)
		}
	}
}

func TestNothingIsSentToNowhere(t *testing.T) {
	for _, told := range []string{"0.0.0.0:4000", "192.0.2.1:0", "[::]:4000"} {
		var l latch
		l.tell(netip.MustParseAddrPort(told))
		if l.remote().IsValid() {
			t.Errorf("%s: sends to %v", told, l.remote())
		}
	}
}
