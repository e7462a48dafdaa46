package loopback_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/loopback"
	"github.com/outdial/outdial/internal/media"
	"github.com/outdial/outdial/internal/telephony"
)

const agent call.LegID = 1

// exchange is our switch between a carrier and a phone.
type exchange struct {
	t        *testing.T
	sw       *telephony.Switch
	progress chan call.Progress
	carrier  *loopback.Carrier
	phone    *loopback.Phone
}

func open(t *testing.T, script func(string) loopback.Customer, terms loopback.Terms) *exchange {
	t.Helper()
	x := &exchange{t: t, progress: make(chan call.Progress, 1000)}
	local := netip.MustParseAddr("127.0.0.1")
	plane, err := media.Open(media.Config{Address: local})
	if err != nil {
		t.Fatal(err)
	}
	if x.carrier, err = loopback.OpenCarrier(script, terms); err != nil {
		t.Fatal(err)
	}
	if x.phone, err = loopback.OpenPhone("anna", 0, loopback.Tone(400)); err != nil {
		t.Fatal(err)
	}
	x.sw, err = telephony.Open(telephony.Config{
		Listen: netip.AddrPortFrom(local, 0),
		Trunks: []telephony.Trunk{{Name: "carrier", Address: x.carrier.Address(), User: "outdial", Password: "secret"}},
	}, plane, slog.New(slog.DiscardHandler), func(p call.Progress) { x.progress <- p })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		for _, err := range []error{x.sw.Close(ctx), plane.Close(), x.phone.Close(), x.carrier.Close()} {
			if err != nil {
				t.Error(err)
			}
		}
	})
	return x
}

// until takes reports up to that of a leg and step.
func (x *exchange) until(leg call.LegID, step call.Step) call.Progress {
	x.t.Helper()
	timeout := time.After(10 * time.Second)
	for {
		select {
		case p := <-x.progress:
			if p.Leg == leg && p.Step == step {
				return p
			}
			if p.Step == call.Ended {
				x.t.Fatalf("%v ended before %v %v: %v", p.Leg, leg, step, p.Cause)
			}
		case <-timeout:
			x.t.Fatalf("%v never %v", leg, step)
		}
	}
}

func (x *exchange) heard(f interface {
	Await(context.Context, func([]loopback.Hearing) bool) ([]loopback.Hearing, error)
}, what string, is func(loopback.Hearing) bool) loopback.Hearing {
	x.t.Helper()
	ctx, cancel := context.WithTimeout(x.t.Context(), 10*time.Second)
	defer cancel()
	all, err := f.Await(ctx, func(all []loopback.Hearing) bool { return slices.ContainsFunc(all, is) })
	if err != nil {
		x.t.Fatalf("never %s: %v: %+v", what, err, all)
	}
	return all[slices.IndexFunc(all, is)]
}

func TestFiveCustomersOnOneStandingLine(t *testing.T) {
	tone := func(i int) int { return 700 + 50*i }
	x := open(t, func(number string) loopback.Customer {
		return loopback.Customer{Rings: 50 * time.Millisecond, Voice: loopback.Tone(tone(int(number[len(number)-1] - '0')))}
	}, loopback.Terms{User: "outdial", Password: "secret"})
	x.sw.Dial(call.Order{Leg: agent, Party: call.Agent, Target: x.phone.Address(), Ring: 5 * time.Second})
	x.until(agent, call.Answered)
	for i := range 5 {
		leg, number := agent+1+call.LegID(i), fmt.Sprintf("317555010%d", i)
		x.sw.Dial(call.Order{Leg: leg, Party: call.Customer, Target: number, CallerID: "3175550100", Ring: 5 * time.Second})
		x.until(leg, call.Answered)
		x.sw.Bridge(agent, leg)
		customer := x.heard(x.carrier, "the agent at the customer", func(h loopback.Hearing) bool {
			_, ok := h.Tone(400, h.Answered)
			return h.Number == number && ok
		})
		phone := x.heard(x.phone, "the customer at the agent", func(h loopback.Hearing) bool {
			_, ok := h.Tone(tone(i), customer.Answered)
			return ok
		})
		there, _ := customer.Tone(400, customer.Answered)
		here, _ := phone.Tone(tone(i), customer.Answered)
		t.Logf("%s: to the customer %v, to the agent %v", number, there.Sub(customer.Answered), here.Sub(customer.Answered))
		x.sw.HangUp(leg, call.Cause{Reason: call.Normal})
		x.until(leg, call.Ended)
		if h := x.heard(x.carrier, "the end", func(h loopback.Hearing) bool { return h.Number == number && !h.Ended.IsZero() }); h.HungUp {
			t.Errorf("%s hung up by itself", number)
		}
	}
	h := x.phone.Hearings()[0]
	if x.phone.Invites() != 1 || len(h.SSRCs) != 1 || h.Gaps != 0 || h.Backwards != 0 {
		t.Errorf("the phone got %d INVITEs, %d streams, %d gaps, %d steps back", x.phone.Invites(), len(h.SSRCs), h.Gaps, h.Backwards)
	}
	t.Logf("longest silence at the phone: %v", h.LongestSilence)
}

func TestCustomersWhoAreNotReached(t *testing.T) {
	endings := map[string]struct {
		customer loopback.Customer
		want     call.Reason
	}{
		"1": {loopback.Customer{Ends: loopback.Busy}, call.Busy},
		"2": {loopback.Customer{Ends: loopback.NoAnswer}, call.NoAnswer},
		"3": {loopback.Customer{Ends: loopback.Refuse, Rings: 10 * time.Millisecond}, call.Refused},
		"4": {loopback.Customer{Ends: loopback.NoSuchNumber}, call.BadNumber},
		"5": {loopback.Customer{Ends: loopback.Congestion}, call.Congestion},
		"6": {loopback.Customer{Ends: loopback.Unavailable}, call.NoAnswer},
	}
	x := open(t, func(number string) loopback.Customer { return endings[number].customer }, loopback.Terms{})
	leg := agent
	for number, e := range endings {
		leg++
		x.sw.Dial(call.Order{Leg: leg, Party: call.Customer, Target: number, Ring: 200 * time.Millisecond})
		if p := x.until(leg, call.Ended); p.Cause.Reason != e.want {
			t.Errorf("customer %s: %v, want %v", number, p.Cause, e.want)
		}
	}
}

func TestTheCustomerHangsUpAtOnce(t *testing.T) {
	x := open(t, func(string) loopback.Customer { return loopback.Customer{Talks: time.Nanosecond} }, loopback.Terms{})
	x.sw.Dial(call.Order{Leg: 2, Party: call.Customer, Target: "1", Ring: time.Second})
	x.until(2, call.Answered)
	if p := x.until(2, call.Ended); p.Cause.Reason != call.Normal || !p.Cause.Far {
		t.Errorf("ended with %v", p.Cause)
	}
}

func TestThePhoneIsPutDown(t *testing.T) {
	x := open(t, func(string) loopback.Customer { return loopback.Customer{} }, loopback.Terms{})
	x.sw.Dial(call.Order{Leg: agent, Party: call.Agent, Target: x.phone.Address(), Ring: time.Second})
	x.until(agent, call.Answered)
	x.phone.HangUp()
	if p := x.until(agent, call.Ended); !p.Cause.Far {
		t.Errorf("ended with %v", p.Cause)
	}
}
