package dialer

import (
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
)

var rewrite = flag.Bool("update", false, "write the stories anew with what happens now")

// TestStories plays each file of testdata/stories: a line that begins with ">"
// is an input, the indented lines below are what the floor makes of it.
func TestStories(t *testing.T) {
	files, err := filepath.Glob("testdata/stories/*.story")
	if err != nil || len(files) == 0 {
		t.Fatal("no stories", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".story"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := tellStory(t, string(text))
			if *rewrite {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if got != string(text) {
				t.Errorf("the story goes differently:\n%s", got)
			}
		})
	}
}

// tellStory plays the inputs of a story and gives its text with what happened.
func tellStory(t *testing.T, text string) string {
	rules, def := Rules{}, autumn()
	var s *stage
	var out strings.Builder
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		input, ok := strings.CutPrefix(line, "> ")
		switch {
		case !ok && strings.HasPrefix(line, "  "):
			continue // to be told anew
		case !ok:
			out.WriteString(line + "\n")
			continue
		}
		out.WriteString(line + "\n")
		words := strings.Fields(input)
		if s == nil {
			if setScene(t, words, &rules, &def) {
				continue
			}
			s = newStage(t, rules, def)
		}
		s.play(words)
		s.check()
		for _, happened := range s.flush() {
			out.WriteString("  " + happened + "\n")
		}
	}
	return out.String()
}

