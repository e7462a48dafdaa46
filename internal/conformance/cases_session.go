package conformance

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

const (
	stationPath  = "/{session}/connection/station"
	messagesPath = "/{session}/messaging/messages"
	subscription = "/{session}/messaging/subscriptions"
	statusesPath = subscription + "/status/user-statuses"
	queuePath    = subscription + "/queues/conformance"
)

// sessions are the facts of what a request must prove (sections 1.2 and 1.5).
func sessions() []Case {
	const quiet = "/{session}/connection" // reads, and is there for any session
	unproved := []question{get(stationPath).without("Cookie"), get(stationPath).without(tokenHeader), get(stationPath).with(tokenHeader, "x")}
	return []Case{
		{Name: "session/no-cookie", Section: "11", Mark: Decision, Needs: Session, run: asks(unproved[0], status(401)),
			Fact: "Without the cookie the answer is 401."},
		{Name: "session/no-token", Section: "1.5", Mark: Doc, Needs: Session, run: asks(unproved[1], status(401), isError),
			Fact: "Without the CSRF token the answer is 401."},
		{Name: "session/wrong-token", Section: "1.5", Mark: Doc, Needs: Session, run: asks(unproved[2], status(401), isError),
			Fact: "With another CSRF token it is 401."},
		{Name: "session/unknown", Section: "1.5", Mark: Doc, run: asks(get("/1/connection/station"), status(401), isError),
			Fact: "With a session that there is not it is 401."},
		{Name: "session/challenge", Section: "1.5", Mark: Doc, Needs: Session, run: each(unproved[1:], challenge),
			Fact: `Every 401 carries WWW-Authenticate: ICWS realm="ICWS" location="/ICWS/connection".`},
		{Name: "session/token-code", Section: "1.5", Mark: Client, Needs: Session, run: asks(unproved[1], has("errorCode", 2)),
			Fact: "A token that is missing has errorCode 2."},
		{Name: "session/unknown-code", Section: "1.5", Mark: Client, run: asks(get("/1/connection/station").with(tokenHeader, "x"), has("errorCode", 2)),
			Fact: "A session that is not found has errorCode 2."},
		{Name: "session/malformed-code", Section: "1.5", Mark: Client, run: asks(get("/no-number/connection/station"), status(401), has("errorCode", -2147221499)),
			Fact: "A session id that is none has errorCode -2147221499."},
		{Name: "session/cookie-echoed", Section: "1.2", Mark: Client, Needs: Session, run: withCookie(quiet, func(s *session) string { return s.opening.header.Get("Set-Cookie") }),
			Fact: "The whole Set-Cookie is accepted as Cookie."},
		{Name: "session/cookie-among-others", Section: "12.4", Mark: Wire, Needs: Session, run: withCookie(quiet, func(s *session) string { return "null; icws_1=x; a=b; " + s.cookie + "; c" }),
			Fact: "Foreign cookies and the word null are passed over."},
		{Name: "session/heartbeat", Section: "1.6", Mark: Lib, Needs: Session, run: asks(post("/{session}/messaging/heartbeat", ""), succeeded),
			Fact: "POST messaging/heartbeat is a sign of life without a body."},
		{Name: "session/heartbeat-token", Section: "1.6", Mark: Lib, Needs: Session, run: asks(post("/{session}/messaging/heartbeat", "").without(tokenHeader), status(401)),
			Fact: "It needs the CSRF token."},
		{Name: "session/needless-body", Section: "12.2", Mark: Wire, Needs: Session, run: each([]question{
			post("/{session}/messaging/heartbeat", "{}"), post("/{session}/messaging/heartbeat", "null"), post("/{session}/messaging/heartbeat", `{"no":["such"]}`).with("Content-Type", "text/plain"),
		}, succeeded), Fact: "A body where none is needed is ignored."},
		{Name: "session/empty-media-type", Section: "12.1", Mark: Wire, Needs: Session, run: asks(post("/{session}/messaging/heartbeat", ""), emptyOfType),
			Fact: "An answer without a body has the Content-Type too."},
		{Name: "session/too-long", Section: "11", Mark: Decision, Needs: Session, run: asks(post("/{session}/messaging/heartbeat", strings.Repeat("x", 64<<10+1)), status(413)),
			Fact: "A needless body of more than 64 KiB is 413."},
		{Name: "session/escaped-id", Section: "12.15", Mark: Wire, Needs: Session, run: escapedUser,
			Fact: "Ids in paths may be percent-encoded."},
	}
}

