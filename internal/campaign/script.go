package campaign

import "slices"

// Script is a base script: what a desktop shows during a call (contract section
// 4.3, formDefinition). The server only hands it on, save for the dispositions of
// its pages, which are those of the campaign where a page names none.
type Script struct {
	Pages      []Page
	Misc       ScriptRules
	Extensions []Extension
}

// Page is one page of a script.
type Page struct {
	Name                   string
	Text                   string
	Controls               []Control
	Dispositions           []PageDisposition
	Stage                  int // 0 is none
	Foreground, Background string
}

// ControlType is how a column is shown; the numbers are the wire's.
type ControlType int

// The control types (baseScriptPageControlType).
const (
	Text ControlType = iota
	Numeric
	Radio
	Listbox
	DateTime
)

// Control shows one column of the contact.
type Control struct {
	Column     string
	Label      string
	ReadOnly   bool
	Type       ControlType
	MaxLines   int // 0 is no limit
	MaxChars   int
	DateFormat int               // baseScriptDateTimeControlFormat; 0 is none
	Items      map[string]string // to choose from
}

// PageDisposition is a disposition with what a script shows beside it.
type PageDisposition struct {
	Disposition
	RecordStatus string
	IsContact    bool
}

// ScriptRules are the switches of a script (baseScriptMisc).
type ScriptRules struct {
	AllowBreak, AllowSkip, AllowAgentOwned, MilitaryTime, PickupCall bool
	AllowSchedulePhone, AutoDisconnect, AllowEditingOfNumberToDial   bool
	AllowAgentsAdditionalCalls, AllowEditingAdditionalCallNumbers    bool
	OverrideDncBlock, OverrideZoneBlock, OverrideSkillsBlock         bool
	OverrideDailyLimitBlock                                          bool
}

// Extension is an addition to a script (extensionDefinition).
type Extension struct{ ObjectName, Extension, ObjectType string }

// Form is the campaign's script as desktops get it: a page that names no
// dispositions has those of the campaign. ok is false without a script.
func (c Campaign) Form() (form Script, ok bool) {
	if c.Script == nil {
		return Script{}, false
	}
	form = *c.Script
	form.Pages = slices.Clone(form.Pages)
	for i := range form.Pages {
		if len(form.Pages[i].Dispositions) == 0 {
			form.Pages[i].Dispositions = c.pageDispositions()
		}
	}
	return form, true
}

// pageDispositions are the campaign's dispositions with what their categories say.
func (c Campaign) pageDispositions() []PageDisposition {
	var list []PageDisposition
	for _, d := range c.Dispositions {
		category, _ := CategoryNamed(d.Category)
		list = append(list, PageDisposition{Disposition: d, RecordStatus: string(category.Status), IsContact: category.Live})
	}
	return list
}
