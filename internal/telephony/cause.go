package telephony

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"

	"github.com/outdial/outdial/internal/call"
)

// hangUp is a cause on its way into a leg's context.
type hangUp struct{ call.Cause }

func (h hangUp) Error() string { return h.String() }

// causeOf reads why a leg's context ended.
func causeOf(ctx context.Context) call.Cause {
	var h hangUp
	if errors.As(context.Cause(ctx), &h) {
		return h.Cause
	}
	return call.Cause{Reason: call.Cancelled}
}

// refusal is the cause that a final failure of an INVITE stands for.
func refusal(res *sip.Response) call.Cause {
	_, q850, text := reasonHeader(res)
	c := call.Cause{Reason: call.ReasonOf(res.StatusCode, q850), Far: true, SIP: res.StatusCode, Q850: q850, Detail: res.Reason}
	if text != "" {
		c.Detail = text
	}
	if wait := retryAfter(res); wait > 0 {
		c.Detail += ", again after " + wait.String()
	}
	if res.StatusCode >= 300 && res.StatusCode < 400 {
		if contact := res.Contact(); contact != nil {
			c.Detail = "redirected to " + contact.Address.String()
		}
	}
	return c
}

// farewell is the cause that a BYE of the far end stands for.
func farewell(bye *sip.Request) call.Cause {
	status, q850, text := reasonHeader(bye)
	c := call.Cause{Reason: call.Normal, Far: true, Q850: q850, Detail: text}
	reason, known := call.ReasonOfCause(q850)
	switch {
	case known && (q850 < 81 || reason != call.Unreachable):
		c.Reason = reason
	case q850 != 0:
		// A cause that the table does not know, or an error of the protocol (81 and
		// above), says nothing against the call.
	case status >= 300:
		c.Reason = call.ReasonOf(status, 0)
	}
	return c
}

// reasonHeader reads the Reason headers (RFC 3326): a SIP status, a Q.850 cause,
// and the text of the latter, or of whichever has one.
func reasonHeader(m sip.Message) (status, q850 int, text string) {
	for _, h := range m.GetHeaders("Reason") {
		for value := range splitQuoted(h.Value(), ',') {
			protocol, cause, words := "", 0, ""
			for param := range splitQuoted(value, ';') {
				name, v, _ := strings.Cut(strings.TrimSpace(param), "=")
				switch name = strings.ToLower(strings.TrimSpace(name)); {
				case protocol == "":
					protocol = strings.ToUpper(name)
				case name == "cause":
					cause, _ = strconv.Atoi(strings.TrimSpace(v))
				case name == "text":
					words = strings.Trim(strings.TrimSpace(v), `"`)
				}
			}
			switch protocol {
			case "SIP":
				status = cause
			case "Q.850":
				q850 = cause & 0x7f
			}
			if words != "" && (text == "" || protocol == "Q.850") {
				text = words
			}
		}
	}
	return status, q850, text
}

// splitQuoted splits at a separator that is not within quotes.
func splitQuoted(s string, sep byte) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		quoted, start := false, 0
		for i := 0; i < len(s); i++ {
			switch {
			case s[i] == '\\' && quoted:
				i++
			case s[i] == '"':
				quoted = !quoted
			case s[i] == sep && !quoted:
				if !yield(s[start:i]) {
					return
				}
				start = i + 1
			}
		}
		yield(s[start:])
	}
}
