package telephony

import (
	"flag"
	"fmt"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/outdial/outdial/internal/call"
)

// stand: a thousand legs and more need a limit of open files above two each.
var stand = flag.Int("standing", 100, "how many legs TestMemoryOfStandingLegs lets stand")

// answerAll is a far end without a memory: it answers every INVITE, with a few packets of
// voice, and every BYE, and holds nothing of what it has answered.
func answerAll(t *testing.T) (target string) {
	t.Helper()
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.SetReadBuffer(4 << 20)
	over := make(chan struct{})
	t.Cleanup(func() { conn.Close(); <-over })
	go func() {
		defer close(over)
		buf := make([]byte, 65536)
		for {
			n, from, err := conn.ReadFromUDPAddrPort(buf)
			if err != nil {
				return
			}
			m := message(buf[:n])
			var body string
			switch m.method() {
			case "ACK":
				continue
			case "INVITE":
				body = "v=0\r\no=far 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\n"
			}
			var b strings.Builder
			b.WriteString("SIP/2.0 200 OK\r\n")
			for _, name := range []string{"Via", "From", "Call-ID", "CSeq"} {
				fmt.Fprintf(&b, "%s: %s\r\n", name, m.header(name))
			}
			fmt.Fprintf(&b, "To: %s;tag=far\r\nContact: <sip:far@%s>\r\nContent-Type: application/sdp\r\nContent-Length: %d\r\n\r\n%s",
				strings.TrimSuffix(m.header("To"), ";tag=far"), conn.LocalAddr(), len(body), body)
			_, _ = conn.WriteToUDPAddrPort([]byte(b.String()), from)
			if body != "" {
				s, err := parse([]byte(m.body()), SRTPOff)
				if err != nil {
					return
				}
				for seq := range byte(5) {
					_, _ = conn.WriteToUDPAddrPort(append([]byte{0x80, 0, 0, seq, 0, 0, seq, 160, 0, 0, 0, 9}, make([]byte, 160)...), s.rtp)
				}
			}
		}
	}()
	return "sip:anna@" + conn.LocalAddr().String()
}

// TestMemoryOfStandingLegs measures what a leg holds, its dialog and its media: while the
// transaction of its INVITE lasts, half a minute, and, where there are many, after it.
// `go test ./internal/telephony -run MemoryOfStandingLegs -standing 1000 -v` prints it.
func TestMemoryOfStandingLegs(t *testing.T) {
	const most, many = 32, 500 // KiB, legs
	target := answerAll(t)
	b := openBench(t, Config{})
	dial := func(from, to int) {
		for i := from; i < to; i++ {
			b.dial(call.LegID(i), target, func(o *call.Order) { o.Party = call.Agent })
			b.await(call.LegID(i), call.Answered)
		}
	}
	dial(1, 2) // what the first one costs alone
	before := inUse()
	judge := func(when string) {
		now := inUse()
		per := func(n int64) float64 { return float64(n) / float64(*stand) / 1024 }
		heap, stacks := per(now.heap-before.heap), per(now.stacks-before.stacks)
		t.Logf("%s: %.1f KiB of heap and %.1f of stacks per leg, %.2f goroutines", when, heap, stacks, float64(now.goroutines-before.goroutines)/float64(*stand))
		if heap+stacks > most {
			t.Errorf("%s a leg holds %.1f KiB, want at most %d", when, heap+stacks, most)
		}
	}
	dial(2, 2+*stand)
	judge("answered")
	if *stand >= many {
		<-time.After(sip.Timer_M + 100*time.Millisecond)
		judge("standing")
	}
	for i := 1; i < 2+*stand; i++ {
		b.HangUp(call.LegID(i), call.Cause{})
	}
	for i := 1; i < 2+*stand; i++ {
		b.await(call.LegID(i), call.Ended)
	}
}

// used is memory in use, and the goroutines.
type used struct{ heap, stacks, goroutines int64 }

func inUse() used {
	runtime.GC()
	runtime.GC() // what the first one found to be finalized is gone now
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return used{int64(m.HeapAlloc), int64(m.StackInuse), int64(runtime.NumGoroutine())}
}
