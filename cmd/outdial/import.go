package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
	"github.com/outdial/outdial/internal/store"
)

// contactFile is what `outdial import contacts` was asked to do.
type contactFile struct {
	campaign string
	database string
	comma    string
	phones   string // names of columns, by commas
	twice    string // what becomes of a number that is there
	rejects  string
	remove   bool
	path     string // "-" is standard input
	options  store.ImportOptions
}

// importContacts is `outdial import contacts`: it loads a CSV file into the
// contact list of a campaign, all or nothing, also while the server runs on the
// same database. What cannot be loaded is written to a file of its own.
func importContacts(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	file, err := parseImport(args, stderr)
	if err != nil || file == nil {
		return err
	}
	db, err := openDatabase(ctx, file.database)
	if err != nil {
		return err
	}
	defer db.Close()
	into, err := campaignToFill(ctx, db, file.campaign)
	if err != nil {
		return err
	}
	source, err := openSource(file.path)
	if err != nil {
		return err
	}
	defer source.Close()
	rejects := &createdFile{path: filepath.Clean(file.rejects)}
	started := time.Now()
	progress := &progress{to: stderr, started: started, last: started}
	o := file.options
	o.List, o.Source, o.Name, o.Rejects, o.Progress = into.List, source, file.path, rejects, progress.rows
	o.Region = cmp.Or(o.Region, into.Law.Region)
	if file.remove {
		return removeContacts(ctx, db, o, rejects, stdout)
	}
	result, err := db.Import(ctx, o)
	if err := errors.Join(err, rejects.Close()); err != nil {
		return fmt.Errorf("nothing of %s was loaded: %w", file.path, err)
	}
	would := ""
	if o.Check {
		would = "only looked at; it would be "
	}
	fmt.Fprintf(stdout, "%d rows read from %s into list %s of campaign %s: %s%d added, %d updated, %d unchanged, %d rejected\n",
		result.Rows, file.path, into.List, into.Name, would, result.Added, result.Updated, result.Unchanged, result.Rejected)
	if result.Rejected > 0 {
		fmt.Fprintf(stdout, "the rejected rows and their reasons are in %s; mend and import them, the same keys are never loaded twice\n", file.rejects)
	}
	return nil
}

// removeContacts takes contacts out of the list.
func removeContacts(ctx context.Context, db *store.Store, o store.ImportOptions, rejects *createdFile, stdout io.Writer) error {
	result, err := db.RemoveContacts(ctx, o)
	err = errors.Join(err, rejects.Close())
	if err != nil && result.Removed == 0 {
		return fmt.Errorf("nobody was removed: %w", err)
	}
	if err != nil {
		return fmt.Errorf("%d contacts were removed, then it failed; the same file goes on: %w", result.Removed, err)
	}
	would := ""
	if o.Check {
		would = "only looked at; it would be "
	}
	fmt.Fprintf(stdout, "%d rows read of list %s: %s%d removed, %d rejected\n", result.Rows, o.List, would, result.Removed, result.Rejected)
	if result.Rejected > 0 {
		fmt.Fprintf(stdout, "the rejected rows and their reasons are in %s\n", rejects.path)
	}
	return nil
}

// parseImport reads the command line; nil for a request for help.
func parseImport(args []string, stderr io.Writer) (*contactFile, error) {
	var f contactFile
	var config string
	flags := flag.NewFlagSet("outdial import contacts", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&f.campaign, "campaign", "", "the campaign to load into, by `name`; it must exist")
	flags.StringVar(&config, "config", "", "the configuration `file` that names the database")
	flags.StringVar(&f.database, "database", "", "the database `file`, in place of --config")
	flags.StringVar(&f.options.Number, "number", "", "the `column` with the number to dial (a column number or phone)")
	flags.StringVar(&f.phones, "phone", "", "the `columns` with several numbers, as in home,mobile, beside those of the campaign's phone_columns; without --number the first that is filled is dialed")
	flags.StringVar(&f.twice, "duplicates", "keep", "what becomes of a `number` that another contact has: keep both, reject the row, or update that contact")
	flags.StringVar(&f.options.Zone, "zone", "", "the `column` with the IANA time zone (a column zone, if there is one)")
	flags.StringVar(&f.options.Key, "key", "", "the `column` that names a contact, so that a second import updates it (the number)")
	flags.StringVar(&f.options.Status, "status", "", "the `column` with the status of new contacts: C, J to be called at once, or E to be left out (C)")
	flags.BoolVar(&f.options.Priority, "priority", false, "new contacts are to be called at once, before all others")
	flags.BoolVar(&f.remove, "remove", false, "take the contacts out that FILE names by --key or --number, in place of adding them")
	flags.BoolVar(&f.options.Check, "check", false, "tell what would happen, and load nothing")
	flags.StringVar(&f.options.Region, "region", "", "the `country` in which written numbers are read, as in US (that of the campaign); without one they are + and digits, or digits only")
	flags.StringVar(&f.comma, "comma", ",", "the `character` between fields: one like ; or the word tab")
	flags.StringVar(&f.rejects, "rejects", "", "the `file` for rows that cannot be loaded (FILE.rejects.csv)")
	flags.Usage = func() {
		fmt.Fprintln(stderr, "outdial import contacts --campaign NAME [flags] FILE.csv\n\nFILE is CSV in UTF-8 whose first line names the columns, or an export; one that ends in\n.ndjson holds a contact in JSON on each line; - is standard input.")
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); err != nil {
		return nil, usage(err)
	}
	if err := f.complete(flags.Args(), config); err != nil {
		return nil, err
	}
	return &f, nil
}

