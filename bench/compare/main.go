// Command compare has relays of voice carry the same load, one after the other and
// again, and tells what each costs and how that relates.
//
//	go run ./bench/compare                                  Outdial, rtpengine and a plain relay
//	go run ./bench/compare -short                           in seconds
//	go run ./bench/compare -relays outdial,portable         two of Outdial's own ways
//	go run ./bench/compare -relays outdial,kernel -veth     through network namespaces
//
// The relays:
//
//   - outdial: the media plane of this checkout, as `outdial bench media` measures it;
//     epoll is the same with --epoll, portable with --portable, kernel with --kernel=require.
//   - rtpengine: Debian's package, in userspace. Where it is missing it is installed with
//     apt-get, unless -short leaves it out. It is started here by its path; one that runs
//     already is left alone.
//   - plain: a socket and a goroutine for each leg (plain.go), what one would write in an
//     afternoon.
//
// The relays alternate, so that a machine that grows slower is unfair to none, and before
// each the far ends send to each other directly, so that what is taken off is of the same
// minute. Ratios are the median of those of each round. Steal tells whether a round is to
// be believed; "with far ends" is what the process, the far ends and the kernel's threads
// for softirqs spend more than the far ends alone, which other work on the machine does
// not add to.
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
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/outdial/outdial/internal/bench"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "compare:", err)
		os.Exit(1)
	}
}

// comparison is what is to be compared, and how.
type comparison struct {
	load   bench.Load
	rounds int
	relays []string
	short  bool
	veth   bool
	json   string

	folder    string // for the program that is built, and others' files
	far, near netip.Addr
	farBy     []string // words before the commands of the generator
	nearBy    []string // and of the relays
}

func run(ctx context.Context, args []string) (err error) {
	if len(args) > 0 { // a process of ours
		switch args[0] {
		case "far":
			return bench.Generate(os.Stdin, os.Stdout)
		case "plain":
			return plain(args[1:])
		}
	}
	c, err := parse(args)
	if err != nil || c == nil {
		return err
	}
	if c.folder, err = os.MkdirTemp("", "outdial-compare-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(c.folder)) }()
	if err := c.prepare(ctx); err != nil {
		return err
	}
	if c.veth {
		defer func() { err = errors.Join(err, c.removeNamespaces()) }()
		if err := c.makeNamespaces(); err != nil {
			return err
		}
	}
	results, err := c.measure(ctx)
	if err != nil {
		return err
	}
	return errors.Join(tell(os.Stdout, c.relays, results), c.write(results))
}

// parse reads the command line; nil for a request for help.
func parse(args []string) (*comparison, error) {
	loopback := netip.AddrFrom4([4]byte{127, 0, 0, 1})
	c := &comparison{far: loopback, near: loopback}
	flags := flag.NewFlagSet("compare", flag.ContinueOnError)
	flags.IntVar(&c.load.Calls, "calls", 400, "so `many` calls of two legs")
	flags.Float64Var(&c.load.Seconds, "seconds", 10, "measure each for so many `seconds`")
	flags.IntVar(&c.rounds, "rounds", 3, "so `many` rounds of all relays")
	flags.BoolVar(&c.load.Record, "record", false, "record every call; of Outdial's relays only")
	flags.BoolVar(&c.veth, "veth", false, "in two network namespaces that are made for it, joined by a link; as root, and without rtpengine")
	flags.BoolVar(&c.short, "short", false, "20 calls, half a second, one round; without rtpengine where it is missing")
	flags.StringVar(&c.json, "json", "", "write the results to this `file` too")
	relays := flags.String("relays", "outdial,rtpengine,plain", "the `relays`, of outdial, epoll, portable, kernel, rtpengine and plain; the first is related to the others")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	c.relays = strings.Split(*relays, ",")
	c.load.Fair = slices.Contains(c.relays, "kernel")
	if c.short {
		c.load.Calls, c.load.Seconds, c.rounds = 20, 0.5, 1
	}
	if c.veth {
		c.relays = slices.DeleteFunc(c.relays, func(name string) bool { return name == "rtpengine" })
	}
	return c, c.load.Check()
}

// prepare builds the program, and installs rtpengine if need be.
func (c *comparison) prepare(ctx context.Context) error {
	build := exec.CommandContext(ctx, "go", "build", "-o", c.folder, "github.com/outdial/outdial/cmd/outdial")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("outdial does not build: %w\n%s", err, out)
	}
	if !slices.Contains(c.relays, "rtpengine") {
		return nil
	}
	if _, err := exec.LookPath("rtpengine"); err == nil {
		return nil
	}
	if c.short {
		fmt.Fprintln(os.Stderr, "rtpengine is left out: it is not installed")
		c.relays = slices.DeleteFunc(c.relays, func(name string) bool { return name == "rtpengine" })
		return nil
	}
	return installEngine(ctx)
}

