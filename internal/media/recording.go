package media

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// recordingLead and recordingSpare are the wait of a recording's playouts: 60 ms,
	// as nobody waits for it.
	recordingLead  = 3 * frame
	recordingSpare = 3 * frame
	// nameLimit bounds the name of a recording.
	nameLimit = 200
)

var (
	// ErrRecordingName means that a recording's name is no path inside its folder.
	ErrRecordingName = errors.New("media: the name of a recording consists of letters, digits, '-', '_' and '.', and of '/' between folders")
	// ErrSlowDisk means that frames of a recording were dropped; silence is in their
	// place.
	ErrSlowDisk = errors.New("media: the disk does not keep up with the recording")
)

// RecordingInfo is what became of a recording.
type RecordingInfo struct {
	Path     string        // of the file; it ends in .part if something went wrong, and is empty if there is none
	Duration time.Duration // of the file
	Bytes    int64         // of the file
	Dropped  time.Duration // what is silence because the disk did not keep up, or missing
	Err      error         // the first that went wrong
}

// State is what is to be done with a recording.
type State uint8

const (
	// Recorded: everything is written.
	Recorded State = iota
	// Paused: nothing is written, and the time is left out.
	Paused
	// Blanked: silence is written for as long as it lasts.
	Blanked
)

// Recording writes what legs say to a WAV file: 16-bit PCM, 8 kHz, stereo. Its
// clock is the plane's: every 20 ms a frame, in which each leg's samples have
// their place by their timestamp, 60 ms after they came; gaps are silence. The
// ticker only hands frames over to the recording's own goroutine, a second at a
// time, through a queue of 2 s; what the disk cannot take is dropped, and silence
// takes its place.
//
// The file is NAME.wav.part until it is complete, and then NAME.wav, or NAME-2.wav
// and so on if that is there already. While it is written its header is renewed
// about every second, so that after a crash it can be read all the same.
type Recording struct {
	plane   *Plane
	turn    turn
	folder  string
	name    string
	trouble func(error)
	done    func(RecordingInfo)
	stop    chan struct{}   // closed when nothing more is to be written
	over    chan struct{}   // closed when all is done
	through func(disk) disk // for tests; nil is the disk itself

	mu      sync.Mutex // guards started, stopped and the order of settings
	started bool
	stopped bool
	setting atomic.Pointer[setting] // read by the ticker; replaced as a whole
	reel    *reel                   // frames on their way to the file; made as the recording starts

	// The ticker's own.
	at time.Duration // until when frames were made
}

// setting is what is recorded. Its ears are closed while nothing is to be heard,
// so that nothing of it is kept.
type setting struct {
	state State
	sides [2][]*ear
}

// NewRecording prepares a recording by a name inside a folder, which may hold
// slashes; folders are made as needed. Nothing happens before [Recording.Set].
//
// trouble, which may be nil, is told once of the first thing that goes wrong:
// [ErrSlowDisk], or what the system says. done, which may be nil, is called once
// after [Recording.Stop], when the file is complete. Both come from the
// recording's goroutine. Errors: [ErrRecordingName].
func (p *Plane) NewRecording(folder, name string, trouble func(error), done func(RecordingInfo)) (*Recording, error) {
	if !goodName(name) {
		return nil, fmt.Errorf("%w: %q", ErrRecordingName, name)
	}
	r := &Recording{
		plane: p, folder: folder, name: name, trouble: trouble, done: done,
		stop: make(chan struct{}), over: make(chan struct{}),
	}
	r.setting.Store(&setting{state: Paused})
	return r, nil
}

// goodName tells whether a name leads to a file in the folder.
func goodName(name string) bool {
	if len(name) > nameLimit {
		return false
	}
	for element := range strings.SplitSeq(name, "/") {
		if strings.Trim(element, ".") == "" {
			return false
		}
	}
	return strings.IndexFunc(name, func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && !strings.ContainsRune("-_./", c)
	}) < 0
}

// Set says what is recorded from now on, in place of what was said before: what
// the left legs say in the left channel, what the right ones say in the right. A
// leg that stays is heard on without a break, and one that has ended is silent.
// The first Set starts the recording, unless the plane is closed. What was said
// within 60 ms before a pause is left out with it.
func (r *Recording) Set(state State, left, right []*Leg) {
	r.mu.Lock()
	if r.stopped {
		r.mu.Unlock()
		return
	}
	former := r.setting.Load()
	next := &setting{state: state}
	var opened []*ear
	if state == Recorded {
		for side, legs := range [2][]*Leg{left, right} {
			next.sides[side], opened = former.take(side, legs, opened)
		}
	}
	closed := former.leave(next)
	starts := !r.started
	r.started = true
	if starts {
		r.reel, r.at = newReel(), r.plane.now()
	}
	r.setting.Store(next)
	r.mu.Unlock()
	for _, e := range closed {
		e.leg.closeEar(e)
	}
	for _, e := range opened {
		e.leg.openEar(e)
	}
	if starts && !r.plane.record(r) {
		r.Stop()
		r.finish(RecordingInfo{Err: ErrClosed})
	}
}

