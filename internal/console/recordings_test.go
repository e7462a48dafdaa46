package console

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/fault"
)

// shelf stands for the archive: one recording, of 1,000 bytes.
type shelf struct {
	row   campaign.Recording
	asked []campaign.RecordingFilter
	open  int // files that were given out and not closed
	fail  error
}

func (s *shelf) Recordings(_ context.Context, f campaign.RecordingFilter) ([]campaign.Recording, error) {
	s.asked = append(s.asked, f)
	return []campaign.Recording{s.row}, s.fail
}

func (s *shelf) Recording(_ context.Context, id campaign.RecordingID) (campaign.Recording, error) {
	if id != s.row.ID {
		return campaign.Recording{}, fault.New(fault.NotFound, "there is no recording %d", id)
	}
	return s.row, s.fail
}

func (s *shelf) Audio(ctx context.Context, id campaign.RecordingID) (campaign.Recording, io.ReadSeekCloser, error) {
	r, err := s.Recording(ctx, id)
	if err != nil {
		return r, nil, err
	}
	s.open++
	return r, sheet{bytes.NewReader(audioBytes()), s}, nil
}

func (s *shelf) Hold(ctx context.Context, id campaign.RecordingID, on bool) (campaign.Recording, error) {
	s.row.Held = on
	return s.Recording(ctx, id)
}

func (s *shelf) Delete(ctx context.Context, id campaign.RecordingID, why string) (campaign.Recording, error) {
	s.row.State, s.row.Why = campaign.RecordingDeleted, why
	return s.Recording(ctx, id)
}

type sheet struct {
	io.ReadSeeker
	shelf *shelf
}

func (s sheet) Close() error {
	s.shelf.open--
	return nil
}

func audioBytes() []byte {
	b := make([]byte, 1000)
	for i := range b {
		b[i] = byte(i)
	}
	return b
}

func newShelf() *shelf {
	return &shelf{row: campaign.Recording{
		ID: 3, Name: "2026/03/04/1000000001-1", Path: "2026/03/04/1000000001-1.wav", Call: "1000000001", Attempt: 1, Campaign: "A1",
		Agent: "anna", Announced: noon, Started: noon.Add(time.Second), Ended: noon.Add(time.Minute), Duration: 59 * time.Second,
		Dropped: 20 * time.Millisecond, Bytes: 1000, Sum: "abc", State: campaign.RecordingComplete,
	}}
}

// archived serves a shelf, with the audit trail in the office.
func archived(t *testing.T) (*office, *shelf, func(method, path, body string, change func(*http.Request)) (*http.Response, string)) {
	o, shelf := newOffice(), newShelf()
	t.Cleanup(func() { // once the server has answered all
		if shelf.open != 0 {
			t.Errorf("%d files are still open", shelf.open)
		}
	})
	s := serve(t, o, func(c *Config) { o.book(t, c); c.Archive = shelf })
	return o, shelf, func(method, path, body string, change func(*http.Request)) (*http.Response, string) {
		t.Helper()
		return ask(t, s, method, path, body, change)
	}
}

const recordingJSON = `{"id": 3, "name": "2026/03/04/1000000001-1", "call": "1000000001", "attempt": 1, "campaign": "Spring Sale", "campaignId": "A1",
	"agent": "anna", "startedBy": "rule", "state": "complete", "hold": false, "announcedAt": "2026-03-04T12:00:00.123Z",
	"startedAt": "2026-03-04T12:00:01.123Z", "endedAt": "2026-03-04T12:01:00.123Z", "durationMs": 59000, "droppedMs": 20,
	"bytes": 1000, "sha256": "abc", "path": "2026/03/04/1000000001-1.wav"}`

