package telephony

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/media"
)

// Switch takes the orders of the floor and keeps the legs.
type Switch struct {
	cfg    Config
	plane  *media.Plane
	log    *slog.Logger
	report func(call.Progress)
	wire   *wire
	trunks []*trunk
	trust  *trust           // of who is called without a trunk
	phones map[string]audio // by their address
	notes  *notes           // of the dialogs that are up; nil without a diary

	// hard ends when legs must not wait for anyone any longer; each leg's own
	// context, ended first, only tells it to hang up.
	hard context.Context
	stop context.CancelFunc

	keepers sync.WaitGroup     // what looks after the trunks (keep.go)
	leave   context.CancelFunc // tells them to end

	closed chan struct{} // closed when Close has done all

	// sounds are all that can be played; replaced as a whole.
	sounds atomic.Pointer[map[call.Sound]*media.Sound]

	starting atomic.Int64 // calls that were ordered and have not got to a trunk yet

	mu      sync.Mutex // guards what follows
	legs    map[call.LegID]*leg
	calls   map[string]*leg           // by Call-ID
	bridges map[call.LegID]call.LegID // both ways, as ordered
	talks   map[call.LegID]*conversation
	running int // goroutines of legs
	closing bool
	idle    chan struct{} // closed once closing with no leg running

	conversations map[call.ConversationID]*conversation // with a leg in them
	recordings    map[string]*media.Recording           // that were not stopped, by ID
	silent        bool                                  // no recording begins any more
}

// Open binds the sockets and starts to serve. The plane stays the caller's, who
// closes it after the Switch. Only legs' goroutines call report; it may block,
// but must not do so for ever. Errors are those of the network and the diary,
// [ErrTrunk], [ErrPhone], [ErrCertificate], [ErrSession] and [ErrTones].
func Open(cfg Config, plane *media.Plane, log *slog.Logger, report func(call.Progress)) (*Switch, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	s := &Switch{
		cfg: cfg, plane: plane, log: log, report: report,
		phones:  make(map[string]audio),
		legs:    make(map[call.LegID]*leg),
		calls:   make(map[string]*leg),
		bridges: make(map[call.LegID]call.LegID),
		talks:   make(map[call.LegID]*conversation),
		closed:  make(chan struct{}),
		idle:    make(chan struct{}),

		conversations: make(map[call.ConversationID]*conversation),
		recordings:    make(map[string]*media.Recording),
	}
	s.sounds.Store(&cfg.Sounds)
	if s.trunks, err = newTrunks(cfg.Trunks); err != nil {
		return nil, err
	}
	for _, p := range cfg.Phones {
		codecs, err := codecsOf(p.Codecs)
		if err := errors.Join(err, p.SRTP.Check()); err != nil {
			return nil, fmt.Errorf("%w: %s: %w", ErrPhone, p.Address, err)
		}
		s.phones[p.Address] = audio{codecs, p.InbandDigits, p.SRTP, p.Idle}
	}
	if s.trust, err = newTrust(cfg.TLS); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCertificate, err)
	}
	s.notes = openNotes(cfg.Diary, log)
	former, err := s.notes.former(context.Background())
	if err != nil {
		return nil, err
	}
	s.hard, s.stop = context.WithCancel(context.Background())
	// Requests can arrive before openWire returns; they wait for the field.
	ready := make(chan struct{})
	s.wire, err = openWire(cfg, log, func(req *sip.Request, tx *sip.ServerTx) {
		<-ready
		s.receive(req, tx)
	}, s.overhear)
	close(ready)
	if err != nil {
		s.stop()
		return nil, err
	}
	var keeping context.Context
	keeping, s.leave = context.WithCancel(s.hard)
	s.keep(keeping)
	if s.notes != nil {
		go s.notes.run()
	}
	s.endFormer(former)
	return s, nil
}

// Address is where SIP is served.
func (s *Switch) Address() netip.AddrPort { return s.wire.listening }

// AddressTLS is where it is served over TLS; not valid if it is not.
func (s *Switch) AddressTLS() netip.AddrPort { return s.wire.listeningTLS }

