package audit

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// Head is where a chain ends. Kept elsewhere, it shows later that nothing
// before it was changed or cut off. One that is given to verify by may leave the
// organisation out, which the hash implies.
type Head struct {
	Org  int64  `json:"organisation"`
	Seq  int64  `json:"sequence"`
	Hash string `json:"hash"`
}

// BrokenError names the first entry at which a chain is not what was written.
type BrokenError struct {
	Org, Seq int64
	Reason   string
}

// Error implements error.
func (e *BrokenError) Error() string {
	return fmt.Sprintf("the audit log of organisation %d is broken at entry %d: %s", e.Org, e.Seq, e.Reason)
}

// walk follows a chain entry by entry.
type walk struct {
	started bool
	at      Head
	known   *Head
}

func (w *walk) next(e *Entry) error {
	broken := func(seq int64, reason string) error { return &BrokenError{e.Org, seq, reason} }
	switch {
	case !w.started:
		w.at = Head{Org: e.Org, Seq: e.Seq - 1, Hash: e.Previous}
		w.started = true
		if w.at.Seq == 0 && e.Previous != "" {
			return broken(e.Seq, "the first entry follows another one")
		}
	case e.Org != w.at.Org:
		return broken(w.at.Seq+1, fmt.Sprintf("an entry of organisation %d stands here", e.Org))
	case e.Seq != w.at.Seq+1:
		return broken(w.at.Seq+1, fmt.Sprintf("it is missing; entry %d follows", e.Seq))
	case e.Previous != w.at.Hash:
		return broken(e.Seq, "it does not follow the entry before it")
	}
	if e.digest() != e.Hash {
		return broken(e.Seq, "it is not as it was written")
	}
	w.at = Head{Org: e.Org, Seq: e.Seq, Hash: e.Hash}
	if w.known != nil && w.known.Seq == e.Seq && w.known.Hash != e.Hash {
		return broken(e.Seq, "it is another one than the head that was kept")
	}
	return nil
}

// end is called after the last entry.
func (w *walk) end() (Head, error) {
	if w.known == nil {
		return w.at, nil
	}
	if w.started && w.known.Org != 0 && w.known.Org != w.at.Org {
		return w.at, fmt.Errorf("%w: the head that was kept is of organisation %d, not %d", ErrInvalid, w.known.Org, w.at.Org)
	}
	if w.known.Seq > w.at.Seq {
		return w.at, &BrokenError{w.known.Org, w.at.Seq + 1, fmt.Sprintf("the log ends before it, but once had %d entries", w.known.Seq)}
	}
	return w.at, nil
}

// VerifyExport walks an exported log and returns its last entry's head. It
// may begin anywhere; a known head, if there is one, must lie in it. A broken
// chain is a *BrokenError.
func VerifyExport(r io.Reader, known *Head) (Head, error) {
	w := walk{known: known}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		if len(lines.Bytes()) == 0 {
			continue
		}
		var e Entry
		err := json.Unmarshal(lines.Bytes(), &e)
		if err == nil {
			e.Detail, err = recanonical(e.Detail)
		}
		if err != nil {
			return w.at, fmt.Errorf("%w: line %d is no entry of an audit log: %w", ErrInvalid, n, err)
		}
		if !w.started && known != nil && e.Seq > known.Seq {
			return w.at, fmt.Errorf("%w: the export begins at entry %d, after the head that was kept", ErrInvalid, e.Seq)
		}
		if err := w.next(&e); err != nil {
			return w.at, err
		}
	}
	if err := lines.Err(); err != nil {
		return w.at, fmt.Errorf("reading the export: %w", err)
	}
	if !w.started {
		return w.at, fmt.Errorf("%w: the export has no entries", ErrInvalid)
	}
	return w.end()
}

// Verify walks the chain of the asking actor's organisation from its first
// entry to the head that the database keeps, and to the known one if given.
func (l *Log) Verify(ctx context.Context, who tenant.Who, known *Head) (Head, error) {
	if err := who.Check(tenant.ReadAudit, 0); err != nil {
		return Head{}, err
	}
	if known != nil && known.Org != who.Org {
		return Head{}, fmt.Errorf("%w: the head that was kept is of another organisation", ErrInvalid)
	}
	return l.verify(ctx, who.Org, known)
}

// VerifyAll walks every chain there is, for whoever holds the database. It
// returns where each ends, and all that is broken.
func (l *Log) VerifyAll(ctx context.Context) ([]Head, error) {
	var orgs []int64
	err := l.DB.NewSelect().Table("audit_heads").Column("org").
		Union(l.DB.NewSelect().Table("audit_entries").ColumnExpr("DISTINCT org")).Scan(ctx, &orgs)
	if err != nil {
		return nil, store.Translate(err)
	}
	var heads []Head
	var broken []error
	for _, org := range orgs {
		h, err := l.verify(ctx, org, nil)
		heads, broken = append(heads, h), append(broken, err)
	}
	return heads, errors.Join(broken...)
}

func (l *Log) verify(ctx context.Context, org int64, known *Head) (Head, error) {
	before, err := l.head(ctx, org)
	if err != nil {
		return Head{}, err
	}
	w := walk{known: known, started: true, at: Head{Org: org}}
	err = l.each(ctx, org, 0, func(e *Entry) error {
		if err := w.next(e); err != nil {
			return err
		}
		if e.Seq == before.Seq && e.Hash != before.Hash {
			return &BrokenError{org, e.Seq, "it is another one than the chain's head"}
		}
		return nil
	})
	if err != nil {
		return w.at, err
	}
	if w.at.Seq < before.Seq {
		return w.at, &BrokenError{org, w.at.Seq + 1, fmt.Sprintf("the log ends before it, but has %d entries", before.Seq)}
	}
	// Others may have written meanwhile, so the end is held against the head
	// as it is after the walk.
	after, err := l.head(ctx, org)
	if err != nil {
		return w.at, err
	}
	if after.Seq < w.at.Seq {
		return w.at, &BrokenError{org, after.Seq + 1, "it stands after the end of the chain"}
	}
	return w.end()
}

// head is where the database says that a chain ends.
func (l *Log) head(ctx context.Context, org int64) (Head, error) {
	var h head
	err := store.Translate(l.DB.NewSelect().Model(&h).Where("org = ?", org).Scan(ctx))
	if errors.Is(err, store.ErrNotFound) {
		return Head{Org: org}, nil
	}
	return Head{Org: h.Org, Seq: h.Seq, Hash: h.Hash}, err
}
