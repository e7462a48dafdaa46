package telephony

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/outdial/outdial/internal/call"
)

// unacked is an INVITE of the far end that we have accepted and whose ACK has not
// come: the 2xx is repeated until it does (RFC 3261 section 13.3.1.4).
type unacked struct {
	tx     *sip.ServerTx
	res    *sip.Response
	seq    uint32
	offer  bool // the offer was ours, so the ACK brings the answer
	gap    time.Duration
	repeat time.Time
	end    time.Time
}

func (u *unacked) again(l *leg, now time.Time) {
	_ = u.tx.Respond(u.res)
	u.gap = min(2*u.gap, sip.T2)
	u.repeat = now.Add(u.gap)
	if u.repeat.After(u.end) {
		u.repeat = u.end
	}
}

// receive takes every request from outside, in a goroutine of sipgo each.
func (s *Switch) receive(req *sip.Request, tx *sip.ServerTx) {
	if req.Method == sip.ACK {
		// An ACK is never answered, but sipgo made a transaction for it all the same.
		tx.Terminate()
		return
	}
	if code := readable(req); code != 0 {
		s.refuse(req, tx, code)
		tx.Terminate()
		return
	}
	if !req.To().Params.Has("tag") {
		s.outside(req, tx)
		return
	}
	l := s.owner(req.CallID().Value())
	if l == nil || req.Method == sip.CANCEL || !l.inbox.put(request{req, tx}) {
		s.refuse(req, tx, sip.StatusCallTransactionDoesNotExists)
		if l == nil { // a stranger's, as in outside
			tx.Terminate()
		}
	}
}

// readable is 0, or the status for a request that nothing can be done with (RFC
// 3261 sections 8.1.1, 8.2.2.1 and 21.5.6). sipgo puts methods, but not that of
// CSeq, into capitals.
func readable(req *sip.Request) int {
	cseq := req.CSeq()
	switch {
	case !strings.EqualFold(req.SipVersion, version):
		return sip.StatusVersionNotSupported
	case req.From() == nil || req.To() == nil || req.CallID() == nil || cseq == nil || !strings.EqualFold(string(cseq.MethodName), string(req.Method)):
		return sip.StatusBadRequest
	case !slices.Contains([]string{"", "sip", "sips", "tel"}, strings.ToLower(req.Recipient.Scheme)):
		return 416
	}
	return 0
}

// overhear takes every ACK and every provisional response to an INVITE, in the
// order in which they were read.
func (s *Switch) overhear(m sip.Message) {
	callID := m.CallID()
	if callID == nil {
		return
	}
	l := s.owner(callID.Value())
	if l == nil {
		return
	}
	switch m := m.(type) {
	case *sip.Request:
		l.inbox.put(acknowledged{m})
	case *sip.Response:
		l.inbox.put(provisional{m})
	}
}

func (s *Switch) owner(callID string) *leg {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[callID]
}

// outside is for requests that belong to no dialog: nobody calls a dialer. They
// are answered and forgotten (RFC 3261 section 8.2.7), so that a flood of them
// fills no memory; a repetition is answered anew.
func (s *Switch) outside(req *sip.Request, tx *sip.ServerTx) {
	defer tx.Terminate()
	if alien := foreign(req); len(alien) > 0 && req.Method != sip.CANCEL {
		s.refuse(req, tx, sip.StatusBadExtension, sip.NewHeader("Unsupported", strings.Join(alien, ", ")))
		return
	}
	switch req.Method {
	case sip.OPTIONS:
		res := sip.NewResponseFromRequest(req, sip.StatusOK, "OK", nil)
		abilities(res)
		s.wire.respond(tx, res)
	case sip.INVITE:
		res := sip.NewResponseFromRequest(req, sip.StatusGlobalDecline, "Decline", nil)
		res.AppendHeader(sip.NewHeader("Warning", `399 `+s.wire.listening.String()+` "this server takes no calls"`))
		s.wire.respond(tx, res)
	case sip.BYE, sip.UPDATE, sip.INFO, sip.PRACK, sip.NOTIFY, sip.CANCEL:
		s.refuse(req, tx, sip.StatusCallTransactionDoesNotExists)
	case sip.REGISTER, sip.SUBSCRIBE, sip.MESSAGE, sip.PUBLISH, sip.REFER:
		s.refuse(req, tx, sip.StatusMethodNotAllowed)
	default:
		s.refuse(req, tx, sip.StatusNotImplemented)
	}
}

// phrases of the refusals that we send.
var phrases = map[int]string{
	400: "Bad Request",
	405: "Method Not Allowed",
	415: "Unsupported Media Type",
	416: "Unsupported URI Scheme",
	420: "Bad Extension",
	422: "Session Interval Too Small",
	469: "Bad Info Package",
	481: "Call/Transaction Does Not Exist",
	488: "Not Acceptable Here",
	489: "Bad Event",
	491: "Request Pending",
	500: "Server Internal Error",
	501: "Not Implemented",
	505: "Version Not Supported",
	603: "Decline",
}

