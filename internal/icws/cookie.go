package icws

import (
	"strings"

	"github.com/outdial/outdial/internal/session"
)

// cookieName is the cookie of a session.
func cookieName(id string) string { return "icws_" + id }

// setCookie is the one Set-Cookie of a session. SameSite=None lets pages of other
// sites use it, which browsers accept only with Secure; Partitioned lets browsers
// that block other sites' cookies keep it, for that page's site alone.
func setCookie(s *session.Session, base string, secure bool) string {
	c := cookieName(s.ID) + "=" + s.Cookie + "|languageId=" + s.Language + "; Path=" + base + "/icws/" + s.ID + "; HttpOnly"
	if secure {
		c += "; Secure; SameSite=None; Partitioned"
	}
	return c
}

// cookieOf finds the GUID in the cookie of a session, or "". It takes what
// clients send: several headers, other cookies, and the attributes of Set-Cookie
// echoed back (contract section 12 line 4). Of several cookies with the name the
// first counts, as RFC 6265 section 5.4 puts the longest path first.
func cookieOf(headers []string, id string) string {
	for _, h := range headers {
		for part := range strings.SplitSeq(h, ";") {
			name, value, ok := strings.Cut(strings.TrimSpace(part), "=")
			if !ok || name != cookieName(id) {
				continue
			}
			guid, _, _ := strings.Cut(strings.Trim(value, `"`), "|")
			return guid
		}
	}
	return ""
}

// language reads the first language of Accept-Language, in lower case and safe
// for a cookie; what is no language tag is English.
func language(header string) string {
	tag, _, _ := strings.Cut(header, ",")
	tag, _, _ = strings.Cut(tag, ";")
	tag = strings.ToLower(strings.TrimSpace(tag))
	if tag == "" || len(tag) > 35 || strings.Trim(tag, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		return "en-us"
	}
	return tag
}
