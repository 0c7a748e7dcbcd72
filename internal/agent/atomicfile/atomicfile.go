// Package atomicfile writes small files that are either what they were or what
// they are to be, whatever happens in between.
package atomicfile

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Write replaces a file with mode 0600. When it returns, the new content is on
// the disk.
func Write(path string, content []byte) error { return write(path, content, true) }

// WriteLoose is Write but that a loss of power may bring the old content back.
func WriteLoose(path string, content []byte) error { return write(path, content, false) }

func write(path string, content []byte, durable bool) error {
	dir, name := filepath.Split(path)
	f, err := os.CreateTemp(dir, "."+name+".*") // made with mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if err = Adopt(f); err == nil {
		_, err = f.Write(content)
	}
	if err == nil && durable {
		err = f.Sync()
	}
	if err2 := f.Close(); err == nil {
		err = err2
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err == nil && durable {
		err = SyncDir(dir)
	}
	return err
}

// SyncDir makes what was created, renamed or removed in a directory last.
func SyncDir(dir string) error {
	d, err := os.Open(filepath.Clean(dir))
	if err != nil {
		return err
	}
	defer d.Close()
	return syncDir(d)
}

// Read reads a file of at most most bytes.
func Read(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(b)) > most {
		err = fmt.Errorf("%s has more than %d bytes", path, most)
	}
	return b, err
}
