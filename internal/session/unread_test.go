package session

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/dialer"
)

func TestDelivery(t *testing.T) {
	in(t, func(r room) {
		ctx := context.Background()
		s := r.enterAs("anna", "desk")
		r.Say(s, StatusList{})
		if err := r.Deliver(ctx, s, func([]Message) error { return errors.New("gone") }); err == nil {
			t.Error("a failed delivery was no error")
		}
		r.Deliver(ctx, s, func(batch []Message) error {
			r.Say(s, StatusAccess{}) // comes while the others are written
			if len(batch) != 1 {
				t.Errorf("%d messages, want the one that failed before", len(batch))
			}
			done, stop := context.WithTimeout(ctx, time.Second)
			defer stop()
			if err := r.Deliver(done, s, func([]Message) error { t.Error("two readers at once"); return nil }); err == nil {
				t.Error("the second reader did not wait")
			}
			return nil
		})
		r.wants("what came meanwhile", r.unread(s), "StatusAccess")

		st := r.Stream(s)
		defer st.Close()
		wake := st.Wake()
		select {
		case <-wake:
			t.Error("awake with nothing unread")
		default:
		}
		r.Say(s, StatusList{})
		<-wake
		newer := r.Stream(s)
		defer newer.Close()
		<-st.Newer
	})
}

func TestTooManyUnread(t *testing.T) {
	in(t, func(r room) {
		s := r.enterAs("anna", "desk")
		r.floor.heard()
		for range 1001 {
			r.Say(s, StatusList{})
		}
		synctest.Wait()
		r.wants("the floor", r.floor.heard(), "leave anna/desk")
		r.wants("last word", r.unread(s), "Connection")
		if err := r.Deliver(context.Background(), s, func([]Message) error { return nil }); err != ErrOver {
			t.Errorf("after it: %v", err)
		}
	})
}

// TestLongMessagesThatNobodyReads: who follows a long queue again and again, and
// reads nothing, is ended before a thousand messages are a gigabyte; who reads is not.
func TestLongMessagesThatNobodyReads(t *testing.T) {
	shared(t, func(r room) {
		boss := r.enterAs("root", "desk")
		r.floor.mu.Lock()
		for i := range 500 {
			r.floor.snap.Calls = append(r.floor.snap.Calls, dialer.CallView{ID: call.ID(fmt.Sprint(i)), Agent: agent.ID{User: "anna"}})
		}
		r.floor.mu.Unlock()
		follow := func(times int) (err error) {
			for range times {
				if err = r.WatchQueues(context.Background(), boss, "all", []call.Queue{{Type: call.SystemQueue}}, nil); err != nil {
					break
				}
			}
			return err
		}
		for range 5 {
			if err := follow(40); err != nil {
				t.Fatal(err)
			}
			if n := len(r.tell(boss)); n != 40 {
				t.Fatalf("%d messages", n)
			}
		}
		if err := follow(50); err != ErrOver {
			t.Errorf("who does not read: %v", err)
		}
		r.wants("last word", r.unread(boss), "Connection")
		if boss.rows != 0 {
			t.Errorf("%d rows of nothing", boss.rows)
		}
	})
}
