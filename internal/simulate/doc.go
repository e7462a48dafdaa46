// Package simulate rehearses a dialing day before the first call is made: the floor
// and the pacing that serve real customers ([dialer.Stepped]), with virtual customers
// and virtual agents, in virtual time.
//
// # How it works
//
// A [Scenario] says who is there and how they behave; [Run] plays it and gives a
// [Result]. A day is a heap of moments: a phone is picked up, a conversation ends, an
// agent is done with wrapping up, the floor has something due. The earliest is taken,
// and whatever the floor orders then becomes later moments.
//
// The floor stands between four parts that are as it expects them, and does not know
// that they are not real: a switchboard that carries legs to customers and agents'
// phones ([dialer.Switch], [dialer.Mixer]), a book of contacts and attempts
// ([dialer.Ledger], [dialer.Contacts]), which checks as it goes that everything adds
// up, and a team that says what agents' desktops say.
//
// # What is assumed
//
// Each attempt meets a person, a machine, a fast failure, or nobody, with the shares of
// the scenario. A person picks up after set-up and a ringing time with a gamma
// distribution, and hangs up if no agent is there in time. Machines are found out before
// anybody is connected ([Ideal]), by the campaign's call analysis, which takes its time
// and may err, or by agents. Handle times are lognormal,
// of which a share is wrap-up. What an attempt meets depends on the seed and its number
// alone: two settings that are compared call the same people. People to whom a message is
// played hear it out, hang up, or press a key.
//
// # Invariants
//
//   - The same scenario gives the same result, to the last bit.
//   - A contact has at most one open attempt; each attempt is closed exactly once; who
//     answered has talked, was informed, was abandoned or hung up. A day that breaks
//     this, or in which the floor complains of itself, ends with an error.
//   - Everything happens in the goroutine that called [Run]. Nothing reads a clock.
package simulate
