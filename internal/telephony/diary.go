package telephony

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/netip"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
)

// Diary is where a Switch notes which dialogs are up, for the process that comes
// after a crash. It ends them, for otherwise every phone would be in a call with
// nobody until its session timer runs out, and busy to whoever calls it again.
type Diary interface {
	// NoteDialogs writes down dialogs that are up, by Call-ID, and takes away those
	// that are over.
	NoteDialogs(ctx context.Context, up map[string][]byte, over []string) error
	// Dialogs gives what was noted and not taken away.
	Dialogs(ctx context.Context) (map[string][]byte, error)
}

const (
	// gathering is how long a note waits for others, to be written with them.
	gathering = 50 * time.Millisecond
	// farewells is the time between two BYEs for dialogs of a former process.
	farewells = 10 * time.Millisecond
	// aged is what a number of ours is raised by for a dialog of a former process,
	// which may have sent an OPTIONS a second since it noted it, for days.
	aged = 1 << 20
)

// standing is what is needed to say BYE.
type standing struct {
	NearTag, FarTag   string
	Near, Far, Target string
	Routes            []string `json:",omitempty"`
	Network           network  // where the INVITE went
	Hop               netip.AddrPort
	Name              string `json:",omitempty"` // whom it had to prove to be, over TLS
	Host              string // and the name it was resolved from
	Seq               uint32 // of the last request when this was noted
	NAT               bool   `json:",omitempty"`
	Trunk             string // whose credentials count
}

// standing is a dialog as it is noted.
func (d *dialog) standing(trunk string) standing {
	s := standing{
		NearTag: d.nearTag, FarTag: d.farTag, Near: d.near.String(), Far: d.far.String(), Target: d.target.String(),
		Network: d.first.network, Hop: d.first.addr, Name: d.first.name, Host: d.host, Seq: d.seq, NAT: d.nat, Trunk: trunk,
	}
	for i := range d.routes {
		s.Routes = append(s.Routes, d.routes[i].String())
	}
	return s
}

