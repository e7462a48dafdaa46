package uring

import (
	"encoding/binary"
	"net/netip"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	// Longest is the longest datagram that is taken or sent.
	Longest = 1600

	buffers = 2048 // a power of 2
	// A buffer holds struct io_uring_recvmsg_out, the sender's address and the
	// datagram.
	resultSize  = 16
	addressSize = unix.SizeofSockaddrInet6
	bufferSize  = resultSize + addressSize + Longest

	// arenaSize is what may be queued for sending: some two thousand packets of voice.
	arenaSize = 512 << 10
	// headSize is the room before a datagram with an address of its own: struct
	// msghdr, struct iovec, struct sockaddr.
	headSize = unix.SizeofMsghdr + unix.SizeofIovec + 32
)

// Taker is told what comes.
type Taker interface {
	// Took has a datagram, for as long as it does not return, and from where, if that
	// is an address of IP.
	Took(token uint32, data []byte, from netip.AddrPort)
	// Ended tells that a socket is read no more: it was cancelled, with nil, or
	// cannot be read, and is not to be cancelled then.
	Ended(token uint32, err error)
}

// What the data of an entry says.
const (
	ofReceive = uint64(iota) << 32
	ofSend
	ofCancel
)

// source is a socket that is read; its place is its token.
type source struct {
	fd   int32
	over bool
}

// supply is the memory that datagrams are received in. The ring of free buffers is
// shared with the kernel (struct io_uring_buf_ring).
type supply struct {
	ring   []free
	data   []byte
	given  uint16
	header *unix.Msghdr // what is asked for with each datagram
}

// free is struct io_uring_buf; the last field of the first is the ring's tail.
type free struct {
	addr uint64
	len  uint32
	id   uint16
	tail uint16
}

// outgoing is the memory that datagrams wait in until they are sent.
type outgoing struct {
	arena []byte
	used  int
	// Failed counts the datagrams that the system refused.
	Failed uint64
}

func (r *Ring) openSupply() error {
	ring, err := r.share(-1, 0, buffers*int(unsafe.Sizeof(free{})))
	if err != nil {
		return err
	}
	if r.data, err = r.share(-1, 0, buffers*bufferSize); err != nil {
		return err
	}
	about, err := r.share(-1, 0, 4096)
	if err != nil {
		return err
	}
	r.ring = unsafe.Slice((*free)(unsafe.Pointer(&ring[0])), buffers)
	r.header = (*unix.Msghdr)(unsafe.Pointer(&about[0]))
	r.header.Namelen = addressSize
	registration := struct {
		addr         uint64
		entries      uint32
		group, flags uint16
		_            [3]uint64
	}{addr: place(ring), entries: buffers}
	if _, _, errno := unix.Syscall6(unix.SYS_IO_URING_REGISTER, uintptr(r.fd), registerBuffers, uintptr(unsafe.Pointer(&registration)), 1, 0, 0); errno != 0 {
		return errno
	}
	for i := range buffers {
		r.give(uint16(i))
	}
	return nil
}

func (r *Ring) openOutgoing() (err error) {
	r.arena, err = r.share(-1, 0, arenaSize)
	return err
}

// give puts a buffer back.
func (r *Ring) give(id uint16) {
	f := &r.ring[r.given%buffers]
	f.addr, f.len, f.id = place(r.data[int(id)*bufferSize:]), bufferSize, id
	r.given++
}

// publish shows the kernel the buffers that were put back.
func (r *Ring) publish() {
	first := (*uint32)(unsafe.Pointer(&r.ring[0].id))
	id, tail := uint32(r.ring[0].id), uint32(r.given)
	if binary.NativeEndian.Uint16([]byte{1, 0}) == 1 {
		atomic.StoreUint32(first, id|tail<<16)
	} else {
		atomic.StoreUint32(first, id<<16|tail)
	}
}

// Receive hands over all that comes to a socket, under a token, which is small
// and not in use.
func (r *Ring) Receive(fd int, token uint32) {
	for int(token) >= len(r.sources) {
		r.sources = append(r.sources, source{})
	}
	r.sources[token] = source{fd: int32(fd)}
	r.arm(token)
}

func (r *Ring) arm(token uint32) {
	e := r.next()
	e.op, e.flags, e.ioprio, e.fd = opRecvMsg, flagSelectBuffer, multishot, r.sources[token].fd
	e.addr, e.len, e.data = uint64(uintptr(unsafe.Pointer(r.header))), 1, ofReceive|uint64(token)
}

