package media

import (
	"slices"
	"time"
)

// Codec is how voice is written on the wire. All but Opus have an RTP clock of 8000
// and one byte for each of its ticks, G.722 too, which carries 16 kHz (RFC 3551
// section 4.5.2); so the length of a payload is its time. Opus says its time in its
// first byte, and has a clock of 48000, which ends at the leg's [clock].
type Codec uint8

const (
	// PCMU is µ-law, static payload type 0 (RFC 3551 section 4.5.14).
	PCMU Codec = iota
	// PCMA is A-law, static payload type 8.
	PCMA
	// G722 is G.722 at 64 kbit/s, static payload type 9.
	G722
	// Opus is Opus, of any bandwidth and one or two channels (RFC 7587).
	Opus
)

// String is the encoding name of SDP.
func (c Codec) String() string { return [...]string{"PCMU", "PCMA", "G722", "opus"}[c] }

// isLaw tells a codec without memory, in which each byte is a sample.
func (c Codec) isLaw() bool { return c == PCMA || c == PCMU }

// tick is how many ticks of its RTP clock make one of 8000 a second.
func (c Codec) tick() uint32 {
	if c == Opus {
		return opusTick
	}
	return 1
}

// linear gives the values of a law's codes, and compress the way back.
func (c Codec) linear() *[256]int16 {
	if c == PCMA {
		return &aLinear
	}
	return &muLinear
}

func (c Codec) compress() func(int16) byte {
	if c == PCMA {
		return aCompress
	}
	return muCompress
}

// silence is a zero sample of a law.
func (c Codec) silence() byte {
	if c == PCMA {
		return aSilence
	}
	return muSilence
}

// wideband is what a leg that speaks G.722 must remember: both ends predict from
// all that went before. Inside, everything is 8 kHz, as G.711 has it.
type wideband struct {
	encoder g722Encoder
	doubler doubler
	decoder g722Decoder
	halver  halver
	// heard is the newest packet as samples; only who reads the leg's socket uses it.
	heard [datagramSize]int16
	// decoded is when the decoder was used last, and source what it heard then.
	decoded time.Duration
	source  uint32
}

func newWideband() *wideband {
	return &wideband{encoder: newG722Encoder(), decoder: newG722Decoder(), doubler: newDoubler(), halver: newHalver()}
}

// encode makes a byte of each sample.
func (w *wideband) encode(out []byte, pcm []int16) {
	var wide [2 * frame]int16
	for len(pcm) > 0 {
		n := min(len(pcm), frame)
		w.doubler.double(wide[:2*n], pcm[:n])
		w.encoder.encode(out[:n], wide[:2*n])
		out, pcm = out[n:], pcm[n:]
	}
}

// decode makes a sample of each byte of a packet. Where it was not used for a
// while, or another source speaks, it begins anew, so that it comes up from
// silence instead of going on from what was said then.
func (w *wideband) decode(out []int16, v *voice) []int16 {
	if v.ssrc != w.source || v.at-w.decoded > patience {
		w.decoder, w.halver = newG722Decoder(), newHalver()
	}
	w.source, w.decoded = v.ssrc, v.at
	body := v.body()
	out = out[:len(body)]
	var wide [2 * frame]int16
	for rest := out; len(body) > 0; {
		n := min(len(body), frame)
		w.decoder.decode(wide[:2*n], body[:n])
		w.halver.halve(rest[:n], wide[:2*n])
		body, rest = body[n:], rest[n:]
	}
	return out
}

// encode writes samples as the leg speaks, and gives the size: as many bytes, or
// fewer; 0 is a length that Opus can not have. The caller holds mu.
func (l *Leg) encode(out []byte, pcm []int16) int {
	out = out[:len(pcm)]
	switch l.format.Codec {
	case G722:
		l.wide.encode(out, pcm)
	case Opus:
		return l.opus.encode(out, pcm)
	default:
		compress := l.format.Codec.compress()
		for i, v := range pcm {
			out[i] = compress(v)
		}
	}
	return len(pcm)
}

// still is silence, to be read only.
var still [opusLongest]int16

