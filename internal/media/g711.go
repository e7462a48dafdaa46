package media

// G.711, both laws. Linear samples are 16 bit: the standard's 14 bit (µ-law) and
// 13 bit (A-law) values, shifted to the left.

var (
	muLinear = expand(muExpand)
	aLinear  = expand(aExpand)
	muToA    = cross(muLinear, aCompress)
	aToMu    = cross(aLinear, muCompress)
)

const (
	muSilence = 0xff
	aSilence  = 0xd5
	// muBias is added to a magnitude so that µ-law segments become powers of 2.
	muBias = 33 << 2
	muClip = 8158 << 2
)

func expand(law func(byte) int16) (t [256]int16) {
	for i := range t {
		t[i] = law(byte(i))
	}
	return t
}

// cross maps one law to the other by way of the linear value.
func cross(from [256]int16, to func(int16) byte) (t [256]byte) {
	for i := range t {
		t[i] = to(from[i])
	}
	return t
}

// muExpand decodes µ-law (G.711 table 2): all bits inverted, sign, segment, step.
func muExpand(code byte) int16 {
	code = ^code
	v := (int16(code&0x0f)<<3+muBias)<<(code>>4&7) - muBias
	if code&0x80 != 0 {
		return -v
	}
	return v
}

// muCompress encodes µ-law.
func muCompress(sample int16) byte {
	v, sign := int(sample), byte(0)
	if v < 0 {
		v, sign = -v, 0x80
	}
	v = min(v, muClip) + muBias
	segment := byte(7)
	for limit := 0x4000; segment > 0 && v < limit; limit >>= 1 {
		segment--
	}
	return ^(sign | segment<<4 | byte(v>>(segment+3)&0x0f))
}

// aExpand decodes A-law (G.711 table 1): even bits inverted, sign, segment, step.
func aExpand(code byte) int16 {
	code ^= 0x55
	v := int16(code&0x0f)<<4 + 8
	if segment := code >> 4 & 7; segment > 0 {
		v = (v + 0x100) << (segment - 1)
	}
	if code&0x80 == 0 {
		return -v
	}
	return v
}

// aCompress encodes A-law.
func aCompress(sample int16) byte {
	v, sign := int(sample), byte(0x80)
	if v < 0 {
		v, sign = -v-1, 0
	}
	segment := byte(7)
	for limit := 0x4000; segment > 0 && v < limit; limit >>= 1 {
		segment--
	}
	step := byte(v >> 4 & 0x0f)
	if segment > 1 {
		step = byte(v >> (segment + 3) & 0x0f)
	}
	return (sign | segment<<4 | step) ^ 0x55
}

// transcode rewrites samples of one law in the other, in place.
func transcode(voice []byte, from, to Codec) {
	if from == to {
		return
	}
	table := &muToA
	if from == PCMA {
		table = &aToMu
	}
	for i, code := range voice {
		voice[i] = table[code]
	}
}
