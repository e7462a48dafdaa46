package dialer

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
)

// pairs reads the words with an equals sign; "_" stands for a blank.
func pairs(words []string) map[string]string {
	told := map[string]string{}
	for _, word := range words {
		if name, value, ok := strings.Cut(word, "="); ok {
			told[name] = strings.ReplaceAll(value, "_", " ")
		}
	}
	return told
}

// playWork carries out what agents and supervisors ask for beyond log-in and
// disposition; false if it is none of that.
func (s *stage) playWork(verb, name string, rest []string) bool {
	id, told := who(name), pairs(rest)
	number := func(text string) int {
		n, err := strconv.Atoi(text)
		if err != nil {
			s.t.Fatalf("%q is not a number", text)
		}
		return n
	}
	commands := map[string]func() Command{
		"data": func() Command {
			return UpdateCallData{Agent: id, Call: s.inHandOf(name), Campaign: "autumn", Attributes: told}
		},
		"data-of": func() Command { // a call of another one
			return UpdateCallData{Agent: id, Call: s.inHandOf(rest[0]), Campaign: campaign.ID(told["campaign"])}
		},
		"promise": func() Command {
			after, _ := time.ParseDuration(rest[1])
			return Dispose{Agent: id, Label: "Call back", Owner: rest[0], Callback: s.now.Add(after)}
		},
		"again": func() Command { return Dispose{Agent: id, Label: strings.Join(rest, " "), Again: true} },
		"type": func() Command {
			kind := slices.Index([]string{"", "regular", "finishing", "composite"}, rest[0])
			return SetAgentType{Agent: id, Type: AgentType(kind), Campaigns: []campaign.ID{"autumn"}}
		},
		"stage": func() Command {
			return SetStage{Agent: id, User: told["of"], Campaign: "AUTUMN", Stage: number(rest[0])}
		},
		"mark": func() Command {
			return MarkForFinishing{Agent: id, Call: s.inHandOf(name), Campaign: "AUTUMN", Attributes: told}
		},
		"allocate": func() Command {
			return AllocateAgents{By: id, Agents: list[string](told["agents"]), In: list[campaign.ID](told["in"]), Out: list[campaign.ID](told["out"])}
		},
		"reset":   func() Command { return ResetCampaign{By: id, Campaign: campaign.ID(told["campaign"])} },
		"recycle": func() Command { return RecycleCampaign{By: id, Campaign: campaign.ID(told["campaign"])} },
		"transition": func() Command {
			return TransitionCampaign{By: id, Group: rest[0], Campaign: campaign.ID(told["campaign"])}
		},
		"manual": func() Command { return s.manual(name, rest, told) },
		"status-until": func() Command {
			after, _ := time.ParseDuration(rest[1])
			return SetStatus{User: id.User, Status: rest[0], Notes: told["notes"], Forward: told["forward"],
				Until: Until{At: s.now.Add(after), HasDate: true, HasTime: true}}
		},
	}
	if command, ok := commands[verb]; ok {
		s.do(command())
		return true
	}
	switch verb {
	case "contact": // puts one into the book: contact 1001 100 status=U owner=anna due=1h
		contact := &campaign.Contact{
			ID: campaign.ContactID(number(name)), List: "autumn", Number: rest[0], Status: campaign.Callable, Owner: told["owner"],
			Columns: map[string]string{"name": "N" + rest[0]},
		}
		for key, value := range told {
			switch key {
			case "status":
				contact.Status = campaign.Status(value)
			case "due":
				after, _ := time.ParseDuration(value)
				contact.Due = s.now.Add(after)
			case "attempts":
				contact.Attempts = number(value)
			case "owner":
			default:
				contact.Columns[key] = value
			}
		}
		s.book[contact.ID] = contact
	case "book": // shows a contact as it is
		c := s.book[campaign.ContactID(number(name))]
		s.line("contact %d %s %s attempts=%d%s", c.ID, c.Status, clerk{s}.dueIn(c.Due), c.Attempts, ownedBy(c.Owner))
	case "hand-over": // as a transfer does when the other one has picked up
		from, to := s.state.agents[id], s.state.agents[who(rest[0])]
		if from == nil || to == nil || from.call == "" || to.line.state != agent.LineUp || !to.line.heard() {
			break
		}
		s.state.now, s.state.out = s.now, nil
		s.state.cancelTransfer(&s.state.callOf(from).interaction)
		done := s.state.handOver(s.state.callOf(from), from, to)
		s.line("handed over: %t", done)
		for _, e := range s.state.out {
			s.effect(e)
		}
		s.apply(ticked{})
	case "finish": // all of it at once
		s.playWork("type", rest[0], []string{"composite"})
		s.playWork("mark", name, nil)
		s.playWork("hand-over", name, rest)
	case "campaigns": // adds one: campaigns SPRING on
		def := autumn()
		def.ID, def.Name, def.State, def.Group = campaign.ID(name), name[:1]+strings.ToLower(name[1:]), campaign.State(rest[0]), told["group"]
		s.do(SetCampaign{def})
	case "rewrites-script":
		def := s.state.campaigns["AUTUMN"].def
		def.Script = &campaign.Script{Pages: []campaign.Page{{Name: "Start"}, {Name: "End"}}}
		s.do(SetCampaign{def})
	case "previous":
		s.line("%+v", s.state.users[name].Previous)
	default:
		return false
	}
	return true
}

