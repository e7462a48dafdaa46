//go:build linux

package e2e

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// The customer hears a prompt of the configuration, and the conversation goes on
// after it.
func prompted(t *testing.T, o *office) {
	customer := o.withCustomer(t, o.anna)
	began := time.Now()
	o.anna.act(t, customer.Interaction, "play-wav", map[string]string{"file": "offer.wav"})
	o.wire.awaitTone(t, "the prompt at the customer", voices["prompt"], 40, func(k packet) bool { return o.customer.media.to(k) && k.at.After(began) })
	o.expect(t, "after the prompt", o.customer.hears("anna"), o.anna.hears("customer"))
	o.bye(t, o.anna, customer, "Sale")
}

// A recording has the agent to the left and the customer to the right, silence for
// a secure pause, and is whole once the call is over. What the phones of a busy machine
// say too late is silence, too.
func recorded(t *testing.T, o *office) {
	customer := o.withCustomer(t, o.anna)
	id := customer.Interaction
	o.anna.act(t, id, "record", map[string]bool{"on": true, "supervisor": false})
	name := o.anna.attribute(t, id, "Eic_IRRecordingId")
	since(time.Now(), 700*time.Millisecond)
	o.anna.act(t, id, "secure-pause", map[string]int{"securePauseType": 3, "duration": 2})
	since(time.Now(), 2700*time.Millisecond)
	o.bye(t, o.anna, customer, "Sale")

	path := filepath.Join(o.dir, "recordings", filepath.FromSlash(name)+".wav")
	o.await(t, "recording="+name)
	wantPause(t, path)
}

// wantPause holds that a recording has Anna to the left and the customer to the right,
// each before and after two seconds of silence.
func wantPause(t *testing.T, path string) {
	t.Helper()
	left, right := stereo(t, path)
	for _, side := range []struct {
		name, voice string
		pcm         []int16
	}{{"left", "anna", left}, {"right", "customer", right}} {
		before, silent, after := paused(t, side.pcm, side.voice)
		t.Logf("%s: %v of %s, %v of silence, %v again", side.name, before, side.voice, silent, after)
		if silent < 1900*time.Millisecond || silent > 2500*time.Millisecond || before < 400*time.Millisecond || after < 200*time.Millisecond {
			t.Errorf("the %s channel has %v of %s, %v of silence and %v again", side.name, before, side.voice, silent, after)
		}
	}
}

// paused cuts one channel of a recording into what is before its silence, the
// longest silence, and what is after it; nothing but the voice may be heard. The
// recording may begin and end with a moment of nothing.
func paused(t testing.TB, pcm []int16, voice string) (before, silent, after time.Duration) {
	t.Helper()
	for rest := pcm; len(rest) >= 1280; rest = rest[1280:] {
		if said := voicesIn(rest[:1280]); len(said) > 1 || len(said) == 1 && said[0] != voice {
			t.Errorf("where %s should be alone are %v", voice, said)
		}
	}
	const step = 160 // 20 ms
	const each = time.Second * step / sampleRate
	var speaks []bool
	for rest := pcm; len(rest) >= step; rest = rest[step:] {
		speaks = append(speaks, hears(rest[:step], voices[voice]))
	}
	first, last := slices.Index(speaks, true), len(speaks)
	for last > 0 && !speaks[last-1] {
		last--
	}
	if first < 0 {
		t.Fatalf("%s is not heard at all", voice)
	}
	var quiet, again, begun int // the longest silence, and where the one at hand began
	for i, is := range speaks[:last] {
		switch {
		case is:
			begun = i + 1
		case i >= first && i+1-begun > again-quiet:
			quiet, again = begun, i+1
		}
	}
	// At its edges are frames of which a part is the voice.
	for _, v := range pcm[min(quiet+2, again)*step : max(again-2, quiet)*step] {
		if v > 8 || v < -8 {
			t.Errorf("the silence of %s is none: %d", voice, v)
			break
		}
	}
	return time.Duration(quiet-first) * each, time.Duration(again-quiet) * each, time.Duration(last-again) * each
}

// stereo reads a complete recording: RIFF WAVE, 16 bit, two channels at 8 kHz, whose
// lengths are those of the file.
func stereo(t testing.TB, path string) (left, right []int16) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	le := binary.LittleEndian
	if len(b) < 44 || string(b[:4]) != "RIFF" || string(b[8:16]) != "WAVEfmt " || int(le.Uint32(b[4:])) != len(b)-8 {
		t.Fatalf("no complete WAV file of %d bytes: % x", len(b), b[:min(len(b), 44)])
	}
	if channels, rate, bits := le.Uint16(b[22:]), le.Uint32(b[24:]), le.Uint16(b[34:]); channels != 2 || rate != sampleRate || bits != 16 {
		t.Fatalf("%d channels, %d Hz, %d bits", channels, rate, bits)
	}
	at := bytes.Index(b, []byte("data"))
	if at < 0 || int(le.Uint32(b[at+4:])) != len(b)-at-8 {
		t.Fatal("the length of the samples is not that of the file")
	}
	for b = b[at+8:]; len(b) >= 4; b = b[4:] {
		left = append(left, int16(le.Uint16(b)))
		right = append(right, int16(le.Uint16(b[2:])))
	}
	return left, right
}
