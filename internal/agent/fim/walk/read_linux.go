package walk

import (
	"bytes"
	"context"
	"crypto"
	_ "crypto/sha1" //nolint:gosec // what apk states
	"crypto/sha256"
	_ "crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sys/unix"

	"github.com/demarc-sec/demarc/internal/agent/fim/baseline"
	"github.com/demarc-sec/demarc/internal/agent/fim/entry"
	"github.com/demarc-sec/demarc/internal/agent/fim/policy"
)

// complete adds what the kernel's first answer does not have: content, link
// target, extended attributes.
func (w *worker) complete(c *chunk, i *item, name string, fd *int, e *entry.Entry, r *policy.Rule) error {
	look := r.Look
	if e.Kind == entry.Link && look&entry.Target != 0 {
		n, err := unix.Readlinkat(c.dir.fd, name, w.buf)
		if err != nil {
			return err
		}
		e.Target = string(w.buf[:n])
	}
	if e.Kind == entry.File && look&entry.Content != 0 {
		if err := w.content(c, i, name, fd, e); err != nil {
			return err
		}
	}
	if !look.Extended() {
		return nil
	}
	if *fd >= 0 {
		return w.xattrs(e, *fd, "")
	}
	return w.xattrs(e, -1, procPath(c.dir.fd, name))
}

// procPath names a file by the open directory it is in, for calls that take
// nothing but a path.
func procPath(dir int, name string) string {
	return fmt.Sprintf("/proc/self/fd/%d/%s", dir, name)
}

// content hashes a file. One that changes while it is read is read again, and
// is a gap if that does not help.
func (w *worker) content(c *chunk, i *item, name string, fd *int, e *entry.Entry) error {
	if *fd < 0 {
		var err error
		if *fd, err = openFile(c.dir.fd, name); err != nil {
			return err
		}
		var st unix.Stat_t
		if err := unix.Fstat(*fd, &st); err != nil {
			return err
		}
		if st.Mode&unix.S_IFMT != unix.S_IFREG {
			return errors.New("it became something else while it was looked at")
		}
		fromStat(e, &st)
	}
	md5 := w.o.MD5
	if i.old != nil && !md5 {
		if _, err := baseline.Decode(i.old, &w.old); err == nil {
			md5 = w.old.Known&entry.MD5 != 0
		}
	}
	for try := 0; ; try++ {
		n, err := w.hash(*fd, e, md5)
		c.counts.Bytes += uint64(n)
		if err != nil {
			return err
		}
		var after unix.Stat_t
		if err := unix.Fstat(*fd, &after); err != nil {
			return err
		}
		if after.Size == e.Size && after.Mtim.Nano() == e.Mtime {
			break
		}
		fromStat(e, &after)
		if try == 2 {
			// What is written all the time, as logs are, has no hash that means
			// something later; its other attributes do.
			return errors.New("it changes while it is read")
		}
		if _, err := unix.Seek(*fd, 0, io.SeekStart); err != nil {
			return err
		}
	}
	c.counts.Hashed++
	return nil
}

// hash reads an open file from where it stands.
func (w *worker) hash(fd int, e *entry.Entry, withMD5 bool) (read int64, err error) {
	w.sha.Reset()
	w.md5.Reset()
	take := func(limit int64) error {
		for left := limit; left > 0; {
			n, err := unix.Read(fd, w.buf[:min(int64(len(w.buf)), left)])
			if errors.Is(err, unix.EINTR) {
				continue
			}
			if err != nil || n == 0 {
				return err
			}
			w.sha.Write(w.buf[:n])
			if withMD5 {
				w.md5.Write(w.buf[:n])
			}
			read += int64(n)
			left -= int64(n)
			if w.pace.rest(w.ctx); w.ctx.Err() != nil {
				return w.ctx.Err()
			}
		}
		return nil
	}
	if e.Size <= w.o.HashLimit {
		err = take(e.Size)
	} else {
		e.Partial, withMD5 = true, false
		_, _ = fmt.Fprintf(w.sha, "partial %d\n", e.Size)
		if err = take(partSize); err == nil {
			if _, err = unix.Seek(fd, max(e.Size-partSize, 0), io.SeekStart); err == nil {
				err = take(partSize)
			}
		}
	}
	if err != nil {
		return read, err
	}
	w.sha.Sum(e.Hash[:0])
	e.Hashed = true
	if withMD5 {
		w.md5.Sum(e.MD5[:0])
		e.HasMD5 = true
	}
	return read, nil
}

// xattrs reads extended attributes, of an open file or by path.
func (w *worker) xattrs(e *entry.Entry, fd int, path string) error {
	n, err := w.listXattrs(fd, path)
	if err != nil || n == 0 {
		if errors.Is(err, unix.ENOTSUP) || errors.Is(err, unix.EOPNOTSUPP) {
			return nil
		}
		return err
	}
	for part := range bytes.SplitSeq(bytes.TrimSuffix(w.names[:n], []byte{0}), []byte{0}) {
		name := string(part)
		if strings.HasPrefix(name, "trusted.overlay.") {
			continue // how an overlay is laid out
		}
		value, err := w.getXattr(fd, path, name)
		if errors.Is(err, unix.ENODATA) {
			continue
		} else if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if len(value) > entry.MaxXattr {
			sum := sha256.Sum256(value)
			value = append([]byte("sha256:"), sum[:]...)
		}
		e.Xattrs = append(e.Xattrs, entry.Xattr{Name: name, Value: slices.Clone(value)})
	}
	slices.SortFunc(e.Xattrs, func(a, b entry.Xattr) int { return strings.Compare(a.Name, b.Name) })
	return nil
}

