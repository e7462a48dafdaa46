package media

import (
	"testing"
	"time"
)

func TestPortsAreEvenAndInTheRange(t *testing.T) {
	for _, c := range []struct {
		first, last uint16
		want        []uint16 // nil: refused
	}{
		{10000, 10003, []uint16{10000, 10002}},
		{10001, 10004, []uint16{10002}},
		{10000, 10001, []uint16{10000}},
		{10000, 10000, nil},
		{10001, 10002, nil},
		{10002, 10000, nil},
		{65534, 65535, []uint16{65534}},
		{0, 3, []uint16{2}},
	} {
		p, err := newPorts(c.first, c.last, time.Second)
		if (err != nil) != (c.want == nil) {
			t.Errorf("%d to %d: %v", c.first, c.last, err)
			continue
		}
		for i, want := range c.want {
			if got, ok := p.take(0); !ok || got != want {
				t.Errorf("%d to %d: port %d is %d, want %d", c.first, c.last, i, got, want)
			}
		}
		if got, ok := p.take(0); ok {
			t.Errorf("%d to %d: also gives %d", c.first, c.last, got)
		}
	}
}

func TestAPortRestsBeforeItIsUsedAgain(t *testing.T) {
	p, err := newPorts(10000, 10003, 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	first, _ := p.take(0)
	p.lay(first, time.Second)
	p.lay(first, time.Second) // not twice
	p.lay(20000, time.Second) // and nobody else's
	second, _ := p.take(time.Second)
	if second == first {
		t.Fatal("used again at once")
	}
	if port, ok := p.take(5999 * ms); ok {
		t.Fatalf("%d was used before it had rested", port)
	}
	if len(p.resting) != 1 || len(p.used) != 1 {
		t.Errorf("%d resting, %d used", len(p.resting), len(p.used))
	}
	if port, ok := p.take(6 * time.Second); !ok || port != first {
		t.Errorf("got %d, %v after the rest", port, ok)
	}
}
