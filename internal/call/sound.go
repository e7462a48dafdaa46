package call

import "strings"

// Sound names what a leg may be given to hear: a built-in one, or a prompt by its
// name ([Prompt]).
type Sound string

const (
	// Silence is encoded silence at full rate, so that NATs and carriers keep the path.
	Silence Sound = "silence"
	// Welcome is the prompt that an agent hears once when the persistent connection is up.
	Welcome Sound = "welcome"
	// ZipTone is the short cue before a customer.
	ZipTone Sound = "zip tone"
	// HoldMusic is what a held party hears.
	HoldMusic Sound = "hold music"
	// RingBack is what somebody hears while another phone rings for him.
	RingBack Sound = "ring-back"
)

// Built is every built-in sound.
var Built = []Sound{Silence, Welcome, ZipTone, HoldMusic, RingBack}

const prompt = "prompt:"

// Prompt is the sound of a prompt that the configuration names.
func Prompt(name string) Sound { return Sound(prompt + strings.ToLower(name)) }

// Looping tells whether a sound goes on until something else takes its place.
func (s Sound) Looping() bool { return s == Silence || s == HoldMusic || s == RingBack }
