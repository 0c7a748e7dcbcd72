package wire

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
)

// ErrSignature is a signature that is not the key's.
var ErrSignature = errors.New("the signature does not fit")

// digest binds a message to where it is said. The length before the place keeps
// two pairs from being the same bytes.
func digest(place string, body []byte) []byte {
	h := sha256.New()
	h.Write([]byte("demarc agent 1\n"))
	h.Write([]byte{byte(len(place))})
	h.Write([]byte(place))
	h.Write(body)
	return h.Sum(nil)
}

// Sign signs what is said in a place: a path, or "command". The signature is
// ECDSA with SHA-256, in ASN.1.
func Sign(key crypto.Signer, place string, body []byte) ([]byte, error) {
	return key.Sign(rand.Reader, digest(place, body), crypto.SHA256)
}

// Verify is ErrSignature unless Sign made it, with the key of public.
func Verify(public *ecdsa.PublicKey, place string, body, signature []byte) error {
	if public == nil || !ecdsa.VerifyASN1(public, digest(place, body), signature) {
		return ErrSignature
	}
	return nil
}

// Hash is what a chain and an attestation name things by: SHA-256, in
// hexadecimal.
func Hash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