// emptyOfType wants the exact type, unless the server sends something or says
// that there is nothing (204).
func emptyOfType(v *visit, a *answer) error {
	if a.status == http.StatusNoContent {
		return nil
	}
	return exactType(v, a)
}

func withCookie(path string, cookie func(*session) string) func(context.Context, *visit) error {
	return func(ctx context.Context, v *visit) error {
		_, err := v.ask(ctx, v.reader, get(path).with("Cookie", cookie(v.reader)), status(200))
		return err
	}
}

func escapedUser(ctx context.Context, v *visit) error {
	var escaped strings.Builder
	for _, b := range []byte(v.reader.user) {
		fmt.Fprintf(&escaped, "%%%02X", b)
	}
	_, err := v.ask(ctx, v.reader, get("/{session}/status/user-statuses/"+escaped.String()), status(200), has("userId", v.reader.user))
	return err
}

// features are what is announced (section 6).
func features() []Case {
	list := get("/connection/features")
	return []Case{
		{Name: "features/messaging", Section: "12.12", Mark: Wire, run: asks(list, announces("messaging", 2)),
			Fact: "messaging is announced at 2 or more, or some clients refuse to work."},
		{Name: "features/connection", Section: "6", Mark: Doc, run: asks(list, announces("connection", 1)),
			Fact: "connection is announced."},
		{Name: "features/status", Section: "6", Mark: Doc, run: asks(list, announces("status", 1)),
			Fact: "status is announced."},
		{Name: "features/queues", Section: "6", Mark: Doc, run: asks(list, announces("queues", 1)),
			Fact: "queues is announced."},
		{Name: "features/interactions", Section: "6", Mark: Doc, run: asks(list, announces("interactions", 1)),
			Fact: "interactions is announced."},
		{Name: "features/dialer", Section: "6", Mark: Doc, run: asks(list, announces("dialer", 2)),
			Fact: "dialer is announced, at 2 or more."},
		{Name: "features/same", Section: "1.3", Mark: Doc, Needs: Session, run: sameFeatures,
			Fact: "A session's list of features is that of connection/features."},
		{Name: "features/each", Section: "1.4", Mark: Lib, run: eachFeature,
			Fact: "connection/features/{featureId} knows every feature of the list, at its version."},
	}
}

func announces(id string, version int) check {
	return func(_ *visit, a *answer) error {
		if got := announced(a.property("featureInfoList"))[id]; got < version {
			return saw(fmt.Sprintf("%s %d", id, got), "%s at %d or more", id, version)
		}
		return nil
	}
}

func sameFeatures(_ context.Context, v *visit) error {
	got := announced(v.reader.opening.property("features"))
	for id, version := range v.features {
		if got[id] != version {
			return saw(fmt.Sprintf("%s %d", id, got[id]), "%s %d", id, version)
		}
	}
	if len(got) != len(v.features) {
		return saw(fmt.Sprintf("%d features", len(got)), "%d", len(v.features))
	}
	return nil
}

func eachFeature(ctx context.Context, v *visit) error {
	for id, version := range v.features {
		if _, err := v.ask(ctx, nil, get("/connection/features/"+id), status(200), has("version", version)); err != nil {
			return err
		}
	}
	return nil
}

