package media

import (
	"testing"
	"time"
)

func event(code byte, end bool, duration uint16) []byte {
	flags := byte(10)
	if end {
		flags |= 0x80
	}
	return []byte{code, flags, byte(duration >> 8), byte(duration)}
}

func TestKeyPressesAreToldOnce(t *testing.T) {
	type arrival struct {
		at       time.Duration
		ssrc, ts uint32
		payload  []byte
	}
	press := func(at time.Duration, ssrc, ts uint32, code byte) []arrival {
		return []arrival{
			{at, ssrc, ts, event(code, false, 0)},
			{at + 20*ms, ssrc, ts, event(code, false, 160)},
			{at + 40*ms, ssrc, ts, event(code, true, 320)},
			{at + 40*ms, ssrc, ts, event(code, true, 320)},
			{at + 40*ms, ssrc, ts, event(code, true, 320)},
		}
	}
	join := func(all ...[]arrival) (out []arrival) {
		for _, a := range all {
			out = append(out, a...)
		}
		return out
	}
	for name, c := range map[string]struct {
		arrivals []arrival
		want     string
	}{
		"one":                            {press(0, 1, 1000, 5), "5"},
		"the same key twice":             {join(press(0, 1, 1000, 5), press(200*ms, 1, 2600, 5)), "55"},
		"all keys there are":             {join(press(0, 1, 1000, 9), press(time.Second, 1, 9000, 10), press(2*time.Second, 1, 17000, 11), press(3*time.Second, 1, 25000, 15)), "9*#D"},
		"a flash is no key":              {press(0, 1, 1000, 16), ""},
		"only its end arrived":           {press(0, 1, 1000, 3)[4:], "3"},
		"an end that comes late":         {join(press(0, 1, 1000, 1), press(100*ms, 1, 2000, 2), press(0, 1, 1000, 1)[4:]), "12"},
		"another SSRC":                   {join(press(0, 1, 5000, 1), press(100*ms, 2, 1000, 1)), "11"},
		"a clock set back, much later":   {join(press(0, 1, 5000, 1), press(6*time.Second, 1, 1000, 1)), "11"},
		"a segment of a long one":        {[]arrival{{0, 1, 1000, event(4, false, 0)}, {8 * time.Second, 1, 1000, event(4, false, 0xffff)}, {8*time.Second + 20*ms, 1, 1000 + 0xffff, event(4, false, 160)}}, "44"},
		"a segment of a long one, heard": {[]arrival{{0, 1, 1000, event(4, false, 0)}, {4 * time.Second, 1, 1000, event(4, false, 32000)}, {8 * time.Second, 1, 1000, event(4, false, 0xffff)}, {8*time.Second + 20*ms, 1, 1000 + 0xffff, event(4, false, 160)}}, "4"},
		"too short to be an event":       {[]arrival{{0, 1, 1000, []byte{1, 2, 3}}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var k keypad
			got := ""
			for _, a := range c.arrivals {
				data := append(make([]byte, headerSize), a.payload...)
				if key := k.press(&packet{ssrc: a.ssrc, ts: a.ts, data: data, start: headerSize}, a.at); key != 0 {
					got += string(key)
				}
			}
			if got != c.want {
				t.Errorf("heard %q, want %q", got, c.want)
			}
		})
	}
}
