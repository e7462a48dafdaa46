package telephony

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"
)

// Registration is whether and how a trunk is told where we are (RFC 3261 section
// 10).
type Registration struct {
	On bool
	// As is the user of the address of record; empty is the trunk's User.
	As string
	// Expires is how long it is asked for; 0 is an hour.
	Expires time.Duration
}

// Binding is a trunk's registration at one moment.
type Binding struct {
	Registered bool
	Since      time.Time // of this state
	Until      time.Time // when it ends unless it is refreshed
	Contact    string    // what is registered
	Trouble    string    // why the last try failed; empty if it did not
}

// binding is what the trunk's registrar has granted. While it lasts, calls go by the
// trunk, whatever became of the last refresh.
type binding struct {
	since, until time.Time
	contact      string
	trouble      string
}

func (b binding) snapshot(now time.Time) *Binding {
	s := &Binding{Registered: now.Before(b.until), Since: b.since, Until: b.until, Contact: b.contact, Trouble: b.trouble}
	if !s.Registered && b.until.After(b.since) { // it ran out
		s.Since = b.until
	}
	return s
}

// registrar keeps one trunk registered.
type registrar struct {
	*asker
	expires  time.Duration // asked for
	failures int           // in a row
	bound    hop           // where the binding was made
	doubt    bool          // whether one was made, as the end came before the answer
}

// keepRegistered registers until ctx ends, and takes the registration back then.
func (s *Switch) keepRegistered(ctx context.Context, t *trunk) {
	r := &registrar{asker: s.asker(t, t.account(), t.registrar()), expires: cmp.Or(t.Registration.Expires, time.Hour)}
	for pause(ctx, r.round(ctx)) {
	}
	r.leave()
}

// registrar is the Request-URI of REGISTER: the domain whose registrar it is.
func (t *trunk) registrar() sip.Uri {
	uri := *t.uri.Clone()
	if t.Domain != "" {
		uri.Host, uri.Port = t.Domain, 0
	}
	return uri
}

// round registers once, by one address after the other, and gives when to do so again.
func (r *registrar) round(ctx context.Context) time.Duration {
	var refused *refused
	hops, err := r.hops(ctx)
	hops, err = r.trunk.order(hops, err, time.Now())
	for _, h := range hops {
		var granted time.Duration
		granted, refused, err = r.register(ctx, h)
		if ctx.Err() != nil {
			r.bound, r.doubt = h, err != nil
			return 0
		}
		if err == nil && refused == nil {
			r.failures, r.bound = 0, h
			return r.registered(granted)
		}
		if refused != nil && !refused.passing() {
			break // the other addresses know us no better
		}
	}
	r.failures++
	pace := r.home.cfg.pace
	wait := backOff(pace.again, pace.most, r.failures, pace.chance())
	if refused != nil {
		err, wait = refused, max(wait, refused.after)
	} else {
		err = fmt.Errorf("REGISTER: %w", err)
	}
	r.failed(err, refused != nil && !refused.passing(), wait)
	return wait
}

// refused is a registration that was answered, and not granted.
type refused struct {
	status int
	reason string
	after  time.Duration // Retry-After
	tried  bool          // with a password
}

// passing tells a failure of the network from an answer about us.
func (r *refused) passing() bool { return r.status >= 500 && r.status < 600 || r.status == 408 }

func (r *refused) Error() string {
	s := fmt.Sprintf("REGISTER was answered %d %s", r.status, r.reason)
	switch {
	case r.status != 401 && r.status != 407:
		return s
	case r.tried:
		return s + ": user or password is wrong"
	}
	return s + ": the trunk wants a user and password"
}

// register asks one address for a binding, for as long as it must be (423, RFC 3261
// section 10.2.8), and once more if it shows that we are seen at another address than
// the one that we gave.
func (r *registrar) register(ctx context.Context, to hop) (time.Duration, *refused, error) {
	given := ""
	for again := 0; ; again++ {
		res, err := r.send(ctx, to, r.expires, given)
		if err != nil {
			return 0, nil, err
		}
		contact := r.dialog.contact
		switch {
		case res.StatusCode == sip.StatusIntervalToBrief && again == 0:
			least, err := strconv.Atoi(strings.TrimSpace(header(res, "Min-Expires")))
			if longer := time.Duration(least) * time.Second; err == nil && longer > r.expires && longer <= longestExpires {
				r.expires = longer
				continue
			}
		case res.IsSuccess():
			seen := contact
			if at, ok := r.trunk.outside(); ok {
				seen.Host, seen.Port = at.Addr().String(), int(at.Port())
			}
			if seen.String() != contact.String() && again < 2 {
				given = contact.String()
				continue
			}
			if granted := grantedTo(res, contact, r.expires); granted > 0 {
				return granted, nil, nil
			}
			return 0, &refused{status: res.StatusCode, reason: res.Reason + ", but for no time"}, nil
		}
		return 0, &refused{status: res.StatusCode, reason: res.Reason, after: retryAfter(res), tried: r.trunk.User != ""}, nil
	}
}

