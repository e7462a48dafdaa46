// Command cpaset makes the synthetic test set of call analysis and tells how well
// package analysis, and others' rules, do on it.
//
//	go run ./cmd/cpaset              tables of the test half, as in docs/analysis.md
//	go run ./cmd/cpaset -half tuning of the half that may be looked at while tuning
//
// The greetings under texts are spoken by Debian's free speech engines, which
// tools/voices installs, and laid over noises and through codecs (package farend). What
// was spoken is kept in a cache, the calls are made anew each time: the same seed makes
// the same ones.
//
// The set is no sample of real calls. It tells whether a detector finds voice in noise,
// and compares detectors on the same calls; how many people it would hang up on, only
// a shadow log tells.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "cpaset:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	dir, err := cacheDir()
	if err != nil {
		return err
	}
	of := flag.String("half", string(testing), "tuning or test")
	seed := flag.Uint64("seed", 1, "of all chance")
	each := flag.Int("voices", 3, "how many voices speak each text")
	most := flag.Int("prompts", 40, "how many recorded prompts of each voice and length")
	wrong := flag.Bool("wrong", false, "list the calls that were judged wrong")
	flag.StringVar(&dir, "dir", dir, "where what was spoken is kept")
	flag.Parse()
	if voices[half(*of)] == nil {
		return fmt.Errorf("there is no half %q: tuning or test", *of)
	}
	calls, words := plan(dir, half(*of), *seed, *each)
	if err := speak(ctx, dir, words); err != nil {
		return fmt.Errorf("%w\ntools/voices installs the speech engines", err)
	}
	more, err := recorded(half(*of), *seed, *most)
	if err != nil {
		return err
	}
	s, err := gather(half(*of), append(calls, more...))
	if err != nil {
		return err
	}
	results, err := s.judge(detectors())
	if err != nil {
		return err
	}
	if *wrong {
		results.list(os.Stderr)
	}
	results.print(os.Stdout, *seed)
	results.printAlarms(os.Stdout)
	return nil
}
