// Package telephony places calls over SIP and keeps their legs: trunks, dialogs,
// session timers, and the negotiation of media.
//
// A [Switch] takes orders and reports progress. None of its orders blocks: they
// act on media at once, or leave a word for the leg they concern. An order to a
// leg that has ended is ignored. Which leg is bridged to which, or in which
// conversation, the switch only notes; what is heard is decided in package media.
//
// Who owns what:
//
//   - A leg is one goroutine (leg.go), started by [Switch.Dial]. It owns its
//     dialog, its session timer and its half of the media negotiation, and it
//     alone calls report for itself, in order. Its return is its end; the last
//     thing it does is report Ended, exactly once.
//   - Hang-up is the cause of the leg's context. What must be sent for it
//     (CANCEL, BYE, ACK and BYE, nothing) follows from the state the leg finds
//     itself in, so a hang-up can cross an answer without harm.
//   - What comes from outside (requests of the far end, repeated and forked
//     answers, digits, packets heard) is put into the leg's inbox and never
//     waits for the leg.
//   - Until it is answered an INVITE may have many early dialogs, one for each fork
//     that rings (early.go); the one that answers becomes the leg's dialog.
//   - A leg that has answered is watched in two ways: its session is refreshed
//     (session.go), and when its media falls silent it is asked (liveness.go).
//   - Who answers is found out while the leg goes on, if its order asks for it
//     (examine.go); the analysis is called by the media leg.
//   - The dialogs that are up are noted (diary.go), by one goroutine and after the
//     fact; what a crash left up is ended at the next start.
//   - A recording (recording.go) is on the books from its first order to its Stop;
//     its file belongs to a goroutine of package media.
//   - A trunk is looked after by up to three goroutines (keep.go) that the Switch
//     starts and waits for: its registration (register.go), its OPTIONS (health.go)
//     and its way through a NAT. What they learn is the trunk's; which trunk a call
//     takes follows from it (choice.go).
//   - A trunk counts its own calls and tokens (trunk.go), writes numbers as it wants
//     them (number.go) and says who calls (identity.go).
//   - The wire (wire.go) owns the sockets and sipgo's transaction layer, and the
//     goroutines that finish transactions for which no leg waits any longer.
//     TLS connections that we open (tunnel.go) are checked (tls.go) before a
//     byte of SIP is sent on them.
//
// sipgo serves for parsing, transport and transactions (RFC 3261 sections 17 and
// 18); dialogs (section 12), offers and answers (RFC 3264), reliable provisional
// responses (RFC 3262), UPDATE (RFC 3311) and session timers (RFC 4028) are our own.
//
// Locks: every mutex of the package guards a leaf, and nothing is called under it.
package telephony

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/media"
)

// Config is all that a Switch must know. It does not change after Open.
type Config struct {
	// Listen is where SIP is served over UDP and TCP, on the same port; port 0
	// takes a free one. The zero value is 0.0.0.0:5060.
	Listen netip.AddrPort
	// ListenTLS is where it is served over TLS; the zero value is nowhere.
	ListenTLS netip.AddrPort
	// TLS says whom to believe who is called over TLS without a trunk, and holds the
	// certificate for ListenTLS.
	TLS TLS
	// Advertise is the address in Via, Contact and SDP where it differs from the
	// one listened on (NAT). The zero value takes Listen's, or that of the route.
	Advertise netip.Addr
	// MediaAdvertise is the address in SDP where it differs from that.
	MediaAdvertise netip.Addr
	// UserAgent is sent in requests and answers; empty is "Outdial".
	UserAgent string
	// Trunks are the ways to the telephone network. There may be none: SIP URIs
	// need no trunk.
	Trunks []Trunk
	// Phones are agents' phones that are not called as any other target is.
	Phones []Phone
	// Idle is what agents' phones are sent, but for Phones, while nobody speaks to them.
	Idle media.Idle
	// Sounds replaces built-in sounds, and holds the prompts (call.Prompt).
	Sounds map[call.Sound]*media.Sound
	// Taped, which may be nil, is told what became of each recording. It may take its
	// time: only the end of that recording waits for it.
	Taped func(call.Taped)
	// Tones are whose tones are played; empty is the US.
	Tones media.Country
	// Recordings is the folder of the recordings; it is made when needed. Empty: an
	// order to record is logged as an error and ignored.
	Recordings string
	// SessionExpires is offered as session interval (RFC 4028); 0 is 30 minutes,
	// the least is 90 s.
	SessionExpires time.Duration
	// Shown is the name that called parties see where no caller id is given;
	// empty is "Outdial".
	Shown string

	// Quiet is how long an answered leg may send neither RTP nor RTCP, though it
	// should, before it is asked by OPTIONS whether it is still there. Without an
	// answer it reports Faded 0.9 s later, and ends with MediaFailure 8 s after it
	// was asked. 0 is 1 s; negative never asks.
	Quiet time.Duration

	// Refer lets agents' phones ask for transfers (call.Referred); else they are
	// declined, as those of customers always are.
	Refer bool
	// Diary keeps which dialogs are up, so that after a crash they can be ended; nil
	// keeps nothing.
	Diary Diary

	pace pace // for tests; the zero value is the real one
}

