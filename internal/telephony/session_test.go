package telephony

import (
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/outdial/outdial/internal/call"
)

// brisk lets sessions be as short as a second.
func brisk() Config {
	return Config{SessionExpires: 2 * time.Second, pace: pace{interval: time.Second, farewell: 200 * time.Millisecond}}
}

func TestTheSessionIntervalIsOffered(t *testing.T) {
	b, p := openBench(t, Config{SessionExpires: 10 * time.Minute}), newPeer(t)
	leg := b.dial(1, p.target())
	invite := p.expect("INVITE")
	if se, min, sup := invite.header("Session-Expires"), invite.header("Min-SE"), invite.header("Supported"); se != "600" || min != "90" || sup != "100rel, 199, timer" {
		t.Errorf("Session-Expires %q, Min-SE %q, Supported %q", se, min, sup)
	}
	p.reply(invite, "422 Session Interval Too Small", "x", "", "Min-SE: 1200")
	p.expect("ACK")
	again := p.expect("INVITE")
	if se, min := again.header("Session-Expires"), again.header("Min-SE"); se != "1200" || min != "1200" {
		t.Errorf("after 422: Session-Expires %q, Min-SE %q", se, min)
	}
	p.reply(again, "422 Session Interval Too Small", "x", "", "Min-SE: 2400")
	p.expect("ACK")
	b.await(leg, call.Ended)
}

func TestARefreshThatNobodyAnswersEndsTheLeg(t *testing.T) {
	t.Parallel()
	b, p := openBench(t, brisk()), newPeer(t)
	leg := b.dial(1, p.target())
	p.answered("Allow: INVITE, UPDATE", "Session-Expires: 2;refresher=uac")
	update := p.expect("UPDATE")
	if se := update.header("Session-Expires"); se != "2;refresher=uac" {
		t.Errorf("Session-Expires %q", se)
	}
	p.expect("BYE")
	if end := b.await(leg, call.Ended); end.Cause.Reason != call.SessionExpired {
		t.Errorf("cause %v", end.Cause)
	}
}

func TestARefreshToAFarEndWithoutSessionTimers(t *testing.T) {
	t.Parallel()
	b, p := openBench(t, brisk()), newPeer(t)
	leg := b.dial(1, p.target())
	p.answered()
	reinvite := p.expect("INVITE")
	p.reply(reinvite, "481 Call/Transaction Does Not Exist", "far", "")
	p.expect("ACK")
	p.hungUpOn()
	if end := b.await(leg, call.Ended); end.Cause.Reason != call.SessionExpired {
		t.Errorf("cause %v", end.Cause)
	}
}

func TestARefreshThatIsRefusedIsTriedAgain(t *testing.T) {
	t.Parallel()
	b, p := openBench(t, brisk()), newPeer(t)
	leg := b.dial(1, p.target())
	p.answered("Allow: UPDATE", "Session-Expires: 4;refresher=uac")
	p.reply(p.expect("UPDATE"), "501 Not Implemented", "far", "")
	reinvite := p.expect("INVITE")
	p.reply(reinvite, "500 Error", "far", "")
	p.expect("ACK")
	again := p.expect("INVITE")
	p.reply(again, "200 OK", "far", p.sdp(), "Session-Expires: 600;refresher=uac")
	p.expect("ACK")
	b.HangUp(leg, call.Cause{})
	p.hungUpOn()
	b.await(leg, call.Ended)
}

func TestTheFarEndRefreshesOrTheLegEnds(t *testing.T) {
	t.Parallel()
	b, p := openBench(t, brisk()), newPeer(t)
	leg := b.dial(1, p.target())
	invite := p.answered("Session-Expires: 3;refresher=uas", "Require: timer")
	p.request(invite, "UPDATE", "far", "", "Supported: timer", "Session-Expires: 3;refresher=uac")
	res := p.expect("SIP/2.0 200")
	if se, req := res.header("Session-Expires"), res.header("Require"); se != "3;refresher=uac" || req != "timer" {
		t.Errorf("Session-Expires %q, Require %q", se, req)
	}
	start := time.Now()
	p.hungUpOn()
	if d := time.Since(start); d < 1900*time.Millisecond {
		t.Errorf("gave up after %v", d)
	}
	if end := b.await(leg, call.Ended); end.Cause.Reason != call.SessionExpired || !end.Cause.Far {
		t.Errorf("cause %v", end.Cause)
	}
}

func TestAnIntervalTooShortForUs(t *testing.T) {
	b, p := openBench(t, Config{}), newPeer(t)
	leg := b.dial(1, p.target())
	invite := p.answered()
	p.request(invite, "UPDATE", "far", "", "Supported: timer", "Session-Expires: 60")
	if res := p.expect("SIP/2.0 422"); res.header("Min-SE") != "90" {
		t.Errorf("Min-SE %q", res.header("Min-SE"))
	}
	p.request(invite, "BYE", "far", "")
	p.expect("SIP/2.0 200")
	b.await(leg, call.Ended)
}

func TestWhoRefreshes(t *testing.T) {
	now := time.Unix(1000, 0)
	for _, c := range []struct {
		name      string
		near      bool // before
		headers   []string
		want      string // Session-Expires of our 2xx
		require   bool
		wantsNear bool
	}{
		{"far wants to", true, []string{"Supported: timer", "Session-Expires: 300;refresher=uac"}, "300;refresher=uac", true, false},
		{"far wants us to", false, []string{"Supported: timer", "Session-Expires: 300;refresher=uas"}, "300;refresher=uas", false, true},
		{"far leaves it open", true, []string{"k: timer", "x: 300"}, "300;refresher=uac", true, false},
		{"far knows no timers", false, nil, "1800;refresher=uas", false, true},
		{"a proxy put it in", false, []string{"Session-Expires: 30"}, "90;refresher=uas", false, true},
		{"nothing said, we did", true, []string{"Supported: 100rel, timer"}, "1800;refresher=uas", false, true},
		{"nothing said, far did", false, []string{"Supported: timer"}, "1800;refresher=uac", true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := session{offered: 30 * time.Minute, least: 90 * time.Second}
			s.start(30*time.Minute, c.near, now)
			req := sip.NewRequest(sip.UPDATE, sip.Uri{Host: "h"})
			for _, h := range c.headers {
				name, value, _ := cutHeader(h)
				req.AppendHeader(sip.NewHeader(name, value))
			}
			headers := s.asked(req, now)
			if got := headers[0].Value(); got != c.want {
				t.Errorf("Session-Expires: %s, want %s", got, c.want)
			}
			if (len(headers) > 1) != c.require || s.near != c.wantsNear {
				t.Errorf("headers %v, near %v", headers, s.near)
			}
			interval, _, _ := sessionExpires(req)
			interval = max(interval, 90*time.Second)
			if c.headers == nil || c.want[:4] == "1800" {
				interval = 30 * time.Minute
			}
			refresh, expire := now.Add(interval/2), now.Add(interval)
			if !c.wantsNear {
				refresh, expire = time.Time{}, now.Add(interval-min(32*time.Second, interval/3))
			}
			if !s.refresh.Equal(refresh) || !s.expire.Equal(expire) {
				t.Errorf("refresh %v, expire %v; want %v, %v", s.refresh, s.expire, refresh, expire)
			}
		})
	}
}
