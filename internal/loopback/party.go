package loopback

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
)

const (
	firstRepeat = 500 * time.Millisecond // T1: a 200 that is not acknowledged is sent again
	lastRepeat  = 4 * time.Second        // T2
	giveUp      = 32 * time.Second       // 64 T1, RFC 3261 section 13.3.1.4
	byeWait     = 2 * time.Second        // for the answer to our BYE
)

// inbound is a request within a call, on its way to the party.
type inbound struct {
	req  *sip.Request
	tx   sip.ServerTransaction
	done chan struct{} // closed once it is answered
}

// party is one called party in one call. All but ear, inbox, over, left and
// cancelled belong to the goroutine of the INVITE.
type party struct {
	x    *exchange
	req  *sip.Request
	tx   sip.ServerTransaction
	tag  string
	plan Customer
	ear  *ear
	talk *talk

	inbox     chan inbound
	over      chan struct{} // closed when the party takes nothing more
	left      chan struct{} // closed by leave
	leaveOnce sync.Once
	cancelled chan struct{} // closed by a CANCEL in time

	law      *law
	speech   speech
	desc     description
	target   sip.Uri       // Contact of the other side
	sequence uint32        // CSeq of our requests
	pending  *sip.Response // a 2xx that is not acknowledged yet
	pendTx   sip.ServerTransaction
	cseq     uint32 // of pending
	repeat   *time.Timer
	interval time.Duration
	since    time.Time // pending was first sent
}

func newParty(x *exchange, req *sip.Request, tx sip.ServerTransaction) (*party, error) {
	contact, from := req.Contact(), req.From()
	if contact == nil || from == nil || req.To() == nil || req.CallID() == nil || req.CSeq() == nil {
		return nil, errors.New("loopback: a header is missing")
	}
	p := &party{
		x: x, req: req, tx: tx, tag: sip.GenerateTagN(12), plan: x.script(req.Recipient.User),
		ear:   &ear{changed: x.changed, streams: map[uint32]*stream{}},
		inbox: make(chan inbound), over: make(chan struct{}), left: make(chan struct{}), cancelled: make(chan struct{}),
		target: *contact.Address.Clone(), sequence: 1,
		repeat: time.NewTimer(giveUp),
	}
	p.repeat.Stop()
	p.ear.hearing = Hearing{
		CallID: req.CallID().Value(), Number: req.Recipient.User, CallerID: from.Address.User, Invited: time.Now(),
	}
	var err error
	if p.talk, err = openTalk(p.ear); err != nil {
		return nil, err
	}
	p.desc = newDescription(portOf(p.talk.rtp))
	p.law = x.laws[0]
	if len(req.Body()) > 0 {
		o, err := readOffer(req.Body())
		if err == nil && o.pick(x.laws) == nil {
			err = errors.New("loopback: no codec in common")
		}
		if err != nil {
			p.talk.close()
			return nil, err
		}
		p.law = o.pick(x.laws)
	}
	p.speech = p.plan.Voice.in(p.law)
	return p, nil
}

// key finds the party for requests within its call.
func (p *party) key() string { return p.req.CallID().Value() + " " + p.tag }

// leave asks the party to end the call; it may be called by anyone, at any time.
func (p *party) leave() { p.leaveOnce.Do(func() { close(p.left) }) }

// live is the whole call.
func (p *party) live(ctx context.Context) {
	if !p.tx.OnCancel(func(*sip.Request) { close(p.cancelled) }) {
		p.ear.note(func(h *Hearing) { h.Status = sip.StatusRequestTerminated })
		return
	}
	if p.ring(ctx) {
		p.answer()
		p.stay(ctx)
	}
}

// finish ends what is left of the call.
func (p *party) finish() {
	close(p.over)
	p.repeat.Stop()
	p.talk.close()
	p.ear.note(func(h *Hearing) { h.Ended = time.Now() })
}

// ring is the call up to its final status; it tells whether it is to be answered.
func (p *party) ring(ctx context.Context) bool {
	var picked <-chan time.Time
	if p.plan.Ends != NoAnswer {
		timer := time.NewTimer(p.plan.Rings)
		defer timer.Stop()
		picked = timer.C
	}
	if p.plan.Ends == NoAnswer || p.plan.Rings > 0 {
		answer(p.tx, p.respond(p.req, sip.StatusRinging, "Ringing"))
		p.ear.note(func(h *Hearing) { h.Ringing = time.Now() })
	}
	for {
		select {
		case <-p.cancelled:
			p.ear.note(func(h *Hearing) { h.Status = sip.StatusRequestTerminated })
			return false
		case <-p.left:
			p.refuse(endingStatus[Refuse].status, endingStatus[Refuse].phrase)
			return false
		case <-ctx.Done():
			p.refuse(endingStatus[Unavailable].status, endingStatus[Unavailable].phrase)
			return false
		case in := <-p.inbox:
			if p.early(in) {
				return false
			}
		case <-picked:
			if end := endingStatus[p.plan.Ends]; p.plan.Ends != Answer {
				p.refuse(end.status, end.phrase)
				return false
			}
			return true
		}
	}
}

