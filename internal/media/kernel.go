package media

import (
	"errors"
	"fmt"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/outdial/outdial/internal/forward"
)

// Kernel says whether bridged calls may be carried by the kernel once they have
// settled.
type Kernel uint8

const (
	// Off is never.
	Off Kernel = iota
	// Auto is where the system can.
	Auto
	// Require is always: where the system can not, the plane is not opened.
	Require
)

var kernelNames = [...]string{"off", "auto", "require"}

// String is the name in configurations.
func (k Kernel) String() string { return kernelNames[k] }

// KernelNamed is what goes by a name; the empty one is off.
func KernelNamed(name string) (Kernel, error) {
	if name == "" {
		return Off, nil
	}
	for i, known := range kernelNames {
		if name == known {
			return Kernel(i), nil
		}
	}
	return Off, fmt.Errorf("%q is no way to use the kernel; there are off, auto and require", name)
}

const (
	// regular is how many packets in a row must come as the kernel takes them before it
	// is given the rest: 200 ms of them. A passage of less than brief was hardly worth
	// it, and the next waits twice as long, up to rarest.
	regular = 10
	brief   = 50
	rarest  = 1 << 12
	// tapped is how many legs may be recorded or listened to while the kernel carries
	// them: 16 MB.
	tapped = 4096
)

// ErrKernel means that the kernel is required, and can not carry calls.
var ErrKernel = errors.New("media: the kernel can not carry calls")

// kernel is the plane's path in the kernel; nil is none.
type kernel struct {
	path *forward.Path
	// ahead is the plane's clock less the kernel's.
	ahead time.Duration
}

// openKernel opens the path if it is wanted. What is missing is told by
// [Plane.Kernel], unless the kernel is required.
func (p *Plane) openKernel() error {
	if p.config.Kernel == Off {
		return nil
	}
	path, err := p.config.openPath()
	if err == nil && p.config.Portable {
		err = errors.Join(errors.New("media: the portable path leaves nothing to the kernel"), path.Close())
	}
	if err != nil {
		p.kernelless = err
		if p.config.Kernel == Require {
			return fmt.Errorf("%w: %w", ErrKernel, err)
		}
		return nil
	}
	p.kernel = &kernel{path: path, ahead: p.now() - forward.Now()}
	return nil
}

// openPath opens a path for all ports that legs may have.
func (c Config) openPath() (*forward.Path, error) {
	first, last := c.First, c.Last
	if first == 0 && last == 0 {
		last = 1<<16 - 1
	}
	return forward.Open(forward.Config{Address: c.Address, First: first + first%2, Last: last, Taps: tapped})
}

// TryKernel tells what is missing for the kernel to carry calls of a plane with this
// configuration, if something is. Nothing is carried.
func TryKernel(c Config) error {
	path, err := c.openPath()
	if err != nil {
		return err
	}
	return path.Close()
}

func (p *Plane) closeKernel() error {
	if p.kernel == nil {
		return nil
	}
	return p.kernel.path.Close()
}

// Kernel gives the network devices whose packets the kernel may carry, or why there
// are none; both are nil where it is off.
func (p *Plane) Kernel() (devices []string, err error) {
	if p.kernel == nil {
		return nil, p.kernelless
	}
	return p.kernel.path.Devices(), nil
}

// Carried is who carries the packets of bridged calls.
type Carried struct {
	// Kernel and Here are packets that were forwarded by the kernel, and by this process.
	Kernel, Here uint64
	// Directions are those that the kernel carries now, two for most calls; Bridged are
	// the legs that are in a bridge.
	Directions, Bridged int
	// Missed are payloads that a recording or a listener got to see too late.
	Missed uint64
}

func (c *Carried) add(other Carried) {
	c.Kernel += other.Kernel
	c.Here += other.Here
	c.Missed += other.Missed
}

// Carried counts since the plane was opened.
func (p *Plane) Carried() Carried {
	p.mu.Lock()
	c := p.carried
	legs := make([]*Leg, 0, len(p.legs))
	for l := range p.legs {
		legs = append(legs, l)
	}
	p.mu.Unlock()
	for _, l := range legs {
		l.mu.Lock()
		l.accountOut()
		c.add(l.carried.Carried)
		if l.carried.departing.passage != nil {
			c.Directions++
		}
		if l.bridge != nil {
			c.Bridged++
		}
		l.mu.Unlock()
	}
	return c
}

// passage is one direction of a bridge, as it is offered to the kernel and carried by
// it. It is made for one stint and never used again.
type passage struct {
	flow *forward.Flow
	run  forward.Run
	over *bridge
	// accounts are those of the two legs that are still open. The flow is not used
	// again before, so that its figures stay.
	accounts atomic.Int32
	// heard is room for a payload that its tap hands on, behind the header that it had.
	heard [headerSize + forward.Largest]byte
}

// account is what one of the two legs knows of a passage, and how many of its packets
// are in the leg's own figures. The leg's mutex guards it.
type account struct {
	*passage
	packets uint64
}

