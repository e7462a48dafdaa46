package conformance

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// stranger is a user that no server has, so that no real account is barred.
const stranger = "outdial-conformance-nobody"

// everything is what a sign-in can be asked to include.
const everything = "version,features,server-time,default-workstation,purecloud-integration,effective-station"

// transport are the facts that hold for any request (sections 1.1, 1.5 and 12).
func transport() []Case {
	const versionPath, nowhere = "/connection/version", "/connection/no-such-resource"
	accepts := []question{get(versionPath)}
	for _, accept := range []string{"*", "*/*", "application/json", "application/vnd.inin.icws+JSON", "text/html"} {
		accepts = append(accepts, get(versionPath).with("Accept", accept))
	}
	return []Case{
		{Name: "transport/media-type", Section: "1.1", Mark: Lib, run: asks(get(versionPath), status(200), vendorType),
			Fact: "An answer's Content-Type is application/vnd.inin.icws+json, compared in lower case and without parameters."},
		{Name: "transport/media-type-exact", Section: "12.1", Mark: Wire, run: asks(get(versionPath), exactType),
			Fact: "It is application/vnd.inin.icws+JSON; charset=utf-8 to the letter, as some clients compare it so."},
		{Name: "transport/media-type-of-errors", Section: "12.1", Mark: Wire, run: asks(get(nowhere), exactType),
			Fact: "Errors have the same Content-Type."},
		{Name: "transport/any-accept", Section: "12.2", Mark: Wire, run: each(accepts, status(200), vendorType),
			Fact: "Whatever Accept says, the answer is the same; never 406."},
		{Name: "transport/body-of-get", Section: "1.1", Mark: Client,
			run:  each([]question{{verb: "GET", path: versionPath, body: "{}"}, {verb: "GET", path: versionPath, body: "null"}}, status(200)),
			Fact: "A body of a GET is ignored."},
		{Name: "transport/trailing-slash", Section: "12.15", Mark: Wire, run: asks(get(versionPath+"/"), status(200)),
			Fact: "A slash at the end of a path is accepted in place."},
		{Name: "transport/slash-before-query", Section: "12.15", Mark: Wire, run: asks(get(versionPath+"/?a=b"), status(200)),
			Fact: "So is a slash before the question mark."},
		{Name: "transport/double-slash", Section: "12.15", Mark: Wire, run: each([]question{get("//connection/version"), get("/connection//version")}, status(200)),
			Fact: "So are doubled slashes."},
		{Name: "transport/not-cached", Section: "12.18", Mark: Wire,
			run:  asks(get(versionPath), headerHas("Cache-Control", "no-cache"), headerHas("Cache-Control", "no-store"), headerIs("Pragma", "no-cache"), headerIs("Expires", "0")),
			Fact: "Answers must not be cached: Cache-Control, Pragma and Expires say so."},
		{Name: "transport/strict-transport", Section: "12.18", Mark: Wire, run: overTLS(asks(get(versionPath), headerHas("Strict-Transport-Security", "max-age"))),
			Fact: "On HTTPS, Strict-Transport-Security is sent."},
		{Name: "transport/unknown-resource", Section: "1.5", Mark: Client, run: asks(get(nowhere), status(404), has("errorId", "error.request.unsupported")),
			Fact: "A resource that there is not answers 404 with error.request.unsupported."},
		{Name: "transport/wrong-verb", Section: "1.5", Mark: Client, run: asks(put(versionPath, "{}"), status(405), has("errorId", methodNotAllowed)),
			Fact: "A verb that a resource does not take answers 405 with " + methodNotAllowed + "."},
		{Name: "transport/allow", Section: "11", Mark: Decision, run: asks(put(versionPath, "{}"), status(405), headerHas("Allow", "GET")),
			Fact: "A 405 names the verbs in Allow."},
		{Name: "transport/error-shape", Section: "1.5", Mark: Doc, run: each([]question{get(nowhere), put(versionPath, "{}")}, isError),
			Fact: "An error's body is an object with a message, and may have an errorId."},
		{Name: "transport/path-before-session", Section: "11", Mark: Decision,
			run:  inTurn(asks(get("/1/no/such/resource"), status(404)), asks(get("/1/dialer/log-in"), status(405))),
			Fact: "Path and verb are judged before the session."},
		{Name: "transport/preflight", Section: "12.14", Mark: Wire, run: ofOrigin(asks(question{verb: "OPTIONS", path: "/connection"}.
			with("Access-Control-Request-Method", "POST").with("Access-Control-Request-Headers", "accept-language, content-type"),
			succeeded, headerHas("Access-Control-Allow-Methods", "POST"), headerHas("Access-Control-Allow-Headers", "accept-language"), headerIs("Access-Control-Allow-Credentials", "true"))),
			Fact: "OPTIONS needs no session and allows what an allowed origin asks for."},
		{Name: "transport/preflight-whole", Section: "12.14", Mark: Wire, run: ofOrigin(asks(question{verb: "OPTIONS", path: "/1/dialer/log-in"}.
			with("Access-Control-Request-Method", "DELETE").with("Access-Control-Request-Headers", "accept-language, content-type, inin-icws-csrf-token, x-icws-devtools-correlationid"),
			append(allowed("Access-Control-Allow-Methods", "GET", "POST", "PUT", "DELETE"), allowed("Access-Control-Allow-Headers", "accept-language", "content-type", tokenHeader, "x-icws-devtools-correlationid")...)...)),
			Fact: "It allows GET, POST, PUT and DELETE, and the headers that libraries send."},
		{Name: "transport/origin-echoed", Section: "12.14", Mark: Wire, run: ofOrigin(each([]question{get(versionPath), get(nowhere), get("/1/connection/station")}, headerIs("Access-Control-Allow-Credentials", "true"))),
			Fact: "An allowed origin is echoed, on errors as well."},
		{Name: "transport/exposed-headers", Section: "1.1", Mark: Inferred, run: ofOrigin(asks(get(versionPath), headerHas("Access-Control-Expose-Headers", sessionHeader), headerHas("Access-Control-Expose-Headers", tokenHeader))),
			Fact: "Pages may read ININ-ICWS-Session-ID and ININ-ICWS-CSRF-Token."},
		{Name: "transport/no-wildcard-origin", Section: "12.14", Mark: Wire, run: asks(get(versionPath).with("Origin", "https://conformance.invalid"), noWildcard),
			Fact: "Credentials are never allowed together with the origin *."},
	}
}

