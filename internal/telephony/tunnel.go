package telephony

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/netip"
	"sync"
	"time"
)

var errClosing = errors.New("telephony is closing")

// tunnels are the TLS connections that we have opened, one for each hop: its
// address, whose name it must prove, and how. sipgo would open all of them with
// the same certificates, and ask for the name of an IP address; so it opens none,
// and takes ours from what it believes to be a listener.
type tunnels struct {
	near   net.Addr
	limit  time.Duration // for opening one
	opened chan *tunnel
	taken  *tunnel // by sipgo last; only Accept touches it

	life context.Context
	end  context.CancelFunc

	mu   sync.Mutex // guards open
	open map[hop]*tunnel
}

// tunnel is one of them.
type tunnel struct {
	net.Conn
	ready  chan struct{} // closed when sipgo has it, or err says why not
	err    error
	forget func()
}

func newTunnels(near net.Addr, limit time.Duration) *tunnels {
	t := &tunnels{near: near, limit: limit, opened: make(chan *tunnel), open: make(map[hop]*tunnel)}
	t.life, t.end = context.WithCancel(context.Background())
	return t
}

// to gives the tunnel of a hop; where there is none it has one opened, by a
// goroutine that do starts, for whoever else waits for it as well.
func (t *tunnels) to(ctx context.Context, h hop, do func(func()) bool) (*tunnel, error) {
	t.mu.Lock()
	c := t.open[h]
	dig := c == nil
	if dig {
		c = &tunnel{ready: make(chan struct{})}
		c.forget = sync.OnceFunc(func() { t.forget(h, c) })
		t.open[h] = c
	}
	t.mu.Unlock()
	if dig && !do(func() { t.dig(c, h) }) {
		c.fail(errClosing)
	}
	select {
	case <-c.ready:
		return c, c.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// port is our port of a tunnel, where there is one.
func (t *tunnels) port(h hop) (uint16, bool) {
	t.mu.Lock()
	c := t.open[h]
	t.mu.Unlock()
	if c == nil {
		return 0, false
	}
	select {
	case <-c.ready:
	default:
		return 0, false
	}
	if c.err != nil {
		return 0, false
	}
	return c.local().Port(), true
}

// dig opens a tunnel and gives it to sipgo.
func (t *tunnels) dig(c *tunnel, h hop) {
	ctx, cancel := context.WithTimeout(t.life, t.limit)
	defer cancel()
	// Bound first, its port is nobody else's; one that is only connected from may
	// serve a second connection elsewhere, and sipgo knows them by their ports.
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{}}
	conn, err := dialer.DialContext(ctx, "tcp", h.addr.String())
	if err != nil {
		c.fail(hindered(err, h.name, h.addr))
		return
	}
	secured := tls.Client(conn, h.trust.towards(h.name))
	if err := secured.HandshakeContext(ctx); err != nil {
		_ = conn.Close()
		c.fail(hindered(err, h.name, h.addr))
		return
	}
	c.Conn = secured
	select {
	case t.opened <- c:
	case <-t.life.Done():
		_ = conn.Close()
		c.fail(errClosing)
	}
}

func (t *tunnels) forget(h hop, c *tunnel) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.open[h] == c {
		delete(t.open, h)
	}
}

// Accept gives sipgo the next tunnel. That it comes back says that it has the one
// before.
func (t *tunnels) Accept() (net.Conn, error) {
	if t.taken != nil {
		close(t.taken.ready)
		t.taken = nil
	}
	select {
	case c := <-t.opened:
		t.taken = c
		return c, nil
	case <-t.life.Done():
		return nil, net.ErrClosed
	}
}

// Addr is of no consequence, but sipgo asks for it.
func (t *tunnels) Addr() net.Addr { return t.near }

// Close ends what is being opened; what is open is sipgo's to close.
func (t *tunnels) Close() error {
	t.end()
	return nil
}

func (c *tunnel) fail(err error) {
	c.forget()
	c.err = err
	close(c.ready)
}

// local is our address of a tunnel that is ready. sipgo knows it by this.
func (c *tunnel) local() netip.AddrPort { return c.LocalAddr().(*net.TCPAddr).AddrPort() }

// Close makes the next request open another.
func (c *tunnel) Close() error {
	c.forget()
	return c.Conn.Close()
}