// messaging are the facts of hearing what happens (section 3).
func messaging() []Case {
	ofUser := func(v *visit) string { return object{"userIds": []string{v.reader.user}}.String() }
	queue := func(v *visit) string {
		return object{"queueIds": []object{{"queueType": 1, "queueName": v.reader.user}}, "attributeNames": []string{"Eic_State"}}.String()
	}
	none := func(*visit) string { return "" }
	return append([]Case{
		{Name: "messaging/array", Section: "3.1", Mark: Doc, Needs: Session, run: asks(get(messagesPath), status(200), isArray),
			Fact: "A poll answers 200 with an array, empty or not."},
		{Name: "messaging/without-token", Section: "1.2", Mark: Doc, Needs: Session, run: asks(get(messagesPath).without(tokenHeader), status(200), isArray),
			Fact: "GET messaging/messages needs no CSRF token."},
		{Name: "messaging/with-cookie", Section: "1.2", Mark: Doc, Needs: Session, run: asks(get(messagesPath).without(tokenHeader).without("Cookie"), status(401)),
			Fact: "It needs the cookie."},
		{Name: "messaging/unasked", Section: "12.8", Mark: Wire, run: unasked,
			Fact: "A session that has subscribed to nothing hears nothing but of its connection and its station."},
		{Name: "messaging/user-statuses", Section: "12.9", Mark: Wire, Needs: Session, run: subscribes(statusesPath, ofUser, 200, 204, userStatusMessage),
			Fact: "PUT of the users' statuses answers 200, a message with isDelta false follows, DELETE answers 204."},
		{Name: "messaging/queue", Section: "12.9", Mark: Wire, Needs: Session, run: subscribes(queuePath, queue, 200, 204, queueMessage),
			Fact: "So does that of a queue."},
		{Name: "messaging/status-messages", Section: "3.4", Mark: Inferred, Needs: Session, run: subscribes(subscription+"/status/status-messages", none, 200, 0, "status:statusMessagesMessage"),
			Fact: "PUT of the list of statuses answers 200, a message with isDelta false follows."},
		{Name: "messaging/status-messages-delete", Section: "11", Mark: Decision, Needs: Session, run: asks(remove(subscription+"/status/status-messages"), status(204)),
			Fact: "Its DELETE answers 204."},
		{Name: "messaging/user-access", Section: "3.4", Mark: Doc, Needs: Session, run: subscribes(subscription+"/status/status-messages-user-access", ofUser, 200, 0, "status:statusMessagesUserAccessMessage"),
			Fact: "PUT of the statuses that users may take answers 200, a message with isDelta false follows."},
		{Name: "messaging/user-access-delete", Section: "3.4", Mark: Doc, Needs: Session, run: asks(remove(subscription+"/status/status-messages-user-access"), status(200)),
			Fact: "Its DELETE answers 200."},
		{Name: "messaging/station", Section: "3.4", Mark: Doc, Needs: Session, run: asks(put(subscription+"/connection/station", ""), status(200)),
			Fact: "PUT of the station's subscription answers 200, before there is a station too."},
		{Name: "messaging/station-delete", Section: "3.4", Mark: Doc, Needs: Session, run: asks(remove(subscription+"/connection/station"), status(200)),
			Fact: "Its DELETE answers 200."},
		{Name: "messaging/previous-info", Section: "3.4", Mark: Inferred, Needs: Session, May: true, run: inTurn(
			asks(put(subscription+"/status/user-status-previous-info", ""), status(200)), asks(remove(subscription+"/status/user-status-previous-info"), succeeded)),
			Fact: "PUT of the users' former statuses answers 200."},
		{Name: "messaging/sessions-stations", Section: "3.4", Mark: Doc, Needs: Session, May: true, run: inTurn(
			asks(put(subscription+"/session/sessions-stations", `{"stationIds":[]}`), status(200)), asks(remove(subscription+"/session/sessions-stations"), status(200))),
			Fact: "PUT and DELETE of the stations' sessions answer 200."},
		{Name: "messaging/unknown-user", Section: "3.4", Mark: Doc, Needs: Session, run: asks(put(statusesPath, `{"userIds":["`+stranger+`"]}`), status(404), isError),
			Fact: "A subscription to the status of a user that there is not answers 404."},
		{Name: "messaging/users-required", Section: "5.1", Mark: Lib, Needs: Session, run: each([]question{put(statusesPath, "{}"), put(statusesPath, ""), put(statusesPath, "null")}, status(400), isError),
			Fact: "Without userIds it answers 400."},
		{Name: "messaging/replaced", Section: "3.4", Mark: Doc, Needs: Session, run: inTurn(
			subscribes(queuePath, queue, 200, 0, queueMessage), subscribes(queuePath, queue, 200, 204, queueMessage)),
			Fact: "A PUT replaces the subscription of that id, and is followed by a message with isDelta false."},
		{Name: "messaging/drained", Section: "3.1", Mark: Doc, run: drained,
			Fact: "A message is told once."},
	}, streaming()...)
}

