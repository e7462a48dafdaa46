package bench

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"time"
	"unsafe"

	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"
	"golang.org/x/sys/unix"
)

const (
	// batch is how many packets are taken from a socket at once.
	batch = 16
	// sealed is the most that SRTP adds (RFC 7714 section 14.2).
	sealed = 16
	// room is what a packet may need.
	room = headerSize + samples + sealed + 64
)

// far is one far end.
type far struct {
	end     End
	number  uint16
	partner *far // nil: nobody
	fd      int
	address netip.AddrPort

	sending   sending
	receiving receiving
	counting  bool   // the partner's packets
	sent      uint64 // that count
	counts    Counts // but for Sent and Lost

	seq      uint16
	ts, ssrc uint32
	seal     *srtp.Context // nil: in clear
	unseal   *srtp.Context // what the relay seals
	direct   *srtp.Context // what the partner seals
	header   rtp.Header
}

// newFar opens a far end's socket.
func newFar(number int, end End, address netip.Addr) (*far, error) {
	f := &far{end: end, number: uint16(number)}
	var err error
	if f.seal, err = newContext(end.FarKey); err != nil {
		return nil, err
	}
	if f.unseal, err = newContext(end.NearKey); err != nil {
		return nil, err
	}
	family := unix.AF_INET
	if address.Is6() {
		family = unix.AF_INET6
	}
	if f.fd, err = unix.Socket(family, unix.SOCK_DGRAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0); err != nil {
		return nil, err
	}
	if err := f.bind(address); err != nil {
		unix.Close(f.fd)
		return nil, err
	}
	return f, nil
}

func (f *far) bind(address netip.Addr) error {
	if err := unix.SetsockoptInt(f.fd, unix.SOL_SOCKET, unix.SO_TIMESTAMPNS, 1); err != nil {
		return err
	}
	if err := unix.Bind(f.fd, sockaddr(netip.AddrPortFrom(address, 0))); err != nil {
		return err
	}
	bound, err := unix.Getsockname(f.fd)
	if err != nil {
		return err
	}
	switch a := bound.(type) {
	case *unix.SockaddrInet4:
		f.address = netip.AddrPortFrom(address, uint16(a.Port))
	case *unix.SockaddrInet6:
		f.address = netip.AddrPortFrom(address, uint16(a.Port))
	}
	return nil
}

func newContext(key []byte) (*srtp.Context, error) {
	const master, salt = 16, 12
	if len(key) == 0 {
		return nil, nil
	}
	if len(key) != master+salt {
		return nil, errors.New("a key of AEAD_AES_128_GCM has 28 bytes")
	}
	return srtp.CreateContext(key[:master], key[master:], srtp.ProtectionProfileAeadAes128Gcm)
}

func sockaddr(a netip.AddrPort) unix.Sockaddr {
	if a.Addr().Is4() {
		return &unix.SockaddrInet4{Port: int(a.Port()), Addr: a.Addr().As4()}
	}
	return &unix.SockaddrInet6{Port: int(a.Port()), Addr: a.Addr().As16()}
}

func (f *far) close() { unix.Close(f.fd) }

// aim sends to an address from now on, listens to nobody else, and begins a new stream.
func (f *far) aim(near netip.AddrPort) error {
	if err := unix.Connect(f.fd, sockaddr(near)); err != nil {
		return fmt.Errorf("a far end at %v cannot send to %v: %w", f.address, near, err)
	}
	// Half the numbers, so that SRTP's rollover counter is 0 at both ends (RFC 3711
	// section 3.3.1).
	f.seq, f.ts, f.ssrc = uint16(rand.Uint32N(1<<15)), rand.Uint32(), rand.Uint32()
	var packet [room]byte
	for {
		if _, err := unix.Read(f.fd, packet[:]); err == unix.EAGAIN {
			return nil
		}
	}
}

