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
