package telephony

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/call"
)

func TestACallIsPlacedAnsweredAndHungUp(t *testing.T) {
	b, p := openBench(t, Config{}), newPeer(t)
	leg := b.dial(1, p.target(), func(o *call.Order) { o.CallerID = "+13175550100" })

	invite := p.expect("INVITE")
	if want := "INVITE sip:anna@" + p.addr() + " SIP/2.0"; invite.start() != want {
		t.Errorf("%q, want %q", invite.start(), want)
	}
	if !strings.Contains(invite.header("From"), "<sip:+13175550100@127.0.0.1>") {
		t.Errorf("From: %s", invite.header("From"))
	}
	if !strings.Contains(invite.body(), "m=audio ") || !strings.Contains(invite.body(), "PCMU/8000") || !strings.Contains(invite.body(), "PCMA/8000") {
		t.Errorf("offer: %s", invite.body())
	}
	p.reply(invite, "100 Trying", "", "")
	p.reply(invite, "180 Ringing", "far", "")
	b.await(leg, call.Ringing)
	p.reply(invite, "200 OK", "far", p.sdp())
	ack := p.expect("ACK")
	if ack.cseq() != invite.cseq() || ack.tag("To") != "far" || ack.branch() == invite.branch() {
		t.Errorf("ACK: %q", ack)
	}
	b.await(leg, call.Answered)
	rtp := make([]byte, 1500)
	if n, _, err := p.rtp.ReadFrom(rtp); err != nil || n != 172 || rtp[1]&0x7f != 0 {
		t.Errorf("media after the answer: %d bytes, payload type %d, %v", n, rtp[1]&0x7f, err)
	}
	b.HangUp(leg, call.Cause{Reason: call.Normal, Detail: "enough"})
	bye := p.hungUpOn()
	if bye.cseq() != invite.cseq()+1 {
		t.Errorf("BYE has CSeq %d after %d", bye.cseq(), invite.cseq())
	}
	if end := b.await(leg, call.Ended); end.Cause.Reason != call.Normal || end.Cause.Far || end.Cause.Detail != "enough" {
		t.Errorf("cause %v", end.Cause)
	}
	if got, want := b.reported(leg), []call.Step{call.Ringing, call.Answered, call.Ended}; !slices.Equal(got, want) {
		t.Errorf("reports %v, want %v", got, want)
	}
}

// BenchmarkCall is a whole call, one after the other: INVITE to the answered BYE,
// the far end's part included. "answer-ns" is from reading the 200 off the wire
// to its report; with a diary it is no more.
func BenchmarkCall(b *testing.B) {
	b.Run("plain", func(b *testing.B) { benchmarkCall(b, Config{}) })
	b.Run("noted", func(b *testing.B) { benchmarkCall(b, Config{Diary: newPaper(nil)}) })
}

func benchmarkCall(b *testing.B, cfg Config) {
	s, p := openBench(b, cfg), newPeer(b)
	var waited time.Duration
	b.ReportAllocs()
	for i := range b.N {
		leg := call.LegID(i + 1)
		s.dial(leg, p.target())
		invite := p.expect("INVITE")
		p.reply(invite, "200 OK", "far", p.sdp())
		p.expect("ACK")
		waited += time.Since(s.await(leg, call.Answered).At)
		s.HangUp(leg, call.Cause{})
		p.hungUpOn()
		s.await(leg, call.Ended)
		s.mu.Lock()
		s.progress, s.dialed = nil, nil
		s.mu.Unlock()
	}
	b.ReportMetric(float64(waited.Nanoseconds())/float64(b.N), "answer-ns")
}
