package conformance

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const password = `se"cret`

// village is as little of a server as a run needs to take place: sessions, and
// refusals that repeat all that they were told.
type village struct {
	*httptest.Server
	stays     bool // sessions can not be ended
	announces bool // every feature
	forbids   bool // refuses with 403 what it knows nothing of

	mu       sync.Mutex
	next     int
	open     map[string]bool
	told     []string // requests, in order
	mistyped int      // sign-ins of anna's that may count against her
}

func openVillage(t *testing.T) *village {
	v := &village{open: map[string]bool{}}
	v.Server = httptest.NewServer(v)
	t.Cleanup(v.Server.Close)
	return v
}

func (v *village) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	v.mu.Lock()
	defer v.mu.Unlock()
	if strings.Contains(string(body), `"mistyped"`) && strings.Contains(string(body), "icAuth") && strings.Contains(string(body), `"userID":"anna"`) {
		v.mistyped++
	}
	v.told = append(v.told, r.Method+" "+r.URL.Path)
	w.Header().Set("Content-Type", mediaType)
	id := strings.Split(strings.TrimPrefix(r.URL.Path, "/icws/"), "/")[0]
	switch {
	case r.Method == "POST" && r.URL.Path == "/icws/connection" && strings.Contains(string(body), `se\"cret"`):
		v.next++
		id = fmt.Sprint(1000 + v.next)
		v.open[id] = true
		w.Header().Set("Set-Cookie", "icws_"+id+"=guid-of-"+id+"|languageId=en-us; Path=/icws/"+id)
		w.WriteHeader(201)
		fmt.Fprintf(w, `{"sessionId":%q,"csrfToken":"token-of-%s"}`, id, id)
	case v.announces && r.URL.Path == "/icws/connection/features":
		fmt.Fprint(w, `{"featureInfoList":[`+everyFeature+`]}`)
	case r.Method == "DELETE" && r.URL.Path == "/icws/"+id+"/connection" && !v.stays:
		delete(v.open, id)
	default:
		w.WriteHeader(map[bool]int{false: 400, true: 403}[v.forbids])
		json.NewEncoder(w).Encode(map[string]string{"message": string(body) + " " + r.Header.Get("Cookie") + " " + r.Header.Get(tokenHeader)})
	}
}

