// Package conformance finds out, from outside and over HTTP alone, how far a
// server speaks ICWS. It knows no more of the server than its address and a user
// who may sign in, and so judges any server by the same measure.
//
// # A run
//
// [Run] goes through a table of cases (chapters in the files cases_*.go). Each is
// one fact of the interface: what it is, the section of the contract that it
// stands in, and where the knowledge comes from, its [Mark]. What only was
// concluded or decided is no measure for others: a server that does otherwise
// [Differs], and fails only in a strict run.
//
// A case says what it needs, from nothing up to a call that is up. The [Visit]
// climbs there when a case needs it, and stays; so cases of one story stand in the
// order of that story. A case whose need can not be met is skipped, with the
// reason; one about a resource that the server does not have is not offered.
//
// # What is sent
//
// Without Destructive the suite opens sessions of its own user, reads, subscribes,
// polls, asks for what can only be refused, and ends its sessions. What takes a
// seat, places calls, changes a status or may count against an account (a wrong
// password of a user that exists) is sent only with it. What can only be refused
// lacks something that it needs, or names only what there is not: noInteraction,
// noCampaign, noLicence, stranger. Whether a resource is there is asked without a
// session, so that nothing can happen ([resource]).
//
// The agent's own calls go to Call alone, which is leave enough for them. What needs
// rights is asked as AdminUser, and skipped without one where it is forbidden.
//
// # Invariants
//
//   - However a run ends, what it has set up is taken down: calls are ended and
//     dispositioned, the dialer and the station are left, the status is as it was,
//     every session is ended. This has a time of its own that the run's context
//     does not cut short.
//   - No password, token or cookie is in a result: what was sent and received is
//     shown with them blotted out.
//   - A run is one goroutine and owns all of its visit; only [Options].Told sees
//     results before the end, from that goroutine.
//
// Shapes of bodies and messages are checked against one text, shapes.txt, not by
// hand.
package conformance
