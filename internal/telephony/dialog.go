package telephony

import (
	"context"
	"crypto/rand"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"
)

const (
	// allow is what we take within a dialog. REFER and NOTIFY are understood and
	// declined, so they are not in it.
	allow = "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE"
	// supported names the extensions we speak: RFC 3262, 6228 and 4028.
	supported = "100rel, 199, timer"
	mediaType = "application/sdp"
	// beyond is what a number of ours is raised by where it is not known how many
	// followed it: numbers need not be consecutive (RFC 3261 section 12.2.2).
	beyond  = 100
	version = "SIP/2.0"
)

// dialog is one SIP dialog in which we sent the first INVITE (RFC 3261 section
// 12), or its beginning while farTag is empty. Only its leg touches it, so its
// numbers go up by one and its requests leave in order.
type dialog struct {
	wire    *wire
	callID  string
	nearTag string
	farTag  string
	nat     bool    // private addresses are not believed (Trunk.NAT)
	shown   string  // display name in From
	near    sip.Uri // From
	far     sip.Uri // To
	contact sip.Uri // ours
	via     string  // our host in Via
	target  sip.Uri // the remote target, refreshed by the far end's Contact
	routes  []sip.Uri
	first   hop    // where the INVITE went
	host    string // and the name it was resolved from
	seq     uint32 // of our last request

	farSeq   uint32 // of the far end's last request, if farSeqAt is set
	farSeqAt time.Time
	updates  bool // the far end allows UPDATE
}

// newDialog begins a dialog towards a target by a hop. The user part of near is
// ours in Contact as well.
func newDialog(w *wire, shown string, near, target sip.Uri, first hop) *dialog {
	host := w.local(first.addr).String()
	contact := sip.Uri{Scheme: "sip", User: near.User, Host: host, Port: int(w.port(first))}
	switch {
	case target.Scheme == "sips": // then so is ours (RFC 3261 section 8.1.1.8)
		contact.Scheme = "sips"
	case first.network != overUDP:
		contact.UriParams.Add("transport", strings.ToLower(string(first.network)))
	}
	if near.Host == "" {
		near.Host = host
	}
	far := *target.Clone()
	far.Port, far.UriParams = 0, nil
	if user, ok := target.UriParams.Get("user"); ok {
		far.UriParams.Add("user", user)
	}
	return &dialog{
		wire:    w,
		callID:  rand.Text() + "@" + host,
		nearTag: rand.Text(),
		shown:   shown,
		near:    near,
		far:     far,
		contact: contact,
		via:     host,
		target:  *target.Clone(),
		first:   first,
		host:    target.Host,
	}
}

// request makes the next request of the dialog.
func (d *dialog) request(method sip.RequestMethod) *sip.Request {
	d.seq++
	return d.build(method, d.seq)
}

// ackOf makes the ACK for a 2xx to an INVITE of this dialog: its number is the
// INVITE's, whatever was sent since, and so are its credentials (RFC 3261
// section 13.2.2.4).
func (d *dialog) ackOf(invite *sip.Request) *sip.Request {
	ack := d.build(sip.ACK, invite.CSeq().SeqNo)
	for _, name := range []string{"Authorization", "Proxy-Authorization"} {
		for _, h := range invite.GetHeaders(name) {
			ack.AppendHeader(sip.HeaderClone(h))
		}
	}
	ack.SetBody(nil)
	return ack
}

