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

// pair is the two sockets of a leg.
type pair struct {
	voice, control *net.UDPConn
}

func (p pair) close() {
	p.voice.Close()
	p.control.Close()
}

func address(c *net.UDPConn) netip.AddrPort {
	a := c.LocalAddr().(*net.UDPAddr).AddrPort()
	return netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
}

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

// bindPair binds an even port and the next one; port 0 lets the system choose.
func bindPair(addr netip.Addr, port uint16) (p pair, err error) {
	if port != 0 {
		return bindBoth(addr, port)
	}
	for range attempts {
		var voice *net.UDPConn
		if voice, err = bind(addr, 0); err != nil {
			return pair{}, err
		}
		chosen := address(voice).Port()
		if chosen%2 == 0 {
			var control *net.UDPConn
			if control, err = bind(addr, chosen+1); err == nil {
				return pair{voice, control}, nil
			}
			voice.Close()
			continue
		}
		voice.Close()
		if p, err = bindBoth(addr, chosen-1); err == nil {
			return p, nil
		}
	}
	return pair{}, err
}

func bindBoth(addr netip.Addr, port uint16) (pair, error) {
	voice, err := bind(addr, port)
	if err != nil {
		return pair{}, err
	}
	control, err := bind(addr, port+1)
	if err != nil {
		voice.Close()
		return pair{}, err
	}
	return pair{voice, control}, nil
}

// read hands each datagram to take until the socket is closed. Other errors are
// passing, such as an ICMP answer to what was sent; a socket that gives nothing
// else is given up, and the leg's liveness shows it.
func read(c *net.UDPConn, take func(data []byte, from netip.AddrPort)) {
	const hopeless = 100
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
