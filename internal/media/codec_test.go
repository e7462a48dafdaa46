package media

import (
	"math"
	"testing"
	"time"

	"github.com/pion/rtp"
)

// speaker is a phone with a tone for a voice, and an ear for what it is sent.
type speaker struct {
	*phone
	hz   float64
	said int
	own  *Leg // which speaks and hears for the far end, without a wire
}

func (r *rig) speaker(codec Codec, hz float64) *speaker {
	s := &speaker{phone: r.phone(codec), hz: hz, own: &Leg{format: Format{Codec: codec}}}
	s.own.remember(codec)
	return s
}

// turn lets the far end speak another codec.
func (s *speaker) turn(codec Codec) {
	s.format.Codec, s.format.Payload = codec, payloadOf(codec)
	s.Agree(s.format)
	s.own.remember(codec)
	s.own.format.Codec = codec
}

// speak delivers some milliseconds of the tone in one packet.
func (s *speaker) speak(millis int) {
	pcm := make([]int16, 8*millis)
	for i := range pcm {
		pcm[i] = clip(8000 * math.Sin(2*math.Pi*s.hz*float64(s.said+i)/rate))
	}
	s.said += len(pcm)
	packet := s.packet(0)
	packet.Timestamp = uint32(s.said) * s.format.Codec.tick()
	packet.Payload = make([]byte, len(pcm))
	packet.Payload = packet.Payload[:s.own.encode(packet.Payload, pcm)]
	s.deliver(packet)
}

// listen gives what the phone was sent since, as samples.
func (s *speaker) listen() (pcm []int16, packets []rtp.Packet) {
	packets = s.hear()
	for _, p := range packets {
		if codec := s.format.Codec; !codec.isLaw() {
			pcm = append(pcm, s.own.decode(nil, &voice{codec: codec, packet: packet{data: p.Payload}})...)
		} else {
			pcm = append(pcm, linear(p.Payload, s.format.Codec)...)
		}
	}
	return pcm, packets
}

func TestEveryCodecIsHeardInEveryOther(t *testing.T) {
	for _, from := range []Codec{PCMU, PCMA, G722, Opus} {
		for _, to := range []Codec{PCMU, PCMA, G722, Opus} {
			for _, millis := range []int{10, 20, 30, 40, 60} {
				r := newRig(t)
				a, b := r.speaker(from, 700), r.speaker(to, 1900)
				Bridge(a.Leg, b.Leg, nil)
				for range 600 / millis {
					r.time = r.time.Add(time.Duration(millis) * ms)
					a.speak(millis)
				}
				pcm, packets := b.listen()
				if len(packets) != 600/millis || len(pcm) != 4800 {
					t.Fatalf("%s to %s: %d packets of %d ms became %d, with %d samples", from, to, 600/millis, millis, len(packets), len(pcm))
				}
				for i, p := range packets {
					if to != Opus && len(p.Payload) != 8*millis || p.PayloadType != payloadOf(to) || i > 0 && (p.SequenceNumber != packets[i-1].SequenceNumber+1 || p.Timestamp != packets[i-1].Timestamp+uint32(8*millis)*to.tick()) {
						t.Fatalf("%s to %s: packet %d: %+v", from, to, i, p.Header)
					}
				}
				exact, harmonic := 0.01, 0.002
				if from == Opus || to == Opus {
					exact, harmonic = 0.03, 0.01 // it is coarser
				}
				if got := amplitude(pcm[1600:], 700); math.Abs(got-8000.0/32768) > exact {
					t.Errorf("%s to %s in %d ms: the tone is %.3f, want %.3f", from, to, millis, got, 8000.0/32768)
				}
				if got := amplitude(pcm[1600:], 2100); got > harmonic {
					t.Errorf("%s to %s in %d ms: the third harmonic is %.4f", from, to, millis, got)
				}
			}
		}
	}
}

func TestLikeLegsArePassedThroughToTheBit(t *testing.T) {
	r := newRig(t)
	a, b := r.speaker(G722, 700), r.phone(G722)
	Bridge(a.Leg, b.Leg, nil)
	for code := range 256 {
		a.say(byte(code))
		wantCodes(t, b.hear(), byte(code))
	}
}

func TestBridgingPrimesAcrossCodecs(t *testing.T) {
	for _, c := range []struct{ from, to Codec }{{G722, PCMU}, {PCMA, G722}, {G722, G722}, {Opus, PCMU}, {PCMA, Opus}, {Opus, Opus}} {
		r := newRig(t)
		a, b := r.speaker(c.from, 700), r.speaker(c.to, 1900)
		a.speak(20)
		r.time = r.time.Add(12 * ms)
		heard := 0
		Bridge(a.Leg, b.Leg, func(to *Leg, _ time.Time) { heard++ })
		pcm, packets := b.listen()
		if len(packets) != 1 || heard != 1 || amplitude(pcm, 700) < 0.05 {
			t.Errorf("%s to %s: %d packets, heard %d times, the tone is %.3f", c.from, c.to, len(packets), heard, amplitude(pcm, 700))
		}
	}
}

