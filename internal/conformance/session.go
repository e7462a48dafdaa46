package conformance

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// session is one that the visit has opened.
type session struct {
	id, token, cookie string
	user              string // as the server writes it
	opening           *answer
	opened            exchange  // how that was asked for
	inbox             []message // heard and not yet taken
}

// message is one message of the server's.
type message struct {
	kind  string // __type without the common part
	value any
}

func (m message) isDelta() any { return find(m.value, "isDelta") }

// credentials are what signs the visit's user in.
func (v *visit) credentials() object {
	return object{
		"__type":          urn + "connection:icAuthConnectionRequestSettings",
		"applicationName": v.options.Application, "userID": v.options.User, "password": v.options.Password,
	}
}

func connect(query string, body fmt.Stringer) question {
	return post("/connection"+query, body.String()).with("Accept-Language", "en-us")
}

// signIn opens a session, with checks of how. Every session is ended when the
// visit ends, at the latest.
func (v *visit) signIn(ctx context.Context, q question, checks ...check) (*session, error) {
	a, err := v.client.ask(ctx, nil, q)
	if err != nil {
		return nil, err
	}
	s := &session{
		id: text(a.json, "sessionId"), token: text(a.json, "csrfToken"), user: text(a.json, "userID"), opening: a,
		opened: v.client.trace[len(v.client.trace)-1],
	}
	if s.user == "" {
		s.user = v.options.User
	}
	s.cookie, _, _ = strings.Cut(a.header.Get("Set-Cookie"), ";")
	v.client.hide(s.token)
	if _, value, _ := strings.Cut(s.cookie, "="); value != "" {
		guid, _, _ := strings.Cut(value, "|")
		v.client.hide(guid)
	}
	v.refusal = a
	if a.status/100 == 2 && s.id != "" {
		v.open, v.refusal = append(v.open, s), nil
	}
	if err := look(v, a, append([]check{status(201)}, checks...)); err != nil {
		return nil, err
	}
	return s, nil
}

// enter opens a session that must open. Once the user was refused, and never let
// in, it does not knock again: servers bar accounts for that.
func (v *visit) enter(ctx context.Context, q question, checks ...check) (*session, error) {
	if v.barred != "" {
		return nil, notMet("the user is not let in: %s", v.barred)
	}
	s, err := v.signIn(ctx, q, checks...)
	switch {
	case err == nil:
		v.entered = true
	case v.refusal != nil && !v.entered:
		v.barred = err.Error()
	}
	return s, err
}

// fresh opens a plain session for a case that wants one to itself.
func (v *visit) fresh(ctx context.Context) (*session, error) {
	return v.enter(ctx, connect("", v.credentials()))
}

// signOut ends a session.
func (v *visit) signOut(ctx context.Context, s *session, checks ...check) error {
	_, err := v.ask(ctx, s, remove("/{session}/connection"), append([]check{succeeded}, checks...)...)
	if err == nil {
		v.forget(s)
	}
	return err
}

// poll asks for what is unread and puts it into the inbox.
func (v *visit) poll(ctx context.Context, s *session) error {
	a, err := v.ask(ctx, s, get("/{session}/messaging/messages"), status(200))
	if err != nil {
		return err
	}
	list, is := a.json.([]any)
	if !is {
		return saw(string(a.body), "an array of messages")
	}
	for _, m := range list {
		s.inbox = append(s.inbox, v.heard(m))
	}
	return nil
}

// heard keeps a message for the judgement of all messages at the end.
func (v *visit) heard(value any) message {
	m := message{strings.TrimPrefix(text(value, "__type"), urn), value}
	v.messages = append(v.messages, m)
	return m
}

// pause is how long the visit waits between two polls.
const pause = 100 * time.Millisecond

// await polls until a message is there that fits, and takes it out of the inbox.
// What else arrives stays there.
func (v *visit) await(ctx context.Context, s *session, what string, fits func(message) bool) (message, error) {
	deadline := time.Now().Add(v.options.Timeout)
	for polled := false; ; polled = true {
		for i, m := range s.inbox {
			if fits(m) {
				s.inbox = append(s.inbox[:i:i], s.inbox[i+1:]...)
				return m, nil
			}
		}
		if time.Now().After(deadline) {
			return message{}, saw("no such message within "+v.options.Timeout.String()+"; unread are "+kinds(s.inbox), "%s", what)
		}
		if polled {
			if err := wait(ctx, pause); err != nil {
				return message{}, err
			}
		}
		if err := v.poll(ctx, s); err != nil {
			return message{}, err
		}
	}
}

// awaitKind waits for a message of a type, and wants its shape.
func (v *visit) awaitKind(ctx context.Context, s *session, kind string) (message, error) {
	m, err := v.await(ctx, s, "a message "+kind, func(m message) bool { return m.kind == kind })
	if err != nil {
		return m, err
	}
	return m, v.shaped(kind, kind, m.value)
}

// whole wants a message that replaces what the client knows.
func whole(m message) error {
	if m.isDelta() != false {
		return saw(m.kind+" with isDelta "+brief(m.isDelta()), "isDelta false")
	}
	return nil
}

// awaitWhole waits for a message of a type that replaces what the client knows.
func (v *visit) awaitWhole(ctx context.Context, s *session, kind string) (message, error) {
	m, err := v.awaitKind(ctx, s, kind)
	if err == nil {
		err = whole(m)
	}
	return m, err
}

// drain empties the inbox, so that what comes is new.
func (v *visit) drain(ctx context.Context, s *session) error {
	err := v.poll(ctx, s)
	s.inbox = nil
	return err
}

func kinds(all []message) string {
	if len(all) == 0 {
		return "none"
	}
	var names []string
	for _, m := range all {
		names = append(names, m.kind)
	}
	return strings.Join(names, ", ")
}

// wait lets some time pass.
func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
