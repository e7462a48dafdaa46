package telephony

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/media"
)

// secret is a key of the far end, as it stands after "inline:".
func secret(suite media.Suite, fill byte) string {
	n := len(media.NewKey(suite).Secret())
	return base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{fill}, n))
}

func TestCryptoAttributes(t *testing.T) {
	key := secret(media.AES128CM80, 7)
	for value, want := range map[string]bool{
		"1 AES_CM_128_HMAC_SHA1_80 inline:" + key:                                         true,
		"999999999 aes_cm_128_hmac_sha1_80 inline:" + key:                                 true,
		"1 AES_CM_128_HMAC_SHA1_80 inline:" + key + "|2^31":                               true,
		"1 AES_CM_128_HMAC_SHA1_80 inline:" + key + "|1048576 WSH=64":                     true,
		"1 AES_CM_128_HMAC_SHA1_80 inline:" + key + " -UNHEARD_OF":                        true,
		"1 AEAD_AES_128_GCM inline:" + secret(media.AES128GCM, 7):                         true,
		"1 AEAD_AES_256_GCM inline:" + strings.TrimRight(secret(media.AES256GCM, 7), "="): true,
		"1 AES_256_CM_HMAC_SHA1_80 inline:" + secret(media.AES256CM80, 7):                 true,
		"1 AES_CM_128_HMAC_SHA1_32 inline:" + key:                                         true,

		"1 AES_CM_128_HMAC_SHA1_80":                                               false,
		"1234567890 AES_CM_128_HMAC_SHA1_80 inline:" + key:                        false,
		"a AES_CM_128_HMAC_SHA1_80 inline:" + key:                                 false,
		"1 F8_128_HMAC_SHA1_80 inline:" + key:                                     false,
		"1 AES_CM_128_HMAC_SHA1_80 uri:" + key:                                    false,
		"1 AES_CM_128_HMAC_SHA1_80 inline:" + key[:32]:                            false,
		"1 AES_CM_128_HMAC_SHA1_80 inline:" + key + "AAAA":                        false,
		"1 AEAD_AES_128_GCM inline:" + key:                                        false,
		"1 AES_CM_128_HMAC_SHA1_80 inline:!":                                      false,
		"1 AES_CM_128_HMAC_SHA1_80 inline:" + key + "|2^49":                       false,
		"1 AES_CM_128_HMAC_SHA1_80 inline:" + key + "|0":                          false,
		"1 AES_CM_128_HMAC_SHA1_80 inline:" + key + "|1:4":                        false,
		"1 AES_CM_128_HMAC_SHA1_80 inline:" + key + "|2^31|1:4":                   false,
		"1 AES_CM_128_HMAC_SHA1_80 inline:" + key + "|1:1;inline:" + key + "|2:1": false,
		"1 AES_CM_128_HMAC_SHA1_80 inline:" + key + " UNENCRYPTED_SRTP":           false,
		"1 AES_CM_128_HMAC_SHA1_80 inline:" + key + " UNAUTHENTICATED_SRTP":       false,
		"1 AES_CM_128_HMAC_SHA1_80 inline:" + key + " KDR=1":                      false,
		"1 AES_CM_128_HMAC_SHA1_80 inline:" + key + " UNHEARD_OF":                 false,
		"": false,
	} {
		c, ok := cryptoIn(value)
		if ok != want {
			t.Errorf("%q: %v, want %v", value, ok, want)
		}
		if again, _ := cryptoIn(c.String()); ok && again != c {
			t.Errorf("%q is written %q", value, c)
		}
	}
}

// sealed is the peer's description with crypto attributes.
func (p *peer) sealed(protocol string, cryptos ...string) string {
	text := p.sdp("RTP/AVP", protocol)
	for _, c := range cryptos {
		text += "a=crypto:" + c + "\r\n"
	}
	return text
}

// offered are the crypto attributes in a message, by their suites.
func offered(t testing.TB, m message) map[media.Suite]crypto {
	t.Helper()
	list := map[media.Suite]crypto{}
	for line := range strings.Lines(m.body()) {
		if value, ok := strings.CutPrefix(strings.TrimSpace(line), "a=crypto:"); ok {
			c, ok := cryptoIn(value)
			if !ok {
				t.Fatalf("we offer %q", value)
			}
			list[c.key.Suite()] = c
		}
	}
	return list
}

var profiles = map[media.Suite]srtp.ProtectionProfile{
	media.AES128GCM: srtp.ProtectionProfileAeadAes128Gcm, media.AES256GCM: srtp.ProtectionProfileAeadAes256Gcm,
	media.AES128CM80: srtp.ProtectionProfileAes128CmHmacSha1_80, media.AES256CM80: srtp.ProtectionProfileAes256CmHmacSha1_80,
	media.AES128CM32: srtp.ProtectionProfileAes128CmHmacSha1_32,
}

