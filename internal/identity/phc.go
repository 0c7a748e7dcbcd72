package identity

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// Hashing is how much work a password's hash is.
type Hashing struct {
	Memory  uint32 // KiB
	Passes  uint32
	Threads uint8
}

// DefaultHashing is what OWASP recommends for argon2id at the least memory.
var DefaultHashing = Hashing{Memory: 19 << 10, Passes: 2, Threads: 1}

const saltSize, keySize = 16, 32

// errPHC says that a hash is not one this program writes.
var errPHC = errors.New("the stored password is no argon2id hash")

// hash returns the hash of a password in the form of the PHC.
func (h Hashing) hash(password string) (string, error) {
	salt := make([]byte, saltSize)
	if _, err := rand.Read(salt); err != nil {
		return "", fmt.Errorf("hashing a password: %w", err)
	}
	key := argon2.IDKey([]byte(password), salt, h.Passes, h.Memory, h.Threads, keySize)
	enc := base64.RawStdEncoding.EncodeToString
	return h.prefix() + enc(salt) + "$" + enc(key), nil
}

func (h Hashing) prefix() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$", argon2.Version, h.Memory, h.Passes, h.Threads)
}

// parsePHC reads a hash, with bounds on the work that it may ask for.
func parsePHC(s string) (h Hashing, salt, key []byte, err error) {
	parts := strings.Split(s, "$")
	if len(s) > 512 || len(parts) != 6 {
		return h, nil, nil, errPHC
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &h.Memory, &h.Passes, &h.Threads); err != nil {
		return h, nil, nil, errPHC
	}
	dec := base64.RawStdEncoding.Strict().DecodeString
	salt, err1 := dec(parts[4])
	key, err2 := dec(parts[5])
	bounded := h.Memory >= 8*uint32(h.Threads) && h.Memory <= 256<<10 && h.Passes >= 1 && h.Passes <= 16 && h.Threads >= 1 && h.Threads <= 16
	if err1 != nil || err2 != nil || !bounded || len(salt) < 8 || len(salt) > 64 || len(key) < 16 || len(key) > 64 {
		return h, nil, nil, errPHC
	}
	if !strings.HasPrefix(s, h.prefix()) { // another version, or numbers written otherwise
		return h, nil, nil, errPHC
	}
	return h, salt, key, nil
}

// matches reports whether the password has the hash, and whether the hash
// should be made anew with h.
func (h Hashing) matches(password, phc string) (ok, outdated bool, err error) {
	of, salt, key, err := parsePHC(phc)
	if err != nil {
		return false, false, err
	}
	got := argon2.IDKey([]byte(password), salt, of.Passes, of.Memory, of.Threads, uint32(len(key)))
	return subtle.ConstantTimeCompare(got, key) == 1, of != h || len(key) != keySize || len(salt) != saltSize, nil
}