// Cancel ends that; what had come is handed over before Ended is told. The token, and
// what the socket holds, are free only then.
func (r *Ring) Cancel(token uint32) {
	if r.sources[token].over {
		return
	}
	r.sources[token].over = true
	e := r.next()
	e.op, e.flags, e.fd, e.addr, e.data = opCancel, flagQuiet, -1, ofReceive|uint64(token), ofCancel|uint64(token)
}

// Send queues a datagram for the peer of a connected socket, or, if to is valid,
// for that address. It is lost if the system refuses it.
func (r *Ring) Send(fd int, datagram []byte, to netip.AddrPort) {
	if len(datagram) > Longest {
		r.Failed++
		return
	}
	head := 0
	if to.IsValid() {
		head = headSize
	}
	if r.used+head+len(datagram)+8 > arenaSize {
		_ = r.submit(0, 0)
	}
	e := r.next() // which may submit what is queued
	room := r.arena[r.used:]
	r.used += (head + len(datagram) + 7) &^ 7
	copy(room[head:], datagram)
	e.flags, e.fd, e.data, e.opFlags = flagQuiet, int32(fd), ofSend, unix.MSG_DONTWAIT
	if head == 0 {
		e.op, e.addr, e.len = opSend, place(room), uint32(len(datagram))
		return
	}
	e.op, e.addr, e.len = opSendMsg, place(room), 1
	message := (*unix.Msghdr)(unsafe.Pointer(&room[0]))
	vector := (*unix.Iovec)(unsafe.Pointer(&room[unix.SizeofMsghdr]))
	name := room[unix.SizeofMsghdr+unix.SizeofIovec:]
	*message = unix.Msghdr{Name: &name[0], Namelen: putAddress(name, to), Iov: vector}
	message.SetIovlen(1)
	vector.Base = &room[head]
	vector.SetLen(len(datagram))
}

// complete takes one answer of the kernel.
func (r *Ring) complete(c completion, to Taker) {
	switch c.data &^ 0xffffffff {
	case ofReceive:
		r.received(uint32(c.data), c, to)
	case ofSend: // told only if it failed
		r.Failed++
	}
}

func (r *Ring) received(token uint32, c completion, to Taker) {
	s := &r.sources[token]
	if c.flags&hasBuffer != 0 {
		id := uint16(c.flags >> 16)
		if b := r.data[int(id)*bufferSize:][:bufferSize]; c.result >= resultSize {
			size := binary.NativeEndian.Uint32(b[8:])
			if int(size) <= Longest {
				to.Took(token, b[resultSize+addressSize:][:size], getAddress(b[resultSize:]))
			}
		}
		r.give(id)
	}
	if c.flags&hasMore != 0 {
		return
	}
	switch errno := unix.Errno(max(-c.result, 0)); {
	case s.over:
		to.Ended(token, nil)
	case c.result >= 0, errno == unix.ENOBUFS, errno == unix.ECONNREFUSED, errno == unix.EHOSTUNREACH, errno == unix.ENETUNREACH, errno == unix.EINTR, errno == unix.EAGAIN, errno == unix.EMSGSIZE:
		r.arm(token) // it is passing: no buffer for a moment, or an ICMP answer to what was sent
	default:
		to.Ended(token, errno)
	}
}

// putAddress writes struct sockaddr and gives its length.
func putAddress(b []byte, a netip.AddrPort) uint32 {
	binary.BigEndian.PutUint16(b[2:], a.Port())
	if ip := a.Addr(); ip.Is4() {
		binary.NativeEndian.PutUint16(b, unix.AF_INET)
		as4 := ip.As4()
		copy(b[4:8], as4[:])
		clear(b[8:16])
		return unix.SizeofSockaddrInet4
	}
	binary.NativeEndian.PutUint16(b, unix.AF_INET6)
	as16 := a.Addr().As16()
	clear(b[4:8])
	copy(b[8:24], as16[:])
	clear(b[24:28])
	return unix.SizeofSockaddrInet6
}

// getAddress reads it; what is neither IPv4 nor IPv6 is not valid.
func getAddress(b []byte) netip.AddrPort {
	port := binary.BigEndian.Uint16(b[2:])
	switch binary.NativeEndian.Uint16(b) {
	case unix.AF_INET:
		return netip.AddrPortFrom(netip.AddrFrom4([4]byte(b[4:8])), port)
	case unix.AF_INET6:
		return netip.AddrPortFrom(netip.AddrFrom16([16]byte(b[8:24])).Unmap(), port)
	}
	return netip.AddrPort{}
}
