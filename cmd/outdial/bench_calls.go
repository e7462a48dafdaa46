package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/netip"
	"os"
	"time"

	"github.com/outdial/outdial/internal/bench"
)

const (
	// rampUp is how long calls are made at most before they count, beyond the first's
	// length; else as long as they count then.
	rampUp = 2 * time.Second
	// settleTime is how long the last calls, and what they held, may take to go.
	settleTime = 30 * time.Second
)

// callBench is what `outdial bench calls` was asked to measure.
type callBench struct {
	rate    int // calls a second
	seconds float64
	agents  int
	hold    time.Duration
	record  bool
	srtp    bool
	dir     string // of the configuration and the database
	json    string
}

// benchCalls is `outdial bench calls`: it has a server of its own call a network of its
// own, each in a process, and tells what that costs and whether all went well.
func benchCalls(ctx context.Context, args []string, stdout, stderr io.Writer) (err error) {
	b, err := parseCallBench(args, stderr)
	if err != nil || b == nil {
		return err
	}
	if b.dir, err = os.MkdirTemp("", "outdial-bench-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.dir)) }()
	result, err := b.measure(ctx, stderr)
	if err != nil {
		return err
	}
	if err := result.table(stdout); err != nil {
		return err
	}
	if err := written(b.json, func(to io.Writer) error {
		lines := json.NewEncoder(to)
		lines.SetIndent("", "  ")
		return lines.Encode(result)
	}); err != nil {
		return err
	}
	return result.judge()
}

// parseCallBench reads the command line; nil for a request for help.
func parseCallBench(args []string, stderr io.Writer) (*callBench, error) {
	var b callBench
	flags := flag.NewFlagSet("outdial bench calls", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.IntVar(&b.rate, "rate", 100, "so `many` calls a second; with agents, at most")
	flags.Float64Var(&b.seconds, "seconds", 20, "measure for so many `seconds`")
	flags.IntVar(&b.agents, "agents", 0, "so `many` agents on standing lines take the calls; with none, who answers hears a message")
	flags.DurationVar(&b.hold, "hold", 2*time.Second, "how `long` a customer stays before he hangs up")
	flags.BoolVar(&b.record, "record", false, "record every call; with agents only")
	flags.BoolVar(&b.srtp, "srtp", false, "encrypt the voice of customers and agents")
	flags.StringVar(&b.json, "json", "", "write the result to this `file` too")
	if err := flags.Parse(args); err != nil {
		return nil, usage(err)
	}
	switch {
	case b.rate < 1 || b.rate > 1000:
		return nil, fmt.Errorf("--rate is from 1 to 1000 calls a second: %w", errUsage)
	case b.seconds <= 0 || b.hold <= 0:
		return nil, fmt.Errorf("--seconds and --hold are above 0: %w", errUsage)
	case b.agents < 0 || b.agents > 2000:
		return nil, fmt.Errorf("--agents is from 0 to 2000: %w", errUsage)
	case b.record && b.agents == 0:
		return nil, fmt.Errorf("--record needs --agents: what is played to a customer alone is not recorded: %w", errUsage)
	}
	return &b, flagsOnly(flags)
}

func (b *callBench) length() time.Duration { return time.Duration(b.seconds * float64(time.Second)) }

// flying is how many calls there may be at a time.
func (b *callBench) flying() int {
	return int(float64(b.rate)*(b.hold.Seconds()+2)) + 20
}

// contacts is how many may be called at most.
func (b *callBench) contacts() int {
	return int(float64(b.rate) * (b.seconds + b.hold.Seconds() + rampUp.Seconds() + 10))
}

// measure runs the network and the server.
func (b *callBench) measure(ctx context.Context, stderr io.Writer) (result *callsResult, err error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	network, err := bench.StartChild(ctx, self, "bench", "network")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, network.Close()) }()
	var carrier netip.AddrPort
	if err := network.Ask(bench.NetworkRequest{Open: &bench.Subscribers{
		Address: netip.AddrFrom4([4]byte{127, 0, 0, 1}), Phones: b.flying() + b.agents, Hold: b.hold, Agents: agentName,
	}}, &carrier); err != nil {
		return nil, err
	}
	server, err := b.serve(ctx, self, carrier, stderr)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, server.stop()) }()
	office, err := b.staff(ctx, server, network, carrier)
	if err != nil {
		return nil, err
	}
	defer office.close()
	r := &callRun{bench: b, server: server, network: network}
	if err := r.dial(ctx); err != nil {
		return nil, errors.Join(err, office.trouble())
	}
	if err := office.trouble(); err != nil {
		return nil, err
	}
	return r.result(), nil
}

