package media

import (
	"crypto/rand"
	"errors"
	"fmt"
	"slices"

	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"
)

const (
	// longestSecret is that of a suite with 256 bits: master key and master salt.
	longestSecret = 32 + 14
	// sealRoom is the most that protection adds to a packet.
	sealRoom = 16 + 4
	// replayWindow is how many packets late one may come and still be told from a
	// repeated one; RFC 3711 section 3.3.2 asks for 64.
	replayWindow = 128
)

// Suite is the algorithms of SRTP that protect a session; 0 is none.
type Suite uint8

// The suites, with their names in RFC 4568, RFC 6188 and RFC 7714.
const (
	AES128GCM Suite = iota + 1
	AES256GCM
	AES128CM80
	AES256CM80
	AES128CM32
)

var suites = [...]struct {
	name      string
	profile   srtp.ProtectionProfile
	key, salt int
}{
	AES128GCM:  {"AEAD_AES_128_GCM", srtp.ProtectionProfileAeadAes128Gcm, 16, 12},
	AES256GCM:  {"AEAD_AES_256_GCM", srtp.ProtectionProfileAeadAes256Gcm, 32, 12},
	AES128CM80: {"AES_CM_128_HMAC_SHA1_80", srtp.ProtectionProfileAes128CmHmacSha1_80, 16, 14},
	AES256CM80: {"AES_256_CM_HMAC_SHA1_80", srtp.ProtectionProfileAes256CmHmacSha1_80, 32, 14},
	AES128CM32: {"AES_CM_128_HMAC_SHA1_32", srtp.ProtectionProfileAes128CmHmacSha1_32, 16, 14},
}

// Suites are all that there are, the best first.
func Suites() []Suite { return []Suite{AES128GCM, AES256GCM, AES128CM80, AES256CM80, AES128CM32} }

// SuiteNamed finds a suite by its name in SDP.
func SuiteNamed(name string) (Suite, bool) {
	for _, s := range Suites() {
		if suites[s].name == name {
			return s, true
		}
	}
	return 0, false
}

// String is the name in SDP, or empty.
func (s Suite) String() string { return suites[s].name }

// Key is what one side protects its packets with: a suite, a master key and a
// master salt (RFC 3711 section 3.2.1). The zero Key protects nothing. Keys may
// be compared; printed, they keep their secret.
type Key struct {
	suite  Suite
	secret [longestSecret]byte
}

// NewKey makes a key that nobody knows.
func NewKey(s Suite) Key {
	k := Key{suite: s}
	_, _ = rand.Read(k.secret[:suites[s].key+suites[s].salt]) // it never fails
	return k
}

// KeyOf makes a key from a secret that was told: the master key and, after it, the
// salt.
func KeyOf(s Suite, secret []byte) (Key, error) {
	if want := suites[s].key + suites[s].salt; s == 0 || len(secret) != want {
		return Key{}, fmt.Errorf("media: a key for %v has %d bytes, not %d", s, want, len(secret))
	}
	k := Key{suite: s}
	copy(k.secret[:], secret)
	return k, nil
}

// Suite is what the key is for.
func (k Key) Suite() Suite { return k.suite }

// Secret is what the far end must be told, by a way that nobody else reads.
func (k Key) Secret() []byte {
	return slices.Clone(k.secret[:suites[k.suite].key+suites[k.suite].salt])
}

// String does not tell the secret.
func (k Key) String() string { return "key of " + k.suite.String() }

// GoString does not either.
func (k Key) GoString() string { return k.String() }

// context begins the cryptographic context of a key. It cannot fail: a Key has
// the length that its suite wants.
func (k Key) context() *srtp.Context {
	about := suites[k.suite]
	c, err := srtp.CreateContext(k.secret[:about.key], k.secret[about.key:about.key+about.salt], about.profile,
		srtp.SRTPReplayProtection(replayWindow), srtp.SRTCPReplayProtection(replayWindow))
	if err != nil {
		panic(err)
	}
	return c
}

// seals are the keys of a leg at work (RFC 3711). The leg's mutex guards them.
type seals struct {
	near, far Key
	out       *srtp.Context // nil while the leg's media is in clear
	// in is for what the far end sends. After it has changed its key there are
	// several, the newest first, until one of them has opened a packet: those on
	// the way still have the old key, and some far ends begin a new key with a
	// rollover counter of 0, though they must not (section 3.3.1).
	in     []*srtp.Context
	spent  uint32 // SRTCP packets under keys before this one
	header rtp.Header
	room   [datagramSize + sealRoom]byte
	trial  [datagramSize]byte
}

