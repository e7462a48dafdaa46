package media

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strings"
	"testing"
)

// witness is SRTP written from the RFCs for the tests alone, so that it knows
// nothing of what it watches: the session keys of one side (RFC 3711 section 4.3).
type witness struct {
	tag              int // of RTP; 0 is GCM
	key, salt, auth  []byte
	key2, salt2, mac []byte // of RTCP
}

func watch(k Key) *witness {
	about := suites[k.suite]
	master, salt := k.secret[:about.key], k.secret[about.key:about.key+about.salt]
	tag := map[Suite]int{AES128CM80: 10, AES256CM80: 10, AES128CM32: 4}[k.suite]
	of := func(label byte, n int) []byte { return derive(master, salt, label, n) }
	return &witness{tag, of(0, len(master)), of(2, len(salt)), of(1, 20), of(3, len(master)), of(5, len(salt)), of(4, 20)}
}

// derive is the key derivation of RFC 3711 section 4.3.1, its rate 0.
func derive(master, salt []byte, label byte, n int) []byte {
	var iv [16]byte
	copy(iv[:], salt)
	iv[7] ^= label
	out := make([]byte, n)
	cipher.NewCTR(aesOf(master), iv[:]).XORKeyStream(out, out)
	return out
}

func aesOf(key []byte) cipher.Block {
	b, err := aes.NewCipher(key)
	if err != nil {
		panic(err)
	}
	return b
}

func gcm(key []byte) cipher.AEAD {
	g, err := cipher.NewGCM(aesOf(key))
	if err != nil {
		panic(err)
	}
	return g
}

// counter is the IV of AES-CM (RFC 3711 section 4.1.1), nonce that of GCM (RFC
// 7714 sections 8.1 and 9.1). number is the packet's: 32 bits of rollovers and the
// sequence number, or the SRTCP index.
func counter(salt []byte, ssrc uint32, number uint64) []byte {
	iv := append(slices.Clone(salt), 0, 0)
	binary.BigEndian.PutUint32(iv[4:], binary.BigEndian.Uint32(iv[4:])^ssrc)
	binary.BigEndian.PutUint64(iv[8:], binary.BigEndian.Uint64(iv[8:])^number<<16)
	return iv
}

func nonce(salt []byte, ssrc uint32, number uint64) []byte {
	var iv [14]byte
	binary.BigEndian.PutUint32(iv[2:], ssrc)
	binary.BigEndian.PutUint64(iv[6:], number<<16)
	for i, b := range salt {
		iv[i] ^= b
	}
	return iv[:12]
}

func number(packet []byte, roc uint32) (ssrc uint32, n uint64) {
	return binary.BigEndian.Uint32(packet[8:]), uint64(roc)<<16 | uint64(binary.BigEndian.Uint16(packet[2:]))
}

// protect seals a packet that has a header of 12 bytes.
func (w *witness) protect(packet []byte, roc uint32) []byte {
	ssrc, n := number(packet, roc)
	out := slices.Clone(packet[:headerSize])
	if w.tag == 0 {
		return gcm(w.key).Seal(out, nonce(w.salt, ssrc, n), packet[headerSize:], packet[:headerSize])
	}
	out = append(out, packet[headerSize:]...)
	cipher.NewCTR(aesOf(w.key), counter(w.salt, ssrc, n)).XORKeyStream(out[headerSize:], out[headerSize:])
	return append(out, mac(w.auth, binary.BigEndian.AppendUint32(slices.Clone(out), roc))[:w.tag]...)
}

func mac(key, data []byte) []byte {
	h := hmac.New(sha1.New, key)
	h.Write(data)
	return h.Sum(nil)
}

// open undoes protect; ok is whether the packet is authentic.
func (w *witness) open(packet []byte, roc uint32) (plain []byte, ok bool) {
	ssrc, n := number(packet, roc)
	plain = slices.Clone(packet[:headerSize])
	if w.tag == 0 {
		plain, err := gcm(w.key).Open(plain, nonce(w.salt, ssrc, n), packet[headerSize:], packet[:headerSize])
		return plain, err == nil
	}
	body, tag := packet[headerSize:len(packet)-w.tag], packet[len(packet)-w.tag:]
	signed := binary.BigEndian.AppendUint32(slices.Clone(packet[:len(packet)-w.tag]), roc)
	plain = append(plain, body...)
	cipher.NewCTR(aesOf(w.key), counter(w.salt, ssrc, n)).XORKeyStream(plain[headerSize:], plain[headerSize:])
	return plain, bytes.Equal(mac(w.auth, signed)[:w.tag], tag)
}

