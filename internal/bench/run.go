package bench

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"time"
)

// directly is how long the far ends send to each other at most, to learn their share.
const directly = 10 * time.Second

// Bench is a generator with its far ends, ready to load one relay after the other.
type Bench struct {
	load      Load
	ends      []End
	direct    []netip.AddrPort // where each sends with no relay between
	generator *Child
	softirq   []int // the kernel's threads for what came and has not been worked off
	alone     run   // far ends only, no relay
}

// run is what was seen in one run of the generator.
type run struct {
	report
	usage Usage // of the machine, the generator and the relay
	began Figures
	ended Figures
}

// packets is how many packets were sent while it counted.
func (r *run) packets() (n uint64) {
	for _, c := range r.Kinds {
		n += c.Sent
	}
	return n
}

// New starts the generator, by a command that runs [Generate], with its sockets at an
// address.
func New(ctx context.Context, load Load, address netip.Addr, argv ...string) (*Bench, error) {
	if err := load.Check(); err != nil {
		return nil, err
	}
	generator, err := StartChild(ctx, argv...)
	if err != nil {
		return nil, fmt.Errorf("the generator does not start: %w", err)
	}
	b := &Bench{load: load, ends: load.ends(), generator: generator}
	if err := b.prepare(address); err != nil {
		return nil, errors.Join(err, generator.Close())
	}
	return b, nil
}

// Close ends the generator.
func (b *Bench) Close() error { return b.generator.Close() }

func (b *Bench) prepare(address netip.Addr) (err error) {
	if b.load.SRTP {
		for i := range b.ends {
			b.ends[i].FarKey, b.ends[i].NearKey = newKey(), newKey()
		}
	}
	var far []netip.AddrPort
	if err := b.generator.Ask(request{Ends: b.ends, Address: address, Fair: b.load.Fair}, &far); err != nil {
		return err
	}
	b.direct = make([]netip.AddrPort, len(far))
	for i := range b.ends {
		b.ends[i].Far = far[i]
		b.direct[i] = far[i] // who has no partner hears himself
		if p := b.ends[i].Partner; p != nobody {
			b.direct[i] = far[p]
		}
	}
	b.softirq, err = softirqThreads()
	return err
}

func (b *Bench) length() time.Duration { return time.Duration(b.load.Seconds * float64(time.Second)) }

// newKey is a master key and salt of AEAD_AES_128_GCM.
func newKey() []byte {
	key := make([]byte, 16+12)
	_, _ = rand.Read(key) // it never fails
	return key
}

// run has the far ends send to near for a time and reads all clocks. relay may be nil.
func (b *Bench) run(relay Relay, near []netip.AddrPort, length time.Duration) (r run, err error) {
	pids := append([]int{b.generator.PID(), cmp.Or(pidOf(relay), os.Getpid())}, b.softirq...)
	figures := func() (f Figures, err error) {
		if relay != nil {
			return relay.Figures()
		}
		return f, nil
	}
	if err := b.generator.Ask(request{Near: near}, nil); err != nil {
		return r, err
	}
	if err := b.generator.Ask(request{Run: length, Direct: relay == nil}, nil); err != nil {
		return r, err
	}
	if r.began, err = figures(); err != nil {
		return r, err
	}
	before, err := ReadClocks(pids...)
	if err != nil {
		return r, err
	}
	if err := b.generator.Await(nil); err != nil {
		return r, err
	}
	after, err := ReadClocks(pids...)
	if err != nil {
		return r, err
	}
	if r.ended, err = figures(); err != nil {
		return r, err
	}
	r.usage = after.Since(before)
	return r, b.generator.Await(&r.report)
}

func pidOf(r Relay) int {
	if r == nil {
		return 0
	}
	return r.PID()
}

// Measure loads a relay that has no legs yet, and leaves it with its legs open. Before
// that it measures what the far ends cost alone.
func (b *Bench) Measure(relay Relay) (_ *Result, err error) {
	if b.alone, err = b.run(nil, b.direct, min(directly, b.length())); err != nil {
		return nil, err
	}
	idle, err := relay.Figures()
	if err != nil {
		return nil, err
	}
	empty, err := readMemory(relay.PID())
	if err != nil {
		return nil, err
	}
	ends := slices.Clone(b.ends)
	if err := relay.Open(b.load, ends); err != nil {
		return nil, err
	}
	open, err := readMemory(relay.PID())
	if err != nil {
		return nil, err
	}
	near := make([]netip.AddrPort, len(ends))
	for i := range ends {
		near[i] = ends[i].Near
	}
	r, err := b.run(relay, near, b.length())
	if err != nil {
		return nil, err
	}
	loaded, err := readMemory(relay.PID())
	if err != nil {
		return nil, err
	}
	last, err := relay.Finish()
	if err != nil {
		return nil, err
	}
	result := b.result(relay.Name(), &r)
	legs := int64(len(ends))
	result.Memory = Memory{
		Heap: (r.ended.Heap - idle.Heap) / legs, Stacks: (r.ended.Stacks - idle.Stacks) / legs,
		Resident: (loaded.resident - empty.resident) / legs, Kernel: (open.kernel - empty.kernel) / legs,
	}
	result.Goroutines = float64(r.ended.Goroutines-idle.Goroutines) / float64(legs)
	if b.load.Record {
		result.Recordings = &Recordings{Complete: last.Recordings, Dropped: last.Dropped}
	}
	if b.load.Bridging > 0 {
		result.Bridge = r.bridgeLatency(last.Bridgings)
	}
	return result, nil
}