func (d *dialog) build(method sip.RequestMethod, seq uint32) *sip.Request {
	recipient, routes := d.path()
	req := sip.NewRequest(method, recipient)
	via := &sip.ViaHeader{ProtocolName: "SIP", ProtocolVersion: "2.0", Transport: string(d.first.network), Host: d.via, Port: int(d.wire.port(d.first))}
	via.Params.Add("branch", sip.RFC3261BranchMagicCookie+rand.Text())
	via.Params.Add("rport", "")
	req.AppendHeader(via)
	for _, r := range routes {
		req.AppendHeader(&sip.RouteHeader{Address: *r.Clone()})
	}
	hops := sip.MaxForwardsHeader(70)
	req.AppendHeader(&hops)
	from := &sip.FromHeader{DisplayName: d.shown, Address: *d.near.Clone()}
	from.Params.Add("tag", d.nearTag)
	req.AppendHeader(from)
	to := &sip.ToHeader{Address: *d.far.Clone()}
	if d.farTag != "" {
		to.Params.Add("tag", d.farTag)
	}
	req.AppendHeader(to)
	callID := sip.CallIDHeader(d.callID)
	req.AppendHeader(&callID)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: seq, MethodName: method})
	if method != sip.BYE && method != sip.PRACK {
		req.AppendHeader(&sip.ContactHeader{Address: *d.contact.Clone()})
	}
	req.AppendHeader(sip.NewHeader("User-Agent", d.wire.software))
	return req
}

// path gives the Request-URI and the Route headers (RFC 3261 section 12.2.1.1):
// a first route without "lr" is an old strict router, and takes the place of the
// target.
func (d *dialog) path() (sip.Uri, []sip.Uri) {
	if len(d.routes) == 0 || d.routes[0].UriParams.Has("lr") {
		return *d.target.Clone(), d.routes
	}
	return *d.routes[0].Clone(), append(slices.Clone(d.routes[1:]), d.target)
}

// next is where the dialog's requests go: to the first route, or to the target.
// The Via names the transport of that hop.
func (d *dialog) next(ctx context.Context) (hop, error) {
	uri := d.nextURI()
	if d.leadsBack(uri) {
		return d.first, nil
	}
	hops, err := d.wire.resolve(ctx, uri, d.first.network, d.first.trust)
	if err != nil {
		return hop{}, err
	}
	return d.guarded(hops[0]), nil
}

// guarded keeps a dialog that began over TLS on TLS, and with the same peer. What
// would leave it in clear goes where the INVITE went, as through an outbound
// proxy. An address without a name must prove the name that the INVITE asked for.
func (d *dialog) guarded(to hop) hop {
	switch {
	case d.first.network != overTLS:
	case to.network != overTLS || to.addr == d.first.addr:
		return d.first
	default:
		if _, err := netip.ParseAddr(to.name); err == nil {
			to.name = d.first.name
		}
	}
	return to
}

func (d *dialog) nextURI() *sip.Uri {
	if len(d.routes) > 0 {
		return &d.routes[0]
	}
	return &d.target
}

// leadsBack tells whether a URI is where the INVITE went, whose name is resolved. So
// is, through a NAT, a private address that somebody with a public one has told.
func (d *dialog) leadsBack(uri *sip.Uri) bool {
	if d.nat {
		addr, err := netip.ParseAddr(strings.Trim(uri.Host, "[]"))
		if err == nil && addr.IsPrivate() && !d.first.addr.Addr().IsPrivate() {
			return true
		}
	}
	by, err := carrier(uri, d.first.network)
	return err == nil && by == d.first.network && uri.Host == d.host && (uri.Port == 0 || uri.Port == int(d.first.addr.Port()))
}

// resolved tells whether next has no name to look up, and no TLS to set up.
func (d *dialog) resolved() bool {
	uri := d.nextURI()
	_, err := netip.ParseAddr(strings.Trim(uri.Host, "[]"))
	return d.leadsBack(uri) || err == nil && d.first.network != overTLS
}

// begin sends a request of the dialog in a transaction.
func (d *dialog) begin(ctx context.Context, req *sip.Request, more func(*exchange, *sip.Response)) (*exchange, error) {
	to, err := d.next(ctx)
	if err != nil {
		return nil, err
	}
	return d.wire.begin(ctx, req, to, more)
}

// acknowledge sends an ACK, the first time or again.
func (d *dialog) acknowledge(ctx context.Context, ack *sip.Request) error {
	to, err := d.next(ctx)
	if err != nil {
		return err
	}
	return d.wire.send(ack, to)
}

