package icws

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/fault"
	"github.com/outdial/outdial/internal/session"
)

// statuses maps kinds of failures to HTTP. Conflict is a plain 400: the contract
// documents no 409. Busy is 500, the Dialer being unable to take the request
// (section 11); only POST connection has a 503.
var statuses = map[fault.Kind]int{
	fault.Internal:        http.StatusInternalServerError,
	fault.Invalid:         http.StatusBadRequest,
	fault.Unauthenticated: http.StatusUnauthorized,
	fault.Forbidden:       http.StatusForbidden,
	fault.NotFound:        http.StatusNotFound,
	fault.Conflict:        http.StatusBadRequest,
	fault.Busy:            http.StatusInternalServerError,
	fault.Gone:            http.StatusGone,
}

// The failures of the wire itself.
var (
	errUnknownResource = &fault.Error{Kind: fault.NotFound, Code: "error.request.unsupported", Message: "There is no such resource."}
	errVerb            = &fault.Error{Kind: fault.Invalid, Code: "error.request.accessDenied.httpMethodNotAllowed", Message: "The resource does not take this method; see the Allow header."}
	errRemoved         = &fault.Error{Kind: fault.Gone, Code: "error.request.removed", Message: "The resource is no longer offered by this server."}
	errSessionID       = &fault.Error{Kind: fault.Unauthenticated, Code: "error.request.session.id", Message: "The path holds no valid session id."}
	errTooLong         = &fault.Error{Kind: fault.Invalid, Code: "error.request.tooLong", Message: "The request's body is too long."}
	errUnavailable     = &fault.Error{Kind: fault.Busy, Code: "error.server.unavailable", Message: "This server is overloaded; try another one, or this one in a moment."}
	errNoStation       = &fault.Error{Kind: fault.NotFound, Code: "-2147221496", Message: "The session has no station; connect one first."}
)

// The codes that choose a derived error type.
const (
	codeMissing = "error.request.missingProperty"
	codeInvalid = "error.request.invalidProperty"
)

// missing is the failure of a property that must be there.
func missing(property string) error {
	return &fault.Error{Kind: fault.Invalid, Code: codeMissing, Property: property, Message: fmt.Sprintf("%s is required.", property)}
}

// invalid is the failure of a property whose value can not be meant.
func invalid(property, format string, args ...any) error {
	return &fault.Error{Kind: fault.Invalid, Code: codeInvalid, Property: property, Message: fmt.Sprintf(format, args...)}
}

// exactly gives errors their own HTTP status where the kind's would be wrong.
var exactly = map[error]int{
	errVerb:    http.StatusMethodNotAllowed,
	errTooLong: http.StatusRequestEntityTooLarge,
}

// numbers are the errorCode values that real servers were seen to send (contract
// sections 1.3 and 1.5).
var numbers = map[string]int{
	session.ErrCredentials.Code: -2147221503,
	session.ErrOver.Code:        1,
	session.ErrCookie.Code:      1,
	session.ErrToken.Code:       2,
	session.ErrUnknown.Code:     2,
	errSessionID.Code:           -2147221499,
}

// errorBody is error and all types derived from it.
type errorBody struct {
	Type         string `json:"__type,omitempty"`
	ErrorID      string `json:"errorId,omitempty"`
	ErrorCode    *int   `json:"errorCode,omitempty"`
	Message      string `json:"message"`
	PropertyName string `json:"propertyName,omitempty"`
	LogonError   *int   `json:"logonError,omitempty"`
}

// alternateHosts is the body of a 503.
type alternateHosts struct {
	ErrorID           string   `json:"errorId,omitempty"`
	Message           string   `json:"message,omitempty"`
	AlternateHostList []string `json:"alternateHostList"`
}

// sentence writes a failure as clients show it: with a capital and a full stop. A
// property that it begins with keeps its name.
func sentence(text, property string) string {
	name := property[strings.LastIndexByte(property, '.')+1:]
	if first, n := utf8.DecodeRuneInString(text); name == "" || !strings.HasPrefix(text, name+" ") {
		text = string(unicode.ToUpper(first)) + text[n:]
	}
	if strings.HasSuffix(text, ".") {
		return text
	}
	return text + "."
}

// describe makes the wire's form of a failure.
func describe(err error) errorBody {
	var logon *dialer.LogonError
	if errors.As(err, &logon) {
		reason := int(logon.Reason)
		return errorBody{Type: "urn:inin.com:dialer:campaignLogonError", ErrorID: "error.request.dialer.campaignLogon", Message: sentence(logon.Error(), ""), LogonError: &reason}
	}
	body := errorBody{Message: sentence(err.Error(), "")}
	var f *fault.Error
	if !errors.As(err, &f) {
		return body
	}
	body.ErrorID, body.Message = f.Code, sentence(f.Message, f.Property)
	if statuses[f.Kind] == http.StatusBadRequest { // the only errors that have a property
		body.PropertyName = f.Property
	}
	if n, ok := numbers[f.Code]; ok {
		body.ErrorCode = &n
	} else if f.Kind == fault.Forbidden {
		denied := 7
		body.ErrorCode = &denied
	}
	switch {
	case f.Code == codeMissing:
		body.Type = "urn:inin.com:common:missingPropertyError"
	case body.PropertyName != "":
		body.Type, body.ErrorID = "urn:inin.com:common:invalidPropertyError", cmp.Or(body.ErrorID, codeInvalid)
	}
	return body
}

// fail writes an error. Failures of our own are logged under an id that the
// client gets to see, and nothing else of them.
func (s *server) fail(w http.ResponseWriter, r *http.Request, err error) {
	for _, elsewhere := range []*fault.Error{session.ErrClosed, errUnavailable} {
		if errors.Is(err, elsewhere) {
			s.write(w, r, answer{status: http.StatusServiceUnavailable, body: alternateHosts{elsewhere.Code, describe(err).Message, s.cfg.AlternateHosts}})
			return
		}
	}
	status := statuses[fault.KindOf(err)]
	for e, own := range exactly {
		if errors.Is(err, e) {
			status = own
		}
	}
	body := describe(err)
	switch status {
	case http.StatusUnauthorized:
		w.Header()["WWW-Authenticate"] = []string{`ICWS realm="ICWS" location="/ICWS/connection"`}
	case http.StatusInternalServerError:
		id, number := requestID(), -2147467259
		level := slog.LevelError
		if r.Context().Err() != nil {
			level = slog.LevelDebug // the client left; nobody is failed
		}
		s.cfg.Log.Log(r.Context(), level, "request failed", "request", id, "method", r.Method, "path", r.URL.Path, "error", err)
		body = errorBody{ErrorID: "error.server.internal", ErrorCode: &number, Message: fmt.Sprintf("The server failed; the log tells why under request %s.", id)}
		if fault.KindOf(err) == fault.Busy {
			body.ErrorID, body.Message = "error.server.busy", fmt.Sprintf("The dialer is not taking requests now; try again (request %s).", id)
		}
	}
	s.write(w, r, answer{status: status, body: body})
}
