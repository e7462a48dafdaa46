package media

import (
	"net/netip"
	"sync/atomic"
	"testing"
	"time"
)

// settled is a leg whose socket is tied to its handset, on a clock that the test moves.
type settled struct {
	*handset
	plane *Plane
	clock atomic.Int64
}

func newSettled(t *testing.T, c Config) *settled {
	s := &settled{}
	begun := time.Now()
	c.Now = func() time.Time { return begun.Add(time.Duration(s.clock.Load())) }
	s.plane = opened(t, c)
	s.handset = newHandset(t, leg(t, s.plane))
	s.speak(s.handset)
	s.pass(settling)
	s.speak(s.handset)
	s.pass(frameTime)
	if got := s.tied(); got != address(s.UDPConn) {
		t.Fatalf("tied to %v", got)
	}
	return s
}

// pass moves the clock and gives the leg its turn.
func (s *settled) pass(d time.Duration) {
	s.clock.Add(int64(d))
	s.leg.tick(s.plane.now())
}

// speak has a far end say a frame, and waits until it is read.
func (s *settled) speak(h *handset) {
	h.say(1)
	read := make(chan struct{})
	s.plane.carrier.drained(s.leg, func() { close(read) })
	<-read
}

func (s *settled) tied() netip.AddrPort {
	s.leg.mu.Lock()
	defer s.leg.mu.Unlock()
	return s.leg.wire.(*socket).peer
}

// number is that of the packet that was sent last.
func (s *settled) number() uint16 {
	s.leg.mu.Lock()
	defer s.leg.mu.Unlock()
	return s.leg.stream.seq
}

// withWorkers runs a test on planes that have some.
func withWorkers(t *testing.T, do func(t *testing.T, c Config)) {
	for name, c := range ways() {
		if !c.Portable {
			t.Run(name, func(t *testing.T) { do(t, c) })
		}
	}
}

// tiedPlanes runs a test over both IPs, and where all addresses are bound.
func tiedPlanes(t *testing.T, do func(t *testing.T, s *settled)) {
	withWorkers(t, func(t *testing.T, c Config) {
		for _, addr := range []string{"127.0.0.1", "::1", "0.0.0.0"} {
			c.Address = netip.MustParseAddr(addr)
			t.Run(addr, func(t *testing.T) { do(t, newSettled(t, c)) })
		}
	})
}

func TestTheSystemDropsStrangersUntilTheFarEndIsSilent(t *testing.T) {
	tiedPlanes(t, func(t *testing.T, s *settled) {
		stranger := newStranger(t, s.leg)
		s.speak(stranger)
		if st := s.leg.Stats(); st.PacketsReceived != 2 || st.Refused != 0 {
			t.Errorf("a stranger was read: %+v", st)
		}
		s.pass(deaf)
		s.pass(frameTime)
		if got := s.tied(); got.IsValid() {
			t.Fatalf("still tied to %v", got)
		}
		s.speak(stranger)
		if st := s.leg.Stats(); st.PacketsReceived != 3 || st.Remote != address(stranger.UDPConn) {
			t.Errorf("after the silence: %+v", st)
		}
	})
}

func TestANewRemoteOpensATiedSocket(t *testing.T) {
	tiedPlanes(t, func(t *testing.T, s *settled) {
		moved := newStranger(t, s.leg)
		s.leg.Agree(Format{Codec: PCMU, Remote: address(moved.UDPConn), Send: true, Receive: true})
		s.pass(frameTime)
		s.speak(moved)
		if st := s.leg.Stats(); st.PacketsReceived != 3 || st.Remote != address(moved.UDPConn) {
			t.Errorf("%+v", st)
		}
	})
}

// Behind translation a far end is heard from elsewhere than SDP said. The system keeps
// strangers out all the same, until whoever is where SDP said makes himself heard; and
// nothing is lost as it looks out for him.
func TestAFarEndBehindTranslationIsTiedToWhereItIsHeard(t *testing.T) {
	withWorkers(t, func(t *testing.T, c Config) {
		s := newSettled(t, c)
		inSDP, stranger := newStranger(t, s.leg), newStranger(t, s.leg)
		s.leg.Agree(Format{Codec: PCMU, Remote: address(inSDP.UDPConn), Send: true, Receive: true})
		converse := func(d time.Duration) (said uint64) {
			for ; d > 0; d -= frameTime {
				s.speak(s.handset)
				s.pass(frameTime)
				said++
			}
			return said
		}
		converse(settling + 2*frameTime)
		if got := s.tied(); got != address(s.UDPConn) {
			t.Fatalf("tied to %v", got)
		}
		before, from := s.leg.Stats(), s.number()
		said := converse(lookout) // with a glance in it
		if st := s.leg.Stats(); st.PacketsReceived-before.PacketsReceived != said || st.Remote != address(s.UDPConn) {
			t.Errorf("%d packets were said with a lookout: %+v", said, st)
		}
		for to, next := s.number(), uint16(0); next != to; {
			if next = s.hear().SequenceNumber; int16(next-from) > 0 {
				if from++; next != from {
					t.Fatalf("packet %d is missing", from)
				}
			}
		}
		s.speak(stranger)
		if st := s.leg.Stats(); st.Refused != before.Refused {
			t.Errorf("a stranger was read: %+v", st)
		}
		for range lookout / frameTime {
			s.speak(inSDP)
			s.pass(frameTime)
		}
		if st := s.leg.Stats(); st.Remote != address(inSDP.UDPConn) {
			t.Errorf("whoever is where SDP said is not heard: %+v", st)
		}
	})
}

// A phone that restarts answers with ICMP for a while.
func TestAFarEndThatRefusesIsSentToAllTheSame(t *testing.T) {
	tiedPlanes(t, func(t *testing.T, s *settled) {
		at := address(s.UDPConn)
		s.UDPConn.Close()
		before := s.leg.Stats().PacketsSent
		for range 10 {
			s.pass(frameTime)
		}
		if sent := s.leg.Stats().PacketsSent - before; sent < 9 {
			t.Errorf("%d packets were sent", sent)
		}
		c, err := bind(at.Addr(), at.Port())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		s.UDPConn = c
		s.pass(frameTime)
		if p := s.hear(); p.Payload[0] != muSilence {
			t.Errorf("heard %v", p.Payload[0])
		}
		s.speak(s.handset)
		if st := s.leg.Stats(); st.PacketsReceived != 3 {
			t.Errorf("%+v", st)
		}
	})
}

func TestABridgeBringsBothLegsToOneWorker(t *testing.T) {
	withWorkers(t, func(t *testing.T, c Config) {
		c.Workers = 2
		p := opened(t, c)
		a, b := newHandset(t, leg(t, p)), newHandset(t, leg(t, p))
		worker := func(h *handset) *worker {
			found := make(chan *worker, 1)
			p.carrier.drained(h.leg, func() { found <- h.leg.wire.(*socket).worker.Load() })
			return <-found
		}
		if worker(a) == worker(b) {
			t.Fatal("two legs are with one of two workers")
		}
		Bridge(a.leg, b.leg, nil)
		for range 1000 {
			if worker(a) == worker(b) {
				break
			}
		}
		if worker(a) != worker(b) {
			t.Error("they are still apart")
		}
		for code := range byte(50) {
			a.say(code)
			b.until(code)
			b.say(code)
			a.until(code)
		}
		if n := p.rotas[0].size() + p.rotas[1].size(); n != 2 {
			t.Errorf("they have %d turns", n)
		}
	})
}
