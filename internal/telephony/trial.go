package telephony

import (
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/media"
)

// trial is what a leg's probe found.
func trial(p *media.Probe) call.Trial {
	a, b := p.Before, p.After
	t := call.Trial{
		Took: p.Took, Sent: b.PacketsSent - a.PacketsSent, Received: b.PacketsReceived - a.PacketsReceived,
		Lost: b.Lost - a.Lost, FarLost: b.FarLost - a.FarLost, Jitter: b.Jitter, RoundTrip: b.RoundTrip,
	}
	t.Echo.Delay, t.Echo.Level, t.Echo.Found = p.Echo()
	if !t.Echo.Found {
		t.Echo = call.Echo{}
	}
	return t
}
