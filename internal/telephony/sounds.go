package telephony

import (
	"fmt"
	"maps"
	"slices"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/media"
)

// withBuilt adds to the sounds that were given the built-in ones that they do not
// replace, and a country's tones. Those that go on for ever loop.
func withBuilt(given map[call.Sound]*media.Sound, of media.Country) (map[call.Sound]*media.Sound, error) {
	sounds := maps.Clone(given)
	if sounds == nil {
		sounds = make(map[call.Sound]*media.Sound)
	}
	if !of.Known() {
		return nil, fmt.Errorf("%w: %q", ErrTones, of)
	}
	if slices.ContainsFunc(call.Tones, func(name string) bool { return sounds[call.Tone(name)] == nil }) {
		for name, sound := range media.Tones(of) {
			sounds[call.Tone(name)] = sound
		}
	}
	for name, make := range map[call.Sound]func() *media.Sound{
		call.Silence:       media.Silence,
		call.Welcome:       media.Welcome,
		call.ZipTone:       media.ZipTone,
		call.HoldMusic:     media.HoldMusic,
		call.RingBack:      func() *media.Sound { return sounds[call.Tone("ring-back")] },
		call.RecordingBeep: func() *media.Sound { return sounds[call.Tone("recording")] },
		call.PleaseWait:    media.PleaseWait,
		call.AskKey:        media.AskKey,
		call.AskWord:       media.AskWord,
	} {
		if sounds[name] == nil {
			sounds[name] = make()
		}
		if name.Looping() && !sounds[name].Loops() {
			sounds[name] = sounds[name].Loop()
		}
	}
	return sounds, nil
}

// SetSounds replaces the sounds of Config.Sounds. What is playing goes on as it was.
func (s *Switch) SetSounds(given map[call.Sound]*media.Sound) error {
	sounds, err := withBuilt(given, s.cfg.Tones)
	if err == nil {
		s.sounds.Store(&sounds)
	}
	return err
}

// sound finds a sound; nil if there is none of that name.
func (s *Switch) sound(name call.Sound) *media.Sound {
	sound := (*s.sounds.Load())[name]
	if sound == nil {
		s.log.Warn("there is no such sound", "sound", string(name))
	}
	return sound
}
