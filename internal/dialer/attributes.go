package dialer

import (
	"maps"
	"strings"
	"unicode/utf8"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
)

// The most that a call keeps of wrap-up codes, and the separator of
// [AppendSeparated].
const (
	mostWrapUps    = 100
	longestWrapUp  = 200
	longestDigits  = 64
	attributeBreak = ";"
)

// derived are the attributes that views make of the state of a call, in lower case
// (contract section 5.2). Nobody can set them.
var derived = map[string]bool{
	"eic_callid": true, "eic_interactionid": true, "eic_objecttype": true, "eic_state": true,
	"eic_callstate": true, "eic_callstatestring": true, "eic_calldirection": true,
	"eic_callpurpose": true, "eic_calltype": true, "eic_remotename": true, "eic_remoteid": true,
	"eic_remotetn": true, "eic_remotetnraw": true, "eic_remoteaddress": true, "eic_localname": true,
	"eic_localid": true, "eic_localtn": true, "eic_localtnraw": true, "eic_localaddress": true,
	"eic_localuserid": true, "eic_username": true, "eic_stationname": true, "eic_workgroupname": true,
	"eic_uwsegmentqueues": true, "eic_irrecordingid": true, "eic_recorders": true,
	"eic_monitors": true, "eic_conferenceid": true, "eic_consultinguser": true, "eic_muted": true,
	"eic_held": true, "eic_private": true, "eic_initiationtime": true, "eic_connecttime": true,
	"eic_terminationtime": true, "eic_capabilities": true, "eic_owneruserid": true,
}

// addAttributes gives what a call has of attributes once some are set, or says why
// they can not be. Names compare without case and keep the spelling that came first.
func addAttributes(have, told map[string]string, how Append) (map[string]string, error) {
	if how < Replace || how > AppendSeparated {
		return nil, fault.New(fault.Invalid, "there is no append mode %d", int(how)).On("appendMode")
	}
	if len(told) == 0 {
		return maps.Clone(have), nil
	}
	all := make(map[string]string, len(have)+len(told))
	spelled := make(map[string]string, len(have)+len(told))
	for name, value := range have {
		all[name], spelled[strings.ToLower(name)] = value, name
	}
	for name, value := range told {
		lower := strings.ToLower(name)
		if name == "" || !utf8.ValidString(name) || !utf8.ValidString(value) {
			return nil, fault.New(fault.Invalid, "an attribute needs a name, and text").On("attributes")
		}
		if derived[lower] {
			return nil, fault.New(fault.Invalid, "attribute %s tells the state of the interaction and can not be set", name).On("attributes")
		}
		own, known := spelled[lower]
		if !known {
			own, spelled[lower] = name, name
		}
		switch was := all[own]; {
		case how == AppendText:
			value = was + value
		case how == AppendSeparated && was != "":
			value = was + attributeBreak + value
		}
		if len(own)+len(value) > longestAttribute {
			return nil, fault.New(fault.Invalid, "attribute %.40s is too long; an attribute has %d bytes at most, its name included", name, longestAttribute).On("attributes")
		}
		all[own] = value
	}
	if len(all) > mostAttributes {
		return nil, fault.New(fault.Invalid, "an interaction keeps %d attributes, not more", mostAttributes).On("attributes")
	}
	return all, nil
}

// setAttributes carries out [SetAttributes].
func (s *state) setAttributes(cmd SetAttributes) error {
	c, _, err := s.allowed(cmd.By, cmd.Call, deedAttributes)
	if err != nil {
		return err
	}
	all, err := addAttributes(c.attributes, cmd.Attributes, cmd.Append)
	if err != nil {
		return err
	}
	if !maps.Equal(all, c.attributes) {
		c.attributes = all
		s.sayTalk(c)
	}
	return nil
}

// assignWrapUp carries out [AssignWrapUp].
func (s *state) assignWrapUp(cmd AssignWrapUp) error {
	c, by, err := s.allowed(cmd.By, cmd.Call, deedWrapUp)
	if err != nil {
		return err
	}
	w := cmd.WrapUp
	switch {
	case strings.TrimSpace(w.Code) == "" || len(w.Code) > longestWrapUp || !utf8.ValidString(w.Code):
		return fault.New(fault.Invalid, "a wrap-up code has 1 to %d bytes", longestWrapUp).On("code")
	case len(c.wrapUps) >= mostWrapUps:
		return fault.New(fault.Conflict, "interaction %s has %d wrap-up codes already, and takes no more", c.id, mostWrapUps)
	}
	if w.User == "" {
		w.User = by.id.User
	}
	if w.At.IsZero() {
		w.At = s.now
	}
	c.wrapUps = append(c.wrapUps[:len(c.wrapUps):len(c.wrapUps)], w)
	s.note(campaign.Entry{Kind: "wrap-up", Agent: by.id.User, Campaign: c.def.ID, Call: c.id, Text: w.Code})
	s.sayTalk(c)
	return nil
}

// sendDigits presses keys towards the party of a call.
func (s *state) sendDigits(cmd SendDigits) error {
	c, _, err := s.allowed(cmd.By, cmd.Call, deedDigits)
	if err != nil {
		return err
	}
	digits := strings.ToUpper(cmd.Digits)
	if digits == "" || len(digits) > longestDigits || strings.Trim(digits, "0123456789*#ABCD,") != "" {
		return fault.New(fault.Invalid, "1 to %d digits can be sent: 0-9, *, #, A-D, and the comma for a second's pause", longestDigits).On("dtmfDigits")
	}
	if err := hasLeg(c); err != nil {
		return err
	}
	s.do(press{c.leg, digits})
	return nil
}

// playPrompt lets the party of a call hear a prompt.
func (s *state) playPrompt(cmd PlayPrompt) error {
	c, _, err := s.allowed(cmd.By, cmd.Call, deedPrompt)
	if err != nil {
		return err
	}
	name := strings.ToLower(cmd.Prompt)
	sound := call.Sound(name)
	switch {
	case sound.IsTone():
	case s.rules.prompt(name):
		sound = call.Prompt(name)
	default:
		return fault.New(fault.NotFound, "there is no prompt %.80q; the configuration names them", cmd.Prompt).On("file")
	}
	if err := hasLeg(c); err != nil {
		return err
	}
	s.do(play{c.leg, sound})
	return nil
}

// hasLeg tells why nothing can be sent to the party of a call.
func hasLeg(c *interaction) error {
	switch {
	case !c.state.Up() || c.ending:
		return fault.New(fault.Conflict, "interaction %s is %s", c.id, doing(c))
	case c.leg == 0:
		return fault.New(fault.Conflict, "the other party of interaction %s is a colleague", c.id)
	}
	return nil
}
