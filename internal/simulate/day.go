package simulate

import (
	"container/heap"
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/compliance"
	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/fault"
	"github.com/outdial/outdial/internal/pacing"
)

// dawn is when every day begins: a Monday morning.
var dawn = time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)

// workgroup is the one of all agents and campaigns.
const workgroup = "Team"

// Run plays a scenario. progress, which may be nil, is told from time to time how much
// of the day is over. Errors: Invalid for a scenario that can not be; ctx's; Internal
// when something did not add up, which is a fault of the dialer or of the simulation.
func Run(ctx context.Context, s Scenario, progress func(share float64)) (Result, error) {
	s = s.Defaults()
	if err := s.Check(); err != nil {
		return Result{}, err
	}
	d := newDay(s)
	if err := d.play(ctx, progress); err != nil {
		return Result{}, err
	}
	return d.result(), nil
}

// day is a day under way.
type day struct {
	Scenario
	floor *dialer.Stepped
	board *switchboard
	book  *book
	team  *team
	score *score

	now    time.Duration // since dawn, however the clock was put
	step   time.Duration // by how much the clock of the server is ahead
	agenda agenda
	last   uint64
	wrong  []string // what did not add up
}

func newDay(s Scenario) *day {
	d := &day{Scenario: s, score: newScore(s)}
	d.book = &book{day: d, outcomes: make(map[call.Outcome]int), shelves: make(map[string]*shelf), open: make(map[campaign.AttemptID]*row), leased: make(map[campaign.ContactID]campaign.AttemptID), chosen: make(map[campaign.ContactID]choice)}
	d.board = newSwitchboard(d)
	var defs []campaign.Campaign
	learned := make(map[campaign.ID]pacing.Memory)
	for i, c := range s.Campaigns {
		def := campaign.Campaign{
			ID: campaignID(i), Name: c.Name, List: listName(i), Workgroup: workgroup,
			Mode: c.Mode, State: campaign.On, Lines: c.Lines, Ring: c.Ring, Wait: c.Wait, Hours: compliance.Hours{Always: true}, AllowSkip: true,
		}
		def.Pace, def.MaxFlying, def.MaxRate, def.Priority, def.Weight = c.Pace, c.MaxFlying, c.MaxRate, c.Priority, c.Weight
		if c.Analysis != Ideal {
			def.Analysis.Policy = c.Analysis
		}
		if c.MachineMessage > 0 {
			def.Analysis.Message = toMachines
		}
		if c.Mode == campaign.Agentless {
			def.Unattended = c.unattended()
		}
		defs = append(defs, def.Defaults())
		if c.Learned.Version != 0 {
			learned[def.ID] = c.Learned
		}
		d.book.shelves[listName(i)] = &shelf{campaign: &d.Campaigns[i], left: c.Contacts, endless: c.Contacts == 0}
	}
	d.team = &team{day: d}
	d.floor = dialer.NewStepped(dialer.Config{
		Switch: d.board, Mixer: d.board, Trunks: d.board, Ledger: d.book, Contacts: d.book, Archive: d.book,
		Campaigns: defs, Learned: learned, Log: slog.New(complaints{d}),
		Rules: dialer.Rules{Profiles: profiles()},
	}, d.team.hear)
	return d
}

func campaignID(i int) campaign.ID { return campaign.ID(fmt.Sprintf("CAMPAIGN-%02d", i+1)) }

func listName(campaign int) string { return fmt.Sprintf("list %02d", campaign+1) }

// clock is what the server's clock shows.
func (d *day) clock() time.Time { return dawn.Add(d.now + d.step) }

// in lets something happen after a while.
func (d *day) in(after time.Duration, do func()) {
	d.last++
	heap.Push(&d.agenda, moment{d.now + after, d.last, do})
}

// order gives a command to the floor; a refusal is returned.
func (d *day) order(c dialer.Command) error {
	_, err := d.floor.Do(d.clock(), c)
	return err
}

// must gives a command that can not be refused.
func (d *day) must(c dialer.Command) {
	if err := d.order(c); err != nil {
		d.amiss("%T was refused: %v", c, err)
	}
}

// amiss notes that something does not add up.
func (d *day) amiss(format string, args ...any) {
	if len(d.wrong) < 10 {
		d.wrong = append(d.wrong, fmt.Sprintf(format, args...))
	}
}

