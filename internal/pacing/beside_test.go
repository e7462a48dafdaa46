package pacing_test

import (
	"testing"
	"time"

	"github.com/outdial/outdial/internal/pacing"
)

// Two campaigns that share their agents dial, one after the other, as many as one that had
// all the calls would.
func TestTwoDialAsOne(t *testing.T) {
	old := pacing.New(pacing.Policy{}, pacing.Start())
	for i := range 4000 {
		old.Landed(pacing.Class{}, time.Duration(3+i%20)*time.Second, i%4 == 0)
	}
	seasoned := old.Memory()
	for idle := range 12 {
		var calls []pacing.Flight
		for i := range 10 {
			calls = append(calls, pacing.Flight{Placed: morning.Add(-time.Duration(2*i) * time.Second)})
		}
		air := func(calls []pacing.Flight, asked, idle int) pacing.Air {
			return pacing.Air{Now: morning, Idle: idle, Flights: calls, Asked: asked, Room: -1}
		}
		whole := pacing.New(pacing.Policy{}, seasoned).Predict(air(calls, 0, idle))
		one, other := pacing.New(pacing.Policy{}, seasoned), pacing.New(pacing.Policy{}, seasoned)
		first := air(calls[:5], 0, idle)
		first.Beside.Add(other, air(calls[5:], 0, 0), 1)
		began := one.Predict(first).Dial
		second := air(calls[5:], 0, idle)
		second.Beside.Add(one, air(calls[:5], began, 0), 1)
		if more := other.Predict(second).Dial; began+more != whole.Dial {
			t.Errorf("%d idle agents: two dial %d and %d, one %d", idle, began, more, whole.Dial)
		}
	}
}

// What of a campaign's agents another one does not have, that one's calls do not take.
func TestOnlyCommonAgentsAreShared(t *testing.T) {
	dials := func(share float64) int {
		a := pacing.Air{Now: morning, Idle: 6, Room: -1}
		if share > 0 {
			other := pacing.Air{Now: morning, Idle: -4}
			a.Beside.Add(pacing.New(pacing.Policy{}, pacing.Start()), other, share)
		}
		return pacing.New(pacing.Policy{}, pacing.Start()).Predict(a).Dial
	}
	if none, half, all := dials(0), dials(0.5), dials(1); !(none > half && half > all) {
		t.Errorf("dials %d beside none, %d beside one that has half of its agents, %d beside one that has all", none, half, all)
	}
}

// Campaigns that share agents are as careful as the most careful, and go on from near
// there when they are alone again. Over its strict maximum one holds all of them.
func TestTheMostCarefulLeads(t *testing.T) {
	careful, bold := pacing.Start(), pacing.Start()
	careful.Z, bold.Z = 3, -1
	p := pacing.New(pacing.Policy{}, bold)
	a := pacing.Air{Now: morning, Idle: 20, Room: -1}
	alone := p.Predict(a)
	a.Beside.Add(pacing.New(pacing.Policy{}, careful), pacing.Air{Now: morning}, 1)
	if beside := p.Predict(a); beside.Z != 3 || beside.Dial >= alone.Dial {
		t.Errorf("z %g and %d dialed beside a careful campaign, z %g and %d alone", beside.Z, beside.Dial, alone.Z, alone.Dial)
	}
	if p.Z() != 2.5 {
		t.Errorf("z is %g afterwards", p.Z())
	}
	strict := pacing.New(pacing.Policy{Adjust: pacing.StrictMaximum, Limit: 0.03}, careful)
	a.Beside.Add(strict, pacing.Air{Now: morning, Idle: -3, Flights: make([]pacing.Flight, 5), Tally: pacing.Tally{Live: 100, Abandoned: 4}}, 1)
	if d := p.Predict(a); d.Dial != 12 || d.Held == "" {
		t.Errorf("beside a campaign over its maximum, with 5 calls in the air and 3 who wait, %d are dialed for 20 agents, held: %q", d.Dial, d.Held)
	}
}
