package compliance

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Law is all rule sets and calendars that campaigns can name. The zero value knows
// none.
type Law struct {
	sets      map[string][]Rule
	calendars map[string]Calendar
}

// KnownLaw is what this program brings along.
func KnownLaw() Law { return Law{sets: sets, calendars: calendars} }

// With adds sets and calendars of the user's own, which may not have a name that is
// taken.
func (l Law) With(more map[string][]Rule, days map[string]Calendar) (Law, error) {
	all := Law{sets: make(map[string][]Rule), calendars: make(map[string]Calendar)}
	maps.Copy(all.sets, l.sets)
	maps.Copy(all.calendars, l.calendars)
	for name, c := range days {
		if _, taken := all.calendars[name]; taken {
			return Law{}, fmt.Errorf("there is a calendar %s already; give yours another name", name)
		}
		all.calendars[name] = c
	}
	for name, rules := range more {
		if _, taken := all.sets[name]; taken {
			return Law{}, fmt.Errorf("there is a rule set %s already; give yours another name", name)
		}
		for _, r := range rules {
			if _, known := all.calendars[r.Holidays]; r.Holidays != "" && !known {
				return Law{}, fmt.Errorf("rule %s: there is no calendar %s; there are %s", r.ID, r.Holidays, strings.Join(all.Calendars(), ", "))
			}
		}
		all.sets[name] = rules
	}
	return all, nil
}

// Sets are the names of the rule sets, in order.
func (l Law) Sets() []string { return slices.Sorted(maps.Keys(l.sets)) }

// Calendars are the names of the calendars of holidays, in order.
func (l Law) Calendars() []string { return slices.Sorted(maps.Keys(l.calendars)) }

// Rules are those of a set.
func (l Law) Rules(set string) []Rule { return l.sets[set] }

// Code is what binds one campaign.
type Code struct {
	hours     Hours
	rules     []Rule
	calendars map[string]Calendar
}

// Code puts together what binds a campaign: its own hours, the sets that it names, and
// with [Code.Closed] its holidays. A set that is not known makes a rule that allows
// nothing, as nobody can tell what it would say.
func (l Law) Code(hours Hours, sets ...string) Code {
	c := Code{hours: hours, calendars: l.calendars}
	for _, name := range sets {
		rules, known := l.sets[name]
		if !known {
			rules = []Rule{{ID: name + ", which is not known", Open: &Week{}}}
		}
		c.rules = append(c.rules, rules...)
	}
	return c
}

// Closed adds calendars on whose days the campaign calls nobody, by its own wish.
func (c Code) Closed(calendars ...string) Code {
	c.rules = slices.Clip(c.rules)
	for _, name := range calendars {
		r := Rule{ID: "holidays", Holidays: name}
		if _, known := c.calendars[name]; !known {
			r = Rule{ID: "holidays " + name + ", which is not known", Open: &Week{}}
		}
		c.rules = append(c.rules, r)
	}
	return c
}

// Rules are all that may bind a contact of this place at a moment, whatever their
// content.
func (c Code) Rules(now time.Time, at Place) []Rule {
	var list []Rule
	for _, r := range c.rules {
		if r.Binds(now) && at.maybeIn(r.Where) {
			list = append(list, r)
		}
	}
	return list
}

// Decide judges a call at a moment to a contact at a place who was called before.
func (c Code) Decide(now time.Time, at Place, h History) Verdict {
	allowed, own := c.own(now, at)
	asked, refusal := []string{own}, own
	for _, r := range c.Rules(now, at) {
		ok, text := c.judge(r, now, at, h)
		if !ok && allowed {
			allowed, refusal = false, text
		}
		if text != "" {
			asked = append(asked, text)
		}
	}
	if allowed {
		return Verdict{Allowed: true, Rule: strings.Join(asked, "; ")}
	}
	return Verdict{Rule: refusal, Next: c.next(now, at, h)}
}

// Opens tells from when on somebody at this place may be called by the hours and
// holidays alone: now, if that is allowed, and zero for never.
func (c Code) Opens(now time.Time, at Place) time.Time { return c.next(now, at, History{}) }

// own judges by the campaign's hours.
func (c Code) own(now time.Time, at Place) (allowed bool, text string) {
	text = "hours " + c.hours.String()
	switch {
	case c.hours.Always:
		return true, text
	case !at.known():
		return false, text + notKnown
	}
	return at.openIn(c.hours.daily(), now), text + ", " + at.clocks(now)
}

const notKnown = ": the contact's time zone is not known"

// judge asks one rule, and says what it was judged by; a rule about other things
// than when to call says nothing.
func (c Code) judge(r Rule, now time.Time, at Place, h History) (allowed bool, text string) {
	switch {
	case r.aboutCalls():
		next, why := r.after(h, now)
		if why != "" {
			return !next.After(now), r.name() + ": " + why
		}
		return true, r.name()
	case !r.aboutDays():
		return true, ""
	case !at.known():
		return false, r.name() + notKnown
	}
	for _, zone := range at.Zones {
		local := now.In(zone)
		clock := ", " + local.Format("15:04") + " in " + zone.String()
		if r.Open != nil && !r.Open.open(local) {
			return false, r.name() + ": " + r.Open.on(local.Weekday()) + clock
		}
		if r.Holidays != "" && c.calendars[r.Holidays].has(dateOf(local)) {
			return false, r.name() + ": " + dateOf(local).String() + " is a holiday of " + r.Holidays + clock
		}
	}
	return true, r.name()
}

// next is the first moment from now on at which all rules allow a call. What follows
// from former calls only ever frees, and may take longer than hours are looked ahead
// for; so that comes first.
func (c Code) next(now time.Time, at Place, h History) time.Time {
	var calls, days []opening
	if !c.hours.Always {
		days = at.openings(c.hours.daily(), nil)
	}
	for _, r := range c.rules {
		if !at.maybeIn(r.Where) {
			continue
		}
		if r.aboutCalls() {
			calls = append(calls, r.during(func(t time.Time) time.Time {
				if next, _ := r.after(h, t); next.After(t) {
					return next
				}
				return t
			}))
		}
		if r.aboutDays() {
			for _, opens := range at.openings(r.week(), c.calendars[r.Holidays].bars()) {
				days = append(days, r.during(opens))
			}
		}
	}
	for _, frees := range calls {
		if free := frees(now); free.After(now) {
			now = free
		}
	}
	return earliest(now, append(days, calls...))
}

// everyHour is the week that never closes.
var everyHour = Hours{To: 24 * time.Hour}.daily()

// Waive takes rules away that may be passed by: with days, the campaign's hours and
// what else looks at the clock and the calendar; with calls, what looks at former
// calls.
func (c Code) Waive(days, calls bool) Code {
	if days {
		c.hours = Hours{Always: true}
	}
	c.rules = slices.DeleteFunc(slices.Clone(c.rules), func(r Rule) bool {
		return days && r.aboutDays() || calls && r.aboutCalls()
	})
	return c
}

// WithAgent takes the rules away that do not bind a call for which an agent is set aside.
func (c Code) WithAgent() Code {
	c.rules = slices.DeleteFunc(slices.Clone(c.rules), func(r Rule) bool { return r.Attended })
	return c
}
