package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/outdial/outdial/internal/analysis"
)

// outcome is what each detector said of a call.
type outcome struct {
	sample
	end      time.Duration
	verdicts []verdict // by detector
	alarms   alarms
}

type results struct {
	names    []string // of the detectors
	outcomes []outcome
}

// judge makes the calls and has all detectors judge them, two calls at a time.
func (s *set) judge(all []detector) (*results, error) {
	r := &results{outcomes: make([]outcome, len(s.calls))}
	for _, d := range all {
		r.names = append(r.names, d.name)
	}
	err := inPairs(len(s.calls), func(i int) error {
		call := s.make(s.calls[i])
		o := outcome{sample: s.calls[i], end: call.end, alarms: listen(call)}
		for _, d := range all {
			o.verdicts = append(o.verdicts, d.judge(call.pcm))
		}
		r.outcomes[i] = o
		return nil
	})
	return r, err
}

// print writes a table for each set; they are never pooled.
func (r *results) print(w io.Writer, seed uint64) {
	for _, set := range []string{"consumer", "business", "recorded"} {
		var of []outcome
		for _, o := range r.outcomes {
			if o.set == set {
				of = append(of, o)
			}
		}
		people, machines := clusters(of, false), clusters(of, true)
		fmt.Fprintf(w, "\n%s: %d calls, of %d texts of people and %d of machines\n\n", set, len(of), len(people), len(machines))
		fmt.Fprint(w, "| detector | of 100 |")
		for _, ratio := range ratios {
			fmt.Fprintf(w, " %s |", ratioName(ratio))
		}
		fmt.Fprint(w, "\n|---|---|--:|--:|--:|--:|--:|\n")
		for d, name := range r.names {
			for _, machine := range []bool{false, true} {
				fmt.Fprintf(w, "| %s | %s |", name, map[bool]string{false: "people called machines", true: "machines called people"}[machine])
				for _, ratio := range ratios {
					rate, low, high := wrong(of, machine, ratio, d, seed)
					fmt.Fprintf(w, " %.1f (%.1f to %.1f) |", rate, low, high)
				}
				fmt.Fprintln(w)
			}
			fmt.Fprintf(w, "| %s | verdict on people after their greeting's end, half and nine tenths, s |", name)
			for _, ratio := range ratios {
				half, most := delay(of, ratio, d)
				fmt.Fprintf(w, " %.2f, %.2f |", half.Seconds(), most.Seconds())
			}
			fmt.Fprintln(w)
		}
	}
}

// printAlarms writes how many calls of speech had tones found in them that were none, and
// how many beeps were not found.
func (r *results) printAlarms(w io.Writer) {
	rows := []struct {
		name    string
		counted func(a alarms) bool
		found   func(a alarms) bool
	}{
		{"a beep that was none, of calls without one", alarms.without, func(a alarms) bool { return a.beeps > 0 }},
		{"no beep found, of calls with one", alarms.whole, func(a alarms) bool { return a.beeps == 0 }},
		{"heard as if before the answer: a ring-back tone", alarms.without, func(a alarms) bool { return a.early[analysis.RingBack] }},
		{"a busy tone", alarms.without, func(a alarms) bool { return a.early[analysis.Busy] }},
		{"a congestion tone", alarms.without, func(a alarms) bool { return a.early[analysis.Congestion] }},
		{"special information tones", alarms.without, func(a alarms) bool { return a.early[analysis.SIT] }},
		{"music", alarms.without, func(a alarms) bool { return a.early[analysis.Music] }},
	}
	fmt.Fprint(w, "\n| calls of speech with |")
	for _, ratio := range ratios {
		fmt.Fprintf(w, " %s |", ratioName(ratio))
	}
	fmt.Fprint(w, "\n|---|--:|--:|--:|--:|--:|\n")
	for _, row := range rows {
		fmt.Fprintf(w, "| %s |", row.name)
		for _, ratio := range ratios {
			found, all := 0, 0
			for _, o := range r.outcomes {
				if o.ratio == ratio && row.counted(o.alarms) {
					if all++; row.found(o.alarms) {
						found++
					}
				}
			}
			fmt.Fprintf(w, " %d of %d |", found, all)
		}
		fmt.Fprintln(w)
	}
}

// list writes the calls that the first detector judged wrong.
func (r *results) list(w io.Writer) {
	for _, o := range r.outcomes {
		if v := o.verdicts[0]; v.machine != o.machine {
			fmt.Fprintf(w, "%s, %s, %s, %s: ended at %.2f s, at %.2f s: %s | %s\n", o.set, ratioName(o.ratio), o.noise, o.voice, o.end.Seconds(), v.at.Seconds(), v.why, o.cluster)
		}
	}
}

func ratioName(ratio float64) string {
	if ratio == quiet {
		return "quiet"
	}
	return fmt.Sprintf("%.0f dB", ratio)
}

// clusters are the texts, in order.
func clusters(of []outcome, machine bool) (texts []string) {
	seen := map[string]bool{}
	for _, o := range of {
		if o.machine == machine && !seen[o.cluster] {
			seen[o.cluster] = true
			texts = append(texts, o.cluster)
		}
	}
	return texts
}

// wrong is how many of a hundred a detector gets wrong, with the interval that holds 95 of
// a hundred draws of as many texts: calls of one text are no independent witnesses.
func wrong(of []outcome, machine bool, ratio float64, d int, seed uint64) (rate, low, high float64) {
	type tally struct{ wrong, all float64 }
	by := map[string]tally{}
	for _, o := range of {
		if o.machine == machine && o.ratio == ratio {
			t := by[o.cluster]
			t.all++
			if o.verdicts[d].machine != machine {
				t.wrong++
			}
			by[o.cluster] = t
		}
	}
	texts := clusters(of, machine)
	share := func(pick func(i int) string) float64 {
		var sum tally
		for i := range texts {
			t := by[pick(i)]
			sum.wrong, sum.all = sum.wrong+t.wrong, sum.all+t.all
		}
		return 100 * sum.wrong / max(sum.all, 1)
	}
	r := rand.New(rand.NewPCG(seed, 1))
	var draws []float64
	for range 1000 {
		draws = append(draws, share(func(int) string { return texts[r.IntN(len(texts))] }))
	}
	slices.Sort(draws)
	return share(func(i int) string { return texts[i] }), draws[25], draws[974]
}

// delay is how long after the end of people's greetings the verdict came, where it was
// that they are people.
func delay(of []outcome, ratio float64, d int) (half, most time.Duration) {
	var all []time.Duration
	for _, o := range of {
		if v := o.verdicts[d]; !o.machine && o.ratio == ratio && !v.machine {
			all = append(all, v.at-o.end)
		}
	}
	if len(all) == 0 {
		return 0, 0
	}
	slices.Sort(all)
	return all[len(all)/2], all[len(all)*9/10]
}
