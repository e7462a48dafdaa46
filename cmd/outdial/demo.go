package main

import (
	"context"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/outdial/outdial/internal/loopback"
)

const (
	shiftCampaign = "Autumn" // of the shifts
	openCampaign  = "Winter" // of whoever tries the server with --keep
	openContacts  = 1000
	agentRings    = 2 * time.Second // the phone without a persistent connection
)

// demoOptions are the demo's flags, and what only tests change.
type demoOptions struct {
	keep     bool
	printEnv bool
	verbose  bool
	json     string
	listen   string
	plain    int // plain calls in the morning, besides all the special ones
	second   int // calls in the afternoon
	bars     bars
}

// demo is `outdial demo`: it plays an agent's shift twice against phones on this
// machine, with a persistent connection and without, and compares.
func demo(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o := demoOptions{second: 4, bars: bars{P50: 2 * time.Millisecond, P99: 12 * time.Millisecond, Least: agentRings}}
	flags := flag.NewFlagSet("outdial demo", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.BoolVar(&o.keep, "keep", false, "leave server and phones up afterwards, and tell how to use them")
	flags.BoolVar(&o.printEnv, "print-env", false, "with --keep: play nothing, print shell assignments as soon as the server is up")
	flags.StringVar(&o.json, "json", "", "write the result to this `file`")
	flags.StringVar(&o.listen, "listen", "127.0.0.1:0", "the `address` and port where the server listens for HTTP; port 0 is any that is free")
	flags.IntVar(&o.plain, "calls", 8, "the `number` of plain calls to add to the first shift, for better figures")
	flags.BoolVar(&o.verbose, "verbose", false, "show the server's log")
	if err := flags.Parse(args); err != nil {
		return usage(err)
	}
	if flags.NArg() > 0 || o.printEnv && !o.keep || o.plain < 0 || o.plain > 200 {
		fmt.Fprintln(stderr, "outdial demo takes no arguments; --print-env goes with --keep, and --calls is 0 to 200")
		return errUsage
	}
	_, err := o.run(ctx, stdout, stderr)
	return err
}

// run plays the demo; the result is there as far as it got.
func (o demoOptions) run(ctx context.Context, stdout, stderr io.Writer) (result demoResult, err error) {
	story := stdout
	if o.printEnv {
		story = stderr
	}
	if o.json != "" {
		// Tried now, for after the shifts it would be late to hear of it.
		f, err := os.OpenFile(o.json, os.O_WRONLY|os.O_CREATE, 0o644)
		if err != nil {
			return result, fmt.Errorf("the result can not be written: %w", err)
		}
		f.Close()
	}
	first, second := morning(o.plain), afternoon(o.second)
	s, err := o.raise(ctx, slices.Concat(first, second), story, stderr)
	if err != nil {
		return result, interrupted(ctx, err)
	}
	defer func() { err = errors.Join(interrupted(ctx, err), s.strike()) }()
	if !o.printEnv {
		if result, err = s.compare(ctx, first, second, o.bars); err != nil {
			return result, err
		}
		if err := result.write(stdout); err != nil {
			return result, err
		}
		if o.json != "" {
			if err := result.save(o.json); err != nil {
				return result, err
			}
		}
	}
	if o.keep {
		if err := s.invite(ctx, o.printEnv, stdout); err != nil {
			return result, err
		}
	}
	if !o.printEnv && !result.Met {
		return result, errors.New("a bar was not met; see the table")
	}
	return result, nil
}

// interrupted puts the end of the context in the place of what it made fail.
func interrupted(ctx context.Context, err error) error {
	if err == nil || ctx.Err() == nil {
		return err
	}
	return fmt.Errorf("the demo was interrupted: %w", context.Cause(ctx))
}

// login is a user of the demo's server.
type login struct{ id, password string }

// stage is everything that the demo sets up: the server, the carrier, a place for
// files, and who tells about it.
type stage struct {
	dir     string
	told    *timeline
	carrier *loopback.Carrier
	server  *server
	agent   login // works the shifts
	guest   login // for --keep
	admin   login
	desk    *loopback.Phone // of the guest's workstation
	remote  *loopback.Phone // of the guest's remote number
	follow  sync.WaitGroup
	stop    context.CancelFunc // ends the followers
}

// raise sets everything up. What fails takes down what was there.
func (o demoOptions) raise(ctx context.Context, people []person, story, stderr io.Writer) (s *stage, err error) {
	s = &stage{told: newTimeline(story), stop: func() {},
		agent: login{"anna", "anna-secret"}, guest: login{"ben", "ben-secret"}, admin: login{"admin", "admin-secret"}}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.strike())
		}
	}()
	if s.dir, err = os.MkdirTemp("", "outdial-demo-"); err != nil {
		return s, err
	}
	if s.carrier, err = loopback.OpenCarrier(script(people), loopback.Terms{User: "outdial", Password: "trunk-secret"}); err != nil {
		return s, err
	}
	if s.desk, err = loopback.OpenPhone("desk", agentRings, loopback.Tone(agentTone)); err != nil {
		return s, err
	}
	if s.remote, err = loopback.OpenPhone(s.guest.id, 0, loopback.Tone(agentTone)); err != nil {
		return s, err
	}
	text := s.config(o.listen)
	if err = os.WriteFile(filepath.Join(s.dir, "outdial.toml"), text, 0o600); err != nil {
		return s, err
	}
	cfg, err := loadConfig(filepath.Join(s.dir, "outdial.toml"))
	if err != nil {
		return s, err
	}
	level := slog.LevelError
	if o.verbose {
		level = slog.LevelInfo
	}
	if s.server, err = startServer(ctx, cfg, slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: level}))); err != nil {
		return s, fmt.Errorf("the server did not start: %w", err)
	}
	names := namesOf(people)
	s.watch(ctx, s.carrier, func(h loopback.Hearing) string {
		if name, known := names[h.Number]; known {
			return name
		}
		return "customer"
	})
	s.told.say("server", "is up at %s with an empty database; calls go to the carrier at %s", s.server.URL(), s.carrier.Address())
	if o.keep {
		if err := s.load(ctx, openCampaign, strangers()); err != nil {
			return s, err
		}
	}
	if o.printEnv {
		return s, nil
	}
	return s, s.load(ctx, shiftCampaign, people)
}