// protectControl seals a compound packet of RTCP; openControl undoes it.
func (w *witness) protectControl(packet []byte, index uint32) []byte {
	ssrc, last := binary.BigEndian.Uint32(packet[4:]), index|1<<31
	out := slices.Clone(packet[:8])
	if w.tag == 0 {
		out = gcm(w.key2).Seal(out, nonce(w.salt2, ssrc, uint64(index)), packet[8:], binary.BigEndian.AppendUint32(slices.Clone(packet[:8]), last))
		return binary.BigEndian.AppendUint32(out, last)
	}
	out = append(out, packet[8:]...)
	cipher.NewCTR(aesOf(w.key2), counter(w.salt2, ssrc, uint64(index))).XORKeyStream(out[8:], out[8:])
	out = binary.BigEndian.AppendUint32(out, last)
	return append(out, mac(w.mac, out)[:10]...)
}

func (w *witness) openControl(packet []byte) (plain []byte, index uint32, ok bool) {
	ssrc := binary.BigEndian.Uint32(packet[4:])
	if w.tag == 0 {
		end := len(packet) - 4
		last := binary.BigEndian.Uint32(packet[end:])
		index = last &^ (1 << 31)
		plain, err := gcm(w.key2).Open(slices.Clone(packet[:8]), nonce(w.salt2, ssrc, uint64(index)), packet[8:end], binary.BigEndian.AppendUint32(slices.Clone(packet[:8]), last))
		return plain, index, err == nil
	}
	end := len(packet) - 14
	index = binary.BigEndian.Uint32(packet[end:]) &^ (1 << 31)
	ok = bytes.Equal(mac(w.mac, packet[:end+4])[:10], packet[end+4:])
	plain = slices.Clone(packet[:end])
	cipher.NewCTR(aesOf(w.key2), counter(w.salt2, ssrc, uint64(index))).XORKeyStream(plain[8:], plain[8:])
	return plain, index, ok
}

func unhex(t testing.TB, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The witness is believed because it gives what the RFCs print.
func TestTheWitnessGivesWhatTheRFCsPrint(t *testing.T) {
	t.Run("key derivation, RFC 3711 appendix B.3", func(t *testing.T) {
		master, salt := unhex(t, "E1F97A0D3E018BE0D64FA32C06DE4139"), unhex(t, "0EC675AD498AFEEBB6960B3AABE6")
		for label, want := range map[byte]string{
			0: "C61E7A93744F39EE10734AFE3FF7A087",
			2: "30CBBC08863D8C85D49DB34A9AE1",
			1: "CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4",
		} {
			if got := derive(master, salt, label, len(want)/2); !bytes.Equal(got, unhex(t, want)) {
				t.Errorf("label %d: %X, want %s", label, got, want)
			}
		}
	})
	t.Run("AEAD_AES_128_GCM, RFC 7714 sections 16.1.1 and 17.1", func(t *testing.T) {
		key, salt := unhex(t, "000102030405060708090a0b0c0d0e0f"), unhex(t, "517569642070726f2071756f")
		w := &witness{key: key, salt: salt, key2: key, salt2: salt}
		got := w.protect(unhex(t, "8040f17b8041f8d35501a0b2 47616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573"), 0)
		if want := unhex(t, "8040f17b8041f8d35501a0b2 f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833899d7f27beb16a9152cf765ee4390cce"); !bytes.Equal(got, want) {
			t.Errorf("RTP: %x, want %x", got, want)
		}
		got = w.protectControl(unhex(t, "81c8000d4d617273 4e5450314e545032525450200000042a0000e9304c756e61deadbeefdeadbeefdeadbeefdeadbeefdeadbeef"), 0x5d4)
		if want := unhex(t, "81c8000d4d617273 63e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b4686303ded0bb9275bc84aa45896cf4d2fc5abf87245d9eade800005d4"); !bytes.Equal(got, want) {
			t.Errorf("RTCP: %x, want %x", got, want)
		}
	})
	t.Run("AES_CM_128_HMAC_SHA1_80, a packet that libsrtp prints", func(t *testing.T) {
		key, err := KeyOf(AES128CM80, unhex(t, "e1f97a0d3e018be0d64fa32c06de4139 0ec675ad498afeebb6960b3aabe6"))
		if err != nil {
			t.Fatal(err)
		}
		got := watch(key).protect(unhex(t, "800f1234decafbadcafebabe abababababababababababababababab"), 0)
		if want := unhex(t, "800f1234decafbadcafebabe 4e55dc4ce79978d88ca4d215949d2402 b78d6acc99ea179b8dbb"); !bytes.Equal(got, want) {
			t.Errorf("%x, want %x", got, want)
		}
	})
}
