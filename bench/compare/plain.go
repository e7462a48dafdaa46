package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"runtime"
	"sync/atomic"

	"github.com/outdial/outdial/internal/bench"
)

// leg is a socket with its far end.
type leg struct {
	socket  *net.UDPConn
	far     netip.AddrPort
	partner *leg
	ssrc    uint32
	seq     uint16
	sent    atomic.Uint64
}

// plain is a relay that is asked over its pipes. Each leg has a goroutine, which reads its
// socket and writes to the partner's.
func plain(args []string) error {
	address, err := netip.ParseAddr(args[0])
	if err != nil {
		return err
	}
	var legs []*leg
	return bench.Answer(os.Stdin, os.Stdout, func(q bench.RelayRequest, answer func(any) error) error {
		if q.Ends == nil {
			f := bench.Figures{Goroutines: runtime.NumGoroutine()}
			for _, l := range legs {
				f.Sent += l.sent.Load()
			}
			return answer(f)
		}
		if q.Load.Calls == 0 || 2*q.Load.Calls != len(q.Ends) || q.Load.SRTP || q.Load.Record || q.Load.Transcode {
			return errors.New("the plain relay carries calls in clear, and nothing else")
		}
		if legs, err = opened(address, q.Ends); err != nil {
			return err
		}
		near := make([]netip.AddrPort, len(legs))
		for i, l := range legs {
			near[i] = netip.AddrPortFrom(address, uint16(l.socket.LocalAddr().(*net.UDPAddr).Port))
			go l.relay() // until the process ends
		}
		return answer(near)
	})
}

// opened opens the legs.
func opened(address netip.Addr, ends []bench.End) ([]*leg, error) {
	legs := make([]*leg, len(ends))
	for i, end := range ends {
		socket, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(address, 0)))
		if err != nil {
			return nil, fmt.Errorf("leg %d of %d: %w", i+1, len(ends), err)
		}
		legs[i] = &leg{socket: socket, far: end.Far, ssrc: rand.Uint32(), seq: uint16(rand.Uint32N(1 << 15))}
	}
	for i, end := range ends {
		legs[i].partner = legs[end.Partner]
	}
	return legs, nil
}

// relay sends what comes from the leg's far end to the partner's, as a stream of its own.
func (l *leg) relay() {
	const header = 12 // of RTP (RFC 3550 section 5.1)
	packet := make([]byte, 1500)
	first, known := uint16(0), false
	for {
		n, from, err := l.socket.ReadFromUDPAddrPort(packet)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		from = netip.AddrPortFrom(from.Addr().Unmap(), from.Port())
		if err != nil || n < header || from != l.far {
			continue
		}
		to := l.partner
		seq := binary.BigEndian.Uint16(packet[2:])
		if !known {
			first, known = seq-to.seq, true
		}
		binary.BigEndian.PutUint16(packet[2:], seq-first)
		binary.BigEndian.PutUint32(packet[8:], to.ssrc)
		if _, err := to.socket.WriteToUDPAddrPort(packet[:n], to.far); err == nil {
			to.sent.Add(1)
		}
	}
}
