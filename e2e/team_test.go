//go:build linux

package e2e

import (
	"context"
	"errors"
	"maps"
	"sync"
	"testing"
)

// team is agents at work on their own: each takes a customer, waits until the
// customer has hung up, disposes, and is there for the next one.
type team struct {
	stop    context.CancelFunc
	members sync.WaitGroup

	mu       sync.Mutex
	disposed map[string]string // number to label; the server has said 200
	errs     []error
	more     chan struct{} // closed and replaced with each disposition
}

// work sets agents to work. gone waits until the customer with a number is gone.
func work(desks []*desktop, gone func(ctx context.Context, number string) error) *team {
	ctx, stop := context.WithCancel(context.Background())
	crew := &team{stop: stop, disposed: make(map[string]string), more: make(chan struct{})}
	for _, d := range desks {
		crew.members.Go(func() {
			for {
				if err := crew.serve(ctx, d, gone); err != nil {
					crew.mu.Lock()
					crew.errs = append(crew.errs, err)
					crew.mu.Unlock()
					return
				}
			}
		})
	}
	return crew
}

// serve is one customer.
func (crew *team) serve(ctx context.Context, d *desktop, gone func(context.Context, string) error) error {
	customer, err := d.nextPop(ctx)
	if err != nil {
		return err
	}
	if err := gone(ctx, customer.number()); err != nil {
		return err
	}
	if err := d.dispose("Sale"); err != nil {
		return err
	}
	crew.mu.Lock()
	crew.disposed[customer.number()] = "Sale"
	close(crew.more)
	crew.more = make(chan struct{})
	crew.mu.Unlock()
	return d.available()
}

// awaitDisposed waits until so many customers were disposed, or the context ends.
func (crew *team) awaitDisposed(ctx context.Context, n int) {
	for {
		crew.mu.Lock()
		enough, more := len(crew.disposed) >= n, crew.more
		crew.mu.Unlock()
		if enough {
			return
		}
		select {
		case <-more:
		case <-ctx.Done():
			return
		}
	}
}

// leave ends the work and gives the dispositions that the server has confirmed,
// and what went wrong on the way.
func (crew *team) leave() (map[string]string, []error) {
	crew.stop()
	crew.members.Wait()
	crew.mu.Lock()
	defer crew.mu.Unlock()
	return maps.Clone(crew.disposed), crew.errs
}

// goHome ends the work; nothing may have gone wrong.
func (crew *team) goHome(t testing.TB) {
	t.Helper()
	_, errs := crew.leave()
	for _, err := range errs {
		if !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}
}