// afterHours is how long calls that are up at the end of the day may take to end.
const afterHours = 12 * time.Hour

// play goes through the day, then lets what is under way come to its end.
func (d *day) play(ctx context.Context, progress func(float64)) error {
	for range d.Team.Agents {
		d.team.hire()
	}
	for _, e := range d.Events {
		d.in(e.At, func() { d.befall(e) })
	}
	for at := time.Duration(0); at < d.Length; at += binLength {
		d.in(at, d.look)
	}
	d.in(d.Length, d.close)
	d.floor.Tick(d.clock()) // a campaign without agents waits for nobody
	told := time.Duration(-1)
	for n := 0; d.next(); n++ {
		if d.now > d.Length+afterHours {
			d.amiss("%d attempts are still open %s after the day's end", len(d.book.open), afterHours)
			break
		}
		if n%1024 == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if minute := d.now / time.Minute; progress != nil && minute > told {
			told = minute
			progress(min(1, float64(d.now)/float64(d.Length)))
		}
	}
	d.book.check()
	if len(d.wrong) > 0 {
		return fault.New(fault.Internal, "the day does not add up: %s", d.wrong[0])
	}
	return nil
}

// next lets the earliest thing happen; false when the day is over and nothing is open.
func (d *day) next() bool {
	if d.now > d.Length && len(d.book.open) == 0 {
		return false
	}
	at, due := d.floor.Next()
	until := at.Sub(dawn) - d.step
	switch {
	case due && (len(d.agenda) == 0 || until <= d.agenda[0].at):
		d.now = max(d.now, until)
		d.floor.Tick(d.clock())
	case len(d.agenda) > 0:
		m := heap.Pop(&d.agenda).(moment)
		d.now = m.at
		m.do()
	default:
		return false
	}
	return true
}

// close ends the dialing: calls that are in the air may still be answered.
func (d *day) close() {
	for i := range d.Campaigns {
		d.must(dialer.SetCampaignState{Campaign: campaignID(i), State: campaign.Paused})
	}
}

// befall lets an event happen.
func (d *day) befall(e Event) {
	if e.Clock != 0 {
		d.step += e.Clock
		d.floor.Tick(d.clock())
	}
	if e.Answer != 0 {
		for i := range d.Campaigns {
			d.Campaigns[i].Customers.Answer = []float64{e.Answer}
		}
	}
	if e.TrunkDown != 0 {
		d.board.down = d.now + e.TrunkDown
	}
	for range e.Agents {
		d.team.hire()
	}
	for range -e.Agents {
		d.team.vanish()
	}
}

// look notes what a supervisor would see.
func (d *day) look() { d.score.see(d.now, d.floor.Look(d.clock())) }

// moment is something that is to happen; of two at the same time the one that was
// arranged first comes first.
type moment struct {
	at time.Duration
	n  uint64
	do func()
}

type agenda []moment

func (a agenda) Len() int { return len(a) }
func (a agenda) Less(i, j int) bool {
	return a[i].at < a[j].at || a[i].at == a[j].at && a[i].n < a[j].n
}
func (a agenda) Swap(i, j int) { a[i], a[j] = a[j], a[i] }
func (a *agenda) Push(x any)   { *a = append(*a, x.(moment)) }
func (a *agenda) Pop() any {
	old := *a
	last := old[len(old)-1]
	old[len(old)-1] = moment{}
	*a = old[:len(old)-1]
	return last
}

// complaints takes the errors that the floor logs for things that do not add up.
type complaints struct{ day *day }

// Enabled implements [slog.Handler].
func (c complaints) Enabled(_ context.Context, l slog.Level) bool { return l >= slog.LevelError }

// Handle implements [slog.Handler].
func (c complaints) Handle(_ context.Context, r slog.Record) error {
	text := r.Message
	r.Attrs(func(a slog.Attr) bool {
		text += " " + a.String()
		return true
	})
	c.day.amiss("the floor says: %s", text)
	return nil
}

// WithAttrs implements [slog.Handler].
func (c complaints) WithAttrs([]slog.Attr) slog.Handler { return c }

// WithGroup implements [slog.Handler].
func (c complaints) WithGroup(string) slog.Handler { return c }
