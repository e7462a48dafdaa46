package session

import (
	"context"
	"fmt"
	"slices"
)

// put adds a message to a session's queue. The message too many ends the session;
// then the queue holds only the reason. b.mu is held.
func (b *Book) put(s *Session, m Message) {
	if s.over != nil {
		return
	}
	if len(s.unread) >= b.cfg.Unread {
		s.first += uint64(len(s.unread))
		s.unread = nil
		b.end(s, fmt.Sprintf("More than %d messages were not fetched.", b.cfg.Unread), true, Connection{})
		b.wakeSweeper()
		return
	}
	s.unread = append(s.unread, m)
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
		n := int(next - s.first)
		s.unread = append([]Message(nil), s.unread[n:]...)
		s.first = next
	}
	return nil
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
