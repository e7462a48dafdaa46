package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/loopback"
	"github.com/outdial/outdial/internal/media"
	"github.com/outdial/outdial/internal/telephony"
)

// firstSwitch opens a switch and closes it: the first one of a process sets
// variables of sipgo, which the demo's carrier uses before its server starts.
func firstSwitch(t *testing.T) {
	t.Helper()
	local := netip.MustParseAddr("127.0.0.1")
	plane, err := media.Open(media.Config{Address: local})
	if err != nil {
		t.Fatal(err)
	}
	phones, err := telephony.Open(telephony.Config{Listen: netip.AddrPortFrom(local, 0)}, plane, slog.New(slog.DiscardHandler), func(call.Progress) {})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(phones.Close(t.Context()), plane.Close()); err != nil {
		t.Fatal(err)
	}
}

// shortDemo is the whole story in a few seconds. Its bars are loose, as tests run
// beside each other and under the race detector.
func shortDemo() demoOptions {
	return demoOptions{listen: "127.0.0.1:0", plain: 1, second: 1,
		bars: bars{P50: 50 * time.Millisecond, P99: time.Second, Least: agentRings}}
}

func TestDemoPlaysBothShifts(t *testing.T) {
	firstSwitch(t)
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	o := shortDemo()
	o.json = filepath.Join(t.TempDir(), "result.json")
	var out, log bytes.Buffer
	result, err := o.run(t.Context(), &out, &log)
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, out.String(), log.String())
	}
	want := map[string][3]string{ // outcome, reason, disposition
		"Ada":    {"Talked", "normal", "Sale"},
		"Bruno":  {"Not reached", "busy", ""},
		"Chiara": {"Not reached", "no answer", ""},
		"Dmitri": {"Talked", "normal", "Not interested"},
		"Elena":  {"Talked", "normal", "Answering machine"},
		"Farid":  {"Talked", "normal", "Not interested"},
		"Greta":  {"Talked", "normal", "Sale"},
		"Hugo":   {"Not reached", "bad number", ""},
		"Ines":   {"Not reached", "refused", ""},
		"Jonas":  {"Talked", "normal", callBack},
		"Karin":  {"Talked", "normal", "Not interested"},
	}
	if len(result.With.Calls) != len(want) {
		t.Errorf("%d calls, want %d", len(result.With.Calls), len(want))
	}
	for _, c := range result.With.Calls {
		w := want[c.Name]
		if got := [3]string{c.Outcome, c.Reason, c.Disposition}; got != w {
			t.Errorf("%s: %q, want %q", c.Name, got, w)
		}
		if talked := w[0] == "Talked"; talked != (c.ToCustomer != nil) || talked != (c.ToAgent != nil) || talked != (c.Customer != nil) || talked != (c.Agent != nil) {
			t.Errorf("%s: latencies %+v", c.Name, c)
		}
	}
	if r := result.With; r.Invites != 1 || r.Streams != 1 || r.Gaps != 0 {
		t.Errorf("the phone of the first shift: %+v", r)
	}
	if r := result.Without; r.Invites != 1 || r.ToCustomer.N != 1 || r.ToCustomer.Min < 2000 {
		t.Errorf("the second shift: %+v", r)
	}
	for _, text := range []string{"hears the agent", "hears music", "is on break", "With a persistent connection", "met  "} {
		if !strings.Contains(out.String(), text) {
			t.Errorf("the output does not say %q", text)
		}
	}
	if strings.Contains(out.String(), "\x1b[") {
		t.Error("colours without a terminal")
	}
	var saved demoResult
	if text, err := os.ReadFile(o.json); err != nil || json.Unmarshal(text, &saved) != nil || !saved.Met || len(saved.With.Calls) != len(want) {
		t.Errorf("the saved result: %+v, %v", saved, err)
	}
}

func TestDemoStaysUpForOthers(t *testing.T) {
	firstSwitch(t)
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	o := shortDemo()
	o.keep, o.printEnv = true, true
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	read, write := io.Pipe()
	done := make(chan error, 1)
	var log bytes.Buffer // of the demo until done
	go func() {
		_, err := o.run(ctx, write, &log)
		write.Close()
		done <- err
	}()
	env := map[string]string{}
	lines := bufio.NewScanner(read)
	for len(env) < 8 && lines.Scan() {
		assignment, ok := strings.CutPrefix(lines.Text(), "export ")
		name, value, found := strings.Cut(assignment, "=")
		if !ok || !found || value == "" || strings.ContainsAny(value, " '\"$") {
			t.Errorf("not an assignment: %q", lines.Text())
		}
		env[name] = value
	}
	desk, err := signIn(t.Context(), env["OUTDIAL_URL"], env["OUTDIAL_USER"], env["OUTDIAL_PASSWORD"])
	if err != nil {
		t.Fatal(err)
	}
	if err := desk.put(t.Context(), "connection/station", map[string]any{
		"__type": "urn:inin.com:connection:workstationSettings", "workstation": env["OUTDIAL_WORKSTATION"],
	}); err != nil {
		t.Error(err)
	}
	if rows, err := attempts(t.Context(), env["OUTDIAL_URL"], env["OUTDIAL_ADMIN"], env["OUTDIAL_ADMIN_PASSWORD"], env["OUTDIAL_CAMPAIGN"]); err != nil || len(rows) != 0 {
		t.Errorf("attempts %v, %v", rows, err)
	}
	stop()
	if err := <-done; err != nil {
		t.Errorf("%v\n%s", err, log.String())
	}
	desk.close()
	http.DefaultClient.CloseIdleConnections()
}

func TestDemoSaysWhatFailed(t *testing.T) {
	firstSwitch(t)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	o := shortDemo()
	o.listen = taken.Addr().String()
	if _, err := o.run(t.Context(), io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), "the server did not start") {
		t.Errorf("error %v", err)
	}
}

