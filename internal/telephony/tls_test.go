package telephony

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/call"
)

// authority signs certificates for tests.
type authority struct {
	t    testing.TB
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	file string
}

func newAuthority(t testing.TB) *authority {
	t.Helper()
	a := &authority{t: t, file: filepath.Join(t.TempDir(), "ca.pem")}
	der, key := a.sign(&x509.Certificate{
		Subject: pkix.Name{CommonName: "Test authority"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	})
	a.key = key
	var err error
	if a.cert, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	a.write(a.file, "CERTIFICATE", der)
	return a
}

// sign makes a key and a certificate for it; the authority's own signs itself.
func (a *authority) sign(c *x509.Certificate) ([]byte, *ecdsa.PrivateKey) {
	a.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	c.SerialNumber = big.NewInt(time.Now().UnixNano())
	if c.NotAfter.IsZero() {
		c.NotAfter = time.Now().Add(time.Hour)
	}
	parent, signer := a.cert, a.key
	if parent == nil {
		parent, signer = c, key
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, key.Public(), signer)
	if err != nil {
		a.t.Fatal(err)
	}
	return der, key
}

func (a *authority) write(file, kind string, der []byte) {
	a.t.Helper()
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		a.t.Fatal(err)
	}
}

// issue puts a certificate for names, and its key, into files.
func (a *authority) issue(names []string, change ...func(*x509.Certificate)) TLS {
	a.t.Helper()
	dir := a.t.TempDir()
	files := TLS{CA: a.file, Certificate: filepath.Join(dir, "cert.pem"), Key: filepath.Join(dir, "key.pem")}
	a.reissue(files, names, change...)
	return files
}

func (a *authority) reissue(files TLS, names []string, change ...func(*x509.Certificate)) {
	a.t.Helper()
	c := &x509.Certificate{Subject: pkix.Name{CommonName: "it"}, DNSNames: names, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}}
	for _, f := range change {
		f(c)
	}
	der, key := a.sign(c)
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		a.t.Fatal(err)
	}
	a.write(files.Certificate, "CERTIFICATE", der)
	a.write(files.Key, "PRIVATE KEY", pkcs8)
}

func (a *authority) pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	return pool
}

// gate takes TLS connections and hands the SIP in them to a peer, message by
// message, and back.
type gate struct {
	t    testing.TB
	at   netip.AddrPort
	peer *peer

	mu    sync.Mutex
	conns []*tls.Conn
	done  sync.WaitGroup
}

// behindTLS gives a peer a gate with a certificate.
func (p *peer) behindTLS(files TLS, change ...func(*tls.Config)) *gate {
	p.t.Helper()
	pair, err := tls.LoadX509KeyPair(files.Certificate, files.Key)
	if err != nil {
		p.t.Fatal(err)
	}
	config := &tls.Config{Certificates: []tls.Certificate{pair}}
	for _, f := range change {
		f(config)
	}
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		p.t.Fatal(err)
	}
	g := &gate{t: p.t, peer: p, at: netip.MustParseAddrPort(listener.Addr().String())}
	g.done.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			g.serve(tls.Server(conn, config))
		}
	})
	p.t.Cleanup(func() {
		listener.Close()
		g.slam()
		g.done.Wait()
	})
	p.contact = "sip:far@" + g.at.String() + ";transport=tls"
	return g
}

// serve relays between a connection and the peer's socket.
func (g *gate) serve(conn *tls.Conn) {
	inside, err := net.DialUDP("udp4", nil, g.peer.conn.LocalAddr().(*net.UDPAddr))
	if err != nil {
		g.t.Error(err)
		return
	}
	g.mu.Lock()
	g.conns = append(g.conns, conn)
	g.mu.Unlock()
	g.done.Go(func() {
		defer inside.Close()
		for r := bufio.NewReader(conn); ; {
			m, err := readMessage(r)
			if err != nil {
				return
			}
			_, _ = inside.Write([]byte(m))
		}
	})
	g.done.Go(func() {
		defer conn.Close()
		for buf := make([]byte, 65536); ; {
			n, err := inside.Read(buf)
			if err != nil {
				return
			}
			_, _ = conn.Write(buf[:n])
		}
	})
}

// readMessage reads one message from a stream (RFC 3261 section 18.3).
func readMessage(r *bufio.Reader) (message, error) {
	var b strings.Builder
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return "", err
		}
		b.WriteString(line)
		if line == "\r\n" && b.Len() > 2 {
			break
		}
	}
	n, err := strconv.Atoi(message(b.String()).header("Content-Length"))
	if err != nil {
		return "", err
	}
	body := make([]byte, n)
	if _, err := io.ReadFull(r, body); err != nil {
		return "", err
	}
	return message(b.String() + string(body)), nil
}

