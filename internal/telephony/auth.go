package telephony

import (
	"bytes"
	"io"
	"slices"
	"strings"

	"github.com/emiago/sipgo/sip"
	"github.com/icholy/digest"
)

// credentials answer the digest challenges of a trunk (RFC 3261 section 22, RFC
// 8760), to one leg or to one who asks outside of calls. A challenge once met is
// answered at once in later requests, with its nonce counted up, which spares a round
// trip at BYE.
type credentials struct {
	user, password string
	met            []*challenge // one for each realm of far end and proxies
}

// challenge is one that was met, and how often its nonce was used.
type challenge struct {
	*digest.Challenge
	proxy bool // Proxy-Authenticate
	count int
}

// realm tells challenges apart: proxies on the way and the far end have their own,
// and each wants its own credentials (RFC 3261 section 22.3).
type realm struct {
	name  string
	proxy bool
}

// mostRealms bounds how many realms may challenge one request; who always thinks of a
// new one is not answered for ever.
const mostRealms = 4

// tries counts the challenges that one request has met, by realm; each may be
// answered once, and once more if it only calls the nonce stale.
type tries map[realm]int

// apply puts credentials for the challenges known so far into a request. Its body
// must be there already, as auth-int vouches for it.
func (c *credentials) apply(req *sip.Request) {
	if c == nil {
		return
	}
	for _, met := range c.met {
		met.count++
		answer, err := digest.Digest(met.Challenge, digest.Options{
			Method:   string(req.Method),
			URI:      req.Recipient.String(),
			Username: c.user,
			Password: c.password,
			Count:    met.count,
			GetBody:  func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(req.Body())), nil },
		})
		if err != nil {
			continue // strongest lets none pass that can not be answered
		}
		name := "Authorization"
		if met.proxy {
			name = "Proxy-Authorization"
		}
		req.AppendHeader(sip.NewHeader(name, answer.String()))
	}
}

// meet takes the challenges of a 401 or 407: a proxy that forked may have gathered
// several, of both kinds (RFC 3261 section 16.7, step 7). It is false if there is one
// that we have no answer to, or gave it one and were not believed: then the request
// has failed.
func (c *credentials) meet(res *sip.Response, t *tries) bool {
	if c == nil || c.user == "" {
		return false
	}
	found := append(strongest(res, "WWW-Authenticate", false), strongest(res, "Proxy-Authenticate", true)...)
	if *t == nil {
		*t = make(tries)
	}
	for _, ch := range found {
		r := realm{ch.Realm, ch.proxy}
		(*t)[r]++
		if n := (*t)[r]; n > 1 && (!ch.Stale || n > 2) || len(*t) > mostRealms {
			return false
		}
		c.met = slices.DeleteFunc(c.met, func(old *challenge) bool { return old.proxy == ch.proxy && old.Realm == ch.Realm })
		c.met = append(c.met, ch)
		if len(c.met) > mostRealms {
			c.met = slices.Delete(c.met, 0, 1)
		}
	}
	return len(found) > 0
}

// strongest picks of each realm the challenge that we like best; SHA-256 comes before
// MD5 whatever their order (RFC 8760 section 2.4 lets the client choose).
func strongest(res *sip.Response, name string, proxy bool) []*challenge {
	var best []*challenge
	for _, h := range res.GetHeaders(name) {
		c, err := digest.ParseChallenge(h.Value())
		if err != nil {
			continue
		}
		for i := range c.QOP {
			c.QOP[i] = strings.ToLower(strings.TrimSpace(c.QOP[i]))
		}
		if !digest.CanDigest(c) {
			continue
		}
		i := slices.IndexFunc(best, func(b *challenge) bool { return b.Realm == c.Realm })
		switch {
		case i < 0:
			best = append(best, &challenge{Challenge: c, proxy: proxy})
		case weak(best[i].Challenge) && !weak(c):
			best[i].Challenge = c
		}
	}
	return best
}

// weak is MD5, by name or because none is given.
func weak(c *digest.Challenge) bool {
	return c.Algorithm == "" || strings.EqualFold(c.Algorithm, "MD5")
}
