package telephony

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/emiago/sipgo/sip"
)

const (
	// receiveBuffer of the UDP socket: a burst of answers to some hundred calls
	// must not be lost while the reader parses.
	receiveBuffer = 4 << 20
	// largest is what a UDP datagram can carry. sipgo refuses anything above
	// sip.UDPMTUSize-200; trunks without TCP must still get a long INVITE, and IP
	// fragments it.
	largest = 65507
	// readHeader carries, inside this process, when a message was read.
	readHeader = "X-Outdial-Read"
)

// errStranger is why somebody is not dialed.
var errStranger = errors.New("no request of ours has gone there")

// unlimited and quieted: sipgo's limit and its logger are variables of the whole
// process.
var unlimited, quieted sync.Once

// LiftLimits lets sipgo send what a datagram can carry. Open does it too; but every
// transaction of the process reads the limit, so who runs sipgo beside a Switch calls
// this before.
func LiftLimits() { unlimited.Do(func() { sip.UDPMTUSize = largest + 200 }) }

// wire is the way to the network: the sockets, sipgo's transport and transaction
// layers above them, and the goroutines that read and that finish transactions.
type wire struct {
	udp          *socket
	tcp          net.Listener
	tls          net.Listener // nil: nobody connects to us over TLS
	tunnels      *tunnels
	transport    *sip.TransportLayer
	transactions *sip.TransactionLayer
	listening    netip.AddrPort
	advertise    netip.Addr
	software     string
	lookup       time.Duration
	resolver     *net.Resolver
	started      time.Time
	listeningTLS netip.AddrPort // not valid without tls
	readers      sync.WaitGroup
	errands      sync.WaitGroup // see do
	dialed       sync.Map       // addresses that may be dialed, see dialer

	mu     sync.Mutex // guards closed and, with it, errands against Wait
	closed bool
}

// network is a transport as Via names it.
type network string

const (
	overUDP network = "UDP"
	overTCP network = "TCP"
	overTLS network = "TLS"
)

// port is where SIP is served if nobody says otherwise (RFC 3261 section 19.1.2).
func (n network) port() uint16 {
	if n == overTLS {
		return 5061
	}
	return 5060
}

// hop is where a request goes next.
type hop struct {
	network network
	addr    netip.AddrPort
	// Over TLS, whom it must prove to be: the host of the URI, whatever DNS made of
	// it (RFC 5922 section 4); and how.
	name  string
	trust *trust
}

// socket is the UDP socket. It says when reading has begun, for only then does
// sipgo know the socket and send from it.
type socket struct {
	*net.UDPConn
	once    sync.Once
	reading chan struct{}
	deaf    atomic.Bool // what is read is thrown away
}

// ReadFrom is what sipgo reads with. sipgo stops reading at any error, so those
// that pass are not shown to it: an ICMP message, or a moment without memory.
func (s *socket) ReadFrom(p []byte) (int, net.Addr, error) {
	s.once.Do(func() { close(s.reading) })
	for {
		n, from, err := s.UDPConn.ReadFrom(p)
		if err == nil && s.deaf.Load() {
			continue
		}
		var errno syscall.Errno
		if err == nil || !errors.As(err, &errno) || !errno.Temporary() && errno != syscall.ECONNREFUSED && errno != syscall.ENOBUFS && errno != syscall.ENOMEM {
			return n, from, err
		}
	}
}

