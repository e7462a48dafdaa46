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
	l.recallOut()
	l.cue = cue{sound: s}
	l.settle()
}

// lay adds the next frame of the cue to a frame of the partner, as far as both go.
func (c *cue) lay(pcm []int16) {
	if c.sound == nil {
		return
	}
	var tone [frame]int16
	c.sound.samples(&tone, c.played)
	for i := range min(len(pcm), frame) {
		pcm[i] = limited(int32(pcm[i]) + int32(tone[i]))
	}
	if c.played++; c.played == c.sound.frames() {
		*c = cue{}
	}
}