// hush writes silence for as many samples as out has bytes, as the leg speaks, and
// gives the size. The caller holds mu.
func (l *Leg) hush(out []byte) int {
	switch l.format.Codec {
	case G722:
		for rest := out; len(rest) > 0; {
			n := min(len(rest), len(still))
			l.wide.encode(rest[:n], still[:n])
			rest = rest[n:]
		}
	case Opus:
		if len(out) > len(still) {
			return 0
		}
		return l.opus.encode(out, still[:len(out)])
	default:
		hush(out, l.format.Codec)
	}
	return len(out)
}

// sing writes a frame of a sound as the leg speaks, and gives the size. The caller
// holds mu.
func (l *Leg) sing(out []byte, s *Sound, n int) int {
	if l.format.Codec.isLaw() {
		s.frame(out, n, l.format.Codec)
		return frame
	}
	var pcm [frame]int16
	s.samples(&pcm, n)
	return l.encode(out, pcm[:])
}

// remember makes what the leg must remember of a codec, before it is spoken.
func (l *Leg) remember(c Codec) {
	switch {
	case c == l.format.Codec && (l.wide != nil || l.opus != nil):
	case c == G722:
		l.wide, l.opus = newWideband(), nil
	case c == Opus:
		l.wide, l.opus = nil, newOpusVoice()
	default:
		l.wide, l.opus = nil, nil
	}
}

// decode gives the samples of what the far end says, which is not in a law, in room,
// or in the leg's own if that is nil. The caller holds mu.
func (l *Leg) decode(room []int16, v *voice) []int16 {
	if v.codec == Opus {
		if room == nil {
			room = l.opus.heard[:]
		}
		return l.opus.decode(room, v)
	}
	if room == nil {
		room = l.wide.heard[:]
	}
	return l.wide.decode(room, v)
}

// wanted tells whether anybody needs the samples of what the far end says.
// The caller holds mu.
func (l *Leg) wanted(br *bridge) bool {
	return l.inband != nil || l.listening != nil || !l.muted && (len(l.ears) > 0 || br != nil && br.other(l).alters(l.format.Codec))
}

// overhear looks for a key in what the far end says. The caller holds mu.
func (l *Leg) overhear(v *voice) byte {
	var room [datagramSize]int16
	return l.inband.hear(v.samples(&room))
}

// samples are what a packet says, in room if it is in a law; else they are nil
// unless they were wanted.
func (v *voice) samples(room *[datagramSize]int16) []int16 {
	if !v.codec.isLaw() {
		return v.pcm
	}
	linear, body := v.codec.linear(), v.body()
	for i, code := range body {
		room[i] = linear[code]
	}
	return room[:len(body)]
}

// lasts is how long a packet of voice lasts; 0 is none of its codec.
func (v *voice) lasts() int64 {
	if v.codec == Opus {
		return opusTime(v.body())
	}
	return int64(len(v.body()))
}

// room makes the payload n bytes long, in place as a rule: what is read from the
// network lies in more than it needs.
func (v *voice) room(n int) []byte {
	if body := v.body(); len(body) == n {
		return body
	}
	v.data = slices.Grow(v.data[:v.start], n)[:v.start+n]
	return v.body()
}

// settle says what the leg can be sent as it is of what its partner says. The caller
// holds mu.
func (l *Leg) settle() {
	if l.cue.sound != nil {
		l.takes.Store(nothing)
		return
	}
	l.takes.Store(int32(l.format.Codec))
}

// alters tells whether the leg needs the samples of what its partner says in a codec.
func (l *Leg) alters(c Codec) bool { return l.takes.Load() != int32(c) }

// lay lays the cue over what the leg is about to be sent. The caller holds mu.
func (l *Leg) lay(pcm []int16) {
	if l.cue.lay(pcm); l.cue.sound == nil {
		l.settle()
	}
}

// translate writes what the partner said, in place, as this leg speaks; false if
// its samples were not at hand, as when the format has just changed. The caller
// holds mu.
func (l *Leg) translate(v *voice) bool {
	own := l.format.Codec
	switch {
	case l.cue.sound != nil || v.codec != own && !(v.codec.isLaw() && own.isLaw()):
		return l.recode(v) || v.codec == own
	case v.codec != own:
		transcode(v.body(), v.codec, own)
	}
	return true
}

// recode does it by way of the samples.
func (l *Leg) recode(v *voice) bool {
	var room [datagramSize]int16
	pcm := v.samples(&room)
	if pcm == nil {
		return false
	}
	l.lay(pcm)
	return len(v.room(l.encode(v.room(len(pcm)), pcm))) > 0
}
