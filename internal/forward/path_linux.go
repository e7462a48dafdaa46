package forward

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/link"
)

// Path is the program, the memory that it shares, and the devices it is attached to.
// Its methods may be called from any goroutine.
type Path struct {
	config  Config
	objects programObjects
	memory  [2][]byte // of flows and of taps
	flows   []Flow
	idle    chan *Tap
	news    *os.File // of routes, addresses and devices
	running sync.WaitGroup
	// era changes with the routes.
	era atomic.Uint32

	mu      sync.Mutex // guards what follows; a leaf
	closed  bool
	ways    map[netip.Addr]Way
	devices map[int]link.Link
}

// Open loads the program, tries it with a packet and attaches it. Its errors say
// what is missing.
func Open(c Config) (*Path, error) {
	c.Address = c.Address.Unmap()
	if c.Last < c.First || c.First%2 != 0 || !c.Address.IsValid() {
		return nil, fmt.Errorf("forward: no address, or no range of ports from an even one: %v, %d to %d", c.Address, c.First, c.Last)
	}
	p := &Path{config: c, ways: map[netip.Addr]Way{}, devices: map[int]link.Link{}}
	if err := p.open(); err != nil {
		p.Close()
		return nil, explain(err)
	}
	p.running.Go(p.watch)
	return p, nil
}

func (p *Path) open() (err error) {
	if err := p.load(); err != nil {
		return err
	}
	if err := p.share(); err != nil {
		return err
	}
	if err := p.probe(); err != nil {
		return err
	}
	if p.news, err = listen(); err != nil {
		return err
	}
	return p.attach()
}

// load makes the maps as large as they must be, and loads the program.
func (p *Path) load() error {
	spec, err := loadProgram()
	if err != nil {
		return err
	}
	spec.Maps[programMapFlows].MaxEntries = uint32(p.config.Last-p.config.First)/2 + 1
	spec.Maps[programMapTaps].MaxEntries = uint32(max(p.config.Taps, 1))
	if err := spec.Variables[programVarFirstPort].Set(p.config.First); err != nil {
		return err
	}
	return spec.LoadAndAssign(&p.objects, nil)
}

// share maps the memory. All flows are ours at first.
func (p *Path) share() (err error) {
	flows, err := shared[programFlow](p.objects.Flows, &p.memory[0])
	if err != nil {
		return err
	}
	p.flows = make([]Flow, len(flows))
	for i := range flows {
		p.flows[i] = Flow{path: p, m: &flows[i]}
		p.flows[i].word().Store(home)
	}
	taps, err := shared[programTap](p.objects.Taps, &p.memory[1])
	if err != nil {
		return err
	}
	p.idle = make(chan *Tap, p.config.Taps)
	for i := range p.config.Taps {
		p.idle <- &Tap{number: uint32(i), m: &taps[i]}
	}
	return nil
}

// shared gives the values of an array, in memory that the kernel sees too.
func shared[V any](m *ebpf.Map, memory *[]byte) ([]V, error) {
	var one V
	size := int(unsafe.Sizeof(one))
	if int(m.ValueSize()) != size || size%8 != 0 {
		return nil, fmt.Errorf("forward: a value of %v has %d bytes and not %d: run make bpf", m, m.ValueSize(), size)
	}
	n := int(m.MaxEntries())
	page := os.Getpagesize()
	mapped, err := syscall.Mmap(m.FD(), 0, (n*size+page-1)/page*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	if err != nil {
		return nil, fmt.Errorf("mapping the kernel's memory: %w", err)
	}
	*memory = mapped
	return unsafe.Slice((*V)(unsafe.Pointer(&mapped[0])), n), nil
}

// Flow is that of a port; nil if it has none.
func (p *Path) Flow(port uint16) *Flow {
	place := int(port) - int(p.config.First)
	if place < 0 || place%2 != 0 || place/2 >= len(p.flows) {
		return nil
	}
	return &p.flows[place/2]
}

// Now is the clock of [Tally.Last] and [Heard.At].
func Now() time.Duration {
	const monotonic = 1
	var t syscall.Timespec
	// It fails for no clock that there is.
	_, _, _ = syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, monotonic, uintptr(unsafe.Pointer(&t)), 0)
	return time.Duration(t.Nano())
}

// attach joins the devices that carry the address and are not joined yet.
func (p *Path) attach() error {
	devices, err := net.Interfaces()
	if err != nil {
		return fmt.Errorf("listing network devices: %w", err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil
	}
	for _, d := range devices {
		if p.devices[d.Index] != nil || !p.serves(d) {
			continue
		}
		l, err := link.AttachTCX(link.TCXOptions{Interface: d.Index, Program: p.objects.Forward, Attach: ebpf.AttachTCXIngress})
		if err != nil {
			return fmt.Errorf("at device %s: %w", d.Name, err)
		}
		p.devices[d.Index] = l
	}
	return nil
}

// serves tells whether the path's packets may arrive at a device.
func (p *Path) serves(d net.Interface) bool {
	if d.Flags&net.FlagUp == 0 {
		return false
	}
	if d.Flags&net.FlagLoopback != 0 {
		return true // from this machine to any of its addresses
	}
	if !ethernet(d) {
		return false
	}
	if p.config.Address.IsUnspecified() {
		return true
	}
	addresses, err := d.Addrs()
	if err != nil {
		return false
	}
	for _, a := range addresses {
		if n, ok := a.(*net.IPNet); ok {
			if own, ok := netip.AddrFromSlice(n.IP); ok && own.Unmap() == p.config.Address {
				return true
			}
		}
	}
	return false
}

// ethernet tells a device whose packets begin with that header.
func ethernet(d net.Interface) bool { return len(d.HardwareAddr) == 6 }

// Devices are the names of those that the path has joined.
func (p *Path) Devices() (names []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for index := range p.devices {
		if d, err := net.InterfaceByIndex(index); err == nil {
			names = append(names, d.Name)
		}
	}
	return names
}

// recallAll takes back every flow and forgets the ways.
func (p *Path) recallAll() {
	p.mu.Lock()
	p.era.Add(1)
	clear(p.ways)
	p.mu.Unlock()
	for i := range p.flows {
		p.flows[i].Recall()
	}
}

// Close takes the program out of the kernel. Flows and taps must not be used any more.
// It is idempotent.
func (p *Path) Close() error {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return nil
	}
	p.closed = true
	var all []error
	for _, l := range p.devices {
		all = append(all, l.Close())
	}
	p.mu.Unlock()
	if p.news != nil {
		all = append(all, p.news.Close())
	}
	p.running.Wait()
	for _, m := range p.memory {
		if m != nil {
			all = append(all, syscall.Munmap(m))
		}
	}
	if p.objects.Forward != nil {
		all = append(all, p.objects.Close())
	}
	return errors.Join(all...)
}