// slam breaks all connections.
func (g *gate) slam() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, c := range g.conns {
		c.Close()
	}
}

func (g *gate) connections() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.conns)
}

func (g *gate) trunk(t TLS) Trunk {
	return Trunk{Name: "carrier", Address: "sip:" + g.at.String() + ";transport=tls", TLS: t}
}

const carrierName = "sip.carrier.example"

func TestACallOverTLS(t *testing.T) {
	a, p := newAuthority(t), newPeer(t)
	g := p.behindTLS(a.issue([]string{carrierName}))
	b := openBench(t, Config{Trunks: []Trunk{g.trunk(TLS{CA: a.file, Name: carrierName})}})
	first := b.dial(1, "+13175550101")
	invite := p.answered()
	b.await(first, call.Answered)
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(strings.Split(invite.header("Via"), ";")[0], "SIP/2.0/TLS "))
	switch {
	case port == "" || port == strconv.Itoa(int(b.Address().Port())):
		t.Errorf("Via is %q, want the port of the connection", invite.header("Via"))
	case !strings.Contains(invite.header("Contact"), ":"+port+";transport=tls"):
		t.Errorf("Contact is %q, want TLS at port %s", invite.header("Contact"), port)
	}
	// A request of the far end, on our connection, is answered there.
	p.request(invite, "OPTIONS", "far", "")
	p.expect("SIP/2.0 200")

	second := b.dial(2, "+13175550102")
	p.answered()
	b.await(second, call.Answered)
	b.HangUp(first, call.Cause{})
	p.hungUpOn()
	b.HangUp(second, call.Cause{})
	p.hungUpOn()
	if n := g.connections(); n != 1 {
		t.Errorf("two calls took %d connections, want 1", n)
	}
}

// What is broken between two requests is opened again, and certified again.
func TestATLSConnectionThatBroke(t *testing.T) {
	a, p := newAuthority(t), newPeer(t)
	g := p.behindTLS(a.issue([]string{carrierName}))
	b := openBench(t, Config{Trunks: []Trunk{g.trunk(TLS{CA: a.file, Name: carrierName})}})
	id := b.dial(1, "+13175550101")
	p.answered()
	b.await(id, call.Answered)
	h := hop{network: overTLS, addr: g.at, name: g.at.Addr().String(), trust: b.trunks[0].trust}
	g.slam()
	for start := time.Now(); ; {
		if _, open := b.wire.tunnels.port(h); !open {
			break
		}
		if time.Since(start) > patience {
			t.Fatal("a broken connection is still taken for one")
		}
	}
	b.HangUp(id, call.Cause{})
	p.hungUpOn()
	if n := g.connections(); n != 2 {
		t.Errorf("%d connections, want a second one for the BYE", n)
	}
}

