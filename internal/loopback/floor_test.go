package loopback_test

import (
	"context"
	"log/slog"
	"net/netip"
	"slices"
	"testing"
	"time"

	people "github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/loopback"
	"github.com/outdial/outdial/internal/media"
	"github.com/outdial/outdial/internal/telephony"
)

// diary is a ledger for a floor without campaigns.
type diary struct{ dialer.Ledger }

func (diary) Journal(context.Context, []campaign.Entry) error              { return nil }
func (diary) Together(ctx context.Context, do func(context.Context)) error { do(ctx); return nil }

// office is a real floor over real telephony: two agents' phones and a carrier.
type office struct {
	t          *testing.T
	floor      *dialer.Floor
	carrier    *loopback.Carrier
	anna, bert *loopback.Phone
}

var (
	anna = people.ID{User: "anna", Application: "desk"}
	bert = people.ID{User: "bert", Application: "desk"}
)

// What each one says: anna nothing, so that others are heard beside her; numbers
// that begin with 7 and 8 their own tones, all others nothing.
const (
	bertsVoice = 500
	sevens     = 700
	eights     = 850
)

func openOffice(t *testing.T) *office {
	t.Helper()
	o := &office{t: t}
	local := netip.MustParseAddr("127.0.0.1")
	plane, err := media.Open(media.Config{Address: local})
	if err != nil {
		t.Fatal(err)
	}
	o.carrier, err = loopback.OpenCarrier(func(number string) loopback.Customer {
		switch number[0] {
		case '7':
			return loopback.Customer{Voice: loopback.Tone(sevens)}
		case '8':
			return loopback.Customer{Voice: loopback.Tone(eights)}
		}
		return loopback.Customer{}
	}, loopback.Terms{})
	if err != nil {
		t.Fatal(err)
	}
	if o.anna, err = loopback.OpenPhone("anna", 0, loopback.Voice{}); err != nil {
		t.Fatal(err)
	}
	if o.bert, err = loopback.OpenPhone("bert", 0, loopback.Tone(bertsVoice)); err != nil {
		t.Fatal(err)
	}
	sw, err := telephony.Open(telephony.Config{
		Listen: netip.AddrPortFrom(local, 0),
		Trunks: []telephony.Trunk{{Name: "carrier", Address: o.carrier.Address()}},
	}, plane, slog.New(slog.DiscardHandler), func(p call.Progress) { o.floor.Report(p) })
	if err != nil {
		t.Fatal(err)
	}
	o.floor = dialer.New(dialer.Config{Switch: sw, Mixer: sw, Ledger: diary{}})
	ran := make(chan error, 1)
	go func() { ran <- o.floor.Run(context.Background()) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		for _, err := range []error{o.floor.Drain(ctx), <-ran, sw.Close(ctx), plane.Close(), o.anna.Close(), o.bert.Close(), o.carrier.Close()} {
			if err != nil {
				t.Error(err)
			}
		}
	})
	for id, phone := range map[people.ID]*loopback.Phone{anna: o.anna, bert: o.bert} {
		o.do(dialer.Arrive{Agent: id, User: people.User{ID: id.User, Workgroups: []string{"sales"}, Supervisor: id == bert}})
		o.do(dialer.Sit{Agent: id, Station: people.Station{Kind: people.RemoteNumber, Name: id.User, Target: phone.Address(), Persistent: true}})
	}
	return o
}

// do gives a command; it gives the id of what the command made.
func (o *office) do(c dialer.Command) call.ID {
	o.t.Helper()
	id, err := o.floor.Ask(o.t.Context(), c)
	if err != nil {
		o.t.Fatalf("%T: %v", c, err)
	}
	return call.ID(id)
}

// made calls a number for anna and waits until they are connected.
func (o *office) made(number string) call.ID {
	o.t.Helper()
	ear := o.floor.Listen(1000)
	defer ear.Close()
	id := o.do(dialer.Make{By: anna, Target: number})
	for e := range ear.C {
		if c, ok := e.Body.(dialer.CallChanged); ok && c.Call.ID == id && c.Call.State == call.Connected {
			return id
		}
	}
	o.t.Fatalf("%s is never connected", number)
	return ""
}

type witness interface {
	Await(context.Context, func([]loopback.Hearing) bool) ([]loopback.Hearing, error)
}

