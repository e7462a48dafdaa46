package bench

import "testing"

func TestAStreamIsCounted(t *testing.T) {
	for name, c := range map[string]struct {
		from    uint16
		packets []uint16
		want    Counts
		arrived uint64
	}{
		"as it was sent":         {10, []uint16{10, 11, 12}, Counts{Received: 3}, 3},
		"one is missing":         {10, []uint16{10, 12}, Counts{Received: 2}, 2},
		"one comes twice":        {10, []uint16{10, 11, 11, 12}, Counts{Received: 4, Doubled: 1}, 3},
		"one is overtaken":       {10, []uint16{10, 12, 11}, Counts{Received: 3, Disordered: 1}, 3},
		"sent before":            {10, []uint16{8, 9, 10}, Counts{Received: 1}, 1},
		"numbers begin anew":     {65534, []uint16{65534, 65535, 0, 1}, Counts{Received: 4}, 4},
		"a long gap":             {0, []uint16{0, 1000, 1001, 1000}, Counts{Received: 4, Doubled: 1}, 3},
		"much too late":          {0, []uint16{0, 1000, 1}, Counts{Received: 2, Strange: 1}, 2},
		"late after a long gap":  {0, []uint16{0, 1000, 900}, Counts{Received: 3, Disordered: 1}, 3},
		"twice after a new turn": {0, []uint16{255, 256, 511, 256}, Counts{Received: 4, Doubled: 1}, 3},
	} {
		var r receiving
		var got Counts
		r.begin(c.from)
		for _, n := range c.packets {
			r.take(n, &got)
		}
		if got != c.want || r.arrived != c.arrived {
			t.Errorf("%s: %+v and %d arrived, want %+v and %d", name, got, r.arrived, c.want, c.arrived)
		}
	}
}

func TestLongStreamsAreCountedToo(t *testing.T) {
	var r receiving
	var got Counts
	r.begin(0)
	for n := range 200_000 {
		r.take(uint16(n), &got)
	}
	if got != (Counts{Received: 200_000}) || r.arrived != 200_000 {
		t.Errorf("%+v and %d arrived", got, r.arrived)
	}
}

func TestABreakInTheNumbersIsSeen(t *testing.T) {
	header := func(seq, ssrc byte) []byte { return []byte{0x80, 0, 0, seq, 0, 0, 0, 0, 0, 0, 0, ssrc} }
	var r receiving
	var got Counts
	for _, h := range [][]byte{header(5, 1), header(6, 1), header(8, 1), header(9, 2), header(10, 2)} {
		r.follow(h, &got)
	}
	if got.Breaks != 2 {
		t.Errorf("%d breaks, want 2", got.Breaks)
	}
}
