package console

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
)

// Formats of an export.
const (
	CSV    = "csv"
	NDJSON = "ndjson"
)

// page is how many rows of an export are read at a time.
const page = 1000

// exported is a row: cells, and the same as a value.
type exported struct {
	cells []string
	value any
}

// pages gives the next rows of an export, none at its end.
type pages func(context.Context) ([]exported, error)

// ExportContacts writes the contacts of a list that a filter wants, with what is kept of
// them besides the customer's columns. Begin is called when it is clear that there is
// something to write. Errors: NotFound, Invalid.
func ExportContacts(ctx context.Context, to io.Writer, from Contacts, f campaign.ContactFilter, format string, begin func()) error {
	customers, err := from.Columns(ctx, f.List)
	if err != nil {
		return err
	}
	columns, customers := contactColumns(customers)
	f.Limit = page
	return write(ctx, to, format, columns, begin, func(ctx context.Context) ([]exported, error) {
		found, err := from.ContactPage(ctx, f)
		if err != nil || len(found) == 0 {
			return nil, err
		}
		f.After = found[len(found)-1].ID
		var ids []campaign.ContactID
		for _, c := range found {
			ids = append(ids, c.ID)
		}
		pasts, err := from.Pasts(ctx, ids)
		if err != nil {
			return nil, err
		}
		var rows []exported
		for _, c := range found {
			rows = append(rows, exportedContact(c, pasts[c.ID], customers))
		}
		return rows, nil
	})
}

// categories are those of wrap-up that a contact has a column for (contract 8.3).
var categories = []struct{ column, category string }{
	{"i3_attemptsbusy", "Busy"}, {"i3_attemptsfax", "Fax"}, {"i3_attemptsmachine", "Machine"}, {"i3_attemptsnoanswer", "No Answer"},
	{"i3_attemptsremotehangup", "Remote Hang Up"}, {"i3_attemptsrescheduled", "Rescheduled"},
	{"i3_attemptssitcallable", "SIT Callable"}, {"i3_attemptssystemhangup", "System Hang Up"},
}

// contactColumns names the columns of an export: ours, and those of the customer that
// are not named like one of them. Where he has a status, a zone or attempts of his own,
// ours is i3_status and so on.
func contactColumns(customers []string) (all, theirs []string) {
	has := func(names []string, name string) bool {
		return slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, name) })
	}
	all = []string{"i3_identity", "i3_key", "i3_number"}
	for _, name := range []string{"status", "zone", "attempts"} {
		if has(customers, name) {
			name = "i3_" + name
		}
		all = append(all, name)
	}
	all = append(all, "i3_due_utc", "i3_owner", "i3_lastcalled_utc", "i3_attemptsabandoned")
	for _, c := range categories {
		all = append(all, c.column)
	}
	ours := slices.Clone(all)
	for _, name := range customers {
		if !has(ours, name) {
			theirs = append(theirs, name)
		}
	}
	return append(all, theirs...), theirs
}

// exportedContactRow is a contact with what came of it.
type exportedContactRow struct {
	contact
	LastCalledAt stamp          `json:"lastCalledAt,omitzero"`
	Abandoned    int            `json:"abandoned"`
	Categories   map[string]int `json:"categories,omitempty"` // closed attempts by wrap-up category
}

func exportedContact(c campaign.Contact, past campaign.Past, customers []string) exported {
	cells := []string{
		strconv.FormatInt(int64(c.ID), 10), guarded(c.Key), c.Number, string(c.Status), c.Zone, strconv.Itoa(c.Attempts),
		moment(c.Due), guarded(c.Owner), moment(past.LastCalled), strconv.Itoa(past.Abandoned),
	}
	for _, one := range categories {
		cells = append(cells, strconv.Itoa(past.Categories[one.category]))
	}
	for _, name := range customers {
		cells = append(cells, guarded(c.Columns[name]))
	}
	return exported{cells, exportedContactRow{newContact(c), stamp(past.LastCalled), past.Abandoned, past.Categories}}
}

// moment is a cell for a moment, empty for none.
func moment(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	text, _ := stamp(at).MarshalText() // cannot fail
	return string(text)
}

// guarded keeps spreadsheets from taking a text for a formula: what begins as one gets
// an apostrophe in front, and so does what begins with an apostrophe before that, so
// that an import can take it away again. Numbers with a sign stay as they are.
func guarded(cell string) string {
	bare := strings.TrimLeft(cell, "'")
	if bare == "" || !strings.ContainsRune("=+-@\t\r", rune(bare[0])) || signed(bare) {
		return cell
	}
	return "'" + cell
}

