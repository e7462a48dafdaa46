package conformance

import (
	"context"
	"time"
)

const (
	seed      = "6f1d9b0c-7a55-4f3e-9d4e-2f6f3c0a8b11"
	otherSeed = "0c8f6a52-6b0d-4b43-9a07-0b7c5d7c1a11"
	tokenPath = "/{session}/connection/unique-auth-token"
	// tokenLife is how long a token can be used, with a second for the way.
	tokenLife = 8 * time.Second
)

// token is one that opens another session.
type token struct {
	text, source string
	made         time.Time
}

// byToken are credentials that sign in with a token. Properties take the place of
// theirs; nil takes one away.
func (v *visit) byToken(t token, properties object) object {
	body := object{
		"__type":          urn + "connection:authTokenConnectionRequestSettings",
		"applicationName": v.options.Application, "authTokenSeed": seed, "authToken": t.text, "authTokenSourceSession": t.source,
	}
	for name, value := range properties {
		if body[name] = value; value == nil {
			delete(body, name)
		}
	}
	return body
}

// tokens are the facts of signing in by other ways than a password (sections 1.3
// and 1.4).
func tokens() []Case {
	settings := func(kind string, properties object) func(*visit) question {
		return func(v *visit) question {
			body := object{"__type": urn + "connection:" + kind, "applicationName": v.options.Application}
			for name, value := range properties {
				body[name] = value
			}
			return connect("", body)
		}
	}
	return []Case{
		{Name: "token/seed-required", Section: "1.4", Mark: Lib, Needs: Session, run: each([]question{post(tokenPath, "{}"), post(tokenPath, "")}, status(400), isError),
			Fact: "unique-auth-token without authTokenSeed answers 400."},
		{Name: "token/seed-guid", Section: "1.4", Mark: Lib, Needs: Session, run: asks(post(tokenPath, `{"authTokenSeed":"no guid"}`), status(400), isError),
			Fact: "A seed that is no GUID answers 400."},
		{Name: "token/csrf", Section: "1.2", Mark: Doc, Needs: Session, run: asks(post(tokenPath, `{"authTokenSeed":"`+seed+`"}`).without(tokenHeader), status(401)),
			Fact: "It needs the CSRF token."},
		{Name: "token/opens", Section: "1.3", Mark: Doc, Needs: Session, run: tokenOpens,
			Fact: "A token opens a session of the same user, with authTokenConnectionRequestSettings."},
		{Name: "token/once", Section: "1.4", Mark: Doc, Needs: Session, run: tokenOnce,
			Fact: "A token can be used once; then it is a 400."},
		{Name: "token/wrong-seed", Section: "1.3", Mark: Inferred, Needs: Session, run: tokenRefused(object{"authTokenSeed": otherSeed}),
			Fact: "With another seed than it was made with, a token opens nothing."},
		{Name: "token/wrong-source", Section: "1.3", Mark: Inferred, Needs: Session, run: tokenRefused(object{"authTokenSourceSession": "1"}),
			Fact: "Nor with another source session."},
		{Name: "token/wrong", Section: "1.3", Mark: Doc, Needs: Session, run: tokenRefused(object{"authToken": "no-such-token"}),
			Fact: "A token that nobody made answers 400."},
		{Name: "token/required", Section: "1.3", Mark: Lib, Needs: Session, run: inTurn(
			tokenRefused(object{"authToken": nil}), tokenRefused(object{"authTokenSeed": nil}), tokenRefused(object{"authTokenSourceSession": nil}), tokenRefused(object{"applicationName": nil})),
			Fact: "Signing in by token without one of its properties answers 400."},
		{Name: "token/source-stays", Section: "1.3", Mark: Lib, Needs: Session, run: tokenSource(nil, status(200), has("connectionState", 1)),
			Fact: "The source session stays, unless it is said otherwise."},
		{Name: "token/source-ends", Section: "1.3", Mark: Lib, Needs: Session, run: tokenSourceEnds,
			Fact: "disconnectSourceSession ends the source session."},
		{Name: "token/source-told", Section: "1.4", Mark: Inferred, Needs: Session, run: tokenSource(object{"disconnectSourceSession": true}, status(200), has("connectionState", 2), has("shouldReconnect", false)),
			Fact: "GET connection of that session tells that it is down and need not come back."},
		{Name: "token/source-hears", Section: "3.3", Mark: Inferred, Feature: "messaging", Version: 2, run: streams(sourceHears),
			Fact: "Its open stream is told by connectionStateChangeMessage, without a subscription, before it ends."},
		{Name: "connection/single-sign-on", Section: "1.3", Mark: Lib, run: refuses(settings("singleSignOnTokenConnectionRequestSettings", object{"singleSignOnToken": "no-such-token"}), status(400), isError),
			Fact: "A single sign-on token that nobody gave answers 400."},
		{Name: "connection/single-sign-on-required", Section: "1.3", Mark: Lib, run: refuses(settings("singleSignOnTokenConnectionRequestSettings", nil), status(400), isError),
			Fact: "So does single sign-on without a token."},
		{Name: "connection/unknown-type", Section: "1.3", Mark: Lib, run: refuses(settings("noSuchConnectionRequestSettings", object{"userID": stranger, "password": "x"}), status(400), isError),
			Fact: "Settings of a __type that there is not answer 400."},
		{Name: "connection/wrong-types", Section: "1.5", Mark: Doc, run: refuses(settings("icAuthConnectionRequestSettings", object{"userID": 7, "password": []int{1}}), status(400), isError),
			Fact: "Properties of another type answer 400."},
		{Name: "connection/marketplace", Section: "1.3", Mark: Inferred, run: opens(func(v *visit) []question {
			body := v.credentials()
			body["marketPlaceApplicationLicenseName"], body["marketPlaceApplicationCode"] = "OUTDIAL_CONFORMANCE", "0"
			return []question{connect("", body)}
		}), Fact: "Properties of marketplace applications are taken."},
		{Name: "connection/include-unknown", Section: "1.3", Mark: Inferred, run: opens(func(v *visit) []question {
			return []question{connect("?include=version,no-such-thing", v.credentials())}
		}, there("version")), Fact: "What include names and nobody knows is passed over."},
		{Name: "connection/include-shape", Section: "1.3", Mark: Lib, Needs: Session, run: opened(is("connection:connectionResponse")),
			Fact: "All that can be included has its shape."},
		{Name: "connection/language-kept", Section: "1.2", Mark: Client, run: opens(func(v *visit) []question {
			return []question{connect("", v.credentials()).with("Accept-Language", "en-US,en;q=0.8")}
		}, cookieNamed), Fact: "Accept-Language may be a list with weights; the cookie names one language."},
		{Name: "connection/server-info-query", Section: "1.4", Mark: Lib, Feature: "connection", Version: 6,
			run:  asks(get("/connection/server-info?singleSignOnCapabilities=saml2Post,saml2ECP&displayLanguage=en-us").with("Accept-Language", "en-us"), status(200), is("connection:serverInfo")),
			Fact: "server-info takes singleSignOnCapabilities and displayLanguage."},
		{Name: "connection/single-sign-on-response", Section: "1.4", Mark: Lib, May: true, run: asks(get("/connection/single-sign-on/response"), status(200, 400), vendorType),
			Fact: "GET connection/single-sign-on/response is there, where the server has single sign-on."},
	}
}