// Trunk is one way to the telephone network.
type Trunk struct {
	// Name is how orders, logs and snapshots call it.
	Name string
	// Address is "host", "host:port" or a SIP URI; ";transport=tcp" chooses TCP,
	// ";transport=tls" or "sips:" TLS.
	Address string
	// TLS says whom to believe there.
	TLS TLS
	// Priority: lower is tried first. Equals share the calls by Weight; 0 is 1.
	Priority, Weight int
	// User and Password answer digest challenges (RFC 8760).
	User, Password string
	// Called is how it wants the numbers that are called, Caller those that call.
	Called, Caller Format
	// UserPhone marks numbers in URIs as such: ";user=phone" (RFC 3261 section
	// 19.1.1).
	UserPhone bool
	// Identity is how it is told who calls.
	Identity Identity
	// CallerID is shown where an order has none.
	CallerID string
	// Domain stands in From where it is not the host of Address.
	Domain string
	// Registration tells the trunk where we are.
	Registration Registration
	// Options is how often it is asked whether it is there; 0 is never.
	Options time.Duration
	// Redirect is what becomes of calls that it sends elsewhere.
	Redirect Redirect
	// NAT gives it the address that it sees us at, in Contact and SDP, and keeps the
	// way there open.
	NAT bool
	// MaxCalls is the number of calls at a time; 0 is no limit.
	MaxCalls int
	// CallsPerSecond is the rate of new calls; 0 is no limit.
	CallsPerSecond float64
	// Codecs in order of preference, of "PCMU", "PCMA", "G722" and "opus"; empty is the first
	// two, in this order.
	Codecs []string
	// InbandDigits finds key presses in the voice where the far end agrees on no
	// telephone-events.
	InbandDigits bool
	// SRTP says whether its media is protected.
	SRTP SRTP
}

// Phone is what is known beforehand of a SIP URI that is called without a trunk, or,
// where that says so, of an agent's number.
type Phone struct {
	// Address is the URI or the number, as orders have it for their target.
	Address string
	// Codecs, InbandDigits and SRTP as those of a trunk; those of a number are the trunk's.
	Codecs       []string
	InbandDigits bool
	SRTP         SRTP
	// Idle is what it is sent while nobody speaks to it. A phone
	// that takes no comfort noise is sent silence instead. For a number too.
	Idle media.Idle
}

// pace holds the times that are not the user's to choose.
type pace struct {
	silence  time.Duration // without any answer to INVITE, the next trunk is tried
	cancel   time.Duration // how long a leg waits for the end of a cancelled INVITE
	farewell time.Duration // how long a leg waits for the answer to its BYE
	queue    time.Duration // how long a call may wait for a trunk's token
	sick     time.Duration // how long a trunk that failed is tried last
	lookup   time.Duration // how long a name may take to resolve
	write    time.Duration // how long a TCP connection may take what is sent
	interval time.Duration // the shortest session interval we accept (RFC 4028 section 4)
	fade     time.Duration // how long a quiet far end may take to answer OPTIONS before it has faded
	probe    time.Duration // and before it is given up
	glance   time.Duration // how often a faded far end is looked for
	listen   time.Duration // how long a trunk may take to answer OPTIONS or REGISTER
	anew     time.Duration // how soon a trunk that did not answer is asked again, at most
	again    time.Duration // how soon a registration that failed is tried again, at first
	most     time.Duration // and at last
	open     time.Duration // how often a way through a NAT is kept open (RFC 5626 section 4.4.2)
	glare    func() time.Duration
	chance   func() float64 // from 0 up to 1
	draw     func() float64 // exponential
	resolver *net.Resolver
}

// Errors of Open.
var (
	ErrTrunk       = errors.New("trunk is not usable")
	ErrPhone       = errors.New("phone is not usable")
	ErrSession     = errors.New("session interval is shorter than 90 s")
	ErrCertificate = errors.New("TLS certificates are not usable")
	// ErrTones is a country whose tones are not known.
	ErrTones = errors.New("the tones are those of us, eu or uk")
)

