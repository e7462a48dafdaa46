package bench

import (
	"fmt"
	"io"
	"runtime"
	"slices"
	"text/tabwriter"
	"time"
)

// Result is what one relay did under a load.
type Result struct {
	Relay   string          `json:"relay"`
	Load    Load            `json:"load"`
	Machine Machine         `json:"machine"`
	Packets map[Kind]Counts `json:"packets"`
	// CPU is per packet that a far end has sent, in microseconds.
	CPU         CPU         `json:"cpu"`
	Latency     Latency     `json:"latency"` // from far end to far end
	Direct      Latency     `json:"direct"`  // the same without a relay
	Generator   Generator   `json:"generator"`
	Allocations float64     `json:"allocations_per_packet"`
	Goroutines  float64     `json:"goroutines_per_leg"`
	Memory      Memory      `json:"memory_per_leg"`
	Recordings  *Recordings `json:"recordings,omitempty"`
	Bridge      *Bridge     `json:"bridge,omitempty"`
}

// Machine is where it was measured, and how quiet that was.
type Machine struct {
	Cores int     `json:"cores"`
	Arch  string  `json:"arch"`
	Steal float64 `json:"steal"` // a share, from 0 to 1
	Busy  float64 `json:"busy_cores"`
}

// Full tells whether the machine was never idle, so that what it spent more with a relay
// than without cannot be told.
func (m Machine) Full() bool { return m.Busy > 0.97*float64(m.Cores) }

// CPU is what the relay spends.
type CPU struct {
	Packet float64 `json:"us_per_packet"` // its process
	User   float64 `json:"user_us_per_packet"`
	System float64 `json:"system_us_per_packet"`
	// Added is what the whole machine spends more than with the far ends alone, softirqs
	// and other people's work included.
	Added float64 `json:"added_us_per_packet"`
	// Path is what the far ends, the relay and the kernel's threads for softirqs spend
	// more than the far ends alone: the same, but for interrupts and writing to the disk,
	// on a machine that others work on too.
	Path  float64 `json:"path_us_per_packet"`
	Cores float64 `json:"cores"` // its process
	// Kernel is the share of the packets that the kernel forwarded by itself, from 0 to 1.
	Kernel float64 `json:"kernel_share"`
}

// Generator is the share of the far ends, and how evenly they sent.
type Generator struct {
	Packet float64 `json:"us_per_packet"`
	Cores  float64 `json:"cores"`
	Late   Latency `json:"late"`
	// Overflown is how many packets its own sockets had no room for: lost, but not by the relay.
	Overflown uint64 `json:"overflown"`
}

// Memory is in bytes for a leg.
type Memory struct {
	Heap     int64 `json:"heap_bytes"`
	Stacks   int64 `json:"stacks_bytes"`
	Resident int64 `json:"resident_bytes"`
	Kernel   int64 `json:"kernel_bytes"` // sockets and the rest; anybody's, so with noise
}

// Recordings is what became of them.
type Recordings struct {
	Complete int     `json:"complete"`
	Dropped  float64 `json:"dropped_seconds"`
}

// Bridge is from the order to bridge a pair until one hears the other. Plain is when it
// would have been without a frame kept for it: the first packet that was sent after the
// order, in the same bridgings.
type Bridge struct {
	Prime Latency `json:"prime"`
	Plain Latency `json:"plain"`
}

func (b *Bench) result(name string, r *run) *Result {
	const generator, relay = 0, 1 // their places in usage
	packets := float64(r.packets())
	per := func(u *Usage, cores, packets float64) float64 { return cores * u.Length.Seconds() * 1e6 / packets }
	u, alone := &r.usage, &b.alone.usage
	spent := per(u, u.Spent[relay], packets)
	others := float64(b.alone.packets())
	path := func(u *Usage) (cores float64) {
		for _, spent := range u.Spent {
			cores += spent
		}
		return cores
	}
	return &Result{
		Relay: name, Load: b.load, Packets: r.Kinds,
		Machine: Machine{runtime.NumCPU(), runtime.GOARCH, u.Steal, u.Busy},
		CPU: CPU{
			Packet: spent, User: spent * (1 - u.System[relay]), System: spent * u.System[relay],
			Added: per(u, u.Busy, packets) - per(alone, alone.Busy, others),
			Path:  per(u, path(u), packets) - per(alone, path(alone), others),
			Cores: u.Spent[relay], Kernel: float64(r.ended.Kernel-r.began.Kernel) / packets,
		},
		Latency: r.Latency.Latency(), Direct: b.alone.Latency.Latency(),
		Generator:   Generator{per(u, u.Spent[generator], packets), u.Spent[generator], r.Late.Latency(), r.Overflown},
		Allocations: float64(r.ended.Allocations-r.began.Allocations) / packets,
	}
}

