package uring

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"runtime"
	"slices"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// desk is a ring and what it was told.
type desk struct {
	*Ring
	t     testing.TB
	took  map[uint32][]string
	from  map[uint32]netip.AddrPort
	count int
	ended map[uint32]error
	relay func(token uint32, data []byte)
}

func (d *desk) Took(token uint32, data []byte, from netip.AddrPort) {
	d.count++
	if d.relay != nil {
		d.relay(token, data)
		return
	}
	d.took[token] = append(d.took[token], string(data))
	d.from[token] = from
}

func (d *desk) Ended(token uint32, err error) { d.ended[token] = err }

// open makes a ring, or leaves the test out where the system has none.
func open(t testing.TB) *desk {
	t.Helper()
	runtime.LockOSThread()
	r, err := Open()
	if errors.Is(err, unix.EPERM) || errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.EINVAL) {
		runtime.UnlockOSThread()
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		runtime.UnlockOSThread()
	})
	return &desk{Ring: r, t: t, took: map[uint32][]string{}, from: map[uint32]netip.AddrPort{}, ended: map[uint32]error{}}
}

// turn waits and takes.
func (d *desk) turn(wait time.Duration, least int) error {
	err := d.Wait(wait, least)
	d.Take(d)
	return err
}

// until takes turns until something is so.
func (d *desk) until(what string, so func() bool) {
	d.t.Helper()
	for end := time.Now().Add(5 * time.Second); !so(); {
		if time.Now().After(end) {
			d.t.Fatalf("not within 5 s: %s", what)
		}
		if err := d.turn(20*time.Millisecond, 1); err != nil {
			d.t.Fatal(err)
		}
	}
}

// socket is a bound descriptor that does not block.
func socket(t testing.TB, ip netip.Addr) (int, netip.AddrPort) {
	t.Helper()
	family, bound := unix.AF_INET, unix.Sockaddr(&unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}})
	if ip.Is6() {
		family, bound = unix.AF_INET6, &unix.SockaddrInet6{Addr: ip.As16()}
	}
	fd, err := unix.Socket(family, unix.SOCK_DGRAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unix.Close(fd) })
	if err := unix.Bind(fd, bound); err != nil {
		t.Fatal(err)
	}
	name, err := unix.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	switch a := name.(type) {
	case *unix.SockaddrInet4:
		return fd, netip.AddrPortFrom(ip, uint16(a.Port))
	case *unix.SockaddrInet6:
		return fd, netip.AddrPortFrom(ip, uint16(a.Port))
	}
	t.Fatal(name)
	return 0, netip.AddrPort{}
}

func far(t testing.TB, ip netip.Addr) (*net.UDPConn, netip.AddrPort) {
	t.Helper()
	c, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(ip, 0)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	_ = c.SetDeadline(time.Now().Add(5 * time.Second))
	return c, c.LocalAddr().(*net.UDPAddr).AddrPort()
}

func TestDatagramsComeWithTheirSendersAndLeaveInOrder(t *testing.T) {
	for _, ip := range []netip.Addr{netip.MustParseAddr("127.0.0.1"), netip.IPv6Loopback()} {
		t.Run(ip.String(), func(t *testing.T) {
			d := open(t)
			fd, here := socket(t, ip)
			c, there := far(t, ip)
			d.Receive(fd, 3)
			for i := range 5 {
				if _, err := c.WriteToUDPAddrPort(fmt.Append(nil, i), here); err != nil {
					t.Fatal(err)
				}
			}
			d.until("five datagrams", func() bool { return len(d.took[3]) == 5 })
			if !slices.Equal(d.took[3], []string{"0", "1", "2", "3", "4"}) || d.from[3] != there {
				t.Errorf("took %q from %v, sent from %v", d.took[3], d.from[3], there)
			}
			for i := range 5 {
				d.Send(fd, fmt.Append(nil, "back ", i), there)
			}
			if err := d.turn(0, 0); err != nil {
				t.Fatal(err)
			}
			for i := range 5 {
				var b [100]byte
				n, from, err := c.ReadFromUDPAddrPort(b[:])
				if want := fmt.Sprint("back ", i); err != nil || string(b[:n]) != want || netip.AddrPortFrom(from.Addr().Unmap(), from.Port()) != here {
					t.Errorf("%q from %v, %v; want %q from %v", b[:n], from, err, want, here)
				}
			}
		})
	}
}

