package compliance

import (
	"slices"
	"strings"
	"time"
)

// Place is where a contact may be.
type Place struct {
	// Zones are all time zones that are named for him; none means that it is not
	// known.
	Zones []*time.Location
	// States are the subdivisions of countries that are named for him, as in ISO
	// 3166-2: "US-FL".
	States []string
}

// ParsePlace reads what is kept of a contact: names of zones and states joined by &,
// as in "America/New_York&America/Chicago&US-FL". If it names no zone, the usual ones
// stand for it, and likewise for states. A name that load does not know leaves the zones unknown, whatever
// the others are.
func ParsePlace(text, usual string, load func(string) (*time.Location, error)) Place {
	zones, states := SplitPlace(text)
	usually, usualStates := SplitPlace(usual)
	if len(zones) == 0 {
		zones = usually
	}
	if len(states) == 0 {
		states = usualStates
	}
	p := Place{States: states}
	for _, name := range zones {
		zone, err := load(name)
		if err != nil || zone == nil {
			return Place{States: states}
		}
		p.Zones = append(p.Zones, zone)
	}
	return p
}

// SplitPlace takes the names of zones and of states apart.
func SplitPlace(text string) (zones, states []string) {
	for name := range strings.SplitSeq(text, "&") {
		switch {
		case name == "":
		case IsState(name):
			states = append(states, name)
		default:
			zones = append(zones, name)
		}
	}
	return zones, states
}

// JoinPlace writes a place so that equal ones have equal texts: each name once, in
// order.
func JoinPlace(names ...string) string {
	var all []string
	for _, name := range names {
		zones, states := SplitPlace(name)
		all = append(append(all, zones...), states...)
	}
	slices.Sort(all)
	return strings.Join(slices.Compact(all), "&")
}

// IsState tells whether a name is formed like a subdivision in ISO 3166-2, "US-FL" or
// "GB-SCT". No time zone is named so.
func IsState(name string) bool {
	country, part, ok := strings.Cut(name, "-")
	return ok && len(country) == 2 && len(part) >= 1 && len(part) <= 3 &&
		strings.Trim(country, capitals) == "" && strings.Trim(part, capitals+"0123456789") == ""
}

const capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// maybeIn tells whether somebody of this place may be in a state; an empty name is
// everywhere.
func (p Place) maybeIn(state string) bool {
	return state == "" || len(p.States) == 0 || slices.Contains(p.States, state)
}

func (p Place) known() bool {
	return len(p.Zones) > 0 && !slices.Contains(p.Zones, nil)
}

// openIn tells whether a week is open in all zones.
func (p Place) openIn(w Week, now time.Time) bool {
	return !slices.ContainsFunc(p.Zones, func(zone *time.Location) bool { return !w.open(now.In(zone)) })
}

// openings are when a week is open, one for each zone; one that never is, if nobody
// knows the zone.
func (p Place) openings(w Week, barred func(Date) bool) []opening {
	if !p.known() {
		return []opening{func(time.Time) time.Time { return time.Time{} }}
	}
	var all []opening
	for _, zone := range p.Zones {
		all = append(all, func(t time.Time) time.Time { return w.opens(t, zone, barred) })
	}
	return all
}

// clocks is what the clocks on the walls show.
func (p Place) clocks(now time.Time) string {
	var all []string
	for _, zone := range p.Zones {
		all = append(all, now.In(zone).Format("15:04")+" in "+zone.String())
	}
	return strings.Join(all, ", ")
}
