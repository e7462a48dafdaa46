package call

import (
	"slices"
	"strings"
)

// Sound names what a leg may be given to hear: a built-in one, a tone of the
// telephone network ([Tone]), or a prompt by its name ([Prompt]).
type Sound string

const (
	// Silence is nothing to hear: encoded silence at full rate, so that NATs and carriers
	// keep the path, or what else an agent's phone is sent while it waits.
	Silence Sound = "silence"
	// Welcome is the prompt that an agent hears once when the persistent connection is up.
	Welcome Sound = "welcome"
	// ZipTone is the short cue before a customer.
	ZipTone Sound = "zip tone"
	// HoldMusic is what a held party hears.
	HoldMusic Sound = "hold music"
	// PleaseWait is what a customer hears whose agent is called again; it is repeated.
	PleaseWait Sound = "please wait"
	// AskKey asks who answers an agent's phone to press a key.
	AskKey Sound = "ask for a key"
	// AskWord asks him to say a word, or to press a key.
	AskWord Sound = "ask for a word"
	// RingBack is what somebody hears while another phone rings for him.
	RingBack Sound = "ring-back"
	// RecordingBeep warns those who are recorded, again and again.
	RecordingBeep Sound = "recording beep"
)

// Built is every built-in sound.
var Built = []Sound{Silence, Welcome, ZipTone, HoldMusic, PleaseWait, AskKey, AskWord, RingBack, RecordingBeep}

const (
	prompt = "prompt:"
	tone   = "tone:"
)

// Prompt is the sound of a prompt that the configuration names.
func Prompt(name string) Sound { return Sound(prompt + strings.ToLower(name)) }

// Tones are the names of the tones of the telephone network.
var Tones = []string{"busy", "call waiting", "congestion", "recording", "ring-back", "sit", "sit intercept", "sit no circuit", "sit reorder", "sit vacant"}

// Tone is the sound of a tone by its name, one of [Tones].
func Tone(name string) Sound { return Sound(tone + name) }

// IsTone tells whether this is the name of a tone's sound, as in "tone:busy".
func (s Sound) IsTone() bool {
	name, ok := strings.CutPrefix(string(s), tone)
	return ok && slices.Contains(Tones, name)
}

// Looping tells whether a sound goes on until something else takes its place.
func (s Sound) Looping() bool {
	return s == Silence || s == HoldMusic || s == PleaseWait || s == RingBack
}

// Cue tells whether a sound is laid over what is said, and takes nobody's place.
func (s Sound) Cue() bool { return s == ZipTone || s == RecordingBeep }