// setScene reads the settings at the head of a story.
func setScene(t *testing.T, words []string, rules *Rules, def *campaign.Campaign) bool {
	length := func() time.Duration {
		d, err := time.ParseDuration(words[1])
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	switch words[0] {
	case "lines":
		def.Lines = 2
	case "mode":
		def.Mode = campaign.Mode(words[1])
	case "preview-time":
		def.PreviewTime = length()
	case "line-idle":
		rules.LineIdle = length()
	case "verify":
		rules.Verify = agent.Verification(words[1])
	case "reestablish":
		rules.Reestablish, rules.ReestablishAttempts = 5*time.Second, 3
		rules.ReestablishAfterHangUp = len(words) > 1
	case "redial-lost-agent":
		rules.RedialLostAgent = true
	case "prompts":
		rules.Prompts = words[1:]
	case "zip-tone":
		rules.ZipTone = true
	case "allows":
		def.AllowOwned, def.AllowAgain = true, true
	case "phone-columns":
		def.PhoneColumns = words[1:]
	case "stages":
		def.Stages = map[int]string{1: "Greeting", 2: "Offer"}
	case "record":
		share, err := strconv.ParseFloat(words[1], 64)
		if err != nil {
			t.Fatal(err)
		}
		def.Recorded.Share = share
	case "announcement":
		def.Recorded.Announcement = words[1]
	case "pause-stage":
		def.Recorded.PauseStages = []int{2}
	case "may-stop":
		def.Recorded.AgentMayStop = true
	case "beep":
		def.Recorded.Beep = length()
	case "hold-music":
		def.HoldMusic = words[1]
	case "analyse":
		def.Analysis.Policy = campaign.AnalysisPolicy(words[1])
	case "machine-message":
		def.Analysis.Message = words[1]
	case "sample": // every verdict is an agent's to check
		def.Analysis.Sample = 1
	case "agentless":
		def.Mode, def.MaxFlying = campaign.Agentless, 1
		def.Unattended = campaign.Unattended{Message: "offer", TransferKey: "1", Transfer: words[1], OptOutKey: "9", RepeatKey: "2"}
		rules.Profiles = map[string]call.Destination{
			"sales": {Queue: &call.Queue{Type: call.WorkgroupQueue, Name: "Sales"}}, "front": {Number: "+13175550199"},
			"anna": {Queue: &call.Queue{Type: call.UserQueue, Name: "anna"}},
		}
	case "no-keys":
		def.Unattended = campaign.Unattended{Message: "offer"}
	case "safe-harbour":
		def.SafeHarbour = words[1]
	case "group":
		def.Group = words[1]
	case "script":
		def.Script = &campaign.Script{Pages: []campaign.Page{{Name: "Start"}}}
	case "script-overrides":
		def.Script = &campaign.Script{Misc: campaign.ScriptRules{OverrideZoneBlock: true, OverrideDncBlock: true}}
	case "hours":
		def.Hours.Always = false
		def.Hours.From, def.Hours.To = 8*time.Hour, 21*time.Hour
		def.Zone = words[1]
	default:
		return false
	}
	return true
}

// play carries out one line of a story.
func (s *stage) play(words []string) {
	arg := func(i int) string {
		if i < len(words) {
			return words[i]
		}
		return ""
	}
	verb, name := words[0], arg(1)
	switch verb {
	case "contacts":
		s.numbers = append(s.numbers, words[1:]...)
	case "pass":
		d, err := time.ParseDuration(name)
		if err != nil {
			s.t.Fatal(err)
		}
		s.pass(d)
	case "ledger":
		s.broken = name == "breaks"
		s.hold = name == "waits"
		if !s.hold {
			held := s.held
			s.held = nil
			for _, in := range held {
				s.apply(in)
			}
		}
	case "arrive":
		s.do(Arrive{who(name), agent.User{
			ID: who(name).User, Workgroups: []string{"Sales"}, LogonCampaign: arg(2) == "chooses", Supervisor: arg(2) == "supervises",
			NoOutsideCalls: arg(2) == "inside-only",
		}})
	case "sit":
		kind := agent.RemoteNumber
		if arg(2) == "workstation" {
			kind = agent.Workstation
		}
		s.do(Sit{who(name), agent.Station{Kind: kind, Name: name + "'s", Target: "sip:" + name + "@home", Persistent: arg(2) == "persistent"}})
	case "campaign":
		s.do(SetCampaignState{Campaign: "AUTUMN", State: campaign.State(name)})
	case "dials": // changes the mode
		s.do(ChangeCampaign{"boss", "AUTUMN", campaign.Change{"mode": name}})
	case "drain":
		s.apply(drained{})
	case "recordings":
		s.do(AllowRecordings{strings.Join(words[1:], " ")})
	case "shift": // everything up to the wait for a call
		s.play([]string{"arrive", name})
		s.play([]string{"sit", name, arg(2)})
		s.play([]string{"log-in", name})
		if arg(2) == "persistent" {
			s.play([]string{"establish", name})
			s.play([]string{"answers", name})
		}
		s.play([]string{"ready", name})
		s.flush()
		s.play([]string{"status", name, "Available"})
	default:
		if !s.playAgent(verb, name, words) && !s.playWork(verb, name, words[min(2, len(words)):]) && !s.playTalk(verb, name, words[min(2, len(words)):]) {
			s.playLeg(verb, name, arg(2))
		}
	}
}

// playAgent carries out what an agent asks for; false if it is none of that.
func (s *stage) playAgent(verb, name string, words []string) bool {
	rest := strings.Join(words[min(2, len(words)):], " ")
	id := who(name)
	var on call.ID
	if a := s.state.agents[id]; a != nil {
		on = a.call
	}
	commands := map[string]Command{
		"leave": Leave{id}, "stand": Stand{id}, "log-in": LogIn{id, campaign.ID(rest)}, "log-off": LogOff{Agent: id},
		"ready": Ready{Agent: id}, "establish": EstablishLine{id}, "status": SetStatus{User: id.User, Status: rest},
		"break": RequestBreak{id}, "end-break": EndBreak{id}, "place": PlacePreview{Agent: id, Attributes: pairs(words)},
		"dispose": Dispose{Agent: id, Label: rest}, "call-back": Dispose{Agent: id, Label: "Call back", Callback: s.now.Add(24 * time.Hour)},
		"disconnect": Act{id, on, Disconnect}, "hold": Act{id, on, Hold}, "unhold": Act{id, on, Unhold},
		"test":   TestLine{id},
		"pickup": Act{id, on, Pickup}, "mute": Act{id, on, Mute}, "unmute": Act{id, on, Unmute},
	}
	c, ok := commands[verb]
	if ok {
		s.do(c)
	}
	return ok
}

// playLeg reports a leg's progress.
func (s *stage) playLeg(verb, name, extra string) {
	leg := s.leg(name)
	p := call.Progress{Leg: leg}
	end := func(c call.Cause) { p.Step, p.Cause = call.Ended, c }
	switch verb {
	case "rings":
		p.Step = call.Ringing
	case "answers":
		p.Step = call.Answered
	case "holds":
		p.Step = call.FarHold
	case "resumes":
		p.Step = call.FarResume
	case "judged": // by analysis; the greeting ended so long ago
		p.Step, p.Verdict = call.Judged, call.Verdict{Finding: call.Finding(extra), At: s.now, Why: "vacant"}
	case "greeted": // a person's greeting is over for so long
		ago, _ := time.ParseDuration(extra)
		p.Step, p.Verdict = call.Judged, call.Verdict{Finding: call.Live, At: s.now, Greeted: s.now.Add(-ago)}
	case "told", "told-in-part": // a message
		p.Step, p.Sound, p.Cut = call.Played, call.Prompt(extra), verb == "told-in-part"
	case "heard", "cut-off": // the announcement
		p.Step, p.Sound, p.Cut = call.Played, call.Prompt("legal"), verb == "cut-off"
	case "fades":
		p.Step = call.Faded
	case "recovers":
		p.Step = call.Recovered
	case "refers":
		p.Step, p.Target = call.Referred, extra
	case "presses":
		p.Step, p.Digit = call.Digit, extra[0]
	case "hears-out": // the question was played
		p.Step, p.Sound = call.Played, call.AskWord
	case "speaks": // for so long, until a second ago
		p.Step = call.Spoke
		p.After, _ = time.ParseDuration(extra)
	case "tested":
		p.Step = call.Tested
		p.Trial = call.Trial{Took: 4 * time.Second, Sent: 200, Received: 200}
		if extra == "echo" {
			p.Trial.Echo = call.Echo{Found: true, Delay: 200 * time.Millisecond, Level: -12}
		}
	case "unreachable":
		end(call.Cause{Reason: call.Unreachable, Far: true, SIP: 408})
	case "expires":
		end(call.Cause{Reason: call.SessionExpired})
	case "fails": // its media does
		end(call.Cause{Reason: call.MediaFailure, Far: true, Detail: "no sign of life"})
	case "hears":
		p.Step = call.Heard
		p.After, _ = time.ParseDuration(extra)
	case "hangs-up":
		end(call.Cause{Reason: call.Normal, Far: true})
	case "ends": // as we wished
		end(call.Cause{Reason: call.Normal})
	case "cancelled":
		end(call.Cause{Reason: call.Cancelled, SIP: 487})
	case "busy":
		end(call.Cause{Reason: call.Busy, Far: true, SIP: 486})
	case "no-answer":
		end(call.Cause{Reason: call.NoAnswer, SIP: 487})
	case "refuses":
		end(call.Cause{Reason: call.Refused, Far: true, SIP: 603})
	case "no-lines":
		end(call.Cause{Reason: call.NoLines})
	default:
		s.t.Fatalf("a story can not say %q", verb)
	}
	s.report(p)
}
