package store

import (
	"context"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/compliance"
)

// zone is a time zone that contacts of a list have, as the database holds it, and
// whether the campaign's hours are open there; if not, opens is when, or zero.
type zone struct {
	name  string
	open  bool
	opens time.Time
}

// zoneNames finds the zones of contacts of a status. It jumps from one to the next
// in the index.
func zoneNames(ctx context.Context, tx *transaction, list int64, status campaign.Status) ([]string, error) {
	const distinct = `WITH RECURSIVE z(zone) AS (
		SELECT min(zone) FROM contacts WHERE list = ?1 AND status = ?2
		UNION ALL SELECT (SELECT min(zone) FROM contacts WHERE list = ?1 AND status = ?2 AND zone > z.zone) FROM z WHERE z.zone IS NOT NULL)
		SELECT zone FROM z WHERE zone IS NOT NULL`
	return collect(ctx, tx, scanName, distinct, list, string(status))
}

// zone holds the campaign's hours, and the rules that it is under, against a zone as
// contacts name it.
func (s *Store) zone(name string, c campaign.Campaign, now time.Time) zone {
	opens := s.opens(name, c, now)
	return zone{name: name, open: opens.Equal(now), opens: opens}
}

// shut is what was closed when it was last looked at, and from when to when it is: to
// find out costs more than to find it open, and every claim asks for all zones.
type shut struct {
	place, rules string
	hours        compliance.Hours
}

// opens is when hours and rules let contacts of a zone be called: now, or zero for
// never.
func (s *Store) opens(name string, c campaign.Campaign, now time.Time) time.Time {
	key := shut{name + "|" + c.Zone, strings.Join(c.Law.Rules, "|") + "||" + strings.Join(c.Law.Holidays, "|"), c.Hours}
	if known, ok := s.closed.Load(key); ok {
		if since := known.([2]time.Time); !now.Before(since[0]) && now.Before(since[1]) {
			return since[1]
		}
	}
	opens := c.Code(s.law).Opens(now, c.Place(campaign.Contact{Zone: name}, s.location))
	if opens.After(now) {
		s.closed.Store(key, [2]time.Time{now, opens})
	}
	return opens
}

// asleep says that the clock forbids all calls to who waits in some stocks; nothing, if
// somebody may be called or nobody waits.
func asleep(stocks []stock) string {
	var opens time.Time
	waits := false
	for _, p := range stocks {
		for _, z := range p.zones {
			if waits = true; z.open {
				return ""
			}
			if opens.IsZero() || !z.opens.IsZero() && z.opens.Before(opens) {
				opens = z.opens
			}
		}
	}
	switch {
	case !waits:
		return ""
	case opens.IsZero():
		return "no contact has a time zone in which he may be called"
	}
	return "hours, rules or holidays forbid all calls until " + opens.UTC().Format("2006-01-02 15:04 UTC")
}

// location loads a zone, or finds it loaded; nil for one that is not known.
func (s *Store) location(name string) (*time.Location, error) {
	if known, ok := s.locations.Load(name); ok {
		return known.(*time.Location), nil
	}
	loaded, err := time.LoadLocation(name)
	if err != nil {
		loaded = nil
	}
	s.locations.Store(name, loaded)
	return loaded, nil
}

// SetLaw tells the rule sets that campaigns may name; call it before the first claim.
func (s *Store) SetLaw(law compliance.Law) { s.law = law }
