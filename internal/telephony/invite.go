package telephony

import (
	"cmp"
	"context"
	"math/rand/v2"
	"net/netip"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/outdial/outdial/internal/call"
)

// attempt is one INVITE to one address, with what challenges make of it.
type attempt struct {
	leg  *leg
	way  way
	ring *time.Time
	last bool // nobody is left to try after this

	dialog    *dialog
	x         *exchange
	tries     tries
	short     bool              // 422 was met
	silent    time.Time         // when to give up on an address that says nothing
	heard     bool              // a provisional response came
	rang      bool              // a 18x came
	byes      []request         // that came before the final response was read
	insisted  bool              // 421 was met
	earlies   map[string]*early // by To tag
	quitting  bool
	cancelled bool // CANCEL is out
	cause     call.Cause
	until     time.Time // while quitting
}

func (a *attempt) run(ctx context.Context, to hop) verdict {
	l := a.leg
	if err := l.home.wire.connect(ctx, to); err != nil {
		if ctx.Err() != nil {
			return verdict{cause: causeOf(ctx)}
		}
		return verdict{next: true, sick: true, cause: call.Cause{Reason: call.Unreachable, Detail: err.Error()}}
	}
	a.dialog = newDialog(l.home.wire, a.way.caller.shown, a.way.caller.near, a.way.target, to)
	a.dialog.nat = a.way.trunk != nil && a.way.trunk.NAT
	if a.way.trunk != nil {
		a.way.trunk.present(a.dialog)
	}
	l.dialog = a.dialog
	l.parley = parley{session: rand.Uint64N(1 << 62), local: l.mediaAddress(to, a.way.trunk), audio: a.way.audio, keys: a.way.audio.srtp.keys()}
	l.session = session{offered: l.home.cfg.SessionExpires, least: l.home.cfg.pace.interval}
	l.home.attach(a.dialog.callID, l)
	v := a.invite(ctx)
	if v.answered {
		return v
	}
	l.home.detach(a.dialog.callID)
	return v
}

// mediaAddress is our RTP address for descriptions sent to a hop.
func (l *leg) mediaAddress(to hop, by *trunk) netip.AddrPort {
	at := l.media.Load().Address()
	if known := l.home.cfg.MediaAdvertise; known.IsValid() {
		return netip.AddrPortFrom(known, at.Port())
	}
	if seen, ok := by.outside(); ok {
		return netip.AddrPortFrom(seen.Addr(), at.Port())
	}
	if at.Addr().IsUnspecified() || l.home.cfg.Advertise.IsValid() {
		return netip.AddrPortFrom(l.home.wire.local(to.addr), at.Port())
	}
	return netip.AddrPortFrom(at.Addr().Unmap(), at.Port())
}

// send sends the INVITE, for the first time or with what was asked for.
func (a *attempt) send(ctx context.Context) error {
	l := a.leg
	req := a.dialog.request(sip.INVITE)
	req.AppendHeader(sip.NewHeader("Allow", allow))
	req.AppendHeader(sip.NewHeader("Supported", supported))
	if a.insisted {
		req.AppendHeader(sip.NewHeader("Require", "100rel"))
	}
	for _, h := range a.way.caller.headers {
		req.AppendHeader(sip.HeaderClone(h))
	}
	l.session.ask(req, false)
	contentType := sip.ContentTypeHeader(mediaType)
	req.AppendHeader(&contentType)
	req.SetBody(l.parley.offer())
	a.way.creds.apply(req) // last, as it may vouch for the body
	x, err := l.home.wire.begin(ctx, req, a.dialog.first, l.another)
	if err != nil {
		return err
	}
	now := time.Now()
	if a.ring.IsZero() {
		*a.ring = now.Add(l.order.Ring)
	}
	x.nat = a.dialog.nat
	a.x, a.heard, a.silent, a.earlies = x, false, now.Add(l.home.cfg.pace.silence), nil
	return nil
}

// another takes one more 2xx to an INVITE, in a goroutine of sipgo.
func (l *leg) another(x *exchange, res *sip.Response) {
	if !l.inbox.put(again{res, x}) && l.inbox.over() {
		l.home.dismiss(x, res)
	} // if the leg only has too much to read, the 2xx will come once more
}

