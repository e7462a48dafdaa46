package bench

import (
	"encoding/binary"
	"net/netip"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	// gathered is how many packets are taken from a socket at once, together how many
	// leave at once: those behind the first wait for it a little.
	gathered, together = 96, 16
	// sealed is the most that SRTP adds (RFC 7714 section 14.2).
	sealed = 16
	// room is what a packet may need.
	room = headerSize + samples + sealed + 64
	// ample is asked for as the room of a socket for what has come; the system may give less.
	ample = 4 << 20
	// controlSize is room for a time stamp beside a packet.
	controlSize = 64
)

// port is a socket that a few far ends share: so that many packets leave, and are taken,
// with one call of the system. All send from its address; a leg of a relay is at an address
// of its own, by which it is known who is meant.
type port struct {
	fd      int
	address netip.AddrPort
	near    map[netip.AddrPort]*far // who listens to whom
}

// newPort opens a socket.
func newPort(address netip.Addr) (*port, error) {
	family := unix.AF_INET
	if address.Is6() {
		family = unix.AF_INET6
	}
	fd, err := unix.Socket(family, unix.SOCK_DGRAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	p := &port{fd: fd, near: map[netip.AddrPort]*far{}}
	if err := p.bind(address); err != nil {
		unix.Close(fd)
		return nil, err
	}
	return p, nil
}

func (p *port) bind(address netip.Addr) error {
	if unix.SetsockoptInt(p.fd, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, ample) != nil { // needs CAP_NET_ADMIN
		_ = unix.SetsockoptInt(p.fd, unix.SOL_SOCKET, unix.SO_RCVBUF, ample)
	}
	if err := unix.SetsockoptInt(p.fd, unix.SOL_SOCKET, unix.SO_TIMESTAMPNS, 1); err != nil {
		return err
	}
	var any unix.Sockaddr = &unix.SockaddrInet6{Addr: address.As16()}
	if address.Is4() {
		any = &unix.SockaddrInet4{Addr: address.As4()}
	}
	if err := unix.Bind(p.fd, any); err != nil {
		return err
	}
	bound, err := unix.Getsockname(p.fd)
	if err != nil {
		return err
	}
	switch a := bound.(type) {
	case *unix.SockaddrInet4:
		p.address = netip.AddrPortFrom(address, uint16(a.Port))
	case *unix.SockaddrInet6:
		p.address = netip.AddrPortFrom(address, uint16(a.Port))
	}
	return nil
}

func (p *port) close() { unix.Close(p.fd) }

// drop forgets all that has come.
func (p *port) drop() {
	var packet [1]byte
	for {
		if _, err := unix.Read(p.fd, packet[:]); err == unix.EAGAIN {
			return
		}
	}
}

// overflown is how many packets the socket had no room for so far.
func (p *port) overflown() uint64 {
	const drops = 8 // SK_MEMINFO_DROPS of sock_diag(7)
	var about [drops + 1]uint32
	size := uint32(unsafe.Sizeof(about))
	if _, _, errno := unix.RawSyscall6(unix.SYS_GETSOCKOPT, uintptr(p.fd), unix.SOL_SOCKET, unix.SO_MEMINFO,
		uintptr(unsafe.Pointer(&about)), uintptr(unsafe.Pointer(&size)), 0); errno != 0 {
		return 0
	}
	return uint64(about[drops])
}

// sockaddr is an address as the system has it, of IPv4 or IPv6.
type sockaddr struct {
	bytes [unix.SizeofSockaddrInet6]byte
	size  uint32
}

func (s *sockaddr) set(a netip.AddrPort) {
	*s = sockaddr{size: unix.SizeofSockaddrInet6}
	binary.BigEndian.PutUint16(s.bytes[2:], a.Port())
	if a.Addr().Is4() {
		binary.NativeEndian.PutUint16(s.bytes[:], unix.AF_INET)
		ip := a.Addr().As4()
		copy(s.bytes[4:], ip[:])
		s.size = unix.SizeofSockaddrInet4
		return
	}
	binary.NativeEndian.PutUint16(s.bytes[:], unix.AF_INET6)
	ip := a.Addr().As16()
	copy(s.bytes[8:], ip[:])
}

func (s *sockaddr) get() netip.AddrPort {
	at := binary.BigEndian.Uint16(s.bytes[2:])
	if binary.NativeEndian.Uint16(s.bytes[:]) == unix.AF_INET {
		return netip.AddrPortFrom(netip.AddrFrom4([4]byte(s.bytes[4:8])), at)
	}
	return netip.AddrPortFrom(netip.AddrFrom16([16]byte(s.bytes[8:24])), at)
}

// mmsghdr is that of recvmmsg(2) and sendmmsg(2).
type mmsghdr struct {
	header unix.Msghdr
	length uint32
	_      [unsafe.Sizeof(uintptr(0)) - 4]byte
}

// inbox is where packets are taken from sockets to.
type inbox struct {
	messages [gathered]mmsghdr
	vectors  [gathered]unix.Iovec
	packets  [gathered][room]byte
	sources  [gathered]sockaddr
	controls [gathered][controlSize]byte
	plain    [room]byte
}

func newInbox() *inbox {
	b := new(inbox)
	for i := range b.messages {
		b.vectors[i].Base = &b.packets[i][0]
		b.vectors[i].SetLen(room)
		h := &b.messages[i].header
		h.Iov, h.Control, h.Name = &b.vectors[i], &b.controls[i][0], &b.sources[i].bytes[0]
		h.SetIovlen(1)
	}
	return b
}

// take fills the inbox from a socket and tells with how many packets.
func (b *inbox) take(fd int) int {
	for i := range b.messages {
		h := &b.messages[i].header
		h.Namelen = unix.SizeofSockaddrInet6
		h.SetControllen(controlSize)
	}
	n, _, errno := unix.RawSyscall6(unix.SYS_RECVMMSG, uintptr(fd), uintptr(unsafe.Pointer(&b.messages[0])), gathered, unix.MSG_DONTWAIT, 0, 0)
	if errno != 0 {
		return 0
	}
	return int(n)
}

// received is when the kernel received packet i, in nanoseconds of the wall clock.
func (b *inbox) received(i int) int64 {
	h := (*unix.Cmsghdr)(unsafe.Pointer(&b.controls[i][0]))
	if h.Level != unix.SOL_SOCKET || h.Type != unix.SCM_TIMESTAMPNS {
		return 0
	}
	return (*unix.Timespec)(unsafe.Pointer(&b.controls[i][unix.CmsgLen(0)])).Nano()
}

// outbox is packets of one port that leave together.
type outbox struct {
	port     *port
	count    int
	messages [together]mmsghdr
	vectors  [together]unix.Iovec
	packets  [together][room]byte
	senders  [together]*far
	numbers  [together]uint16    // of the packets, as stamped
	due      [together]time.Time // zero: nobody asks how late it is
}

func newOutbox() *outbox {
	b := new(outbox)
	for i := range b.messages {
		b.vectors[i].Base = &b.packets[i][0]
		h := &b.messages[i].header
		h.Iov = &b.vectors[i]
		h.SetIovlen(1)
	}
	return b
}

// add counts in a far end's packet, which lies in its place already.
func (b *outbox) add(f *far, number uint16, size int, due time.Time) {
	i := b.count
	b.vectors[i].SetLen(size)
	h := &b.messages[i].header
	h.Name, h.Namelen = &f.target.bytes[0], f.target.size
	b.senders[i], b.numbers[i], b.due[i] = f, number, due
	b.count++
}

// send sends all. What the system refuses is lost.
func (b *outbox) send() {
	for first := 0; first < b.count; {
		n, _, errno := unix.RawSyscall6(unix.SYS_SENDMMSG, uintptr(b.port.fd), uintptr(unsafe.Pointer(&b.messages[first])), uintptr(b.count-first), unix.MSG_DONTWAIT, 0, 0)
		if errno != 0 {
			n = 1
		}
		first += int(n)
	}
	b.count = 0
}
