package main

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
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
	if err := serve(t.Context(), nil, io.Discard, io.Discard); err == nil {
		t.Fatal("it started on a port that is taken")
	}
	t.Setenv("OUTDIAL_HTTP_LISTEN", "127.0.0.1:0")
	second := serveUntilReady(t)
	if !strings.Contains(second.said, "password  ") {
		t.Errorf("the start that succeeds said: %s", second.said)
	}
	second.stop(t)
}

type served struct {
	said, url string
	end       context.CancelFunc
	over      chan error
}

func serveUntilReady(t *testing.T) served {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	read, write := io.Pipe()
	s := served{end: cancel, over: make(chan error, 1)}
	go func() {
		err := serve(ctx, nil, write, io.Discard)
		write.CloseWithError(io.EOF)
		s.over <- err
	}()
	lines := bufio.NewScanner(read)
	for lines.Scan() {
		s.said += lines.Text() + "\n"
		if m := regexp.MustCompile(`^listening http=(\S+) sip=\S+$`).FindStringSubmatch(lines.Text()); m != nil {
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