// send sends a far end's next packet, stamped.
func (w *worker) send(f *far, now time.Time) {
	f.seq++
	f.ts += samples
	n := f.sending.next
	f.sending.next++
	packet := w.packet[:]
	packet[0], packet[1] = 0x80, f.end.Payload
	binary.BigEndian.PutUint16(packet[2:], f.seq)
	binary.BigEndian.PutUint32(packet[4:], f.ts)
	binary.BigEndian.PutUint32(packet[8:], f.ssrc)
	w.laws.stamp(packet[headerSize:], f.end.Payload, f.number, n)
	if f.seal != nil {
		var err error
		if _, err = f.header.Unmarshal(packet); err == nil {
			packet, err = f.seal.EncryptRTP(w.inbox.sealed[:0], packet, &f.header)
		}
		if err != nil {
			return
		}
	}
	f.sending.at[n%window] = now.UnixNano()
	f.sent++
	if _, err := unix.Write(f.fd, packet); err == unix.ECONNREFUSED {
		_, _ = unix.Write(f.fd, packet) // that was an answer to an earlier one; what is not sent is lost
	}
}

// inbox is where packets are taken from sockets to.
type inbox struct {
	messages [batch]mmsghdr
	vectors  [batch]unix.Iovec
	packets  [batch][room]byte
	controls [batch][controlSize]byte
	sealed   [room]byte
}

// controlSize is room for a time stamp beside a packet.
const controlSize = 64

// mmsghdr is that of recvmmsg(2).
type mmsghdr struct {
	header unix.Msghdr
	length uint32
	_      [unsafe.Sizeof(uintptr(0)) - 4]byte
}

func newInbox() *inbox {
	b := new(inbox)
	for i := range b.messages {
		b.vectors[i].Base = &b.packets[i][0]
		b.vectors[i].SetLen(room)
		h := &b.messages[i].header
		h.Iov, h.Control = &b.vectors[i], &b.controls[i][0]
		h.SetIovlen(1)
	}
	return b
}

// take fills the inbox from a socket and tells with how many packets.
func (b *inbox) take(fd int) int {
	for i := range b.messages {
		b.messages[i].header.SetControllen(controlSize)
	}
	n, _, errno := unix.RawSyscall6(unix.SYS_RECVMMSG, uintptr(fd), uintptr(unsafe.Pointer(&b.messages[0])), batch, unix.MSG_DONTWAIT, 0, 0)
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

// each takes all that has come for a far end.
func (w *worker) each(f *far, take func(packet []byte, at int64)) {
	for {
		n := w.inbox.take(f.fd)
		for i := range n {
			take(w.inbox.packets[i][:min(room, int(w.inbox.messages[i].length))], w.inbox.received(i))
		}
		if n < batch {
			return
		}
	}
}

// empty counts all that has come for a far end.
func (w *worker) empty(f *far) {
	w.each(f, func(packet []byte, at int64) { w.receive(f, packet, at) })
}

// receive looks at a packet that has come for a far end.
func (w *worker) receive(f *far, packet []byte, at int64) {
	const control, beyond = 192, 224 // RTCP (RFC 5761 section 4)
	if len(packet) < headerSize || packet[0]>>6 != 2 || packet[1] >= control && packet[1] < beyond {
		return
	}
	unseal, payload := f.unseal, f.end.Payload
	if w.direct && f.partner != nil {
		unseal, payload = f.direct, f.partner.end.Payload
	}
	if unseal != nil {
		var err error
		if packet, err = unseal.DecryptRTP(w.inbox.sealed[:0], packet, &f.header); err != nil {
			f.counts.Strange++
			return
		}
	}
	end, n, stamped := w.laws.read(packet[headerSize:], payload)
	timely := at >= w.from && at < w.until
	if timely {
		f.receiving.follow(packet, &f.counts)
	}
	switch partner := stamped && int(end) == f.end.Partner; {
	case f.end.Kind == Talking && partner && packet[1]&0x7f == payload:
		if f.counting && f.receiving.take(n, &f.counts) {
			w.latency.Add(time.Duration(at - f.partner.sending.at[n%window]))
		}
	case !timely: // before or after, silence is in its place
	case f.end.Kind == Talking:
		f.counts.Strange++
	default:
		f.counts.Received++
		if f.end.Kind == Bridged && partner && end > f.number && len(w.heard) < cap(w.heard) {
			w.heard = append(w.heard, hearing{int(f.number), f.partner.sending.at[n%window], at})
		}
	}
}
