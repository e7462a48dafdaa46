package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/netip"
	"os"
	"runtime/metrics"
	"strconv"
	"sync"
	"time"

	"github.com/outdial/outdial/internal/bench"
	"github.com/outdial/outdial/internal/media"
)

// mediaRelay is a media plane under load, in a process of its own.
type mediaRelay struct {
	plane  *media.Plane
	folder string // for recordings
	idle   media.Idle
	legs   []*media.Leg
	tapes  []*media.Recording
	// pairs are bridged and parted in turn until stop is closed.
	pairs   []pair
	stop    chan struct{}
	bridger sync.WaitGroup

	mu     sync.Mutex // guards what the plane's goroutines tell
	last   bench.Figures
	broken error // the first recording that went wrong
}

// pair is two legs that are bridged again and again; end is the first's place.
type pair struct {
	end  int
	a, b *media.Leg
}

// benchRelay is the process that bench media measures.
func benchRelay(args []string, stdout, stderr io.Writer) (err error) {
	var own planeFlags
	flags := flag.NewFlagSet("outdial bench relay", flag.ContinueOnError)
	flags.SetOutput(stderr)
	address := flags.String("address", "127.0.0.1", "the `address` of the legs")
	own.define(flags)
	if err := flags.Parse(args); err != nil {
		return usage(err)
	}
	config := own.config()
	if config.Address, err = netip.ParseAddr(*address); err != nil {
		return err
	}
	r := &mediaRelay{stop: make(chan struct{})}
	if r.idle, err = media.IdleNamed(own.idle); err != nil {
		return err
	}
	if r.folder, err = os.MkdirTemp(own.folder, "outdial-bench-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(r.folder)) }()
	if r.plane, err = media.Open(config); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.plane.Close()) }()
	defer r.finish()
	return bench.Answer(os.Stdin, stdout, func(q bench.RelayRequest, answer func(any) error) error {
		switch {
		case q.Ends != nil:
			near, err := r.open(q.Load, q.Ends)
			if err != nil {
				return err
			}
			return answer(near)
		case q.Finish:
			r.finish()
			if r.broken != nil {
				return r.broken
			}
		}
		return answer(r.figures())
	})
}

// open makes the legs and connects them.
func (r *mediaRelay) open(load bench.Load, ends []bench.End) (near []netip.AddrPort, err error) {
	for _, end := range ends {
		leg, err := r.plane.NewLeg()
		if err != nil {
			return nil, err
		}
		format := media.Format{Codec: media.PCMU, Remote: end.Far, Send: true, Receive: true, Idle: r.idle}
		if end.Payload != 0 {
			format.Codec, format.Payload = media.PCMA, end.Payload
		}
		if load.SRTP {
			if format.Near, err = media.KeyOf(media.AES128GCM, end.NearKey); err != nil {
				return nil, err
			}
			if format.Far, err = media.KeyOf(media.AES128GCM, end.FarKey); err != nil {
				return nil, err
			}
		}
		leg.Agree(format)
		r.legs = append(r.legs, leg)
		near = append(near, leg.Address())
	}
	if err := r.connect(load, ends); err != nil {
		return nil, err
	}
	if len(r.pairs) > 0 {
		r.bridger.Go(r.bridge)
	}
	return near, nil
}

// connect brings together those who are to hear each other.
func (r *mediaRelay) connect(load bench.Load, ends []bench.End) error {
	var three []*media.Leg
	for i, end := range ends {
		switch {
		case end.Kind == bench.Talking && end.Partner > i:
			a, b := r.legs[i], r.legs[end.Partner]
			media.Bridge(a, b, nil)
			if load.Record {
				if err := r.record(i, a, b); err != nil {
					return err
				}
			}
		case end.Kind == bench.Bridged && end.Partner > i:
			r.pairs = append(r.pairs, pair{i, r.legs[i], r.legs[end.Partner]})
		case end.Kind == bench.Conferred:
			if three = append(three, r.legs[i]); len(three) == 3 {
				r.plane.NewConference().Arrange(media.Part{Leg: three[0], Hears: three}, media.Part{Leg: three[1], Hears: three}, media.Part{Leg: three[2], Hears: three})
				three = nil
			}
		}
	}
	return nil
}

// record records a call.
func (r *mediaRelay) record(number int, a, b *media.Leg) error {
	tape, err := r.plane.NewRecording(r.folder, strconv.Itoa(number), nil, r.recorded)
	if err != nil {
		return err
	}
	tape.Set(media.Recorded, []*media.Leg{a}, []*media.Leg{b})
	r.tapes = append(r.tapes, tape)
	return nil
}

// recorded is told of each recording that is complete.
func (r *mediaRelay) recorded(info media.RecordingInfo) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last.Recordings++
	r.last.Dropped += info.Dropped.Seconds()
	if info.Err != nil && !errors.Is(info.Err, media.ErrSlowDisk) && r.broken == nil {
		r.broken = fmt.Errorf("a recording: %w", info.Err)
	}
}

// bridge bridges each pair in turn and parts it again, half a round later.
func (r *mediaRelay) bridge() {
	const round = 800 * time.Millisecond // that a pair idles long enough to be sent silence
	for i := 0; ; i++ {
		// At no beat that the 20 ms of a far end could fall in with.
		pause := time.Duration((0.5 + rand.Float64()) * float64(round) / float64(len(r.pairs)))
		select {
		case <-r.stop:
			return
		case <-time.After(pause):
		}
		p := r.pairs[i%len(r.pairs)]
		at := time.Now().UnixNano()
		media.Bridge(p.a, p.b, nil)
		r.mu.Lock()
		r.last.Bridgings = append(r.last.Bridgings, bench.Bridging{End: p.end, At: at})
		r.mu.Unlock()
		media.Unbridge(r.pairs[(i+len(r.pairs)/2)%len(r.pairs)].a)
	}
}

// finish ends the bridging and the recordings. It is idempotent.
func (r *mediaRelay) finish() {
	select {
	case <-r.stop:
		return
	default:
	}
	close(r.stop)
	r.bridger.Wait()
	for _, tape := range r.tapes {
		tape.Stop()
	}
	for _, tape := range r.tapes {
		<-tape.Done()
	}
}

// figures are what the process tells of itself.
func (r *mediaRelay) figures() bench.Figures {
	r.mu.Lock()
	f := r.last
	r.mu.Unlock()
	for _, leg := range r.legs {
		s := leg.Stats()
		f.Received += s.PacketsReceived
		f.Sent += s.PacketsSent
		f.Refused += s.Refused
	}
	f.Kernel = r.plane.Carried().Kernel
	read := []metrics.Sample{
		{Name: "/sched/goroutines:goroutines"}, {Name: "/gc/heap/allocs:objects"},
		{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/stacks:bytes"},
	}
	metrics.Read(read)
	f.Goroutines, f.Allocations = int(read[0].Value.Uint64()), read[1].Value.Uint64()
	f.Heap, f.Stacks = int64(read[2].Value.Uint64()), int64(read[3].Value.Uint64())
	return f
}
