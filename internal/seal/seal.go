// Package seal keeps secrets at rest: what is sealed can be stored with
// everything else, and opened only by who holds the key. The key lies in a
// file beside the database or comes from the environment; another keeper, such
// as a key management service, takes its place by being a Sealer.
package seal

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"

	"filippo.io/age"
)

// ErrOpen says that something was sealed with a key that is not there, for
// another label, or was changed since. Which of these is not told.
var ErrOpen = errors.New("the secret cannot be opened with the keys at hand")

// MaxSecret bounds what is sealed, in bytes.
const MaxSecret = 1 << 20

// Sealer seals and opens secrets. The label says what the secret is for, such
// as "totp of person 7"; it is no secret, and a secret opens only under the
// label it was sealed with, so that a sealed one copied to another row is of
// no use there. Errors never hold what is or was sealed.
type Sealer interface {
	Seal(ctx context.Context, label string, secret []byte) ([]byte, error)
	Open(ctx context.Context, label string, sealed []byte) ([]byte, error)
}

var _ Sealer = (*Keys)(nil)

// Keys seals with the newest of its keys and opens with any. It is safe for
// concurrent use.
type Keys struct{ identities []age.Identity } // the newest first

// Seal implements Sealer.
func (k *Keys) Seal(_ context.Context, label string, secret []byte) ([]byte, error) {
	if len(secret) > MaxSecret || len(label) > 1<<10 {
		return nil, errors.New("sealing: the secret or its label is too long")
	}
	newest, ok := k.identities[0].(*age.X25519Identity)
	if !ok {
		return nil, errors.New("sealing: the key is of another kind")
	}
	var out bytes.Buffer
	w, err := age.Encrypt(&out, newest.Recipient())
	if err != nil {
		return nil, errors.New("sealing: the key was not taken")
	}
	if _, err := w.Write(framed(label, secret)); err != nil {
		return nil, errors.New("sealing: the secret was not taken")
	}
	if err := w.Close(); err != nil {
		return nil, errors.New("sealing: the secret was not taken")
	}
	return out.Bytes(), nil
}

// Open implements Sealer.
func (k *Keys) Open(_ context.Context, label string, sealed []byte) ([]byte, error) {
	r, err := age.Decrypt(bytes.NewReader(sealed), k.identities...)
	if err != nil {
		return nil, ErrOpen
	}
	plain, err := io.ReadAll(io.LimitReader(r, 2*MaxSecret))
	if err != nil {
		return nil, ErrOpen
	}
	secret, ok := bytes.CutPrefix(plain, framed(label, nil))
	if !ok {
		return nil, ErrOpen
	}
	return secret, nil
}

// framed puts the label with its length before the secret.
func framed(label string, secret []byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(label)))
	out = append(out, label...)
	return append(out, secret...)
}
