package telephony

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/pion/sdp/v3"

	"github.com/outdial/outdial/internal/media"
)

// ErrMedia is the failure of an offer or answer that gives no audio in common.
var ErrMedia = errors.New("no audio in common")

const (
	eventsPayload = 101 // telephone-event in our offers (RFC 4733)
	frameMillis   = "20"
)

// codecNames are the codecs that we speak, with their static payload types (RFC
// 3551 table 4).
var codecNames = []struct {
	name    string
	codec   media.Codec
	payload uint8
}{
	{"PCMU", media.PCMU, 0},
	{"PCMA", media.PCMA, 8},
}

// parley is our side of the offers and answers of one leg (RFC 3264). Only its
// leg touches it.
type parley struct {
	session uint64                  // o= session id
	version uint64                  // o= version, up by one with each change
	local   netip.AddrPort          // our RTP
	codecs  []media.Codec           // in order of preference
	last    string                  // the description we sent last, but for its version
	format  media.Format            // what is agreed; Remote is not valid before
	held    bool                    // the far end has put us on hold
	pending bool                    // our offer is out, its answer is not in
	lines   []*sdp.MediaDescription // of the far end's last offer; every later offer keeps their number (RFC 3264 section 8)
	index   int                     // of the audio in them
}

// streamOf is one side's audio as its description says.
type streamOf struct {
	rtp, control netip.AddrPort // rtp has no address if c= is 0.0.0.0 (hold, RFC 2543)
	mux          bool
	codecs       []payload // in the order of the m line
	events       uint8
	direction    direction
	index        int      // of its m line
	protocol     []string // of its m line
	lines        []*sdp.MediaDescription
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
	stream := &sdp.MediaDescription{MediaName: sdp.MediaName{Media: "audio", Port: sdp.RangedPort{Value: int(p.local.Port())}, Protos: []string{"RTP", "AVP"}}}
	for _, c := range p.codecs {
		describe(stream, payload{c, codecNames[c].payload})
	}
	describeEvents(stream, eventsPayload)
	p.finish(stream, sendrecv, true)
	p.pending = true
	return p.render(stream)
}

// accept takes the answer to our offer.
func (p *parley) accept(body []byte) (media.Format, error) {
	p.pending = false
	s, err := parse(body)
	if err != nil {
		return media.Format{}, err
	}
	if s.index != p.index {
		return media.Format{}, fmt.Errorf("%w: the answer's audio is not where the offer's was", ErrMedia)
	}
	return p.agree(s, p.choose(s))
}

// answer takes an offer of the far end and gives our answer to it.
func (p *parley) answer(body []byte) ([]byte, media.Format, error) {
	s, err := parse(body)
	if err != nil {
		return nil, media.Format{}, err
	}
	chosen := p.choose(s)
	format, err := p.agree(s, chosen)
	if err != nil {
		return nil, media.Format{}, err
	}
	stream := &sdp.MediaDescription{MediaName: sdp.MediaName{Media: "audio", Port: sdp.RangedPort{Value: int(p.local.Port())}, Protos: s.protocol}}
	describe(stream, *chosen)
	if s.events != 0 {
		describeEvents(stream, s.events)
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
		return media.Format{}, fmt.Errorf("%w: codec", ErrMedia)
	}
	f := media.Format{
		Codec:         chosen.codec,
		Payload:       chosen.typ,
		Events:        s.events,
		Remote:        s.rtp,
		RemoteControl: s.control,
		Send:          s.direction == sendrecv || s.direction == recvonly,
		Receive:       s.direction == sendrecv || s.direction == sendonly,
	}
	if !s.rtp.Addr().IsValid() {
		// On hold the old way: no address to send to. The last one stands until
		// the next offer.
		f.Send, f.Remote, f.RemoteControl = false, p.format.Remote, p.format.RemoteControl
	}
	p.held = !f.Send
	p.format = f
	return f, nil
}

func describe(m *sdp.MediaDescription, c payload) {
	typ := strconv.Itoa(int(c.typ))
	m.MediaName.Formats = append(m.MediaName.Formats, typ)
	m.WithValueAttribute("rtpmap", typ+" "+codecNames[c.codec].name+"/8000")
}

func describeEvents(m *sdp.MediaDescription, typ uint8) {
	t := strconv.Itoa(int(typ))
	m.MediaName.Formats = append(m.MediaName.Formats, t)
	m.WithValueAttribute("rtpmap", t+" telephone-event/8000").WithValueAttribute("fmtp", t+" 0-15")
}

func (p *parley) finish(m *sdp.MediaDescription, d direction, mux bool) {
	m.WithValueAttribute("ptime", frameMillis).
		WithPropertyAttribute(directionNames[d]).
		WithValueAttribute("rtcp", strconv.Itoa(int(p.local.Port())+1))
	if mux {
		m.WithPropertyAttribute("rtcp-mux")
	}
}

