package dialer

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/compliance"
	"github.com/outdial/outdial/internal/fault"
	"github.com/outdial/outdial/internal/pacing"
)

// Config is what a floor is made of.
type Config struct {
	Switch    Switch
	Mixer     Mixer
	Trunks    Trunks // nil: they take whatever is dialed
	Ledger    Ledger
	Contacts  Contacts
	Archive   Archive
	Memories  Memories                      // nil: what pacers learn is not kept
	Learned   map[campaign.ID]pacing.Memory // what they knew at the last stop
	Campaigns []campaign.Campaign
	Books     map[campaign.ID]campaign.Book // what the ledger holds of the last days
	Rules     Rules
	Law       compliance.Law // all rule sets that campaigns may name
	// DoNotCall are the lists of numbers that others keep, Refused are who asked us not to
	// call again.
	DoNotCall compliance.DoNotCall
	Refused   []compliance.Callee
	// ReadNational gives digits in E.164 that are a number of a region's plan; nil reads none.
	ReadNational func(digits, region string) (number string, ok bool)
	// PlaceAt is where a contact may be who is called at a number that is not the one of
	// the list; nil: where the list has him. The loop asks it, so it is quick.
	PlaceAt func(campaign.Campaign, campaign.Contact, string) compliance.Place
	Log     *slog.Logger
	// Inbox is how many inputs may wait; 0 means 1,024.
	Inbox int
}

// Rules are the floor's own settings.
type Rules struct {
	// AgentRing is how long an agent's phone rings.
	AgentRing time.Duration
	// AgentCallerID is shown to agents' phones.
	AgentCallerID string
	// LineIdle drops a persistent connection without a call for so long; 0 never does.
	LineIdle time.Duration
	// LogOffDropsLine ends the persistent connection at dialer log-off.
	LogOffDropsLine bool
	// Verify is how a human must show that he answered an agent's phone, where the
	// station does not say; empty is [agent.VerifyOff].
	Verify agent.Verification
	// VerifyTime is how long that may take; 0 means 15 seconds.
	VerifyTime time.Duration
	// Reestablish is the first pause before a standing line that was lost, or failed, is
	// set up again by itself, and ReestablishAttempts how often that is tried in a row;
	// if either is 0 it never is. ReestablishAfterHangUp does so for agents who hang up
	// too.
	Reestablish            time.Duration
	ReestablishAttempts    int
	ReestablishAfterHangUp bool
	// RedialLostAgent calls an agent again, once in a call, whose line is lost while he
	// has a customer; the customer waits meanwhile.
	RedialLostAgent bool
	// RedialTime is how long a customer waits for his agent's phone, when that was lost
	// or would not be heard; 0 means 20 seconds.
	RedialTime time.Duration
	// ZipTone lets the agent hear a short tone as a customer arrives.
	ZipTone bool
	// ParkTime is how long a party is parked before the one who parked it is alerted;
	// 0 means ten minutes.
	ParkTime time.Duration
	// NoRecordings: there is nowhere to keep them, so nobody may record.
	NoRecordings bool
	// Prompts are the names of the prompts that agents may play, in lower case.
	Prompts []string
	// Profiles are where attendant profiles are, by their names in lower case.
	Profiles map[string]call.Destination
}

// withDefaults fills in what is not set.
func (r Rules) withDefaults() Rules {
	r.AgentRing = cmp.Or(r.AgentRing, 30*time.Second)
	r.ParkTime = cmp.Or(r.ParkTime, 10*time.Minute)
	r.VerifyTime = cmp.Or(r.VerifyTime, 15*time.Second)
	r.RedialTime = cmp.Or(r.RedialTime, 20*time.Second)
	return r
}

// prompt tells whether there is a prompt of this name, in lower case.
func (r Rules) prompt(name string) bool { return slices.Contains(r.Prompts, name) }

// Floor is the handle to the loop. Its methods may be called from any goroutine.
type Floor struct {
	cfg   Config
	inbox chan input
	over  chan struct{} // closed when Run returns
	load  load
}

// New makes a floor; [Floor.Run] gives it life.
func New(cfg Config) *Floor {
	if cfg.Inbox == 0 {
		cfg.Inbox = 1024
	}
	cfg.Rules = cfg.Rules.withDefaults()
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return &Floor{cfg: cfg, inbox: make(chan input, cfg.Inbox), over: make(chan struct{})}
}

var (
	errStopped = fault.New(fault.Internal, "the dialer is stopping; try another server or come back later")
	errBusy    = fault.New(fault.Busy, "the dialer is overloaded; try again in a moment")
)

