package witness

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
)

// Judge lets a test hear every exchange of a handler once it is answered, and of answers
// that are streams of events each event as it is written.
func Judge(h http.Handler, hear func(Exchange), event func(data []byte)) http.Handler {
	return http.HandlerFunc(func(to http.ResponseWriter, r *http.Request) {
		e := Exchange{Request: r.Clone(context.Background()), Status: http.StatusOK}
		var asked bytes.Buffer
		if r.Body != nil {
			r.Body = struct {
				io.Reader
				io.Closer
			}{io.TeeReader(r.Body, &asked), r.Body}
		}
		rec := &recorder{ResponseWriter: to, exchange: &e, event: event}
		h.ServeHTTP(rec, r)
		if !rec.streams() {
			e.Asked, e.Header, e.Body = asked.Bytes(), to.Header(), rec.body.Bytes()
			hear(e)
		}
	})
}

// recorder keeps what is answered, and looks at events as they are written.
type recorder struct {
	http.ResponseWriter
	exchange *Exchange
	event    func([]byte)
	body     bytes.Buffer
}

func (r *recorder) streams() bool {
	return strings.HasPrefix(r.Header().Get("Content-Type"), "text/event-stream")
}

// WriteHeader implements [http.ResponseWriter].
func (r *recorder) WriteHeader(status int) {
	r.exchange.Status = status
	r.ResponseWriter.WriteHeader(status)
}

// Write implements [io.Writer].
func (r *recorder) Write(b []byte) (int, error) {
	if !r.streams() {
		r.body.Write(b)
		return r.ResponseWriter.Write(b)
	}
	for line := range bytes.Lines(b) {
		if data, ok := bytes.CutPrefix(line, []byte("data: ")); ok {
			r.event(data)
		}
	}
	return r.ResponseWriter.Write(b)
}

// Unwrap is for [http.ResponseController].
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
