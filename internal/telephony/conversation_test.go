package telephony

import (
	"context"
	"encoding/binary"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/media"
)

// linear decodes µ-law (G.711 table 2).
func linear(code byte) int {
	code = ^code
	v := (int(code&0x0f)<<3+132)<<(code>>4&7) - 132
	if code&0x80 != 0 {
		return -v
	}
	return v
}

// levels are what the parties of a test say: codes whose sums tell who is in them.
var levels = []byte{0xce, 0xbe, 0xae, 0x9e} // about 500, 1100, 2300 and 4600

// party is a peer with a call that has answered, who says a level all the while.
type party struct {
	*peer
	leg    call.LegID
	invite message
}

// gather brings parties together, the first of them agents.
func gather(b *bench, n int) (parties []*party) {
	for i := range n {
		p := &party{peer: newPeer(b.t), leg: call.LegID(i + 1)}
		b.dial(p.leg, p.target())
		p.invite = p.answered()
		b.await(p.leg, call.Answered)
		p.say(levels[i])
		parties = append(parties, p)
	}
	return parties
}

// say sends frames of one code until the test ends.
func (p *party) say(code byte) {
	to := net.UDPAddrFromAddrPort(audioOf(p.t, p.invite))
	ctx, cancel := context.WithCancel(context.Background())
	var saying sync.WaitGroup
	p.t.Cleanup(func() { cancel(); saying.Wait() })
	saying.Go(func() {
		packet := slices.Repeat([]byte{code}, 172)
		copy(packet, []byte{0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, code})
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for n := uint32(1); ; n++ {
			binary.BigEndian.PutUint16(packet[2:], uint16(n))
			binary.BigEndian.PutUint32(packet[4:], n*160)
			_, _ = p.rtp.WriteToUDP(packet, to)
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
		}
	})
}

// brief does not wait long for answers to BYE, where the peer gives none.
func brief(c Config) Config {
	c.pace.farewell = 50 * time.Millisecond
	return c
}

// audioOf is where a description wants its audio.
func audioOf(t testing.TB, m message) netip.AddrPort {
	t.Helper()
	s, err := parse([]byte(m.body()), SRTPOff)
	if err != nil {
		t.Fatal(err)
	}
	return s.rtp
}

// next reads the next packet that the party is sent.
func (p *party) next() []byte {
	p.t.Helper()
	packet := make([]byte, 1500)
	_ = p.rtp.SetReadDeadline(time.Now().Add(patience))
	n, err := p.rtp.Read(packet)
	if err != nil {
		p.t.Fatal(err)
	}
	return packet[:n]
}

// saying tells whose levels a sample is the sum of.
func saying(sample int) []int {
	for set := range 1 << len(levels) {
		sum, who := 0, []int{}
		for i, code := range levels {
			if set>>i&1 != 0 {
				sum += linear(code)
				who = append(who, i)
			}
		}
		if d := sample - sum; d > -150 && d < 150 {
			return who
		}
	}
	return []int{-1}
}

// wantHeard waits until each party hears whom it is to hear, and no other from
// then on.
func wantHeard(t *testing.T, what string, parties []*party, want ...[]int) {
	t.Helper()
	for n, p := range parties {
		var heard []int
		late := time.Now().Add(patience)
		for steady := 0; steady < 5; steady++ {
			packet := p.next()
			if packet[1]&0x7f != 0 {
				continue
			}
			if heard = saying(linear(packet[12+80])); !slices.Equal(heard, want[n]) {
				steady = -1
			}
			if time.Now().After(late) {
				t.Fatalf("%s: %d hears %v, want %v", what, n, heard, want[n])
			}
		}
	}
}