// watch tells what a far end sees, until the stage is struck.
func (s *stage) watch(ctx context.Context, f far, who func(loopback.Hearing) string) {
	ctx, cancel := context.WithCancel(ctx)
	before := s.stop
	s.stop = func() { cancel(); before() }
	s.follow.Go(func() { s.told.follow(ctx, f, who) })
}

// strike takes everything down.
func (s *stage) strike() error {
	var all []error
	if s.server != nil {
		ctx, cancel := context.WithTimeout(context.Background(), drainTime)
		defer cancel()
		all = append(all, s.server.Close(ctx))
	}
	s.stop()
	s.follow.Wait()
	for _, p := range []*loopback.Phone{s.desk, s.remote} {
		if p != nil {
			all = append(all, p.Close())
		}
	}
	if s.carrier != nil {
		all = append(all, s.carrier.Close())
	}
	if s.dir != "" {
		all = append(all, os.RemoveAll(s.dir))
	}
	return errors.Join(all...)
}

// script says how the people behave; strangers answer after two rings and talk
// until someone hangs up.
func script(people []person) func(string) loopback.Customer {
	customers := make(map[string]loopback.Customer)
	for _, p := range people {
		customers[p.number] = p.customer
	}
	return func(number string) loopback.Customer {
		if c, known := customers[number]; known {
			return c
		}
		last, _ := strconv.Atoi(number[max(0, len(number)-2):])
		return loopback.Customer{Rings: 2 * time.Second, Voice: loopback.Tone(700 + 20*last)}
	}
}

func namesOf(people []person) map[string]string {
	names := make(map[string]string)
	for _, p := range people {
		names[p.number] = p.name
	}
	return names
}

// strangers are the contacts for whoever tries the server.
func strangers() []person {
	people := make([]person, openContacts)
	for i := range people {
		people[i] = person{name: fmt.Sprintf("Customer %d", i+1), number: fmt.Sprintf("463555%04d", i)}
	}
	return people
}

