package conformance

import (
	"context"
	"net/url"
	"strings"
)

// checklist are what deployed clients need, by the numbers of sections 9 and 12,
// as far as no case of another chapter says it.
func checklist() []Case {
	const version, beat = "/connection/version", "/{session}/messaging/heartbeat"
	deep := strings.Repeat("[", 10000) + strings.Repeat("]", 10000)
	strangeBodies := []question{
		connect("", words(deep)), connect("", words(`{"a":`+deep+"}")), connect("", words("{\"userID\":\"\xff\xfe\"}")), connect("", words("\xff")),
		connect("", words(`{"userID":"a","userID":"b","password":"","password":7}`)), connect("", words(`{"a":"`+strings.Repeat("x", 1<<20)+`"}`)),
	}
	return []Case{
		{Name: "checklist/media-types", Section: "9.1", Mark: Client, Needs: Session, run: each([]question{
			post(beat, "{}").without("Content-Type"), post(beat, "{}").with("Content-Type", "application/json"), post(beat, "").with("Content-Type", "text/plain"),
		}, succeeded, emptyOfType), Fact: "Requests of a session come with any Content-Type or none; answers have theirs."},
		{Name: "checklist/cookie-echoed", Section: "9.3", Mark: Client, Needs: Session, run: inTurn(
			withCookie(messagesPath, wholeCookie), withCookie("/{session}/status/status-messages", wholeCookie)),
			Fact: "The whole Set-Cookie is accepted as Cookie, also where messages are read."},
		{Name: "checklist/both-ways", Section: "9.4", Mark: Client, Needs: Session, Feature: "messaging", Version: 2, run: inTurn(
			asks(get(messagesPath).without(tokenHeader).with("Accept", "application/json"), status(200), vendorType, isArray),
			streams(func(_ context.Context, v *visit, st *stream) error {
				return look(v, &answer{status: st.res.StatusCode, header: st.res.Header}, []check{status(200), headerHas("Content-Type", "text/event-stream")})
			})), Fact: "Messages are an array or a stream of events at the same address, as Accept says; neither needs the CSRF token."},
		{Name: "checklist/alternate-hosts", Section: "9.5", Mark: Client, run: opens(plainly, array("alternateHostList")),
			Fact: "alternateHostList is there whatever is included."},
		{Name: "checklist/bad-credentials", Section: "9.6", Mark: Client, run: strange(status(400), has("errorId", "error.request.connection.authenticationFailure"), vendorType),
			Fact: "Bad credentials are a 400 with the recorded error."},
		{Name: "checklist/challenge", Section: "9.6", Mark: Client, Needs: Session, run: each([]question{
			get(stationPath).without(tokenHeader), get(stationPath).without("Cookie"), get(messagesPath).without("Cookie"), get("/1/connection/station"), post("/1/dialer/log-in", ""),
		}, status(401), challenge, isError), Fact: "Whatever is missing of a session, the 401 has the challenge."},
		{Name: "checklist/numbers", Section: "9.7", Mark: Client, Needs: Session, run: inTurn(
			asks(get("/{session}/connection"), has("connectionState", 1), lacks("__type")), asks(get("/connection/server-time"), matches("serverUtcTime", `^\d{8}T\d{6}Z$`), lacks("__type")),
			asks(get(statusPath), compactDates, lacks("__type"))),
			Fact: "Enumerations are numbers, dates compact, and __type is only where it must be."},
		{Name: "checklist/establish", Section: "9.8", Mark: Client, Needs: Session, Changes: true, Feature: "dialer", Version: 2, run: each([]question{post(establishPath, ""), post(establishPath, "{}")}, status(202), empty),
			Fact: "establish-persistent-connection answers 202 without a body to any session."},
		{Name: "checklist/exposed", Section: "12.3", Mark: Wire, Needs: Session, run: ofOrigin(opens(plainly, allowed("Access-Control-Expose-Headers", sessionHeader, tokenHeader, "Location", "Set-Cookie")...)),
			Fact: "Pages may read session id, CSRF token, Location and Set-Cookie of the sign-in."},
		{Name: "checklist/stream-origin", Section: "12.14", Mark: Wire, Needs: Session, Feature: "messaging", Version: 2, run: ofOrigin(streams(func(_ context.Context, v *visit, st *stream) error {
			return look(v, &answer{status: st.res.StatusCode, header: st.res.Header}, []check{headerIs("Access-Control-Allow-Origin", v.options.Origin), headerIs("Access-Control-Allow-Credentials", "true")})
		})), Fact: "An allowed origin is echoed on the stream of events, too."},
		{Name: "checklist/base-path", Section: "12.6", Mark: Wire, Needs: Session, run: locationServes,
			Fact: "The Location of the sign-in is an address below which the session's connection is."},
		{Name: "checklist/no-language", Section: "12.13", Mark: Wire, Needs: Session, run: each([]question{
			get(version).without("Accept-Language"), get("/connection/features").without("Accept-Language"), get("/{session}/connection").without("Accept-Language"), get("/{session}/status/status-messages").without("Accept-Language"),
		}, status(200)), Fact: "Accept-Language is needed to sign in and nowhere else."},
		{Name: "checklist/ports", Section: "12.17", Mark: Wire, run: usualPort,
			Fact: "The ports are 8018 for HTTP and 8019 for HTTPS, which several clients know by heart."},
		{Name: "error/strange-bodies", Section: "1.5", Mark: Inferred, run: each(strangeBodies, status(400, 413), isError),
			Fact: "A body that is deep, long, no text or says things twice is a 400, and does the server no harm."},
		{Name: "error/missing-property", Section: "1.5", Mark: Inferred, Needs: Session, run: asks(post(tokenPath, "{}"), status(400), is("common:missingPropertyError"), has("propertyName", "authTokenSeed")),
			Fact: "A property that is missing is a missingPropertyError that names it."},
		{Name: "error/invalid-property", Section: "1.5", Mark: Inferred, Needs: Session, run: asks(post(tokenPath, `{"authTokenSeed":"no guid"}`), status(400), is("common:invalidPropertyError"), has("propertyName", "authTokenSeed")),
			Fact: "One that is wrong is an invalidPropertyError that names it."},
	}
}

func wholeCookie(s *session) string { return s.opening.header.Get("Set-Cookie") }

// locationServes follows the Location of the sign-in, whose host and prefix may be
// those of a proxy.
func locationServes(ctx context.Context, v *visit) error {
	at, err := url.Parse(v.reader.opening.header.Get("Location"))
	if err != nil {
		return saw("Location: "+v.reader.opening.header.Get("Location"), "an address")
	}
	_, path, found := strings.Cut(at.Path, "/icws/")
	if !found {
		return saw("Location: "+at.String(), "an address below /icws")
	}
	_, err = v.ask(ctx, v.reader, get("/"+path), status(200), is("connection:connectionSettings"))
	return err
}

func usualPort(_ context.Context, v *visit) error {
	at, err := url.Parse(v.client.base)
	if err != nil {
		return err
	}
	if usual := map[string]string{"http": "8018", "https": "8019"}[at.Scheme]; at.Port() != usual {
		return notMet("the address %s is not of port %s; a proxy may stand before it", at.Host, usual)
	}
	return nil
}
