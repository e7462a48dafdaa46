//go:build linux

package e2e

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unsafe"
)

// place is where a peer runs.
type place struct {
	address string
	device  string   // the network device, or address, that it has
	space   *os.File // its network namespace; nil is the test's own
}

// here is this machine's loopback.
var here = &place{address: "127.0.0.1", device: "127.0.0.1"}

// do does something in the place's network namespace: a process that is started,
// or a socket that is opened, belongs to it.
func (at *place) do(t testing.TB, f func()) {
	t.Helper()
	if at.space == nil {
		f()
		return
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	home, err := os.Open("/proc/thread-self/ns/net")
	if err != nil {
		t.Fatal(err)
	}
	defer home.Close()
	if err := enter(at.space); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := enter(home); err != nil {
			panic(err) // this thread must not go on elsewhere
		}
	}()
	f()
}

// setns is the number of the system call; package syscall has it for some only.
var setns = map[string]uintptr{"amd64": 308, "arm64": 268}[runtime.GOARCH]

func enter(space *os.File) error {
	if _, _, errno := syscall.RawSyscall(setns, space.Fd(), syscall.CLONE_NEWNET, 0); errno != 0 {
		return fmt.Errorf("setns: %w", errno)
	}
	return nil
}

// fault is what a network does to packets, each way.
type fault struct {
	name            string
	loss, duplicate float64       // shares
	delay, jitter   time.Duration // each packet takes delay, give or take jitter at random
	hasty           float64       // the share that takes no time at all, and so overtakes others
}

// link is the wire between the test's own namespace and one place: two network
// devices (tun), and the test in between, who makes faults and keeps account. It
// does what the kernel's netem does, on machines whose kernel has none too.
type link struct {
	*place
	sent, came *journal[packet] // what was put on the wire, and what came out at the other end

	mu    sync.Mutex
	fault fault
}

// newLink makes a place with an address, and the link to it. The near end has the
// address of us.
func newLink(t testing.TB, name, us, address string) *link {
	t.Helper()
	l := &link{place: &place{address: address, device: name}, sent: newJournal[packet](), came: newJournal[packet]()}
	near := openTun(t, name)
	ip(t, "addr add "+us+" peer "+address+" dev "+name, "link set "+name+" up")
	runtime.LockOSThread()
	home, err := os.Open("/proc/thread-self/ns/net")
	if err == nil {
		err = syscall.Unshare(syscall.CLONE_NEWNET)
	}
	if err != nil {
		t.Fatalf("no network namespace: %v", err)
	}
	if l.space, err = os.Open("/proc/thread-self/ns/net"); err != nil {
		t.Fatal(err)
	}
	far := openTun(t, name)
	ip(t, "link set lo up", "addr add "+address+" peer "+us+" dev "+name, "link set "+name+" up")
	if err := enter(home); err != nil {
		panic(err)
	}
	runtime.UnlockOSThread()
	home.Close()
	var both sync.WaitGroup
	both.Go(func() { l.carry(near, far) })
	both.Go(func() { l.carry(far, near) })
	t.Cleanup(func() {
		near.Close()
		far.Close()
		both.Wait()
		l.space.Close()
	})
	return l
}

// ip runs the program of that name.
func ip(t testing.TB, commands ...string) {
	t.Helper()
	for _, command := range commands {
		if out, err := exec.Command(locate(t, "ip"), strings.Fields(command)...).CombinedOutput(); err != nil {
			t.Fatalf("ip %s: %v: %s", command, err, out)
		}
	}
}

// openTun makes a network device whose packets are read and written here.
func openTun(t testing.TB, name string) *os.File {
	t.Helper()
	const (
		tunsetiff = 0x400454ca
		iffTun    = 0x0001
		iffNoPI   = 0x1000
	)
	fd, err := syscall.Open("/dev/net/tun", syscall.O_RDWR|syscall.O_CLOEXEC|syscall.O_NONBLOCK, 0)
	if err != nil {
		t.Fatalf("/dev/net/tun can not be opened (%v): run this test as root, or give your user access to it", err)
	}
	var request struct {
		name  [16]byte
		flags uint16
		_     [22]byte
	}
	copy(request.name[:15], name)
	request.flags = iffTun | iffNoPI
	if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, uintptr(fd), tunsetiff, uintptr(unsafe.Pointer(&request))); errno != 0 {
		t.Fatalf("no network device: %v", errno)
	}
	return os.NewFile(uintptr(fd), name)
}

// suffer makes a fault, from now on; the zero fault is none.
func (l *link) suffer(f fault) {
	l.mu.Lock()
	l.fault = f
	l.mu.Unlock()
}

// carry takes packets from one end to the other, until the ends are closed.
func (l *link) carry(from, to *os.File) {
	buf := make([]byte, 65536)
	for {
		n, err := from.Read(buf)
		if err != nil {
			return
		}
		whole := append([]byte(nil), buf[:n]...)
		k, known := udp(whole)
		if known {
			k.at = time.Now()
			l.sent.add(k)
		}
		l.mu.Lock()
		f := l.fault
		l.mu.Unlock()
		deliver := func() {
			if _, err := to.Write(whole); err == nil && known {
				k := k
				k.at = time.Now()
				l.came.add(k)
			}
		}
		if rand.Float64() < f.loss {
			continue
		}
		copies := 1
		if rand.Float64() < f.duplicate {
			copies = 2
		}
		for range copies {
			wait := f.delay + time.Duration((2*rand.Float64()-1)*float64(f.jitter))
			if wait <= 0 || rand.Float64() < f.hasty {
				deliver()
			} else {
				time.AfterFunc(wait, deliver)
			}
		}
	}
}
