package conformance

import (
	"context"
	"encoding/json"
	"fmt"
	"mime"
	"slices"
	"strconv"
	"strings"
)

// check looks at one side of an answer.
type check func(*visit, *answer) error

// look gives the first thing that is wrong.
func look(v *visit, a *answer, checks []check) error {
	for _, c := range checks {
		if err := c(v, a); err != nil {
			return err
		}
	}
	return nil
}

// asks is the run of a case that is one question: of the visit's session where
// the case needs one.
func asks(q question, checks ...check) func(context.Context, *visit) error {
	return func(ctx context.Context, v *visit) error {
		_, err := v.ask(ctx, v.asker, q, checks...)
		return err
	}
}

// each is the run of a case that is several questions with the same checks.
func each(questions []question, checks ...check) func(context.Context, *visit) error {
	return func(ctx context.Context, v *visit) error {
		for _, q := range questions {
			if _, err := v.ask(ctx, v.asker, q, checks...); err != nil {
				return err
			}
		}
		return nil
	}
}

// status wants one of some codes.
func status(codes ...int) check {
	return func(_ *visit, a *answer) error {
		if slices.Contains(codes, a.status) {
			return nil
		}
		seen := strconv.Itoa(a.status)
		if said := text(a.json, "message"); said != "" {
			seen += " (" + said + ")"
		}
		return saw(seen, "status %s", alternatives(codes))
	}
}

func alternatives(codes []int) string {
	words := make([]string, len(codes))
	for i, code := range codes {
		words[i] = strconv.Itoa(code)
	}
	return strings.Join(words, " or ")
}

// refused wants a client error other than "there is no such resource".
func refused(_ *visit, a *answer) error {
	if a.status < 400 || a.status > 499 || a.unsupported() {
		return saw(strconv.Itoa(a.status), "a refusal, status 4xx")
	}
	return nil
}

// succeeded wants any success.
func succeeded(_ *visit, a *answer) error {
	if a.status/100 != 2 {
		return saw(strconv.Itoa(a.status), "status 2xx")
	}
	return nil
}

const mediaType = "application/vnd.inin.icws+JSON; charset=utf-8"

// vendorType wants the media type as libraries compare it: without parameters,
// in lower case.
func vendorType(_ *visit, a *answer) error {
	typ, _, err := mime.ParseMediaType(a.header.Get("Content-Type"))
	if err != nil || typ != "application/vnd.inin.icws+json" {
		return saw("Content-Type: "+a.header.Get("Content-Type"), "the type application/vnd.inin.icws+json")
	}
	return nil
}

// exactType wants it to the letter.
func exactType(_ *visit, a *answer) error { return headerIs("Content-Type", mediaType)(nil, a) }

func headerIs(name, want string) check {
	return func(_ *visit, a *answer) error {
		if got := a.header.Get(name); got != want {
			return saw(name+": "+got, "%s: %s", name, want)
		}
		return nil
	}
}

// noHeader wants a header not to be there.
func noHeader(name string) check {
	return func(_ *visit, a *answer) error {
		if got := a.header.Get(name); got != "" {
			return saw(name+": "+got, "no %s", name)
		}
		return nil
	}
}

// headerHas wants a header whose value holds a text, whatever the case.
func headerHas(name, part string) check {
	return func(_ *visit, a *answer) error {
		got := strings.Join(a.header.Values(name), ", ")
		if !strings.Contains(strings.ToLower(got), strings.ToLower(part)) {
			return saw(name+": "+got, "%s with %s", name, part)
		}
		return nil
	}
}

// is wants a body of a shape.
func is(name string) check {
	return func(v *visit, a *answer) error {
		if a.notJSON != nil {
			return saw(string(a.body), "a JSON body %s: %v", name, a.notJSON)
		}
		return v.shaped("body", name, a.json)
	}
}

// empty wants no body.
func empty(_ *visit, a *answer) error {
	if len(a.body) != 0 {
		return saw(string(a.body), "no body")
	}
	return nil
}

// has wants a property with a value: a text, a number or a truth.
func has(path string, want any) check {
	return func(_ *visit, a *answer) error {
		got := a.property(path)
		if n, is := got.(json.Number); is {
			if fmt.Sprint(want) == string(n) {
				return nil
			}
		} else if got == want {
			return nil
		}
		return saw(path+" "+brief(got), "%s %s", path, brief(want))
	}
}

// there wants a property to be there, null or not.
func there(path string) check {
	return func(_ *visit, a *answer) error {
		values, _ := a.json.(map[string]any)
		if _, is := values[path]; !is {
			return saw("no "+path, "a property %s", path)
		}
		return nil
	}
}

// lacks wants properties not to be there.
func lacks(paths ...string) check {
	return func(_ *visit, a *answer) error {
		for _, path := range paths {
			if got := a.property(path); got != nil {
				return saw(path+" "+brief(got), "no %s", path)
			}
		}
		return nil
	}
}

// tells wants a text somewhere in the body.
func tells(part string) check {
	return func(_ *visit, a *answer) error {
		if !strings.Contains(string(a.body), part) {
			return saw(string(a.body), "%s named in the body", part)
		}
		return nil
	}
}

// isError wants an error's shape.
var isError = is("common:error")

// challenge is what every 401 must carry.
var challenge = headerIs("WWW-Authenticate", `ICWS realm="ICWS" location="/ICWS/connection"`)