// bridgeLatency finds, for each bridging, the first packet that was heard after it.
func (r *report) bridgeLatency(bridgings []Bridging) *Bridge {
	const ample = int64(300 * time.Millisecond) // for the first packet
	byEnd := map[int][]hearing{}
	for _, h := range r.Heard {
		byEnd[h.End] = append(byEnd[h.End], h)
	}
	var prime, plain Histogram
	for _, b := range bridgings {
		if b.At < r.From || b.At > r.Until-ample {
			continue
		}
		log := byEnd[b.End] // as it was received
		i := slices.IndexFunc(log, func(h hearing) bool { return h.Received >= b.At })
		j := slices.IndexFunc(log, func(h hearing) bool { return h.Received >= b.At && h.Sent >= b.At })
		if i < 0 || j < 0 {
			continue // the far ends came to a stop
		}
		prime.Add(time.Duration(log[i].Received - b.At))
		plain.Add(time.Duration(log[j].Received - b.At))
	}
	return &Bridge{prime.Latency(), plain.Latency()}
}

// unevenly is how late, in microseconds, one in a hundred packets of the far ends may be
// sent where latencies are to be believed.
const unevenly = 2000

// Table writes a result to be read.
func (r *Result) Table(to io.Writer) error {
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	l := r.Load
	fmt.Fprintf(w, "relay\t%s: %d calls, %d parked, %d conferences, %d pairs to bridge; SRTP %t, transcoding %t, recording %t\n",
		r.Relay, l.Calls, l.Parked, l.Conferences, l.Bridging, l.SRTP, l.Transcode, l.Record)
	fmt.Fprintf(w, "machine\t%d cores, %.2f of them busy, %.1f %% stolen, over %g s\n", r.Machine.Cores, r.Machine.Busy, 100*r.Machine.Steal, l.Seconds)
	for _, kind := range []Kind{Talking, Waiting, Conferred, Bridged} {
		if c, ok := r.Packets[kind]; ok {
			fmt.Fprintf(w, "packets, %s\t%d sent, %d received, %d lost, %d doubled, %d out of order, %d strange, %d breaks\n",
				kind, c.Sent, c.Received, c.Lost, c.Doubled, c.Disordered, c.Strange, c.Breaks)
		}
	}
	c, g := r.CPU, r.Generator
	added := fmt.Sprintf("%.2f µs more than without", c.Added)
	if r.Machine.Full() {
		added = "was never idle, so what it spent more cannot be told"
	}
	fmt.Fprintf(w, "CPU\t%.2f µs a packet (%.2f user, %.2f system), %.2f cores; the whole machine %s\n", c.Packet, c.User, c.System, c.Cores, added)
	fmt.Fprintf(w, "\t%.2f µs more than without in the far ends, the relay and the kernel's threads for softirqs\n", c.Path)
	if c.Kernel > 0 {
		fmt.Fprintf(w, "\t%.1f %% of the packets were forwarded by the kernel\n", 100*c.Kernel)
	}
	fmt.Fprintf(w, "generator\t%.2f µs a packet, %.2f cores\n", g.Packet, g.Cores)
	if g.Overflown > 0 {
		fmt.Fprintf(w, "\t%d packets were lost at the far ends, which took them too late\n", g.Overflown)
	}
	tellLatency(w, "it sends late", g.Late)
	if g.Late.P99 > unevenly {
		fmt.Fprintln(w, "\tthat is too uneven for latencies to be believed: the machine is busy, or the load too much for the far ends")
	}
	tellLatency(w, "latency", r.Latency)
	tellLatency(w, "latency without a relay", r.Direct)
	if r.Bridge != nil {
		tellLatency(w, "bridged to heard", r.Bridge.Prime)
		tellLatency(w, "the same without prime", r.Bridge.Plain)
	}
	m := r.Memory
	fmt.Fprintf(w, "memory of a leg\t%.1f KiB of heap, %.1f of stacks; %.1f resident in all; %.1f in the kernel\n", kib(m.Heap), kib(m.Stacks), kib(m.Resident), kib(m.Kernel))
	fmt.Fprintf(w, "runtime\t%.4f allocations a packet, %.2f goroutines a leg\n", r.Allocations, r.Goroutines)
	if r.Recordings != nil {
		fmt.Fprintf(w, "recordings\t%d complete, %.2f s of them missing\n", r.Recordings.Complete, r.Recordings.Dropped)
	}
	return w.Flush()
}

func kib(bytes int64) float64 { return float64(bytes) / 1024 }

func tellLatency(to io.Writer, what string, l Latency) {
	if l.Count > 0 {
		fmt.Fprintf(to, "%s\tp50 %s, p90 %s, p99 %s, most %s; of %d\n", what, micro(l.P50), micro(l.P90), micro(l.P99), micro(l.Max), l.Count)
	}
}

// micro writes microseconds, from a millisecond on as such.
func micro(us float64) string {
	if us >= 1000 {
		return fmt.Sprintf("%.2f ms", us/1000)
	}
	return fmt.Sprintf("%.0f µs", us)
}