func TestDemoIsInterrupted(t *testing.T) {
	firstSwitch(t)
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	interrupted := errors.New("interrupted by the test")
	ctx, stop := context.WithCancelCause(t.Context())
	defer stop(nil)
	out := &trigger{on: "Ada       answers", then: func() { stop(interrupted) }}
	if _, err := shortDemo().run(ctx, out, io.Discard); !errors.Is(err, interrupted) || !strings.Contains(err.Error(), "the demo was interrupted") {
		t.Errorf("error %v", err)
	}
}

// TestDemoIsInterruptedAtOnce: also while the server starts the reason is told, and
// not what it stopped.
func TestDemoIsInterruptedAtOnce(t *testing.T) {
	ctx, stop := context.WithCancelCause(t.Context())
	stop(errors.New("the test"))
	_, err := shortDemo().run(ctx, io.Discard, io.Discard)
	if err == nil || err.Error() != "the demo was interrupted: the test" {
		t.Errorf("error %v", err)
	}
}

func TestDemoWantsAPlaceForItsResultFirst(t *testing.T) {
	o := shortDemo()
	o.json = filepath.Join(t.TempDir(), "none", "result.json")
	var said bytes.Buffer
	if _, err := o.run(t.Context(), &said, io.Discard); !errors.Is(err, fs.ErrNotExist) || said.Len() > 0 {
		t.Errorf("error %v after %q", err, said.String())
	}
}

// trigger does something when it is told a text; the timeline writes whole lines.
type trigger struct {
	on   string
	then func()
}

func (w *trigger) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte(w.on)) {
		w.then()
	}
	return len(p), nil
}

func TestDemoFlags(t *testing.T) {
	for _, args := range [][]string{{"--print-env"}, {"extra"}, {"--calls", "-1"}, {"--nonsense"}} {
		if err := demo(t.Context(), args, io.Discard, io.Discard); !errors.Is(err, errUsage) {
			t.Errorf("%q: %v", args, err)
		}
	}
	if err := demo(t.Context(), []string{"-h"}, io.Discard, io.Discard); err != nil {
		t.Errorf("-h: %v", err)
	}
}

func TestDemoSpread(t *testing.T) {
	calls := make([]callResult, 200)
	for i := range calls {
		ms := float64(200 - i)
		calls[i].Agent = &ms
	}
	agent := func(c callResult) *float64 { return c.Agent }
	if got, want := spreadOf(calls, agent), (spread{N: 200, Min: 1, P50: 100, P99: 198, Max: 200}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := spreadOf(calls[:1], agent); got.P50 != 200 || got.P99 != 200 {
		t.Errorf("of one: %+v", got)
	}
	if got := spreadOf(nil, agent); got != (spread{}) {
		t.Errorf("of none: %+v", got)
	}
}

func TestDemoBars(t *testing.T) {
	good := func() demoResult {
		return demoResult{
			With:    halfResult{ToCustomer: spread{N: 5, P50: 1, P99: 3}, Invites: 1, Streams: 1},
			Without: halfResult{ToCustomer: spread{N: 5, Min: 2001}},
		}
	}
	limits := bars{P50: 2 * time.Millisecond, P99: 12 * time.Millisecond, Least: 2 * time.Second}
	for name, c := range map[string]struct {
		spoil func(*demoResult)
		met   bool
	}{
		"all kept":           {func(*demoResult) {}, true},
		"slow half":          {func(r *demoResult) { r.With.ToCustomer.P50 = 2.1 }, false},
		"slow hundredth":     {func(r *demoResult) { r.With.ToCustomer.P99 = 12.1 }, false},
		"nothing measured":   {func(r *demoResult) { r.With.ToCustomer = spread{} }, false},
		"called twice":       {func(r *demoResult) { r.With.Invites = 2 }, false},
		"two streams":        {func(r *demoResult) { r.With.Streams = 2 }, false},
		"a gap":              {func(r *demoResult) { r.With.Gaps = 1 }, false},
		"a step back":        {func(r *demoResult) { r.With.Backwards = 1 }, false},
		"quick without":      {func(r *demoResult) { r.Without.ToCustomer.Min = 1999 }, false},
		"nothing in the 2nd": {func(r *demoResult) { r.Without = halfResult{} }, false},
	} {
		t.Run(name, func(t *testing.T) {
			r := good()
			c.spoil(&r)
			if r.judge(limits); r.Met != c.met {
				t.Errorf("met %v: %+v", r.Met, r.Bars)
			}
			var text strings.Builder
			if err := r.write(&text); err != nil || strings.Contains(text.String(), "NOT MET") == c.met {
				t.Errorf("%v\n%s", err, text.String())
			}
		})
	}
}

func TestDemoTellsACall(t *testing.T) {
	at := time.Now()
	for want, h := range map[string]loopback.Hearing{
		"":                             {},
		"rings":                        {Ringing: at},
		"rings answers":                {Ringing: at, Answered: at, Status: 200},
		"rings answers hangs up":       {Ringing: at, Answered: at, Ended: at, Status: 200, HungUp: true},
		"answers the line is cleared":  {Answered: at, Ended: at, Status: 200},
		"is busy (486)":                {Ended: at, Status: 486, HungUp: true},
		"does not exist (404)":         {Ended: at, Status: 404},
		"rings refuses the call (603)": {Ringing: at, Ended: at, Status: 603},
		"is not reached (503)":         {Ended: at, Status: 503},
		"rings did not answer; the call was given up": {Ringing: at, Ended: at, Status: 487},
	} {
		var got []string
		for _, m := range momentsOf(h) {
			got = append(got, m.what)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
