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
	"strconv"
	"strings"

	"github.com/outdial/outdial/internal/bench"
	"github.com/outdial/outdial/internal/media"
)

const benchHelp = `outdial bench measures what this machine can carry.

  outdial bench media [flags]   calls through the media plane alone: CPU per packet, latency,
                                loss, memory of a leg
  outdial bench calls [flags]   the whole program: calls a second, agents, setup, leaks

Each explains its flags with -h. docs/sizing.md tells what the figures mean.
`

// bencher is `outdial bench`. Its parts relay, far and network are processes of the
// measurements, which are asked over their pipes.
func bencher(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	if len(args) == 0 {
		args = []string{"help"}
	}
	rest := args[1:]
	switch args[0] {
	case "media":
		return benchMedia(ctx, rest, stdout, stderr)
	case "calls":
		return benchCalls(ctx, rest, stdout, stderr)
	case "relay":
		return benchRelay(rest, stdout, stderr)
	case "far":
		return bench.Generate(os.Stdin, stdout)
	case "network":
		return bench.Network(os.Stdin, stdout)
	case "help", "-h", "--help":
		fmt.Fprint(stdout, benchHelp)
		return nil
	}
	fmt.Fprint(stderr, benchHelp)
	return fmt.Errorf("what is there to measure of %q? %w", args[0], errUsage)
}

// mediaBench is what `outdial bench media` was asked to measure.
type mediaBench struct {
	load         bench.Load
	bridge, ipv6 bool
	relay, far   netip.Addr
	// relayBy and farBy are words before the commands of the two processes, such as
	// ip netns exec NAME.
	relayBy, farBy string
	plane          planeFlags
	json           string
}

// benchMedia is `outdial bench media`: it loads a media plane in a process of its own.
func benchMedia(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	b, err := parseMediaBench(args, stderr)
	if err != nil || b == nil {
		return err
	}
	result, err := b.measure(ctx)
	if err != nil {
		return err
	}
	if err := result.Table(stdout); err != nil {
		return err
	}
	return written(b.json, func(to io.Writer) error {
		lines := json.NewEncoder(to)
		lines.SetIndent("", "  ")
		return lines.Encode(result)
	})
}

// parseMediaBench reads the command line; nil for a request for help.
func parseMediaBench(args []string, stderr io.Writer) (*mediaBench, error) {
	var b mediaBench
	flags := flag.NewFlagSet("outdial bench media", flag.ContinueOnError)
	flags.SetOutput(stderr)
	l := &b.load
	flags.IntVar(&l.Calls, "calls", 0, "so `many` calls of two legs that hear each other")
	flags.IntVar(&l.Parked, "parked", 0, "so `many` legs that speak and hear nobody, as agents between two customers")
	flags.IntVar(&l.Conferences, "conferences", 0, "so `many` conferences of three legs")
	flags.BoolVar(&b.bridge, "bridge", false, "bridge pairs again and again, and measure how soon one hears the other")
	flags.Float64Var(&l.Seconds, "seconds", 20, "measure for so many `seconds`")
	flags.BoolVar(&l.SRTP, "srtp", false, "every leg has keys (AEAD_AES_128_GCM)")
	flags.BoolVar(&l.Transcode, "transcode", false, "one leg of each call speaks A-law, the other µ-law")
	flags.BoolVar(&l.Record, "record", false, "record every call, in stereo")
	flags.BoolVar(&b.ipv6, "ipv6", false, "over IPv6's loopback, unless --relay-address and --far-address say otherwise")
	address := func(to *netip.Addr) func(string) error {
		return func(v string) (err error) {
			*to, err = netip.ParseAddr(v)
			return err
		}
	}
	flags.Func("relay-address", "the `address` of the plane's legs; loopback by itself", address(&b.relay))
	flags.Func("far-address", "the `address` of the far ends; loopback by itself", address(&b.far))
	flags.StringVar(&b.relayBy, "relay-by", "", "run the plane's process by this `command`, such as \"ip netns exec NAME\"")
	flags.StringVar(&b.farBy, "far-by", "", "run the far ends' process by this `command`")
	flags.StringVar(&b.json, "json", "", "write the result to this `file` too")
	b.plane.define(flags)
	if err := flags.Parse(args); err != nil {
		return nil, usage(err)
	}
	b.settle()
	if err := l.Check(); err != nil {
		return nil, fmt.Errorf("%w: %w", err, errUsage)
	}
	return &b, flagsOnly(flags)
}

// settle fills in what the flags left open.
func (b *mediaBench) settle() {
	b.load.Fair = b.plane.kernel != media.Off
	const pairs = 20 // each is bridged and parted in turn
	if b.bridge {
		b.load.Bridging = pairs
	}
	loopback := netip.AddrFrom4([4]byte{127, 0, 0, 1})
	if b.ipv6 {
		loopback = netip.IPv6Loopback()
	}
	for _, a := range []*netip.Addr{&b.relay, &b.far} {
		if !a.IsValid() {
			*a = loopback
		}
	}
}

// measure runs the two processes.
func (b *mediaBench) measure(ctx context.Context) (result *bench.Result, err error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	by := func(words string, args ...string) []string {
		return append(append(strings.Fields(words), self, "bench"), args...)
	}
	far, err := bench.New(ctx, b.load, b.far, by(b.farBy, "far")...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, far.Close()) }()
	relay, err := bench.StartRelay(ctx, "outdial", by(b.relayBy, append([]string{"relay", "--address", b.relay.String()}, b.plane.args()...)...)...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, relay.Close()) }()
	return far.Measure(relay)
}

// planeFlags are the flags that are about the plane itself; bench media hands them on.
type planeFlags struct {
	workers  int
	epoll    bool
	portable bool
	idle     string // what a parked leg is sent
	kernel   media.Kernel
	folder   string // for recordings
}

func (p *planeFlags) define(flags *flag.FlagSet) {
	flags.IntVar(&p.workers, "workers", 0, "so `many` workers carry the legs; 0 is one for each core")
	flags.BoolVar(&p.epoll, "epoll", false, "do without io_uring")
	flags.BoolVar(&p.portable, "portable", false, "carry the legs as on other systems than Linux, by two goroutines each")
	flags.Func("kernel", "leave settled calls to the kernel: `off`, auto or require; not over loopback", func(v string) (err error) {
		p.kernel, err = media.KernelNamed(v)
		return err
	})
	flags.StringVar(&p.idle, "idle", "silence", "send parked legs `silence`, noise or keepalive")
	flags.StringVar(&p.folder, "folder", os.TempDir(), "write recordings to this `folder`, and remove them at the end")
}

// args gives the flags as they are written.
func (p *planeFlags) args() []string {
	return []string{"--workers", strconv.Itoa(p.workers), "--epoll=" + strconv.FormatBool(p.epoll), "--portable=" + strconv.FormatBool(p.portable), "--idle", p.idle, "--kernel", p.kernel.String(), "--folder", p.folder}
}

// config is the plane's configuration, but for its address.
func (p *planeFlags) config() media.Config {
	return media.Config{Workers: p.workers, Epoll: p.epoll, Portable: p.portable, Kernel: p.kernel}
}
