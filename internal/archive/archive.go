// Package archive keeps the recordings: their files in a folder, and an index of them
// in the database.
//
// # How a recording comes in
//
// The floor writes a row as a recording begins; telephony makes the file, and
// [Archive.Taped] completes the row once the file is whole. Neither waits for the other:
// a row that comes late keeps what the file's end has written down, and a file whose
// row was never written gets one from the attempt whose call it names.
//
// # After a crash
//
// [Open] mends what the last run left: each .wav.part gets a header that counts what
// was written, its name without .part, and a row that says "cut off". A row that is
// still open then has no file, and says that. So nothing is lost, and nothing is
// half-told: a row is open only while its recording runs.
//
// # How a recording goes
//
// [Archive.Keep] deletes what is older than it is to be kept, by the campaign's rule or
// the server's. What is held (by law) stays until it is let go. The row is struck
// before the file goes and stays as evidence; a file that could not be removed is tried
// again. Keep also watches the room on the disk, and says when no recording may begin.
//
// # Invariants
//
//   - No path leads out of the folder ([os.Root]).
//   - A recording that is being made is neither given out nor deleted.
//   - The database decides between a hold and a deletion that come at one time.
package archive

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
	"github.com/outdial/outdial/internal/media"
)

// Index is where recordings are written down.
type Index interface {
	CompleteRecording(context.Context, campaign.Recording) error
	Recording(context.Context, campaign.RecordingID) (campaign.Recording, error)
	RecordingNamed(context.Context, string) (campaign.Recording, error)
	Recordings(context.Context, campaign.RecordingFilter) ([]campaign.Recording, error)
	HoldRecording(ctx context.Context, id campaign.RecordingID, on bool) error
	StrikeRecording(ctx context.Context, id campaign.RecordingID, why string, now time.Time) error
	EraseRecording(context.Context, campaign.RecordingID) error
	StruckRecordings(context.Context) ([]campaign.Recording, error)
	Campaigns(context.Context) ([]campaign.Campaign, error)
}

// Config is what an archive is made of.
type Config struct {
	// Folder is where the files are; empty: nothing is recorded, and nothing is there.
	Folder string
	Index  Index
	// Kept is how long recordings are kept whose campaign does not say; 0 is for ever.
	Kept time.Duration
	// Spare is how many bytes must be free on the disk for a recording to begin.
	Spare int64
	Log   *slog.Logger
	// Now is the clock; nil is time.Now. Free tells the bytes that are free; nil asks
	// the system.
	Now  func() time.Time
	Free func(folder string) (int64, error)
}

// Archive is the folder and its index. It may be used by all at once.
type Archive struct {
	Config
	root *os.Root // nil without a folder
}

// patience is how long the index may take to write something down.
const patience = 20 * time.Second

// Open makes the folder, for its owner only, and mends what a crash has left in it.
// Nothing may be recorded to it before.
func Open(ctx context.Context, cfg Config) (*Archive, error) {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Free == nil {
		cfg.Free = free
	}
	a := &Archive{Config: cfg}
	if cfg.Folder == "" {
		return a, nil
	}
	if err := os.MkdirAll(cfg.Folder, 0o700); err != nil {
		return nil, fmt.Errorf("recordings can not be kept there: %w", err)
	}
	root, err := os.OpenRoot(cfg.Folder)
	if err != nil {
		return nil, fmt.Errorf("recordings can not be kept there: %w", err)
	}
	a.root = root
	if err := a.mend(ctx); err != nil {
		return nil, errors.Join(err, root.Close())
	}
	return a, nil
}

// Close lets go of the folder.
func (a *Archive) Close() error {
	if a.root == nil {
		return nil
	}
	return a.root.Close()
}

// mend completes what the last run did not.
func (a *Archive) mend(ctx context.Context) error {
	mended := 0
	err := fs.WalkDir(a.root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			a.Log.Error("a folder of recordings can not be read", "path", name, "error", err)
			return fs.SkipDir
		}
		if !strings.HasSuffix(name, media.PartEnding) || !d.Type().IsRegular() {
			return nil
		}
		mended++
		return a.mendOne(ctx, name)
	})
	if err != nil {
		return err
	}
	open, err := a.Index.Recordings(ctx, campaign.RecordingFilter{State: campaign.RecordingOpen})
	if err != nil {
		return err
	}
	for _, r := range open {
		if err := a.settle(ctx, r); err != nil {
			return err
		}
	}
	if mended+len(open) > 0 {
		a.Log.Warn("recordings of a former run were not complete", "mended", mended, "without a file to mend", len(open))
	}
	return nil
}

// cutOff is what the index says of a recording that the server did not live to end.
const cutOff = "cut off: the server ended while it was made"

// mendOne completes a file and its row. A file that can not be mended stays as it is.
func (a *Archive) mendOne(ctx context.Context, part string) error {
	name := strings.TrimSuffix(part, media.PartEnding)
	r, err := a.Index.RecordingNamed(ctx, name)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		r = campaign.Recording{Name: name, Call: callOf(name)}
	case err != nil:
		return err
	}
	info, err := media.Mend(a.root, part)
	if err != nil {
		a.Log.Error("a recording that was cut off can not be mended", "path", part, "error", err)
		r.State, r.Path, r.Why = campaign.RecordingFailed, part, cutOff+"; it can not be mended: "+err.Error()
		return a.Index.CompleteRecording(ctx, r)
	}
	r.Path, r.Duration, r.Bytes, r.Sum = info.Path, info.Duration, info.Bytes, a.sum(info.Path)
	if file, err := a.root.Stat(info.Path); err == nil && r.Ended.IsZero() {
		r.Ended = file.ModTime()
	}
	if r.Started.IsZero() {
		r.Started = r.Ended.Add(-r.Duration)
	}
	if r.State != campaign.RecordingFailed { // else it says already what went wrong
		r.State, r.Why = campaign.RecordingComplete, cutOff
	}
	a.Log.Warn("a recording that was cut off is mended", "recording", name, "path", r.Path, "duration", r.Duration)
	return a.Index.CompleteRecording(ctx, r)
}

