package telephony

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/outdial/outdial/internal/media"
)

// ErrMedia is the failure of an offer or answer that gives no audio in common.
var ErrMedia = errors.New("no audio in common")

const (
	// telephone-event in our offers (RFC 4733), and that of the clock of Opus.
	eventsPayload     = 101
	fineEventsPayload = 102
	frameMillis       = "20"
	// noisePayload is comfort noise for clocks of 8000 (RFC 3389 section 5).
	noisePayload = 13
	noiseMapping = "CN/8000"
	// dynamic is the first payload type that means what rtpmap says, and nothing else.
	dynamic = 96
	// opusParameters say that nobody hears more than wideband here, nor two channels;
	// what the far end sends it may choose (RFC 7587 section 6.1).
	opusParameters = "maxplaybackrate=16000;stereo=0;sprop-stereo=0;useinbandfec=0"
)

// spoken are the codecs that we speak, with their static payload types, and with the
// one that we offer it under for Opus, which has none.
var spoken = []payload{
	{media.PCMU, 0},
	{media.PCMA, 8},
	{media.G722, 9},
	{media.Opus, dynamic},
}

// mapping is the encoding name and clock of a codec, as in rtpmap (RFC 3551 table 4;
// the clock of G.722 is 8000 by a mistake that stays, section 4.5.2). Opus always has
// two channels there (RFC 7587 section 7).
func mapping(c media.Codec) string {
	if c == media.Opus {
		return "opus/48000/2"
	}
	return c.String() + "/8000"
}

// parley is our side of the offers and answers of one leg (RFC 3264). Only its
// leg touches it.
type parley struct {
	session uint64         // o= session id
	version uint64         // o= version, up by one with each change
	local   netip.AddrPort // our RTP
	audio
	keys    []media.Key  // one for each suite, if SRTP is not off
	last    string       // the description we sent last, but for its version
	format  media.Format // what is agreed; Remote is not valid before
	held    bool         // the far end has put us on hold
	pending bool         // our offer is out, its answer is not in
	// protocol of the m line that is agreed, but for its feedback ("RTP/SAVP" for
	// "RTP/SAVPF").
	protocol string
	lines    []*line // of the far end's last offer; every later offer keeps their number (RFC 3264 section 8)
	index    int     // of the audio in them
}

// audio is what we are told of the sound of a trunk or a phone.
type audio struct {
	codecs []media.Codec // in order of preference
	inband bool          // keys are found in the voice where there are no events
	srtp   SRTP
	idle   media.Idle // what is sent while nobody speaks, if the far end takes it
}

// streamOf is one side's audio as its description says.
type streamOf struct {
	rtp, control netip.AddrPort // rtp has no address if c= is 0.0.0.0 (hold, RFC 2543)
	mux          bool
	codecs       []payload // in the order of the m line
	events       uint8     // telephone-event, and that of a clock of 48000
	fineEvents   uint8
	noise        bool // comfort noise as type 13
	direction    direction
	index        int    // of its m line
	protocol     string // of its m line
	lines        []*line
	near, far    media.Key // agreed keys, ours and the far end's
}

type payload struct {
	codec media.Codec
	typ   uint8
}

// direction of a stream, as its owner sees it (RFC 3264 section 5.1).
type direction uint8

const (
	sendrecv direction = iota
	sendonly
	recvonly
	inactive
)

var directionNames = [...]string{"sendrecv", "sendonly", "recvonly", "inactive"}

// mirrored is the answer to a direction that takes all that is offered.
func (d direction) mirrored() direction {
	switch d {
	case sendonly:
		return recvonly
	case recvonly:
		return sendonly
	}
	return d
}

// offer is what we can do: every codec, both ways. While we are on hold our
// offer stays sendrecv: the far end, not we, decides when it takes us back.
func (p *parley) offer() []byte {
	stream := &line{kind: "audio", port: int(p.local.Port()), protocol: p.profile()}
	for _, c := range p.codecs {
		stream.codec(spoken[c])
	}
	stream.events(eventsPayload, false)
	if slices.Contains(p.codecs, media.Opus) {
		stream.events(fineEventsPayload, true)
	}
	if p.idle == media.ComfortNoise {
		stream.noise()
	}
	p.offerKeys(stream)
	p.finish(stream, sendrecv, true)
	p.pending = true
	return p.render(stream)
}