// Who is not whom the trunk names gets no call, and the trunk says why.
func TestCertificatesThatAreNotBelieved(t *testing.T) {
	a, stranger := newAuthority(t), newAuthority(t)
	for name, c := range map[string]struct {
		shown TLS
		trust TLS
		want  string // "" is believed
	}{
		"as it should be":        {a.issue([]string{carrierName}), TLS{CA: a.file, Name: carrierName}, ""},
		"a name in any case":     {a.issue([]string{"SIP.Carrier.example"}), TLS{CA: a.file, Name: carrierName}, ""},
		"a sip URI (RFC 5922)":   {a.issue(nil, sipName(carrierName)), TLS{CA: a.file, Name: carrierName}, ""},
		"a wildcard":             {a.issue([]string{"*.carrier.example"}), TLS{CA: a.file, Name: carrierName}, ""},
		"the address itself":     {a.issue(nil, func(c *x509.Certificate) { c.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1)} }), TLS{CA: a.file}, ""},
		"expired":                {a.issue([]string{carrierName}, func(c *x509.Certificate) { c.NotAfter = time.Date(2025, 3, 1, 0, 0, 0, 0, time.UTC) }), TLS{CA: a.file, Name: carrierName}, "the certificate of sip.carrier.example has expired on 2025-03-01"},
		"not yet valid":          {a.issue([]string{carrierName}, func(c *x509.Certificate) { c.NotBefore = time.Now().Add(time.Minute) }), TLS{CA: a.file, Name: carrierName}, "is not valid before"},
		"an unknown authority":   {stranger.issue([]string{carrierName}), TLS{CA: a.file, Name: carrierName}, "whom nobody here knows; name its file in tls_ca"},
		"the system's knows not": {a.issue([]string{carrierName}), TLS{Name: carrierName}, "whom nobody here knows"},
		"another's name":         {a.issue([]string{"sip.other.example"}), TLS{CA: a.file, Name: carrierName}, "is not for it, but for sip.other.example"},
		"another's sip URI":      {a.issue(nil, sipName("other.example")), TLS{CA: a.file, Name: carrierName}, "is not for it, but for sip:other.example"},
		"a user's certificate":   {a.issue(nil, sipName("anna@"+carrierName)), TLS{CA: a.file, Name: carrierName}, "is not for it"},
		"the address is nobody":  {a.issue([]string{carrierName}), TLS{CA: a.file}, "the certificate that 127.0.0.1 shows is not for it, but for sip.carrier.example"},
		"no server at all": {a.issue([]string{carrierName}, func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} }),
			TLS{CA: a.file, Name: carrierName}, "can not be believed"},
		"nobody looks": {stranger.issue([]string{"sip.other.example"}), TLS{Insecure: true}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPeer(t)
			g := p.behindTLS(c.shown)
			b := openBench(t, Config{Trunks: []Trunk{g.trunk(c.trust)}})
			id := b.dial(1, "+13175550101")
			if c.want == "" {
				p.busy()
				if got := b.await(id, call.Ended); got.Cause.Reason != call.Busy {
					t.Errorf("ended with %v", got.Cause)
				}
				return
			}
			end := b.await(id, call.Ended)
			if end.Cause.Reason != call.Unreachable || !strings.Contains(end.Cause.Detail, c.want) {
				t.Errorf("ended with %v, want %q", end.Cause, c.want)
			}
			if trouble := b.Trunks()[0].Trouble; !strings.Contains(trouble, c.want) {
				t.Errorf("the trunk's trouble is %q, want %q", trouble, c.want)
			}
		})
	}
}

func sipName(name string) func(*x509.Certificate) {
	return func(c *x509.Certificate) { c.URIs = []*url.URL{{Scheme: "sip", Opaque: name}} }
}

func TestNoTLSThere(t *testing.T) {
	plain, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if conn, err := plain.Accept(); err == nil {
			_, _ = io.WriteString(conn, "SIP/2.0 400 Bad Request\r\n\r\n")
			conn.Close()
		}
	}()
	b := openBench(t, Config{})
	if end := b.await(b.dial(1, "sips:anna@"+plain.Addr().String()), call.Ended); !strings.Contains(end.Cause.Detail, "does not speak TLS") {
		t.Errorf("ended with %v", end.Cause)
	}
	<-done
	plain.Close()
	if end := b.await(b.dial(2, "sips:anna@"+plain.Addr().String()), call.Ended); end.Cause.Reason != call.Unreachable || !strings.Contains(end.Cause.Detail, "refused") {
		t.Errorf("ended with %v", end.Cause)
	}
}

// A phone with a sips address is called over TLS, and told a sips Contact (RFC
// 3261 section 8.1.1.8).
func TestAPhoneWithASipsAddress(t *testing.T) {
	a, p := newAuthority(t), newPeer(t)
	g := p.behindTLS(a.issue(nil, func(c *x509.Certificate) { c.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1)} }))
	p.contact = "sips:anna@" + g.at.String()
	b := openBench(t, Config{TLS: TLS{CA: a.file}})
	id := b.dial(1, "sips:anna@"+g.at.String())
	invite := p.answered()
	b.await(id, call.Answered)
	if c := uri(invite.header("Contact")); !strings.HasPrefix(c, "sips:") {
		t.Errorf("Contact is %q, want sips", c)
	}
	if !strings.HasPrefix(invite.start(), "INVITE sips:anna@") {
		t.Errorf("the INVITE begins %q", invite.start())
	}
	b.HangUp(id, call.Cause{})
	p.hungUpOn()
}

// Whatever Contact the far end gives, a dialog that began over TLS does not leave
// it: descriptions may hold keys.
func TestADialogStaysOnTLS(t *testing.T) {
	a, p := newAuthority(t), newPeer(t)
	g := p.behindTLS(a.issue([]string{carrierName}))
	p.contact = "sip:far@127.0.0.1:9;transport=udp"
	b := openBench(t, Config{Trunks: []Trunk{g.trunk(TLS{CA: a.file, Name: carrierName})}})
	id := b.dial(1, "+13175550101")
	p.answered()
	b.await(id, call.Answered)
	b.HangUp(id, call.Cause{})
	bye := p.hungUpOn()
	if !strings.HasPrefix(bye.start(), "BYE sip:far@127.0.0.1:9") || !strings.HasPrefix(bye.header("Via"), "SIP/2.0/TLS") {
		t.Errorf("BYE is %q", bye)
	}
}