// config is the server's configuration.
func (s *stage) config(listen string) []byte {
	return fmt.Appendf(nil, `
[http]
listen = %q
[database]
path = "outdial.db"
[sip]
listen = "127.0.0.1:0"
[media]
address = "127.0.0.1"
[dialer]
agent_caller_id = "3175550000"
zip_tone = false
[[trunk]]
name = "carrier"
address = %q
user = "outdial"
password = "trunk-secret"
max_calls = 50
calls_per_second = 50
[[user]]
id = %q
name = "Anna Agent"
password = %q
workgroups = ["Sales"]
[[user]]
id = %q
name = "Ben Guest"
password = %q
workgroups = ["Guests"]
[[user]]
id = %q
name = "Administrator"
password = %q
admin = true
[[station]]
name = "desk"
kind = "workstation"
address = %q
%s%s`, listen, s.carrier.Address(), s.agent.id, s.agent.password, s.guest.id, s.guest.password,
		s.admin.id, s.admin.password, s.desk.Address(),
		campaignText(shiftCampaign, "Sales", "2s"), campaignText(openCampaign, "Guests", "15s"))
}

func campaignText(name, workgroup, ring string) string {
	text := fmt.Sprintf(`
[[campaign]]
name = %q
list = %q
mode = "power"
workgroup = %q
state = "on"
caller_id = "3175550100"
ring = %q
hours = "always"
lines_per_agent = 1
`, name, strings.ToLower(name), workgroup, ring)
	for _, d := range [...][3]string{
		{"Sale", "Success", "Sale"}, {"Not interested", "Failure", "Not interested"},
		{"Answering machine", "Machine", "Machine - Answering Machine"}, {callBack, "Scheduled", "Scheduled"},
		{"Do not call again", "Deleted", "Deleted"},
	} {
		text += fmt.Sprintf("[[campaign.disposition]]\nlabel = %q\ncategory = %q\ncode = %q\n", d[0], d[1], d[2])
	}
	return text
}

// load imports people the way an operator does.
func (s *stage) load(ctx context.Context, campaign string, people []person) error {
	path := filepath.Join(s.dir, strings.ToLower(campaign)+".csv")
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	rows := csv.NewWriter(f)
	// A csv.Writer keeps its first error for Error.
	_ = rows.Write([]string{"number", "name"})
	for _, p := range people {
		_ = rows.Write([]string{p.number, p.name})
	}
	rows.Flush()
	if err := errors.Join(rows.Error(), f.Close()); err != nil {
		return err
	}
	var said strings.Builder
	if err := importContacts(ctx, []string{"--config", filepath.Join(s.dir, "outdial.toml"), "--campaign", campaign, path}, &said, &said); err != nil {
		return fmt.Errorf("importing the contacts of %s: %w\n%s", campaign, err, said.String())
	}
	s.told.say("operator", "imports %d contacts into campaign %s", len(people), campaign)
	return nil
}

// compare plays both shifts.
func (s *stage) compare(ctx context.Context, first, second []person, b bars) (r demoResult, err error) {
	for _, half := range []struct {
		title      string
		people     []person
		persistent bool
		rings      time.Duration
		into       *halfResult
	}{
		{"First shift: with a persistent connection", first, true, 0, &r.With},
		{"Second shift: without; the agent's phone rings for each customer", second, false, agentRings, &r.Without},
	} {
		s.told.headline(half.title)
		if *half.into, err = s.work(ctx, half.people, half.persistent, half.rings); err != nil {
			return r, err
		}
	}
	r.judge(b)
	return r, nil
}

// work plays one shift with a phone of its own.
func (s *stage) work(ctx context.Context, people []person, persistent bool, rings time.Duration) (r halfResult, err error) {
	phone, err := loopback.OpenPhone(s.agent.id, rings, loopback.Tone(agentTone))
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, phone.Close()) }()
	s.watch(ctx, phone, func(loopback.Hearing) string { return "phone" })
	day := &shift{stage: s, people: people, persistent: persistent, phone: phone}
	if err := day.play(ctx); err != nil {
		return r, err
	}
	rows, err := attempts(ctx, s.server.URL(), s.admin.id, s.admin.password, shiftCampaign)
	if err != nil {
		return r, fmt.Errorf("the server's figures: %w", err)
	}
	r = sumUp(people, rows, s.carrier.Hearings(), phone)
	if len(r.Calls) != len(people) {
		return r, fmt.Errorf("the server knows %d attempts of this shift, and %d people were on its list", len(r.Calls), len(people))
	}
	return r, nil
}
