package main

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
)

func TestTheFrontKnowsItsPaths(t *testing.T) {
	f := front{prefix: "/api/dialer"}
	for path, desk := range map[string]bool{
		"/icws": true, "/icws/connection": true, "/ICWS/connection": true, "//icws//1/connection": true,
		"/api/dialer/icws/connection": true, "//api/dialer//icws/connection": true,
		"/": false, "/icwsx": false, "/api/campaigns": false, "/metrics": false, "/x/icws": false,
	} {
		if got := f.isDesk(path); got != desk {
			t.Errorf("%s: %t", path, got)
		}
	}
}

// TestTheFrontBelievesOnlyItsProxies: who is taken for the client, by peer and
// X-Forwarded-For.
func TestTheFrontBelievesOnlyItsProxies(t *testing.T) {
	var proxies []netip.Prefix
	for _, s := range []string{"127.0.0.1", "10.0.0.0/8", "::1"} {
		p, err := proxyRange(s)
		if err != nil {
			t.Fatal(err)
		}
		proxies = append(proxies, p)
	}
	for _, c := range []struct {
		name, peer string
		forwarded  []string
		want       string
	}{
		{"no proxy", "192.0.2.1:99", []string{"198.51.100.1"}, "192.0.2.1:99"},
		{"a proxy", "127.0.0.1:99", []string{"198.51.100.1"}, "198.51.100.1:0"},
		{"a chain", "127.0.0.1:99", []string{"203.0.113.9, 198.51.100.1, 10.1.2.3"}, "198.51.100.1:0"},
		{"two headers", "127.0.0.1:99", []string{"203.0.113.9", "198.51.100.1"}, "198.51.100.1:0"},
		{"what a client made up stays behind", "127.0.0.1:99", []string{"10.9.9.9, 198.51.100.1"}, "198.51.100.1:0"},
		{"nothing forwarded", "127.0.0.1:99", nil, "127.0.0.1:99"},
		{"nonsense", "127.0.0.1:99", []string{"198.51.100.1, unknown"}, "127.0.0.1:99"},
		{"version 6", "[::1]:99", []string{"2001:db8::1"}, "[2001:db8::1]:0"},
		{"mapped", "[::ffff:127.0.0.1]:99", []string{"198.51.100.1"}, "198.51.100.1:0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ""
			f := front{proxies: proxies, admin: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.RemoteAddr })}
			r := httptest.NewRequest("GET", "/", nil)
			r.RemoteAddr = c.peer
			for _, h := range c.forwarded {
				r.Header.Add("X-Forwarded-For", h)
			}
			f.ServeHTTP(nil, r)
			if got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
	if _, err := proxyRange("proxy.example.com"); err == nil {
		t.Error("a name passed for a network")
	}
}