// complete checks the command line and fills what was left open.
func (f *contactFile) complete(files []string, config string) error {
	switch {
	case f.campaign == "":
		return fmt.Errorf("which campaign? name it with --campaign: %w", errUsage)
	case len(files) != 1:
		return fmt.Errorf("one file is loaded at a time, after all flags (- is standard input), not %d: %w", len(files), errUsage)
	case f.remove && (f.options.Priority || f.options.Status != "" || f.phones != "" || f.twice != "keep"):
		return fmt.Errorf("--remove goes by --key or --number, and takes none of --status, --priority, --phone and --duplicates: %w", errUsage)
	case f.comma != "tab" && utf8.RuneCountInString(f.comma) != 1:
		return fmt.Errorf("--comma is one character, or the word tab, not %q: %w", f.comma, errUsage)
	case config != "" && f.database != "":
		return fmt.Errorf("--config and --database both name a database; give one: %w", errUsage)
	}
	var err error
	if f.options.Duplicates, err = campaign.ReadDuplicates(f.twice); err != nil {
		return fmt.Errorf("--duplicates: %w: %w", err, errUsage)
	}
	if f.phones != "" {
		f.options.Phones = strings.Split(f.phones, ",")
	}
	f.path = files[0]
	f.options.JSON = strings.HasSuffix(f.path, ".ndjson") || strings.HasSuffix(f.path, ".jsonl")
	if f.options.Comma, _ = utf8.DecodeRuneInString(f.comma); f.comma == "tab" {
		f.options.Comma = '\t'
	}
	if f.rejects == "" {
		f.rejects = f.path + ".rejects.csv"
		if f.path == "-" {
			f.rejects = "contacts.rejects.csv"
		}
	}
	if filepath.Clean(f.rejects) == filepath.Clean(f.path) {
		return fmt.Errorf("--rejects would overwrite the file to load; name another one: %w", errUsage)
	}
	if f.database != "" {
		return nil
	}
	cfg, err := parseConfig(nil)
	if config != "" {
		cfg, err = loadConfig(config)
	}
	f.database = cfg.Database.Path
	return err
}

// checkDatabase keeps a mistyped path from becoming a new, empty database.
func checkDatabase(path string) error {
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("there is no database %s; start the server on it once, or name it with --database or --config: %w", path, err)
	}
	return nil
}

// openDatabase opens a database that is there.
func openDatabase(ctx context.Context, path string) (*store.Store, error) {
	if err := checkDatabase(path); err != nil {
		return nil, err
	}
	db, err := store.Open(ctx, path, nil)
	if err != nil {
		return nil, fmt.Errorf("database %s: %w", path, err)
	}
	return db, nil
}

// campaignToFill finds the campaign; its error says which there are.
func campaignToFill(ctx context.Context, db *store.Store, name string) (campaign.Campaign, error) {
	c, err := db.Campaign(ctx, name)
	if fault.KindOf(err) != fault.NotFound {
		if err == nil && c.List == "" {
			err = fmt.Errorf("campaign %s has no contact list; give it one in the configuration and start the server once", c.Name)
		}
		return c, err
	}
	all, listErr := db.Campaigns(ctx)
	if listErr != nil {
		return c, listErr
	}
	there := "there is none yet"
	for i, c := range all {
		if i == 0 {
			there = "there is " + c.Name
		} else {
			there += ", " + c.Name
		}
	}
	return c, fmt.Errorf("there is no campaign %q in the database (%s); add it to the configuration and start the server once, then import", name, there)
}

func openSource(path string) (io.ReadCloser, error) {
	if path == "-" {
		return io.NopCloser(os.Stdin), nil
	}
	return os.Open(path)
}

// progress writes a line a second, so none for what takes less.
type progress struct {
	to      io.Writer
	started time.Time
	last    time.Time
}

func (p *progress) rows(n int) {
	now := time.Now()
	if now.Sub(p.last) < time.Second {
		return
	}
	p.last = now
	fmt.Fprintf(p.to, "%d rows, %.0f a second\n", n, float64(n)/max(now.Sub(p.started).Seconds(), 0.001))
}
