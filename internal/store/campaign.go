package store

import (
	"context"
	"encoding/json"
	"net/url"

	"github.com/outdial/outdial/internal/campaign"
)

// SaveCampaign adds a campaign or replaces its definition, and sees to it that
// its contact lists are there. Errors: Conflict if another one has its name.
func (s *Store) SaveCampaign(ctx context.Context, c campaign.Campaign) error {
	definition, err := json.Marshal(c)
	if err != nil {
		return failed(err, "save campaign "+c.Name)
	}
	return s.write(ctx, "save campaign "+c.Name, func(tx *transaction) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO campaigns (id, name, definition) VALUES (?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET name = excluded.name, definition = excluded.definition`,
			c.ID, c.Name, string(definition))
		for _, source := range c.Lists() {
			if err == nil && source.List != "" {
				err = addList(ctx, tx, source.List)
			}
		}
		return err
	})
}

func addList(ctx context.Context, tx *transaction, name string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO lists (name) VALUES (?) ON CONFLICT (name) DO NOTHING`, name)
	return err
}

// Campaigns gives all campaigns by name.
func (s *Store) Campaigns(ctx context.Context) ([]campaign.Campaign, error) {
	var all []campaign.Campaign
	err := s.read(ctx, "read the campaigns", func(tx *transaction) (err error) {
		all, err = campaigns(ctx, tx)
		return err
	})
	return all, err
}

// PeekCampaigns gives the campaigns of a database file that a server may have open, or
// that another version of the program wrote. It changes nothing there.
func PeekCampaigns(ctx context.Context, path string) ([]campaign.Campaign, error) {
	const doing = "read the campaigns"
	reader, err := open(path, 1, url.Values{"_query_only": {"on"}})
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	tx, err := begin(ctx, reader, false)
	if err != nil {
		return nil, failed(err, doing)
	}
	defer tx.Rollback()
	all, err := campaigns(ctx, tx)
	return all, failed(err, doing)
}

func campaigns(ctx context.Context, tx *transaction) ([]campaign.Campaign, error) {
	return collect(ctx, tx, scanCampaign, `SELECT definition FROM campaigns ORDER BY name`)
}

// Campaign finds a campaign by its name or id. Errors: NotFound.
func (s *Store) Campaign(ctx context.Context, named string) (campaign.Campaign, error) {
	var c campaign.Campaign
	err := s.read(ctx, "read campaign "+named, func(tx *transaction) (err error) {
		c, err = findCampaign(ctx, tx, named)
		return err
	})
	return c, err
}

func findCampaign(ctx context.Context, tx *transaction, named string) (campaign.Campaign, error) {
	c, err := scanCampaign(tx.QueryRowContext(ctx, `SELECT definition FROM campaigns WHERE id = ?1 OR name = ?1 LIMIT 1`, named))
	return c, failed(err, "find campaign "+named)
}

func scanCampaign(row scanner) (campaign.Campaign, error) {
	var c campaign.Campaign
	var definition string
	if err := row.Scan(&definition); err != nil {
		return c, err
	}
	return c, json.Unmarshal([]byte(definition), &c)
}
