//go:build linux

package e2e

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// papers are a certificate, its key and who signed it, in PEM files.
type papers struct {
	ca, certificate, key string
	both                 string // certificate and key in one file, as baresip wants them
}

// issue makes an authority and a certificate of it for this machine.
func issue(t testing.TB) *papers {
	t.Helper()
	dir := t.TempDir()
	p := &papers{filepath.Join(dir, "ca.pem"), filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem"), filepath.Join(dir, "both.pem")}
	until := time.Now().Add(60 * 24 * time.Hour)
	authority := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Our telephony"}, NotAfter: until,
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	about := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "127.0.0.1"}, NotAfter: until,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}}
	signer, own := newKey(t), newKey(t)
	root, err := x509.CreateCertificate(rand.Reader, authority, authority, signer.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.CreateCertificate(rand.Reader, about, authority, own.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(own)
	if err != nil {
		t.Fatal(err)
	}
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: leaf})
	key := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})
	for file, text := range map[string][]byte{
		p.ca: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: root}), p.certificate: certificate, p.key: key,
		p.both: append(bytes.Clone(certificate), key...),
	} {
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// tap captures TCP ports into a file; it gives what went over them once it is
// stopped.
func tap(t testing.TB, ports ...int) (stop func() []byte) {
	t.Helper()
	filter := "tcp and ("
	for i, port := range ports {
		if i > 0 {
			filter += " or "
		}
		filter += fmt.Sprintf("port %d", port)
	}
	path := filepath.Join(t.ArtifactDir(), "tcp.pcap")
	p := launch(t, "dumpcap", exec.Command(locate(t, "dumpcap"), "-q", "-i", "lo", "-P", "-w", path, "-f", filter+")"))
	p.await(t, "File: ")
	return func() []byte {
		t.Helper()
		p.stop(syscall.SIGINT)
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
}

// TestNobodyInBetweenReadsOrHears registers with Kamailio over TLS, calls a customer through it,
// and the agent's baresip over TLS and SRTP. Both hear each other; on the wire there
// is no word of SIP in clear, and no tone at the agent's side.
func TestNobodyInBetweenReadsOrHears(t *testing.T) {
	t.Parallel()
	own := issue(t)
	c := startCarrier(t)
	tr := startKamailio(t, c, true, own)
	anna := startBaresip(t, here, atOnce, voice{
		hertz: agentTone, module: "g711.so", codec: "PCMU/8000/1",
		transport: "tls", settings: "module srtp.so\nsip_certificate " + own.both, account: ";mediaenc=srtp-mand",
	})
	address := fmt.Sprintf("sip:anna@127.0.0.1:%d;transport=tls", anna.port+1) // where baresip has TLS
	ours := freePort(t)
	p := prepare(t, shift{
		trunk: fmt.Sprintf("sip:127.0.0.1:%d;transport=tls", tr.tls), agents: []string{"anna"},
		carrier:    fmt.Sprintf("tls_ca = %q\n%s", own.ca, registers),
		signalling: fmt.Sprintf("tls_listen = \"127.0.0.1:%d\"\ncertificate = %q\nkey = %q\ntls_ca = %q", ours, own.certificate, own.key, own.ca),
		more:       fmt.Sprintf("[[station]]\nname = \"desk\"\nkind = \"workstation\"\naddress = %q\nsrtp = \"required\"", address),
	})
	w := watch(t, []int{p.sip, c.port, tr.port, anna.port}, p.media, anna.media)
	w.sealed = true
	tapped := tap(t, ours, tr.tls, anna.port+1)
	p.serve(t)
	p.load(t, number(leaves, 1), number(talks, 2))
	desk := begin(t, p.http, "anna", address, true)

	customer := desk.mustPop(t)
	w.awaitTone(t, "the agent's voice at the customer", agentTone, 25, c.media.to)
	c.awaitCall(t, disconnect, customer.number())
	if err := desk.finish(customer, "Sale"); err != nil {
		t.Fatal(err)
	}
	second := desk.mustPop(t)
	w.awaitTone(t, "the agent's voice at the second customer", agentTone, 75, c.media.to)
	if err := desk.finish(second, "Sale"); err != nil {
		t.Fatal(err)
	}
	p.awaitClosed(t, number(talks, 2))

	shown, err := exec.Command(locate(t, "openssl"), "s_client", "-connect", fmt.Sprintf("127.0.0.1:%d", ours), "-CAfile", own.ca, "-verify_return_error").CombinedOutput()
	if err != nil || !bytes.Contains(shown, []byte("Verify return code: 0 (ok)")) {
		t.Errorf("openssl does not believe our certificate: %v\n%s", err, shown)
	}
	desk.must(t, http.MethodDelete, "/connection/station", http.StatusOK, nil, nil)
	anna.awaitEvent(t, "CALL_CLOSED", 1)
	p.await(t, "srtp=A")
	anna.switchOff()
	w.stop(t)

	heard := anna.heard(t)
	if len(heard) != 1 {
		t.Fatalf("%d calls were recorded at the agent's phone, not one", len(heard))
	}
	// The first customer speaks for 1.5 s.
	if frames := heardFor(heard[0], customerTone); frames < 60 {
		t.Errorf("the agent's phone heard the customers for %d ms", frames*20)
	}
	sealed := w.stream(func(k packet) bool { return anna.media.to(k) || anna.media.has(k.from.Port()) })
	if len(sealed) < 200 {
		t.Errorf("only %d packets of SRTP", len(sealed))
	}
	for _, r := range sealed {
		if r.hears(agentTone) || r.hears(customerTone) || bytes.Contains(r.audio, bytes.Repeat([]byte{0xff}, 20)) {
			t.Fatalf("a packet on the agent's side is in clear: %x", r.audio)
		}
	}
	if n := len(w.requests(t, "INVITE", tr.port)) + len(w.requests(t, "INVITE", anna.port)); n != 0 {
		t.Errorf("%d INVITEs went over UDP", n)
	}
	text := tapped()
	for _, word := range []string{"SIP/2.0", "INVITE", "inline:", number(talks, 2)} {
		if bytes.Contains(text, []byte(word)) {
			t.Errorf("%q can be read on the wire", word)
		}
	}
	if len(text) < 10000 {
		t.Errorf("only %d bytes went over TLS", len(text))
	}
}

// TestPhonesThatCanOrCanNotDoSRTP: whether a phone and its station settle on SRTP.
func TestPhonesThatCanOrCanNotDoSRTP(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		station, phone string
		secure         bool
	}{
		{"required", ";mediaenc=srtp-mand", true},
		{"required", ";mediaenc=srtp", true},
		{"optional", ";mediaenc=srtp", true},
		{"optional", "", false},
		{"off", ";mediaenc=srtp", false},
	} {
		t.Run(c.station+" and "+c.phone, func(t *testing.T) {
			customers := startCarrier(t)
			anna := startBaresip(t, here, atOnce, voice{hertz: agentTone, module: "g711.so", codec: "PCMU/8000/1", settings: "module srtp.so", account: c.phone})
			p := prepare(t, shift{trunk: customers.uri(""), agents: []string{"anna"},
				more: fmt.Sprintf("[[station]]\nname = \"desk\"\nkind = \"workstation\"\naddress = %q\nsrtp = %q", anna.uri(), c.station)})
			w := watch(t, []int{p.sip, anna.port, customers.port}, p.media)
			w.sealed = c.secure
			p.serve(t)
			p.load(t, number(talks, 1))
			desk := begin(t, p.http, "anna", anna.uri(), true)
			customer := desk.mustPop(t)
			w.awaitTone(t, "the agent's voice at the customer", agentTone, 50, customers.media.to)
			if err := desk.finish(customer, "Sale"); err != nil {
				t.Fatal(err)
			}
			p.awaitClosed(t, number(talks, 1))
			w.stop(t)
			_, clear := w.first(time.Time{}, customerTone, anna.media.to)
			if clear == c.secure {
				t.Errorf("the customer's voice is in clear on the way to the agent: %v", clear)
			}
			anna.switchOff()
			if heard := anna.heard(t); len(heard) != 1 || heardFor(heard[0], customerTone) < 40 {
				t.Errorf("the agent's phone did not hear the customer: %d recordings", len(heard))
			}
		})
	}
}
