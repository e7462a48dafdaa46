package analysis

import (
	"fmt"
	"time"
)

// finding is what was found, with the figures to say why.
type finding struct {
	kind   string
	at     time.Duration
	rule   rule
	what   string // the name of the tone, if one decided
	tone   tone
	spoken time.Duration // up to then
	ended  time.Duration // of the words
	music  bool
}

// rule is what decided.
type rule int

const (
	byTone    rule = iota
	byBeep         // after words
	byOneBeep      // and nothing said
	byLength
	bySilence
	byNothing
	byCadence
	byVoice
)

// find notes a finding. Where nobody asks, the newest are kept.
func (a *Analyser) find(f finding) {
	g := &a.greeting
	f.at, f.spoken, f.ended, f.music = a.heard, g.spoken(), g.ended, a.music.is()
	a.found[a.finds%len(a.found)] = f
	a.finds++
	if f.kind != Beep {
		a.verdict = f.kind
	}
}

// Finding gives what was found next since it was asked last: of an answered call the
// verdict, and each beep before and after it.
func (a *Analyser) Finding() (Result, bool) {
	a.asked = max(a.asked, a.finds-len(a.found))
	if a.asked == a.finds {
		return Result{}, false
	}
	f := &a.found[a.asked%len(a.found)]
	a.asked++
	r := Result{Kind: f.kind, At: f.at, Why: f.why(a.settings)}
	if f.rule == bySilence {
		r.Greeted = f.ended
	}
	return r, true
}

func (f *finding) why(s Settings) string {
	with := ""
	if f.music {
		with = ", with music"
	}
	switch f.rule {
	case byBeep:
		return fmt.Sprintf("a beep, %v, after %v of speech%s", &f.tone, f.spoken, with)
	case byOneBeep:
		return fmt.Sprintf("a beep, %v, and nothing said in %v", &f.tone, s.Time)
	case byLength:
		return fmt.Sprintf("spoke for more than %v%s", s.Speech, with)
	case bySilence:
		return fmt.Sprintf("spoke for %v, then silent for %v%s", f.spoken, s.Silence, with)
	case byNothing:
		return fmt.Sprintf("nothing was said in %v", s.Time)
	case byCadence:
		return fmt.Sprintf("%s tone, the last for %v", f.kind, f.tone.lasted())
	case byVoice:
		return fmt.Sprintf("%s for %v before the answer", f.what, f.spoken)
	}
	return fmt.Sprintf("%s, %v", f.what, &f.tone)
}

// judge looks for what answered: tones first, then the two numbers.
func (a *Analyser) judge(toneEnded bool) {
	if a.tones.beep(a.heard) && a.verdict != Fax && a.verdict != SIT {
		a.beeped = *a.tones.last()
		if a.verdict == "" && a.greeting.spoken() > 0 {
			a.find(finding{kind: Machine, rule: byBeep, tone: a.beeped})
		}
		a.find(finding{kind: Beep, what: "a beep", tone: a.beeped})
	}
	if a.verdict == "" && !a.judgeTones(toneEnded) {
		a.judgeWords()
	}
}

// judgeTones finds what says by a tone what it is.
func (a *Analyser) judgeTones(ended bool) bool {
	t := &a.tones
	if s := t.information(); s != nil {
		a.find(finding{kind: SIT, what: s.name, tone: t.now})
		return true
	}
	if a.early {
		return false
	}
	switch {
	case t.modem():
		a.find(finding{kind: Fax, what: "the answer tone of a fax or modem", tone: t.now})
	case ended && t.calling() && a.greeting.voiced < saidNothing:
		a.find(finding{kind: Fax, what: "the tone of a calling fax", tone: *t.last()})
	default:
		return false
	}
	return true
}

// saidNothing is how much voice may be noise.
const saidNothing = 300 * ms

// judgeWords is the two numbers.
func (a *Analyser) judgeWords() {
	g, s := &a.greeting, a.settings
	switch spoken := g.spoken(); {
	case spoken > s.Speech:
		a.find(finding{kind: Machine, rule: byLength})
	case spoken > 0 && g.silent(a.heard) >= s.Silence:
		a.find(finding{kind: Live, rule: bySilence})
	case spoken > 0 || a.heard < s.Time:
	case a.beeped.slices > 0:
		a.find(finding{kind: Machine, rule: byOneBeep, tone: a.beeped})
	default:
		a.find(finding{kind: Silence, rule: byNothing})
	}
}

// judgeEarly tells what the network says each time that it says something else.
func (a *Analyser) judgeEarly() {
	if a.verdict != SIT && a.judgeTones(false) {
		return
	}
	if name := a.progress.name(a.heard); name != "" && name != a.verdict {
		a.find(finding{kind: name, rule: byCadence, tone: tone{began: a.progress.over - a.progress.on, ended: a.progress.over}})
	}
	if a.verdict == SIT {
		return
	}
	if a.voiced && a.spectrum.periodic() {
		a.pitched++
	}
	switch {
	case a.music.is():
		if a.verdict != Music {
			a.find(finding{kind: Music, rule: byVoice, what: "notes, and voice"})
		}
	case a.voiced && a.greeting.voiced >= announced && a.pitched >= announcedPitch && a.music.steady < musical && a.verdict != Announcement:
		a.find(finding{kind: Announcement, rule: byVoice, what: "voice"})
	}
}

// announced is how much voice makes an announcement, and announcedPitch how many slices of
// it have a pitch.
const announced, announcedPitch = 1500 * ms, 40
