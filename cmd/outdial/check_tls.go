package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"os"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/telephony"
)

// soon is how long before its end a certificate is warned of.
const soon = 30 * 24 * time.Hour

// pair judges a certificate of ours and its key.
func (j *judge) pair(where, certificate, whereKey, key string) {
	read := j.readable(where, certificate)
	if !j.readable(whereKey, key) || !read {
		return
	}
	pair, err := tls.LoadX509KeyPair(certificate, key)
	if err != nil {
		j.bad(whereKey, "certificate and key can not be used together: %v", err)
		return
	}
	j.lasting(where, pair.Leaf)
}

// authorities judges a file with those whose certificates are believed.
func (j *judge) authorities(where, file string) {
	if file == "" {
		return
	}
	text, err := os.ReadFile(file)
	if err != nil {
		j.bad(where, "%v", err)
		return
	}
	found := 0
	for {
		var block *pem.Block
		if block, text = pem.Decode(text); block == nil {
			break
		}
		if c, err := x509.ParseCertificate(block.Bytes); err == nil && block.Type == "CERTIFICATE" {
			found++
			j.lasting(where, c)
		}
	}
	if found == 0 {
		j.bad(where, "%s holds no certificate in PEM form", file)
	}
}

// lasting notes a certificate that is over, or is soon.
func (j *judge) lasting(where string, c *x509.Certificate) {
	switch end := c.NotAfter.Format(time.DateOnly); {
	case time.Now().After(c.NotAfter):
		j.note(where, "the certificate of %s expired on %s; it will be refused", c.Subject, end)
	case time.Until(c.NotAfter) < soon:
		j.note(where, "the certificate of %s expires on %s; renew it before", c.Subject, end)
	}
}

// secured judges SIP over TLS on our side.
func (j *judge) secured(s sipConfig) {
	j.authorities("sip.tls_ca", s.TLSCA)
	if s.TLSListen != "" {
		if _, err := address(s.TLSListen); err != nil {
			j.bad("sip.tls_listen", "%v", err)
		}
	} else if s.Certificate == "" && s.Key == "" {
		return
	}
	j.pair("sip.certificate", s.Certificate, "sip.key", s.Key)
}

// trunkTLS judges whom a trunk believes.
func (j *judge) trunkTLS(where string, t trunkConfig) {
	j.authorities(where+", tls_ca", t.TLSCA)
	if t.TLSCertificate != "" || t.TLSKey != "" {
		j.pair(where+", tls_certificate", t.TLSCertificate, where+", tls_key", t.TLSKey)
	}
	if t.TLSInsecure {
		j.note(where, "tls_insecure: ANYONE in the way can pose as this carrier, hear its calls and take its password; name the authority in tls_ca instead")
	}
	used := t.TLSCA != "" || t.TLSName != "" || t.TLSCertificate != "" || t.TLSInsecure
	if used && !overTLS(t.Address) {
		j.note(where, "the tls_ settings are of no use: its address does not ask for TLS; add ;transport=tls to it")
	}
}

// srtp judges whether media is protected, and its keys with it.
func (j *judge) srtp(where, srtp, address string) {
	if err := telephony.SRTP(srtp).Check(); err != nil {
		j.bad(where, "%v", err)
	} else if srtp != "" && srtp != string(telephony.SRTPOff) && !overTLS(address) {
		j.note(where, "srtp %s: the keys cross the network in clear, for whoever reads SIP there can decrypt the calls; add ;transport=tls to its address", srtp)
	}
}

// overTLS tells whether an address asks for TLS.
func overTLS(address string) bool {
	lower := strings.ToLower(strings.TrimSpace(address))
	_, parameters, _ := strings.Cut(lower, ";")
	return strings.HasPrefix(lower, "sips:") || strings.Contains(";"+parameters+";", ";transport=tls;")
}
