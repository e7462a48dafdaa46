package dialer

import (
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/fault"
)

// How often the diary is written, and how soon what failed is tried again.
const (
	diaryEvery = 500 * time.Millisecond
	tryAgain   = time.Second
)

// apply takes one input and gives what is to be done for it, in order. After each
// input comes [state.tidy].
func (s *state) apply(now time.Time, in input) []effect {
	s.now, s.out = now, s.out[:0]
	switch in := in.(type) {
	case asked:
		s.ask(in)
	case happened:
		s.progress(in.progress)
	case drained:
		s.drain()
	case claimed:
		s.claimed(in)
	case recorded:
		s.recorded(in)
	case saved:
		s.saved(in)
	case owed:
		s.owed(in)
	case found:
		s.found(in)
	case leased:
		s.leased(in)
	case recycled:
		s.recycled(in)
	case written:
		if in.err != nil {
			s.log.Error("not written", "what", in.what, "error", in.err)
		}
	}
	return s.out
}

// tidy puts the floor in order after an input: deadlines that are due, customers
// who wait, wishes to be granted, contacts to be dialed, who hears whom. It is a
// step of its own so that the bridge of a customer who answered waits for nothing
// of it; the more agents there are, the longer it takes.
func (s *state) tidy() []effect {
	s.out = s.out[:0]
	for {
		due, ok := s.alarms.pop(s.now)
		if !ok {
			break
		}
		s.alarm(due)
	}
	if s.opening {
		s.open()
	}
	s.mindKept()
	s.routeWaiting()
	s.grant()
	s.pace()
	s.arrange()
	if s.stopping {
		s.rememberAll()
		s.writeDiary()
	}
	return s.out
}

// ask carries a command out. Commands that must be written down before they are
// answered take the reply with them.
func (s *state) ask(in asked) {
	if s.stopping {
		if _, ok := in.command.(Leave); !ok {
			s.do(answer{to: in.reply, err: errStopped})
			return
		}
	}
	var err error
	switch c := in.command.(type) {
	case Dispose:
		err = s.dispose(c, in.reply)
	case PlacePreview:
		err = s.placePreview(c, in.reply)
	case SetCampaign:
		err = s.setCampaign(c.Campaign, in.reply)
	case ChangeCampaign:
		err = s.changeCampaign(c, in.reply)
	case SetCampaignState:
		err = s.setCampaignState(c, in.reply)
	case RecycleCampaign:
		err = s.recycleCampaign(c, in.reply)
	case TransitionCampaign:
		err = s.transitionCampaign(c, in.reply)
	case Make, Consult, Invite, Confer, TestLine:
		id, err := s.begins(c)
		s.do(answer{to: in.reply, err: err, id: id})
		return
	default:
		s.do(answer{to: in.reply, err: s.obey(c)})
		return
	}
	if err != nil {
		s.do(answer{to: in.reply, err: err})
	}
}

// obey carries out the commands that are answered at once.
func (s *state) obey(c Command) error {
	switch c := c.(type) {
	case Arrive:
		return s.arrive(c)
	case Leave:
		return s.leave(c)
	case Sit:
		return s.sit(c)
	case Stand:
		return s.stand(c)
	case LogIn:
		return s.logIn(c)
	case LogOff:
		return s.logOff(c)
	case Ready:
		return s.ready(c)
	case EstablishLine:
		return s.establish(c)
	case SetStatus:
		return s.setStatus(c)
	case RequestBreak:
		return s.requestBreak(c)
	case EndBreak:
		return s.endBreak(c)
	case UpdateCallData:
		return s.updateCallData(c)
	case SetAgentType:
		return s.setAgentType(c)
	case SetStage:
		return s.setStage(c)
	case DialManually:
		return s.dialManually(c)
	case MarkForFinishing:
		return s.markForFinishing(c)
	case AllocateAgents:
		return s.allocate(c)
	case TransferToProfile:
		return s.transferToProfile(c)
	case ResetCampaign:
		return s.resetCampaign(c)
	case AllowRecordings:
		s.unfit = c.Unless
		return nil
	case SetDoNotCall:
		s.doNotCall = c.Lists
		return nil
	case SetRefusal:
		return s.setRefusal(c)
	case HurryList:
		s.hurry(c.List)
		return nil
	case SetPrompts:
		s.rules.Prompts = c.Names
		return nil
	}
	return s.obeyCall(c)
}

// obeyCall carries out those of them that are about calls.
func (s *state) obeyCall(c Command) error {
	switch c := c.(type) {
	case Act:
		return s.act(c)
	case Supervise:
		return s.supervise(c)
	case SecurePause:
		return s.securePause(c)
	case Transfer:
		return s.transfer(c)
	case Park:
		return s.park(c)
	case SetAudience:
		return s.setAudience(c)
	case Conclude:
		return s.conclude(c)
	case CancelConsult:
		return s.cancelConsult(c)
	case AddParties:
		return s.addParties(c)
	case SendDigits:
		return s.sendDigits(c)
	case PlayPrompt:
		return s.playPrompt(c)
	case SetAttributes:
		return s.setAttributes(c)
	case AssignWrapUp:
		return s.assignWrapUp(c)
	}
	return fault.New(fault.Internal, "the floor does not know the command %T", c)
}