func TestRecordingsAreListed(t *testing.T) {
	_, shelf, ask := archived(t)
	got, body := ask("GET", "/api/recordings?campaign=Spring&agent=anna&call=7&state=complete&from=2026-03-04&to=2026-03-05T10:00:00%2B01:00&after=2&limit=9", "", nil)
	if got.StatusCode != 200 {
		t.Fatal(got.Status, body)
	}
	wantJSON(t, body, "["+recordingJSON+"]")
	want := campaign.RecordingFilter{
		Campaign: "Spring", Agent: "anna", Call: "7", State: "complete", After: 2, Limit: 9,
		From: time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 3, 5, 9, 0, 0, 0, time.UTC),
	}
	f := shelf.asked[0]
	if f.To = f.To.UTC(); !reflect.DeepEqual(f, want) {
		t.Errorf("asked for %+v", f)
	}
	for query, property := range map[string]string{"from=noon": "from", "to=2026": "to", "limit=0": "limit", "after=x": "after"} {
		if got, body := ask("GET", "/api/recordings?"+query, "", nil); got.StatusCode != 400 || !strings.Contains(body, `"property":"`+property+`"`) {
			t.Errorf("%s: %s %s", query, got.Status, body)
		}
	}
	_, body = ask("GET", "/api/recordings/3", "", nil)
	wantJSON(t, body, recordingJSON)
	for _, id := range []string{"4", "0", "-3", "x", "..%2f..%2fsecret"} {
		if got, _ := ask("GET", "/api/recordings/"+id, "", nil); got.StatusCode != 404 {
			t.Errorf("recording %s: %s", id, got.Status)
		}
	}
}

func TestAudioIsGivenWholeOrInPartsAndWrittenDown(t *testing.T) {
	o, _, ask := archived(t)
	whole := string(audioBytes())
	for name, c := range map[string]struct {
		method, ranges string
		status         int
		want           string
		header         map[string]string
		audit          string
	}{
		"whole":         {"GET", "", 200, whole, map[string]string{"Content-Type": "audio/wav", "Content-Length": "1000", "ETag": `"abc"`, "Accept-Ranges": "bytes"}, "recording 3 of call 1000000001 downloaded"},
		"a range":       {"GET", "bytes=100-199", 206, whole[100:200], map[string]string{"Content-Range": "bytes 100-199/1000"}, "recording 3 of call 1000000001 downloaded, bytes=100-199"},
		"the end":       {"GET", "bytes=-10", 206, whole[990:], nil, "recording 3 of call 1000000001 downloaded, bytes=-10"},
		"past the end":  {"GET", "bytes=1000-", 416, "", map[string]string{"Content-Range": "bytes */1000"}, "recording 3 of call 1000000001 downloaded, bytes=1000-"},
		"only the head": {"HEAD", "", 200, "", map[string]string{"Content-Length": "1000", "Content-Disposition": "attachment; filename=1000000001-1.wav"}, ""},
	} {
		o.diary = nil
		got, body := ask(c.method, "/api/recordings/3/audio", "", func(r *http.Request) {
			if c.ranges != "" {
				r.Header.Set("Range", c.ranges)
			}
		})
		if got.StatusCode != c.status || c.status != 416 && body != c.want {
			t.Errorf("%s: %s, %d bytes", name, got.Status, len(body))
		}
		for k, v := range c.header {
			if got.Header.Get(k) != v {
				t.Errorf("%s: %s is %q", name, k, got.Header.Get(k))
			}
		}
		if c.audit == "" && len(o.diary) > 0 || c.audit != "" && (len(o.diary) != 1 || !strings.Contains(o.diary[0], c.audit)) {
			t.Errorf("%s: written down is %q", name, o.diary)
		}
	}
	// What can not be written down does not leave the house.
	o.auditErr = errors.New("disk full")
	if got, body := ask("GET", "/api/recordings/3/audio", "", nil); got.StatusCode != 500 || strings.Contains(body, whole[:100]) {
		t.Errorf("%s", got.Status)
	}
	// Nor to who is no administrator.
	for user, status := range map[string]int{"anna": 403, "nobody": 401} {
		if got, _ := ask("GET", "/api/recordings/3/audio", "", func(r *http.Request) { r.SetBasicAuth(user, "right") }); got.StatusCode != status {
			t.Errorf("%s: %s", user, got.Status)
		}
	}
}

