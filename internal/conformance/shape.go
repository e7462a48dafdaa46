package conformance

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

//go:embed shapes.txt
var shapesText string

const urn = "urn:inin.com:"

// shape is one type of the wire: a type with properties, or an enumeration.
type shape struct {
	name       string
	base       string
	named      bool // __type must be there
	properties []property
	numbers    []string // of an enumeration
}

type property struct {
	name, shape        string
	required, nullable bool
}

// shapes are all types by name, without the part of the URN that they share.
type shapes map[string]*shape

// parseShapes reads the notation of shapes.txt.
func parseShapes(text string) (shapes, error) {
	all := shapes{}
	var last *shape
	for n, line := range strings.Split(text, "\n") {
		words := strings.Fields(line)
		switch {
		case len(words) == 0 || words[0] == "#":
			continue
		case words[0] == "enum" && len(words) > 2:
			all[words[1]] = &shape{name: words[1], numbers: words[2:]}
		case words[0] == "type" && len(words) > 1:
			last = &shape{name: words[1], named: words[len(words)-1] == "named"}
			if len(words) > 3 && words[2] == "<" {
				last.base = words[3]
			}
			all[last.name] = last
		case strings.HasPrefix(line, "  ") && len(words) == 2 && last != nil:
			name := strings.TrimRight(words[0], "!?")
			marks := words[0][len(name):]
			last.properties = append(last.properties, property{name, words[1], strings.Contains(marks, "!"), strings.Contains(marks, "?")})
		default:
			return nil, fmt.Errorf("line %d: %q is neither a type, nor an enumeration, nor a property", n+1, line)
		}
	}
	return all, all.complete()
}

// complete tells of names that nothing is known of.
func (all shapes) complete() error {
	var unknown []error
	for _, name := range slices.Sorted(maps.Keys(all)) {
		s := all[name]
		if s.base != "" && all[s.base] == nil {
			unknown = append(unknown, fmt.Errorf("%s: there is no %s", name, s.base))
		}
		for _, p := range s.properties {
			of := strings.TrimSuffix(strings.TrimSuffix(p.shape, "[]"), "{}")
			if all[of] == nil && plain[of] == nil {
				unknown = append(unknown, fmt.Errorf("%s.%s: there is no %s", name, p.name, of))
			}
		}
	}
	return errors.Join(unknown...)
}

// dates are the two forms that clients parse; of them the first is what servers
// send.
var dates = regexp.MustCompile(`^(\d{8}T\d{6}(\.\d+)?Z|\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z)$`)

// plain are the shapes without a name.
var plain = map[string]func(any) bool{
	"string":  func(v any) bool { _, is := v.(string); return is },
	"boolean": func(v any) bool { _, is := v.(bool); return is },
	"integer": func(v any) bool { n, is := v.(json.Number); return is && !strings.ContainsAny(string(n), ".eE") },
	"date":    func(v any) bool { s, is := v.(string); return is && dates.MatchString(s) },
}

// check tells what of a value is not as the shape says; nothing means all is well.
// Properties that the shape does not have are allowed: servers know more than was
// written down.
func (all shapes) check(at, name string, v any) []string {
	if of, is := strings.CutSuffix(name, "[]"); is {
		list, is := v.([]any)
		if !is {
			return []string{wrong(at, "a list", v)}
		}
		var found []string
		for i, item := range list {
			found = append(found, all.check(fmt.Sprintf("%s[%d]", at, i), of, item)...)
		}
		return found
	}
	if of, is := strings.CutSuffix(name, "{}"); is {
		values, is := v.(map[string]any)
		if !is {
			return []string{wrong(at, "an object", v)}
		}
		var found []string
		for _, key := range slices.Sorted(maps.Keys(values)) {
			found = append(found, all.check(at+"."+key, of, values[key])...)
		}
		return found
	}
	if is := plain[name]; is != nil {
		if !is(v) {
			return []string{wrong(at, "a "+name, v)}
		}
		return nil
	}
	s := all[name]
	switch {
	case s == nil:
		return []string{fmt.Sprintf("%s: no shape %s is known", at, name)}
	case s.numbers != nil:
		if n, is := v.(json.Number); !is || !slices.Contains(s.numbers, string(n)) {
			return []string{wrong(at, "one of the numbers "+strings.Join(s.numbers, ", "), v)}
		}
		return nil
	}
	values, is := v.(map[string]any)
	if !is {
		return []string{wrong(at, "an object "+name, v)}
	}
	return all.object(at, s, values)
}

// object checks a value of a type, or of the derived type that it names itself.
func (all shapes) object(at string, s *shape, values map[string]any) []string {
	said, _ := values["__type"].(string)
	own, found := all[strings.TrimPrefix(said, urn)], []string(nil)
	switch {
	case said == "" && (s.named || all.derived(s)):
		found = append(found, fmt.Sprintf("%s: __type is missing", at))
	case said != "" && (own == nil || !all.is(own, s.name)):
		found = append(found, fmt.Sprintf("%s: __type is %q, which is no %s", at, said, s.name))
	case said != "":
		s = own
	}
	for ; s != nil; s = all[s.base] {
		for _, p := range s.properties {
			v, there := values[p.name]
			where := at + "." + p.name
			switch {
			case !there && p.required:
				found = append(found, where+" is missing")
			case !there, v == nil && p.nullable:
			case v == nil:
				found = append(found, where+" is null")
			default:
				found = append(found, all.check(where, p.shape, v)...)
			}
		}
	}
	return found
}

// derived tells whether a type is only a base, whose values must name what they
// are. An error may be just an error.
func (all shapes) derived(s *shape) bool {
	if s.name == "common:error" {
		return false
	}
	for _, other := range all {
		if other.base == s.name && other.named {
			return true
		}
	}
	return false
}

// is tells whether a type is the named one or derived from it.
func (all shapes) is(s *shape, name string) bool {
	for ; s != nil; s = all[s.base] {
		if s.name == name {
			return true
		}
	}
	return false
}

func wrong(at, wanted string, v any) string {
	return fmt.Sprintf("%s must be %s and is %s", at, wanted, brief(v))
}

// brief is a value as JSON. It is not cut here, as it may hold secrets still.
func brief(v any) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // a secret must look as it was learnt
	if err := e.Encode(v); err != nil {
		return fmt.Sprint(v)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// short cuts a text, at a rune.
func short(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	return strings.ToValidUTF8(text[:limit], "") + "…"
}
