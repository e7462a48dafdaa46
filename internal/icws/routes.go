package icws

import (
	"cmp"
	"slices"
	"strings"
)

// auth says what a request must prove.
type auth int

const (
	// full: session id, cookie and CSRF token.
	full auth = iota
	// open: nothing.
	open
	// cookieOnly: session id and cookie, as an EventSource can not set headers.
	cookieOnly
	// alsoOver: like full, and the session may have ended.
	alsoOver
)

// route is one resource and verb. Version is that of the feature which brought the
// resource, or the part of it that came last and is served.
type route struct {
	verb, path string
	feature    string
	version    int
	auth       auth
	body       bool // takes a representation
	serve      handler
	// limit says what of the resource does not work, or is empty.
	limit string
}

// name is the route's path without the session, as the configuration names it.
func (rt route) name() string { return strings.TrimPrefix(rt.path, "/{sessionId}") }

// called tells whether the configuration means the route: "POST /dialer/log-in",
// or without the verb.
func (rt route) called(name string) bool {
	return name == rt.name() || name == rt.verb+" "+rt.name()
}

// absence is a documented resource that is not served. With a version other than
// 0 the feature is offered only below it: a client that compares with >= must be
// able to rely on what it finds.
type absence struct {
	verb, path string
	feature    string
	version    int
	why        string
}

// sub is where subscriptions are.
const sub = "/{sessionId}/messaging/subscriptions"

// routes is all that is served. Paths are below /icws. Each area of the interface
// has its table in the file of its handlers.
func routes() []route {
	return slices.Concat(connectionRoutes(), messagingRoutes(), statusRoutes(), sessionRoutes(), licenceRoutes(), dialerRoutes(), interactionRoutes(), configurationRoutes(), handlerRoutes(), ownRoutes())
}

// absences is what is documented and not served.
func absences() []absence {
	return slices.Concat(connectionAbsences(), dialerAbsences(), interactionAbsences(), configurationAbsences(), otherAbsences())
}

// feature is featureInfo.
type feature struct {
	FeatureID string `json:"featureId"`
	Version   int    `json:"version"`
}

// offered computes the features from what is mounted: of each the highest version
// below that of what is absent. A feature switched off is not offered.
func (s *server) offered() []feature {
	best := map[string]int{}
	for _, rt := range routes() {
		if !s.cfg.DialerOff || !s.removed(rt) {
			best[rt.feature] = max(best[rt.feature], rt.version)
		}
	}
	for _, a := range absences() {
		if best[a.feature] > 0 && a.version > 0 {
			best[a.feature] = min(best[a.feature], a.version-1)
		}
	}
	list := []feature{}
	for id, v := range best {
		if v > 0 {
			list = append(list, feature{id, v})
		}
	}
	slices.SortFunc(list, func(a, b feature) int { return cmp.Compare(a.FeatureID, b.FeatureID) })
	return list
}

// byPath groups routes by the pattern of the mux.
func byPath(all []route) map[string]map[string]route {
	paths := map[string]map[string]route{}
	for _, rt := range all {
		p := "/icws" + rt.path
		if paths[p] == nil {
			paths[p] = map[string]route{}
		}
		paths[p][rt.verb] = rt
	}
	return paths
}
