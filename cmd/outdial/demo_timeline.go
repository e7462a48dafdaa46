package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/term"

	"github.com/outdial/outdial/internal/loopback"
)

// timeline tells what happens as it happens, one line each.
type timeline struct {
	start  time.Time
	colour bool

	mu  sync.Mutex
	out io.Writer // guarded by mu
}

func newTimeline(out io.Writer) *timeline {
	return &timeline{start: time.Now(), out: out, colour: isTerminal(out)}
}

// isTerminal tells whether colours are welcome; see https://no-color.org.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && os.Getenv("NO_COLOR") == "" && term.IsTerminal(int(f.Fd()))
}

// say prints what someone does.
func (t *timeline) say(who, format string, args ...any) {
	t.sayAt(time.Now(), who, format, args...)
}

func (t *timeline) sayAt(at time.Time, who, format string, args ...any) {
	clock, name := fmt.Sprintf("%8.3f s", at.Sub(t.start).Seconds()), fmt.Sprintf("%-8s", who)
	if t.colour {
		clock, name = "\x1b[2m"+clock+"\x1b[0m", "\x1b[1m"+name+"\x1b[0m"
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	fmt.Fprintf(t.out, "%s  %s  %s\n", clock, name, fmt.Sprintf(format, args...))
}

// headline begins a part.
func (t *timeline) headline(text string) {
	if t.colour {
		text = "\x1b[1m" + text + "\x1b[0m"
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	fmt.Fprintf(t.out, "\n%s\n\n", text)
}

// far is the far end of the wire: a carrier, or a phone.
type far interface {
	Hearings() []loopback.Hearing
	Await(context.Context, func([]loopback.Hearing) bool) ([]loopback.Hearing, error)
}

// follow tells what a far end sees of its calls, until the context ends or the
// far end is closed.
func (t *timeline) follow(ctx context.Context, f far, who func(loopback.Hearing) string) {
	told := make(map[string]int) // how many of the moments of a call were told
	tell := func(all []loopback.Hearing) bool {
		for _, h := range all {
			moments := momentsOf(h)
			for _, m := range moments[min(told[h.CallID], len(moments)):] {
				t.sayAt(m.at, who(h), "%s", m.what)
			}
			told[h.CallID] = max(told[h.CallID], len(moments))
		}
		return false
	}
	// The error is why it ended, which its owner knows.
	_, _ = f.Await(ctx, tell)
}

type moment struct {
	at   time.Time
	what string
}

// momentsOf a call, in order; later calls of it only add at the end.
func momentsOf(h loopback.Hearing) []moment {
	var list []moment
	if !h.Ringing.IsZero() {
		list = append(list, moment{h.Ringing, "rings"})
	}
	if !h.Answered.IsZero() {
		list = append(list, moment{h.Answered, "answers"})
	}
	if h.Ended.IsZero() {
		return list
	}
	what := "the line is cleared"
	switch {
	case h.Status == 200 && h.HungUp:
		what = "hangs up"
	case h.Status == 487:
		what = "did not answer; the call was given up"
	case h.Status == 486:
		what = "is busy (486)"
	case h.Status == 404:
		what = "does not exist (404)"
	case h.Status == 603:
		what = "refuses the call (603)"
	case h.Status != 200:
		what = fmt.Sprintf("is not reached (%d)", h.Status)
	}
	return append(list, moment{h.Ended, what})
}
