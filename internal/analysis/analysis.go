// Package analysis listens to the far end of a call and finds what answered: a person, a
// machine, a fax, nobody; or, before the answer, what the network says.
//
// An [Analyser] is given the far end's samples as they come ([Analyser.Hear]) and asked
// after each time whether it found something ([Analyser.Finding]). Time is what was
// heard: it counts samples, so that a recording gives what the call gave. All is decided
// in slices of 10 ms.
//
// What answered is told by two numbers that a campaign sets. Words were said, and then
// nothing for Silence: the greeting is over; up to Speech of it is a person's, more is
// a machine's, which is known as soon as it is that much. Nothing in the whole Time is
// silence; words that were begun by then are heard out, so that the latest verdict comes
// Silence and Speech after it. In a study trees and nets on the same features gained
// nothing over the two numbers; what counts is what is taken for voice (voice.go).
//
// # Invariants
//
//   - There is one verdict. After it only a [Beep] is found, which corrects a [Live].
//   - What is heard after the verdict does not change it.
//   - The same samples give the same findings, however they are cut up.
//   - Hear allocates nothing. Words and figures for people are made when asked for.
//
// An Analyser belongs to who calls it; it has no lock.
package analysis

import "time"

// What is found. The first are the words of the call's verdict.
const (
	Live    = "live"    // a person
	Machine = "machine" // an answering machine, or a carrier's voicemail
	Silence = "silence" // nobody said anything
	Fax     = "fax"     // a fax or a modem
	SIT     = "sit"     // special information tones
	Beep    = "beep"    // the tone after which a machine records

	// Before the answer: what the network says.
	RingBack     = "ring-back"
	Busy         = "busy"
	Congestion   = "congestion"
	Announcement = "announcement" // somebody speaks
	Music        = "music"        // some play that in place of ring-back
)

// Settings are the numbers of a campaign. Zero is the default of each.
type Settings struct {
	Silence time.Duration // after words: the greeting is over; 1.0 s
	Speech  time.Duration // more of it is a machine's; 2.8 s
	Time    time.Duration // for the first words to come; 4 s
}

func (s Settings) defaults() Settings {
	if s.Silence <= 0 {
		s.Silence = time.Second
	}
	if s.Speech <= 0 {
		s.Speech = 2800 * ms
	}
	if s.Time <= 0 {
		s.Time = 4 * time.Second
	}
	return s
}

// Result is something that was found. Its moments are counted from the first sample.
type Result struct {
	Kind    string
	At      time.Duration // when it was decided
	Greeted time.Duration // when the far end's first words ended; zero if that is not known
	Why     string        // the rule and the figures that decided, for people
}

// Analyser analyses one far end.
type Analyser struct {
	settings Settings
	early    bool         // the call is not answered yet
	cut      [slice]int16 // a slice that is not full yet
	filled   int
	heard    time.Duration // whole slices

	spectrum spectrum
	look     look
	voice    voice
	tones    tones
	progress progress
	music    music
	greeting greeting
	// What the greeting was before what now seems to be a tone, or a call progress tone.
	beforeTone, beforeProgress greeting

	voiced  bool   // the newest slice has voice
	pitched int    // slices of voice with a pitch, before the answer
	verdict string // the kind of the last finding that was no beep
	beeped  tone   // the last beep
	found   [4]finding
	finds   int // how much was found
	asked   int // and how much of it was asked for
}

// New makes an analyser for a call that was just answered.
func New(s Settings) *Analyser { return &Analyser{settings: s.defaults()} }

// Early makes an analyser for a call that was not answered yet, whose far end can be
// heard. It tells of special information tones, ring-back, busy and congestion tones,
// announcements and music, each as it begins to be heard.
func Early() *Analyser { return &Analyser{settings: Settings{}.defaults(), early: true} }

// step is the length of a slice.
const step = 10 * ms

// Hear takes in what the far end says: samples at 8 kHz, as many as there are.
func (a *Analyser) Hear(pcm []int16) {
	for len(pcm) > 0 {
		n := copy(a.cut[a.filled:], pcm)
		pcm = pcm[n:]
		if a.filled += n; a.filled == slice {
			a.filled = 0
			a.step()
		}
	}
}

// step takes the slice that is full. What proves to be a tone was no voice: then the
// greeting is again what it was before.
func (a *Analyser) step() {
	a.heard += step
	a.spectrum.hear(&a.cut)
	a.look = a.spectrum.look()
	ended := a.tones.step(a.look, a.heard)
	if a.tones.now.slices <= 1 {
		a.beforeTone = a.greeting
	}
	a.progress.step(a.look, a.heard)
	if a.progress.slices <= 1 {
		a.beforeProgress = a.greeting
	}
	voice, power := a.voice.judge(&a.spectrum, a.greeting.peak)
	if voice && a.progress.slices == 0 && a.tones.now.lasted() < longestNote {
		a.music.step(&a.spectrum)
	}
	switch a.voiced = false; {
	case a.progress.running():
		a.greeting = a.beforeProgress
	case a.tones.running():
		a.greeting = a.beforeTone
	default:
		a.voiced = voice
		a.greeting.step(voice, power, a.heard)
	}
	if a.early {
		a.judgeEarly()
	} else {
		a.judge(ended)
	}
}

// Silent is how long nothing was said up to now.
func (a *Analyser) Silent() time.Duration { return a.greeting.silent(a.heard) }

// Features are the figures behind the findings, by their names, for the shadow log. Times
// are in seconds, levels in dBm0.
func (a *Analyser) Features() map[string]float64 {
	g := &a.greeting
	return map[string]float64{
		"heard":  a.heard.Seconds(),
		"began":  g.began.Seconds(),
		"spoken": g.spoken().Seconds(),
		"voice":  g.voiced.Seconds(),
		"pauses": float64(g.pauses),
		"silent": g.silent(a.heard).Seconds(),
		"noise":  a.voice.floor(),
		"level":  decibels(g.peak) + dBm0,
		"music":  a.music.steady,
	}
}

// Moment is what the newest slice showed, to explain a finding by.
type Moment struct {
	Heard          time.Duration // up to now
	Level, Noise   float64       // in dBm0
	Least          float64       // the level that voice must have now
	Voice          bool
	Tone           float64 // its frequency, if there surely is one
	Spoken, Silent time.Duration
}

// Now is what the newest slice showed.
func (a *Analyser) Now() Moment {
	m := Moment{
		Heard: a.heard, Level: a.voice.level, Noise: max(a.voice.floor(), -90), Least: max(faintest, a.voice.least(a.greeting.peak)),
		Voice: a.voiced, Spoken: a.greeting.spoken(), Silent: a.Silent(),
	}
	if a.tones.running() || a.progress.running() {
		m.Tone = a.look.hz
	}
	return m
}
