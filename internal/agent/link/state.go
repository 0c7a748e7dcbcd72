package link

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/atomicfile"
)

// ErrNone says that the host has no identity.
var ErrNone = errors.New("this host is not enrolled")

// State is the directory of the agent: mode 0700, and nobody else's.
type State struct{ Dir string }

// OpenState returns the state in a directory, which it makes where there is none.
func OpenState(dir string) (State, error) {
	s := State{dir}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return s, err
	}
	return s, private(dir)
}

// Path is that of something in the state.
func (s State) Path(name string) string { return filepath.Join(s.Dir, name) }

// Names in the state directory.
const (
	keyFile       = "key.pem"
	identityFile  = "identity.json"
	heartbeatFile = "heartbeat.json"
	commandsFile  = "commands.json"
	policyFile    = "policy.json"
	deferredFile  = "enrol.json"
	SpoolDir      = "spool"
	StatusFile    = "status.json"
)

// Identity is who the host is to the control plane.
type Identity struct {
	Server      string    `json:"server"`
	Proxy       string    `json:"proxy,omitempty"`
	CA          string    `json:"ca,omitempty"` // PEM, where the system's authorities do not count
	Agent       string    `json:"agent"`
	Certificate string    `json:"certificate"`
	Authority   string    `json:"authority"`
	First       string    `json:"first"` // hash of the certificate that the chain of heartbeats begins with
	Interval    int       `json:"interval"`
	Machine     string    `json:"machine,omitempty"`
	Labels      []string  `json:"labels,omitempty"`
	Ephemeral   bool      `json:"ephemeral,omitempty"`
	Enrolled    time.Time `json:"enrolled"`
	Retired     string    `json:"retired,omitempty"` // why; such an agent says nothing any more
}

// Identity reads the identity; ErrNone where there is none.
func (s State) Identity() (*Identity, error) {
	var id Identity
	if err := s.read(identityFile, &id); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, ErrNone
		}
		return nil, err
	}
	return &id, nil
}

func (s State) saveIdentity(id *Identity) error { return s.write(identityFile, id) }

func (s State) read(name string, v any) error {
	b, err := atomicfile.Read(s.Path(name), 1<<20)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, v); err != nil {
		return fmt.Errorf("%s is damaged: %w", s.Path(name), err)
	}
	return nil
}

func (s State) write(name string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return atomicfile.Write(s.Path(name), b)
}

// key reads the host's key, and makes it where there is none: it is made here,
// and nothing ever sends it.
func (s State) key() (*ecdsa.PrivateKey, error) {
	b, err := atomicfile.Read(s.Path(keyFile), 16<<10)
	if errors.Is(err, fs.ErrNotExist) {
		return s.makeKey()
	}
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(b)
	if block == nil {
		return nil, fmt.Errorf("%s is no key", s.Path(keyFile))
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.Path(keyFile), err)
	}
	key, ok := parsed.(*ecdsa.PrivateKey)
	if !ok || key.Curve != elliptic.P256() {
		return nil, fmt.Errorf("%s is not a key that was made here", s.Path(keyFile))
	}
	return key, nil
}

func (s State) makeKey() (*ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	return key, atomicfile.Write(s.Path(keyFile), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

// Secret is what the host alone knows, for what it keeps to itself.
func (s State) Secret() ([]byte, error) {
	key, err := s.key()
	if err != nil {
		return nil, err
	}
	raw, err := key.Bytes()
	if err != nil {
		return nil, err
	}
	return hkdf.Key(sha256.New, raw, nil, "demarc host secret", 32)
}

// Policy is what the control plane asked for last, as it came; an empty object
// where it asked for nothing.
func (s State) Policy() []byte {
	b, err := atomicfile.Read(s.Path(policyFile), maxAnswer)
	if err != nil || !json.Valid(b) {
		return []byte("{}")
	}
	return b
}

func (s State) savePolicy(b []byte) error { return atomicfile.Write(s.Path(policyFile), b) }

// Forget removes the key, the identity and all that was kept with them.
func (s State) Forget() error {
	var all error
	for _, name := range []string{keyFile, identityFile, heartbeatFile, commandsFile, policyFile, deferredFile, StatusFile, SpoolDir} {
		all = errors.Join(all, os.RemoveAll(s.Path(name)))
	}
	return errors.Join(all, atomicfile.SyncDir(s.Dir))
}

// retire keeps why there is to be no more, so that a restart does not try again.
func (s State) retire(why string) error {
	id, err := s.Identity()
	if err != nil {
		return err
	}
	id.Retired = why
	return s.saveIdentity(id)
}
