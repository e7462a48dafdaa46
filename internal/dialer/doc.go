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
// the effects, and its results come back as inputs.
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
//   - An agent has at most one call that is not dispositioned; a call has at most
//     one agent; a customer is bridged only to a line that is up.
//   - A customer who has answered is bridged, hangs up by himself in time, or is
//     counted as abandoned, once; nobody is dialed for an agent who could not hear.
//   - Every leg that is dialed ends: the floor forgets it only when told so.
//   - Every event has a sequence number without a gap; a listener that is too
//     slow is cut off.
//   - The loop waits for no one: a full inbox answers commands with Busy, legs
//     and performers wait for the loop.
//
// Hang-up is an event: whoever wants a call to end asks for it, the leg ends when
// its report says so.
package dialer
