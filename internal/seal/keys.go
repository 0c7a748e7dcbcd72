package seal

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"filippo.io/age"
)

// FileName is what the key file in a data directory is called.
const FileName = "seal.key"

// Parse reads keys as age-keygen writes them, one a line, the newest first.
// Lines that begin with # are comments.
func Parse(text string) (*Keys, error) {
	k := &Keys{}
	for n, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		id, err := age.ParseX25519Identity(line)
		if err != nil {
			return nil, fmt.Errorf("line %d is no key; one begins with AGE-SECRET-KEY-1", n+1) // the parser's error may show the line
		}
		k.identities = append(k.identities, id)
	}
	if len(k.identities) == 0 {
		return nil, errors.New("there is no key; make one with age-keygen")
	}
	return k, nil
}

// Load reads a key file, which nobody but its owner may read.
func Load(file string) (*Keys, error) { return load(file, 0o077) }

// LoadMounted reads a key file that an orchestrator puts there for several
// replicas: its group may read it, since the owner is somebody else.
func LoadMounted(file string) (*Keys, error) { return load(file, 0o027) }

func load(file string, denied fs.FileMode) (*Keys, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, fmt.Errorf("reading the key: %w", err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&denied != 0 {
		return nil, fmt.Errorf("the key file %s may be read by others; chmod 600 it", file)
	}
	if info.Size() > 64<<10 {
		return nil, fmt.Errorf("the key file %s is longer than 64 KiB", file)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("reading the key: %w", err)
	}
	k, err := Parse(string(text))
	if err != nil {
		return nil, fmt.Errorf("the key file %s: %w", file, err)
	}
	return k, nil
}

// LoadOrCreate reads the key file of a data directory, and makes it when
// there is none.
func LoadOrCreate(dir string) (*Keys, error) {
	file := filepath.Join(dir, FileName)
	if _, err := os.Lstat(file); !errors.Is(err, fs.ErrNotExist) {
		return Load(file)
	}
	text, err := newKey()
	if err != nil {
		return nil, err
	}
	if err := write(file, "# Opens the secrets in the database beside it. Keep a copy apart from backups of the database.\n"+text); err != nil {
		return nil, err
	}
	return Load(file)
}

// Rotate puts a new key before those of a key file. Secrets sealed from then
// on, after the file is loaded again, are sealed with it; the older ones still open.
func Rotate(file string) (*Keys, error) {
	if _, err := Load(file); err != nil {
		return nil, err
	}
	old, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("reading the key: %w", err)
	}
	text, err := newKey()
	if err != nil {
		return nil, err
	}
	if err := write(file, text+string(old)); err != nil {
		return nil, err
	}
	return Load(file)
}

func newKey() (string, error) {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return "", errors.New("making a key: no randomness")
	}
	return fmt.Sprintf("# made %s, public key %s\n%s\n", time.Now().UTC().Format(time.DateOnly), id.Recipient(), id), nil
}

// write puts a file in place whole or not at all, readable by its owner alone.
func write(file, text string) error {
	part := fmt.Sprintf("%s.%s.part", file, rand.Text())
	f, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("writing the key: %w", err)
	}
	_, err = f.WriteString(text)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(part, file)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("writing the key: %w", err), os.Remove(part))
	}
	return nil
}
