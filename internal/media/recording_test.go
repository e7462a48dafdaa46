package media

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// tape is a recording of a table's phones in a folder of the test's own.
type tape struct {
	*Recording
	t      testing.TB
	folder string
	info   RecordingInfo
	told   []error
}

func newTape(tb *table, folder, name string) *tape {
	tb.t.Helper()
	tp := &tape{t: tb.t, folder: folder}
	var err error
	tp.Recording, err = tb.NewRecording(folder, name,
		func(err error) { tp.told = append(tp.told, err) },
		func(info RecordingInfo) { tp.info = info })
	if err != nil {
		tb.t.Fatal(err)
	}
	return tp
}

// complete stops the recording and gives its channels.
func (tp *tape) complete() (left, right []int16) {
	tp.t.Helper()
	tp.Stop()
	tp.Stop()
	<-tp.Done()
	if tp.info.Err != nil || len(tp.told) > 0 {
		tp.t.Fatalf("%v, told %v", tp.info.Err, tp.told)
	}
	left, right = channels(tp.t, tp.info.Path)
	if d := time.Duration(len(left)/frame) * frameTime; d != tp.info.Duration || tp.info.Dropped != 0 {
		tp.t.Errorf("%v, want %v and nothing dropped", tp.info, d)
	}
	return left, right
}

// channels reads a recording, and checks that its header is true.
func channels(t testing.TB, path string) (left, right []int16) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	format, body, err := chunks(data)
	if err != nil || format != (wave{wavePCM, 2, 16, 8000}) || len(body) != len(data)-waveHeader {
		t.Fatalf("%s: %+v, %d of %d bytes, %v", path, format, len(body), len(data), err)
	}
	if size := binary.LittleEndian.Uint32(data[4:]); int(size) != len(data)-8 {
		t.Errorf("%s: RIFF of %d bytes in a file of %d", path, size, len(data))
	}
	for ; len(body) > 0; body = body[4:] {
		left = append(left, int16(binary.LittleEndian.Uint16(body)))
		right = append(right, int16(binary.LittleEndian.Uint16(body[2:])))
	}
	return left, right
}

// said tells which levels are in a channel, frame by frame.
func said(channel []int16) (frames [][]int) {
	for at := 0; at < len(channel); at += frame {
		// In the middle, as a frame of the recording may hold the seam of two.
		who, _ := saying(channel[at+frame/2])
		frames = append(frames, who)
	}
	return frames
}

// runs shortens equal frames to one.
func runs(frames [][]int) [][]int {
	return slices.CompactFunc(slices.Clone(frames), func(a, b []int) bool { return slices.Equal(a, b) })
}

func wantRuns(t testing.TB, side string, channel []int16, want ...[]int) {
	t.Helper()
	if got := runs(said(channel)); !slices.EqualFunc(got, want, func(a, b []int) bool { return slices.Equal(a, b) }) {
		t.Errorf("%s: %v, want %v", side, got, want)
	}
}

func TestARecordingHasASideForEachParty(t *testing.T) {
	tb := newTable(t, PCMU, PCMA, PCMU)
	tp := newTape(tb, t.TempDir(), "2026/03/01/call-1.first")
	Bridge(tb.phones[0].Leg, tb.phones[1].Leg, nil)
	left, right := []*Leg{tb.phones[0].Leg}, []*Leg{tb.phones[1].Leg}
	tp.Set(Recorded, left, right)
	tb.rounds(100)
	l, r := tp.complete()
	if len(l) != 100*frame {
		t.Errorf("%d samples of 100 frames", len(l))
	}
	wantRuns(t, "left", l, nil, []int{0})
	wantRuns(t, "right", r, nil, []int{1})
	if want := filepath.Join(tp.folder, "2026/03/01/call-1.first.wav"); tp.info.Path != want {
		t.Errorf("path %s", tp.info.Path)
	}
	for path, want := range map[string]os.FileMode{"2026": 0o700, "2026/03/01": 0o700, "2026/03/01/call-1.first.wav": 0o600} {
		if s, err := os.Stat(filepath.Join(tp.folder, path)); err != nil || s.Mode().Perm() != want || !s.IsDir() && s.Size() != tp.info.Bytes {
			t.Errorf("%s: %v %v", path, s, err)
		}
	}
	if entries, _ := os.ReadDir(filepath.Join(tp.folder, "2026/03/01")); len(entries) != 1 {
		t.Errorf("%v is left", entries)
	}
}