// Mutual TLS: a carrier that knows its customers by their certificates.
func TestOurCertificateIsShownWhereItIsAskedFor(t *testing.T) {
	a, p := newAuthority(t), newPeer(t)
	g := p.behindTLS(a.issue([]string{carrierName}), func(c *tls.Config) {
		c.ClientAuth, c.ClientCAs = tls.RequireAndVerifyClientCert, a.pool()
	})
	ours := a.issue([]string{"dialer.example"})
	ours.Name = carrierName
	b := openBench(t, Config{Trunks: []Trunk{g.trunk(ours)}})
	id := b.dial(1, "+13175550101")
	p.busy()
	b.await(id, call.Ended)
	if shown := g.conns[0].ConnectionState().PeerCertificates; len(shown) != 1 || shown[0].DNSNames[0] != "dialer.example" {
		t.Errorf("shown was %v", shown)
	}
}

// knock connects to the switch as a far end does.
func (b *bench) knock(trust *x509.CertPool, name string) *tls.Conn {
	b.t.Helper()
	conn, err := tls.Dial("tcp4", b.AddressTLS().String(), &tls.Config{RootCAs: trust, ServerName: name})
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(patience))
	return conn
}

// A request in a dialog may come on a connection of the far end's own.
func TestTheFarEndConnectsOverTLS(t *testing.T) {
	a, p := newAuthority(t), newPeer(t)
	g := p.behindTLS(a.issue([]string{carrierName}))
	ours := a.issue([]string{"dialer.example"})
	b := openBench(t, Config{
		ListenTLS: netip.MustParseAddrPort("127.0.0.1:0"), TLS: ours,
		Trunks: []Trunk{g.trunk(TLS{CA: a.file, Name: carrierName})},
	})
	id := b.dial(1, "+13175550101")
	invite := p.answered()
	b.await(id, call.Answered)
	if want := fmt.Sprintf("@%v;transport=tls", b.AddressTLS()); !strings.Contains(invite.header("Contact"), want) {
		t.Errorf("Contact is %q, want %q", invite.header("Contact"), want)
	}
	g.slam()
	conn := b.knock(a.pool(), "dialer.example")
	fmt.Fprintf(conn, "BYE %s SIP/2.0\r\nVia: SIP/2.0/TLS 127.0.0.1:5061;branch=z9hG4bKknock;rport\r\nFrom: %s;tag=far\r\nTo: %s\r\nCall-ID: %s\r\nCSeq: 9 BYE\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n",
		uri(invite.header("Contact")), invite.header("To"), invite.header("From"), invite.header("Call-ID"))
	if m, err := readMessage(bufio.NewReader(conn)); err != nil || m.start() != "SIP/2.0 200 OK" {
		t.Errorf("BYE was answered %q, %v", m, err)
	}
	if end := b.await(id, call.Ended); !end.Cause.Far {
		t.Errorf("ended with %v", end.Cause)
	}
}

// A certificate that was renewed is shown without a restart; one that is half
// written is not.
func TestOurCertificateIsReadAnew(t *testing.T) {
	a := newAuthority(t)
	ours := a.issue([]string{"one.example"})
	b := openBench(t, Config{ListenTLS: netip.MustParseAddrPort("127.0.0.1:0"), TLS: ours})
	b.knock(a.pool(), "one.example")

	later := time.Now().Add(time.Minute)
	touch := func() {
		t.Helper()
		later = later.Add(time.Minute)
		if err := os.Chtimes(ours.Certificate, later, later); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(ours.Certificate, []byte("-----BEGIN CERTIFICATE-----\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	touch()
	b.knock(a.pool(), "one.example")
	a.reissue(ours, []string{"two.example"})
	touch()
	b.knock(a.pool(), "two.example")
}

func TestTLS10IsRefused(t *testing.T) {
	a := newAuthority(t)
	b := openBench(t, Config{ListenTLS: netip.MustParseAddrPort("127.0.0.1:0"), TLS: a.issue([]string{"one.example"})})
	conn, err := tls.Dial("tcp4", b.AddressTLS().String(), &tls.Config{RootCAs: a.pool(), ServerName: "one.example", MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11})
	if err == nil {
		conn.Close()
		t.Error("TLS 1.1 was taken")
	}
}
