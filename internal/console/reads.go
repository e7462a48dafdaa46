package console

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/fault"
)

const (
	// usualLimit and maxLimit are of rows in one answer.
	usualLimit = 1000
	maxLimit   = 10_000
)

// attempts answers with attempts in the order in which they were claimed. Who
// wants the rest asks again with after set to the last id.
func (c *console) attempts(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	after, limit, err := paging(query)
	if err != nil {
		return err
	}
	all, err := c.Records.Attempts(r.Context(), query.Get("campaign"), campaign.AttemptID(after), limit)
	if err != nil {
		return err
	}
	names, err := c.campaignNames(r.Context())
	if err != nil {
		return err
	}
	rows := make([]attempt, 0, len(all))
	for _, a := range all {
		rows = append(rows, newAttempt(a, names[a.Campaign]))
	}
	return reply(w, http.StatusOK, rows)
}

// campaignNames are the names of the campaigns by their ids.
func (c *console) campaignNames(ctx context.Context) (map[campaign.ID]string, error) {
	return namesOf(ctx, c.Records)
}

func namesOf(ctx context.Context, from Attempted) (map[campaign.ID]string, error) {
	campaigns, err := from.Campaigns(ctx)
	if err != nil {
		return nil, err
	}
	names := make(map[campaign.ID]string, len(campaigns))
	for _, known := range campaigns {
		names[known.ID] = known.Name
	}
	return names, nil
}

func number(text, property string, otherwise, low, high int64) (int64, error) {
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < low || n > high {
		return 0, fault.New(fault.Invalid, "%s is a whole number from %d to %d, not %q", property, low, high, text).On(property)
	}
	return n, nil
}

// paging reads which rows are asked for: so many, with ids above one.
func paging(query url.Values) (after int64, limit int, err error) {
	n, err := number(query.Get("limit"), "limit", usualLimit, 1, maxLimit)
	if err != nil {
		return 0, 0, err
	}
	after, err = number(query.Get("after"), "after", 0, 0, 1<<62)
	return after, int(n), err
}

// pathID reads the id of what the path names.
func pathID[ID ~int64](r *http.Request, what string) (ID, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil || id < 1 {
		return 0, fault.New(fault.NotFound, "there is no %s %.40q", what, r.PathValue("id")).On("id")
	}
	return ID(id), nil
}

// look takes a snapshot of the floor.
func (c *console) look(r *http.Request) (dialer.Snapshot, error) {
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	return c.Floor.Look(ctx)
}

func (c *console) campaigns(w http.ResponseWriter, r *http.Request) error {
	floor, err := c.look(r)
	if err != nil {
		return err
	}
	rows := make([]campaignRow, 0, len(floor.Campaigns))
	for _, v := range floor.Campaigns {
		rows = append(rows, newCampaignRow(v))
	}
	return reply(w, http.StatusOK, rows)
}

func (c *console) agents(w http.ResponseWriter, r *http.Request) error {
	floor, err := c.look(r)
	if err != nil {
		return err
	}
	rows := make([]agentRow, 0, len(floor.Agents))
	for _, v := range floor.Agents {
		rows = append(rows, newAgentRow(v))
	}
	return reply(w, http.StatusOK, rows)
}

func (c *console) lists(w http.ResponseWriter, r *http.Request) error {
	all, err := c.Records.Lists(r.Context())
	if err != nil {
		return err
	}
	rows := make([]list, 0, len(all))
	for _, name := range slices.Sorted(maps.Keys(all)) {
		row := list{Name: name, Status: all[name]}
		for _, n := range row.Status {
			row.Contacts += n
		}
		rows = append(rows, row)
	}
	return reply(w, http.StatusOK, rows)
}
