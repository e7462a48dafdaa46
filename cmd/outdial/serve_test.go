package main

import (
	"bufio"
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestServeWithoutConfiguration: a fresh start makes an administrator, shows the
// password once, and says where it listens; the second start shows none.
func TestServeWithoutConfiguration(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("OUTDIAL_HTTP_LISTEN", "127.0.0.1:0")
	t.Setenv("OUTDIAL_SIP_LISTEN", "127.0.0.1:0")
	first := serveUntilReady(t)
	password := regexp.MustCompile(`(?m)^  password +(\S+)`).FindStringSubmatch(first.said)
	if password == nil || !strings.Contains(first.said, "What to do next") {
		t.Fatalf("said: %s", first.said)
	}
	req, _ := http.NewRequest("GET", first.url+"/api/campaigns", nil)
	req.SetBasicAuth("admin", password[1])
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != 200 {
		t.Errorf("the administrator gets %s", res.Status)
	}
	first.stop(t)
	if _, err := os.Stat(filepath.Join(".", "outdial.db")); err != nil {
		t.Error(err)
	}
	second := serveUntilReady(t)
	if strings.Contains(second.said, "password") {
		t.Errorf("the second start said: %s", second.said)
	}
	second.stop(t)
}

// TestThePasswordIsToldByTheStartThatSucceeds: a first start that fails, here for
// a port that is taken, keeps no administrator whose password nobody has seen.
func TestThePasswordIsToldByTheStartThatSucceeds(t *testing.T) {
	t.Chdir(t.TempDir())
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	t.Setenv("OUTDIAL_HTTP_LISTEN", taken.Addr().String())
	t.Setenv("OUTDIAL_SIP_LISTEN", "127.0.0.1:0")
	err = serve(t.Context(), nil, io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "http.listen: another program uses this address") {
		t.Fatal("on a port that is taken:", err)
	}
	t.Setenv("OUTDIAL_HTTP_LISTEN", "127.0.0.1:0")
	second := serveUntilReady(t)
	if !strings.Contains(second.said, "password  ") {
		t.Errorf("the start that succeeds said: %s", second.said)
	}
	second.stop(t)
}

// TestServeOverTLS: the pair is judged before anything starts, and both addresses
// are told.
func TestServeOverTLS(t *testing.T) {
	dir := t.TempDir()
	selfSigned(t, dir, "server")
	selfSigned(t, dir, "other")
	file := filepath.Join(dir, "outdial.toml")
	configure := func(key string) {
		text := fmt.Sprintf("[http]\nlisten = \"127.0.0.1:0\"\ntls_listen = \"127.0.0.1:0\"\ncertificate = \"server.pem\"\nkey = %q\n[sip]\nlisten = \"127.0.0.1:0\"\n", key)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	configure("other.key")
	err := serve(t.Context(), []string{"--config", file}, io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "http.key: certificate and key can not be used together") {
		t.Error("with the key of another certificate:", err)
	}
	configure("server.key")
	s := serveUntilReady(t, "--config", file)
	secure := regexp.MustCompile(` https=(\S+) `).FindStringSubmatch(s.said)
	if secure == nil {
		t.Fatalf("said: %s", s.said)
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	defer client.CloseIdleConnections()
	for _, url := range []string{s.url, secure[1]} {
		res, err := client.Get(url + "/healthz")
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != 200 {
			t.Errorf("%s answers %s", url, res.Status)
		}
	}
	s.stop(t)
}

// selfSigned writes name.pem and name.key.
func selfSigned(t *testing.T, dir, name string) {
	t.Helper()
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	about := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	certificate, err := x509.CreateCertificate(nil, about, about, public, private)
	if err != nil {
		t.Fatal(err)
	}
	key, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{".pem": {Type: "CERTIFICATE", Bytes: certificate}, ".key": {Type: "PRIVATE KEY", Bytes: key}} {
		if err := os.WriteFile(filepath.Join(dir, name+file), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

type served struct {
	said, url string
	end       context.CancelFunc
	over      chan error
}

func serveUntilReady(t *testing.T, args ...string) served {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	read, write := io.Pipe()
	s := served{end: cancel, over: make(chan error, 1)}
	go func() {
		err := serve(ctx, args, write, io.Discard)
		write.CloseWithError(io.EOF)
		s.over <- err
	}()
	lines := bufio.NewScanner(read)
	for lines.Scan() {
		s.said += lines.Text() + "\n"
		if m := regexp.MustCompile(`^listening http=(\S+) (https=\S+ )?sip=\S+$`).FindStringSubmatch(lines.Text()); m != nil {
			s.url = m[1]
			return s
		}
	}
	cancel()
	t.Fatalf("it said %q and ended: %v", s.said, <-s.over)
	return s
}

func (s served) stop(t *testing.T) {
	t.Helper()
	s.end()
	if err := <-s.over; err != nil {
		t.Error("stop:", err)
	}
}
