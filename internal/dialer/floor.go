package dialer

import (
	"cmp"
	"log/slog"
	"slices"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/compliance"
	"github.com/outdial/outdial/internal/pacing"
)

// state is all that is live. Only the loop's goroutine touches it, through
// apply. Nothing in it does I/O.
type state struct {
	rules  Rules
	trunks Trunks
	law    compliance.Law
	// doNotCall are the lists of others; refused are who asked not to be called again.
	doNotCall compliance.DoNotCall
	refused   map[compliance.Callee]bool
	national  func(digits, region string) (number string, ok bool)               // or nil
	whereAt   func(campaign.Campaign, campaign.Contact, string) compliance.Place // or nil
	log       *slog.Logger

	now      time.Time // of the input being applied
	out      []effect  // what comes of it, in order
	seq      uint64    // of the last event
	lastLeg  call.LegID
	stopping bool
	unfit    string // why no recording may begin, or empty

	agents    map[agent.ID]*liveAgent
	users     map[string]*UserStatus
	campaigns map[campaign.ID]*liveCampaign
	calls     map[call.ID]*liveCall
	talks     map[call.ID]*interaction // calls that are not for a contact
	parties   map[call.ConferenceID]*conference
	legs      map[call.LegID]owner // every leg that was dialed and has not ended
	alarms    alarms
	diary     []campaign.Entry
	opening   bool        // schedules have yet to be looked at for the first time
	remembers bool        // what pacers learn is written down
	kept      []*liveCall // calls that agents are set aside for
	lately    lately
	pulse     pulse

	occupied   map[string]int // what users have in hand besides contacts' calls
	lastNumber int64          // of a talk or a conference
	wires      wiring
	stirred    map[call.LegID]bool // legs whose audio may have changed with this input
}

// owner is whose leg it is: a call's customer or an agent's phone.
type owner struct {
	call  call.ID
	agent agent.ID
}

// liveAgent is one agent, from the first session to the last.
type liveAgent struct {
	id      agent.ID
	user    agent.User
	state   agent.State
	since   time.Time
	brk     agent.Break
	station agent.Station
	line    liveLine
	// in holds the campaigns that the agent is logged in to, and whether
	// ready-for-calls was said for each.
	in map[campaign.ID]bool
	// leaving is a log-off that waits to be granted.
	leaving *leave
	// asked: a contact for a preview, or a promised callback, is being fetched for
	// the agent.
	asked bool
	// keeps is the call that he is set aside for, or empty; see precise.go.
	keeps call.ID
	// aside: a contact that was named is being leased for the agent, who takes no
	// other call meanwhile.
	aside bool
	// types are what the agent does for campaigns; what is not there is [Regular].
	types map[campaign.ID]AgentType
	// recall is when to ask next for callbacks that the agent promised.
	recall time.Time
	// call is the contact's call that the agent has in hand: not over, or not
	// dispositioned.
	call call.ID
	// hand are his other calls, whether he holds them or is their party.
	hand []call.ID
	// watches is the call that he supervises, or empty.
	watches call.ID
	// test is the last self-test of his line.
	test LineTest
}

// leave is a wish to log off: campaigns, or with none the dialer.
type leave struct{ campaigns []campaign.ID }

// liveLine is the leg to an agent's phone.
type liveLine struct {
	state    agent.Line
	since    time.Time
	leg      call.LegID
	attempts int
	failure  string
	sip      int
	q850     int
	refusal  string
	dialed   time.Time // the phone was called
	// wanted: it is to stand, so it is called again by itself; tries counts that, and
	// next is when the next one is due.
	wanted bool
	tries  int
	next   time.Time
	asked  time.Time // whoever picked up had heard that he is to show himself
	// toCustomer and toAgent are how long it took at the last bridge until each heard
	// the other.
	toCustomer, toAgent time.Duration

	welcome bool         // play the prompt when it is up
	proven  bool         // a human has shown that it was he who picked up
	held    bool         // the agent has put us on hold, and hears nobody
	faded   bool         // the agent's phone gives no sign of life
	muted   bool         // the switch was told to keep what the agent says from others
	media   call.Quality // of leg, as it was agreed
}

