package loopback

// law is one of the two companding laws of ITU-T G.711.
type law struct {
	name    string
	payload uint8 // static payload type, RFC 3551 section 6
	linear  [256]int16
}

// laws in our order of preference.
var laws = [...]*law{
	newLaw("PCMU", 0, fromMu),
	newLaw("PCMA", 8, fromA),
}

func newLaw(name string, payload uint8, decode func(byte) int16) *law {
	l := &law{name: name, payload: payload}
	for code := range l.linear {
		l.linear[code] = decode(byte(code))
	}
	return l
}

// lawOf finds a law by payload type; nil when it is neither.
func lawOf(payload uint8) *law {
	for _, l := range laws {
		if l.payload == payload {
			return l
		}
	}
	return nil
}

// decode gives the samples of a payload, in the room of into.
func (l *law) decode(into []int16, payload []byte) []int16 {
	into = into[:0]
	for _, code := range payload {
		into = append(into, l.linear[code])
	}
	return into
}

// encode gives the nearest code of every sample. It looks at all of them: voices
// are encoded once, before they are spoken.
func (l *law) encode(samples []int16) []byte {
	payload := make([]byte, len(samples))
	for i, sample := range samples {
		nearest := 1 << 17
		for code, value := range l.linear {
			if away := max(int(sample)-int(value), int(value)-int(sample)); away < nearest {
				nearest, payload[i] = away, byte(code)
			}
		}
	}
	return payload
}

// fromMu decodes the mu law: complemented bits, a sign, three bits of segment,
// four of step, and a bias of 132 that makes the segments meet.
func fromMu(code byte) int16 {
	code = ^code
	segment := code >> 4 & 7
	size := (int16(code&15)<<3+132)<<segment - 132
	if code&0x80 != 0 {
		return -size
	}
	return size
}

// fromA decodes the A law: every other bit inverted, the first two segments linear.
func fromA(code byte) int16 {
	code ^= 0x55
	segment := code >> 4 & 7
	size := int16(code&15)<<4 + 8
	if segment > 0 {
		size = (size + 256) << (segment - 1)
	}
	if code&0x80 == 0 {
		return -size
	}
	return size
}