// callRun is a measurement under way.
type callRun struct {
	bench   *callBench
	server  *benchServer
	network *bench.Child

	idle, rested  holdings           // before the first call and after the last
	before, after bench.Calls        // around what counts
	last          bench.Calls        // once all has ended
	usage         bench.Usage        // of the server, the network and this process, in which the desktops are
	figures       map[string]float64 // by which the server's counters rose meanwhile
	longest       float64
}

// seen asks the network what it has seen.
func (r *callRun) seen() (c bench.Calls, err error) {
	return c, r.network.Ask(bench.NetworkRequest{}, &c)
}

// dial loads the campaign's contacts, upon which it calls them, and reads the clocks around the time that
// counts.
func (r *callRun) dial(ctx context.Context) (err error) {
	if r.idle, err = r.server.holdings(ctx); err != nil {
		return err
	}
	if err := r.bench.load(ctx); err != nil {
		return err
	}
	if err := r.await(ctx, settleTime, "no call has come", func(c bench.Calls) bool { return c.Ended > 0 }); err != nil {
		return err
	}
	if err := wait(ctx, min(rampUp, r.bench.length())); err != nil {
		return err
	}
	if err := r.count(ctx); err != nil {
		return err
	}
	if err := r.server.pause(ctx); err != nil {
		return err
	}
	lines := r.bench.agents
	if err := r.await(ctx, settleTime+r.bench.hold, "calls do not end", func(c bench.Calls) bool { r.last = c; return c.Up == lines }); err != nil {
		return err
	}
	return r.rest(ctx)
}

// count is the time that counts.
func (r *callRun) count(ctx context.Context) (err error) {
	pids := []int{r.server.pid(), r.network.PID(), os.Getpid()}
	if r.before, err = r.seen(); err != nil {
		return err
	}
	counted, err := r.server.metrics(ctx)
	if err != nil {
		return err
	}
	before, err := bench.ReadClocks(pids...)
	if err != nil {
		return err
	}
	if err := wait(ctx, r.bench.length()); err != nil {
		return err
	}
	after, err := bench.ReadClocks(pids...)
	if err != nil {
		return err
	}
	r.usage = after.Since(before)
	if r.after, err = r.seen(); err != nil {
		return err
	}
	r.figures, err = r.server.metrics(ctx)
	r.longest = r.figures["outdial_floor_longest_seconds"]
	for name := range r.figures {
		r.figures[name] -= counted[name]
	}
	return err
}

// await waits until the network has seen something.
func (r *callRun) await(ctx context.Context, patience time.Duration, otherwise string, is func(bench.Calls) bool) error {
	for end := time.Now().Add(patience); ; {
		c, err := r.seen()
		if err != nil || is(c) {
			return err
		}
		if time.Now().After(end) {
			return fmt.Errorf("%s within %v: %d invited, %d answered, %d ended, %d up", otherwise, patience, c.Invited, c.Answered, c.Ended, c.Up)
		}
		if err := wait(ctx, 100*time.Millisecond); err != nil {
			return err
		}
	}
}

// rest waits until the server holds no more than before, or for as long as that may take.
func (r *callRun) rest(ctx context.Context) (err error) {
	for end := time.Now().Add(settleTime); ; {
		if r.rested, err = r.server.holdings(ctx); err != nil {
			return err
		}
		if !r.rested.more(r.idle) || time.Now().After(end) {
			return nil
		}
		if err := wait(ctx, 500*time.Millisecond); err != nil {
			return err
		}
	}
}
