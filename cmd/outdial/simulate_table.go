package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/simulate"
)

// tellResults writes results as a table: one day by its hours, several side by side.
func tellResults(to io.Writer, results []simulate.Result) error {
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', tabwriter.AlignRight)
	if len(results) > 1 {
		return tellDays(w, results)
	}
	r := results[0]
	tell := tellHours
	if r.Agents == 0 {
		tell = tellHoursWithoutAgents
	}
	if err := tell(w, r); err != nil {
		return err
	}
	return tellSums(to, r)
}

// tellDays writes several days, one below the other.
func tellDays(w *tabwriter.Writer, results []simulate.Result) error {
	fmt.Fprintln(w, "utilisation\tabandoned\tworst hour\twait\tINVITE/s\ttalks\tinformed\t  day")
	for _, r := range results {
		fmt.Fprintf(w, "%.1f %%\t%.2f %%\t%.2f %%\t%.1f s\t%.2f\t%d\t%d\t  %s\n", 100*r.Utilisation, 100*r.Abandonment, 100*r.WorstHour, r.MeanWait, r.Invites, r.Ledger.Talked+r.Messages.Taken, r.Ledger.Informed, r.Name)
	}
	return w.Flush()
}

// tellHours writes a day with agents by its hours.
func tellHours(w *tabwriter.Writer, r simulate.Result) error {
	fmt.Fprintln(w, "hour\tutilisation\tabandoned\twait\tINVITEs\tanswered\ttalks\t")
	for i, h := range r.Hours {
		fmt.Fprintf(w, "%d\t%.1f %%\t%.2f %%\t%.1f s\t%d\t%d\t%d\t\n", i+1, 100*h.Utilisation, 100*h.Abandonment, h.MeanWait, h.Invites, h.Live, h.Talks)
	}
	l := r.Ledger
	fmt.Fprintf(w, "day\t%.1f %%\t%.2f %%\t%.1f s\t%d\t%d\t%d\t\n", 100*r.Utilisation, 100*r.Abandonment, r.MeanWait, l.Attempts-l.Withdrawn, l.Talked+l.Abandoned+l.HungUp, l.Talked+r.Messages.Taken)
	return w.Flush()
}

// tellHoursWithoutAgents does so where only messages are played.
func tellHoursWithoutAgents(w *tabwriter.Writer, r simulate.Result) error {
	fmt.Fprintln(w, "hour\tINVITEs\tINVITE/s\tinformed\t")
	for i, h := range r.Hours {
		seconds := min(3600, r.Seconds-3600*float64(i))
		fmt.Fprintf(w, "%d\t%d\t%.2f\t%d\t\n", i+1, h.Invites, float64(h.Invites)/seconds, h.Informed)
	}
	l := r.Ledger
	fmt.Fprintf(w, "day\t%d\t%.2f\t%d\t\n", l.Attempts-l.Withdrawn, r.Invites, l.Informed)
	return w.Flush()
}

// tellSums writes what a day came to, and its campaigns.
func tellSums(to io.Writer, r simulate.Result) error {
	if r.Agents == 0 {
		fmt.Fprintf(to, "\nno agents, %.2f INVITE/s\n", r.Invites)
	} else {
		fmt.Fprintf(to, "\n%d agents, %.2f INVITE/s; worst hour %.2f %% abandoned\n", r.Agents, r.Invites, 100*r.WorstHour)
	}
	for _, c := range r.Campaigns {
		fmt.Fprintf(to, "campaign %s, mode %s", c.Name, c.Mode)
		if c.Left > 0 {
			fmt.Fprintf(to, ", %d contacts left", c.Left)
		}
		if c.ListHours > 0 {
			fmt.Fprintf(to, ", %.1f hours to call each once", c.ListHours)
		}
		fmt.Fprintln(to)
		tellMessages(to, c)
	}
	if r.Misjudged > 0 {
		fmt.Fprintf(to, "%.2f %% of the people were taken for machines and hung up on; they count as abandoned too\n", 100*r.Misjudged)
	}
	l := r.Ledger
	_, err := fmt.Fprintf(to, "attempts: %d = %d talked + %d abandoned + %d hung up + %d not reached + %d no person + %d informed + %d skipped + %d withdrawn\n",
		l.Attempts, l.Talked, l.Abandoned, l.HungUp, l.NotReached, l.NoPerson, l.Informed, l.Skipped, l.Withdrawn)
	return err
}

// tellMessages writes what became of a campaign's messages.
func tellMessages(to io.Writer, c simulate.CampaignSums) {
	m := c.Messages
	if c.Mode == string(campaign.Agentless) {
		fmt.Fprintf(to, "  message to people: %d heard it out, %d hung up, %d were passed on, %d want no more calls\n", m.HeardOut, m.CutShort, m.PassedOn, m.OptedOut)
	}
	if m.Taken > 0 {
		fmt.Fprintf(to, "  of those who were passed on %d got an agent\n", m.Taken)
	}
	if m.Machines > 0 {
		fmt.Fprintf(to, "  message to machines: %d after their beep\n", m.Machines)
	}
}
