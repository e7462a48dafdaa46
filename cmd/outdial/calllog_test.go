package main

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/dialer"
)

func TestACallIsOneLine(t *testing.T) {
	at := time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)
	talked := campaign.Attempt{
		ID: 7, Contact: 3, Agent: "anna", Trunk: "carrier", Outcome: call.Talked, Code: "Sale", Reason: "normal",
		Placed: at, Ringing: at.Add(time.Second), Answered: at.Add(5 * time.Second), Bridged: at.Add(5 * time.Second),
		Ended: at.Add(65 * time.Second), Disposed: at.Add(70 * time.Second), ToCustomer: 300 * time.Microsecond, ToAgent: time.Millisecond,
		Media: call.Quality{Codec: "PCMU", Lost: 3, Jitter: time.Millisecond}, AgentCodec: "G722",
	}
	for _, c := range []struct {
		name string
		e    dialer.CallEnded
		want string
	}{
		{"talked", dialer.CallEnded{Attempt: talked, Campaign: "Autumn", Leg: 4},
			`level=INFO msg="call ended" call=1000000007 campaign=Autumn agent=anna leg=leg-4 trunk=carrier contact=3 outcome=Talked code=Sale reason=normal placed=2026-11-02T12:00:00.000Z ringing=1s answered=5s bridged=5s ended=1m5s disposed=1m10s "to customer"=300µs "to agent"=1ms codec=PCMU lost=3 jitter=1ms "agent codec"=G722`},
		{"busy", dialer.CallEnded{Attempt: campaign.Attempt{ID: 8, Contact: 4, Outcome: call.NotReached, Code: "Busy", Reason: "busy", SIP: 486, Placed: at, Ended: at.Add(time.Second)}, Campaign: "Autumn", Leg: 5},
			`outcome="Not reached" code=Busy reason=busy sip=486 placed=2026-11-02T12:00:00.000Z ended=1s`},
		{"withdrawn", dialer.CallEnded{Attempt: campaign.Attempt{ID: 9, Outcome: call.Withdrawn}}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			logCall(slog.New(slog.NewTextHandler(&out, nil)), c.e)
			if got := strings.TrimSpace(out.String()); !strings.HasSuffix(got, c.want) || c.want == "" && got != "" {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// A line is told as up once, when it comes up; hold and resume are no news.
func TestALineThatComesUpIsOneLine(t *testing.T) {
	up := time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)
	line := dialer.LineView{State: agent.LineUp, Since: up, Target: "sip:anna@home", Persistent: true, Attempts: 1}
	held := line
	held.Held = true
	dialing := dialer.LineView{State: agent.LineDialing, Since: up}
	var out bytes.Buffer
	log := slog.New(slog.NewTextHandler(&out, nil))
	for _, e := range []struct {
		at   time.Time
		line dialer.LineView
	}{{up, dialing}, {up, line}, {up.Add(time.Second), held}, {up.Add(time.Minute), line}} {
		logEvent(log, dialer.Event{At: e.at, Body: dialer.LineChanged{Agent: agent.ID{User: "anna", Application: "desk"}, Line: e.line}})
	}
	want := `msg="line up" agent=anna/desk target=sip:anna@home persistent=true attempts=1`
	if got := out.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, want) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