// accept takes the answer to our offer.
func (p *parley) accept(body []byte) (media.Format, error) {
	p.pending = false
	s, err := parse(body, p.srtp)
	if err != nil {
		return media.Format{}, err
	}
	if s.index != p.index {
		return media.Format{}, fmt.Errorf("%w: the answer's audio is not where the offer's was", ErrMedia)
	}
	if err := p.takeKeys(s); err != nil {
		return media.Format{}, err
	}
	return p.agree(s, p.choose(s))
}

// answer takes an offer of the far end and gives our answer to it.
func (p *parley) answer(body []byte) ([]byte, media.Format, error) {
	s, err := parse(body, p.srtp)
	if err != nil {
		return nil, media.Format{}, err
	}
	ours, err := p.answerKeys(s)
	if err != nil {
		return nil, media.Format{}, err
	}
	chosen := p.choose(s)
	format, err := p.agree(s, chosen)
	if err != nil {
		return nil, media.Format{}, err
	}
	stream := &line{kind: "audio", port: int(p.local.Port()), protocol: s.protocol}
	stream.codec(*chosen)
	if format.Events != 0 {
		stream.events(format.Events, format.Fine)
	}
	if format.Idle == media.ComfortNoise {
		stream.noise()
	}
	if ours != nil {
		stream.add("crypto", ours.String())
	}
	p.finish(stream, s.direction.mirrored(), s.mux)

	p.lines, p.index = s.lines, s.index
	return p.render(stream), format, nil
}

// choose gives the first codec of the far end's order that we have.
func (p *parley) choose(s *streamOf) *payload {
	for i := range s.codecs {
		if slices.Contains(p.codecs, s.codecs[i].codec) {
			return &s.codecs[i]
		}
	}
	return nil
}

// agree turns the far end's description into what media must do.
func (p *parley) agree(s *streamOf, chosen *payload) (media.Format, error) {
	if chosen == nil {
		return media.Format{}, fmt.Errorf("%w: of the codecs %v the far end has none", ErrMedia, p.codecs)
	}
	f := media.Format{
		Codec:         chosen.codec,
		Payload:       chosen.typ,
		Inband:        p.inband,
		Idle:          p.idle,
		Remote:        s.rtp,
		RemoteControl: s.control,
		Near:          s.near,
		Far:           s.far,
		Send:          s.direction == sendrecv || s.direction == recvonly,
		Receive:       s.direction == sendrecv || s.direction == sendonly,
	}
	f.Events, f.Fine = s.eventsBeside(chosen.codec)
	if f.Idle == media.ComfortNoise && (!s.noise || f.Codec == media.Opus) {
		f.Idle = media.FullRate // Opus has another clock
	}
	if !s.rtp.Addr().IsValid() {
		// On hold the old way: no address to send to. The last one stands until
		// the next offer.
		f.Send, f.Remote, f.RemoteControl = false, p.format.Remote, p.format.RemoteControl
	}
	p.held, p.protocol = !f.Send, strings.TrimSuffix(s.protocol, "F")
	p.format = f
	return f, nil
}

// eventsBeside gives the telephone-event that goes with a codec: the one of its clock
// (RFC 4733 section 2.1). Many who speak Opus have it at 8000 alone.
func (s *streamOf) eventsBeside(c media.Codec) (typ uint8, fine bool) {
	if c == media.Opus && s.fineEvents != 0 {
		return s.fineEvents, true
	}
	return s.events, false
}

func (p *parley) finish(m *line, d direction, mux bool) {
	m.add("ptime", frameMillis)
	m.add(directionNames[d], "")
	m.add("rtcp", strconv.Itoa(int(p.local.Port())+1))
	if mux {
		m.add("rtcp-mux", "")
	}
}

