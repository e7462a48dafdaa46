package telephony

import (
	"context"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/media"
)

// way is one way to reach the target of an order.
type way struct {
	trunk  *trunk // nil for a direct URI
	target sip.Uri
	caller caller
	audio  audio
	creds  *credentials
	trust  *trust
}

// verdict is what became of one INVITE.
type verdict struct {
	answered bool
	next     bool // the next way may have more luck
	sick     bool // and this address is better avoided for a while
	// rest is how long it wants to be left alone (Retry-After of a 503).
	rest  time.Duration
	moved []sip.Uri // where a redirection that may be followed leads
	cause call.Cause
}

// ways are the ways to an order's target, best first.
func (s *Switch) ways(o call.Order) ([]way, call.Cause) {
	if direct(o.Target) {
		uri, err := target(o.Target)
		if err != nil {
			return nil, call.Cause{Reason: call.BadNumber, Detail: err.Error()}
		}
		p, known := s.phones[o.Target]
		if !known {
			p.codecs, _ = codecsOf(nil)
		}
		p.idle = s.whileIdle(o)
		return []way{{target: uri, audio: p, trust: s.trust, caller: s.from(o)}}, call.Cause{}
	}
	number := dialed(o.Target)
	if number == "" {
		return nil, call.Cause{Reason: call.BadNumber, Detail: "the number is empty"}
	}
	trunks, why := choose(s.trunks, o.Trunk, time.Now(), s.cfg.pace.draw)
	var list []way
	for _, t := range trunks {
		list = append(list, way{trunk: t, target: t.called(number), audio: audio{t.codecs, t.InbandDigits, t.SRTP, s.whileIdle(o)}, trust: t.trust, caller: s.caller(o, t), creds: &credentials{user: t.User, password: t.Password}})
	}
	return list, call.Cause{Reason: call.NoLines, Detail: why}
}

// whileIdle is what the target of an order is sent while nobody speaks to it. A customer
// who waits must not think that the line is dead.
func (s *Switch) whileIdle(o call.Order) media.Idle {
	if o.Party != call.Agent {
		return media.FullRate
	}
	if p, known := s.phones[o.Target]; known {
		return p.idle
	}
	return s.cfg.Idle
}

// place calls the target, way after way, until one answers or the call is
// settled. The trunk of an answered call stays taken.
func (l *leg) place(ctx context.Context) (call.Cause, bool) {
	ways, cause := l.home.ways(l.order)
	var ring time.Time // when it has rung long enough, counted from the first INVITE
	for i, w := range ways {
		if w.trunk != nil {
			wait, ok := w.trunk.take(time.Now(), l.home.cfg.pace.queue)
			if !ok {
				continue
			}
			l.trunk = w.trunk
			l.started()
			if !l.rest(ctx, wait) {
				return causeOf(ctx), false
			}
		}
		l.creds = w.creds
		l.learn(func(f *facts) {
			if f.trunk = ""; w.trunk != nil {
				f.trunk = w.trunk.Name
			}
		})
		v := l.reach(ctx, w, &ring, i == len(ways)-1)
		if v.answered || !v.next {
			return v.cause, v.answered
		}
		cause = v.cause
		if w.trunk != nil {
			w.trunk.ail(time.Now(), v, l.home.cfg.pace)
			w.trunk.free()
			l.trunk = nil
		}
		if ctx.Err() != nil {
			return causeOf(ctx), false
		}
	}
	return cause, false
}

// rest waits; false if the leg is to hang up.
func (l *leg) rest(ctx context.Context, d time.Duration) bool {
	until := time.Now().Add(d)
	for d > 0 {
		switch l.next(ctx.Done(), nil, until).(type) {
		case hungUp:
			return false
		case alarm:
			return ctx.Err() == nil
		}
	}
	return ctx.Err() == nil
}

// reach tries every address of a way, those last that have failed lately, and
// follows where it is sent.
func (l *leg) reach(ctx context.Context, w way, ring *time.Time, lastWay bool) verdict {
	hops, err := l.home.wire.resolve(ctx, &w.target, overUDP, w.trust)
	if w.trunk != nil {
		hops, err = w.trunk.order(hops, err, time.Now())
	}
	if err != nil {
		if ctx.Err() != nil {
			return verdict{cause: causeOf(ctx)}
		}
		return verdict{next: true, sick: true, cause: call.Cause{Reason: call.Unreachable, Detail: err.Error()}}
	}
	var v verdict
	rest := longestRest // the trunk rests as long as all of its addresses do
	for i, h := range hops {
		a := attempt{leg: l, way: w, ring: ring, last: lastWay && i == len(hops)-1}
		v = a.run(ctx, h)
		if v.moved != nil {
			return l.follow(ctx, w, v, ring, lastWay)
		}
		if w.trunk != nil && ctx.Err() == nil {
			w.trunk.met(h, v.sick, time.Now().Add(max(v.rest, l.home.cfg.pace.sick)))
		}
		rest = min(rest, v.rest)
		v.rest = rest
		if v.answered || !v.next || ctx.Err() != nil {
			return v
		}
	}
	return v
}