// early answers a request before the answer to the INVITE; it tells whether the
// caller hung up.
func (p *party) early(in inbound) (over bool) {
	defer close(in.done)
	switch in.req.Method {
	case sip.ACK:
	case sip.BYE: // the caller may end an early dialog so (RFC 3261 section 15)
		answer(in.tx, p.respond(in.req, sip.StatusOK, "OK"))
		answer(p.tx, p.respond(p.req, sip.StatusRequestTerminated, "Request Terminated"))
		p.ear.note(func(h *Hearing) { h.Status = sip.StatusRequestTerminated })
		return true
	case sip.INVITE, sip.UPDATE:
		answer(in.tx, p.respond(in.req, sip.StatusRequestPending, "Request Pending"))
	default:
		answer(in.tx, p.respond(in.req, sip.StatusOK, "OK"))
	}
	return false
}

// refuse gives the INVITE a final status that is no answer.
func (p *party) refuse(status int, phrase string) {
	answer(p.tx, p.respond(p.req, status, phrase))
	p.ear.note(func(h *Hearing) { h.Status, h.HungUp = status, true })
}

// answer takes the call and begins to speak. When a CANCEL was quicker the
// answer never leaves, and stay finds that out.
func (p *party) answer() {
	res, course := p.accept(p.req)
	p.hold(p.tx, res)
	// Noted before it is sent: what is heard because of it comes after it.
	p.ear.note(func(h *Hearing) { h.Answered, h.Status = time.Now(), sip.StatusOK })
	answer(p.tx, res)
	p.talk.speak(course)
}

// accept describes our side to an INVITE or UPDATE, and says what to speak then.
// Without an offer in it ours goes out, and the answer comes with the ACK.
func (p *party) accept(req *sip.Request) (*sip.Response, *course) {
	if c := req.Contact(); c != nil {
		p.target = *c.Address.Clone() // target refresh, RFC 3261 section 12.2.2
	}
	var to *course
	p.desc.laws, p.desc.events, p.desc.direction = p.x.laws, "101", "sendrecv"
	if len(req.Body()) > 0 {
		o, err := readOffer(req.Body())
		if err == nil && o.pick(p.x.laws) == nil {
			err = errors.New("loopback: no codec in common")
		}
		if err != nil {
			return p.respond(req, sip.StatusNotAcceptableHere, "Not Acceptable Here"), nil
		}
		to = p.course(o)
		p.desc.laws, p.desc.events, p.desc.direction = []*law{p.law}, o.events, mirrored[o.direction]
	}
	body, err := p.desc.text()
	if err != nil {
		return p.respond(req, sip.StatusInternalServerError, "Server Internal Error"), nil
	}
	return p.dress(ok(req, body)), to
}

// course turns an agreed offer or answer into what is spoken; nil on hold.
func (p *party) course(o offer) *course {
	if l := o.pick(p.x.laws); l != p.law {
		p.law, p.speech = l, p.plan.Voice.in(l)
	}
	if !o.wantsVoice() {
		return nil
	}
	return &course{to: o.to, law: p.law, speech: p.speech}
}

// stay is the call from the answer to its end.
func (p *party) stay(ctx context.Context) {
	defer p.talk.speak(nil)
	talks := time.NewTimer(giveUp)
	talks.Stop()
	defer talks.Stop()
	acked := func() {
		if p.plan.Talks > 0 {
			talks.Reset(p.plan.Talks)
		}
	}
	left, closing := p.left, ctx.Done()
	leaving := false
	for {
		if leaving && p.pending == nil {
			p.bye()
			return
		}
		select {
		case <-p.cancelled:
			p.ear.note(func(h *Hearing) { h.Status, h.Answered = sip.StatusRequestTerminated, time.Time{} })
			return
		case in := <-p.inbox:
			if p.take(in, acked) {
				return
			}
		case <-p.repeat.C:
			p.again()
		case <-talks.C:
			leaving = true
		case <-left:
			left, leaving = nil, true
		case <-closing:
			// There is no time to wait for an ACK.
			closing, leaving, p.pending = nil, true, nil
		}
	}
}

// take answers a request within the call; it tells whether the caller hung up.
func (p *party) take(in inbound, acked func()) (over bool) {
	defer close(in.done)
	switch in.req.Method {
	case sip.ACK:
		p.acknowledged(in.req, acked)
	case sip.BYE:
		answer(in.tx, p.respond(in.req, sip.StatusOK, "OK"))
		return true
	case sip.INVITE:
		p.reinvite(in, acked)
	case sip.UPDATE:
		if len(in.req.Body()) == 0 { // a refresh of the session timer, RFC 4028
			answer(in.tx, p.dress(ok(in.req, nil)))
			break
		}
		res, course := p.accept(in.req)
		answer(in.tx, res)
		if res.IsSuccess() {
			p.talk.speak(course)
		}
	case sip.REFER:
		answer(in.tx, p.respond(in.req, sip.StatusGlobalDecline, "Decline"))
	default:
		answer(in.tx, p.respond(in.req, sip.StatusOK, "OK"))
	}
	return false
}

