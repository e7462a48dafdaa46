//go:build linux

package forward

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// insideVariable says that the tests are in their own network namespace.
const insideVariable = "FORWARD_TEST_INSIDE"

// TestMain runs all tests in a network namespace of their own, so that the machine's
// devices are left alone. That takes root; for others the tests are skipped.
func TestMain(m *testing.M) {
	if os.Geteuid() != 0 || os.Getenv(insideVariable) != "" {
		goleak.VerifyTestMain(m)
		return
	}
	cmd := exec.Command(os.Args[0], os.Args[1:]...)
	cmd.Env = append(os.Environ(), insideVariable+"=1")
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET, Pdeathsig: syscall.SIGKILL}
	if err := cmd.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "inside a network namespace:", err)
		os.Exit(1)
	}
}

// rights skips a test where nobody can be expected to have them. Root must.
func rights(t testing.TB) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("programs can be loaded into the kernel by root only: run these tests as root")
	}
}

const first, last = 20000, 20019

// newPath opens a path at an address.
func newPath(t testing.TB, address string) *Path {
	t.Helper()
	p, err := Open(Config{Address: netip.MustParseAddr(address), First: first, Last: last, Taps: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// place is a network namespace with one wire to the test's own.
type place struct {
	name        string
	space       *os.File
	four, six   netip.Addr // its addresses
	near, near6 netip.Addr // ours on the wire
}

// newPlace makes the n-th place, and the wire: a pair of veth.
func newPlace(t testing.TB, n int) *place {
	t.Helper()
	l := &place{
		name: fmt.Sprintf("far%d", n),
		near: netip.AddrFrom4([4]byte{10, 77, byte(n), 1}), four: netip.AddrFrom4([4]byte{10, 77, byte(n), 2}),
	}
	l.near6, l.six = netip.MustParseAddr(fmt.Sprintf("fd00:77:%d::1", n)), netip.MustParseAddr(fmt.Sprintf("fd00:77:%d::2", n))
	runtime.LockOSThread()
	home, err := os.Open("/proc/thread-self/ns/net")
	if err == nil {
		err = syscall.Unshare(syscall.CLONE_NEWNET)
	}
	if err == nil {
		l.space, err = os.Open("/proc/thread-self/ns/net")
	}
	if err != nil {
		t.Fatalf("no network namespace: %v", err)
	}
	enter(home)
	runtime.UnlockOSThread()
	home.Close()
	near := fmt.Sprintf("near%d", n)
	// The far end is in the namespace that this process has open as file 3 of ip.
	ip(t, l.space, fmt.Sprintf("link add %s type veth peer name %s netns /proc/self/fd/3", near, l.name))
	ip(t, nil, fmt.Sprintf("addr add %v/24 dev %s", l.near, near), fmt.Sprintf("addr add %v/64 dev %s nodad", l.near6, near), "link set "+near+" up")
	l.do(func() {
		ip(t, nil, fmt.Sprintf("addr add %v/24 dev %s", l.four, l.name), fmt.Sprintf("addr add %v/64 dev %s nodad", l.six, l.name), "link set "+l.name+" up", "link set lo up",
			fmt.Sprintf("route add default via %v", l.near), fmt.Sprintf("route add default via %v", l.near6))
	})
	t.Cleanup(func() {
		ip(t, nil, "link del "+near)
		l.space.Close()
	})
	return l
}

// do does something in the place: a socket that is opened belongs to it.
func (l *place) do(f func()) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	home, err := os.Open("/proc/thread-self/ns/net")
	if err != nil {
		panic(err)
	}
	defer home.Close()
	enter(l.space)
	defer enter(home)
	f()
}

// enter panics, as the thread must not go on elsewhere.
func enter(space *os.File) {
	setns := map[string]uintptr{"amd64": 308, "arm64": 268}[runtime.GOARCH]
	if _, _, errno := syscall.RawSyscall(setns, space.Fd(), syscall.CLONE_NEWNET, 0); errno != 0 {
		panic(errno)
	}
}

// ip runs the program of that name, with a file as its number 3.
func ip(t testing.TB, file *os.File, commands ...string) {
	t.Helper()
	name, err := exec.LookPath("ip")
	if err != nil {
		name = "/sbin/ip"
	}
	cmd := exec.Command(name, "-batch", "-")
	cmd.Stdin = strings.NewReader(strings.Join(commands, "\n"))
	if file != nil {
		cmd.ExtraFiles = []*os.File{file}
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("ip %q: %v: %s", commands, err, out)
	}
}

// socket opens one that is bound to an address.
func socket(t testing.TB, at netip.Addr, port uint16) *net.UDPConn {
	t.Helper()
	c, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(at, port)))
	if err != nil {
		t.Fatal(err)
	}
	_ = c.SetReadBuffer(4 << 20)
	t.Cleanup(func() { c.Close() })
	return c
}

// next gives what comes to a socket within some seconds.
func next(t testing.TB, c *net.UDPConn) []byte {
	t.Helper()
	room := make([]byte, 1500)
	if err := c.SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
		t.Fatal(err)
	}
	n, err := c.Read(room)
	if err != nil {
		t.Fatalf("nothing came: %v", err)
	}
	return room[:n]
}

// waiting tells what is in a socket without waiting for it.
func waiting(c *net.UDPConn) []byte {
	room, n := make([]byte, 1500), 0
	raw, err := c.SyscallConn()
	if err != nil {
		return nil
	}
	_ = raw.Read(func(fd uintptr) bool {
		n, _, err = syscall.Recvfrom(int(fd), room, syscall.MSG_DONTWAIT)
		return true
	})
	if err != nil || n == 0 {
		return nil
	}
	return room[:n]
}

// raw sends whole IP packets from here, whose checksums nobody makes or trusts.
func raw(t testing.TB, to netip.Addr, packets ...[]byte) {
	t.Helper()
	family, address := syscall.AF_INET, syscall.Sockaddr(&syscall.SockaddrInet4{Addr: [4]byte(to.AsSlice()[:4])})
	if to.Is6() {
		family, address = syscall.AF_INET6, &syscall.SockaddrInet6{Addr: to.As16()}
	}
	fd, err := syscall.Socket(family, syscall.SOCK_RAW, syscall.IPPROTO_RAW)
	for _, p := range packets {
		if err == nil {
			err = syscall.Sendto(fd, p[etherSize:], 0, address)
		}
	}
	if err = errors.Join(err, syscall.Close(fd)); err != nil {
		t.Fatal(err)
	}
}
