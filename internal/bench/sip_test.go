package bench

import (
	"bytes"
	"net/netip"
	"strings"
	"testing"
)

const invite = "INVITE sip:+13175550100@127.0.0.1:5062 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK1\r\n" +
	"f: \"A: B\" <sip:a@127.0.0.1>;tag=x\r\nTo: <sip:+13175550100@127.0.0.1>\r\nCall-ID: one\r\nCSeq: 7 INVITE\r\n" +
	"Record-Route: <sip:proxy;lr>\r\nContact: <sip:us@127.0.0.1:5060>;a=b\r\n\r\n" +
	"v=0\r\nc=IN IP4 127.0.0.9\r\nm=audio 4006 RTP/AVP 0\r\n"

func TestAnInvitationIsRead(t *testing.T) {
	m, ok := readMessage(invite)
	if !ok || m.method != "INVITE" || m.user != "+13175550100" || m.call != "one" || m.seq != 7 || m.status != 0 || m.remote != "sip:us@127.0.0.1:5060" {
		t.Fatalf("%v, %+v", ok, m)
	}
	if at, err := described(m.body); err != nil || at.at != netip.MustParseAddrPort("127.0.0.9:4006") || len(at.key) > 0 {
		t.Errorf("%v, %v", at, err)
	}
	for _, broken := range []string{"", "\r\n\r\n", "INVITE\r\n\r\n", "INVITE sip:a SIP/2.0\r\nCall-ID: x\r\n\r\n"} {
		if m, ok := readMessage(broken); ok {
			t.Errorf("%q is read as %+v", broken, m)
		}
	}
}

func TestAnAnswerBelongsToItsRequest(t *testing.T) {
	m, _ := readMessage(invite)
	at := netip.MustParseAddrPort("127.0.0.1:5062")
	text := m.answer("200 OK", "y", at, describe(voice{at: at}))
	got, ok := readMessage(text)
	if !ok || got.status != 200 || got.method != "INVITE" || got.seq != 7 || got.call != "one" || got.from != m.from ||
		got.to != m.to+";tag=y" || got.via[0] != m.via[0] || got.routes[0] != m.routes[0] {
		t.Errorf("%v, %+v", ok, got)
	}
	if to, err := described(got.body); err != nil || to.at != at || !strings.Contains(text, "application/sdp") {
		t.Errorf("%v, %v", to, err)
	}
}

func TestAFarewellGoesTheOtherWay(t *testing.T) {
	m, _ := readMessage(invite)
	got, ok := readMessage(m.bye("y", "2", netip.MustParseAddrPort("127.0.0.1:5062")))
	if !ok || got.method != "BYE" || got.user != "us" || got.from != m.to+";tag=y" || got.to != m.from || got.call != "one" {
		t.Errorf("%v, %+v", ok, got)
	}
}

func TestAKeyIsOfferedAndAnswered(t *testing.T) {
	said := voice{netip.MustParseAddrPort("127.0.0.1:4000"), "3", newKey()}
	text := describe(said)
	if !strings.Contains(text, "m=audio 4000 RTP/SAVP 0\r\n") {
		t.Error(text)
	}
	others := "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAA\r\n"
	if got, err := described(others + text); err != nil || got.at != said.at || got.tag != "3" || !bytes.Equal(got.key, said.key) {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := described(strings.Replace(text, "inline:", "inline:?", 1)); err == nil {
		t.Error("a key that is none is read")
	}
}