// reinvite changes the call.
func (p *party) reinvite(in inbound, acked func()) {
	// The transactions do not keep the order of datagrams: the ACK before this
	// INVITE may still come, and who sends the next INVITE has seen the last answer.
	p.settle(acked)
	p.ear.note(func(h *Hearing) { h.Reinvites++ })
	res, course := p.accept(in.req)
	if !res.IsSuccess() {
		answer(in.tx, res)
		return
	}
	p.hold(in.tx, res)
	answer(in.tx, res)
	if len(in.req.Body()) > 0 {
		p.talk.speak(course)
	}
}

// hold keeps a 2xx until it is acknowledged.
func (p *party) hold(tx sip.ServerTransaction, res *sip.Response) {
	p.pending, p.pendTx, p.cseq = res, tx, res.CSeq().SeqNo
	p.interval, p.since = firstRepeat, time.Now()
	p.repeat.Reset(firstRepeat)
}

// again repeats a 2xx that was not acknowledged, and at last gives it up.
func (p *party) again() {
	if p.pending == nil {
		return
	}
	if time.Since(p.since) > giveUp {
		p.pending = nil
		p.leave()
		return
	}
	answer(p.pendTx, p.pending)
	p.interval = min(2*p.interval, lastRepeat)
	p.repeat.Reset(p.interval)
}

// acknowledged takes an ACK, and with it the answer to an offer of ours.
func (p *party) acknowledged(ack *sip.Request, acked func()) {
	if p.pending == nil || ack.CSeq() == nil || ack.CSeq().SeqNo != p.cseq {
		return
	}
	if len(ack.Body()) > 0 {
		if o, err := readOffer(ack.Body()); err == nil && o.pick(p.x.laws) != nil {
			p.talk.speak(p.course(o))
		}
	}
	p.settle(acked)
}

// settle ends the wait for an ACK; acked is called for that of the first INVITE.
func (p *party) settle(acked func()) {
	if p.pending == nil {
		return
	}
	p.pending = nil
	p.repeat.Stop()
	if p.cseq == p.req.CSeq().SeqNo {
		p.ear.note(func(h *Hearing) { h.Acked = time.Now() })
		acked()
	}
}

// bye hangs up and waits shortly for the answer.
func (p *party) bye() {
	p.talk.speak(nil)
	p.ear.note(func(h *Hearing) { h.HungUp = true })
	p.sequence++
	from, to := p.req.To(), p.req.From()
	bye := sip.NewRequest(sip.BYE, p.target)
	for _, h := range p.req.GetHeaders("Record-Route") { // RFC 3261 section 12.1.1
		bye.AppendHeader(sip.NewHeader("Route", h.Value()))
	}
	ours := &sip.FromHeader{DisplayName: from.DisplayName, Address: *from.Address.Clone(), Params: from.Params.Clone()}
	ours.Params.Add("tag", p.tag)
	bye.AppendHeader(ours)
	bye.AppendHeader(&sip.ToHeader{DisplayName: to.DisplayName, Address: *to.Address.Clone(), Params: to.Params.Clone()})
	id := sip.CallIDHeader(p.req.CallID().Value())
	bye.AppendHeader(&id)
	bye.AppendHeader(&sip.CSeqHeader{SeqNo: p.sequence, MethodName: sip.BYE})
	if r := p.req.RecordRoute(); r != nil {
		bye.SetDestination(r.Address.Host + ":" + strconv.Itoa(portOr(r.Address.Port)))
	}
	ctx, cancel := context.WithTimeout(context.Background(), byeWait)
	defer cancel()
	// Whatever comes of it, the call is over here.
	_, _ = p.x.client.Do(ctx, bye)
}

func portOr(port int) int {
	if port == 0 {
		return sip.DefaultUdpPort
	}
	return port
}

// respond is a response within our dialog.
func (p *party) respond(req *sip.Request, status int, phrase string) *sip.Response {
	return p.dress(sip.NewResponseFromRequest(req, status, phrase, nil))
}

// dress gives a response our tag and our Contact.
func (p *party) dress(res *sip.Response) *sip.Response {
	res.To().Params.Remove("tag")
	res.To().Params.Add("tag", p.tag)
	res.AppendHeader(&sip.ContactHeader{Address: sip.Uri{
		Scheme: "sip", User: p.req.Recipient.User, Host: "127.0.0.1", Port: p.x.port(),
	}})
	return res
}
