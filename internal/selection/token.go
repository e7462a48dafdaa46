package selection

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/outdial/outdial/internal/fault"
)

// longest is how long a filter or a sort may be, in bytes.
const longest = 4000

// kind is what a token is.
type kind int

const (
	end    kind = iota
	word        // of the language, or the name of a column
	name        // of a column, in brackets
	text        // in quotes
	number      // with its sign
	day         // 2026-03-31
	symbol
)

// token is a piece of an expression: without its quotes, and where it begins, in bytes.
type token struct {
	kind kind
	text string
	at   int
}

// is tells whether the token is this word of the language, or this symbol.
func (t token) is(what string) bool {
	return t.kind == symbol && t.text == what || t.kind == word && strings.EqualFold(t.text, what)
}

// wrong is an error about a place of an expression, which is counted in characters.
func wrong(source string, at int, format string, args ...any) error {
	err := fault.New(fault.Invalid, format, args...)
	return fault.New(fault.Invalid, "at character %d of %q: %s", utf8.RuneCountInString(source[:at])+1, source, err.Message)
}

// tokens cuts an expression into pieces, the last of which is an end.
func tokens(source string) ([]token, error) {
	switch {
	case len(source) > longest:
		return nil, fault.New(fault.Invalid, "an expression of %d bytes is too long; %d are possible", len(source), longest)
	case !utf8.ValidString(source), strings.ContainsRune(source, 0):
		return nil, fault.New(fault.Invalid, "the expression is not text in UTF-8; write it anew")
	}
	var all []token
	for at := 0; ; {
		at += len(source[at:]) - len(strings.TrimLeft(source[at:], " \t\r\n"))
		t, length, err := cut(source, at)
		if err != nil {
			return nil, err
		}
		all = append(all, t)
		if t.kind == end {
			return all, nil
		}
		at += length
	}
}

// symbols, longer ones before what they begin with.
var symbols = []string{"<>", "!=", "<=", ">=", "==", "=", "<", ">", "(", ")", ","}

// cut gives the token at a place that is not blank, and its length.
func cut(source string, at int) (t token, length int, err error) {
	rest := source[at:]
	if rest == "" {
		return token{end, "", at}, 0, nil
	}
	switch c := rest[0]; {
	case c == '"', c == '\'':
		return enclosed(source, at, c, text)
	case c == '[':
		return enclosed(source, at, ']', name)
	case digit(c), c == '-' && len(rest) > 1 && digit(rest[1]):
		return figure(source, at)
	}
	if n := wordLength(rest); n > 0 {
		return token{word, rest[:n], at}, n, nil
	}
	for _, s := range symbols {
		if strings.HasPrefix(rest, s) {
			return token{symbol, s, at}, len(s), nil
		}
	}
	return t, 0, wrong(source, at, "this character means nothing here; put a text that has it in quotes, and the name of a column in brackets")
}

// enclosed reads to the closing mark, which stands for itself where it is doubled.
func enclosed(source string, at int, mark byte, k kind) (t token, length int, err error) {
	var b strings.Builder
	for i := at + 1; i < len(source); i++ {
		switch {
		case source[i] != mark:
			b.WriteByte(source[i])
		case i+1 < len(source) && source[i+1] == mark:
			b.WriteByte(mark)
			i++
		case k == name && b.Len() == 0:
			return t, 0, wrong(source, at, "a name is missing between the brackets")
		default:
			return token{k, b.String(), at}, i + 1 - at, nil
		}
	}
	return t, 0, wrong(source, at, "what begins here has no end; close it with %c", mark)
}

// figure reads a number or a day.
func figure(source string, at int) (t token, length int, err error) {
	rest := source[at:]
	n := len(rest) - len(strings.TrimLeft(rest, "0123456789.-"))
	if r, _ := utf8.DecodeRuneInString(rest[n:]); unicode.IsLetter(r) || r == '_' {
		return t, 0, wrong(source, at, "this is neither a number nor a name; write a name that begins with a figure in brackets")
	}
	if _, ok := readNumber(rest[:n]); ok {
		return token{number, rest[:n], at}, n, nil
	}
	if _, err := time.Parse(time.DateOnly, rest[:n]); err == nil {
		return token{day, rest[:n], at}, n, nil
	}
	return t, 0, wrong(source, at, "%s is neither a number nor a day; a number is 100 or -2.5, with %d characters at most, and a day is 2026-03-31", rest[:n], mostFigures)
}

// wordLength is how long the word is that a text begins with.
func wordLength(s string) int {
	for i, r := range s {
		if !unicode.IsLetter(r) && r != '_' && (i == 0 || !unicode.IsDigit(r)) {
			return i
		}
	}
	return len(s)
}

func digit(c byte) bool { return c >= '0' && c <= '9' }
