package telephony

import (
	"context"
	"errors"
	"io"
	"net/netip"
	"strconv"
	"time"

	"github.com/emiago/sipgo/sip"
)

// keep starts what looks after the trunks: a goroutine for each registration, one
// for each trunk that is asked by OPTIONS, and one for each way through a NAT that is
// kept open. They end with ctx, registrations last, by taking theirs back.
func (s *Switch) keep(ctx context.Context) {
	for _, t := range s.trunks {
		if t.Registration.On {
			s.keepers.Go(func() { s.keepRegistered(ctx, t) })
		}
		if t.Options > 0 {
			s.keepers.Go(func() { s.watchHealth(ctx, t) })
		}
		if t.NAT {
			s.keepers.Go(func() { s.keepOpen(ctx, t) })
		}
	}
}

// keepNoMore ends what looks after the trunks, and waits for it; after ctx it takes
// what they wait for from them.
func (s *Switch) keepNoMore(ctx context.Context) (err error) {
	s.leave()
	left := make(chan struct{})
	go func() {
		defer close(left)
		s.keepers.Wait()
	}()
	select {
	case <-left:
	case <-ctx.Done():
		err = ctx.Err()
	}
	s.stop()
	<-left
	return err
}

// pause waits; false if ctx has ended.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// asker asks a trunk outside of calls. All that it asks with one dialog has one Call-ID
// and numbers that go up, as registrations want (RFC 3261 section 10.2); OPTIONS drop
// the dialog each time. It belongs to one goroutine.
type asker struct {
	home   *Switch
	trunk  *trunk
	far    sip.Uri // To, and whom the Request-URI names
	target sip.Uri
	dialog *dialog // nil before the first request
	creds  *credentials
}

func (s *Switch) asker(t *trunk, far, target sip.Uri) *asker {
	return &asker{home: s, trunk: t, far: far, target: target, creds: &credentials{user: t.User, password: t.Password}}
}

// hops are the addresses of the trunk.
func (a *asker) hops(ctx context.Context) ([]hop, error) {
	return a.home.wire.resolve(ctx, &a.trunk.uri, overUDP, a.trunk.trust)
}

// ask sends a request to an address, with what dress adds, and waits for its final
// response; challenges are met on the way.
func (a *asker) ask(ctx context.Context, to hop, method sip.RequestMethod, dress func(*sip.Request)) (*sip.Response, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, a.home.cfg.pace.listen, errSilent)
	defer cancel()
	if err := a.home.wire.connect(ctx, to); err != nil {
		return nil, err
	}
	var t tries
	for {
		a.face(to)
		req := a.dialog.request(method)
		dress(req)
		req.SetBody(nil)
		a.creds.apply(req)
		x, err := a.home.wire.begin(ctx, req, to, nil)
		if err != nil {
			return nil, err
		}
		res, err := x.final(ctx)
		if err != nil {
			return nil, err
		}
		a.trunk.hear(res)
		if challenged := res.StatusCode == sip.StatusUnauthorized || res.StatusCode == sip.StatusProxyAuthRequired; !challenged || !a.creds.meet(res, &t) {
			return res, nil
		}
	}
}

var errSilent = errors.New("no answer came")

// face turns to an address: Via and Contact are as it sees us.
func (a *asker) face(to hop) {
	fresh := newDialog(a.home.wire, "", a.trunk.account(), a.target, to)
	fresh.far = a.far
	if d := a.dialog; d != nil {
		fresh.callID, fresh.nearTag, fresh.seq = d.callID, d.nearTag, d.seq
	}
	a.trunk.present(fresh)
	a.dialog = fresh
}

// final waits for the final response to a request that no leg waits for, and ends its
// transaction.
func (x *exchange) final(ctx context.Context) (*sip.Response, error) {
	defer x.tx.Terminate()
	for {
		select {
		case res := <-x.tx.Responses():
			if !res.IsProvisional() {
				return res, nil
			}
		case <-x.tx.Done():
			if err := x.tx.Err(); err != nil && !timedOut(err) {
				return nil, err
			}
			return nil, errSilent
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// account is who we are to the trunk: our address of record.
func (t *trunk) account() sip.Uri {
	uri := sip.Uri{Scheme: "sip", User: t.Registration.As, Host: t.Domain}
	if uri.User == "" {
		uri.User = t.User
	}
	if uri.User == "" {
		uri.User = "outdial"
	}
	uri.User = userPart(uri.User)
	if uri.Host == "" {
		uri.Host = t.uri.Host
	}
	return uri
}

// hear learns from a response where our request came from in the eyes of the trunk
// (RFC 3581 section 4).
func (t *trunk) hear(res *sip.Response) {
	via := res.Via()
	if via == nil {
		return
	}
	addr, err := netip.ParseAddr(via.Params.GetOr("received", via.Host))
	port, bad := strconv.ParseUint(via.Params.GetOr("rport", ""), 10, 16)
	if err != nil || bad != nil {
		return
	}
	t.mu.Lock()
	t.learned = netip.AddrPortFrom(addr.Unmap(), uint16(port))
	t.mu.Unlock()
}

// outside is our address as the trunk sees it, where we are to believe that.
func (t *trunk) outside() (netip.AddrPort, bool) {
	if t == nil || !t.NAT {
		return netip.AddrPort{}, false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.learned, t.learned.IsValid()
}

// present puts the address that the trunk sees into the Contact of a dialog.
func (t *trunk) present(d *dialog) {
	if at, ok := t.outside(); ok {
		d.contact.Host, d.contact.Port = at.Addr().String(), int(at.Port())
	}
}

// keepOpen sends something through the NAT before it forgets us: an empty line, which
// SIP skips (RFC 5626 section 3.5.1, and RFC 3261 section 7.5 over UDP).
func (s *Switch) keepOpen(ctx context.Context, t *trunk) {
	for pause(ctx, s.cfg.pace.open) {
		hops, err := s.wire.resolve(ctx, &t.uri, overUDP, t.trust)
		if hops, err = t.order(hops, err, time.Now()); err != nil {
			continue // no call gets through either, and says so
		}
		s.wire.ping(ctx, hops[0])
	}
}

// ping writes an empty line and its answer's like to a hop. Over a TCP connection that
// is not there nothing needs to be kept open.
func (w *wire) ping(ctx context.Context, to hop) {
	empty := []byte("\r\n\r\n")
	switch to.network {
	case overUDP:
		_, _ = w.udp.WriteToUDPAddrPort(empty, to.addr)
	case overTLS:
		if c, err := w.tunnels.to(ctx, to, w.do); err == nil {
			_, _ = c.Write(empty)
		}
	default:
		c, err := w.transport.GetConnection(string(to.network), to.addr.String())
		if err != nil {
			return
		}
		if c, ok := c.(io.Writer); ok {
			_, _ = c.Write(empty)
		}
		_, _ = c.TryClose() // gives back what GetConnection counted
	}
}
