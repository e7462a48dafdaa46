package listquery

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/outdial/outdial/internal/fault"
)

// kind is what a token is.
type kind int

const (
	end kind = iota
	word
	quoted // a name in quotes
	text   // in single quotes
	number // without a sign
	param  // ? or @name
	symbol
)

// token is a piece of a statement. Text is without quotes, and of a parameter with
// its first character; at counts bytes before it.
type token struct {
	kind kind
	text string
	at   int
}

// is tells whether the token is this word of the language, or this symbol.
func (t token) is(what string) bool {
	return t.kind == symbol && t.text == what || t.kind == word && strings.EqualFold(t.text, what)
}

// tokens cuts a statement into pieces, the last of which is an end.
func tokens(statement string) ([]token, error) {
	var all []token
	for at := 0; ; {
		for at < len(statement) && strings.IndexByte(" \t\r\n\f\v", statement[at]) >= 0 {
			at++
		}
		t, next, err := cut(statement, at)
		if err != nil {
			return nil, err
		}
		all = append(all, t)
		if t.kind == end {
			return all, nil
		}
		at = next
	}
}

// cut gives the token at a place that is not blank, and where the next may begin.
func cut(s string, at int) (t token, next int, err error) {
	if at >= len(s) {
		return token{end, "", at}, at, nil
	}
	rest := s[at:]
	switch c := rest[0]; {
	case strings.HasPrefix(rest, "--"), strings.HasPrefix(rest, "/*"):
		return t, 0, wrong(s, at, "a comment is not possible; leave it out")
	case c == '\'':
		return enclosed(s, at, 1, '\'', text)
	case (c == 'N' || c == 'n') && strings.HasPrefix(rest[1:], "'"): // a text in Unicode, as T-SQL writes it
		return enclosed(s, at, 2, '\'', text)
	case c == '"':
		return enclosed(s, at, 1, '"', quoted)
	case c == '[':
		return enclosed(s, at, 1, ']', quoted)
	case c >= '0' && c <= '9':
		n := numberLength(rest)
		if r, _ := utf8.DecodeRuneInString(rest[n:]); begins(r) || r == '.' {
			return t, 0, wrong(s, at, "a number is written as 12 or 12.5")
		}
		return token{number, rest[:n], at}, at + n, nil
	case c == '?':
		return token{param, "?", at}, at + 1, nil
	case c == '@':
		if n := wordLength(rest[1:]); n > 0 {
			return token{param, rest[:1+n], at}, at + 1 + n, nil
		}
		return t, 0, wrong(s, at, "a parameter is written as ? or @name")
	}
	if n := wordLength(rest); n > 0 {
		return token{word, rest[:n], at}, at + n, nil
	}
	for _, sym := range []string{"<>", "!=", "<=", ">=", "=", "<", ">", "(", ")", ",", "*", "-"} {
		if strings.HasPrefix(rest, sym) {
			return token{symbol, sym, at}, at + len(sym), nil
		}
	}
	switch rest[0] {
	case ';':
		return t, 0, wrong(s, at, "a semicolon is not possible; send one statement without it")
	case '.':
		return t, 0, wrong(s, at, "a qualified name is not possible; name the column or the list alone")
	}
	return t, 0, wrong(s, at, "this character means nothing here; put a name that has it in double quotes, a text in single ones")
}

// enclosed reads to the closing mark, which stands for itself where it is doubled.
func enclosed(s string, at, opening int, mark byte, k kind) (t token, next int, err error) {
	var b strings.Builder
	for i := at + opening; i < len(s); i++ {
		if s[i] != mark {
			b.WriteByte(s[i])
			continue
		}
		if i+1 < len(s) && s[i+1] == mark {
			b.WriteByte(mark)
			i++
			continue
		}
		if k == quoted && b.Len() == 0 {
			return t, 0, wrong(s, at, "the name is empty")
		}
		return token{k, b.String(), at}, i + 1, nil
	}
	return t, 0, wrong(s, at, "this quote is not closed")
}

func numberLength(s string) int {
	digits := func(from int) int {
		for from < len(s) && s[from] >= '0' && s[from] <= '9' {
			from++
		}
		return from
	}
	n := digits(0)
	if n < len(s) && s[n] == '.' && digits(n+1) > n+1 {
		return digits(n + 1)
	}
	return n
}

// wordLength is how long a word or a name without quotes is, 0 for none.
func wordLength(s string) int {
	for i, r := range s {
		if !begins(r) && (i == 0 || !unicode.IsDigit(r)) {
			return i
		}
	}
	return len(s)
}

// begins tells whether a word may begin with this.
func begins(r rune) bool { return r == '_' || unicode.IsLetter(r) }

// wrong says what is wrong where in a statement.
func wrong(statement string, at int, format string, args ...any) error {
	where := "its end"
	if near := nearby(statement[at:]); near != "" {
		where = strconv.Quote(near)
	}
	return fault.New(fault.Invalid, "the statement, at character %d (%s): %s",
		utf8.RuneCountInString(statement[:at])+1, where, fmt.Sprintf(format, args...)).On("statement")
}

// nearby is the word that a text begins with, or its first character.
func nearby(text string) string {
	r, first := utf8.DecodeRuneInString(text)
	if begins(r) || unicode.IsDigit(r) {
		first += wordLength("_"+text[first:]) - 1
	}
	near := []rune(text[:first])
	if len(near) > 30 {
		return string(near[:30]) + "…"
	}
	return string(near)
}
