package archive_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/outdial/outdial/internal/archive"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/compliance"
	"github.com/outdial/outdial/internal/fault"
	"github.com/outdial/outdial/internal/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// noon is when the tests take place.
var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// house is an archive on a real database and a real folder.
type house struct {
	*testing.T
	folder string
	db     *store.Store
	config archive.Config
	now    time.Time
	left   int64 // bytes on the disk
	broken error // of the disk
}

func newHouse(t *testing.T) *house {
	dir := t.TempDir()
	db, err := store.Open(t.Context(), filepath.Join(dir, "outdial.db"), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	h := &house{T: t, folder: filepath.Join(dir, "recordings"), db: db, now: noon, left: 1 << 40}
	h.config = archive.Config{
		Folder: h.folder, Index: db, Spare: 1 << 30, Log: slog.New(slog.DiscardHandler),
		Now: func() time.Time { return h.now }, Free: func(string) (int64, error) { return h.left, h.broken },
	}
	return h
}

func (h *house) open() *archive.Archive {
	h.Helper()
	a, err := archive.Open(h.Context(), h.config)
	if err != nil {
		h.Fatal(err)
	}
	h.Cleanup(func() { a.Close() })
	return a
}

// file writes a file of the folder.
func (h *house) file(name string, size int) {
	h.Helper()
	path := filepath.Join(h.folder, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		h.Fatal(err)
	}
	if err := os.WriteFile(path, make([]byte, size), 0o600); err != nil {
		h.Fatal(err)
	}
}

func (h *house) there(name string) bool {
	_, err := os.Stat(filepath.Join(h.folder, name))
	return err == nil
}

// begin writes down that the recording of a call has begun, days before noon.
func (h *house) begin(id call.ID, days int, of campaign.ID) string {
	h.Helper()
	name := "2026/03/04/" + string(id) + "-1"
	err := h.db.BeginRecording(h.Context(), campaign.Recording{
		Name: name, Call: id, Campaign: of, Agent: "anna", Started: noon.AddDate(0, 0, -days).Add(-time.Minute),
	})
	if err != nil {
		h.Fatal(err)
	}
	return name
}

// recorded is a recording with its file.
func (h *house) recorded(a *archive.Archive, id call.ID, days int, of campaign.ID) campaign.Recording {
	h.Helper()
	name := h.begin(id, days, of)
	h.file(name+".wav", 44+640)
	a.Taped(call.Taped{ID: name, Path: name + ".wav", Ended: noon.AddDate(0, 0, -days), Duration: 20 * time.Millisecond, Bytes: 684, Whole: true})
	return h.row(name)
}

func (h *house) row(name string) campaign.Recording {
	h.Helper()
	r, err := h.db.RecordingNamed(h.Context(), name)
	if err != nil {
		h.Fatal(err)
	}
	return r
}

func TestWhatARecordingCameToIsInTheIndex(t *testing.T) {
	h := newHouse(t)
	a := h.open()
	r := h.recorded(a, "7", 0, "A")
	sum := sha256.Sum256(make([]byte, 684))
	if r.State != campaign.RecordingComplete || r.Path != r.Name+".wav" || r.Bytes != 684 || r.Sum != hex.EncodeToString(sum[:]) || r.Agent != "anna" {
		t.Errorf("%+v", r)
	}
	name := h.begin("8", 0, "A")
	a.Taped(call.Taped{ID: name, Path: name + ".wav.part", Ended: noon, Why: "no space left"})
	if r := h.row(name); r.State != campaign.RecordingFailed || r.Why != "no space left" || r.Path != name+".wav.part" {
		t.Errorf("%+v", r)
	}
}

func TestACrashLosesNoRecordingAndLeavesNoneHalfTold(t *testing.T) {
	h := newHouse(t)
	running, unwritten, renamed := h.begin("1", 0, "A"), h.begin("2", 0, "A"), h.begin("3", 0, "A")
	full := h.begin("5", 0, "A")
	if err := h.db.CompleteRecording(t.Context(), campaign.Recording{Name: full, Path: full + ".wav.part", State: campaign.RecordingFailed, Why: "no space left"}); err != nil {
		t.Fatal(err)
	}
	h.file(running+".wav.part", 44+50*640+100)
	h.file(renamed+".wav", 44+100*640)
	h.file("2026/03/04/4-1.wav.part", 44+25*640) // of which nothing was written down
	h.file(full+".wav.part", 44+5*640)
	h.open()
	for name, want := range map[string]campaign.Recording{
		running:          {State: campaign.RecordingComplete, Why: "cut off: the server ended while it was made", Path: running + ".wav", Duration: time.Second, Bytes: 44 + 50*640, Agent: "anna"},
		unwritten:        {State: campaign.RecordingFailed, Why: "cut off: the server ended before anything was written", Agent: "anna"},
		renamed:          {State: campaign.RecordingComplete, Path: renamed + ".wav", Duration: 2 * time.Second, Bytes: 44 + 100*640, Agent: "anna"},
		"2026/03/04/4-1": {State: campaign.RecordingComplete, Why: "cut off: the server ended while it was made", Path: "2026/03/04/4-1.wav", Duration: 500 * time.Millisecond, Bytes: 44 + 25*640},
		full:             {State: campaign.RecordingFailed, Why: "no space left", Path: full + ".wav", Duration: 100 * time.Millisecond, Bytes: 44 + 5*640, Agent: "anna"},
	} {
		got := h.row(name)
		if got.State != want.State || got.Why != want.Why || got.Path != want.Path || got.Duration != want.Duration || got.Bytes != want.Bytes || got.Agent != want.Agent {
			t.Errorf("%s:\n got %+v\nwant %+v", name, got, want)
		}
		if want.Path != "" && (!h.there(want.Path) || got.Sum == "" || got.Ended.IsZero()) {
			t.Errorf("%s: its file is not there, or not described: %+v", name, got)
		}
	}
	if r := h.row("2026/03/04/4-1"); r.Call != "4" || r.Started.IsZero() {
		t.Errorf("%+v", r)
	}
	// The next start finds nothing to do.
	before := h.row(running)
	h.open()
	if after := h.row(running); after != before {
		t.Errorf("%+v, then %+v", before, after)
	}
}

func TestAudioIsGivenOfWhatIsThere(t *testing.T) {
	h := newHouse(t)
	a := h.open()
	whole, open, lost := h.recorded(a, "1", 0, "A"), h.begin("2", 0, "A"), h.recorded(a, "3", 0, "A")
	r, file, err := a.Audio(t.Context(), whole.ID)
	if err != nil || r != whole {
		t.Fatal(r, err)
	}
	if b, err := io.ReadAll(file); err != nil || len(b) != 684 {
		t.Errorf("%d bytes, %v", len(b), err)
	}
	file.Close()
	if err := os.Remove(filepath.Join(h.folder, lost.Path)); err != nil {
		t.Fatal(err)
	}
	// A row that leads out of the folder, or through a link out of it, leads nowhere.
	if err := os.WriteFile(filepath.Join(filepath.Dir(h.folder), "secret"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("../secret", filepath.Join(h.folder, "link.wav")); err != nil {
		t.Fatal(err)
	}
	for i, path := range []string{"../secret", "link.wav", filepath.Join(filepath.Dir(h.folder), "secret")} {
		if err := h.db.CompleteRecording(t.Context(), campaign.Recording{Name: string(rune('a' + i)), Path: path, State: campaign.RecordingComplete}); err != nil {
			t.Fatal(err)
		}
	}
	for id, want := range map[campaign.RecordingID]fault.Kind{
		h.row(open).ID: fault.Conflict, lost.ID: fault.NotFound, 99: fault.NotFound,
		h.row("a").ID: fault.NotFound, h.row("b").ID: fault.NotFound, h.row("c").ID: fault.NotFound,
	} {
		if r, _, err := a.Audio(t.Context(), id); fault.KindOf(err) != want || err == nil {
			t.Errorf("%s: %v", r.Name, err)
		}
	}
}

func TestARecordingIsDeletedUnlessItIsHeld(t *testing.T) {
	h := newHouse(t)
	a := h.open()
	r := h.recorded(a, "1", 0, "A")
	if held, err := a.Hold(t.Context(), r.ID, true); err != nil || !held.Held {
		t.Fatal(held, err)
	}
	if _, err := a.Delete(t.Context(), r.ID, "asked"); fault.KindOf(err) != fault.Conflict || !h.there(r.Path) {
		t.Errorf("held: %v", err)
	}
	if _, err := a.Hold(t.Context(), r.ID, false); err != nil {
		t.Fatal(err)
	}
	gone, err := a.Delete(t.Context(), r.ID, "asked")
	if err != nil || gone.State != campaign.RecordingDeleted || gone.Why != "asked" || !gone.Deleted.Equal(noon) || gone.Path != "" || gone.Agent != "anna" || h.there(r.Path) {
		t.Errorf("%+v, %v", gone, err)
	}
	if _, _, err := a.Audio(t.Context(), r.ID); fault.KindOf(err) != fault.Gone {
		t.Errorf("its audio: %v", err)
	}
	if _, err := a.Hold(t.Context(), r.ID, true); fault.KindOf(err) != fault.Gone {
		t.Errorf("held afterwards: %v", err)
	}
	for _, id := range []campaign.RecordingID{r.ID, h.row(h.begin("2", 0, "A")).ID} {
		if _, err := a.Delete(t.Context(), id, "asked"); fault.KindOf(err) != fault.Conflict {
			t.Errorf("recording %d: %v", id, err)
		}
	}
}

func TestWhatIsOldIsSweptOut(t *testing.T) {
	h := newHouse(t)
	h.config.Kept = 90 * 24 * time.Hour
	for _, c := range []campaign.Campaign{
		{ID: "SHORT", Name: "Short", List: "l", Hours: compliance.Hours{Always: true}, Recorded: campaign.Recorded{Keep: 10 * 24 * time.Hour}},
		{ID: "USUAL", Name: "Usual", List: "l", Hours: compliance.Hours{Always: true}},
	} {
		if err := h.db.SaveCampaign(t.Context(), c.Defaults()); err != nil {
			t.Fatal(err)
		}
	}
	a := h.open()
	keep := map[string]bool{}
	for id, c := range map[call.ID]struct {
		days int
		of   campaign.ID
		kept bool
		held bool
	}{
		"1": {11, "SHORT", false, false}, "2": {9, "SHORT", true, false}, "3": {11, "SHORT", true, true},
		"4": {91, "USUAL", false, false}, "5": {89, "USUAL", true, false}, "6": {91, "", false, false},
	} {
		r := h.recorded(a, id, c.days, c.of)
		if c.held {
			if _, err := a.Hold(t.Context(), r.ID, true); err != nil {
				t.Fatal(err)
			}
		}
		keep[r.Name] = c.kept
	}
	h.begin("7", 100, "USUAL") // is still being made
	a.Sweep(t.Context())
	a.Sweep(t.Context())
	for name, kept := range keep {
		r := h.row(name)
		if (r.State == campaign.RecordingComplete) != kept || h.there(name+".wav") != kept {
			t.Errorf("%s is %s, %q, its file there: %v", name, r.State, r.Why, h.there(name+".wav"))
		}
		if !kept && r.Why != "kept for 90 days" && r.Why != "kept for 10 days" {
			t.Errorf("%s: %q", name, r.Why)
		}
	}
	// What could not be removed is, the next time.
	last := h.row("2026/03/04/2-1")
	if err := h.db.StrikeRecording(t.Context(), last.ID, "asked", noon); err != nil {
		t.Fatal(err)
	}
	a.Sweep(t.Context())
	if h.there(last.Path) || h.row(last.Name).Path != "" {
		t.Error("a file that was struck is still there")
	}
}

// Keep tells at once that there is no room, and ends when it is told to.
func TestNothingBeginsOnAFullDisk(t *testing.T) {
	for name, c := range map[string]struct {
		left   int64
		broken error
		want   []string
	}{
		"room":   {1 << 40, nil, nil},
		"full":   {1 << 20, nil, []string{"the disk of the recordings has less than 1024 MiB left"}},
		"broken": {0, errors.New("no such disk"), []string{"the disk of the recordings can not be looked at: no such disk"}},
	} {
		h := newHouse(t)
		h.left, h.broken = c.left, c.broken
		a := h.open()
		ctx, stop := context.WithCancel(t.Context())
		stop()
		var said []string
		a.Keep(ctx, func(why string) { said = append(said, why) })
		if !slices.Equal(said, c.want) {
			t.Errorf("%s: %q", name, said)
		}
		if c.broken == nil && a.Room() != c.left || c.broken != nil && a.Room() != -1 {
			t.Errorf("%s: %d bytes", name, a.Room())
		}
	}
}

func TestWithoutAFolderNothingIsKept(t *testing.T) {
	h := newHouse(t)
	h.config.Folder = ""
	a := h.open()
	a.Keep(t.Context(), func(why string) { t.Error(why) })
	if all, err := a.Recordings(t.Context(), campaign.RecordingFilter{}); err != nil || len(all) != 0 || a.Room() != -1 {
		t.Error(all, err)
	}
	h.config.Folder = filepath.Join(filepath.Dir(h.folder), "outdial.db")
	if _, err := archive.Open(t.Context(), h.config); err == nil {
		t.Error("a file is no folder")
	}
}