// render writes a description of ours; its version goes up if it is not the one
// sent last (RFC 3264 section 8).
func (p *parley) render(stream *sdp.MediaDescription) []byte {
	lines := make([]*sdp.MediaDescription, max(1, len(p.lines)))
	for i, line := range p.lines {
		// Refused, but it keeps its place (RFC 3264 section 6).
		lines[i] = &sdp.MediaDescription{MediaName: sdp.MediaName{Media: line.MediaName.Media, Protos: line.MediaName.Protos, Formats: line.MediaName.Formats}}
	}
	lines[p.index] = stream
	kind := "IP4"
	if p.local.Addr().Is6() {
		kind = "IP6"
	}
	address := p.local.Addr().String()
	d := sdp.SessionDescription{
		Origin:                sdp.Origin{Username: "-", SessionID: p.session, NetworkType: "IN", AddressType: kind, UnicastAddress: address},
		SessionName:           "-",
		ConnectionInformation: &sdp.ConnectionInformation{NetworkType: "IN", AddressType: kind, Address: &sdp.Address{Address: address}},
		TimeDescriptions:      []sdp.TimeDescription{{}},
		MediaDescriptions:     lines,
	}
	// Marshal fails for no description that is built here.
	plain, _ := d.Marshal()
	if string(plain) != p.last {
		p.last = string(plain)
		p.version++
	}
	d.Origin.SessionVersion = p.version
	body, _ := d.Marshal()
	return body
}

// parse reads a description and finds its audio: the first m line over plain
// RTP that is not refused.
func parse(body []byte) (*streamOf, error) {
	var d sdp.SessionDescription
	if err := d.UnmarshalString(string(body)); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMedia, err)
	}
	for i, m := range d.MediaDescriptions {
		if m.MediaName.Media != "audio" || m.MediaName.Port.Value == 0 || !plainRTP(m.MediaName.Protos) {
			continue
		}
		s := &streamOf{index: i, protocol: m.MediaName.Protos, lines: d.MediaDescriptions}
		if err := s.read(&d, m); err != nil {
			return nil, err
		}
		return s, nil
	}
	return nil, fmt.Errorf("%w: no audio over RTP/AVP", ErrMedia)
}

func plainRTP(protocol []string) bool {
	return len(protocol) == 2 && protocol[0] == "RTP" && (protocol[1] == "AVP" || protocol[1] == "AVPF")
}

func (s *streamOf) read(d *sdp.SessionDescription, m *sdp.MediaDescription) error {
	connection := m.ConnectionInformation
	if connection == nil {
		connection = d.ConnectionInformation
	}
	addr, err := addressOf(connection)
	if err != nil {
		return err
	}
	if m.MediaName.Port.Value < 0 || m.MediaName.Port.Value > 65535 {
		return fmt.Errorf("%w: port %d", ErrMedia, m.MediaName.Port.Value)
	}
	if !addr.IsUnspecified() {
		s.rtp = netip.AddrPortFrom(addr, uint16(m.MediaName.Port.Value))
	}
	for _, attributes := range [][]sdp.Attribute{d.Attributes, m.Attributes} {
		for _, a := range attributes {
			if i := slices.Index(directionNames[:], a.Key); i >= 0 {
				s.direction = direction(i)
			}
		}
	}
	_, s.mux = m.Attribute("rtcp-mux")
	s.control = s.controlOf(m)
	s.payloads(m)
	return nil
}

// addressOf reads a c line. A name is not looked up: nobody sends one, and it
// would hold up the leg.
func addressOf(c *sdp.ConnectionInformation) (netip.Addr, error) {
	if c == nil || c.Address == nil {
		return netip.Addr{}, fmt.Errorf("%w: no connection address", ErrMedia)
	}
	text, _, _ := strings.Cut(c.Address.Address, "/")
	addr, err := netip.ParseAddr(text)
	if err != nil || addr.IsMulticast() {
		return netip.Addr{}, fmt.Errorf("%w: connection address %q", ErrMedia, c.Address.Address)
	}
	return addr.Unmap(), nil
}

// controlOf is where RTCP goes: with the RTP (RFC 5761), where a=rtcp says (RFC
// 3605), or to the next port.
func (s *streamOf) controlOf(m *sdp.MediaDescription) netip.AddrPort {
	if !s.rtp.Addr().IsValid() || s.mux {
		return s.rtp
	}
	if value, ok := m.Attribute("rtcp"); ok {
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
func (s *streamOf) payloads(m *sdp.MediaDescription) {
	names := map[string]string{"0": "PCMU/8000", "8": "PCMA/8000"}
	for _, a := range m.Attributes {
		if a.Key == "rtpmap" {
			if typ, name, ok := strings.Cut(strings.TrimSpace(a.Value), " "); ok {
				names[typ] = strings.ToUpper(strings.TrimSuffix(strings.TrimSpace(name), "/1"))
			}
		}
	}
	for _, format := range m.MediaName.Formats {
		typ, err := strconv.ParseUint(format, 10, 7)
		if err != nil {
			continue
		}
		name := names[format]
		if name == "TELEPHONE-EVENT/8000" && s.events == 0 {
			s.events = uint8(typ)
		}
		for _, known := range codecNames {
			if name == known.name+"/8000" {
				s.codecs = append(s.codecs, payload{known.codec, uint8(typ)})
			}
		}
	}
}