// allowed are the checks that a header names some values.
func allowed(header string, values ...string) []check {
	checks := []check{succeeded}
	for _, value := range values {
		checks = append(checks, headerHas(header, value))
	}
	return checks
}

// overTLS is a run that only HTTPS can show.
func overTLS(run func(context.Context, *visit) error) func(context.Context, *visit) error {
	return func(ctx context.Context, v *visit) error {
		if !strings.HasPrefix(v.client.base, "https:") {
			return notMet("the address is not https")
		}
		return run(ctx, v)
	}
}

// ofOrigin is a run whose requests come from a page of the allowed origin, which
// every answer must echo.
func ofOrigin(run func(context.Context, *visit) error) func(context.Context, *visit) error {
	return func(ctx context.Context, v *visit) error {
		origin := v.options.Origin
		if origin == "" {
			return notMet("no origin was named that the server allows")
		}
		v.client.origin = origin
		defer func() { v.client.origin = "" }()
		return inTurn(run, asks(get("/connection/version"), headerIs("Access-Control-Allow-Origin", origin)))(ctx, v)
	}
}

// inTurn is several runs, one after the other.
func inTurn(runs ...func(context.Context, *visit) error) func(context.Context, *visit) error {
	return func(ctx context.Context, v *visit) error {
		for _, run := range runs {
			if err := run(ctx, v); err != nil {
				return err
			}
		}
		return nil
	}
}

func noWildcard(_ *visit, a *answer) error {
	if a.header.Get("Access-Control-Allow-Origin") == "*" && a.header.Get("Access-Control-Allow-Credentials") != "" {
		return saw("Access-Control-Allow-Origin: * with credentials", "no such pair")
	}
	return nil
}

// connecting are the facts of opening and ending a session (sections 1.2 to 1.4).
func connecting() []Case {
	return append(opening(), inquiries()...)
}