// decrypts reads RTP until a packet is authentic with a key, and gives its SSRC. Those
// before may still be under another.
func (p *peer) decrypts(key media.Key) uint32 {
	p.t.Helper()
	all := key.Secret()
	salt := 14
	if key.Suite() == media.AES128GCM || key.Suite() == media.AES256GCM {
		salt = 12
	}
	c, err := srtp.CreateContext(all[:len(all)-salt], all[len(all)-salt:], profiles[key.Suite()])
	if err != nil {
		p.t.Fatal(err)
	}
	_ = p.rtp.SetReadDeadline(time.Now().Add(patience))
	for buf := make([]byte, 1500); ; {
		n, err := p.rtp.Read(buf)
		if err != nil {
			p.t.Fatalf("no packet is authentic: %v", err)
		}
		var h rtp.Header
		if plain, err := c.DecryptRTP(nil, buf[:n], &h); err == nil && len(plain) == 12+160 {
			return h.SSRC
		}
	}
}

func phoneOf(p *peer, s SRTP) Config {
	return Config{Phones: []Phone{{Address: p.target(), SRTP: s}}}
}

func TestSRTPThatIsRequired(t *testing.T) {
	for _, suite := range media.Suites() {
		t.Run(suite.String(), func(t *testing.T) {
			p := newPeer(t)
			b := openBench(t, phoneOf(p, SRTPRequired))
			leg := b.dial(1, p.target())
			invite := p.expect("INVITE")
			ours := offered(t, invite)
			if len(ours) != len(media.Suites()) || !strings.Contains(invite.body(), "RTP/SAVP 0") {
				t.Fatalf("offered:\n%s", invite.body())
			}
			p.reply(invite, "200 OK", "far", p.sealed("RTP/SAVP", fmt.Sprintf("%s %v inline:%s|2^31", ours[suite].tag, suite, secret(suite, 1))))
			p.expect("ACK")
			if q := b.await(leg, call.Answered).Quality; !q.Secure {
				t.Errorf("at the answer: %+v", q)
			}
			p.decrypts(ours[suite].key)
			if s := b.Legs()[0].Media.Suite; s != suite {
				t.Errorf("the leg shows %v", s)
			}
			b.HangUp(leg, call.Cause{})
			p.hungUpOn()
			if q := b.await(leg, call.Ended).Quality; !q.Secure {
				t.Errorf("at the end: %+v", q)
			}
			if len(b.logged("srtp="+suite.String())) != 1 || len(b.logged("inline")) != 0 {
				t.Errorf("the log tells the suite, and no key: %v", b.logged("leg ended"))
			}
		})
	}
}

// An answer that can not be protected as it should ends the leg, after its ACK.
func TestAnswersWithoutTheKeyThatIsWanted(t *testing.T) {
	cm, good := media.AES128CM80, secret(media.AES128CM80, 1)
	for name, c := range map[string]struct {
		srtp   SRTP
		answer func(p *peer, ours map[media.Suite]crypto) string
		want   string
	}{
		"in clear, as if nothing was asked": {SRTPRequired, func(p *peer, _ map[media.Suite]crypto) string { return p.sdp() }, "gives no key"},
		"no key over SAVP":                  {SRTPRequired, func(p *peer, _ map[media.Suite]crypto) string { return p.sealed("RTP/SAVP") }, "gives no key"},
		"no key over SAVP, optional":        {SRTPOptional, func(p *peer, _ map[media.Suite]crypto) string { return p.sealed("RTP/SAVP") }, "gives no key"},
		"another tag": {SRTPRequired, func(p *peer, _ map[media.Suite]crypto) string {
			return p.sealed("RTP/SAVP", fmt.Sprintf("9 %v inline:%s", cm, good))
		}, "tag 9"},
		"another suite for the tag": {SRTPRequired, func(p *peer, ours map[media.Suite]crypto) string {
			return p.sealed("RTP/SAVP", fmt.Sprintf("%s %v inline:%s", ours[media.AES128CM32].tag, cm, good))
		}, "did not offer together"},
		"our own key": {SRTPRequired, func(p *peer, ours map[media.Suite]crypto) string {
			return p.sealed("RTP/SAVP", ours[cm].String())
		}, "our own key back"},
		"what we can not do": {SRTPOptional, func(p *peer, ours map[media.Suite]crypto) string {
			return p.sealed("RTP/AVP", fmt.Sprintf("%s %v inline:%s|1:4", ours[cm].tag, cm, good))
		}, "what we did not offer"},
		"SRTP that is off": {SRTPOff, func(p *peer, _ map[media.Suite]crypto) string {
			return p.sealed("RTP/SAVP", fmt.Sprintf("1 %v inline:%s", cm, good))
		}, "SRTP, which is off here"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPeer(t)
			b := openBench(t, phoneOf(p, c.srtp))
			leg := b.dial(1, p.target())
			invite := p.expect("INVITE")
			p.reply(invite, "200 OK", "far", c.answer(p, offered(t, invite)))
			p.expect("ACK")
			p.hungUpOn()
			if end := b.await(leg, call.Ended); end.Cause.Reason != call.MediaFailure || !strings.Contains(end.Cause.Detail, c.want) {
				t.Errorf("ended with %v, want %q", end.Cause, c.want)
			}
		})
	}
}

