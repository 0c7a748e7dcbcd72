package waivers

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// Approve accepts the risk. Nobody approves what they asked for themselves.
func (w *Waivers) Approve(ctx context.Context, who tenant.Who, id int64, note string) error {
	return w.decide(ctx, who, id, Approved, note)
}

// Refuse leaves the findings failing; the note says why.
func (w *Waivers) Refuse(ctx context.Context, who tenant.Who, id int64, note string) error {
	if strings.TrimSpace(note) == "" {
		return fmt.Errorf("%w: say why, for whoever asked", ErrInvalid)
	}
	return w.decide(ctx, who, id, Refused, note)
}

func (w *Waivers) decide(ctx context.Context, who tenant.Who, id int64, to State, note string) error {
	r, err := w.row(ctx, who, id)
	if err != nil {
		return err
	}
	if err := who.Check(tenant.ApproveWaiver, r.GroupID); err != nil {
		return err
	}
	switch {
	case r.AskedKind == string(who.Kind) && r.AskedBy == who.ID:
		return fmt.Errorf("%w: whoever asks for a waiver does not decide on it; it takes a second person", ErrInvalid)
	case to == Approved && r.Until < w.today():
		return fmt.Errorf("%w: it would have held until %s, which is over; it has to be asked for again", ErrInvalid, r.Until)
	case len(note) > maxReason:
		return fmt.Errorf("%w: the note has at most %d characters", ErrInvalid, maxReason)
	}
	r.DecidedKind, r.DecidedBy, r.DecidedName, r.Decided, r.Note = string(who.Kind), who.ID, who.Name, store.At(w.Now()), strings.TrimSpace(note)
	return w.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := w.move(ctx, tx, r, Requested, to); err != nil {
			return err
		}
		if err := audit.Record(ctx, tx, who.Actor, "waiver."+string(to), audit.On("waiver", id), audit.Detail{"note": r.Note, "until": r.Until}); err != nil {
			return err
		}
		if to == Approved {
			if err := w.reconsider(ctx, tx, r); err != nil {
				return err
			}
		}
		return w.tell(ctx, tx, EventDecided, r)
	})
}

// Withdraw takes a request back that nobody has decided on.
func (w *Waivers) Withdraw(ctx context.Context, who tenant.Who, id int64) error {
	r, err := w.row(ctx, who, id)
	if err != nil {
		return err
	}
	if r.AskedKind != string(who.Kind) || r.AskedBy != who.ID {
		return tenant.ErrForbidden
	}
	r.Ended = store.At(w.Now())
	return w.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := w.move(ctx, tx, r, Requested, Withdrawn); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who.Actor, "waiver.withdrawn", audit.On("waiver", id), nil)
	})
}

// Revoke ends a waiver before its time.
func (w *Waivers) Revoke(ctx context.Context, who tenant.Who, id int64, note string) error {
	r, err := w.row(ctx, who, id)
	if err != nil {
		return err
	}
	if err := who.Check(tenant.ApproveWaiver, r.GroupID); err != nil {
		return err
	}
	if len(note) > maxReason {
		return fmt.Errorf("%w: the note has at most %d characters", ErrInvalid, maxReason)
	}
	r.Ended, r.Note = store.At(w.Now()), strings.TrimSpace(note)
	return w.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := w.move(ctx, tx, r, Approved, Revoked); err != nil {
			return err
		}
		if err := audit.Record(ctx, tx, who.Actor, "waiver.revoked", audit.On("waiver", id), audit.Detail{"note": r.Note}); err != nil {
			return err
		}
		return w.reconsider(ctx, tx, r)
	})
}

// move changes the state of a waiver that is in another one, and writes what
// else the row holds. Of two decisions at once the second is a conflict.
func (w *Waivers) move(ctx context.Context, tx bun.Tx, r *row, from, to State) error {
	r.State = string(to)
	res, err := tx.NewUpdate().Model(r).Column("state", "decided_kind", "decided_by", "decided_name", "decided", "note", "ended", "reminded").
		Where("id = ? AND org = ? AND state = ?", r.ID, r.Org, from).Exec(ctx)
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if err == nil && n == 0 {
		return fmt.Errorf("%w: the waiver is no longer %s", store.ErrConflict, from)
	}
	return err
}

// reconsider brings the findings up to date.
func (w *Waivers) reconsider(ctx context.Context, tx bun.Tx, r *row) error {
	var fingerprints []string
	err := tx.NewSelect().Model((*findingRow)(nil)).Column("fingerprint").Where("waiver = ?", r.ID).Scan(ctx, &fingerprints)
	if err != nil {
		return err
	}
	_, err = w.Ledger.Reconsider(ctx, tx, r.Org, fingerprints)
	return err
}

// Tend ends waivers whose last day is over and reminds of those that end soon.
// Every replica calls it now and then; each waiver is one replica's.
func (w *Waivers) Tend(ctx context.Context) error {
	var over []row
	err := w.DB.NewSelect().Model(&over).Where("state = ? AND until < ?", Approved, w.today()).Order("id").Limit(500).Scan(ctx)
	if err != nil {
		return store.Translate(err)
	}
	for i := range over {
		r := &over[i]
		r.Ended = store.At(w.Now())
		err := w.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
			if err := w.move(ctx, tx, r, Approved, Expired); err != nil {
				return err
			}
			if err := audit.Record(ctx, tx, tenant.BySystem(r.Org), "waiver.expired", audit.On("waiver", r.ID), nil); err != nil {
				return err
			}
			if err := w.reconsider(ctx, tx, r); err != nil {
				return err
			}
			return w.tell(ctx, tx, EventExpired, r)
		})
		if err := beside(err); err != nil {
			return err
		}
	}
	return w.remind(ctx)
}

func (w *Waivers) remind(ctx context.Context) error {
	soon := w.Now().UTC().Add(Remind).Format(time.DateOnly)
	var rows []row
	err := w.DB.NewSelect().Model(&rows).Where("state = ? AND until >= ? AND until <= ? AND reminded IS NULL", Approved, w.today(), soon).
		Order("id").Limit(500).Scan(ctx)
	if err != nil {
		return store.Translate(err)
	}
	for i := range rows {
		r := &rows[i]
		err := w.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
			res, err := tx.NewUpdate().Model(r).Set("reminded = ?", store.At(w.Now())).Where("id = ? AND reminded IS NULL", r.ID).Exec(ctx)
			if err != nil {
				return err
			}
			if n, err := res.RowsAffected(); err != nil || n == 0 {
				return err
			}
			return w.tell(ctx, tx, EventExpiring, r)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// beside passes over what another replica was faster at.
func beside(err error) error {
	if errors.Is(err, store.ErrConflict) {
		return nil
	}
	return err
}
