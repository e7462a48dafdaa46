package store

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// cost is what a password hash takes (RFC 9106 section 3.1). It is written into
// every hash, so that it may be raised later.
type cost struct {
	memory  uint32 // KiB
	passes  uint32
	threads uint8
}

// usualCost takes some tens of milliseconds of one processor: enough to spoil
// guessing, little enough for a shift that signs in within a minute.
func usualCost() cost { return cost{memory: 19 * 1024, passes: 2, threads: 1} }

const (
	saltSize = 16
	hashSize = 32
)

// encoding of hashes: argon2's own, as other programs write it.
const encoding = "$argon2id$v=%d$m=%d,t=%d,p=%d$%s"

// hashPassword gives the text that [passwordMatches] checks.
func hashPassword(password string, c cost) string {
	salt := make([]byte, saltSize)
	rand.Read(salt) // never fails
	hash := argon2.IDKey([]byte(password), salt, c.passes, c.memory, c.threads, hashSize)
	raw := base64.RawStdEncoding
	return fmt.Sprintf(encoding, argon2.Version, c.memory, c.passes, c.threads,
		raw.EncodeToString(salt)+"$"+raw.EncodeToString(hash))
}

// passwordMatches checks a password. A hash that cannot be read, such as the
// empty one of an unknown user, takes the same work and never matches.
func passwordMatches(hash, password string) bool {
	c, salt, want, ok := parseHash(hash)
	if !ok {
		c, salt, want = usualCost(), make([]byte, saltSize), make([]byte, hashSize)
	}
	have := argon2.IDKey([]byte(password), salt, c.passes, c.memory, c.threads, uint32(len(want)))
	return subtle.ConstantTimeCompare(have, want) == 1 && ok
}

func parseHash(hash string) (c cost, salt, sum []byte, ok bool) {
	var version int
	var rest string
	n, err := fmt.Sscanf(hash, encoding, &version, &c.memory, &c.passes, &c.threads, &rest)
	if n != 5 || err != nil || version != argon2.Version || c.passes == 0 || c.threads == 0 {
		return c, nil, nil, false
	}
	salt, sum, ok = saltAndSum(rest)
	return c, salt, sum, ok
}

func saltAndSum(text string) (salt, sum []byte, ok bool) {
	s, h, found := strings.Cut(text, "$")
	salt, err := base64.RawStdEncoding.DecodeString(s)
	if !found || err != nil {
		return nil, nil, false
	}
	sum, err = base64.RawStdEncoding.DecodeString(h)
	return salt, sum, err == nil && len(sum) > 0
}
