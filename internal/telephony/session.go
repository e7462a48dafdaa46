package telephony

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/outdial/outdial/internal/call"
)

// session is the session timer of a leg (RFC 4028). Where the far end knows
// nothing of session timers we refresh all the same: legs live for hours, and a
// refresh that fails is how a dead one is noticed.
type session struct {
	offered  time.Duration // what we ask for
	least    time.Duration // Min-SE, raised by a 422
	interval time.Duration // what was agreed
	near     bool          // the refresher is us
	refresh  time.Time     // when we refresh; zero if the far end does
	expire   time.Time     // when the session ends without a refresh
	told     time.Time     // when the far end's last request about it came
}

// refresh is a request of ours within the dialog that is under way: re-INVITE or
// UPDATE for the session, or OPTIONS (liveness.go).
type refresh struct {
	x      *exchange
	method sip.RequestMethod
	tries  tries
	short  bool   // 422 was met
	rseq   uint32 // of the last reliable 1xx
}

// glareDelay is how long we wait after a 491. Ours is the Call-ID, so it is 2.1
// to 4 s in steps of 10 ms (RFC 3261 section 14.1).
func glareDelay() time.Duration {
	return time.Duration(210+rand.IntN(191)) * 10 * time.Millisecond
}

// ask puts our wish into an INVITE or UPDATE. A refresh keeps the refresher.
func (s *session) ask(req *sip.Request, again bool) {
	interval := max(s.offered, s.least)
	value := seconds(interval)
	if again {
		if s.interval > 0 {
			value = seconds(max(s.interval, s.least))
		}
		value += ";refresher=uac"
	}
	req.AppendHeader(sip.NewHeader("Session-Expires", value))
	req.AppendHeader(sip.NewHeader("Min-SE", seconds(s.least)))
}

// granted reads the 2xx to what we asked (section 7.2).
func (s *session) granted(res *sip.Response, now time.Time) {
	interval, refresher, ok := sessionExpires(res)
	if !ok {
		interval, refresher = max(s.offered, s.least), "uac"
	}
	// Nobody may ask for less than Min-SE; who does would have us refresh without end.
	interval = max(interval, s.least)
	s.start(interval, refresher != "uas", now)
}

// raise takes the Min-SE of a 422; false if it asks for nothing new.
func (s *session) raise(res *sip.Response) bool {
	n, err := strconv.ParseUint(strings.TrimSpace(header(res, "Min-SE")), 10, 31)
	least := time.Duration(n) * time.Second
	if err != nil || least <= s.least && least <= s.offered {
		return false
	}
	s.least = max(s.least, least)
	s.interval = max(s.interval, least)
	return true
}

// short tells whether the far end asks for an interval too short for us, and
// knows what a 422 is (section 6).
func (s *session) short(req *sip.Request) bool {
	interval, _, given := sessionExpires(req)
	return given && interval < s.least && supports(req, "timer")
}

// asked takes the far end's INVITE or UPDATE within the dialog and gives the
// headers for our 2xx (section 9).
func (s *session) asked(req *sip.Request, now time.Time) (headers []sip.Header) {
	knows := supports(req, "timer")
	interval, refresher, given := sessionExpires(req)
	if given {
		interval = max(interval, s.least)
	} else {
		interval = max(s.interval, s.least)
		if s.near {
			refresher = "uas"
		}
	}
	// Without knowledge of the extension the far end can not be the refresher.
	if !knows || refresher != "uac" && refresher != "uas" {
		refresher = "uas"
		if knows {
			refresher = "uac"
		}
	}
	s.start(interval, refresher == "uas", now)
	headers = append(headers, sip.NewHeader("Session-Expires", seconds(interval)+";refresher="+refresher))
	if refresher == "uac" {
		headers = append(headers, sip.NewHeader("Require", "timer"))
	}
	return headers
}

// start counts from now. The refresher acts at half time; who waits for the far
// end gives up a little before the end (section 10).
func (s *session) start(interval time.Duration, near bool, now time.Time) {
	s.interval, s.near = interval, near
	if near {
		s.refresh, s.expire = now.Add(interval/2), now.Add(interval)
		return
	}
	s.refresh, s.expire = time.Time{}, now.Add(interval-min(32*time.Second, interval/3))
}

// postpone is for a refresh that was refused without harm to the dialog.
func (s *session) postpone(now time.Time) {
	if left := s.expire.Sub(now); s.near && left > time.Second {
		s.refresh = now.Add(left / 2)
	} else {
		s.refresh = time.Time{}
	}
}

