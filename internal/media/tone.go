package media

import (
	"cmp"
	"time"
)

// Country is whose call progress tones are made.
type Country string

const (
	// US is North America's precise tone plan.
	US Country = "us"
	// EU is what ETSI TR 101 041 recommends and most of Europe uses.
	EU Country = "eu"
	// UK is British Telecom's SIN 350.
	UK Country = "uk"
)

// beat is a part of a tone's cadence: frequencies, and the silence after them.
type beat struct {
	hz      []float64
	on, off time.Duration
}

// cadence is a tone: a round of beats, and how many rounds of it are a sound.
type cadence struct {
	round  []beat
	rounds int
}

const ms = time.Millisecond

// recorderWarning is heard by those who are recorded where they must be warned for
// as long as it lasts: 1400 Hz for half a second, every 15 s by the one who plays it.
var recorderWarning = cadence{[]beat{{[]float64{1400}, 500 * ms, 0}}, 1}

// cadences are the call progress tones of each country (ITU-T E.180 supplement 2).
// Those that a network plays until the caller hangs up last some seconds here.
var cadences = map[Country]map[string]cadence{
	US: {
		"ring-back":    {[]beat{{[]float64{440, 480}, 2000 * ms, 4000 * ms}}, 1},
		"busy":         {[]beat{{[]float64{480, 620}, 500 * ms, 500 * ms}}, 5},
		"congestion":   {[]beat{{[]float64{480, 620}, 250 * ms, 250 * ms}}, 10},
		"call waiting": {[]beat{{[]float64{440}, 300 * ms, 0}}, 1},
	},
	EU: {
		"ring-back":    {[]beat{{[]float64{425}, 1000 * ms, 4000 * ms}}, 1},
		"busy":         {[]beat{{[]float64{425}, 500 * ms, 500 * ms}}, 5},
		"congestion":   {[]beat{{[]float64{425}, 200 * ms, 200 * ms}}, 12},
		"call waiting": {[]beat{{[]float64{425}, 200 * ms, 600 * ms}, {[]float64{425}, 200 * ms, 0}}, 1},
	},
	UK: {
		"ring-back":    {[]beat{{[]float64{400, 450}, 400 * ms, 200 * ms}, {[]float64{400, 450}, 400 * ms, 2000 * ms}}, 2},
		"busy":         {[]beat{{[]float64{400}, 375 * ms, 375 * ms}}, 7},
		"congestion":   {[]beat{{[]float64{400}, 400 * ms, 350 * ms}, {[]float64{400}, 225 * ms, 525 * ms}}, 4},
		"call waiting": {[]beat{{[]float64{400}, 100 * ms, 0}}, 1},
	},
}

// The segments of special information tones in North America: the first two are low
// and short or high and long, and tell by that why the call failed; the third is
// always the same.
const (
	sitShort, sitLong = 274 * ms, 380 * ms
	sitGap            = 20 * ms // up to 30 ms by ITU-T E.180
)

// sits are the special information tones. The plain one has the frequencies and
// lengths of ITU-T E.180, for a call that failed for a reason that is not told.
var sits = map[string]cadence{
	"sit":            sit(beat{on: 330 * ms, hz: []float64{950}}, beat{on: 330 * ms, hz: []float64{1400}}, beat{on: 330 * ms, hz: []float64{1800}}),
	"sit intercept":  sit(beat{on: sitShort, hz: []float64{913.8}}, beat{on: sitShort, hz: []float64{1370.6}}, sitThird),
	"sit vacant":     sit(beat{on: sitLong, hz: []float64{985.2}}, beat{on: sitShort, hz: []float64{1370.6}}, sitThird),
	"sit reorder":    sit(beat{on: sitShort, hz: []float64{913.8}}, beat{on: sitLong, hz: []float64{1428.5}}, sitThird),
	"sit no circuit": sit(beat{on: sitLong, hz: []float64{985.2}}, beat{on: sitLong, hz: []float64{1428.5}}, sitThird),
}

var sitThird = beat{on: sitLong, hz: []float64{1776.7}}

func sit(one, two, three beat) cadence {
	one.off, two.off = sitGap, sitGap
	return cadence{[]beat{one, two, three}, 1}
}

// Known tells whether the tones of a country are.
func (c Country) Known() bool { return cadences[cmp.Or(c, US)] != nil }

// Tones are the tones that a telephone network speaks in, as a country makes them:
// "ring-back", "busy", "congestion", "call waiting"; the special information tones
// "sit", "sit intercept", "sit vacant", "sit reorder" and "sit no circuit"; and
// "recording", which warns who is recorded. None loops. It is nil for a country that
// is not known; the empty one is the US.
func Tones(of Country) map[string]*Sound {
	if !of.Known() {
		return nil
	}
	tones := map[string]*Sound{"recording": recorderWarning.sound()}
	for _, all := range []map[string]cadence{cadences[cmp.Or(of, US)], sits} {
		for name, c := range all {
			tones[name] = c.sound()
		}
	}
	return tones
}

// sound makes the tone. Several frequencies share its level.
func (c cadence) sound() *Sound {
	var length time.Duration
	for _, b := range c.round {
		length += b.on + b.off
	}
	m := newMix(length * time.Duration(c.rounds))
	var at time.Duration
	for range c.rounds {
		for _, b := range c.round {
			for _, hz := range b.hz {
				m.add(hz, 2*ringLevel/float64(len(b.hz)), at, b.on, 0, edges(b.on))
			}
			at += b.on + b.off
		}
	}
	return newSound(m.pcm(), false)
}
