package console

import (
	"context"
	"io"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
)

// Archive keeps recordings.
type Archive interface {
	// Recordings gives the rows of the index that a filter wants, oldest first.
	// Errors: NotFound for a campaign that is not there.
	Recordings(context.Context, campaign.RecordingFilter) ([]campaign.Recording, error)
	// Recording gives a row. Errors: NotFound.
	Recording(context.Context, campaign.RecordingID) (campaign.Recording, error)
	// Audio opens the file. Errors: NotFound, Conflict while it is made, Gone.
	Audio(context.Context, campaign.RecordingID) (campaign.Recording, io.ReadSeekCloser, error)
	// Hold keeps it from being deleted, or lets it go. Errors: NotFound, Gone.
	Hold(ctx context.Context, id campaign.RecordingID, on bool) (campaign.Recording, error)
	// Delete deletes the file. Errors: NotFound, Conflict.
	Delete(ctx context.Context, id campaign.RecordingID, why string) (campaign.Recording, error)
}

// recordings answers with rows of the index in the order in which they were begun.
// Who wants the rest asks again with after set to the last id.
func (c *console) recordings(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	after, limit, err := paging(query)
	if err != nil {
		return err
	}
	f := campaign.RecordingFilter{
		Campaign: query.Get("campaign"), Agent: query.Get("agent"), Call: call.ID(query.Get("call")),
		State: campaign.RecordingState(query.Get("state")), After: campaign.RecordingID(after), Limit: limit,
	}
	if f.From, err = instant(query.Get("from"), "from"); err != nil {
		return err
	}
	if f.To, err = instant(query.Get("to"), "to"); err != nil {
		return err
	}
	all, err := c.Archive.Recordings(r.Context(), f)
	if err != nil {
		return err
	}
	campaigns, err := c.campaignNames(r.Context())
	if err != nil {
		return err
	}
	rows := make([]recording, 0, len(all))
	for _, one := range all {
		rows = append(rows, newRecording(one, campaigns[one.Campaign]))
	}
	return reply(w, http.StatusOK, rows)
}

// instant reads a moment, or a day, which begins at midnight in UTC; none is zero.
func instant(text, property string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, form := range []string{time.RFC3339, time.DateOnly} {
		if at, err := time.Parse(form, text); err == nil {
			return at, nil
		}
	}
	return time.Time{}, fault.New(fault.Invalid, "%s is a moment like 2026-11-23T17:00:00Z, or a day like 2026-11-23, not %.40q", property, text).On(property)
}

func (c *console) recording(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID[campaign.RecordingID](r, "recording")
	if err != nil {
		return err
	}
	row, err := c.Archive.Recording(r.Context(), id)
	if err != nil {
		return err
	}
	return c.replyRecording(w, r, row)
}

func (c *console) replyRecording(w http.ResponseWriter, r *http.Request, row campaign.Recording) error {
	campaigns, err := c.campaignNames(r.Context())
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, newRecording(row, campaigns[row.Campaign]))
}

// audio gives the file of a recording, or ranges of it (RFC 9110 section 14). What is
// taken out of the house is written down before it is.
func (c *console) audio(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID[campaign.RecordingID](r, "recording")
	if err != nil {
		return err
	}
	row, file, err := c.Archive.Audio(r.Context(), id)
	if err != nil {
		return err
	}
	defer file.Close()
	if r.Method != http.MethodHead {
		what := "recording " + strconv.FormatInt(int64(id), 10) + " of call " + string(row.Call) + " downloaded"
		if part := r.Header.Get("Range"); part != "" {
			what += ", " + strings.Map(printable, part[:min(len(part), 100)])
		}
		if err := c.audit(r, what); err != nil {
			return err
		}
	}
	h := w.Header()
	h.Set("Content-Type", "audio/wav")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": path.Base(row.Name) + ".wav"}))
	if row.Sum != "" {
		h.Set("ETag", `"`+row.Sum+`"`)
	}
	http.ServeContent(w, r, "", row.Ended, file)
	return nil
}

// printable leaves out what is no printable ASCII.
func printable(c rune) rune {
	if c < ' ' || c > '~' {
		return -1
	}
	return c
}

