// Package console is the administrators' API: what was called and with what
// result, what the floor is doing, and switching campaigns. It is JSON over
// HTTP, beside ICWS on the same port.
//
//	GET /api/attempts?campaign=NAME&limit=N&after=ID
//	GET /api/attempts/export?campaign=NAME&from=TIME&to=TIME&format=FORMAT
//	GET /api/campaigns
//	PUT /api/campaigns/{name} {"mode"?, "linesPerAgent"?, "filter"?, …}
//	PUT /api/campaigns/{name}/state
//	POST /api/campaigns/{name}/recycle
//	POST /api/campaigns/{name}/reset
//	GET /api/campaigns/{name}/abandonment?window=WINDOW&format=csv&from=DAY&to=DAY
//	GET /api/campaigns/{name}/analysis?format=csv&from=DAY&to=DAY
//	GET /api/campaigns/{name}/pacing
//	GET /api/agents
//	GET /api/lists
//	POST /api/lists {"name"}
//	DELETE /api/lists/{list}?reason=TEXT
//	GET /api/lists/{list}/contacts?key=KEY&number=NUMBER&status=LETTER&limit=N&after=ID
//	POST /api/lists/{list}/contacts?region=COUNTRY
//	GET /api/lists/{list}/contacts/{id}
//	PUT /api/lists/{list}/contacts/{id}?region=COUNTRY
//	DELETE /api/lists/{list}/contacts/{id}?reason=TEXT
//	GET /api/lists/{list}/export?status=LETTER&format=FORMAT
//	GET /api/server
//	PUT /api/server {"accepting", "reason"?}
//	GET /api/trunks
//	GET /api/sessions
//	DELETE /api/sessions/{id}?reconnect=BOOL&reason=TEXT
//	PUT /api/users/{id}/password {"password"}
//	GET /api/recordings?campaign=NAME&agent=ID&call=ID&state=STATE&from=TIME&to=TIME&limit=N&after=ID
//	GET /api/recordings/{id}
//	PUT /api/recordings/{id} {"hold", "reason"?}
//	DELETE /api/recordings/{id}?reason=TEXT
//	GET /api/recordings/{id}/audio
//	GET /api/rules?campaign=NAME
//	GET /api/do-not-call
//	PUT /api/do-not-call/{list}?version=TEXT&date=DAY&country=CODE
//	DELETE /api/do-not-call/{list}
//	GET /api/do-not-call/numbers/{number}
//	PUT /api/do-not-call/numbers/{number} {"reason"}
//	DELETE /api/do-not-call/numbers/{number}?reason=TEXT
//	PUT /api/prompts
//	GET /api/openapi.yaml
//	GET /healthz
//	GET /metrics
//
// # Who may
//
// Everything under /api wants HTTP Basic authentication (RFC 7617) of a user who
// is an administrator. A checked password is believed for [trust], as checking
// one is made to be slow and dashboards ask often; so a changed password, or a
// right that was taken away, has its effect here within that time. Ten wrong
// passwords of a user, or fifty from an address, within five minutes bar them
// from being looked at, with 401 as for a wrong one. /healthz and /api/openapi.yaml,
// which describes all of this, are open, and /metrics is where [Config.OpenMetrics]
// says so. A password may be set by its user too, who shows the old one; that goes for
// one that has expired and opens no sessions any more.
//
// # Sessions
//
// A server that does not accept sessions answers who connects with 503 and the
// alternate hosts; sessions that are open go on. So a server is emptied before it
// is stopped, and a standby takes over once it is told to accept. A session that
// an administrator ends hears the reason and whether to connect again, with
// reconnect (default false) at this server or an alternate one; its requests are
// 401 from then on. A new password ends no session; who wants that ends them.
// What is done here is written down as audit, under the administrator's id.
//
// # Campaigns
//
// A change names what changes of a campaign that may run, and outlives the next start for as long
// as the configuration says there what it said; null goes back to that. A campaign names where it
// is not as configured ("changed"). A recycle makes contacts that wait for their next try due from the top of the lists, a reset
// takes back what is leased and not dialed. Each is answered once it is written.
//
// # Who answers
//
// A campaign's abandonment is its ledger over a window ("day", "30 days", "ofcom"; left
// out, its own), calls that are not over included; as CSV it is each day as it is
// written down. Its analysis is what agents said of the verdicts; as CSV each call.
// docs/answers.md says what the figures are.
//
// # Contacts
//
// A contact is {"key", "number", "zone", "status", "columns"}, with its "id", "attempts",
// "dueAt" and "owner" in answers. Added are one, up to a thousand in an array, or, as
// text/csv or application/x-ndjson, as many as there are: then the body is imported, all
// or nothing, with the flags of the command line as parameters. A change names what it
// changes. What is in a call keeps its number, zone and status until that is over. An
// export flows as CSV or NDJSON (format) for as long as it is read; each page of a
// thousand rows is read from the database on its own, so that what changes meanwhile may
// be in it as it was or as it is. Additions, changes and exports are written down as
// audit, without what they said of people.
//
// # Recordings
//
// A recording is a row of the index, and its audio a WAV file that is given whole or
// in ranges. Each download is written down as audit, as is a hold, its end, and a
// deletion, which wants a reason. What is deleted leaves its row.
//
// # Do-not-call
//
// A list that others keep comes as a whole, as text with one number a line, packed with
// gzip or not, and binds from the answer on. The internal list is of who asked not to
// be called again: its numbers come by wrap-up codes and one by one here. Each change
// is written down as audit.
//
// # Prompts
//
// PUT /api/prompts, without a body, reads the sound files of the configuration anew,
// all or none, and answers with the names of the prompts. What is playing goes on.
//
// # What it says
//
// Times are RFC 3339 in UTC with milliseconds and are left out where there is
// none; lengths of time are milliseconds with three decimals (names end in Ms).
// A parameter or a property that is not known is an error: left out in silence, the
// request would mean something else. An error is {"kind", "message", "property"?} with
// the status of its kind; kind and message are those of [fault.Error]. The cause of an
// internal error goes to the log only.
//
// # Who owns what
//
// The API reads the floor's snapshots, the store's records and the book of
// sessions, and writes only through the floor's commands, the book's methods and
// [Passwords] and [Contacts]. It owns nothing but the passwords believed and the
// wrong ones counted, each behind a leaf lock. [Metrics] belongs to whoever feeds it the floor's events.
package console

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/compliance"
	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/fault"
	"github.com/outdial/outdial/internal/session"
)

