package icws

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/fault"
	"github.com/outdial/outdial/internal/session"
)

// Records are what configuration resources read besides the floor; [store.Store]
// is one.
type Records interface {
	Users(context.Context) ([]agent.User, error)
	Stations(context.Context) ([]agent.Station, error)
}

// collection is one kind of configuration objects: a list and each of its items,
// read-only. Users and stations are changed in the configuration file, campaigns
// and what belongs to them by their own API.
type collection struct {
	name string
	// items gives what the viewer may see, in the order of their ids.
	items func(viewer, archive) []object
}

// collections are all that are served (contract section 7).
var collections = []collection{
	{"users", users},
	{"workgroups", workgroups},
	{"stations", stations},
	{"station-groups", nothing},
	{"roles", roles},
	{"skills", skills},
	{"wrap-up-codes", wrapUpCodes},
	{"wrap-up-categories", wrapUpCategories},
	{"status-messages", statusObjects},
	{"interaction-dialer-campaign-acls", campaignACLs},
	{"interaction-dialer-call-list-acls", listACLs},
	{"interaction-dialer-script-acls", scriptACLs},
	{"interaction-dialer-stage-set-acls", stageACLs},
	{"interaction-dialer-zone-set-acls", zoneACLs},
	{"interaction-dialer-policy-set-acls", nothing},
	{"interaction-dialer-rule-set-acls", nothing},
	{"interaction-dialer-schedule-acls", nothing},
	{"interaction-dialer-skill-set-acls", nothing},
}

// emptyCollections have no items here, and why.
var emptyCollections = map[string]string{
	"station-groups":                     "stations are not grouped: the list is empty",
	"interaction-dialer-policy-set-acls": "campaigns have no policy sets: the list is empty",
	"interaction-dialer-rule-set-acls":   "campaigns have no rule sets: the list is empty",
	"interaction-dialer-schedule-acls":   "campaigns have hours, not schedules: the list is empty",
	"interaction-dialer-skill-set-acls":  "campaigns have no skill sets: the list is empty",
}

// configurationRoutes are the configuration objects.
func configurationRoutes() []route {
	const p = "/{sessionId}/configuration/"
	var list []route
	for _, c := range collections {
		limit := emptyCollections[c.name]
		if limit == "" {
			limit = "read-only"
		}
		list = append(list,
			route{"GET", p + c.name, "configuration", 1, full, false, c.list, limit},
			route{"GET", p + c.name + "/{id}", "configuration", 1, full, false, c.one, limit})
	}
	return list
}

// configurationAbsences are documented and not served.
func configurationAbsences() []absence {
	const (
		p        = "/{sessionId}/configuration/"
		readOnly = "configuration is read-only here: users and stations are changed in the configuration file"
		client   = "a setting of the PureConnect client"
	)
	return []absence{
		{"PUT", p + "users/{id}/client", "configuration", 0, client},
		{"PUT", p + "users/{id}/password", "configuration", 0, "passwords are set by the administrators' API"},
		{"POST", p + "workgroups/{id}/monitored-mailboxes", "configuration", 0, client},
		{"GET", p + "defaults/user", "configuration", 0, readOnly},
		{"GET", p + "defaults/workgroup", "configuration", 0, readOnly},
		{"GET", p + "defaults/role", "configuration", 0, readOnly},
		{"GET", p + "defaults/wrap-up-code", "configuration", 0, readOnly},
		{"GET", p + "defaults/wrap-up-category", "configuration", 0, readOnly},
	}
}

// archive is all that configuration objects are made of, as it is now.
type archive struct {
	users    []agent.User
	stations []agent.Station
	snap     dialer.Snapshot
}

// viewer is who looks.
type viewer struct{ agent.User }

// shares tells whether two users are in one workgroup, and so may know of each
// other's names.
func (v viewer) shares(u agent.User) bool {
	return strings.EqualFold(v.ID, u.ID) || slices.ContainsFunc(u.Workgroups, v.In) || v.Oversees(u)
}

// knows tells whether the viewer may see what else there is to know of a user.
func (v viewer) knows(u agent.User) bool { return strings.EqualFold(v.ID, u.ID) || v.Oversees(u) }

func (s *server) archive(r *request) (archive, error) {
	a := archive{}
	var err error
	if a.snap, err = s.look(r); err != nil || s.cfg.Records == nil {
		return a, err
	}
	if a.users, err = s.cfg.Records.Users(r.Context()); err != nil {
		return a, err
	}
	a.stations, err = s.cfg.Records.Stations(r.Context())
	return a, err
}

// list is GET of a list.
func (c collection) list(s *server, r *request) (answer, error) {
	sel, err := readSelection(r.Request)
	if err != nil {
		return answer{}, err
	}
	all, err := c.all(s, r)
	if err != nil {
		return answer{}, err
	}
	items, place := sel.page(all)
	out := answer{status: http.StatusOK, body: object{"items": items}}
	if place != "" {
		out.header = map[string]string{"Content-Range": place}
	}
	return out, nil
}

// one is GET of an item; its id compares without case. What the user may not see
// is not there.
func (c collection) one(s *server, r *request) (answer, error) {
	sel, err := readSelection(r.Request)
	if err != nil {
		return answer{}, err
	}
	all, err := c.all(s, r)
	if err != nil {
		return answer{}, err
	}
	id := r.PathValue("id")
	for _, o := range all {
		if property(o, "configurationid.id") == strings.ToLower(id) {
			return answer{status: http.StatusOK, body: sel.cut(o)}, nil
		}
	}
	return answer{}, fault.New(fault.NotFound, "There is no %q in %s that you may see.", id, c.name)
}

func (c collection) all(s *server, r *request) ([]object, error) {
	a, err := s.archive(r)
	if err != nil {
		return nil, err
	}
	return c.items(viewer{s.freshUser(r.session, a)}, a), nil
}

// freshUser is the session's user with the rights that he has now.
func (s *server) freshUser(of *session.Session, a archive) agent.User {
	for _, u := range a.users {
		if strings.EqualFold(u.ID, of.User.ID) {
			return u
		}
	}
	return of.User
}

// configurationID names an object and says where it is.
func configurationID(kind, id, name string) object {
	if name == "" {
		name = id
	}
	return object{"id": id, "displayName": name, "uri": "/configuration/" + kind + "/" + url.PathEscape(id)}
}

func nothing(viewer, archive) []object { return nil }