func opening() []Case {
	return []Case{
		{Name: "connection/created", Section: "1.3", Mark: Doc, run: opens(plainly, status(201), is("connection:connectionResponse")),
			Fact: "POST connection with a user and a password answers 201 with a connectionResponse."},
		{Name: "connection/headers", Section: "1.3", Mark: Doc, Needs: Session, run: opened(inHeaders),
			Fact: "Session id and CSRF token stand in the headers as in the body."},
		{Name: "connection/location", Section: "1.3", Mark: Client, Needs: Session, run: opened(located),
			Fact: "Location is the session's connection resource."},
		{Name: "connection/one-cookie", Section: "12.4", Mark: Wire, Needs: Session, run: opened(oneCookie),
			Fact: "There is exactly one Set-Cookie."},
		{Name: "connection/cookie", Section: "1.2", Mark: Client, Needs: Session, run: opened(cookieNamed),
			Fact: "The cookie is icws_<session>=<guid>|languageId=<language>."},
		{Name: "connection/cookie-path", Section: "1.2", Mark: Client, Needs: Session, run: opened(cookiePath),
			Fact: "Its Path is that of the session."},
		{Name: "connection/cookie-http-only", Section: "1.2", Mark: Client, Needs: Session, run: opened(headerHas("Set-Cookie", "; HttpOnly")),
			Fact: "It is HttpOnly."},
		{Name: "connection/cookie-secure", Section: "12.4", Mark: Wire, Needs: Session, run: overTLS(opened(headerHas("Set-Cookie", "; Secure"))),
			Fact: "On HTTPS it is Secure."},
		{Name: "connection/session-id", Section: "1.2", Mark: Client, Needs: Session, run: opened(matches("sessionId", `^\d+$`)),
			Fact: "A session id is a string of digits."},
		{Name: "connection/alternate-hosts", Section: "1.3", Mark: Client, Needs: Session, run: opened(array("alternateHostList")),
			Fact: "alternateHostList is an array, also on success."},
		{Name: "connection/not-asked", Section: "1.3", Mark: Doc, run: opens(plainly, lacks("version", "features", "serverTimeInfo", "purecloudIntegration")),
			Fact: "What include does not ask for is not there."},
		{Name: "connection/include-version", Section: "1.3", Mark: Doc, Needs: Session, run: opened(there("version")),
			Fact: "include=version adds the version."},
		{Name: "connection/include-features", Section: "1.3", Mark: Doc, Needs: Session, run: opened(there("features")),
			Fact: "include=features adds the list of features."},
		{Name: "connection/include-server-time", Section: "1.3", Mark: Doc, Needs: Session, run: opened(there("serverTimeInfo")),
			Fact: "include=server-time adds the server's time."},
		{Name: "connection/include-default-workstation", Section: "1.3", Mark: Doc, Needs: Session, run: opened(there("defaultWorkstationId")),
			Fact: "include=default-workstation adds it, null if there is none."},
		{Name: "connection/include-effective-station", Section: "1.3", Mark: Doc, Needs: Session, run: opened(there("effectiveStation")),
			Fact: "include=effective-station adds it, null if there is none."},
		{Name: "connection/include-purecloud-integration", Section: "1.3", Mark: Doc, Needs: Session, run: opened(there("purecloudIntegration")),
			Fact: "include=purecloud-integration adds it."},
		{Name: "connection/include-escaped", Section: "12.12", Mark: Wire, run: opens(func(v *visit) []question {
			return []question{connect("?include=version%2Cfeatures", v.credentials())}
		}, there("version"), there("features")),
			Fact: "The commas of include may come escaped."},
		{Name: "connection/content-types", Section: "12.2", Mark: Wire, run: opens(func(v *visit) []question {
			q := connect("", v.credentials())
			return []question{q.with("Content-Type", "application/json"), q.with("Content-Type", "application/x-www-form-urlencoded"), q.without("Content-Type")}
		}), Fact: "A body is JSON whatever its Content-Type says, and without one."},
		{Name: "connection/unknown-property", Section: "9.2", Mark: Client, run: opens(func(v *visit) []question {
			body := v.credentials()
			body["noSuchProperty"] = object{"of": "clients"}
			return []question{connect("", body)}
		}), Fact: "Properties that are not known are ignored."},
		{Name: "connection/token-ignored", Section: "12.5", Mark: Wire, run: opens(func(v *visit) []question {
			return []question{connect("", v.credentials()).with(tokenHeader, "null").with("Cookie", "null")}
		}), Fact: "A CSRF token on POST connection is ignored, whatever it is."},
		{Name: "connection/language-required", Section: "1.3", Mark: Doc, run: refuses(func(v *visit) question {
			return connect("", v.credentials()).without("Accept-Language")
		}, status(400), isError), Fact: "Without Accept-Language the answer is 400."},
		{Name: "connection/language-named", Section: "11", Mark: Decision, run: refuses(func(v *visit) question {
			return connect("", v.credentials()).without("Accept-Language")
		}, status(400), tells("Accept-Language")), Fact: "That error names the header."},
		{Name: "connection/bad-credentials", Section: "1.3", Mark: Client, run: strange(status(400), isError),
			Fact: "Bad credentials are a 400, not a 401."},
		{Name: "connection/bad-credentials-body", Section: "1.3", Mark: Client, run: strange(has("errorId", "error.request.connection.authenticationFailure"), has("errorCode", -2147221503)),
			Fact: "Their error is error.request.connection.authenticationFailure with errorCode -2147221503."},
		{Name: "connection/bad-credentials-unchallenged", Section: "12.10", Mark: Wire, run: strange(noHeader("WWW-Authenticate"), noHeader("Set-Cookie")),
			Fact: "They are not challenged, and get no cookie."},
		{Name: "connection/wrong-password", Section: "1.3", Mark: Client, Changes: true, run: refuses(func(v *visit) question {
			body := v.credentials()
			body["password"] = v.options.Password + "-wrong"
			return connect("", body)
		}, status(400), has("errorId", "error.request.connection.authenticationFailure")),
			Fact: "A wrong password of a user that exists is answered in the same way."},
		{Name: "connection/type-required", Section: "1.3", Mark: Lib, run: incomplete("__type"), Fact: "Without __type the answer is 400."},
		{Name: "connection/application-required", Section: "1.3", Mark: Lib, run: incomplete("applicationName"), Fact: "Without applicationName the answer is 400."},
		{Name: "connection/user-required", Section: "1.3", Mark: Lib, run: incomplete("userID"), Fact: "Without userID the answer is 400."},
		{Name: "connection/password-required", Section: "1.3", Mark: Lib, run: incomplete("password"), Fact: "Without password the answer is 400."},
		{Name: "connection/malformed", Section: "1.5", Mark: Doc, run: each([]question{
			connect("", words("{")), connect("", words("[]")), connect("", words(`"anna"`)), connect("", words("null")), connect("", words("")), connect("", words("{}")),
		}, status(400), isError), Fact: "A body that is no such object answers 400."},
		{Name: "connection/several", Section: "1.6", Mark: Doc, Needs: Session, run: several,
			Fact: "A user may have several sessions at once."},
		{Name: "connection/ended", Section: "1.4", Mark: Client, run: ends(),
			Fact: "DELETE connection ends the session: success, and 401 from then on."},
		{Name: "connection/ended-200", Section: "11", Mark: Decision, run: ends(status(200)),
			Fact: "DELETE connection answers 200."},
		{Name: "connection/state-after-end", Section: "1.4", Mark: Inferred, run: stateAfterEnd,
			Fact: "GET connection still tells of a session that was ended: state 2, down."},
	}
}

