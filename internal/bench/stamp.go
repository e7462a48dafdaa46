package bench

import "math"

// The payload types of G.711 (RFC 3551 section 6).
const (
	muLaw = 0
	aLaw  = 8
)

const (
	// A stamp is some samples at the head of a packet, each of which is one of sixteen
	// levels and so four bits: the end's number, the packet's number, and their sum.
	// Levels of neighbouring segments of G.711 differ by a factor of two, so one
	// survives translation from one law into the other.
	stampSize = 9
	// mostEnds is how many ends can be told apart.
	mostEnds = 1 << 16
	// headerSize is that of RTP without CSRCs and extensions (RFC 3550 section 5.1).
	headerSize = 12
	// samples is the number of samples, and of bytes of G.711, in a packet.
	samples = 160
)

// laws are the codes of sixteen levels in each law, and the levels of all codes.
type laws struct {
	code  [2][16]byte
	level [2][256]int8 // -1 is none: silence
}

func index(payload uint8) int {
	if payload == aLaw {
		return 1
	}
	return 0
}

// newLaws takes a level from each segment of µ-law, and the codes of A-law next to them.
func newLaws() *laws {
	l := new(laws)
	for nibble := range 16 {
		place := 8
		if nibble&7 == 0 {
			place = 15 // well above silence
		}
		l.code[0][nibble] = ^byte(nibble<<4 | place)
		level := fromMu(l.code[0][nibble])
		for code := range 256 {
			if math.Abs(fromA(byte(code))-level) < math.Abs(fromA(l.code[1][nibble])-level) {
				l.code[1][nibble] = byte(code)
			}
		}
	}
	for code := range 256 {
		for law, linear := range []func(byte) float64{fromMu, fromA} {
			l.level[law][code] = l.nearest(linear(byte(code)))
		}
	}
	return l
}

// nearest is the level next to a sample; of the smallest, about silence, there is none.
func (l *laws) nearest(sample float64) int8 {
	best, distance := int8(-1), math.Inf(1)
	for nibble := range 16 {
		if d := math.Abs(math.Log2(fromMu(l.code[0][nibble]) / sample)); d < distance { // NaN for the other sign
			best, distance = int8(nibble), d
		}
	}
	if distance > 0.75 {
		return -1
	}
	return best
}

// fromMu and fromA are the samples of codes, of 16 bits (G.711 tables 1 and 2).
func fromMu(code byte) float64 {
	code = ^code
	size := math.Ldexp(float64(code&15)*8+132, int(code>>4&7)) - 132
	return signed(size, code&0x80 != 0)
}

func fromA(code byte) float64 {
	code ^= 0x55
	size := float64(code&15)*16 + 8
	if segment := int(code >> 4 & 7); segment > 0 {
		size = math.Ldexp(size+256, segment-1)
	}
	return signed(size, code&0x80 == 0)
}

func signed(size float64, negative bool) float64 {
	if negative {
		return -size
	}
	return size
}

// stamp writes the number of an end and of its packet to the head of a payload.
func (l *laws) stamp(body []byte, payload uint8, end, packet uint16) {
	codes, sum := &l.code[index(payload)], uint16(0)
	for i := range 4 {
		a, b := end>>(4*i)&15, packet>>(4*i)&15
		body[i], body[4+i] = codes[a], codes[b]
		sum += a + b
	}
	body[8] = codes[sum&15]
}

// read gives what stamp wrote; false if there is no stamp.
func (l *laws) read(body []byte, payload uint8) (end, packet uint16, ok bool) {
	if len(body) < stampSize {
		return 0, 0, false
	}
	levels, sum := &l.level[index(payload)], int8(0)
	for i := range 4 {
		a, b := levels[body[i]], levels[body[4+i]]
		if a < 0 || b < 0 {
			return 0, 0, false
		}
		end |= uint16(a) << (4 * i)
		packet |= uint16(b) << (4 * i)
		sum += a + b
	}
	return end, packet, levels[body[8]] == sum&15
}
