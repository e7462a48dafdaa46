package session

import (
	"context"
	"strings"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/fault"
)

// Wish is the station that a client asks for (contract section 2).
type Wish struct {
	Kind agent.StationKind
	// Name of the configured station, for Workstation and RemoteWorkstation.
	Name string
	// Number to call: required for RemoteNumber, in place of the configured one
	// for RemoteWorkstation.
	Number     string
	Persistent bool // for RemoteNumber
	Ready      bool
	Media      []int
}

// Sit connects a session to a station, in place of any former one. Errors:
// NotFound for an unknown station, Invalid for one of another kind, Forbidden for
// one that somebody else uses and for what the user has no right to.
func (b *Book) Sit(ctx context.Context, s *Session, w Wish) (Seat, error) {
	station, err := b.station(ctx, s, w)
	if err != nil {
		return Seat{}, err
	}
	seat := Seat{Station: station, Ready: w.Ready, Media: w.Media}
	return seat, b.seat(ctx, s, &seat)
}

// Stand disconnects a session from its station, if it has one.
func (b *Book) Stand(ctx context.Context, s *Session) error { return b.seat(ctx, s, nil) }

// Seat is the session's station; ok is false if it has none.
func (b *Book) Seat(s *Session) (seat Seat, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if s.seat == nil {
		return Seat{}, false
	}
	return *s.seat, true
}

// Effective is the station of the session's agent, whichever session connected
// it; ok is false if there is none, or the agent chose to do without.
func (b *Book) Effective(s *Session) (station agent.Station, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if st := b.effective(s.desk); st != nil {
		return *st, true
	}
	return agent.Station{}, false
}

func (b *Book) station(ctx context.Context, s *Session, w Wish) (agent.Station, error) {
	switch w.Kind {
	case agent.Stationless:
		return agent.Station{Kind: agent.Stationless}, nil
	case agent.RemoteNumber:
		switch {
		case s.User.FixedNumbers:
			return agent.Station{}, fault.New(fault.Forbidden, "user %s may not type a number; take a configured station", s.User.ID)
		case w.Persistent && s.User.NoPersistence:
			return agent.Station{}, fault.New(fault.Forbidden, "user %s may not have a persistent connection", s.User.ID)
		}
		return agent.Station{Kind: w.Kind, Name: "remote-" + s.User.ID, Target: w.Number, Persistent: w.Persistent}, nil
	}
	st, err := b.cfg.Stations.Station(ctx, w.Name)
	if err != nil {
		return agent.Station{}, err
	}
	if st.Kind != w.Kind {
		return agent.Station{}, fault.New(fault.Invalid, "station %s is of another kind; use the settings for that kind", w.Name).On("workstation")
	}
	if w.Number != "" {
		if s.User.FixedNumbers {
			return agent.Station{}, fault.New(fault.Forbidden, "user %s may not type a number; take the station's own", s.User.ID)
		}
		st.Target = w.Number
	}
	return st, nil
}

// seat changes the session's seat (nil is none), tells the floor, and puts things
// back if the floor does not take it.
func (b *Book) seat(ctx context.Context, s *Session, seat *Seat) error {
	b.mu.Lock()
	if s.over != nil {
		b.mu.Unlock()
		return ErrOver
	}
	if seat == nil && s.seat == nil {
		b.mu.Unlock()
		return nil
	}
	if seat != nil && b.taken(s, seat.Station) {
		b.mu.Unlock()
		return fault.New(fault.Forbidden, "station %s is in use by somebody else", seat.Station.Name)
	}
	before, order, effective := s.seat, s.order, b.effective(s.desk)
	b.seats++
	s.seat, s.order, s.desk.unsettled = seat, b.seats, true
	b.mu.Unlock()

	err := b.settle(ctx, s.desk)

	b.mu.Lock()
	defer b.mu.Unlock()
	if err != nil {
		if s.seat == seat {
			s.seat, s.order, s.desk.unsettled = before, order, true
		}
		return err
	}
	if s.stationWatched && s.seat == seat {
		b.put(s, Station{Before: before, After: seat})
	}
	b.tellEffective(s.desk, effective)
	b.list(s)
	return nil
}

// taken tells whether another user has the station. A remote number is the
// user's own. b.mu is held.
func (b *Book) taken(s *Session, st agent.Station) bool {
	if st.Kind != agent.Workstation && st.Kind != agent.RemoteWorkstation {
		return false
	}
	for _, o := range b.sessions {
		if o.seat != nil && o.User.ID != s.User.ID && o.seat.Station.Kind == st.Kind && strings.EqualFold(o.seat.Station.Name, st.Name) {
			return true
		}
	}
	return false
}

// effective is the desk's station, or nil; to be stationless is to have none.
// b.mu is held.
func (b *Book) effective(d *desk) *agent.Station {
	if h := d.holder(); h != nil && h.seat.Station.Kind != agent.Stationless {
		st := h.seat.Station
		return &st
	}
	return nil
}

// tellEffective tells the desk's sessions if its station is another than before.
// b.mu is held.
func (b *Book) tellEffective(d *desk, before *agent.Station) {
	now := b.effective(d)
	if b.closed || now == before || now != nil && before != nil && *now == *before {
		return
	}
	for _, s := range d.sessions {
		b.put(s, Effective{Station: now})
	}
}

// settle tells the floor how things are at a desk, if it does not know: who is
// here, and at which station. What fails stays unsettled.
func (b *Book) settle(ctx context.Context, d *desk) error {
	select {
	case <-b.turn:
	case <-ctx.Done():
		return fault.Wrap(ctx.Err(), fault.Busy, "the dialer is not taking requests now; try again")
	}
	defer func() { b.turn <- struct{}{} }()
	b.mu.Lock()
	here, station, user := len(d.sessions) > 0, d.station(), d.user
	d.unsettled = false
	b.mu.Unlock()

	err := b.tell(ctx, d, here, station, user)

	b.mu.Lock()
	defer b.mu.Unlock()
	if err != nil {
		d.unsettled = true
		return err
	}
	if len(d.sessions) == 0 && !d.arrived && b.desks[d.agent] == d {
		delete(b.desks, d.agent)
	}
	return nil
}

// tell gives the floor the commands that a desk's state asks for. The turn is held.
func (b *Book) tell(ctx context.Context, d *desk, here bool, station agent.Station, user agent.User) error {
	if !here {
		if !d.arrived {
			return nil
		}
		if err := b.cfg.Floor.Do(ctx, dialer.Leave{Agent: d.agent}); err != nil {
			return err
		}
		d.arrived, d.seated = false, agent.Station{}
		return nil
	}
	if !d.arrived {
		if err := b.cfg.Floor.Do(ctx, dialer.Arrive{Agent: d.agent, User: user}); err != nil {
			return err
		}
		d.arrived = true
	}
	if station == d.seated {
		return nil
	}
	var move dialer.Command = dialer.Sit{Agent: d.agent, Station: station}
	if station.Kind == agent.NoStation {
		move = dialer.Stand{Agent: d.agent}
	}
	if err := b.cfg.Floor.Do(ctx, move); err != nil {
		return err
	}
	d.seated = station
	return nil
}