// words is a body as it stands.
type words string

func (w words) String() string { return string(w) }

func plainly(v *visit) []question { return []question{connect("", v.credentials())} }

// opens is the run of a case that opens sessions, each with the same checks.
func opens(questions func(*visit) []question, checks ...check) func(context.Context, *visit) error {
	return func(ctx context.Context, v *visit) error {
		for _, q := range questions(v) {
			s, err := v.enter(ctx, q, checks...)
			if err != nil {
				return err
			}
			if err := v.signOut(ctx, s); err != nil {
				return err
			}
		}
		return nil
	}
}

// opened is the run of a case that looks at how the reading session was opened.
func opened(checks ...check) func(context.Context, *visit) error {
	return func(_ context.Context, v *visit) error {
		v.client.trace = append(v.client.trace, v.reader.opened)
		return look(v, v.reader.opening, checks)
	}
}

// refuses is the run of a case whose sign-in must not succeed. If it does, the
// session is known and will be ended.
func refuses(q func(*visit) question, checks ...check) func(context.Context, *visit) error {
	return func(ctx context.Context, v *visit) error {
		asked := q(v)
		if v.barred != "" && !strings.Contains(asked.body, stranger) {
			return notMet("the user is not let in: %s", v.barred)
		}
		s, err := v.signIn(ctx, asked)
		if err == nil {
			return saw("201, session "+s.id, "a refusal")
		}
		if _, judged := err.(*mismatch); !judged {
			return err
		}
		if v.refusal == nil {
			return err // it was opened, in a way of its own
		}
		return look(v, v.refusal, checks)
	}
}

