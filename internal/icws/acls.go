package icws

import (
	"strings"

	"github.com/outdial/outdial/internal/campaign"
)

// The access-control lists of dialer objects (contract section 7): each item is
// only a configurationId. A user sees what belongs to the campaigns of his
// workgroups.

func campaignACLs(v viewer, a archive) []object {
	return acls(v, a, "campaign", func(c campaign.Campaign, has func(id, name string)) { has(string(c.ID), c.Name) })
}

func listACLs(v viewer, a archive) []object {
	return acls(v, a, "call-list", func(c campaign.Campaign, has func(id, name string)) {
		for _, source := range c.Lists() {
			has(source.List, source.List)
		}
	})
}

// scriptACLs: a base script belongs to its campaign and has its name.
func scriptACLs(v viewer, a archive) []object {
	return acls(v, a, "script", func(c campaign.Campaign, has func(id, name string)) {
		if c.Script != nil || c.ScriptURL != "" {
			has(string(c.ID), c.Name)
		}
	})
}

func stageACLs(v viewer, a archive) []object {
	return acls(v, a, "stage-set", func(c campaign.Campaign, has func(id, name string)) {
		if len(c.Stages) > 0 {
			has(string(c.ID), c.Name)
		}
	})
}

// zoneACLs: what is to a campaign a zone set are its hours in the zone of contacts
// that name none.
func zoneACLs(v viewer, a archive) []object {
	return acls(v, a, "zone-set", func(c campaign.Campaign, has func(id, name string)) { has(c.Zone, c.Zone) })
}

// acls collects what campaigns have of a kind, each once; an empty id is none.
func acls(v viewer, a archive, kind string, of func(c campaign.Campaign, has func(id, name string))) []object {
	found := map[string]object{}
	for _, c := range a.campaigns() {
		if !v.In(c.Workgroup) && !v.Admin {
			continue
		}
		of(c, func(id, name string) {
			if id != "" {
				found[strings.ToLower(id)] = object{"configurationId": configurationID("interaction-dialer-"+kind+"-acls", id, name)}
			}
		})
	}
	return byDisplayName(found)
}