func TestConversations(t *testing.T) {
	b := openBench(t, Config{})
	parties := gather(b, 3)
	agent, customer, supervisor := parties[0].leg, parties[1].leg, parties[2].leg
	arrange := func(id call.ConversationID, hears map[call.LegID][]call.LegID) {
		o := call.Conversation{ID: id}
		for leg, list := range hears {
			o.Parts = append(o.Parts, call.Part{Leg: leg, Hears: list})
		}
		b.Converse(o)
	}
	type legs = []call.LegID
	listen := map[call.LegID]legs{agent: {customer}, customer: {agent}, supervisor: {agent, customer}}
	coach := map[call.LegID]legs{agent: {customer, supervisor}, customer: {agent}, supervisor: {agent, customer}}
	all := map[call.LegID]legs{agent: {customer, supervisor}, customer: {agent, supervisor}, supervisor: {agent, customer}}
	for _, s := range []struct {
		name          string
		order         func()
		want          [][]int
		conversations []call.ConversationID
	}{
		{"a bridge", func() { b.Bridge(agent, customer) }, [][]int{{1}, {0}, {}}, []call.ConversationID{0, 0, 0}},
		{"listen", func() { arrange(7, listen) }, [][]int{{1}, {0}, {0, 1}}, []call.ConversationID{7, 7, 7}},
		{"coach", func() { arrange(7, coach) }, [][]int{{1, 2}, {0}, {0, 1}}, []call.ConversationID{7, 7, 7}},
		{"join", func() { arrange(7, all) }, [][]int{{1, 2}, {0, 2}, {0, 1}}, []call.ConversationID{7, 7, 7}},
		{"mute", func() { b.Mute(customer, true) }, [][]int{{2}, {0, 2}, {0}}, []call.ConversationID{7, 7, 7}},
		{"unmute", func() { b.Mute(customer, false) }, [][]int{{1, 2}, {0, 2}, {0, 1}}, []call.ConversationID{7, 7, 7}},
		{"park", func() { b.Park(customer, call.Silence) }, [][]int{{2}, {}, {0}}, []call.ConversationID{7, 0, 7}},
		{"take back", func() { arrange(7, all) }, [][]int{{1, 2}, {0, 2}, {0, 1}}, []call.ConversationID{7, 7, 7}},
		{"legs that there are not", func() {
			arrange(7, map[call.LegID]legs{agent: {customer, 77}, customer: {agent, 78}, 77: {agent, customer}})
		}, [][]int{{1}, {0}, {}}, []call.ConversationID{7, 7, 0}},
		{"another one", func() {
			arrange(8, map[call.LegID]legs{agent: {supervisor}, supervisor: {agent}})
		}, [][]int{{2}, {}, {0}}, []call.ConversationID{8, 7, 8}},
		{"none", func() { b.Converse(call.Conversation{ID: 8}) }, [][]int{{}, {}, {}}, []call.ConversationID{0, 7, 0}},
		{"a bridge again", func() { b.Bridge(agent, customer) }, [][]int{{1}, {0}, {}}, []call.ConversationID{0, 0, 0}},
		{"all again", func() { arrange(7, all) }, [][]int{{1, 2}, {0, 2}, {0, 1}}, []call.ConversationID{7, 7, 7}},
	} {
		s.order()
		wantHeard(t, s.name, parties, s.want...)
		for i, l := range b.Legs() {
			if l.Conversation != s.conversations[i] || (l.Partner != 0) != (strings.Contains(s.name, "bridge") && i < 2) {
				t.Errorf("%s: %+v", s.name, l)
			}
		}
	}

	// A prompt is heard by one, and then the conversation again; a recording beep
	// lies over it.
	b.Play(agent, call.RecordingBeep)
	if p := b.awaitNth(agent, call.Played, 1); p.Sound != call.RecordingBeep || p.Cut {
		t.Errorf("%+v", p)
	}
	b.Play(agent, call.Welcome)
	b.awaitNth(agent, call.Played, 2)
	wantHeard(t, "after the prompt", parties, []int{1, 2}, []int{0, 2}, []int{0, 1})

	b.HangUp(customer, call.Cause{})
	parties[1].hungUpOn()
	b.await(customer, call.Ended)
	wantHeard(t, "without the customer", []*party{parties[0], parties[2]}, []int{2}, []int{0})
	for _, p := range []*party{parties[0], parties[2]} {
		b.HangUp(p.leg, call.Cause{})
		p.hungUpOn()
		b.await(p.leg, call.Ended)
	}
	wantNothingOnTheBooks(t, b)
}

func TestDigitsAreSentToTheFarEnd(t *testing.T) {
	for name, c := range map[string]struct {
		change []string
		want   string
	}{
		"events": {nil, "12#"},
		"tones":  {[]string{" 101\r\n", "\r\n", "a=rtpmap:101 telephone-event/8000\r\n", ""}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			b, p := openBench(t, brief(Config{})), &party{peer: newPeer(t), leg: 1}
			b.dial(1, p.target())
			p.invite = p.expect("INVITE")
			p.reply(p.invite, "200 OK", "far", p.sdp(c.change...))
			p.expect("ACK")
			b.await(1, call.Answered)
			b.SendDigits(1, "1x2#")
			b.SendDigits(2, "1")
			digits, tones := "", 0
			for len(digits) < len(c.want) || c.want == "" && tones < 15 {
				switch packet := p.next(); {
				case packet[1] == 0x80|101:
					digits += string("0123456789*#"[packet[12]])
				case packet[1]&0x7f == 0 && slices.ContainsFunc(packet[12:], func(c byte) bool { return c != 0xff }):
					tones++
				}
			}
			if digits != c.want || c.want != "" && tones > 0 {
				t.Errorf("%q, and %d frames of tones", digits, tones)
			}
		})
	}
}

