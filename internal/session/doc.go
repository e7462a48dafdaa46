// Package session knows who is connected, at which station, and what each has
// yet to hear.
//
// A [Book] holds the sessions. Sessions of one user and one application are one
// agent towards the floor (contract section 4.1): the first makes the agent
// arrive, the end of the last makes the agent leave, and the station that one of
// them connected last is where the agent sits.
//
// Who comes in shows a password or a [Ticket] of another session. A ticket may end
// that session: then the new one enters before the old one goes, and takes over
// its station and licences, so that the agent's log-in and a standing line go on.
// A book can be told to take nobody ([Book.Accept]); who is in stays. A session
// ends when its client says so, when nothing is heard of it, when it does not read
// its messages, when somebody dismisses it ([Book.Dismiss]), and when its user is
// no longer configured, which is looked up each minute. A changed password ends
// none.
//
// # Licences
//
// A licence is a name that a limited number of users may hold at one time. A user
// counts once, however many sessions took it. What a session took is given back at
// its end; the licence of the dialer belongs to the agent, from log-in to the
// dialer until log-off ([Book.Licensed]).
//
// # Calls
//
// Who may see which call is one rule ([Looker.Sees]); what may be done to it is the
// floor's to say. The rule is asked at each event again: a call that goes into
// hands whose calls one may not see leaves one's queues, and who follows it is told
// so. What users remember of their calls lives as long as the book.
//
// # Messages
//
// A session has a queue of unread [Message] values. They are Go values, encoded
// by whoever delivers them; a message is removed only when its delivery is
// reported as written ([Book.Deliver]). A queue that grows past its limit, of
// messages or of what they tell of, ends the session with a reason; it is never
// thinned.
//
// One goroutine, the listener, takes the floor's events and puts messages. It is
// also the one that takes the snapshots from which a subscription's first
// message is made, so that nothing falls between snapshot and events: what an
// event up to the snapshot's Seq said is skipped for that subscription, what
// came later follows it. A subscription ends by itself with its last word
// ([InteractionGone], [QueueLost]). A listener that was cut off starts over: it
// looks, and tells every session the whole of what it follows.
//
// # Who owns what
//
//   - Book.mu guards every mutable field of the book, its desks and its
//     sessions. It is a leaf: nothing of ours is called under it.
//   - Book.turn is held by whoever tells the floor of comings and goings, so that
//     the floor hears them in their order; what a desk was told (desk.arrived,
//     desk.seated) belongs to the holder of the turn.
//   - Session.turn is held by the one reader who is delivering.
//   - Two goroutines, listener and sweeper, belong to the book; [Book.Close]
//     stops both and waits. The sweeper ends idle sessions and those of users who
//     were removed, forgets old ones, and tells the floor again what it could not
//     take before.
package session
