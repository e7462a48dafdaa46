package telephony

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"
)

// Redirect is what becomes of a call that a trunk sends elsewhere (3xx). The zero
// value refuses: a dialer calls nobody whom it was not told to call.
type Redirect struct {
	// Follow goes where the Contacts say, at hosts of the trunk and at Hosts.
	Follow bool
	Hosts  []string
	// AnyNumber goes to other numbers than the one that was called, too.
	AnyNumber bool
}

// mostRedirects bounds how often one call is sent elsewhere.
const mostRedirects = 3

// moved gives where a 3xx sends a call as far as that may be followed, best first:
// by q, and by their order where that is the same (RFC 3261 section 8.1.3.4).
func (t *trunk) moved(res *sip.Response, called sip.Uri) []sip.Uri {
	if !t.Redirect.Follow || res.StatusCode < 300 || res.StatusCode > 399 {
		return nil
	}
	type contact struct {
		uri sip.Uri
		q   float64
	}
	var list []contact
	for _, h := range res.GetHeaders("Contact") {
		c, ok := h.(*sip.ContactHeader)
		if !ok || c.Address.Wildcard || !strings.HasPrefix(strings.ToLower(c.Address.Scheme), "sip") {
			continue
		}
		uri, err := target(c.Address.String())
		if err != nil || !t.leads(uri) || !t.Redirect.AnyNumber && !sameNumber(uri.User, called.User) {
			continue
		}
		q, err := strconv.ParseFloat(c.Params.GetOr("q", "1"), 64)
		if err != nil {
			q = 0
		}
		list = append(list, contact{uri, q})
	}
	slices.SortStableFunc(list, func(a, b contact) int { return cmp.Compare(b.q, a.q) })
	uris := make([]sip.Uri, len(list))
	for i, c := range list {
		uris[i] = c.uri
	}
	return uris
}

// leads tells whether a URI is at a host that redirections may lead to.
func (t *trunk) leads(uri sip.Uri) bool {
	hosts := append([]string{t.uri.Host, t.Domain}, t.Redirect.Hosts...)
	return slices.ContainsFunc(hosts, func(host string) bool { return strings.EqualFold(host, uri.Host) })
}

// sameNumber compares user parts without what is not the number: parameters, as
// those of number portability (RFC 4694), and the plus.
func sameNumber(a, b string) bool {
	bare := func(s string) string {
		s, _, _ = strings.Cut(s, ";")
		return strings.TrimPrefix(s, "+")
	}
	return bare(a) == bare(b)
}

// follow goes where a call was sent, one place after the other, and never to one
// twice.
func (l *leg) follow(ctx context.Context, w way, v verdict, ring *time.Time, lastWay bool) verdict {
	if l.followed == nil {
		l.followed = []string{w.target.String()}
	}
	for _, uri := range v.moved {
		if slices.Contains(l.followed, uri.String()) || len(l.followed) > mostRedirects {
			continue
		}
		l.followed = append(l.followed, uri.String())
		w.target = uri
		if v = l.reach(ctx, w, ring, lastWay); v.answered || !v.next || ctx.Err() != nil {
			return v
		}
	}
	return v
}
