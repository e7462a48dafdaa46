package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A certificate that ends soon is told of before it does.
func TestCertificatesThatEnd(t *testing.T) {
	day := 24 * time.Hour
	for name, c := range map[string]struct {
		left time.Duration
		want string // "" is nothing to tell
	}{
		"fresh":        {60 * day, ""},
		"soon over":    {29 * day, "expires on"},
		"over already": {-day, "expired on"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			public, private, err := ed25519.GenerateKey(rand.Reader)
			if err != nil {
				t.Fatal(err)
			}
			about := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "us"}, NotBefore: time.Now().Add(-90 * day), NotAfter: time.Now().Add(c.left)}
			der, err := x509.CreateCertificate(rand.Reader, about, about, public, private)
			if err != nil {
				t.Fatal(err)
			}
			pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
			if err != nil {
				t.Fatal(err)
			}
			for file, block := range map[string]*pem.Block{"cert.pem": {Type: "CERTIFICATE", Bytes: der}, "key.pem": {Type: "PRIVATE KEY", Bytes: pkcs8}} {
				if err := os.WriteFile(filepath.Join(dir, file), pem.EncodeToMemory(block), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			file := filepath.Join(dir, "outdial.toml")
			text := "[sip]\ntls_listen = \"127.0.0.1:5061\"\ncertificate = \"cert.pem\"\nkey = \"key.pem\"\ntls_ca = \"cert.pem\"\n" +
				"[[trunk]]\nname = \"a\"\naddress = \"sip:h;transport=tls\"\ntls_ca = \"cert.pem\"\ntls_certificate = \"cert.pem\"\ntls_key = \"key.pem\"\n"
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			cfg, err := loadConfig(file)
			if err != nil {
				t.Fatal(err)
			}
			told := map[string]string{}
			for _, p := range cfg.problems() {
				if p.fatal {
					t.Errorf("%v", p)
				}
				told[p.where] = p.what
			}
			for _, where := range []string{"sip.certificate", "sip.tls_ca", "trunk a, tls_ca", "trunk a, tls_certificate"} {
				if got := told[where]; (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
					t.Errorf("%s: %q, want %q", where, got, c.want)
				}
			}
		})
	}
}
