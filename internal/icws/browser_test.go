//go:build linux

package icws

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// page is a web page of an origin of its own. It tells what it saw by posting it to
// where it came from.
type page struct {
	*httptest.Server
	said chan map[string]any
}

// openPage serves a script as a page; $ICWS$ and $FRAME$ in it are replaced when
// they are known.
func openPage(t *testing.T, script string) (p *page, fill func(old, new string)) {
	t.Helper()
	var text atomic.Value
	text.Store("<!doctype html><meta charset=utf-8><title>desk</title><script type=module>" + reporting + script + "</script>")
	p = &page{said: make(chan map[string]any, 1)}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/said" {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			io.WriteString(w, text.Load().(string))
			return
		}
		var seen map[string]any
		if err := json.NewDecoder(r.Body).Decode(&seen); err != nil {
			t.Errorf("what the page said: %v", err)
		}
		p.said <- seen
	}))
	t.Cleanup(p.Close)
	return p, func(old, new string) { text.Store(strings.ReplaceAll(text.Load().(string), old, new)) }
}

// browse lets headless Chromium open a page and gives what pages said, in the order
// of the pages.
func browse(t *testing.T, open *page, pages ...*page) []map[string]any {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	defer stop()
	cmd := exec.CommandContext(ctx, program(t, "chromium"), "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
		"--user-data-dir="+t.TempDir(), "--no-first-run", "--disable-extensions", "--disable-sync", "--disable-background-networking", "--disable-component-update", "--disable-breakpad",
		"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", open.URL)
	cmd.Env = append(os.Environ(), "TMPDIR="+t.TempDir())
	var said strings.Builder
	cmd.Stdout, cmd.Stderr = &said, &said
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		cmd.Wait()
		close(ended)
	}()
	defer func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) // so that it ends its children
		select {
		case <-ended:
		case <-time.After(5 * time.Second):
		}
		stop()
		<-ended
		if t.Failed() {
			t.Logf("chromium said:\n%s", said.String())
		}
	}()
	var seen []map[string]any
	for _, p := range pages {
		select {
		case s := <-p.said:
			seen = append(seen, s)
		case <-ended:
			t.Fatal("the browser ended before the page had finished")
		case <-ctx.Done():
			t.Fatal("the page never finished")
		}
	}
	return seen
}

// reporting runs a page's story and tells its result, or how it failed.
const reporting = `
const icws = "$ICWS$";
const patience = 20000;
async function tell(story) {
  let seen;
  try { seen = await story(); } catch (e) { seen = {failed: String(e)}; }
  await fetch("/said", {method: "POST", body: JSON.stringify(seen)});
}
`

// deskPage is a desktop as agents' browsers run it, of an allowed origin.
const deskPage = `
const type = "application/vnd.inin.icws+JSON";
tell(async () => {
  const seen = {};
  const opened = await fetch(icws + "/icws/connection?include=features", {
    method: "POST", credentials: "include",
    headers: {"Content-Type": type, "Accept": type, "ININ-ICWS-CSRF-Token": "null"},
    body: JSON.stringify({__type: "urn:inin.com:connection:icAuthConnectionRequestSettings", userID: "anna", password: "secret", applicationName: "desk"}),
  });
  const body = await opened.json();
  seen.opened = opened.status;
  seen.type = opened.headers.get("Content-Type");
  seen.location = opened.headers.get("Location") === "/icws/" + body.sessionId + "/connection";
  seen.sessionHeader = opened.headers.get("ININ-ICWS-Session-ID") === body.sessionId;
  seen.tokenHeader = opened.headers.get("ININ-ICWS-CSRF-Token") === body.csrfToken;
  const ask = (verb, path, body, extra) => fetch(icws + "/icws/" + body_id + path, {method: verb, credentials: "include",
    headers: {"Content-Type": type, "ININ-ICWS-CSRF-Token": body_token}, body, ...extra});
  const body_id = body.sessionId, body_token = body.csrfToken;
  seen.session = (await ask("GET", "/connection")).status;
  seen.withoutCookie = (await ask("GET", "/connection", undefined, {credentials: "omit"})).status;
  const badToken = await fetch(icws + "/icws/" + body_id + "/dialer/log-in", {method: "POST", credentials: "include", headers: {"ININ-ICWS-CSRF-Token": "wrong"}});
  seen.badToken = badToken.status;
  seen.badTokenBody = typeof (await badToken.json()).message;
  const unknown = await ask("POST", "/no/such/thing");
  seen.unknown = (await unknown.json()).errorId;
  seen.subscribed = (await ask("PUT", "/messaging/subscriptions/connection/station")).status;
  const events = new EventSource(icws + "/icws/" + body_id + "/messaging/messages", {withCredentials: true});
  seen.heard = await new Promise((done, fail) => {
    const heard = [];
    setTimeout(() => fail(new Error("heard only " + JSON.stringify(heard))), patience);
    events.onerror = () => fail(new Error("the event stream failed"));
    events.onmessage = e => {
      heard.push(JSON.parse(e.data));
      if (heard.length === 1) ask("PUT", "/connection/station", JSON.stringify({__type: "urn:inin.com:connection:workstationSettings", workstation: "Desk7"}));
      if (heard.length === 3) done(heard.map(m => m.__type + (m.isDelta ? " delta" : "")).sort());
    };
  });
  const frame = document.createElement("iframe");
  frame.src = "$FRAME$/?session=" + body_id;
  const foreignEnded = new Promise(done => onmessage = done);
  document.body.append(frame);
  await foreignEnded;
  const later = new Promise((done, fail) => {
    setTimeout(() => fail(new Error("the stream died of a foreign page")), patience);
    events.onmessage = e => done(JSON.parse(e.data).__type);
  });
  seen.stationGone = (await ask("DELETE", "/connection/station")).status;
  seen.afterForeign = await later;
  events.close();
  seen.closed = (await ask("DELETE", "/connection")).status;
  return seen;
});
`