// longestExpires is the most that is taken of a 423.
const longestExpires = 24 * time.Hour

// send sends one REGISTER. former is a Contact of ours to be forgotten.
func (r *registrar) send(ctx context.Context, to hop, expires time.Duration, former string) (*sip.Response, error) {
	return r.ask(ctx, to, sip.REGISTER, func(req *sip.Request) {
		if former != "" {
			req.AppendHeader(sip.NewHeader("Contact", "<"+former+">;expires=0"))
		}
		req.AppendHeader(sip.NewHeader("Expires", strconv.Itoa(int(expires.Seconds()))))
		req.AppendHeader(sip.NewHeader("Allow", allow))
	})
}

// grantedTo is how long a 200 grants a contact: its own expires parameter among all
// that are registered, else the Expires header, else what was asked for (RFC 3261
// section 10.2.4).
func grantedTo(res *sip.Response, contact sip.Uri, asked time.Duration) time.Duration {
	seconds := func(text string, otherwise time.Duration) time.Duration {
		n, err := strconv.ParseUint(strings.TrimSpace(text), 10, 31)
		if err != nil {
			return otherwise
		}
		return time.Duration(n) * time.Second
	}
	granted := seconds(header(res, "Expires"), asked)
	for _, h := range res.GetHeaders("Contact") {
		c, ok := h.(*sip.ContactHeader)
		if ok && c.Address.User == contact.User && strings.EqualFold(c.Address.Host, contact.Host) && c.Address.Port == contact.Port {
			return seconds(c.Params.GetOr("expires", ""), granted)
		}
	}
	return granted
}

// registered notes a binding, and gives when to refresh it: at three quarters, so that
// a refresh may fail and be tried again before it ends.
func (r *registrar) registered(granted time.Duration) time.Duration {
	t, now := r.trunk, time.Now()
	t.mu.Lock()
	fresh := !now.Before(t.binding.until)
	if fresh {
		t.binding.since = now
	}
	t.binding.until, t.binding.contact, t.binding.trouble = now.Add(granted), r.dialog.contact.String(), ""
	t.mu.Unlock()
	if fresh {
		r.home.log.Info("trunk registered", "trunk", t.Name, "contact", r.dialog.contact.String(), "expires", granted)
	}
	return granted * 3 / 4
}

// failed notes that there is no binding, or no refresh of it. What the registrar has
// granted lasts until its end, unless it does not know us any more.
func (r *registrar) failed(err error, definite bool, wait time.Duration) {
	t, now := r.trunk, time.Now()
	t.mu.Lock()
	before := t.binding
	if definite && now.Before(before.until) {
		t.binding.until = now
	}
	if before.trouble == "" && (before.until.IsZero() || definite) {
		t.binding.since = now
	}
	t.binding.trouble = err.Error()
	t.mu.Unlock()
	if before.trouble != err.Error() {
		r.home.log.Warn("trunk can not be registered", "trunk", t.Name, "trouble", err.Error(), "again", wait.Round(time.Millisecond))
	}
}

// leave takes the registration back (RFC 3261 section 10.2.2).
func (r *registrar) leave() {
	t := r.trunk
	t.mu.Lock()
	bound := time.Now().Before(t.binding.until)
	t.binding = binding{since: time.Now(), trouble: "the server is closing"}
	t.mu.Unlock()
	if !bound && !r.doubt {
		return
	}
	ctx, cancel := context.WithTimeout(r.home.hard, r.home.cfg.pace.farewell)
	defer cancel()
	if res, err := r.send(ctx, r.bound, 0, ""); err != nil {
		r.home.log.Warn("registration could not be taken back", "trunk", t.Name, "error", err)
	} else if !res.IsSuccess() {
		r.home.log.Warn("registration could not be taken back", "trunk", t.Name, "error", (&refused{status: res.StatusCode, reason: res.Reason}).Error())
	}
}

// backOff is how long to wait after so many failures in a row: twice as long each time
// up to most, and a random part of up to a half less, so that many who lost a registrar
// at once do not come back at once (RFC 5626 section 4.5).
func backOff(base, most time.Duration, failures int, chance float64) time.Duration {
	wait := min(float64(most), float64(base)*math.Pow(2, float64(failures-1)))
	return time.Duration(wait * (0.5 + chance/2))
}

// longestRest bounds what a Retry-After can ask for.
const longestRest = 5 * time.Minute

// retryAfter is how long an answer asks to be left alone (RFC 3261 section 20.33).
func retryAfter(res *sip.Response) time.Duration {
	text := strings.TrimSpace(header(res, "Retry-After"))
	if end := strings.IndexAny(text, " ;("); end >= 0 {
		text = text[:end]
	}
	n, err := strconv.ParseUint(text, 10, 31)
	if err != nil {
		return 0
	}
	return min(time.Duration(n)*time.Second, longestRest)
}