// openWire binds UDP and TCP to the same port and starts to read. Requests go to
// receive, from a goroutine of sipgo each, which may overtake each other. What
// needs no transaction and must not be overtaken, ACKs and provisional responses
// to INVITE, goes to overhear as well, from the goroutine that reads.
func openWire(cfg Config, log *slog.Logger, receive func(*sip.Request, *sip.ServerTx), overhear func(sip.Message)) (*wire, error) {
	quiet := slog.New(demoted{log.Handler()})
	LiftLimits()
	quieted.Do(func() { sip.SetDefaultLogger(quiet) })
	udp, tcp, err := bind(cfg.Listen)
	if err != nil {
		return nil, err
	}
	secured, err := bindTLS(cfg.ListenTLS, cfg.TLS)
	if err != nil {
		return nil, errors.Join(err, udp.Close(), tcp.Close())
	}
	// The system may grant less; what it grants is what there is.
	_ = udp.SetReadBuffer(receiveBuffer)

	w := &wire{
		udp:       &socket{UDPConn: udp, reading: make(chan struct{})},
		tcp:       &door{Listener: tcp},
		tls:       secured,
		tunnels:   newTunnels(tcp.Addr(), cfg.pace.lookup),
		advertise: cfg.Advertise,
		software:  cfg.UserAgent,
		lookup:    cfg.pace.lookup,
		resolver:  cfg.pace.resolver,
		started:   time.Now(),
		listening: udp.LocalAddr().(*net.UDPAddr).AddrPort(),
	}
	if secured != nil {
		w.listeningTLS = secured.Addr().(*net.TCPAddr).AddrPort()
	}
	w.transport = sip.NewTransportLayer(w.resolver, sip.NewParser(), nil, sip.WithTransportLayerLogger(quiet),
		sip.WithTransportLayerTransports(sip.TransportsConfig{
			TCP: &sip.TransportTCP{WriteTimeout: cfg.pace.write, DialerCreate: w.dialer},
			TLS: &sip.TransportTLS{TransportTCP: &sip.TransportTCP{WriteTimeout: cfg.pace.write, DialerCreate: undialable}},
		}))
	// Before the transaction layer adds its own handler: the stamp must be on the
	// message when the transaction's goroutine starts.
	w.transport.OnMessage(func(m sip.Message) {
		w.stamp(m)
		switch m := m.(type) {
		case *sip.Request:
			if m.IsAck() {
				overhear(m)
			}
		case *sip.Response:
			if cseq := m.CSeq(); m.IsProvisional() && cseq != nil && cseq.MethodName == sip.INVITE {
				overhear(m)
			}
		}
	})
	w.transactions = sip.NewTransactionLayer(w.transport,
		sip.WithTransactionLayerLogger(quiet),
		sip.WithTransactionLayerTerminateOnConnClose(),
		sip.WithTransactionLayerUnhandledResponseHandler(func(*sip.Response) {}))
	w.transactions.OnRequest(receive)

	w.readers.Go(func() { _ = w.transport.ServeUDP(w.udp) })
	w.readers.Go(func() { _ = w.transport.ServeTCP(w.tcp) })
	w.readers.Go(func() { _ = w.transport.ServeTLS(w.tunnels) })
	if w.tls != nil {
		w.readers.Go(func() { _ = w.transport.ServeTLS(w.tls) })
	}
	<-w.udp.reading
	return w, nil
}

// bind takes one port for both transports. With port 0 the system chooses for
// UDP, and TCP may find the same number taken; then another is tried.
func bind(at netip.AddrPort) (*net.UDPConn, net.Listener, error) {
	udpNetwork, tcpNetwork := "udp4", "tcp4"
	if at.Addr().Is6() && !at.Addr().Is4In6() {
		udpNetwork, tcpNetwork = "udp6", "tcp6"
		if at.Addr().IsUnspecified() {
			udpNetwork, tcpNetwork = "udp", "tcp"
		}
	}
	var last error
	for range 16 {
		udp, err := net.ListenUDP(udpNetwork, net.UDPAddrFromAddrPort(at))
		if err != nil {
			return nil, nil, fmt.Errorf("listen on %v over UDP: %w", at, err)
		}
		port := udp.LocalAddr().(*net.UDPAddr).AddrPort().Port()
		tcp, err := net.ListenTCP(tcpNetwork, net.TCPAddrFromAddrPort(netip.AddrPortFrom(at.Addr(), port)))
		if err == nil {
			return udp, tcp, nil
		}
		last = fmt.Errorf("listen on %v over TCP: %w", at, err)
		_ = udp.Close()
		if at.Port() != 0 {
			break
		}
	}
	return nil, nil, last
}

