package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/compliance"
	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/store"
)

// listsEvery is how soon a list that was imported beside the server is noticed.
const listsEvery = 20 * time.Second

// oldList is the age from which a list of others is warned about (16 CFR
// 310.4(b)(3)(iv)).
const oldList = 31 * 24 * time.Hour

// doNotCall keeps what the floor knows of the lists in step with what is written down.
type doNotCall struct {
	db  *store.Store
	log *slog.Logger
	do  func(context.Context, dialer.Command) error
	// lists holds the lists as the floor has them; who takes them out may change them,
	// and puts them back.
	lists chan compliance.DoNotCall
}

// startDoNotCall loads the lists, before anybody is dialed.
func (s *server) startDoNotCall(context.Context, config) error {
	s.doNotCall = &doNotCall{db: s.db, log: s.log, lists: make(chan compliance.DoNotCall, 1)}
	all, _, err := s.db.DoNotCall(compliance.DoNotCall{})
	if err != nil {
		s.log.Error("a do-not-call list is left out; campaigns that name it do not dial", "error", err)
	}
	s.doNotCall.warn(all)
	s.doNotCall.lists <- all
	return nil
}

// startWatching notices lists that were imported beside the server.
func (s *server) startWatching(ctx context.Context, _ config) error {
	s.doNotCall.do = s.floor.Do
	s.beside(ctx, func(ctx context.Context) {
		for {
			select {
			case <-ctx.Done():
				return
			case <-time.After(listsEvery):
			}
			if err := s.doNotCall.reload(ctx); err != nil && ctx.Err() == nil {
				s.log.Error("do-not-call lists", "error", err)
			}
		}
	})
	return nil
}

// warn tells of lists that are too old.
func (d *doNotCall) warn(all compliance.DoNotCall) {
	for _, l := range all.Lists() {
		if age := l.Age(time.Now()); age > oldList {
			d.log.Warn("a do-not-call list is older than 31 days; load a newer one", "list", l.Name, "version", l.Version, "date", l.Date.String())
		}
	}
}