// newToken asks a session for a token.
func (v *visit) newToken(ctx context.Context, s *session) (token, error) {
	made := time.Now()
	a, err := v.ask(ctx, s, post(tokenPath, object{"authTokenSeed": seed}.String()), status(200), is("connection:createUniqueAuthTokenResponse"))
	if err != nil {
		return token{}, err
	}
	t := token{text(a.json, "authToken"), s.id, made}
	v.client.hide(t.text)
	return t, nil
}

func tokenOpens(ctx context.Context, v *visit) error {
	t, err := v.newToken(ctx, v.reader)
	if err != nil {
		return err
	}
	s, err := v.enter(ctx, connect("?include="+everything, v.byToken(t, nil)), is("connection:connectionResponse"), has("userID", v.reader.user), inHeaders)
	if err != nil {
		return err
	}
	if old, err := v.newToken(ctx, v.reader); err == nil { // not used until it is too old
		v.aged = &old
	}
	_, err = v.ask(ctx, s, get("/{session}/connection"), status(200), has("connectionState", 1))
	return err
}

func tokenOnce(ctx context.Context, v *visit) error {
	t, err := v.newToken(ctx, v.reader)
	if err != nil {
		return err
	}
	if _, err := v.enter(ctx, connect("", v.byToken(t, nil))); err != nil {
		return err
	}
	return v.unopened(ctx, v.byToken(t, nil))
}