// setRecording holds a recording, or lets it go.
func (c *console) setRecording(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID[campaign.RecordingID](r, "recording")
	if err != nil {
		return err
	}
	var want struct {
		Hold   *bool  `json:"hold"`
		Reason string `json:"reason"`
	}
	if err := take(w, r, &want); err != nil {
		return err
	}
	if want.Hold == nil {
		return fault.New(fault.Invalid, "hold says whether the recording is kept whatever its age: true or false").On("hold")
	}
	if err := checkReason(want.Reason); err != nil {
		return err
	}
	row, err := c.Archive.Hold(r.Context(), id, *want.Hold)
	if err != nil {
		return err
	}
	what := "let go"
	if *want.Hold {
		what = "held"
	}
	if err := c.audit(r, "recording "+strconv.FormatInt(int64(id), 10)+" of call "+string(row.Call)+" "+what+": "+want.Reason); err != nil {
		return err
	}
	return c.replyRecording(w, r, row)
}

// deleteRecording deletes the file of a recording; its row stays. A reason is wanted,
// as it can not be undone.
func (c *console) deleteRecording(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID[campaign.RecordingID](r, "recording")
	if err != nil {
		return err
	}
	reason := r.URL.Query().Get("reason")
	if strings.TrimSpace(reason) == "" {
		return fault.New(fault.Invalid, "say why: ?reason=TEXT; it can not be undone").On("reason")
	}
	if err := checkReason(reason); err != nil {
		return err
	}
	user, _, _ := r.BasicAuth()
	row, err := c.Archive.Delete(r.Context(), id, "by "+user+": "+reason)
	if err != nil {
		return err
	}
	if err := c.audit(r, "recording "+strconv.FormatInt(int64(id), 10)+" of call "+string(row.Call)+" deleted: "+reason); err != nil {
		return err
	}
	return c.replyRecording(w, r, row)
}

// prompts reads the sound files anew.
func (c *console) prompts(w http.ResponseWriter, r *http.Request) error {
	names, err := c.Prompts(r.Context())
	if err != nil {
		return err
	}
	if err := c.audit(r, "prompts are read anew"); err != nil {
		return err
	}
	return reply(w, http.StatusOK, promptList{Prompts: append([]string{}, names...)})
}

// promptList are the names of the prompts.
type promptList struct {
	Prompts []string `json:"prompts"`
}

// recording is a row of the index.
type recording struct {
	ID          campaign.RecordingID    `json:"id"`
	Name        string                  `json:"name"` // Eic_IRRecordingId in ICWS
	Call        call.ID                 `json:"call"`
	Attempt     campaign.AttemptID      `json:"attempt,omitempty"`
	Campaign    string                  `json:"campaign"`
	CampaignID  campaign.ID             `json:"campaignId"`
	Agent       string                  `json:"agent"`
	StartedBy   string                  `json:"startedBy"` // a user, or "rule"
	State       campaign.RecordingState `json:"state"`
	Why         string                  `json:"why,omitempty"`
	Hold        bool                    `json:"hold"`
	AnnouncedAt stamp                   `json:"announcedAt,omitzero"`
	StartedAt   stamp                   `json:"startedAt,omitzero"`
	EndedAt     stamp                   `json:"endedAt,omitzero"`
	DeletedAt   stamp                   `json:"deletedAt,omitzero"`
	DurationMs  millis                  `json:"durationMs"`
	DroppedMs   millis                  `json:"droppedMs"`
	Bytes       int64                   `json:"bytes"`
	SHA256      string                  `json:"sha256,omitempty"`
	Path        string                  `json:"path"` // in the folder of recordings
}

func newRecording(r campaign.Recording, campaignName string) recording {
	by := r.By
	if by == "" {
		by = "rule"
	}
	return recording{
		ID: r.ID, Name: r.Name, Call: r.Call, Attempt: r.Attempt, Campaign: campaignName, CampaignID: r.Campaign, Agent: r.Agent,
		StartedBy: by, State: r.State, Why: r.Why, Hold: r.Held, AnnouncedAt: stamp(r.Announced), StartedAt: stamp(r.Started),
		EndedAt: stamp(r.Ended), DeletedAt: stamp(r.Deleted), DurationMs: millis(r.Duration), DroppedMs: millis(r.Dropped),
		Bytes: r.Bytes, SHA256: r.Sum, Path: r.Path,
	}
}
