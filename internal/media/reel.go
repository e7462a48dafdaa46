package media

import "sync"

const (
	// blockSize is a frame of 16-bit stereo.
	blockSize = 4 * frame
	// secondFrames is how many frames are handed over at once: a second, so that the
	// recording's goroutine wakes once for them.
	secondFrames = 50
	// queueFrames is how far the disk may fall behind: 2 s.
	queueFrames = 2 * secondFrames
)

// second is so much of a recording's file.
type second struct {
	data   [secondFrames * blockSize]byte
	frames int   // that are in it
	before int64 // that were dropped before it
}

// reel is what of a recording is on its way from the ticker to the file: frames gather
// to a second, which changes owner as a whole.
type reel struct {
	full chan *second // on their way
	free chan *second // and back

	mu      sync.Mutex // guards what follows; a leaf
	filling *second    // nil: none yet
	missing int64      // frames dropped since the last that was kept
}

func newReel() *reel {
	seconds := make([]second, 1+queueFrames/secondFrames)
	r := &reel{full: make(chan *second, len(seconds)), free: make(chan *second, len(seconds))}
	for i := range seconds {
		r.free <- &seconds[i]
	}
	return r
}

// room gives the place of the next frame; nil if the disk is too far behind, and then
// it is dropped. Nobody is waited for.
func (r *reel) room() []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.filling == nil {
		select {
		case s := <-r.free:
			s.frames, s.before = 0, r.missing
			r.filling, r.missing = s, 0
		default:
			r.missing++
			return nil
		}
	}
	return r.filling.data[r.filling.frames*blockSize:][:blockSize]
}

// keep keeps the frame that was written there, unless the rest was given meanwhile.
func (r *reel) keep() {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.filling
	if s == nil {
		return
	}
	if s.frames++; s.frames == secondFrames {
		r.filling = nil
		r.full <- s // has room for all there are
	}
}

// rest gives what has not gathered to a second, if anything, and how many frames were
// dropped after it.
func (r *reel) rest() (s *second, missing int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s, missing = r.filling, r.missing
	r.filling, r.missing = nil, 0
	return s, missing
}