// settle completes the row of a recording that has no file to be mended: it was made
// whole before the row was, or it never came to be.
func (a *Archive) settle(ctx context.Context, r campaign.Recording) error {
	r.State, r.Why = campaign.RecordingFailed, "cut off: the server ended before anything was written"
	if file, err := a.root.Stat(r.Name + ".wav"); err == nil {
		r.State, r.Why, r.Path = campaign.RecordingComplete, "", r.Name+".wav"
		r.Bytes, r.Ended, r.Sum = file.Size(), file.ModTime(), a.sum(r.Path)
		r.Duration = media.Length(r.Bytes)
	}
	return a.Index.CompleteRecording(ctx, r)
}

// callOf is the call that a recording's name begins with.
func callOf(name string) call.ID {
	id, _, _ := strings.Cut(path.Base(name), "-")
	return call.ID(id)
}

// Taped writes down what became of a recording.
func (a *Archive) Taped(t call.Taped) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	r := campaign.Recording{
		Name: t.ID, Path: t.Path, Call: callOf(t.ID), Started: t.Ended.Add(-t.Duration), Ended: t.Ended, Duration: t.Duration,
		Dropped: t.Dropped, Bytes: t.Bytes, State: campaign.RecordingFailed, Why: t.Why,
	}
	if t.Whole {
		r.State, r.Sum = campaign.RecordingComplete, a.sum(t.Path)
	}
	if err := a.Index.CompleteRecording(ctx, r); err != nil {
		a.Log.Error("what became of a recording is not in the index", "recording", t.ID, "path", t.Path, "error", err)
	}
}

// sum is the SHA-256 of a file, or nothing if it can not be read.
func (a *Archive) sum(name string) string {
	if a.root == nil {
		return ""
	}
	f, err := a.root.Open(name)
	if err != nil {
		return ""
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return ""
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Recordings gives the rows that a filter wants, oldest first. Errors: NotFound.
func (a *Archive) Recordings(ctx context.Context, f campaign.RecordingFilter) ([]campaign.Recording, error) {
	return a.Index.Recordings(ctx, f)
}

// Recording gives a row. Errors: NotFound.
func (a *Archive) Recording(ctx context.Context, id campaign.RecordingID) (campaign.Recording, error) {
	return a.Index.Recording(ctx, id)
}

// Audio opens the file of a recording; whoever asks closes it. Errors: NotFound; Gone
// for one that was deleted; Conflict for one that is being made.
func (a *Archive) Audio(ctx context.Context, id campaign.RecordingID) (campaign.Recording, io.ReadSeekCloser, error) {
	r, err := a.Index.Recording(ctx, id)
	switch {
	case err != nil:
		return r, nil, err
	case r.State == campaign.RecordingOpen:
		return r, nil, fault.New(fault.Conflict, "recording %d is being made; it can be heard once its call is over", id)
	case r.State == campaign.RecordingDeleted:
		return r, nil, fault.New(fault.Gone, "recording %d was deleted: %s", id, r.Why)
	case a.root == nil || r.Path == "":
		return r, nil, fault.New(fault.NotFound, "recording %d has no file here", id)
	}
	f, err := a.root.Open(r.Path)
	if err != nil {
		return r, nil, fault.Wrap(err, fault.NotFound, "the file of recording %d is not in the folder of recordings; restore %s there", id, r.Path)
	}
	return r, f, nil
}

// Hold keeps a recording from being deleted, or lets it go. Errors: NotFound; Gone for
// one that was deleted.
func (a *Archive) Hold(ctx context.Context, id campaign.RecordingID, on bool) (campaign.Recording, error) {
	if err := a.Index.HoldRecording(ctx, id, on); err != nil {
		return campaign.Recording{}, err
	}
	r, err := a.Index.Recording(ctx, id)
	if err == nil && r.State == campaign.RecordingDeleted {
		err = fault.New(fault.Gone, "recording %d was deleted: %s", id, r.Why)
	}
	return r, err
}

// Delete deletes the file of a recording; the row stays and says why. Errors:
// NotFound; Conflict for one that is held, is being made or was deleted.
func (a *Archive) Delete(ctx context.Context, id campaign.RecordingID, why string) (campaign.Recording, error) {
	r, err := a.Index.Recording(ctx, id)
	if err != nil {
		return r, err
	}
	if err := a.Index.StrikeRecording(ctx, id, why, a.Now()); err != nil {
		return r, err
	}
	if err := a.erase(ctx, r); err != nil {
		return r, err
	}
	return a.Index.Recording(ctx, id)
}

// erase removes the file of a recording that was struck.
func (a *Archive) erase(ctx context.Context, r campaign.Recording) error {
	if a.root != nil && r.Path != "" {
		if err := a.root.Remove(r.Path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fault.Wrap(err, fault.Internal, "the file of recording %d can not be removed; it is tried again within the hour", r.ID)
		}
	}
	return a.Index.EraseRecording(ctx, r.ID)
}