func isArray(_ *visit, a *answer) error {
	if _, is := a.json.([]any); !is {
		return saw(string(a.body), "an array")
	}
	return nil
}

func unasked(ctx context.Context, v *visit) error {
	s, err := v.fresh(ctx)
	if err != nil {
		return err
	}
	if err := v.poll(ctx, s); err != nil {
		return err
	}
	of := []string{"connection:connectionStateChangeMessage", "connection:effectiveStationChangeMessage"}
	if i := slices.IndexFunc(s.inbox, func(m message) bool { return !slices.Contains(of, m.kind) }); i >= 0 {
		return saw(s.inbox[i].kind, "none but %s", strings.Join(of, ", "))
	}
	return v.signOut(ctx, s)
}

// subscribes is the run of a case that subscribes, hears of how things stand, and
// unsubscribes; gone is the status of that, or 0 for any success.
func subscribes(path string, body func(*visit) string, made, gone int, kind string) func(context.Context, *visit) error {
	return func(ctx context.Context, v *visit) error {
		if err := v.drain(ctx, v.asker); err != nil {
			return err
		}
		if _, err := v.ask(ctx, v.asker, put(path, body(v)), status(made)); err != nil {
			return err
		}
		if _, err := v.awaitWhole(ctx, v.asker, kind); err != nil {
			return err
		}
		over := check(succeeded)
		if gone != 0 {
			over = status(gone)
		}
		_, err := v.ask(ctx, v.asker, remove(path), over)
		return err
	}
}

func drained(ctx context.Context, v *visit) error {
	s, err := v.fresh(ctx)
	if err != nil {
		return err
	}
	if _, err := v.ask(ctx, s, put(statusesPath, object{"userIds": []string{s.user}}.String()), status(200)); err != nil {
		return err
	}
	if _, err := v.awaitKind(ctx, s, userStatusMessage); err != nil {
		return err
	}
	if err := v.poll(ctx, s); err != nil {
		return err
	}
	again := func(m message) bool { return m.kind == userStatusMessage && m.isDelta() == false }
	if slices.ContainsFunc(s.inbox, again) {
		return saw("the first "+userStatusMessage+" once more", "no message twice")
	}
	return v.signOut(ctx, s)
}

