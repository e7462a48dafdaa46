package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/outdial/outdial/internal/archive"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/dialer"
)

// startArchive mends what the last run left of recordings, before any is made.
func (s *server) startArchive(ctx context.Context, cfg config) (err error) {
	s.archive, err = archive.Open(ctx, archive.Config{
		Folder: cfg.Media.Recordings, Index: s.db, Kept: cfg.Media.Keep.Duration, Spare: cfg.Media.Free.bytes, Log: s.log,
	})
	if err != nil {
		return fmt.Errorf("media.recordings: %w", err)
	}
	s.onClose(func(context.Context) error { return s.archive.Close() })
	return nil
}

// taped takes what became of a recording.
func (s *server) taped(t call.Taped) {
	s.archive.Taped(t)
	s.metrics.Taped(t)
}

// startKeeping begins to delete what is old, and to watch the disk.
func (s *server) startKeeping(ctx context.Context, _ config) error {
	s.beside(ctx, func(ctx context.Context) {
		s.archive.Keep(ctx, func(why string) {
			if err := s.floor.Do(ctx, dialer.AllowRecordings{Unless: why}); err != nil && ctx.Err() == nil {
				s.log.Error("the dialer does not hear whether recordings may begin", "error", err)
			}
		})
	})
	return nil
}

// recordingGauges are the figures of recordings that are looked up when asked for.
func (s *server) recordingGauges() []prometheus.Collector {
	gauge := func(name, help string, look func() float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, look)
	}
	return []prometheus.Collector{
		gauge("outdial_recordings_running", "Recordings that are being made.", func() float64 { return float64(s.phones.Recordings()) }),
		gauge("outdial_recordings_free_bytes", "Bytes that are free where recordings are kept; -1 if nothing is recorded.",
			func() float64 { return float64(s.archive.Room()) }),
	}
}

// recordings judges what campaigns want recorded.
func (j *judge) recordings(c config) {
	prompts, _ := c.Media.prompts() // told elsewhere
	for i, def := range c.Campaigns {
		where := label("campaign", i, def.Name)
		for _, name := range []string{def.Announcement, def.HoldMusic} {
			if _, known := prompts[strings.ToLower(name)]; name != "" && !known {
				j.bad(where, "there is no prompt %q in media.prompts", name)
			}
		}
		switch def.Record {
		case "", "off":
			if def.RecordShare != nil {
				j.bad(where, "record_share is of the calls that are recorded; set record = \"all\" as well")
			}
		case "all":
			if c.Media.Recordings == "" {
				j.bad(where, "it records, and there is no folder for that; set media.recordings")
			}
		default:
			j.bad(where, "record %q is not known; there are \"off\" and \"all\", and record_share for a part of all", def.Record)
		}
		if s := def.RecordShare; s != nil && !(*s > 0 && *s <= 1) {
			j.bad(where, "record_share %g: it is above 0, and 1 at most", *s)
		}
		for _, stage := range def.PauseStages {
			if _, known := def.Stages[fmt.Sprint(stage)]; stage < 1 || len(def.Stages) > 0 && !known {
				j.bad(where, "record_pause_stages: the campaign has no stage %d", stage)
			}
		}
		if b := def.RecordBeep.Duration; b > 0 && b.Seconds() < 1 {
			j.bad(where, "record_beep %s leaves no room for speech; 15s is usual", b)
		}
	}
}
