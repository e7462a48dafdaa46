//go:build !linux

package forward

import (
	"net/netip"
	"time"
)

// Path is none on this system; [Open] says so.
type Path struct{}

// Flow is none.
type Flow struct{}

// Tap is none.
type Tap struct{}

// Open gives [ErrHere].
func Open(Config) (*Path, error) { return nil, ErrHere }

// Close does nothing.
func (*Path) Close() error { return nil }

// Flow gives none.
func (*Path) Flow(uint16) *Flow { return nil }

// Way gives [ErrHere].
func (*Path) Way(netip.Addr) (Way, error) { return Way{}, ErrHere }

// Devices are none.
func (*Path) Devices() []string { return nil }

// NewTap gives [ErrHere].
func (*Path) NewTap() (*Tap, error) { return nil, ErrHere }

// Free does nothing.
func (*Path) Free(*Tap) {}

// Now is no time.
func Now() time.Duration { return 0 }

// Offer gives false.
func (*Flow) Offer() bool { return false }

// Start gives false.
func (*Flow) Start(Run) bool { return false }

// Recall gives nothing.
func (*Flow) Recall() Tally { return Tally{} }

// Home gives true.
func (*Flow) Home() bool { return true }

// Look gives nothing.
func (*Flow) Look() Tally { return Tally{} }

// Next gives none.
func (*Tap) Next([]byte) (h Heard, missed uint64, ok bool) { return Heard{}, 0, false }
