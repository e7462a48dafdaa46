//go:build linux

package e2e

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"text/template"
	"time"

	"go.uber.org/goleak"
)

// built is the binary under test, made once from this checkout.
var built = struct {
	sync.Once
	dir, path string
	err       error
}{}

func TestMain(m *testing.M) {
	code := m.Run()
	if built.dir != "" {
		os.RemoveAll(built.dir)
	}
	if code == 0 {
		if err := goleak.Find(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// build makes the program. It has the race detector when the tests have it.
func build(t testing.TB) string {
	t.Helper()
	if testing.Short() {
		t.Skip("the end-to-end tests take minutes")
	}
	built.Do(func() {
		if built.path = os.Getenv(insideVariable); built.path != "" {
			return
		}
		if built.dir, built.err = os.MkdirTemp("", "outdial-e2e-"); built.err != nil {
			return
		}
		built.path = filepath.Join(built.dir, "outdial")
		args := []string{"build", "-o", built.path}
		if raced {
			args = append(args, "-race")
		}
		cmd := exec.Command("go", append(args, "../cmd/outdial")...)
		if out, err := cmd.CombinedOutput(); err != nil {
			built.err = fmt.Errorf("%w\n%s", err, out)
		}
	})
	if built.err != nil {
		t.Fatalf("the program does not build: %v", built.err)
	}
	return built.path
}

// shift is what a test wants of the program's configuration.
type shift struct {
	address       string // of the program itself; loopback where empty
	trunk         string // SIP URI of the carrier or of what stands before it
	trunkPassword string // trunkPassword where empty
	agents        []string
	ring          string // how long a customer's phone may ring
	agentRing     string // and an agent's
	linesPerAgent int
	ports         int    // of media, at least; 500 where that is enough
	mode          string // power where empty
	calls, rate   int    // that the trunk takes, at a time and in a second; 50 each where 0

	boss        string   // the administrator; where empty all agents are
	supervisors []string // of the agents
	dialer      string   // more settings of the dialer,
	media       string   // of the media,
	signalling  string   // of SIP,
	carrier     string   // of the trunk,
	campaign    string   // of the campaign,
	more        string   // and what else the file is to hold
}

// program is the real binary, serving.
type program struct {
	*peer
	binary string
	dir    string // configuration and database
	sip    int
	media  span
	http   string // http://127.0.0.1:port
	boss   string // the administrator
}

var configuration = template.Must(template.New("outdial.toml").Parse(`
[http]
listen = "127.0.0.1:0"
[database]
path = "{{.Dir}}/outdial.db"
[sip]
listen = "{{.Shift.Address}}:{{.SIP}}"
{{.Shift.MoreSIP}}
[media]
address = "{{.Shift.Address}}"
ports = "{{.Media}}"
{{.Shift.MoreMedia}}
[dialer]
agent_ring = "{{.Shift.AgentRing}}"
{{.Shift.MoreDialer}}
[[trunk]]
name = "carrier"
address = "{{.Shift.Trunk}}"
priority = 1
user = "{{.User}}"
password = "{{.Password}}"
max_calls = {{.Shift.Calls}}
calls_per_second = {{.Shift.Rate}}
{{.Shift.MoreTrunk}}
{{range .Users}}
[[user]]
id = "{{.ID}}"
name = "{{.ID}}"
password = "{{.ID}}-secret"
admin = {{.Admin}}
supervisor = {{.Supervisor}}
logon_campaign = true
workgroups = ["Sales"]
{{end}}
[[campaign]]
name = "Autumn"
list = "autumn"
mode = "{{.Shift.Mode}}"
workgroup = "Sales"
state = "on"
caller_id = "+13175550100"
ring = "{{.Shift.Ring}}"
hours = "always"
lines_per_agent = {{.Shift.LinesPerAgent}}
{{.Shift.MoreCampaign}}
[[campaign.disposition]]
label = "Sale"
category = "Success"
code = "Sale"
{{.Shift.More}}
`))

// prepare writes the configuration and takes the program's ports, so that they
// can be watched before it starts.
func prepare(t testing.TB, s shift) *program {
	t.Helper()
	if s.ring == "" {
		s.ring = "4s"
	}
	if s.trunkPassword == "" {
		s.trunkPassword = trunkPassword
	}
	if s.agentRing == "" {
		s.agentRing = "10s"
	}
	p := &program{binary: build(t), dir: t.TempDir(), sip: freePort(t), media: mediaSpan(), boss: cmp.Or(s.boss, s.agents[0])}
	if s.ports > 500 {
		// Above the other spans; of UDP, the system chooses few ports itself.
		p.media = span{40000, 40000 + s.ports - 1}
	}
	file, err := os.Create(filepath.Join(p.dir, "outdial.toml"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	err = configuration.Execute(file, map[string]any{
		"Dir": p.dir, "SIP": p.sip, "Media": p.media, "User": trunkUser, "Password": s.trunkPassword, "Users": s.users(),
		"Shift": map[string]any{"Trunk": s.trunk, "Agents": s.agents, "Ring": s.ring, "AgentRing": s.agentRing, "LinesPerAgent": max(s.linesPerAgent, 1), "Mode": cmp.Or(s.mode, "power"), "Calls": cmp.Or(s.calls, 50), "Rate": cmp.Or(s.rate, 50),
			"Address": cmp.Or(s.address, here.address), "MoreSIP": s.signalling, "MoreDialer": s.dialer, "MoreMedia": s.media, "MoreTrunk": s.carrier, "MoreCampaign": s.campaign, "More": s.more},
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// user is one of the configuration.
type user struct {
	ID                string
	Admin, Supervisor bool
}

// users are the agents, and the boss where that is somebody else.
func (s shift) users() []user {
	var users []user
	for _, id := range s.agents {
		users = append(users, user{id, s.boss == "", slices.Contains(s.supervisors, id)})
	}
	if s.boss != "" {
		users = append(users, user{ID: s.boss, Admin: true})
	}
	return users
}

var listening = regexp.MustCompile(`http=(http://\S+) sip=(\S+)`)

// serve starts the program on its database and waits until it takes requests.
func (p *program) serve(t testing.TB) {
	t.Helper()
	cmd := exec.Command(p.binary, "serve", "--config", "outdial.toml")
	cmd.Dir = p.dir
	cmd.Env = append(os.Environ(), "GORACE=halt_on_error=1")
	p.peer = launch(t, "outdial", cmd)
	said := p.await(t, "listening http=")
	match := listening.FindStringSubmatch(said)
	if match == nil {
		t.Fatalf("the program does not say where it listens: %q", said)
	}
	p.http = match[1]
}

// load imports contacts: the numbers, each with a name of its own.
func (p *program) load(t testing.TB, numbers ...string) {
	t.Helper()
	p.loadInto(t, "Autumn", numbers...)
}

// loadInto is load for any campaign.
func (p *program) loadInto(t testing.TB, campaign string, numbers ...string) {
	t.Helper()
	var csv strings.Builder
	csv.WriteString("number,name\n")
	for _, n := range numbers {
		fmt.Fprintf(&csv, "%s,Customer %s\n", n, n[len(n)-5:])
	}
	path := filepath.Join(p.dir, "contacts.csv")
	if err := os.WriteFile(path, []byte(csv.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(p.binary, "import", "contacts", "--config", "outdial.toml", "--campaign", campaign, path)
	cmd.Dir = p.dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("import: %v\n%s", err, out)
	}
}

// start is prepare, serve and load in one.
func start(t testing.TB, s shift, numbers ...string) *program {
	t.Helper()
	p := prepare(t, s)
	p.serve(t)
	p.load(t, numbers...)
	return p
}

// attempt is one row of the results.
type attempt struct {
	ID           any       `json:"id"`
	Number       string    `json:"number"`
	State        string    `json:"state"`
	Outcome      string    `json:"outcome"`
	Agent        string    `json:"agent"`
	Reason       string    `json:"reason"`
	SIP          int       `json:"sip"`
	Answered     time.Time `json:"answeredAt"`
	Bridged      time.Time `json:"bridgedAt"`
	Ended        time.Time `json:"endedAt"`
	ToCustomerMs float64   `json:"toCustomerMs"`
	ToAgentMs    float64   `json:"toAgentMs"`
	WrapUpCode   string    `json:"wrapUpCode"`
	WrapUp       string    `json:"wrapUpCategory"`
	Transcoded   bool      `json:"transcoded"`
	Media        carriage  `json:"media"`
	AgentMedia   carriage  `json:"agentMedia"`
}

// carriage is how a leg was carried.
type carriage struct {
	Codec    string  `json:"codec"`
	Sent     int     `json:"sent"`
	Received int     `json:"received"`
	Lost     int     `json:"lost"`
	JitterMs float64 `json:"jitterMs"`
}

// attempts reads the results as an administrator.
func (p *program) attempts(t testing.TB) []attempt {
	t.Helper()
	var rows []attempt
	p.administer(t, http.MethodGet, "/api/attempts?campaign=Autumn&limit=1000", &rows)
	return rows
}

// administer sends one request to the administrators' API.
func (p *program) administer(t testing.TB, verb, path string, out any) {
	t.Helper()
	p.order(t, verb, path, "", out)
}

// order is administer with a body.
func (p *program) order(t testing.TB, verb, path, body string, out any) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, verb, p.http+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.SetBasicAuth(p.boss, password(p.boss))
	request.Close = true
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode/100 != 2 {
		t.Fatalf("%s %s: %s", verb, path, response.Status)
	}
	if out != nil {
		if err := json.NewDecoder(response.Body).Decode(out); err != nil {
			t.Fatalf("%s %s: %v", verb, path, err)
		}
	}
}

// awaitAttempts looks at the results, ten times a second, until they are as
// wished; the API for results sends no events.
func (p *program) awaitAttempts(t testing.TB, what string, enough func([]attempt) bool) []attempt {
	t.Helper()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(2 * patience)
	for {
		rows := p.attempts(t)
		if enough(rows) {
			return rows
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("never so in the results: %s\n%s", what, table(rows))
		}
	}
}

// awaitClosed waits until a number has a closed attempt, and gives it.
func (p *program) awaitClosed(t testing.TB, number string) attempt {
	t.Helper()
	rows := p.awaitAttempts(t, number+" closed", func(rows []attempt) bool { return closedAttempt(rows, number) >= 0 })
	return rows[closedAttempt(rows, number)]
}

func closedAttempt(rows []attempt, number string) int {
	return slices.IndexFunc(rows, func(a attempt) bool { return a.Number == number && a.State == "closed" })
}

// table is the results for people.
func table(rows []attempt) string {
	var b strings.Builder
	for _, a := range rows {
		fmt.Fprintf(&b, "%-14s %-7s %-12s %-14s sip %3d agent %-6s to customer %8.3f ms, to agent %8.3f ms  %s / %s\n",
			a.Number, a.State, a.Outcome, a.Reason, a.SIP, a.Agent, a.ToCustomerMs, a.ToAgentMs, a.WrapUp, a.WrapUpCode)
	}
	return b.String()
}
