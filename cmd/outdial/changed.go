package main

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/store"
)

// keep lays what was changed while a campaign ran over what the file says, and tells of
// it.
func keep(def campaign.Campaign, changed map[campaign.Setting]campaign.Changed, log *slog.Logger) campaign.Campaign {
	def, dropped := def.Keep(changed)
	for _, name := range slices.Sorted(maps.Keys(def.Changed)) {
		is := def.Changed[name]
		log.Info("a campaign is not as the configuration has it", "campaign", def.Name, "setting", name.Written(),
			"configured", is.File, "now", is.Now, "changed", is.At.UTC().Format(time.RFC3339), "by", is.By)
	}
	for _, name := range slices.Sorted(maps.Keys(dropped)) {
		was := changed[name]
		log.Warn("a change of a campaign is dropped, the configuration holds again", "campaign", def.Name, "setting", name.Written(),
			"changed_to", was.Now, "by", was.By, "reason", why(dropped[name], def.Name))
	}
	return def
}

// why is an error about a campaign, without its name.
func why(err error, name string) string {
	return strings.TrimPrefix(err.Error(), "campaign "+name+": ")
}

// tellChanged notes where the next start makes campaigns other than the file has them, for
// they were changed while they ran, and where the file undoes such a change.
func (j *judge) tellChanged(ctx context.Context, cfg config) {
	if checkDatabase(cfg.Database.Path) != nil {
		return // there is none yet
	}
	known, err := store.PeekCampaigns(ctx, cfg.Database.Path)
	if err != nil {
		j.note("database.path", "whether campaigns were changed while they ran is not known: %v", err)
		return
	}
	for i, c := range cfg.Campaigns {
		at := slices.IndexFunc(known, func(k campaign.Campaign) bool { return strings.EqualFold(k.Name, c.Name) })
		def, err := c.campaign()
		if at < 0 || err != nil {
			continue
		}
		if def.ID = known[at].ID; def.Check() != nil {
			continue // which is told elsewhere
		}
		now, dropped := def.Keep(known[at].Changed)
		for _, name := range slices.Sorted(maps.Keys(now.Changed)) {
			is := now.Changed[name]
			j.note(label("campaign", i, c.Name), "%s is %v in the file, and was changed to %v by %s on %s, which holds until the file is edited there or PUT /api/campaigns/NAME {%q:null} takes it back",
				name.Written(), is.File, is.Now, is.By, is.At.UTC().Format(time.DateOnly), name)
		}
		for _, name := range slices.Sorted(maps.Keys(dropped)) {
			was := known[at].Changed[name]
			j.note(label("campaign", i, c.Name), "%s was changed to %v by %s; the next start drops that: %s", name.Written(), was.Now, was.By, why(dropped[name], c.Name))
		}
	}
}