func TestASoundThatThereIsNotHasEndedAtOnce(t *testing.T) {
	b := openBench(t, brief(Config{Sounds: map[call.Sound]*media.Sound{call.Prompt("Closed"): media.ZipTone()}}))
	p := gather(b, 1)[0]
	b.Play(p.leg, call.Prompt("nothing"))
	if played := b.awaitNth(p.leg, call.Played, 1); !played.Cut {
		t.Error("it was played to its end")
	}
	if lines := b.logged("there is no such sound"); len(lines) != 1 || !strings.Contains(lines[0], "prompt:nothing") {
		t.Errorf("%q", lines)
	}
	b.Play(p.leg, call.Prompt("closed"))
	b.awaitNth(p.leg, call.Played, 2)
	b.Play(p.leg, call.RingBack)
	b.Park(p.leg, call.Prompt("nothing"))
	b.awaitNth(p.leg, call.Played, 3)
	wantHeard(t, "parked with nothing", []*party{p}, []int{})
}

// taped reads who is in each frame of the sides of a recording.
func taped(t *testing.T, path string) (sides [2][][]int) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for at := 44; at+640 <= len(data); at += 640 {
		for side := range sides {
			sides[side] = append(sides[side], saying(int(int16(binary.LittleEndian.Uint16(data[at+320+2*side:])))))
		}
	}
	return sides
}

// silence gives the longest run of frames in which nobody is heard, and whether
// somebody is before and after it.
func silence(side [][]int) (longest int, within bool) {
	first, run := 0, 0
	for i, who := range side {
		if run++; len(who) > 0 {
			run = 0
		}
		if run > longest {
			longest, first = run, i+1-run
		}
	}
	speaks := func(who []int) bool { return len(who) > 0 }
	return longest, slices.ContainsFunc(side[:first], speaks) && slices.ContainsFunc(side[first+longest:], speaks)
}

func TestRecordings(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "calls")
	told := make(chan call.Taped, 1)
	b := openBench(t, Config{Recordings: folder, Taped: func(t call.Taped) { told <- t }})
	parties := gather(b, 3)
	b.Bridge(1, 2)
	record := func(state call.RecordingState, left, right []call.LegID) {
		b.Record(call.Recording{ID: "2026/call-1", Left: left, Right: right, State: state})
	}
	hear := func(n int) { // passes the time
		for range n {
			parties[0].next()
		}
	}
	one, two := []call.LegID{1}, []call.LegID{2, 3, 99}
	record(call.Stop, nil, nil) // nothing to stop
	record(call.Record, one, two)
	hear(20)
	record(call.Secure, one, two)
	hear(20)
	record(call.Record, one, two)
	hear(20)
	record(call.Pause, nil, nil)
	hear(20)
	if n := b.Recordings(); n != 1 {
		t.Errorf("%d recordings run", n)
	}
	record(call.Stop, nil, nil)
	b.awaitLog("recording ended", 1)
	if is := <-told; is.ID != "2026/call-1" || is.Path != "2026/call-1.wav" || !is.Whole || is.Why != "" || is.Duration < time.Second || is.Bytes < 32_000 || is.Ended.IsZero() || b.Recordings() != 0 {
		t.Errorf("told of it was %+v", is)
	}
	sides := taped(t, filepath.Join(folder, "2026/call-1.wav"))
	for side, others := range [2][]int{{-1, 1, 2, 3}, {-1, 0, 3}} {
		if longest, within := silence(sides[side]); longest < 15 || !within {
			t.Errorf("no secure pause in %v", sides[side])
		}
		for _, who := range sides[side] {
			if slices.ContainsFunc(who, func(n int) bool { return slices.Contains(others, n) }) {
				t.Errorf("%v on side %d", who, side)
			}
		}
	}
	if !slices.ContainsFunc(sides[1], func(who []int) bool { return slices.Equal(who, []int{1, 2}) }) {
		t.Errorf("right %v", sides[1])
	}
	if frames := len(sides[0]); frames < 50 {
		t.Errorf("%d frames", frames)
	}
	line := b.logged("recording ended")[0]
	for _, key := range []string{"recording=2026/call-1 ", "call-1.wav ", "duration=1", "bytes=", "dropped=0s"} {
		if !strings.Contains(line, key) {
			t.Errorf("%q is not in %q", key, line)
		}
	}

	// What nobody stops ends with the switch, legs first.
	b.Record(call.Recording{ID: "open", Left: one, Right: two})
	hear(5)
	b.Record(call.Recording{ID: "../out", Left: one})
	if lines := b.logged("the order to record is ignored"); len(lines) != 1 || !strings.Contains(lines[0], "../out") {
		t.Errorf("%q", lines)
	}
	for _, p := range parties {
		b.HangUp(p.leg, call.Cause{})
		p.hungUpOn()
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := b.Close(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(folder, "open.wav")); err != nil {
		t.Error(err)
	}
	b.Record(call.Recording{ID: "late", Left: one})
	if _, err := os.Stat(filepath.Join(folder, "late.wav.part")); err == nil {
		t.Error("a closed switch records")
	}
}