// refuse answers with a failure and what must go with it.
func (s *Switch) refuse(req *sip.Request, tx *sip.ServerTx, code int, headers ...sip.Header) {
	res := sip.NewResponseFromRequest(req, code, phrases[code], nil)
	res.SipVersion = version
	switch code {
	case 405, 501:
		res.AppendHeader(sip.NewHeader("Allow", allow))
	case 415:
		res.AppendHeader(sip.NewHeader("Accept", mediaType))
	case 500:
		// RFC 3261 section 14.2: a random time of up to 10 s.
		res.AppendHeader(sip.NewHeader("Retry-After", strconv.Itoa(rand.IntN(11))))
	}
	for _, h := range headers {
		res.AppendHeader(h)
	}
	s.wire.respond(tx, res)
	if req.Method == sip.CANCEL {
		// sipgo sends the answer to a CANCEL past the transaction, which would
		// then never end.
		tx.Terminate()
	}
}

// foreign are the extensions that a request requires and we do not have (RFC 3261
// section 8.2.2.3).
func foreign(req *sip.Request) []string {
	return slices.DeleteFunc(tokens(req, "Require"), func(t string) bool { return strings.EqualFold(t, "timer") })
}

// abilities are what OPTIONS asks for (RFC 3261 section 11.2).
func abilities(res *sip.Response) {
	res.AppendHeader(sip.NewHeader("Allow", allow))
	res.AppendHeader(sip.NewHeader("Accept", mediaType))
	res.AppendHeader(sip.NewHeader("Supported", supported))
}

func (l *leg) refuse(e request, code int, headers ...sip.Header) {
	l.home.refuse(e.Request, e.tx, code, headers...)
}

func (l *leg) answer(e request, code int, phrase string) {
	l.home.wire.respond(e.tx, sip.NewResponseFromRequest(e.Request, code, phrase, nil))
}

// serve answers a request within the dialog; true if it ended the dialog.
func (l *leg) serve(e request) (ended bool) {
	switch {
	case !l.dialog.owns(e.Request):
		l.refuse(e, sip.StatusCallTransactionDoesNotExists)
		return false
	case !l.dialog.inOrder(e.CSeq().SeqNo, l.home.wire.readAt(e.Request)):
		l.refuse(e, sip.StatusInternalServerError)
		return false
	}
	if e.Method != sip.BYE {
		l.signed(time.Now())
	}
	if alien := foreign(e.Request); len(alien) > 0 {
		l.refuse(e, sip.StatusBadExtension, sip.NewHeader("Unsupported", strings.Join(alien, ", ")))
		return false
	}
	switch e.Method {
	case sip.BYE:
		l.answer(e, sip.StatusOK, "OK")
		return true
	case sip.INVITE:
		l.reinvite(e)
	case sip.UPDATE:
		l.update(e)
	case sip.OPTIONS:
		l.options(e)
	case sip.INFO:
		l.info(e)
	case sip.REFER:
		l.refer(e)
	case sip.NOTIFY:
		l.refuse(e, 489)
	case sip.PRACK:
		l.refuse(e, sip.StatusCallTransactionDoesNotExists)
	case sip.REGISTER, sip.SUBSCRIBE, sip.MESSAGE, sip.PUBLISH:
		l.refuse(e, sip.StatusMethodNotAllowed)
	default:
		l.refuse(e, sip.StatusNotImplemented)
	}
	return false
}

// reinvite changes or refreshes the session (RFC 3261 section 14.2). Without an
// offer in it, ours goes into the answer, and the ACK brings theirs.
func (l *leg) reinvite(e request) {
	if l.crossing(e) {
		return
	}
	res, ok := l.renegotiate(e, l.dialog, &l.parley)
	if !ok {
		return
	}
	now := time.Now()
	l.unacked = &unacked{
		tx: e.tx, res: res, seq: e.CSeq().SeqNo, offer: l.parley.pending,
		gap: sip.T1, repeat: now.Add(sip.T1), end: now.Add(64 * sip.T1),
	}
	l.home.wire.respond(e.tx, res)
	l.note()
	l.holding(l.home.wire.readAt(e.Request))
}

// update is a refresh or an offer in one round trip (RFC 3311).
func (l *leg) update(e request) {
	if l.crossing(e) {
		return
	}
	if res, ok := l.renegotiate(e, l.dialog, &l.parley); ok {
		l.home.wire.respond(e.tx, res)
		l.note()
		l.holding(l.home.wire.readAt(e.Request))
	}
}