// maxXattrs is what the kernel allows for names, and for a value.
const maxXattrs = 64 << 10

func (w *worker) listXattrs(fd int, path string) (n int, err error) {
	for {
		if fd >= 0 {
			n, err = unix.Flistxattr(fd, w.names)
		} else {
			n, err = unix.Llistxattr(path, w.names)
		}
		if !errors.Is(err, unix.ERANGE) || len(w.names) >= maxXattrs {
			return n, err
		}
		w.names = make([]byte, maxXattrs)
	}
}

func (w *worker) getXattr(fd int, path, name string) (value []byte, err error) {
	for {
		var n int
		if fd >= 0 {
			n, err = unix.Fgetxattr(fd, name, w.value)
		} else {
			n, err = unix.Lgetxattr(path, name, w.value)
		}
		if errors.Is(err, unix.ERANGE) && len(w.value) < maxXattrs {
			w.value = make([]byte, maxXattrs)
			continue
		}
		if err != nil {
			return nil, err
		}
		return w.value[:n], nil
	}
}

// capability is 1 if a file has capabilities, and 0 if it has none.
func (w *worker) capability(dir int, name string) int {
	if _, err := unix.Lgetxattr(procPath(dir, name), "security.capability", w.value); err == nil {
		return 1
	}
	return 0
}

// Examine looks at one file, below root, as a walk would: with the attributes that
// the policy's rule for it names. No link in its path is followed. The rule is nil
// where none is for it; the entry then has what the kernel tells at once.
func Examine(root, path string, p *policy.Policy) (*entry.Entry, *policy.Rule, error) {
	dir, err := openPath(root, parent(path))
	if err != nil {
		return nil, nil, err
	}
	defer unix.Close(dir)
	w := examiners.Get().(*worker)
	defer examiners.Put(w)
	name := path[strings.LastIndexByte(path, '/')+1:]
	if name == "" {
		return nil, nil, unix.ENOENT // the root is nobody's
	}
	var st unix.Stat_t
	if err := unix.Fstatat(dir, name, &st, unix.AT_SYMLINK_NOFOLLOW); err != nil {
		return nil, nil, err
	}
	e := &entry.Entry{}
	fromStat(e, &st)
	r := p.Pick(path, e.Kind, e.Mode, func() bool { return w.capability(dir, name) == 1 })
	if r == nil {
		return e, nil, nil
	}
	fd := -1
	c := &chunk{dir: &directory{fd: dir, path: parent(path)}}
	i := &item{name: []byte(name)}
	err = w.complete(c, i, name, &fd, e, r)
	if fd >= 0 {
		_ = unix.Close(fd)
	}
	return e, r, err
}

var examiners = sync.Pool{New: func() any { return newWorker(context.Background(), &Options{Workers: 1, HashLimit: DefaultHashLimit}) }}

func parent(path string) string {
	if i := strings.LastIndexByte(path, '/'); i > 0 {
		return path[:i]
	}
	return "/"
}

// openPath opens a directory name by name, so that no link in its path is
// followed.
func openPath(root, path string) (int, error) {
	if root == "" {
		root = "/"
	}
	fd, err := unix.Open(root, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return -1, err
	}
	for name := range strings.SplitSeq(strings.Trim(path, "/"), "/") {
		if name == "" {
			continue
		}
		next, err := unix.Openat(fd, name, unix.O_PATH|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
		_ = unix.Close(fd)
		if err != nil {
			return -1, err
		}
		fd = next
	}
	return fd, nil
}

// open opens a regular file below root; no link is followed to it.
func open(root, path string) (*os.File, fs.FileInfo, error) {
	dir, err := openPath(root, parent(path))
	if err != nil {
		return nil, nil, err
	}
	defer unix.Close(dir)
	fd, err := openFile(dir, path[strings.LastIndexByte(path, '/')+1:])
	if err != nil {
		return nil, nil, err
	}
	f := os.NewFile(uintptr(fd), path)
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("not a regular file")
	}
	if err != nil {
		return nil, nil, errors.Join(err, f.Close())
	}
	return f, info, nil
}

// Content is all that a file says, of at most so many bytes; no link is followed to it.
func Content(root, path string, most int64) ([]byte, error) {
	f, info, err := open(root, path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && max(int64(len(b)), info.Size()) > most {
		err = errors.New("too large")
	}
	return b, err
}

// Digest of a file's whole content, in hexadecimal; no link is followed to it.
func Digest(root, path, algorithm string) (string, error) {
	h := digests[algorithm]
	if h == 0 {
		return "", fmt.Errorf("no hash is called %q", algorithm)
	}
	f, info, err := open(root, path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	if info.Size() > DefaultHashLimit {
		return "", errors.New("too large")
	}
	sum := h.New()
	if _, err := io.Copy(sum, io.LimitReader(f, DefaultHashLimit)); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// digests are the hashes of package manifests.
var digests = map[string]crypto.Hash{"md5": crypto.MD5, "sha1": crypto.SHA1, "sha256": crypto.SHA256, "sha384": crypto.SHA384, "sha512": crypto.SHA512}
