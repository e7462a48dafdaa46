package media

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// Each tone as the plans have it: frequencies and how long, with - for silence; a
// round is repeated until the sound ends.
var tonePlan = map[Country]map[string]string{
	US: {
		"ring-back":    "440+480 2s, - 4s",
		"busy":         "480+620 500ms, - 500ms",
		"congestion":   "480+620 250ms, - 250ms",
		"call waiting": "440 300ms",
	},
	EU: {
		"ring-back":    "425 1s, - 4s",
		"busy":         "425 500ms, - 500ms",
		"congestion":   "425 200ms, - 200ms",
		"call waiting": "425 200ms, - 600ms, 425 200ms",
	},
	UK: {
		"ring-back":    "400+450 400ms, - 200ms, 400+450 400ms, - 2s",
		"busy":         "400 375ms, - 375ms",
		"congestion":   "400 400ms, - 350ms, 400 225ms, - 525ms",
		"call waiting": "400 100ms",
	},
}

var worldPlan = map[string]string{
	"recording":      "1400 500ms",
	"sit":            "950 330ms, - 20ms, 1400 330ms, - 20ms, 1800 330ms",
	"sit intercept":  "913.8 274ms, - 20ms, 1370.6 274ms, - 20ms, 1776.7 380ms",
	"sit vacant":     "985.2 380ms, - 20ms, 1370.6 274ms, - 20ms, 1776.7 380ms",
	"sit reorder":    "913.8 274ms, - 20ms, 1428.5 380ms, - 20ms, 1776.7 380ms",
	"sit no circuit": "985.2 380ms, - 20ms, 1428.5 380ms, - 20ms, 1776.7 380ms",
}

// candidates are all frequencies that a tone may have.
var candidates = []float64{400, 425, 440, 450, 480, 620, 913.8, 950, 985.2, 1370.6, 1400, 1428.5, 1776.7, 1800}

func TestTonesSoundAsTheirPlanSays(t *testing.T) {
	for country, national := range tonePlan {
		tones, plan := Tones(country), maps.Clone(national)
		maps.Copy(plan, worldPlan)
		if got := slices.Sorted(maps.Keys(tones)); !slices.Equal(got, slices.Sorted(maps.Keys(plan))) {
			t.Errorf("%s has %v", country, got)
		}
		for name, want := range plan {
			wantTone(t, string(country)+" "+name, tones[name], want)
		}
	}
	if Tones("xx") != nil || Tones("")["busy"] == nil {
		t.Error("a country is one of three, and the US without any")
	}
}

// wantTone holds a sound to its plan, stretch by stretch.
func wantTone(t *testing.T, name string, s *Sound, plan string) {
	t.Helper()
	if s.Loops() {
		t.Errorf("%s loops", name)
	}
	pcm := s.linear(PCMU)
	var at time.Duration
	for round := 0; at < s.Duration()-frameTime; round++ {
		for stretch := range strings.SplitSeq(plan, ", ") {
			hz, length, _ := strings.Cut(stretch, " ")
			d, err := time.ParseDuration(length)
			if err != nil {
				t.Fatal(err)
			}
			where := fmt.Sprintf("%s, round %d, at %v", name, round, at)
			part := pcm[min(samples(at), int64(len(pcm))):min(samples(at+d), int64(len(pcm)))]
			if len(part) != int(samples(d)) {
				t.Fatalf("%s: it ends before %q does", where, stretch)
			}
			wantStretch(t, where, part, hz)
			at += d
		}
	}
}

// wantStretch finds the wanted frequencies and no others, or silence.
func wantStretch(t *testing.T, where string, pcm []int16, hz string) {
	t.Helper()
	if hz == "-" {
		if p := peak(pcm); p != 0 {
			t.Errorf("%s: the silence is at %d", where, p)
		}
		return
	}
	wanted := strings.Split(hz, "+")
	full := 5243.0 / float64(len(wanted)) // 0.16 of full scale, which they share
	body := pcm[len(pcm)/20 : len(pcm)-len(pcm)/20]
	for _, w := range wanted {
		var f float64
		if _, err := fmt.Sscan(w, &f); err != nil {
			t.Fatal(err)
		}
		if got := level(body, f); got < 0.9*full || got > 1.1*full {
			t.Errorf("%s: %v Hz at %.0f, not %.0f", where, f, got, full)
		}
	}
	loudest, most := 0.0, 0.0
	for _, f := range candidates {
		if got := level(body, f); got > most {
			loudest, most = f, got
		}
	}
	if !slices.Contains(wanted, fmt.Sprint(loudest)) {
		t.Errorf("%s: %v Hz is the loudest", where, loudest)
	}
}