// invite sends the INVITE and sees it through.
func (a *attempt) invite(ctx context.Context) verdict {
	l := a.leg
	if err := a.send(ctx); err != nil {
		if ctx.Err() != nil {
			return verdict{cause: causeOf(ctx)}
		}
		return verdict{next: true, sick: true, cause: call.Cause{Reason: call.Unreachable, Detail: err.Error()}}
	}
	if a.way.trunk != nil {
		a.way.trunk.note(true, false)
	}
	hang := ctx.Done()
	for {
		var v *verdict
		switch e := l.next(hang, a.x, a.deadline()).(type) {
		case hungUp:
			hang = nil
			v = a.quit(causeOf(ctx))
		case alarm:
			v = a.late(time.Now())
		case provisional:
			a.provisional(e.Response)
		case response:
			a.note(e.Response)
			v = a.take(ctx, e.Response)
		case over:
			v = a.lost(e.err)
		case request:
			a.serve(e)
		case judged:
			v = a.informed(e.verdict)
		case again:
			l.repeated(e)
		case pressed:
			// Nobody has answered who could press a key.
		default:
			l.pass(e)
		}
		if v != nil {
			a.part(v.answered)
			return *v
		}
	}
}

func (a *attempt) deadline() time.Time {
	switch {
	case a.quitting:
		return a.until
	case !a.heard && !a.last && a.silent.Before(*a.ring):
		return a.silent
	}
	return *a.ring
}

// late is for a deadline that has passed.
func (a *attempt) late(now time.Time) *verdict {
	switch {
	case a.quitting:
		a.leg.home.settle(a.x, a.cancelled)
		return &verdict{cause: a.cause}
	case !now.Before(*a.ring):
		if !a.heard {
			a.silence()
			return a.quit(call.Cause{Reason: call.Unreachable, Detail: "no response to INVITE"})
		}
		return a.quit(call.Cause{Reason: call.NoAnswer})
	case !a.heard && !a.last && !now.Before(a.silent):
		a.silence()
		a.leg.home.settle(a.x, false)
		return &verdict{next: true, sick: true, cause: call.Cause{Reason: call.Unreachable, Detail: "no response to INVITE"}}
	}
	return nil
}

// quit gives up the INVITE. It can be cancelled only after a provisional
// response (RFC 3261 section 9.1); before one, nobody may ever answer, so the
// leg does not wait: what comes of it is settled without the leg.
func (a *attempt) quit(cause call.Cause) *verdict {
	if !a.heard {
		a.leg.home.settle(a.x, false)
		return &verdict{cause: cause}
	}
	a.quitting, a.cancelled, a.cause = true, true, cause
	a.until = time.Now().Add(a.leg.home.cfg.pace.cancel)
	a.leg.home.wire.cancel(a.x)
	return nil
}

// lost is for an INVITE whose transaction ended without a final response.
func (a *attempt) lost(err error) *verdict {
	if a.quitting {
		return &verdict{cause: a.cause}
	}
	a.silence()
	cause := call.Cause{Reason: call.Unreachable, Detail: "no response to INVITE"}
	if err != nil && !timedOut(err) {
		cause.Detail = err.Error()
	}
	return &verdict{next: !a.rang, sick: !a.heard, cause: cause}
}

// note lets the trunk count a final response, and learn from it.
func (a *attempt) note(res *sip.Response) {
	if t := a.way.trunk; t != nil && !res.IsProvisional() {
		t.answer(res.StatusCode)
		t.hear(res)
	}
}

// silence lets the trunk count an INVITE that had no final response.
func (a *attempt) silence() {
	if t := a.way.trunk; t != nil {
		t.answer(0)
	}
}

// take takes a response to the INVITE.
func (a *attempt) take(ctx context.Context, res *sip.Response) *verdict {
	switch {
	case res.IsProvisional():
		return nil // it came in the mail
	case a.quitting:
		return a.crossed(res)
	case res.IsSuccess():
		return a.leg.accepted(a, res)
	case res.StatusCode == sip.StatusUnauthorized || res.StatusCode == sip.StatusProxyAuthRequired:
		if a.way.creds.meet(res, &a.tries) {
			return a.resend(ctx)
		}
	case res.StatusCode == 422 && !a.short:
		a.short = true
		if a.leg.session.raise(res) {
			return a.resend(ctx)
		}
	case res.StatusCode == sip.StatusExtensionRequired && !a.insisted && requires(res, "100rel"):
		a.insisted = true
		return a.resend(ctx)
	}
	// A trunk that failed to carry the call has not said anything about its
	// target, unless the phone rang.
	if t := a.way.trunk; t != nil {
		if moved := t.moved(res, a.way.target); len(moved) > 0 && !a.rang {
			return &verdict{moved: moved, cause: refusal(res)}
		}
	}
	next := !a.rang && (res.StatusCode >= 500 && res.StatusCode < 600 || res.StatusCode == sip.StatusRequestTimeout)
	v := &verdict{next: next, cause: refusal(res)}
	if res.StatusCode == sip.StatusServiceUnavailable {
		v.sick, v.rest = true, retryAfter(res)
	}
	return v
}

