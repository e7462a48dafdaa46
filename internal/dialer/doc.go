// Package dialer is the floor: the one loop that owns live agents, campaigns and
// calls, and takes every decision about them.
//
// # How it works
//
// A [Floor] has one bounded inbox. Into it come commands ([Floor.Do]), progress
// of legs ([Floor.Report]), results of effects, and the tick of the next
// deadline. The loop takes one input at a time, applies it to the state (a
// function of now and input, without I/O) and gets a list of effects: dial,
// bridge, play, hang up, claim contacts, record an attempt, publish an event,
// reply. Orders to the [Switch] and events are given at once, as neither may
// block; work on the [Ledger] is done by one performer goroutine in the order of
// the effects, and its results come back as inputs. What gathers while it is busy is
// written together, so that the disk is waited for but once.
//
// # Calls
//
// An interaction is one party whom an agent has or is to have. A contact's call
// has an attempt behind it; all others are talks: made by an agent, consultations,
// invited and passed on parties. They leave no row, and are gone after a crash. An
// agent holds any number of them and is in one conversation: to pick one up, to
// make one or to consult puts on hold what he was in. Who has one in hand gets no
// dialer call; the answered contact of a preview puts it on hold.
//
//   - A transfer is a second call that leads to the destination. The party stays
//     with its agent, on hold, until somebody is there; then its leg goes on as that
//     call ([CallMorphed]), and for a contact the dialer's part is over
//     ([call.Transferred]). At a number the two parties are a conference without an
//     agent, which ends with the first of them. An agent who hangs up or leaves
//     meanwhile stops nothing: the party waits on his queue, and alerts him if the
//     destination fails.
//   - A party that is parked, or sent to a workgroup, is passed on at once.
//   - A consultation that ends, whoever ended it, connects the agent with the
//     original party again at once. When the original party hangs up, the
//     consultation is about those who were in a conference with him, or, without
//     any, a call as any other.
//   - The calls of a conference are held by one agent. When he is gone, its outside
//     parties go on alone if they are two or more.
//   - When an agent's line is gone, his own calls end. If it was lost and the rules
//     say so, his customer is kept, and his phone is called once more.
//   - A recording belongs to one call and ends with it, also when the party is passed
//     on; a contact that is handed over to a finishing agent keeps call and recording.
//   - A campaign may want calls recorded by themselves. That begins with the bridge, or
//     once the customer has heard the announcement to its end, before which nothing of
//     the call is recorded; and those in the call do not end it, unless they may.
//   - A campaign may want to know who answers. What is no person never gets an agent, or
//     loses the one it has (greeting.go); it is hung up on or left a message after its
//     beep, and a person for whom no agent is there in time hears one too (message.go).
//     Once a message has begun no agent comes any more. Calls without agents are such
//     messages, with keys (agentless.go).
//   - How many contacts are dialed, and when, is the campaign's mode (pace.go); one that
//     predicts has a pacer (package pacing), which is told what becomes of each call and
//     asked when its answer may have changed (predict.go). What it learned is kept
//     (memory.go). In a precise one an agent is set aside before his contact is dialed.
//   - Nobody supervises or records who shares a room with a private call.
//   - Hours, do-not-call and limits are of contacts: manual calls, calls once more and
//     promised callbacks are held against them. A number that an agent calls, consults,
//     invites or transfers to is his own choice, unless he has no right to any
//     (agent.User.NoOutsideCalls).
//   - Who may do what to which call is one table ([Action] and the deeds beside it).
//
// Who hears whom follows from all that: after each input the legs that a change
// touched are worked out anew, and only what differs from the orders given before
// is ordered. The bridge of an answered customer alone waits for nothing.
//
// # Invariants
//
//   - Only the loop's goroutine reads or writes the live state.
//   - A contact is dialed only after its attempt row is written: the claim leases
//     the contact and opens the row in one transaction.
//   - A contact that was leased by name, or because an agent promised to call, is
//     for that agent alone; one that is not dialed gets back what it was.
//   - An attempt is closed exactly once; a disposition is answered after that is
//     written.
//   - An agent has at most one contact's call that is not dispositioned; a call has
//     at most one agent who holds it; nobody is in two conversations; a customer is bridged
//     only to a line that is up, verified if it must be, and neither faded nor on hold.
//   - A person who has answered is bridged, hangs up by himself in time, or is
//     counted as abandoned, once; undecided is a person; nobody is dialed for an agent who could not hear.
//   - Every leg that is dialed ends: the floor forgets it only when told so.
//   - Every call is held by an agent, waits on a queue, is on its way to a
//     destination, or is with another party; every alert is stopped, every recording
//     ends.
//   - Every event has a sequence number without a gap; a listener that is too
//     slow is cut off.
//   - The loop waits for no one: a full inbox answers commands with Busy, legs
//     and performers wait for the loop.
//
// Hang-up is an event: whoever wants a call to end asks for it, the leg ends when
// its report says so.
package dialer