func TestWhatIsRecorded(t *testing.T) {
	type order struct {
		state       State
		left, right []int
		close       []int // phones that hang up before
		frames      int
	}
	for name, c := range map[string]struct {
		orders      []order
		frames      int // of the file
		left, right [][]int
	}{
		"sides of several legs are summed": {
			[]order{{Recorded, []int{0}, []int{1, 2}, nil, 20}}, 20,
			[][]int{nil, {0}}, [][]int{nil, {1, 2}},
		},
		"a leg on both sides": {
			[]order{{Recorded, []int{0}, []int{0, 0}, nil, 20}}, 20,
			[][]int{nil, {0}}, [][]int{nil, {0}},
		},
		"legs change": {
			[]order{{Recorded, []int{0}, []int{1}, nil, 20}, {Recorded, []int{0}, []int{2}, nil, 20}, {Recorded, []int{0, 1}, nil, nil, 20}}, 60,
			[][]int{nil, {0}, {0, 1}}, [][]int{nil, {1}, nil, {2}, nil},
		},
		"a secure pause is silence of its length": {
			[]order{{Recorded, []int{0}, []int{1}, nil, 20}, {Blanked, []int{0}, []int{1}, nil, 30}, {Recorded, []int{0}, []int{1}, nil, 20}}, 70,
			[][]int{nil, {0}, nil, {0}}, [][]int{nil, {1}, nil, {1}},
		},
		"a pause is left out": {
			[]order{{Recorded, []int{0}, []int{1}, nil, 20}, {Paused, nil, nil, nil, 30}, {Recorded, []int{0}, []int{1}, nil, 20}}, 40,
			[][]int{nil, {0}, nil, {0}}, [][]int{nil, {1}, nil, {1}},
		},
		"a leg ends": {
			[]order{{Recorded, []int{0}, []int{1}, nil, 20}, {Recorded, []int{0}, []int{1}, []int{1}, 20}}, 40,
			[][]int{nil, {0}}, [][]int{nil, {1}, nil},
		},
		"all legs end": {
			[]order{{Recorded, []int{0}, []int{1}, nil, 20}, {Recorded, []int{0}, []int{1}, []int{0, 1}, 20}}, 40,
			[][]int{nil, {0}, nil}, [][]int{nil, {1}, nil},
		},
		"nobody": {[]order{{Recorded, nil, nil, nil, 20}}, 20, [][]int{nil}, [][]int{nil}},
		"begun in a pause": {
			[]order{{Paused, []int{0}, []int{1}, nil, 20}, {Recorded, []int{0}, []int{1}, nil, 20}}, 20,
			[][]int{nil, {0}}, [][]int{nil, {1}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			tb := newTable(t, PCMU, PCMU, PCMU)
			tp := newTape(tb, t.TempDir(), "a")
			legs := func(numbers []int) (list []*Leg) {
				for _, n := range numbers {
					list = append(list, tb.phones[n].Leg)
				}
				return list
			}
			for _, o := range c.orders {
				for _, n := range o.close {
					tb.phones[n].Close()
				}
				tp.Set(o.state, legs(o.left), legs(o.right))
				tb.rounds(o.frames)
			}
			l, r := tp.complete()
			if len(l) != c.frames*frame {
				t.Errorf("%d frames, want %d", len(l)/frame, c.frames)
			}
			wantRuns(t, "left", l, c.left...)
			wantRuns(t, "right", r, c.right...)
			for _, p := range tb.phones {
				if len(p.ears) > 0 {
					t.Error("an ear is left open")
				}
			}
		})
	}
}

// What is said in a secure pause is not in the file, not even where the pause
// begins and ends within frames.
func TestNothingOfASecurePauseIsKept(t *testing.T) {
	tb := newTable(t, PCMU)
	tp := newTape(tb, t.TempDir(), "a")
	leg := []*Leg{tb.phones[0].Leg}
	for range 10 {
		tp.Set(Recorded, leg, nil)
		tb.rounds(7)
		tp.Set(Blanked, leg, nil)
		for range 5 {
			tb.phones[0].say(tb.phones[0].law(levels[4]))
			tb.pass(frameTime)
		}
		tb.phones[0].say(tb.phones[0].law(levels[4]))
	}
	l, _ := tp.complete()
	for i, who := range said(l) {
		if slices.Contains(who, 4) {
			t.Fatalf("frame %d has what was secret", i)
		}
	}
	if len(l) != 120*frame {
		t.Errorf("%d frames", len(l)/frame)
	}
}

