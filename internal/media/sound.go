package media

import (
	"io"
	"time"
)

// Sound is audio ready to be sent: both laws, frames of 20 ms, immutable, shared.
type Sound struct{}

// Silence loops.
func Silence() *Sound { return &Sound{} }

// ZipTone tells an agent that a customer is coming.
func ZipTone() *Sound { return &Sound{} }

// Welcome is a short chime.
func Welcome() *Sound { return &Sound{} }

// HoldMusic loops.
func HoldMusic() *Sound { return &Sound{} }

// Tone is a sine of hz for d.
func Tone(hz float64, d time.Duration) *Sound { return &Sound{} }

// LoadWAV reads a RIFF WAVE file.
func LoadWAV(io.Reader) (*Sound, error) { return &Sound{}, nil }