func TestARecordingIsHeldAndDeletedWithAReason(t *testing.T) {
	o, shelf, ask := archived(t)
	for _, step := range []struct {
		method, path, body string
		status             int
		want, audit        string
	}{
		{"PUT", "/api/recordings/3", `{"hold": true, "reason": "case 12"}`, 200, `"hold":true`, "recording 3 of call 1000000001 held: case 12"},
		{"PUT", "/api/recordings/3", `{"hold": false}`, 200, `"hold":false`, "recording 3 of call 1000000001 let go: "},
		{"PUT", "/api/recordings/3", `{}`, 400, "hold says whether", ""},
		{"PUT", "/api/recordings/3", `{"hold": true, "reason": "a\nb"}`, 400, "one line", ""},
		{"PUT", "/api/recordings/4", `{"hold": true}`, 404, "there is no recording 4", ""},
		{"DELETE", "/api/recordings/3", "", 400, "say why", ""},
		{"DELETE", "/api/recordings/3?reason=%20", "", 400, "say why", ""},
		{"DELETE", "/api/recordings/3?reason=asked", "", 200, `"why":"by boss: asked"`, "recording 3 of call 1000000001 deleted: asked"},
		{"POST", "/api/recordings/3", "", 405, "not offered", ""},
	} {
		o.diary = nil
		got, body := ask(step.method, step.path, step.body, nil)
		if got.StatusCode != step.status || !strings.Contains(body, step.want) {
			t.Errorf("%s %s %s: %s %s", step.method, step.path, step.body, got.Status, body)
		}
		if step.audit == "" && len(o.diary) > 0 || step.audit != "" && !slices.ContainsFunc(o.diary, func(line string) bool { return strings.Contains(line, step.audit) }) {
			t.Errorf("%s %s: written down is %q", step.method, step.path, o.diary)
		}
	}
	if shelf.row.State != campaign.RecordingDeleted {
		t.Errorf("%+v", shelf.row)
	}
}

func TestPromptsAreReadAnew(t *testing.T) {
	o, broken := newOffice(), error(nil)
	s := serve(t, o, func(c *Config) {
		o.book(t, c)
		c.Prompts = func(context.Context) ([]string, error) { return []string{"legal", "thanks"}, broken }
	})
	got, body := ask(t, s, "PUT", "/api/prompts", "", nil)
	if got.StatusCode != 200 || len(o.diary) != 1 || !strings.Contains(o.diary[0], "prompts are read anew") {
		t.Errorf("%s %q", got.Status, o.diary)
	}
	wantJSON(t, body, `{"prompts": ["legal", "thanks"]}`)
	broken = fault.New(fault.Conflict, "legal.wav: it is not a RIFF WAVE file")
	if got, body := ask(t, s, "PUT", "/api/prompts", "", nil); got.StatusCode != 409 || !strings.Contains(body, "legal.wav") || len(o.diary) != 1 {
		t.Errorf("%s %s", got.Status, body)
	}
}

func TestMetricsCountRecordings(t *testing.T) {
	m := NewMetrics()
	m.Taped(call.Taped{Duration: 90 * time.Second, Bytes: 1000, Whole: true, Dropped: 500 * time.Millisecond})
	m.Taped(call.Taped{Duration: 30 * time.Second, Bytes: 500, Why: "no space left"})
	m.Hear(dialer.Event{Body: dialer.RecordingFailed{Why: "no space left"}})
	text := shown(t, m)
	for _, line := range []string{
		`outdial_recordings_total{state="complete"} 1`, `outdial_recordings_total{state="failed"} 1`, "outdial_recordings_failed_total 1",
		"outdial_recorded_seconds_total 120", "outdial_recorded_bytes_total 1500", "outdial_recording_dropped_seconds_total 0.5",
	} {
		if !strings.Contains(text, line+"\n") {
			t.Errorf("%q is not there", line)
		}
	}
}
