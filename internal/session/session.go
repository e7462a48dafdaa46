package session

import (
	"time"

	"github.com/outdial/outdial/internal/agent"
)

// Session is one client's connection to the server.
//
// The exported fields never change. The others are guarded by [Book.mu].
type Session struct {
	ID          string // decimal digits
	Cookie      string // a GUID that only the session's cookie carries
	Token       string // the CSRF token, opaque
	User        agent.User
	Application string
	Language    string // a language tag in lower case
	Remote      string // the client's address, without port
	Opened      time.Time

	desk *desk
	last time.Time // when it was last heard of

	streams int           // open event streams
	newest  chan struct{} // closed when a newer event stream opens

	seat  *Seat  // the station it connected, or nil
	order uint64 // of its last seat: the newest of a desk counts

	unread []Message
	first  uint64        // number of unread[0], counted from the session's start
	rows   int           // of all that is unread, see rows
	wake   chan struct{} // closed and renewed when something is put, or the session ends
	turn   chan struct{} // holds one token: the right to deliver
	told   uint64        // up to which event the dialer messages are told
	dialer bool          // as told, the agent is logged in to the dialer
	watch  []*watch      // in the order of subscription

	stationWatched bool
	rosters        map[string]roster // subscriptions to sessions
	listed         *Listing          // as others were told of it
	licencesTold   map[string]bool   // of the licences that it follows; nil if it follows none
	issued         []issued
	over           *Over // why and when it ended, or nil
}

// Agent is the agent that the session works for.
func (s *Session) Agent() agent.ID { return agent.ID{User: s.User.ID, Application: s.Application} }

// Over is how a session ended.
type Over struct {
	At     time.Time
	Reason string
	// Reconnect: the client should connect again, here or at an alternate host.
	Reconnect bool
}

// Seat is a station as a session connected it.
type Seat struct {
	Station agent.Station
	// Ready: calls may come. A client may connect a station first and be reachable
	// later (contract section 2).
	Ready bool
	// Media are the media types that the client named; nil if it named none.
	Media []int
}

// desk is all sessions of one agent.
type desk struct {
	agent    agent.ID
	user     agent.User
	sessions []*Session // in the order they were opened
	// unsettled: the floor has not yet been told how things are here.
	unsettled bool

	// What the floor was told. These belong to the holder of Book.turn.
	arrived bool
	seated  agent.Station
}

// station is where the agent sits: the seat that was taken last, if it is ready.
func (d *desk) station() agent.Station {
	if s := d.holder(); s != nil && s.seat.Ready {
		return s.seat.Station
	}
	return agent.Station{}
}

// holder is the session that connected the desk's station, or nil.
func (d *desk) holder() *Session {
	var h *Session
	for _, s := range d.sessions {
		if s.seat != nil && (h == nil || s.order > h.order) {
			h = s
		}
	}
	return h
}
