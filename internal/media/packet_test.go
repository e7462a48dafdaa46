package media

import (
	"bytes"
	"testing"

	"github.com/pion/rtp"
)

func marshal(t testing.TB, p *rtp.Packet) []byte {
	t.Helper()
	data, err := p.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestParse(t *testing.T) {
	plain := rtp.Header{Version: 2, PayloadType: 8, SequenceNumber: 0xfffe, Timestamp: 0xdeadbeef, SSRC: 0xcafe, Marker: true}
	rich := plain
	rich.CSRC = []uint32{1, 2, 3}
	if err := rich.SetExtension(1, []byte{9}); err != nil {
		t.Fatal(err)
	}
	padded := marshal(t, &rtp.Packet{Header: plain, Payload: []byte("voice\x00\x00\x03")})
	padded[0] |= 0x20
	for name, data := range map[string][]byte{
		"plain":               marshal(t, &rtp.Packet{Header: plain, Payload: []byte("voice")}),
		"CSRCs and extension": marshal(t, &rtp.Packet{Header: rich, Payload: []byte("voice")}),
		"padding":             padded,
	} {
		p, err := parse(data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !p.marker || p.payload != 8 || p.seq != 0xfffe || p.ts != 0xdeadbeef || p.ssrc != 0xcafe || string(p.body()) != "voice" {
			t.Errorf("%s: %+v, payload %q", name, p, p.body())
		}
	}
}

func TestParseRefuses(t *testing.T) {
	head := []byte{0x80, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1}
	with := func(first byte, more ...byte) []byte {
		return append(append([]byte{first}, head[1:]...), more...)
	}
	for name, data := range map[string][]byte{
		"nothing":                    nil,
		"a short header":             head[:11],
		"version 1":                  with(0x40, 1, 2, 3),
		"STUN":                       with(0x00, 1, 2, 3),
		"no payload":                 head,
		"CSRCs cut off":              with(0x8f, 1, 2, 3),
		"an extension cut off":       with(0x90, 0, 0),
		"an extension beyond itself": with(0x90, 0, 0, 0, 9, 1),
		"padding of nothing":         with(0xa0, 1, 0),
		"padding over all":           with(0xa0, 1, 2),
		"padding beyond the packet":  with(0xa0, 1, 200),
	} {
		if _, err := parse(data); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

func TestControlIsToldFromVoice(t *testing.T) {
	for second, control := range map[byte]bool{0: false, 8: false, 0x80: false, 0x88: false, 101: false, 0xe5: false, 200: true, 201: true, 203: true, 207: true} {
		if isControl([]byte{0x80, second}) != control {
			t.Errorf("second octet %d: control is %v", second, !control)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte{0x80, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0xff})
	f.Add([]byte{0xb1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 9, 0xbe, 0xde, 0, 1, 0x10, 1, 0, 0, 0xff, 1})
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := parse(data)
		if err != nil {
			return
		}
		if p.start < headerSize || len(p.body()) == 0 {
			t.Fatalf("no payload, or no room for a header: %+v", p)
		}
		var other rtp.Packet
		if other.Unmarshal(data) != nil {
			return // it also reads what is inside of extensions
		}
		if other.SequenceNumber != p.seq || other.Timestamp != p.ts || other.SSRC != p.ssrc || other.PayloadType != p.payload || other.Marker != p.marker {
			t.Fatalf("got %+v, another reader %+v", p, other.Header)
		}
		if len(other.Payload) > 0 && !bytes.Equal(other.Payload, p.body()) {
			t.Fatalf("payload %x, another reader %x", p.body(), other.Payload)
		}
	})
}