// Floor is what is asked of the floor.
type Floor interface {
	Do(context.Context, dialer.Command) error
	Look(context.Context) (dialer.Snapshot, error)
	// Pacing tells why a campaign dials as it does. Errors: NotFound.
	Pacing(ctx context.Context, campaign string) (dialer.PacingView, error)
	// Load tells how much the floor has to do.
	Load() dialer.Load
}

// Records is what is asked of the store.
type Records interface {
	// Attempts gives up to limit attempts with an id above after, oldest first,
	// of the campaign with this name or id, or of all. Errors: NotFound.
	Attempts(ctx context.Context, of string, after campaign.AttemptID, limit int) ([]campaign.Attempt, error)
	Attempted
	// Lists gives the number of contacts of each list in each status.
	Lists(ctx context.Context) (map[string]map[campaign.Status]int, error)
	// Ledger gives the days of a campaign's ledger, Verdicts what analysis found in them
	// and what agents said of it; both from one day to another.
	Ledger(ctx context.Context, of campaign.ID, from, to campaign.Day) ([]campaign.Daily, error)
	Verdicts(ctx context.Context, of campaign.ID, from, to campaign.Day) ([]campaign.Verdicts, error)
	// Check tells whether the records can be read.
	Check(ctx context.Context) error
}

// Users knows who may sign in.
type Users interface {
	// Authenticate gives the user whose password this is. Errors: Unauthenticated.
	Authenticate(ctx context.Context, id, password string) (agent.User, error)
}

