package call

import "strings"

// Outcome is what became of an attempt.
type Outcome string

const (
	// Open: still going on.
	Open Outcome = ""
	// Talked: customer and agent were bridged.
	Talked Outcome = "Talked"
	// Abandoned: the customer answered and no agent came in time. It counts
	// against the campaign's abandonment rate.
	Abandoned Outcome = "Abandoned"
	// HungUp: the customer answered and hung up before an agent was there.
	HungUp Outcome = "Hung up"
	// NotReached: the customer was called and did not answer, for the reason given.
	NotReached Outcome = "Not reached"
	// NoPerson: a machine, a fax or the network answered.
	NoPerson Outcome = "No person"
	// Informed: a person was played a message, as the campaign has no agents.
	Informed Outcome = "Informed"
	// Skipped: previewed and never dialed, by the agent's wish.
	Skipped Outcome = "Skipped"
	// Withdrawn: claimed and never dialed; the contact loses nothing.
	Withdrawn Outcome = "Withdrawn"
	// Barred: claimed and never dialed, as the number is on a do-not-call list.
	Barred Outcome = "Barred"
	// Lost: the server stopped while the attempt was open.
	Lost Outcome = "Lost"
)

// Ending is what the end of a customer leg before its answer means: the wrap-up
// that the dialer itself assigns where no agent does (contract section 8.3).
type Ending struct {
	Reason   Reason
	Category string // wrap-up category
	Code     string // wrap-up code
}

// Endings has a row for every reason.
var Endings = [...]Ending{
	Normal:         {Normal, "Remote Hang Up", "Remote Hang Up"},
	Cancelled:      {Cancelled, "System Hang Up", "System Hang Up"},
	Busy:           {Busy, "Busy", "Busy - Remote Busy"},
	NoAnswer:       {NoAnswer, "No Answer", "No Answer"},
	Refused:        {Refused, "Not Reached", "Not Reached"},
	BadNumber:      {BadNumber, "SIT Uncallable", "SIT Uncallable"},
	NoLines:        {NoLines, "No Lines", "No Lines"},
	Congestion:     {Congestion, "SIT Callable", "SIT Callable"},
	Unreachable:    {Unreachable, "Not Reached", "Not Reached"},
	Unauthorised:   {Unauthorised, "No Lines", "No Lines"},
	MediaFailure:   {MediaFailure, "Not Reached", "Not Reached"},
	SessionExpired: {SessionExpired, "Ambiguous", "Ambiguous"},
	Shutdown:       {Shutdown, "System Hang Up", "System Hang Up"},
	Transferred:    {Transferred, "Transferred", "Transferred"},
}

// EndingOf is the row of a reason.
func EndingOf(r Reason) Ending {
	if r >= 0 && int(r) < len(Endings) {
		return Endings[r]
	}
	return Endings[Unreachable]
}

// sits are what special information tones mean, by the words that name them (ITU-T
// Q.35, Telcordia SR-2275).
var sits = []struct {
	word   string
	reason Reason
}{
	{"vacant", BadNumber},
	{"intercept", BadNumber},
	{"no circuit", Congestion},
	{"reorder", Congestion},
}

// EndingOfSIT is the row for special information tones, by what [Verdict.Why] says of
// them.
func EndingOfSIT(why string) Ending {
	for _, s := range sits {
		if strings.Contains(strings.ToLower(why), s.word) {
			return Endings[s.reason]
		}
	}
	return Ending{Congestion, "SIT", "SIT"}
}
