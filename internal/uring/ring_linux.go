package uring

import (
	"fmt"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// What the kernel's header include/uapi/linux/io_uring.h names.
const (
	setupCQSize       = 1 << 3
	setupSingleIssuer = 1 << 12
	setupDeferTaskrun = 1 << 13

	offsetSQ   = 0
	offsetCQ   = 0x8000000
	offsetSQEs = 0x10000000

	enterGetEvents = 1 << 0
	enterExtArg    = 1 << 3

	registerBuffers = 22 // IORING_REGISTER_PBUF_RING

	opSendMsg = 9
	opRecvMsg = 10
	opCancel  = 14
	opSend    = 26

	flagSelectBuffer = 1 << 5 // of an entry: the buffer comes from the group
	flagQuiet        = 1 << 6 // of an entry: success is not told
	multishot        = 1 << 1 // of a receive: it goes on after each datagram

	hasBuffer = 1 << 0 // of a completion
	hasMore   = 1 << 1
)

const (
	entries     = 1024
	completions = 8192
	sqeSize     = 64
	cqeSize     = 16
)

// entry is what the kernel is asked for (struct io_uring_sqe).
type entry struct {
	op, flags uint8
	ioprio    uint16
	fd        int32
	off, addr uint64
	len       uint32
	opFlags   uint32
	data      uint64
	buffer    uint16
	_         [22]byte
}

// completion is what the kernel answers (struct io_uring_cqe).
type completion struct {
	data   uint64
	result int32
	flags  uint32
}

// layout is struct io_uring_params, with the places of head, tail, mask and so on.
type layout struct {
	sqEntries, cqEntries, flags, cpu, idle, features, wq uint32
	_                                                    [3]uint32
	sq, cq                                               [10]uint32
}

// patience is struct io_uring_getevents_arg.
type patience struct {
	mask       uint64
	maskSize   uint32
	minWait    uint32
	timeoutPtr uint64
}

// Ring is a pair of queues that are shared with the kernel.
type Ring struct {
	fd     int
	shared [][]byte // all that is mapped

	sqHead, sqTail, cqHead, cqTail *uint32
	sqMask, cqMask                 uint32
	sqes                           []entry
	cqes                           []completion
	tail                           uint32 // of what is queued and not yet shown

	timeout *unix.Timespec
	limit   *patience

	// Unwatched has waits kept from the Go runtime, which then need not see to it that its
	// processor is used meanwhile; there must be another one for all else.
	Unwatched bool

	supply
	outgoing
	sources []source
}

// Open makes a ring for the thread that it is called on. Errors say why there is
// none: the kernel is older than 6.1, or io_uring is not permitted.
func Open() (*Ring, error) {
	where := layout{cqEntries: completions, flags: setupCQSize | setupSingleIssuer | setupDeferTaskrun}
	fd, _, errno := unix.Syscall(unix.SYS_IO_URING_SETUP, entries, uintptr(unsafe.Pointer(&where)), 0)
	switch errno {
	case 0:
	case unix.ENOSYS, unix.EPERM:
		return nil, fmt.Errorf("uring: io_uring is not permitted here (see kernel.io_uring_disabled and the container's seccomp profile): %w", errno)
	case unix.EINVAL:
		return nil, fmt.Errorf("uring: the kernel is older than 6.1: %w", errno)
	default:
		return nil, fmt.Errorf("uring: no ring: %w", errno)
	}
	r := &Ring{fd: int(fd)}
	if err := r.open(&where); err != nil {
		r.Close()
		return nil, fmt.Errorf("uring: %w", err)
	}
	return r, nil
}

func (r *Ring) open(where *layout) error {
	sq, err := r.share(r.fd, offsetSQ, int(where.sq[6]+where.sqEntries*4))
	if err != nil {
		return err
	}
	cq, err := r.share(r.fd, offsetCQ, int(where.cq[5]+where.cqEntries*cqeSize))
	if err != nil {
		return err
	}
	sqes, err := r.share(r.fd, offsetSQEs, int(where.sqEntries*sqeSize))
	if err != nil {
		return err
	}
	word := func(of []byte, at uint32) *uint32 { return (*uint32)(unsafe.Pointer(&of[at])) }
	r.sqHead, r.sqTail, r.sqMask = word(sq, where.sq[0]), word(sq, where.sq[1]), *word(sq, where.sq[2])
	r.cqHead, r.cqTail, r.cqMask = word(cq, where.cq[0]), word(cq, where.cq[1]), *word(cq, where.cq[2])
	r.sqes = unsafe.Slice((*entry)(unsafe.Pointer(&sqes[0])), where.sqEntries)
	r.cqes = unsafe.Slice((*completion)(unsafe.Pointer(&cq[where.cq[5]])), where.cqEntries)
	for i := range where.sqEntries { // the entries are used in their order
		*word(sq, where.sq[6]+4*i) = i
	}
	waits, err := r.share(-1, 0, 4096)
	if err != nil {
		return err
	}
	r.timeout = (*unix.Timespec)(unsafe.Pointer(&waits[0]))
	r.limit = (*patience)(unsafe.Pointer(&waits[64]))
	r.limit.timeoutPtr = place(waits)
	if err := r.openSupply(); err != nil {
		return err
	}
	return r.openOutgoing()
}

// share maps memory that the kernel and the ring both see; without a file, memory
// that lies still.
func (r *Ring) share(fd int, offset int64, size int) ([]byte, error) {
	flags := unix.MAP_SHARED | unix.MAP_POPULATE
	if fd < 0 {
		flags = unix.MAP_PRIVATE | unix.MAP_ANON
	}
	b, err := unix.Mmap(fd, offset, size, unix.PROT_READ|unix.PROT_WRITE, flags)
	if err != nil {
		return nil, err
	}
	r.shared = append(r.shared, b)
	return b, nil
}

// place is where shared memory lies, as the kernel takes it.
func place(b []byte) uint64 { return uint64(uintptr(unsafe.Pointer(&b[0]))) }

// Close ends the ring; the sockets stay open, and are not read any more.
func (r *Ring) Close() error {
	err := unix.Close(r.fd)
	for _, b := range r.shared {
		_ = unix.Munmap(b)
	}
	r.shared = nil
	return err
}

// next is a free entry of the queue, zero.
func (r *Ring) next() *entry {
	for r.tail-atomic.LoadUint32(r.sqHead) == uint32(len(r.sqes)) {
		_ = r.submit(0, 0)
	}
	e := &r.sqes[r.tail&r.sqMask]
	r.tail++
	*e = entry{}
	return e
}

// submit shows the kernel what is queued, and then waits until there are at least
// so many completions or the time is up. No send waits for room, so all that was
// queued has been carried out when it returns.
func (r *Ring) submit(least int, wait time.Duration) error {
	r.publish()
	atomic.StoreUint32(r.sqTail, r.tail)
	*r.timeout = unix.NsecToTimespec(wait.Nanoseconds())
	for {
		queued := r.tail - atomic.LoadUint32(r.sqHead)
		enter := unix.Syscall6
		if r.Unwatched || least == 0 { // none is no wait
			enter = unix.RawSyscall6
		}
		_, _, errno := enter(unix.SYS_IO_URING_ENTER, uintptr(r.fd), uintptr(queued), uintptr(least), enterGetEvents|enterExtArg,
			uintptr(unsafe.Pointer(r.limit)), unsafe.Sizeof(*r.limit))
		switch errno {
		case 0, unix.ETIME, unix.EINTR, unix.EAGAIN, unix.EBUSY:
		default:
			return fmt.Errorf("uring: %w", errno)
		}
		if atomic.LoadUint32(r.sqHead) == r.tail {
			r.used = 0
			return nil
		}
		least = 0
	}
}

// Flush sends what was queued, if anything was.
func (r *Ring) Flush() error {
	if r.tail == atomic.LoadUint32(r.sqHead) {
		return nil
	}
	return r.submit(0, 0)
}

// Wait sends what was queued and waits until at least so many datagrams came or the
// time is up, if none has come already.
func (r *Ring) Wait(wait time.Duration, least int) error {
	if wait <= 0 || r.Ready() {
		least = 0
	}
	return r.submit(least, max(wait, 0))
}

// Ready tells whether there is something to be taken.
func (r *Ring) Ready() bool { return atomic.LoadUint32(r.cqTail) != *r.cqHead }

// Take hands over what came until Wait returned.
func (r *Ring) Take(to Taker) {
	head, tail := *r.cqHead, atomic.LoadUint32(r.cqTail)
	for ; head != tail; head++ {
		c := r.cqes[head&r.cqMask]
		atomic.StoreUint32(r.cqHead, head+1)
		r.complete(c, to)
	}
}
