package console

import (
	"bytes"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
)

// Load says what to import into a list.
type Load struct {
	List                      string
	Source                    io.Reader
	Name                      string // where it came from
	Form                      string // "csv" or "ndjson"
	Comma                     rune
	Number, Zone, Key, Status string // columns
	Region                    string
	Priority                  bool // new contacts are to be called at once
	Check                     bool // only tell what would happen
	Duplicates                campaign.Duplicates
	Phones                    []string // columns with further numbers
	Rejects                   io.Writer
}

// Loaded counts rows.
type Loaded struct {
	Rows      int    `json:"rows"`
	Added     int    `json:"added"`
	Updated   int    `json:"updated"`
	Unchanged int    `json:"unchanged"`
	Rejected  int    `json:"rejected"`
	Checksum  string `json:"sha256"`
	Rejects   string `json:"rejects,omitempty"` // CSV, cut where it gets long
}

// createList makes an empty contact list.
func (c *console) createList(w http.ResponseWriter, r *http.Request) error {
	var want struct {
		Name string `json:"name"`
	}
	if err := take(w, r, &want); err != nil {
		return err
	}
	if err := c.Contacts.CreateList(r.Context(), want.Name); err != nil {
		return err
	}
	if err := c.audit(r, "list "+want.Name+" created"); err != nil {
		return err
	}
	return reply(w, http.StatusCreated, list{Name: want.Name, Status: map[campaign.Status]int{}})
}

// deleteList deletes a list with its contacts.
func (c *console) deleteList(w http.ResponseWriter, r *http.Request) error {
	reason, err := reasonOf(r)
	if err != nil {
		return err
	}
	name := r.PathValue("list")
	n, err := c.Contacts.DeleteList(r.Context(), name)
	if n > 0 || err == nil {
		what := "list " + name + " deleted, with " + strconv.Itoa(n) + " contacts: " + reason
		if err != nil {
			what = strconv.Itoa(n) + " contacts of list " + name + " deleted, then it failed: " + reason
		}
		if err := c.audit(r, what); err != nil {
			return err
		}
	}
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, list{Name: name, Contacts: n, Status: map[campaign.Status]int{}})
}

// sourceForm tells whether a request brings a source to import, and in which form.
func sourceForm(r *http.Request) (form string, ok bool) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch kind {
	case "text/csv":
		return "csv", true
	case "application/x-ndjson", "application/ndjson", "application/jsonl":
		return "ndjson", true
	}
	return "", false
}

// load imports the body into a list, all or nothing, for as long as it flows.
func (c *console) load(w http.ResponseWriter, r *http.Request, form string) error {
	query := r.URL.Query()
	o := Load{
		List: r.PathValue("list"), Source: &patient{r.Body, http.NewResponseController(w)}, Name: "API", Form: form,
		Number: query.Get("number"), Zone: query.Get("zone"), Key: query.Get("key"), Status: query.Get("status"), Region: query.Get("region"),
	}
	var err error
	if o.Priority, err = flag(query.Get("priority"), "priority"); err != nil {
		return err
	}
	if o.Check, err = flag(query.Get("check"), "check"); err != nil {
		return err
	}
	if o.Duplicates, err = campaign.ReadDuplicates(query.Get("duplicates")); err != nil {
		return err
	}
	if phones := query.Get("phone"); phones != "" {
		o.Phones = strings.Split(phones, ",")
	}
	if o.Comma, err = comma(query.Get("comma")); err != nil {
		return err
	}
	rejects := &clipped{}
	o.Rejects = rejects
	done, err := c.Import(r.Context(), o)
	if err != nil {
		return err
	}
	done.Rejects = rejects.String()
	if !o.Check {
		what := strconv.Itoa(done.Added) + " contacts added and " + strconv.Itoa(done.Updated) + " changed in list " + o.List + " by an import"
		if err := c.audit(r, what); err != nil {
			return err
		}
		if o.Priority || o.Status != "" {
			c.hurry(r, o.List)
		}
	}
	return reply(w, http.StatusOK, done)
}

// patient is a body that may take as long as it flows. A minute, as others have, is too
// short for millions of contacts.
type patient struct {
	body     io.Reader
	deadline *http.ResponseController
}

// Read implements [io.Reader].
func (p *patient) Read(b []byte) (int, error) {
	// A server without deadlines, as in a test, has none to move.
	_ = p.deadline.SetReadDeadline(time.Now().Add(time.Minute))
	return p.body.Read(b)
}

// clipped keeps the beginning of what is written to it, in whole lines.
type clipped struct{ bytes.Buffer }

// maxClip is how much it keeps.
const maxClip = 64 << 10

// Write implements [io.Writer].
func (c *clipped) Write(p []byte) (int, error) {
	if c.Len()+len(p) <= maxClip {
		c.Buffer.Write(p)
	} else if room := bytes.LastIndexByte(p[:max(0, min(len(p), maxClip-c.Len()))], '\n'); room >= 0 {
		c.Buffer.Write(p[:room+1])
	}
	return len(p), nil
}

// flag reads yes or no; none is no.
func flag(text, property string) (bool, error) {
	if text == "" {
		return false, nil
	}
	on, err := strconv.ParseBool(text)
	if err != nil {
		return false, fault.New(fault.Invalid, "%s is true or false, not %.40q", property, text).On(property)
	}
	return on, nil
}

// comma reads what separates fields; none is the usual one.
func comma(text string) (rune, error) {
	if text == "tab" {
		return '\t', nil
	}
	if utf8.RuneCountInString(text) > 1 {
		return 0, fault.New(fault.Invalid, "comma is one character, or the word tab, not %.40q", text).On("comma")
	}
	c, _ := utf8.DecodeRuneInString(text)
	if text == "" {
		c = 0
	}
	return c, nil
}
