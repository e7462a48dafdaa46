package dialer

import (
	"maps"
	"strings"
	"unicode/utf8"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
)

// How much may be kept with a call.
const (
	mostAttributes   = 200
	longestAttribute = 4 << 10
)

// updateCallData sets attributes of an agent's call.
func (s *state) updateCallData(cmd UpdateCallData) error {
	c, err := s.callFor(cmd.Agent, cmd.Call, cmd.Campaign)
	if err != nil {
		return err
	}
	if err := s.setData(c, cmd.Attributes); err != nil {
		return err
	}
	s.sayCall(c)
	return nil
}

// callFor finds the call that a user has in hand, of a campaign that must be the
// call's own unless it is empty.
func (s *state) callFor(by agent.ID, id call.ID, of campaign.ID) (*liveCall, error) {
	c := s.calls[id]
	if c == nil {
		return nil, fault.New(fault.NotFound, "there is no call %s", id)
	}
	if c.agent == nobody || c.agent.User != by.User {
		return nil, fault.New(fault.Forbidden, "call %s is not yours", id)
	}
	if !sameCampaign(c, of) {
		return nil, fault.New(fault.Invalid, "call %s is one of campaign %s, not of %s", id, c.def.ID, of).On("campaignId")
	}
	return c, nil
}

// sameCampaign tells whether a campaign is a call's own; none said is.
func sameCampaign(c *liveCall, id campaign.ID) bool {
	return id == "" || strings.EqualFold(string(id), string(c.def.ID))
}

// setData takes what a client says about a call: columns of its contact are
// written back, all else is kept with the call.
func (s *state) setData(c *liveCall, told map[string]string) error {
	columns, rest, err := c.sort(told)
	if err != nil {
		return err
	}
	s.readNumbers(c.def, columns)
	s.keepData(c, columns, rest)
	return nil
}

// readNumbers reads what was typed into phone columns as numbers of the campaign's region,
// and keeps them so, as an import does.
func (s *state) readNumbers(def campaign.Campaign, columns map[string]string) {
	for _, column := range def.PhoneColumns {
		name, ok := campaign.ColumnNamed(maps.Keys(columns), column)
		if number, err := s.typed(def, columns[name]); ok && err == nil && def.Law.Region != "" {
			columns[name] = number
		}
	}
}

// sort tells the columns of the contact that are changed, by their own names, from
// the attributes that the call has with what is new. Desktops often send back all
// that they were given: what views derive is left out.
func (c *liveCall) sort(told map[string]string) (columns, attributes map[string]string, err error) {
	columns, rest := make(map[string]string), make(map[string]string)
	for name, value := range told {
		own, was, ok := c.contact.Column(name)
		switch {
		case derived[strings.ToLower(name)]:
		case !ok:
			rest[name] = value
		case !utf8.ValidString(value) || len(value) > longestAttribute:
			return nil, nil, fault.New(fault.Invalid, "column %s: a value is text of %d bytes at most", own, longestAttribute).On("callAttributes")
		case was != value:
			columns[own] = value
		}
	}
	attributes, err = addAttributes(c.attributes, rest, Replace)
	return columns, attributes, err
}

// keepData puts what was sorted into place.
func (s *state) keepData(c *liveCall, columns, attributes map[string]string) {
	s.writeBack(c, columns)
	if len(attributes) > 0 {
		c.attributes = attributes
	}
}
