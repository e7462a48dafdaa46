package session

import (
	"context"
	"slices"
	"strings"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/fault"
)

// Listing is a session as other users may see it.
type Listing struct {
	Application, Machine string
	User, Name           string // id and display name
	Station              string // its name, or empty
}

// A roster is a subscription to sessions: of users, or at stations. An empty list
// is all that the subscriber may see, which is his own and those of whom he
// oversees.
type roster struct {
	users    []string
	stations []string // without case
	seated   bool     // follows stations: only sessions that have one
}

// The keys of rosters in a session.
const (
	usersRoster    = "users"
	stationsRoster = "stations"
)

// MaySee tells whether a session's user may see another user's sessions and what
// else is private to him.
func (s *Session) MaySee(u agent.User) bool { return u.ID == s.User.ID || s.User.Oversees(u) }

// WatchUsers follows the sessions of users, or with none, of all whom the
// session's user may see. Errors: NotFound, Forbidden.
func (b *Book) WatchUsers(ctx context.Context, s *Session, ids []string) error {
	var users []string
	for _, id := range ids {
		u, err := b.User(ctx, id)
		if err != nil {
			return err
		}
		if !s.MaySee(u) {
			return fault.New(fault.Forbidden, "you may not see the sessions of user %s", u.ID)
		}
		users = append(users, u.ID)
	}
	b.enrol(s, usersRoster, roster{users: users})
	return nil
}

// WatchStations follows the sessions at stations, or with none, at all of them,
// as far as the session's user may see who sits there.
func (b *Book) WatchStations(s *Session, names []string) {
	b.enrol(s, stationsRoster, roster{stations: names, seated: true})
}

// UnwatchUsers ends [Book.WatchUsers].
func (b *Book) UnwatchUsers(s *Session) { b.strike(s, usersRoster) }

// UnwatchStations ends [Book.WatchStations].
func (b *Book) UnwatchStations(s *Session) { b.strike(s, stationsRoster) }

// enrol begins a roster, in place of a former one, with what there is.
func (b *Book) enrol(s *Session, key string, r roster) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if s.over != nil {
		return
	}
	if s.rosters == nil {
		s.rosters = map[string]roster{}
	}
	s.rosters[key] = r
	m := Sessions{Whole: true}
	for _, o := range b.sessions {
		if r.shows(s, o.User, o.listed) {
			m.Added = append(m.Added, *o.listed)
		}
	}
	slices.SortFunc(m.Added, Listing.compare)
	b.put(s, m)
}

func (b *Book) strike(s *Session, key string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(s.rosters, key)
}

// shows tells whether a roster of a session shows a user's session; nil is none.
func (r roster) shows(to *Session, of agent.User, l *Listing) bool {
	switch {
	case l == nil || !to.MaySee(of):
		return false
	case r.seated:
		return l.Station != "" && (len(r.stations) == 0 || slices.ContainsFunc(r.stations, func(n string) bool { return strings.EqualFold(n, l.Station) }))
	}
	return len(r.users) == 0 || slices.Contains(r.users, of.ID)
}

// list tells who follows it how a session is listed now, if that is not what they
// were told: with another station it is removed and added. b.mu is held.
func (b *Book) list(s *Session) {
	was, now := s.listed, s.listing()
	s.listed = now
	if b.closed || was == nil && now == nil || was != nil && now != nil && *was == *now {
		return
	}
	for _, o := range b.sessions {
		for _, r := range o.rosters {
			var m Sessions
			if r.shows(o, s.User, was) {
				m.Removed = []Listing{*was}
			}
			if r.shows(o, s.User, now) {
				m.Added = []Listing{*now}
			}
			if m.Removed != nil || m.Added != nil {
				b.put(o, m)
			}
		}
	}
}

// listing is nil for a session that is over. Book.mu is held.
func (s *Session) listing() *Listing {
	if s.over != nil {
		return nil
	}
	l := &Listing{Application: s.Application, Machine: s.Remote, User: s.User.ID, Name: s.User.Name}
	if s.seat != nil {
		l.Station = s.seat.Station.Name
	}
	return l
}

func (l Listing) compare(o Listing) int {
	key := func(l Listing) []string { return []string{l.User, l.Application, l.Station, l.Machine} }
	return slices.Compare(key(l), key(o))
}