func strange(checks ...check) func(context.Context, *visit) error {
	return refuses(func(v *visit) question {
		body := v.credentials()
		body["userID"], body["password"] = stranger, "no-password"
		return connect("", body)
	}, checks...)
}

func incomplete(property string) func(context.Context, *visit) error {
	return refuses(func(v *visit) question {
		body := v.credentials()
		delete(body, property)
		return connect("", body)
	}, status(400), isError)
}

func inHeaders(_ *visit, a *answer) error {
	for name, property := range map[string]string{sessionHeader: "sessionId", tokenHeader: "csrfToken"} {
		if got, want := a.header.Get(name), text(a.json, property); got != want || got == "" {
			return saw(fmt.Sprintf("%s: %s, and %s %q", name, got, property, want), "both the same")
		}
	}
	return nil
}

func located(_ *visit, a *answer) error {
	if got, want := a.header.Get("Location"), "/icws/"+text(a.json, "sessionId")+"/connection"; !strings.HasSuffix(got, want) {
		return saw("Location: "+got, "%s", want)
	}
	return nil
}

func oneCookie(_ *visit, a *answer) error {
	if got := a.header.Values("Set-Cookie"); len(got) != 1 {
		return saw(fmt.Sprintf("%d Set-Cookie headers", len(got)), "one")
	}
	return nil
}

var cookieValue = regexp.MustCompile(`^[0-9a-fA-F-]{36}\|languageId=[A-Za-z0-9-]+$`)

func cookieNamed(_ *visit, a *answer) error {
	got := a.header.Get("Set-Cookie")
	pair, _, _ := strings.Cut(got, ";")
	name, value, _ := strings.Cut(pair, "=")
	if want := "icws_" + text(a.json, "sessionId"); name != want || !cookieValue.MatchString(value) {
		return saw("Set-Cookie: "+got, "%s=<guid>|languageId=<language>", want)
	}
	return nil
}

func cookiePath(_ *visit, a *answer) error {
	want := "/icws/" + text(a.json, "sessionId")
	for part := range strings.SplitSeq(a.header.Get("Set-Cookie"), ";") {
		if path, is := strings.CutPrefix(strings.TrimSpace(part), "Path="); is && strings.HasSuffix(path, want) {
			return nil
		}
	}
	return saw("Set-Cookie: "+a.header.Get("Set-Cookie"), "Path=%s", want)
}

// matches wants a property that is a text of a form.
func matches(path, form string) check {
	expression := regexp.MustCompile(form)
	return func(_ *visit, a *answer) error {
		if got := text(a.json, path); !expression.MatchString(got) {
			return saw(path+" "+brief(a.property(path)), "%s like %s", path, form)
		}
		return nil
	}
}

// array wants a property that is an array, empty or not.
func array(path string) check {
	return func(_ *visit, a *answer) error {
		if _, is := a.property(path).([]any); !is {
			return saw(path+" "+brief(a.property(path)), "an array")
		}
		return nil
	}
}

