package call

import "time"

// Finding is what call analysis takes the far end of a leg for.
type Finding string

const (
	// Unjudged: analysis has not come to an end, or was not asked for.
	Unjudged Finding = ""
	// Live: a person. Undecided counts as live too; see [Verdict.Why].
	Live Finding = "live"
	// Machine: an answering machine or a carrier's voicemail.
	Machine Finding = "machine"
	// Fax: a fax or a modem.
	Fax Finding = "fax"
	// Mute: nobody said anything in the time that there was.
	Mute Finding = "silence"
	// SIT: a tone and an announcement of the network; which one is in [Verdict.Why].
	SIT Finding = "sit"
	// Beep: the tone after which a machine records. It comes after a verdict, and
	// corrects it where that was live.
	Beep Finding = "beep"
)

// Person tells whether it is for an agent: who said nothing yet may be a person.
func (f Finding) Person() bool { return f == Live || f == Mute }

// Verdict is what call analysis found, and why.
type Verdict struct {
	Finding Finding
	At      time.Time // when it was decided
	// Greeted is when the far end's first words ended; zero if that is not known.
	Greeted time.Time
	// Why names the rule and the figures that decided, for people to read.
	Why string
	// Features are those of the shadow log, by their names.
	Features map[string]float64
}

// Analysis asks for the analysis of a customer's leg.
type Analysis struct {
	// Silence after speech says that the greeting is over; more than Speech of it says
	// that it was a machine's. Zero is 1.0 s and 2.8 s.
	Silence, Speech time.Duration
	// Time is how long the first words may take to come. What was begun by then is heard
	// out, at most Speech and Silence longer. Zero is 4 s.
	Time time.Duration
	// Early listens before the answer too: special information tones and
	// announcements against ring-back.
	Early bool
}
