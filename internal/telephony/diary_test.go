package telephony

import (
	"context"
	"errors"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/call"
)

// paper is a diary in memory.
type paper struct {
	mu      sync.Mutex
	cond    *sync.Cond
	noted   map[string][]byte
	written int // calls of NoteDialogs
	refuses int // that many more times
}

func newPaper(noted map[string][]byte) *paper {
	p := &paper{noted: maps.Clone(noted)}
	if p.noted == nil {
		p.noted = make(map[string][]byte)
	}
	p.cond = sync.NewCond(&p.mu)
	return p
}

func (p *paper) NoteDialogs(_ context.Context, up map[string][]byte, over []string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	defer p.cond.Broadcast()
	p.written++
	if p.refuses > 0 {
		p.refuses--
		return errors.New("no ink")
	}
	maps.Copy(p.noted, up)
	for _, callID := range over {
		delete(p.noted, callID)
	}
	return nil
}

func (p *paper) Dialogs(context.Context) (map[string][]byte, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return maps.Clone(p.noted), nil
}

// await waits until so many dialogs are noted, and gives them.
func (p *paper) await(t *testing.T, n int) map[string][]byte {
	t.Helper()
	return p.awaitThat(t, func() bool { return len(p.noted) == n })
}

// awaitThat waits until something is so.
func (p *paper) awaitThat(t *testing.T, so func() bool) map[string][]byte {
	t.Helper()
	late := time.AfterFunc(patience, p.cond.Broadcast)
	defer late.Stop()
	start := time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	for !so() {
		if time.Since(start) >= patience {
			t.Fatalf("noted is %s", p.noted)
		}
		p.cond.Wait()
	}
	return maps.Clone(p.noted)
}

// TestWhatACrashLeftUpIsEnded: the process that comes after it says BYE in each
// dialog, by the same way, with a number that the far end has not seen, and with the
// trunk's credentials.
func TestWhatACrashLeftUpIsEnded(t *testing.T) {
	p, agent := newPeer(t), newPeer(t)
	diary := newPaper(nil)
	cfg := Config{Trunks: []Trunk{{Name: "carrier", Address: p.addr(), User: "u", Password: "s"}}, Diary: diary}
	b := openBench(t, cfg)
	customer := b.dial(1, "100")
	invite := p.expect("INVITE")
	p.reply(invite, "200 OK", "far", p.sdp(), "Record-Route: <sip:"+p.addr()+";lr>", "Contact: <sip:100@192.0.2.1>")
	p.expect("ACK")
	b.await(customer, call.Answered)
	line := b.dial(2, agent.target(), func(o *call.Order) { o.Party = call.Agent })
	agentInvite := agent.answered()
	b.await(line, call.Answered)
	left := diary.await(t, 2)

	after := newPaper(left)
	cfg.Diary = after
	openBench(t, cfg) // while the first still is there, as this test can not crash
	bye := p.expect("BYE sip:100@192.0.2.1 ")
	if bye.header("Call-ID") != invite.header("Call-ID") || bye.tag("To") != "far" || bye.tag("From") != invite.tag("From") ||
		uri(bye.header("Route")) != "sip:"+p.addr()+";lr" || bye.cseq() <= invite.cseq() {
		t.Errorf("BYE: %q", bye)
	}
	p.reply(bye, "407 Proxy Authentication Required", "", "", `Proxy-Authenticate: Digest realm="carrier", nonce="n", qop="auth"`)
	again := p.expect("BYE")
	if !strings.Contains(again.header("Proxy-Authorization"), `username="u"`) || again.cseq() != bye.cseq()+1 {
		t.Errorf("BYE: %q", again)
	}
	p.reply(again, "200 OK", "", "")
	if bye := agent.expect("BYE"); bye.header("Call-ID") != agentInvite.header("Call-ID") {
		t.Errorf("BYE: %q", bye)
	} else {
		agent.reply(bye, "481 Call/Transaction Does Not Exist", "", "")
	}
	after.await(t, 0)

	b.HangUp(customer, call.Cause{})
	p.reply(p.expect("BYE"), "481 Call/Transaction Does Not Exist", "", "")
	b.HangUp(line, call.Cause{})
	agent.hungUpOn()
	b.await(customer, call.Ended)
	b.await(line, call.Ended)
}

func TestAfterAnOrderlyStopNothingIsLeft(t *testing.T) {
	diary := newPaper(nil)
	b, p := openBench(t, Config{Diary: diary}), newPeer(t)
	leg := b.dial(1, p.target())
	p.answered()
	b.await(leg, call.Answered)
	diary.await(t, 1)
	closed := make(chan error, 1)
	go func() { closed <- b.Close(t.Context()) }()
	p.hungUpOn()
	if err := <-closed; err != nil {
		t.Error(err)
	}
	if left := diary.await(t, 0); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
}

// TestANoteFollowsTheFarEnd: the BYE after a crash goes where the far end is now.
func TestANoteFollowsTheFarEnd(t *testing.T) {
	diary := newPaper(nil)
	b, p, moved := openBench(t, Config{Diary: diary}), newPeer(t), newPeer(t)
	leg := b.dial(1, p.target())
	invite := p.answered()
	b.await(leg, call.Answered)
	p.contact = moved.contact
	p.request(invite, "UPDATE", "far", "")
	p.expect("SIP/2.0 200")
	diary.awaitThat(t, func() bool { return strings.Contains(string(diary.noted[invite.header("Call-ID")]), moved.addr()) })
	b.HangUp(leg, call.Cause{})
	moved.hungUpOn()
	b.await(leg, call.Ended)
	diary.await(t, 0)
}

// TestADiaryThatFailsIsTriedAgain: and nobody waits for it.
func TestADiaryThatFailsIsTriedAgain(t *testing.T) {
	diary := newPaper(nil)
	diary.refuses = 1
	b, p := openBench(t, Config{Diary: diary}), newPeer(t)
	leg := b.dial(1, p.target())
	p.answered()
	b.await(leg, call.Answered)
	b.awaitLog("could not be noted", 1)
	diary.await(t, 1)
	b.HangUp(leg, call.Cause{})
	p.hungUpOn()
	b.await(leg, call.Ended)
	diary.await(t, 0)
}

// TestNotesThatMakeNoSenseAreGivenUp: a later version may have written them.
func TestNotesThatMakeNoSenseAreGivenUp(t *testing.T) {
	diary := newPaper(map[string][]byte{"a@h": []byte("?"), "b@h": []byte(`{"Near":"sip:x@h"}`)})
	b := openBench(t, Config{Diary: diary})
	b.awaitLog("left to its timers", 2)
	diary.await(t, 0)
}

// TestACallThatComesAndGoesIsNotNoted: short calls cost the database nothing.
func TestACallThatComesAndGoesIsNotNoted(t *testing.T) {
	diary := newPaper(nil)
	n := openNotes(diary, nil)
	n.keep(&dialog{callID: "brief"}, "")
	n.forget("brief")
	go n.run()
	n.close()
	if diary.written != 0 {
		t.Errorf("written %d times", diary.written)
	}
}
