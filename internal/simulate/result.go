package simulate

import (
	"math"
	"time"

	"github.com/outdial/outdial/internal/call"
)

// Result is what a day came to. Shares go from 0 to 1, times are seconds.
type Result struct {
	Name string `json:"name,omitempty"`
	// Utilisation is the share of the staffed time in which agents talk or wrap up.
	Utilisation float64 `json:"utilisation"`
	// Abandonment is the share of people who answered and were abandoned.
	Abandonment float64 `json:"abandonment"`
	// WorstHour is the highest share in any sixty minutes of the day.
	WorstHour float64 `json:"worst_hour_abandonment"`
	// MeanWait is how long an agent waits between calls.
	MeanWait float64 `json:"mean_wait_seconds"`
	Invites  float64 `json:"invites_per_second"`
	// Misjudged is the share of people, those included, who were taken for machines and
	// hung up on; a regulator adds it to Abandonment.
	Misjudged float64 `json:"misjudged"`
	// Messages are what was played in place of agents.
	Messages Messages `json:"messages"`

	Seed      uint64         `json:"seed"`
	Seconds   float64        `json:"seconds"`
	Agents    int            `json:"agents"`
	Campaigns []CampaignSums `json:"campaigns"`
	Ledger    Ledger         `json:"ledger"`
	Hours     []Hour         `json:"hours"`
	Series    []Point        `json:"series"`
	Decisions []Decision     `json:"decisions"`
}

// CampaignSums are the settings and the end of a campaign.
type CampaignSums struct {
	Name   string  `json:"name"`
	Mode   string  `json:"mode"`
	Lines  float64 `json:"lines,omitempty"`
	Adjust string  `json:"adjust,omitempty"`
	Limit  float64 `json:"target,omitempty"`
	Left   int     `json:"contacts_left"`
	// Talked are the people who got an agent, Abandoned the share of those who answered
	// for whom none was there.
	Talked    int     `json:"talked"`
	Abandoned float64 `json:"abandonment"`
	// ListHours is how long it takes to call each contact of the list once: by the
	// day's pace, if the day is over before. Without a list that ends it is 0.
	ListHours float64  `json:"list_hours,omitempty"`
	Messages  Messages `json:"messages,omitzero"`
}

// Ledger are the attempts of a day by what became of them.
type Ledger struct {
	Attempts   int `json:"attempts"`
	Talked     int `json:"talked"`
	Abandoned  int `json:"abandoned"`
	HungUp     int `json:"hung_up"`
	NotReached int `json:"not_reached"`
	NoPerson   int `json:"no_person"` // found by analysis
	Informed   int `json:"informed"`  // by the message of an agentless campaign
	Skipped    int `json:"skipped"`
	Withdrawn  int `json:"withdrawn"`
	Misjudged  int `json:"misjudged"` // people among the two before
	Contacts   int `json:"contacts"`  // that were called or leased
}

// Hour is an hour of the day.
type Hour struct {
	Utilisation float64 `json:"utilisation"`
	Abandonment float64 `json:"abandonment"`
	MeanWait    float64 `json:"mean_wait_seconds"`
	Live        int     `json:"live"` // people who answered
	Abandoned   int     `json:"abandoned"`
	Talks       int     `json:"talks"`
	Informed    int     `json:"informed"`
	Invites     int     `json:"invites"`
}

// Point is a point of the plots, five minutes after the one before.
type Point struct {
	At          float64 `json:"at"` // its begin
	Utilisation float64 `json:"utilisation"`
	MeanWait    float64 `json:"mean_wait_seconds"`
	// Abandonment is the share of the hour that ends here, and Cumulative of the day.
	Abandonment float64 `json:"abandonment"`
	Cumulative  float64 `json:"cumulative_abandonment"`
	Invites     int     `json:"invites"`
	Flying      int     `json:"flying"`
	Informed    int     `json:"informed"`
}

// Decision is how the pace was reckoned at a moment.
type Decision struct {
	At       float64 `json:"at"`
	Campaign string  `json:"campaign"`
	Flying   int     `json:"flying"`
	Idle     int     `json:"idle"`
	Why      string  `json:"why"`
}

