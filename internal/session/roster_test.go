package session

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/fault"
)

// told gives what a session hears of sessions: "+anna/desk@One -bert/desk", with
// "all:" before a first message.
func (r room) told(s *Session) string {
	synctest.Wait()
	var words []string
	r.Deliver(context.Background(), s, func(batch []Message) error {
		for _, m := range batch {
			list, ok := m.(Sessions)
			if !ok {
				continue
			}
			if list.Whole {
				words = append(words, "all:")
			}
			for sign, rows := range map[string][]Listing{"-": list.Removed, "+": list.Added} {
				for _, l := range rows {
					w := sign + l.User + "/" + l.Application
					if l.Station != "" {
						w += "@" + l.Station
					}
					words = append(words, w)
				}
			}
			if n := len(words); n > 1 && list.Removed != nil && list.Added != nil && words[n-1][0] == '-' {
				words[n-1], words[n-2] = words[n-2], words[n-1]
			}
		}
		return nil
	})
	return strings.Join(words, " ")
}

func (r room) listed(what string, s *Session, want string) {
	r.Helper()
	if got := r.told(s); got != want {
		r.Errorf("%s: %q, want %q", what, got, want)
	}
}

// TestARosterOfUsers: boss oversees all, sara whom she shares a workgroup with,
// and anna herself.
func TestARosterOfUsers(t *testing.T) {
	in(t, func(r room) {
		ctx := context.Background()
		boss, sara, anna := r.enterAs("boss", "desk"), r.enterAs("sara", "desk"), r.enterAs("anna", "desk")
		for _, s := range []*Session{boss, sara, anna} {
			if err := r.WatchUsers(ctx, s, nil); err != nil {
				t.Fatal(err)
			}
		}
		r.listed("boss", boss, "all: +anna/desk +boss/desk +sara/desk")
		r.listed("sara", sara, "all: +anna/desk +sara/desk")
		r.listed("anna", anna, "all: +anna/desk")
		bert, tab := r.enterAs("bert", "desk"), r.enterAs("anna", "browser")
		r.listed("boss", boss, "+bert/desk +anna/browser")
		r.listed("sara", sara, "+anna/browser")
		r.listed("anna", anna, "+anna/browser")
		r.Sit(ctx, tab, Wish{Kind: agent.Workstation, Name: "One", Ready: true})
		r.Sit(ctx, tab, Wish{Kind: agent.Workstation, Name: "One", Ready: false})
		r.listed("a station", sara, "-anna/browser +anna/browser@One")
		r.Stand(ctx, tab)
		r.listed("no station", sara, "-anna/browser@One +anna/browser")
		r.SignOut(ctx, tab)
		r.Dismiss(ctx, bert.ID, "", false)
		r.listed("ends", sara, "-anna/browser")
		r.listed("ends", boss, "-anna/browser +anna/browser@One -anna/browser@One +anna/browser -anna/browser -bert/desk")
		r.UnwatchUsers(sara)
		r.enterAs("anna", "browser")
		r.listed("no longer followed", sara, "")
	})
}

func TestARosterOfSomeUsers(t *testing.T) {
	in(t, func(r room) {
		ctx := context.Background()
		boss, sara, anna := r.enterAs("boss", "desk"), r.enterAs("sara", "desk"), r.enterAs("anna", "desk")
		r.people.lose(nil, "nobody")
		for _, c := range []struct {
			s    *Session
			ids  []string
			want fault.Kind
		}{
			{anna, []string{"ANNA"}, -1},
			{anna, []string{"anna", "bert"}, fault.Forbidden},
			{sara, []string{"anna"}, -1},
			{sara, []string{"bert"}, fault.Forbidden},
			{boss, []string{"bert", "sara"}, -1},
			{boss, []string{"nobody"}, fault.NotFound},
		} {
			err := r.WatchUsers(ctx, c.s, c.ids)
			if (err == nil) != (c.want == -1) || err != nil && fault.KindOf(err) != c.want {
				t.Errorf("%s of %v: %v", c.s.User.ID, c.ids, err)
			}
		}
		r.listed("a refusal leaves what there was", anna, "all: +anna/desk")
		r.enterAs("bert", "desk")
		r.enterAs("anna", "browser")
		r.listed("only whom was asked for", boss, "all: +sara/desk +bert/desk")
	})
}

func TestARosterOfStations(t *testing.T) {
	in(t, func(r room) {
		ctx := context.Background()
		sit := func(s *Session, name string) {
			if _, err := r.Sit(ctx, s, Wish{Kind: agent.Workstation, Name: name, Ready: true}); err != nil {
				t.Fatal(err)
			}
		}
		boss, anna, bert := r.enterAs("boss", "desk"), r.enterAs("anna", "desk"), r.enterAs("bert", "desk")
		sit(anna, "One")
		r.told(boss)
		r.WatchStations(boss, nil)
		r.listed("all", boss, "all: +anna/desk@One")
		sit(bert, "Two")
		r.listed("all", boss, "+bert/desk@Two")
		r.WatchStations(boss, []string{"ONE", "three"})
		r.listed("some", boss, "all: +anna/desk@One")
		sit(bert, "Three")
		r.listed("one comes into sight", boss, "+bert/desk@Three")
		sit(anna, "Four")
		r.listed("one goes out of sight", boss, "-anna/desk@One")
		sit(anna, "Five")
		r.listed("out of sight", boss, "")
		r.WatchStations(anna, []string{"Three", "Five"})
		r.listed("a colleague's station is not shown", anna, "all: +anna/desk@Five")
		r.UnwatchStations(boss)
		sit(bert, "One")
		r.listed("no longer followed", boss, "")
	})
}

// TestAStationThatTheFloorRefused was never listed.
func TestAStationThatTheFloorRefused(t *testing.T) {
	in(t, func(r room) {
		s := r.enterAs("anna", "desk")
		r.WatchUsers(context.Background(), s, nil)
		r.told(s)
		r.floor.refusing(fault.New(fault.Busy, "full"))
		r.Sit(context.Background(), s, Wish{Kind: agent.Workstation, Name: "One", Ready: true})
		r.floor.refusing(nil)
		r.listed("nothing", s, "")
	})
}

// TestManyWhoDoNotRead: messages about sessions end a session like any others, and
// that is told in turn.
func TestManyWhoDoNotRead(t *testing.T) {
	in(t, func(r room) {
		r.cfg.Unread = 4
		boss := r.enterAs("boss", "desk")
		for i := range 3 {
			r.WatchUsers(context.Background(), r.enterAs("boss", fmt.Sprint(i)), nil)
		}
		for range 4 {
			r.enterAs("anna", "desk")
		}
		synctest.Wait()
		if n := r.Count(); n != 5 {
			t.Errorf("%d sessions, want boss and four of anna", n)
		}
		r.wants("no follower", r.unread(boss))
	})
}