// render writes a description of ours; its version goes up if it is not the one
// sent last (RFC 3264 section 8).
func (p *parley) render(stream *line) []byte {
	kind := "IP4"
	if p.local.Addr().Is6() {
		kind = "IP6"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "s=-\r\nc=IN %s %s\r\nt=0 0\r\n", kind, p.local.Addr())
	for i := range max(1, len(p.lines)) {
		if i == p.index {
			stream.write(&b)
			continue
		}
		// Refused, but it keeps its place (RFC 3264 section 6).
		other := p.lines[i]
		(&line{kind: other.kind, protocol: other.protocol, formats: other.formats}).write(&b)
	}
	if b.String() != p.last {
		p.last = b.String()
		p.version++
	}
	return fmt.Appendf(nil, "v=0\r\no=- %d %d IN %s %s\r\n%s", p.session, p.version, kind, p.local.Addr(), p.last)
}

// parse reads a description and finds its audio: an m line over RTP that is not
// refused, in clear or not as SRTP has it.
func parse(body []byte, srtp SRTP) (*streamOf, error) {
	session, lines := split(string(body))
	i, err := srtp.choose(lines)
	if err != nil {
		return nil, err
	}
	s := &streamOf{index: i, protocol: lines[i].protocol, lines: lines}
	return s, s.read(session, lines[i])
}

// line is an m line with what belongs to it; the session part of a description
// is one without a kind. Descriptions are often sloppy, so whatever is not
// needed is not looked at (RFC 8866 section 5).
type line struct {
	kind       string
	port       int
	protocol   string
	formats    []string
	connection string
	attributes []attribute
}

type attribute struct{ name, value string }

// split reads a description.
func split(text string) (session *line, lines []*line) {
	session = &line{}
	current := session
	for row := range strings.SplitSeq(text, "\n") {
		kind, value, ok := strings.Cut(strings.TrimRight(row, "\r \t"), "=")
		if !ok {
			continue
		}
		switch kind {
		case "m":
			current = &line{}
			lines = append(lines, current)
			current.parse(value)
		case "c":
			current.connection = value
		case "a":
			name, v, _ := strings.Cut(value, ":")
			current.attributes = append(current.attributes, attribute{strings.TrimSpace(name), strings.TrimSpace(v)})
		}
	}
	return session, lines
}

// parse reads the value of an m line. One that makes no sense keeps its place,
// refused.
func (m *line) parse(value string) {
	fields := strings.Fields(value)
	if len(fields) < 4 {
		m.kind, m.protocol, m.formats = "application", "RTP/AVP", []string{"0"}
		return
	}
	m.kind, m.protocol, m.formats = fields[0], fields[2], fields[3:]
	number, _, _ := strings.Cut(fields[1], "/")
	if port, err := strconv.ParseUint(number, 10, 16); err == nil {
		m.port = int(port)
	}
}

func (m *line) write(b *strings.Builder) {
	fmt.Fprintf(b, "m=%s %d %s %s\r\n", m.kind, m.port, m.protocol, strings.Join(m.formats, " "))
	for _, a := range m.attributes {
		b.WriteString("a=" + a.name)
		if a.value != "" {
			b.WriteString(":" + a.value)
		}
		b.WriteString("\r\n")
	}
}

func (m *line) add(name, value string) { m.attributes = append(m.attributes, attribute{name, value}) }

func (m *line) codec(c payload) {
	typ := strconv.Itoa(int(c.typ))
	m.formats = append(m.formats, typ)
	m.add("rtpmap", typ+" "+mapping(c.codec))
	if c.codec == media.Opus {
		m.add("fmtp", typ+" "+opusParameters)
	}
}

func (m *line) events(typ uint8, fine bool) {
	t, clock := strconv.Itoa(int(typ)), "8000"
	if fine {
		clock = "48000"
	}
	m.formats = append(m.formats, t)
	m.add("rtpmap", t+" telephone-event/"+clock)
	m.add("fmtp", t+" 0-15")
}

