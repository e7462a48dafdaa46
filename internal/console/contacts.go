package console

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/fault"
)

// Contacts keeps contact lists.
type Contacts interface {
	// CreateList makes an empty list. Errors: Invalid, Conflict.
	CreateList(ctx context.Context, name string) error
	// DeleteList deletes a list with its contacts, and tells how many they were.
	// Errors: NotFound, Conflict.
	DeleteList(ctx context.Context, name string) (contacts int, err error)
	// AddContacts puts contacts into a list, all or none, and gives them as they are
	// then. Errors: NotFound, Invalid, Conflict, Busy.
	AddContacts(ctx context.Context, list string, how campaign.Addition, contacts []campaign.Contact) ([]campaign.Contact, error)
	// Contact gives a contact. Errors: NotFound.
	Contact(ctx context.Context, list string, id campaign.ContactID) (campaign.Contact, error)
	// FindContacts gives contacts in the order of their ids. Errors: NotFound, Busy.
	FindContacts(context.Context, campaign.ContactFilter) ([]campaign.Contact, error)
	// ContactPage is FindContacts for who has time.
	ContactPage(context.Context, campaign.ContactFilter) ([]campaign.Contact, error)
	// ChangeContact changes a contact and gives it as it is then. Errors: NotFound,
	// Invalid, Conflict.
	ChangeContact(ctx context.Context, list string, id campaign.ContactID, region string, change campaign.ContactChange) (campaign.Contact, error)
	// RemoveContact takes a contact out. Errors: NotFound, Conflict.
	RemoveContact(ctx context.Context, list string, id campaign.ContactID) error
	// Columns gives the names of the customer's own columns in a list.
	Columns(ctx context.Context, list string) ([]string, error)
	// Pasts tells what the attempts on contacts came to, of those that had any.
	Pasts(context.Context, []campaign.ContactID) (map[campaign.ContactID]campaign.Past, error)
}

const (
	// maxContacts is how many contacts one request adds as JSON, and maxContactsBody
	// how long that may be; for more there is CSV.
	maxContacts     = 1000
	maxContactsBody = 4 << 20
)

// contact is a contact, as it is given and taken.
type contact struct {
	ID       campaign.ContactID `json:"id,omitzero"`
	Key      string             `json:"key"`
	Number   string             `json:"number"`
	Zone     string             `json:"zone"`
	Status   campaign.Status    `json:"status"`
	Attempts int                `json:"attempts"`
	DueAt    stamp              `json:"dueAt,omitzero"`
	Owner    string             `json:"owner,omitempty"`
	Columns  map[string]string  `json:"columns"`
}

func newContact(c campaign.Contact) contact {
	if c.Columns == nil {
		c.Columns = map[string]string{} // {} in JSON, and not null
	}
	return contact{ID: c.ID, Key: c.Key, Number: c.Number, Zone: c.Zone, Status: c.Status, Attempts: c.Attempts,
		DueAt: stamp(c.Due), Owner: c.Owner, Columns: c.Columns}
}

func newContacts(all []campaign.Contact) []contact {
	rows := make([]contact, 0, len(all))
	for _, c := range all {
		rows = append(rows, newContact(c))
	}
	return rows
}

// wanted is a contact that is to be added.
type wanted struct {
	Key     string            `json:"key"`
	Number  string            `json:"number"`
	Zone    string            `json:"zone"`
	Status  campaign.Status   `json:"status"`
	Columns map[string]string `json:"columns"`
}

// contacts answers with contacts of a list in the order of their ids. Who wants the
// rest asks again with after set to the last id.
func (c *console) contacts(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	after, limit, err := paging(query)
	if err != nil {
		return err
	}
	found, err := c.Contacts.FindContacts(r.Context(), campaign.ContactFilter{
		List: r.PathValue("list"), Key: query.Get("key"), Number: plus(query.Get("number")), Status: campaign.Status(query.Get("status")),
		After: campaign.ContactID(after), Limit: limit,
	})
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, newContacts(found))
}

// plus gives a number its sign back: in a query an unescaped + is a space.
func plus(number string) string {
	if strings.HasPrefix(number, " ") {
		return "+" + number[1:]
	}
	return number
}

func (c *console) contact(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID[campaign.ContactID](r, "contact")
	if err != nil {
		return err
	}
	found, err := c.Contacts.Contact(r.Context(), r.PathValue("list"), id)
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, newContact(found))
}

