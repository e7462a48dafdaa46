package main

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/loopback"
)

// shift is one working day of an agent: from connecting to disconnecting, over
// the public API, with a phone on this machine.
type shift struct {
	stage      *stage
	people     []person
	persistent bool

	phone    *loopback.Phone
	desk     *desk
	campaign campaignID
	started  time.Time
}

// talkTime is how long agent and customer talk.
const talkTime = 600 * time.Millisecond

// play works through the people of the shift.
func (s *shift) play(ctx context.Context) error {
	s.started = time.Now()
	if err := s.begin(ctx); err != nil {
		return err
	}
	defer s.desk.close()
	calls := 0
	for _, p := range s.people {
		if p.answers() {
			calls++
		}
	}
	for ; calls > 0; calls-- {
		if err := s.available(ctx); err != nil {
			return err
		}
		if err := s.call(ctx); err != nil {
			return err
		}
	}
	return s.finish(ctx)
}

func (s *shift) say(format string, args ...any) { s.stage.told.say("agent", format, args...) }

// step says what the agent does and does it; what begins with a verb.
func (s *shift) step(what string, act func() error) error {
	verb, rest, _ := strings.Cut(what, " ")
	if strings.HasSuffix(verb, "ch") {
		verb += "e"
	}
	s.say("%s", strings.TrimSpace(verb+"s "+rest))
	if err := act(); err != nil {
		return fmt.Errorf("the agent could not %s: %w", what, err)
	}
	return nil
}

// post, put and remove are steps that ask for a resource.
func (s *shift) post(ctx context.Context, what, resource string, body any) error {
	return s.step(what, func() error { return s.desk.post(ctx, resource, body) })
}

func (s *shift) put(ctx context.Context, what, resource string, body any) error {
	return s.step(what, func() error { return s.desk.put(ctx, resource, body) })
}

func (s *shift) remove(ctx context.Context, what, resource string) error {
	return s.step(what, func() error { return s.desk.remove(ctx, resource) })
}

// begin brings the agent to the point where calls may come.
func (s *shift) begin(ctx context.Context) (err error) {
	user := s.stage.agent
	if err := s.step("connect as "+user.id, func() (err error) {
		s.desk, err = signIn(ctx, s.stage.server.URL(), user.id, user.password)
		return err
	}); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			s.desk.close()
		}
	}()
	if err := s.put(ctx, "take a seat at "+s.phone.Address(), "connection/station", map[string]any{
		"__type":       "urn:inin.com:connection:remoteNumberSettings",
		"remoteNumber": s.phone.Address(), "persistentConnection": s.persistent,
		"supportedMediaTypes": []int{1}, "readyForInteractions": true,
	}); err != nil {
		return err
	}
	if err := s.put(ctx, "watch the queue of calls", "messaging/subscriptions/queues/mine", map[string]any{
		"queueIds":       []map[string]any{{"queueType": 1, "queueName": user.id}},
		"attributeNames": []string{"Eic_CallId", "Eic_State"},
	}); err != nil {
		return err
	}
	if err := s.logIn(ctx); err != nil {
		return err
	}
	if s.persistent {
		if err := s.establish(ctx); err != nil {
			return err
		}
	}
	return s.post(ctx, "say ready for calls", "dialer/ready-for-calls", map[string]any{"campaignIds": []string{s.campaign.ID}})
}

// logIn enters the dialer and learns the campaign's id.
func (s *shift) logIn(ctx context.Context) error {
	if err := s.post(ctx, "log in to the dialer", "dialer/log-in", map[string]any{}); err != nil {
		return err
	}
	m, err := s.desk.expect(ctx, "list of campaigns", func(m icwsMessage) bool {
		return m.Type == campaignsMessage && slices.ContainsFunc(m.CampaignsAdded, s.isCampaign)
	})
	if err != nil {
		return err
	}
	s.campaign = m.CampaignsAdded[slices.IndexFunc(m.CampaignsAdded, s.isCampaign)]
	if _, err := s.desk.expect(ctx, "break status", breakIs(0)); err != nil {
		return err
	}
	s.say("works for campaign %s", s.campaign.Name)
	return nil
}

func (s *shift) isCampaign(c campaignID) bool { return c.Name == shiftCampaign }

