package media

import (
	"bytes"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
)

// guarded is a phone that speaks SRTP.
type guarded struct {
	*phone
	near, far *witness // ours and its own
	said      uint32   // rollovers of what it has said
}

// guard gives a phone fresh keys of a suite.
func (p *phone) guard(s Suite) *guarded {
	g := &guarded{phone: p}
	g.rekey(NewKey(s), NewKey(s))
	return g
}

func (g *guarded) rekey(near, far Key) {
	g.format.Near, g.format.Far = near, far
	if near != (Key{}) {
		g.near, g.far = watch(near), watch(far)
	}
	g.Agree(g.format)
}

// sealed is the next packet, as the phone sends it.
func (g *guarded) sealed(code byte) []byte {
	g.rig.t.Helper()
	p := g.packet(code)
	if p.SequenceNumber == 0 {
		g.said++
	}
	return g.far.protect(marshal(g.rig.t, p), g.said)
}

func (g *guarded) say(code byte) { g.receive(g.sealed(code), g.addr) }

// hear opens what the leg has sent since, all with so many rollovers.
func (g *guarded) hear(roc uint32) (packets []rtp.Packet) {
	g.rig.t.Helper()
	for _, d := range g.voice.sent[g.heardTo:] {
		plain, ok := g.near.open(d.data, roc)
		if !ok {
			g.rig.t.Fatalf("packet %x is not authentic after %d rollovers", d.data[:headerSize], roc)
		}
		var p rtp.Packet
		if err := p.Unmarshal(plain); err != nil {
			g.rig.t.Fatal(err)
		}
		packets = append(packets, p)
	}
	g.heardTo = len(g.voice.sent)
	return packets
}

func TestSRTPInEverySuite(t *testing.T) {
	for _, suite := range Suites() {
		t.Run(suite.String(), func(t *testing.T) {
			r := newRig(t)
			a, b := r.phone(PCMU).guard(suite), r.phone(PCMU)
			Bridge(a.Leg, b.Leg, nil)
			a.say(0x11)
			wantCodes(t, b.hear(), 0x11)
			b.say(0x22)
			onTheWire := a.voice.sent[0].data
			if bytes.Contains(onTheWire, []byte{0x22, 0x22, 0x22, 0x22}) {
				t.Errorf("speech is in clear: %x", onTheWire)
			}
			wantCodes(t, a.hear(0), 0x22)
			if s := a.Stats(); s.Suite != suite || s.Refused != 0 || s.PacketsReceived != 1 || s.OctetsReceived != frame || s.OctetsSent != frame {
				t.Errorf("%+v", s)
			}
		})
	}
}

// What is not sealed with the far end's key is refused before anything else is
// made of it: nobody latches with it, and nobody hears it.
func TestWhatIsNotAuthentic(t *testing.T) {
	stranger := netip.MustParseAddrPort("198.51.100.66:6666")
	for name, forge := range map[string]func(g *guarded) []byte{
		"in clear": func(g *guarded) []byte { return marshal(g.rig.t, g.packet(0x66)) },
		"another key": func(g *guarded) []byte {
			return watch(NewKey(AES128GCM)).protect(marshal(g.rig.t, g.packet(0x66)), g.said)
		},
		"our own key":    func(g *guarded) []byte { return g.near.protect(marshal(g.rig.t, g.packet(0x66)), g.said) },
		"a bit of it":    func(g *guarded) []byte { p := g.sealed(0x66); p[len(p)-1] ^= 1; return p },
		"a bit of voice": func(g *guarded) []byte { p := g.sealed(0x66); p[20] ^= 1; return p },
		"a bit of header": func(g *guarded) []byte {
			p := g.sealed(0x66)
			p[7] ^= 1
			return p
		},
		"another rollover": func(g *guarded) []byte { return g.far.protect(marshal(g.rig.t, g.packet(0x66)), g.said+1) },
		"too short":        func(g *guarded) []byte { return g.sealed(0x66)[:headerSize+4] },
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			a, b := r.phone(PCMU).guard(AES128GCM), r.phone(PCMU)
			Bridge(a.Leg, b.Leg, nil)
			a.receive(forge(a), stranger)
			if got := b.hear(); len(got) != 0 {
				t.Errorf("%d packets were forwarded", len(got))
			}
			s := a.Stats()
			if s.Refused != 1 || s.PacketsReceived != 0 || !s.LastPacket.IsZero() || s.Remote == stranger {
				t.Errorf("%+v", s)
			}
			if name != "too short" && s.Forged != 1 {
				t.Errorf("%d are counted as forged, want 1", s.Forged)
			}
			a.say(0x11)
			wantCodes(t, b.hear(), 0x11)
		})
	}
}

