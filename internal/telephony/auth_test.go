package telephony

import (
	"crypto/md5"
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"

	"github.com/outdial/outdial/internal/call"
)

// authTrunk is a trunk to a peer with a password.
func authTrunk(p *peer) Config {
	trunk := trunkTo(p, "auth", 0)
	trunk.User, trunk.Password = "anna", "secret"
	return Config{Trunks: []Trunk{trunk}}
}

// params are the parameters of credentials.
func params(value string) map[string]string {
	m := make(map[string]string)
	for part := range splitQuoted(strings.TrimPrefix(value, "Digest "), ',') {
		k, v, _ := strings.Cut(strings.TrimSpace(part), "=")
		m[k] = strings.Trim(v, `"`)
	}
	return m
}

// proves checks credentials by hand (RFC 7616 section 3.4).
func proves(t *testing.T, m message, value, nonce, count string) {
	t.Helper()
	hash := func(s string) string { return fmt.Sprintf("%x", md5.Sum([]byte(s))) }
	p := params(value)
	if p["algorithm"] == "SHA-256" {
		hash = func(s string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(s))) }
	}
	a1, a2 := hash("anna:"+p["realm"]+":secret"), hash(m.method()+":"+p["uri"])
	want := hash(a1 + ":" + nonce + ":" + a2)
	if p["qop"] != "" {
		want = hash(strings.Join([]string{a1, nonce, p["nc"], p["cnonce"], "auth", a2}, ":"))
	}
	if p["response"] != want || p["nonce"] != nonce || p["username"] != "anna" || p["uri"] != strings.Fields(m.start())[1] || p["nc"] != count {
		t.Errorf("credentials %s for %s", value, m.start())
	}
}

func TestChallenges(t *testing.T) {
	for _, c := range []struct {
		name, status, header, answer string
		challenges                   []string
		count                        string
	}{
		{"401 without qop", "401 Unauthorized", "WWW-Authenticate", "Authorization",
			[]string{`Digest realm="r", nonce="n1"`}, ""},
		{"407 with qop", "407 Proxy Authentication Required", "Proxy-Authenticate", "Proxy-Authorization",
			[]string{`Digest realm="r", nonce="n1", qop="auth-int, auth", algorithm=MD5, opaque="o"`}, "00000001"},
		{"SHA-256 before MD5", "401 Unauthorized", "WWW-Authenticate", "Authorization",
			[]string{`Digest realm="r", nonce="n0", qop="auth", algorithm=MD5`, `Digest realm="r", nonce="n1", qop="auth", algorithm=SHA-256`, `Bearer x`}, "00000001"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPeer(t)
			b := openBench(t, authTrunk(p))
			leg := b.dial(1, "100")
			invite := p.expect("INVITE")
			var headers []string
			for _, challenge := range c.challenges {
				headers = append(headers, c.header+": "+challenge)
			}
			p.reply(invite, c.status, "x", "", headers...)
			p.expect("ACK")
			second := p.expect("INVITE")
			if second.cseq() != invite.cseq()+1 || second.header("Call-ID") != invite.header("Call-ID") || second.tag("From") != invite.tag("From") || second.tag("To") != "" {
				t.Errorf("second INVITE %q", second)
			}
			proves(t, second, second.header(c.answer), "n1", c.count)
			p.reply(second, "200 OK", "far", p.sdp())
			if ack := p.expect("ACK"); ack.header(c.answer) != second.header(c.answer) {
				t.Errorf("the ACK has %q", ack.header(c.answer))
			}
			b.await(leg, call.Answered)
			b.HangUp(leg, call.Cause{})
			bye := p.hungUpOn()
			count := c.count
			if count != "" {
				count = "00000002"
			}
			proves(t, bye, bye.header(c.answer), "n1", count)
			b.await(leg, call.Ended)
		})
	}
}

