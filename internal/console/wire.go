package console

import (
	"cmp"
	"strconv"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/session"
)

// stamp is a moment; the zero one is left out where the tag says omitzero.
type stamp time.Time

// IsZero is for omitzero.
func (s stamp) IsZero() bool { return time.Time(s).IsZero() }

// MarshalText is RFC 3339 in UTC with milliseconds.
func (s stamp) MarshalText() ([]byte, error) {
	return time.Time(s).UTC().AppendFormat(nil, "2006-01-02T15:04:05.000Z07:00"), nil
}

// millis is a length of time.
type millis time.Duration

// MarshalJSON is a number of milliseconds with three decimals.
func (m millis) MarshalJSON() ([]byte, error) {
	return strconv.AppendFloat(nil, float64(m)/float64(time.Millisecond), 'f', 3, 64), nil
}

type health struct {
	Status string `json:"status"`
	Reason string `json:"reason,omitempty"`
}

// attempt is one try to reach a contact.
type attempt struct {
	ID             campaign.AttemptID `json:"id"`
	Call           string             `json:"call"` // interaction id in ICWS
	Campaign       string             `json:"campaign"`
	CampaignID     campaign.ID        `json:"campaignId"`
	List           string             `json:"list"`
	Contact        campaign.ContactID `json:"contact"`
	Number         string             `json:"number"`
	PhoneColumn    string             `json:"phoneColumn"` // in which it stands, or empty
	CCID           int                `json:"ccid"`        // the place of that, from 1
	CallerID       string             `json:"callerId"`
	Preview        bool               `json:"preview"`
	State          string             `json:"state"` // open or closed
	Outcome        string             `json:"outcome"`
	Agent          string             `json:"agent"`
	Reason         string             `json:"reason"`
	SIP            int                `json:"sip"`
	Q850           int                `json:"q850"`
	ClaimedAt      stamp              `json:"claimedAt,omitzero"`
	PlacedAt       stamp              `json:"placedAt,omitzero"`
	RingingAt      stamp              `json:"ringingAt,omitzero"`
	AnsweredAt     stamp              `json:"answeredAt,omitzero"`
	BridgedAt      stamp              `json:"bridgedAt,omitzero"`
	EndedAt        stamp              `json:"endedAt,omitzero"`
	DisposedAt     stamp              `json:"disposedAt,omitzero"`
	ClosedAt       stamp              `json:"closedAt,omitzero"`
	ToCustomerMs   millis             `json:"toCustomerMs,omitzero"`
	ToAgentMs      millis             `json:"toAgentMs,omitzero"`
	Label          string             `json:"label"`
	WrapUpCode     string             `json:"wrapUpCode"`
	WrapUpCategory string             `json:"wrapUpCategory"`
	Rule           string             `json:"rule"`
	Trunk          string             `json:"trunk"`
	Attestation    string             `json:"attestation"`
	Media          *media             `json:"media,omitempty"`      // of an answered call
	AgentMedia     *agentMedia        `json:"agentMedia,omitempty"` // of a bridged one
	Transcoded     bool               `json:"transcoded"`
	Abandoned      bool               `json:"abandoned"`         // a person answered, and no agent was there in time
	Verdict        *verdict           `json:"verdict,omitempty"` // of call analysis
	Message        *message           `json:"message,omitempty"` // played in place of an agent
}

// media is how a customer's leg was carried and how well it went.
type media struct {
	Codec       string `json:"codec"`
	Secure      bool   `json:"secure"`
	Sent        uint64 `json:"sent"`
	Received    uint64 `json:"received"`
	Lost        uint64 `json:"lost"`
	FarLost     uint64 `json:"farLost"`
	JitterMs    millis `json:"jitterMs"`
	RoundTripMs millis `json:"roundTripMs,omitzero"`
}

// agentMedia is how the leg of the agent was carried, who meets many customers on it.
type agentMedia struct {
	Codec  string `json:"codec"`
	Secure bool   `json:"secure"`
}

