package icws

import (
	"log/slog"
	"net/http"
)

// handlerRoutes are what clients of PureConnect exchange with handlers, programs
// that run in the server. There are none here, and clients that greet theirs at the
// start must be able to go on (contract section 12 line 9).
func handlerRoutes() []route {
	const (
		unheard = "there are no handlers: a notification is logged, and nothing acts on it"
		silent  = "there are no handlers: nothing is ever sent"
	)
	return []route{
		{"POST", "/{sessionId}/system/handler-notification", "system", 1, full, true, notifyHandler, unheard},
		{"PUT", sub + "/system/handler-sent-notifications", "system", 1, full, true, watchHandlers, silent},
		{"DELETE", sub + "/system/handler-sent-notifications", "system", 1, full, false, unwatchHandlers, silent},
	}
}

// handlerNames is how many objects, events or data one request may name.
const handlerNames = 100

// notifyHandler takes a notification: {objectId, eventId, data}.
func notifyHandler(s *server, r *request) (answer, error) {
	var b struct {
		Object *string  `json:"objectId"`
		Event  *string  `json:"eventId"`
		Data   []string `json:"data"`
	}
	if err := r.decode(&b); err != nil {
		return answer{}, err
	}
	switch {
	case b.Object == nil:
		return answer{}, missing("objectId")
	case b.Event == nil:
		return answer{}, missing("eventId")
	}
	if err := shortNames([]string{*b.Object}, "objectId", 1); err != nil {
		return answer{}, err
	}
	if err := shortNames([]string{*b.Event}, "eventId", 1); err != nil {
		return answer{}, err
	}
	if err := bounded(b.Data, "data", handlerNames); err != nil {
		return answer{}, err
	}
	s.cfg.Log.LogAttrs(r.Context(), slog.LevelInfo, "notification for a handler, of which there is none",
		slog.String("agent", r.session.Agent().String()), slog.String("object", *b.Object), slog.String("event", *b.Event))
	return answer{status: http.StatusAccepted}, nil
}

// watchHandlers takes a subscription: {headers: [{objectId, eventIds}]}.
func watchHandlers(_ *server, r *request) (answer, error) {
	var b struct {
		Headers *[]struct {
			Object *string  `json:"objectId"`
			Events []string `json:"eventIds"`
		} `json:"headers"`
	}
	if err := r.decode(&b); err != nil {
		return answer{}, err
	}
	if b.Headers == nil {
		return answer{}, missing("headers")
	}
	if err := bounded(*b.Headers, "headers", handlerNames); err != nil {
		return answer{}, err
	}
	for _, h := range *b.Headers {
		if h.Object == nil {
			return answer{}, missing("headers.objectId")
		}
		if err := shortNames(append(h.Events, *h.Object), "headers", handlerNames); err != nil {
			return answer{}, err
		}
	}
	return noContent, nil
}

func unwatchHandlers(*server, *request) (answer, error) { return unsubscribed, nil }
