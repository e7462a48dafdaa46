package media

// cue is a short sound that is laid over what the partner says, to this leg only.
// It goes with the partner's packets, so that it delays nobody: a partner who
// says nothing is not joined by it.
type cue struct {
	sound  *Sound
	played int // frames of it
}

// Cue lays a sound once over what the bridged partner says, towards this leg
// only. It replaces a former cue, and ends with the bridge.
func (l *Leg) Cue(s *Sound) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cue = cue{sound: s}
}

// lay mixes the next frame of the cue into a frame of the partner, which is in
// the law of the leg.
func (c *cue) lay(voice []byte, codec Codec) {
	if c.sound == nil {
		return
	}
	var tone [frame]byte
	c.sound.frame(tone[:], c.played, codec)
	mixLaw(voice, tone[:], codec)
	if c.played++; c.played == c.sound.frames() {
		*c = cue{}
	}
}

// mixLaw adds two voices of one law, as far as both go.
func mixLaw(voice, other []byte, codec Codec) {
	linear, compress := &muLinear, muCompress
	if codec == PCMA {
		linear, compress = &aLinear, aCompress
	}
	for i := range min(len(voice), len(other)) {
		sum := int32(linear[voice[i]]) + int32(linear[other[i]])
		voice[i] = compress(int16(max(-32768, min(32767, sum))))
	}
}
