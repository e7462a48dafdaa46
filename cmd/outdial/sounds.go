package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/fault"
	"github.com/outdial/outdial/internal/media"
)

// prompts finds the prompts of the folder, by their names: files that end in .wav.
func (m mediaConfig) prompts() (map[string]string, error) {
	prompts := make(map[string]string)
	if m.Prompts == "" {
		return prompts, nil
	}
	files, err := os.ReadDir(m.Prompts)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		if name := f.Name(); !f.IsDir() && strings.EqualFold(filepath.Ext(name), ".wav") {
			prompts[strings.ToLower(strings.TrimSuffix(name, filepath.Ext(name)))] = filepath.Join(m.Prompts, name)
		}
	}
	return prompts, nil
}

// sounds loads the prompts, and those that replace built-in sounds.
func (m mediaConfig) sounds() (map[call.Sound]*media.Sound, error) {
	files := map[call.Sound]string{call.Welcome: m.Welcome, call.HoldMusic: m.HoldMusic, call.PleaseWait: m.PleaseWait, call.AskKey: m.AskKey, call.AskWord: m.AskWord}
	prompts, err := m.prompts()
	if err != nil {
		return nil, err
	}
	for name, file := range prompts {
		files[call.Prompt(name)] = file
	}
	sounds := make(map[call.Sound]*media.Sound)
	for name, file := range files {
		if file == "" {
			continue
		}
		f, err := os.Open(file)
		if err != nil {
			return nil, err
		}
		sounds[name], err = media.LoadWAV(f)
		f.Close()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	return sounds, nil
}

// reloadPrompts reads the sound files anew, all or none, and gives the names of the
// prompts. The phones have them before agents may play them.
func (s *server) reloadPrompts(ctx context.Context, m mediaConfig) ([]string, error) {
	sounds, err := m.sounds()
	if err != nil {
		return nil, fault.Wrap(err, fault.Conflict, "the prompts stay as they were: %v", err)
	}
	if err := s.phones.SetSounds(sounds); err != nil {
		return nil, err
	}
	names := []string{}
	for _, sound := range slices.Sorted(maps.Keys(sounds)) {
		if name, is := strings.CutPrefix(string(sound), string(call.Prompt(""))); is {
			names = append(names, name)
		}
	}
	return names, s.floor.Do(ctx, dialer.SetPrompts{Names: names})
}
