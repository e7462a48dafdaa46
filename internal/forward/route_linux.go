package forward

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"syscall"
	"unsafe"
)

// Way asks the kernel where packets to an address leave. Only ways by Ethernet, and
// those that stay on the machine, are any.
func (p *Path) Way(to netip.Addr) (Way, error) {
	to = to.Unmap()
	p.mu.Lock()
	way, known := p.ways[to]
	era := p.era.Load()
	p.mu.Unlock()
	if known {
		return way, nil
	}
	way, err := ask(to)
	if err != nil {
		return Way{}, fmt.Errorf("forward: the way to %v: %w", to, err)
	}
	way.era = era
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.era.Load() == era {
		p.ways[to] = way
	}
	return way, nil
}

// ask does it over rtnetlink (RTM_GETROUTE).
func ask(to netip.Addr) (Way, error) {
	if to.Zone() != "" || to.IsLinkLocalUnicast() || to.IsMulticast() || !to.IsValid() {
		return Way{}, errors.New("link-local and multicast addresses have none")
	}
	fd, err := syscall.Socket(syscall.AF_NETLINK, syscall.SOCK_RAW|syscall.SOCK_CLOEXEC, syscall.NETLINK_ROUTE)
	if err != nil {
		return Way{}, err
	}
	defer syscall.Close(fd)
	if err := syscall.Sendto(fd, question(to), 0, &syscall.SockaddrNetlink{Family: syscall.AF_NETLINK}); err != nil {
		return Way{}, err
	}
	answer := make([]byte, os.Getpagesize())
	n, _, err := syscall.Recvfrom(fd, answer, 0)
	if err != nil {
		return Way{}, err
	}
	messages, err := syscall.ParseNetlinkMessage(answer[:n])
	if err != nil {
		return Way{}, err
	}
	for _, m := range messages {
		switch m.Header.Type {
		case syscall.NLMSG_ERROR:
			return Way{}, syscall.Errno(-int32(binary.NativeEndian.Uint32(m.Data)))
		case syscall.RTM_NEWROUTE:
			return read(&m, to)
		}
	}
	return Way{}, errors.New("no answer")
}

// question is the request for the route to an address.
func question(to netip.Addr) []byte {
	address := to.AsSlice()
	family := byte(syscall.AF_INET6)
	if to.Is4() {
		family = syscall.AF_INET
	}
	const headers = syscall.SizeofNlMsghdr + syscall.SizeofRtMsg
	b := make([]byte, headers+syscall.SizeofRtAttr+len(address))
	*(*syscall.NlMsghdr)(unsafe.Pointer(&b[0])) = syscall.NlMsghdr{Len: uint32(len(b)), Type: syscall.RTM_GETROUTE, Flags: syscall.NLM_F_REQUEST, Seq: 1}
	*(*syscall.RtMsg)(unsafe.Pointer(&b[syscall.SizeofNlMsghdr])) = syscall.RtMsg{Family: family, Dst_len: byte(8 * len(address))}
	*(*syscall.RtAttr)(unsafe.Pointer(&b[headers])) = syscall.RtAttr{Len: uint16(syscall.SizeofRtAttr + len(address)), Type: syscall.RTA_DST}
	copy(b[headers+syscall.SizeofRtAttr:], address)
	return b
}

// read takes the way from the answer.
func read(m *syscall.NetlinkMessage, to netip.Addr) (Way, error) {
	attributes, err := syscall.ParseNetlinkRouteAttr(m)
	if err != nil {
		return Way{}, err
	}
	w := Way{hop: to}
	for _, a := range attributes {
		switch a.Attr.Type {
		case syscall.RTA_OIF:
			w.device = binary.NativeEndian.Uint32(a.Value)
		case syscall.RTA_GATEWAY:
			w.hop, _ = netip.AddrFromSlice(a.Value)
		case syscall.RTA_PREFSRC:
			w.From, _ = netip.AddrFromSlice(a.Value)
		}
	}
	route := (*syscall.RtMsg)(unsafe.Pointer(&m.Data[0]))
	if route.Type == syscall.RTN_LOCAL {
		w.device = loopback
		return w, nil
	}
	device, err := net.InterfaceByIndex(int(w.device))
	switch {
	case err != nil:
		return Way{}, err
	case route.Type != syscall.RTN_UNICAST || !ethernet(*device):
		return Way{}, fmt.Errorf("it leaves by %s, which is no Ethernet", device.Name)
	}
	return w, nil
}

// listen opens the kernel's news of devices, addresses and routes.
func listen() (*os.File, error) {
	const ( // RTMGRP_ in linux/rtnetlink.h; package syscall has them not
		links      = 0x1
		addresses4 = 0x10
		routes4    = 0x40
		addresses6 = 0x100
		routes6    = 0x400
		groups     = links | addresses4 | routes4 | addresses6 | routes6
	)
	fd, err := syscall.Socket(syscall.AF_NETLINK, syscall.SOCK_RAW|syscall.SOCK_CLOEXEC|syscall.SOCK_NONBLOCK, syscall.NETLINK_ROUTE)
	if err != nil {
		return nil, err
	}
	if err := syscall.Bind(fd, &syscall.SockaddrNetlink{Family: syscall.AF_NETLINK, Groups: groups}); err != nil {
		syscall.Close(fd)
		return nil, err
	}
	return os.NewFile(uintptr(fd), "rtnetlink"), nil
}

// watch reads them until the path is closed. Whatever changed, and whatever was
// missed (ENOBUFS), all flows are to find their way anew.
func (p *Path) watch() {
	news := make([]byte, 8*os.Getpagesize())
	for {
		if _, err := p.news.Read(news); err != nil && !errors.Is(err, syscall.ENOBUFS) {
			return
		}
		p.recallAll()
		// A device that is gone meanwhile, or that can not be joined, is one less.
		_ = p.attach()
	}
}