func TestGapsAreSilenceAndTheTimesStayTrue(t *testing.T) {
	tb := newTable(t, PCMU, PCMU)
	tp := newTape(tb, t.TempDir(), "a")
	tp.Set(Recorded, []*Leg{tb.phones[0].Leg}, []*Leg{tb.phones[1].Leg})
	tb.rounds(20)
	tb.rounds(30, 1)
	tb.phones[1].ts += 30 * frame
	tb.rounds(20)
	tb.time = tb.time.Add(10 * frameTime) // the ticker stood still
	tb.pass(0)
	tb.rounds(20, 0, 1)
	l, r := tp.complete()
	if len(l) != 100*frame {
		t.Errorf("%d frames", len(l)/frame)
	}
	wantRuns(t, "left", l, nil, []int{0}, nil)
	wantRuns(t, "right", r, nil, []int{1}, nil, []int{1}, nil)
	frames := said(r)
	gap := 0
	for _, who := range frames[4:60] {
		if who == nil {
			gap++
		}
	}
	if gap != 30 {
		t.Errorf("a gap of 30 frames is %d", gap)
	}
}

func TestRecordingsOfOneNameAreKeptApart(t *testing.T) {
	tb := newTable(t, PCMU)
	folder := t.TempDir()
	for _, want := range []string{"a.wav", "a-2.wav", "a-3.wav"} {
		tp := newTape(tb, folder, "a")
		tp.Set(Recorded, []*Leg{tb.phones[0].Leg}, nil)
		tb.rounds(2)
		tp.complete()
		if got := filepath.Base(tp.info.Path); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestNamesOfRecordings(t *testing.T) {
	for name, ok := range map[string]bool{
		"a": true, "call-1_2.x": true, "2026/03/Call-7": true, "...a": true,
		"": false, ".": false, "..": false, "...": false, "/a": false, "a/": false, "a//b": false, "../a": false, "a/../b": false,
		"a b": false, "a\\b": false, "a\x00": false, "ä": false, "a:b": false, "~": false, "%2e": false, "a\n": false,
		strings.Repeat("a", 200): true, strings.Repeat("a", 201): false,
	} {
		if goodName(name) != ok {
			t.Errorf("%q: %v", name, !ok)
		}
	}
	if _, err := newTable(t).NewRecording(t.TempDir(), "../a", nil, nil); !errors.Is(err, ErrRecordingName) {
		t.Error(err)
	}
}

func FuzzNameOfARecording(f *testing.F) {
	f.Add("a/b.c")
	f.Add("../../etc/passwd")
	f.Add("a/./..")
	f.Fuzz(func(t *testing.T, name string) {
		if !goodName(name) {
			return
		}
		if !filepath.IsLocal(name) || filepath.Clean(name) != name || !strings.HasPrefix(filepath.Join("/folder", name), "/folder/") {
			t.Errorf("%q leads elsewhere", name)
		}
	})
}

func TestALinkDoesNotLeadOutOfTheFolder(t *testing.T) {
	tb := newTable(t, PCMU)
	folder, outside := t.TempDir(), t.TempDir()
	if err := os.Symlink(outside, filepath.Join(folder, "way")); err != nil {
		t.Fatal(err)
	}
	tp := newTape(tb, folder, "way/a")
	tp.Set(Recorded, []*Leg{tb.phones[0].Leg}, nil)
	tb.rounds(5)
	tp.Stop()
	<-tp.Done()
	if tp.info.Err == nil || len(tp.told) != 1 || tp.info.Path != "" || tp.info.Dropped != 5*frameTime {
		t.Errorf("%+v, told %v", tp.info, tp.told)
	}
	if entries, _ := os.ReadDir(outside); len(entries) > 0 {
		t.Errorf("%v", entries)
	}
}

func TestAFileThatIsNotCompleteCanBeRead(t *testing.T) {
	folder := t.TempDir()
	f := &file{folder: folder, name: "a"}
	f.open()
	silence := make([]byte, secondFrames*blockSize)
	frames := 0
	for _, n := range []int{secondFrames, secondFrames, 7} {
		f.write(silence[:n*blockSize])
		frames += n
		r, err := os.Open(filepath.Join(folder, "a.wav.part"))
		if err != nil {
			t.Fatal(err)
		}
		s, err := LoadWAV(r)
		r.Close()
		if err != nil || s.frames() != frames {
			t.Fatalf("after %d frames: %v", frames, err)
		}
	}
	f.finish()
	if info := f.info(); info.Err != nil || info.Duration != 107*frameTime {
		t.Errorf("%+v", info)
	}
}

func TestAFileHasAnEnd(t *testing.T) {
	f := &file{folder: t.TempDir(), name: "a"}
	f.open()
	f.written = waveLimit
	f.write(make([]byte, blockSize))
	f.write(make([]byte, blockSize))
	f.finish()
	if info := f.info(); info.Err == nil || info.Dropped != 2*frameTime {
		t.Errorf("%+v", info)
	}
}

// stuck is a disk that takes its time: each write after the first waits for a
// word.
type stuck struct {
	disk
	entered, word chan struct{}
	writes        int
}

func (s *stuck) WriteAt(p []byte, at int64) (int, error) {
	if s.writes++; s.writes == 2 {
		close(s.entered)
		<-s.word
	}
	return s.disk.WriteAt(p, at)
}

func TestWhatASlowDiskCannotTakeIsSilence(t *testing.T) {
	tb := newTable(t, PCMU)
	tp := newTape(tb, t.TempDir(), "a")
	slow := &stuck{entered: make(chan struct{}), word: make(chan struct{})}
	tp.through = func(d disk) disk { slow.disk = d; return slow }
	tp.Set(Recorded, []*Leg{tb.phones[0].Leg}, nil)
	// A second is being written, two more fill the queue.
	tb.rounds(secondFrames)
	<-slow.entered
	tb.hurried = true
	tb.rounds(queueFrames + 200)
	close(slow.word)
	tb.rig.settle()
	tb.rounds(10)
	tp.Stop()
	<-tp.Done()
	if !errors.Is(tp.info.Err, ErrSlowDisk) || len(tp.told) != 1 || !errors.Is(tp.told[0], ErrSlowDisk) {
		t.Errorf("%+v, told %v", tp.info, tp.told)
	}
	l, _ := channels(t, tp.info.Path)
	if frames := len(l) / frame; frames != secondFrames+queueFrames+210 || !strings.HasSuffix(tp.info.Path, "a.wav") {
		t.Errorf("%d frames in %s", frames, tp.info.Path)
	}
	wantRuns(t, "left", l, nil, []int{0}, nil, []int{0})
	if tp.info.Dropped < 199*frameTime || tp.info.Dropped > 201*frameTime {
		t.Errorf("%v dropped", tp.info.Dropped)
	}
}

// fullDisk is a disk that takes n writes.
type fullDisk struct {
	disk
	n int
}

var errNoSpace = errors.New("no space")

func (f *fullDisk) WriteAt(p []byte, at int64) (int, error) {
	if f.n--; f.n < 0 {
		return 0, errNoSpace
	}
	return f.disk.WriteAt(p, at)
}

func TestADiskThatIsFullEndsTheFile(t *testing.T) {
	for writes := range 6 {
		tb := newTable(t, PCMU)
		tp := newTape(tb, t.TempDir(), "a")
		tp.through = func(d disk) disk { return &fullDisk{d, writes} }
		tp.Set(Recorded, []*Leg{tb.phones[0].Leg}, nil)
		for range 3 {
			tb.rounds(secondFrames)
		}
		tp.Stop()
		<-tp.Done()
		if !errors.Is(tp.info.Err, errNoSpace) || len(tp.told) != 1 {
			t.Errorf("after %d writes: %+v, told %v", writes, tp.info, tp.told)
		}
		if !strings.HasSuffix(tp.info.Path, "a.wav.part") || tp.info.Duration+tp.info.Dropped != 3*secondFrames*frameTime {
			t.Errorf("after %d writes: %+v", writes, tp.info)
		}
	}
}

func TestAClosedPlaneRecordsNothing(t *testing.T) {
	p := loopback(t)
	l := leg(t, p)
	folder := t.TempDir()
	var mu sync.Mutex
	var infos []RecordingInfo
	done := func(info RecordingInfo) {
		mu.Lock()
		defer mu.Unlock()
		infos = append(infos, info)
	}
	r, err := p.NewRecording(folder, "open", nil, done)
	if err != nil {
		t.Fatal(err)
	}
	r.Set(Recorded, []*Leg{l}, nil)
	late, err := p.NewRecording(folder, "late", nil, done)
	if err != nil {
		t.Fatal(err)
	}
	never, err := p.NewRecording(folder, "never", nil, done)
	if err != nil {
		t.Fatal(err)
	}
	p.Close()
	<-r.Done()
	late.Set(Recorded, []*Leg{l}, nil)
	<-late.Done()
	late.Set(Recorded, []*Leg{l}, nil)
	never.Stop()
	<-never.Done()
	never.Set(Recorded, []*Leg{l}, nil)
	if len(infos) != 2 || infos[0].Err != nil || filepath.Base(infos[0].Path) != "open.wav" || !errors.Is(infos[1].Err, ErrClosed) {
		t.Errorf("%+v", infos)
	}
	if entries, _ := os.ReadDir(folder); len(entries) != 1 {
		t.Errorf("%v", entries)
	}
}
