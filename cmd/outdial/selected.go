package main

import (
	"context"
	"time"

	"github.com/outdial/outdial/internal/campaign"
)

// selectedConfig is whom of which lists a campaign calls, and in which order.
type selectedConfig struct {
	Filter      string             `toml:"filter"`
	Sort        string             `toml:"sort"`
	Sources     []sourceConfig     `toml:"source"`
	PerDay      int                `toml:"max_per_day"`
	PerNumber   int                `toml:"max_per_number"`
	Spacing     duration           `toml:"min_spacing"`
	Recycles    int                `toml:"recycles"`
	Reschedules []rescheduleConfig `toml:"reschedule"`
}

// sourceConfig is one of several contact lists of a campaign.
type sourceConfig struct {
	List     string `toml:"list"`
	Priority int    `toml:"priority"`
	Weight   *int   `toml:"weight"`
}

// rescheduleConfig is when contacts of a wrap-up category are called again.
type rescheduleConfig struct {
	Category  string   `toml:"category"`
	Wait      duration `toml:"wait"`
	Most      int      `toml:"most"`
	Protected bool     `toml:"ignore_recycles"`
}

// selected is what the campaign is told.
func (c selectedConfig) selected() campaign.Selected {
	chosen := campaign.Selected{
		Filter: c.Filter, Sort: c.Sort, Recycles: c.Recycles,
		Limits: campaign.Limits{PerDay: c.PerDay, PerNumber: c.PerNumber, Spacing: c.Spacing.Duration},
	}
	for _, r := range c.Reschedules {
		chosen.Reschedules = append(chosen.Reschedules, campaign.Reschedule{Category: r.Category, Wait: r.Wait.Duration, Most: r.Most, Protected: r.Protected})
	}
	for _, source := range c.Sources {
		one := campaign.Source{List: source.List, Priority: source.Priority, Weight: 1}
		if source.Weight != nil {
			one.Weight = *source.Weight
		}
		chosen.Sources = append(chosen.Sources, one)
	}
	return chosen
}

// list is the campaign's contact list; of several, the first.
func (c campaignConfig) list() string {
	if c.List == "" && len(c.Sources) > 0 {
		return c.Sources[0].List
	}
	return c.List
}

// selected judges whom a campaign calls.
func (j *judge) selected(where string, c campaignConfig) {
	if c.list() == "" {
		j.bad(where, "it has no contact list; set list = \"…\", or [[campaign.source]] for several")
	}
	if c.List != "" && len(c.Sources) > 0 {
		j.bad(where, "it has list and [[campaign.source]]; keep one of them")
	}
	for _, err := range c.selected().Check() {
		j.bad(where, "%v", err)
	}
}

// arrangeEvery is how soon the selections of campaigns are looked at again.
const arrangeEvery = time.Second

// startSelections keeps the selections of campaigns with a filter or a sort up to date,
// beside everything else.
func (s *server) startSelections(ctx context.Context, _ config) error {
	s.beside(ctx, func(ctx context.Context) {
		for wait := time.Duration(0); ; wait = arrangeEvery {
			select {
			case <-ctx.Done():
				return
			case <-time.After(wait):
			}
			begun := time.Now()
			n, err := s.db.Arrange(ctx)
			switch {
			case err != nil && ctx.Err() == nil:
				s.log.Error("the selections of campaigns can not be brought up to date", "error", err)
			case n > 0:
				s.log.Info("selections brought up to date", "contacts", n, "took", time.Since(begun).Round(time.Millisecond).String())
			}
		}
	})
	return nil
}

// sweepEvery is how often the database is asked whether its log is worth a sweep.
const sweepEvery = 250 * time.Millisecond

// startSweeping brings what was written to its place in the database, beside the claims.
func (s *server) startSweeping(ctx context.Context, _ config) error {
	s.beside(ctx, func(ctx context.Context) {
		for {
			select {
			case <-ctx.Done():
				return
			case <-time.After(sweepEvery):
			}
			if _, err := s.db.Sweep(ctx); err != nil && ctx.Err() == nil {
				s.log.Error("the log of the database can not be swept", "error", err)
			}
		}
	})
	return nil
}
