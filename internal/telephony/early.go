package telephony

import (
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/media"
)

const (
	// forks bounds the early dialogs of one INVITE. The answer of a fork beyond it
	// counts like any other; only what it said before is not kept.
	forks = 32
	// statusEarlyDialogTerminated ends one fork, and no other (RFC 6228).
	statusEarlyDialogTerminated = 199
)

// early is one early dialog (RFC 3261 section 12.1.2). An INVITE that forks has one
// for each To tag in its 18x responses, with a remote target, a route set and a
// description of its own: what one fork says of its media is never taken for
// another's.
type early struct {
	dialog  *dialog
	parley  parley
	rseq    uint32 // of its last reliable response; 0 is none
	spoken  bool   // it has described its media
	settled bool   // it did so reliably, so our offer is answered (RFC 6337 section 2.2)
	moved   bool   // and an UPDATE has changed it since
}

// provisional takes a 1xx to the INVITE.
func (a *attempt) provisional(res *sip.Response) {
	if !a.x.met(res) {
		return // of an INVITE before this one
	}
	a.heard = true
	if e := a.fork(res); e != nil {
		if !a.prack(e, res) {
			return
		}
		a.listen(e, res)
	}
	if res.StatusCode != sip.StatusRinging && res.StatusCode != sip.StatusSessionInProgress || a.quitting {
		return
	}
	a.rang = true
	l := a.leg
	if claim := attested(res); claim != "" {
		l.learn(func(f *facts) { f.attested = claim })
	}
	if l.known().ringing.IsZero() {
		at := l.home.wire.readAt(res)
		l.learn(func(f *facts) { f.ringing = at })
		l.say(call.Ringing, at)
	}
}

// fork gives the early dialog of a 1xx; nil if the response makes none, or ends it.
func (a *attempt) fork(res *sip.Response) *early {
	tag := ""
	if to := res.To(); to != nil {
		tag = to.Params.GetOr("tag", "")
	}
	e := a.earlies[tag]
	switch {
	case tag == "" || res.StatusCode == 100:
		return nil
	case res.StatusCode == statusEarlyDialogTerminated:
		if e != nil {
			a.prack(e, res)
		}
		delete(a.earlies, tag)
		return nil
	case e != nil:
		e.dialog.refresh(res)
		return e
	case len(a.earlies) >= forks:
		return nil
	case a.earlies == nil:
		a.earlies = make(map[string]*early)
	}
	e = &early{dialog: a.dialog.confirm(res), parley: a.leg.parley}
	a.earlies[tag] = e
	return e
}

// listen takes the description in a 1xx. Its media is for nobody's ears, but we
// send silence towards it: some gateways and address translators pass nothing
// before they have heard from us. The fork that spoke last is the one listened to.
func (a *attempt) listen(e *early, res *sip.Response) {
	if len(res.Body()) == 0 || e.moved || a.quitting {
		return
	}
	format, err := e.parley.accept(res.Body())
	if err != nil {
		return // the answer may do better
	}
	e.spoken = true
	e.settled = e.settled || reliable(res) != 0
	a.leg.media.Load().Agree(format)
	a.leg.examineEarly()
}

// informed ends a call of which the network says by special information tones that it
// will not come about.
func (a *attempt) informed(v call.Verdict) *verdict {
	if a.quitting {
		return nil
	}
	return a.quit(call.Cause{Reason: call.EndingOfSIT(v.Why).Reason, Far: true, Detail: v.Why})
}

// reliable is the RSeq of a response that must be acknowledged, else 0 (RFC 3262
// section 4).
func reliable(res *sip.Response) uint32 {
	if !requires(res, "100rel") {
		return 0
	}
	n, err := strconv.ParseUint(strings.TrimSpace(header(res, "RSeq")), 10, 32)
	if err != nil {
		return 0
	}
	return uint32(n)
}

// prack acknowledges a 1xx of a fork, if it is reliable. All forks draw their
// numbers from the attempt, so that an INVITE sent once more goes beyond them.
func (a *attempt) prack(e *early, res *sip.Response) bool {
	e.dialog.seq = a.dialog.seq
	ok := a.leg.prack(e.dialog, res, &e.rseq)
	a.dialog.seq = e.dialog.seq
	return ok
}

