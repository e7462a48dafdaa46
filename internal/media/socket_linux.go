package media

import (
	"encoding/binary"
	"net"
	"net/netip"
	"strconv"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"
)

// socket is one of a leg's two, on a descriptor of our own. Its calls never wait, so
// that the scheduler need not be told of them. Its leg's mutex guards it: as the
// descriptor is closed under it too, nobody ever uses a number that has passed on to
// another socket.
type socket struct {
	fd      int
	board   *board
	leg     *Leg
	control bool // it is the one for RTCP
	// worker reads it; only that one may hand it on.
	worker   atomic.Pointer[worker]
	failures int // to read, in a row
	closed   bool
	token    uint32  // with a ring
	posted   uint64  // the number of what its worker was last given to send
	deaf     bool    // its ring can not read it; the worker's own
	next     *worker // to whom it goes once its ring has forgotten it

	peer netip.AddrPort // connected to; invalid: open to all
	tied netip.AddrPort // the same, unless it is about to be opened
	to   netip.AddrPort // what target has
	raw  sockaddr
}

// sockaddr is an address as the system has it, of IPv4 or IPv6.
type sockaddr struct {
	bytes [unix.SizeofSockaddrInet6]byte
	size  uint32
}

// set writes an address.
func (s *sockaddr) set(a netip.AddrPort) {
	addr := a.Addr()
	clear(s.bytes[:])
	binary.BigEndian.PutUint16(s.bytes[2:], a.Port())
	if addr.Is4() {
		binary.NativeEndian.PutUint16(s.bytes[:], unix.AF_INET)
		ip := addr.As4()
		copy(s.bytes[4:], ip[:])
		s.size = unix.SizeofSockaddrInet4
		return
	}
	binary.NativeEndian.PutUint16(s.bytes[:], unix.AF_INET6)
	ip := addr.As16()
	copy(s.bytes[8:], ip[:])
	binary.NativeEndian.PutUint32(s.bytes[24:], scope(addr.Zone()))
	s.size = unix.SizeofSockaddrInet6
}

// get reads one. Link-local addresses alone have a zone.
func (s *sockaddr) get() netip.AddrPort {
	port := binary.BigEndian.Uint16(s.bytes[2:])
	switch binary.NativeEndian.Uint16(s.bytes[:]) {
	case unix.AF_INET:
		return netip.AddrPortFrom(netip.AddrFrom4([4]byte(s.bytes[4:8])), port)
	case unix.AF_INET6:
		addr := netip.AddrFrom16([16]byte(s.bytes[8:24]))
		if zone := binary.NativeEndian.Uint32(s.bytes[24:]); zone != 0 {
			addr = addr.WithZone(strconv.FormatUint(uint64(zone), 10))
		}
		return netip.AddrPortFrom(addr, port)
	}
	return netip.AddrPort{}
}

// scope is the index of an interface, by its name or its number.
func scope(zone string) uint32 {
	if zone == "" {
		return 0
	}
	if n, err := strconv.ParseUint(zone, 10, 32); err == nil {
		return uint32(n)
	}
	if i, err := net.InterfaceByName(zone); err == nil {
		return uint32(i.Index)
	}
	return 0
}

// newSocket binds a descriptor.
func newSocket(b *board, addr netip.Addr, port uint16) (*socket, uint16, error) {
	family := unix.AF_INET
	if addr.Is6() {
		family = unix.AF_INET6
	}
	fd, err := unix.Socket(family, unix.SOCK_DGRAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, 0, err
	}
	s := &socket{fd: fd, board: b}
	port, err = s.bind(addr, port)
	if err != nil {
		unix.Close(fd)
		return nil, 0, err
	}
	return s, port, nil
}

func (s *socket) bind(addr netip.Addr, port uint16) (uint16, error) {
	if s.fd >= boardSize {
		return 0, unix.EMFILE
	}
	if addr.Is6() {
		if err := unix.SetsockoptInt(s.fd, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, 1); err != nil {
			return 0, err
		}
	}
	// A smaller buffer than asked for is no reason to refuse a call.
	_ = unix.SetsockoptInt(s.fd, unix.SOL_SOCKET, unix.SO_RCVBUF, socketBuffer)
	_ = unix.SetsockoptInt(s.fd, unix.SOL_SOCKET, unix.SO_SNDBUF, socketBuffer)
	s.raw.set(netip.AddrPortFrom(addr, port))
	if err := call(unix.SYS_BIND, s.fd, s.raw.bytes[:], uintptr(s.raw.size)); err != nil {
		return 0, err
	}
	if port != 0 {
		return port, nil
	}
	name, err := unix.Getsockname(s.fd)
	switch name := name.(type) {
	case *unix.SockaddrInet4:
		port = uint16(name.Port)
	case *unix.SockaddrInet6:
		port = uint16(name.Port)
	}
	return port, err
}