func TestAWrongPasswordIsNotTriedTwice(t *testing.T) {
	p := newPeer(t)
	b := openBench(t, authTrunk(p))
	leg := b.dial(1, "100")
	p.reply(p.expect("INVITE"), "401 Unauthorized", "x", "", `WWW-Authenticate: Digest realm="r", nonce="n1", qop="auth"`)
	p.expect("ACK")
	p.reply(p.expect("INVITE"), "401 Unauthorized", "x", "", `WWW-Authenticate: Digest realm="r", nonce="n2", qop="auth"`)
	p.expect("ACK")
	if end := b.await(leg, call.Ended); end.Cause.Reason != call.Unauthorised || end.Cause.SIP != 401 {
		t.Errorf("cause %v", end.Cause)
	}
}

func TestAStaleNonceIsAnsweredOnceMore(t *testing.T) {
	p := newPeer(t)
	b := openBench(t, authTrunk(p))
	leg := b.dial(1, "100")
	for _, challenge := range []string{`nonce="n1"`, `nonce="n2", stale=true`, `nonce="n3", stale=TRUE`} {
		invite := p.expect("INVITE")
		p.reply(invite, "407 Proxy Authentication Required", "x", "", `Proxy-Authenticate: Digest realm="r", qop="auth", `+challenge)
		p.expect("ACK")
	}
	if end := b.await(leg, call.Ended); end.Cause.Reason != call.Unauthorised {
		t.Errorf("cause %v", end.Cause)
	}
}

func TestProxyAndFarEndMayBothChallenge(t *testing.T) {
	p := newPeer(t)
	b := openBench(t, authTrunk(p))
	leg := b.dial(1, "100")
	p.reply(p.expect("INVITE"), "407 Proxy Authentication Required", "x", "", `Proxy-Authenticate: Digest realm="p", nonce="n1", qop="auth"`)
	p.expect("ACK")
	p.reply(p.expect("INVITE"), "401 Unauthorized", "x", "", `WWW-Authenticate: Digest realm="r", nonce="n2", qop="auth"`)
	p.expect("ACK")
	invite := p.expect("INVITE")
	proves(t, invite, invite.header("Proxy-Authorization"), "n1", "00000002")
	proves(t, invite, invite.header("Authorization"), "n2", "00000001")
	p.reply(invite, "486 Busy Here", "x", "")
	b.await(leg, call.Ended)
}

// TestOneAnswerMayHoldTwoChallenges: a proxy that forked gathers them (RFC 3261
// section 16.7).
func TestOneAnswerMayHoldTwoChallenges(t *testing.T) {
	p := newPeer(t)
	b := openBench(t, authTrunk(p))
	leg := b.dial(1, "100")
	p.reply(p.expect("INVITE"), "401 Unauthorized", "x", "",
		`WWW-Authenticate: Digest realm="r", nonce="n1", qop="auth"`, `Proxy-Authenticate: Digest realm="p1", nonce="n2", qop="auth"`,
		`Proxy-Authenticate: Digest realm="p2", nonce="n3", qop="auth"`)
	p.expect("ACK")
	invite := p.expect("INVITE")
	proves(t, invite, invite.header("Authorization"), "n1", "00000001")
	proxies := invite.headers("Proxy-Authorization")
	if len(proxies) != 2 {
		t.Fatalf("%d proxies are answered: %q", len(proxies), proxies)
	}
	proves(t, invite, proxies[0], "n2", "00000001")
	proves(t, invite, proxies[1], "n3", "00000001")
	p.reply(invite, "486 Busy Here", "x", "")
	b.await(leg, call.Ended)
}

