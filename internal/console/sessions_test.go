package console

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/fault"
	"github.com/outdial/outdial/internal/session"
)

// User finds boss and anna.
func (o *office) User(_ context.Context, id string) (agent.User, error) {
	if id == "boss" || id == "anna" {
		return agent.User{ID: id, Admin: id == "boss"}, nil
	}
	return agent.User{}, fault.New(fault.NotFound, "there is no user %s", id)
}

func (o *office) Station(_ context.Context, name string) (agent.Station, error) {
	return agent.Station{Kind: agent.Workstation, Name: name}, nil
}

func (o *office) SetPassword(_ context.Context, id, password string) error {
	if id != "boss" && id != "anna" {
		return fault.New(fault.NotFound, "there is no user %s", id).On("userID")
	}
	o.passwords = append(o.passwords, id+" "+password)
	return nil
}

func (o *office) Audit(_ context.Context, who, what, from string, _ time.Time) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.diary = append(o.diary, who+": "+what)
	return o.auditErr
}

// book gives the office a real book, in which the administrators work.
func (o *office) book(t *testing.T, c *Config) {
	b := session.New(session.Config{Floor: o, Users: o, Stations: o, Listen: o.Listen, Now: func() time.Time { return noon }})
	t.Cleanup(func() { b.Close(context.Background()) })
	c.Book, c.Passwords, c.Audit, c.Now = b, o, o, func() time.Time { return noon }
}

func TestADoorThatIsShut(t *testing.T) {
	o, cfg := newOffice(), Config{}
	s := serve(t, o, func(c *Config) { o.book(t, c); cfg = *c })
	anna := session.Card{User: "anna", Password: "right", Application: "desk"}
	if _, err := cfg.Book.SignIn(t.Context(), anna); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		method, body string
		status       int
		want         string
		err          error
	}{
		{"GET", "", 200, `{"accepting": true, "sessions": 1}`, nil},
		{"PUT", `{"accepting": false, "reason": "Going down at noon."}`, 200, `{"accepting": false, "reason": "Going down at noon.", "sessions": 2}`, session.ErrClosed},
		{"PUT", `{}`, 400, `{"kind": "invalid", "property": "accepting", "message": "accepting says whether sessions are opened: true or false"}`, session.ErrClosed},
		{"PUT", `{"accepting": false, "reason": "a\nb"}`, 400, `{"kind": "invalid", "property": "reason", "message": "a reason is one line of at most 200 bytes"}`, session.ErrClosed},
		{"GET", "", 200, `{"accepting": false, "reason": "Going down at noon.", "sessions": 2}`, session.ErrClosed},
		{"PUT", `{"accepting": false}`, 200, `{"accepting": false, "reason": "This server is not taking new sessions now; try another one.", "sessions": 2}`, session.ErrClosed},
		{"PUT", `{"accepting": true}`, 200, `{"accepting": true, "sessions": 2}`, nil},
	} {
		got, body := ask(t, s, step.method, "/api/server", step.body, nil)
		if got.StatusCode != step.status {
			t.Errorf("%s %s: %s", step.method, step.body, got.Status)
		}
		wantJSON(t, body, step.want)
		_, err := cfg.Book.SignIn(t.Context(), anna)
		if (err == nil) != (step.err == nil) || err != nil && fault.KindOf(err) != fault.Busy {
			t.Errorf("%s %s: signing in: %v", step.method, step.body, err)
		}
	}
	if want := []string{"boss: sessions are not accepted: Going down at noon.", "boss: sessions are not accepted: ", "boss: sessions are accepted"}; !slices.Equal(o.diary, want) {
		t.Errorf("audit %q", o.diary)
	}
}

