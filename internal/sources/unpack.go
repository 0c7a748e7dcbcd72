package sources

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
)

// Unpack writes an upload below dir: the files of a zip or tar archive, or the
// one file it is. What it is, its first bytes tell.
func Unpack(ctx context.Context, name string, r io.Reader, dir string) error {
	file, err := os.CreateTemp(dir, "upload-")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	defer file.Close()
	size, err := io.Copy(file, io.LimitReader(r, MaxUpload+1))
	if err != nil {
		return err
	}
	head := make([]byte, 512)
	n, err := file.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	head = head[:n]
	work, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer work.Close()
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	w := &unpacker{root: work, ctx: ctx}
	switch {
	case strings.HasPrefix(string(head), "PK\x03\x04"), strings.HasPrefix(string(head), "PK\x05\x06"):
		return w.zip(file, size)
	case strings.HasPrefix(string(head), "\x1f\x8b"):
		plain, err := gzip.NewReader(file)
		if err != nil {
			return fmt.Errorf("%w: the file is no whole gzip file", ErrInvalid)
		}
		return w.gzip(plain, name)
	case len(head) > 262 && string(head[257:262]) == "ustar":
		return w.tar(tar.NewReader(file))
	}
	return w.put(name, file)
}

// unpacker writes files within bounds of number and size.
type unpacker struct {
	root  *os.Root
	ctx   context.Context //nolint:containedctx // lives as long as one call
	files int
	bytes int64
}

func (u *unpacker) zip(f *os.File, size int64) error {
	z, err := zip.NewReader(f, size)
	if err != nil {
		return fmt.Errorf("%w: the file is no whole zip archive", ErrInvalid)
	}
	for _, entry := range z.File {
		if !entry.Mode().IsRegular() {
			continue // directories are made as they are needed, links are left out
		}
		r, err := entry.Open()
		if err != nil {
			return fmt.Errorf("%w: %.100q in the archive cannot be read", ErrInvalid, entry.Name)
		}
		err = u.put(entry.Name, r)
		r.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

// gzip is a tar archive within, or one file.
func (u *unpacker) gzip(r io.Reader, name string) error {
	head := make([]byte, 512)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: the file is no whole gzip file", ErrInvalid)
	}
	whole := io.MultiReader(strings.NewReader(string(head[:n])), r)
	if n > 262 && string(head[257:262]) == "ustar" {
		return u.tar(tar.NewReader(whole))
	}
	return u.put(strings.TrimSuffix(name, ".gz"), whole)
}

func (u *unpacker) tar(t *tar.Reader) error {
	for {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%w: the file is no whole tar archive", ErrInvalid)
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		if err := u.put(h.Name, t); err != nil {
			return err
		}
	}
}

// put writes one file where its name says, below the directory.
func (u *unpacker) put(name string, r io.Reader) error {
	name = path.Clean(strings.ReplaceAll(name, `\`, "/"))
	if err := u.ctx.Err(); err != nil {
		return err
	}
	if !local(name) || name == "." || name == "" {
		return fmt.Errorf("%w: the archive has a file that leads out of it: %.100q", ErrInvalid, name)
	}
	if u.files++; u.files > maxCheckoutFiles {
		return fmt.Errorf("%w: the archive has more than %d files", ErrInvalid, maxCheckoutFiles)
	}
	if err := u.root.MkdirAll(path.Dir(name), 0o700); err != nil {
		return fmt.Errorf("%w: %.100q cannot be written", ErrInvalid, name)
	}
	w, err := u.root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("%w: %.100q is in the archive twice", ErrInvalid, name)
	}
	n, err := io.Copy(w, io.LimitReader(r, min(maxFileBytes, maxCheckoutBytes-u.bytes)+1))
	if closed := w.Close(); err == nil {
		err = closed
	}
	if u.bytes += n; err == nil && (n > maxFileBytes || u.bytes > maxCheckoutBytes) {
		return fmt.Errorf("%w: unpacked, the archive is larger than %d MiB, or one of its files than %d MiB", ErrInvalid, maxCheckoutBytes>>20, maxFileBytes>>20)
	}
	if err != nil {
		return fmt.Errorf("%w: %.100q cannot be unpacked: %w", ErrInvalid, name, err)
	}
	return nil
}