// TestEveryRealmMayChangeItsNonce: the second proxy's nonce is stale, the first one's
// is kept.
func TestEveryRealmMayChangeItsNonce(t *testing.T) {
	p := newPeer(t)
	b := openBench(t, authTrunk(p))
	leg := b.dial(1, "100")
	for _, challenge := range []string{`realm="p1", nonce="n1"`, `realm="p2", nonce="n2"`, `realm="p2", nonce="n3", stale=true`} {
		p.reply(p.expect("INVITE"), "407 Proxy Authentication Required", "x", "", `Proxy-Authenticate: Digest qop="auth", `+challenge)
		p.expect("ACK")
	}
	invite := p.expect("INVITE")
	proxies := invite.headers("Proxy-Authorization")
	if len(proxies) != 2 {
		t.Fatalf("%d proxies are answered: %q", len(proxies), proxies)
	}
	proves(t, invite, proxies[0], "n1", "00000003")
	proves(t, invite, proxies[1], "n3", "00000001")
	p.reply(invite, "486 Busy Here", "x", "")
	b.await(leg, call.Ended)
}

// TestAuthIntVouchesForTheBody: where nothing else is offered (RFC 7616 section 3.4.3).
func TestAuthIntVouchesForTheBody(t *testing.T) {
	p := newPeer(t)
	b := openBench(t, authTrunk(p))
	leg := b.dial(1, "100")
	p.reply(p.expect("INVITE"), "401 Unauthorized", "x", "", `WWW-Authenticate: Digest realm="r", nonce="n1", qop="auth-int"`)
	p.expect("ACK")
	invite := p.expect("INVITE")
	hash := func(s string) string { return fmt.Sprintf("%x", md5.Sum([]byte(s))) }
	c := params(invite.header("Authorization"))
	a1, a2 := hash("anna:r:secret"), hash("INVITE:"+c["uri"]+":"+hash(invite.body()))
	if want := hash(strings.Join([]string{a1, "n1", "00000001", c["cnonce"], "auth-int", a2}, ":")); c["response"] != want || c["qop"] != "auth-int" || invite.body() == "" {
		t.Errorf("credentials %q", invite.header("Authorization"))
	}
	p.reply(invite, "486 Busy Here", "x", "")
	b.await(leg, call.Ended)
}

// TestNotEveryRealmIsAnswered: who always asks for another is not followed for ever.
func TestNotEveryRealmIsAnswered(t *testing.T) {
	p := newPeer(t)
	b := openBench(t, authTrunk(p))
	leg := b.dial(1, "100")
	for i := range mostRealms + 1 {
		p.reply(p.expect("INVITE"), "401 Unauthorized", "x", "", fmt.Sprintf(`WWW-Authenticate: Digest realm="r%d", nonce="n", qop="auth"`, i))
		p.expect("ACK")
	}
	if end := b.await(leg, call.Ended); end.Cause.Reason != call.Unauthorised {
		t.Errorf("cause %v", end.Cause)
	}
}

func TestAByeIsChallenged(t *testing.T) {
	p := newPeer(t)
	b := openBench(t, authTrunk(p))
	leg := b.dial(1, "100")
	p.answered()
	b.await(leg, call.Answered)
	b.HangUp(leg, call.Cause{})
	bye := p.expect("BYE")
	p.reply(bye, "401 Unauthorized", "x", "", `WWW-Authenticate: Digest realm="r", nonce="n1", qop="auth"`)
	second := p.hungUpOn()
	proves(t, second, second.header("Authorization"), "n1", "00000001")
	if second.cseq() != bye.cseq()+1 {
		t.Errorf("second BYE %q", second)
	}
	b.await(leg, call.Ended)
}

func TestADirectCallHasNoCredentials(t *testing.T) {
	p := newPeer(t)
	b := openBench(t, authTrunk(p))
	leg := b.dial(1, p.target())
	p.reply(p.expect("INVITE"), "401 Unauthorized", "x", "", `WWW-Authenticate: Digest realm="r", nonce="n1"`)
	p.expect("ACK")
	if end := b.await(leg, call.Ended); end.Cause.Reason != call.Unauthorised || end.Trunk != "" {
		t.Errorf("cause %v, trunk %q", end.Cause, end.Trunk)
	}
}