// start runs a relay.
func (c *comparison) start(ctx context.Context, name string) (bench.Relay, error) {
	outdial := append(slices.Clone(c.nearBy), filepath.Join(c.folder, "outdial"), "bench", "relay", "--address", c.near.String(), "--folder", c.folder)
	switch name {
	case "outdial":
		return bench.StartRelay(ctx, name, outdial...)
	case "epoll", "portable":
		return bench.StartRelay(ctx, name, append(outdial, "--"+name)...)
	case "kernel":
		return bench.StartRelay(ctx, name, append(outdial, "--kernel=require")...)
	case "rtpengine":
		return startEngine(ctx, c.near, c.folder)
	case "plain":
		self, err := os.Executable()
		if err != nil {
			return nil, err
		}
		return bench.StartRelay(ctx, name, append(slices.Clone(c.nearBy), self, "plain", c.near.String())...)
	}
	return nil, fmt.Errorf("there is no relay %q: outdial, epoll, portable, kernel, rtpengine or plain", name)
}

// measure measures all relays in each round.
func (c *comparison) measure(ctx context.Context) (rounds [][]*bench.Result, err error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	far, err := bench.New(ctx, c.load, c.far, append(slices.Clone(c.farBy), self, "far")...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, far.Close()) }()
	for range c.rounds {
		var round []*bench.Result
		for _, name := range c.relays {
			relay, err := c.start(ctx, name)
			if err != nil {
				return nil, err
			}
			result, err := far.Measure(relay)
			if err := errors.Join(err, relay.Close()); err != nil {
				return nil, err
			}
			round = append(round, result)
		}
		rounds = append(rounds, round)
	}
	return rounds, nil
}

// tell writes a table of all rounds, and how the first relay relates to the others.
func tell(to io.Writer, relays []string, rounds [][]*bench.Result) error {
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "round\trelay\tµs a packet\twith far ends\tthe machine\tp50 µs\tp99 µs\tlost\tsteal\tfar ends late, p99 µs\t")
	for i, round := range rounds {
		for _, r := range round {
			talking, added := r.Packets[bench.Talking], "full"
			if !r.Machine.Full() {
				added = fmt.Sprintf("%.2f", r.CPU.Added)
			}
			fmt.Fprintf(w, "%d\t%s\t%.2f\t%.2f\t%s\t%.0f\t%.0f\t%d of %d\t%.1f %%\t%.0f\t\n", i+1, r.Relay, r.CPU.Packet, r.CPU.Path, added,
				r.Latency.P50, r.Latency.P99, talking.Lost, talking.Sent, 100*r.Machine.Steal, r.Generator.Late.P99)
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for other := 1; other < len(relays); other++ {
		ratio := func(figure func(*bench.Result) float64) float64 {
			var all []float64
			for _, round := range rounds {
				all = append(all, figure(round[0])/figure(round[other]))
			}
			slices.Sort(all)
			return all[len(all)/2]
		}
		fmt.Fprintf(to, "%s to %s, median of %d rounds: %.2f of the CPU of the process, %.2f with what far ends and softirqs spend more", relays[0], relays[other], len(rounds),
			ratio(func(r *bench.Result) float64 { return r.CPU.Packet }), ratio(func(r *bench.Result) float64 { return r.CPU.Path }))
		if !slices.ContainsFunc(rounds, full) {
			fmt.Fprintf(to, ", %.2f of what the machine spends more", ratio(func(r *bench.Result) float64 { return r.CPU.Added }))
		}
		fmt.Fprintln(to)
	}
	return nil
}

// full tells whether the machine was never idle in some part of a round.
func full(round []*bench.Result) bool {
	return slices.ContainsFunc(round, func(r *bench.Result) bool { return r.Machine.Full() })
}

func (c *comparison) write(rounds [][]*bench.Result) error {
	if c.json == "" {
		return nil
	}
	text, err := json.MarshalIndent(rounds, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(c.json, append(text, '\n'), 0o644)
}