func TestAConnectedSocketNeedsNoAddress(t *testing.T) {
	d := open(t)
	fd, here := socket(t, netip.MustParseAddr("127.0.0.1"))
	c, there := far(t, here.Addr())
	d.Receive(fd, 0)
	if err := unix.Connect(fd, &unix.SockaddrInet4{Port: int(there.Port()), Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	d.Send(fd, []byte("hello"), netip.AddrPort{})
	_ = d.turn(0, 0)
	var b [100]byte
	if n, _, err := c.ReadFromUDPAddrPort(b[:]); err != nil || string(b[:n]) != "hello" {
		t.Errorf("%q, %v", b[:n], err)
	}
	c.Close()
	// An ICMP answer to what is sent there now does not end the reading.
	for range 3 {
		d.Send(fd, []byte("anyone?"), netip.AddrPort{})
		_ = d.turn(time.Millisecond, 1)
	}
	if d.Failed == 0 {
		t.Log("no send was refused")
	}
	again, err := net.DialUDP("udp", net.UDPAddrFromAddrPort(there), net.UDPAddrFromAddrPort(here))
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if _, err := again.Write([]byte("here")); err != nil {
		t.Fatal(err)
	}
	d.until("it is heard again", func() bool { return len(d.took[0]) == 1 })
	if len(d.ended) != 0 {
		t.Error("ended", d.ended)
	}
}

func TestWhatIsCancelledIsReadNoMore(t *testing.T) {
	d := open(t)
	fd, here := socket(t, netip.MustParseAddr("127.0.0.1"))
	c, _ := far(t, here.Addr())
	d.Receive(fd, 1)
	_ = d.turn(0, 0)
	d.Cancel(1)
	d.Cancel(1)
	if err := d.Wait(0, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := c.WriteToUDPAddrPort([]byte("late"), here); err != nil {
		t.Fatal(err)
	}
	d.until("it has ended", func() bool { _, over := d.ended[1]; return over })
	if d.ended[1] != nil || len(d.took[1]) != 0 {
		t.Errorf("ended with %v, took %q", d.ended[1], d.took[1])
	}
	other, there := socket(t, here.Addr())
	d.Receive(other, 1)
	if _, err := c.WriteToUDPAddrPort([]byte("anew"), there); err != nil {
		t.Fatal(err)
	}
	d.until("the token is used again", func() bool { return slices.Equal(d.took[1], []string{"anew"}) })
}

func TestMoreThanThereAreBuffersWaitsInTheSocket(t *testing.T) {
	d := open(t)
	const sockets, each = 30, 200 // 6,000 datagrams, 2,048 buffers
	for i := range sockets {
		fd, here := socket(t, netip.MustParseAddr("127.0.0.1"))
		d.Receive(fd, uint32(i))
		_ = d.turn(0, 0)
		c, _ := far(t, here.Addr())
		for n := range each {
			if _, err := c.WriteToUDPAddrPort(fmt.Append(nil, n), here); err != nil {
				t.Fatal(err)
			}
		}
	}
	d.until("all came", func() bool { return d.count == sockets*each })
	for token, got := range d.took {
		for n, text := range got {
			if text != fmt.Sprint(n) {
				t.Fatalf("socket %d: %q in place of %d", token, text, n)
			}
		}
	}
}

func TestMoreThanTheQueueHoldsLeavesInOrder(t *testing.T) {
	d := open(t)
	fd, _ := socket(t, netip.MustParseAddr("127.0.0.1"))
	c, there := far(t, netip.MustParseAddr("127.0.0.1"))
	var b [Longest]byte
	_ = c.SetReadBuffer(4 << 20)
	const many = 3 * entries
	got := make(chan int)
	go func() {
		n := 0
		for want := 0; n < many; n++ {
			if _, _, err := c.ReadFromUDPAddrPort(b[:]); err != nil || int(b[0])|int(b[1])<<8 != want {
				break
			}
			want++
		}
		got <- n
	}()
	data := make([]byte, 172)
	for i := range many {
		data[0], data[1] = byte(i), byte(i>>8)
		d.Send(fd, data, there)
		if i%100 == 0 {
			runtime.Gosched()
		}
	}
	_ = d.turn(0, 0)
	if n := <-got; n != many {
		t.Errorf("%d of %d came in order", n, many)
	}
}

func TestATurnAllocatesNothing(t *testing.T) {
	d, turn := relaying(t)
	turn()
	if n := testing.AllocsPerRun(100, turn); n != 0 {
		t.Errorf("%v allocations a turn of %d", n, burst)
	}
	if d.count < 100*burst {
		t.Error(d.count, "datagrams")
	}
}

func TestItWaitsNoLongerThanAsked(t *testing.T) {
	d := open(t)
	begun := time.Now()
	if err := d.turn(20*time.Millisecond, 5); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begun); took < 15*time.Millisecond || took > time.Second {
		t.Error(took)
	}
}

// burst is how many datagrams wait at once in the benchmark.
const burst = 32

// ends is burst sockets that each have a far end, and a function that lets each of
// those send a packet of voice.
func ends(t testing.TB) (fds []int, speak func()) {
	ip := netip.MustParseAddr("127.0.0.1")
	feeder, _ := socket(t, ip)
	var heres []unix.Sockaddr
	for range burst {
		fd, _ := socket(t, ip)
		_, there := socket(t, ip)
		if err := unix.Connect(fd, &unix.SockaddrInet4{Port: int(there.Port()), Addr: [4]byte{127, 0, 0, 1}}); err != nil {
			t.Fatal(err)
		}
		// Only its peer is heard by a connected socket: for the benchmark, who speaks is
		// another.
		other, to := socket(t, ip)
		fds = append(fds, fd, other)
		heres = append(heres, &unix.SockaddrInet4{Port: int(to.Port()), Addr: [4]byte{127, 0, 0, 1}})
	}
	voice := make([]byte, 172)
	return fds, func() {
		for _, to := range heres {
			if err := unix.Sendto(feeder, voice, 0, to); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// relaying gives a function that relays a burst: what comes to a socket leaves by
// the one beside it.
func relaying(t testing.TB) (*desk, func()) {
	d := open(t)
	fds, speak := ends(t)
	for i := 1; i < len(fds); i += 2 {
		d.Receive(fds[i], uint32(i))
	}
	d.relay = func(token uint32, data []byte) { d.Send(fds[token-1], data, netip.AddrPort{}) }
	return d, func() {
		speak()
		for want := d.count + burst; d.count < want; {
			if err := d.turn(time.Millisecond, 1); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// BenchmarkRelay relays bursts of packets by a ring, and by a call for each. What it
// reports is the processor's time for each packet, the speaker's share taken out.
func BenchmarkRelay(b *testing.B) {
	used := func() time.Duration {
		var u unix.Rusage
		_ = unix.Getrusage(unix.RUSAGE_THREAD, &u)
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	measure := func(b *testing.B, speak, relay func()) {
		var alone time.Duration
		begun := used()
		for range b.N {
			before := used()
			speak()
			alone += used() - before
			relay()
		}
		b.ReportMetric(float64((used()-begun-alone).Nanoseconds())/float64(b.N*burst), "cpu-ns/packet")
	}
	b.Run("ring", func(b *testing.B) {
		d := open(b)
		fds, speak := ends(b)
		for i := 1; i < len(fds); i += 2 {
			d.Receive(fds[i], uint32(i))
		}
		d.relay = func(token uint32, data []byte) { d.Send(fds[token-1], data, netip.AddrPort{}) }
		_ = d.turn(0, 0)
		measure(b, speak, func() {
			for want := d.count + burst; d.count < want; {
				_ = d.turn(time.Millisecond, 1)
			}
			_ = d.turn(0, 0)
		})
	})
	b.Run("calls", func(b *testing.B) {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		fds, speak := ends(b)
		data := make([]byte, Longest)
		measure(b, speak, func() {
			for i := 1; i < len(fds); i += 2 {
				n, _, _ := unix.RawSyscall(unix.SYS_READ, uintptr(fds[i]), uintptr(unsafe.Pointer(&data[0])), Longest)
				_, _, _ = unix.RawSyscall(unix.SYS_WRITE, uintptr(fds[i-1]), uintptr(unsafe.Pointer(&data[0])), n)
			}
		})
	})
}
