package telephony

import (
	"cmp"
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/media"
)

// leg is one SIP dialog with its media. Its goroutine is run; what is not marked
// otherwise belongs to that goroutine alone.
type leg struct {
	order call.Order
	home  *Switch
	hang  context.CancelCauseFunc   // anyone
	inbox *inbox                    // anyone puts
	media atomic.Pointer[media.Leg] // set once by the leg, read by orders
	timer *time.Timer
	// started says, once, that the call has its place on a trunk, or will have none.
	started func()

	trunk     *trunk       // the one in use, or nil
	followed  []string     // where the call was sent from one place to the next (3xx)
	creds     *credentials // nil without a trunk
	dialog    *dialog
	parley    parley
	session   session
	life      liveness
	pending   *refresh      // our request within the dialog that is under way
	referral  *referral     // the far end's wish for a transfer that is being carried out
	unacked   *unacked      // the far end's INVITE that we have accepted
	cued      cued          // the cue over the bridge; without an end there is none
	overheard bool          // what came before the answer is listened to
	retry     time.Time     // when a refresh that met the far end's own is tried again
	read      *sip.Response // read by next from the transaction of readOf, and not yet returned
	readOf    *exchange
	stats     media.Stats // the last, once it has ended

	mu    sync.Mutex // guards facts, which the leg writes and anyone reads
	facts facts
}

// facts are what a leg shows of itself.
type facts struct {
	dialed, ringing, answered time.Time
	trunk                     string
	attested                  string // what the network claims of the far end
	held                      bool
	ending                    bool
}

func (l *leg) answeredAt() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.facts.answered
}

func (l *leg) learn(change func(*facts)) {
	l.mu.Lock()
	change(&l.facts)
	l.mu.Unlock()
}

func (l *leg) known() facts {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.facts
}

func (l *leg) snapshot() LegSnapshot {
	f := l.known()
	s := LegSnapshot{
		Leg: l.order.Leg, Party: l.order.Party, Target: l.order.Target, Trunk: f.trunk,
		State: "dialing", FarHold: f.held, Dialed: f.dialed, Ringing: f.ringing, Answered: f.answered,
	}
	switch {
	case f.ending:
		s.State = "ending"
	case !f.answered.IsZero():
		s.State = "answered"
	case !f.ringing.IsZero():
		s.State = "ringing"
	}
	if m := l.media.Load(); m != nil {
		s.Media = m.Stats()
	}
	return s
}

// run is the leg's life.
func (l *leg) run(ctx context.Context) {
	defer l.home.gone()
	cause := l.live(ctx)
	l.started()
	l.hang(nil)
	l.end(cause)
}

func (l *leg) live(ctx context.Context) call.Cause {
	if ctx.Err() != nil {
		return causeOf(ctx)
	}
	if l.order.Ring <= 0 {
		return call.Cause{Reason: call.Cancelled, Detail: "the ring time of the order is not positive"}
	}
	m, err := l.home.plane.NewLeg()
	if err != nil {
		return call.Cause{Reason: call.NoLines, Detail: err.Error()}
	}
	l.media.Store(m)
	m.Digits(func(digit byte) { l.inbox.put(pressed{digit, time.Now()}) })
	if cause, answered := l.place(ctx); !answered {
		return cause
	}
	return l.talk(ctx)
}

// end leaves nothing behind and reports.
func (l *leg) end(cause call.Cause) {
	l.silence()
	l.abandon()
	if l.dialog != nil {
		l.home.detach(l.dialog.callID)
		l.home.notes.forget(l.dialog.callID)
	}
	for _, e := range l.inbox.close() {
		switch e := e.(type) {
		case request:
			l.home.refuse(e.Request, e.tx, sip.StatusCallTransactionDoesNotExists)
		case again:
			l.repeated(e)
		}
	}
	if l.trunk != nil {
		l.trunk.free()
	}
	l.home.forget(l)
	ended := time.Now()
	f := l.known()
	l.home.log.Info("leg ended", l.timeline(f, ended, cause)...)
	l.home.report(call.Progress{Leg: l.order.Leg, Step: call.Ended, At: ended, Cause: cause, Trunk: f.trunk, Quality: l.quality()})
}

// timeline is the whole story of a leg on one line of the log.
func (l *leg) timeline(f facts, ended time.Time, cause call.Cause) []any {
	line := []any{"leg", l.order.Leg.String(), "party", l.order.Party.String(), "target", l.order.Target, "trunk", f.trunk, "dialed", f.dialed}
	if !f.ringing.IsZero() {
		line = append(line, "ringing", f.ringing)
	}
	if !f.answered.IsZero() {
		line = append(line, "answered", f.answered, "codec", l.parley.format.Codec.String(), "srtp", cmp.Or(l.parley.format.Near.Suite().String(), "off"), "idle", l.parley.format.Idle.String())
	}
	if len(l.followed) > 0 {
		line = append(line, "redirected", strings.Join(l.followed[1:], " "))
	}
	s := l.stats
	return append(line, "ended", ended, "cause", cause.String(),
		"sent", s.PacketsSent, "received", s.PacketsReceived, "lost", s.Lost, "far_lost", s.FarLost, "jitter", s.Jitter, "rtt", s.RoundTrip)
}

