package feed

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Bounds of what is fetched.
const (
	maxZip   = 4 << 30
	maxEPSS  = 64 << 20
	maxKEV   = 64 << 20
	attempts = 4
)

// got is a file that was fetched, or is on the disk anyway.
type got struct {
	*os.File
	size    int64
	from    string
	written time.Time // when its publisher wrote it, as far as is known
	temp    bool
}

func (g *got) close() {
	g.Close()
	if g.temp {
		os.Remove(g.Name())
	}
}

// join makes a mirror's address of a file: a URL's or a path.
func join(mirror string, names ...string) string {
	if !isURL(mirror) {
		return filepath.Join(append([]string{mirror}, names...)...)
	}
	for _, n := range names {
		mirror = strings.TrimSuffix(mirror, "/") + "/" + url.PathEscape(n)
	}
	return mirror
}

// get opens a file, or fetches it into one. What is not there is fs.ErrNotExist.
func (u *update) get(ctx context.Context, from string, most int64) (*got, error) {
	if !isURL(from) {
		return local(from, most)
	}
	f, err := os.CreateTemp(u.Dir, ".new-*.fetched")
	if err != nil {
		return nil, err
	}
	g := &got{File: f, from: from, temp: true}
	p := part{from: from, to: f, most: most}
	for attempt := 1; ; attempt++ {
		err = u.fetch(ctx, &p)
		if err == nil {
			g.size, g.written = p.have, p.written
			if _, err = f.Seek(0, io.SeekStart); err == nil {
				return g, nil
			}
			err = finalError{err}
		}
		var final finalError
		if errors.As(err, &final) || attempt == attempts || ctx.Err() != nil {
			g.close()
			return nil, err
		}
		u.Log.Info("fetching again", "url", from, "after", p.have, "error", err)
		select {
		case <-ctx.Done():
		case <-time.After(u.Wait << attempt):
		}
	}
}

func local(path string, most int64) (*got, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is not a file", path)
	}
	if err == nil && info.Size() > most {
		err = tooLarge(path, most)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return &got{File: f, size: info.Size(), from: path, written: info.ModTime()}, nil
}

func tooLarge(from string, most int64) error {
	return finalError{fmt.Errorf("%s has more than %d bytes", from, most)}
}

// finalError is one that another attempt would not mend.
type finalError struct{ error }

func (e finalError) Unwrap() error { return e.error }

// part is a file of which something may be here already.
type part struct {
	from    string
	to      *os.File
	most    int64
	have    int64
	tag     string // the entity tag of what is here
	written time.Time
}

// fetch asks for what is missing. A server that cannot continue, or has
// something else by now, sends the whole.
func (u *update) fetch(ctx context.Context, p *part) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.from, http.NoBody)
	if err != nil {
		return finalError{err}
	}
	if p.have > 0 && p.tag != "" {
		req.Header.Set("Range", "bytes="+strconv.FormatInt(p.have, 10)+"-")
		req.Header.Set("If-Range", p.tag)
	}
	resp, err := u.Client.Do(req)
	if err != nil {
		return fmt.Errorf("fetching %s: %w", p.from, err)
	}
	defer resp.Body.Close()
	switch {
	case resp.StatusCode == http.StatusPartialContent && p.have > 0 && strings.HasPrefix(resp.Header.Get("Content-Range"), "bytes "+strconv.FormatInt(p.have, 10)+"-"):
	case resp.StatusCode == http.StatusOK:
		if err := p.again(resp); err != nil {
			return err
		}
	case resp.StatusCode == http.StatusNotFound || resp.StatusCode == http.StatusGone:
		return finalError{&fs.PathError{Op: "fetch", Path: p.from, Err: fs.ErrNotExist}}
	case resp.StatusCode >= 500 || resp.StatusCode == http.StatusTooManyRequests:
		return fmt.Errorf("fetching %s: %s", p.from, resp.Status)
	default:
		return finalError{fmt.Errorf("fetching %s: %s", p.from, resp.Status)}
	}
	n, err := io.Copy(p.to, io.LimitReader(resp.Body, p.most-p.have+1))
	p.have += n
	switch {
	case p.have > p.most:
		return tooLarge(p.from, p.most)
	case err != nil:
		return fmt.Errorf("fetching %s: %w", p.from, err)
	case resp.ContentLength >= 0 && n != resp.ContentLength:
		return fmt.Errorf("fetching %s: %d bytes of %d", p.from, n, resp.ContentLength)
	}
	return nil
}

// again begins from the start.
func (p *part) again(resp *http.Response) error {
	p.have, p.tag = 0, resp.Header.Get("ETag")
	if strings.HasPrefix(p.tag, "W/") {
		p.tag = "" // a weak tag is not about bytes
	}
	p.written = time.Time{}
	if t, err := http.ParseTime(resp.Header.Get("Last-Modified")); err == nil {
		p.written = t
	}
	if resp.ContentLength > p.most {
		return tooLarge(p.from, p.most)
	}
	if _, err := p.to.Seek(0, io.SeekStart); err != nil {
		return finalError{err}
	}
	if err := p.to.Truncate(0); err != nil {
		return finalError{err}
	}
	return nil
}