// A recording that can not be written is reported by a leg that is in it.
func TestARecordingThatGoesWrongIsReported(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "calls")
	if err := os.WriteFile(folder, nil, 0o600); err != nil { // no folder
		t.Fatal(err)
	}
	b := openBench(t, Config{Recordings: folder})
	gather(b, 2)
	b.Record(call.Recording{ID: "a", Left: []call.LegID{99, 1}, Right: []call.LegID{2}})
	p := b.await(1, call.Untaped)
	if p.Recording != "a" || p.Cause.Detail == "" {
		t.Errorf("%+v", p)
	}
	b.Record(call.Recording{ID: "a", State: call.Stop})
	b.awaitLog("recording ended", 1)
}

func TestWithoutAFolderNothingIsRecorded(t *testing.T) {
	b := openBench(t, Config{})
	b.Record(call.Recording{ID: "a"})
	b.Record(call.Recording{ID: "a", State: call.Stop})
	if lines := b.logged("the order to record is ignored"); len(lines) != 1 || !strings.Contains(lines[0], "level=ERROR") {
		t.Errorf("%q", lines)
	}
}

// Whatever is ordered in whatever order, from wherever, no leg is lost, nothing
// hangs, and the bench finds all given back at the end.
func TestOrdersCrossEachOther(t *testing.T) {
	const givers, orders = 4, 1500
	b := openBench(t, Config{Recordings: t.TempDir()})
	parties := gather(b, 4)
	var farEnds sync.WaitGroup
	for _, p := range parties {
		farEnds.Go(func() { // answers its BYE
			for m := p.any(patience); m != ""; m = p.any(patience) {
				if m.method() == "BYE" {
					p.reply(m, "200 OK", "", "")
					return
				}
			}
		})
	}
	leg := func() call.LegID { return call.LegID(rand.IntN(len(parties)+1) + 1) }
	some := func() (list []call.LegID) {
		for range rand.IntN(4) {
			list = append(list, leg())
		}
		return list
	}
	sounds := []call.Sound{call.Silence, call.ZipTone, call.HoldMusic, call.RingBack, "none"}
	var giving sync.WaitGroup
	for range givers {
		giving.Go(func() {
			for range orders {
				switch rand.IntN(8) {
				case 0:
					b.Bridge(leg(), leg())
				case 1, 2:
					o := call.Conversation{ID: call.ConversationID(rand.IntN(3))}
					for range rand.IntN(4) {
						o.Parts = append(o.Parts, call.Part{Leg: leg(), Hears: some()})
					}
					b.Converse(o)
				case 3:
					b.Park(leg(), sounds[rand.IntN(len(sounds))])
				case 4:
					b.Play(leg(), sounds[rand.IntN(len(sounds))])
				case 5:
					b.Mute(leg(), rand.IntN(2) == 0)
				case 6:
					b.Record(call.Recording{ID: string(rune('a' + rand.IntN(2))), Left: some(), Right: some(), State: call.RecordingState(rand.IntN(4))})
				case 7:
					b.SendDigits(leg(), "1")
					if rand.IntN(100) == 0 {
						b.HangUp(leg(), call.Cause{})
					}
				}
			}
		})
	}
	giving.Wait()
	for _, p := range parties {
		b.HangUp(p.leg, call.Cause{})
		b.await(p.leg, call.Ended)
	}
	farEnds.Wait()
	wantNothingOnTheBooks(t, b)
}

func wantNothingOnTheBooks(t *testing.T, b *bench) {
	t.Helper()
	b.Switch.mu.Lock()
	defer b.Switch.mu.Unlock()
	if len(b.conversations)+len(b.talks)+len(b.bridges) != 0 {
		t.Errorf("on the books: %v, %v, %v", b.conversations, b.talks, b.bridges)
	}
}

// Sounds are replaced while the switch runs; built-in ones stay what they are.
func TestSoundsAreReplaced(t *testing.T) {
	b := openBench(t, brief(Config{}))
	p := gather(b, 1)[0]
	if err := b.SetSounds(map[call.Sound]*media.Sound{call.Prompt("Fresh"): media.ZipTone()}); err != nil {
		t.Fatal(err)
	}
	for n, name := range []call.Sound{call.Prompt("fresh"), call.Tone("busy")} {
		b.Play(p.leg, name)
		b.Park(p.leg, call.Silence) // cuts it off
		if played := b.awaitNth(p.leg, call.Played, n+1); played.Sound != name || !played.Cut {
			t.Errorf("%+v", played)
		}
	}
	if lines := b.logged("there is no such sound"); len(lines) != 0 {
		t.Errorf("%q", lines)
	}
}
