package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// MaxPage bounds the entries of a page.
const MaxPage = 200

// Log reads what was recorded.
type Log struct{ DB *store.DB }

// Filter picks entries: those that every filled field takes.
type Filter struct {
	Action    string // a whole one, or the part before the dot
	ActorKind tenant.ActorKind
	Actor     int64 // with ActorKind
	Object    Object
	From, To  time.Time // at or after From, before To
	Cursor    string
	Limit     int // at most MaxPage, which is also what 0 means
}

// Page is some of the entries, the newest first.
type Page struct {
	Entries []Entry
	Next    string // the cursor of the page after, empty in the last
}

// List returns a page of the organisation's entries. It needs the permission
// to read the audit log in the whole organisation.
func (l *Log) List(ctx context.Context, who tenant.Who, f Filter) (Page, error) {
	if err := who.Check(tenant.ReadAudit, 0); err != nil {
		return Page{}, err
	}
	if f.Limit <= 0 || f.Limit > MaxPage {
		f.Limit = MaxPage
	}
	var rows []row
	q := l.DB.NewSelect().Model(&rows).Where("org = ?", who.Org).Order("seq DESC").Limit(int64(f.Limit + 1))
	if f.Cursor != "" {
		var seq int64
		if err := store.ReadCursor(f.Cursor, &seq); err != nil {
			return Page{}, err
		}
		q = q.Where("seq < ?", seq)
	}
	if f.Action != "" {
		if strings.Trim(f.Action, "abcdefghijklmnopqrstuvwxyz.-") != "" {
			return Page{}, fmt.Errorf("%w: an action has small letters, dots and hyphens", ErrInvalid)
		}
		q = q.Where("(action = ? OR action LIKE ?)", f.Action, f.Action+".%")
	}
	if f.ActorKind != "" {
		q = q.Where("actor_kind = ? AND actor_id = ?", f.ActorKind, f.Actor)
	}
	if f.Object.Kind != "" {
		q = q.Where("object_kind = ?", f.Object.Kind)
	}
	if f.Object.ID != "" {
		q = q.Where("object_id = ?", f.Object.ID)
	}
	if !f.From.IsZero() {
		q = q.Where("at >= ?", store.At(f.From))
	}
	if !f.To.IsZero() {
		q = q.Where("at < ?", store.At(f.To))
	}
	if err := q.Scan(ctx); err != nil {
		return Page{}, store.Translate(err)
	}
	var p Page
	if len(rows) > f.Limit {
		rows = rows[:f.Limit]
		p.Next = store.Cursor(rows[f.Limit-1].Seq)
	}
	p.Entries = make([]Entry, len(rows))
	for i := range rows {
		p.Entries[i] = rows[i].entry()
	}
	return p, nil
}

// Head returns where the organisation's chain ends, to be kept elsewhere.
func (l *Log) Head(ctx context.Context, who tenant.Who) (Head, error) {
	if err := who.Check(tenant.ReadAudit, 0); err != nil {
		return Head{}, err
	}
	return l.head(ctx, who.Org)
}

// Export writes the organisation's entries after a sequence, one JSON object
// a line in the order of the chain, in the form that VerifyExport reads.
func (l *Log) Export(ctx context.Context, who tenant.Who, after int64, w io.Writer) error {
	if err := who.Check(tenant.ReadAudit, 0); err != nil {
		return err
	}
	enc := json.NewEncoder(w)
	return l.each(ctx, who.Org, after, func(e *Entry) error { return enc.Encode(e) })
}

// each calls f for the entries of a chain in order, a thousand read at a time
// so that no reader holds the database.
func (l *Log) each(ctx context.Context, org, after int64, f func(*Entry) error) error {
	for {
		var rows []row
		err := l.DB.NewSelect().Model(&rows).Where("org = ? AND seq > ?", org, after).Order("seq").Limit(1000).Scan(ctx)
		if err != nil {
			return store.Translate(err)
		}
		for i := range rows {
			e := rows[i].entry()
			if err := f(&e); err != nil {
				return err
			}
			after = e.Seq
		}
		if len(rows) < 1000 {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("reading the audit log: %w", err)
		}
	}
}
