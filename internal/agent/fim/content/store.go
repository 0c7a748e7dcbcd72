// Package content keeps what files said that a policy has be read, and says in words what
// changed in them. What is kept has no secrets in it: hashes of passwords are replaced before, and
// credentials cut out. It is sealed all the same, and bounded.
package content

import (
	"bytes"
	"compress/flate"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/demarc-sec/demarc/internal/agent/atomicfile"
)

// Bounds of what is kept.
const (
	MaxFile  = 256 << 10 // of one file, as it is read
	maxFiles = 8192
	maxBytes = 32 << 20 // on the disk
)

// Slot says which of a file's states is kept.
type Slot string

// Slots.
const (
	Baseline Slot = "b" // as it is in the baseline
	Told     Slot = "t" // as it was last told
)

// ErrFull is what does not fit any more.
var ErrFull = errors.New("no more contents are kept")

// Store keeps contents of the files of one baseline, in a directory beside it.
type Store struct {
	dir  string
	aead cipher.AEAD
	mac  []byte // key of names and tags

	mu    sync.Mutex
	sizes map[string]int64
	bytes int64
}

const keyName = "key"

// Open opens the store of a baseline. Without create, one that is not there is nil.
func Open(baseline string, create bool) (*Store, error) {
	s := &Store{dir: baseline + ".contents", sizes: map[string]int64{}}
	key, err := atomicfile.Read(filepath.Join(s.dir, keyName), 64)
	if errors.Is(err, fs.ErrNotExist) {
		if !create {
			return nil, nil
		}
		key = make([]byte, 32)
		_, _ = rand.Read(key) // never fails
		if err = atomicfile.MakeDir(s.dir); err == nil {
			err = atomicfile.Write(filepath.Join(s.dir, keyName), key)
		}
	}
	if err != nil {
		return nil, err
	}
	if len(key) != 32 {
		return nil, fmt.Errorf("%s is not a key; remove the directory %s, and contents are kept anew", keyName, s.dir)
	}
	seal, err := hkdf.Key(sha256.New, key, nil, "seal", 32)
	if err != nil {
		return nil, err
	}
	if s.mac, err = hkdf.Key(sha256.New, key, nil, "names", 32); err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(seal)
	if err != nil {
		return nil, err
	}
	if s.aead, err = cipher.NewGCM(block); err != nil {
		return nil, err
	}
	return s, s.list()
}

// list counts what is there.
func (s *Store) list() error {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() == keyName {
			continue
		}
		info, err := e.Info()
		if err != nil {
			continue // it went
		}
		if strings.HasPrefix(e.Name(), ".") { // left by a run that was cut short
			_ = os.Remove(filepath.Join(s.dir, e.Name()))
			continue
		}
		s.sizes[e.Name()] = info.Size()
		s.bytes += info.Size()
	}
	return nil
}

func (s *Store) name(slot Slot, path string) string {
	m := hmac.New(sha256.New, s.mac)
	_, _ = io.WriteString(m, path)
	return hex.EncodeToString(m.Sum(nil)[:16]) + "." + string(slot)
}

// Tag is the same for the same text, and says nothing of it to who has not the store's key.
func (s *Store) Tag(text string) string {
	if s == nil {
		return "" // nothing is compared with it
	}
	m := hmac.New(sha256.New, s.mac)
	_, _ = io.WriteString(m, "tag\x00"+text)
	return hex.EncodeToString(m.Sum(nil)[:8])
}

// Put keeps what a file of that hash said.
func (s *Store) Put(slot Slot, path string, hash [32]byte, text []byte) error {
	var plain bytes.Buffer
	plain.Write(hash[:])
	w, err := flate.NewWriter(&plain, flate.BestSpeed)
	if err != nil {
		return err
	}
	if _, err = w.Write(text); err == nil {
		err = w.Close()
	}
	if err != nil {
		return err
	}
	name := s.name(slot, path)
	sealed := make([]byte, s.aead.NonceSize(), s.aead.NonceSize()+plain.Len()+s.aead.Overhead())
	_, _ = rand.Read(sealed) // never fails
	sealed = s.aead.Seal(sealed, sealed, plain.Bytes(), []byte(name))

	s.mu.Lock()
	defer s.mu.Unlock()
	had, known := s.sizes[name]
	if size := int64(len(sealed)); !known && len(s.sizes) >= maxFiles || s.bytes-had+size > maxBytes {
		return ErrFull
	}
	if err := atomicfile.WriteLoose(filepath.Join(s.dir, name), sealed); err != nil {
		return err
	}
	s.sizes[name] = int64(len(sealed))
	s.bytes += int64(len(sealed)) - had
	return nil
}

// Get is what a file of that hash said.
func (s *Store) Get(path string, hash [32]byte) (text []byte, ok bool) {
	for _, slot := range []Slot{Baseline, Told} {
		if text, ok = s.get(s.name(slot, path), hash); ok {
			return text, true
		}
	}
	return nil, false
}

func (s *Store) get(name string, hash [32]byte) ([]byte, bool) {
	s.mu.Lock()
	_, known := s.sizes[name]
	s.mu.Unlock()
	if !known {
		return nil, false
	}
	sealed, err := atomicfile.Read(filepath.Join(s.dir, name), MaxFile*2)
	n := s.aead.NonceSize()
	if err != nil || len(sealed) < n {
		return nil, false
	}
	plain, err := s.aead.Open(nil, sealed[:n], sealed[n:], []byte(name))
	if err != nil || len(plain) < len(hash) || !bytes.Equal(plain[:len(hash)], hash[:]) {
		return nil, false
	}
	text, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(plain[len(hash):])), 2*MaxFile))
	return text, err == nil
}

// Has tells whether something is kept in a slot of a path.
func (s *Store) Has(slot Slot, path string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, known := s.sizes[s.name(slot, path)]
	return known
}

// Drop forgets what is in a slot of a path.
func (s *Store) Drop(slot Slot, path string) {
	s.drop(s.name(slot, path))
}

func (s *Store) drop(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if size, known := s.sizes[name]; known && os.Remove(filepath.Join(s.dir, name)) == nil {
		delete(s.sizes, name)
		s.bytes -= size
	}
}

// Clear forgets all.
func (s *Store) Clear() {
	s.mu.Lock()
	names := make([]string, 0, len(s.sizes))
	for n := range s.sizes {
		names = append(names, n)
	}
	s.mu.Unlock()
	for _, n := range names {
		s.drop(n)
	}
}