// addContacts adds one contact or several, given as JSON, or imports a source that is
// as long as it likes.
func (c *console) addContacts(w http.ResponseWriter, r *http.Request) error {
	if form, ok := sourceForm(r); ok {
		return c.load(w, r, form)
	}
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxContactsBody))
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "the body is longer than %d MiB, or broke off; send many contacts as text/csv", maxContactsBody>>20)
	}
	bare := bytes.TrimLeft(text, " \t\r\n")
	several := bytes.HasPrefix(bare, []byte("["))
	if len(bare) > 0 && !several && bare[0] != '{' {
		return fault.New(fault.Invalid, "the body is no contact in JSON and no array of them; send a file with Content-Type: text/csv, or application/x-ndjson")
	}
	given := []wanted{{}}
	var into any = &given[0]
	if several {
		into = &given
	}
	if err := parse(bytes.NewReader(text), into); err != nil {
		return err
	}
	if len(given) == 0 || len(given) > maxContacts {
		return fault.New(fault.Invalid, "%d contacts: add 1 to %d at a time, or send them as text/csv", len(given), maxContacts)
	}
	query := r.URL.Query()
	for name := range query {
		if name != "region" && name != "duplicates" {
			return fault.New(fault.Invalid, "%s is for an import; send the contacts with Content-Type: text/csv, or application/x-ndjson", name).On(name)
		}
	}
	list := r.PathValue("list")
	contacts := make([]campaign.Contact, 0, len(given))
	for _, g := range given {
		contacts = append(contacts, campaign.Contact{Key: g.Key, Number: g.Number, Zone: g.Zone, Status: g.Status, Columns: g.Columns})
	}
	duplicates, err := campaign.ReadDuplicates(query.Get("duplicates"))
	if err != nil {
		return err
	}
	added, err := c.Contacts.AddContacts(r.Context(), list, campaign.Addition{Region: query.Get("region"), Duplicates: duplicates}, contacts)
	if err != nil {
		return err
	}
	what := "contact " + strconv.FormatInt(int64(added[0].ID), 10) + " added to list " + list
	if len(added) > 1 {
		what = strconv.Itoa(len(added)) + " contacts added to list " + list + ", the first " + strconv.FormatInt(int64(added[0].ID), 10)
	}
	if err := c.audit(r, what); err != nil {
		return err
	}
	if slices.ContainsFunc(added, func(one campaign.Contact) bool { return one.Status == campaign.Urgent }) {
		c.hurry(r, list)
	}
	if several {
		return reply(w, http.StatusCreated, newContacts(added))
	}
	return reply(w, http.StatusCreated, newContact(added[0]))
}

// setContact changes what the body names of a contact; the rest stays.
func (c *console) setContact(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID[campaign.ContactID](r, "contact")
	if err != nil {
		return err
	}
	var want struct {
		Number  *string            `json:"number"`
		Zone    *string            `json:"zone"`
		Status  *campaign.Status   `json:"status"`
		Columns map[string]*string `json:"columns"`
	}
	if err := take(w, r, &want); err != nil {
		return err
	}
	list := r.PathValue("list")
	change := campaign.ContactChange{Number: want.Number, Zone: want.Zone, Status: want.Status, Columns: want.Columns}
	now, err := c.Contacts.ChangeContact(r.Context(), list, id, r.URL.Query().Get("region"), change)
	if err != nil {
		return err
	}
	if err := c.audit(r, "contact "+strconv.FormatInt(int64(id), 10)+" of list "+list+" changed: "+strings.Join(named(change), ", ")); err != nil {
		return err
	}
	if now.Status == campaign.Urgent {
		c.hurry(r, list)
	}
	return reply(w, http.StatusOK, newContact(now))
}

// hurry tells the floor of contacts who are to be called at once. Without it they are
// found a second later, so that a floor that is stopping is no error.
func (c *console) hurry(r *http.Request, list string) {
	if err := c.Floor.Do(r.Context(), dialer.HurryList{List: list}); err != nil {
		c.Log.Warn("the floor does not hurry", "list", list, "error", err)
	}
}

// named says what a change is of; values stay out of the audit, as they are people's.
func named(change campaign.ContactChange) []string {
	var all []string
	if change.Number != nil {
		all = append(all, "number")
	}
	if change.Zone != nil {
		all = append(all, "zone")
	}
	if change.Status != nil {
		all = append(all, "status "+string(*change.Status))
	}
	if len(change.Columns) > 0 {
		all = append(all, strconv.Itoa(len(change.Columns))+" columns")
	}
	return all
}

// removeContact takes a contact out of its list. A reason is wanted, as it can not be
// undone.
func (c *console) removeContact(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID[campaign.ContactID](r, "contact")
	if err != nil {
		return err
	}
	reason, err := reasonOf(r)
	if err != nil {
		return err
	}
	list := r.PathValue("list")
	if err := c.Contacts.RemoveContact(r.Context(), list, id); err != nil {
		return err
	}
	if err := c.audit(r, "contact "+strconv.FormatInt(int64(id), 10)+" of list "+list+" removed: "+reason); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// reasonOf is the reason that a request must give.
func reasonOf(r *http.Request) (string, error) {
	reason := r.URL.Query().Get("reason")
	if strings.TrimSpace(reason) == "" {
		return "", fault.New(fault.Invalid, "say why: ?reason=TEXT; it can not be undone").On("reason")
	}
	return reason, checkReason(reason)
}
