package telephony

import (
	"crypto/rand"
	"fmt"
	"strings"

	"github.com/emiago/sipgo/sip"

	"github.com/outdial/outdial/internal/call"
)

// Header names where a trunk reads who calls.
type Header string

// The headers there are.
const (
	// InFrom: From says it all.
	InFrom Header = "from"
	// Asserted: P-Asserted-Identity, which trusted networks pass on (RFC 3325).
	Asserted Header = "pai"
	// Preferred: P-Preferred-Identity, which asks the network to assert it (RFC 3325).
	Preferred Header = "ppi"
	// RemoteParty: Remote-Party-ID, which was never an RFC and is still wanted
	// (draft-ietf-sip-privacy-04).
	RemoteParty Header = "rpid"
)

// Headers are all that Identity.Header may be, besides empty, which is [InFrom].
var Headers = []Header{InFrom, Asserted, Preferred, RemoteParty}

// Identity is how a trunk is told who calls.
type Identity struct {
	// Header says it, besides From.
	Header Header
	// FromUser stands in From in place of the number, for trunks that know their
	// customers by it.
	FromUser string
	// Attestation is the header that passes the order's attestation on, as
	// "P-Attestation-Indicator"; Origination one that gets a UUID for the call
	// (RFC 8588 section 3), as "P-Origination-Id". Empty sends none.
	Attestation, Origination string
}

// Check tells what is wrong with an identity.
func (i Identity) Check() error {
	switch i.Header {
	case "", InFrom, Asserted, Preferred, RemoteParty:
	default:
		return fmt.Errorf("identity %q is not known; there are from, pai, ppi and rpid", i.Header)
	}
	for _, name := range []string{i.Attestation, i.Origination} {
		if name != "" && !strings.HasPrefix(strings.ToUpper(name), "P-") && !strings.HasPrefix(strings.ToUpper(name), "X-") {
			return fmt.Errorf("%q is not a header for attestation; its name begins with P- or X-", name)
		}
		if strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r) }) {
			return fmt.Errorf("%q is no name of a header", name)
		}
	}
	return nil
}

// caller is who we say we are in one INVITE.
type caller struct {
	near    sip.Uri // From; no host means ours
	shown   string  // the name in From
	headers []sip.Header
}

// anonymous is the From of a caller who is not to be known (RFC 3323 section
// 4.1.1.3).
var anonymous = sip.Uri{Scheme: "sip", User: "anonymous", Host: "anonymous.invalid"}

// from gives the caller of an order without a trunk: the called party sees From.
func (s *Switch) from(o call.Order) caller {
	if o.Withheld {
		return caller{near: anonymous, shown: "Anonymous"}
	}
	user := userPart(o.CallerID)
	if user == "" {
		return caller{near: sip.Uri{Scheme: "sip", User: userPart(s.cfg.Shown)}, shown: displayName(s.cfg.Shown)}
	}
	return caller{near: sip.Uri{Scheme: "sip", User: user}, shown: displayName(o.CallerName)}
}

// caller gives the caller of an order by a trunk.
func (s *Switch) caller(o call.Order, t *trunk) caller {
	if o.CallerID == "" {
		o.CallerID = t.CallerID
	}
	o.CallerID = t.Caller.write(o.CallerID)
	withheld := o.Withheld
	o.Withheld = false
	c := s.from(o)
	if c.near.Host = t.Domain; c.near.Host == "" {
		c.near.Host = t.uri.Host
	}
	if t.UserPhone && o.CallerID != "" {
		c.near.UriParams.Add("user", "phone")
	}
	if o.CallerID != "" {
		c.headers = t.Identity.headers(c, withheld)
	}
	if t.Identity.FromUser != "" {
		c.near.User, c.near.UriParams = userPart(t.Identity.FromUser), nil
	}
	if withheld {
		c.near, c.shown = anonymous, "Anonymous"
		c.headers = append(c.headers, sip.NewHeader("Privacy", "id"))
	}
	if t.Identity.Attestation != "" && o.Attestation != "" {
		c.headers = append(c.headers, sip.NewHeader(t.Identity.Attestation, o.Attestation))
	}
	if t.Identity.Origination != "" {
		c.headers = append(c.headers, sip.NewHeader(t.Identity.Origination, uuid()))
	}
	return c
}

// headers say who calls, besides From. Where From alone would say it and must
// not, the trunk is told in P-Asserted-Identity.
func (i Identity) headers(c caller, withheld bool) []sip.Header {
	value := "<" + c.near.String() + ">"
	if c.shown != "" {
		value = `"` + c.shown + `" ` + value
	}
	switch {
	case i.Header == Preferred:
		return []sip.Header{sip.NewHeader("P-Preferred-Identity", value)}
	case i.Header == RemoteParty && withheld:
		return []sip.Header{sip.NewHeader("Remote-Party-ID", value+";party=calling;screen=yes;privacy=full")}
	case i.Header == RemoteParty:
		return []sip.Header{sip.NewHeader("Remote-Party-ID", value+";party=calling;screen=yes;privacy=off")}
	case i.Header == Asserted, withheld:
		return []sip.Header{sip.NewHeader("P-Asserted-Identity", value)}
	}
	return nil
}

// displayName is a name as it may stand between quotes.
func displayName(name string) string {
	return strings.NewReplacer(`"`, "'", `\`, "", "\r", "", "\n", "").Replace(strings.TrimSpace(name))
}

// uuid makes a random UUID (RFC 9562 section 5.4).
func uuid() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// attested is what the network claims in an answer of who is at the far end: an
// attestation indicator, and whether the number was verified (RFC 8588; the
// verstat parameter is of 3GPP TS 24.229 section 7.2A.20).
func attested(m sip.Message) string {
	var claims []string
	add := func(claim string) {
		if claim = strings.TrimSpace(claim); claim != "" {
			claims = append(claims, claim)
		}
	}
	add(header(m, "P-Attestation-Indicator"))
	for _, name := range []string{"P-Asserted-Identity", "From"} {
		for _, h := range m.GetHeaders(name) {
			if _, rest, ok := strings.Cut(h.Value(), "verstat="); ok {
				end := strings.IndexFunc(rest, func(r rune) bool { return strings.ContainsRune(";>@, ", r) })
				if end >= 0 {
					rest = rest[:end]
				}
				add(rest)
			}
		}
		if len(claims) > 0 {
			break
		}
	}
	return strings.Join(claims, " ")
}