func (a *attempt) resend(ctx context.Context) *verdict {
	if err := a.send(ctx); err != nil {
		if ctx.Err() != nil { // hung up meanwhile; the trunk has done nothing wrong
			return &verdict{cause: causeOf(ctx)}
		}
		return &verdict{next: true, sick: true, cause: call.Cause{Reason: call.Unreachable, Detail: err.Error()}}
	}
	return nil
}

// crossed is for a final response to an INVITE that we have cancelled. If it was
// answered all the same, there is a dialog, and it must be ended.
func (a *attempt) crossed(res *sip.Response) *verdict {
	if res.IsSuccess() {
		a.leg.home.dismiss(a.x, res)
	}
	a.cause.SIP = res.StatusCode
	return &verdict{cause: a.cause}
}

// accepted makes the dialog from a 2xx: media first, so that a bridge can be
// ordered the moment the answer is reported, then the ACK.
func (l *leg) accepted(a *attempt, res *sip.Response) *verdict {
	at := l.home.wire.readAt(res)
	format, err := a.answer(res)
	a.x.ack = l.dialog.ackOf(a.x.req)
	if err == nil {
		l.media.Load().Agree(format)
	}
	if err != nil {
		l.acknowledge(a.x)
		l.leave()
		return &verdict{cause: call.Cause{Reason: call.MediaFailure, SIP: res.StatusCode, Detail: err.Error()}}
	}
	l.session.granted(res, time.Now())
	l.watch(at)
	if a.way.trunk != nil {
		a.way.trunk.note(false, true)
	}
	if format.Idle != a.way.audio.idle {
		l.home.log.Info("the phone takes no comfort noise; while nobody speaks it is sent silence", "leg", l.order.Leg.String(), "target", l.order.Target)
	}
	claim := attested(res)
	l.learn(func(f *facts) { f.answered, f.attested = at, cmp.Or(claim, f.attested) })
	// The ACK takes microseconds, unless a name must be looked up for it.
	quick := l.dialog.resolved()
	if quick {
		l.acknowledge(a.x)
	}
	l.examine()
	l.say(call.Answered, at)
	l.note()
	l.holding(at) // some answer from under a hold
	if !quick {
		l.acknowledge(a.x)
	}
	return &verdict{answered: true}
}

// acknowledge sends the ACK for an INVITE of ours. If that fails, the 2xx will
// come again, and so will the ACK.
func (l *leg) acknowledge(x *exchange) {
	if err := l.dialog.acknowledge(l.home.hard, x.ack); err != nil {
		l.home.log.Debug("ACK could not be sent", "leg", l.order.Leg.String(), "error", err)
	}
}

// settle sees an INVITE to its end for which no leg waits any longer: it is
// cancelled as soon as it can be, and ended if it is answered all the same.
func (s *Switch) settle(x *exchange, cancelled bool) {
	s.wire.do(func() {
		limit := time.NewTimer(2 * sip.Timer_B)
		defer limit.Stop()
		for {
			select {
			case res := <-x.tx.Responses():
				switch {
				case res.IsProvisional():
					if !cancelled {
						cancelled = true
						s.wire.cancel(x)
					}
				case res.IsSuccess():
					s.dismiss(x, res)
					return
				default:
					return
				}
			case <-x.tx.Done():
				return
			case <-limit.C:
				x.tx.Terminate()
				return
			}
		}
	})
}

// dismiss ends a dialog that nobody wants: it is acknowledged, and then ended
// (RFC 3261 section 13.2.2.4). The INVITE tells all that is needed, so it matters
// not what its leg is doing by now.
func (s *Switch) dismiss(x *exchange, res *sip.Response) {
	unwanted := dialogOf(s.wire, x).confirm(res)
	unwanted.seq += beyond
	s.wire.do(func() {
		_ = unwanted.acknowledge(s.hard, unwanted.ackOf(x.req))
		bye := unwanted.request(sip.BYE)
		bye.SetBody(nil)
		if c, err := unwanted.begin(s.hard, bye, nil); err == nil {
			s.wire.finish(c)
		}
	})
}

// dialogOf reads a dialog, or its beginning, from an INVITE in it.
func dialogOf(w *wire, x *exchange) *dialog {
	from, to := x.req.From(), x.req.To()
	var routes []sip.Uri
	for _, h := range x.req.GetHeaders("Route") {
		if r, ok := h.(*sip.RouteHeader); ok {
			routes = append(routes, *r.Address.Clone())
		}
	}
	return &dialog{
		wire: w, nat: x.nat, callID: x.req.CallID().Value(), nearTag: from.Params.GetOr("tag", ""), shown: from.DisplayName,
		near: *from.Address.Clone(), far: *to.Address.Clone(), contact: *x.req.Contact().Address.Clone(), via: x.req.Via().Host,
		target: *x.req.Recipient.Clone(), routes: routes, first: x.to, host: x.req.Recipient.Host, seq: x.req.CSeq().SeqNo,
	}
}
