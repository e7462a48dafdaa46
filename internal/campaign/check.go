package campaign

import (
	"errors"
	"slices"
	"strings"

	"github.com/outdial/outdial/internal/fault"
)

// Check holds a definition against what a campaign must be. Errors: Invalid.
func (c Campaign) Check() error {
	if c.ID == "" || c.Name == "" || c.List == "" {
		return fault.New(fault.Invalid, "a campaign needs an id, a name and a contact list")
	}
	if !slices.Contains(States, c.State) || !slices.Contains(Modes, c.Mode) {
		return fault.New(fault.Invalid, "campaign %s: state %q, mode %q: states are %s; modes are %s", c.Name, c.State, c.Mode, Words(States), Words(Modes))
	}
	if c.Group != strings.TrimSpace(c.Group) {
		return fault.New(fault.Invalid, "campaign %s: the group %q begins or ends with a blank", c.Name, c.Group)
	}
	if !slices.Contains(Attestations, c.Attestation) {
		return fault.New(fault.Invalid, "campaign %s: attestation %q: there are A, B and C", c.Name, c.Attestation)
	}
	for i, column := range c.PhoneColumns {
		if strings.TrimSpace(column) == "" {
			return fault.New(fault.Invalid, "campaign %s: phone column %d has no name", c.Name, i+1)
		}
		if slices.ContainsFunc(c.PhoneColumns[:i], func(s string) bool { return strings.EqualFold(s, column) }) {
			return fault.New(fault.Invalid, "campaign %s: phone column %q is there twice", c.Name, column)
		}
	}
	for id, name := range c.Stages {
		if id < 1 || strings.TrimSpace(name) == "" {
			return fault.New(fault.Invalid, "campaign %s: stage %d %q: stages are numbered from 1 and have names; 0 is that of every new call", c.Name, id, name)
		}
	}
	if err := c.Recorded.check(c); err != nil {
		return err
	}
	if err := errors.Join(c.Answers.Check(), c.Unattended.Check(c.Mode)); err != nil {
		return fault.New(fault.Invalid, "campaign %s: %v", c.Name, err)
	}
	if err := c.Paced.check(c); err != nil {
		return err
	}
	if wrong := c.Selected.Check(); len(wrong) > 0 {
		return fault.New(fault.Invalid, "campaign %s: %v", c.Name, wrong[0])
	}
	return c.checkScript()
}

// Words names states, modes and the like for an error.
func Words[S ~string](of []S) string {
	names := make([]string, len(of))
	for i, name := range of {
		names[i] = string(name)
	}
	return strings.Join(names, ", ")
}

// checkScript holds the base script against the campaign.
func (c Campaign) checkScript() error {
	if c.ScriptURL != "" {
		scheme, rest, _ := strings.Cut(c.ScriptURL, "://")
		blank := strings.ContainsFunc(c.ScriptURL, func(r rune) bool { return r <= ' ' || r == 0x7f })
		if blank || rest == "" || !strings.EqualFold(scheme, "http") && !strings.EqualFold(scheme, "https") {
			return fault.New(fault.Invalid, "campaign %s: the script's address %q is not one of http or https", c.Name, c.ScriptURL)
		}
		if c.Script != nil {
			return fault.New(fault.Invalid, "campaign %s has a base script and the address of a custom one; keep one of them", c.Name)
		}
	}
	if c.Script == nil {
		return nil
	}
	for i, page := range c.Script.Pages {
		if err := c.checkPage(page); err != nil {
			return fault.Wrap(err, fault.Invalid, "campaign %s: page %d of the script", c.Name, i+1)
		}
	}
	for _, e := range c.Script.Extensions {
		if e.ObjectName == "" || e.Extension == "" {
			return fault.New(fault.Invalid, "campaign %s: an extension of the script needs an object's name and an extension", c.Name)
		}
	}
	return nil
}

func (c Campaign) checkPage(p Page) error {
	if p.Name == "" {
		return fault.New(fault.Invalid, "it has no name")
	}
	if !c.HasStage(p.Stage) {
		return fault.New(fault.Invalid, "the campaign has no stage %d", p.Stage)
	}
	for _, d := range p.Dispositions {
		if _, ok := c.Disposition(d.Label); !ok && !strings.EqualFold(d.Label, SkipLabel) {
			return fault.New(fault.Invalid, "the campaign has no disposition %q", d.Label)
		}
	}
	for _, control := range p.Controls {
		switch {
		case control.Column == "":
			return fault.New(fault.Invalid, "a control shows no column")
		case control.Type < Text || control.Type > DateTime:
			return fault.New(fault.Invalid, "column %q: there is no control type %d", control.Column, control.Type)
		case !slices.Contains(dateFormats, control.DateFormat):
			return fault.New(fault.Invalid, "column %q: there is no date format %d", control.Column, control.DateFormat)
		case control.MaxLines < 0 || control.MaxChars < 0:
			return fault.New(fault.Invalid, "column %q: a limit is below 0", control.Column)
		}
	}
	return nil
}

// dateFormats are those of the wire (baseScriptDateTimeControlFormat), and none.
var dateFormats = []int{0, 1, 2, 4, 5, 6}

// HasStage tells whether a call of the campaign can be in a stage. One that names
// no stages leaves them to its desktops.
func (c Campaign) HasStage(id int) bool {
	_, named := c.Stages[id]
	return id == 0 || named || len(c.Stages) == 0 && id > 0
}