// Do asks the floor for something and waits for its reply. Errors carry a kind
// of package fault: what the command says, Busy when the inbox is full, Internal
// when the floor is stopping. If ctx ends first, what was asked may still be done.
func (f *Floor) Do(ctx context.Context, c Command) error {
	_, err := f.Ask(ctx, c)
	return err
}

// Ask is like Do, for commands that make something: it gives the id of that.
func (f *Floor) Ask(ctx context.Context, c Command) (id string, err error) {
	back := make(chan reply, 1)
	r, err := answered(ctx, f, asked{c, back}, back)
	return r.id, cmp.Or(err, r.err)
}

// Look takes a snapshot. It is a copy of all there is, made by the loop.
func (f *Floor) Look(ctx context.Context) (Snapshot, error) {
	reply := make(chan Snapshot, 1)
	return answered(ctx, f, looked{reply}, reply)
}

// Last is the number of the last event, after whatever was asked of the floor before.
func (f *Floor) Last(ctx context.Context) (seq uint64, err error) {
	reply := make(chan uint64, 1)
	return answered(ctx, f, numbered{reply}, reply)
}

// answered puts a question to the loop and waits for what it answers.
func answered[T any](ctx context.Context, f *Floor, question input, reply <-chan T) (answer T, err error) {
	if err := f.offer(question); err != nil {
		return answer, err
	}
	select {
	case answer = <-reply:
		return answer, nil
	case <-f.over:
		return answer, errStopped
	case <-ctx.Done():
		return answer, fault.Wrap(context.Cause(ctx), fault.Internal, "no answer from the dialer in time")
	}
}

// offer puts an input into the inbox, or says why not, without waiting.
func (f *Floor) offer(in input) error {
	select {
	case <-f.over:
		return errStopped
	default:
	}
	select {
	case f.inbox <- in:
		return nil
	default:
		return errBusy
	}
}

// put waits for room in the inbox; once the floor is over nothing is kept.
func (f *Floor) put(in input) {
	select {
	case f.inbox <- in:
	case <-f.over:
	}
}

// Report tells the floor of a leg's progress. It waits while the inbox is full.
func (f *Floor) Report(p call.Progress) { f.put(happened{p}) }

// Listener hears events from the moment it joined, in order, without a gap.
type Listener struct {
	// C gives the events. It is closed when the listener was too slow, when it was
	// closed, or when the floor is over: then take a [Snapshot] and listen anew.
	C     <-chan Event
	c     chan Event
	floor *Floor
}

// Listen starts to hear events; size is how many may wait.
func (f *Floor) Listen(size int) *Listener {
	c := make(chan Event, size)
	l := &Listener{C: c, c: c, floor: f}
	took := make(chan struct{}, 1)
	f.put(joined{l, took})
	select {
	case <-took:
	case <-f.over:
		select {
		case <-took: // the loop has it, and has closed it
		default:
			close(c)
		}
	}
	return l
}

// Close stops hearing; C is closed soon after. Idempotent.
func (l *Listener) Close() { l.floor.put(left{l}) }

