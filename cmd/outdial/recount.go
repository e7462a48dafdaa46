package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"

	"github.com/outdial/outdial/internal/campaign"
)

// errLedger says that a ledger is not what its attempts add up to.
var errLedger = errors.New("the ledger is not what the attempts add up to; the database was changed by hand, or is damaged")

// recount is `outdial recount`: it counts attempts anew and holds the ledger of abandoned
// calls against them, also while the server runs on the same database.
func recount(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	var config, database, name string
	flags := flag.NewFlagSet("outdial recount", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&name, "campaign", "", "only this campaign, by `name`")
	flags.StringVar(&config, "config", "", "the configuration `file` that names the database")
	flags.StringVar(&database, "database", "", "the database `file`, in place of --config")
	if err := flags.Parse(args); err != nil {
		return usage(err)
	}
	if err := flagsOnly(flags); err != nil {
		return err
	}
	if config != "" && database != "" {
		return fmt.Errorf("--config and --database both name a database; give one: %w", errUsage)
	}
	if database == "" {
		var err error
		if database, err = databaseOf(config); err != nil {
			return err
		}
	}
	db, err := openDatabase(ctx, database)
	if err != nil {
		return err
	}
	defer db.Close()
	all, err := db.Campaigns(ctx)
	if err != nil {
		return err
	}
	if name != "" {
		one, err := db.Campaign(ctx, name)
		if err != nil {
			return err
		}
		all = []campaign.Campaign{one}
	}
	wrong := 0
	for _, c := range all {
		attempts, ledger, err := db.Recount(ctx, c.ID)
		if err != nil {
			return err
		}
		if len(ledger) == 0 {
			fmt.Fprintf(stdout, "%s: the ledger is what the attempts add up to\n", c.Name)
		}
		for i, kept := range ledger {
			fmt.Fprintf(stdout, "%s, %s:\n  attempts  %s\n  ledger    %s\n", c.Name, kept.Day, counted(attempts[i].Count), counted(kept.Count))
		}
		wrong += len(ledger)
	}
	if wrong > 0 {
		return errLedger
	}
	return nil
}

// counted are the figures of a day.
func counted(n campaign.Count) string {
	return fmt.Sprintf("%d answered, %d live, %d abandoned, %d served, %d unmanned, %d heard, %d checked, %d mistaken, %d told",
		n.Answered, n.Live, n.Abandoned, n.Served, n.Unmanned, n.Heard, n.Checked, n.Mistaken, n.Told)
}
