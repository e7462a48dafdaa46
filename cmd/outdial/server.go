package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/outdial/outdial/internal/archive"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/compliance"
	"github.com/outdial/outdial/internal/console"
	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/icws"
	"github.com/outdial/outdial/internal/media"
	"github.com/outdial/outdial/internal/session"
	"github.com/outdial/outdial/internal/store"
	"github.com/outdial/outdial/internal/telephony"
)

// server is all rooms plugged together and running.
type server struct {
	log           *slog.Logger
	db            *store.Store
	law           compliance.Law
	doNotCall     *doNotCall
	archive       *archive.Archive
	plane         *media.Plane
	phones        *telephony.Switch
	floor         *dialer.Floor
	book          *session.Book
	metrics       *console.Metrics
	url           string
	secureURL     string     // empty without TLS
	firstPassword string     // of the administrator of a new database
	failed        chan error // a part that must run has stopped by itself
	closers       []func(context.Context) error
	slack         []byte // see slack
}

// slack is a block of memory that nobody touches. It counts as in use and takes none of the
// machine's: the collector, which runs when what is in use has doubled, so runs at each 64 MiB
// of garbage and not at each few. A claim that it runs beside takes twice as long (ADR 44).
const slack = 64 << 20

// startServer starts everything, from the database upwards. What was started is
// closed again if a later part fails.
func startServer(ctx context.Context, cfg config, log *slog.Logger) (_ *server, err error) {
	var wrong []string
	for _, p := range cfg.problems() {
		if p.fatal {
			wrong = append(wrong, p.where+": "+p.what)
		} else {
			log.Warn("configuration", "setting", p.where, "note", p.what)
		}
	}
	if len(wrong) > 0 {
		return nil, fmt.Errorf("the configuration is not usable; %s", strings.Join(wrong, "; "))
	}
	s := &server{log: log, failed: make(chan error, 8), slack: make([]byte, slack)}
	defer func() {
		if err != nil {
			closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
			defer cancel()
			err = errors.Join(err, s.Close(closing))
		}
	}()
	for _, start := range []func(context.Context, config) error{
		s.startStore, s.startSweeping, s.startSelections, s.startArchive, s.startDoNotCall, s.startTelephony, s.startFloor, s.startWatching, s.startKeeping, s.startSessions, s.startHTTP, s.startAdministration,
	} {
		if err := start(ctx, cfg); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// URL is where HTTP clients find the server.
func (s *server) URL() string { return s.url }

// SIP is where phones and carriers find the server.
func (s *server) SIP() netip.AddrPort { return s.phones.Address() }

// Close stops in the reverse order of the start: no new sessions, agents logged
// off, calls hung up, everything written down. Idempotent.
func (s *server) Close(ctx context.Context) error {
	var errs []error
	for i := len(s.closers) - 1; i >= 0; i-- {
		errs = append(errs, s.closers[i](ctx))
	}
	s.closers = nil
	return errors.Join(errs...)
}

func (s *server) onClose(f func(context.Context) error) { s.closers = append(s.closers, f) }

// beside runs something beside all else, until the server closes.
func (s *server) beside(ctx context.Context, run func(context.Context)) {
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	over := make(chan struct{})
	go func() {
		defer close(over)
		run(running)
	}()
	s.onClose(func(context.Context) error {
		stop()
		<-over
		return nil
	})
}

func (s *server) startStore(ctx context.Context, cfg config) error {
	db, err := store.Open(ctx, cfg.Database.Path, nil)
	if err != nil {
		return fmt.Errorf("database %s: %w", cfg.Database.Path, err)
	}
	s.db = db
	s.onClose(func(context.Context) error { return db.Close() })
	law, err := cfg.Rules.law()
	if err != nil {
		return err
	}
	db.SetLaw(law)
	s.law = law
	lost, released, err := db.Recover(ctx, time.Now())
	if err != nil {
		return err
	}
	if lost+released > 0 {
		s.log.Warn("attempts of a former run were open", "lost", lost, "released", released)
	}
	return cfg.apply(ctx, db, s.log)
}

// startAdministration is the last part to start: its password is told once, so
// nothing may fail after it.
func (s *server) startAdministration(ctx context.Context, _ config) (err error) {
	s.firstPassword, err = ensureAdmin(ctx, s.db)
	return err
}

func (s *server) startTelephony(ctx context.Context, cfg config) error {
	bind, err := cfg.mediaAddress()
	if err != nil {
		return err
	}
	first, last, err := portRange(cfg.Media.Ports)
	if err != nil {
		return err
	}
	kernel, err := media.KernelNamed(cfg.Media.Kernel)
	if err != nil {
		return err
	}
	s.plane, err = media.Open(media.Config{Address: bind, First: first, Last: last, Kernel: kernel, Epoll: !cfg.Media.Ring})
	if errors.Is(err, media.ErrKernel) {
		return unavailable("media.kernel", err)
	}
	if err != nil {
		return unavailable("media.address", err)
	}
	if files := openFiles(); files > 0 {
		s.log.Info("the media plane is open", "legs", min(int(last-first+1)/2, legsWithin(files)), "files", files)
	}
	s.onClose(func(context.Context) error { return s.plane.Close() })
	s.log.Info("voice is carried", "by", s.plane.CarriedBy())
	s.tellKernel()
	sounds, err := cfg.Media.sounds()
	if err != nil {
		return err
	}
	listen, err := address(cfg.SIP.Listen)
	if err != nil {
		return err
	}
	var listenTLS netip.AddrPort
	if cfg.SIP.TLSListen != "" {
		if listenTLS, err = address(cfg.SIP.TLSListen); err != nil {
			return err
		}
	}
	advertise, err := external(ctx, "sip.advertise", cfg.SIP.Advertise)
	if err != nil {
		return err
	}
	mediaAdvertise, err := external(ctx, "media.advertise", cfg.Media.Advertise)
	if err != nil {
		return err
	}
	s.phones, err = telephony.Open(telephony.Config{
		Listen: listen, Advertise: advertise, MediaAdvertise: mediaAdvertise, UserAgent: "Outdial/" + version, Trunks: cfg.trunks(), Phones: cfg.phones(), Idle: idle(cfg.Media.Idle), Sounds: sounds, Tones: media.Country(cfg.Media.Tones),
		SessionExpires: cfg.SIP.SessionExpires.Duration, Quiet: cfg.SIP.Quiet.Duration, Recordings: cfg.Media.Recordings, Taped: s.taped,
		ListenTLS: listenTLS, TLS: telephony.TLS{CA: cfg.SIP.TLSCA, Certificate: cfg.SIP.Certificate, Key: cfg.SIP.Key},
		Diary: s.db, Refer: cfg.SIP.Refer == "agents",
	}, s.plane, s.log, func(p call.Progress) { s.floor.Report(p) })
	if err != nil {
		return unavailable("sip.listen", err)
	}
	s.onClose(s.phones.Close)
	return nil
}

// external is an address as others see it; a name is looked up now, once.
func external(ctx context.Context, setting, host string) (netip.Addr, error) {
	if host == "" {
		return netip.Addr{}, nil
	}
	if addr, err := netip.ParseAddr(host); err == nil {
		return addr, nil
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	addrs, err := net.DefaultResolver.LookupNetIP(ctx, "ip4", host)
	if err != nil {
		return netip.Addr{}, fmt.Errorf("%s: %s can not be looked up; set the address itself, or let DNS have it: %w", setting, host, err)
	}
	return addrs[0].Unmap(), nil
}

// phones are the stations' phones.
func (c config) phones() []telephony.Phone {
	var list []telephony.Phone
	for _, s := range c.Stations {
		list = append(list, telephony.Phone{
			Address: s.Address, Codecs: s.Codecs, InbandDigits: s.InbandDigits, SRTP: telephony.SRTP(s.SRTP), Idle: idle(cmp.Or(s.Idle, c.Media.Idle)),
		})
	}
	return list
}

// idle is what goes by a name that the check has found in order.
func idle(name string) media.Idle {
	i, _ := media.IdleNamed(name)
	return i
}

func (s *server) startFloor(ctx context.Context, cfg config) error {
	campaigns, err := s.db.Campaigns(ctx)
	if err != nil {
		return err
	}
	refused, err := s.db.Refusals(ctx)
	if err != nil {
		return err
	}
	prompts, err := cfg.Media.prompts()
	if err != nil {
		return err
	}
	ledger, err := books(ctx, s.db, campaigns, time.Now())
	if err != nil {
		return err
	}
	learned, err := memories(ctx, s.db, s.log)
	if err != nil {
		return err
	}
	for _, c := range campaigns { // where numbers are is unpacked once, which the floor would wait for
		s.db.PlaceAt(c, campaign.Contact{}, "+12125550123")
	}
	rules := cfg.Dialer.rules()
	rules.Profiles, rules.Prompts, rules.NoRecordings = cfg.profiles(), slices.Sorted(maps.Keys(prompts)), cfg.Media.Recordings == ""
	s.floor = dialer.New(dialer.Config{
		Switch: s.phones, Mixer: s.phones, Trunks: s.phones, Ledger: s.db, Contacts: s.db, Archive: s.db, Campaigns: campaigns, Books: ledger, Log: s.log,
		Rules: rules, Law: s.law, DoNotCall: s.doNotCall.all(), Refused: refused, ReadNational: store.ReadNational, PlaceAt: s.db.PlaceAt, Memories: s.db, Learned: learned,
	})
	s.metrics = console.NewMetrics()
	s.follow()
	working, stop := context.WithCancelCause(context.WithoutCancel(ctx))
	over := make(chan struct{})
	go func() {
		defer close(over)
		if err := s.floor.Run(working); err != nil {
			s.failed <- fmt.Errorf("the floor: %w", err)
		}
	}()
	s.onClose(func(ctx context.Context) error {
		err := s.floor.Drain(ctx)
		stop(errors.New("the server is closing"))
		<-over
		return err
	})
	return nil
}

// unavailable says what to do about a network address that the system refuses.
func unavailable(setting string, err error) error {
	advice := ""
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		advice = "another program uses this address; end that one, or set another address: "
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		advice = "this machine does not have this address; set one that it has, or 0.0.0.0 for all that it has: "
	case errors.Is(err, syscall.EACCES):
		advice = "the system does not let this user have it; set a port above 1023: "
	}
	return fmt.Errorf("%s: %s%w", setting, advice, err)
}

// follow feeds the metrics and the log with the floor's events until the floor is
// over. If it was too slow and is cut off it listens again: figures that count are
// then short of what was missed, and the floor has logged it.
func (s *server) follow() {
	ending, over := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(over)
		for {
			events := s.floor.Listen(4096)
			for e := range events.C {
				s.metrics.Hear(e)
				logEvent(s.log, e)
			}
			select {
			case <-ending:
				return
			case <-time.After(time.Second):
			}
		}
	}()
	s.onClose(func(context.Context) error {
		close(ending) // the floor is over by now, which has closed the events
		<-over
		return nil
	})
}

func (s *server) startSessions(_ context.Context, cfg config) error {
	s.book = session.New(session.Config{
		Floor: s.floor, Users: s.db, Stations: s.db, Audit: s.db, Log: s.log, Idle: cfg.ICWS.SessionIdle.Duration,
		PasswordAge: cfg.ICWS.PasswordAge.Duration, Licences: cfg.Licences,
		Listen: func(size int) (<-chan dialer.Event, func()) {
			l := s.floor.Listen(size)
			return l.C, l.Close
		},
	})
	if cfg.ICWS.Standby {
		s.book.Accept(false, "This server stands by for "+cfg.ICWS.BackupHost+".")
	}
	s.onClose(s.book.Close)
	return nil
}

func (s *server) startHTTP(ctx context.Context, cfg config) error {
	handler := s.handler(cfg)
	plain, err := net.Listen("tcp", cfg.HTTP.Listen)
	if err != nil {
		return unavailable("http.listen", err)
	}
	s.url = "http://" + plain.Addr().String()
	s.serveHTTP(handler, func(h *http.Server) error { return h.Serve(plain) })
	// Once more and so before the HTTP servers: sessions are told that the server
	// goes, which ends their event streams, while new ones are still answered 503.
	defer s.onClose(s.book.Close)
	if cfg.HTTP.TLSListen == "" {
		return nil
	}
	secure, err := net.Listen("tcp", cfg.HTTP.TLSListen)
	if err != nil {
		return unavailable("http.tls_listen", err)
	}
	s.secureURL = "https://" + secure.Addr().String()
	s.serveHTTP(handler, func(h *http.Server) error { return h.ServeTLS(secure, cfg.HTTP.Certificate, cfg.HTTP.Key) })
	return nil
}

// icws is what agents' desktops see.
func (c config) icws() icws.Config {
	return icws.Config{
		Origins: c.HTTP.Origins, Prefix: c.ICWS.Prefix, Removed: c.ICWS.Removed, DialerOff: c.ICWS.DialerOff,
		AlternateHosts: c.ICWS.AlternateHosts, ServerName: c.ICWS.ServerName, Version: version, Secure: c.HTTP.BehindTLS,
		Standby: c.ICWS.Standby, BackupHost: c.ICWS.BackupHost, PingEvery: c.ICWS.PingEvery.Duration,
	}
}

// handler is everything that is served over HTTP.
func (s *server) handler(cfg config) http.Handler {
	agents := cfg.icws()
	agents.Log, agents.Records, agents.Queries, agents.Lines = s.log, s.db, s.db, s.phones
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), s.metrics)
	registry.MustRegister(s.recordingGauges()...)
	registry.MustRegister(carriedGauges{s.plane})
	admin := console.New(console.Config{
		Floor: s.floor, Records: s.db, Users: s.db, Registry: registry, Log: s.log, OpenMetrics: true,
		Passwords: s.db, Book: s.book, Audit: s.db, Trunks: s.trunks, Archive: s.archive, DoNotCall: s.doNotCall, Law: s.law,
		Contacts: s.db, Import: s.load,
		Prompts: func(ctx context.Context) ([]string, error) { return s.reloadPrompts(ctx, cfg.Media) },
	})
	desk := icws.New(agents, s.book, s.floor)
	f := front{desk: desk, admin: admin, prefix: agents.Prefix}
	for _, text := range cfg.HTTP.Proxies {
		if p, err := proxyRange(text); err == nil { // else check has refused it
			f.proxies = append(f.proxies, p)
		}
	}
	return f
}

// serveHTTP runs one HTTP server. Reads are bounded in time; writes are not, as
// event streams stay open.
func (s *server) serveHTTP(handler http.Handler, listen func(*http.Server) error) {
	h := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelWarn)}
	over := make(chan struct{})
	go func() {
		defer close(over)
		if err := listen(h); !errors.Is(err, http.ErrServerClosed) {
			s.failed <- fmt.Errorf("http: %w", err)
		}
	}()
	s.onClose(func(ctx context.Context) error {
		// The event streams have ended with their sessions; what still runs after
		// a moment is cut.
		brief, cancel := context.WithTimeout(ctx, 500*time.Millisecond)
		defer cancel()
		err := h.Shutdown(brief)
		if errors.Is(err, context.DeadlineExceeded) {
			err = h.Close()
		}
		<-over
		return err
	})
}