// Drain lets the floor end all there is: agents are logged off, calls hung up,
// attempts closed. It returns when Run has, which is when nothing is left, or
// when ctx ends.
func (f *Floor) Drain(ctx context.Context) error {
	select {
	case f.inbox <- drained{}:
	case <-f.over:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	select {
	case <-f.over:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Run is the loop. It returns when drained, or when ctx ends; then what was live
// is lost to this process, and closed as lost by the next one.
func (f *Floor) Run(ctx context.Context) error {
	r := &runner{Floor: f, state: newState(f.cfg), work: make(chan []job), tickAt: time.NewTimer(time.Hour)}
	defer r.tickAt.Stop()
	if r.state.opening {
		r.tickAt.Reset(0)
	}
	working, stop := context.WithCancelCause(ctx)
	idle := make(chan struct{})
	go func() {
		defer close(idle)
		r.performer(working)
	}()
	defer func() {
		stop(errors.New("the floor is over"))
		close(f.over)
		<-idle
	}()
	r.take(ticked{}) // a campaign that needs no agents waits for nobody
	for {
		if r.state.finished() && len(r.jobs) == 0 && r.busy == 0 {
			r.closeListeners()
			return nil
		}
		var work chan []job
		next := r.jobs[:min(len(r.jobs), mostTogether)]
		if len(next) > 0 {
			work = r.work
		}
		select {
		case <-ctx.Done():
			r.closeListeners()
			return context.Cause(ctx)
		case in := <-f.inbox:
			r.take(in)
		case <-r.tickAt.C:
			r.take(ticked{})
		case work <- next:
			r.jobs = r.jobs[len(next):]
			r.busy += len(next)
		}
	}
}

// runner is the loop's own: nobody else touches it.
type runner struct {
	*Floor
	state     *state
	jobs      []job // not yet taken by the performer
	busy      int   // jobs whose result has not come back
	work      chan []job
	listeners []*Listener
	tickAt    *time.Timer
}

// take applies one input and carries out what comes of it.
func (r *runner) take(in input) {
	began := time.Now()
	defer func() { r.load.took(time.Since(began)) }()
	switch in := in.(type) {
	case looked:
		in.reply <- r.state.snapshot(time.Now())
		return
	case numbered:
		in.reply <- r.state.seq
		return
	case pondered:
		in.reply <- r.state.viewPacing(in.campaign, time.Now())
		return
	case joined:
		r.listeners = append(r.listeners, in.listener)
		in.took <- struct{}{}
		return
	case left:
		r.forget(in.listener)
		return
	case claimed, recorded, saved, written, owed, found, leased, recycled:
		r.busy--
	}
	for _, e := range r.state.apply(time.Now(), in) {
		r.perform(e)
	}
	for _, e := range r.state.tidy() {
		r.perform(e)
	}
	r.load.waiting.Store(int64(len(r.jobs)))
	if at, ok := r.state.alarms.next(); ok {
		r.tickAt.Reset(max(0, time.Until(at)))
	} else {
		r.tickAt.Reset(time.Hour)
	}
}

func (r *runner) perform(e effect) {
	switch e := e.(type) {
	case say:
		r.publish(e.event)
	case answer:
		e.to <- reply{e.id, e.err}
	case job:
		r.jobs = append(r.jobs, e)
	default:
		r.cfg.order(e)
	}
}

// order gives an order to the switch or the mixer.
func (c Config) order(e effect) {
	switch e := e.(type) {
	case dial:
		c.Switch.Dial(e.order)
	case bridge:
		c.Switch.Bridge(e.agent, e.customer)
	case park:
		c.Switch.Park(e.leg, e.sound)
	case play:
		c.Switch.Play(e.leg, e.sound)
	case mute:
		c.Switch.Mute(e.leg, e.on)
	case listen:
		c.Switch.Listen(e.leg, e.what)
	case hangUp:
		c.Switch.HangUp(e.leg, e.cause)
	case converse:
		c.Mixer.Converse(e.conversation)
	case tape:
		c.Mixer.Record(e.recording)
	case press:
		c.Mixer.SendDigits(e.leg, e.digits)
	case referred:
		c.Mixer.Referred(e.leg, e.outcome)
	}
}

// desks are where the floor's jobs are done.
func (c Config) desks() desks { return desks{c.Ledger, c.Contacts, c.Archive, c.Memories} }

// publish hands an event to all listeners; who has no room is cut off.
func (r *runner) publish(e Event) {
	kept := r.listeners[:0]
	for _, l := range r.listeners {
		select {
		case l.c <- e:
			kept = append(kept, l)
		default:
			r.cfg.Log.Warn("a listener was too slow and is cut off", "seq", e.Seq)
			close(l.c)
		}
	}
	clear(r.listeners[len(kept):])
	r.listeners = kept
}

func (r *runner) forget(l *Listener) {
	for i, have := range r.listeners {
		if have == l {
			close(l.c)
			r.listeners = append(r.listeners[:i], r.listeners[i+1:]...)
			return
		}
	}
}

func (r *runner) closeListeners() {
	for _, l := range r.listeners {
		close(l.c)
	}
	r.listeners = nil
}

// mostTogether is how many jobs are done together, so that the first of them does not
// wait too long for the last.
const mostTogether = 64

// performer carries out jobs, in order, until the loop is over. Those that gathered
// while it was busy are done together.
func (r *runner) performer(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case jobs := <-r.work:
			began := time.Now()
			results := r.cfg.carryOut(ctx, jobs)
			r.load.did(len(jobs), time.Since(began))
			for _, result := range results {
				r.put(result)
			}
		}
	}
}

// carryOut does jobs, together if there are several: one wait for the disk is most of
// what a small one takes. If that fails each is done by itself, so that what can not
// be written takes nothing else with it.
func (c Config) carryOut(ctx context.Context, jobs []job) []input {
	results := make([]input, len(jobs))
	all := func(ctx context.Context) {
		for i, j := range jobs {
			results[i] = j.perform(ctx, c.desks())
		}
	}
	if len(jobs) == 1 || c.Ledger.Together(ctx, all) != nil {
		all(ctx)
	}
	return results
}
