package store

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
)

// together is how much each of those in TestWhateverComesTogetherAContactHasOneLiveAttempt
// does.
var together = flag.Int("together", 6, "how many steps each takes of those who work on one list together")

// TestWhateverComesTogetherAContactHasOneLiveAttempt plays claims of two campaigns that
// share a list, results, calls by name, imports, urgent additions, changes, removals,
// recycles and selections at once, in an order of their own each time. Who is leased is
// held by one at a time, whatever else is done.
func TestWhateverComesTogetherAContactHasOneLiveAttempt(t *testing.T) {
	s := fresh(t)
	with(t, s, 60)
	picky := chosen(`FirstName != "x"`, "FirstName desc")
	save(t, s, picky)
	arrange(t, s)
	h := &hands{T: t, s: s, held: map[campaign.ContactID]campaign.AttemptID{}}
	for i, play := range []func(*rand.Rand){
		h.dials(spring), h.dials(spring), h.dials(picky), h.callsByName, h.imports, h.addsUrgent, h.changes, h.removes, h.recycles, h.arranges,
	} {
		h.Go(func() {
			chance := rand.New(rand.NewPCG(uint64(i), 26))
			for range *together {
				play(chance)
			}
		})
	}
	h.Wait()
	if h.dialed == 0 || h.named == 0 {
		t.Errorf("%d were dialed, and %d by name: nothing is shown", h.dialed, h.named)
	}
	arrange(t, s)
	consistent(t, s)
	if n := count(t, s, `SELECT count(*) FROM attempts WHERE closed = 0`); n != 0 {
		t.Errorf("%d attempts are open in the end", n)
	}
	if n := count(t, s, `SELECT count(*) FROM contacts WHERE status = 'I'`); n != 0 {
		t.Errorf("%d contacts are in nobody's hands in the end", n)
	}
}

// hands are who works on a database, and who holds which contact.
type hands struct {
	*testing.T
	sync.WaitGroup
	s *Store

	mu            sync.Mutex // guards what follows
	held          map[campaign.ContactID]campaign.AttemptID
	dialed, named int
}

// hold takes a contact into one's hands.
func (h *hands) hold(l campaign.Lead) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if other, held := h.held[l.Contact.ID]; held {
		h.Errorf("contact %d is leased by attempt %d while attempt %d is live", l.Contact.ID, l.Attempt.ID, other)
	}
	h.held[l.Contact.ID] = l.Attempt.ID
}

// close closes an attempt in one of the ways in which one ends. The contact is given up
// before that: from the commit on it is anybody's.
func (h *hands) close(chance *rand.Rand, l campaign.Lead) {
	a := l.Attempt
	a.Closed = noon
	switch chance.IntN(4) {
	case 0:
		a.Outcome, a.Category = withdrawn, "Withdrawn"
		a.Next = campaign.Next{Status: campaign.Callable}
	case 1:
		a.Category, a.Next = "No Answer", campaign.Next{Status: campaign.Callable, Due: noon.Add(time.Hour), Counts: true}
	case 2:
		a.Category, a.Next = "Busy", campaign.Next{Status: campaign.Seen, Due: noon, Counts: true}
	default:
		a.Category, a.Next = "Busy", campaign.Next{Status: campaign.Rescheduled, Due: noon.Add(-time.Minute), Counts: true}
	}
	h.mu.Lock()
	delete(h.held, l.Contact.ID)
	h.mu.Unlock()
	for range 2 { // a second close changes nothing
		if err := h.s.Record(h.Context(), a); err != nil {
			h.Error(err)
		}
	}
}

func (h *hands) dials(c campaign.Campaign) func(*rand.Rand) {
	return func(chance *rand.Rand) {
		got, err := h.s.Claim(h.Context(), c, 1+chance.IntN(4), nil, noon)
		if err != nil {
			h.Error(err)
		}
		for _, l := range got.Leads {
			h.hold(l)
		}
		for _, l := range got.Leads {
			h.close(chance, l)
		}
		h.mu.Lock()
		h.dialed += len(got.Leads)
		h.mu.Unlock()
	}
}

func (h *hands) callsByName(chance *rand.Rand) {
	l, err := h.s.ClaimContact(h.Context(), spring, campaign.ContactID(1+chance.IntN(60)), "", false, noon)
	h.allow(func() error { return err })
	if err != nil {
		return
	}
	h.hold(l)
	h.close(chance, l)
	h.mu.Lock()
	h.named++
	h.mu.Unlock()
}

func (h *hands) imports(chance *rand.Rand) {
	var b strings.Builder
	b.WriteString("number,FirstName\n")
	for range 20 {
		fmt.Fprintf(&b, "%d,F%d\n", 3175550000+chance.IntN(90), chance.IntN(9))
	}
	o := ImportOptions{List: spring.List, Source: strings.NewReader(b.String()), Priority: chance.IntN(2) == 0,
		Duplicates: []campaign.Duplicates{campaign.KeepDuplicates, campaign.RejectDuplicates, campaign.UpdateDuplicates}[chance.IntN(3)]}
	if _, err := h.s.Import(h.Context(), o); err != nil {
		h.Error(err)
	}
}

func (h *hands) addsUrgent(chance *rand.Rand) {
	how := campaign.Addition{Duplicates: campaign.UpdateDuplicates}
	c := campaign.Contact{Number: fmt.Sprint(3175550000 + chance.IntN(120)), Status: campaign.Urgent, Columns: map[string]string{"FirstName": "Now"}}
	h.allow(func() error {
		_, err := h.s.AddContacts(h.Context(), spring.List, how, []campaign.Contact{c})
		return err
	})
}

func (h *hands) changes(chance *rand.Rand) {
	status := []campaign.Status{campaign.Callable, campaign.Urgent, campaign.Excluded}[chance.IntN(3)]
	h.allow(func() error {
		_, err := h.s.ChangeContact(h.Context(), spring.List, campaign.ContactID(1+chance.IntN(60)), "", campaign.ContactChange{Status: &status})
		return err
	})
}

func (h *hands) removes(chance *rand.Rand) {
	if chance.IntN(4) == 0 {
		h.allow(func() error {
			return h.s.RemoveContact(h.Context(), spring.List, campaign.ContactID(1+chance.IntN(60)))
		})
	}
}

// allow lets something be refused because a contact is being called, is gone, or an import
// is about to end.
func (h *hands) allow(f func() error) {
	switch err := f(); {
	case err == nil:
	case fault.KindOf(err) == fault.Conflict, fault.KindOf(err) == fault.NotFound, fault.KindOf(err) == fault.Busy:
	default:
		h.Error(err)
	}
}

func (h *hands) recycles(*rand.Rand) {
	if _, _, err := h.s.Recycle(h.Context(), spring.List, noon); err != nil {
		h.Error(err)
	}
}

func (h *hands) arranges(*rand.Rand) {
	if _, err := h.s.Arrange(h.Context()); err != nil {
		h.Error(err)
	}
}
