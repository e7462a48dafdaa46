package dialer

import (
	"testing"
	"time"

	"github.com/outdial/outdial/internal/call"
)

// reported lets one thing happen to a leg now.
func (s *stage) reported(leg call.LegID, step call.Step, change func(*call.Progress)) {
	p := call.Progress{Leg: leg, Step: step}
	if change != nil {
		change(&p)
	}
	s.report(p)
}

func TestTheRecordTellsHowACallWasCarried(t *testing.T) {
	s := newStage(t, Rules{}, autumn())
	s.numbers = []string{"1", "2"}
	s.tell("arrive anna", "sit anna persistent", "log-in anna", "establish anna")
	s.reported(s.leg("anna"), call.Answered, func(p *call.Progress) { p.Quality = call.Quality{Codec: "G722", Secure: true} })
	s.tell("ready anna", "status anna Available")
	customer := s.leg("1")
	s.reported(customer, call.Answered, func(p *call.Progress) {
		p.Quality, p.Attestation = call.Quality{Codec: "PCMA"}, "B"
	})
	s.pass(time.Minute)
	at := s.state.calls[s.state.legs[customer].call].attempt
	if at.Media.Codec != "PCMA" || at.AgentCodec != "G722" || !at.AgentSecure || !at.Transcoded() || at.Attestation != "B" {
		t.Errorf("while they talk: %+v", at)
	}
	// The agent is done before the customer has hung up.
	s.tell("dispose anna Success")
	went := call.Quality{Codec: "PCMA", Sent: 3000, Received: 2990, Lost: 10, Jitter: time.Millisecond}
	s.reported(customer, call.Ended, func(p *call.Progress) { p.Quality = went })
	if row := s.closed[at.ID]; row.Media != went || row.AgentCodec != "G722" || row.Ended.IsZero() {
		t.Errorf("the row is %+v", row)
	}

	// The line stands: the next customer meets the same leg, in the agent's codec.
	s.tell("status anna Available")
	next := s.leg("2")
	s.reported(next, call.Answered, func(p *call.Progress) { p.Quality = call.Quality{Codec: "G722"} })
	s.reported(next, call.Ended, func(p *call.Progress) { p.Quality = call.Quality{Codec: "G722", Received: 7} })
	s.tell("dispose anna Success")
	if row := s.closed[at.ID+1]; row.Media.Received != 7 || row.AgentCodec != "G722" || row.Transcoded() {
		t.Errorf("the row of the next is %+v", row)
	}
}

// The first word of one customer may be told after the next one is bridged.
func TestALatencyBelongsToItsOwnBridge(t *testing.T) {
	s := newStage(t, Rules{}, autumn())
	s.numbers = []string{"1", "2"}
	s.tell("shift anna persistent", "answers 1")
	heard := s.now
	s.pass(time.Second)
	s.tell("hangs-up 1", "dispose anna Success", "status anna Available", "answers 2")
	second := s.leg("2")
	s.apply(happened{call.Progress{Leg: s.leg("anna"), Step: call.Heard, At: heard, After: time.Hour}})
	attempt := func() (toAgent, toCustomer time.Duration) {
		at := s.state.calls[s.state.legs[second].call].attempt
		return at.ToAgent, at.ToCustomer
	}
	if late, _ := attempt(); late != 0 {
		t.Errorf("the second call is told the first one's latency, %v", late)
	}
	s.tell("hears anna 2ms", "hears 2 3ms", "hears anna 9s", "hears 2 9s")
	if toAgent, toCustomer := attempt(); toAgent != 2*time.Millisecond || toCustomer != 3*time.Millisecond {
		t.Errorf("to the agent %v, to the customer %v, want those of the first bridge", toAgent, toCustomer)
	}
}