// establish brings up the line that stays. The API is silent about it; the agent
// hears the phone ring.
func (s *shift) establish(ctx context.Context) error {
	if err := s.post(ctx, "ask for the persistent connection", "dialer/establish-persistent-connection", nil); err != nil {
		return err
	}
	_, err := s.hear(ctx, s.phone, "call of the agent's phone", func(h loopback.Hearing) bool { return h.Packets > 0 && !h.Acked.IsZero() })
	return err
}

// available makes the agent take the next call.
func (s *shift) available(ctx context.Context) error {
	return s.put(ctx, "set status Available", "status/user-statuses/"+url.PathEscape(s.stage.agent.id), map[string]string{"statusId": "Available"})
}

// call is one customer, from the pop to the disposition.
func (s *shift) call(ctx context.Context) error {
	m, err := s.desk.expect(ctx, "contact", func(m icwsMessage) bool { return m.Type == popMessage && m.Call != nil })
	if err != nil {
		return err
	}
	pop := *m.Call
	at := slices.IndexFunc(s.people, func(p person) bool { return p.name == pop.attribute("name") })
	if at < 0 {
		return fmt.Errorf("call %s came with the data of nobody on the list: %v", pop.ID, pop.Attributes)
	}
	p := s.people[at]
	s.say("sees %s, %s (call %s)", p.name, p.number, pop.ID)
	if err := s.bridged(ctx, p); err != nil {
		return err
	}
	if err := s.takeTurn(ctx, p, pop.ID); err != nil {
		return err
	}
	if err := s.dispose(ctx, p); err != nil {
		return err
	}
	if p.turn == rests {
		return s.rest(ctx)
	}
	return nil
}

// dispose says what became of the call; a callback is promised for tomorrow.
func (s *shift) dispose(ctx context.Context, p person) error {
	body := map[string]any{"label": p.label}
	if p.label == callBack {
		body["scheduledTime"] = time.Now().Add(24 * time.Hour).Unix()
	}
	return s.post(ctx, fmt.Sprintf("disposition %s as %q", p.name, p.label), "dialer/disposition", body)
}

// bridged waits until both ends hear each other.
func (s *shift) bridged(ctx context.Context, p person) error {
	customer, err := s.hear(ctx, s.stage.carrier, p.name+" hearing the agent", func(h loopback.Hearing) bool {
		_, heard := h.Tone(agentTone, h.Answered)
		return h.Number == p.number && heard
	})
	if err != nil {
		return err
	}
	voice := p.customer.Voice.Hz
	if p.turn == machine {
		voice = 0
	}
	phone, err := s.hear(ctx, s.phone, "the agent hearing "+p.name, func(h loopback.Hearing) bool {
		_, heard := h.Tone(voice, customer.Answered)
		return heard
	})
	if err != nil {
		return err
	}
	heard, _ := customer.Tone(agentTone, customer.Answered)
	hears, _ := phone.Tone(voice, customer.Answered)
	s.stage.told.sayAt(heard, p.name, "hears the agent %s after answering", since(customer.Answered, heard))
	s.stage.told.sayAt(hears, "agent", "hears %s %s after the answer", p.name, since(customer.Answered, hears))
	return nil
}

// since is a short time in words.
func since(from, to time.Time) string {
	return fmt.Sprintf("%.1f ms", float64(to.Sub(from))/float64(time.Millisecond))
}

// takeTurn plays the call, until the customer's side of it is over.
func (s *shift) takeTurn(ctx context.Context, p person, id string) error {
	switch p.turn {
	case leaves:
		_, err := s.desk.expect(ctx, "word that "+p.name+" hung up", func(m icwsMessage) bool { return endedFrom(m, id, "E") })
		if err == nil {
			s.say("sees that %s hung up", p.name)
		}
		return err
	case machine:
		beep := p.customer.Voice.Hz
		_, err := s.hear(ctx, s.phone, "the beep of "+p.name+"'s machine", func(h loopback.Hearing) bool {
			_, heard := h.Tone(beep, s.started)
			return heard
		})
		if err != nil {
			return err
		}
		s.say("heard a greeting and a beep")
	case held:
		if err := s.hold(ctx, p, id); err != nil {
			return err
		}
	case rests:
		if err := s.post(ctx, "request a break", "dialer/request-break", nil); err != nil {
			return err
		}
		if _, err := s.desk.expect(ctx, "pending break", breakIs(1)); err != nil {
			return err
		}
	}
	if err := wait(ctx, talkTime); err != nil {
		return err
	}
	if err := s.post(ctx, "hang up on "+p.name, "interactions/"+id+"/disconnect", nil); err != nil {
		return err
	}
	_, err := s.desk.expect(ctx, "end of the call to "+p.name, func(m icwsMessage) bool { return endedFrom(m, id, "I") })
	return err
}