// confirm makes the dialog that a 2xx to our INVITE stands for (RFC 3261 section
// 12.1.2). An INVITE that forks makes several; each gets its own copy.
func (d *dialog) confirm(res *sip.Response) *dialog {
	c := *d
	if to := res.To(); to != nil {
		c.farTag = to.Params.GetOr("tag", "")
	}
	var routes []sip.Uri
	for _, h := range res.GetHeaders("Record-Route") {
		if rr, ok := h.(*sip.RecordRouteHeader); ok {
			routes = append(routes, *rr.Address.Clone())
		}
	}
	if len(routes) > 0 {
		slices.Reverse(routes)
		c.routes = routes
	}
	c.refresh(res)
	c.updates = allows(res, sip.UPDATE)
	return &c
}

// refresh takes a new remote target from the Contact of a target refresh request
// or of the 2xx to one (RFC 3261 section 12.2).
func (d *dialog) refresh(m sip.Message) {
	h := m.GetHeaders("Contact")
	if len(h) == 0 {
		return
	}
	if c, ok := h[0].(*sip.ContactHeader); ok && !c.Address.Wildcard && c.Address.Host != "" {
		d.target = *c.Address.Clone()
		d.target.Headers = nil
	}
}

// owns tells whether a request of the far end belongs to this dialog.
func (d *dialog) owns(req *sip.Request) bool {
	from, to := req.From(), req.To()
	return from != nil && to != nil && d.farTag == from.Params.GetOr("tag", "") && d.nearTag == to.Params.GetOr("tag", "")
}

// inOrder takes the number of a request of the far end (RFC 3261 section 12.2.2).
// A lower one than before is out of order, unless it was read first and only
// overtaken on the way to the leg.
func (d *dialog) inOrder(seq uint32, read time.Time) bool {
	if d.farSeqAt.IsZero() || seq > d.farSeq {
		d.farSeq, d.farSeqAt = seq, read
		return true
	}
	return seq < d.farSeq && read.Before(d.farSeqAt)
}

// cancelOf makes the CANCEL of an INVITE: the same Via, Request-URI, routes and
// number (RFC 3261 section 9.1).
func cancelOf(invite *sip.Request) *sip.Request {
	req := sip.NewRequest(sip.CANCEL, invite.Recipient)
	req.AppendHeader(invite.Via().Clone())
	for _, name := range []string{"Route", "Max-Forwards", "From", "To", "Call-ID"} {
		for _, h := range invite.GetHeaders(name) {
			req.AppendHeader(sip.HeaderClone(h))
		}
	}
	req.AppendHeader(&sip.CSeqHeader{SeqNo: invite.CSeq().SeqNo, MethodName: sip.CANCEL})
	for _, h := range invite.GetHeaders("User-Agent") {
		req.AppendHeader(sip.HeaderClone(h))
	}
	req.SetBody(nil)
	return req
}

// header is the first value of a header that sipgo does not parse, by its long
// or compact name.
func header(m sip.Message, names ...string) string {
	for _, name := range names {
		if h := m.GetHeaders(name); len(h) > 0 {
			return h[0].Value()
		}
	}
	return ""
}

// tokens are the values of a header that is a list of tokens, over all its lines.
func tokens(m sip.Message, names ...string) []string {
	var list []string
	for _, name := range names {
		for _, h := range m.GetHeaders(name) {
			for t := range strings.SplitSeq(h.Value(), ",") {
				if t = strings.TrimSpace(t); t != "" {
					list = append(list, t)
				}
			}
		}
	}
	return list
}

func allows(m sip.Message, method sip.RequestMethod) bool {
	return slices.ContainsFunc(tokens(m, "Allow"), func(t string) bool { return strings.EqualFold(t, string(method)) })
}

func supports(m sip.Message, option string) bool {
	return slices.ContainsFunc(tokens(m, "Supported", "k"), func(t string) bool { return strings.EqualFold(t, option) })
}

func requires(m sip.Message, option string) bool {
	return slices.ContainsFunc(tokens(m, "Require"), func(t string) bool { return strings.EqualFold(t, option) })
}
