package dialer

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/pacing"
)

// Campaigns that want the same agent get him by priority, else by weight.
func TestSharedAgentsGoByPriorityThenWeight(t *testing.T) {
	for _, c := range []struct {
		name             string
		priority, weight float64
		least, most      int // calls of thirty that the first campaign gets
	}{
		{"alike", 0, 1, 14, 16},
		{"three times the weight", 0, 3, 21, 24},
		{"a higher priority", 1, 1, 30, 30},
		{"a lower priority", -1, 1, 0, 0},
	} {
		for _, mode := range []campaign.Mode{campaign.Power, campaign.Preview, campaign.Precise} {
			autumnDef := autumn()
			autumnDef.Mode, autumnDef.Priority, autumnDef.Weight = mode, int(c.priority), c.weight
			spring := autumnDef
			spring.ID, spring.Name, spring.Priority, spring.Weight = "SPRING", "Spring", 0, 1
			s := newStage(t, Rules{}, autumnDef, spring)
			for i := range 60 {
				s.numbers = append(s.numbers, strconv.Itoa(1000+i))
			}
			s.tell("shift anna persistent")
			got := 0
			for n := range 30 {
				number := strconv.Itoa(1000 + n)
				if mode == campaign.Preview {
					s.tell("place anna")
				}
				s.tell("answers " + number)
				anna := s.state.agents[who("anna")]
				if anna.state != agent.Talking {
					t.Fatalf("%s, %s: anna is %s", c.name, mode, anna.state)
				}
				if s.state.calls[anna.call].def.ID == "AUTUMN" {
					got++
				}
				s.tell("hangs-up "+number, "dispose anna Success", "status anna Available")
			}
			if got < c.least || got > c.most {
				t.Errorf("%s, %s: the first campaign got %d of 30 calls", c.name, mode, got)
			}
		}
	}
}

// A contact goes to an agent who has its skills; one whom nobody could take is not
// dialed, and loses nothing.
func TestContactsGoToAgentsWithTheirSkills(t *testing.T) {
	for _, mode := range []campaign.Mode{campaign.Predictive, campaign.Power, campaign.Precise} {
		def := autumn()
		def.Mode, def.SkillColumn = mode, "name" // a contact's name is N and its number
		s := newStage(t, Rules{}, def)
		s.tell("shift anna persistent", "shift bert persistent")
		s.state.agents[who("bert")].user.Skills = []string{"French", "n1000"}
		s.numbers = []string{"2000", "1000"}
		s.pass(2 * time.Second)
		if mode != campaign.Precise && !s.team.Can([]string{"french"}) || s.team.Can([]string{"n2000"}) {
			t.Errorf("%s: contacts are claimed for %v", mode, s.team)
		}
		if _, dialed := s.dialed["2000"]; dialed {
			t.Errorf("%s: who asks for a skill that nobody has is dialed", mode)
		}
		if s.tell("answers 1000"); s.state.agents[who("bert")].state != agent.Talking {
			t.Errorf("%s: bert is %s", mode, s.state.agents[who("bert")].state)
		}
		for _, at := range s.closed {
			if at.Next.Counts || at.Next.Status != campaign.Callable {
				t.Errorf("%s: the other contact is %+v", mode, at.Next)
			}
		}
	}
}

// A campaign under schedule is switched at the edges, and by a command taken off it.
func TestAScheduleSwitchesItsCampaign(t *testing.T) {
	def := autumn() // it is Monday noon
	var err error
	def.Schedule.Windows = make([]campaign.Window, 1)
	if def.Schedule.Windows[0], err = campaign.ParseWindow("mon-fri 11:00-13:00"); err != nil {
		t.Fatal(err)
	}
	def.Auto, def.State = true, campaign.Off
	s := newStage(t, Rules{}, def)
	state := func() campaign.State { return s.state.campaigns["AUTUMN"].def.State }
	s.apply(ticked{})
	if state() != campaign.On {
		t.Errorf("at noon it is %s", state())
	}
	if s.pass(time.Hour); state() != campaign.Off {
		t.Errorf("at one it is %s", state())
	}
	s.tell("campaign on")
	if s.pass(48 * time.Hour); state() != campaign.On || s.state.campaigns["AUTUMN"].def.Auto {
		t.Errorf("what was switched on by hand is %s two days later", state())
	}
	if err := s.do(SetCampaignState{Campaign: "AUTUMN", Auto: true}); err != nil || state() != campaign.Off {
		t.Errorf("back under schedule at one: %s, %v", state(), err)
	}
	s.tell("ledger breaks")
	if s.pass(22*time.Hour + time.Second); state() != campaign.Off {
		t.Errorf("%s, and that is not written down", state())
	}
	if s.tell("ledger mends", "pass 2s"); state() != campaign.On {
		t.Errorf("a switch that could not be written is not tried again: %s", state())
	}
}

