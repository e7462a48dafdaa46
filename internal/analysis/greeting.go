package analysis

import "time"

// greeting is what the far end said up to now, or up to the verdict.
type greeting struct {
	score  int           // of the onset
	began  time.Duration // of the first words
	ended  time.Duration // of the last words; zero if there were none
	voiced time.Duration // of it, without the pauses
	pauses int           // of more than a fifth of a second
	peak   float64       // mean square of the loudest
}

// resumed is the score that ends a pause: less is a click.
const resumed = 3

// step takes a slice in that ends now, with its power.
func (g *greeting) step(voice bool, power float64, now time.Duration) {
	if !voice {
		g.score = max(g.score-1, 0)
		return
	}
	g.peak = max(g.peak, power)
	g.score = min(g.score+1, 2*onset)
	switch {
	case g.ended > 0 && g.score >= resumed:
		if now-g.ended > 200*time.Millisecond {
			g.pauses++
		}
		g.ended = now
		g.voiced += step
	case g.score >= onset:
		g.began, g.ended = now-onset*step, now
		g.voiced = onset * step
	}
}

// spoken is how long the words took, with the pauses between them.
func (g *greeting) spoken() time.Duration { return g.ended - g.began }

// silent is for how long nothing was said up to now.
func (g *greeting) silent(now time.Duration) time.Duration { return now - g.ended }
