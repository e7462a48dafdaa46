// Package bench loads a relay of voice with far ends and measures what it costs: so
// that an operator can size a machine, and so that relays can be compared.
//
// Three processes take part. The *relay* is what is measured, a [Relay]: Outdial's
// media plane, or anything else that can be told where its far ends are. The
// *generator* ([Generate]) is all far ends at once, which send and
// receive G.711 in packets of 20 ms; a few share a port each (port_linux.go). The *parent* ([Run]) introduces the two, reads
// clocks of the processes and of the machine before and after, and makes a [Result].
//
// For the whole program there is a fourth, the *network* ([Network]): a carrier with its
// customers and the agents' phones, over SIP and RTP. It answers every call at once and
// counts what becomes of it ([Calls]); the same stamps tell whom a customer hears.
//
// The package uses none of the code that it measures, so it is a witness: whether a
// packet was lost, doubled or overtaken is told from a stamp in its sound, which
// survives new headers, SRTP and G.711 transcoding (stamp.go).
//
// # What is counted, and against what
//
//   - Latency is from just before the far end's send to the kernel's receive time
//     stamp at the other far end: the generator may read late, it falsifies nothing.
//     How late it sends, which shakes the even pace, is reported, and what its own sockets
//     had no room for.
//   - The far ends first send to each other with no relay between, for some seconds.
//     What the machine spends then is the generator's share; what it spends more with
//     the relay, softirqs included, is what the relay adds.
//   - Nobody waits at a socket of the generator: each is emptied every fourth frame, so
//     that the relay pays for no wake-up and the generator for few system calls. Packets
//     of one port that are due within a quarter of a millisecond leave with one call.
//   - Steal is what the hypervisor took meanwhile. With more than 2 % of it, times say
//     more of the machine than of the relay; packets lost then may be the machine's too.
//
// # Who owns what
//
// The generator has a few threads, each with its far ends, its buffers and its figures;
// nothing is shared, and no packet allocates. A network's calls belong to one goroutine; of
// each line that it lends them the thread that speaks has a share, behind the line's mutex,
// a leaf. All children live as long as the pipe to their parent: when it closes they end.
package bench

import (
	"fmt"
	"net/netip"
	"time"
)

// Frame is the length of a packet.
const Frame = 20 * time.Millisecond

// Load is what a relay has to bear.
type Load struct {
	Calls       int  `json:"calls"`       // of two legs that hear each other
	Parked      int  `json:"parked"`      // legs that speak and hear nobody
	Conferences int  `json:"conferences"` // of three legs
	Bridging    int  `json:"bridging"`    // pairs that are bridged and parted again and again
	SRTP        bool `json:"srtp"`        // on every leg
	Transcode   bool `json:"transcode"`   // one leg of each call speaks A-law, the other µ-law
	Record      bool `json:"record"`      // every call
	// Fair has the far ends wait for their turn as all programs do. Else they go first, and
	// what the kernel forwards, in its own threads, would wait for them.
	Fair bool `json:"fair"`
	// Seconds is how long is measured.
	Seconds float64 `json:"seconds"`
}

// Kind is what an end takes part in.
type Kind string

// The kinds of ends.
const (
	Talking   Kind = "talking"
	Waiting   Kind = "waiting"
	Conferred Kind = "conferred"
	Bridged   Kind = "bridged"
)

// nobody is the partner of an end that hears none.
const nobody = -1

// End is one far end and the relay's leg before it.
type End struct {
	Kind Kind `json:"kind"`
	// Partner is the end that it hears, by its place in the list; -1 is nobody whose
	// packets could be told apart.
	Partner int `json:"partner"`
	// Payload is the RTP payload type: 0 is µ-law, 8 is A-law.
	Payload uint8 `json:"payload"`
	// Far is where the far end is, Near where the relay's leg is.
	Far  netip.AddrPort `json:"far"`
	Near netip.AddrPort `json:"near"`
	// FarKey protects what the far end sends, NearKey what the relay sends; each is the
	// master key and salt of AEAD_AES_128_GCM (RFC 7714). Empty is RTP in clear.
	FarKey  []byte `json:"far_key,omitempty"`
	NearKey []byte `json:"near_key,omitempty"`
}

// Check tells what is wrong with a load.
func (l Load) Check() error {
	switch n := len(l.ends()); {
	case l.Calls < 0 || l.Parked < 0 || l.Conferences < 0 || l.Bridging < 0:
		return fmt.Errorf("there cannot be fewer than no calls, parked legs, conferences or pairs")
	case n == 0:
		return fmt.Errorf("nothing to carry: give calls, parked legs or conferences")
	case n > mostEnds:
		return fmt.Errorf("%d legs are more than a stamp can tell apart: %d at most", n, mostEnds)
	case l.Seconds <= 0:
		return fmt.Errorf("measure for more than %g seconds", l.Seconds)
	}
	return nil
}

// ends are the far ends that a load needs, without addresses and keys.
func (l Load) ends() []End {
	var ends []End
	pair := func(kind Kind, first uint8) {
		n := len(ends)
		ends = append(ends, End{Kind: kind, Partner: n + 1, Payload: first}, End{Kind: kind, Partner: n})
	}
	for range l.Calls {
		law := uint8(muLaw)
		if l.Transcode {
			law = aLaw
		}
		pair(Talking, law)
	}
	for range l.Bridging {
		pair(Bridged, muLaw)
	}
	for range l.Parked {
		ends = append(ends, End{Kind: Waiting, Partner: nobody})
	}
	for range 3 * l.Conferences {
		ends = append(ends, End{Kind: Conferred, Partner: nobody})
	}
	return ends
}
