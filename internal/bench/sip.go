package bench

import (
	"encoding/base64"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// message is a SIP message (RFC 3261 section 7), as far as the far end of a call needs
// to know one. Header names are compared as this program's peers write them.
type message struct {
	method string // of a request, or of the request that a response answers
	status int    // of a response; 0 is a request
	user   string // of a request's URI
	via    []string
	routes []string // Record-Route
	from   string
	to     string
	call   string
	seq    int
	remote string // the URI of Contact
	body   string
}

// compact are the short names of headers (RFC 3261 section 7.3.3).
var compact = map[string]string{"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact"}

// readMessage reads a datagram; false if it is no SIP message.
func readMessage(datagram string) (m message, ok bool) {
	head, body, _ := strings.Cut(datagram, "\r\n\r\n")
	start, rest, _ := strings.Cut(head, "\r\n")
	words := strings.SplitN(start, " ", 3)
	if len(words) < 3 {
		return m, false
	}
	if words[0] == "SIP/2.0" {
		m.status, _ = strconv.Atoi(words[1])
	} else {
		m.method, m.user = words[0], userOf(words[1])
	}
	m.body = body
	for line := range strings.SplitSeq(rest, "\r\n") {
		name, value, _ := strings.Cut(line, ":")
		m.header(strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(value))
	}
	return m, m.call != "" && m.method != "" && len(m.via) > 0
}

// header takes a header of a message.
func (m *message) header(name, value string) {
	if long, ok := compact[name]; ok {
		name = long
	}
	switch name {
	case "via":
		m.via = append(m.via, value)
	case "record-route":
		m.routes = append(m.routes, value)
	case "from":
		m.from = value
	case "to":
		m.to = value
	case "call-id":
		m.call = value
	case "cseq":
		number, method, _ := strings.Cut(value, " ")
		m.seq, _ = strconv.Atoi(number)
		m.method = strings.TrimSpace(method)
	case "contact":
		m.remote = value
		if _, uri, ok := strings.Cut(value, "<"); ok {
			m.remote, _, _ = strings.Cut(uri, ">")
		}
	}
}

// userOf is the user of a URI such as sip:user@host.
func userOf(uri string) string {
	_, rest, _ := strings.Cut(uri, ":")
	user, _, ok := strings.Cut(rest, "@")
	if !ok {
		return ""
	}
	return user
}

// answer is a response to a request (RFC 3261 section 8.2.6). tag goes to To if it has
// none; body is a description.
func (m *message) answer(status, tag string, contact netip.AddrPort, body string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "SIP/2.0 %s\r\n", status)
	for _, v := range m.via {
		fmt.Fprintf(&b, "Via: %s\r\n", v)
	}
	for _, r := range m.routes {
		fmt.Fprintf(&b, "Record-Route: %s\r\n", r)
	}
	to := m.to
	if !strings.Contains(to, ";tag=") {
		to += ";tag=" + tag
	}
	fmt.Fprintf(&b, "From: %s\r\nTo: %s\r\nCall-ID: %s\r\nCSeq: %d %s\r\nContact: <sip:%s>\r\n", m.from, to, m.call, m.seq, m.method, contact)
	if body != "" {
		b.WriteString("Content-Type: application/sdp\r\n")
	}
	fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n%s", len(body), body)
	return b.String()
}

// bye ends the dialog that an INVITE has begun, from the side of who was invited.
func (m *message) bye(tag, branch string, contact netip.AddrPort) string {
	var b strings.Builder
	fmt.Fprintf(&b, "BYE %s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bK%s;rport\r\nMax-Forwards: 70\r\n", m.remote, contact, branch)
	for _, r := range m.routes {
		fmt.Fprintf(&b, "Route: %s\r\n", r)
	}
	fmt.Fprintf(&b, "From: %s;tag=%s\r\nTo: %s\r\nCall-ID: %s\r\nCSeq: 1 BYE\r\nContent-Length: 0\r\n\r\n", m.to, tag, m.from, m.call)
	return b.String()
}

// voice is what a description says of the audio: where it is, and the key that it is
// encrypted with, if it is.
type voice struct {
	at  netip.AddrPort
	tag string // of the key, in the offer and in its answer
	key []byte // of [suite], with its salt
}

// suite is how voice is encrypted (RFC 7714 section 14.2).
const suite = "AEAD_AES_128_GCM"

// describe is a description (RFC 8866) of µ-law.
func describe(v voice) string {
	version, profile, crypto := "IP4", "RTP/AVP", ""
	if v.at.Addr().Is6() {
		version = "IP6"
	}
	if len(v.key) > 0 { // RFC 4568 section 9.1
		profile, crypto = "RTP/SAVP", fmt.Sprintf("a=crypto:%s %s inline:%s\r\n", v.tag, suite, base64.StdEncoding.EncodeToString(v.key))
	}
	return fmt.Sprintf("v=0\r\no=far 1 1 IN %[1]s %[2]s\r\ns=-\r\nc=IN %[1]s %[2]s\r\nt=0 0\r\nm=audio %[3]d %[4]s 0\r\na=rtpmap:0 PCMU/8000\r\na=ptime:20\r\n%[5]s",
		version, v.at.Addr(), v.at.Port(), profile, crypto)
}

// described is the audio of a description. Of its keys that of [suite] counts.
func described(sdp string) (v voice, err error) {
	var address, port string
	for line := range strings.SplitSeq(sdp, "\n") {
		switch words := strings.Fields(line); {
		case strings.HasPrefix(line, "c=") && len(words) == 3:
			address = words[2]
		case strings.HasPrefix(line, "m=audio ") && len(words) > 1:
			port = words[1]
		case strings.HasPrefix(line, "a=crypto:") && len(words) > 2 && words[1] == suite:
			v.tag = strings.TrimPrefix(words[0], "a=crypto:")
			if v.key, err = base64.StdEncoding.DecodeString(strings.TrimPrefix(words[2], "inline:")); err != nil {
				return v, fmt.Errorf("the key in %q: %w", line, err)
			}
		}
	}
	addr, err := netip.ParseAddr(address)
	if err != nil {
		return v, fmt.Errorf("no address in %q: %w", sdp, err)
	}
	number, err := strconv.ParseUint(port, 10, 16)
	v.at = netip.AddrPortFrom(addr, uint16(number))
	return v, err
}
