package dialer

import (
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/campaign"
)

// What a call costs the database is counted in jobs: each is a transaction where the
// database keeps up. A call that costs one more is seen here.
func TestJobsOfACall(t *testing.T) {
	analysed := autumn()
	analysed.Analysis.Policy = campaign.AnalyseFirst
	message := autumn()
	message.Mode = campaign.Agentless
	message.Unattended.Message = "offer"
	message.MaxFlying = 1
	for _, c := range []struct {
		name  string
		def   campaign.Campaign
		begin []string
		call  []string
		want  string
	}{
		{"nobody answers", autumn(), []string{"shift anna persistent"}, []string{"rings 100", "no-answer 100"}, "close"},
		{"an agent talks, and is done afterwards", autumn(), []string{"shift anna persistent"},
			[]string{"rings 100", "answers 100", "hangs-up 100", "dispose anna Success"}, "fate dispose"},
		{"an agent is done before the customer has hung up", autumn(), []string{"shift anna persistent"},
			[]string{"rings 100", "answers 100", "dispose anna Success", "hangs-up 100"}, "fate dispose end"},
		{"a person is found out before an agent talks", analysed, []string{"shift anna persistent"},
			[]string{"answers 100", "judged 100 live", "hangs-up 100", "dispose anna Success"}, "fate fate dispose"},
		{"a message", message, []string{"arrive bert"}, []string{"rings 100", "answers 100", "hangs-up 100"}, "fate close"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStage(t, Rules{}, c.def)
			s.numbers = []string{"100"}
			s.tell(c.begin...)
			s.pass(time.Second) // the diary of what was before is written
			var jobs []string
			diaries := 0
			s.watch = func(e effect) {
				switch e := e.(type) {
				case record:
					jobs = append(jobs, []string{"close", "dispose", "place", "end", "fate"}[e.why])
				case journal:
					diaries++
				case claim, claimOwned: // when the agent is free again
				case job:
					t.Errorf("a job %T", e)
				}
			}
			s.tell(c.call...)
			s.pass(diaryEvery)
			if got := strings.Join(jobs, " "); got != c.want || diaries > 1 {
				t.Errorf("%q and %d times the diary, want %q and once", got, diaries, c.want)
			}
		})
	}
}