func newAttempt(a campaign.Attempt, campaignName string) attempt {
	state := "open"
	if !a.Closed.IsZero() {
		state = "closed"
	}
	at := attempt{
		ID: a.ID, Call: string(a.Call()), Campaign: campaignName, CampaignID: a.Campaign, List: a.List,
		Contact: a.Contact, Number: a.Number, PhoneColumn: a.Kind, CCID: a.CCID, CallerID: a.CallerID, Preview: a.Preview, State: state, Outcome: string(a.Outcome),
		Agent: a.Agent, Reason: a.Reason, SIP: a.SIP, Q850: a.Q850,
		ClaimedAt: stamp(a.Claimed), PlacedAt: stamp(a.Placed), RingingAt: stamp(a.Ringing), AnsweredAt: stamp(a.Answered),
		BridgedAt: stamp(a.Bridged), EndedAt: stamp(a.Ended), DisposedAt: stamp(a.Disposed), ClosedAt: stamp(a.Closed),
		ToCustomerMs: millis(a.ToCustomer), ToAgentMs: millis(a.ToAgent),
		Label: a.Label, WrapUpCode: a.Code, WrapUpCategory: a.Category, Rule: a.Rule, Trunk: a.Trunk,
		Attestation: a.Attestation, Transcoded: a.Transcoded(),
		Abandoned: a.Abandoned, Verdict: newVerdict(a.Answer), Message: newMessage(a.Answer),
	}
	if q := a.Media; q.Codec != "" {
		at.Media = &media{
			Codec: q.Codec, Secure: q.Secure, Sent: q.Sent, Received: q.Received, Lost: q.Lost, FarLost: q.FarLost,
			JitterMs: millis(q.Jitter), RoundTripMs: millis(q.RoundTrip),
		}
	}
	if a.AgentCodec != "" {
		at.AgentMedia = &agentMedia{Codec: a.AgentCodec, Secure: a.AgentSecure}
	}
	return at
}

// campaignRow is a campaign with its figures since the server started.
type campaignRow struct {
	ID             campaign.ID    `json:"id"`
	Name           string         `json:"name"`
	List           string         `json:"list"`
	Filter         string         `json:"filter"`
	Sort           string         `json:"sort"`
	Workgroup      string         `json:"workgroup"`
	Mode           campaign.Mode  `json:"mode"`
	State          campaign.State `json:"state"`
	Auto           bool           `json:"auto"` // its schedule switches it
	CallerID       string         `json:"callerId"`
	CallerName     string         `json:"callerName"`
	Withheld       bool           `json:"callerIdWithheld"`
	Attestation    string         `json:"attestation"`
	Trunk          string         `json:"trunk"`
	RingMs         millis         `json:"ringMs"`
	LinesPerAgent  float64        `json:"linesPerAgent"`
	Pace           pace           `json:"pace"`
	Answers        answers        `json:"answers"`
	AbandonAfterMs millis         `json:"abandonAfterMs"`
	PreviewTimeMs  millis         `json:"previewTimeMs"`
	AllowSkip      bool           `json:"allowSkip"`
	AutoDisconnect bool           `json:"autoDisconnect"`
	OnCallStatus   string         `json:"onCallStatus"`
	FollowUpStatus string         `json:"followUpStatus"`
	Hours          string         `json:"hours"`
	Zone           string         `json:"zone"`
	Dispositions   []disposition  `json:"dispositions"`
	Retry          retry          `json:"retry"`
	// Changed is where it is not as the configuration has it.
	Changed map[campaign.Setting]changed `json:"changed,omitempty"`
	Live    pulse                        `json:"live"`
}

// changed is a setting that was changed while the campaign ran.
type changed struct {
	File any    `json:"file"`
	Now  any    `json:"now"`
	At   stamp  `json:"at"`
	By   string `json:"by"`
}

type disposition struct {
	Label    string `json:"label"`
	Category string `json:"category"`
	Code     string `json:"code"`
	Abandon  bool   `json:"abandon"`
}

