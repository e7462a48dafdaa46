package media

import (
	"errors"
	"net"
	"net/netip"
)

// socketBuffer is asked for on each socket; the system may give less. It holds
// some seconds of voice, so that a scheduling pause loses nothing.
const socketBuffer = 256 << 10

// attempts is how many system-chosen ports are tried for a pair.
const attempts = 64

// wire is one socket of a leg, whose mutex guards it.
type wire interface {
	WriteToUDPAddrPort(data []byte, to netip.AddrPort) (int, error)
	Close() error
}

// tying is a wire that the system can close to all but one far end: what others send
// is dropped unseen, and sending costs less. The zero address opens it to all.
type tying interface{ tie(to netip.AddrPort) }

// binder opens a socket on an address of this machine, and gives its port; with
// port 0 the system chooses it.
type binder func(addr netip.Addr, port uint16) (wire, uint16, error)

// pair is the two sockets of a leg.
type pair struct {
	voice, control wire
	address        netip.AddrPort // of voice
}

func (p pair) close() {
	p.voice.Close()
	p.control.Close()
}

// pair binds an even port and the next one; port 0 lets the system choose.
func (bind binder) pair(addr netip.Addr, port uint16) (p pair, err error) {
	if port != 0 {
		return bind.both(addr, port)
	}
	for range attempts {
		trial, chosen, err := bind(addr, 0)
		if err != nil {
			return pair{}, err
		}
		// A port that was asked for by number stays with a socket that is tied and opened
		// again; one that the system chose does not.
		trial.Close()
		if p, err = bind.both(addr, chosen&^1); err == nil {
			return p, nil
		}
	}
	return pair{}, err
}

func (bind binder) both(addr netip.Addr, port uint16) (pair, error) {
	voice, _, err := bind(addr, port)
	if err != nil {
		return pair{}, err
	}
	control, _, err := bind(addr, port+1)
	if err != nil {
		voice.Close()
		return pair{}, err
	}
	return pair{voice, control, netip.AddrPortFrom(addr, port)}, nil
}

// bind opens a socket of the Go runtime.
func bind(addr netip.Addr, port uint16) (*net.UDPConn, error) {
	network := "udp4"
	if addr.Is6() {
		network = "udp6"
	}
	c, err := net.ListenUDP(network, net.UDPAddrFromAddrPort(netip.AddrPortFrom(addr, port)))
	if err != nil {
		return nil, err
	}
	// A smaller buffer than asked for is no reason to refuse a call.
	_ = c.SetReadBuffer(socketBuffer)
	_ = c.SetWriteBuffer(socketBuffer)
	return c, nil
}

func address(c *net.UDPConn) netip.AddrPort {
	a := c.LocalAddr().(*net.UDPAddr).AddrPort()
	return netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
}

// read hands each datagram to take until the socket is closed. Other errors are
// passing, such as an ICMP answer to what was sent; a socket that gives nothing
// else is given up, and the leg's liveness shows it.
func read(c *net.UDPConn, take func(data []byte, from netip.AddrPort)) {
	data := make([]byte, datagramSize)
	for failures := 0; failures < hopeless; {
		n, from, err := c.ReadFromUDPAddrPort(data)
		switch {
		case err == nil:
			failures = 0
			take(data[:n], from)
		case errors.Is(err, net.ErrClosed):
			return
		default:
			failures++
		}
	}
}
