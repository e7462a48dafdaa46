package media

import (
	"fmt"
	"time"
)

// ports is the configured range. The pair that has been unused for longest comes
// first, and none comes before it has rested, so that late packets of an old call
// do not reach a new one. It is pure; the plane guards it.
type ports struct {
	rest    time.Duration
	free    []uint16
	resting []resting // by time
	used    map[uint16]bool
}

type resting struct {
	port  uint16
	until time.Duration
}

func newPorts(first, last uint16, rest time.Duration) (ports, error) {
	p := ports{rest: rest, used: map[uint16]bool{}}
	if first == 0 && last == 0 {
		return p, nil
	}
	for port := uint32(first) + uint32(first%2); port+1 <= uint32(last); port += 2 {
		if port != 0 {
			p.free = append(p.free, uint16(port))
		}
	}
	if len(p.free) == 0 {
		return p, fmt.Errorf("media: ports %d to %d hold no even port with its odd one", first, last)
	}
	return p, nil
}

// wake frees the ports that have rested.
func (p *ports) wake(now time.Duration) {
	for len(p.resting) > 0 && now >= p.resting[0].until {
		p.free = append(p.free, p.resting[0].port)
		p.resting = p.resting[1:]
	}
}

// take gives a free port.
func (p *ports) take(now time.Duration) (port uint16, ok bool) {
	p.wake(now)
	if len(p.free) == 0 {
		return 0, false
	}
	port, p.free = p.free[0], p.free[1:]
	p.used[port] = true
	return port, true
}

// lay puts a used port to rest; others are not ours to keep.
func (p *ports) lay(port uint16, now time.Duration) {
	if p.used[port] {
		delete(p.used, port)
		p.resting = append(p.resting, resting{port, now + p.rest})
	}
}