// crossing refuses an INVITE or UPDATE that comes while another is under way
// (RFC 3261 section 14.2, RFC 3311 section 5.2). Our own UPDATE carries no offer
// and crosses nothing.
func (l *leg) crossing(e request) bool {
	switch {
	case l.unacked != nil && (e.Method == sip.INVITE || len(e.Body()) > 0):
		l.refuse(e, sip.StatusInternalServerError)
	case l.pending != nil && l.pending.method == sip.INVITE && (e.Method == sip.INVITE || len(e.Body()) > 0):
		l.refuse(e, sip.StatusRequestPending)
	default:
		return false
	}
	return true
}

// renegotiate makes the 2xx to a re-INVITE or UPDATE, or refuses it. d and p are
// the leg's, or those of an early dialog.
func (l *leg) renegotiate(e request, d *dialog, p *parley) (*sip.Response, bool) {
	body := e.Body()
	if len(body) > 0 {
		if ct := e.ContentType(); ct == nil || !strings.HasPrefix(strings.ToLower(ct.Value()), mediaType) {
			l.refuse(e, sip.StatusUnsupportedMediaType)
			return nil, false
		}
	}
	if l.session.short(e.Request) {
		l.refuse(e, 422, sip.NewHeader("Min-SE", seconds(l.session.least)))
		return nil, false
	}
	var ours []byte
	switch {
	case len(body) > 0:
		answer, format, err := p.answer(body)
		if err != nil {
			l.refuse(e, sip.StatusNotAcceptableHere, sip.NewHeader("Warning", `399 `+d.via+` "no audio in common"`))
			return nil, false
		}
		ours = answer
		l.media.Load().Agree(format)
	case e.Method == sip.INVITE:
		ours = p.offer()
	}
	d.refresh(e.Request)
	if len(e.GetHeaders("Allow")) > 0 {
		d.updates = allows(e, sip.UPDATE)
	}
	res := sip.NewResponseFromRequest(e.Request, sip.StatusOK, "OK", ours)
	res.AppendHeader(&sip.ContactHeader{Address: *d.contact.Clone()})
	abilities(res)
	l.session.told = l.home.wire.readAt(e.Request)
	for _, h := range l.session.asked(e.Request, time.Now()) {
		res.AppendHeader(h)
	}
	if len(ours) > 0 {
		contentType := sip.ContentTypeHeader(mediaType)
		res.AppendHeader(&contentType)
	}
	return res, true
}

// acked takes the ACK of the far end, with the answer if the offer was ours.
func (l *leg) acked(ack *sip.Request) *call.Cause {
	u := l.unacked
	if u == nil || ack.CSeq() == nil || ack.CSeq().SeqNo != u.seq || !l.dialog.owns(ack) {
		return nil
	}
	l.unacked = nil
	if !u.offer {
		return nil
	}
	format, err := l.parley.accept(ack.Body())
	if err != nil {
		return &call.Cause{Reason: call.MediaFailure, Detail: err.Error()}
	}
	l.media.Load().Agree(format)
	l.holding(l.home.wire.readAt(ack))
	return nil
}

// holding reports that the far end has put us on hold, or has taken us back.
func (l *leg) holding(at time.Time) {
	held := l.parley.held
	if held == l.known().held {
		return
	}
	l.learn(func(f *facts) { f.held = held })
	if held {
		l.say(call.FarHold, at)
	} else {
		l.say(call.FarResume, at)
	}
}

func (l *leg) options(e request) {
	res := sip.NewResponseFromRequest(e.Request, sip.StatusOK, "OK", nil)
	abilities(res)
	l.home.wire.respond(e.tx, res)
}

// info takes digits the old way, as some gateways send them, and an empty INFO,
// which is a sign of life.
func (l *leg) info(e request) {
	if len(e.GetHeaders("Info-Package")) > 0 {
		l.refuse(e, 469, sip.NewHeader("Recv-Info", "")) // RFC 6086 section 4.2.2
		return
	}
	kind := ""
	if ct := e.ContentType(); ct != nil {
		kind, _, _ = strings.Cut(strings.ToLower(ct.Value()), ";")
	}
	switch strings.TrimSpace(kind) {
	case "":
	case "application/dtmf-relay", "application/dtmf":
		if digit, ok := digitIn(string(e.Body())); ok {
			l.pass(pressed{digit, l.home.wire.readAt(e.Request)})
		}
	default:
		res := sip.NewResponseFromRequest(e.Request, sip.StatusUnsupportedMediaType, phrases[415], nil)
		res.AppendHeader(sip.NewHeader("Accept", "application/dtmf-relay, application/dtmf"))
		l.home.wire.respond(e.tx, res)
		return
	}
	l.answer(e, sip.StatusOK, "OK")
}

// digitIn reads "Signal=5" or just "5".
func digitIn(body string) (byte, bool) {
	for line := range strings.Lines(body) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), "=")
		if !ok {
			value = name
		} else if !strings.EqualFold(strings.TrimSpace(name), "signal") {
			continue
		}
		value = strings.ToUpper(strings.TrimSpace(value))
		if len(value) == 1 && strings.Contains("0123456789*#ABCD", value) {
			return value[0], true
		}
	}
	return 0, false
}