func TestEndingASession(t *testing.T) {
	o, cfg := newOffice(), Config{}
	s := serve(t, o, func(c *Config) { o.book(t, c); cfg = *c })
	var ids []string
	for range 2 {
		opened, err := cfg.Book.SignIn(t.Context(), session.Card{User: "anna", Password: "right", Application: "desk", Remote: "192.0.2.7"})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, opened.ID)
	}
	slices.Sort(ids) // both were opened in the same instant
	row := func(id string) string {
		return `{"id": "` + id + `", "user": "anna", "name": "", "application": "desk", "remote": "192.0.2.7", "station": "",
			"openedAt": "2026-03-04T12:00:00.123Z", "heardAt": "2026-03-04T12:00:00.123Z", "streams": 0, "unread": 0}`
	}
	_, body := ask(t, s, "GET", "/api/sessions", "", nil)
	wantJSON(t, body, "["+row(ids[0])+","+row(ids[1])+"]")
	for _, step := range []struct {
		path   string
		status int
		want   string
	}{
		{"1", 404, `{"kind": "not found", "message": "there is no session 1"}`},
		{ids[0] + "?reconnect=maybe", 400, `{"kind": "invalid", "property": "reconnect", "message": "reconnect is true or false, not \"maybe\""}`},
		{ids[0] + "?reason=" + strings.Repeat("x", 201), 400, `{"kind": "invalid", "property": "reason", "message": "a reason is one line of at most 200 bytes"}`},
		{ids[0] + "?reconnect=true&reason=Your+shift+is+over.", 200, row(ids[0])},
		{ids[0], 404, `{"kind": "not found", "message": "there is no session ` + ids[0] + `"}`},
	} {
		got, body := ask(t, s, "DELETE", "/api/sessions/"+step.path, "", nil)
		if got.StatusCode != step.status {
			t.Errorf("%s: %s", step.path, got.Status)
		}
		wantJSON(t, body, step.want)
	}
	if want := []string{"boss: session " + ids[0] + " of anna ended: Your shift is over."}; !slices.Equal(o.diary, want) {
		t.Errorf("audit %q", o.diary)
	}
	o.auditErr = fault.New(fault.Internal, "full")
	if got, _ := ask(t, s, "DELETE", "/api/sessions/"+ids[1], "", nil); got.StatusCode != 500 || cfg.Book.Count() != 0 {
		t.Errorf("without audit: %s, %d sessions", got.Status, cfg.Book.Count())
	}
}

func TestPasswords(t *testing.T) {
	for _, c := range []struct {
		name, as, password, whose, body string
		status                          int
		want                            string
		set                             []string
	}{
		{"one's own", "anna", "right", "anna", `{"password": "new"}`, 204, "", []string{"anna new"}},
		{"one's own, written otherwise", "anna", "right", "ANNA", `{"password": "new"}`, 204, "", []string{"anna new"}},
		{"by an administrator", "boss", "right", "anna", `{"password": "new"}`, 204, "", []string{"anna new"}},
		{"of nobody", "boss", "right", "nobody", `{"password": "new"}`, 404, "there is no user nobody", nil},
		{"a colleague's", "anna", "right", "boss", `{"password": "new"}`, 403, "your own password only", nil},
		{"with a wrong old one", "anna", "wrong", "anna", `{"password": "new"}`, 401, "the user id or the password is wrong", nil},
		{"the old one again", "anna", "right", "anna", `{"password": "right"}`, 400, "the new password is the old one", nil},
		{"an empty one", "anna", "right", "anna", `{"password": ""}`, 400, "from 1 to 1000 bytes", nil},
		{"none", "anna", "right", "anna", `{}`, 400, "from 1 to 1000 bytes", nil},
		{"too long a one", "anna", "right", "anna", `{"password": "` + strings.Repeat("x", 1001) + `"}`, 400, "from 1 to 1000 bytes", nil},
		{"no JSON", "anna", "right", "anna", `new`, 400, "not the JSON", nil},
		{"without credentials", "", "", "anna", `{"password": "new"}`, 401, "sign in with your id", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := newOffice()
			s := serve(t, o, func(cfg *Config) { o.book(t, cfg) })
			got, body := ask(t, s, "PUT", "/api/users/"+c.whose+"/password", c.body, func(r *http.Request) {
				r.SetBasicAuth(c.as, c.password)
				if c.as == "" {
					r.Header.Del("Authorization")
				}
			})
			if got.StatusCode != c.status || !strings.Contains(body, c.want) || !slices.Equal(o.passwords, c.set) {
				t.Errorf("%s %s, set %q", got.Status, body, o.passwords)
			}
			if written := slices.Equal(o.diary, []string{c.as + ": password of " + strings.ToLower(c.whose) + " set"}); written != (c.set != nil) {
				t.Errorf("audit %q", o.diary)
			}
		})
	}
}

func TestANewPasswordIsBelievedByNobody(t *testing.T) {
	o := newOffice()
	s := serve(t, o, func(c *Config) { o.book(t, c) })
	for range 2 {
		ask(t, s, "GET", "/api/lists", "", nil)
	}
	ask(t, s, "PUT", "/api/users/boss/password", `{"password":"new"}`, nil)
	if ask(t, s, "GET", "/api/lists", "", nil); o.checked != 3 {
		t.Errorf("%d passwords were checked, want the first, that of the change and one after it", o.checked)
	}
}

func TestPathsNameTheirMethods(t *testing.T) {
	o := newOffice()
	s := serve(t, o, func(c *Config) { o.book(t, c) })
	for path, want := range map[string]string{"/api/server": "GET, PUT", "/api/sessions/1": "DELETE", "/api/sessions": "GET", "/api/users/x/password": "PUT"} {
		got, _ := ask(t, s, "PATCH", path, "", nil)
		if got.StatusCode != 405 || got.Header.Get("Allow") != want {
			t.Errorf("%s: %s, %q", path, got.Status, got.Header.Get("Allow"))
		}
	}
}