// bindTLS listens for those who connect to us over TLS; nil if nobody shall.
func bindTLS(at netip.AddrPort, t TLS) (net.Listener, error) {
	if !at.IsValid() {
		return nil, nil
	}
	ours := &papers{certificate: t.Certificate, key: t.Key}
	if _, err := ours.show(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCertificate, err)
	}
	listener, err := net.ListenTCP("tcp", net.TCPAddrFromAddrPort(at))
	if err != nil {
		return nil, fmt.Errorf("listen on %v over TLS: %w", at, err)
	}
	return tls.NewListener(&door{Listener: listener}, &tls.Config{
		MinVersion:     tls.VersionTLS12,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return ours.show() },
	}), nil
}

// undialable makes sipgo's own attempts at a TLS connection fail: it makes one
// where a tunnel has been closed at the very moment of use.
func undialable(net.Addr) net.Dialer {
	return net.Dialer{Control: func(string, string, syscall.RawConn) error { return errClosed }}
}

var errClosed = errors.New("the TLS connection has just been closed")

// close ends all transactions, the sockets and every goroutine. The socket is
// deaf before it is closed: for a request that sipgo has read but finds no
// connection for any more, it would open a socket of its own.
func (w *wire) close() {
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()
	w.udp.deaf.Store(true)
	w.transactions.Close()
	_ = w.tunnels.Close()
	w.errands.Wait()
	_ = w.tcp.Close()
	if w.tls != nil {
		_ = w.tls.Close()
	}
	_ = w.udp.Close()
	w.readers.Wait()
	w.transactions.Close()
	_ = w.transport.Close()
}

// do runs f in a goroutine that close waits for; after close it does nothing, and
// says so.
func (w *wire) do(f func()) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.closed {
		w.errands.Go(f)
	}
	return !w.closed
}

// stamp notes on a message when it was read, in the goroutine that reads. Events
// count from here and not from when a leg got round to them; and since sipgo
// starts a goroutine per message, this is also the only trace of their order.
func (w *wire) stamp(m sip.Message) {
	if holder, ok := m.(interface{ RemoveHeader(string) bool }); ok {
		for holder.RemoveHeader(readHeader) {
		}
	}
	m.AppendHeader(sip.NewHeader(readHeader, strconv.FormatInt(int64(time.Since(w.started)), 36)))
}

// readAt is when a message was read.
func (w *wire) readAt(m sip.Message) time.Time {
	if h := m.GetHeaders(readHeader); len(h) > 0 {
		if ns, err := strconv.ParseInt(h[0].Value(), 36, 64); err == nil {
			return w.started.Add(time.Duration(ns))
		}
	}
	return time.Now()
}

// local is our address as seen on the way to a hop, for Via, Contact and SDP.
func (w *wire) local(to netip.AddrPort) netip.Addr {
	switch {
	case w.advertise.IsValid():
		return w.advertise
	case !w.listening.Addr().IsUnspecified():
		return w.listening.Addr().Unmap()
	}
	// Connecting a UDP socket sends nothing; it asks the routing table.
	c, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(to))
	if err != nil {
		return netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	defer c.Close()
	return c.LocalAddr().(*net.UDPAddr).AddrPort().Addr().Unmap()
}

// carrier is the network that a URI asks for; by is the one if it asks for none.
// sips is TLS, whatever is under it (RFC 3261 section 26.2.2).
func carrier(uri *sip.Uri, by network) (network, error) {
	if t, ok := uri.UriParams.Get("transport"); ok && t != "" {
		by = network(strings.ToUpper(t))
	}
	switch uri.Scheme {
	case "", "sip":
	case "sips":
		if by == overUDP || by == overTCP {
			by = overTLS
		}
	default:
		by = ""
	}
	if by != overUDP && by != overTCP && by != overTLS {
		return "", fmt.Errorf("%s is not to be reached over UDP, TCP or TLS", uri.String())
	}
	return by, nil
}

// resolve gives the hops that a URI stands for, best first. They are to be
// believed, where they are reached over TLS, as trust says.
func (w *wire) resolve(ctx context.Context, uri *sip.Uri, by network, trust *trust) ([]hop, error) {
	by, err := carrier(uri, by)
	if err != nil {
		return nil, err
	}
	host := strings.Trim(uri.Host, "[]")
	hops, err := w.find(ctx, host, uint16(uri.Port), by)
	for i := range hops {
		if by == overTLS {
			hops[i].name, hops[i].trust = host, trust
		}
	}
	return hops, err
}