type retry struct {
	MaxAttempts int    `json:"maxAttempts"`
	BusyMs      millis `json:"busyMs"`
	NoAnswerMs  millis `json:"noAnswerMs"`
	MachineMs   millis `json:"machineMs"`
	OtherMs     millis `json:"otherMs"`
}

type pulse struct {
	Agents    int    `json:"agents"`
	Idle      int    `json:"idle"`
	Flying    int    `json:"flying"` // dialing, ringing, or a customer who waits
	Connected int    `json:"connected"`
	Dialed    int    `json:"dialed"`
	Answered  int    `json:"answered"`
	Abandoned int    `json:"abandoned"`
	Left      int    `json:"left"` // contacts that may still become due
	Why       string `json:"why"`  // the last pacing decision
	Completed bool   `json:"completed"`
}

func newCampaignRow(v dialer.CampaignView) campaignRow {
	c := v.Campaign
	row := campaignRow{
		ID: c.ID, Name: c.Name, List: c.List, Filter: c.Filter, Sort: c.Sort, Workgroup: c.Workgroup, Mode: c.Mode, State: c.State, Auto: c.Auto,
		CallerID: c.CallerID, CallerName: c.CallerName, Withheld: c.Withheld, Attestation: c.Attestation,
		Trunk: c.Trunk, RingMs: millis(c.Ring), LinesPerAgent: c.Lines, Pace: newPace(c), Answers: newAnswers(c),
		AbandonAfterMs: millis(c.Wait), PreviewTimeMs: millis(c.PreviewTime), AllowSkip: c.AllowSkip,
		AutoDisconnect: c.AutoDisconnect, OnCallStatus: c.OnCallStatus, FollowUpStatus: c.FollowUpStatus,
		Hours: c.Hours.String(), Zone: c.Zone, Dispositions: make([]disposition, 0, len(c.Dispositions)),
		Retry: retry{
			MaxAttempts: c.Retry.MaxAttempts, BusyMs: millis(c.Retry.Busy), NoAnswerMs: millis(c.Retry.NoAnswer),
			MachineMs: millis(c.Retry.Machine), OtherMs: millis(c.Retry.Other),
		},
		Live: pulse{
			Agents: v.Agents, Idle: v.Idle, Flying: v.Flying, Connected: v.Connected, Dialed: v.Dialed,
			Answered: v.Answered, Abandoned: v.Abandoned, Left: v.Left, Why: v.Why, Completed: v.Completed,
		},
	}
	for _, d := range c.Dispositions {
		row.Dispositions = append(row.Dispositions, disposition(d))
	}
	if len(c.Changed) > 0 {
		row.Changed = map[campaign.Setting]changed{}
	}
	for name, was := range c.Changed {
		row.Changed[name] = changed{File: was.File, Now: was.Now, At: stamp(was.At), By: was.By}
	}
	return row
}

// agentRow is an agent on the floor.
type agentRow struct {
	User        string       `json:"user"`
	Application string       `json:"application"`
	State       string       `json:"state"`
	Since       stamp        `json:"since,omitzero"`
	Break       string       `json:"break"`
	Leaving     bool         `json:"leaving"`
	Call        string       `json:"call"`
	Station     station      `json:"station"`
	Line        line         `json:"line"`
	Campaigns   []membership `json:"campaigns"`
}

type station struct {
	Kind       string `json:"kind"`
	Name       string `json:"name"`
	Target     string `json:"target"`
	Trunk      string `json:"trunk"`
	Persistent bool   `json:"persistent"`
}

