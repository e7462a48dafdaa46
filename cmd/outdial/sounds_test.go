package main

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// silentWAV is a prompt of 20 ms.
func silentWAV() []byte {
	return append([]byte("RIFF\x64\x01\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00data\x40\x01\x00\x00"), make([]byte, 320)...)
}

// TestPromptsAndRecordingsOfARunningServer: prompts are read anew without a restart, and
// not at all if one is unfit; the index and the figures of recordings are there.
func TestPromptsAndRecordingsOfARunningServer(t *testing.T) {
	t.Chdir(t.TempDir())
	write := func(name string, data []byte) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("outdial.toml", []byte(`
[http]
listen = "127.0.0.1:0"
[sip]
listen = "127.0.0.1:0"
[media]
prompts = "prompts"
recordings = "recordings"
keep_recordings = "90d"
keep_free = "1MiB"
[[user]]
id = "boss"
password = "boss-secret"
admin = true
`))
	write("prompts/one.wav", silentWAV())
	s := serveUntilReady(t)
	ask := func(method, path string) (int, string) {
		t.Helper()
		r, err := http.NewRequest(method, s.url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.SetBasicAuth("boss", "boss-secret")
		got, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer got.Body.Close()
		text, err := io.ReadAll(got.Body)
		if err != nil {
			t.Fatal(err)
		}
		return got.StatusCode, string(text)
	}
	for _, step := range []struct {
		before func()
		method string
		path   string
		status int
		want   string
	}{
		{func() { write("prompts/Two.WAV", silentWAV()) }, "PUT", "/api/prompts", 200, `{"prompts":["one","two"]}`},
		{func() { write("prompts/three.wav", []byte("ID3")) }, "PUT", "/api/prompts", 409, "three.wav: media: WAV: not a RIFF WAVE file"},
		{func() {}, "GET", "/api/recordings", 200, "[]"},
		{func() {}, "GET", "/api/recordings/1/audio", 404, "there is no recording 1"},
		{func() {}, "GET", "/metrics", 200, "outdial_recordings_running 0"},
	} {
		step.before()
		if status, body := ask(step.method, step.path); status != step.status || !strings.Contains(body, step.want) {
			t.Errorf("%s %s: %d %.300s", step.method, step.path, status, body)
		}
	}
	s.stop(t)
}
