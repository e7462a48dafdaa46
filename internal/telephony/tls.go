package telephony

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strings"
	"sync"
	"time"
)

// TLS says how the far end of a TLS connection proves who it is, and how we do.
type TLS struct {
	// CA is a PEM file with the authorities whose certificates are believed; empty
	// is those of the system.
	CA string
	// Name is the one that the far end's certificate must be for, where it is not
	// the host of its address.
	Name string
	// Certificate and Key are PEM files with ours, for who asks for it (mutual TLS).
	// They are read anew when they have changed.
	Certificate, Key string
	// Insecure takes any certificate, and so anyone in the way.
	Insecure bool
}

// trust is a TLS that has been read.
type trust struct {
	name     string
	roots    *x509.CertPool // nil is the system's
	ours     *papers        // nil is none
	insecure bool
}

func newTrust(t TLS) (*trust, error) {
	b := &trust{name: t.Name, insecure: t.Insecure}
	if t.CA != "" {
		text, err := os.ReadFile(t.CA)
		if err != nil {
			return nil, err
		}
		b.roots = x509.NewCertPool()
		if !b.roots.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("%s holds no certificate in PEM form", t.CA)
		}
	}
	if t.Certificate != "" || t.Key != "" {
		b.ours = &papers{certificate: t.Certificate, key: t.Key}
		if _, err := b.ours.show(); err != nil {
			return nil, fmt.Errorf("certificate and key can not be used: %w", err)
		}
	}
	return b, nil
}

// towards is what a connection to a host of that name is opened with.
func (b *trust) towards(name string) *tls.Config {
	name = cmp.Or(b.name, name)
	c := &tls.Config{
		MinVersion: tls.VersionTLS12,
		// The standard check knows no "sip:" names, and says little to whoever has
		// to mend it. Ours, which stands in for it, comes after every handshake.
		InsecureSkipVerify: true,
		VerifyConnection: func(s tls.ConnectionState) error {
			return b.verify(s.PeerCertificates, name, time.Now())
		},
	}
	if _, err := netip.ParseAddr(name); err != nil {
		c.ServerName = name
	}
	if b.ours != nil {
		c.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return b.ours.show() }
	}
	return c
}

// verify tells what is wrong with the certificates of a far end that should be
// name, in words for whoever has to mend it.
func (b *trust) verify(chain []*x509.Certificate, name string, now time.Time) error {
	if b.insecure {
		return nil
	}
	leaf, between := chain[0], x509.NewCertPool()
	for _, c := range chain[1:] {
		between.AddCert(c)
	}
	switch {
	case now.After(leaf.NotAfter):
		return fmt.Errorf("the certificate of %s has expired on %s", name, leaf.NotAfter.Format(time.DateOnly))
	case now.Before(leaf.NotBefore):
		return fmt.Errorf("the certificate of %s is not valid before %s", name, leaf.NotBefore.Format(time.DateTime))
	}
	_, err := leaf.Verify(x509.VerifyOptions{Roots: b.roots, Intermediates: between, CurrentTime: now})
	var unknown x509.UnknownAuthorityError
	switch {
	case errors.As(err, &unknown):
		return fmt.Errorf("the certificate of %s is signed by %q, whom nobody here knows; name its file in tls_ca", name, leaf.Issuer.String())
	case err != nil:
		return fmt.Errorf("the certificate of %s can not be believed: %w", name, err)
	case !isFor(leaf, name):
		return fmt.Errorf("the certificate that %s shows is not for it, but for %s; if that is right, set tls_name", name, strings.Join(namesIn(leaf), ", "))
	}
	return nil
}

// isFor tells whether a certificate names a SIP domain (RFC 5922 section 7.2): as
// a "sip:" URI without a user, or as a host. Unlike there, a wildcard is taken,
// since carriers have them.
func isFor(c *x509.Certificate, name string) bool {
	for _, u := range c.URIs {
		if strings.EqualFold(u.Scheme, "sip") && strings.EqualFold(u.Opaque, name) {
			return true
		}
	}
	return c.VerifyHostname(name) == nil
}

// namesIn are the names that a certificate is for.
func namesIn(c *x509.Certificate) []string {
	names := append([]string(nil), c.DNSNames...)
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	for _, u := range c.URIs {
		names = append(names, u.String())
	}
	if len(names) == 0 {
		return []string{"nobody"}
	}
	return names
}

// hindered puts into words why no TLS connection to name could be opened.
func hindered(err error, name string, to netip.AddrPort) error {
	var (
		plain  tls.RecordHeaderError
		refuse tls.AlertError
		slow   net.Error
	)
	switch {
	case errors.As(err, &plain):
		return fmt.Errorf("%s at %v does not speak TLS", name, to)
	case errors.As(err, &refuse):
		return fmt.Errorf("%s at %v ended the TLS handshake: %w", name, to, err)
	case errors.As(err, &slow) && slow.Timeout():
		return fmt.Errorf("%s at %v does not answer over TLS", name, to)
	}
	return err
}

// papers are a certificate and its key, in files.
type papers struct {
	certificate, key string

	mu      sync.Mutex // guards what follows
	pair    *tls.Certificate
	changed time.Time // of the newer of the files, when pair was read
}

// show gives the pair as it is in the files now; when those can not be used, as
// in the middle of being replaced, the one from before.
func (p *papers) show() (*tls.Certificate, error) {
	var changed time.Time
	for _, file := range []string{p.certificate, p.key} {
		if info, err := os.Stat(file); err == nil && info.ModTime().After(changed) {
			changed = info.ModTime()
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.pair != nil && changed.Equal(p.changed) {
		return p.pair, nil
	}
	pair, err := tls.LoadX509KeyPair(p.certificate, p.key)
	if err != nil {
		if p.pair != nil {
			return p.pair, nil
		}
		return nil, err
	}
	p.pair, p.changed = &pair, changed
	return p.pair, nil
}