// begins carries out the commands that make something, and gives its id.
func (s *state) begins(c Command) (string, error) {
	switch c := c.(type) {
	case Make:
		return s.make(c)
	case Consult:
		return s.consult(c)
	case Invite:
		return s.invite(c)
	case Confer:
		return s.confer(c)
	case TestLine:
		return s.testLine(c)
	}
	return "", fault.New(fault.Internal, "the floor does not know the command %T", c)
}

// progress takes a leg's report to whom the leg belongs.
func (s *state) progress(p call.Progress) {
	owner, ok := s.legs[p.Leg]
	if !ok {
		s.log.Error("report of an unknown leg", "leg", p.Leg.String(), "step", p.Step.String())
		return
	}
	if p.Step == call.Ended {
		delete(s.legs, p.Leg)
		s.stirLeg(p.Leg)
	}
	if p.Step == call.Untaped {
		s.tapeFailed(p.Recording, p.Cause.Detail)
		return
	}
	if owner.call != "" {
		if c := s.calls[owner.call]; c != nil && c.leg == p.Leg {
			s.customerProgress(c, p)
		} else if c := s.talks[owner.call]; c != nil && c.leg == p.Leg {
			s.talkProgress(c, p)
		}
		return
	}
	if a := s.agents[owner.agent]; a != nil && a.line.leg == p.Leg {
		s.lineProgress(a, p)
	}
}

// alarm acts on a deadline. Each handler looks again whether it still applies.
func (s *state) alarm(due alarm) {
	switch due.kind {
	case alarmDiary:
		s.writeDiary()
	case alarmAbandon:
		if c := s.calls[due.call]; c != nil {
			s.abandon(c)
		}
	case alarmPreview:
		if c := s.calls[due.call]; c != nil {
			s.countdown(c)
		}
	case alarmIdle:
		if a := s.agents[due.agent]; a != nil && a.call == "" && a.keeps == "" && !a.busy() {
			s.dropLine(a, "idle for "+s.rules.LineIdle.String())
		}
	case alarmRecord:
		if c := s.calls[due.call]; c != nil {
			s.do(record{attempt: c.attempt, why: recordClose})
		}
	case alarmAlert:
		if c := s.talks[due.call]; c != nil {
			s.alertOver(c, call.Cause{Reason: call.NoAnswer, Far: true, Detail: "nobody picked up"})
		}
	case alarmPark:
		if c := s.talks[due.call]; c != nil {
			s.parkedLong(c)
		}
	case alarmSecure:
		if c := s.interaction(due.call); c != nil {
			s.secureOver(c)
		}
	case alarmVerify:
		if a := s.agents[due.agent]; a != nil && a.line.state == agent.LineVerifying {
			s.notVerified(a)
		}
	case alarmRetry:
		if a := s.agents[due.agent]; a != nil {
			s.tryNow(a)
		}
	case alarmRedial:
		if c := s.calls[due.call]; c != nil {
			s.patienceOver(c)
		}
	case alarmBeep:
		if c := s.interaction(due.call); c != nil {
			s.beep(c)
		}
	case alarmGreeting:
		if c := s.calls[due.call]; c != nil {
			s.unjudged(c)
		}
	case alarmMessage:
		if c := s.calls[due.call]; c != nil {
			s.messageDue(c)
		}
	case alarmPace:
		if lc := s.campaigns[due.campaign]; lc != nil {
			lc.basis = noBasis
		}
	case alarmSchedule:
		if lc := s.campaigns[due.campaign]; lc != nil {
			s.heedSchedule(lc)
		}
	case alarmMemory:
		s.rememberAll()
	case alarmClaim, alarmRecall: // pace follows
	}
}

// writeDiary sends the entries off to be written.
func (s *state) writeDiary() {
	if len(s.diary) > 0 {
		s.do(journal{s.diary})
		s.diary = nil
	}
	s.alarms.clear(alarm{kind: alarmDiary})
}

// drain ends everything: agents leave, calls are hung up. The loop ends when
// nothing is left.
func (s *state) drain() {
	s.stopping = true
	for _, a := range s.agentsByID() {
		if a.state != agent.Out {
			s.tell(DialerLink{Agent: a.id, Reason: "the dialer is stopping"})
		}
		s.remove(a)
	}
	for _, c := range s.talksByID() {
		s.endTalk(c, call.Cause{Reason: call.Shutdown})
	}
	for _, c := range s.callsByID() {
		if c.leg != 0 && c.state != call.Over {
			s.end(c, call.Cause{Reason: call.Shutdown})
		}
	}
}
