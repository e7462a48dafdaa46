package media

import (
	"context"
	"net"
	"net/netip"
	"time"
)

// hopeless is how often in a row reading may fail before a socket is given up.
const hopeless = 100

// carrier is how a plane's packets come and go: by workers on Linux, by goroutines
// on the sockets of the Go runtime elsewhere.
type carrier interface {
	name() string
	bind(addr netip.Addr, port uint16) (wire, uint16, error)
	// rotas are worked off until stop, each by one goroutine.
	rotas() []*rota
	// carry lets a leg hear what comes on its wires, until they are closed. The caller
	// holds the plane's mutex.
	carry(*Leg) error
	// join is told of two legs that talk to each other from now on.
	join(a, b *Leg)
	// drained has do done once, under the leg's mutex, when nothing waits on its socket
	// for RTP: what comes then comes later. It must not wait. Nothing is done on a leg
	// that is closed first; false is that it cannot be told.
	drained(l *Leg, do func()) bool
	// rouse is told of a leg that dozes no more, under its mutex: its next turn is in time.
	rouse(*Leg)
	stop()
}

// portable reads each leg with two goroutines and clocks all with one.
type portable struct {
	plane *Plane
	clock *rota
	end   context.CancelFunc
}

func newPortable(p *Plane) *portable {
	ctx, end := context.WithCancel(context.Background())
	c := &portable{plane: p, clock: newRota(), end: end}
	p.running.Go(func() { c.run(ctx) })
	return c
}

func (c *portable) bind(addr netip.Addr, port uint16) (wire, uint16, error) {
	w, err := bind(addr, port)
	if err != nil {
		return nil, 0, err
	}
	return w, address(w).Port(), nil
}

func (c *portable) name() string { return "portable" }

func (c *portable) rotas() []*rota { return []*rota{c.clock} }

func (c *portable) carry(l *Leg) error {
	c.plane.running.Go(func() { read(l.wire.(*net.UDPConn), l.receive) })
	c.plane.running.Go(func() { read(l.control.(*net.UDPConn), l.receiveControl) })
	return nil
}

func (c *portable) join(*Leg, *Leg) {}

func (c *portable) rouse(*Leg) {}

func (c *portable) drained(*Leg, func()) bool { return false }

func (c *portable) stop() { c.end() }

// run is the ticker.
func (c *portable) run(ctx context.Context) {
	ticker := time.NewTicker(slotTime)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			c.clock.catchUp(c.plane.now, nil)
		}
	}
}