// crossing is a leg's part in what the kernel carries. The leg's mutex guards it.
type crossing struct {
	Carried
	arriving, departing account
	former              *passage // that arrived before
	// What was forwarded to the leg's far end last, and how many came like it.
	seq  uint16
	ts   uint32
	size int
	like int
	need int // so many must come before the next offer
}

// note looks at a packet that was forwarded here: is it as the kernel takes them?
func (c *crossing) note(v *voice) {
	c.Here++
	size := len(v.body())
	if v.kind == speech && !v.muted && v.start == headerSize && size == c.size && v.seq == c.seq+1 && v.ts == c.ts+uint32(size) {
		c.like++
	} else {
		c.like = 0
	}
	c.seq, c.ts, c.size = v.seq, v.ts, size
}

// settled tells whether the leg's far end could be sent by the kernel what it is
// sent now. The caller holds mu.
func (l *Leg) settled() bool {
	c, s := &l.carried, &l.stream
	return l.plane.kernel != nil && c.departing.passage == nil &&
		l.bridge.isOpen() && l.feeding == l.bridge && !l.unheard && l.speaks() && !l.secure() &&
		l.sound == nil && l.dialing.current == 0 && len(l.dialing.waiting) == 0 && l.cue.sound == nil &&
		l.clock.tick == 1 && s.following && !s.keyed && s.high == c.seq && s.highTS == c.ts &&
		s.seq == s.high+s.seqShift && s.ts == s.highTS+s.tsShift
}

// offer prepares a passage for what a settled leg is sent, and has the partner start it
// as soon as nothing waits in its socket: a packet that came before must not be
// overtaken by one that comes after. It is called without any mutex, by who ticks the leg.
func (k *kernel) offer(l *Leg) {
	l.mu.Lock()
	l.carried.like = 0 // whatever becomes of it, not at once again
	br, to := l.bridge, l.latch.remote()
	l.mu.Unlock()
	if !br.isOpen() {
		return
	}
	from := br.other(l)
	run, ok := from.arrives()
	if !ok {
		return
	}
	way, err := k.path.Way(to.Addr())
	back, failed := k.path.Way(run.Remote.Addr())
	if err != nil || failed != nil || way.Stays() != back.Stays() {
		return
	}
	run.Way, run.To = way, to
	run.Local = from.reachedAt(back.From)
	run.From = l.reachedAt(way.From)
	if p := l.depart(br, k.path.Flow(from.address.Port()), run); p != nil {
		l.plane.carrier.drained(from, func() { from.start(k, p) })
	}
}

// reachedAt is the leg's address, the given one where it has many.
func (l *Leg) reachedAt(by netip.Addr) netip.AddrPort {
	if l.address.Addr().IsUnspecified() {
		return netip.AddrPortFrom(by, l.address.Port())
	}
	return l.address
}

// arrives gives who sends what to the leg, unless a passage of it is still to be
// accounted for.
func (l *Leg) arrives() (r forward.Run, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	c := &l.carried
	if c.arriving.passage != nil || c.former != nil && c.former.accounts.Load() > 0 {
		return r, false
	}
	r.Remote, r.Type = l.latch.heard, l.format.Payload
	return r, r.Remote.IsValid() && l.format.Codec != Opus
}

// depart makes the passage, if the leg is still settled.
func (l *Leg) depart(br *bridge, flow *forward.Flow, run forward.Run) *passage {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.settled() || l.bridge != br || run.To != l.latch.remote() || flow == nil || l.format.Codec == Opus || !flow.Offer() {
		return nil
	}
	run.Source, run.Sequence, run.Stamp = l.stream.source, l.stream.high, l.stream.highTS
	run.Size, run.Span = uint16(l.carried.size), uint32(l.carried.size)
	run.OutSource, run.OutType = l.ssrc, l.format.Payload
	run.SequenceShift, run.StampShift = l.stream.seqShift, l.stream.tsShift+l.clock.shift
	p := &passage{flow: flow, run: run, over: br}
	p.accounts.Add(1)
	l.carried.departing = account{passage: p}
	return p
}

// start gives a passage to the kernel, if all that came has been forwarded and both
// speak alike. The caller holds mu, and nothing waits in the socket.
func (l *Leg) start(k *kernel, p *passage) {
	r, c, other := &l.reception, &l.carried, p.over.other(l)
	if l.bridge != p.over || !p.over.isOpen() || c.arriving.passage != nil || !l.agreed || !l.format.Receive || l.secure() || l.muted ||
		l.inband != nil || l.clock.tick != 1 || l.latch.heard != p.run.Remote || l.format.Payload != p.run.Type || other.alters(l.format.Codec) ||
		!r.begun || r.ssrc != p.run.Source || uint16(r.high) != p.run.Sequence {
		p.flow.Recall()
		return
	}
	if len(l.ears) > 0 || l.listening != nil {
		tap, err := k.path.NewTap()
		if err != nil || p.run.Size > forward.Largest {
			p.flow.Recall()
			return
		}
		p.run.Tap = tap
	}
	p.run.Last, p.run.Jitter = r.last-k.ahead, lasting(r.jitter)
	p.accounts.Add(1)
	c.arriving = account{passage: p}
	if !p.flow.Start(p.run) {
		l.accountIn()
	}
}