// signed tells whether a text is a number with a sign, as those of phones are.
func signed(text string) bool {
	return len(text) > 1 && (text[0] == '+' || text[0] == '-') && strings.Trim(text[1:], "0123456789 .()-") == ""
}

// Attempted is what is written down of attempts.
type Attempted interface {
	// FindAttempts gives attempts in the order of their ids. Errors: NotFound.
	FindAttempts(context.Context, campaign.AttemptFilter) ([]campaign.Attempt, error)
	// Campaigns gives all campaigns.
	Campaigns(context.Context) ([]campaign.Campaign, error)
}

// ExportAttempts writes the attempts that a filter wants, all that is written down of
// them. Errors: NotFound, Invalid.
func ExportAttempts(ctx context.Context, to io.Writer, from Attempted, f campaign.AttemptFilter, format string, begin func()) error {
	names, err := namesOf(ctx, from)
	if err != nil {
		return err
	}
	f.Limit = page
	return write(ctx, to, format, flatColumns[attempt](), begin, func(ctx context.Context) ([]exported, error) {
		found, err := from.FindAttempts(ctx, f)
		if err != nil || len(found) == 0 {
			return nil, err
		}
		f.After = found[len(found)-1].ID
		var rows []exported
		for _, a := range found {
			row := newAttempt(a, names[a.Campaign])
			cells, err := flatCells(row)
			if err != nil {
				return nil, err
			}
			rows = append(rows, exported{cells, row})
		}
		return rows, nil
	})
}

// write writes an export page by page, so that it takes no more memory than one.
func write(ctx context.Context, to io.Writer, format string, columns []string, begin func(), next pages) error {
	if format != CSV && format != NDJSON {
		return fault.New(fault.Invalid, "an export is %s or %s, not %.40q", CSV, NDJSON, format).On("format")
	}
	table, lines := csv.NewWriter(to), json.NewEncoder(to)
	lines.SetEscapeHTML(false)
	for begun := false; ; begun = true {
		rows, err := next(ctx)
		if err != nil {
			return err
		}
		if !begun {
			begin()
			if format == CSV {
				table.Write(columns) // its error is that of the flush
			}
		}
		for _, row := range rows {
			if format == CSV {
				table.Write(row.cells)
			} else if err := lines.Encode(row.value); err != nil {
				return err
			}
		}
		if table.Flush(); table.Error() != nil || len(rows) == 0 {
			return table.Error()
		}
	}
}

// exportContacts exports the contacts of a list.
func (c *console) exportContacts(w http.ResponseWriter, r *http.Request) error {
	f := campaign.ContactFilter{List: r.PathValue("list"), Status: campaign.Status(r.URL.Query().Get("status"))}
	return c.export(w, r, "contacts of list "+f.List, func(format string, begin func()) error {
		return ExportContacts(r.Context(), w, c.Contacts, f, format, begin)
	})
}

// exportAttempts exports attempts.
func (c *console) exportAttempts(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	f := campaign.AttemptFilter{Campaign: query.Get("campaign")}
	var err error
	if f.From, err = instant(query.Get("from"), "from"); err != nil {
		return err
	}
	if f.To, err = instant(query.Get("to"), "to"); err != nil {
		return err
	}
	what := "attempts"
	if f.Campaign != "" {
		what += " of campaign " + f.Campaign
	}
	return c.export(w, r, what, func(format string, begin func()) error {
		return ExportAttempts(r.Context(), w, c.Records, f, format, begin)
	})
}

// export answers with an export. What is taken out of the house is written down before
// it is. What fails once it flows can only be told by breaking off.
func (c *console) export(w http.ResponseWriter, r *http.Request, what string, run func(format string, begin func()) error) error {
	format := r.URL.Query().Get("format")
	if format == "" {
		format = CSV
	}
	var begun bool
	err := run(format, func() {
		begun = true
		kind := "text/csv; charset=utf-8; header=present"
		if format == NDJSON {
			kind = "application/x-ndjson"
		}
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Content-Disposition", `attachment; filename="export.`+format+`"`)
		if err := c.audit(r, what+" exported"); err != nil {
			c.Log.Error("an export was not written down", "error", err)
			panic(http.ErrAbortHandler)
		}
	})
	if err != nil && begun {
		c.Log.Warn("an export broke off", "what", what, "error", err)
		panic(http.ErrAbortHandler)
	}
	return err
}
