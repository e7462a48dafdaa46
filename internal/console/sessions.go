package console

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"unicode"

	"github.com/outdial/outdial/internal/fault"
)

// maxReason bounds a reason, in bytes: it is shown to people.
const maxReason = 200

// server tells whether sessions are opened, and how many are.
func (c *console) server(w http.ResponseWriter, _ *http.Request) error {
	on, reason := c.Book.Accepting()
	return reply(w, http.StatusOK, serverRow{Accepting: on, Reason: reason, Sessions: c.Book.Count()})
}

// setServer begins or ends to open sessions.
func (c *console) setServer(w http.ResponseWriter, r *http.Request) error {
	var want struct {
		Accepting *bool  `json:"accepting"`
		Reason    string `json:"reason"`
	}
	if err := take(w, r, &want); err != nil {
		return err
	}
	if want.Accepting == nil {
		return fault.New(fault.Invalid, "accepting says whether sessions are opened: true or false").On("accepting")
	}
	if err := checkReason(want.Reason); err != nil {
		return err
	}
	c.Book.Accept(*want.Accepting, want.Reason)
	what := "sessions are accepted"
	if !*want.Accepting {
		what = "sessions are not accepted: " + want.Reason
	}
	if err := c.audit(r, what); err != nil {
		return err
	}
	return c.server(w, r)
}

// checkReason refuses what is not one line of text.
func checkReason(reason string) error {
	if len(reason) > maxReason || strings.ContainsFunc(reason, unicode.IsControl) {
		return fault.New(fault.Invalid, "a reason is one line of at most %d bytes", maxReason).On("reason")
	}
	return nil
}

func (c *console) sessions(w http.ResponseWriter, _ *http.Request) error {
	all := c.Book.Sessions()
	rows := make([]sessionRow, 0, len(all))
	for _, v := range all {
		rows = append(rows, newSessionRow(v))
	}
	return reply(w, http.StatusOK, rows)
}

// endSession ends a session, and answers with it as it was.
func (c *console) endSession(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	reconnect := false
	if text := query.Get("reconnect"); text != "" {
		var err error
		if reconnect, err = strconv.ParseBool(text); err != nil {
			return fault.New(fault.Invalid, "reconnect is true or false, not %q", text).On("reconnect")
		}
	}
	reason := query.Get("reason")
	if err := checkReason(reason); err != nil {
		return err
	}
	was, err := c.Book.Dismiss(r.Context(), r.PathValue("id"), reason, reconnect)
	if err != nil {
		return err
	}
	if err := c.audit(r, "session "+was.ID+" of "+was.User+" ended: "+reason); err != nil {
		return err
	}
	return reply(w, http.StatusOK, newSessionRow(was))
}

// maxPassword is the longest that ICWS takes at a log-in, in bytes.
const maxPassword = 1000

// setPassword is for administrators, and for users who show their old password,
// also one that has expired.
func (c *console) setPassword(w http.ResponseWriter, r *http.Request) error {
	id, old, ok := r.BasicAuth()
	if !ok {
		return fault.New(fault.Unauthenticated, "sign in with your id and your password, or those of an administrator")
	}
	who, err := c.recognise(r, id, old)
	if err != nil {
		c.Log.Warn("sign-in refused", "user", id, "from", r.RemoteAddr, "error", err)
		return err
	}
	whose := r.PathValue("id")
	self := strings.EqualFold(who.ID, whose)
	switch {
	case self:
		whose = who.ID
	case !who.Admin:
		return fault.New(fault.Forbidden, "you may set your own password only; ask an administrator")
	}
	var want struct {
		Password string `json:"password"`
	}
	if err := take(w, r, &want); err != nil {
		return err
	}
	switch {
	case want.Password == "" || len(want.Password) > maxPassword:
		return fault.New(fault.Invalid, "a password has from 1 to %d bytes", maxPassword).On("password")
	case self && want.Password == old:
		return fault.New(fault.Invalid, "the new password is the old one; take another").On("password")
	}
	if err := c.Passwords.SetPassword(r.Context(), whose, want.Password); err != nil {
		return err
	}
	c.believed.forget()
	if err := c.audit(r, "password of "+whose+" set"); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// audit writes down what the user of a request has done, whether or not he waits
// for the answer.
func (c *console) audit(r *http.Request, what string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), patience)
	defer cancel()
	id, _, _ := r.BasicAuth()
	c.Log.Info(what, "user", id)
	if err := c.Audit.Audit(ctx, id, what, place(r), c.Now()); err != nil {
		return fault.Wrap(err, fault.Internal, "it was done, and could not be written down")
	}
	return nil
}