// result sums the day up.
func (d *day) result() Result {
	s := d.score
	s.close()
	o := d.book.outcomes
	live := o[call.Talked] + o[call.Abandoned] + o[call.HungUp]
	r := Result{
		Name: d.Name, Seed: d.Seed, Seconds: d.Length.Seconds(), Agents: d.Team.Agents, Decisions: s.decisions,
		Ledger: Ledger{
			Attempts: d.book.attempts, Talked: o[call.Talked], Abandoned: o[call.Abandoned], HungUp: o[call.HungUp], NotReached: o[call.NotReached], NoPerson: o[call.NoPerson], Informed: o[call.Informed],
			Skipped: o[call.Skipped], Withdrawn: o[call.Withdrawn], Misjudged: s.misjudged, Contacts: d.book.contacts,
		},
		Utilisation: share(s.handling.sum(), s.staffed.sum()),
		Abandonment: share(float64(o[call.Abandoned]), float64(live)),
		WorstHour:   round(s.worst()),
		MeanWait:    share(s.staffed.sum()-s.handling.sum(), s.talks.sum()),
		Invites:     share(s.invites.sum(), d.Length.Seconds()),
		Misjudged:   share(float64(s.misjudged), float64(live+s.misjudged)),
	}
	for i, c := range d.Campaigns {
		list := d.book.shelves[listName(i)]
		sums := CampaignSums{Name: c.Name, Mode: string(c.Mode), Left: list.left + len(list.waiting)}
		sums.Lines, sums.Adjust, sums.Limit = c.Lines, string(c.Pace.Adjust), c.Pace.Limit
		sums.ListHours, sums.Messages = list.hours(d.Length), list.messages
		r.Messages.add(list.messages)
		sums.Talked, sums.Abandoned = list.talked, share(float64(list.abandoned), float64(list.live))
		r.Campaigns = append(r.Campaigns, sums)
	}
	for from := time.Duration(0); from < d.Length; from += time.Hour {
		r.Hours = append(r.Hours, s.hour(from, from+time.Hour))
	}
	lost := 0
	next := 0
	for i := range s.handling {
		from := time.Duration(i) * binLength
		end := from + binLength
		for ; next < len(s.landings) && s.landings[next].at < end; next++ {
			lost += one(s.landings[next].abandoned)
		}
		bin, hour := s.hour(from, end), s.hour(max(0, end-time.Hour), end)
		r.Series = append(r.Series, Point{
			At: from.Seconds(), Utilisation: bin.Utilisation, MeanWait: bin.MeanWait, Abandonment: hour.Abandonment,
			Cumulative: share(float64(lost), float64(next)), Invites: bin.Invites, Flying: s.flying[i], Informed: bin.Informed,
		})
	}
	return r
}

// hours is how long it takes to call each contact of a list once.
func (s *shelf) hours(day time.Duration) float64 {
	if s.left == 0 {
		return round(s.through.Hours())
	}
	total := s.campaign.Contacts
	return share(day.Hours()*float64(total), float64(total-s.left))
}

// hour sums a part of the day up, of whole bins.
func (s *score) hour(from, to time.Duration) Hour {
	i, j := int(from/binLength), min(int(to/binLength), len(s.staffed))
	staffed, handling := s.staffed[i:j].sum(), s.handling[i:j].sum()
	h := Hour{
		Utilisation: share(handling, staffed), MeanWait: share(staffed-handling, s.talks[i:j].sum()),
		Talks: int(s.talks[i:j].sum()), Invites: int(s.invites[i:j].sum()), Informed: int(s.informed[i:j].sum()),
	}
	for _, l := range s.landings {
		if l.at >= from && l.at < to {
			h.Live++
			h.Abandoned += one(l.abandoned)
		}
	}
	h.Abandonment = share(float64(h.Abandoned), float64(h.Live))
	return h
}

// share divides, to six places; of nothing it is nothing.
func share(part, whole float64) float64 {
	if whole == 0 {
		return 0
	}
	return round(part / whole)
}

func round(v float64) float64 { return math.Round(v*1e6) / 1e6 }