// manual is a manual call as a story says it: manual anna 1001 for=bert number=100
// pass=zone,dnc.
func (s *stage) manual(by string, rest []string, told map[string]string) Command {
	id, err := strconv.Atoi(rest[0])
	if err != nil {
		s.t.Fatal(err)
	}
	cmd := DialManually{By: who(by), For: who(by).User, Campaign: "autumn", Contact: campaign.ContactID(id)}
	for key, value := range told {
		switch key {
		case "for":
			cmd.For = value
		case "campaign":
			cmd.Campaign = campaign.ID(value)
		case "number":
			cmd.Kind, cmd.Number = PhoneNumber, value
		case "column":
			cmd.Kind, cmd.Number = ColumnName, value
		case "ccid":
			cmd.Kind, cmd.Number = ColumnID, value
		case "pass":
			s.passesZone = strings.Contains(value, "zone")
			for _, rule := range strings.Split(value, ",") {
				o := map[string]*bool{"zone": &cmd.Ignore.Zone, "limit": &cmd.Ignore.DailyLimit, "spacing": &cmd.Ignore.Spacing,
					"dnc": &cmd.Ignore.DoNotCall, "owner": &cmd.Ignore.Ownership}
				*o[rule] = true
			}
		}
	}
	return cmd
}

// work are lines of a shift that have to do with single contacts and with
// supervisors, as they fit to what the agent has in hand.
func (m *model) work(name string) [][]string {
	other := cast[m.r.IntN(len(cast))]
	contact := strconv.Itoa(1 + m.r.IntN(20))
	pass := []string{"pass=limit", "pass=spacing,owner", "pass=dnc,spacing", "number=+1317"}[m.r.IntN(4)]
	if m.r.IntN(4) == 0 {
		return [][]string{
			{"arrive", name, "supervises"}, {"reset", name, "campaign=AUTUMN"}, {"recycle", name, "campaign=AUTUMN"},
			{"allocate", name, "agents=" + other, "in=AUTUMN"}, {"allocate", name, "agents=" + other, "in=SPRING", "out=AUTUMN"},
			{"transition", name, "turns"}, {"campaign", "on"}, {"manual", name, contact, "for=" + who(other).User, pass},
		}
	}
	a := m.state.agents[who(name)]
	switch c := m.state.calls[m.inHandOf(name)]; {
	case a == nil || c == nil:
		return [][]string{
			{"manual", name, contact, "for=" + who(name).User, pass}, {"status", name, "Available"}, {"ready", name}, {"establish", name},
			{"type", name, []string{"regular", "composite", "finishing"}[m.r.IntN(3)]}, {"type", name, "composite"},
		}
	case c.state == call.Previewed:
		return [][]string{
			{"place", name, "IS_ATTR_NUMBERTODIAL=" + m.someNumber()}, {"place", name}, {"data", name, "NAME=" + contact}, {"again", name, campaign.SkipLabel},
		}
	}
	for _, to := range cast { // who could finish the call
		if b := m.state.agents[who(to)]; b != nil && b.state == agent.Idle && b.line.state == agent.LineUp && a.state == agent.Talking {
			return [][]string{{"finish", name, to}, {"promise", name, who(to).User, "2s"}, {"again", name, "Success"}}
		}
	}
	return [][]string{
		{"data", name, "NAME=" + contact, "taste=" + contact}, {"stage", name, "1", "of=" + other}, {"mark", name, "sold=yes"},
		{"promise", name, who(other).User, "2s"}, {"again", name, "Answering", "machine"}, {"again", name, "Success"},
		{"finish", name, other}, {"finish", name, other}, {"hand-over", name, other},
	}
}

// inHandOf is the call that an agent has in hand.
func (s *stage) inHandOf(name string) call.ID {
	if a := s.state.agents[who(name)]; a != nil {
		return a.call
	}
	return ""
}

// list reads names with commas between them.
func list[T ~string](text string) []T {
	var names []T
	for _, name := range strings.Split(text, ",") {
		if name != "" {
			names = append(names, T(name))
		}
	}
	return names
}
