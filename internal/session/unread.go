package session

import (
	"context"
	"fmt"
	"slices"
)

// rowsEach is how many rows a message may have on average, so that memory is bounded
// for who follows long queues and does not read. One message may have any number.
const rowsEach = 20

// rows is how many calls, users or sessions a message tells of.
func rows(m Message) int {
	switch m := m.(type) {
	case Queue:
		return len(m.Added) + 2*len(m.Changed) + len(m.Removed)
	case Statuses:
		return len(m.Statuses)
	case StatusAccess:
		return len(m.Users)
	case Alerting:
		return len(m.Alerts)
	case History:
		return len(m.Calls)
	case Sessions:
		return len(m.Added) + len(m.Removed)
	}
	return 1
}

// put adds a message to a session's queue. The message too many ends the session;
// then the queue holds only the reason. b.mu is held.
func (b *Book) put(s *Session, m Message) {
	if s.over != nil {
		return
	}
	full := ""
	switch n := len(s.unread); {
	case n >= b.cfg.Unread:
		full = fmt.Sprintf("More than %d messages were not fetched.", b.cfg.Unread)
	case n > 0 && s.rows+rows(m) > rowsEach*b.cfg.Unread:
		full = fmt.Sprintf("Messages about more than %d calls, users and sessions were not fetched.", rowsEach*b.cfg.Unread)
	}
	if full != "" {
		s.forget(len(s.unread))
		b.end(s, full, true, Connection{})
		b.wakeSweeper()
		return
	}
	s.unread = append(s.unread, m)
	s.rows += rows(m)
	close(s.wake)
	s.wake = make(chan struct{})
}

// Deliver gives write what is unread, and removes it once write returns nil. One
// reader delivers at a time, so that no message is written twice; write is called
// also when nothing is unread. It works for an ended session as long as a last
// word is unread, and is [ErrOver] after that.
func (b *Book) Deliver(ctx context.Context, s *Session, write func([]Message) error) error {
	select {
	case <-s.turn:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { s.turn <- struct{}{} }()
	b.mu.Lock()
	batch := slices.Clone(s.unread)
	next := s.first + uint64(len(batch))
	over := s.over != nil
	b.mu.Unlock()
	if over && len(batch) == 0 {
		return ErrOver
	}
	if err := write(batch); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if next > s.first {
		s.forget(int(next - s.first))
	}
	return nil
}

// forget takes the oldest messages out of a session's queue. Book.mu is held.
func (s *Session) forget(n int) {
	for _, m := range s.unread[:n] {
		s.rows -= rows(m)
	}
	s.unread = append([]Message(nil), s.unread[n:]...)
	s.first += uint64(n)
}

// Stream is a session's event stream while it is open.
type Stream struct {
	book *Book
	s    *Session
	// Newer is closed when the session's client opened another stream; this one
	// should end, as its client is most likely gone.
	Newer <-chan struct{}
}

// Stream opens an event stream; until it is closed the session is not idle.
func (b *Book) Stream(s *Session) *Stream {
	b.mu.Lock()
	defer b.mu.Unlock()
	if s.newest != nil {
		close(s.newest)
	}
	s.newest = make(chan struct{})
	s.streams++
	return &Stream{book: b, s: s, Newer: s.newest}
}

// Wake gives a channel that is closed once something is, or already was, to be
// delivered, or the session has ended.
func (st *Stream) Wake() <-chan struct{} {
	st.book.mu.Lock()
	defer st.book.mu.Unlock()
	if len(st.s.unread) > 0 || st.s.over != nil {
		return awake
	}
	return st.s.wake
}

// Close ends the stream; from here on the session may become idle.
func (st *Stream) Close() {
	st.book.mu.Lock()
	defer st.book.mu.Unlock()
	st.s.streams--
	st.s.last = st.book.cfg.Now()
	if st.s.streams == 0 {
		st.s.newest = nil
	}
}

// awake is a closed channel.
var awake = func() chan struct{} { c := make(chan struct{}); close(c); return c }()