// find looks a host up (RFC 3263 section 4: a literal address, a name with a
// port, else SRV records and then the name).
func (w *wire) find(ctx context.Context, host string, port uint16, by network) ([]hop, error) {
	usual := cmp.Or(port, by.port())
	if addr, err := netip.ParseAddr(host); err == nil {
		return hopsOf(by, []netip.Addr{addr}, usual), nil
	}
	ctx, cancel := context.WithTimeout(ctx, w.lookup)
	defer cancel()
	if port == 0 {
		service, proto := "sip", strings.ToLower(string(by))
		if by == overTLS {
			service, proto = "sips", "tcp"
		}
		if _, records, err := w.resolver.LookupSRV(ctx, service, proto, host); err == nil {
			var hops []hop
			for _, r := range records {
				addrs, err := w.resolver.LookupNetIP(ctx, "ip", r.Target)
				if err == nil {
					hops = append(hops, hopsOf(by, addrs, r.Port)...)
				}
			}
			if len(hops) > 0 {
				return hops, nil
			}
		}
	}
	addrs, err := w.resolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return nil, err
	}
	return hopsOf(by, addrs, usual), nil
}

func hopsOf(by network, addrs []netip.Addr, port uint16) []hop {
	hops := make([]hop, 0, len(addrs))
	for _, a := range addrs {
		hops = append(hops, hop{network: by, addr: netip.AddrPortFrom(a.Unmap(), port)})
	}
	return hops
}

// port is ours in Via and Contact, on the way to a hop. Over TLS, if nobody can
// connect to us, it is that of the connection itself, on which the far end finds
// us while it stands.
func (w *wire) port(to hop) uint16 {
	if to.network != overTLS {
		return w.listening.Port()
	}
	if w.listeningTLS.IsValid() {
		return w.listeningTLS.Port()
	}
	if port, ok := w.tunnels.port(to); ok {
		return port
	}
	return overTLS.port()
}

// connect sees to it that there is a connection to a hop, where that is more than
// a matter of sipgo's.
func (w *wire) connect(ctx context.Context, to hop) error {
	if to.network != overTLS {
		return nil
	}
	_, err := w.tunnels.to(ctx, to, w.do)
	return err
}

// direct addresses a request to a hop: over UDP from the socket that we listen
// on, over TLS through its tunnel.
func (w *wire) direct(ctx context.Context, req *sip.Request, to hop) error {
	req.SetTransport(string(to.network))
	req.SetDestination(to.addr.String())
	switch to.network {
	case overUDP:
		at := w.udp.LocalAddr().(*net.UDPAddr)
		req.Laddr = sip.Addr{IP: at.IP, Port: at.Port, Zone: at.Zone}
	case overTCP:
		w.dialed.Store(to.addr.String(), true)
	case overTLS:
		c, err := w.tunnels.to(ctx, to, w.do)
		if err != nil {
			return err
		}
		at := c.local()
		req.Laddr = sip.Addr{IP: at.Addr().Unmap().AsSlice(), Port: int(at.Port())}
	}
	via := req.Via()
	via.Transport, via.Port = string(to.network), int(w.port(to))
	return nil
}

// dialer dials those to whom a request of ours has gone, and nobody else. For an
// answer whose connection is gone sipgo would dial whatever a stranger's Via names.
func (w *wire) dialer(from net.Addr) net.Dialer {
	return net.Dialer{LocalAddr: from, Timeout: time.Minute, ControlContext: func(_ context.Context, _, address string, _ syscall.RawConn) error {
		if _, ours := w.dialed.Load(address); !ours {
			return errStranger
		}
		return nil
	}}
}

// exchange is a client transaction, with what is needed to acknowledge, cancel
// or repeat its request.
type exchange struct {
	req *sip.Request
	to  hop
	tx  *sip.ClientTx
	nat bool         // as its dialog has it
	ack *sip.Request // of the 2xx that made the dialog; written and sent by the leg
}

