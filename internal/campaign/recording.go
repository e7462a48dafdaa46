package campaign

import (
	"strings"
	"time"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/fault"
)

// Recorded says which calls of a campaign are recorded, and how.
type Recorded struct {
	// Share is how many of the calls are recorded by themselves: 0 none, 1 all.
	Share float64
	// Announcement is the prompt that the customer must have heard to its end before
	// anything of a call is recorded, by whomever; empty is none.
	Announcement string
	// PauseStages are the stages of a call in which silence is recorded.
	PauseStages []int
	// AgentMayStop lets agents and supervisors stop what was begun by rule.
	AgentMayStop bool
	// Beep is the time between the tones that warn who is recorded; 0 is none.
	Beep time.Duration
	// Keep is how long recordings are kept; 0 leaves it to the server.
	Keep time.Duration
}

// Takes tells whether a call is among those that are recorded by themselves. It is
// always the same for the same call.
func (r Recorded) Takes(id call.ID) bool { return spread(id) < r.Share }

// spread gives each call its place from 0 to 1, by its id (FNV-1a).
func spread(id call.ID) float64 {
	h := uint64(14695981039346656037)
	for i := range len(id) {
		h = (h ^ uint64(id[i])) * 1099511628211
	}
	// Ids count up, and the last digit reaches the high bits only by this.
	h = (h ^ h>>32) * 0x9e3779b97f4a7c15
	return float64(h>>11) / (1 << 53)
}

// check holds the rules against what they must be.
func (r Recorded) check(c Campaign) error {
	switch {
	case !(r.Share >= 0 && r.Share <= 1):
		return fault.New(fault.Invalid, "campaign %s: %g is no share of calls to record; it is from 0 to 1", c.Name, r.Share)
	case r.Beep < 0 || r.Beep > 0 && r.Beep < time.Second:
		return fault.New(fault.Invalid, "campaign %s: a beep every %s leaves no room for speech; take 1s or more", c.Name, r.Beep)
	case r.Keep < 0:
		return fault.New(fault.Invalid, "campaign %s: recordings can not be kept %s", c.Name, r.Keep)
	case r.Announcement != strings.ToLower(r.Announcement):
		return fault.New(fault.Invalid, "campaign %s: the announcement is the name of a prompt in lower case, not %q", c.Name, r.Announcement)
	}
	for _, stage := range r.PauseStages {
		if stage == 0 || !c.HasStage(stage) {
			return fault.New(fault.Invalid, "campaign %s: it has no stage %d in which recordings could be paused", c.Name, stage)
		}
	}
	return nil
}

// RecordingID names a recording in the index.
type RecordingID int64

// RecordingState is what became of a recording.
type RecordingState string

const (
	// RecordingOpen: it is being made.
	RecordingOpen RecordingState = "open"
	// RecordingComplete: the file is whole, or was cut off by a crash and repaired.
	RecordingComplete RecordingState = "complete"
	// RecordingFailed: something went wrong; there may be a part of the file.
	RecordingFailed RecordingState = "failed"
	// RecordingDeleted: the file is gone; the row tells that it was there.
	RecordingDeleted RecordingState = "deleted"
)

// Recording is a row of the index of recordings.
type Recording struct {
	ID        RecordingID
	Name      string // what the floor calls it
	Path      string // of the file in the folder of recordings; empty while there is none
	Call      call.ID
	Attempt   AttemptID // 0 for a call without a contact
	Campaign  ID
	Agent     string // who held the call as it began
	By        string // who started it; empty is the campaign's rule
	Announced time.Time
	Started   time.Time
	Ended     time.Time
	Duration  time.Duration // of the file
	Dropped   time.Duration // of that, silence because the disk did not keep up, or missing
	Bytes     int64
	Sum       string // SHA-256 of the file, in hex
	State     RecordingState
	Why       string // what went wrong, or why it was deleted
	Held      bool   // by law: it is not deleted
	Deleted   time.Time
}

// RecordingFilter says which recordings are wanted; what is zero does not matter.
type RecordingFilter struct {
	Campaign string // name or id
	Agent    string
	Call     call.ID
	State    RecordingState
	From, To time.Time // when it was started, To not included
	After    RecordingID
	Limit    int
}
