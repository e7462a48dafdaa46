package forward

import (
	"sync/atomic"
	"time"
	"unsafe"
)

// Tap is a ring of what passed on a flow. One at a time may read it.
type Tap struct {
	number uint32
	m      *programTap
	read   uint64
}

// NewTap gives a free tap, or [ErrFew].
func (p *Path) NewTap() (*Tap, error) {
	select {
	case t := <-p.idle:
		return t, nil
	default:
		return nil, ErrFew
	}
}

// Free gives a tap back, once the flow that had it was recalled.
func (p *Path) Free(t *Tap) {
	t.read = t.written().Load()
	p.idle <- t // has room for all there are
}

func (t *Tap) written() *atomic.Uint64 { return (*atomic.Uint64)(unsafe.Pointer(&t.m.Written)) }

// Next copies the oldest payload that was not read yet to room, which has place for
// [Largest]; ok is false if there is none. missed counts those before it that were
// overwritten.
func (t *Tap) Next(room []byte) (h Heard, missed uint64, ok bool) {
	const frames = uint64(len(t.m.Frames))
	for {
		written := t.written().Load()
		if t.read == written {
			return Heard{}, missed, false
		}
		if late := written - t.read; late > frames {
			missed += late - frames
			t.read = written - frames
		}
		f := &t.m.Frames[t.read%frames]
		h = Heard{At: time.Duration(f.At), Sequence: f.Seq, Stamp: f.Ts}
		h.Payload = room[:copy(room, f.Payload[:min(int(f.Size), len(f.Payload))])]
		// The program may be writing what comes next over it.
		if t.written().Load()-t.read < frames {
			t.read++
			return h, missed, true
		}
		t.read++
		missed++
	}
}