// liveCampaign is a campaign and its pulse.
type liveCampaign struct {
	def      campaign.Campaign
	claiming int       // contacts asked for and not yet given
	rest     time.Time // no claim before this moment
	dry      bool      // it is because the last claim found too few
	trouble  int       // calls in a row that the network failed
	saving   int       // definitions sent off to be written
	left     int
	recycles int         // by itself, since it was switched on
	redialed int         // calls that it had made when it last did so
	turns    time.Time   // until then somebody waits for his turn in this pass: see [state.awaitTurn]
	short    string      // why contacts are not given that would be due, or empty
	aloft    []*liveCall // in the air, for any agent; see [pulse]
	dialed   int
	answered int
	abandons int
	book     campaign.Book  // the ledger of the last days, this one's answers included
	zone     *time.Location // in whose midnights its days are counted
	window   pacing.Window  // that its abandoned calls are held to, by itself or by rules
	bound    campaign.Day   // when that was last looked up
	// closing: switched off; agents are logged off once no call is in the air.
	closing bool
	// pacer learns from every call of the campaign, whatever its mode.
	pacer     *pacing.Pacer
	basis     basis
	stirred   bool // its calls in the air are not those that its mates were told of
	crew      crew // see [state.mates]
	decisions int  // to dial
	learned   bool // more than is written down
	// completed: the list has nobody left who may become due.
	completed bool
	clock     *time.Location // of its schedule
	share     float64        // of the agents that it had, by its weight
	bucket    bucket
	lines     int // calls that count against the limits
	decided   pacing.Decision
	flights   []pacing.Flight // for the pacer, filled anew each time
}

// liveCall is one attempt from its lease until it is written down as over.
type liveCall struct {
	interaction
	attempt   campaign.Attempt
	preview   bool
	skills    []string // that the contact asks for
	precise   bool     // an agent is or was set aside for it: keeper, until he has it
	keeper    agent.ID
	flight    flight
	wish      *ManualCall        // of a manual call: who is told what becomes of it
	owned     bool               // a callback that the agent promised
	extra     bool               // once more after a disposition, by the agent's wish
	was       campaign.Status    // of the contact, before it was leased
	numbers   campaign.Numbers   // of the contact
	until     time.Time          // of the preview
	place     compliance.Place   // where the contact may be
	history   compliance.History // what came before
	again     bool               // the agent wants to call the contact once more
	stage     int                // see [SetStage]
	finishing bool               // marked for a finishing agent
	// waiting: a record is under way whose result decides what is next.
	waiting bool
	// abandoned: given up for want of an agent.
	abandoned bool
	// unmanned: no person answered, and no agent is for it.
	unmanned bool
	message  call.Sound // being played in place of an agent, or empty
	// counted is what it has added to its campaign's ledger up to now.
	counted campaign.Count
	// broken: the agent's line broke during the call, and he did not come back.
	broken bool
	// redialed: the agent's phone was called again as his line was lost to the call.
	redialed bool
	disposed bool
	early    bool // and that before it was connected
	closed   bool
}

func newState(cfg Config) *state {
	s := &state{
		rules: cfg.Rules, trunks: cfg.Trunks, law: cfg.Law, log: cfg.Log, remembers: cfg.Memories != nil,
		agents:    make(map[agent.ID]*liveAgent),
		users:     make(map[string]*UserStatus),
		campaigns: make(map[campaign.ID]*liveCampaign),
		calls:     make(map[call.ID]*liveCall),
		talks:     make(map[call.ID]*interaction),
		parties:   make(map[call.ConferenceID]*conference),
		wires:     newWiring(),
		pulse:     newPulse(),
		occupied:  make(map[string]int),
		stirred:   make(map[call.LegID]bool),
		legs:      make(map[call.LegID]owner),
		doNotCall: cfg.DoNotCall,
		national:  cfg.ReadNational,
		whereAt:   cfg.PlaceAt,
		refused:   make(map[compliance.Callee]bool),
	}
	for _, who := range cfg.Refused {
		s.refused[who] = true
	}
	for _, c := range cfg.Campaigns {
		lc := newLiveCampaign(c)
		if m, ok := cfg.Learned[c.ID]; ok {
			lc.pacer = pacing.New(c.Pace, m)
		}
		lc.book, lc.zone = cfg.Books[c.ID], c.LedgerZone(time.LoadLocation)
		lc.clock = scheduleClock(c)
		s.opening = s.opening || c.Auto
		s.campaigns[c.ID] = lc
	}
	return s
}

