package bench

import (
	"encoding/json"
	"testing"
	"time"
)

func TestAHistogramIsRightWithinThreePercent(t *testing.T) {
	var h, half Histogram
	for d := time.Microsecond; d <= 10*time.Millisecond; d += time.Microsecond {
		if d%2000 == 0 {
			half.Add(d)
		} else {
			h.Add(d)
		}
	}
	text, err := json.Marshal(&half)
	if err != nil {
		t.Fatal(err)
	}
	var read Histogram
	if err := json.Unmarshal(text, &read); err != nil {
		t.Fatal(err)
	}
	h.Merge(&read)
	if h.total != 10000 {
		t.Errorf("%d times", h.total)
	}
	for share, want := range map[float64]time.Duration{0.01: 100e3, 0.5: 5e6, 0.9: 9e6, 0.99: 9.9e6, 1: 10e6} {
		got := h.Quantile(share)
		if off := float64(got)/float64(want) - 1; off < -0.001 || off > 0.035 {
			t.Errorf("the share %v is at %v, not %v", share, got, want)
		}
	}
	if got := (&Histogram{}).Latency(); got != (Latency{}) {
		t.Errorf("nothing was counted, and that is %+v", got)
	}
	var one Histogram
	one.Add(-time.Second)
	one.Add(123456)
	if one.Quantile(0.5) != 0 || one.Quantile(1) != 123456 {
		t.Errorf("%v and %v", one.Quantile(0.5), one.Quantile(1))
	}
}
