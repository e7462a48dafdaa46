// Package icws speaks ICWS over HTTP to agents' clients: routes, wire types,
// order of checks, delivery of messages. It decides nothing: what an agent may do
// is decided by the floor (package dialer), who is connected is known by the book
// (package session).
//
// # A request
//
// A path is normalised, then found in the one table of routes (routes.go). The
// order of checks is fixed (contract section 11):
//
//	path (404) and verb (405) → removed resource (410) → session, cookie, token
//	(401) → size, body and headers (413, 400) → rights (403) → object (404)
//
// A resource of the dialer answers 403 and 404 only where the contract documents it
// (section 4.2); elsewhere the same failure is a 400 that says what is wrong.
//
// A handler gets a [request] and returns an answer or an error; one encoder
// writes answers, one writer maps errors (errors.go). Every answer but an event
// stream, also an empty one, is of the type [mediaType], because deployed clients
// look at it before anything else.
//
// # Messages
//
// Messages lie in the session's queue as Go values and are encoded when they are
// delivered, by poll or by event stream. They leave the queue once written and
// flushed: a write that fails repeats its messages on the next delivery. What the
// network took and never brought can not be known; the interface has no
// acknowledgement, and event ids would confuse clients that read lines.
//
// # What there is
//
// The tables of routes say what is served and how far it works, and what is
// documented and absent; [Resources] lists both, and docs/icws.md shows them.
// openapi.yaml describes every request, answer and message. Tests hold it against
// the routes, and every answer and message that any test gets against it; and every
// route has a row in the tests' table of who may ask for it.
//
// Where the contract's evidence stops, its section 11 binds; each such decision
// is a line of the table of routes, of the table of errors, or says so in a
// comment.
package icws