// call is a system call on a descriptor that does not wait, with bytes and their size.
func call(number uintptr, fd int, data []byte, size uintptr) error {
	if _, _, e := unix.RawSyscall(number, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(data))), size); e != 0 {
		return e
	}
	return nil
}

// receive reads a datagram into room, and its source into from; EAGAIN is that none waits.
func (s *socket) receive(room []byte, from *sockaddr) (int, error) {
	from.size = uint32(len(from.bytes))
	n, _, e := unix.RawSyscall6(unix.SYS_RECVFROM, uintptr(s.fd), uintptr(unsafe.Pointer(unsafe.SliceData(room))), uintptr(len(room)), 0,
		uintptr(unsafe.Pointer(&from.bytes)), uintptr(unsafe.Pointer(&from.size)))
	if e != 0 {
		return 0, e
	}
	return int(n), nil
}

// WriteToUDPAddrPort sends a datagram. What the system has no room for is lost, as any
// datagram may be.
func (s *socket) WriteToUDPAddrPort(data []byte, to netip.AddrPort) (int, error) {
	if r, ok := s.reader().(*ringed); ok && !r.outbox.passed(s.posted) {
		if err := r.post(s, data, to); err != nil {
			return 0, err
		}
		return len(data), nil
	}
	e := s.send(data, to)
	if e == unix.ECONNREFUSED {
		// Told of a datagram before, in place of sending this one (ICMP, RFC 1122 section
		// 4.1.3.3). It is passing.
		e = s.send(data, to)
	}
	if e != 0 {
		return 0, e
	}
	return len(data), nil
}

func (s *socket) send(data []byte, to netip.AddrPort) unix.Errno {
	var target unsafe.Pointer
	var size uintptr
	if to != s.tied {
		if to != s.to {
			s.raw.set(to)
			s.to = to
		}
		target, size = unsafe.Pointer(&s.raw.bytes), uintptr(s.raw.size)
	}
	_, _, e := unix.RawSyscall6(unix.SYS_SENDTO, uintptr(s.fd), uintptr(unsafe.Pointer(unsafe.SliceData(data))), uintptr(len(data)), 0,
		uintptr(target), size)
	return e
}

// tie connects the socket, or opens it again; that it does at the next turn, for what is
// queued for the peer may name no address. Where the system refuses it stays open
// to all, and who is heard is decided as before.
func (s *socket) tie(to netip.AddrPort) {
	if to == s.peer || s.tied.IsValid() && !to.IsValid() {
		s.tied = to
		return
	}
	if s.closed {
		return
	}
	var at sockaddr
	if to.IsValid() {
		at.set(to)
	} else {
		binary.NativeEndian.PutUint16(at.bytes[:], unix.AF_UNSPEC)
		at.size = unix.SizeofSockaddrInet4
	}
	if err := call(unix.SYS_CONNECT, s.fd, at.bytes[:], uintptr(at.size)); err == nil {
		s.peer, s.tied = to, to
	}
}

// reader is who reads the socket; nil before it is carried.
func (s *socket) reader() reader {
	if w := s.worker.Load(); w != nil {
		return w.reader
	}
	return nil
}

// Close gives the descriptor back, once whoever reads it has let it go.
func (s *socket) Close() error {
	if s.closed {
		return net.ErrClosed
	}
	s.closed = true
	s.board.put(s.fd, nil)
	r := s.reader()
	if r == nil {
		return unix.Close(s.fd)
	}
	r.drop(s)
	return nil
}

const (
	boardRow  = 1024
	boardSize = boardRow * boardRow // descriptors at most
)

// board finds a socket by its descriptor. It needs no lock, and no map.
type board [boardRow]atomic.Pointer[[boardRow]atomic.Pointer[socket]]

func (b *board) put(fd int, s *socket) {
	row := b[fd/boardRow].Load()
	if row == nil {
		b[fd/boardRow].CompareAndSwap(nil, new([boardRow]atomic.Pointer[socket]))
		row = b[fd/boardRow].Load()
	}
	row[fd%boardRow].Store(s)
}

func (b *board) at(fd int) *socket {
	row := b[fd/boardRow].Load()
	if row == nil {
		return nil
	}
	return row[fd%boardRow].Load()
}