// prack acknowledges a reliable 1xx to an INVITE. last is the number of the one
// before it; what repeats it, or runs ahead of its turn, is not to be processed
// (RFC 3262 section 4), and prack is false.
func (l *leg) prack(d *dialog, res *sip.Response, last *uint32) bool {
	rseq := reliable(res)
	switch {
	case rseq == 0:
		return true
	case *last != 0 && rseq != *last+1:
		return false
	}
	req := d.request(sip.PRACK)
	req.AppendHeader(sip.NewHeader("RAck", strconv.FormatUint(uint64(rseq), 10)+" "+strconv.FormatUint(uint64(res.CSeq().SeqNo), 10)+" INVITE"))
	l.creds.apply(req)
	req.SetBody(nil)
	x, err := d.begin(l.home.hard, req, nil)
	if err != nil {
		// The response comes again, and so does the PRACK.
		l.home.log.Debug("PRACK could not be sent", "leg", l.order.Leg.String(), "error", err)
		return false
	}
	*last = rseq
	l.home.wire.finish(x)
	return true
}

// progressed takes a 1xx to our re-INVITE.
func (l *leg) progressed(res *sip.Response) {
	if p := l.pending; p != nil && p.method == sip.INVITE && p.x.met(res) {
		l.prack(l.dialog, res, &p.rseq)
	}
}

// serve answers what comes before the call is answered.
func (a *attempt) serve(e request) {
	l := a.leg
	if e.To().Params.GetOr("tag", "") != l.dialog.nearTag {
		l.refuse(e, sip.StatusCallTransactionDoesNotExists)
		return
	}
	switch e.Method {
	case sip.OPTIONS:
		l.options(e)
	case sip.INFO:
		l.info(e)
	case sip.UPDATE:
		a.update(e)
	case sip.INVITE:
		l.refuse(e, sip.StatusRequestPending) // ours is under way (RFC 3261 section 14.2)
	case sip.BYE:
		// It may have been sent behind a 2xx that is still on its way to us; in an
		// early dialog the called party sends none (RFC 3261 section 15).
		if len(a.byes) < forks {
			a.byes = append(a.byes, e)
		}
	case sip.REFER:
		l.refuse(e, sip.StatusGlobalDecline)
	default:
		l.refuse(e, sip.StatusCallTransactionDoesNotExists)
	}
}

// part sees to the BYEs that came before the final response was read.
func (a *attempt) part(answered bool) {
	for _, e := range a.byes {
		if !answered || !a.leg.inbox.put(e) {
			a.leg.refuse(e, sip.StatusCallTransactionDoesNotExists)
		}
	}
}

// update takes a fork's UPDATE (RFC 3311 section 5.2): a new target at any time, a
// new description once our offer has been answered reliably.
func (a *attempt) update(r request) {
	l, e := a.leg, a.earlies[r.From().Params.GetOr("tag", "")]
	switch {
	case e == nil:
		l.refuse(r, sip.StatusCallTransactionDoesNotExists)
		return
	case !e.dialog.inOrder(r.CSeq().SeqNo, l.home.wire.readAt(r.Request)):
		l.refuse(r, sip.StatusInternalServerError)
		return
	case len(r.Body()) > 0 && !e.settled:
		l.refuse(r, sip.StatusRequestPending)
		return
	}
	if res, ok := l.renegotiate(r, e.dialog, &e.parley); ok {
		e.moved = e.moved || len(r.Body()) > 0
		l.home.wire.respond(r.tx, res)
	}
}

// answer makes the dialog of a 2xx, and tells what its media is to be. A 2xx without
// a description leaves the one that its fork gave before.
func (a *attempt) answer(res *sip.Response) (media.Format, error) {
	l := a.leg
	l.dialog = a.dialog.confirm(res)
	if e := a.earlies[l.dialog.farTag]; e != nil {
		l.dialog.farSeq, l.dialog.farSeqAt = e.dialog.farSeq, e.dialog.farSeqAt
		l.parley = e.parley
		// After an UPDATE a 2xx could only repeat what is out of date, and what
		// follows the answer is ignored (RFC 3261 section 13.2.1).
		if e.moved || e.spoken && len(res.Body()) == 0 {
			return l.parley.format, nil
		}
	}
	return l.parley.accept(res.Body())
}
