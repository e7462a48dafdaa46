package telephony

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
)

// failing is a listener to which the system gives errors for a while.
type failing struct {
	net.Listener
	errors int
}

func (f *failing) Accept() (net.Conn, error) {
	if f.errors > 0 {
		f.errors--
		return nil, syscall.EMFILE
	}
	return f.Listener.Accept()
}

func TestTheDoor(t *testing.T) {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	d := &door{Listener: &failing{listener, 2}}
	in := make(chan net.Conn, mostConnections+1)
	over := make(chan error)
	go func() {
		for {
			conn, err := d.Accept()
			if err != nil {
				over <- err
				return
			}
			in <- conn
		}
	}()
	knock := func() net.Conn {
		t.Helper()
		conn, err := net.Dial("tcp4", listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		return conn
	}
	var first net.Conn
	for i := range mostConnections {
		knock()
		conn := <-in // it survived the errors
		defer conn.Close()
		if i == 0 {
			first = conn
		}
	}
	one := knock()
	_ = one.SetReadDeadline(time.Now().Add(patience))
	if _, err := one.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("one more than %d was let in: %v", mostConnections, err)
	}
	first.Close()
	first.Close() // as sipgo may
	knock()
	(<-in).Close()
	listener.Close()
	if err := <-over; !errors.Is(err, net.ErrClosed) {
		t.Errorf("closed: %v", err)
	}
}

// A far end that takes connections and does not read must not hold up a leg, or
// the end of the server, for ever.
func TestAFarEndThatDoesNotRead(t *testing.T) {
	stuck, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer stuck.Close()
	b := openBench(t, Config{pace: pace{write: 200 * time.Millisecond}})
	to := hop{network: "TCP", addr: netip.MustParseAddrPort(stuck.Addr().String())}
	ack := newDialog(b.wire, "x", sip.Uri{Scheme: "sip", User: "x"}, sip.Uri{Scheme: "sip", User: "y", Host: "127.0.0.1", Port: int(to.addr.Port())}, to)
	req := ack.request(sip.OPTIONS)
	req.SetBody([]byte(strings.Repeat("x", 60000)))
	if _, err := b.wire.begin(context.Background(), req, to, nil); err != nil {
		t.Fatal(err)
	}
	failed := make(chan error, 1)
	go func() {
		for {
			r := ack.request(sip.ACK)
			r.SetBody([]byte(strings.Repeat("x", 60000)))
			if err := b.wire.send(r, to); err != nil {
				failed <- err
				return
			}
		}
	}()
	select {
	case <-failed:
	case <-time.After(patience):
		t.Error("writing waits for a far end that does not read")
		conn, err := stuck.Accept()
		if err == nil {
			go io.Copy(io.Discard, conn)
			defer conn.Close()
		}
	}
}