func TestAPacketThatIsSentAgainIsRefused(t *testing.T) {
	r := newRig(t)
	a, b := r.phone(PCMU).guard(AES128CM80), r.phone(PCMU)
	Bridge(a.Leg, b.Leg, nil)
	once := a.sealed(0x11)
	a.receive(slices.Clone(once), a.addr)
	a.receive(slices.Clone(once), a.addr)
	wantCodes(t, b.hear(), 0x11)
	if s := a.Stats(); s.Refused != 1 || s.Forged != 0 {
		t.Errorf("%+v", s)
	}
}

// Packets that come before the answer with its key cannot be opened; they are not
// kept for a bridge either.
func TestEarlyPacketsOfASecureLeg(t *testing.T) {
	r := newRig(t)
	a, b := r.phone(PCMU), r.phone(PCMU)
	early := newLeg(r.Plane, a.voice, a.reports, a.Leg.address)
	a.Leg.Close()
	a.Leg = early
	early.receive(watch(NewKey(AES128GCM)).protect(marshal(t, a.packet(0x66)), 0), a.addr)
	g := a.guard(AES128GCM)
	Bridge(g.Leg, b.Leg, nil)
	if got := b.hear(); len(got) != 0 {
		t.Errorf("heard %x", codes(got))
	}
	g.say(0x11)
	wantCodes(t, b.hear(), 0x11)
}

// Sequence numbers begin anew every 22 minutes; both sides count it.
func TestRollover(t *testing.T) {
	r := newRig(t)
	a, b := r.phone(PCMU).guard(AES256GCM), r.phone(PCMU)
	if a.stream.seq >= 1<<15 {
		t.Errorf("the stream begins with %d; the half of the numbers is left to those who join late", a.stream.seq)
	}
	a.seq, b.seq = 65533, 100
	a.stream.seq = 65533
	Bridge(a.Leg, b.Leg, nil)
	for code := byte(1); code <= 6; code++ {
		a.say(code)
		b.say(code)
		r.time = r.time.Add(frameTime)
		after := uint32(0)
		if a.stream.seq < 1000 {
			after = 1
		}
		wantCodes(t, a.hear(after), code)
	}
	wantCodes(t, b.hear(), 1, 2, 3, 4, 5, 6)
	if a.said != 1 || a.stream.seq > 1000 {
		t.Errorf("nothing rolled over: %d, %d", a.said, a.stream.seq)
	}
}

// The far end changes its key in mid-call: what was on the way is still heard, and
// so is the new, whether the far end goes on counting rollovers, as it must (RFC
// 3711 section 3.3.1), or not.
func TestTheFarEndChangesItsKey(t *testing.T) {
	for name, after := range map[string]func(said uint32) uint32{
		"and goes on counting": func(said uint32) uint32 { return said },
		"and counts anew":      func(uint32) uint32 { return 0 },
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			a, b := r.phone(PCMU).guard(AES128GCM), r.phone(PCMU)
			a.seq = 65533
			Bridge(a.Leg, b.Leg, nil)
			for code := byte(1); code <= 4; code++ {
				a.say(code)
			}
			if a.said != 1 {
				t.Fatal("nothing rolled over")
			}
			late := a.sealed(5)
			a.rekey(a.format.Near, NewKey(AES128GCM))
			a.receive(late, a.addr)
			a.said = after(a.said)
			a.say(6)
			a.say(7)
			wantCodes(t, b.hear(), 1, 2, 3, 4, 5, 6, 7)
			if len(a.seals.in) != 1 {
				t.Errorf("%d keys are still tried", len(a.seals.in))
			}
			if s := a.Stats(); s.Refused != 0 || s.Forged != 0 {
				t.Errorf("%+v", s)
			}
		})
	}
}