func TestSoundsDigitsAndSilenceReachAWidebandLeg(t *testing.T) {
	for _, codec := range []Codec{G722, Opus} {
		t.Run(codec.String(), func(t *testing.T) { soundsDigitsAndSilence(t, codec) })
	}
}

func soundsDigitsAndSilence(t *testing.T, codec Codec) {
	r := newRig(t)
	p := r.speaker(codec, 700)
	p.Play(tone(1000, 400*ms), nil)
	r.pass(400 * ms)
	pcm, _ := p.listen()
	if got := amplitude(pcm[800:], 1000); got < 0.1 {
		t.Errorf("the tone is %.3f", got)
	}
	f := p.format
	f.Events = 0
	p.Agree(f)
	p.SendDigits("5")
	r.pass(100 * ms)
	pcm, _ = p.listen()
	if row, column := amplitude(pcm, 770), amplitude(pcm, 1336); row < 0.1 || column < 0.1 {
		t.Errorf("the key's tones are %.3f and %.3f", row, column)
	}
	r.pass(500 * ms)
	pcm, packets := p.listen()
	wantOneStream(t, packets)
	for i, v := range pcm[1600:] {
		if v < -8 || v > 8 {
			t.Fatalf("sample %d of the silence is %d", i, v)
		}
	}
}

func TestACueIsHeardOverAWidebandPartner(t *testing.T) {
	r := newRig(t)
	agent, customer := r.speaker(G722, 500), r.speaker(G722, 1900)
	Bridge(agent.Leg, customer.Leg, nil)
	agent.Cue(tone(1000, 200*ms))
	for range 20 {
		r.time = r.time.Add(20 * ms)
		customer.speak(20)
	}
	pcm, packets := agent.listen()
	wantOneStream(t, packets)
	cued, after := pcm[:1600], pcm[1920:]
	if amplitude(cued, 1000) < 0.1 || amplitude(cued, 1900) < 0.1 {
		t.Errorf("with the cue: %.3f and %.3f", amplitude(cued, 1000), amplitude(cued, 1900))
	}
	if amplitude(after, 1000) > 0.01 || amplitude(after, 1900) < 0.2 {
		t.Errorf("after it: %.3f and %.3f", amplitude(after, 1000), amplitude(after, 1900))
	}
	if agent.alters(G722) {
		t.Error("the partner's packets are still decoded after the cue")
	}
}

func TestAMutedPartnerIsSilenceInEveryCodec(t *testing.T) {
	for _, c := range []struct{ from, to Codec }{{G722, PCMU}, {PCMU, G722}, {G722, G722}, {Opus, PCMU}, {PCMU, Opus}, {Opus, Opus}} {
		r := newRig(t)
		a, b := r.speaker(c.from, 700), r.speaker(c.to, 1900)
		Bridge(a.Leg, b.Leg, nil)
		a.Mute(true)
		for range 20 {
			r.time = r.time.Add(20 * ms)
			a.speak(20)
		}
		if pcm, _ := b.listen(); len(pcm) != 3200 || amplitude(pcm[800:], 700) > 0.001 {
			t.Errorf("%s to %s: %d samples, the tone is %.4f", c.from, c.to, len(pcm), amplitude(pcm[800:], 700))
		}
	}
}

// The far end's decoder has been led elsewhere by another source when our own audio
// begins. It must not make a noise of that.
func TestAChangeOfSourceIsNoBang(t *testing.T) {
	for _, codec := range []Codec{G722, Opus} {
		t.Run(codec.String(), func(t *testing.T) { changeOfSource(t, codec) })
	}
}

func changeOfSource(t *testing.T, codec Codec) {
	r := newRig(t)
	a, b := r.speaker(codec, 700), r.speaker(codec, 1900)
	Bridge(a.Leg, b.Leg, nil)
	for range 20 {
		r.time = r.time.Add(20 * ms)
		a.speak(20)
	}
	loudest := int16(0)
	pcm, _ := b.listen()
	for _, v := range pcm {
		loudest = max(loudest, v)
	}
	Unbridge(a.Leg)
	r.pass(200 * ms)
	pcm, _ = b.listen()
	for i, v := range pcm {
		if v > loudest+loudest/4 || i > 480 && (v > 100 || v < -100) {
			t.Fatalf("%d ms after the partner left there is a sample of %d; he was as loud as %d", i/8, v, loudest)
		}
	}
}

func TestALegThatChangesItsCodecGoesOn(t *testing.T) {
	r := newRig(t)
	a, b := r.speaker(PCMU, 700), r.speaker(PCMU, 1900)
	Bridge(a.Leg, b.Leg, nil)
	for _, codec := range []Codec{PCMU, G722, PCMA, Opus, Opus, G722, Opus, PCMU} {
		b.turn(codec)
		for range 15 {
			r.time = r.time.Add(20 * ms)
			a.speak(20)
		}
		pcm, packets := b.listen()
		wantOneStream(t, packets)
		if amplitude(pcm[800:], 700) < 0.2 {
			t.Errorf("in %s the tone is %.3f", codec, amplitude(pcm[800:], 700))
		}
	}
}
