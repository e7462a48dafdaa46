package media

import (
	"net/netip"
	"time"
)

// deaf is how long the far end must be silent before another address may take
// its place.
const deaf = 2 * time.Second

// settling is how long the far end must have been heard from one address before the
// system is asked to keep all others out.
const settling = time.Second

// A far end that is heard from elsewhere than SDP said may still turn out to be where it
// said: so every lookout the system lets all others in again, for a glance of a few frames.
const lookout, glance = 2 * time.Second, 100 * time.Millisecond

// latch decides whom a leg listens and speaks to: symmetric RTP (RFC 4961) for
// far ends behind address translation, closed to strangers. SDP tells an
// address; the first packet says where the far end really is. After that only
// the address that SDP told, or anyone after a silence, may move it.
type latch struct {
	told  netip.AddrPort
	heard netip.AddrPort
	since time.Duration // of the first packet from heard
	at    time.Duration // of the last
}

// tell sets the address from SDP; a new one forgets where packets came from.
func (l *latch) tell(told netip.AddrPort) {
	told = netip.AddrPortFrom(told.Addr().Unmap(), told.Port())
	if told != l.told {
		*l = latch{told: told}
	}
}

// accept tells whether a packet from that address is the far end's.
func (l *latch) accept(from netip.AddrPort, now time.Duration) bool {
	if from != l.heard {
		if l.heard.IsValid() && from != l.told && now-l.at < deaf {
			return false
		}
		l.heard, l.since = from, now
	}
	l.at = now
	return true
}

// remote is where to send; it is not valid while nothing is known.
func (l *latch) remote() netip.AddrPort {
	if l.heard.IsValid() {
		return l.heard
	}
	if !l.named() {
		return netip.AddrPort{}
	}
	return l.told
}

// named tells whether SDP told an address that packets could come from.
func (l *latch) named() bool { return l.told.Port() != 0 && !l.told.Addr().IsUnspecified() }

// settled is the one address from which packets need be taken for now; it is not valid
// while another may take its place.
func (l *latch) settled(now time.Duration) netip.AddrPort {
	if l.at-l.since < settling || now-l.at >= deaf {
		return netip.AddrPort{}
	}
	if l.heard != l.told && l.named() && (now-l.since)%lookout < glance {
		return netip.AddrPort{}
	}
	return l.heard
}
