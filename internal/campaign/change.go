package campaign

import (
	"maps"
	"slices"
	"time"

	"github.com/outdial/outdial/internal/fault"
	"github.com/outdial/outdial/internal/pacing"
)

// Setting names a setting that may be changed while a campaign runs, as the
// administrators' API does.
type Setting string

// Change is what settings of a campaign are to be: a string, a float64, or nil for what
// the configuration says. What is not named stays.
type Change map[Setting]any

// Changed is a setting that was changed while the campaign ran. It is kept with the
// campaign, and so with its effect, and laid over the configuration at the next start.
type Changed struct {
	File, Now any // what the configuration says, and what was said since
	At        time.Time
	By        string // the user
}

// setting is how a setting is read and set.
type setting struct {
	written string // its name in the configuration
	of      func(Campaign) any
	put     func(*Campaign, any) error
}

// settings are all that may be changed.
var settings = map[Setting]setting{
	"mode":          text("mode", func(c *Campaign) *Mode { return &c.Mode }),
	"linesPerAgent": {"lines_per_agent", linesOf, putLines},
	"adjust": text("pace", func(c *Campaign) *pacing.Adjustment { return &c.Pace.Adjust }).
		never("", "no pace: there are "+Words(pacing.Adjustments)),
	"abandonLimit": number("abandon_limit", func(c *Campaign) *float64 { return &c.Pace.Limit }).
		never(0.0, "a limit of abandoned calls of 0: write a share, 0.03 for 3 %"),
	"maxFlying": number("max_flying", func(c *Campaign) *int { return &c.MaxFlying }),
	"maxRate":   number("max_rate", func(c *Campaign) *float64 { return &c.MaxRate }),
	"priority":  number("priority", func(c *Campaign) *int { return &c.Priority }),
	"weight":    number("weight", func(c *Campaign) *float64 { return &c.Weight }),
	"filter":    text("filter", func(c *Campaign) *string { return &c.Filter }),
	"sort":      text("sort", func(c *Campaign) *string { return &c.Sort }),
}

// Written is the setting's name in the configuration.
func (s Setting) Written() string {
	if known, ok := settings[s]; ok {
		return known.written
	}
	return string(s)
}

// With is the campaign with a change made by a user. Errors: Invalid.
func (c Campaign) With(ch Change, by string, at time.Time) (Campaign, error) {
	now := c
	now.Changed = maps.Clone(c.Changed)
	if now.Changed == nil {
		now.Changed = map[Setting]Changed{}
	}
	for _, name := range slices.Sorted(maps.Keys(ch)) {
		s, known := settings[name]
		if !known {
			return c, fault.New(fault.Invalid, "a campaign has no setting %q that can be changed while it runs; there are %s", name,
				Words(slices.Sorted(maps.Keys(settings)))).On(string(name))
		}
		file, value := s.of(c), ch[name]
		if was, changed := c.Changed[name]; changed {
			file = was.File
		}
		if value == nil {
			value = file
		}
		if err := s.put(&now, value); err != nil {
			return c, fault.New(fault.Invalid, "%s: %v", name, err).On(string(name))
		}
		if delete(now.Changed, name); s.of(now) != file {
			now.Changed[name] = Changed{File: file, Now: s.of(now), At: at, By: by}
		}
	}
	return now, now.Check()
}

// Keep lays what was changed over the campaign as the configuration has it now. What
// the configuration says otherwise than at the time of the change, or what does not fit
// to it any more, is dropped, with the reason.
func (c Campaign) Keep(changed map[Setting]Changed) (_ Campaign, dropped map[Setting]error) {
	dropped = map[Setting]error{}
	left := maps.Clone(changed)
	for name, was := range changed {
		s, known := settings[name]
		switch {
		case !known:
			dropped[name] = fault.New(fault.Invalid, "this version does not know it")
		case s.of(c) == was.Now: // it was written there, as is advised
		case s.of(c) != was.File:
			dropped[name] = fault.New(fault.Conflict, "the configuration was edited since, from %v to %v", was.File, s.of(c))
		default:
			continue
		}
		delete(left, name)
	}
	for more := true; more; { // one may fit only after another
		more = false
		for _, name := range slices.Sorted(maps.Keys(left)) {
			was := left[name]
			with, err := c.With(Change{name: was.Now}, was.By, was.At)
			if dropped[name] = err; err == nil {
				c, more = with, true
				delete(left, name)
				delete(dropped, name)
			}
		}
	}
	return c, dropped
}

func text[T ~string](written string, field func(*Campaign) *T) setting {
	return setting{
		written: written,
		of:      func(c Campaign) any { return string(*field(&c)) },
		put: func(c *Campaign, v any) error {
			s, is := v.(string)
			if !is {
				return fault.New(fault.Invalid, "%v is no text", v)
			}
			*field(c) = T(s)
			return nil
		},
	}
}

func number[T int | float64](written string, field func(*Campaign) *T) setting {
	return setting{
		written: written,
		of:      func(c Campaign) any { return float64(*field(&c)) },
		put: func(c *Campaign, v any) error {
			n, is := v.(float64)
			if !is {
				return fault.New(fault.Invalid, "%v is no number", v)
			}
			if *field(c) = T(n); float64(T(n)) != n {
				return fault.New(fault.Invalid, "%v is no whole number", v)
			}
			return nil
		},
	}
}

// never refuses a value that would be taken for one that was left out.
func (s setting) never(value any, says string) setting {
	put := s.put
	s.put = func(c *Campaign, v any) error {
		if v == value {
			return fault.New(fault.Invalid, "%s", says)
		}
		return put(c, v)
	}
	return s
}

// linesOf is how many lines power dials for each agent; 0: as many as the share of
// answered calls asks for.
func linesOf(c Campaign) any {
	if c.ByRate {
		return 0.0
	}
	return c.Lines
}

func putLines(c *Campaign, v any) error {
	n, is := v.(float64)
	if !is || n != 0 && !(n >= 1) {
		return fault.New(fault.Invalid, "%v lines for each agent: it is 1 or more, or 0 for as many as the share of answered calls asks for", v)
	}
	c.Lines, c.ByRate = max(1, n), n == 0
	return nil
}
