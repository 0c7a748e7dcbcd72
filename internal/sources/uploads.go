package sources

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// MaxUpload bounds one upload, in bytes.
const MaxUpload = 512 << 20

const chunkBytes = 1 << 20

type upload struct {
	bun.BaseModel `bun:"table:uploads"`

	ID       int64 `bun:",pk,autoincrement"`
	Org      int64
	Source   int64
	Name     string
	Size     int64
	SHA256   string `bun:"sha256"`
	Complete bool
	Created  store.Time
}

type chunk struct {
	bun.BaseModel `bun:"table:upload_chunks"`

	Upload int64
	Seq    int64
	Data   []byte
}

// Store keeps a file for a source, to be assessed or posted, and returns its
// id. It is kept in the database, so that whichever replica takes the job has
// it; only an upload that came whole is ever used.
func (s *Sources) Store(ctx context.Context, who tenant.Who, source int64, name string, r io.Reader) (int64, error) {
	if _, err := s.row(ctx, who, source, tenant.Contribute); err != nil {
		return 0, err
	}
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	if name == "." || name == "/" || name == ".." || len(name) > 200 || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' }) {
		return 0, fmt.Errorf("%w: %.50q is no file name", ErrInvalid, name)
	}
	u := &upload{Org: who.Org, Source: source, Name: name, Created: store.At(s.Now())}
	if _, err := s.DB.NewInsert().Model(u).Exec(ctx); err != nil {
		return 0, store.Translate(err)
	}
	if err := s.store(ctx, u, r); err != nil {
		return 0, errors.Join(err, s.drop(context.WithoutCancel(ctx), u.ID))
	}
	return u.ID, nil
}

func (s *Sources) store(ctx context.Context, u *upload, r io.Reader) error {
	sum, buf := sha256.New(), make([]byte, chunkBytes)
	for seq := int64(0); ; seq++ {
		n, end, err := fill(r, buf)
		if err != nil {
			return fmt.Errorf("receiving the file: %w", err)
		}
		if n > 0 {
			if u.Size += int64(n); u.Size > MaxUpload {
				return fmt.Errorf("%w: the file is larger than %d MiB", ErrInvalid, MaxUpload>>20)
			}
			sum.Write(buf[:n])
			if _, err := s.DB.NewInsert().Model(&chunk{Upload: u.ID, Seq: seq, Data: buf[:n]}).Exec(ctx); err != nil {
				return store.Translate(err)
			}
		}
		if end {
			break
		}
	}
	if u.Size == 0 {
		return fmt.Errorf("%w: the file is empty", ErrInvalid)
	}
	u.SHA256, u.Complete = hex.EncodeToString(sum.Sum(nil)), true
	_, err := s.DB.NewUpdate().Model(u).Column("size", "sha256", "complete").WherePK().Exec(ctx)
	return store.Translate(err)
}

// fill reads until buf is full or r ends. io.ReadFull would report the end of
// r, and a connection that broke, by the same error.
func fill(r io.Reader, buf []byte) (n int, end bool, err error) {
	for n < len(buf) {
		m, err := r.Read(buf[n:])
		n += m
		if err == io.EOF { // readers return it bare; wrapped it is something else
			return n, true, nil
		}
		if err != nil {
			return n, false, err
		}
	}
	return n, false, nil
}

// drop removes an upload with its content.
func (s *Sources) drop(ctx context.Context, id int64) error {
	_, err := s.DB.NewDelete().Model((*upload)(nil)).Where("id = ?", id).Exec(ctx)
	return store.Translate(err)
}

// Uploaded opens an upload for the worker that uses it.
func (s *Sources) Uploaded(ctx context.Context, org, id int64) (name string, r io.Reader, err error) {
	var u upload
	if err := s.DB.NewSelect().Model(&u).Where("id = ? AND org = ? AND complete", id, org).Scan(ctx); err != nil {
		return "", nil, store.Translate(err)
	}
	return u.Name, &chunks{ctx: ctx, db: s.DB, upload: id, left: u.Size}, nil
}

// Forget removes uploads that were used, and those that never came whole.
func (s *Sources) Forget(ctx context.Context, org, id int64) error {
	_, err := s.DB.NewDelete().Model((*upload)(nil)).Where("id = ? AND org = ?", id, org).Exec(ctx)
	return store.Translate(err)
}

// chunks reads an upload one chunk at a time.
type chunks struct {
	ctx    context.Context //nolint:containedctx // a reader has nowhere else for it
	db     *store.DB
	upload int64
	next   int64
	left   int64
	buf    []byte
}

// Read implements io.Reader.
func (c *chunks) Read(p []byte) (int, error) {
	if len(c.buf) == 0 {
		if c.left <= 0 {
			return 0, io.EOF
		}
		var row chunk
		if err := c.db.NewSelect().Model(&row).Where("upload = ? AND seq = ?", c.upload, c.next).Scan(c.ctx); err != nil {
			return 0, fmt.Errorf("reading the upload: %w", store.Translate(err))
		}
		if len(row.Data) == 0 {
			return 0, io.ErrUnexpectedEOF
		}
		c.buf, c.next = row.Data, c.next+1
	}
	n := copy(p, c.buf)
	c.buf = c.buf[n:]
	c.left -= int64(n)
	return n, nil
}