// take gives the ears for the legs of a side: those that are there, and new ones,
// which it adds to opened.
func (s *setting) take(side int, legs []*Leg, opened []*ear) (ears, all []*ear) {
	for _, l := range legs {
		is := func(e *ear) bool { return e.leg == l }
		if l == nil || slices.ContainsFunc(ears, is) {
			continue
		}
		var e *ear
		if i := slices.IndexFunc(s.sides[side], is); i >= 0 {
			e = s.sides[side][i]
		} else {
			e = newEar(l, recordingLead, recordingSpare)
			opened = append(opened, e)
		}
		ears = append(ears, e)
	}
	return ears, opened
}

// leave gives the ears that are not in next, closed.
func (s *setting) leave(next *setting) (closed []*ear) {
	for side, ears := range s.sides {
		for _, e := range ears {
			if !slices.Contains(next.sides[side], e) {
				e.over.Store(true)
				closed = append(closed, e)
			}
		}
	}
	return closed
}

// Stop ends the recording. It does not wait for the file. It is idempotent.
func (r *Recording) Stop() {
	r.mu.Lock()
	if r.stopped {
		r.mu.Unlock()
		return
	}
	r.stopped = true
	closed, started := r.setting.Load().leave(&setting{}), r.started
	r.setting.Store(&setting{state: Paused})
	r.mu.Unlock()
	for _, e := range closed {
		e.leg.closeEar(e)
	}
	close(r.stop)
	r.plane.quit(r, &r.turn)
	if !started {
		close(r.over)
	}
}

// Done is closed when the file is complete, and done has been called.
func (r *Recording) Done() <-chan struct{} { return r.over }

// dozes implements [clocked].
func (r *Recording) dozes() bool { return false }

// tick makes the frames that are due. A pause leaves the time out.
func (r *Recording) tick(now time.Duration) {
	s := r.setting.Load()
	if s.state == Paused {
		r.at = now
		return
	}
	for ; now-r.at >= frameTime/2; r.at += frameTime {
		r.capture(s)
	}
}

// capture makes a frame where it waits for the file.
func (r *Recording) capture(s *setting) {
	var sides [2][frame]int16
	for side, ears := range s.sides {
		if len(ears) == 1 {
			ears[0].listen(&sides[side])
		} else {
			summed(ears, &sides[side])
		}
	}
	room := r.reel.room()
	if room == nil {
		return
	}
	left, right := &sides[0], &sides[1]
	for i := range frame {
		binary.LittleEndian.PutUint32(room[4*i:], uint32(uint16(left[i]))|uint32(uint16(right[i]))<<16)
	}
	r.reel.keep()
}

// summed sums up what several ears hear.
func summed(ears []*ear, all *[frame]int16) {
	var sum [frame]int32
	var said [frame]int16
	for _, e := range ears {
		if e.listen(&said) {
			add(&sum, &said)
		}
	}
	for i, v := range sum {
		all[i] = limited(v)
	}
}

// finish tells what became of the recording.
func (r *Recording) finish(info RecordingInfo) {
	if r.done != nil {
		r.done(info)
	}
	close(r.over)
}

// run is the recording's goroutine: it writes until the recording is stopped, and
// completes the file.
func (r *Recording) run() {
	f := &file{folder: r.folder, name: r.name, through: r.through}
	f.open()
	told := false
	tell := func() {
		if err := f.trouble(); err != nil && !told && r.trouble != nil {
			told = true
			r.trouble(err)
		}
	}
	tell()
	for running := true; running; {
		select {
		case s := <-r.reel.full:
			r.write(f, s)
			tell()
		case <-r.stop:
			running = false
		}
	}
	for len(r.reel.full) > 0 {
		r.write(f, <-r.reel.full)
	}
	rest, missing := r.reel.rest()
	if rest != nil {
		r.write(f, rest)
	}
	f.skip(missing)
	f.finish()
	tell()
	r.plane.recorded(r)
	r.finish(f.info())
}

func (r *Recording) write(f *file, s *second) {
	f.skip(s.before)
	f.write(s.data[:s.frames*blockSize])
	r.reel.free <- s
}
