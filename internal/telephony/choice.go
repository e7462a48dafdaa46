package telephony

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// unusable says why a trunk is not to be used now; empty if it is.
func (t *trunk) unusable(now time.Time) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.Registration.On && !now.Before(t.binding.until):
		return "it is not registered: " + cmp.Or(t.binding.trouble, "no answer yet")
	case t.health.state == Down:
		return "it is down: " + t.health.trouble
	case now.Before(t.out):
		return "it takes no calls until " + t.out.Format(time.TimeOnly) + ": " + t.trouble
	}
	return ""
}

// choose orders the trunks that can be used for one call: the healthy before the
// failing, then by priority, then by lot as weights and room have it. A name leaves
// only that trunk. If there is none, why says so.
//
// The lots are those of RFC 2782: each trunk draws an exponential time whose rate is
// its weight, and the earliest comes first. Lots, and not the fewest calls, because a
// trunk that refuses calls at once has the fewest of all.
func choose(trunks []*trunk, name string, now time.Time, draw func() float64) (chosen []*trunk, why string) {
	type candidate struct {
		*trunk
		sick int
		lot  float64
	}
	var list []candidate
	var reasons []string
	for _, t := range trunks {
		if name != "" && t.Name != name {
			continue
		}
		if reason := t.unusable(now); reason != "" {
			reasons = append(reasons, fmt.Sprintf("trunk %s: %s", t.Name, reason))
			continue
		}
		c := candidate{trunk: t, lot: draw() / t.share()}
		if t.failing(now) {
			c.sick = 1
		}
		list = append(list, c)
	}
	switch {
	case len(list) > 0:
		why = "all trunks are full"
	case len(reasons) > 0:
		why = strings.Join(reasons, "; ")
	default:
		why = "there is no such trunk"
	}
	slices.SortStableFunc(list, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.sick, b.sick), cmp.Compare(a.Priority, b.Priority), cmp.Compare(a.lot, b.lot))
	})
	for _, c := range list {
		chosen = append(chosen, c.trunk)
	}
	return chosen, why
}

// share is the trunk's weight, less what of it is taken: 0 if it is full.
func (t *trunk) share() float64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	share := float64(cmp.Or(t.Weight, 1))
	if t.MaxCalls > 0 {
		share *= max(0, 1-float64(t.calls)/float64(t.MaxCalls))
	}
	return share
}

func (t *trunk) failing(now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return now.Before(t.sick)
}

// order puts the addresses of the trunk last that have failed lately. If its name
// could not be looked up, the addresses that it had before will do.
func (t *trunk) order(hops []hop, err error, now time.Time) ([]hop, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err != nil {
		if len(t.hops) == 0 {
			return nil, err
		}
		hops = t.hops
	} else {
		t.hops = slices.Clone(hops)
	}
	ordered := slices.Clone(hops)
	slices.SortStableFunc(ordered, func(a, b hop) int {
		return cmp.Compare(dead(t.avoided[a], now), dead(t.avoided[b], now))
	})
	return ordered, nil
}

func dead(until, now time.Time) int {
	if now.Before(until) {
		return 1
	}
	return 0
}

// met notes whether an address did what it should; if not, it comes last until then.
func (t *trunk) met(h hop, failed bool, until time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !failed {
		delete(t.avoided, h)
		return
	}
	if t.avoided == nil {
		t.avoided = make(map[hop]time.Time)
	}
	t.avoided[h] = until
}
