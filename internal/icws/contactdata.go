package icws

import (
	"net/http"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/fault"
)

// What a desktop may read and write of the contact of a call (contract section 4.3).

// callBody names a call and its campaign, with attributes for it.
type callBody struct {
	Call       call.ID           `json:"callId"`
	Campaign   campaign.ID       `json:"campaignId"`
	Attributes map[string]string `json:"callAttributes"`
}

// check finds what is missing.
func (b callBody) check() error {
	return required(given{"callId", string(b.Call)}, given{"campaignId", string(b.Campaign)})
}

// updateCallData documents no 403: somebody else's call is a plain 400 as well.
func updateCallData(s *server, r *request) (answer, error) {
	var b callBody
	if err := r.decode(&b); err != nil {
		return answer{}, err
	}
	if err := b.check(); err != nil {
		return answer{}, err
	}
	if b.Attributes == nil {
		return answer{}, missing("callAttributes")
	}
	err := s.order(r, dialer.UpdateCallData{Agent: r.session.Agent(), Call: b.Call, Campaign: b.Campaign, Attributes: b.Attributes})
	return accepted, plain(err, fault.Forbidden)
}

func requestContactData(s *server, r *request) (answer, error) {
	var b callBody
	if err := r.decode(&b); err != nil {
		return answer{}, err
	}
	if err := b.check(); err != nil {
		return answer{}, err
	}
	snap, err := s.look(r)
	if err != nil {
		return answer{}, err
	}
	c, err := contactCall(snap, r, b.Call, b.Campaign)
	if err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusOK, body: object{"contacts": []object{{"contactdata": contactData(c)}}}}, nil
}

// contactCall finds a call whose contact the session's user may see: his own, or one
// of a workgroup that he supervises. No campaign stands for whichever it is.
func contactCall(snap dialer.Snapshot, r *request, id call.ID, of campaign.ID) (dialer.CallView, error) {
	c, found := snap.Call(id)
	switch u := r.session.User; {
	case !found:
		return c, invalid("", "There is no call %s.", id)
	case !c.Mine(u.ID) && !u.MaySupervise(c.Campaign.Workgroup):
		return c, fault.New(fault.Forbidden, "Call %s is not yours.", id)
	case c.Campaign.ID == "":
		return c, invalid("", "Call %s is not for a contact.", id)
	case of != "" && !strings.EqualFold(string(of), string(c.Campaign.ID)):
		return c, invalid("campaignId", "Call %s is of campaign %s.", id, c.Campaign.ID)
	}
	return c, nil
}

// phoneNumberDetail is a number of a contact.
type phoneNumberDetail struct {
	CCID           int    `json:"ccid"`
	Name           string `json:"name"`
	Type           string `json:"phonenumbertype"`
	Number         string `json:"phonenumber"`
	Attempts       int    `json:"attempts"`
	BlockingResult string `json:"blockingresult"`
}

// requestPhoneNumberDetails tells the numbers of a call's contact, or without an
// interactionId of the contact that the agent has in hand.
func requestPhoneNumberDetails(s *server, r *request) (answer, error) {
	var b struct {
		Campaign campaign.ID `json:"campaignId"`
		Call     call.ID     `json:"interactionId"`
	}
	if err := r.decode(&b); err != nil {
		return answer{}, err
	}
	snap, err := s.look(r)
	if err != nil {
		return answer{}, err
	}
	if b.Call == "" {
		a, _ := snap.Agent(r.session.Agent())
		if b.Call = a.Call; b.Call == "" {
			return answer{}, invalid("interactionId", "You have no contact in hand; name a call in interactionId.")
		}
	}
	c, err := contactCall(snap, r, b.Call, b.Campaign)
	if err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusOK, body: object{"records": phoneNumbers(c, snap.At)}}, nil
}

// phoneNumbers are the numbers that could be dialed: those of the campaign's columns
// with the column's place as ccid, or if it has none, the one that was imported, as
// 1. Lists know no types of numbers, so the type is the name. What blocks a number
// now are the hours in which the contact may be called.
func phoneNumbers(c dialer.CallView, now time.Time) []phoneNumberDetail {
	blocked := ""
	if v := c.Campaign.Hours.Check(now, zonesOf(c)...); !v.Allowed {
		blocked = v.Rule
	}
	names := c.Campaign.PhoneColumns
	if len(names) == 0 {
		names = []string{""}
	}
	records := []phoneNumberDetail{}
	for i, name := range names {
		if number, err := c.Campaign.PhoneColumn(c.Contact, i+1); err == nil {
			records = append(records, phoneNumberDetail{i + 1, name, name, number, c.Contact.Attempts, blocked})
		}
	}
	return records
}

// zonesOf are the time zones that a call's contact may be in; none is not known.
func zonesOf(c dialer.CallView) []*time.Location {
	return c.Campaign.Place(c.Contact, time.LoadLocation).Zones
}