// Close takes no more calls, hangs up every leg with reason Shutdown, waits for
// them until ctx ends and then cuts short what they still wait for; and it stops
// the recordings and waits, as long, for their files. When it returns, every leg
// has reported its end and no goroutine is left; a file that the disk holds up is
// the plane's to wait for. The error is ctx's, if it came to that. Close may be
// called again.
func (s *Switch) Close(ctx context.Context) error {
	s.mu.Lock()
	first := !s.closing
	s.closing = true
	if first && s.running == 0 {
		close(s.idle)
	}
	legs := slices.Collect(maps.Values(s.legs))
	s.mu.Unlock()
	if !first {
		select {
		case <-s.closed:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	for _, l := range legs {
		l.hang(hangUp{call.Cause{Reason: call.Shutdown}})
	}
	var err error
	select {
	case <-s.idle:
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err != nil {
		s.stop()
	}
	<-s.idle
	if late := s.keepNoMore(ctx); err == nil { // by now all BYEs are out
		err = late
	}
	if late := s.stopRecordings(ctx); err == nil {
		err = late
	}
	s.wire.close()
	s.notes.close()
	close(s.closed)
	return err
}

// Dial starts a leg, which will report Ended whatever happens to it. An order
// whose id a living leg has is a mistake of the caller's, logged and ignored.
func (s *Switch) Dial(o call.Order) {
	ctx, hang := context.WithCancelCause(context.Background())
	l := &leg{order: o, home: s, hang: hang, inbox: newInbox(), timer: time.NewTimer(time.Hour)}
	l.timer.Stop()
	l.facts.dialed = time.Now()

	s.mu.Lock()
	_, taken := s.legs[o.Leg]
	if !taken {
		s.legs[o.Leg] = l
		s.running++
	}
	closing := s.closing
	s.mu.Unlock()
	switch {
	case taken:
		hang(nil)
		s.log.Error("a leg with this id exists; the order is ignored", "leg", o.Leg.String())
		return
	case closing:
		hang(hangUp{call.Cause{Reason: call.Shutdown}})
	}
	l.started = func() {}
	if !direct(o.Target) {
		s.starting.Add(1)
		l.started = sync.OnceFunc(func() { s.starting.Add(-1) })
	}
	go l.run(ctx)
}

// gone is the last word of a leg's goroutine.
func (s *Switch) gone() {
	s.mu.Lock()
	s.running--
	last := s.closing && s.running == 0
	if last {
		select {
		case <-s.idle:
		default:
			close(s.idle)
		}
	}
	s.mu.Unlock()
}

// forget takes a leg off the books; orders to it are ignored from here on.
func (s *Switch) forget(l *leg) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.legs, l.order.Leg)
	s.part(l.order.Leg)
}

// attach and detach say whose requests with this Call-ID are.
func (s *Switch) attach(callID string, l *leg) {
	s.mu.Lock()
	s.calls[callID] = l
	s.mu.Unlock()
}

func (s *Switch) detach(callID string) {
	s.mu.Lock()
	delete(s.calls, callID)
	s.mu.Unlock()
}

func (s *Switch) leg(id call.LegID) *leg {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.legs[id]
}

// audio is the media of a leg that has answered, or nil.
func (s *Switch) audio(id call.LegID) (*leg, *media.Leg) {
	l := s.leg(id)
	if l == nil || l.answeredAt().IsZero() {
		return nil, nil
	}
	return l, l.media.Load()
}

// Bridge lets an agent and a customer hear each other, at once. Each leg reports
// Heard when the first packet of the other has been sent on it. Legs that have
// not answered are left alone: early media is for nobody's ears.
func (s *Switch) Bridge(agent, customer call.LegID) {
	a, am := s.audio(agent)
	c, cm := s.audio(customer)
	if am == nil || cm == nil || a == c {
		return
	}
	answered := c.answeredAt()
	media.Bridge(am, cm, func(to *media.Leg, at time.Time) {
		if to == am {
			a.inbox.put(heard{at, answered})
		} else {
			c.inbox.put(heard{at, answered})
		}
	})
	s.mu.Lock()
	s.part(agent)
	s.part(customer)
	s.bridges[agent], s.bridges[customer] = customer, agent
	s.mu.Unlock()
}

// Park ends a leg's bridge, if there is one (the partner gets silence), or takes
// it out of its conversation, and plays a sound to the leg, again and again; for
// silence it is sent what an idle leg is (Phone.Idle).
func (s *Switch) Park(id call.LegID, name call.Sound) {
	_, m := s.audio(id)
	if m == nil {
		return
	}
	media.Unbridge(m)
	var sound *media.Sound
	if name != call.Silence {
		if sound = s.sound(name); sound != nil && !sound.Loops() {
			sound = sound.Loop()
		}
	}
	m.Play(sound, nil)
	s.mu.Lock()
	s.part(id)
	s.mu.Unlock()
}

// Play lets a leg hear a sound, which reports Played at its end; then it hears
// what it heard before. Who is in a bridge or conversation with it does not hear
// the sound, and hears the leg throughout. A zip tone and a recording beep lie over
// what the others say; any other sound takes its place. A sound that there is none of
// has been cut off at once.
func (s *Switch) Play(id call.LegID, name call.Sound) {
	l, m := s.audio(id)
	if m == nil {
		return
	}
	sound := s.sound(name)
	switch {
	case sound == nil:
		l.inbox.put(played{time.Now(), name, true})
	case name.Cue() && s.busy(id):
		m.Cue(sound)
		l.inbox.put(cued{time.Now().Add(sound.Duration()), name})
	default:
		m.Play(sound, func(whole bool) { l.inbox.put(played{time.Now(), name, !whole}) })
	}
}

// busy tells whether a leg is in a bridge or conversation.
func (s *Switch) busy(id call.LegID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, bridged := s.bridges[id]
	_, talks := s.talks[id]
	return bridged || talks
}

// Mute keeps what a leg says from everyone, recordings included.
func (s *Switch) Mute(id call.LegID, on bool) {
	if l := s.leg(id); l != nil {
		if m := l.media.Load(); m != nil {
			m.Mute(on)
		}
	}
}

// Listen makes something of what the far end says: Spoke, or Tested after a phrase
// was played to it.
func (s *Switch) Listen(id call.LegID, what call.Listening) {
	l, m := s.audio(id)
	if m == nil {
		return
	}
	switch what {
	case call.ForWords:
		m.Utterances(func(began, ended time.Time) { l.inbox.put(spoke{began, ended}) })
	case call.ForEcho:
		m.Probe(func(p *media.Probe) { l.inbox.put(probed{p, time.Now()}) })
	default:
		m.Deafen()
	}
}

// HangUp ends a leg with a cause, whatever state it is in.
func (s *Switch) HangUp(id call.LegID, cause call.Cause) {
	if l := s.leg(id); l != nil {
		l.hang(hangUp{cause})
	}
}

// LegSnapshot is a leg at one moment.
type LegSnapshot struct {
	Leg     call.LegID
	Party   call.Party
	Target  string
	Trunk   string // empty for a direct URI, or before one was chosen
	State   string // "dialing", "ringing", "answered", "ending"
	FarHold bool
	// Partner is the leg it is bridged to, or 0; Conversation is the one it is in,
	// or 0.
	Partner                   call.LegID
	Conversation              call.ConversationID
	Dialed, Ringing, Answered time.Time // zero if it has not come to that
	Media                     media.Stats
}

// Legs are the legs that have not ended, by id.
func (s *Switch) Legs() []LegSnapshot {
	s.mu.Lock()
	legs := slices.Collect(maps.Values(s.legs))
	bridges := maps.Clone(s.bridges)
	talks := make(map[call.LegID]call.ConversationID, len(s.talks))
	for id, c := range s.talks {
		talks[id] = c.id
	}
	s.mu.Unlock()
	list := make([]LegSnapshot, 0, len(legs))
	for _, l := range legs {
		snapshot := l.snapshot()
		snapshot.Partner, snapshot.Conversation = bridges[l.order.Leg], talks[l.order.Leg]
		list = append(list, snapshot)
	}
	slices.SortFunc(list, func(a, b LegSnapshot) int { return int(a.Leg - b.Leg) })
	return list
}

// Quality is how well a leg's media has gone so far, and when its far end was last
// heard of; ok is false if there is no such leg, or it has no media yet.
func (s *Switch) Quality(id call.LegID) (q call.Quality, last time.Time, ok bool) {
	_, m := s.audio(id)
	if m == nil {
		return q, last, false
	}
	stats := m.Stats()
	last = stats.LastPacket
	if stats.LastControl.After(last) {
		last = stats.LastControl
	}
	return carried(stats), last, true
}

// Trunks are the trunks, in the order of the configuration.
func (s *Switch) Trunks() []TrunkSnapshot {
	list := make([]TrunkSnapshot, len(s.trunks))
	for i, t := range s.trunks {
		list[i] = t.snapshot(time.Now())
	}
	return list
}
