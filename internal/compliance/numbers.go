package compliance

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"strings"
)

// Numbers is a set of telephone numbers that never changes. Numbers that differ in
// their last bits only stand together: a list of a numbering plan takes little more
// than two bytes a number, and a look touches memory in few places. The zero value has
// none.
type Numbers struct {
	// heads are the numbers without their last 16 bits, ascending; tails those bits, of
	// one head after the other, ascending in each; ends is where those of a head end.
	heads []uint64
	ends  []uint32
	tails []uint16
}

const tailBits = 16

// Has tells whether a number is in the set.
func (n *Numbers) Has(number uint64) bool {
	if len(n.heads) == 0 {
		return false
	}
	head, found := seek(n.heads, number>>tailBits, n.heads[0], n.heads[len(n.heads)-1])
	if !found {
		return false
	}
	_, found = seek(n.of(head), uint16(number), 0, 1<<tailBits-1)
	return found
}

// seek finds a value in an ascending list whose values lie evenly between two, more or
// less: near where it should then be, so that memory is touched in a place or two. It
// stays logarithmic where they do not.
func seek[T uint16 | uint64](list []T, v, least, most T) (at int, found bool) {
	if v < least || v > most {
		return 0, false
	}
	at = min(int(float64(v-least)/(float64(most-least)+1)*float64(len(list))), len(list)-1)
	from, to, step := at, at+1, 8
	if list[at] < v {
		for to = min(at+step, len(list)); to < len(list) && list[to-1] < v; to = min(to+step, len(list)) {
			from, step = to, 2*step
		}
	} else {
		for from = max(at-step, 0); from > 0 && list[from] > v; from = max(from-step, 0) {
			to, step = from+1, 2*step
		}
	}
	at, found = slices.BinarySearch(list[from:to], v)
	return from + at, found
}

// of are the tails of a head.
func (n *Numbers) of(head int) []uint16 {
	start := uint32(0)
	if head > 0 {
		start = n.ends[head-1]
	}
	return n.tails[start:n.ends[head]]
}

// Len is how many there are.
func (n *Numbers) Len() int { return len(n.tails) }

// Runs gives the set head by head, as it may be written to a file.
func (n *Numbers) Runs() iter.Seq2[uint64, []uint16] {
	return func(yield func(uint64, []uint16) bool) {
		for i, head := range n.heads {
			if !yield(head, n.of(i)) {
				return
			}
		}
	}
}

// Gather makes a set of numbers in any order, some of them maybe twice.
type Gather struct {
	runs map[uint64]*[]uint16
	head uint64 // of the number before
	run  *[]uint16
}

// Add takes a number.
func (g *Gather) Add(number uint64) {
	if head := number >> tailBits; g.run == nil || head != g.head {
		if g.runs == nil {
			g.runs = make(map[uint64]*[]uint16)
		}
		if g.run = g.runs[head]; g.run == nil {
			g.run = new([]uint16)
			g.runs[head] = g.run
		}
		g.head = head
	}
	*g.run = append(*g.run, uint16(number))
}

// Numbers is the set of all that were added. What was gathered is used up.
func (g *Gather) Numbers() *Numbers {
	n, total := &Numbers{}, 0
	for _, run := range g.runs {
		slices.Sort(*run)
		*run = slices.Compact(*run)
		total += len(*run)
	}
	n.tails = make([]uint16, 0, total)
	for _, head := range slices.Sorted(maps.Keys(g.runs)) {
		n.Append(head, *g.runs[head])
		delete(g.runs, head)
	}
	*g = Gather{}
	return n
}

// Grow makes room for so many numbers.
func (n *Numbers) Grow(numbers int) { n.tails = slices.Grow(n.tails, numbers) }

// Append adds a run of [Numbers.Runs] to a set that is still being made, and tells
// whether it follows: its head is above all before, and its tails ascend.
func (n *Numbers) Append(head uint64, tails []uint16) bool {
	if len(n.heads) > 0 && head <= n.heads[len(n.heads)-1] || len(tails) == 0 || !ascend(tails) {
		return false
	}
	n.heads, n.tails = append(n.heads, head), append(n.tails, tails...)
	n.ends = append(n.ends, uint32(len(n.tails)))
	return true
}

func ascend(tails []uint16) bool {
	for i := range tails[1:] {
		if cmp.Compare(tails[i], tails[i+1]) >= 0 {
			return false
		}
	}
	return true
}

// E164 reads a number as it is dialed: + and country code (ITU-T E.164, 15 digits at
// most). Others, as extensions and SIP URIs, are none.
func E164(number string) (uint64, bool) {
	digits, international := strings.CutPrefix(number, "+")
	if !international || len(digits) < 4 || len(digits) > 15 || digits[0] == '0' {
		return 0, false
	}
	n := uint64(0)
	for _, c := range []byte(digits) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + uint64(c-'0')
	}
	return n, true
}
