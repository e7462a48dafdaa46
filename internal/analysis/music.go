package analysis

import "math"

const (
	// peaks are the strongest partials of a slice that are looked at, and strongPeak what
	// part of all each must have.
	peaks, strongPeak = 5, 0.02
	// recall is how many slices back a partial must have been at the same frequency, and
	// sameNote how near: a quarter tone is 3 %, and a voice glides more than this.
	recall, sameNote = 8, 0.008
	// musical is the part of what is heard that stays on its notes, in the mean over some
	// seconds, of which a voice has at most 0.38 in the test set; heardMusic is how many slices must have been heard.
	musical, heardMusic = 0.42, 150
	// longestNote is what is no note any more, but a tone.
	longestNote = 1200 * ms
)

// music follows how much of what is heard stays on its notes.
type music struct {
	past   [recall][peaks]float64 // frequencies of the strongest partials
	at     int
	steady float64 // the mean part that stays
	slices int     // that were heard
}

// step takes a slice in that is no silence, and no tone of the network.
func (m *music) step(s *spectrum) {
	var now [peaks]float64
	n, stays := 0, 0.0
	for k := lowest + 1; k < highest && n < peaks; k++ {
		if p := s.power[k]; p > s.power[k-1] && p >= s.power[k+1] && p > strongPeak*s.total {
			now[n] = s.hertz(k)
			part := s.around(k) / s.total
			if m.had(now[n]) {
				stays += part
			}
			n++
		}
	}
	m.past[m.at] = now
	m.at = (m.at + 1) % recall
	m.slices++
	m.steady += (min(stays, 1) - m.steady) / float64(min(m.slices, 200))
}

// had tells whether there was a partial at a frequency, as long ago as is remembered.
func (m *music) had(hz float64) bool {
	for _, old := range m.past[m.at] {
		if math.Abs(hz-old) <= sameNote*hz {
			return true
		}
	}
	return false
}

func (m *music) is() bool { return m.slices >= heardMusic && m.steady >= musical }
