package loopback

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/rtp"
)

// course is where and what a party speaks now; nil when it is silent.
type course struct {
	to     netip.AddrPort
	law    *law
	speech speech
}

// talk is the audio of one party: a pair of ports on 127.0.0.1 and the two
// goroutines on the first of them.
type talk struct {
	rtp, rtcp *net.UDPConn // RTCP is only held, so that nobody else gets the port
	ear       *ear
	course    atomic.Pointer[course] // written by the party, read by the speaker
	done      chan struct{}
	begin     sync.Once
	end       sync.Once
	running   sync.WaitGroup
}

// openTalk takes an even port and the odd one above it (RFC 3550 section 11) and
// starts to listen.
func openTalk(e *ear) (*talk, error) {
	for range 100 {
		first, err := listenUDP(0)
		if err != nil {
			return nil, err
		}
		port := portOf(first)
		if port%2 == 0 {
			if second, err := listenUDP(port + 1); err == nil {
				t := &talk{rtp: first, rtcp: second, ear: e, done: make(chan struct{})}
				t.running.Go(t.listen)
				return t, nil
			}
		}
		first.Close()
	}
	return nil, errors.New("loopback: no pair of free ports for RTP was found in 100 tries")
}

func listenUDP(port int) (*net.UDPConn, error) {
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port})
	if err != nil {
		return nil, fmt.Errorf("loopback: %w", err)
	}
	return conn, nil
}

func portOf(conn *net.UDPConn) int { return conn.LocalAddr().(*net.UDPAddr).Port }

// speak starts to say a course, or changes it; nil falls silent.
func (t *talk) speak(c *course) {
	t.course.Store(c)
	t.begin.Do(func() { t.running.Go(t.say) })
}

// close ends both goroutines and waits.
func (t *talk) close() {
	t.end.Do(func() {
		close(t.done)
		t.rtp.Close()
		t.rtcp.Close()
	})
	t.running.Wait()
}

// say sends a frame every 20 ms, the first at once. A frame that is late is sent
// late, none is left out.
func (t *talk) say() {
	p := rtp.Packet{Header: rtp.Header{
		Version: 2, Marker: true, SSRC: rand.Uint32(),
		SequenceNumber: uint16(rand.Uint32()), Timestamp: rand.Uint32(),
	}}
	start := time.Now()
	next := time.NewTimer(0)
	defer next.Stop()
	buf := make([]byte, 0, 1500)
	for n := 0; ; n++ {
		select {
		case <-t.done:
			return
		case <-next.C:
		}
		if c := t.course.Load(); c != nil {
			p.PayloadType, p.Payload = c.law.payload, c.speech.frame(n)
			size, err := p.MarshalTo(buf[:cap(buf)])
			if err == nil {
				// A refused datagram means that the other side is not there, or no
				// longer; it will say so by SIP.
				if _, err = t.rtp.WriteToUDPAddrPort(buf[:size], c.to); err == nil {
					t.ear.sent()
				}
			}
			p.SequenceNumber++
			p.Marker = false
		}
		p.Timestamp += frameSamples
		next.Reset(time.Until(start.Add(time.Duration(n+1) * frameTime)))
	}
}

// listen hears until the socket is closed.
func (t *talk) listen() {
	buf := make([]byte, 2048)
	for {
		n, _, err := t.rtp.ReadFromUDPAddrPort(buf)
		at := time.Now()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		var p rtp.Packet
		if err == nil && p.Unmarshal(buf[:n]) == nil {
			t.ear.hear(&p, at)
		}
	}
}