// streaming are the facts of server-sent events (sections 3.1 and 12.7).
func streaming() []Case {
	const since = 2 // of feature messaging
	return []Case{
		{Name: "messaging/stream", Section: "3.1", Mark: Lib, Feature: "messaging", Version: since, run: streams(func(_ context.Context, v *visit, st *stream) error {
			return look(v, &answer{status: st.res.StatusCode, header: st.res.Header}, []check{status(200), headerHas("Content-Type", "text/event-stream")})
		}), Fact: "GET messaging/messages with Accept: text/event-stream opens a stream of events."},
		{Name: "messaging/stream-kept", Section: "12.7", Mark: Wire, Feature: "messaging", Version: since, run: streams(func(_ context.Context, v *visit, st *stream) error {
			_, err := st.next(v)
			return err
		}), Fact: "What lay unread before the stream was opened is told on it, one JSON object in a data line."},
		{Name: "messaging/stream-pushed", Section: "12.7", Mark: Wire, Feature: "messaging", Version: since, run: streams(func(ctx context.Context, v *visit, st *stream) error {
			if _, err := st.next(v); err != nil {
				return err
			}
			if _, err := v.ask(ctx, st.of, put(statusesPath, object{"userIds": []string{st.of.user}}.String()), status(200)); err != nil {
				return err
			}
			_, err := st.next(v)
			return err
		}), Fact: "What happens while it is open is told at once."},
		{Name: "messaging/stream-unnamed", Section: "12.7", Mark: Wire, Feature: "messaging", Version: since, run: streams(func(_ context.Context, v *visit, st *stream) error {
			if _, err := st.next(v); err != nil {
				return err
			}
			if i := slices.IndexFunc(st.lines, func(l string) bool { return strings.HasPrefix(l, "event") }); i >= 0 {
				return saw(st.lines[i], "events without a name")
			}
			return nil
		}), Fact: "Events have no name."},
		{Name: "messaging/stream-alive", Section: "3.1", Mark: Client, Feature: "messaging", Version: since, run: streams(func(_ context.Context, v *visit, st *stream) error {
			for st.read() {
				if strings.HasPrefix(st.lines[len(st.lines)-1], ":") {
					return nil
				}
			}
			return notMet("there was no keep-alive within %s; give it a longer timeout", v.options.Timeout)
		}), Fact: "Comments such as :ping keep the stream alive."},
	}
}

// stream is an open stream of events.
type stream struct {
	of    *session
	res   *http.Response
	scan  *bufio.Scanner
	lines []string // read so far, but for empty ones
}

// streams is the run of a case about events. The session's status is subscribed
// to before the stream is opened, so there is a message to be told.
func streams(run func(context.Context, *visit, *stream) error) func(context.Context, *visit) error {
	return func(ctx context.Context, v *visit) error {
		s, err := v.fresh(ctx)
		if err != nil {
			return err
		}
		if _, err := v.ask(ctx, s, put(statusesPath, object{"userIds": []string{s.user}}.String()), status(200)); err != nil {
			return err
		}
		limited, cancel := context.WithTimeoutCause(ctx, v.options.Timeout, fmt.Errorf("nothing on the stream within %s", v.options.Timeout))
		defer cancel()
		req, err := v.client.request(limited, s, get(messagesPath).with("Accept", "text/event-stream").without(tokenHeader))
		if err != nil {
			return err
		}
		res, err := v.client.http.Do(req)
		if err != nil {
			return fmt.Errorf("opening the stream: %w", err)
		}
		defer res.Body.Close()
		st := &stream{of: s, res: res, scan: bufio.NewScanner(res.Body)}
		st.scan.Buffer(nil, 1<<20)
		err = run(ctx, v, st)
		v.client.trace = append(v.client.trace, exchange{
			[2]string{"GET " + req.URL.RequestURI() + "\n" + headerLines(req.Header)},
			[2]string{res.Status + "\n" + headerLines(res.Header), strings.Join(st.lines, "\n")},
		})
		return err
	}
}

// read reads one line that is not empty; false is the end of the stream, or of
// the time for it.
func (st *stream) read() bool {
	for st.scan.Scan() {
		if line := st.scan.Text(); line != "" {
			st.lines = append(st.lines, line)
			return true
		}
	}
	return false
}

// next waits for a message on the stream.
func (st *stream) next(v *visit) (message, error) {
	for st.read() {
		data, is := bytes.CutPrefix([]byte(st.lines[len(st.lines)-1]), []byte("data:"))
		if !is {
			continue
		}
		value, err := parse(data)
		if _, is := value.(map[string]any); !is || err != nil {
			return message{}, saw(string(data), "one JSON object in a data line")
		}
		return v.heard(value), nil
	}
	return message{}, saw("no event within "+v.options.Timeout.String(), "a message on the stream")
}