func several(ctx context.Context, v *visit) error {
	s, err := v.fresh(ctx)
	if err != nil {
		return err
	}
	for _, one := range []*session{s, v.reader} {
		if _, err := v.ask(ctx, one, get("/{session}/connection"), status(200)); err != nil {
			return err
		}
	}
	return v.signOut(ctx, s)
}

// ends is the run of a case about the end of a session.
func ends(checks ...check) func(context.Context, *visit) error {
	return func(ctx context.Context, v *visit) error {
		s, err := v.fresh(ctx)
		if err != nil {
			return err
		}
		if err := v.signOut(ctx, s, checks...); err != nil {
			return err
		}
		_, err = v.ask(ctx, s, get("/{session}/connection/station"), status(401))
		return err
	}
}

func stateAfterEnd(ctx context.Context, v *visit) error {
	s, err := v.fresh(ctx)
	if err != nil {
		return err
	}
	if err := v.signOut(ctx, s); err != nil {
		return err
	}
	_, err = v.ask(ctx, s, get("/{session}/connection"), status(200), is("connection:connectionSettings"), has("connectionState", 2))
	return err
}

// inquiries are what can be asked about the server and the session.
func inquiries() []Case {
	compact := func(path string) check { return matches(path, `^\d{8}T\d{6}Z$`) }
	return []Case{
		{Name: "connection/version", Section: "1.4", Mark: Lib, run: asks(get("/connection/version"), status(200), is("connection:versionInfo")),
			Fact: "GET connection/version needs no session; all of its fields are strings."},
		{Name: "connection/features", Section: "1.4", Mark: Lib, run: asks(get("/connection/features"), status(200), is("common:featureInfos")),
			Fact: "GET connection/features needs no session; versions are numbers."},
		{Name: "connection/feature", Section: "1.4", Mark: Lib, run: asks(get("/connection/features/connection"), status(200), is("common:featureInfo"), has("featureId", "connection")),
			Fact: "GET connection/features/{featureId} tells of one feature."},
		{Name: "connection/unknown-feature", Section: "1.4", Mark: Client, run: asks(get("/connection/features/no-such-feature"), status(400), isError),
			Fact: "A feature that there is not answers 400."},
		{Name: "connection/server-info", Section: "1.4", Mark: Lib, run: asks(get("/connection/server-info").with("Accept-Language", "en-us"), status(200), is("connection:serverInfo")),
			Fact: "GET connection/server-info needs no session."},
		{Name: "connection/server-time", Section: "1.4", Mark: Inferred, run: asks(get("/connection/server-time"), status(200), is("connection:serverTimeInfo")),
			Fact: "GET connection/server-time needs no session."},
		{Name: "connection/dates", Section: "12.11", Mark: Wire, Needs: Session, run: opened(compact("serverTimeInfo.serverUtcTime")),
			Fact: "Dates are like 20260131T173000Z, without a fraction."},
		{Name: "connection/state", Section: "1.4", Mark: Doc, Needs: Session, run: asks(get("/{session}/connection"), status(200), is("connection:connectionSettings"), has("connectionState", 1)),
			Fact: "GET connection tells that a session is up: state 1."},
		{Name: "connection/switchover-status", Section: "1.4", Mark: Lib, Needs: Session, May: true, run: asks(get("/{session}/connection/switchover-status"), status(200), is("connection:switchoverStatus")),
			Fact: "GET connection/switchover-status tells whether a standby took over."},
		{Name: "connection/unique-auth-token", Section: "1.4", Mark: Doc, Needs: Session, May: true, run: asks(
			post("/{session}/connection/unique-auth-token", `{"authTokenSeed":"6f1d9b0c-7a55-4f3e-9d4e-2f6f3c0a8b11"}`), status(200), is("connection:createUniqueAuthTokenResponse")),
			Fact: "POST connection/unique-auth-token answers 200 with a token."},
	}
}

// announced reads a list of features.
func announced(list any) map[string]int {
	all := map[string]int{}
	items, _ := list.([]any)
	for _, item := range items {
		n, _ := find(item, "version").(json.Number)
		version, err := n.Int64()
		if err == nil {
			all[text(item, "featureId")] = int(version)
		}
	}
	return all
}