// met tells whether a response is to this request, and not to one before it.
func (x *exchange) met(res *sip.Response) bool {
	via := res.Via()
	return via != nil && via.Params.GetOr("branch", "") == x.req.Via().Params.GetOr("branch", "")
}

// begin sends a request in a new client transaction. For an INVITE every further
// 2xx goes to more, from a goroutine of sipgo.
func (w *wire) begin(ctx context.Context, req *sip.Request, to hop, more func(*exchange, *sip.Response)) (*exchange, error) {
	// Only the connection set-up of TCP and TLS takes time and looks at the context.
	ctx, cancel := context.WithTimeout(ctx, w.lookup)
	defer cancel()
	if err := w.direct(ctx, req, to); err != nil {
		return nil, err
	}
	tx, err := w.transactions.NewClientTransaction(ctx, req)
	if err != nil {
		return nil, err
	}
	x := &exchange{req: req, to: to, tx: tx}
	if more != nil {
		tx.OnRetransmission(func(res *sip.Response) {
			if res.IsSuccess() {
				more(x, res)
			}
		})
	}
	if err := tx.Init(); err != nil {
		tx.Terminate()
		return nil, err
	}
	return x, nil
}

// send sends an ACK, which is no transaction of its own (RFC 3261 section 13.2.2.4).
func (w *wire) send(ack *sip.Request, to hop) error {
	ctx, cancel := context.WithTimeout(context.Background(), w.lookup)
	defer cancel()
	if err := w.direct(ctx, ack, to); err != nil {
		return err
	}
	return w.transport.WriteMsg(ack)
}

// cancel asks for the end of a pending INVITE (RFC 3261 section 9.1). The answer
// that counts is the INVITE's, so nobody waits for the CANCEL's own.
func (w *wire) cancel(x *exchange) {
	req := cancelOf(x.req)
	c, err := w.begin(context.Background(), req, x.to, nil)
	if err != nil {
		return
	}
	w.finish(c)
}

// finish reads a transaction to its end where no leg waits for it, for sipgo
// holds a response until somebody takes it.
func (w *wire) finish(x *exchange) {
	w.do(func() {
		for {
			select {
			case res := <-x.tx.Responses():
				if !res.IsProvisional() {
					x.tx.Terminate()
					return
				}
			case <-x.tx.Done():
				return
			}
		}
	})
	// After close there is no goroutine to read; a terminated transaction needs none.
	w.mu.Lock()
	closed := w.closed
	w.mu.Unlock()
	if closed {
		x.tx.Terminate()
	}
}

// respond answers a request; a failure to send is the transaction's to repeat or
// the far end's to notice.
func (w *wire) respond(tx *sip.ServerTx, res *sip.Response) {
	res.AppendHeader(sip.NewHeader("Server", w.software))
	_ = tx.Respond(res)
}

// timedOut tells a transaction that nobody answered from one that could not be sent.
func timedOut(err error) bool { return errors.Is(err, sip.ErrTransactionTimeout) }

// demoted passes what sipgo logs as Debug: strangers' malformed datagrams are
// errors to it and no news to us. Their text is left out, for the descriptions in
// it may hold keys.
type demoted struct{ slog.Handler }

func (d demoted) Enabled(ctx context.Context, _ slog.Level) bool {
	return d.Handler.Enabled(ctx, slog.LevelDebug)
}

func (d demoted) Handle(ctx context.Context, r slog.Record) error {
	kept := slog.NewRecord(r.Time, slog.LevelDebug, r.Message, r.PC)
	r.Attrs(func(a slog.Attr) bool {
		if a.Key != "data" {
			kept.AddAttrs(a)
		}
		return true
	})
	return d.Handler.Handle(ctx, kept)
}

func (d demoted) WithAttrs(attrs []slog.Attr) slog.Handler {
	return demoted{d.Handler.WithAttrs(attrs)}
}

func (d demoted) WithGroup(name string) slog.Handler {
	return demoted{d.Handler.WithGroup(name)}
}