func newLiveCampaign(c campaign.Campaign) *liveCampaign {
	return &liveCampaign{def: c, pacer: pacing.New(c.Pace, pacing.Start()), basis: noBasis}
}

// finished tells whether a draining floor has nothing left.
func (s *state) finished() bool {
	return s.stopping && len(s.calls) == 0 && len(s.talks) == 0 && len(s.legs) == 0 && len(s.diary) == 0
}

// do adds an effect.
func (s *state) do(e effect) { s.out = append(s.out, e) }

// tell publishes an event.
func (s *state) tell(body EventBody) {
	s.seq++
	s.do(say{Event{Seq: s.seq, At: s.now, Body: body}})
}

// note adds a line to the diary; it is written soon after.
func (s *state) note(e campaign.Entry) {
	e.Seq, e.At = s.seq, s.now
	s.diary = append(s.diary, e)
	s.alarms.setUnlessSet(alarm{kind: alarmDiary}, s.now.Add(diaryEvery))
}

// newLeg gives out a leg id.
func (s *state) newLeg(o owner) call.LegID {
	s.lastLeg++
	s.legs[s.lastLeg] = o
	return s.lastLeg
}

// move changes an agent's state by its table. A pair that must not happen is a
// mistake of ours: it is logged with both names, and nothing changes.
func (s *state) move(a *liveAgent, in agent.Input) bool {
	next, ok := a.state.On(in)
	if !ok {
		s.log.Error("undecided", "agent", a.id.String(), "state", a.state.String(), "input", in.String())
		return false
	}
	if next != a.state {
		a.state, a.since = next, s.now
		if next == agent.Idle {
			a.recall = time.Time{} // a promise may have come due meanwhile
		}
		s.followAgent(a)
		s.tell(AgentChanged{Agent: a.id, State: next})
		s.note(campaign.Entry{Kind: "agent", Agent: a.id.User, Call: a.call, Text: next.String()})
	}
	return true
}

// advance changes a call's state by its table.
func (s *state) advance(c *liveCall, in call.Input) bool {
	return s.shift(&c.interaction, in)
}

// callOf is the call that an agent has in hand, or nil.
func (s *state) callOf(a *liveAgent) *liveCall { return s.calls[a.call] }

// sorted gives the values of a map that are wanted, in the order of compare, so
// that the same inputs always have the same effects.
func sorted[K comparable, V any](m map[K]V, compare func(a, b V) int, wanted func(V) bool) []V {
	var list []V
	for _, v := range m {
		if wanted(v) {
			list = append(list, v)
		}
	}
	slices.SortFunc(list, compare)
	return list
}

func all[V any](V) bool { return true }

func byID(a, b *liveAgent) int {
	return cmp.Or(cmp.Compare(a.id.User, b.id.User), cmp.Compare(a.id.Application, b.id.Application))
}

func (s *state) agentsByID() []*liveAgent { return sorted(s.agents, byID, all) }

func (s *state) campaignsByID() []*liveCampaign {
	return sorted(s.campaigns, func(a, b *liveCampaign) int { return cmp.Compare(a.def.ID, b.def.ID) }, all)
}

func (s *state) callsByID() []*liveCall {
	return sorted(s.calls, func(a, b *liveCall) int { return cmp.Compare(a.id, b.id) }, all)
}
