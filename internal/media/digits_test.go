package media

import (
	"encoding/binary"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pion/rtp"
)

// pressed reads digits from events, and fails at whatever RFC 4733 does not allow.
func pressed(t *testing.T, packets []rtp.Packet) (digits string) {
	t.Helper()
	ends := 0
	var last rtp.Packet
	for _, p := range packets {
		if p.PayloadType != 101 {
			continue
		}
		if len(p.Payload) != 4 || p.Payload[1]&0x7f != 10 {
			t.Fatalf("event %x", p.Payload)
		}
		duration, end := binary.BigEndian.Uint16(p.Payload[2:]), p.Payload[1]&0x80 != 0
		switch {
		case p.Marker:
			digits += string(keys[p.Payload[0]])
			if duration != frame || ends != 0 && ends != 3 {
				t.Fatalf("event begins with duration %d after %d ends", duration, ends)
			}
			ends = 0
		case p.Timestamp != last.Timestamp || p.Payload[0] != last.Payload[0]:
			t.Fatalf("event %x with timestamp %d after %x with %d", p.Payload, p.Timestamp, last.Payload, last.Timestamp)
		case ends == 0 && duration != binary.BigEndian.Uint16(last.Payload[2:])+frame, ends > 0 && (!end || duration != 800):
			t.Fatalf("duration %d (end %v) after %x", duration, end, last.Payload)
		}
		if end {
			ends++
		}
		last = p
	}
	if digits != "" && ends != 3 {
		t.Fatalf("the end came %d times", ends)
	}
	return digits
}

// wantNumbered checks sequence numbers and timestamps across events: each packet
// has the next number, and a timestamp not before the end of what was sent.
func wantNumbered(t *testing.T, packets []rtp.Packet) {
	t.Helper()
	var free uint32
	for i, p := range packets {
		if i > 0 && p.SequenceNumber != packets[i-1].SequenceNumber+1 {
			t.Fatalf("packet %d: sequence %d after %d", i, p.SequenceNumber, packets[i-1].SequenceNumber)
		}
		event := p.PayloadType == 101
		if i > 0 && (!event || p.Marker) && int32(p.Timestamp-free) < 0 {
			t.Fatalf("packet %d: timestamp %d is %d early", i, p.Timestamp, free-p.Timestamp)
		}
		if i > 0 && event != (packets[i-1].PayloadType == 101) && !p.Marker {
			t.Fatalf("packet %d: no marker at the change to %d", i, p.PayloadType)
		}
		free = p.Timestamp + frame
		if event {
			free = p.Timestamp + uint32(binary.BigEndian.Uint16(p.Payload[2:]))
		}
	}
}

func TestDigitsAreSentAsEvents(t *testing.T) {
	r := newRig(t)
	p := r.phone(PCMU)
	r.pass(100 * ms)
	p.SendDigits("159*0#abcd Dx\x00é7")
	r.pass(3 * time.Second)
	heard := p.hear()
	if got := pressed(t, heard); got != "159*0#ABCDD7" {
		t.Errorf("pressed %q", got)
	}
	wantNumbered(t, heard)
	// A digit takes 160 ms, and its timestamps too.
	var begins []uint32
	for _, packet := range heard {
		if packet.PayloadType == 101 && packet.Marker {
			begins = append(begins, packet.Timestamp)
		}
	}
	for i := 1; i < len(begins); i++ {
		if d := begins[i] - begins[i-1]; d != 8*frame {
			t.Errorf("digit %d begins %d samples after the one before", i, d)
		}
	}
	if lead := p.stream.lead(r.now()); lead > 0 || lead < -2*frame {
		t.Errorf("the stream is %d samples ahead", lead)
	}
}

func TestACommaIsASecond(t *testing.T) {
	r := newRig(t)
	p, partner := r.phone(PCMU), r.phone(PCMU)
	Bridge(p.Leg, partner.Leg, nil)
	p.SendDigits("1,2")
	heldBack := 0
	for range 70 {
		partner.say(5)
		r.pass(frameTime)
	}
	heard := p.hear()
	if pressed(t, heard) != "12" {
		t.Fatal("not pressed")
	}
	wantNumbered(t, heard)
	var begins []uint32
	spoken := 0
	for _, packet := range heard {
		switch {
		case packet.PayloadType == 101 && packet.Marker:
			begins = append(begins, packet.Timestamp)
		case packet.PayloadType == 0 && packet.Payload[0] == 5:
			spoken++
		case packet.PayloadType == 0:
			heldBack++
		}
	}
	if d := begins[1] - begins[0]; d < 58*frame || d > 60*frame {
		t.Errorf("%d samples between", d)
	}
	if spoken < 50 || heldBack != 2*pauseFrames {
		t.Errorf("%d frames of the partner, %d of silence", spoken, heldBack)
	}
}

