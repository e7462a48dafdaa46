package store

import (
	"context"
)

// shared is a transaction in which several methods do their work.
type shared struct {
	tx  *transaction
	err error // of the first that failed
}

// sharing is under what a context has its [shared], for the methods of one store.
type sharing struct{ *Store }

// Together runs do. What methods are given its context write they write in one
// transaction, each seeing what those before it wrote, so that all of them wait for the
// disk but once. Their answers count if Together returns nil: then all is written down.
// Else nothing is, be it that one of them failed or that the disk did, and who wants
// to know which does each of them by itself.
func (s *Store) Together(ctx context.Context, do func(context.Context)) error {
	return s.write(ctx, "write down what came together", func(tx *transaction) error {
		all := &shared{tx: tx}
		do(context.WithValue(ctx, sharing{s}, all))
		return all.err
	})
}

// shared is the transaction that a context brings, or nil.
func (s *Store) shared(ctx context.Context) *shared {
	all, _ := ctx.Value(sharing{s}).(*shared)
	return all
}

// write runs f, unless it would be in vain.
func (s *shared) write(doing string, f func(*transaction) error) error {
	if s.err == nil {
		s.err = failed(f(s.tx), doing)
	}
	return s.err
}
