package icws

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/session"
)

// messagingRoutes are the resources of messages.
func messagingRoutes() []route {
	return []route{
		{"GET", "/{sessionId}/messaging/messages", "messaging", 2, cookieOnly, false, messages, ""},
		{"POST", "/{sessionId}/messaging/heartbeat", "messaging", 1, full, false, heartbeat, ""},
	}
}

// writeTime bounds one write to a client; one that takes longer is gone.
const writeTime = 10 * time.Second

// messages is GET messaging/messages: an event stream for who asks for one, else
// an array of what is unread (contract section 3.1).
func messages(s *server, r *request) (answer, error) {
	if _, ended := s.book.Over(r.session); ended {
		// A last word may be unread; without one the session is just over.
		return answer{deliver: func(w http.ResponseWriter) error { return s.poll(w, r) }}, nil
	}
	if wantsEvents(r.Header["Accept"]) {
		return answer{deliver: func(w http.ResponseWriter) error { return s.stream(w, r) }}, nil
	}
	return answer{deliver: func(w http.ResponseWriter) error { return s.poll(w, r) }}, nil
}

func wantsEvents(accept []string) bool {
	for _, a := range accept {
		if strings.Contains(strings.ToLower(a), "text/event-stream") {
			return true
		}
	}
	return false
}

// poll writes what is unread as an array.
func (s *server) poll(w http.ResponseWriter, r *request) error {
	begun := false
	err := s.book.Deliver(r.Context(), r.session, func(batch []session.Message) error {
		list := []any{}
		for _, m := range batch {
			if e := s.message(m); e != nil {
				list = append(list, e)
			}
		}
		body, err := encode(list)
		if err != nil {
			return err
		}
		begun = true
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		w.WriteHeader(http.StatusOK)
		return push(w, body)
	})
	if begun || r.Context().Err() != nil {
		return nil // a client that went while it was written to hears it the next time
	}
	return err
}

// stream writes messages as events until the client goes, the session ends, or
// the client opens another stream.
func (s *server) stream(w http.ResponseWriter, r *request) error {
	st := s.book.Stream(r.session)
	defer st.Close()
	// The HTTP server's limit for reading a request would end the stream, as it
	// goes on reading to notice that the client left.
	if err := http.NewResponseController(w).SetReadDeadline(time.Time{}); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("X-Accel-Buffering", "no") // proxies must not collect what is to be pushed
	w.WriteHeader(http.StatusOK)
	if err := push(w, nil); err != nil {
		return nil
	}
	ping := time.NewTicker(s.cfg.PingEvery)
	defer ping.Stop()
	for {
		select {
		case <-r.Context().Done():
			return nil
		case <-st.Newer:
			return nil
		case <-ping.C:
			if push(w, []byte(":ping\n\n")) != nil {
				return nil
			}
		case <-st.Wake():
			if err := s.events(r.Context(), w, r.session); err != nil {
				if !errors.Is(err, session.ErrOver) && r.Context().Err() == nil {
					s.cfg.Log.DebugContext(r.Context(), "event stream broke", "session", r.session.ID, "error", err)
				}
				return nil
			}
		}
	}
}

// events writes what is unread as events: one object for each data line.
func (s *server) events(ctx context.Context, w http.ResponseWriter, to *session.Session) error {
	return s.book.Deliver(ctx, to, func(batch []session.Message) error {
		var b bytes.Buffer
		for _, m := range batch {
			e := s.message(m)
			if e == nil {
				continue
			}
			data, err := encode(e)
			if err != nil {
				return err
			}
			b.WriteString("data: ")
			b.Write(data)
			b.WriteString("\n\n")
		}
		if b.Len() == 0 {
			return nil
		}
		return push(w, b.Bytes())
	})
}

// push writes and flushes, within the time that a client gets. The deadline is
// taken off again: it is the connection's, which later answers use too.
func push(w http.ResponseWriter, b []byte) error {
	c := http.NewResponseController(w)
	if err := c.SetWriteDeadline(time.Now().Add(writeTime)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	defer c.SetWriteDeadline(time.Time{})
	if _, err := w.Write(b); err != nil {
		return err
	}
	if err := c.Flush(); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	return nil
}

// heartbeat is a sign of life; that it was seen is all.
func heartbeat(*server, *request) (answer, error) { return answer{status: http.StatusOK}, nil }