// silence ends the leg's media; its ports rest from now on.
func (l *leg) silence() {
	l.learn(func(f *facts) { f.ending = true })
	if m := l.media.Load(); m != nil {
		l.stats = m.Close()
	}
}

// note writes the dialog into the diary, soon.
func (l *leg) note() { l.home.notes.keep(l.dialog, l.known().trunk) }

// say reports a step of an INVITE; with Answered, what was agreed.
func (l *leg) say(step call.Step, at time.Time) {
	f := l.known()
	p := call.Progress{Leg: l.order.Leg, Step: step, At: at, Trunk: f.trunk, Attestation: f.attested}
	if step == call.Answered {
		p.Quality = l.quality()
	}
	l.home.report(p)
}

// quality is how the media of an answered leg was carried, and how well it went.
func (l *leg) quality() call.Quality {
	if l.answeredAt().IsZero() {
		return call.Quality{}
	}
	q := carried(l.stats)
	q.Codec, q.Secure = l.parley.format.Codec.String(), l.parley.format.Near.Suite() != 0
	return q
}

// carried is what a leg's packets say of its quality.
func carried(s media.Stats) call.Quality {
	return call.Quality{
		Sent: s.PacketsSent, Received: s.PacketsReceived,
		// What came twice can make a loss negative (RFC 3550 appendix A.3).
		Lost: uint64(max(s.Lost, 0)), FarLost: uint64(max(s.FarLost, 0)),
		Jitter: s.Jitter, RoundTrip: s.RoundTrip,
	}
}

// next waits for the next event: the end of hang (nil: not waited for), a
// response to x (nil: none is due), mail, or the time until (zero: none). Mail
// comes before a response, for what was read before the response is in it.
func (l *leg) next(hang <-chan struct{}, x *exchange, until time.Time) event {
	var (
		responses <-chan *sip.Response
		done      <-chan struct{}
		deadline  <-chan time.Time
	)
	if x != nil {
		responses, done = x.tx.Responses(), x.tx.Done()
	}
	if !until.IsZero() {
		l.timer.Reset(max(0, time.Until(until)))
		defer l.timer.Stop()
		deadline = l.timer.C
	}
	for {
		if l.read != nil {
			if e, ok := l.inbox.take(); ok {
				return e
			}
			res, of := l.read, l.readOf
			l.read, l.readOf = nil, nil // a leg that stands holds no transaction
			if of == x {
				return response{res}
			}
		}
		select {
		case <-hang:
			return hungUp{}
		case res := <-responses:
			l.read, l.readOf = res, x
		case <-done:
			return over{x.tx.Err()}
		case <-l.inbox.ready:
			if e, ok := l.inbox.take(); ok {
				return e
			}
		case <-deadline:
			return alarm{}
		case <-l.home.hard.Done():
			return alarm{}
		}
	}
}

// talk is the leg's life between answer and end.
func (l *leg) talk(ctx context.Context) call.Cause {
	for {
		var x *exchange
		if l.pending != nil {
			x = l.pending.x
		}
		var cause *call.Cause
		switch e := l.next(ctx.Done(), x, l.deadline()).(type) {
		case hungUp:
			c := causeOf(ctx)
			cause = &c
		case alarm:
			cause = l.due(time.Now())
		case response:
			cause = l.refreshed(e.Response)
		case over:
			cause = l.unrefreshed(e.err)
		case request:
			if l.serve(e) {
				return farewell(e.Request)
			}
		case acknowledged:
			cause = l.acked(e.Request)
		case again:
			l.repeated(e)
		case provisional:
			l.progressed(e.Response)
		case referred:
			l.settle(e.outcome)
		default:
			l.pass(e)
		}
		if cause != nil {
			l.leave()
			return *cause
		}
	}
}

