package call

import (
	"strconv"
	"time"
)

// ConversationID names a conversation for the life of the process. The floor
// gives it out.
type ConversationID int64

// String is the id as logs show it.
func (c ConversationID) String() string { return "conversation-" + strconv.FormatInt(int64(c), 10) }

// Conversation says who hears whom where a plain bridge of two is not enough: a
// conference, a supervisor who listens, coaches or has joined, a consultation
// with three.
//
// Each order gives the whole arrangement in place of the former one: legs that
// are no longer in it hear silence, and with no parts the conversation is over. A
// leg is in one conversation or bridge at a time; whatever it was in before it
// leaves. Hold music and prompts are given to legs with Park and Play as ever.
type Conversation struct {
	ID    ConversationID
	Parts []Part
}

// Part is one leg in a conversation. Whom it does not list it does not hear; a
// leg never hears itself.
type Part struct {
	Leg   LegID
	Hears []LegID
}

// Recording is an order about a recording: the first one with an ID starts it,
// later ones change it, Stop ends it. What the left legs say is written to the
// left channel, what the right ones say to the right; who is in no conversation
// or bridge is recorded all the same, as what counts is what a leg says.
type Recording struct {
	// ID names the file, without its ending; it may hold slashes for folders, and
	// letters, digits, '-', '_' and '.' otherwise.
	ID          string
	Left, Right []LegID
	State       RecordingState
}

// RecordingState is what is to be done with a recording.
type RecordingState int

const (
	// Record: everything is written.
	Record RecordingState = iota
	// Pause: nothing is written, and the time is left out.
	Pause
	// Secure: silence is written for as long as it lasts, so that nothing of what
	// is said then is kept, and the times of the rest stay true.
	Secure
	// Stop: the file is complete and closed.
	Stop
)

// Taped is what became of a recording, once it was stopped and its file is as whole as
// it will be.
type Taped struct {
	ID string
	// Path is of the file in the folder of recordings, with slashes; empty if there is
	// none.
	Path     string
	Ended    time.Time
	Duration time.Duration // of the file
	Bytes    int64         // of the file
	Dropped  time.Duration // of that, silence because the disk did not keep up, or missing
	// Whole: the file is complete; what was dropped is silence in it.
	Whole bool
	Why   string // what went wrong, if anything
}
