package telephony

import (
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// mostConnections that others have opened stand at a time. Trunks need a few;
	// beyond that somebody is after the descriptors that calls need.
	mostConnections = 256
	// breather is how long nobody is let in after the system could not.
	breather = 50 * time.Millisecond
)

// door is the TCP listener. sipgo stops listening at any error and lets everyone
// in; so errors that pass are not shown to it, and who comes when it is full is
// sent away.
type door struct {
	net.Listener
	inside atomic.Int64
}

// Accept is what sipgo listens with.
func (d *door) Accept() (net.Conn, error) {
	for {
		conn, err := d.Listener.Accept()
		switch {
		case errors.Is(err, net.ErrClosed):
			return nil, err
		case err != nil: // no descriptors, or a caller who is gone already
			time.Sleep(breather)
		case d.inside.Load() >= mostConnections:
			_ = conn.Close()
		default:
			d.inside.Add(1)
			return &guest{Conn: conn, leave: sync.OnceFunc(func() { d.inside.Add(-1) })}, nil
		}
	}
}

// guest is a connection that others have opened.
type guest struct {
	net.Conn
	leave func()
}

// Close makes room for another.
func (g *guest) Close() error {
	g.leave()
	return g.Conn.Close()
}