// withDefaults fills in what was left out and checks the rest.
func (c Config) withDefaults() (Config, error) {
	if !c.Listen.IsValid() {
		c.Listen = netip.AddrPortFrom(netip.IPv4Unspecified(), 5060)
	}
	if c.UserAgent == "" {
		c.UserAgent = "Outdial"
	}
	if c.Shown == "" {
		c.Shown = "Outdial"
	}
	c.pace = c.pace.withDefaults()
	if c.SessionExpires == 0 {
		c.SessionExpires = 30 * time.Minute
	}
	if c.Quiet == 0 {
		c.Quiet = time.Second
	}
	if c.SessionExpires < c.pace.interval {
		return c, fmt.Errorf("session interval %v: %w", c.SessionExpires, ErrSession)
	}
	sounds, err := withBuilt(c.Sounds, c.Tones)
	if err != nil {
		return c, err
	}
	c.Sounds = sounds
	return c, nil
}

func (p pace) withDefaults() pace {
	for _, d := range []struct {
		value     *time.Duration
		otherwise time.Duration
	}{
		{&p.silence, 5 * time.Second},
		{&p.cancel, 4 * time.Second},
		{&p.farewell, 2 * time.Second},
		{&p.queue, time.Second},
		{&p.sick, 30 * time.Second},
		{&p.lookup, 3 * time.Second},
		{&p.write, 3 * time.Second},
		{&p.interval, 90 * time.Second},
		{&p.fade, 900 * time.Millisecond},
		{&p.probe, 27 * time.Second},
		{&p.glance, 200 * time.Millisecond},
		{&p.listen, 5 * time.Second},
		{&p.anew, 5 * time.Second},
		{&p.again, 15 * time.Second},
		{&p.most, 5 * time.Minute},
		{&p.open, 25 * time.Second},
	} {
		if *d.value == 0 {
			*d.value = d.otherwise
		}
	}
	if p.glare == nil {
		p.glare = glareDelay
	}
	if p.chance == nil {
		p.chance = rand.Float64
	}
	if p.draw == nil {
		p.draw = rand.ExpFloat64
	}
	if p.resolver == nil {
		p.resolver = net.DefaultResolver
	}
	return p
}

// target reads the address of a trunk or of a direct call as a SIP URI. Only
// what a Request-URI may hold is kept; the transport stays as a parameter.
func target(address string) (sip.Uri, error) {
	text := strings.TrimSpace(address)
	if lower := strings.ToLower(text); !strings.HasPrefix(lower, "sip:") && !strings.HasPrefix(lower, "sips:") {
		text = "sip:" + text
	}
	var uri sip.Uri
	if err := sip.ParseUri(text, &uri); err != nil {
		return sip.Uri{}, fmt.Errorf("%q: %w", address, err)
	}
	uri.Host = strings.Trim(uri.Host, "[]")
	if uri.Host == "" || strings.ContainsAny(uri.Host, " \t\r\n<>\"@") || uri.Port < 0 || uri.Port > 65535 {
		return sip.Uri{}, fmt.Errorf("%q names no host", address)
	}
	if strings.ContainsAny(uri.User, " \t\r\n<>\"") {
		return sip.Uri{}, fmt.Errorf("%q: the user part holds a character that it must not", address)
	}
	uri.Password, uri.Headers = "", nil
	if _, err := carrier(&uri, overUDP); err != nil {
		return sip.Uri{}, err
	}
	return uri, nil
}

// dialed is the number in a tel URI, without its parameters and visual separators
// (RFC 3966 section 5.1.1); any other text stays as it is.
func dialed(number string) string {
	number = strings.TrimSpace(number)
	if len(number) < 4 || !strings.EqualFold(number[:4], "tel:") {
		return number
	}
	number, _, _ = strings.Cut(number[4:], ";")
	return strings.NewReplacer("-", "", ".", "", "(", "", ")", "").Replace(number)
}

// userPart escapes a number or name for the user part of a SIP URI (RFC 3261
// section 25.1, user): "#" and blanks are what turns up in practice.
func userPart(text string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for _, c := range []byte(strings.TrimSpace(text)) {
		switch {
		case c >= '0' && c <= '9', c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', strings.IndexByte("-_.!~*'()&=+$,?/", c) >= 0:
			b.WriteByte(c)
		default:
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		}
	}
	return b.String()
}
