package loopback

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"sync"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
)

var errClosed = errors.New("loopback: closed")

// maxHearings bounds the calls that an exchange remembers.
const maxHearings = 2000

// exchange is one SIP socket with the calls on it: the common part of a carrier
// and a phone.
type exchange struct {
	script func(number string) Customer
	single bool // a second call at the same time is busy
	lock   lock
	laws   []*law

	conn   *net.UDPConn
	agent  *sipgo.UserAgent
	client *sipgo.Client
	ctx    context.Context // ends with Close; parties hang up then
	stop   context.CancelFunc
	server sync.WaitGroup // the reader of conn
	calls  sync.WaitGroup // handlers of requests, the parties among them

	mu      sync.Mutex
	closed  bool              // guarded by mu
	parties map[string]*party // guarded by mu; by Call-ID and our tag
	ears    []*ear            // guarded by mu; in order of INVITE
	invites int               // guarded by mu
	change  chan struct{}     // guarded by mu; closed at the next change
}

// openExchange listens on a port of 127.0.0.1.
func openExchange(x *exchange) (*exchange, error) {
	x.parties, x.change = map[string]*party{}, make(chan struct{})
	if len(x.laws) == 0 {
		x.laws = laws[:]
	}
	conn, err := listenUDP(0)
	if err != nil {
		return nil, err
	}
	x.conn = conn
	// Many calls may begin at once; what does not fit is dropped by the kernel.
	if err := conn.SetReadBuffer(1 << 20); err != nil {
		conn.Close()
		return nil, fmt.Errorf("loopback: %w", err)
	}
	silent := slog.New(slog.DiscardHandler)
	addr := conn.LocalAddr().String()
	x.agent, err = sipgo.NewUA(sipgo.WithUserAgent("loopback"), sipgo.WithUserAgentHostname("127.0.0.1"),
		sipgo.WithUserAgentTransactionLayerOptions(sip.WithTransactionLayerLogger(silent)),
		sipgo.WithUserAgentTransportLayerOptions(sip.WithTransportLayerLogger(silent)))
	if err != nil {
		conn.Close()
		return nil, fmt.Errorf("loopback: %w", err)
	}
	server, err := sipgo.NewServer(x.agent, sipgo.WithServerLogger(silent))
	if err == nil {
		x.client, err = sipgo.NewClient(x.agent, sipgo.WithClientLogger(silent),
			sipgo.WithClientAddr(addr), sipgo.WithClientConnectionAddr(addr))
	}
	if err != nil {
		conn.Close()
		return nil, errors.Join(fmt.Errorf("loopback: %w", err), x.agent.Close())
	}
	x.ctx, x.stop = context.WithCancel(context.Background())
	x.route(server)
	x.server.Go(func() {
		// It returns when conn is closed, and knows no other error.
		_ = server.ServeUDP(&socket{conn, map[string]bool{}, x.agent.TransportLayer().Pool("udp")})
	})
	return x, nil
}

// socket is the SIP socket as sipgo reads it. Once it is closed, it stands in
// for itself: sipgo handles every request in a goroutine of its own, and one that
// comes late to a transport without the sender's address would open a new socket
// for the response, which nobody closes.
type socket struct {
	*net.UDPConn
	sources map[string]bool // seen; of the reader
	pool    *sip.ConnectionPool
}

// ReadFrom is called by one reader, which has handed over the former datagram.
func (s *socket) ReadFrom(into []byte) (int, net.Addr, error) {
	n, from, err := s.UDPConn.ReadFrom(into)
	switch {
	case err == nil:
		s.sources[from.String()] = true
	case errors.Is(err, net.ErrClosed):
		closed := &sip.UDPConnection{PacketConn: s.UDPConn, PacketAddr: s.LocalAddr().String(), Listener: true}
		for source := range s.sources {
			s.pool.Add(source, closed)
		}
	}
	return n, from, err
}

// route says who answers what.
func (x *exchange) route(server *sipgo.Server) {
	on := func(method sip.RequestMethod, handle sipgo.RequestHandler) {
		server.OnRequest(method, func(req *sip.Request, tx sip.ServerTransaction) {
			if !x.enter() {
				gone(req, tx)
				return
			}
			defer x.calls.Done()
			handle(req, tx)
		})
	}
	on(sip.INVITE, x.invite)
	on(sip.OPTIONS, x.options)
	for _, method := range [...]sip.RequestMethod{sip.ACK, sip.BYE, sip.INFO, sip.UPDATE, sip.NOTIFY, sip.REFER, sip.MESSAGE} {
		on(method, x.within)
	}
	// A CANCEL that finds its INVITE is answered by sipgo; this one came too late.
	on(sip.CANCEL, func(req *sip.Request, tx sip.ServerTransaction) { gone(req, tx) })
}

// answer sends a response. What can not be sent is for the other side's timers.
func answer(tx sip.ServerTransaction, res *sip.Response) { _ = tx.Respond(res) }

func gone(req *sip.Request, tx sip.ServerTransaction) {
	if !req.IsAck() {
		answer(tx, sip.NewResponseFromRequest(req, sip.StatusCallTransactionDoesNotExists, "Call/Transaction Does Not Exist", nil))
	}
}

