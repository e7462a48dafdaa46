package telephony

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"

	"github.com/outdial/outdial/internal/call"
)

// referral is a REFER that we have accepted and whose outcome the far end waits
// for: the subscription that goes with it (RFC 3515 section 2.4.4).
type referral struct {
	id    uint32 // its CSeq, by which the NOTIFYs name it
	quiet bool   // the far end wants none (RFC 4488)
}

// refer takes the far end's wish that its call be led elsewhere, as the transfer key
// of a phone sends it. Only an agent's phone may wish so, and only one thing at a
// time; who carries it out is not our business.
func (l *leg) refer(e request) {
	switch {
	case !l.home.cfg.Refer || l.order.Party != call.Agent:
		l.refuse(e, sip.StatusGlobalDecline)
		return
	case l.referral != nil:
		l.refuse(e, sip.StatusRequestPending)
		return
	}
	to, code, why := referTo(e.Request)
	if code != 0 {
		l.refuse(e, code, sip.NewHeader("Warning", `399 `+l.dialog.via+` "`+why+`"`))
		return
	}
	l.referral = &referral{id: e.CSeq().SeqNo, quiet: strings.EqualFold(strings.TrimSpace(header(e, "Refer-Sub")), "false")}
	res := sip.NewResponseFromRequest(e.Request, sip.StatusAccepted, "Accepted", nil)
	res.AppendHeader(&sip.ContactHeader{Address: *l.dialog.contact.Clone()})
	if l.referral.quiet {
		res.AppendHeader(sip.NewHeader("Refer-Sub", "false"))
	}
	l.home.wire.respond(e.tx, res)
	l.notify("100 Trying", "active;expires=60")
	l.home.report(call.Progress{Leg: l.order.Leg, Step: call.Referred, At: l.home.wire.readAt(e.Request), Target: l.destination(to)})
}

// Referred tells the far end of a leg what became of the transfer that it asked for
// by call.Referred: reason Transferred is success.
func (s *Switch) Referred(id call.LegID, outcome call.Cause) {
	if l := s.leg(id); l != nil {
		l.inbox.put(referred{outcome})
	}
}

// settle is the end of a referral, and of its subscription.
func (l *leg) settle(outcome call.Cause) {
	if l.referral == nil {
		return
	}
	status := "603 Declined"
	if outcome.Reason == call.Transferred {
		status = "200 OK"
	}
	l.notify(status, "terminated;reason=noresource")
	l.referral = nil
}

// notify tells how a referral stands. Nobody waits for the answer: a far end that
// does not want to know has no use for another.
func (l *leg) notify(status, subscription string) {
	if l.referral.quiet {
		return
	}
	req := l.dialog.request(sip.NOTIFY)
	l.creds.apply(req)
	req.AppendHeader(sip.NewHeader("Event", "refer;id="+strconv.FormatUint(uint64(l.referral.id), 10)))
	req.AppendHeader(sip.NewHeader("Subscription-State", subscription))
	contentType := sip.ContentTypeHeader("message/sipfrag;version=2.0")
	req.AppendHeader(&contentType)
	req.SetBody([]byte("SIP/2.0 " + status + "\r\n"))
	x, err := l.dialog.begin(l.home.hard, req, nil)
	if err != nil {
		l.home.log.Debug("NOTIFY could not be sent", "leg", l.order.Leg.String(), "error", err)
		return
	}
	l.home.wire.finish(x)
}

// referTo reads the one Refer-To (RFC 3515 section 2.1). Only a plain sip or tel URI
// is taken: no method but INVITE, and no headers, which could carry anything into a
// request of ours. A code is the refusal.
func referTo(req *sip.Request) (to string, code int, why string) {
	values := append(req.GetHeaders("Refer-To"), req.GetHeaders("r")...)
	if len(values) != 1 {
		return "", sip.StatusBadRequest, "one Refer-To is needed"
	}
	to = strings.TrimSpace(values[0].Value())
	if _, after, ok := strings.Cut(to, "<"); ok {
		if to, _, ok = strings.Cut(after, ">"); !ok {
			return "", sip.StatusBadRequest, "Refer-To does not close its bracket"
		}
	} else {
		to, _, _ = strings.Cut(to, ";") // parameters of the header (RFC 3261 section 20)
	}
	lower := strings.ToLower(to)
	switch {
	case strings.Contains(lower, "replaces="):
		return "", sip.StatusNotAcceptableHere, "transfers to a call that is up are not taken; transfer to a number"
	case strings.Contains(to, "?"):
		return "", sip.StatusBadRequest, "Refer-To carries headers"
	case strings.Contains(lower, ";method=") && !strings.Contains(lower, ";method=invite"):
		return "", sip.StatusBadRequest, "Refer-To asks for another method than INVITE"
	case strings.HasPrefix(lower, "tel:"):
		if number := dialed(to); number == "" || strings.Trim(number, "+0123456789*#") != "" {
			return "", sip.StatusBadRequest, "Refer-To holds no number"
		}
	case strings.HasPrefix(lower, "sip:"):
		if uri, err := target(to); err != nil || uri.User == "" {
			return "", sip.StatusBadRequest, "Refer-To holds no address"
		}
	default:
		return "", 416, "Refer-To must be a sip or tel URI"
	}
	return to, 0, ""
}

// destination is a Refer-To as one would dial it. What a phone asks for at our own
// address, or at that which we called from, is a number or a name of ours.
func (l *leg) destination(to string) string {
	if strings.HasPrefix(strings.ToLower(to), "tel:") {
		return dialed(to)
	}
	uri, err := target(to)
	if err != nil { // referTo has read it
		return to
	}
	at, _ := netip.ParseAddr(uri.Host)
	if uri.Host != l.dialog.contact.Host && uri.Host != l.dialog.near.Host && at != l.home.wire.listening.Addr() {
		plain := sip.Uri{Scheme: "sip", User: uri.User, Host: uri.Host, Port: uri.Port}
		if transport, ok := uri.UriParams.Get("transport"); ok {
			plain.UriParams.Add("transport", transport)
		}
		return plain.String()
	}
	user, _, _ := strings.Cut(uri.User, ";")
	if plain, err := url.PathUnescape(user); err == nil {
		return plain
	}
	return user
}