// hears waits until somebody hears a tone after a moment; number is that of a
// carrier's customer, or empty. A tone of 0 is music.
func (o *office) hears(w witness, number string, hz int, since time.Time) {
	o.t.Helper()
	ctx, cancel := context.WithTimeout(o.t.Context(), 10*time.Second)
	defer cancel()
	if all, err := w.Await(ctx, func(all []loopback.Hearing) bool {
		return slices.ContainsFunc(all, func(h loopback.Hearing) bool {
			_, ok := h.Tone(hz, since)
			return ok && (number == "" || h.Number == number)
		})
	}); err != nil {
		o.t.Fatalf("%s never hears %d Hz: %+v", number, hz, all)
	}
}

// spared says that nobody of these hears a tone for a fifth of a second.
func (o *office) spared(w witness, hz int, since time.Time) {
	o.t.Helper()
	ctx, cancel := context.WithTimeout(o.t.Context(), 200*time.Millisecond)
	defer cancel()
	if all, err := w.Await(ctx, func(all []loopback.Hearing) bool {
		return slices.ContainsFunc(all, func(h loopback.Hearing) bool {
			_, ok := h.Tone(hz, since)
			return ok
		})
	}); err == nil {
		o.t.Errorf("%d Hz is heard: %+v", hz, all)
	}
}

// never says that a tone was heard by nobody of these so far.
func (o *office) never(hearings []loopback.Hearing, number string, hz int, since time.Time) {
	o.t.Helper()
	for _, h := range hearings {
		if at, ok := h.Tone(hz, since); ok && (number == "" || h.Number == number) {
			o.t.Errorf("%s hears %d Hz at %v", h.Number, hz, at)
		}
	}
}

func TestATransferConnectsTheParties(t *testing.T) {
	o := openOffice(t)
	began := time.Now()
	first := o.made("7001")
	o.hears(o.anna, "", sevens, began)
	held := time.Now()
	o.do(dialer.Act{By: anna, Call: first, Action: dialer.Hold})
	o.hears(o.carrier, "7001", 0, held) // music
	sent := time.Now()
	o.do(dialer.Transfer{By: anna, Call: first, To: call.Destination{Number: "8001"}})
	o.hears(o.carrier, "7001", eights, sent)
	o.hears(o.carrier, "8001", sevens, sent)
	o.never(o.anna.Hearings(), "", eights, began)
}

func TestThreeInAConferenceHearEachOther(t *testing.T) {
	o := openOffice(t)
	first := o.made("7001")
	invited := time.Now()
	second := o.do(dialer.Invite{By: anna, Call: first, Target: "8001"})
	o.hears(o.carrier, "7001", eights, invited)
	o.hears(o.carrier, "8001", sevens, invited)
	o.hears(o.anna, "", 0, invited) // both tones at once
	held := time.Now()
	for _, id := range []call.ID{first, second} {
		o.do(dialer.Act{By: anna, Call: id, Action: dialer.Hold})
	}
	o.hears(o.carrier, "7001", 0, held) // music
	o.hears(o.carrier, "8001", 0, held)
	gone := time.Now()
	o.anna.HangUp() // and the two go on without her
	o.hears(o.carrier, "7001", eights, gone)
	o.hears(o.carrier, "8001", sevens, gone)
}

func TestAListenerIsHeardByNobodyAndACoachByTheAgent(t *testing.T) {
	o := openOffice(t)
	began := time.Now()
	first, second := o.made("7001"), call.ID("")
	o.do(dialer.Supervise{By: bert, Call: first, How: call.Listen, On: true})
	o.hears(o.anna, "", sevens, began)
	o.hears(o.bert, "", sevens, began)
	o.spared(o.anna, 0, time.Now()) // nor mixed with another; ringing ends in the middle of a packet
	o.never(o.anna.Hearings(), "", bertsVoice, began)
	o.never(o.carrier.Hearings(), "", bertsVoice, began)
	second = o.made("9001") // who says nothing
	coached := time.Now()
	o.do(dialer.Supervise{By: bert, Call: second, How: call.Coach, On: true})
	o.hears(o.anna, "", bertsVoice, coached)
	o.never(o.carrier.Hearings(), "", bertsVoice, began)
	o.do(dialer.Supervise{By: bert, Call: second, How: call.Join, On: true})
	o.hears(o.carrier, "9001", bertsVoice, coached)
	o.never(o.carrier.Hearings(), "7001", bertsVoice, began)
}
