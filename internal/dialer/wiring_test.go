package dialer

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/outdial/outdial/internal/call"
)

// hears is an ear for others, sounds one for a sound.
func hears(legs ...call.LegID) ear { return ear{hears: legs} }
func sounds(s call.Sound) ear      { return ear{sound: s} }

// Legs 1 to 3 are agents' lines, the others are parties'.
func TestOrdersMakeTheDifference(t *testing.T) {
	type want = map[call.LegID]ear
	conference := want{1: hears(4, 5), 4: hears(1, 5), 5: hears(1, 4)}
	for _, c := range []struct {
		name  string
		steps []want
		last  string // the orders of the last step
	}{
		{"nothing", []want{{}}, ""},
		{"a line that is up hears silence by itself", []want{{1: sounds(call.Silence)}}, ""},
		{"no say, no order", []want{{1: ear{}, 4: ear{}}}, ""},
		{"two are bridged, the line first", []want{{1: hears(4), 4: hears(1)}}, "bridge 1 4"},
		{"whatever their numbers are", []want{{2: hears(1), 1: hears(2), 3: sounds(call.Silence)}}, "bridge 1 2"},
		{"two parties without an agent", []want{{4: hears(5), 5: hears(4)}}, "bridge 4 5"},
		{"once is enough", []want{{1: hears(4), 4: hears(1)}, {1: hears(4), 4: hears(1)}}, ""},
		{"hold", []want{{1: hears(4), 4: hears(1)}, {1: sounds(call.Silence), 4: sounds(call.HoldMusic)}}, "park 1 silence, park 4 hold music"},
		{"back from hold", []want{{1: hears(4), 4: hears(1)}, {1: sounds(call.Silence), 4: sounds(call.HoldMusic)}, {1: hears(4), 4: hears(1)}}, "bridge 1 4"},
		{"another party in place of the first", []want{{1: hears(4), 4: hears(1)}, {1: hears(5), 5: hears(1), 4: sounds(call.HoldMusic)}}, "park 4 hold music, bridge 1 5"},
		{"ring-back for a held party's agent", []want{{1: hears(4), 4: hears(1)}, {1: sounds(call.RingBack), 4: sounds(call.HoldMusic)}}, "park 1 ring-back, park 4 hold music"},
		{"a conference", []want{conference}, "converse 1: 1[4 5] 4[1 5] 5[1 4]"},
		{"a conference that stays", []want{conference, conference}, ""},
		{"one more", []want{conference, {1: hears(4, 5, 6), 4: hears(1, 5, 6), 5: hears(1, 4, 6), 6: hears(1, 4, 5)}},
			"converse 1: 1[4 5 6] 4[1 5 6] 5[1 4 6] 6[1 4 5]"},
		{"one on hold, two left", []want{conference, {1: hears(4), 4: hears(1), 5: sounds(call.HoldMusic)}}, "park 5 hold music, bridge 1 4, over 1"},
		{"a bridge grows into a conference", []want{{1: hears(4), 4: hears(1)}, conference}, "converse 1: 1[4 5] 4[1 5] 5[1 4]"},
		{"two conferences", []want{{1: hears(4, 5), 4: hears(1, 5), 5: hears(1, 4), 2: hears(6, 7), 6: hears(2, 7), 7: hears(2, 6)}},
			"converse 1: 1[4 5] 4[1 5] 5[1 4], converse 2: 2[6 7] 6[2 7] 7[2 6]"},
		{"two become one", []want{
			{1: hears(4, 5), 4: hears(1, 5), 5: hears(1, 4), 2: hears(6, 7), 6: hears(2, 7), 7: hears(2, 6)},
			{1: hears(4, 6), 4: hears(1, 6), 6: hears(1, 4), 5: sounds(call.HoldMusic), 7: sounds(call.HoldMusic), 2: sounds(call.Silence)},
		}, "park 2 silence, park 5 hold music, park 7 hold music, converse 1: 1[4 6] 4[1 6] 6[1 4], over 2"},
		{"one who listens", []want{{1: hears(4), 4: hears(1), 2: hears(1, 4)}}, "converse 1: 1[4] 2[1 4] 4[1]"},
		{"listening begins", []want{{1: hears(4), 4: hears(1)}, {1: hears(4), 4: hears(1), 2: hears(1, 4)}}, "converse 1: 1[4] 2[1 4] 4[1]"},
		{"and ends", []want{{1: hears(4), 4: hears(1), 2: hears(1, 4)}, {1: hears(4), 4: hears(1), 2: sounds(call.Silence)}},
			"park 2 silence, bridge 1 4, over 1"},
		{"one who coaches", []want{{1: hears(2, 4), 4: hears(1), 2: hears(1, 4)}}, "converse 1: 1[2 4] 2[1 4] 4[1]"},
		{"a leg that is on its way out", []want{conference, {1: hears(4), 4: hears(1), 5: ear{}}}, "bridge 1 4"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWiring()
			w.line[1], w.line[2], w.line[3] = true, true, true
			var got []effect
			for _, step := range c.steps {
				got = w.rearrange(step)
			}
			if text := inShort(got); text != c.last {
				t.Errorf("ordered: %s\nwant:    %s", text, c.last)
			}
		})
	}
}

func inShort(orders []effect) string {
	var list []string
	for _, e := range orders {
		switch e := e.(type) {
		case park:
			list = append(list, fmt.Sprintf("park %d %s", e.leg, e.sound))
		case bridge:
			list = append(list, fmt.Sprintf("bridge %d %d", e.agent, e.customer))
		case converse:
			text := fmt.Sprintf("converse %d:", int(e.conversation.ID))
			for _, p := range e.conversation.Parts {
				text += fmt.Sprintf(" %d%v", int(p.Leg), ints(p.Hears))
			}
			if len(e.conversation.Parts) == 0 {
				text = fmt.Sprintf("over %d", int(e.conversation.ID))
			}
			list = append(list, text)
		}
	}
	return strings.Join(list, ", ")
}

func ints(legs []call.LegID) []int {
	var list []int
	for _, leg := range legs {
		list = append(list, int(leg))
	}
	return list
}

func TestWhoHearsWhomInARoom(t *testing.T) {
	const agent, one, two, listener, coach, joined = 1, 4, 5, 2, 3, 9
	r := room{holder: agent, parties: []call.LegID{one, two}, supervisor: map[call.LegID]call.Supervision{
		listener: call.Listen, coach: call.Coach, joined: call.Join,
	}}
	for _, c := range []struct {
		name string
		leg  call.LegID
		want []call.LegID
	}{
		{"the agent hears the parties, who coaches and who has joined", agent, []call.LegID{coach, one, two, joined}},
		{"a party hears the agent, the other party and who has joined", one, []call.LegID{agent, two, joined}},
		{"who listens hears all but who coaches", listener, []call.LegID{agent, one, two, joined}},
		{"who coaches hears all", coach, []call.LegID{agent, one, two, joined}},
		{"who has joined hears all but who coaches", joined, []call.LegID{agent, one, two}},
	} {
		if got := r.heardBy(c.leg); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}
