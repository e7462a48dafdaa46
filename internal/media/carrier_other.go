//go:build !linux

package media

func newCarrier(p *Plane) (carrier, error) { return newPortable(p), nil }
