package main

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// front stands before what is served over HTTP: agents' desktops below /icws, all
// else to administrators. Behind a proxy that is trusted it finds out who the
// client is.
type front struct {
	desk, admin http.Handler
	prefix      string // before /icws
	proxies     []netip.Prefix
}

func (f front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if client := f.client(r); client != "" {
		named := *r
		named.RemoteAddr = net.JoinHostPort(client, "0")
		r = &named
	}
	if f.isDesk(r.URL.Path) {
		f.desk.ServeHTTP(w, r)
		return
	}
	f.admin.ServeHTTP(w, r)
}

// isDesk tells whether a path is below /icws, as clients write it: with doubled
// slashes, in the capitals of WWW-Authenticate, and with the prefix of a proxy.
func (f front) isDesk(path string) bool {
	path = "/" + strings.TrimLeft(path, "/")
	if rest, ok := strings.CutPrefix(path, f.prefix); ok {
		path = "/" + strings.TrimLeft(rest, "/")
	}
	first, _, _ := strings.Cut(path[1:], "/")
	return strings.EqualFold(first, "icws")
}

// client is the address that a trusted proxy forwards for: the last one of
// X-Forwarded-For that is not itself a proxy of ours. Empty if the request did
// not come from such a proxy.
func (f front) client(r *http.Request) string {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !f.trusts(peer.Addr()) {
		return ""
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		addr, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			return ""
		}
		if !f.trusts(addr) {
			return addr.Unmap().String()
		}
	}
	return ""
}

func (f front) trusts(addr netip.Addr) bool {
	return slices.ContainsFunc(f.proxies, func(p netip.Prefix) bool { return p.Contains(addr.Unmap()) })
}

// proxyRange reads an address or a network: "127.0.0.1", "10.0.0.0/8".
func proxyRange(s string) (netip.Prefix, error) {
	if addr, err := netip.ParseAddr(s); err == nil {
		return netip.PrefixFrom(addr.Unmap(), addr.Unmap().BitLen()), nil
	}
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return p, fmt.Errorf("%q is neither an IP address nor a network; write it like \"127.0.0.1\" or \"10.0.0.0/8\"", s)
	}
	return p.Masked(), nil
}
