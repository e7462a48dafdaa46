package campaign

import (
	"slices"
	"time"
)

// Phone is one of a contact's numbers: that in a phone column of the campaign.
type Phone struct {
	CCID   int    // the place of the column in the campaign's PhoneColumns, from 1
	Kind   string // the name of the column, as the list has it
	Number string
}

// PhoneState is what is known of a number of a contact with several.
type PhoneState struct {
	Kind   string
	Status Status // Callable, Uncallable, AttemptsSpent, Prohibited
	// Passed: it had its turn in this pass over the contact's numbers (PureConnect's
	// substatus F).
	Passed      bool
	Attempts    int
	Rescheduled int // how often it was called again by the rule of a wrap-up category
	Last        time.Time
}

// Numbers is what a contact has besides the number that is being dialed.
type Numbers struct {
	Several  bool
	Left     int // of the others, that can be dialed in this pass
	Callable int // of the others, that can be dialed at all
	// Attempts and Rescheduled are of the number that is being dialed, before this call.
	Attempts, Rescheduled int
}

// Phones are a contact's numbers, in the order of the campaign's phone columns; each
// number once. Without phone columns, or with nothing in them, it is the number that
// was imported.
func (c Campaign) Phones(contact Contact) []Phone {
	var phones []Phone
	for i, column := range c.PhoneColumns {
		number, err := c.PhoneColumn(contact, i+1)
		if err != nil || slices.ContainsFunc(phones, func(p Phone) bool { return p.Number == number }) {
			continue
		}
		name, _, _ := contact.Column(column)
		phones = append(phones, Phone{i + 1, name, number})
	}
	if len(phones) == 0 {
		return []Phone{{Number: contact.Number}}
	}
	return phones
}

// PhoneAt is the contact's phone in which a number stands; without a column if it stands in
// none, as one that somebody typed.
func (c Campaign) PhoneAt(contact Contact, number string) Phone {
	phones := c.Phones(contact)
	if i := slices.IndexFunc(phones, func(p Phone) bool { return p.Number == number }); i >= 0 {
		return phones[i]
	}
	return Phone{Number: number}
}

// NextPhone chooses which of a contact's numbers is dialed: the first that was not in
// this pass; for a promised or rescheduled call the one that was dialed last. ok is
// false if none can be dialed.
func NextPhone(phones []Phone, states []PhoneState, status Status) (next Phone, numbers Numbers, ok bool) {
	known := func(p Phone) PhoneState {
		if i := slices.IndexFunc(states, func(s PhoneState) bool { return s.Kind == p.Kind }); i >= 0 {
			return states[i]
		}
		return PhoneState{Kind: p.Kind, Status: Callable}
	}
	usable := slices.DeleteFunc(slices.Clone(phones), func(p Phone) bool { return known(p).Status != Callable })
	if len(usable) == 0 {
		return next, numbers, false
	}
	left := slices.DeleteFunc(slices.Clone(usable), func(p Phone) bool { return known(p).Passed })
	if len(left) == 0 { // the next pass
		left = usable
	}
	next = left[0]
	if status == Scheduled || status == Rescheduled || status == Seen {
		last := slices.MaxFunc(usable, func(a, b Phone) int { return known(a).Last.Compare(known(b).Last) })
		if !known(last).Last.IsZero() {
			next = last
		}
	}
	numbers = Numbers{Several: len(phones) > 1, Callable: len(usable) - 1, Attempts: known(next).Attempts, Rescheduled: known(next).Rescheduled}
	for _, p := range left {
		if p != next {
			numbers.Left++
		}
	}
	return next, numbers, true
}
