package media

import (
	"encoding/binary"
	"unsafe"

	"golang.org/x/sys/unix"
)

// batch is how many sockets are told of at once.
const batch = 128

// polled reads with epoll, a call for each packet.
type polled struct {
	*worker
	poll, bell, ticker int // descriptors: epoll, eventfd, timerfd
	armed              int // the slot at which the ticker strikes

	events [batch]unix.EpollEvent
}

func newPolled(w *worker) (p *polled, err error) {
	p = &polled{worker: w, poll: -1, bell: -1, ticker: -1}
	defer func() {
		if err != nil {
			p.close()
		}
	}()
	if p.poll, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC); err != nil {
		return nil, err
	}
	if p.bell, err = unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK); err != nil {
		return nil, err
	}
	if p.ticker, err = unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_CLOEXEC|unix.TFD_NONBLOCK); err != nil {
		return nil, err
	}
	if err = p.arm(); err != nil {
		return nil, err
	}
	// Each stroke of these is told of once, read or not.
	for _, fd := range []int{p.bell, p.ticker} {
		if err = unix.EpollCtl(p.poll, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: unix.EPOLLIN | unix.EPOLLET, Fd: int32(fd)}); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func (p *polled) close() {
	for _, fd := range []int{p.poll, p.bell, p.ticker} {
		if fd >= 0 {
			unix.Close(fd)
		}
	}
}

func (p *polled) watch(s *socket) error {
	return unix.EpollCtl(p.poll, unix.EPOLL_CTL_ADD, s.fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(s.fd)})
}

func (p *polled) forget(s *socket) error {
	return unix.EpollCtl(p.poll, unix.EPOLL_CTL_DEL, s.fd, nil)
}

func (p *polled) pass(s *socket, to *worker) {
	if p.forget(s) == nil {
		s.worker.Store(to)
		_ = to.watch(s)
	}
}

// drop closes the socket; epoll forgets it by that.
func (p *polled) drop(s *socket) { unix.Close(s.fd) }

func (p *polled) ring() {
	var one [8]byte
	binary.NativeEndian.PutUint64(one[:], 1)
	_ = call(unix.SYS_WRITE, p.bell, one[:], uintptr(len(one)))
}

// arm has the ticker strike once, at the slot that is to be waited for.
func (p *polled) arm() error {
	slot := p.upcoming()
	if slot == p.armed {
		return nil
	}
	p.armed = slot
	at := unix.NsecToTimespec(int64(max(p.until(), 1))) // 0 would be never
	return unix.TimerfdSettime(p.ticker, 0, &unix.ItimerSpec{Value: at}, nil)
}

// wait waits until something has come, and tells to how many it has.
func (p *polled) wait() int {
	wait := unix.Syscall6
	if p.keeps() {
		wait = unix.RawSyscall6
	}
	forever := -1
	n, _, e := wait(unix.SYS_EPOLL_PWAIT, uintptr(p.poll), uintptr(unsafe.Pointer(&p.events)), batch, uintptr(forever), 0, 0)
	if e != 0 { // interrupted
		return 0
	}
	return int(n)
}

func (p *polled) run() {
	defer p.close()
	for {
		rang := false
		for _, e := range p.events[:p.wait()] {
			switch fd := int(e.Fd); fd {
			case p.bell:
				rang = true
			case p.ticker:
			default:
				if s := p.board.at(fd); s != nil {
					// One packet, so that all get their turn; of more the system tells again.
					p.take(s, nil)
				}
			}
		}
		p.catchUp(p.plane.now, nil)
		if rang && !p.obey() {
			return
		}
		_ = p.arm() // it fails for no time that there is
	}
}

// settle has nothing to do: what is read is taken at once, and so is it sent.
func (p *polled) settle() {}

// failed lets what fails pass, such as an ICMP answer to what was sent; a socket that
// gives nothing else is given up, and the leg's liveness shows it.
func (p *polled) failed(s *socket) bool {
	if s.failures++; s.failures < hopeless {
		return true
	}
	_ = p.forget(s)
	return false
}
