package loopback

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/pion/sdp/v3"
)

// offer is what a description of the other side comes to.
type offer struct {
	to        netip.AddrPort
	laws      []*law // in its order of preference
	events    string // payload type of telephone-event, or empty
	direction string // sendrecv, sendonly, recvonly, inactive
}

// readOffer reads the first audio stream of a description (RFC 4566, RFC 3264).
func readOffer(body []byte) (offer, error) {
	var d sdp.SessionDescription
	if err := d.Unmarshal(body); err != nil {
		return offer{}, fmt.Errorf("loopback: description: %w", err)
	}
	at := slices.IndexFunc(d.MediaDescriptions, func(m *sdp.MediaDescription) bool {
		return m.MediaName.Media == "audio" && m.MediaName.Port.Value > 0 && m.MediaName.Port.Value <= 0xffff
	})
	if at < 0 {
		return offer{}, fmt.Errorf("loopback: the description has no audio")
	}
	m := d.MediaDescriptions[at]
	connection := m.ConnectionInformation
	if connection == nil {
		connection = d.ConnectionInformation
	}
	if connection == nil || connection.Address == nil {
		return offer{}, fmt.Errorf("loopback: the description has no address")
	}
	addr, err := netip.ParseAddr(connection.Address.Address)
	if err != nil {
		return offer{}, fmt.Errorf("loopback: address of the description: %w", err)
	}
	o := offer{to: netip.AddrPortFrom(addr, uint16(m.MediaName.Port.Value)), direction: direction(&d, m)}
	for _, format := range m.MediaName.Formats {
		payload, err := strconv.ParseUint(format, 10, 8)
		if err != nil {
			continue
		}
		if l := lawOf(uint8(payload)); l != nil {
			o.laws = append(o.laws, l)
		}
		if isEvent(m, format) {
			o.events = format
		}
	}
	return o, nil
}

func isEvent(m *sdp.MediaDescription, format string) bool {
	return slices.ContainsFunc(m.Attributes, func(a sdp.Attribute) bool {
		return a.Key == "rtpmap" && strings.EqualFold(a.Value, format+" telephone-event/8000")
	})
}

// direction of a stream: its own, else the session's, else both ways.
func direction(d *sdp.SessionDescription, m *sdp.MediaDescription) string {
	for _, attributes := range [...][]sdp.Attribute{m.Attributes, d.Attributes} {
		for _, a := range attributes {
			switch a.Key {
			case "sendrecv", "sendonly", "recvonly", "inactive":
				return a.Key
			}
		}
	}
	return "sendrecv"
}

// mirrored has the answer to each direction (RFC 3264 section 6.1).
var mirrored = map[string]string{
	"sendrecv": "sendrecv", "sendonly": "recvonly", "recvonly": "sendonly", "inactive": "inactive",
}

// wantsVoice tells whether the other side would hear us.
func (o offer) wantsVoice() bool {
	return (o.direction == "sendrecv" || o.direction == "recvonly") && !o.to.Addr().IsUnspecified()
}

// pick gives the first law of the offer that is among ours; nil for none.
func (o offer) pick(ours []*law) *law {
	for _, l := range o.laws {
		if slices.Contains(ours, l) {
			return l
		}
	}
	return nil
}

// description is ours: an answer with one law, or an offer with all of them.
type description struct {
	session, version uint64
	port             int
	laws             []*law
	events           string
	direction        string
}

func newDescription(port int) description {
	return description{session: rand.Uint64() >> 1, port: port}
}

// text writes it out; every writing is a new version (RFC 3264 section 8).
func (d *description) text() ([]byte, error) {
	d.version++
	m := &sdp.MediaDescription{MediaName: sdp.MediaName{
		Media: "audio", Port: sdp.RangedPort{Value: d.port}, Protos: []string{"RTP", "AVP"},
	}}
	for _, l := range d.laws {
		m.WithCodec(l.payload, l.name, rate, 0, "")
	}
	if d.events != "" {
		m.MediaName.Formats = append(m.MediaName.Formats, d.events)
		m.WithValueAttribute("rtpmap", d.events+" telephone-event/8000")
		m.WithValueAttribute("fmtp", d.events+" 0-15")
	}
	m.WithValueAttribute("ptime", "20").WithPropertyAttribute(d.direction)
	s := sdp.SessionDescription{
		Origin: sdp.Origin{Username: "-", SessionID: d.session, SessionVersion: d.version,
			NetworkType: "IN", AddressType: "IP4", UnicastAddress: "127.0.0.1"},
		SessionName:           "-",
		ConnectionInformation: &sdp.ConnectionInformation{NetworkType: "IN", AddressType: "IP4", Address: &sdp.Address{Address: "127.0.0.1"}},
		TimeDescriptions:      []sdp.TimeDescription{{}},
		MediaDescriptions:     []*sdp.MediaDescription{m},
	}
	return s.Marshal()
}
