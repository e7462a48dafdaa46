package campaign

import (
	"strings"

	"github.com/outdial/outdial/internal/fault"
)

// Unattended is what a person hears who is called without an agent, and what the keys
// of his phone do. A key is one of 0 to 9, * and #, or empty: none does it.
type Unattended struct {
	Message string // the prompt
	// TransferKey leads to the attendant profile Transfer.
	TransferKey, Transfer string
	// OptOutKey ends the call; the contact is not called again.
	OptOutKey string
	// RepeatKey plays the message again.
	RepeatKey string
}

// Listens tells whether any key does something.
func (a Unattended) Listens() bool { return a.TransferKey+a.OptOutKey+a.RepeatKey != "" }

// Check holds it against what it must be. Errors: Invalid.
func (a Unattended) Check(mode Mode) error {
	switch {
	case mode == Agentless && a.Message == "":
		return fault.New(fault.Invalid, "without agents there must be a message to play; set agentless_message")
	case (a.TransferKey == "") != (a.Transfer == ""):
		return fault.New(fault.Invalid, "a transfer without an agent needs a key and an attendant profile")
	case a.Message != strings.ToLower(a.Message):
		return fault.New(fault.Invalid, "a message is the name of a prompt in lower case, not %q", a.Message)
	}
	keys := ""
	for _, key := range []string{a.TransferKey, a.OptOutKey, a.RepeatKey} {
		switch {
		case key == "":
		case len(key) != 1 || !strings.Contains("0123456789*#", key):
			return fault.New(fault.Invalid, "%q is no key; there are 0 to 9, * and #", key)
		case strings.Contains(keys, key):
			return fault.New(fault.Invalid, "key %s is to do two things", key)
		}
		keys += key
	}
	return nil
}
