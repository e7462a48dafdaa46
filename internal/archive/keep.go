package archive

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
)

const (
	// sweepEvery is how often what is too old is looked for, and lookEvery how often
	// the disk is looked at. A hundred recordings write 3 MB a second.
	sweepEvery = time.Hour
	lookEvery  = 10 * time.Second
	// batch is how many rows are looked at in one go.
	batch = 500
)

// Keep deletes what has been kept long enough, and watches the disk: unfit is told,
// when it changes, why no recording may begin, or that they may again. It returns when
// ctx ends.
func (a *Archive) Keep(ctx context.Context, unfit func(why string)) {
	if a.root == nil {
		return
	}
	sweep, look := time.NewTicker(sweepEvery), time.NewTicker(lookEvery)
	defer sweep.Stop()
	defer look.Stop()
	said := a.watch("", unfit)
	a.Sweep(ctx)
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
			said = a.watch(said, unfit)
		case <-sweep.C:
			a.Sweep(ctx)
		}
	}
}

// watch looks at the disk, and tells of a change.
func (a *Archive) watch(said string, unfit func(why string)) string {
	why := a.room()
	if why == said {
		return said
	}
	if why != "" {
		a.Log.Error("no recording begins any more", "reason", why)
	} else {
		a.Log.Info("recordings begin again")
	}
	unfit(why)
	return why
}

// room tells why there is no room for another recording, or nothing.
func (a *Archive) room() string {
	switch left, err := a.Free(a.Folder); {
	case err != nil:
		return "the disk of the recordings can not be looked at: " + err.Error()
	case left < a.Spare:
		return fmt.Sprintf("the disk of the recordings has less than %d MiB left", a.Spare>>20)
	}
	return ""
}

// Room is how many bytes are free where the recordings are; -1 if that is not known.
func (a *Archive) Room() int64 {
	if a.root == nil {
		return -1
	}
	if left, err := a.Free(a.Folder); err == nil {
		return left
	}
	return -1
}

// Sweep deletes what has been kept long enough, and the files that are left of what was
// deleted before.
func (a *Archive) Sweep(ctx context.Context) {
	deleted, err := a.sweep(ctx)
	if err != nil && ctx.Err() == nil {
		a.Log.Error("old recordings are not deleted", "error", err)
	}
	if deleted > 0 {
		a.Log.Info("old recordings are deleted", "recordings", deleted)
	}
}

func (a *Archive) sweep(ctx context.Context) (deleted int, err error) {
	struck, err := a.Index.StruckRecordings(ctx)
	if err != nil {
		return 0, err
	}
	var errs []error
	for _, r := range struck {
		errs = append(errs, a.erase(ctx, r))
	}
	kept, least, err := a.terms(ctx)
	if err != nil || least == 0 {
		return 0, errors.Join(append(errs, err)...)
	}
	now := a.Now()
	for _, state := range []campaign.RecordingState{campaign.RecordingComplete, campaign.RecordingFailed} {
		for f := (campaign.RecordingFilter{State: state, To: now.Add(-least), Limit: batch}); ; {
			rows, err := a.Index.Recordings(ctx, f)
			if err != nil {
				return deleted, errors.Join(append(errs, err)...)
			}
			for _, r := range rows {
				f.After = r.ID
				term, own := kept[r.Campaign]
				if !own {
					term = a.Kept
				}
				if r.Held || term == 0 || now.Sub(latest(r.Started, r.Ended)) < term {
					continue
				}
				if _, err := a.Delete(ctx, r.ID, "kept for "+days(term)); err == nil {
					deleted++
				} else if fault.KindOf(err) != fault.Conflict { // it is not held since a moment
					errs = append(errs, err)
				}
			}
			if len(rows) < batch {
				break
			}
		}
	}
	return deleted, errors.Join(errs...)
}

// latest is the later of two moments.
func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// terms are how long the campaigns' recordings are kept that say so, and the shortest
// of all; 0 is for ever.
func (a *Archive) terms(ctx context.Context) (kept map[campaign.ID]time.Duration, least time.Duration, err error) {
	all, err := a.Index.Campaigns(ctx)
	if err != nil {
		return nil, 0, err
	}
	kept, least = map[campaign.ID]time.Duration{}, a.Kept
	for _, c := range all {
		if term := c.Recorded.Keep; term > 0 {
			kept[c.ID] = term
			if least == 0 || term < least {
				least = term
			}
		}
	}
	return kept, least, nil
}

// days writes a length of time in days where it is a whole number of them.
func days(d time.Duration) string {
	const day = 24 * time.Hour
	if d%day == 0 {
		return fmt.Sprintf("%d days", d/day)
	}
	return d.String()
}