type line struct {
	State      string `json:"state"`
	Since      stamp  `json:"since,omitzero"`
	Target     string `json:"target"`
	Persistent bool   `json:"persistent"`
	Held       bool   `json:"held"`
	Faded      bool   `json:"faded"`
	Attempts   int    `json:"attempts"`
	Tries      int    `json:"tries"`
	NextTry    stamp  `json:"nextTry,omitzero"`
	Failure    string `json:"failure"`
	SIP        int    `json:"sip"`
	Q850       int    `json:"q850"`
	Refusal    string `json:"refusal"`
	Verify     string `json:"verify"` // what is asked of whoever answers: off, key, speech
	Verified   bool   `json:"verified"`
	Codec      string `json:"codec"`
	SRTP       bool   `json:"srtp"`
	// How long after the customer's answer each heard the other, at the last bridge.
	ToCustomerMs millis `json:"toCustomerMs"`
	ToAgentMs    millis `json:"toAgentMs"`
	Test         string `json:"test"` // the verdict of the last self-test
}

type membership struct {
	ID       campaign.ID `json:"id"`
	Name     string      `json:"name"`
	LoggedIn bool        `json:"loggedIn"`
	Ready    bool        `json:"ready"`
}

// stationKinds in words.
var stationKinds = map[agent.StationKind]string{
	agent.NoStation:         "none",
	agent.Workstation:       "workstation",
	agent.RemoteWorkstation: "remote workstation",
	agent.RemoteNumber:      "remote number",
	agent.Stationless:       "stationless",
}

func newAgentRow(v dialer.AgentView) agentRow {
	row := agentRow{
		User: v.ID.User, Application: v.ID.Application, State: v.State.String(), Since: stamp(v.Since),
		Break: v.Break.String(), Leaving: v.Leaving, Call: string(v.Call),
		Station: station{
			Kind: stationKinds[v.Station.Kind], Name: v.Station.Name, Target: v.Station.Target,
			Trunk: v.Station.Trunk, Persistent: v.Station.Persistent,
		},
		Line:      newLine(v.Line),
		Campaigns: make([]membership, 0, len(v.Campaigns)),
	}
	for _, c := range v.Campaigns {
		row.Campaigns = append(row.Campaigns, membership{ID: c.ID, Name: c.Name, LoggedIn: c.LoggedIn, Ready: c.Ready})
	}
	return row
}

func newLine(v dialer.LineView) line {
	l := line{
		State: v.State.String(), Since: stamp(v.Since), Target: v.Target, Persistent: v.Persistent, Held: v.Held, Faded: v.Faded,
		Attempts: v.Attempts, Tries: v.Tries, NextTry: stamp(v.Next), Failure: v.Failure, SIP: v.SIP, Q850: v.Q850, Refusal: v.Refusal,
		Verify: string(cmp.Or(v.Verify, agent.VerifyOff)), Verified: v.Proven, Codec: v.Media.Codec, SRTP: v.Media.Secure,
		ToCustomerMs: millis(v.ToCustomer), ToAgentMs: millis(v.ToAgent),
	}
	switch {
	case v.Test.Over && v.Test.Why != "":
		l.Test = v.Test.Why
	case v.Test.Over:
		l.Test = v.Test.Trial.Verdict()
	}
	return l
}

// list is a contact list.
type list struct {
	Name     string                  `json:"name"`
	Contacts int                     `json:"contacts"`
	Status   map[campaign.Status]int `json:"status"` // contacts by status letter
}

// serverRow is the server's door.
type serverRow struct {
	Accepting bool   `json:"accepting"`
	Reason    string `json:"reason,omitempty"` // why it does not accept
	Sessions  int    `json:"sessions"`
}

// sessionRow is one open session.
type sessionRow struct {
	ID          string `json:"id"`
	User        string `json:"user"`
	Name        string `json:"name"`
	Application string `json:"application"`
	Remote      string `json:"remote"`
	Station     string `json:"station"`
	OpenedAt    stamp  `json:"openedAt"`
	HeardAt     stamp  `json:"heardAt"`
	Streams     int    `json:"streams"`
	Unread      int    `json:"unread"`
}

func newSessionRow(v session.View) sessionRow {
	return sessionRow{ID: v.ID, User: v.User, Name: v.Name, Application: v.Application, Remote: v.Remote, Station: v.Station,
		OpenedAt: stamp(v.Opened), HeardAt: stamp(v.Heard), Streams: v.Streams, Unread: v.Unread}
}
