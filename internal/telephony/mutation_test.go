package telephony

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/call"
)

// mutations is how many descriptions TestMutatedDescriptions sends.
const mutations = 2000

// elsewhere is where mutated descriptions may want media, whatever they say: an
// address of this machine that nobody uses.
const elsewhere = "127.44.75.2"

var (
	numbers   = regexp.MustCompile(`\d+`)
	addresses = regexp.MustCompile(`\d+\.\d+\.\d+\.\d+`)
)

// lineages are whole descriptions, as phones and carriers send them.
var lineages = []string{
	far("IN IP4 127.0.0.1", "audio 40000 RTP/AVP 0 8 9 18 101", "a=rtpmap:0 PCMU/8000", "a=rtpmap:8 PCMA/8000", "a=rtpmap:9 G722/8000",
		"a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-16", "a=ptime:20", "a=maxptime:150", "a=sendrecv", "a=rtcp:40001 IN IP4 127.0.0.1", "a=rtcp-mux"),
	far("", "audio 40000 RTP/AVP 96 97 98", "c=IN IP4 127.0.0.1/127", "b=AS:64", "a=rtpmap:96 opus/48000/2", "a=fmtp:96 useinbandfec=1;maxplaybackrate=16000",
		"a=rtpmap:97 PCMA/8000/1", "a=rtpmap:98 telephone-event/48000", "a=sendonly", "a=ssrc:1234 cname:x"),
	far("IN IP4 0.0.0.0", "video 0 RTP/AVP 34") + "m=audio 40000/2 RTP/AVPF 8 0\r\na=inactive\r\nm=audio 40010 RTP/AVP 0\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n",
	far("IN IP6 ::1", "audio 40000 RTP/SAVP 0", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz|2^20|1:4", "a=recvonly", "a=ptime:0"),
	far("IN IP4 127.0.0.1", "audio 40000 UDP/TLS/RTP/SAVPF 111 0", "a=ice-ufrag:x", "a=fingerprint:sha-256 00:11", "a=setup:actpass", "a=mid:0", "a=candidate:1 1 UDP 1 127.0.0.1 40000 typ host"),
}

// mutate changes a description in one to four places. It stays short enough for a
// datagram, and so does an answer that refuses each of its media.
func mutate(r *rand.Rand, text string) string {
	pick := func(list []string) string { return list[r.IntN(len(list))] }
	for range 1 + r.IntN(4) {
		lines := strings.SplitAfter(text, "\n")
		at := r.IntN(len(lines))
		switch r.IntN(9) {
		case 0: // a line is lost
			lines[at] = ""
		case 1: // or comes many times
			lines[at] = strings.Repeat(lines[at], 1+r.IntN(300))
		case 2: // or is one of another description
			lines[at] = pick(strings.SplitAfter(pick(lineages), "\n"))
		case 3: // or stands elsewhere
			other := r.IntN(len(lines))
			lines[at], lines[other] = lines[other], lines[at]
		case 4: // a number is at the edge of what a number may be
			lines[at] = numbers.ReplaceAllStringFunc(lines[at], func(n string) string {
				return pick([]string{n, "0", "-1", "1", "127", "128", "255", "65535", "65536", "4294967296", "99999999999999999999", ""})
			})
		case 5: // a word is lost, or said over and over
			words := strings.Split(lines[at], " ")
			i := r.IntN(len(words))
			words[i] = strings.Repeat(words[i]+" ", r.IntN(50))
			lines[at] = strings.Join(words, " ")
		case 6: // bytes that have no business there
			i := r.IntN(len(lines[at]) + 1)
			lines[at] = lines[at][:i] + pick([]string{"\x00", "\r", "\n", "\xff\xfe", "é", "%s%n", ";", "=", " ", ":"}) + lines[at][i:]
		case 7: // a byte is another
			if b := []byte(lines[at]); len(b) > 0 {
				b[r.IntN(len(b))] = byte(r.IntN(256))
				lines[at] = string(b)
			}
		case 8: // the end is missing
			lines = lines[:at]
		}
		if longer := strings.Join(lines, ""); len(longer) < 16<<10 {
			text = longer
		}
	}
	return addresses.ReplaceAllString(text, elsewhere)
}

// TestMutatedDescriptions negotiates with a far end that writes nonsense, in every
// place where a description may stand. Each leg goes on or ends; none is deaf.
func TestMutatedDescriptions(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	r := rand.New(rand.NewPCG(seed, 0))
	b, p := openBench(t, Config{}), newPeer(t)
	var leg call.LegID
	var invite message
	standing, ended, body := false, 0, ""
	defer func() {
		if t.Failed() {
			t.Logf("seed %d, the last description: %q", seed, body)
		}
	}()
	for range mutations {
		body = mutate(r, lineages[r.IntN(len(lineages))])
		if !standing {
			leg = b.dial(leg+1, p.target())
			invite = p.expect("INVITE")
			early, answer := "", body
			if r.IntN(2) == 0 {
				early, answer = body, p.sdp()
			}
			p.reply(invite, "183 Session Progress", "far", early)
			p.reply(invite, "200 OK", "far", answer)
			p.expect("ACK")
		} else {
			p.renegotiate(r.IntN(3), invite, body)
		}
		if standing = p.stands(invite); !standing {
			b.await(leg, call.Ended)
			ended++
		}
	}
	if standing {
		b.HangUp(leg, call.Cause{})
		p.hungUpOn()
		b.await(leg, call.Ended)
	}
	t.Logf("%d descriptions, %d legs, of which %d ended for what they were sent", mutations, leg, ended)
}

// renegotiate brings a description into a call that stands: as an offer in INVITE
// or UPDATE, or in the ACK as the answer to an offer that was asked for.
func (p *peer) renegotiate(way int, invite message, body string) {
	p.t.Helper()
	method, offer, answer := "INVITE", body, ""
	switch way {
	case 1:
		method = "UPDATE"
	case 2:
		offer, answer = "", body
	}
	req := p.request(invite, method, "far", offer)
	res := p.expect("SIP/2.0 ")
	code, _ := strconv.Atoi(strings.Fields(res.start())[1])
	switch {
	case code != 200 && (code != 488 || answer != ""):
		p.t.Errorf("%s was answered %q", method, res)
	case method == "INVITE" && code == 200:
		p.requestAt(p.seq, invite, "ACK", "far", answer)
	case method == "INVITE":
		p.send(fmt.Sprintf("ACK%sCSeq: %d ACK\r\nContent-Length: 0\r\n\r\n", string(req)[len("INVITE"):strings.Index(string(req), "CSeq:")], p.seq))
	}
}

// stands asks the leg whether it is still there. One that has hung up says so, and
// does not know the dialog any more.
func (p *peer) stands(invite message) bool {
	p.t.Helper()
	info := p.request(invite, "INFO", "far", "")
	for answered, bye := false, false; ; {
		switch m := p.any(patience); {
		case m == "":
			p.t.Fatal("the leg is deaf")
		case m.method() == "BYE":
			p.reply(m, "200 OK", "", "")
			bye = true
		case m.header("CSeq") == info.header("CSeq"):
			if strings.HasPrefix(string(m), "SIP/2.0 200") {
				return true
			}
			answered = true
		}
		if answered && bye {
			return false
		}
	}
}