// reload brings the floor what has changed of the files.
func (d *doNotCall) reload(ctx context.Context) error {
	var all compliance.DoNotCall
	select {
	case all = <-d.lists:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	newer, changed, err := d.db.DoNotCall(all)
	if changed {
		if told := d.do(ctx, dialer.SetDoNotCall{Lists: newer}); told != nil {
			newer, err = all, errors.Join(err, told) // so that it is tried again
		} else {
			d.warn(newer)
		}
	}
	d.lists <- newer
	return err
}

// Lists are the lists that others keep, as the floor has them.
func (d *doNotCall) Lists() []compliance.List { return d.all().Lists() }

func (d *doNotCall) all() compliance.DoNotCall {
	all := <-d.lists
	d.lists <- all
	return all
}

// Load puts a list in the place of the one that had its name.
func (d *doNotCall) Load(ctx context.Context, l compliance.List, from io.Reader, country string) (compliance.List, error) {
	l, err := readDoNotCall(ctx, l, from, country)
	if err == nil {
		err = d.db.SaveDoNotCall(l)
	}
	if err != nil {
		return l, err
	}
	return l, d.reload(ctx)
}

// readDoNotCall reads the numbers of a list.
func readDoNotCall(ctx context.Context, l compliance.List, from io.Reader, country string) (_ compliance.List, err error) {
	if l.Name == campaign.InternalList {
		return l, fmt.Errorf("the list %s is of who asked not to be called again; its numbers come and go one by one", l.Name)
	}
	l.Loaded = time.Now()
	l.Numbers, l.Sum, err = store.ReadDoNotCall(ctx, from, country)
	return l, err
}

// Drop takes a list away.
func (d *doNotCall) Drop(ctx context.Context, name string) error {
	if err := d.db.DropDoNotCall(name); err != nil {
		return err
	}
	return d.reload(ctx)
}

// Refusals counts who asked not to be called again.
func (d *doNotCall) Refusals(ctx context.Context) (int, error) { return d.db.CountRefusals(ctx) }

// Refusal finds who asked not to be called again. Errors: NotFound.
func (d *doNotCall) Refusal(ctx context.Context, number string) (campaign.Refusal, error) {
	return d.db.Refusal(ctx, number)
}

// Refuse puts a number on the internal list, and Permit takes it off.
func (d *doNotCall) Refuse(ctx context.Context, r campaign.Refusal) error {
	if err := d.db.Refuse(ctx, r); err != nil {
		return err
	}
	return d.do(ctx, dialer.SetRefusal{Number: r.Number, Refused: true})
}

// Permit takes a number off the internal list. Errors: NotFound.
func (d *doNotCall) Permit(ctx context.Context, number string) error {
	if err := d.db.Permit(ctx, number); err != nil {
		return err
	}
	return d.do(ctx, dialer.SetRefusal{Number: number})
}

// importDoNotCall is `outdial import do-not-call`: it puts a list in the place of the
// one that had its name, also while the server runs, which notices within seconds.
func importDoNotCall(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	var l compliance.List
	var config, database, date, country string
	flags := flag.NewFlagSet("outdial import do-not-call", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&l.Name, "list", "", "the `name` by which campaigns name the list, as in national")
	flags.StringVar(&l.Version, "version", "", "what its keeper calls this version (its date)")
	flags.StringVar(&date, "date", "", "the `day` of which the list is, as in 2026-11-20")
	flags.StringVar(&country, "country-code", "", "the `code` of the country whose numbers the list has without one, as in 1")
	flags.StringVar(&config, "config", "", "the configuration `file` that names the database")
	flags.StringVar(&database, "database", "", "the database `file`, in place of --config")
	flags.Usage = func() {
		fmt.Fprintln(stderr, "outdial import do-not-call --list NAME --date DAY [flags] FILE\n\nFILE has one number a line, and may be packed with gzip; - is standard input.")
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); err != nil {
		return usage(err)
	}
	switch {
	case l.Name == "" || date == "":
		return fmt.Errorf("which list, and of which day? say --list and --date: %w", errUsage)
	case flags.NArg() != 1:
		return fmt.Errorf("one file is loaded at a time, after all flags (- is standard input), not %d: %w", flags.NArg(), errUsage)
	case config != "" && database != "":
		return fmt.Errorf("--config and --database both name a database; give one: %w", errUsage)
	}
	var err error
	if l.Date, err = compliance.ParseDate(date); err != nil {
		return err
	}
	l.Version = cmp.Or(l.Version, date)
	if database == "" {
		if database, err = databaseOf(config); err != nil {
			return err
		}
	}
	return loadDoNotCall(ctx, l, database, flags.Arg(0), country, stdout)
}

// databaseOf is the database that a configuration names, or with none the usual one.
func databaseOf(path string) (string, error) {
	cfg, err := parseConfig(nil)
	if path != "" {
		cfg, err = loadConfig(path)
	}
	return cfg.Database.Path, err
}

func loadDoNotCall(ctx context.Context, l compliance.List, database, path, country string, stdout io.Writer) error {
	if err := checkDatabase(database); err != nil {
		return err
	}
	source, err := openSource(path)
	if err != nil {
		return err
	}
	defer source.Close()
	if l, err = readDoNotCall(ctx, l, source, country); err != nil {
		return fmt.Errorf("the list stays as it was: %w", err)
	}
	db, err := store.Open(ctx, database, nil)
	if err != nil {
		return fmt.Errorf("database %s: %w", database, err)
	}
	defer db.Close()
	if err := db.SaveDoNotCall(l); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%d numbers are on do-not-call list %s, version %s of %s, sha256 %s\n", l.Len(), l.Name, l.Version, l.Date, l.Sum)
	return nil
}
