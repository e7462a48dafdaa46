package main

import (
	"context"

	"github.com/outdial/outdial/internal/console"
	"github.com/outdial/outdial/internal/store"
)

// load is an import that came over the API.
func (s *server) load(ctx context.Context, o console.Load) (console.Loaded, error) {
	done, err := s.db.Import(ctx, store.ImportOptions{
		List: o.List, Source: o.Source, Name: o.Name, Comma: o.Comma, JSON: o.Form == "ndjson",
		Number: o.Number, Zone: o.Zone, Key: o.Key, Status: o.Status, Region: o.Region,
		Priority: o.Priority, Check: o.Check, Rejects: o.Rejects, Duplicates: o.Duplicates, Phones: o.Phones,
	})
	return console.Loaded{Rows: done.Rows, Added: done.Added, Updated: done.Updated, Unchanged: done.Unchanged,
		Rejected: done.Rejected, Checksum: done.Checksum}, err
}