// A campaign that gets no contacts as the database can not be written says why, until it
// can.
func TestACampaignSaysThatNothingCanBeWritten(t *testing.T) {
	s := newStage(t, Rules{}, autumn())
	why := func() string { return s.state.viewCampaign(s.state.campaigns["AUTUMN"]).Why }
	s.tell("contacts 100", "ledger breaks", "shift anna persistent")
	if !strings.Contains(why(), "disk full") || len(s.dialed) > 1 { // the agent alone
		t.Errorf("it says %q, and %v are dialed", why(), s.dialed)
	}
	if s.tell("ledger mends", "pass 12s"); strings.Contains(why(), "disk full") || s.dialed["100"] == 0 {
		t.Errorf("with room again it says %q", why())
	}
}

// A campaign that does not dial says so, and one whose agents dial says nothing of a pace;
// they are told how a preview is passed over.
func TestACampaignSaysThatItIsOff(t *testing.T) {
	def := autumn()
	def.Mode = campaign.Preview
	s := newStage(t, Rules{}, def)
	why := func() string { return s.state.viewCampaign(s.state.campaigns["AUTUMN"]).Why }
	s.tell("contacts 100", "shift anna persistent")
	if why() != "" {
		t.Errorf("while an agent looks at a contact it says %q", why())
	}
	if err := s.do(Dispose{Agent: who("anna"), Label: "Skip"}); err == nil || !strings.Contains(err.Error(), campaign.SkipLabel) {
		t.Errorf("how to pass a preview over is not told: %v", err)
	}
	for _, state := range []string{"paused", "off"} {
		if s.tell("campaign " + state); why() != "the campaign is "+state {
			t.Errorf("%s, it says %q", state, why())
		}
	}
}

// At the end of its list a campaign is completed; it goes on when contacts are added.
func TestACampaignIsCompletedAtTheEndOfItsList(t *testing.T) {
	s := newStage(t, Rules{}, autumn())
	s.numbers = []string{"1000"}
	s.tell("shift anna persistent", "busy 1000", "pass 2s")
	if !s.state.campaigns["AUTUMN"].completed {
		t.Error("it is not completed")
	}
	if !slices.ContainsFunc(s.lines, func(l string) bool { return l == "say anna campaigns whole=false ~Autumn(on)" }) {
		t.Error("the agent is not told")
	}
	s.numbers = []string{"1001"}
	if s.pass(2 * time.Second); s.state.campaigns["AUTUMN"].completed || s.dials() != 1 {
		t.Errorf("%d are dialed after a contact was added", s.dials())
	}
}

// What a pacer learned is written each minute and at the stop, and is there at the next
// start.
func TestWhatWasLearnedOutlivesTheFloor(t *testing.T) {
	s := predictive(t)
	s.tell("shift anna persistent", "busy 1000")
	if s.pass(59 * time.Second); len(s.memories) != 0 {
		t.Error("it is written at once")
	}
	read := func() (m pacing.Memory) {
		if err := json.Unmarshal([]byte(s.memories["AUTUMN"]), &m); err != nil {
			t.Fatal(err)
		}
		return m
	}
	if s.pass(2 * time.Second); read().Long.Calls != 1 {
		t.Errorf("after a minute %g calls are written", read().Long.Calls)
	}
	s.tell("busy 1001", "drain")
	if read().Long.Calls != 2 {
		t.Errorf("at the stop %g calls are written", read().Long.Calls)
	}
	again := newState(Config{Campaigns: []campaign.Campaign{autumn()}, Learned: map[campaign.ID]pacing.Memory{"AUTUMN": read()}})
	if got := again.campaigns["AUTUMN"].pacer.Memory().Long.Calls; got != 2 {
		t.Errorf("after the start %g calls are known", got)
	}
}