// foreignPage is a page of an origin that nobody allowed, in the same browser, with
// the session's cookie at hand.
const foreignPage = `
const refused = p => p.then(r => "read " + r.status, e => e.name);
const session = new URLSearchParams(location.search).get("session");
tell(async () => {
  const seen = {};
  seen.simple = await refused(fetch(icws + "/icws/connection/version"));
  seen.signIn = await refused(fetch(icws + "/icws/connection", {method: "POST", credentials: "include", headers: {"Content-Type": "application/json"}, body: "{}"}));
  seen.poll = await refused(fetch(icws + "/icws/" + session + "/messaging/messages", {credentials: "include"}));
  seen.unseen = (await fetch(icws + "/icws/" + session + "/messaging/messages", {credentials: "include", mode: "no-cors"})).type;
  seen.events = await new Promise(done => {
    const events = new EventSource(icws + "/icws/" + session + "/messaging/messages", {withCredentials: true});
    events.onopen = () => done("opened");
    events.onmessage = () => done("heard");
    events.onerror = () => { events.close(); done("refused"); };
  });
  return seen;
}).then(() => parent.postMessage("done", "*"));
`

// TestABrowserOfAnotherOrigin is contract section 12 lines 1, 3, 4, 5, 6, 7, 13 and
// 14 as a browser sees them: a page of an allowed origin works as a desktop, with
// fetch and EventSource; a page of any other reads nothing and disturbs nobody.
func TestABrowserOfAnotherOrigin(t *testing.T) {
	desk, fillDesk := openPage(t, deskPage)
	foreign, fillForeign := openPage(t, foreignPage)
	o := openOffice(t, Config{Origins: []string{desk.URL}})
	fillDesk("$ICWS$", o.http.URL)
	fillDesk("$FRAME$", foreign.URL)
	fillForeign("$ICWS$", o.http.URL)
	seen := browse(t, desk, foreign, desk)
	golden(t, seen[0], `{"simple":"TypeError","signIn":"TypeError","poll":"TypeError","unseen":"opaque","events":"refused"}`)
	golden(t, seen[1], `{
		"opened":201,"type":"application/vnd.inin.icws+JSON; charset=utf-8","location":true,"sessionHeader":true,"tokenHeader":true,
		"session":200,"withoutCookie":401,"badToken":401,"badTokenBody":"string","unknown":"error.request.unsupported","subscribed":200,
		"heard":["urn:inin.com:connection:effectiveStationChangeMessage","urn:inin.com:connection:stationConnectionStateChangeMessage","urn:inin.com:connection:stationConnectionStateChangeMessage delta"],
		"stationGone":200,"afterForeign":"urn:inin.com:connection:stationConnectionStateChangeMessage","closed":200}`)
}
