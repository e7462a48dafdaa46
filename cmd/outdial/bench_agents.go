package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"sync"

	"github.com/outdial/outdial/internal/bench"
)

// benchOffice is the agents of bench calls at their desktops: who takes calls and closes
// each when the customer has hung up.
type benchOffice struct {
	desks []*benchAgent
	stop  context.CancelFunc
	work  sync.WaitGroup

	mu    sync.Mutex // guards wrong
	wrong error      // the first that went wrong
}

// benchAgent is one of them.
type benchAgent struct {
	*desk
	campaign string // its id
}

// staff signs the agents in and waits for their lines to stand.
func (b *callBench) staff(ctx context.Context, s *benchServer, network *bench.Child, phones netip.AddrPort) (*benchOffice, error) {
	ctx, stop := context.WithCancel(ctx)
	o := &benchOffice{stop: stop}
	for i := range b.agents {
		a, err := arrive(ctx, s.base, nameOf(i), phones)
		if err != nil {
			o.close()
			return nil, err
		}
		o.desks = append(o.desks, a)
	}
	r := &callRun{network: network}
	if err := r.await(ctx, settleTime, "the agents' lines do not stand", func(c bench.Calls) bool { return c.Lines == b.agents }); err != nil {
		o.close()
		return nil, err
	}
	for _, a := range o.desks {
		o.work.Go(func() {
			if err := a.serve(ctx); ctx.Err() == nil {
				o.fail(fmt.Errorf("%s: %w", a.user, err))
			}
		})
	}
	return o, nil
}

// arrive signs an agent in, at a phone, and asks for a line.
func arrive(ctx context.Context, base, name string, phones netip.AddrPort) (*benchAgent, error) {
	d, err := signIn(ctx, base, name, benchPassword)
	if err != nil {
		return nil, err
	}
	a := &benchAgent{desk: d}
	if err := a.begin(ctx, phoneOf(name, phones)); err != nil {
		a.close()
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return a, nil
}

// begin brings an agent to the point where calls may come.
func (a *benchAgent) begin(ctx context.Context, phone string) error {
	if err := a.put(ctx, "connection/station", map[string]any{
		"__type": "urn:inin.com:connection:remoteNumberSettings", "remoteNumber": phone, "persistentConnection": true,
		"supportedMediaTypes": []int{1}, "readyForInteractions": true,
	}); err != nil {
		return err
	}
	if err := a.put(ctx, "messaging/subscriptions/queues/mine", map[string]any{
		"queueIds":       []map[string]any{{"queueType": 1, "queueName": a.user}},
		"attributeNames": []string{"Eic_CallId", "Eic_State"},
	}); err != nil {
		return err
	}
	if err := a.post(ctx, "dialer/log-in", map[string]any{}); err != nil {
		return err
	}
	isOurs := func(c campaignID) bool { return c.Name == benchCampaign }
	m, err := a.expect(ctx, "list of campaigns", func(m icwsMessage) bool {
		return m.Type == campaignsMessage && slices.ContainsFunc(m.CampaignsAdded, isOurs)
	})
	if err != nil {
		return err
	}
	a.campaign = m.CampaignsAdded[slices.IndexFunc(m.CampaignsAdded, isOurs)].ID
	return a.post(ctx, "dialer/establish-persistent-connection", nil)
}

// serve takes calls until ctx is over, or something goes wrong.
func (a *benchAgent) serve(ctx context.Context) error {
	if err := a.post(ctx, "dialer/ready-for-calls", map[string]any{"campaignIds": []string{a.campaign}}); err != nil {
		return err
	}
	for {
		if err := a.put(ctx, "status/user-statuses/"+url.PathEscape(a.user), map[string]string{"statusId": "Available"}); err != nil {
			return err
		}
		m, err := a.next(ctx, func(m icwsMessage) bool { return m.Type == popMessage && m.Call != nil })
		if err != nil {
			return err
		}
		id := m.Call.ID
		if _, err := a.next(ctx, func(m icwsMessage) bool { return endedFrom(m, id, "E") }); err != nil {
			return err
		}
		if err := a.post(ctx, "dialer/disposition", map[string]any{"label": "Done"}); err != nil {
			return err
		}
	}
}

// next waits for a message for as long as it takes; others before it are not needed.
func (a *benchAgent) next(ctx context.Context, is func(icwsMessage) bool) (icwsMessage, error) {
	for {
		select {
		case m := <-a.messages:
			if m.Type == connectionMessage && m.NewState == 2 {
				return m, errors.New("the session was ended: " + m.Reason)
			}
			if is(m) {
				return m, nil
			}
		case err := <-a.broken:
			a.broken <- err
			return icwsMessage{}, err
		case <-ctx.Done():
			return icwsMessage{}, context.Cause(ctx)
		}
	}
}

// fail remembers the first that went wrong.
func (o *benchOffice) fail(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.wrong == nil {
		o.wrong = err
	}
}

// trouble is the first that went wrong.
func (o *benchOffice) trouble() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.wrong
}

// close has everybody go home.
func (o *benchOffice) close() {
	o.stop()
	o.work.Wait()
	for _, a := range o.desks {
		a.close()
	}
}
