package media

import (
	"encoding/binary"
	"errors"
)

const (
	// headerSize is an RTP header without CSRCs and extension, as all that are
	// sent from here.
	headerSize = 12
	// datagramSize bounds what is read from the network.
	datagramSize = 1500
	// comfortNoise is the static payload type of RFC 3389.
	comfortNoise = 13
)

var errMalformed = errors.New("media: malformed RTP packet")

// packet is an RTP packet as received (RFC 3550 section 5.1).
type packet struct {
	marker  bool
	payload uint8 // payload type
	seq     uint16
	ts      uint32
	ssrc    uint32
	// data[start:] is the payload without padding; there are always at least
	// headerSize bytes before it, so that a new header can be put there.
	data  []byte
	start int
}

// body is the payload, voice or else.
func (p *packet) body() []byte { return p.data[p.start:] }

// parse reads a datagram; the packet shares its memory.
func parse(data []byte) (packet, error) {
	if len(data) < headerSize || data[0]>>6 != 2 {
		return packet{}, errMalformed
	}
	body := headerSize + 4*int(data[0]&0x0f)
	if data[0]&0x10 != 0 {
		if len(data) < body+4 {
			return packet{}, errMalformed
		}
		body += 4 + 4*int(binary.BigEndian.Uint16(data[body+2:]))
	}
	end := len(data)
	if data[0]&0x20 != 0 {
		padding := int(data[end-1])
		if padding == 0 {
			return packet{}, errMalformed
		}
		end -= padding
	}
	if body >= end {
		return packet{}, errMalformed
	}
	return packet{
		marker:  data[1]&0x80 != 0,
		payload: data[1] & 0x7f,
		seq:     binary.BigEndian.Uint16(data[2:]),
		ts:      binary.BigEndian.Uint32(data[4:]),
		ssrc:    binary.BigEndian.Uint32(data[8:]),
		data:    data[:end],
		start:   body,
	}, nil
}

// isControl tells RTCP from RTP on one port (RFC 5761 section 4).
func isControl(data []byte) bool {
	return len(data) >= 2 && data[1] >= 192 && data[1] <= 223
}

// header is what the stream decides of a packet to be sent.
type header struct {
	marker bool
	seq    uint16
	ts     uint32
}

// put writes an RTP header to the first headerSize bytes of out.
func (h header) put(out []byte, payload uint8, ssrc uint32) {
	out[0] = 2 << 6
	out[1] = payload & 0x7f
	if h.marker {
		out[1] |= 0x80
	}
	binary.BigEndian.PutUint16(out[2:], h.seq)
	binary.BigEndian.PutUint32(out[4:], h.ts)
	binary.BigEndian.PutUint32(out[8:], ssrc)
}
