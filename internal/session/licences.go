package session

import (
	"slices"
	"strings"

	"github.com/outdial/outdial/internal/fault"
)

// DialerAddOn is the licence that an agent holds while logged in to the dialer.
const DialerAddOn = "I3_ACCESS_DIALER_ADDON"

// LicenceStatus is what became of the wish for a licence; its numbers are the
// wire's (licenseStatus, contract section 5.3).
type LicenceStatus int

const (
	// LicenceAvailable: the user has it now.
	LicenceAvailable LicenceStatus = 2
	// LicenceUnavailable: as many users as there may be have it.
	LicenceUnavailable LicenceStatus = 4
	// LicenceUnknown: the name is not one of a licence.
	LicenceUnknown LicenceStatus = 9
)

// LicenceResult is what became of the wish for one licence.
type LicenceResult struct {
	Name   string // in the asker's spelling
	Status LicenceStatus
}

// licencePrefix begins the name of every licence.
const licencePrefix = "I3_"

// maxLicences is how many licences a session may hold; there are some dozens.
const maxLicences = 200

// licences counts who holds which licence. A user counts once for each, however
// many of his sessions took it, and holds it until the last has given it back.
// It has no lock of its own: in the book it is guarded by [Book.mu]. Names are in
// capitals here.
type licences struct {
	limits map[string]int
	held   map[string]map[string][]any // name, user, who took it: a *Session or a *desk
	taken  map[any][]string            // the same by who took it
}

func newLicences(limits map[string]int) licences {
	l := licences{limits: map[string]int{}, held: map[string]map[string][]any{}, taken: map[any][]string{}}
	for name, n := range limits {
		l.limits[strings.ToUpper(name)] = n
	}
	return l
}

// take gives a user a licence, if one is left.
func (l licences) take(name, user string, by any) LicenceStatus {
	name = strings.ToUpper(name)
	if !strings.HasPrefix(name, licencePrefix) || len(name) == len(licencePrefix) {
		return LicenceUnknown
	}
	limit, limited := l.limits[name]
	if limited && !l.has(name, user) && len(l.held[name]) >= limit {
		return LicenceUnavailable
	}
	l.hold(name, user, by)
	return LicenceAvailable
}

// hold notes that a user has a licence, whether or not there is one left.
func (l licences) hold(name, user string, by any) {
	users := l.held[name]
	if users == nil {
		users = map[string][]any{}
		l.held[name] = users
	}
	if !slices.Contains(users[user], by) {
		users[user] = append(users[user], by)
		l.taken[by] = append(l.taken[by], name)
	}
}

// has tells whether a user holds a licence.
func (l licences) has(name, user string) bool { return len(l.held[strings.ToUpper(name)][user]) > 0 }

func (l licences) giveBack(name, user string, by any) {
	users := l.held[name]
	if !slices.Contains(users[user], by) {
		return
	}
	users[user] = slices.DeleteFunc(users[user], func(other any) bool { return other == by })
	if len(users[user]) == 0 {
		delete(users, user)
	}
	if len(users) == 0 {
		delete(l.held, name)
	}
	l.taken[by] = slices.DeleteFunc(l.taken[by], func(other string) bool { return other == name })
	if len(l.taken[by]) == 0 {
		delete(l.taken, by)
	}
}

// of lists what somebody took.
func (l licences) of(by any) []string { return slices.Clone(l.taken[by]) }

func (l licences) giveBackAll(user string, by any) {
	for _, name := range l.of(by) {
		l.giveBack(name, user, by)
	}
}

// pass gives what one session took to another of the user.
func (l licences) pass(user string, from, to *Session) {
	for _, name := range l.of(from) {
		l.hold(name, user, to)
	}
}

// TakeLicences takes licences for a session's user, until the session gives them
// back or ends. Those that it has stay.
func (b *Book) TakeLicences(s *Session, names []string) []LicenceResult {
	b.mu.Lock()
	defer b.mu.Unlock()
	results := make([]LicenceResult, 0, len(names))
	for _, name := range names {
		r := LicenceResult{Name: name, Status: LicenceUnavailable}
		if mine := b.licences.of(s); s.over == nil && (len(mine) < maxLicences || slices.Contains(mine, strings.ToUpper(name))) {
			r.Status = b.licences.take(name, s.User.ID, s)
		}
		results = append(results, r)
	}
	b.tellLicences(s.User.ID)
	return results
}

// KeepLicences gives back what a session took but these.
func (b *Book) KeepLicences(s *Session, names ...string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, held := range b.licences.of(s) {
		if !slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, held) }) {
			b.licences.giveBack(held, s.User.ID, s)
		}
	}
	b.tellLicences(s.User.ID)
}

// Licensed does something for which the session's agent must have a licence, and
// takes it first: until the agent leaves the dialer or his last session ends. If
// that fails, an agent who had no licence before has none after it. Errors:
// Forbidden if no licence is left, and what do gives.
func (b *Book) Licensed(s *Session, name string, do func() error) error {
	b.mu.Lock()
	had := slices.Contains(b.licences.of(s.desk), name)
	status := LicenceUnavailable
	if s.over == nil {
		status = b.licences.take(name, s.User.ID, s.desk)
	}
	b.mu.Unlock()
	if status != LicenceAvailable {
		return fault.New(fault.Forbidden, "no licence %s is left for you; ask an administrator", name)
	}
	err := do()
	b.mu.Lock()
	defer b.mu.Unlock()
	if err != nil && !had {
		b.licences.giveBack(name, s.User.ID, s.desk)
	}
	b.tellLicences(s.User.ID)
	return err
}

// licensed follows what the floor says of an agent's log-in to the dialer, which
// counts even where the licence was given back by a log-off that was heard late,
// but not where the last session has ended meanwhile. b.mu is held.
func (b *Book) licensed(d *desk, in bool) {
	if in && len(d.sessions) > 0 {
		b.licences.hold(DialerAddOn, d.agent.User, d)
	} else {
		b.licences.giveBack(DialerAddOn, d.agent.User, d)
	}
	b.tellLicences(d.agent.User)
}

// WatchLicences follows whether a session's user holds licences.
func (b *Book) WatchLicences(s *Session, names []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if s.over != nil {
		return
	}
	m := Licences{Whole: true}
	s.licencesTold = map[string]bool{}
	for _, name := range names {
		if _, twice := s.licencesTold[name]; !twice {
			has := b.licences.has(name, s.User.ID)
			s.licencesTold[name] = has
			m.Licences = append(m.Licences, LicenceState{name, has})
		}
	}
	b.put(s, m)
}

// UnwatchLicences ends it.
func (b *Book) UnwatchLicences(s *Session) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s.licencesTold = nil
}

// tellLicences tells a user's sessions of licences that came or went. b.mu is held.
func (b *Book) tellLicences(user string) {
	for id, d := range b.desks {
		if id.User != user {
			continue
		}
		for _, s := range slices.Clone(d.sessions) { // a full queue takes its session out
			var m Licences
			for name, told := range s.licencesTold {
				if has := b.licences.has(name, user); has != told {
					s.licencesTold[name] = has
					m.Licences = append(m.Licences, LicenceState{name, has})
				}
			}
			if m.Licences != nil {
				slices.SortFunc(m.Licences, func(a, b LicenceState) int { return strings.Compare(a.Name, b.Name) })
				b.put(s, m)
			}
		}
	}
}
