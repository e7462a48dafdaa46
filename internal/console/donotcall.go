package console

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/compliance"
	"github.com/outdial/outdial/internal/fault"
)

// DoNotCall keeps the do-not-call lists.
type DoNotCall interface {
	// Lists are those that others keep.
	Lists() []compliance.List
	// Load puts a list in the place of the one that had its name; country is the code
	// of numbers without one. Errors: Invalid.
	Load(ctx context.Context, l compliance.List, from io.Reader, country string) (compliance.List, error)
	// Drop takes a list away. Errors: NotFound.
	Drop(ctx context.Context, name string) error
	// Refusals counts who asked not to be called again.
	Refusals(context.Context) (int, error)
	// Refusal finds one of them by the number. Errors: NotFound, Invalid.
	Refusal(ctx context.Context, number string) (campaign.Refusal, error)
	// Refuse puts a number on the internal list, Permit takes it off. Errors: Invalid,
	// and of Permit NotFound.
	Refuse(context.Context, campaign.Refusal) error
	Permit(ctx context.Context, number string) error
}

// numberList is a do-not-call list; the internal one has only a name and a count.
type numberList struct {
	List     string `json:"list"`
	Numbers  int    `json:"numbers"`
	Version  string `json:"version,omitempty"`
	Date     string `json:"date,omitempty"`
	AgeDays  int    `json:"ageDays,omitempty"`
	LoadedAt stamp  `json:"loadedAt,omitzero"`
	SHA256   string `json:"sha256,omitempty"`
}

func (c *console) newNumberList(l compliance.List) numberList {
	days := int(max(0, l.Age(c.Now())) / (24 * time.Hour))
	return numberList{List: l.Name, Numbers: l.Len(), Version: l.Version, Date: l.Date.String(), AgeDays: days, LoadedAt: stamp(l.Loaded), SHA256: l.Sum}
}

// doNotCall tells which lists there are.
func (c *console) doNotCall(w http.ResponseWriter, r *http.Request) error {
	refusals, err := c.DoNotCall.Refusals(r.Context())
	if err != nil {
		return err
	}
	rows := []numberList{{List: campaign.InternalList, Numbers: refusals}}
	for _, l := range c.DoNotCall.Lists() {
		rows = append(rows, c.newNumberList(l))
	}
	return reply(w, http.StatusOK, rows)
}

// loadList takes a whole list in the place of the one that had its name: the body, one
// number a line, which may be packed with gzip. It may be long in coming.
func (c *console) loadList(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	l := compliance.List{Name: r.PathValue("list"), Version: query.Get("version")}
	if l.Name == campaign.InternalList {
		return fault.New(fault.Invalid, "numbers of the internal list come and go one by one: PUT /api/do-not-call/numbers/{number}").On("list")
	}
	var err error
	if l.Date, err = compliance.ParseDate(query.Get("date")); err != nil {
		return fault.New(fault.Invalid, "say of which day the list is: ?date=2026-11-20").On("date")
	}
	if l.Version == "" {
		l.Version = l.Date.String()
	}
	if err := http.NewResponseController(w).SetReadDeadline(c.Now().Add(time.Hour)); err != nil {
		c.Log.Debug("a list must come within the usual time", "error", err)
	}
	if l, err = c.DoNotCall.Load(r.Context(), l, r.Body, query.Get("country")); err != nil {
		return err
	}
	if err := c.audit(r, "do-not-call list "+l.Name+" is version "+l.Version+", sha256 "+l.Sum); err != nil {
		return err
	}
	return reply(w, http.StatusOK, c.newNumberList(l))
}

// dropList takes a list away.
func (c *console) dropList(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("list")
	if err := c.DoNotCall.Drop(r.Context(), name); err != nil {
		return err
	}
	if err := c.audit(r, "do-not-call list "+name+" is removed"); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// listedNumber is what the lists say of a number.
type listedNumber struct {
	Number    string   `json:"number"`
	Lists     []string `json:"lists"`
	RefusedAt stamp    `json:"refusedAt,omitzero"`
	By        string   `json:"by,omitempty"`
	Reason    string   `json:"reason,omitempty"`
}

// number tells on which lists a number is.
func (c *console) number(w http.ResponseWriter, r *http.Request) error {
	text := r.PathValue("number")
	who, ok := compliance.ReadCallee(text)
	if !ok {
		return fault.New(fault.Invalid, "%.80q is no number and no SIP address", text).On("number")
	}
	found := listedNumber{Number: who.String(), Lists: []string{}}
	refusal, err := c.DoNotCall.Refusal(r.Context(), text)
	switch fault.KindOf(err) {
	case fault.NotFound:
	default:
		if err != nil {
			return err
		}
		found.Lists = append(found.Lists, campaign.InternalList)
		found.RefusedAt, found.By, found.Reason = stamp(refusal.At), refusal.By, refusal.Why
	}
	n, known := who.E164()
	for _, l := range c.DoNotCall.Lists() {
		if known && l.Has(n) {
			found.Lists = append(found.Lists, l.Name)
		}
	}
	return reply(w, http.StatusOK, found)
}

// refuse puts a number on the internal list.
func (c *console) refuseNumber(w http.ResponseWriter, r *http.Request) error {
	var want struct {
		Reason string `json:"reason"`
	}
	if err := take(w, r, &want); err != nil {
		return err
	}
	if err := checkReason(want.Reason); err != nil {
		return err
	}
	user, _, _ := r.BasicAuth()
	number := r.PathValue("number")
	if err := c.DoNotCall.Refuse(r.Context(), campaign.Refusal{Number: number, At: c.Now(), By: user, Why: want.Reason}); err != nil {
		return err
	}
	if err := c.audit(r, number+" is not to be called again: "+want.Reason); err != nil {
		return err
	}
	return c.number(w, r)
}

// permitNumber takes a number off the internal list, which wants a reason.
func (c *console) permitNumber(w http.ResponseWriter, r *http.Request) error {
	number, reason := r.PathValue("number"), r.URL.Query().Get("reason")
	if reason == "" {
		return fault.New(fault.Invalid, "say why: ?reason=TEXT").On("reason")
	}
	if err := checkReason(reason); err != nil {
		return err
	}
	if err := c.DoNotCall.Permit(r.Context(), number); err != nil {
		return err
	}
	if err := c.audit(r, number+" may be called again: "+reason); err != nil {
		return err
	}
	return c.number(w, r)
}
