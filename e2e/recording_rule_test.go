//go:build linux

package e2e

import (
	"bytes"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// recording is a row of the index.
type recording struct {
	ID          int       `json:"id"`
	Name        string    `json:"name"`
	Call        string    `json:"call"`
	Campaign    string    `json:"campaign"`
	Agent       string    `json:"agent"`
	StartedBy   string    `json:"startedBy"`
	State       string    `json:"state"`
	Why         string    `json:"why"`
	AnnouncedAt time.Time `json:"announcedAt"`
	StartedAt   time.Time `json:"startedAt"`
	DurationMs  float64   `json:"durationMs"`
	Bytes       int       `json:"bytes"`
	Path        string    `json:"path"`
}

// recordingOf is the one row of a call.
func (p *program) recordingOf(t *testing.T, id string) recording {
	t.Helper()
	var rows []recording
	p.administer(t, http.MethodGet, "/api/recordings?call="+id, &rows)
	if len(rows) != 1 {
		t.Fatalf("%d recordings of call %s: %+v", len(rows), id, rows)
	}
	return rows[0]
}

// download fetches the audio of a recording with curl, in two ranges, and puts them
// together in a file.
func (p *program) download(t *testing.T, r recording) string {
	t.Helper()
	var whole bytes.Buffer
	for _, part := range []string{"0-99", "100-"} {
		cmd := exec.Command(locate(t, "curl"), "-sf", "-u", p.boss+":"+password(p.boss), "-r", part, p.http+"/api/recordings/"+strconv.Itoa(r.ID)+"/audio")
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("curl -r %s: %v", part, err)
		}
		whole.Write(out)
	}
	kept, err := os.ReadFile(filepath.Join(p.dir, "recordings", r.Path))
	if err != nil || !bytes.Equal(kept, whole.Bytes()) || len(kept) != r.Bytes {
		t.Errorf("downloaded are %d bytes, kept %d, indexed %d; %v", whole.Len(), len(kept), r.Bytes, err)
	}
	path := filepath.Join(t.TempDir(), "download.wav")
	if err := os.WriteFile(path, whole.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// stage moves Anna's call to a stage of its campaign.
func (o *office) stage(t *testing.T, customer pop, to int) {
	t.Helper()
	o.anna.desk.must(t, http.MethodPost, "/dialer/update-stage", http.StatusOK, map[string]any{
		"newStageId": to, "campaignId": customer.Campaign, "agentId": "anna",
	}, nil)
}

// TestRecordedByRule: the customer and the agent hear the announcement, and then the
// call is recorded by itself, with silence in the stage in which cards are read out.
// It is in the index and can be downloaded. What a kill -9 cuts off is mended.
func TestRecordedByRule(t *testing.T) {
	t.Parallel()
	o := openOffice(t, shift{campaign: "stages = {1 = \"Greeting\", 2 = \"Card\"}\nrecord = \"all\"\n" +
		"record_announcement = \"offer\"\nrecord_pause_stages = [2]\n"}, 2)
	customer := o.withCustomer(t, o.anna)
	for _, e := range []ear{o.customer, o.anna.ear} {
		o.wire.awaitTone(t, "the announcement at "+e.name, voices["prompt"], 45, func(k packet) bool { return e.media.to(k) })
	}
	name := o.recorded(t, customer)
	since(time.Now(), 700*time.Millisecond)
	o.stage(t, customer, 2)
	since(time.Now(), 2*time.Second)
	o.stage(t, customer, 1)
	since(time.Now(), 700*time.Millisecond)
	// She may not stop it.
	o.anna.desk.must(t, http.MethodPost, "/interactions/"+customer.Interaction+"/record", http.StatusForbidden, map[string]bool{"on": false, "supervisor": false}, nil)
	o.bye(t, o.anna, customer, "Sale")
	o.await(t, "recording="+name)

	r := o.recordingOf(t, customer.Interaction)
	if r.State != "complete" || r.Why != "" || r.StartedBy != "rule" || r.Agent != "anna" || r.Campaign != "Autumn" || r.Name != name {
		t.Errorf("%+v", r)
	}
	if r.AnnouncedAt.IsZero() || r.StartedAt.Before(r.AnnouncedAt) || r.DurationMs < 3000 {
		t.Errorf("announced at %v, begun at %v, %v ms", r.AnnouncedAt, r.StartedAt, r.DurationMs)
	}
	wantPause(t, o.download(t, r))

	cut := o.withCustomer(t, o.anna)
	name = o.recorded(t, cut)
	part := filepath.Join(o.dir, "recordings", filepath.FromSlash(name)+".wav.part")
	awaitSize(t, part, 44+2*32_000)
	o.kill()
	if _, err := os.Stat(part); err != nil {
		t.Fatal(err)
	}
	o.serve(t)
	r = o.recordingOf(t, cut.Interaction)
	if r.State != "complete" || !strings.HasPrefix(r.Why, "cut off") || r.DurationMs < 2000 || r.Agent != "anna" || r.Name != name {
		t.Errorf("after the crash: %+v", r)
	}
	left, right := stereo(t, o.download(t, r))
	for _, side := range []struct {
		pcm   []int16
		voice string
	}{{left, "anna"}, {right, "customer"}} {
		if loud := spoken(side.pcm, side.voice); loud < 1500*time.Millisecond {
			t.Errorf("after the crash %v of %s can be heard", loud, side.voice)
		}
	}
	if _, err := os.Stat(part); err == nil {
		t.Error("the part is still there")
	}
}

// recorded waits until a call is recorded, and gives the recording's name.
func (o *office) recorded(t *testing.T, customer pop) (name string) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for name == "" {
		if time.Now().After(deadline) {
			t.Fatal("the call is not recorded")
		}
		since(time.Now(), 20*time.Millisecond)
		name = o.anna.attribute(t, customer.Interaction, "Eic_IRRecordingId")
	}
	return name
}

// awaitSize waits until a file is so large.
func awaitSize(t *testing.T, path string, size int64) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for {
		if info, err := os.Stat(path); err == nil && info.Size() >= size {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s does not grow", path)
		}
		since(time.Now(), 50*time.Millisecond)
	}
}

// spoken is for how long one voice, and no other, is heard.
func spoken(pcm []int16, voice string) time.Duration {
	const step = sampleRate / 50
	frames := 0
	for rest := range slices.Chunk(pcm, step) {
		if len(rest) == step && hears(rest, voices[voice]) {
			frames++
		}
	}
	return time.Duration(frames) * time.Second / 50
}
