package main

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/farend"
)

// stereo writes a WAV file with an agent who says nothing left and the far end right: a
// tone of a second, as a stand-in for words one of 300 Hz that trembles, and a beep.
func stereo(t *testing.T) string {
	t.Helper()
	far := farend.Hush(4 * time.Second)
	for at := 300 * time.Millisecond; at < 900*time.Millisecond; at += 60 * time.Millisecond {
		hz := []float64{220, 310, 260, 350}[at/(60*time.Millisecond)%4]
		far.Add(farend.Count(at), farend.Tone(-14, farend.Beat{Hz: []float64{hz, 2 * hz, 4 * hz, 7 * hz}, On: 55 * time.Millisecond}))
	}
	far.Add(farend.Count(2500*time.Millisecond), farend.Tone(-14, farend.Beat{Hz: []float64{1000}, On: 400 * time.Millisecond}))
	var body []byte
	for _, v := range far.PCM() {
		body = binary.LittleEndian.AppendUint16(body, 0)
		body = binary.LittleEndian.AppendUint16(body, uint16(v))
	}
	head := []byte("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x02\x00\x40\x1f\x00\x00\x00\x7d\x00\x00\x04\x00\x10\x00data")
	head = binary.LittleEndian.AppendUint32(head, uint32(len(body)))
	file := filepath.Join(t.TempDir(), "call.wav")
	if err := os.WriteFile(file, append(head, body...), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestAVerdictIsExplained(t *testing.T) {
	file := stereo(t)
	for _, c := range []struct {
		args []string
		want []string
	}{
		{[]string{file}, []string{"silence at 4.00 s: nothing was said in 4s"}},
		{[]string{file, "--channel", "2"}, []string{"live at 1.9", "then silent for 1s", "beep at 3.0", "a beep, 100", "##########", "~~~~~~~~~~"}},
		{[]string{"--channel", "2", "--silence", "500ms", "--speech", "400ms", file}, []string{"machine at 0.7", "spoke for more than 400ms"}},
	} {
		var out, log strings.Builder
		if err := run(t.Context(), append([]string{"cpa"}, c.args...), &out, &log); err != nil {
			t.Fatal(err)
		}
		for _, want := range c.want {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%v: %q is not in\n%s", c.args[1:], want, out.String())
			}
		}
	}
}

func TestAVerdictIsExplainedInJSON(t *testing.T) {
	var out, log strings.Builder
	if err := run(t.Context(), []string{"cpa", stereo(t), "--channel", "2", "--json"}, &out, &log); err != nil {
		t.Fatal(err)
	}
	var got explanation
	if err := json.Unmarshal([]byte(out.String()), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Tenths) != 40 || len(got.Findings) != 2 || got.Findings[0].Kind != "live" || got.Features["spoken"] < 0.4 {
		t.Errorf("%d tenths, findings %+v, features %v", len(got.Tenths), got.Findings, got.Features)
	}
}

func TestWhatCanNotBeExplained(t *testing.T) {
	file := stereo(t)
	for _, c := range []struct {
		args  []string
		want  string
		usage bool
	}{
		{nil, "which recording?", true},
		{[]string{file, "more"}, `what is "more" for?`, true},
		{[]string{file, "--speech", "0s"}, "above 0", true},
		{[]string{file, "--channel", "3"}, "it has 2", false},
		{[]string{file + "x"}, "no such file", false},
	} {
		var out, log strings.Builder
		err := run(t.Context(), append([]string{"cpa"}, c.args...), &out, &log)
		if err == nil || !strings.Contains(err.Error(), c.want) || errors.Is(err, errUsage) != c.usage {
			t.Errorf("%v: %v, want %q", c.args, err, c.want)
		}
	}
}
