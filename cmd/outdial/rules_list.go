package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/compliance"
)

// showRules is `outdial rules`: it lists the rules that there are, or those that bind
// a campaign of the configuration, with where they come from.
func showRules(_ context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("outdial rules", flag.ContinueOnError)
	flags.SetOutput(stderr)
	path := flags.String("config", "", "the configuration `file`, for its campaigns and rules")
	name := flags.String("campaign", "", "only what binds the campaign of this `name`")
	if err := flags.Parse(args); err != nil {
		return usage(err)
	}
	if err := flagsOnly(flags); err != nil {
		return err
	}
	cfg := defaultConfig()
	if *path != "" {
		var err error
		if cfg, err = loadConfig(*path); err != nil {
			return err
		}
	}
	law, err := cfg.Rules.law()
	if err != nil {
		return err
	}
	sets := law.Sets()
	if *name != "" {
		i := slices.IndexFunc(cfg.Campaigns, func(c campaignConfig) bool { return strings.EqualFold(c.Name, *name) })
		if i < 0 {
			return fmt.Errorf("there is no campaign %q in the configuration; name one that --config has: %w", *name, errUsage)
		}
		def, err := cfg.Campaigns[i].campaign()
		if err != nil {
			return err
		}
		sets = def.Law.Rules
		fmt.Fprintf(stdout, "campaign %s: hours %s, zone by %s, holidays of [%s], do-not-call [%s]\n\n", def.Name, def.Hours, def.ZoneBy(),
			strings.Join(def.Law.Holidays, ", "), strings.Join(append([]string{"internal"}, def.Law.DoNotCall...), ", "))
	}
	return listRules(stdout, law, sets, time.Now())
}

// listRules writes the rules of some sets. The strictest of all that apply to a contact
// binds.
func listRules(to io.Writer, law compliance.Law, sets []string, now time.Time) error {
	var text strings.Builder
	for _, set := range sets {
		for _, r := range law.Rules(set) {
			fmt.Fprintf(&text, "%s %s (%s%s)\n    %s\n    %s; read %s\n", r.ID, r.Version, where(r), force(r, now), r.Says, r.Source, r.Read)
		}
	}
	fmt.Fprintf(&text, "\ncalendars of holidays: %s\nThis is no legal advice; a lawyer must confirm what applies to your calls.\n", strings.Join(law.Calendars(), ", "))
	_, err := io.WriteString(to, text.String())
	return err
}

func where(r compliance.Rule) string {
	if r.Where == "" {
		return ""
	}
	return r.Where + ", "
}

// force says whether a rule binds now, and since or until when.
func force(r compliance.Rule, now time.Time) string {
	s := "in force"
	if !r.Binds(now) {
		s = "not in force"
	}
	if r.From != (compliance.Date{}) {
		s += " from " + r.From.String()
	}
	if r.Until != (compliance.Date{}) {
		s += " until " + r.Until.String()
	}
	return s
}
