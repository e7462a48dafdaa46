package campaign

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/pacing"
)

// Count is what attempts add to a campaign's ledger: of the calls that were answered,
// who answered and who was served.
type Count struct {
	Answered  int // by anybody, or anything
	Live      int // by a person
	Abandoned int // of those: no agent was there in time
	Served    int // of those: an agent was
	Unmanned  int // by nobody, as analysis found
	Heard     int // by a machine, as an agent found
	Checked   int // verdicts against a person that an agent looked at
	Mistaken  int // of those: it was a person
	Told      int // abandoned, with a message
}

// Plus counts together.
func (n Count) Plus(m Count) Count { return n.with(m, 1) }

// Minus takes away.
func (n Count) Minus(m Count) Count { return n.with(m, -1) }

func (n Count) with(m Count, sign int) Count {
	return Count{
		n.Answered + sign*m.Answered, n.Live + sign*m.Live, n.Abandoned + sign*m.Abandoned, n.Served + sign*m.Served,
		n.Unmanned + sign*m.Unmanned, n.Heard + sign*m.Heard, n.Checked + sign*m.Checked, n.Mistaken + sign*m.Mistaken,
		n.Told + sign*m.Told,
	}
}

// Count is what an attempt adds to the ledger. It holds for one that is not over, too,
// as far as its fate is known.
func (a Attempt) Count() Count {
	if a.Answered.IsZero() {
		return Count{}
	}
	n := Count{Answered: 1}
	heard := !a.Bridged.IsZero() && !a.Disposed.IsZero() // by an agent, who said what it was
	machine := strings.EqualFold(a.Category, "Machine") || strings.EqualFold(a.Category, "Fax")
	switch {
	case a.Outcome == call.NoPerson:
		n.Unmanned = 1
	case heard && machine:
		n.Heard = 1
	case a.Abandoned || a.Outcome == call.Abandoned || a.Outcome == call.Lost && a.Bridged.IsZero():
		n.Live, n.Abandoned = 1, 1
	case !a.Bridged.IsZero():
		n.Live, n.Served = 1, 1
	case a.Outcome == call.HungUp, a.Outcome == call.Informed:
		n.Live = 1
	}
	if heard && n.Unmanned == 0 && a.Finding != call.Unjudged && !a.Finding.Person() {
		n.Checked, n.Mistaken = 1, n.Live
	}
	if n.Abandoned == 1 && a.Message != "" {
		n.Told = 1
	}
	return n
}

// The people whom analysis took for machines, and who were hung up on or left a
// message, were abandoned too. How many they are can only be estimated: by the share of
// them among the verdicts that agents checked, once there are enough of those, and
// until then by a share of the live calls, which is what the analysis is built to keep.
const (
	enoughChecked = 100
	assumedMissed = 0.01
)

// Missed estimates how many people analysis took for machines.
func (n Count) Missed() int {
	switch {
	case n.Unmanned == 0:
		return 0
	case n.Checked >= enoughChecked:
		return int(math.Ceil(float64(n.Unmanned) * float64(n.Mistaken) / float64(n.Checked)))
	}
	return min(n.Unmanned, int(math.Ceil(assumedMissed*float64(n.Live))))
}

// Assumed tells that the estimate rests on an assumption, as too few verdicts were
// checked.
func (n Count) Assumed() bool { return n.Unmanned > 0 && n.Checked < enoughChecked }

// WindowNamed finds a window by its name.
func WindowNamed(name string) (w pacing.Window, ok bool) {
	return pacing.Window(name), slices.Contains(pacing.Windows, pacing.Window(name))
}

// Tally counts by a window's formula.
func (n Count) Tally(w pacing.Window) pacing.Tally {
	missed := n.Missed()
	t := pacing.Tally{Live: n.Live + missed, Abandoned: n.Abandoned + missed}
	if w == pacing.Ofcom {
		t.Abandoned -= n.machinesAbandoned()
		t.Live = n.Served + t.Abandoned
	}
	return t
}

// machinesAbandoned estimates how many of the abandoned calls were answered by
// machines, where no analysis sorts them out: as many of them as of the calls that
// agents were given.
func (n Count) machinesAbandoned() int {
	if n.Unmanned > 0 || n.Heard == 0 {
		return 0
	}
	return n.Abandoned * n.Heard / (n.Heard + n.Served)
}

// Day is a day in a campaign's zone: 20261102.
type Day int

// DayOf is the day of a moment in a zone; nil is UTC.
func DayOf(at time.Time, zone *time.Location) Day {
	if zone == nil {
		zone = time.UTC
	}
	y, m, d := at.In(zone).Date()
	return Day(y*10000 + int(m)*100 + d)
}

// LedgerZone is in whose midnights a campaign's days are counted: its zone, the first of
// several, and UTC if there is none.
func (c Campaign) LedgerZone(load func(name string) (*time.Location, error)) *time.Location {
	first, _, _ := strings.Cut(c.Zone, "&")
	zone, err := load(first)
	if err != nil {
		return time.UTC
	}
	return zone
}

// Before is the day some days before.
func (d Day) Before(days int) Day {
	return DayOf(time.Date(int(d/10000), time.Month(d/100%100), int(d%100)-days, 12, 0, 0, 0, time.UTC), nil)
}

// String is the day as ISO 8601 has it.
func (d Day) String() string { return fmt.Sprintf("%04d-%02d-%02d", d/10000, d/100%100, d%100) }

// Daily is a day of a campaign's ledger.
type Daily struct {
	Day   Day
	Count Count
}

// Book is a campaign's ledger of the last days, the oldest first.
type Book struct{ Days []Daily }

// Add counts something to a day. Days that no window reaches any more are dropped.
func (b *Book) Add(day Day, n Count) {
	if n == (Count{}) {
		return
	}
	i, found := slices.BinarySearchFunc(b.Days, day, func(p Daily, d Day) int { return int(p.Day - d) })
	if !found {
		b.Days = slices.Insert(b.Days, i, Daily{Day: day})
	}
	b.Days[i].Count = b.Days[i].Count.Plus(n)
	oldest := b.Days[len(b.Days)-1].Day.Before(pacing.ThirtyDays.Days())
	b.Days = slices.DeleteFunc(b.Days, func(p Daily) bool { return p.Day < oldest })
}

// Clone is a copy that shares nothing.
func (b Book) Clone() Book { return Book{slices.Clone(b.Days)} }

// Sum counts the days of a window that ends with a day.
func (b Book) Sum(w pacing.Window, day Day) Count {
	var n Count
	from := day.Before(w.Days() - 1)
	for _, p := range b.Days {
		if p.Day >= from && p.Day <= day {
			n = n.Plus(p.Count)
		}
	}
	return n
}
