// Package media carries the voice: RTP legs, bridges between them, prompts and
// tones.
//
// A [Plane] owns a range of ports. [Plane.NewLeg] reserves a pair and reads
// from it at once; [Leg.Agree] says what SDP settled, and from then on the leg
// speaks without a pause: a [Sound] that it plays, else what the partner of its
// [Bridge] says, else silence at full rate. An agent's leg lives for hours and
// meets hundreds of customers; for the far end it is one stream.
//
// # Invariants
//
//   - One SSRC per leg for its whole life. At each change of source (prompt,
//     silence, another customer, another SSRC of the same customer) the next
//     packet has the next sequence number, a timestamp advanced by the time that
//     passed, at least a frame, and the marker bit. Within one source, gaps in
//     the sequence stay visible. No sequence number is sent twice.
//   - A frame is forwarded at most once, whether by its reader or by [Bridge],
//     which sends the newest frame of each leg at once if it is still fresh.
//   - What comes in counts only if it is well-formed RTP or RTCP, of an agreed
//     payload type, from the far end that the leg has latched to.
//   - Forwarding, transcoding included, allocates nothing.
//
// # Who owns what
//
// Each leg has two readers, one for RTP and one for RTCP; a plane has one ticker
// that makes generated audio and RTCP reports for all its legs. [Plane.Close]
// stops them and waits. Whatever of a leg changes is guarded by the leg's mutex,
// a leaf: no callback is called under it and no second one is held. A packet
// therefore crosses a bridge in two steps, out of one leg and into the other,
// and the second step asks again whether the bridge still stands.
//
// Callbacks (done, digit, heard) run on the plane's goroutines or on the one
// that called Play, Bridge or Close. They must not block; they may call back
// into the package, save for [Plane.Close]. One that was already on its way may
// still arrive just after Close has returned.
package media
