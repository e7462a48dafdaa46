package main

import (
	"time"

	"github.com/outdial/outdial/internal/analysis"
)

// verdict of a detector about a call.
type verdict struct {
	machine bool
	at      time.Duration
	why     string // if the detector tells
}

// detector is something that tells people from machines.
type detector struct {
	name  string
	judge func(pcm []int16) verdict
}

// detectors are what is compared.
func detectors() []detector {
	return []detector{
		{"outdial, 1.0 s and 2.8 s", twoNumbers(analysis.Settings{})},
		{"the same, 0.7 s and 2.2 s", twoNumbers(analysis.Settings{Silence: 700 * time.Millisecond, Speech: 2200 * time.Millisecond})},
		{"the same, 1.0 s and 4.0 s", twoNumbers(analysis.Settings{Speech: 4 * time.Second})},
		{"Asterisk's rules, 3 words", asterisk(3)},
		{"Asterisk's rules, 2 words", asterisk(2)},
	}
}

// twoNumbers is ours.
func twoNumbers(s analysis.Settings) func(pcm []int16) verdict {
	return func(pcm []int16) verdict {
		a := analysis.New(s)
		for ; len(pcm) >= 160; pcm = pcm[160:] {
			a.Hear(pcm[:160])
			if found, ok := a.Finding(); ok {
				return verdict{found.Kind == analysis.Machine, found.At, found.Why}
			}
		}
		return verdict{}
	}
}

// alarms are the tones that ours found in the whole of a call.
type alarms struct {
	left  *time.Duration // after the call's own beep; nil if it has none
	beeps int            // that were found
	early map[string]bool
}

// without and whole tell whether the call has no beep, or one that can be found.
func (a alarms) without() bool { return a.left == nil }
func (a alarms) whole() bool   { return a.left != nil && *a.left > 200*time.Millisecond }

// listen hears a call to its end, and once more as if it had not been answered.
func listen(call heard) alarms {
	found := alarms{left: call.beep, early: map[string]bool{}}
	answered, early := analysis.New(analysis.Settings{}), analysis.Early()
	for pcm := call.pcm; len(pcm) >= 160; pcm = pcm[160:] {
		answered.Hear(pcm[:160])
		early.Hear(pcm[:160])
		for f, ok := answered.Finding(); ok; f, ok = answered.Finding() {
			if f.Kind == analysis.Beep {
				found.beeps++
			}
		}
		for f, ok := early.Finding(); ok; f, ok = early.Finding() {
			found.early[f.Kind] = true
		}
	}
	return found
}

// asterisk is app_amd as its documentation describes it, with the numbers of its sample
// configuration: a frame is silent when its mean amplitude is at most 256; a word is
// 100 ms of voice after 50 ms of silence.
func asterisk(mostWords int) func(pcm []int16) verdict {
	const (
		frame          = 20 * time.Millisecond
		initialSilence = 2500 * time.Millisecond
		greeting       = 1500 * time.Millisecond
		afterGreeting  = 800 * time.Millisecond
		total          = 5000 * time.Millisecond
		word           = 100 * time.Millisecond
		betweenWords   = 50 * time.Millisecond
		longestWord    = 5000 * time.Millisecond
	)
	return func(pcm []int16) verdict {
		var silence, run, said, at time.Duration
		words, inWord := 0, false
		for ; len(pcm) >= 160; pcm = pcm[160:] {
			if at += frame; at >= total {
				break
			}
			sum := 0
			for _, v := range pcm[:160] {
				sum += max(int(v), -int(v))
			}
			if sum/160 <= 256 {
				silence += frame
				if silence >= betweenWords {
					inWord, run = false, 0
				}
				if words > 0 && silence >= afterGreeting {
					return verdict{at: at}
				}
				if words == 0 && silence >= initialSilence {
					return verdict{machine: true, at: at}
				}
				continue
			}
			silence = 0
			run += frame
			said += frame
			if run >= word && !inWord {
				words++
				inWord = true
			}
			if words >= mostWords || words > 0 && said >= greeting || run >= longestWord {
				return verdict{machine: true, at: at}
			}
		}
		return verdict{at: at}
	}
}
