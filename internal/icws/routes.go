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

// route is one resource and verb. Version is that of the feature at which the
// resource, as it is served here, is complete.
type route struct {
	verb, path string
	feature    string
	version    int
	auth       auth
	body       bool // takes a representation
	serve      handler
}

// name is the route's path without the session, as the configuration names it.
func (rt route) name() string { return strings.TrimPrefix(rt.path, "/{sessionId}") }

// routes is all that is served. Paths are below /icws.
func routes() []route {
	const sub = "/{sessionId}/messaging/subscriptions"
	return []route{
		{"POST", "/connection", "connection", 10, open, true, connect},
		{"GET", "/connection/version", "connection", 2, open, false, version},
		{"GET", "/connection/features", "connection", 1, open, false, features},
		{"GET", "/connection/features/{featureId}", "connection", 1, open, false, oneFeature},
		{"GET", "/connection/server-info", "connection", 6, open, false, serverInfo},
		{"GET", "/connection/server-time", "connection", 4, open, false, serverTime},
		{"GET", "/{sessionId}/connection", "connection", 3, alsoOver, false, connectionState},
		{"DELETE", "/{sessionId}/connection", "connection", 1, full, false, disconnect},
		{"GET", "/{sessionId}/connection/switchover-status", "connection", 1, full, false, switchover},
		{"PUT", "/{sessionId}/connection/station", "connection", 1, full, true, putStation},
		{"GET", "/{sessionId}/connection/station", "connection", 1, full, false, getStation},
		{"DELETE", "/{sessionId}/connection/station", "connection", 1, full, false, deleteStation},

		{"GET", "/{sessionId}/messaging/messages", "messaging", 2, cookieOnly, false, messages},
		{"POST", "/{sessionId}/messaging/heartbeat", "messaging", 1, full, false, heartbeat},
		{"PUT", sub + "/connection/station", "connection", 1, full, false, watchStation},
		{"DELETE", sub + "/connection/station", "connection", 1, full, false, unwatchStation},
		{"PUT", sub + "/status/user-statuses", "status", 1, full, true, watchStatuses},
		{"DELETE", sub + "/status/user-statuses", "status", 1, full, false, unwatchStatuses},
		{"PUT", sub + "/status/status-messages", "status", 1, full, false, watchStatusMessages},
		{"DELETE", sub + "/status/status-messages", "status", 1, full, false, unwatchNothing},
		{"PUT", sub + "/status/status-messages-user-access", "status", 1, full, true, watchStatusAccess},
		{"DELETE", sub + "/status/status-messages-user-access", "status", 1, full, false, unwatchStatusAccess},
		{"PUT", sub + "/queues/{subscriptionId}", "queues", 1, full, true, watchQueue},
		{"DELETE", sub + "/queues/{subscriptionId}", "queues", 1, full, false, unwatchQueue},
		{"PUT", sub + "/interactions/{interactionId}", "interactions", 2, full, true, watchInteraction},
		{"DELETE", sub + "/interactions/{interactionId}", "interactions", 2, full, false, unwatchInteraction},

		{"GET", "/{sessionId}/status/status-messages", "status", 1, full, false, statusMessages},
		{"GET", "/{sessionId}/status/status-messages-user-access/{userId}", "status", 1, full, false, statusAccess},
		{"GET", "/{sessionId}/status/user-statuses/{userId}", "status", 1, full, false, getUserStatus},
		{"PUT", "/{sessionId}/status/user-statuses/{userId}", "status", 1, full, true, putUserStatus},

		{"POST", "/{sessionId}/dialer/log-in", "dialer", 2, full, true, logIn},
		{"POST", "/{sessionId}/dialer/log-off", "dialer", 2, full, true, logOff},
		{"POST", "/{sessionId}/dialer/ready-for-calls", "dialer", 4, full, true, readyForCalls},
		{"POST", "/{sessionId}/dialer/disposition", "dialer", 2, full, true, disposition},
		{"POST", "/{sessionId}/dialer/request-break", "dialer", 2, full, false, requestBreak},
		{"POST", "/{sessionId}/dialer/end-break", "dialer", 2, full, false, endBreak},
		{"POST", "/{sessionId}/dialer/place-preview-call", "dialer", 3, full, true, placePreviewCall},
		{"POST", "/{sessionId}/dialer/establish-persistent-connection", "dialer", 2, full, false, establishPersistentConnection},

		{"GET", "/{sessionId}/dialer/persistent-connection", "outdial", 1, full, false, getLine},
		{"PUT", sub + "/dialer/persistent-connection", "outdial", 1, full, false, watchLine},
		{"DELETE", sub + "/dialer/persistent-connection", "outdial", 1, full, false, unwatchLine},

		{"GET", "/{sessionId}/interactions/{interactionId}", "interactions", 1, full, false, getInteraction},
		{"POST", "/{sessionId}/interactions/{interactionId}/disconnect", "interactions", 1, full, false, disconnectCall},
		{"POST", "/{sessionId}/interactions/{interactionId}/pickup", "interactions", 1, full, false, pickupCall},
		{"POST", "/{sessionId}/interactions/{interactionId}/hold", "interactions", 1, full, true, holdCall},
		{"POST", "/{sessionId}/interactions/{interactionId}/mute", "interactions", 1, full, true, muteCall},
	}
}

// ceilings are features of which a documented resource is not served: the lowest
// version that asks for one. A client that compares with >= must be able to rely
// on what it finds, so the version offered stays below.
//
// For dialer that is version 3 (update-call-data, request-form-definition,
// set-agent-type); what place-preview-call and ready-for-calls can do beyond 2
// works, and is not announced. Interactions beyond 2 and all else is not served.
var ceilings = map[string]int{"dialer": 3, "interactions": 3}

// feature is featureInfo.
type feature struct {
	FeatureID string `json:"featureId"`
	Version   int    `json:"version"`
}

// offered computes the features from what is mounted: of each the highest
// version, below its ceiling. A feature switched off is not offered.
func (s *server) offered() []feature {
	best := map[string]int{}
	for _, rt := range routes() {
		if s.cfg.DialerOff && s.removed(rt) {
			continue
		}
		v := rt.version
		if top, ok := ceilings[rt.feature]; ok {
			v = min(v, top-1)
		}
		best[rt.feature] = max(best[rt.feature], v)
	}
	list := []feature{}
	for id, v := range best {
		list = append(list, feature{id, v})
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

// Resources names every resource with its verb, without the session's part of the
// path: "POST /dialer/request-break".
func Resources() []string {
	var names []string
	for _, rt := range routes() {
		names = append(names, rt.verb+" "+rt.name())
	}
	return names
}
