package telephony

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/media"
)

// Record starts, changes or ends a recording. Legs that have not been dialed, or
// have ended, are left out; of those that ring nothing is recorded until they
// answer. What ends a recording is its Stop, or the switch that closes; then the
// log tells what became of it. If it goes wrong before, one of the legs that it
// began with, if one is still there, reports Untaped. An ID that leads out of the
// folder of recordings is logged and ignored, and so is every order if there is no
// such folder.
func (s *Switch) Record(o call.Recording) {
	if o.State == call.Stop {
		s.mu.Lock()
		r := s.recordings[o.ID]
		delete(s.recordings, o.ID)
		s.mu.Unlock()
		if r != nil {
			r.Stop()
		}
		return
	}
	r, err := s.recording(o)
	if err != nil {
		s.log.Error("the order to record is ignored", "recording", o.ID, "error", err)
		return
	}
	state := media.Recorded
	switch o.State {
	case call.Pause:
		state = media.Paused
	case call.Secure:
		state = media.Blanked
	}
	r.Set(state, s.sources(o.Left), s.sources(o.Right))
}

// errNoFolder is what keeps a switch from recording.
var errNoFolder = errors.New("no folder for recordings is configured")

// recording finds a recording that has not been stopped, or begins it.
func (s *Switch) recording(o call.Recording) (*media.Recording, error) {
	if s.cfg.Recordings == "" {
		return nil, errNoFolder
	}
	id := o.ID
	fresh, err := s.plane.NewRecording(s.cfg.Recordings, id,
		func(err error) { s.untaped(o, err) },
		func(info media.RecordingInfo) { s.recorded(id, info) })
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.recordings[id]; r != nil {
		return r, nil
	}
	if s.silent {
		return nil, media.ErrClosed
	}
	s.recordings[id] = fresh
	return fresh, nil
}

// untaped logs that a recording has gone wrong, and lets a leg report it.
func (s *Switch) untaped(o call.Recording, err error) {
	s.log.Error("recording has gone wrong", "recording", o.ID, "error", err)
	for _, id := range append(slices.Clone(o.Left), o.Right...) {
		if l := s.leg(id); l != nil {
			l.inbox.put(untaped{o.ID, err, time.Now()})
			return
		}
	}
}

// recorded logs what became of a recording, and tells it.
func (s *Switch) recorded(id string, info media.RecordingInfo) {
	line := []any{"recording", id, "path", info.Path, "duration", info.Duration, "bytes", info.Bytes, "dropped", info.Dropped}
	if info.Err != nil {
		line = append(line, "error", info.Err)
	}
	s.log.Info("recording ended", line...)
	if s.cfg.Taped == nil {
		return
	}
	t := call.Taped{
		ID: id, Ended: time.Now(), Duration: info.Duration, Bytes: info.Bytes, Dropped: info.Dropped,
		Whole: info.Path != "" && !strings.HasSuffix(info.Path, media.PartEnding),
	}
	if path, err := filepath.Rel(s.cfg.Recordings, info.Path); err == nil && info.Path != "" {
		t.Path = filepath.ToSlash(path)
	}
	if info.Err != nil {
		t.Why = info.Err.Error()
	}
	s.cfg.Taped(t)
}

// Recordings is how many recordings run.
func (s *Switch) Recordings() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.recordings)
}

// sources are the media of legs, answered or not.
func (s *Switch) sources(ids []call.LegID) []*media.Leg {
	list := make([]*media.Leg, 0, len(ids))
	for _, id := range ids {
		if l := s.leg(id); l != nil {
			if m := l.media.Load(); m != nil {
				list = append(list, m)
			}
		}
	}
	return list
}

// stopRecordings ends every recording and waits until their files are complete or
// ctx ends; no further one begins.
func (s *Switch) stopRecordings(ctx context.Context) error {
	s.mu.Lock()
	recordings := s.recordings
	s.recordings, s.silent = nil, true
	s.mu.Unlock()
	for _, r := range recordings {
		r.Stop()
	}
	for _, r := range recordings {
		select {
		case <-r.Done():
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}