func TestVoiceIsHeldBackWhileDigitsAreSent(t *testing.T) {
	for name, talk := range map[string]func(a, b *phone){
		"in a bridge": func(a, b *phone) { Bridge(a.Leg, b.Leg, nil) },
		"in a conference": func(a, b *phone) {
			a.plane.NewConference().Arrange(Part{a.Leg, []*Leg{b.Leg}}, Part{b.Leg, []*Leg{a.Leg}})
		},
		"over a sound": func(a, _ *phone) { a.Play(newSound(slices.Repeat([]int16{8000}, frame), true), nil) },
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			a, b := r.phone(PCMU), r.phone(PCMU)
			talk(a, b)
			code := muCompress(8000)
			round := func(n int) {
				for range n {
					a.say(code)
					b.say(code)
					r.pass(frameTime)
				}
			}
			round(5)
			a.hear()
			a.SendDigits("12")
			round(16)
			heard := a.hear()
			if got := pressed(t, heard); got != "12" {
				t.Errorf("pressed %q", got)
			}
			wantNumbered(t, heard)
			first := slices.IndexFunc(heard, func(p rtp.Packet) bool { return p.PayloadType == 101 })
			voices := 0
			for _, packet := range heard[first:] {
				if packet.PayloadType == 0 && packet.Payload[0] == code {
					voices++
				}
			}
			if voices > 1 {
				t.Errorf("%d frames of voice within the digits", voices)
			}
			round(3)
			if after := a.hear(); after[len(after)-1].Payload[0] != code {
				t.Error("the voice does not come back")
			}
			// The far end is heard all the while.
			if got := codes(b.hear()); name != "over a sound" && got[len(got)-1] != code {
				t.Errorf("the other hears %x", got)
			}
		})
	}
}

func TestDigitsAreTonesWhereEventsAreNotTaken(t *testing.T) {
	for _, law := range []Codec{PCMU, PCMA} {
		r := newRig(t)
		p := r.phone(law)
		p.format.Events = 0
		p.Agree(p.format)
		r.pass(100 * ms)
		p.hear()
		p.SendDigits(keyboard)
		r.pass(time.Duration(len(keyboard)) * 160 * ms)
		heard := p.hear()
		wantOneStream(t, heard)
		if len(heard) != 8*len(keyboard) {
			t.Fatalf("%d packets", len(heard))
		}
		got := ""
		for ; len(heard) > 0; heard = heard[8:] {
			var tone []int16
			for _, packet := range heard[:5] {
				tone = append(tone, linear(packet.Payload, law)...)
			}
			got += string(keyOf(tone))
			for _, packet := range heard[5:8] {
				if slices.ContainsFunc(packet.Payload, func(c byte) bool { return c != law.silence() }) {
					t.Errorf("%v: the pause is not silent", law)
				}
			}
		}
		if got != keyboard {
			t.Errorf("%v: %q", law, got)
		}
	}
}

// linear decodes a payload.
func linear(payload []byte, law Codec) (out []int16) {
	table := &muLinear
	if law == PCMA {
		table = &aLinear
	}
	for _, code := range payload {
		out = append(out, table[code])
	}
	return out
}

// keyOf finds the two tones of a key, each alone in its group.
func keyOf(tone []int16) byte {
	find := func(group [4]float64) int {
		place := -1
		for i, hz := range group {
			level := amplitude(tone, hz)
			if level > 0.1 && place >= 0 || level > 0.03 && level <= 0.1 {
				return -1
			}
			if level > 0.1 {
				place = i
			}
		}
		return place
	}
	row, column := find(rowHertz), find(columnHertz)
	if row < 0 || column < 0 {
		return '?'
	}
	return keyboard[4*row+column]
}

func TestDigitsThatCannotBeSent(t *testing.T) {
	r := newRig(t)
	p := r.phone(PCMU)
	p.agreed = false
	p.SendDigits("1")
	r.pass(time.Second)
	p.Agree(p.format)
	r.pass(time.Second)
	if got := pressed(t, p.hear()); got != "1" {
		t.Errorf("before Agree they wait: %q", got)
	}

	held := p.format
	held.Send = false
	p.Agree(held)
	p.SendDigits("2")
	r.pass(time.Second)
	p.Agree(p.format)
	r.pass(time.Second)
	if got := pressed(t, p.hear()); got != "" {
		t.Errorf("on hold they are lost: %q", got)
	}

	p.SendDigits(strings.Repeat("3", 2*digitLimit))
	r.pass(2 * digitLimit * 160 * ms)
	if got := len(pressed(t, p.hear())); got != digitLimit {
		t.Errorf("%d digits were kept", got)
	}

	p.SendDigits("45")
	r.pass(40 * ms)
	without := p.format
	without.Events = 0
	p.Agree(without) // in the middle of one
	r.pass(time.Second)
	heard := p.hear()
	tones := 0
	for _, packet := range heard {
		if packet.PayloadType == 0 && slices.ContainsFunc(packet.Payload, func(c byte) bool { return c != muSilence }) {
			tones++
		}
	}
	if tones != digitFrames {
		t.Errorf("%d frames of tones", tones)
	}
	p.SendDigits("6")
	p.Close()
	p.SendDigits("7")
	r.pass(time.Second)
	if p.dialing.holds() {
		t.Error("a closed leg sends digits")
	}
}

func TestSendingDigitsAllocatesNothing(t *testing.T) {
	for _, events := range []uint8{101, 0} {
		r := newRig(t)
		p := r.phone(PCMU)
		p.wire = &sink{}
		p.format.Events = events
		p.Agree(p.format)
		p.SendDigits(strings.Repeat("5", digitLimit))
		n := testing.AllocsPerRun(1000, func() {
			r.time = r.time.Add(frameTime)
			p.Leg.reports.next = r.now() + time.Hour
			p.tick(r.now())
		})
		if n != 0 {
			t.Errorf("%v allocations a frame", n)
		}
	}
}
