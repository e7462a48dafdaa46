package telephony

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/outdial/outdial/internal/media"
)

// SRTP says whether a leg's media is protected (RFC 3711), with keys that both
// sides put into their descriptions (RFC 4568).
type SRTP string

const (
	// SRTPOff is RTP in clear; it is what an empty one means.
	SRTPOff SRTP = "off"
	// SRTPOptional protects media if the far end can, and else does not: plain RTP is
	// offered, with keys in it (RFC 8643).
	SRTPOptional SRTP = "optional"
	// SRTPRequired ends a leg whose media can not be protected.
	SRTPRequired SRTP = "required"
)

// Check tells whether there is such a one.
func (s SRTP) Check() error {
	if s != "" && s != SRTPOff && s != SRTPOptional && s != SRTPRequired {
		return fmt.Errorf("srtp %q is not known; it is %s, %s or %s", s, SRTPOff, SRTPOptional, SRTPRequired)
	}
	return nil
}

func (s SRTP) off() bool { return s == "" || s == SRTPOff }

// keys are those of one INVITE and its dialog, one for each suite, so that the
// same one protects our stream for as long as its suite stays.
func (s SRTP) keys() []media.Key {
	if s.off() {
		return nil
	}
	var keys []media.Key
	for _, suite := range media.Suites() {
		keys = append(keys, media.NewKey(suite))
	}
	return keys
}

// crypto is one crypto attribute (RFC 4568 section 9.1).
type crypto struct {
	tag string
	key media.Key
}

func (c crypto) String() string {
	return c.tag + " " + c.key.Suite().String() + " inline:" + base64.StdEncoding.EncodeToString(c.key.Secret())
}

// cryptoIn reads the value of a crypto attribute; ok is whether we can do all it
// asks for. What must not be passed over, and is not understood, makes the whole
// of it void (section 6.3).
func cryptoIn(value string) (c crypto, ok bool) {
	fields := strings.Fields(value)
	if len(fields) < 3 {
		return c, false
	}
	suite, known := media.SuiteNamed(strings.ToUpper(fields[1]))
	if n := len(fields[0]); !known || n > 9 || strings.Trim(fields[0], "0123456789") != "" {
		return c, false
	}
	c.tag = fields[0]
	for _, parameter := range fields[3:] {
		// A leading minus marks what may be ignored (section 6.3.7); the window of
		// the sender is a hint (section 6.3.6).
		if !strings.HasPrefix(parameter, "-") && !strings.HasPrefix(parameter, "WSH=") {
			return c, false
		}
	}
	method, rest, _ := strings.Cut(fields[2], ":")
	parts := strings.Split(rest, "|")
	// Several keys, told apart by a master key identifier, are not taken.
	if !strings.EqualFold(method, "inline") || len(parts) > 2 || len(parts) == 2 && !lifetime(parts[1]) {
		return c, false
	}
	secret, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(parts[0], "="))
	if err != nil {
		return c, false
	}
	c.key, err = media.KeyOf(suite, secret)
	return c, err == nil
}

// lifetime tells whether a text is the number of packets that a key may protect:
// one at least, 2^48 at most, written as such or as a power of two (section 6.1).
// Whose key it is minds it.
func lifetime(text string) bool {
	if power, ok := strings.CutPrefix(text, "2^"); ok {
		n, err := strconv.ParseUint(power, 10, 8)
		return err == nil && n <= 48
	}
	n, err := strconv.ParseUint(text, 10, 64)
	return err == nil && n > 0 && n <= 1<<48
}

// cryptos are the crypto attributes of an m line that we can do; given counts all.
func (m *line) cryptos() (list []crypto, given int) {
	for _, a := range m.attributes {
		if a.name != "crypto" {
			continue
		}
		given++
		if c, ok := cryptoIn(a.value); ok {
			list = append(list, c)
		}
	}
	return list, given
}

// choose finds the m line of a description that is to be ours: the first one with
// keys, unless SRTP is off; else the first in clear, unless it is required.
func (s SRTP) choose(lines []*line) (int, error) {
	plain, sealed := -1, false
	for i, m := range lines {
		if m.kind != "audio" || m.port == 0 {
			continue
		}
		switch m.protocol {
		case "RTP/AVP", "RTP/AVPF":
			if plain < 0 {
				plain = i
			}
		case "RTP/SAVP", "RTP/SAVPF":
			sealed = true
		default:
			continue
		}
		if list, _ := m.cryptos(); len(list) > 0 && !s.off() {
			return i, nil
		}
	}
	switch {
	case plain >= 0 && s != SRTPRequired:
		return plain, nil
	case sealed && s.off():
		return 0, fmt.Errorf("%w: the far end wants SRTP, which is off here", ErrMedia)
	case plain >= 0 || sealed:
		return 0, fmt.Errorf("%w: SRTP is to be used, but the far end gives no key that we can use", ErrMedia)
	}
	return 0, fmt.Errorf("%w: no audio over RTP", ErrMedia)
}

// profile is the protocol of our offers: what is agreed, and at first RTP in
// clear unless SRTP is required.
func (p *parley) profile() string {
	switch {
	case p.protocol != "":
		return p.protocol
	case p.srtp == SRTPRequired:
		return "RTP/SAVP"
	}
	return "RTP/AVP"
}

// offerKeys puts our keys into an offer, the best suite first.
func (p *parley) offerKeys(m *line) {
	for i, k := range p.keys {
		m.add("crypto", crypto{strconv.Itoa(i + 1), k}.String())
	}
}

// takeKeys takes the keys of an answer, if there are any: it names the tag of one
// that we offered, and has the far end's key for it (RFC 4568 section 5.1.3).
func (p *parley) takeKeys(s *streamOf) error {
	list, given := s.line().cryptos()
	if p.srtp.off() || given == 0 {
		return nil
	}
	if len(list) == 0 {
		return fmt.Errorf("%w: the answer's crypto attribute asks for what we did not offer", ErrMedia)
	}
	i, _ := strconv.Atoi(list[0].tag)
	if i < 1 || i > len(p.keys) || p.keys[i-1].Suite() != list[0].key.Suite() {
		return fmt.Errorf("%w: the answer's crypto attribute has tag %s and suite %v, which we did not offer together", ErrMedia, list[0].tag, list[0].key.Suite())
	}
	return s.seal(p.keys[i-1], list[0].key)
}

// answerKeys takes the first keys of an offer that we can use, and gives the
// attribute to answer them with; nil is none.
func (p *parley) answerKeys(s *streamOf) (*crypto, error) {
	list, _ := s.line().cryptos()
	if p.srtp.off() || len(list) == 0 {
		return nil, nil
	}
	i := slices.IndexFunc(p.keys, func(k media.Key) bool { return k.Suite() == list[0].key.Suite() })
	return &crypto{list[0].tag, p.keys[i]}, s.seal(p.keys[i], list[0].key)
}

// seal sets both keys of a stream. One key for both directions would undo what
// it is to do (RFC 3711 section 9.1).
func (s *streamOf) seal(near, far media.Key) error {
	if near == far {
		return fmt.Errorf("%w: the far end gives our own key back", ErrMedia)
	}
	s.near, s.far = near, far
	return nil
}

func (s *streamOf) line() *line { return s.lines[s.index] }
