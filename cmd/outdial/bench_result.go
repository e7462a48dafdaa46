package main

import (
	"errors"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/outdial/outdial/internal/bench"
)

// callsResult is what `outdial bench calls` found.
type callsResult struct {
	Rate    int     `json:"rate"`
	Agents  int     `json:"agents"`
	Hold    float64 `json:"hold_seconds"`
	Record  bool    `json:"record"`
	SRTP    bool    `json:"srtp"`
	Seconds float64 `json:"seconds"`
	// Of the time that counts:
	Answered   int           `json:"answered"`
	PerSecond  float64       `json:"answered_per_second"`
	Up         int           `json:"calls_up"` // at its end
	Setup      bench.Latency `json:"setup"`
	Teardown   bench.Latency `json:"teardown"`
	Prime      bench.Latency `json:"bridge"`
	Plain      bench.Latency `json:"bridge_without_prime"`
	ServerCPU  float64       `json:"server_ms_per_call"`
	ServerUse  float64       `json:"server_cores"`
	NetworkUse float64       `json:"network_cores"`
	DesksUse   float64       `json:"desktops_cores"`
	Machine    float64       `json:"machine_cores"` // busy, with whatever
	Steal      float64       `json:"steal"`
	FloorBusy  float64       `json:"floor_busy"`            // a share, from 0 to 1
	Longest    float64       `json:"floor_longest_seconds"` // input of the floor
	Jobs       float64       `json:"ledger_jobs_per_call"`
	Turns      float64       `json:"ledger_turns_per_call"` // each waits for the disk once
	LedgerBusy float64       `json:"ledger_busy"`           // a share
	// Of all:
	Invited  int      `json:"invited"`
	Ended    int      `json:"ended"`
	Failed   int      `json:"failed"`
	Busy     int      `json:"busy"`
	Repeated int      `json:"repeated"`
	Before   holdings `json:"before"`
	After    holdings `json:"after"`
}

func (r *callRun) result() *callsResult {
	const server, network, desks = 0, 1, 2
	answered := r.after.Answered - r.before.Answered
	calls := float64(max(1, answered))
	length := r.usage.Length.Seconds()
	return &callsResult{
		Rate: r.bench.rate, Agents: r.bench.agents, Hold: r.bench.hold.Seconds(), Record: r.bench.record, SRTP: r.bench.srtp, Seconds: length,
		Answered: answered, PerSecond: float64(answered) / length, Up: r.after.Up - r.bench.agents,
		Setup: r.last.Setup.Latency(), Teardown: r.last.Teardown.Latency(), Prime: r.last.Prime.Latency(), Plain: r.last.Plain.Latency(),
		ServerCPU: r.usage.Spent[server] * length * 1000 / calls,
		ServerUse: r.usage.Spent[server], NetworkUse: r.usage.Spent[network], DesksUse: r.usage.Spent[desks],
		Machine: r.usage.Busy, Steal: r.usage.Steal,
		FloorBusy: r.figures["outdial_floor_busy_seconds_total"] / length, Longest: r.longest,
		Jobs: r.figures["outdial_ledger_jobs_total"] / calls, Turns: r.figures["outdial_ledger_turns_total"] / calls,
		LedgerBusy: r.figures["outdial_ledger_busy_seconds_total"] / length,
		Invited:    r.last.Invited - r.bench.agents, Ended: r.last.Ended, Failed: r.last.Failed, Busy: r.last.Busy, Repeated: r.last.Repeated,
		Before: r.idle, After: r.rested,
	}
}

// reached is the share of the calls a second that must be answered, where no agents are
// waited for.
const reached = 0.95

// judge tells what went wrong, if anything did.
func (r *callsResult) judge() error {
	var wrong []error
	if r.Failed+r.Busy > 0 {
		wrong = append(wrong, fmt.Errorf("%d calls failed and %d found no free phone", r.Failed, r.Busy))
	}
	if r.Ended != r.Invited-r.Busy {
		wrong = append(wrong, fmt.Errorf("%d calls were begun, and %d have ended", r.Invited, r.Ended))
	}
	if r.Agents == 0 && r.PerSecond < reached*float64(r.Rate) {
		wrong = append(wrong, fmt.Errorf("%.1f calls a second were answered, not %d", r.PerSecond, r.Rate))
	}
	if r.After.more(r.Before) {
		wrong = append(wrong, errors.New("the server holds more than before the calls"))
	}
	return errors.Join(wrong...)
}

// table writes the result to be read.
func (r *callsResult) table(to io.Writer) error {
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "calls\t%d answered in %.1f s, %.1f a second of %d; %d up at the end; %d agents, held for %g s, recorded %t, encrypted %t\n",
		r.Answered, r.Seconds, r.PerSecond, r.Rate, r.Up, r.Agents, r.Hold, r.Record, r.SRTP)
	fmt.Fprintf(w, "in all\t%d begun, %d ended, %d failed, %d found no phone, %d messages were repeated\n", r.Invited, r.Ended, r.Failed, r.Busy, r.Repeated)
	for _, l := range []struct {
		what string
		of   bench.Latency
	}{
		{"INVITE to ACK", r.Setup}, {"BYE to 200", r.Teardown}, {"200 to the agent's voice", r.Prime}, {"the same without prime", r.Plain},
	} {
		if l.of.Count > 0 {
			fmt.Fprintf(w, "%s\tp50 %.2f ms, p90 %.2f ms, p99 %.2f ms, most %.2f ms; of %d\n", l.what, l.of.P50/1000, l.of.P90/1000, l.of.P99/1000, l.of.Max/1000, l.of.Count)
		}
	}
	fmt.Fprintf(w, "CPU\t%.2f ms of the server for a call, its media included; server %.2f cores, network %.2f, desktops %.2f, all of the machine %.2f; %.1f %% stolen\n",
		r.ServerCPU, r.ServerUse, r.NetworkUse, r.DesksUse, r.Machine, 100*r.Steal)
	fmt.Fprintf(w, "the floor's loop\tbusy %.2f %% of the time, the longest input %.2f ms\n", 100*r.FloorBusy, 1000*r.Longest)
	fmt.Fprintf(w, "the database\tbusy %.2f %% of the time, %.2f jobs for a call, done in %.2f turns\n", 100*r.LedgerBusy, r.Jobs, r.Turns)
	for _, h := range []struct {
		what string
		holdings
	}{{"held before", r.Before}, {"held after", r.After}} {
		fmt.Fprintf(w, "%s\t%d goroutines, %d files, %d UDP sockets, %d open attempts, %.1f MiB of heap, %.1f MiB resident\n",
			h.what, h.Goroutines, h.Files, h.Sockets, h.Attempts, float64(h.Heap)/(1<<20), float64(h.Resident)/(1<<20))
	}
	return w.Flush()
}
