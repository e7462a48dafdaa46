package session

import (
	"context"
	"fmt"
	"testing"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/dialer"
)

// colleagues are all in one workgroup.
type colleagues struct{ people }

func (*colleagues) User(_ context.Context, id string) (agent.User, error) {
	return agent.User{ID: id, Workgroups: []string{"Sales"}}, nil
}

func (c *colleagues) Authenticate(ctx context.Context, id, _ string) (agent.User, error) {
	return c.User(ctx, id)
}

// BenchmarkHear: one change of a call in a house of 1,000 agents, each of whom follows
// what desktops usually do.
func BenchmarkHear(b *testing.B) {
	ctx := context.Background()
	f := &floor{}
	book := New(Config{Floor: f, Listen: f.Listen, Users: &colleagues{}, Stations: &people{}})
	defer book.Close(ctx)
	var sessions []*Session
	for i := range 1000 {
		s, err := book.SignIn(ctx, Card{User: fmt.Sprintf("user%d", i), Application: "desk"})
		if err != nil {
			b.Fatal(err)
		}
		sessions = append(sessions, s)
		book.WatchQueues(ctx, s, "mine", own(s.User.ID), []string{"Eic_State"})
		book.WatchQueues(ctx, s, "ours", []call.Queue{{Type: call.WorkgroupQueue, Name: "Sales"}}, []string{"Eic_State"})
		book.WatchAlerts(ctx, s, nil)
		book.WatchHistory(ctx, s, 0)
		book.WatchStatuses(ctx, s, []string{s.User.ID}, nil)
	}
	read := func() {
		for _, s := range sessions {
			book.Deliver(ctx, s, func([]Message) error { return nil })
		}
	}
	for _, bench := range []struct {
		name string
		c    dialer.CallView
	}{
		{"one's own call", dialer.CallView{ID: "1", Agent: sessions[0].Agent(), State: call.Connected}},
		{"a colleague's for the workgroup", dialer.CallView{ID: "2", Agent: sessions[0].Agent(), State: call.Connected, Campaign: campaign.Campaign{Workgroup: "Sales"}}},
		{"one that waits for all", dialer.CallView{ID: "3", Kind: call.Passed, Queue: call.Queue{Type: call.WorkgroupQueue, Name: "Sales"}, State: call.Offered}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			for i := range b.N {
				if i%500 == 0 {
					b.StopTimer()
					read()
					b.StartTimer()
				}
				book.hear(dialer.Event{Seq: uint64(i + 1), Body: dialer.CallChanged{Call: bench.c}})
			}
			b.StopTimer()
			read()
		})
	}
}

// BenchmarkHearStatus: one change of a status that 1,000 desktops follow, each with a
// directory of everybody.
func BenchmarkHearStatus(b *testing.B) {
	ctx := context.Background()
	f := &floor{}
	book := New(Config{Floor: f, Listen: f.Listen, Users: &colleagues{}, Stations: &people{}})
	defer book.Close(ctx)
	var users []string
	for i := range 1000 {
		users = append(users, fmt.Sprintf("user%03d", i))
	}
	var sessions []*Session
	for _, u := range users {
		s, err := book.SignIn(ctx, Card{User: u, Application: "desk"})
		if err != nil {
			b.Fatal(err)
		}
		sessions = append(sessions, s)
		book.WatchStatuses(ctx, s, users, []string{"notes"})
	}
	b.ResetTimer()
	for i := range b.N {
		if i%500 == 0 {
			b.StopTimer()
			for _, s := range sessions {
				book.Deliver(ctx, s, func([]Message) error { return nil })
			}
			b.StartTimer()
		}
		book.hear(dialer.Event{Seq: uint64(i + 1), Body: dialer.StatusChanged{Status: dialer.UserStatus{User: users[900], Status: "Available"}}})
	}
}
