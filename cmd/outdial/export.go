package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/console"
	"github.com/outdial/outdial/internal/store"
)

// exportFile is what `outdial export` was asked to do.
type exportFile struct {
	what     string // contacts or attempts
	campaign string
	list     string
	status   string
	from, to string
	format   string
	database string
	path     string // "-" is standard output
}

// export is `outdial export`: it writes contacts of a list, or attempts, to a file, also
// while the server runs on the same database.
func export(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	if len(args) == 0 || args[0] != "contacts" && args[0] != "attempts" {
		return fmt.Errorf("export what? outdial export contacts --list NAME, or outdial export attempts: %w", errUsage)
	}
	f, err := parseExport(args[0], args[1:], stderr)
	if err != nil || f == nil {
		return err
	}
	db, err := openDatabase(ctx, f.database)
	if err != nil {
		return err
	}
	defer db.Close()
	out := &createdFile{path: f.path, stdout: stdout}
	to := bufio.NewWriter(out)
	if err := errors.Join(f.write(ctx, db, to), to.Flush(), out.Close()); err != nil {
		return fmt.Errorf("the export is not whole: %w", err)
	}
	return nil
}

// write writes the export.
func (f *exportFile) write(ctx context.Context, db *store.Store, to io.Writer) error {
	if f.what == "contacts" {
		filter := campaign.ContactFilter{List: f.list, Status: campaign.Status(f.status)}
		return console.ExportContacts(ctx, to, db, filter, f.format, func() {})
	}
	filter := campaign.AttemptFilter{Campaign: f.campaign}
	var err error
	if filter.From, err = day("--from", f.from); err != nil {
		return err
	}
	if filter.To, err = day("--to", f.to); err != nil {
		return err
	}
	return console.ExportAttempts(ctx, to, db, filter, f.format, func() {})
}

// day reads a moment, or a day, which begins at midnight in UTC; none is zero.
func day(flag, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, form := range []string{time.RFC3339, time.DateOnly} {
		if at, err := time.Parse(form, text); err == nil {
			return at, nil
		}
	}
	return time.Time{}, fmt.Errorf("%s is a day like 2026-11-23, or a moment like 2026-11-23T17:00:00Z, not %q: %w", flag, text, errUsage)
}

// parseExport reads the command line; nil for a request for help.
func parseExport(what string, args []string, stderr io.Writer) (*exportFile, error) {
	f := exportFile{what: what}
	var config string
	flags := flag.NewFlagSet("outdial export "+what, flag.ContinueOnError)
	flags.SetOutput(stderr)
	if what == "contacts" {
		flags.StringVar(&f.list, "list", "", "the contact list, by `name`")
		flags.StringVar(&f.status, "status", "", "only contacts of this status, a `letter`")
	} else {
		flags.StringVar(&f.campaign, "campaign", "", "only attempts of this campaign, by `name`")
		flags.StringVar(&f.from, "from", "", "only attempts claimed at this `time` or later: a day, or a moment")
		flags.StringVar(&f.to, "to", "", "only attempts claimed before this `time`")
	}
	flags.StringVar(&config, "config", "", "the configuration `file` that names the database")
	flags.StringVar(&f.database, "database", "", "the database `file`, in place of --config")
	flags.StringVar(&f.format, "format", console.CSV, "csv or ndjson")
	flags.StringVar(&f.path, "out", "-", "the `file` to write; - is standard output")
	if err := flags.Parse(args); err != nil {
		return nil, usage(err)
	}
	switch {
	case what == "contacts" && f.list == "":
		return nil, fmt.Errorf("which list? name it with --list: %w", errUsage)
	case config != "" && f.database != "":
		return nil, fmt.Errorf("--config and --database both name a database; give one: %w", errUsage)
	}
	if err := flagsOnly(flags); err != nil || f.database != "" {
		return &f, err
	}
	cfg, err := parseConfig(nil)
	if config != "" {
		cfg, err = loadConfig(config)
	}
	f.database = cfg.Database.Path
	return &f, err
}

// createdFile is created with the first byte written; so what fails before leaves the
// last export as it is.
type createdFile struct {
	path   string
	stdout io.Writer
	file   *os.File
}

// Write implements [io.Writer].
func (c *createdFile) Write(p []byte) (int, error) {
	if c.path == "-" {
		return c.stdout.Write(p)
	}
	if c.file == nil {
		file, err := os.OpenFile(c.path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
		if err != nil {
			return 0, err
		}
		c.file = file
	}
	return c.file.Write(p)
}

// Close closes the file, if there is one.
func (c *createdFile) Close() error {
	if c.file == nil {
		return nil
	}
	return c.file.Close()
}
