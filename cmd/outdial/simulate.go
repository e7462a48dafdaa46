package main

import (
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"golang.org/x/term"

	"github.com/outdial/outdial/internal/simulate"
)

// rehearsal is what `outdial simulate` was asked to do.
type rehearsal struct {
	scenarios []string // files
	config    string   // whose campaign's own figures are taken
	campaign  string
	sets      []string // settings to compare
	json      string
	html      string
	compare   bool
	choices   []choice // by flags
}

// rehearse is `outdial simulate`: it plays days in virtual time with the floor and the
// pacing of the server, and tells what came of them.
func rehearse(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	r, err := parseRehearsal(args, stderr)
	if err != nil || r == nil {
		return err
	}
	days, err := r.plan(ctx)
	if err != nil {
		return err
	}
	bar := newBar(stderr, len(days))
	var results []simulate.Result
	for _, day := range days {
		result, err := simulate.Run(ctx, day, bar.show)
		if err != nil {
			bar.clear()
			return fmt.Errorf("%s: %w", cmp.Or(day.Name, "simulate"), err)
		}
		results = append(results, result)
		bar.done++
	}
	bar.clear()
	if err := tellResults(stdout, results); err != nil { // first, as a file that can not be written is no loss then
		return err
	}
	return r.write(results)
}

// parseRehearsal reads the command line; nil for a request for help.
func parseRehearsal(args []string, stderr io.Writer) (*rehearsal, error) {
	var r rehearsal
	flags := flag.NewFlagSet("outdial simulate", flag.ContinueOnError)
	flags.SetOutput(stderr)
	add := func(list *[]string) func(string) error {
		return func(v string) error {
			*list = append(*list, v)
			return nil
		}
	}
	flags.Func("scenario", "a scenario `file` to begin with; several are compared", add(&r.scenarios))
	flags.StringVar(&r.config, "config", "", "with --campaign: the configuration `file` that names the database")
	flags.StringVar(&r.campaign, "campaign", "", "begin with the own figures of this campaign, by its `name`")
	flags.Func("set", "`settings` to compare, as in agents=25,target=0.02; give it several times", add(&r.sets))
	flags.BoolVar(&r.compare, "compare", false, "show days side by side; several --set or --scenario do so by themselves")
	flags.StringVar(&r.json, "json", "", "write the result to this `file`")
	flags.StringVar(&r.html, "html", "", "write a report with plots to this `file`")
	for _, s := range settings {
		flags.Func(s.name, s.usage, func(v string) error {
			r.choices = append(r.choices, choice{s, v})
			return nil
		})
	}
	flags.Usage = func() {
		fmt.Fprintln(stderr, "outdial simulate [flags]\n\nplays a day of dialing in virtual time, with the server's own decisions.\nSettings may be given by flags, in a scenario file, or with --set:")
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); err != nil {
		return nil, usage(err)
	}
	switch {
	case (r.config == "") != (r.campaign == ""):
		return nil, fmt.Errorf("--config and --campaign go together: the campaign's figures are in the database that the configuration names: %w", errUsage)
	case r.campaign != "" && len(r.scenarios) > 0:
		return nil, fmt.Errorf("begin with a campaign's own figures or with a scenario file, not both: %w", errUsage)
	}
	return &r, flagsOnly(flags)
}

// plan gives the days to play: each scenario with each of the settings to compare.
func (r *rehearsal) plan(ctx context.Context) ([]simulate.Scenario, error) {
	bases, err := r.bases(ctx)
	if err != nil {
		return nil, err
	}
	sets := r.sets
	if len(sets) == 0 {
		sets = []string{""}
	}
	if r.compare && len(bases)*len(sets) < 2 {
		return nil, fmt.Errorf("--compare needs something to compare: give --set or --scenario several times: %w", errUsage)
	}
	var days []simulate.Scenario
	for _, base := range bases {
		for _, set := range sets {
			day, err := r.day(base, set)
			if err != nil {
				return nil, err
			}
			days = append(days, day)
		}
	}
	return days, nil
}

// bases are what the days begin with, before flags.
func (r *rehearsal) bases(ctx context.Context) ([]simulate.Scenario, error) {
	if r.campaign != "" {
		s, err := ownFigures(ctx, r.config, r.campaign)
		if err == nil && s.Campaigns[0].Contacts == 0 && !r.says("contacts") { // which would be a list without an end
			err = fmt.Errorf("campaign %s: its list has nobody left to call; say with --contacts how many there are to be, 0 for no end", r.campaign)
		}
		return []simulate.Scenario{s}, err
	}
	if len(r.scenarios) == 0 {
		return []simulate.Scenario{plainScenario()}, nil
	}
	var bases []simulate.Scenario
	for _, path := range r.scenarios {
		s, err := readScenario(path)
		if err != nil {
			return nil, err
		}
		bases = append(bases, s)
	}
	return bases, nil
}

// says tells whether a setting was given, by a flag or in all that is compared.
func (r *rehearsal) says(name string) bool {
	given := func(c choice) bool { return c.name == name }
	lacks := func(set string) bool {
		choices, _ := parseChoices(set) // its error is told later
		return !slices.ContainsFunc(choices, given)
	}
	return slices.ContainsFunc(r.choices, given) || len(r.sets) > 0 && !slices.ContainsFunc(r.sets, lacks)
}

// day is a scenario with flags and then settings to compare applied.
func (r *rehearsal) day(base simulate.Scenario, set string) (simulate.Scenario, error) {
	day := base
	day.Campaigns = append([]simulate.Campaign(nil), base.Campaigns...)
	choices := r.choices
	if set != "" {
		more, err := parseChoices(set)
		if err != nil {
			return day, fmt.Errorf("--set: %w: %w", err, errUsage)
		}
		choices = append(choices[:len(choices):len(choices)], more...)
		day.Name = strings.Trim(day.Name+", "+set, ", ")
	}
	for _, c := range choices {
		if err := c.apply(&day); err != nil {
			return day, fmt.Errorf("%w: %w", err, errUsage)
		}
	}
	day = day.Defaults()
	return day, day.Check()
}

// write writes the files that were asked for.
func (r *rehearsal) write(results []simulate.Result) error {
	err := written(r.json, func(to io.Writer) error {
		lines := json.NewEncoder(to)
		lines.SetIndent("", "  ")
		if len(results) > 1 {
			return lines.Encode(map[string]any{"results": results})
		}
		return lines.Encode(results[0])
	})
	if err != nil {
		return err
	}
	return written(r.html, func(to io.Writer) error { return simulate.Report(to, results) })
}

// bar shows on a terminal how far the days are.
type bar struct {
	to         io.Writer
	done, days int
	shown      int // of a thousand
}

// newBar makes a bar, which shows nothing to whoever is no terminal.
func newBar(to io.Writer, days int) *bar {
	if f, ok := to.(*os.File); !ok || !term.IsTerminal(int(f.Fd())) {
		to = io.Discard
	}
	return &bar{to: to, days: days, shown: -1}
}

func (b *bar) show(share float64) {
	const width = 40
	thousandth := int((float64(b.done) + share) / float64(b.days) * 1000)
	if thousandth == b.shown {
		return
	}
	b.shown = thousandth
	full := thousandth * width / 1000
	fmt.Fprintf(b.to, "\r[%s%s] %5.1f %%", strings.Repeat("=", full), strings.Repeat(" ", width-full), float64(thousandth)/10)
}

func (b *bar) clear() { fmt.Fprintf(b.to, "\r%60s\r", "") }