// unopened signs in with what must be refused.
func (v *visit) unopened(ctx context.Context, body object) error {
	return refuses(func(*visit) question { return connect("", body) }, status(400), isError)(ctx, v)
}

// tokenRefused is the run of a case that signs in with a token and something
// changed, which must fail; nil takes a property away.
func tokenRefused(properties object) func(context.Context, *visit) error {
	return func(ctx context.Context, v *visit) error {
		t, err := v.newToken(ctx, v.reader)
		if err != nil {
			return err
		}
		return v.unopened(ctx, v.byToken(t, properties))
	}
}

// tokenSource is the run of a case that looks at the source session's state after
// a session was opened from it.
func tokenSource(properties object, checks ...check) func(context.Context, *visit) error {
	return func(ctx context.Context, v *visit) error {
		source, err := v.handOver(ctx, properties)
		if err != nil {
			return err
		}
		_, err = v.ask(ctx, source, get("/{session}/connection"), checks...)
		return err
	}
}

func tokenSourceEnds(ctx context.Context, v *visit) error {
	source, err := v.handOver(ctx, object{"disconnectSourceSession": true})
	if err != nil {
		return err
	}
	_, err = v.ask(ctx, source, post("/{session}/messaging/heartbeat", ""), status(401))
	return err
}

// sourceHears ends a session that listens by opening another one from it.
func sourceHears(ctx context.Context, v *visit, st *stream) error {
	t, err := v.newToken(ctx, st.of)
	if err != nil {
		return err
	}
	if _, err := v.enter(ctx, connect("", v.byToken(t, object{"disconnectSourceSession": true}))); err != nil {
		return err
	}
	for {
		m, err := st.next(v)
		if err != nil {
			return err
		}
		if m.kind == "connection:connectionStateChangeMessage" {
			return look(v, &answer{json: m.value}, []check{is(m.kind), has("newConnectionState", 2)})
		}
	}
}

// handOver opens a session from another one, which it gives.
func (v *visit) handOver(ctx context.Context, properties object) (*session, error) {
	source, err := v.fresh(ctx)
	if err != nil {
		return nil, err
	}
	t, err := v.newToken(ctx, source)
	if err != nil {
		return nil, err
	}
	_, err = v.enter(ctx, connect("", v.byToken(t, properties)))
	return source, err
}

// tokenExpires tries a token that is too old. In a whole run it has become so
// meanwhile.
func tokenExpires(ctx context.Context, v *visit) error {
	if v.aged == nil {
		t, err := v.newToken(ctx, v.reader)
		if err != nil {
			return err
		}
		v.aged = &t
	}
	if err := wait(ctx, time.Until(v.aged.made.Add(tokenLife))); err != nil {
		return err
	}
	return v.unopened(ctx, v.byToken(*v.aged, nil))
}
