package dialer

import (
	"time"

	"github.com/outdial/outdial/internal/campaign"
)

// A campaign under schedule is switched by the floor, by the same way as by a command:
// it is written down first, and agents are told. A command that names a state takes it
// off its schedule; one with Auto puts it back.

// scheduleClock is the clock of a campaign's schedule; without one it is UTC.
func scheduleClock(c campaign.Campaign) *time.Location {
	zone, err := time.LoadLocation(c.Schedule.Zone)
	if err != nil {
		return time.UTC
	}
	return zone
}

// scheduled is the state that a campaign's schedule wants now.
func (s *state) scheduled(lc *liveCampaign) campaign.State {
	if open, _ := lc.def.Schedule.At(s.now, lc.clock); open {
		return campaign.On
	}
	return campaign.Off
}

// heedSchedule switches a campaign as its schedule wants, and looks again at the next
// edge. A clock that is put right in between is heeded at the edge that it has then.
func (s *state) heedSchedule(lc *liveCampaign) {
	name := alarm{kind: alarmSchedule, campaign: lc.def.ID}
	s.alarms.clear(name)
	if !lc.def.Auto || s.stopping {
		return
	}
	if _, next := lc.def.Schedule.At(s.now, lc.clock); !next.IsZero() {
		s.alarms.set(name, earlier(next, s.now.Add(scheduleEvery)))
	}
	want := s.scheduled(lc)
	if lc.def.State == want {
		return
	}
	reply := make(chan reply, 1) // nobody waits; a failure is tried again
	if err := s.switchCampaigns([]SetCampaignState{{lc.def.ID, want, true}}, reply); err != nil {
		s.alarms.set(name, s.now.Add(tryAgain))
	}
}

// open heeds all schedules, with the first input.
func (s *state) open() {
	s.opening = false
	for _, lc := range s.campaignsByID() {
		s.heedSchedule(lc)
	}
}

// scheduleEvery is how soon a schedule is looked at again, should the clock be put
// right meanwhile.
const scheduleEvery = time.Minute

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
