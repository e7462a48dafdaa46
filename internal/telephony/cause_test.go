package telephony

import (
	"testing"

	"github.com/outdial/outdial/internal/call"
)

func TestEndings(t *testing.T) {
	for _, c := range []struct {
		status  string
		headers []string
		want    call.Cause
	}{
		{"486 Busy Here", nil, call.Cause{Reason: call.Busy, SIP: 486, Detail: "Busy Here"}},
		{"480 Temporarily Unavailable", nil, call.Cause{Reason: call.NoAnswer, SIP: 480, Detail: "Temporarily Unavailable"}},
		{"486 Busy", []string{"Retry-After: 120"}, call.Cause{Reason: call.Busy, SIP: 486, Detail: "Busy, again after 2m0s"}},
		{"404 Not Found", nil, call.Cause{Reason: call.BadNumber, SIP: 404, Detail: "Not Found"}},
		{"603 Decline", nil, call.Cause{Reason: call.Refused, SIP: 603, Detail: "Decline"}},
		{"503 Service Unavailable", nil, call.Cause{Reason: call.Congestion, SIP: 503, Detail: "Service Unavailable"}},
		{"401 Unauthorized", []string{`WWW-Authenticate: Digest realm="x", nonce="n"`}, call.Cause{Reason: call.Unauthorised, SIP: 401, Detail: "Unauthorized"}},
		{"302 Moved Temporarily", []string{"Contact: <sip:other@192.0.2.1>"}, call.Cause{Reason: call.Refused, SIP: 302, Detail: "redirected to sip:other@192.0.2.1"}},
		{"480 Gone", []string{`Reason: SIP;cause=480, Q.850;cause=1;text="Unallocated; number"`}, call.Cause{Reason: call.BadNumber, SIP: 480, Q850: 1, Detail: "Unallocated; number"}},
		{"500 Error", []string{"Reason: Q.850 ;cause=17"}, call.Cause{Reason: call.Busy, SIP: 500, Q850: 17, Detail: "Error"}},
	} {
		t.Run(c.status, func(t *testing.T) {
			b, p := openBench(t, Config{}), newPeer(t)
			leg := b.dial(1, p.target())
			invite := p.expect("INVITE")
			p.reply(invite, "180 Ringing", "far", "")
			p.reply(invite, c.status, "far", "", c.headers...)
			p.expect("ACK")
			c.want.Far = true
			if end := b.await(leg, call.Ended); end.Cause != c.want {
				t.Errorf("cause %+v, want %+v", end.Cause, c.want)
			}
		})
	}
}

func TestFarewells(t *testing.T) {
	for _, c := range []struct {
		reason string
		want   call.Cause
	}{
		{"", call.Cause{Reason: call.Normal}},
		{`Reason: Q.850;cause=16;text="Normal call clearing"`, call.Cause{Reason: call.Normal, Q850: 16, Detail: "Normal call clearing"}},
		{`Reason: Q.850;cause=34`, call.Cause{Reason: call.Congestion, Q850: 34}},
		{`Reason: Q.850;cause=102;text="timer"`, call.Cause{Reason: call.Normal, Q850: 102, Detail: "timer"}},
		{`Reason: SIP;cause=200;text="Call completed elsewhere"`, call.Cause{Reason: call.Normal, Detail: "Call completed elsewhere"}},
	} {
		t.Run(c.reason, func(t *testing.T) {
			b, p := openBench(t, Config{}), newPeer(t)
			leg := b.dial(1, p.target())
			invite := p.answered()
			var headers []string
			if c.reason != "" {
				headers = append(headers, c.reason)
			}
			p.request(invite, "BYE", "far", "", headers...)
			p.expect("SIP/2.0 200")
			c.want.Far = true
			if end := b.await(leg, call.Ended); end.Cause != c.want {
				t.Errorf("cause %+v, want %+v", end.Cause, c.want)
			}
		})
	}
}
