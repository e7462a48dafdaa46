package telephony

import (
	"bytes"
	"io"
	"strings"

	"github.com/emiago/sipgo/sip"
	"github.com/icholy/digest"
)

// credentials answer the digest challenges of one leg's trunk (RFC 3261 section
// 22, RFC 8760). A challenge once met is answered at once in later requests of
// the leg, with its nonce counted up, which spares a round trip at BYE.
type credentials struct {
	user, password string
	user401        *challenge // WWW-Authenticate
	user407        *challenge // Proxy-Authenticate
}

// challenge is one that was met, and how often its nonce was used.
type challenge struct {
	*digest.Challenge
	count int
}

// tries counts the challenges that one request has met; each may be answered
// once, and once more if it only calls the nonce stale.
type tries struct{ user401, user407 int }

// apply puts credentials for the challenges known so far into a request.
func (c *credentials) apply(req *sip.Request) {
	if c == nil {
		return
	}
	c.put(req, "Authorization", c.user401)
	c.put(req, "Proxy-Authorization", c.user407)
}

func (c *credentials) put(req *sip.Request, name string, met *challenge) {
	if met == nil {
		return
	}
	met.count++
	answer, err := digest.Digest(met.Challenge, digest.Options{
		Method:   string(req.Method),
		URI:      req.Recipient.String(),
		Username: c.user,
		Password: c.password,
		Count:    met.count,
		GetBody:  func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(req.Body())), nil },
	})
	if err == nil {
		req.AppendHeader(sip.NewHeader(name, answer.String()))
	}
}

// meet takes the challenge of a 401 or 407. It is false if we have no answer to
// it, or gave it one and were not believed: then the request has failed.
func (c *credentials) meet(res *sip.Response, t *tries) bool {
	if c == nil || c.user == "" {
		return false
	}
	name, known, count := "WWW-Authenticate", &c.user401, &t.user401
	if res.StatusCode == sip.StatusProxyAuthRequired {
		name, known, count = "Proxy-Authenticate", &c.user407, &t.user407
	}
	best := strongest(res.GetHeaders(name))
	if best == nil {
		return false
	}
	*count++
	if *count > 1 && (!best.Stale || *count > 2) {
		return false
	}
	*known = &challenge{Challenge: best}
	return true
}

// strongest picks the challenge that we like best; SHA-256 comes before MD5
// whatever their order (RFC 8760 section 2.4 lets the client choose).
func strongest(headers []sip.Header) *digest.Challenge {
	var best *digest.Challenge
	for _, h := range headers {
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
		if best == nil || weak(best) && !weak(c) {
			best = c
		}
	}
	return best
}

// weak is MD5, by name or because none is given.
func weak(c *digest.Challenge) bool {
	return c.Algorithm == "" || strings.EqualFold(c.Algorithm, "MD5")
}
