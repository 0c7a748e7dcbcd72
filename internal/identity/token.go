package identity

import (
	"crypto/rand"
	"hash/crc32"
	"strings"
)

// A token is the prefix, thirty random characters and six of a checksum, so
// that scanners of source code find it and know it from a chance match.
const (
	tokenPrefix  = "dmc_"
	tokenRandom  = 30
	tokenSum     = 6
	tokenLength  = len(tokenPrefix) + tokenRandom + tokenSum
	tokenLetters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)

// newToken returns a token of 178 random bits.
func newToken() string {
	out := make([]byte, 0, tokenLength)
	out = append(out, tokenPrefix...)
	var b [64]byte
	for len(out) < len(tokenPrefix)+tokenRandom {
		_, _ = rand.Read(b[:]) // it never fails
		for _, c := range b {
			// 248 is the greatest multiple of 62 in a byte: above it some
			// letters would be likelier than others.
			if c < 248 && len(out) < len(tokenPrefix)+tokenRandom {
				out = append(out, tokenLetters[c%62])
			}
		}
	}
	return string(out) + checksum(string(out))
}

// validToken reports whether the text has the form and checksum of a token.
func validToken(s string) bool {
	if len(s) != tokenLength || !strings.HasPrefix(s, tokenPrefix) || strings.Trim(s[len(tokenPrefix):], tokenLetters) != "" {
		return false
	}
	return s[tokenLength-tokenSum:] == checksum(s[:tokenLength-tokenSum])
}

// checksum is the CRC-32 of a text in six digits of base 62.
func checksum(s string) string {
	n := crc32.ChecksumIEEE([]byte(s))
	var out [tokenSum]byte
	for k := tokenSum - 1; k >= 0; k-- {
		out[k] = tokenLetters[n%62]
		n /= 62
	}
	return string(out[:])
}