func TestSRTPThatIsOptional(t *testing.T) {
	suite := media.AES128CM80
	for _, sealed := range []bool{false, true} {
		t.Run(fmt.Sprintf("the far end can: %v", sealed), func(t *testing.T) {
			p := newPeer(t)
			b := openBench(t, phoneOf(p, SRTPOptional))
			leg := b.dial(1, p.target())
			invite := p.expect("INVITE")
			ours := offered(t, invite)
			if len(ours) != len(media.Suites()) || !strings.Contains(invite.body(), "RTP/AVP 0") {
				t.Fatalf("offered:\n%s", invite.body())
			}
			answer := p.sdp()
			if sealed {
				answer = p.sealed("RTP/AVP", fmt.Sprintf("%s %v inline:%s", ours[suite].tag, suite, secret(suite, 1)))
			}
			p.reply(invite, "200 OK", "far", answer)
			p.expect("ACK")
			if q := b.await(leg, call.Answered).Quality; q.Secure != sealed {
				t.Errorf("at the answer: %+v", q)
			}
			if sealed {
				p.decrypts(ours[suite].key)
			}
			b.HangUp(leg, call.Cause{})
			p.hungUpOn()
		})
	}
}

// The far end offers in mid-call: what is taken, and how it is answered.
func TestOffersOfTheFarEndAndSRTP(t *testing.T) {
	suite := media.AES128CM80
	first := fmt.Sprintf("%v inline:%s", suite, secret(suite, 1))
	for name, c := range map[string]struct {
		srtp    SRTP
		first   bool // SRTP was agreed at first
		offer   func(p *peer) string
		answers string // the m line of our answer; "" is 488
		key     string // and our crypto attribute begins so
	}{
		"off: in clear":                             {SRTPOff, false, func(p *peer) string { return p.sdp() }, "RTP/AVP 0", ""},
		"off: keys are passed over":                 {SRTPOff, false, func(p *peer) string { return p.sealed("RTP/AVP", "1 "+first) }, "RTP/AVP 0", ""},
		"off: SAVP is refused":                      {SRTPOff, false, func(p *peer) string { return p.sealed("RTP/SAVP", "1 "+first) }, "", ""},
		"optional: SAVP":                            {SRTPOptional, false, func(p *peer) string { return p.sealed("RTP/SAVP", "7 "+first) }, "RTP/SAVP 0", "7 AES_CM_128_HMAC_SHA1_80"},
		"optional: SAVPF":                           {SRTPOptional, true, func(p *peer) string { return p.sealed("RTP/SAVPF", "7 "+first) }, "RTP/SAVPF 0", "7 AES_CM_128_HMAC_SHA1_80"},
		"optional: keys in AVP":                     {SRTPOptional, false, func(p *peer) string { return p.sealed("RTP/AVP", "7 "+first) }, "RTP/AVP 0", "7 AES_CM_128_HMAC_SHA1_80"},
		"optional: back to clear":                   {SRTPOptional, true, func(p *peer) string { return p.sdp() }, "RTP/AVP 0", ""},
		"optional: SAVP without a key that we know": {SRTPOptional, true, func(p *peer) string { return p.sealed("RTP/SAVP", "1 F8_128_HMAC_SHA1_80 inline:"+secret(suite, 1)) }, "", ""},
		"required: in clear is refused":             {SRTPRequired, true, func(p *peer) string { return p.sdp() }, "", ""},
		"required: another key": {SRTPRequired, true, func(p *peer) string {
			return p.sealed("RTP/SAVP", fmt.Sprintf("2 %v inline:%s", suite, secret(suite, 2)))
		}, "RTP/SAVP 0", "2 AES_CM_128_HMAC_SHA1_80"},
		"required: the second of two keys": {SRTPRequired, true, func(p *peer) string {
			return p.sealed("RTP/SAVP", "1 F8_128_HMAC_SHA1_80 inline:"+secret(suite, 2), fmt.Sprintf("2 AEAD_AES_256_GCM inline:%s", secret(media.AES256GCM, 2)))
		}, "RTP/SAVP 0", "2 AEAD_AES_256_GCM"},
		"required: the second of two lines": {SRTPRequired, true, func(p *peer) string {
			sealed := p.sealed("RTP/SAVP", "3 "+first)
			return p.sdp() + sealed[strings.Index(sealed, "m=audio"):]
		}, "RTP/SAVP 0", "3 AES_CM_128_HMAC_SHA1_80"},
	} {
		for _, method := range []string{"INVITE", "UPDATE"} {
			t.Run(name+" by "+method, func(t *testing.T) {
				p := newPeer(t)
				b := openBench(t, phoneOf(p, c.srtp))
				leg := b.dial(1, p.target())
				invite := p.expect("INVITE")
				ours, answer := offered(t, invite), p.sdp()
				if c.first {
					protocol := map[SRTP]string{SRTPOptional: "RTP/AVP", SRTPRequired: "RTP/SAVP"}[c.srtp]
					answer = p.sealed(protocol, ours[suite].tag+" "+first)
				}
				p.reply(invite, "200 OK", "far", answer)
				p.expect("ACK")
				b.await(leg, call.Answered)

				again := p.request(invite, method, "far", c.offer(p))
				res := p.expect("SIP/2.0")
				if refused := strings.HasPrefix(res.start(), "SIP/2.0 488"); refused || c.answers == "" {
					if refused != (c.answers == "") {
						t.Errorf("answered %q", res)
					}
				} else {
					if method == "INVITE" {
						p.requestAt(again.cseq(), invite, "ACK", "far", "")
					}
					if !strings.Contains(res.body(), c.answers) {
						t.Errorf("answered\n%s\nwant %s", res.body(), c.answers)
					}
					now := offered(t, res)
					if c.key == "" {
						if len(now) != 0 {
							t.Errorf("answered with keys\n%s", res.body())
						}
					} else {
						tag, name, _ := strings.Cut(c.key, " ")
						chosen, _ := media.SuiteNamed(name)
						if len(now) != 1 || now[chosen].tag != tag || now[chosen].key != ours[chosen].key {
							t.Errorf("answered\n%s\nwant tag %s and the key that we offered for %s", res.body(), tag, name)
						}
						p.decrypts(ours[chosen].key)
					}
				}
				b.HangUp(leg, call.Cause{})
				p.hungUpOn()
			})
		}
	}
}

