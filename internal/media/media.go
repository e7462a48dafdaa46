// Package media carries the voice: RTP legs, bridges and conferences between them,
// prompts, tones and digits, and recordings of what is said.
//
// A [Plane] owns a range of ports. [Plane.NewLeg] reserves a pair and reads
// from it at once; [Leg.Agree] says what SDP settled, and from then on the leg
// speaks without a pause: digits that it is to send, else a [Sound] that it plays,
// else what the partner of its [Bridge] or those whom it hears in a [Conference]
// say, else silence at full rate, or what else [Format].Idle says. An agent's leg lives for hours and meets hundreds
// of customers; for the far end it is one stream.
//
// Two legs are bridged: each packet is forwarded as it comes, which costs no time.
// Where they speak unlike codecs it is translated on the way, a packet into a packet
// (codec.go); like legs never pay for that, and nothing is decoded that nobody needs.
// Inside, time is 8000 a second; the clock of Opus, 48000, ends at its leg (clock.go).
// More than two, or some who are not heard by all (a supervisor who listens or
// coaches), are a conference: every 20 ms each leg is sent the sum of what the
// arrangement lets it hear. What a leg says waits for that clock in a playout, a
// jitter buffer: 20 to 40 ms at first, more if packets come late, at most 120 ms. A
// [Recording] listens in the same way, whatever the legs are in.
//
// On demand a leg tells what the far end says ([Leg.Utterances]) or what of a phrase
// comes back ([Leg.Probe]), or handed on whole ([Leg.Follow]); without a listener that costs nothing.
//
// Where [Config.Kernel] asks for it, what two settled legs say to each other is carried
// by the kernel, each direction by itself (kernel.go, package forward). Whatever
// changes a direction takes it back first, and enters what passed meanwhile in the
// figures and the numbering of both legs; what is read of them is brought up to date
// before. So all else is written as if each packet had come here.
//
// # Invariants
//
//   - One SSRC per leg for its whole life. At each change of source (prompt,
//     silence, another customer, another SSRC of the same customer) the next
//     packet has the next sequence number, a timestamp advanced by the time that
//     passed, at least a frame, and the marker bit. Within one source, gaps in
//     the sequence stay visible. No sequence number is sent twice.
//   - A leg is in one bridge or one conference at most; the last order counts.
//   - Whom an arrangement does not let a leg hear it does not hear, not a sample;
//     nor does anyone hear the muted, and a recording what is said in a pause.
//   - A frame is forwarded at most once, whether by its reader or by [Bridge],
//     which sends the newest frame of each leg at once if it is still fresh.
//   - What comes in counts only if it is well-formed RTP or RTCP, of an agreed
//     payload type, from the far end that the leg has latched to.
//   - A leg that has keys (SRTP, RFC 3711) sends nothing in clear, takes nothing that
//     is not authentic, and latches to nobody who is not. Above receive and send
//     nothing knows of it, so that a secure and a plain leg meet like any two.
//   - Forwarding, transcoding included, allocates nothing; nor does a frame of a
//     conference, of a recording or of a digit, or a report of RTCP (compound.go).
//   - A recording's disk holds up nobody but its own goroutine.
//
// # Who owns what
//
// On Linux a plane has a few workers, each a goroutine that waits for all sockets of
// its legs at once, reads them, and has a rota: whom it gives a turn in every frame, to
// make generated audio and RTCP reports, to mix a conference or to make the frame of a
// recording. It does so with io_uring, where the system has it and [Config] does not say
// Epoll: one call reads and sends for many legs, and what is sent waits in the worker's
// outbox until then, in its order, unless the worker sleeps and nothing of the leg
// waits; else with epoll, a call for each packet. A bridge brings both of its legs to one
// worker. Nothing depends on who carries a leg: elsewhere, or if [Config] says Portable,
// each leg has two readers, one for RTP and one for RTCP, and one ticker has the rota of
// all. Each recording has a writer besides.
// Who has nothing to do for now, as a leg that the kernel carries, dozes: it has a turn
// in every fifth frame only, and a worker whose members all doze sleeps until then.
// [Plane.Close] stops them and waits. A conference and a recording have an
// arrangement that its turn reads and an order replaces as a whole, and each seat
// and each ear in it a word that it is over, which counts wherever it is still
// pointed to. Whatever of a leg changes is guarded by the leg's mutex,
// a leaf: no callback is called under it and no second one is held, but for the moment in
// which a worker is given an order; its descriptors are read, written and closed under it.
// A packet therefore crosses a bridge in two steps, out of one leg and into the other,
// and the second step asks again whether the bridge still stands.
//
// Callbacks (done, digit, heard, trouble) run on the plane's goroutines or on the
// one that called Play, Bridge, Arrange or Close. They must not block; they may call back
// into the package, save for [Plane.Close]. One that was already on its way may
// still arrive just after Close has returned.
package media