// Our key changes with the suite: the stream goes on, and so does its count.
func TestOurKeyChanges(t *testing.T) {
	r := newRig(t)
	a, b := r.phone(PCMU).guard(AES128GCM), r.phone(PCMU)
	a.stream.seq = 65533
	Bridge(a.Leg, b.Leg, nil)
	say := func(code byte) {
		b.say(code)
		r.time = r.time.Add(frameTime)
	}
	say(1)
	say(2)
	before := a.hear(0)
	a.rekey(NewKey(AES128CM80), NewKey(AES128CM80)) // just before the rollover
	say(3)
	after := a.hear(1)
	first := a.format.Near
	a.rekey(NewKey(AES128GCM), NewKey(AES128GCM))
	say(4)
	after = append(after, a.hear(1)...)
	a.rekey(first, a.format.Far)
	say(5)
	all := append(append(before, after...), a.hear(1)...)
	wantCodes(t, all, 1, 2, 3, 4, 5)
	wantOneStream(t, all)
}

// The same keys agreed again, as with every refresh of a session, change nothing.
func TestTheSameKeysAgain(t *testing.T) {
	r := newRig(t)
	a, b := r.phone(PCMU).guard(AES128CM32), r.phone(PCMU)
	Bridge(a.Leg, b.Leg, nil)
	once := a.sealed(1)
	a.receive(slices.Clone(once), a.addr)
	a.Agree(a.format)
	a.receive(slices.Clone(once), a.addr)
	a.say(2)
	wantCodes(t, b.hear(), 1, 2)
	if s := a.Stats(); s.Refused != 1 {
		t.Errorf("%+v, want the repeated packet refused", s)
	}
}

// A leg may go back to RTP in clear, and to SRTP with the key that it had: no
// number is used twice with it, in RTP or RTCP.
func TestFromSecureToClearAndBack(t *testing.T) {
	r := newRig(t)
	a, b := r.phone(PCMU).guard(AES128CM80), r.phone(PCMU)
	a.stream.seq = 65534
	Bridge(a.Leg, b.Leg, nil)
	say := func(code byte) {
		b.say(code)
		r.time = r.time.Add(frameTime)
	}
	say(1)
	wantCodes(t, a.hear(0), 1)
	r.pass(10 * time.Second)
	a.heardTo = len(a.voice.sent)
	key, far := a.format.Near, a.format.Far
	_, spent, ok := a.near.openControl(a.reports.sent[len(a.reports.sent)-1].data)
	if !ok || spent == 0 {
		t.Fatal("no report was sent")
	}
	a.rekey(Key{}, Key{})
	say(2)
	wantCodes(t, a.phone.hear(), 2)
	if s := a.Stats(); s.Suite != 0 {
		t.Errorf("in clear it is %v", s.Suite)
	}
	a.receive(marshal(t, a.packet(0x33)), a.addr)
	a.rekey(key, far)
	say(3)
	wantCodes(t, a.hear(1), 3)
	sent := len(a.reports.sent)
	r.pass(10 * time.Second)
	if _, index, ok := a.near.openControl(a.reports.sent[sent].data); !ok || index != spent+1 {
		t.Errorf("RTCP goes on with index %d after %d (authentic: %v)", index, spent, ok)
	}
}