// A refresh of the session offers what is agreed, with the same keys; so nothing
// changes, and the version of our description neither (RFC 3264 section 8).
func TestARefreshKeepsTheKeys(t *testing.T) {
	p := &parley{local: ours, audio: audio{codecs: []media.Codec{media.PCMU}, srtp: SRTPOptional}, keys: SRTPOptional.keys()}
	first := string(p.offer())
	far := "v=0\r\nc=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 0\r\na=crypto:1 AEAD_AES_128_GCM inline:" + secret(media.AES128GCM, 1) + "\r\n"
	agreed, err := p.accept([]byte(far))
	if err != nil {
		t.Fatal(err)
	}
	if again := string(p.offer()); again != first {
		t.Errorf("offered\n%s\nand then\n%s", first, again)
	}
	if f, err := p.accept([]byte(far)); err != nil || f != agreed {
		t.Errorf("agreed on %+v, then on %+v, %v", agreed, f, err)
	}
	// What the far end chose instead stays for our next offer.
	if _, _, err := p.answer([]byte(strings.ReplaceAll(far, "RTP/AVP", "RTP/SAVPF"))); err != nil {
		t.Fatal(err)
	}
	if again := string(p.offer()); !strings.Contains(again, "RTP/SAVP 0") {
		t.Errorf("after RTP/SAVPF was agreed on we offer\n%s", again)
	}
}

// Each call has keys of its own; so has each trunk that a call is tried on.
func TestKeysAreFreshForEachCall(t *testing.T) {
	p := newPeer(t)
	b := openBench(t, phoneOf(p, SRTPRequired))
	seen := map[media.Key]bool{}
	for id := call.LegID(1); id <= 3; id++ {
		b.dial(id, p.target())
		invite := p.expect("INVITE")
		for _, c := range offered(t, invite) {
			if seen[c.key] {
				t.Errorf("a key is used twice")
			}
			seen[c.key] = true
		}
		p.reply(invite, "486 Busy Here", "far", "")
		p.expect("ACK")
		b.await(id, call.Ended)
	}
}

// A message that sipgo can not read is not logged, for there may be keys in it.
func TestWhatIsReadIsNotLogged(t *testing.T) {
	var text bytes.Buffer
	log := slog.New(demoted{slog.NewTextHandler(&text, &slog.HandlerOptions{Level: slog.LevelDebug})}).With("caller", "x")
	log.ErrorContext(context.Background(), "failed to parse", "data", "a=crypto:1 inline:secret", "error", net.ErrClosed)
	if got := text.String(); strings.Contains(got, "secret") || !strings.Contains(got, "failed to parse") || !strings.Contains(got, "error=") {
		t.Errorf("logged %s", got)
	}
}
