package media

import (
	"time"

	"github.com/thesyncim/gopus"
)

const (
	// opusLongest is the most that a packet holds, 120 ms (RFC 6716 section 3.2.5).
	opusLongest = 960
	// opusBits and opusEffort are what we encode with: a telephone band needs no more,
	// and more effort is dearer.
	opusBits   = 32000
	opusEffort = 2
	// opusPiece is a frame of a packet whose length is not one of Opus's own: 10 ms.
	opusPiece = rate / 100
)

// opusVoice is what a leg that speaks Opus (RFC 6716) must remember. Inside,
// everything is 8 kHz; the decoder gives that of whatever comes, stereo too.
type opusVoice struct {
	encoder *gopus.Encoder
	decoder *gopus.Decoder
	packer  *gopus.Repacketizer
	length  int // of a frame that the encoder is set to, in samples
	// heard is the newest packet as samples; only who reads the leg's socket uses it.
	heard [opusLongest]int16
	// Room for the library, which would else have that of the caller on the heap.
	said, come [opusLongest]int16
	piece      [opusPiece]byte
	// decoded is when the decoder was used last, and source what it heard then.
	decoded time.Duration
	source  uint32
}

// newOpusVoice encodes with the low-delay half of Opus, CELT. The other, SILK, predicts
// so much of what went before that a decoder which joins in the midst of a tone can be
// driven to full scale, and it costs twice as much.
func newOpusVoice() *opusVoice {
	encoder, err := gopus.NewEncoder(gopus.EncoderConfig{SampleRate: rate, Channels: 1, Application: gopus.ApplicationLowDelay})
	if err == nil {
		err = encoder.SetBitrate(opusBits)
	}
	if err == nil {
		err = encoder.SetComplexity(opusEffort)
	}
	if err != nil {
		panic("media: Opus at 8 kHz: " + err.Error())
	}
	o := &opusVoice{encoder: encoder, packer: gopus.NewRepacketizer()}
	o.begin()
	return o
}

// begin makes a decoder that has heard nothing.
func (o *opusVoice) begin() {
	decoder, err := gopus.NewDecoder(gopus.DefaultDecoderConfig(rate, 1))
	if err != nil {
		panic("media: Opus at 8 kHz: " + err.Error())
	}
	o.decoder = decoder
}

// encode makes one packet of samples, as long as they are, and no larger in bytes
// than they are many. It gives its size; 0 is a length that Opus can not have: it has
// 2.5, 5, 10, 20, 40 and 60 ms, and what is made of 10 ms up to 120.
func (o *opusVoice) encode(out []byte, pcm []int16) int {
	if len(pcm) > opusLongest {
		return 0
	}
	said := o.said[:copy(o.said[:], pcm)]
	if o.frames(len(said)) {
		return o.packet(out, said)
	}
	if len(said)%opusPiece != 0 || !o.frames(opusPiece) {
		return 0
	}
	o.packer.Reset()
	for ; len(said) > 0; said = said[opusPiece:] {
		n := o.packet(o.piece[:], said[:opusPiece])
		if n == 0 || o.packer.Cat(o.piece[:n]) != nil {
			return 0
		}
	}
	n, err := o.packer.Out(out)
	if err != nil {
		return 0
	}
	return n
}

// frames sets the encoder to frames of so many samples, if there are such.
func (o *opusVoice) frames(length int) bool {
	if o.length != length {
		if o.encoder.SetFrameSize(length) != nil {
			return false
		}
		o.length = length
	}
	return true
}

func (o *opusVoice) packet(out []byte, pcm []int16) int {
	n, err := o.encoder.EncodeInt16(pcm, out)
	if err != nil {
		return 0
	}
	return n
}

// decode gives the samples of a packet; nil is one that makes no sense. Where the
// decoder was not used for a while, or another source speaks, it begins anew.
func (o *opusVoice) decode(out []int16, v *voice) (pcm []int16) {
	if v.ssrc != o.source || v.at-o.decoded > patience {
		o.decoder.Reset()
	}
	o.source, o.decoded = v.ssrc, v.at
	// What the network sends must not end the program, whatever the library makes of it.
	defer func() {
		if recover() != nil {
			o.begin()
			pcm = nil
		}
	}()
	n, err := o.decoder.DecodeInt16(v.body(), o.come[:])
	if err != nil || n > len(out) {
		return nil
	}
	return out[:copy(out, o.come[:n])]
}

// opusTime is how long a packet lasts, in samples at 8 kHz, as its first byte, the
// table of contents, says (RFC 6716 section 3.1); 0 is none of Opus.
func opusTime(body []byte) int64 {
	if len(body) == 0 {
		return 0
	}
	var length int64
	switch config := body[0] >> 3; {
	case config < 12: // SILK
		length = [...]int64{80, 160, 320, 480}[config%4]
	case config < 16: // hybrid
		length = [...]int64{80, 160}[config%2]
	default: // CELT
		length = 20 << (config % 4)
	}
	switch body[0] & 3 {
	case 1, 2:
		length *= 2
	case 3:
		if len(body) < 2 {
			return 0
		}
		length *= int64(body[1] & 0x3f)
	}
	if length > opusLongest {
		return 0
	}
	return length
}