func TestReportsAreSealed(t *testing.T) {
	for _, suite := range Suites() {
		for _, mux := range []bool{false, true} {
			t.Run(fmt.Sprintf("%v, on the port of RTP: %v", suite, mux), func(t *testing.T) {
				r := newRig(t)
				a := r.phone(PCMU).guard(suite)
				from := a.controlAddr()
				if mux {
					from = a.addr
					a.format.RemoteControl = a.addr
					a.Agree(a.format)
				}
				a.say(1)
				r.pass(10 * time.Second)
				var last *rtcp.SenderReport
				for _, d := range slices.Concat(a.voice.sent, a.reports.sent) {
					if !isControl(d.data) {
						continue
					}
					plain, _, ok := a.near.openControl(d.data)
					if !ok {
						t.Fatal("a report is not authentic")
					}
					packets, err := rtcp.Unmarshal(plain)
					if err != nil {
						t.Fatal(err)
					}
					if sr, ok := packets[0].(*rtcp.SenderReport); ok {
						last = sr
					}
				}
				if last == nil {
					t.Fatal("no report was sent")
				}
				report := rtcpData(t, &rtcp.ReceiverReport{SSRC: a.ssrc, Reports: []rtcp.ReceptionReport{{SSRC: a.Leg.ssrc, TotalLost: 7}}}, rtcp.NewCNAMESourceDescription(a.ssrc, "far"))
				a.receiveControl(slices.Clone(report), from)
				a.receiveControl(watch(NewKey(suite)).protectControl(report, 1), from)
				if s := a.Stats(); s.FarLost != 0 || s.Forged != 2 && s.Refused != 2 || !s.LastControl.IsZero() {
					t.Errorf("after forgeries: %+v", s)
				}
				sealed := a.far.protectControl(report, 1)
				a.receive(slices.Clone(sealed), from) // whichever socket it came to
				a.receiveControl(slices.Clone(sealed), from)
				if s := a.Stats(); s.FarLost != 7 || s.Refused != 3 {
					t.Errorf("after a report, twice: %+v", s)
				}
			})
		}
	}
}

// Keys, sounds and conferences are above protection; one conference has legs of
// both kinds.
func TestAConferenceOfSecureAndPlainLegs(t *testing.T) {
	r := newRig(t)
	a, b := r.phone(PCMU).guard(AES128GCM), r.phone(PCMU)
	pressed := []byte{}
	a.Digits(func(d byte) { pressed = append(pressed, d) })
	c := r.NewConference()
	c.Arrange(Part{Leg: a.Leg, Hears: []*Leg{b.Leg}}, Part{Leg: b.Leg, Hears: []*Leg{a.Leg}})
	for range 10 {
		a.say(0x80)
		b.say(0x90)
		r.pass(frameTime)
	}
	if got := codes(b.hear()); got[len(got)-1] != 0x80 {
		t.Errorf("the plain leg hears %x", got)
	}
	if got := codes(a.hear(0)); got[len(got)-1] != 0x90 {
		t.Errorf("the secure leg hears %x", got)
	}
	key := a.packet(0)
	key.PayloadType, key.Payload = a.format.Events, event(5, false, 160)
	a.receive(a.far.protect(marshal(t, key), a.said), a.addr)
	if string(pressed) != "5" {
		t.Errorf("pressed %q", pressed)
	}
}

func TestKeys(t *testing.T) {
	for _, s := range Suites() {
		k := NewKey(s)
		if k == NewKey(s) {
			t.Errorf("%v: two keys are one", s)
		}
		again, err := KeyOf(s, k.Secret())
		if err != nil || again != k || again.Suite() != s {
			t.Errorf("%v: %v, %v", s, again, err)
		}
		if _, err := KeyOf(s, k.Secret()[1:]); err == nil {
			t.Errorf("%v: a key that is too short is taken", s)
		}
		secret := fmt.Sprintf("%d", k.Secret()[:4])
		for _, text := range []string{fmt.Sprint(k), fmt.Sprintf("%+v", Format{Near: k}), fmt.Sprintf("%#v", k)} {
			if strings.Contains(text, strings.Trim(secret, "[]")) || strings.Contains(text, fmt.Sprintf("%x", k.Secret()[:4])) {
				t.Errorf("%v: the secret is printed: %s", s, text)
			}
		}
		if named, ok := SuiteNamed(s.String()); !ok || named != s {
			t.Errorf("%v is not found by its name", s)
		}
	}
	if _, err := KeyOf(0, nil); err == nil {
		t.Error("a key for nothing is taken")
	}
}
