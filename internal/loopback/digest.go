package loopback

import (
	"crypto/md5"
	"crypto/rand"
	"crypto/subtle"
	"encoding/hex"
	"fmt"

	"github.com/emiago/sipgo/sip"
	"github.com/icholy/digest"
)

const realm = "loopback"

// lock asks callers for a password (RFC 3261 section 22, RFC 2617).
type lock struct {
	user, password string
	status         int // 407 as a proxy, 401 as a server; 0 is an open door
	nonce          string
}

func newLock(t Terms) lock {
	if t.User == "" {
		return lock{}
	}
	l := lock{user: t.User, password: t.Password, status: t.Challenge, nonce: rand.Text()}
	if l.status == 0 {
		l.status = sip.StatusProxyAuthRequired
	}
	return l
}

// headers gives the names of the challenge and of the answer to it.
func (l lock) headers() (challenge, answer string) {
	if l.status == sip.StatusUnauthorized {
		return "WWW-Authenticate", "Authorization"
	}
	return "Proxy-Authenticate", "Proxy-Authorization"
}

// opens tells whether a request may pass.
func (l lock) opens(req *sip.Request) bool {
	if l.status == 0 {
		return true
	}
	_, name := l.headers()
	h := req.GetHeader(name)
	if h == nil {
		return false
	}
	c, err := digest.ParseCredentials(h.Value())
	if err != nil || c.Username != l.user || c.Realm != realm || c.Nonce != l.nonce || c.QOP != "auth" {
		return false
	}
	want := hash(fmt.Sprintf("%s:%s:%08x:%s:%s:%s",
		hash(l.user+":"+realm+":"+l.password), l.nonce, c.Nc, c.Cnonce, c.QOP,
		hash(req.Method.String()+":"+c.URI)))
	return subtle.ConstantTimeCompare([]byte(want), []byte(c.Response)) == 1
}

// challenge is the answer to a request that may not.
func (l lock) challenge(req *sip.Request) *sip.Response {
	phrase := "Proxy Authentication Required"
	if l.status == sip.StatusUnauthorized {
		phrase = "Unauthorized"
	}
	res := sip.NewResponseFromRequest(req, l.status, phrase, nil)
	name, _ := l.headers()
	res.AppendHeader(sip.NewHeader(name,
		fmt.Sprintf(`Digest realm="%s", nonce="%s", algorithm=MD5, qop="auth"`, realm, l.nonce)))
	return res
}

func hash(s string) string {
	sum := md5.Sum([]byte(s))
	return hex.EncodeToString(sum[:])
}