func (v *village) visit(t *testing.T, change func(*Options)) Report {
	t.Helper()
	o := Options{URL: v.URL + "/icws/", User: "anna", Password: password, Timeout: 200 * time.Millisecond}
	change(&o)
	r, err := Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestCasesAreATable(t *testing.T) {
	seen := map[string]bool{}
	section := regexp.MustCompile(`^\d+(\.\d+)?$`)
	for _, c := range Cases() {
		switch {
		case seen[c.Name]:
			t.Errorf("%s is there twice", c.Name)
		case !regexp.MustCompile(`^[a-z]+/[a-z0-9-]+$`).MatchString(c.Name):
			t.Errorf("%s is no name", c.Name)
		case !section.MatchString(c.Section):
			t.Errorf("%s: %q is no section", c.Name, c.Section)
		case !strings.HasSuffix(c.Fact, "."):
			t.Errorf("%s: the fact is no sentence: %s", c.Name, c.Fact)
		case (c.Mark == Decision) != (c.Section == "11"):
			t.Errorf("%s: decisions are section 11", c.Name)
		case (c.Mark == Wire) != strings.HasPrefix(c.Section, "12."):
			t.Errorf("%s: what was proved on the wire is section 12", c.Name)
		case c.run == nil:
			t.Errorf("%s does nothing", c.Name)
		}
		seen[c.Name] = true
	}
}

// Whatever a server sends back, no secret gets into what is shown.
func TestNoSecretIsShown(t *testing.T) {
	v := openVillage(t)
	r := v.visit(t, func(o *Options) { o.Destructive, o.RemoteNumber = true, "100" })
	var shown strings.Builder
	for _, err := range []error{r.JSON(&shown), r.JUnit(&shown), r.Traces(&shown)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if r.Count(Fail) == 0 || !strings.Contains(shown.String(), "***") {
		t.Fatal("nothing failed, so nothing was shown")
	}
	for _, secret := range []string{`cret`, "token-of-", "guid-of-"} {
		if i := strings.Index(shown.String(), secret); i >= 0 {
			t.Errorf("%q is shown: …%s…", secret, shown.String()[max(0, i-100):i+50])
		}
	}
}

// A run that is cut short ends its sessions all the same, and says what it did
// not try.
func TestAnInterruptedRunLeavesNothing(t *testing.T) {
	v := openVillage(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	tried := 0
	r, err := Run(ctx, Options{URL: v.URL, User: "anna", Password: password, Timeout: time.Second, Told: func(Result) {
		if tried++; tried == 30 {
			cancel()
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	last := r.Results[len(r.Results)-1]
	if len(r.Results) != len(Cases()) || last.Verdict != Skipped || last.Reason != "the run was interrupted" {
		t.Errorf("the last of %d: %+v", len(r.Results), last)
	}
	if len(v.open) != 0 || v.next < 2 {
		t.Errorf("%d sessions were opened, and %v stay", v.next, v.open)
	}
}

func TestWhatStaysIsTold(t *testing.T) {
	v := openVillage(t)
	v.stays = true
	r := v.visit(t, func(o *Options) { o.Only = regexp.MustCompile("^connection/state$") })
	if len(r.Left) != 1 || !strings.Contains(r.Left[0], "could not be ended") {
		t.Errorf("left: %q", r.Left)
	}
}

// everyFeature is a list that lets every case be tried.
const everyFeature = `{"featureId":"connection","version":10},{"featureId":"dialer","version":9},{"featureId":"interactions","version":13},
	{"featureId":"messaging","version":2},{"featureId":"status","version":1},{"featureId":"queues","version":1},{"featureId":"session","version":1},
	{"featureId":"licenses","version":1},{"featureId":"configuration","version":1},{"featureId":"outdial","version":1}`

// does are requests that do something, whatever their body says.
var does = regexp.MustCompile(`^(POST /icws/\d+/(dialer/(log-in|log-off|ready-for-calls|request-break|end-break|place-preview-call|establish-persistent-connection)|system/.*|connection/station)|DELETE /icws/\d+/connection/station)$`)

// Without leave, nothing is asked that could change something.
func TestNothingDestructiveUnlessAllowed(t *testing.T) {
	v := openVillage(t)
	v.announces = true
	r := v.visit(t, func(o *Options) { o.RemoteNumber, o.Campaign = "100", "Autumn" })
	for i, c := range Cases() {
		if got := r.Results[i]; c.destructive() && got.Verdict != Skipped && got.Verdict != NotOffered {
			t.Errorf("%s: %s", c.Name, got.Verdict)
		}
	}
	for _, asked := range v.told {
		if does.MatchString(asked) && !strings.Contains(asked, "/icws/1/") {
			t.Errorf("%s, in a session", asked)
		}
	}
	if asked := strings.Join(v.told, "\n"); !strings.Contains(asked, "/dialer/allocate-agents") || !strings.Contains(asked, "/interactions/"+noInteraction+"/hold") {
		t.Error("what can only be refused was not asked")
	}
}

// What names something in a refusal names nothing that there is.
func TestRefusalsNameNothing(t *testing.T) {
	v := openVillage(t)
	v.announces = true
	v.visit(t, func(o *Options) { o.Only = regexp.MustCompile("^(dialer|interaction)/") })
	for _, asked := range v.told {
		if _, path, _ := strings.Cut(asked, "/interactions/"); path != "" && !strings.HasPrefix(path, noInteraction) && !strings.HasPrefix(path, "conferences") {
			t.Error(asked)
		}
	}
}

// Calls are made only to a phone that was named, and then without further leave.
func TestCallsNeedAPhone(t *testing.T) {
	for _, c := range []struct{ call, want string }{{"", "no phone was named that may be called"}, {"100", "no station was named"}} {
		v := openVillage(t)
		v.announces = true
		r := v.visit(t, func(o *Options) { o.Call, o.Only = c.call, regexp.MustCompile("^made/created$") })
		if one := r.Results[0]; one.Verdict != Skipped || !strings.Contains(one.Reason, c.want) {
			t.Errorf("--call %q: %+v", c.call, one)
		}
	}
}

// Whoever is an administrator is asked for once, and his session is ended.
func TestTheAdministratorComesAndGoes(t *testing.T) {
	v := openVillage(t)
	v.announces = true
	r := v.visit(t, func(o *Options) {
		o.AdminUser, o.AdminPassword, o.Only = "chief", password, regexp.MustCompile("^configuration/(users|roles)$")
	})
	if v.next != 2 || len(v.open) != 0 {
		t.Errorf("%d sessions were opened, %v stay: %s", v.next, v.open, r.Summary())
	}
	v.visit(t, func(o *Options) {
		o.AdminUser, o.AdminPassword, o.Only = "anna", "mistyped", regexp.MustCompile("^configuration/")
	})
	if v.mistyped != 1 {
		t.Errorf("the administrator was tried %d times", v.mistyped)
	}
}

// What the user has no right to is not the server's fault, and what can not be told
// without a session is not asked with one.
func TestWhatCanNotBeToldIsSkipped(t *testing.T) {
	v := openVillage(t)
	v.announces, v.forbids = true, true
	for _, c := range []struct{ only, because string }{
		{"configuration/users", "the user may not: "},
		{"queue/system", "the user may not: "},
		{"resource/post-dialer-log-in", "judges the session before the path: 403"},
		{"dialer/query", "it needs an administrator, and none was named"},
		{"message/data-pop", "none was heard"},
	} {
		r := v.visit(t, func(o *Options) { o.Only = regexp.MustCompile("^" + c.only + "$") })
		if one := r.Results[0]; one.Verdict != Skipped || !strings.Contains(one.Reason, c.because) {
			t.Errorf("%s: %+v", c.only, one)
		}
	}
	if r := v.visit(t, func(o *Options) { o.Only = regexp.MustCompile("^status/user$") }); r.Results[0].Verdict != Fail {
		t.Errorf("what every user may: %+v", r.Results[0])
	}
}

// Each line of the checklists of sections 9 and 12 has a case.
func TestEveryLineOfTheChecklistsIsAsked(t *testing.T) {
	asked := map[string]bool{"9.2": true} // connection/unknown-property and transport/body-of-get
	for _, c := range Cases() {
		asked[c.Section] = true
	}
	for chapter, lines := range map[int]int{9: 10, 12: 18} {
		for n := 1; n <= lines; n++ {
			if line := fmt.Sprintf("%d.%d", chapter, n); !asked[line] {
				t.Errorf("nothing asks for %s", line)
			}
		}
	}
}

// A user who is refused is not tried again and again: servers bar accounts for
// that.
func TestARefusedUserIsNotTriedAgain(t *testing.T) {
	v := openVillage(t)
	r := v.visit(t, func(o *Options) { o.Password = "mistyped" })
	if r.Results[0].Name == "" || r.Count(Fail) == 0 || v.mistyped != 1 {
		t.Errorf("%d sign-ins with the password that is refused: %s", v.mistyped, r.Summary())
	}
}

func TestVerdicts(t *testing.T) {
	v := openVillage(t)
	for _, c := range []struct {
		only   string
		strict bool
		want   Verdict
	}{
		{"^connection/created$", false, Pass},
		{"^connection/cookie-http-only$", false, Fail},
		{"^transport/allow$", false, Differs},
		{"^transport/allow$", true, Fail},
		{"^connection/cookie-secure$", false, Skipped},
		{"^messaging/stream$", false, NotOffered},
		{"^station/taken$", false, Skipped},
		{"^12\\.18$", false, Fail},
	} {
		r := v.visit(t, func(o *Options) { o.Only, o.Strict = regexp.MustCompile(c.only), c.strict })
		if len(r.Results) == 0 || r.Results[0].Verdict != c.want {
			t.Errorf("%s, strict %t: %+v, want %s", c.only, c.strict, r.Results, c.want)
		}
		for _, one := range r.Results {
			if (one.Verdict == Skipped || one.Verdict == NotOffered) != (one.Reason != "") || (one.Verdict == Fail || one.Verdict == Differs) != (one.Wanted != "") {
				t.Errorf("%s does not say why: %+v", c.only, one)
			}
		}
	}
}

func TestARunNeedsAServer(t *testing.T) {
	v := openVillage(t)
	v.Close()
	for _, address := range []string{v.URL, "host:8018", "", "ftp://host"} {
		if _, err := Run(t.Context(), Options{URL: address, User: "anna", Password: password, Timeout: time.Second}); err == nil {
			t.Errorf("%q was visited", address)
		}
	}
}

func TestJUnitIsWhatBuildServersRead(t *testing.T) {
	r := Report{URL: "http://a", Results: []Result{
		{Name: "a/b", Verdict: Pass}, {Name: "a/c", Verdict: Fail, Saw: "<1>", Wanted: "2", Trace: []string{"> GET /"}},
		{Name: "a/d", Verdict: Skipped, Reason: "no"}, {Name: "a/e", Verdict: NotOffered, Reason: "404"}, {Name: "a/f", Verdict: Differs, Saw: "x"},
	}}
	var text strings.Builder
	if err := r.JUnit(&text); err != nil {
		t.Fatal(err)
	}
	var got junitSuites
	if err := xml.Unmarshal([]byte(text.String()), &got); err != nil {
		t.Fatal(err)
	}
	s := got.Suites[0]
	if s.Tests != 5 || s.Failures != 1 || s.Skipped != 2 || s.Cases[1].Failure == nil || s.Cases[1].Failure.Message != "saw <1>, wanted 2" ||
		s.Cases[3].Skipped == nil || s.Cases[4].Failure != nil || !strings.Contains(s.Cases[4].Output, "differs") {
		t.Errorf("%s", text.String())
	}
	if want := "5 facts: 1 fail, 1 differs, 1 skipped, 1 not offered, 1 pass"; r.Summary() != want {
		t.Errorf("%s, want %s", r.Summary(), want)
	}
}

// The disposition is the one that does the contact least harm.
func TestDispositionHarmsLeast(t *testing.T) {
	for _, c := range []struct{ dispositions, want string }{
		{`[{"label":"Sale","wrapUpCategory":"Success"},{"label":"Busy line","wrapUpCategory":"Busy"}]`, "Busy line"},
		{`[{"label":"Never","wrapUpCategory":"Deleted"},{"label":"Later","wrapUpCategory":"Scheduled"},{"label":"Sale","wrapUpCategory":"Success"}]`, "Sale"},
		{`[]`, ""}, {`7`, ""},
	} {
		value, err := parse([]byte(`{"call":{"dispositions":` + c.dispositions + `}}`))
		if err != nil {
			t.Fatal(err)
		}
		if got := (&pop{"1", value}).label(); got != c.want {
			t.Errorf("%s: %q, want %q", c.dispositions, got, c.want)
		}
	}
}
