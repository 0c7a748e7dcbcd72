package host

import (
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Bounds of what is read: a hostile or broken root costs no more than this.
const (
	maxFile    = 1 << 20 // of one configuration file
	maxEntries = 20_000  // of one directory
	maxLinks   = 40      // followed for one path
	maxLine    = 4 << 10
)

// errTooLarge is why a file was not taken.
var errTooLarge = errors.New("larger than is read")

// Owned is what a file system's FileInfo.Sys may be, besides the operating
// system's own type, to tell who owns a file.
type Owned struct{ UID, GID uint32 }

// root is the file system of a server. Links are followed within it, also
// absolute ones, so that an image mounted elsewhere is read as itself.
type root struct {
	fsys fs.FS
	// real is set when the tree is that of the running system, where the kernel
	// follows links.
	real bool
}

// clean turns a path of the server into one of the file system.
func clean(name string) string {
	name = strings.TrimPrefix(path.Clean("/"+name), "/")
	if name == "" {
		return "."
	}
	return name
}

// follow resolves the links on the way to name.
func (r *root) follow(name string) (string, error) {
	if r.real {
		return clean(name), nil
	}
	links := 0
	rest, at := strings.Split(clean(name), "/"), "."
	for len(rest) > 0 {
		step := path.Join(at, rest[0])
		rest = rest[1:]
		info, err := fs.Lstat(r.fsys, step)
		if err != nil {
			return "", err
		}
		if info.Mode()&fs.ModeSymlink == 0 {
			at = step
			continue
		}
		if links++; links > maxLinks {
			return "", &fs.PathError{Op: "open", Path: name, Err: errors.New("too many links")}
		}
		to, err := fs.ReadLink(r.fsys, step)
		if err != nil {
			return "", err
		}
		if !strings.HasPrefix(to, "/") {
			to = "/" + path.Join(at, to)
		}
		rest, at = append(strings.Split(clean(to), "/"), rest...), "."
	}
	return at, nil
}

// open opens the file itself: neither a device nor a pipe, which could hold
// up the reading.
func (r *root) open(name string) (fs.File, error) {
	at, err := r.follow(name)
	if err != nil {
		return nil, err
	}
	info, err := fs.Stat(r.fsys, at)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "open", Path: name, Err: errors.New("not a regular file")}
	}
	return r.fsys.Open(at)
}

// read returns a file's text.
func (r *root) read(name string) (string, error) { return r.readMost(name, maxFile) }

func (r *root) readMost(name string, most int64) (string, error) {
	f, err := r.open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, most+1))
	if err != nil {
		return "", err
	}
	if int64(len(text)) > most {
		return "", &fs.PathError{Op: "read", Path: "/" + clean(name), Err: errTooLarge}
	}
	return string(text), nil
}

// text returns a file's text without surrounding space, or nothing.
func (r *root) text(name string) string {
	s, err := r.read(name)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(s)
}

// list returns the names in a directory, sorted; none where there is no such
// directory.
func (r *root) list(name string) ([]fs.DirEntry, error) {
	at, err := r.follow(name)
	if err != nil {
		return nil, ignoreAbsent(err)
	}
	d, err := r.fsys.Open(at)
	if err != nil {
		return nil, ignoreAbsent(err)
	}
	defer d.Close()
	dir, ok := d.(fs.ReadDirFile)
	if !ok {
		return nil, nil
	}
	entries, err := dir.ReadDir(maxEntries)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, ignoreAbsent(err)
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, nil
}

// names lists the files of a directory with the ending, as full paths.
func (r *root) names(dir, ending string) ([]string, error) {
	entries, err := r.list(dir)
	var out []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ending) {
			out = append(out, path.Join(dir, e.Name()))
		}
	}
	return out, err
}

// exists tells whether there is such a file or directory.
func (r *root) exists(name string) bool {
	at, err := r.follow(name)
	if err != nil {
		return false
	}
	_, err = fs.Stat(r.fsys, at)
	return err == nil
}

// stat follows links; lstat does not follow the last one.
func (r *root) stat(name string) (fs.FileInfo, error) {
	at, err := r.follow(name)
	if err != nil {
		return nil, err
	}
	return fs.Stat(r.fsys, at)
}

// link returns what a symbolic link says.
func (r *root) link(name string) (string, error) {
	dir, last := path.Split(clean(name))
	if dir != "" {
		at, err := r.follow(dir)
		if err != nil {
			return "", err
		}
		return fs.ReadLink(r.fsys, path.Join(at, last))
	}
	return fs.ReadLink(r.fsys, clean(name))
}

func absent(err error) bool { return errors.Is(err, fs.ErrNotExist) }

func ignoreAbsent(err error) error {
	if absent(err) {
		return nil
	}
	return err
}

// line is one line of a configuration file, without comment and space around
// it.
type line struct {
	no   int
	text string
}

// lines yields a text's lines that say something. A line that begins with # is
// a comment.
func lines(text string) []line {
	var out []line
	no := 0
	for l := range strings.Lines(text) {
		no++
		l = strings.TrimSpace(l)
		if l == "" || l[0] == '#' || len(l) > maxLine {
			continue
		}
		out = append(out, line{no, l})
	}
	return out
}

// bare cuts a comment off that stands behind a setting.
func bare(s string) string {
	if i := strings.Index(s, " #"); i >= 0 {
		s = s[:i]
	}
	if i := strings.Index(s, "\t#"); i >= 0 {
		s = s[:i]
	}
	return strings.TrimSpace(s)
}

// setting splits key=value, or key value.
func setting(s, between string) (key, value string, ok bool) {
	key, value, ok = strings.Cut(s, between)
	return strings.TrimSpace(key), strings.Trim(strings.TrimSpace(value), `"'`), ok
}