// Passwords writes passwords down.
type Passwords interface {
	// SetPassword changes a user's password. Errors: NotFound, Invalid.
	SetPassword(ctx context.Context, id, password string) error
}

// Config is what the API is made of. All but Now must be given.
type Config struct {
	Floor     Floor
	Records   Records
	Users     Users
	Passwords Passwords
	Book      *session.Book
	Audit     session.Auditor
	// Trunks are the ways to the telephone network as they are now.
	Trunks    func() []Trunk
	Archive   Archive
	DoNotCall DoNotCall
	Law       compliance.Law
	Contacts  Contacts
	// Import loads contacts into a list. Errors: Invalid, Conflict.
	Import func(context.Context, Load) (Loaded, error)
	// Prompts reads the sound files anew and gives the names of the prompts. Errors:
	// Conflict for a file that can not be used.
	Prompts func(context.Context) ([]string, error)
	// Registry is what /metrics shows, besides the calls open on the floor.
	Registry *prometheus.Registry
	// OpenMetrics lets everybody read /metrics who reaches the port.
	OpenMetrics bool
	Log         *slog.Logger
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// patience is how long the floor or the database may take for a look.
const patience = 5 * time.Second

// console serves the API.
type console struct {
	Config
	mux      *http.ServeMux
	believed *believed
	tries    *tries
}

// New gives the API.
func New(cfg Config) http.Handler {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	c := &console{Config: cfg, mux: http.NewServeMux(), believed: newBelieved(cfg.Now), tries: &tries{now: cfg.Now}}
	for _, r := range c.routes() {
		h := r.handle
		if strings.Contains(r.pattern, " /api/") { // what watches a server may add parameters of its own
			h = r.asked(h)
		}
		if !r.open {
			h = c.administrator(h)
		}
		c.mux.HandleFunc(r.pattern, c.handler(h))
	}
	c.mux.HandleFunc("/", c.handler(c.unknown))
	return c.mux
}

// route is one row of what can be asked.
type route struct {
	pattern string
	query   string // the parameters that there may be
	handle  handle
	open    bool // without authentication, or with its own
}

// handle answers a request, or gives an error for [console.handler] to answer with.
type handle func(http.ResponseWriter, *http.Request) error

// routes are all there are.
func (c *console) routes() []route {
	return []route{
		{pattern: "GET /api/attempts", query: "campaign limit after", handle: c.attempts},
		{pattern: "GET /api/attempts/export", query: "campaign from to format", handle: c.exportAttempts},
		{pattern: "GET /api/campaigns", handle: c.campaigns},
		{pattern: "PUT /api/campaigns/{name}", handle: c.changeCampaign},
		{pattern: "PUT /api/campaigns/{name}/state", handle: c.setCampaignState},
		{pattern: "POST /api/campaigns/{name}/recycle", handle: c.recycleCampaign},
		{pattern: "POST /api/campaigns/{name}/reset", handle: c.resetCampaign},
		{pattern: "GET /api/campaigns/{name}/abandonment", query: "window format from to", handle: c.abandonment},
		{pattern: "GET /api/campaigns/{name}/analysis", query: "format from to", handle: c.analysis},
		{pattern: "GET /api/campaigns/{name}/pacing", handle: c.pacing},
		{pattern: "GET /api/agents", handle: c.agents},
		{pattern: "GET /api/lists", handle: c.lists},
		{pattern: "POST /api/lists", handle: c.createList},
		{pattern: "DELETE /api/lists/{list}", query: "reason", handle: c.deleteList},
		{pattern: "GET /api/lists/{list}/contacts", query: "key number status limit after", handle: c.contacts},
		{pattern: "POST /api/lists/{list}/contacts", query: "region duplicates number zone key status phone priority check comma", handle: c.addContacts},
		{pattern: "GET /api/lists/{list}/contacts/{id}", handle: c.contact},
		{pattern: "PUT /api/lists/{list}/contacts/{id}", query: "region", handle: c.setContact},
		{pattern: "DELETE /api/lists/{list}/contacts/{id}", query: "reason", handle: c.removeContact},
		{pattern: "GET /api/lists/{list}/export", query: "status format", handle: c.exportContacts},
		{pattern: "GET /api/server", handle: c.server},
		{pattern: "PUT /api/server", handle: c.setServer},
		{pattern: "GET /api/trunks", handle: c.trunks},
		{pattern: "GET /api/sessions", handle: c.sessions},
		{pattern: "DELETE /api/sessions/{id}", query: "reconnect reason", handle: c.endSession},
		{pattern: "PUT /api/users/{id}/password", handle: c.setPassword, open: true},
		{pattern: "GET /api/recordings", query: "campaign agent call state from to limit after", handle: c.recordings},
		{pattern: "GET /api/recordings/{id}", handle: c.recording},
		{pattern: "PUT /api/recordings/{id}", handle: c.setRecording},
		{pattern: "DELETE /api/recordings/{id}", query: "reason", handle: c.deleteRecording},
		{pattern: "GET /api/recordings/{id}/audio", handle: c.audio},
		{pattern: "GET /api/rules", query: "campaign", handle: c.rules},
		{pattern: "GET /api/do-not-call", handle: c.doNotCall},
		{pattern: "PUT /api/do-not-call/{list}", query: "version date country", handle: c.loadList},
		{pattern: "DELETE /api/do-not-call/{list}", handle: c.dropList},
		{pattern: "GET /api/do-not-call/numbers/{number}", handle: c.number},
		{pattern: "PUT /api/do-not-call/numbers/{number}", handle: c.refuseNumber},
		{pattern: "DELETE /api/do-not-call/numbers/{number}", query: "reason", handle: c.permitNumber},
		{pattern: "PUT /api/prompts", handle: c.prompts},
		{pattern: "GET /api/openapi.yaml", handle: c.openAPI, open: true},
		{pattern: "GET /healthz", handle: c.health, open: true},
		{pattern: "GET /metrics", handle: c.metrics(), open: c.OpenMetrics},
	}
}

// unknown answers for paths without a route, and for routes without the method.
func (c *console) unknown(w http.ResponseWriter, r *http.Request) error {
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete} {
		other := r.Clone(r.Context())
		other.Method = method
		if _, pattern := c.mux.Handler(other); pattern != "/" {
			allowed = append(allowed, method)
		}
	}
	if allowed == nil {
		return fault.New(fault.NotFound, "there is nothing at %s", r.URL.Path)
	}
	w.Header().Set("Allow", strings.Join(allowed, ", "))
	return errMethod
}

// health tells whether the server can do its work: read what is written down,
// and decide.
func (c *console) health(w http.ResponseWriter, r *http.Request) error {
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	var ailing string
	if err := c.Records.Check(ctx); err != nil {
		ailing = "the database cannot be read"
		c.Log.Error("not healthy", "error", err)
	} else if _, err := c.Floor.Look(ctx); err != nil {
		ailing = "the dialer does not answer"
		c.Log.Error("not healthy", "error", err)
	}
	if ailing != "" {
		return reply(w, http.StatusServiceUnavailable, health{Status: "failing", Reason: ailing})
	}
	return reply(w, http.StatusOK, health{Status: "ok"})
}

// metrics shows the registry, what the floor holds now, and how the trunks are.
func (c *console) metrics() handle {
	own := prometheus.NewRegistry()
	own.MustRegister(&floorGauges{floor: c.Floor}, loadGauges{c.Floor}, trunkGauges{c.Trunks})
	h := promhttp.HandlerFor(prometheus.Gatherers{c.Registry, own}, promhttp.HandlerOpts{})
	return func(w http.ResponseWriter, r *http.Request) error {
		h.ServeHTTP(w, r)
		return nil
	}
}
