package media

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// cutOff is what a crash leaves: a header that counts less than there is, and a part
// of a frame at the end.
func cutOff(t *testing.T, folder, name string, frames int, more int) {
	t.Helper()
	path := filepath.Join(folder, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	d, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	f := &file{disk: d}
	f.header()
	body := make([]byte, frames*blockSize+more)
	for i := range body {
		body[i] = byte(i)
	}
	if _, err := d.WriteAt(body, waveHeader); err != nil || f.err != nil || d.Close() != nil {
		t.Fatal(err, f.err)
	}
}

func TestARecordingThatWasCutOffIsMended(t *testing.T) {
	folder := t.TempDir()
	root, err := os.OpenRoot(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	cutOff(t, folder, "2026/11/23/1-1.wav.part", 150, 77)
	cutOff(t, folder, "2026/11/23/2-1.wav", 1, 0)
	cutOff(t, folder, "2026/11/23/2-1.wav.part", 2, 0)
	if err := os.WriteFile(filepath.Join(folder, "3-1.wav.part"), []byte("RIFF"), 0o600); err != nil {
		t.Fatal(err)
	}
	for part, want := range map[string]RecordingInfo{
		"2026/11/23/1-1.wav.part": {Path: "2026/11/23/1-1.wav", Duration: 3 * time.Second, Bytes: 44 + 150*640},
		"2026/11/23/2-1.wav.part": {Path: "2026/11/23/2-1-2.wav", Duration: 40 * ms, Bytes: 44 + 2*640},
		"3-1.wav.part":            {Path: "3-1.wav", Bytes: 44},
	} {
		got, err := Mend(root, part)
		if err != nil || got != want {
			t.Errorf("%s: %+v, %v", part, got, err)
			continue
		}
		b, err := os.ReadFile(filepath.Join(folder, got.Path))
		if err != nil {
			t.Fatal(err)
		}
		if int64(len(b)) != want.Bytes || int(binary.LittleEndian.Uint32(b[4:])) != len(b)-8 || int(binary.LittleEndian.Uint32(b[40:])) != len(b)-44 {
			t.Errorf("%s: %d bytes, % x", part, len(b), b[:44])
		}
		if len(b) > 144 && b[144] != 100 {
			t.Errorf("%s: the samples are not what they were", part)
		}
		if _, err := os.Stat(filepath.Join(folder, part)); err == nil {
			t.Errorf("%s is still there", part)
		}
	}
	for _, part := range []string{"2026/11/23/1-1.wav", "none.wav.part", "../x.wav.part"} {
		if _, err := Mend(root, part); err == nil {
			t.Errorf("%s was mended", part)
		}
	}
}
