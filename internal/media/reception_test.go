package media

import (
	"testing"
	"time"
)

func (r *reception) hear(ssrc uint32, seq uint16, ts uint32, at time.Duration) {
	r.take(&packet{ssrc: ssrc, seq: seq, ts: ts, data: make([]byte, headerSize+frame), start: headerSize}, frame, at)
}

func TestLossIsCounted(t *testing.T) {
	for name, c := range map[string]struct {
		seqs []uint16
		want int64
	}{
		"none":                    {[]uint16{1, 2, 3}, 0},
		"one":                     {[]uint16{1, 3}, 1},
		"across the wrap":         {[]uint16{65534, 65535, 1}, 1},
		"reordered":               {[]uint16{1, 3, 2, 4}, 0},
		"repeated":                {[]uint16{1, 1, 2}, -1},
		"a jump begins anew":      {[]uint16{1, 3, 30000, 30001}, 1},
		"a far step back as well": {[]uint16{30000, 30002, 1, 2}, 1},
	} {
		var r reception
		for i, seq := range c.seqs {
			r.hear(1, seq, uint32(i)*frame, time.Duration(i)*frameTime)
		}
		if r.lost() != c.want || r.packets != uint64(len(c.seqs)) {
			t.Errorf("%s: lost %d of %d, want %d", name, r.lost(), r.packets, c.want)
		}
	}
}

func TestLossOutlivesItsSource(t *testing.T) {
	var r reception
	r.hear(1, 1, 0, 0)
	r.hear(1, 3, 320, 40*ms)
	r.hear(2, 500, 0, 60*ms)
	r.hear(2, 502, 320, 100*ms)
	if r.lost() != 2 {
		t.Errorf("lost %d, want 2", r.lost())
	}
}

func TestFractionLostIsSinceTheLastReport(t *testing.T) {
	var r reception
	for _, seq := range []uint16{1, 2, 3, 5} {
		r.hear(1, seq, uint32(seq)*frame, time.Duration(seq)*frameTime)
	}
	if got := r.fraction(); got != 256/5 {
		t.Errorf("1 of 5 is %d/256", got)
	}
	r.hear(1, 6, 6*frame, 6*frameTime)
	if got := r.fraction(); got != 0 {
		t.Errorf("none is %d/256", got)
	}
}

func TestJitter(t *testing.T) {
	var steady, shaky reception
	for n := range 500 {
		at := time.Duration(n) * frameTime
		steady.hear(1, uint16(n), uint32(n)*frame, at)
		shaky.hear(1, uint16(n), uint32(n)*frame, at+time.Duration(n%2)*10*ms)
	}
	if steady.jitter != 0 {
		t.Errorf("steady: %v samples", steady.jitter)
	}
	if shaky.jitter < 79 || shaky.jitter > 81 {
		t.Errorf("±10 ms: %v samples, want 80", shaky.jitter)
	}
}
