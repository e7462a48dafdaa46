package bench

import (
	"encoding/json"
	"math"
	"math/bits"
	"time"
)

const (
	// fine is how many steps there are from one power of two to the next: what is read
	// from a histogram is right to 3 %.
	fineBits = 5
	fine     = 1 << fineBits
	steps    = (64 - fineBits) * fine
)

// Histogram counts times by their length, each within 3 %, without allocating.
type Histogram struct {
	counts [steps]uint64
	total  uint64
	most   time.Duration
}

// Add counts a time; below 0 is 0.
func (h *Histogram) Add(d time.Duration) {
	d = max(0, d)
	h.counts[step(uint64(d))]++
	h.total++
	h.most = max(h.most, d)
}

// Merge counts all that another one has counted.
func (h *Histogram) Merge(other *Histogram) {
	for i, n := range other.counts {
		h.counts[i] += n
	}
	h.total += other.total
	h.most = max(h.most, other.most)
}

func step(n uint64) int {
	if n < fine {
		return int(n)
	}
	exponent := bits.Len64(n) - 1 - fineBits
	return (exponent+1)*fine + int(n>>exponent) - fine
}

// ends is the largest time of a step.
func (h *Histogram) ends(i int) time.Duration {
	if i < fine {
		return time.Duration(i)
	}
	exponent := i/fine - 1
	return min(h.most, time.Duration(uint64(i%fine+fine+1)<<exponent-1))
}

// Quantile is the time that a share of all does not exceed; 0 if there are none.
func (h *Histogram) Quantile(share float64) time.Duration {
	want := uint64(math.Ceil(share * float64(h.total)))
	seen := uint64(0)
	for i, n := range h.counts {
		if seen += n; seen >= want && n > 0 {
			return h.ends(i)
		}
	}
	return 0
}

// Latency is what is told of many times, in microseconds.
type Latency struct {
	Count uint64  `json:"count"`
	P50   float64 `json:"p50_us"`
	P90   float64 `json:"p90_us"`
	P99   float64 `json:"p99_us"`
	Max   float64 `json:"max_us"`
}

// Latency is the histogram in few figures.
func (h *Histogram) Latency() Latency {
	us := func(d time.Duration) float64 { return float64(d) / 1e3 }
	return Latency{h.total, us(h.Quantile(0.5)), us(h.Quantile(0.9)), us(h.Quantile(0.99)), us(h.most)}
}

// MarshalJSON tells the steps that are not empty.
func (h *Histogram) MarshalJSON() ([]byte, error) {
	w := wireHistogram{Most: h.most}
	for i, n := range h.counts {
		if n > 0 {
			w.Steps = append(w.Steps, [2]uint64{uint64(i), n})
		}
	}
	return json.Marshal(w)
}

// UnmarshalJSON reads them.
func (h *Histogram) UnmarshalJSON(data []byte) error {
	var w wireHistogram
	if err := json.Unmarshal(data, &w); err != nil {
		return err
	}
	*h = Histogram{most: w.Most}
	for _, s := range w.Steps {
		if s[0] < steps {
			h.counts[s[0]] += s[1]
			h.total += s[1]
		}
	}
	return nil
}

type wireHistogram struct {
	Steps [][2]uint64   `json:"steps"`
	Most  time.Duration `json:"most"`
}
