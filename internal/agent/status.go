package agent

import "strings"

// Status is one row of the status messages that users can be in (contract
// section 5.1).
type Status struct {
	ID         string
	Text       string
	Group      string // groups statuses that a desktop shows together
	ACD        bool   // calls may be routed
	DND        bool
	AfterCall  bool
	Selectable bool // a person may choose it
	Persistent bool // survives signing off
}

// The statuses that the dialer itself sets (contract section 8.4).
const (
	StatusAvailable    = "Available"
	StatusCampaignCall = "Campaign Call"
	StatusAwaiting     = "Awaiting Callback"
	StatusFollowUp     = "Follow Up"
	StatusNotAnswering = "ACD - Agent Not Answering"
	StatusGone         = "Gone Home"
)

// Statuses is the list that a server without another one offers.
var Statuses = []Status{
	{ID: StatusAvailable, Text: "Available", Group: "Available", ACD: true, Selectable: true},
	{ID: "Available, No ACD", Text: "Available, No ACD", Group: "Available", Selectable: true},
	{ID: "At Lunch", Text: "At Lunch", Group: "Away", DND: true, Selectable: true},
	{ID: "Away from desk", Text: "Away from desk", Group: "Away", Selectable: true},
	{ID: "Do Not disturb", Text: "Do Not Disturb", Group: "Away", DND: true, Selectable: true, Persistent: true},
	{ID: "In a meeting", Text: "In a meeting", Group: "Away", DND: true, Selectable: true},
	{ID: StatusFollowUp, Text: "Follow Up", Group: "Work", AfterCall: true, Selectable: true},
	{ID: StatusCampaignCall, Text: "Campaign Call", Group: "Work", DND: true},
	{ID: StatusAwaiting, Text: "Awaiting Callback", Group: "Work", DND: true},
	{ID: StatusNotAnswering, Text: "ACD - Agent Not Answering", Group: "Away", DND: true},
	{ID: StatusGone, Text: "Gone Home", Group: "Gone", DND: true, Selectable: true, Persistent: true},
}

// StatusNamed finds a status by id; ids compare without case (contract section 5.1).
func StatusNamed(id string) (Status, bool) {
	for _, s := range Statuses {
		if strings.EqualFold(s.ID, id) {
			return s, true
		}
	}
	return Status{}, false
}