func (m *line) noise() {
	t := strconv.Itoa(noisePayload)
	m.formats = append(m.formats, t)
	m.add("rtpmap", t+" "+noiseMapping)
}

// attribute gives the value of the first attribute with a name.
func (m *line) attribute(name string) (string, bool) {
	for _, a := range m.attributes {
		if a.name == name {
			return a.value, true
		}
	}
	return "", false
}

func (s *streamOf) read(session, m *line) error {
	addr, err := addressOf(cmp.Or(m.connection, session.connection))
	if err != nil {
		return err
	}
	if !addr.IsUnspecified() {
		s.rtp = netip.AddrPortFrom(addr, uint16(m.port))
	}
	for _, a := range slices.Concat(session.attributes, m.attributes) {
		if i := slices.Index(directionNames[:], a.name); i >= 0 {
			s.direction = direction(i)
		}
	}
	_, s.mux = m.attribute("rtcp-mux")
	s.control = s.controlOf(m)
	s.payloads(m)
	return nil
}

// addressOf reads the value of a c line. A name is not looked up: nobody sends
// one, and it would hold up the leg.
func addressOf(connection string) (netip.Addr, error) {
	fields := strings.Fields(connection)
	if len(fields) != 3 || fields[0] != "IN" {
		return netip.Addr{}, fmt.Errorf("%w: connection %q", ErrMedia, connection)
	}
	text, _, _ := strings.Cut(fields[2], "/")
	addr, err := netip.ParseAddr(text)
	if err != nil || addr.IsMulticast() {
		return netip.Addr{}, fmt.Errorf("%w: connection %q", ErrMedia, connection)
	}
	return addr.Unmap().WithZone(""), nil
}

// controlOf is where RTCP goes: with the RTP (RFC 5761), where a=rtcp says (RFC
// 3605), or to the next port.
func (s *streamOf) controlOf(m *line) netip.AddrPort {
	if !s.rtp.Addr().IsValid() || s.mux {
		return s.rtp
	}
	if value, ok := m.attribute("rtcp"); ok {
		fields := strings.Fields(value)
		if len(fields) > 0 {
			if port, err := strconv.ParseUint(fields[0], 10, 16); err == nil && port > 0 {
				addr := s.rtp.Addr()
				if len(fields) == 4 {
					if other, err := netip.ParseAddr(fields[3]); err == nil && !other.IsUnspecified() && !other.IsMulticast() {
						addr = other.Unmap()
					}
				}
				return netip.AddrPortFrom(addr, uint16(port))
			}
		}
	}
	if s.rtp.Port() == 65535 {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(s.rtp.Addr(), s.rtp.Port()+1)
}

// payloads reads the formats of the m line, in its order.
func (s *streamOf) payloads(m *line) {
	names := map[string]string{strconv.Itoa(noisePayload): noiseMapping}
	for _, c := range spoken {
		if c.typ < dynamic {
			names[strconv.Itoa(int(c.typ))] = mapping(c.codec)
		}
	}
	for _, a := range m.attributes {
		if a.name == "rtpmap" {
			if typ, name, ok := strings.Cut(a.value, " "); ok {
				names[typ] = strings.TrimSuffix(strings.TrimSpace(name), "/1")
			}
		}
	}
	for _, format := range m.formats {
		typ, err := strconv.ParseUint(format, 10, 7)
		if err != nil {
			continue
		}
		name := names[format]
		switch {
		case strings.EqualFold(name, "telephone-event/8000") && s.events == 0:
			s.events = uint8(typ)
		case strings.EqualFold(name, "telephone-event/48000") && s.fineEvents == 0:
			s.fineEvents = uint8(typ)
		case strings.EqualFold(name, noiseMapping) && typ == noisePayload:
			s.noise = true
		}
		for _, c := range spoken {
			if strings.EqualFold(name, mapping(c.codec)) {
				s.codecs = append(s.codecs, payload{c.codec, uint8(typ)})
			}
		}
	}
}