// hold lets a customer listen to music for a while.
func (s *shift) hold(ctx context.Context, p person, id string) error {
	if err := wait(ctx, talkTime); err != nil {
		return err
	}
	at := time.Now()
	if err := s.post(ctx, "put "+p.name+" on hold", "interactions/"+id+"/hold", map[string]bool{"on": true}); err != nil {
		return err
	}
	if _, err := s.hear(ctx, s.stage.carrier, p.name+" hearing music", func(h loopback.Hearing) bool {
		return h.Number == p.number && slices.ContainsFunc(h.Sounds, func(sound loopback.Sound) bool {
			return sound.First.After(at) && sound.Hz != agentTone
		})
	}); err != nil {
		return err
	}
	s.stage.told.say(p.name, "hears music")
	if err := wait(ctx, talkTime); err != nil {
		return err
	}
	at = time.Now()
	if err := s.post(ctx, "take "+p.name+" back", "interactions/"+id+"/pickup", nil); err != nil {
		return err
	}
	_, err := s.hear(ctx, s.stage.carrier, p.name+" hearing the agent again", func(h loopback.Hearing) bool {
		_, heard := h.Tone(agentTone, at)
		return h.Number == p.number && heard
	})
	return err
}

// rest is the break that was asked for during the call.
func (s *shift) rest(ctx context.Context) error {
	if _, err := s.desk.expect(ctx, "break", breakIs(2)); err != nil {
		return err
	}
	s.say("is on break; the line stays up")
	if err := wait(ctx, talkTime); err != nil {
		return err
	}
	if err := s.post(ctx, "end the break", "dialer/end-break", nil); err != nil {
		return err
	}
	_, err := s.desk.expect(ctx, "end of the break", breakIs(0))
	return err
}

// finish leaves the dialer, the phone and the server.
func (s *shift) finish(ctx context.Context) error {
	if err := s.post(ctx, "log off from the dialer", "dialer/log-off", map[string]any{}); err != nil {
		return err
	}
	if _, err := s.desk.expect(ctx, "grant of the log-off", func(m icwsMessage) bool {
		return m.Type == logoutMessage && slices.ContainsFunc(m.Campaigns, func(c campaignID) bool { return c.ID == "" })
	}); err != nil {
		return err
	}
	if err := s.remove(ctx, "leave the seat", "connection/station"); err != nil {
		return err
	}
	if _, err := s.hear(ctx, s.phone, "end of the line to the agent's phone", func(h loopback.Hearing) bool { return !h.Ended.IsZero() }); err != nil {
		return err
	}
	return s.remove(ctx, "disconnect", "connection")
}

// hear waits until a far end has a call of which this is true.
func (s *shift) hear(ctx context.Context, f far, what string, is func(loopback.Hearing) bool) (loopback.Hearing, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, fmt.Errorf("nothing of it within %s", patience))
	defer cancel()
	all, err := f.Await(ctx, func(all []loopback.Hearing) bool { return slices.ContainsFunc(all, is) })
	if err != nil {
		return loopback.Hearing{}, fmt.Errorf("waited for %s: %w", what, err)
	}
	return all[slices.IndexFunc(all, is)], nil
}

func breakIs(status int) func(icwsMessage) bool {
	return func(m icwsMessage) bool { return m.Type == breakMessage && m.BreakStatus == status }
}

// endedFrom tells whether a message of the queue says that a call ended, from
// inside (I) or outside (E).
func endedFrom(m icwsMessage, id, side string) bool {
	return m.Type == queueMessage && slices.ContainsFunc(m.Changed, func(c queuedCall) bool {
		return c.ID == id && c.Attributes["Eic_State"] == side
	})
}

// wait lets some time pass.
func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
