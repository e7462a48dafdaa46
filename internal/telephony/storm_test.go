package telephony

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/call"
)

// callThere is how one call of the storm stands at the far end.
type callThere struct {
	invite, bye      message
	answered, acked  bool
	ended, cancelled bool
}

// TestHangUpsRaceAnswers hangs up many calls at random moments while the far end
// answers, refuses, rings on or hangs up as it likes. Whatever crosses what, each
// leg ends once, and no call that was answered is left standing at the far end.
func TestHangUpsRaceAnswers(t *testing.T) {
	const calls = 120
	b, p := openBench(t, Config{}), newPeer(t)
	there := make(map[string]*callThere)
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for rounds := 0; rounds < 20; {
			for m := p.any(100 * time.Millisecond); m != ""; m = p.any(100 * time.Millisecond) {
				p.weather(there, m)
			}
			// As every UA must: a datagram may be lost, here in a full socket buffer.
			waiting := 0
			for _, c := range there {
				switch {
				case c.answered && !c.acked:
					waiting++
					p.reply(c.invite, "200 OK", "far", p.sdp())
				case c.bye != "" && !c.ended:
					waiting++
					p.send(string(c.bye))
				}
			}
			select {
			case <-stop:
				if rounds++; waiting == 0 {
					return
				}
			default:
			}
		}
	}()
	for i := range calls {
		leg := b.dial(call.LegID(i+1), p.target())
		if rand.IntN(4) > 0 {
			time.AfterFunc(time.Duration(rand.IntN(8000))*time.Microsecond, func() { b.HangUp(leg, call.Cause{Reason: call.Cancelled}) })
		}
	}
	time.AfterFunc(500*time.Millisecond, func() {
		for i := range calls {
			b.HangUp(call.LegID(i+1), call.Cause{Reason: call.Cancelled})
		}
	})
	for i := range calls {
		b.await(call.LegID(i+1), call.Ended)
	}
	close(stop)
	<-done
	for id, c := range there {
		if c.answered && (!c.acked || !c.ended) {
			t.Errorf("call %s is left standing: acked %v, ended %v", id, c.acked, c.ended)
		}
	}
	if s := b.Legs(); len(s) != 0 {
		t.Errorf("%d legs are left", len(s))
	}
}

// weather answers a message of the storm.
func (p *peer) weather(there map[string]*callThere, m message) {
	id := m.header("Call-ID")
	c := there[id]
	if c == nil {
		c = &callThere{}
		there[id] = c
	}
	switch m.method() {
	case "INVITE":
		c.invite = m
		switch rand.IntN(6) {
		case 0:
			p.reply(m, "486 Busy Here", "far", "")
			return
		case 1:
			p.reply(m, "180 Ringing", "far", "") // and on it rings
			return
		case 2:
			p.reply(m, "180 Ringing", "far", "")
		}
		c.answered = true
		p.reply(m, "200 OK", "far", p.sdp())
	case "CANCEL":
		p.reply(m, "200 OK", "far", "")
		if !c.answered && !c.cancelled {
			c.cancelled = true
			p.reply(c.invite, "487 Request Terminated", "far", "")
		}
	case "ACK":
		c.acked = c.acked || c.answered
		if c.answered && !c.ended && rand.IntN(4) == 0 {
			c.bye = p.request(c.invite, "BYE", "far", "")
		}
	case "BYE":
		c.ended = true
		p.reply(m, "200 OK", "", "")
	default: // the answer to our BYE
		if strings.HasPrefix(m.start(), "SIP/2.0 ") {
			c.ended = true
		}
	}
}
