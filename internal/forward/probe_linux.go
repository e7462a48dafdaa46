package forward

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"syscall"

	"github.com/cilium/ebpf"
)

// probe lets the program forward a packet that is on no wire, and looks at what
// became of it.
func (p *Path) probe() error {
	host := netip.AddrFrom4([4]byte{127, 0, 0, 1})
	r := Run{
		Local: netip.AddrPortFrom(host, p.config.First), Remote: netip.AddrPortFrom(host, 1),
		Source: 2, Size: 160, Span: 160,
		From: netip.AddrPortFrom(host, 3), To: netip.AddrPortFrom(host, 4),
		OutSource: 5, OutType: 8, SequenceShift: 6, StampShift: 7, Way: Way{device: loopback},
	}
	f := &p.flows[0]
	if !f.Offer() || !f.Start(r) {
		return errors.New("a flow could not be started")
	}
	defer f.Recall()
	in, want := r.specimen(), r.forwarded()
	_, out, err := p.objects.Forward.Test(in)
	if err != nil {
		return fmt.Errorf("the program could not be tried: %w", err)
	}
	if !bytes.Equal(out, want) || f.Recall().Packets != 1 {
		return errors.New("the kernel's program does not forward as it should; please report this with the kernel's version")
	}
	return nil
}

// explain makes of what the kernel said what is to be done about it.
func explain(err error) error {
	switch {
	case errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.EACCES):
		return fmt.Errorf("forward: the program may not be loaded; it needs the capabilities CAP_BPF and CAP_NET_ADMIN (systemd: AmbientCapabilities=): %w", err)
	case errors.Is(err, ebpf.ErrNotSupported):
		return fmt.Errorf("forward: this kernel can not do it; Linux 6.6 or later can: %w", err)
	}
	return fmt.Errorf("forward: %w", err)
}