func seconds(d time.Duration) string {
	return strconv.Itoa(int((d + time.Second - 1) / time.Second))
}

// sessionExpires reads the header (section 4), or its compact form.
func sessionExpires(m sip.Message) (interval time.Duration, refresher string, ok bool) {
	value, params, _ := strings.Cut(header(m, "Session-Expires", "x"), ";")
	n, err := strconv.ParseUint(strings.TrimSpace(value), 10, 31)
	if err != nil || n == 0 {
		return 0, "", false
	}
	for param := range strings.SplitSeq(params, ";") {
		name, v, _ := strings.Cut(strings.ToLower(param), "=")
		if strings.TrimSpace(name) == "refresher" {
			refresher = strings.TrimSpace(v)
		}
	}
	return time.Duration(n) * time.Second, refresher, true
}

// refresh begins a refresh: an UPDATE, which leaves media alone, where the far
// end takes it; else a re-INVITE. A cause ends the leg.
func (l *leg) refresh() *call.Cause {
	p := &refresh{method: sip.INVITE}
	if l.dialog.updates {
		p.method = sip.UPDATE
	}
	return l.send(p)
}

func (l *leg) send(p *refresh) *call.Cause {
	req := l.dialog.request(p.method)
	req.AppendHeader(sip.NewHeader("Allow", allow))
	req.AppendHeader(sip.NewHeader("Supported", supported))
	if p.method != sip.OPTIONS {
		l.session.ask(req, true)
	}
	var more func(*exchange, *sip.Response)
	var body []byte
	if p.method == sip.INVITE {
		contentType := sip.ContentTypeHeader(mediaType)
		req.AppendHeader(&contentType)
		more, body = l.another, l.parley.offer()
	}
	req.SetBody(body)
	l.creds.apply(req) // last, as it may vouch for the body
	x, err := l.dialog.begin(l.home.hard, req, more)
	if err != nil {
		return l.unrefreshed(err)
	}
	p.x, l.pending = x, p
	return nil
}

// refreshed takes the answer to our refresh.
func (l *leg) refreshed(res *sip.Response) *call.Cause {
	if res.IsProvisional() {
		return nil
	}
	p, now := l.pending, time.Now()
	l.pending = nil
	if !dialogGone(res) {
		l.signed(now)
	}
	switch {
	case p.method == sip.OPTIONS && dialogGone(res):
		return l.gone(now, "OPTIONS was answered "+strconv.Itoa(res.StatusCode))
	case p.method == sip.OPTIONS:
		return nil
	case res.IsSuccess():
		return l.renewed(p, res, now)
	}
	l.parley.pending = false
	switch code := res.StatusCode; {
	case (code == 401 || code == 407) && l.creds.meet(res, &p.tries):
		return l.send(p)
	case code == 422 && !p.short && l.session.raise(res):
		p.short = true
		return l.send(p)
	case code == sip.StatusRequestPending:
		l.retry = now.Add(l.home.cfg.pace.glare())
	case p.method == sip.UPDATE && (code == 405 || code == 501):
		l.dialog.updates = false
		return l.refresh()
	case dialogGone(res):
		return &call.Cause{Reason: call.SessionExpired, Far: true, Detail: "refresh was answered " + strconv.Itoa(code) + " " + res.Reason}
	default:
		l.session.postpone(now)
	}
	return nil
}

func (l *leg) renewed(p *refresh, res *sip.Response, now time.Time) *call.Cause {
	l.dialog.refresh(res)
	l.note()
	if l.home.wire.readAt(res).After(l.session.told) {
		l.session.granted(res, now)
	} // else the far end has asked for something else since, and that was read first
	if p.method != sip.INVITE {
		return nil
	}
	p.x.ack = l.dialog.ackOf(p.x.req)
	l.acknowledge(p.x)
	format, err := l.parley.accept(res.Body())
	if err != nil {
		return &call.Cause{Reason: call.MediaFailure, Detail: err.Error()}
	}
	l.media.Load().Agree(format)
	l.holding(l.home.wire.readAt(res))
	return nil
}

// unrefreshed is for a refresh that nobody answered, or that could not be sent.
func (l *leg) unrefreshed(err error) *call.Cause {
	if p := l.pending; p != nil && p.method == sip.OPTIONS {
		l.pending = nil // it is asked again, or given up, at the next look
		return nil
	}
	l.pending = nil
	detail := "no response to the refresh"
	if err != nil && !timedOut(err) {
		detail = err.Error()
	}
	return &call.Cause{Reason: call.SessionExpired, Far: true, Detail: detail}
}