// pass reports what media had to say.
func (l *leg) pass(e event) {
	switch e := e.(type) {
	case pressed:
		l.home.report(call.Progress{Leg: l.order.Leg, Step: call.Digit, At: e.at, Digit: e.digit})
	case untaped:
		l.home.report(call.Progress{Leg: l.order.Leg, Step: call.Untaped, At: e.at, Recording: e.recording, Cause: call.Cause{Detail: e.why.Error()}})
	case spoke:
		l.home.report(call.Progress{Leg: l.order.Leg, Step: call.Spoke, At: e.ended, After: e.ended.Sub(e.began)})
	case judged:
		l.home.report(call.Progress{Leg: l.order.Leg, Step: call.Judged, At: e.verdict.At, Verdict: e.verdict})
	case probed:
		l.home.report(call.Progress{Leg: l.order.Leg, Step: call.Tested, At: e.at, Trial: trial(e.probe)})
	case heard:
		l.home.report(call.Progress{Leg: l.order.Leg, Step: call.Heard, At: e.at, After: e.at.Sub(e.answered)})
	case played:
		l.home.report(call.Progress{Leg: l.order.Leg, Step: call.Played, At: e.at, Sound: e.sound, Cut: e.cut})
	case cued:
		if !l.cued.until.IsZero() { // this one takes its place
			l.pass(played{time.Now(), l.cued.sound, true})
		}
		l.cued = e
	}
}

// deadline is the earliest time at which something is due.
func (l *leg) deadline() time.Time {
	var first time.Time
	consider := func(t time.Time) {
		if !t.IsZero() && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	consider(l.session.expire)
	consider(l.cued.until)
	consider(l.life.look)
	if l.unacked != nil {
		consider(l.unacked.repeat)
	} else if l.pending == nil {
		consider(l.retry)
		if l.retry.IsZero() {
			consider(l.session.refresh)
		}
	}
	return first
}

// due does what its time has come for; a cause is the leg's end.
func (l *leg) due(now time.Time) *call.Cause {
	if !l.cued.until.IsZero() && !now.Before(l.cued.until) {
		l.pass(played{at: l.cued.until, sound: l.cued.sound})
		l.cued = cued{}
	}
	if u := l.unacked; u != nil && !now.Before(u.repeat) {
		if !now.Before(u.end) {
			return &call.Cause{Reason: call.Unreachable, Far: true, Detail: "no ACK for the answer to re-INVITE"}
		}
		u.again(l, now)
	}
	if cause := l.alive(now); cause != nil {
		return cause
	}
	switch s := &l.session; {
	case !s.expire.IsZero() && !now.Before(s.expire):
		return &call.Cause{Reason: call.SessionExpired, Far: !s.near, Detail: "session was not refreshed in time"}
	case l.pending != nil || l.unacked != nil:
		// One INVITE at a time, in either direction (RFC 3261 section 14.1).
	case !l.retry.IsZero():
		if !now.Before(l.retry) {
			l.retry = time.Time{}
			return l.refresh()
		}
	case !s.refresh.IsZero() && !now.Before(s.refresh):
		return l.refresh()
	}
	return nil
}

// leave says BYE and waits for a while that it is heard; whoever answers what,
// the leg is over.
func (l *leg) leave() {
	l.silence()
	l.abandon()
	until := time.Now().Add(l.home.cfg.pace.farewell)
	var t tries
	x := l.bye()
	for x != nil {
		switch e := l.next(nil, x, until).(type) {
		case response:
			switch {
			case e.IsProvisional():
			case (e.StatusCode == 401 || e.StatusCode == 407) && l.creds.meet(e.Response, &t):
				x.tx.Terminate()
				x = l.bye()
			default:
				x.tx.Terminate()
				return
			}
		case over:
			return
		case alarm:
			l.home.wire.finish(x)
			return
		case request:
			if e.Method == sip.BYE {
				// Both hung up at once.
				l.answer(e, sip.StatusOK, "OK")
			} else {
				l.home.refuse(e.Request, e.tx, sip.StatusCallTransactionDoesNotExists)
			}
		case again:
			l.repeated(e)
		}
	}
}

// abandon leaves what is under way in a dialog that ends.
func (l *leg) abandon() {
	l.unacked = nil
	if p := l.pending; p != nil {
		l.pending = nil
		if p.x.req.IsInvite() {
			l.home.settle(p.x, false)
		} else {
			l.home.wire.finish(p.x)
		}
	}
}

func (l *leg) bye() *exchange {
	req := l.dialog.request(sip.BYE)
	l.creds.apply(req)
	req.SetBody(nil)
	x, err := l.dialog.begin(l.home.hard, req, nil)
	if err != nil {
		l.home.log.Debug("BYE could not be sent", "leg", l.order.Leg.String(), "error", err)
		return nil
	}
	return x
}

// repeated answers one more 2xx to an INVITE of ours. The same To tag: our ACK
// was lost, so it goes out again. Another: the INVITE was forked and answered
// twice, and only the first counts (RFC 3261 section 13.2.2.4).
func (l *leg) repeated(e again) {
	if to := e.To(); to != nil && to.Params.GetOr("tag", "") == l.dialog.farTag && e.invite.ack != nil {
		_ = l.dialog.acknowledge(l.home.hard, e.invite.ack)
		return
	}
	l.home.dismiss(e.invite, e.Response)
}