// rollover counts how often the sequence numbers that a leg sends have begun
// anew; the counter goes on whatever becomes of the keys.
type rollover struct {
	begun bool
	seq   uint16 // the highest sent
	count uint32
}

func (r *rollover) pass(seq uint16) {
	if ahead := int16(seq - r.seq); r.begun && ahead <= 0 {
		return
	}
	if r.begun && seq < r.seq {
		r.count++
	}
	r.begun, r.seq = true, seq
}

// secure reports whether the leg's media is protected. The caller holds mu.
func (l *Leg) secure() bool { return l.seals != nil && l.seals.out != nil }

// rekey takes the keys of a format. What has not changed goes on as it is.
func (l *Leg) rekey(near, far Key) {
	s := l.seals
	switch {
	case near == (Key{}) || far == (Key{}):
		if s != nil {
			s.retire(l.ssrc)
			s.near, s.far, s.in = Key{}, Key{}, nil
		}
		return
	case s == nil:
		s = &seals{}
		l.seals = s
	}
	if near != s.near {
		s.retire(l.ssrc)
		s.near, s.out = near, near.context()
		s.out.SetIndex(l.ssrc, s.spent)
		if l.rolled.begun {
			s.out.SetROC(l.ssrc, l.rolled.count)
			// The context learns the number from the packet that had it; this one is
			// not sent.
			header{seq: l.rolled.seq}.put(s.room[:], 0, l.ssrc)
			_, _ = s.out.EncryptRTP(s.trial[:0], s.room[:headerSize], &s.header)
		}
	}
	if far != s.far {
		former := s.in
		s.far, s.in = far, []*srtp.Context{far.context()}
		if len(former) == 0 {
			return
		}
		if count, known := former[0].ROC(l.reception.ssrc); known && count > 0 {
			going := far.context()
			going.SetROC(l.reception.ssrc, count)
			s.in = append(s.in, going)
		}
		s.in = append(s.in, former[len(former)-1])
	}
}

// retire ends the use of our key, and keeps count: should it ever be used again,
// nothing is encrypted twice with the same numbers.
func (s *seals) retire(ssrc uint32) {
	if s.out == nil {
		return
	}
	if n, known := s.out.Index(ssrc); known {
		s.spent = n
	}
	s.out = nil
}

// open takes the protection off a packet of RTP, in its own memory.
func (s *seals) open(data []byte) ([]byte, error) {
	return s.try(data, func(c *srtp.Context, dst, data []byte) ([]byte, error) {
		return c.DecryptRTP(dst, data, &s.header)
	})
}

// openControl does the same for RTCP.
func (s *seals) openControl(data []byte) ([]byte, error) {
	return s.try(data, func(c *srtp.Context, dst, data []byte) ([]byte, error) {
		return c.DecryptRTCP(dst, data, nil)
	})
}

// try opens a packet with each context until one fits. The newest that has
// opened one is the one that stays, unless it is that of the key before.
func (s *seals) try(data []byte, open func(c *srtp.Context, dst, data []byte) ([]byte, error)) ([]byte, error) {
	if len(s.in) == 1 {
		return open(s.in[0], data, data)
	}
	var last error
	for i, c := range s.in {
		// A failure destroys what it works on.
		plain, err := open(c, s.trial[:0], data)
		if err != nil {
			last = err
			continue
		}
		if i < len(s.in)-1 {
			s.in = s.in[i : i+1 : i+1]
		}
		return data[:copy(data, plain)], nil
	}
	return nil, last
}

// seal protects a packet of RTP. What it gives is overwritten by the next.
func (s *seals) seal(packet []byte) ([]byte, error) {
	return s.out.EncryptRTP(s.room[:0], packet, &s.header)
}

// sealControl does the same for RTCP.
func (s *seals) sealControl(packet []byte) ([]byte, error) {
	return s.out.EncryptRTCP(s.room[:0], packet, nil)
}

// unseal takes off what protection a datagram has and counts forgeries. The
// caller holds mu.
func (l *Leg) unseal(data []byte) ([]byte, error) {
	if !l.secure() {
		return data, nil
	}
	plain, err := l.seals.open(data)
	l.suspect(err)
	return plain, err
}

// unsealControl does the same for RTCP.
func (l *Leg) unsealControl(data []byte) (compound, error) {
	if !l.secure() {
		return data, nil
	}
	plain, err := l.seals.openControl(data)
	l.suspect(err)
	return plain, err
}

// suspect counts a packet that failed authentication.
func (l *Leg) suspect(err error) {
	if errors.Is(err, srtp.ErrFailedToVerifyAuthTag) {
		l.forged++
	}
}