// accountIn enters what came to the leg in the kernel. The caller holds mu.
func (l *Leg) accountIn() {
	a := &l.carried.arriving
	if a.passage == nil {
		return
	}
	k := l.plane.kernel
	over := a.flow.Home() // then nothing more comes
	t := a.flow.Look()
	if n := t.Packets - a.packets; n > 0 {
		a.packets = t.Packets
		l.latch.at = t.Last + k.ahead
		l.reception.pass(n, n*uint64(a.run.Size), a.run.Stamp+uint32(t.Packets)*a.run.Span, t.Jitter, l.latch.at)
	}
	l.overhearTap(k)
	if !over {
		return
	}
	if a.run.Tap != nil {
		k.path.Free(a.run.Tap)
	}
	a.accounts.Add(-1)
	l.carried.former, l.carried.arriving = a.passage, account{}
	l.rouse()
}

// overhearTap lets ears and listeners have what passed. The caller holds mu.
func (l *Leg) overhearTap(k *kernel) {
	a := &l.carried.arriving
	if a.run.Tap == nil {
		return
	}
	for {
		h, missed, ok := a.run.Tap.Next(a.heard[headerSize:])
		l.carried.Missed += missed
		if !ok {
			return
		}
		v := voice{
			packet: packet{payload: a.run.Type, seq: h.Sequence, ts: h.Stamp, ssrc: a.run.Source, data: a.heard[:headerSize+len(h.Payload)], start: headerSize},
			kind:   speech, codec: l.format.Codec, span: int64(len(h.Payload)), at: h.At + k.ahead,
		}
		if !v.codec.isLaw() {
			v.pcm = l.decode(nil, &v)
		}
		l.tell(&v)
		if l.listening != nil {
			l.listen(&v)
		}
	}
}

// accountOut enters what the kernel sent as part of the leg's stream. The caller
// holds mu.
func (l *Leg) accountOut() {
	c := &l.carried
	d := &c.departing
	if d.passage == nil {
		return
	}
	over := d.flow.Home()
	t := d.flow.Look()
	if n := t.Packets - d.packets; n > 0 {
		d.packets = t.Packets
		l.relayed = t.Last + l.plane.kernel.ahead
		l.stream.pass(n, d.run.Span, l.relayed)
		l.rolled.pass(l.stream.seq)
		l.packets += n
		l.octets += n * uint64(d.run.Size)
		c.Kernel += n
	}
	if !over {
		return
	}
	c.need = regular
	if d.packets < brief {
		c.need = min(2*max(c.need, regular), rarest)
	}
	d.accounts.Add(-1)
	c.departing, c.like = account{}, 0
	l.rouse()
}

// rouse ends a doze.
func (l *Leg) rouse() {
	if l.asleep.Swap(false) {
		l.plane.carrier.rouse(l)
	}
}

// recallIn takes back what comes to the leg, and recallOut what it is sent. All that
// changes either does so first. The caller holds mu.
func (l *Leg) recallIn() {
	if p := l.carried.arriving.passage; p != nil {
		p.flow.Recall()
		l.accountIn()
	}
}

func (l *Leg) recallOut() {
	if p := l.carried.departing.passage; p != nil {
		p.flow.Recall()
		l.accountOut()
	}
}

func (l *Leg) recall() {
	l.recallIn()
	l.recallOut()
}

// interrupt takes back what comes to the leg as a packet of its far end has come to the
// socket; a stranger's is no reason. The caller holds mu.
func (l *Leg) interrupt(from netip.AddrPort) {
	if l.carried.arriving.passage == nil {
		return
	}
	l.accountIn()
	if from == l.latch.heard || from == l.latch.told {
		l.recallIn()
	}
}

// catchUp lets those who listen have what has passed by now. Who takes samples from
// an ear does so first; for a listener the leg's turn does. The caller holds mu.
func (l *Leg) catchUp() {
	if a := l.carried.arriving.passage; a != nil && a.run.Tap != nil {
		l.accountIn()
	}
}

// attend looks after what the kernel carries: payloads for a listener, the figures, and
// whether the partner still speaks. While both directions are the kernel's and both have
// just spoken, the leg dozes; whatever takes one back wakes it. It tells whether to make
// an offer. The caller holds mu.
func (l *Leg) attend(now time.Duration) bool {
	const fresh = 2 * frameTime
	c := &l.carried
	if l.listening != nil {
		l.catchUp()
	}
	if c.arriving.passage != nil && now-l.reception.last >= fresh {
		l.accountIn()
	}
	if c.departing.passage != nil && now-l.relayed >= fresh {
		l.accountOut()
		if now-l.relayed >= patience {
			l.recallOut()
		}
	}
	l.asleep.Store(c.arriving.passage != nil && c.departing.passage != nil && l.listening == nil &&
		now-l.reception.last < fresh && now-l.relayed < fresh)
	return c.like >= max(c.need, regular) && l.settled()
}
