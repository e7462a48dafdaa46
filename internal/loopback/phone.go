package loopback

import (
	"context"
	"fmt"
	"time"
)

// Phone is an agent's plain phone: it takes one call at a time, and is busy for
// others.
type Phone struct {
	x    *exchange
	user string
}

// OpenPhone starts a phone on a free port of 127.0.0.1. Every call is picked up
// after it rang for so long; then the agent says voice.
func OpenPhone(user string, rings time.Duration, voice Voice) (*Phone, error) {
	x, err := openExchange(&exchange{
		script: func(string) Customer { return Customer{Rings: rings, Voice: voice} },
		single: true,
	})
	if err != nil {
		return nil, err
	}
	return &Phone{x, user}, nil
}

// Address is the phone's SIP URI.
func (p *Phone) Address() string { return fmt.Sprintf("sip:%s@127.0.0.1:%d", p.user, p.x.port()) }

// HangUp puts the receiver down; a ringing call is refused. It does not wait.
func (p *Phone) HangUp() { p.x.hangUp() }

// Invites counts INVITEs for new calls.
func (p *Phone) Invites() int { return p.x.inviteCount() }

// Hearings are the calls so far, in order of their INVITE; of very many, the last.
func (p *Phone) Hearings() []Hearing {
	all, _, _ := p.x.hearings()
	return all
}

// Await waits until found says so, as [Carrier.Await].
func (p *Phone) Await(ctx context.Context, found func([]Hearing) bool) ([]Hearing, error) {
	return p.x.await(ctx, found)
}

// Close hangs up and waits for all goroutines. It may be repeated.
func (p *Phone) Close() error { return p.x.close() }
