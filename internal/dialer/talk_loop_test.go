package dialer

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/outdial/outdial/internal/call"
)

func (x *exchange) Converse(c call.Conversation)          { x.note("converse %d", len(c.Parts)) }
func (x *exchange) Record(r call.Recording)               { x.note("record %s %d", r.ID, r.State) }
func (x *exchange) Referred(leg call.LegID, _ call.Cause) { x.note("referred %s", leg) }
func (x *exchange) SendDigits(_ call.LegID, keys string)  { x.note("press %s", keys) }

// What commands make has an id, and what they order reaches switch and mixer.
func TestAConsultationThroughTheLoop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, x, _ := floorInBubble(t, 1, 5*time.Second)
		time.Sleep(5 * time.Second)
		synctest.Wait()
		snap, err := f.Look(t.Context())
		if err != nil || len(snap.Calls) != 1 {
			t.Fatal(snap.Calls, err)
		}
		anna, first := who("anna"), snap.Calls[0].ID
		id, err := f.Ask(t.Context(), Consult{By: anna, Call: first, To: call.Destination{Number: "555"}})
		if err != nil || id == "" {
			t.Fatalf("consultation %q: %v", id, err)
		}
		time.Sleep(5 * time.Second)
		synctest.Wait()
		for _, c := range []Command{
			SetAudience{By: anna, Call: first, Consultation: call.ID(id), Original: true, Consulted: true},
			Act{anna, first, StartRecording}, SendDigits{anna, call.ID(id), "12#"}, Conclude{anna, first, call.ID(id)},
			Dispose{Agent: anna, Label: "Success"},
		} {
			if err := f.Do(t.Context(), c); err != nil {
				t.Errorf("%T: %v", c, err)
			}
		}
		synctest.Wait()
		tape := time.Now().UTC().Format("2006/01/02/") + string(first) + "-1"
		want := []string{
			"5s bridge", "5s dial customer", "10s bridge", "10s converse 3", "10s record " + tape + " 0", "10s press 12#",
			"10s record " + tape + " 3", "10s bridge", "10s converse 0",
		}
		if got := x.lines()[3:]; !slices.Equal(got, want) {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	})
}
