package loopback

import (
	"context"
	"fmt"
	"slices"
	"strconv"
)

// Terms are what a carrier asks for and offers.
type Terms struct {
	// User and Password must be given by callers, by digest; an empty User asks
	// for nothing.
	User, Password string
	// Challenge is the status that asks for them: 407, the default, or 401.
	Challenge int
	// Codecs are "PCMU" and "PCMA"; default both. Of these the first that the
	// caller prefers is used.
	Codecs []string
}

// Carrier is a trunk of a telephone company, with customers who follow a script.
type Carrier struct{ x *exchange }

// OpenCarrier starts a carrier on a free port of 127.0.0.1. The script is asked
// once for every call, from several goroutines.
func OpenCarrier(script func(number string) Customer, terms Terms) (*Carrier, error) {
	x := &exchange{script: script, lock: newLock(terms)}
	for _, name := range terms.Codecs {
		at := slices.IndexFunc(laws[:], func(l *law) bool { return l.name == name })
		if at < 0 {
			return nil, fmt.Errorf("loopback: codec %q is neither PCMU nor PCMA", name)
		}
		x.laws = append(x.laws, laws[at])
	}
	x, err := openExchange(x)
	if err != nil {
		return nil, err
	}
	return &Carrier{x}, nil
}

// Address is where to send calls: sip:127.0.0.1:port.
func (c *Carrier) Address() string { return "sip:127.0.0.1:" + strconv.Itoa(c.x.port()) }

// Invites counts INVITEs for new calls, those among them that were asked for a
// password.
func (c *Carrier) Invites() int { return c.x.inviteCount() }

// Hearings are the calls so far, in order of their INVITE; of very many, the last.
func (c *Carrier) Hearings() []Hearing {
	all, _, _ := c.x.hearings()
	return all
}

// Await waits until found says so; it is asked again after every change. The
// error is the context's cause, or says that the carrier was closed; the
// hearings are there in any case.
func (c *Carrier) Await(ctx context.Context, found func([]Hearing) bool) ([]Hearing, error) {
	return c.x.await(ctx, found)
}

// Close hangs up every call and waits for all goroutines. It may be repeated.
func (c *Carrier) Close() error { return c.x.close() }
