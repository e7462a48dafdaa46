package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/outdial/outdial/internal/simulate"
)

// tellResults writes results as a table: one day by its hours, several side by side.
func tellResults(to io.Writer, results []simulate.Result) error {
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', tabwriter.AlignRight)
	if len(results) > 1 {
		fmt.Fprintln(w, "utilisation\tabandoned\tworst hour\twait\tINVITE/s\ttalks\t  day")
		for _, r := range results {
			fmt.Fprintf(w, "%.1f %%\t%.2f %%\t%.2f %%\t%.1f s\t%.2f\t%d\t  %s\n", 100*r.Utilisation, 100*r.Abandonment, 100*r.WorstHour, r.MeanWait, r.Invites, r.Ledger.Talked, r.Name)
		}
		return w.Flush()
	}
	return tellDay(to, w, results[0])
}

// tellDay writes one day by its hours, and what its attempts came to.
func tellDay(to io.Writer, w *tabwriter.Writer, r simulate.Result) error {
	fmt.Fprintln(w, "hour\tutilisation\tabandoned\twait\tINVITEs\tanswered\ttalks\t")
	for i, h := range r.Hours {
		fmt.Fprintf(w, "%d\t%.1f %%\t%.2f %%\t%.1f s\t%d\t%d\t%d\t\n", i+1, 100*h.Utilisation, 100*h.Abandonment, h.MeanWait, h.Invites, h.Live, h.Talks)
	}
	l := r.Ledger
	fmt.Fprintf(w, "day\t%.1f %%\t%.2f %%\t%.1f s\t%d\t%d\t%d\t\n", 100*r.Utilisation, 100*r.Abandonment, r.MeanWait, l.Attempts-l.Withdrawn, l.Talked+l.Abandoned+l.HungUp, l.Talked)
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(to, "\n%d agents, %.2f INVITE/s; worst hour %.2f %% abandoned\n", r.Agents, r.Invites, 100*r.WorstHour)
	for _, c := range r.Campaigns {
		fmt.Fprintf(to, "campaign %s, mode %s", c.Name, c.Mode)
		if c.Left > 0 {
			fmt.Fprintf(to, ", %d contacts left", c.Left)
		}
		fmt.Fprintln(to)
	}
	if r.Misjudged > 0 {
		fmt.Fprintf(to, "%.2f %% of the people were taken for machines and hung up on; they count as abandoned too\n", 100*r.Misjudged)
	}
	_, err := fmt.Fprintf(to, "attempts: %d = %d talked + %d abandoned + %d hung up + %d not reached + %d no person + %d skipped + %d withdrawn\n",
		l.Attempts, l.Talked, l.Abandoned, l.HungUp, l.NotReached, l.NoPerson, l.Skipped, l.Withdrawn)
	return err
}
