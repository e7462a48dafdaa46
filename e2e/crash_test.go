//go:build linux

package e2e

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestKilledAtAnyMoment kills the program while agents work and starts it again
// on the same database, several times. Whatever the moment:
//
//   - no customer is called twice,
//   - a disposition that was answered with 200 is in the results afterwards,
//   - an attempt that was open when the program died is closed, as lost when
//     nothing better is known, before anyone is dialed again.
func TestKilledAtAnyMoment(t *testing.T) {
	t.Parallel()
	const (
		customers = 120
		kills     = 4
	)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	chance := rand.New(rand.NewPCG(seed, 0))

	c, phones := startCarrier(t), startPhones(t)
	agents := []string{"anna", "ben", "carla", "dora"}
	p := prepare(t, shift{trunk: c.uri(""), agents: agents, linesPerAgent: 2})
	p.serve(t)
	var numbers []string
	for i := range customers {
		numbers = append(numbers, number(glances, i))
	}
	p.load(t, numbers...)

	confirmed := make(map[string]string)
	for range kills {
		crew := work(desks(t, p, agents, phones), c.awaitGone)
		awaitMoment(t, chance, c, crew)
		p.kill()
		disposed, _ := crew.leave() // errors are what a killed server leaves
		for number, label := range disposed {
			confirmed[number] = label
		}
		called := c.dialed()
		p.serve(t)
		rows := p.attempts(t)
		t.Logf("killed after %d calls and %d dispositions in all; %d attempts known, lost %d", len(called), len(confirmed), len(rows),
			len(slices.DeleteFunc(slices.Clone(rows), func(a attempt) bool { return a.Outcome != "Lost" })))
		afterCrash(t, rows, called, confirmed)
	}
	crew := work(desks(t, p, agents, phones), c.awaitGone)
	rows := p.awaitAttempts(t, "everybody called", func(rows []attempt) bool { return len(placed(rows)) == customers && allClosed(rows) })
	crew.goHome(t)
	afterCrash(t, rows, c.dialed(), confirmed)
	if called := len(c.dialed()); called > customers {
		t.Errorf("%d calls for %d customers", called, customers)
	}
}

// desks signs the team in.
func desks(t *testing.T, p *program, agents []string, phones *carrier) []*desktop {
	t.Helper()
	var all []*desktop
	for _, agent := range agents {
		all = append(all, begin(t, p.http, agent, phones.uri(agent), true))
	}
	return all
}

// awaitMoment waits for a moment of no particular choice: some turn of some
// call, or some disposition, and a little later.
func awaitMoment(t *testing.T, chance *rand.Rand, c *carrier, crew *team) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	skip := 4 + chance.IntN(12)
	if turn := chance.IntN(4); turn < 3 {
		word := []string{"INVITE ", "ACK ", disconnect + " "}[turn]
		from := len(c.calls.all(func(string) bool { return true }))
		for range skip {
			next, _, err := c.calls.next(ctx, from, starting(word))
			if err != nil {
				t.Fatalf("the agents stopped working: no %s", word)
			}
			from = next
		}
	} else {
		crew.awaitDisposed(ctx, skip)
	}
	since(time.Now(), time.Duration(chance.IntN(20_000))*time.Microsecond)
}

// afterCrash holds the results, the carrier's calls and the confirmed
// dispositions against each other.
func afterCrash(t *testing.T, rows []attempt, called []string, confirmed map[string]string) {
	t.Helper()
	known := make(map[string]attempt)
	for _, a := range placed(rows) {
		if a.State != "closed" {
			t.Errorf("%s is still open: %q", a.Number, a.Outcome)
		}
		// Written down as talked is only what an agent disposed, confirmed or not.
		if a.Outcome == "" || a.Outcome == "Talked" && a.WrapUpCode != "Sale" {
			t.Errorf("%s is closed as %q with %q", a.Number, a.Outcome, a.WrapUpCode)
		}
		if _, twice := known[a.Number]; twice {
			t.Errorf("%s has two attempts", a.Number)
		}
		known[a.Number] = a
	}
	seen := make(map[string]bool)
	for _, number := range called {
		if seen[number] {
			t.Errorf("%s was called twice", number)
		}
		seen[number] = true
		if _, ok := known[number]; !ok {
			t.Errorf("%s was called and has no attempt", number)
		}
	}
	for number, label := range confirmed {
		if a := known[number]; !strings.EqualFold(a.WrapUpCode, label) {
			t.Errorf("%s was disposed as %q, and is in the results with %q, %q", number, label, a.WrapUpCode, a.Outcome)
		}
	}
}

// placed leaves out attempts that were withdrawn before anything was dialed: the
// contact lost nothing and may be called.
func placed(rows []attempt) []attempt {
	return slices.DeleteFunc(slices.Clone(rows), func(a attempt) bool { return a.Outcome == "Withdrawn" })
}