// dialog is the dialog that a note tells of.
func (s standing) dialog(w *wire, callID string, t *trust) (*dialog, error) {
	d := &dialog{
		wire: w, callID: callID, nearTag: s.NearTag, farTag: s.FarTag, via: w.local(s.Hop).String(),
		first: hop{s.Network, s.Hop, s.Name, t}, host: s.Host, seq: s.Seq + aged, nat: s.NAT,
		routes: make([]sip.Uri, len(s.Routes)),
	}
	texts, uris := append([]string{s.Near, s.Far, s.Target}, s.Routes...), []*sip.Uri{&d.near, &d.far, &d.target}
	for i := range d.routes {
		uris = append(uris, &d.routes[i])
	}
	for i, text := range texts {
		if err := sip.ParseUri(text, uris[i]); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// notes are what is to be written into a Diary, gathered from the legs, which
// never wait for it. A nil one takes no notes.
type notes struct {
	diary Diary
	log   *slog.Logger
	ready chan struct{} // holds one token while there is something to write
	quit  chan struct{} // closed by close
	over  chan struct{} // closed when all is written

	mu    sync.Mutex // guards what follows
	up    map[string]standing
	ended []string
	known map[string]bool // given to the diary and not taken away
}

func openNotes(diary Diary, log *slog.Logger) *notes {
	if diary == nil {
		return nil
	}
	return &notes{
		diary: diary, log: log, ready: make(chan struct{}, 1), quit: make(chan struct{}), over: make(chan struct{}),
		up: make(map[string]standing), known: make(map[string]bool),
	}
}

// keep notes a dialog that is up, in place of what was noted of it before.
func (n *notes) keep(d *dialog, trunk string) {
	if n == nil {
		return
	}
	s := d.standing(trunk)
	n.mu.Lock()
	n.up[d.callID] = s
	n.mu.Unlock()
	n.signal()
}

// forget notes that a dialog is over. Of one that came and went meanwhile nothing
// is written at all.
func (n *notes) forget(callID string) {
	if n == nil {
		return
	}
	n.mu.Lock()
	delete(n.up, callID)
	known := n.known[callID]
	if known {
		delete(n.known, callID)
		n.ended = append(n.ended, callID)
	}
	n.mu.Unlock()
	if known {
		n.signal()
	}
}

func (n *notes) signal() {
	select {
	case n.ready <- struct{}{}:
	default:
	}
}

// run writes until close, and then what is left.
func (n *notes) run() {
	defer close(n.over)
	pause := gathering
	for {
		select {
		case <-n.ready:
		case <-n.quit:
			n.write()
			return
		}
		select {
		case <-time.After(pause):
		case <-n.quit:
		}
		if pause = gathering; !n.write() {
			pause = time.Second
			n.signal()
		}
	}
}

// close waits until all is written; there are no legs any more.
func (n *notes) close() {
	if n != nil {
		close(n.quit)
		<-n.over
	}
}

// write hands over what was gathered; false if the diary did not take it.
func (n *notes) write() bool {
	n.mu.Lock()
	up, ended := n.up, n.ended
	n.up, n.ended = make(map[string]standing), nil
	for callID := range up {
		n.known[callID] = true
	}
	n.mu.Unlock()
	if len(up)+len(ended) == 0 {
		return true
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	err := n.diary.NoteDialogs(ctx, texts(up), ended)
	if err == nil {
		return true
	}
	n.log.Warn("which calls are up could not be noted; after a crash they would not be hung up", "up", len(up), "over", len(ended), "error", err)
	n.mu.Lock()
	defer n.mu.Unlock()
	n.ended = append(ended, n.ended...)
	for callID, s := range up {
		if _, newer := n.up[callID]; n.known[callID] && !newer {
			n.up[callID] = s
		}
	}
	return false
}

func texts(up map[string]standing) map[string][]byte {
	all := make(map[string][]byte, len(up))
	for callID, s := range up {
		text, err := json.Marshal(s)
		if err == nil { // it has nothing that could fail
			all[callID] = text
		}
	}
	return all
}

// former reads the dialogs that a process before this one left up.
func (n *notes) former(ctx context.Context) (map[string]standing, error) {
	if n == nil {
		return nil, nil
	}
	noted, err := n.diary.Dialogs(ctx)
	if err != nil {
		return nil, fmt.Errorf("read which dialogs a former run left: %w", err)
	}
	all := make(map[string]standing, len(noted))
	for callID, text := range noted {
		var s standing
		_ = json.Unmarshal(text, &s) // without its URIs it is given up by endOne
		all[callID], n.known[callID] = s, true
	}
	return all, nil
}

// endFormer says BYE for the dialogs that a former process left up. Nobody waits
// for it, and it matters not what the far ends answer, if they are still there.
func (s *Switch) endFormer(former map[string]standing) {
	if len(former) == 0 {
		return
	}
	s.log.Warn("calls of a former run are being hung up", "calls", len(former))
	s.wire.do(func() {
		tick := time.NewTicker(farewells)
		defer tick.Stop()
		for callID, left := range former {
			s.wire.do(func() { s.endOne(callID, left) })
			select {
			case <-tick.C:
			case <-s.hard.Done():
				return // the next start will do it
			}
		}
	})
}

// endOne ends one of them, and answers a challenge.
func (s *Switch) endOne(callID string, left standing) {
	defer func() {
		if s.hard.Err() == nil { // else the next start does it once more
			s.notes.forget(callID)
		}
	}()
	creds, trust := (*credentials)(nil), s.trust
	for _, t := range s.trunks {
		if t.Name == left.Trunk && left.Trunk != "" {
			creds, trust = &credentials{user: t.User, password: t.Password}, t.trust
		}
	}
	d, err := left.dialog(s.wire, callID, trust)
	if err != nil {
		s.log.Warn("a call of a former run is left to its timers", "call_id", callID, "error", err)
		return
	}
	var met tries
	for s.hard.Err() == nil {
		bye := d.request(sip.BYE)
		creds.apply(bye)
		bye.SetBody(nil)
		x, err := d.begin(s.hard, bye, nil)
		if err != nil {
			s.log.Info("a call of a former run could not be hung up", "call_id", callID, "error", err)
			return
		}
		res, err := x.final(s.hard)
		if err != nil || res.StatusCode != sip.StatusUnauthorized && res.StatusCode != sip.StatusProxyAuthRequired || !creds.meet(res, &met) {
			return
		}
	}
}