// port of the SIP socket.
func (x *exchange) port() int { return portOf(x.conn) }

// enter counts a handler in, unless the exchange is closing.
func (x *exchange) enter() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	if !x.closed {
		x.calls.Add(1)
	}
	return !x.closed
}

// close hangs up what is up and waits for everything to end.
func (x *exchange) close() error {
	x.mu.Lock()
	again := x.closed
	x.closed = true
	x.mu.Unlock()
	if again {
		x.calls.Wait()
		x.server.Wait()
		return nil
	}
	x.stop()
	x.calls.Wait()
	err := x.conn.Close()
	x.server.Wait()
	x.agent.TransactionLayer().Close()
	x.changed()
	if err != nil {
		return fmt.Errorf("loopback: close: %w", err)
	}
	return nil
}

// invite is a new call, or a change to one.
func (x *exchange) invite(req *sip.Request, tx sip.ServerTransaction) {
	if tag(req) != "" {
		x.within(req, tx)
		return
	}
	x.mu.Lock()
	x.invites++
	x.mu.Unlock()
	x.changed()
	if !x.lock.opens(req) {
		answer(tx, x.lock.challenge(req))
		return
	}
	p, err := newParty(x, req, tx)
	if err != nil {
		answer(tx, sip.NewResponseFromRequest(req, sip.StatusNotAcceptableHere, err.Error(), nil))
		return
	}
	if x.add(p) {
		p.live(x.ctx)
	} else {
		p.refuse(endingStatus[Busy].status, endingStatus[Busy].phrase)
	}
	p.finish()
	x.drop(p)
}

// add admits a party; a phone has room for one.
func (x *exchange) add(p *party) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.ears = append(x.ears, p.ear); len(x.ears) > maxHearings {
		x.ears = slices.Delete(x.ears, 0, maxHearings/4)
	}
	if x.single && x.occupied() {
		return false
	}
	x.parties[p.key()] = p
	return true
}

// occupied tells whether someone is on the phone. Who has put the receiver down is
// not, though the goodbyes may still be under way. x.mu is held.
func (x *exchange) occupied() bool {
	for _, p := range x.parties {
		select {
		case <-p.left:
		default:
			return true
		}
	}
	return false
}

func (x *exchange) drop(p *party) {
	x.mu.Lock()
	delete(x.parties, p.key())
	x.mu.Unlock()
	x.changed()
}

// options outside a call asks what is spoken here (RFC 3261 section 11).
func (x *exchange) options(req *sip.Request, tx sip.ServerTransaction) {
	if tag(req) != "" {
		x.within(req, tx)
		return
	}
	answer(tx, ok(req, nil))
}

// within hands a request inside a call to its party.
func (x *exchange) within(req *sip.Request, tx sip.ServerTransaction) {
	id := req.CallID()
	if id == nil {
		gone(req, tx)
		return
	}
	x.mu.Lock()
	p := x.parties[id.Value()+" "+tag(req)]
	x.mu.Unlock()
	if p == nil {
		gone(req, tx)
		return
	}
	in := inbound{req, tx, make(chan struct{})}
	select {
	case p.inbox <- in:
		<-in.done
	case <-p.over:
		gone(req, tx)
	}
}

// hangUp lets every party end its call.
func (x *exchange) hangUp() {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, p := range x.parties {
		p.leave()
	}
}

// changed wakes who waits in await.
func (x *exchange) changed() {
	x.mu.Lock()
	defer x.mu.Unlock()
	close(x.change)
	x.change = make(chan struct{})
}

// hearings copies all calls, and tells when to look again.
func (x *exchange) hearings() ([]Hearing, <-chan struct{}, bool) {
	x.mu.Lock()
	ears, change, closed := slices.Clone(x.ears), x.change, x.closed
	x.mu.Unlock()
	all := make([]Hearing, len(ears))
	for i, e := range ears {
		all[i] = e.copy()
	}
	return all, change, closed
}

// await looks after every change until it finds what it looks for.
func (x *exchange) await(ctx context.Context, found func([]Hearing) bool) ([]Hearing, error) {
	for {
		all, change, closed := x.hearings()
		if found(all) {
			return all, nil
		}
		if closed {
			return all, errClosed
		}
		select {
		case <-change:
		case <-ctx.Done():
			return all, context.Cause(ctx)
		}
	}
}

// inviteCount of calls, challenged ones among them.
func (x *exchange) inviteCount() int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.invites
}

// tag of To: ours, when the request is within a call.
func tag(req *sip.Request) string {
	if to := req.To(); to != nil {
		return to.Params.GetOr("tag", "")
	}
	return ""
}

// ok is a 200 that says what is spoken here.
func ok(req *sip.Request, body []byte) *sip.Response {
	res := sip.NewResponseFromRequest(req, sip.StatusOK, "OK", body)
	res.AppendHeader(sip.NewHeader("Allow", "INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, UPDATE"))
	if body != nil {
		res.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
	} else {
		res.AppendHeader(sip.NewHeader("Accept", "application/sdp"))
	}
	return res
}
