package compliance

import (
	"strconv"
	"strings"
)

// Callee is who is reached by what is dialed, as the list of who asked not to be called
// again knows him: by the E.164 number where it is one, else by the text. Two that are
// equal are the same; the zero value is nobody.
type Callee struct {
	number uint64
	text   string // without a number
}

// ReadCallee reads what is dialed, or what people write for it: a number with + and
// country code, digits alone (short codes, extensions, numbers as the trunk wants them)
// or a SIP address. It is false for what nobody can dial.
func ReadCallee(dialed string) (Callee, bool) {
	text := strings.TrimSpace(dialed)
	scheme, address, isAddress := strings.Cut(text, ":")
	switch {
	case !isAddress:
		return number(text)
	case strings.EqualFold(scheme, "tel"):
		address, _, _ = strings.Cut(address, ";")
		return number(address)
	case strings.EqualFold(scheme, "sip"), strings.EqualFold(scheme, "sips"):
		return sipAddress(address)
	}
	return Callee{}, false
}

// separators are what people write between digits (RFC 3966 section 5.1.1, and more).
var separators = strings.NewReplacer(" ", "", "-", "", ".", "", "/", "", "(", "", ")", "")

func number(text string) (Callee, bool) {
	text = separators.Replace(text)
	if n, ok := E164(text); ok {
		return Callee{number: n}, true
	}
	digits := strings.TrimPrefix(text, "+")
	return Callee{text: text}, digits != "" && strings.Trim(digits, "0123456789*#") == ""
}

// sipAddress reads an address without its scheme. Who is reached does not hang on how:
// password, parameters, headers and the usual port are left out, and letters count
// without case, which RFC 3261 section 19.1.4 asks of the host alone. A user that is an
// E.164 number is that number (section 19.1.6).
func sipAddress(address string) (Callee, bool) {
	user, host, ok := strings.Cut(address, "@")
	if !ok {
		user, host = "", address
	}
	host, _, _ = strings.Cut(host, ";")
	host, _, _ = strings.Cut(host, "?")
	host = strings.TrimSuffix(strings.TrimSuffix(host, ":5060"), ":5061")
	user, _, _ = strings.Cut(user, ";")
	user, _, _ = strings.Cut(user, ":")
	if n, ok := E164(separators.Replace(user)); ok {
		return Callee{number: n}, true
	}
	if user != "" {
		user += "@"
	}
	text := strings.ToLower("sip:" + user + host)
	return Callee{text: text}, host != "" && !strings.ContainsFunc(text, func(c rune) bool { return c <= ' ' || c > '~' })
}

// E164 is the number with country code, if that is what is dialed.
func (c Callee) E164() (uint64, bool) { return c.number, c.number > 0 }

// String writes a callee as [ReadCallee] reads him.
func (c Callee) String() string {
	if c.number > 0 {
		return "+" + strconv.FormatUint(c.number, 10)
	}
	return c.text
}
