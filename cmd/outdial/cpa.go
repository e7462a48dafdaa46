package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/outdial/outdial/internal/analysis"
	"github.com/outdial/outdial/internal/media"
)

// recordingToJudge is what `outdial cpa` was asked to explain.
type recordingToJudge struct {
	path     string
	channel  int
	early    bool
	json     bool
	settings analysis.Settings
}

// cpa is `outdial cpa`: it has a recording analysed as if it were a call, and shows how
// that came to its verdict.
func cpa(_ context.Context, args []string, stdout, stderr io.Writer) error {
	recording, err := parseCPA(args, stderr)
	if err != nil || recording == nil {
		return err
	}
	file, err := os.Open(recording.path)
	if err != nil {
		return err
	}
	defer file.Close()
	pcm, err := media.ReadWAV(file, recording.channel)
	if err != nil {
		return fmt.Errorf("%s: %w", recording.path, err)
	}
	return recording.judge(pcm).write(stdout, recording.json)
}

// parseCPA reads the command line; nil for a request for help.
func parseCPA(args []string, stderr io.Writer) (*recordingToJudge, error) {
	var r recordingToJudge
	flags := flag.NewFlagSet("outdial cpa", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.DurationVar(&r.settings.Silence, "silence", time.Second, "the `time` without words after which a greeting is over")
	flags.DurationVar(&r.settings.Speech, "speech", 2800*time.Millisecond, "the `time` of words beyond which it is a machine's")
	flags.DurationVar(&r.settings.Time, "time", 4*time.Second, "the `time` in which the first words must come")
	flags.IntVar(&r.channel, "channel", 1, "the `channel` to hear, the first is 1; a stereo recording has the far end in one")
	flags.BoolVar(&r.early, "early", false, "the recording is of what was heard before the answer")
	flags.BoolVar(&r.json, "json", false, "write JSON")
	if err := flags.Parse(args); err != nil {
		return nil, usage(err)
	}
	r.path = flags.Arg(0)
	if flags.NArg() > 1 { // flags after the file
		if err := flags.Parse(flags.Args()[1:]); err != nil {
			return nil, usage(err)
		}
		if err := flagsOnly(flags); err != nil {
			return nil, err
		}
	}
	if r.path == "" {
		return nil, fmt.Errorf("which recording? outdial cpa FILE.wav: %w", errUsage)
	}
	if r.settings.Silence <= 0 || r.settings.Speech <= 0 || r.settings.Time <= 0 {
		return nil, fmt.Errorf("--silence, --speech and --time are times above 0, such as 800ms: %w", errUsage)
	}
	return &r, nil
}

// explanation is a recording's verdict, and how it came about.
type explanation struct {
	Findings []cpaFinding       `json:"findings"`
	Features map[string]float64 `json:"features"`
	Tenths   []cpaTenth         `json:"tenths"`
}

type cpaFinding struct {
	Kind    string  `json:"kind"`
	At      float64 `json:"at"` // seconds, as all times here
	Greeted float64 `json:"greeted,omitempty"`
	Why     string  `json:"why"`
}

// cpaTenth is a tenth of a second; all but Slices is as at its end.
type cpaTenth struct {
	At     float64 `json:"at"`
	Level  float64 `json:"level"`
	Noise  float64 `json:"noise"`
	Least  float64 `json:"least"`
	Slices string  `json:"slices"` // # voice, ~ a tone, . neither
	Spoken float64 `json:"spoken"`
	Silent float64 `json:"silent"`
	Tone   float64 `json:"tone,omitempty"`
}

// judge lets the samples be heard as a call's.
func (r *recordingToJudge) judge(pcm []int16) *explanation {
	const slice, tenth = 80, 10 // samples, slices
	a := analysis.New(r.settings)
	if r.early {
		a = analysis.Early()
	}
	e := &explanation{Findings: []cpaFinding{}}
	slices := ""
	for ; len(pcm) >= slice; pcm = pcm[slice:] {
		a.Hear(pcm[:slice])
		now := a.Now()
		switch {
		case now.Tone > 0:
			slices += "~"
		case now.Voice:
			slices += "#"
		default:
			slices += "."
		}
		for found, ok := a.Finding(); ok; found, ok = a.Finding() {
			e.Findings = append(e.Findings, cpaFinding{found.Kind, found.At.Seconds(), found.Greeted.Seconds(), found.Why})
			if found.Kind != analysis.Beep || e.Features == nil {
				e.Features = a.Features()
			}
		}
		if len(slices) == tenth {
			e.Tenths = append(e.Tenths, cpaTenth{now.Heard.Seconds(), now.Level, now.Noise, now.Least, slices, now.Spoken.Seconds(), now.Silent.Seconds(), now.Tone})
			slices = ""
		}
	}
	if e.Features == nil {
		e.Features = a.Features()
	}
	return e
}

func (e *explanation) write(w io.Writer, asJSON bool) error {
	if asJSON {
		out := json.NewEncoder(w)
		out.SetIndent("", "  ")
		return out.Encode(e)
	}
	fmt.Fprintln(w, "  time s    level  noise  least   # voice    spoken  silent    tone\n            dBm0   dBm0   dBm0    ~ tone          s       s      Hz")
	next := 0
	for _, t := range e.Tenths {
		fmt.Fprintf(w, "%8.2f  %7.1f%7.1f%7.1f   %s%8.2f%8.2f", t.At, t.Level, t.Noise, t.Least, t.Slices, t.Spoken, t.Silent)
		if t.Tone > 0 {
			fmt.Fprintf(w, "%8.0f", t.Tone)
		}
		fmt.Fprintln(w)
		for ; next < len(e.Findings) && e.Findings[next].At <= t.At; next++ {
			fmt.Fprintf(w, "%8.2f  %s\n", e.Findings[next].At, e.Findings[next].text())
		}
	}
	if len(e.Findings) == 0 {
		_, err := fmt.Fprintln(w, "nothing was found: the recording is over before anything could be decided")
		return err
	}
	fmt.Fprintln(w)
	for _, f := range e.Findings {
		fmt.Fprintf(w, "%s at %.2f s: %s\n", f.Kind, f.At, f.Why)
	}
	return nil
}

func (f *cpaFinding) text() string { return fmt.Sprintf("→ %s: %s", f.Kind, f.Why) }
