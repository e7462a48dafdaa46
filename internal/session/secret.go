package session

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strconv"
)

// newID gives a session id: nine decimal digits, the first not 0. It is a name,
// not a secret; the caller draws again if it is taken.
func newID() string {
	var b [8]byte
	rand.Read(b[:])
	return strconv.FormatUint(100_000_000+binary.BigEndian.Uint64(b[:])%900_000_000, 10)
}

// newGUID gives a random GUID (RFC 9562 section 5.4).
func newGUID() string {
	var b [16]byte
	rand.Read(b[:])
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// newToken gives a token that can not be guessed and needs no escaping anywhere.
func newToken() string {
	var b [32]byte
	rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// same compares secrets without telling by time where they differ.
func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
