package identity

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/store"
)

// How many attempts may fail before the pauses begin, each twice as long as
// the one before.
const (
	freeByAccount = 5
	freeByAddress = 20
	longestPause  = 15 * time.Minute
	forgotten     = 24 * time.Hour // after the last attempt
)

// limit is something that may be tried so often.
type limit struct {
	name string
	free int64
}

// byAccount limits attempts on an account, whether it exists or not.
func byAccount(purpose, account string) limit {
	return limit{purpose + " " + digest(account), freeByAccount}
}

// byAddress limits the attempts from where a request comes from: an address,
// or a network of IPv6, of which everybody has a whole one.
func byAddress(ctx context.Context) limit {
	a, err := netip.ParseAddr(audit.OriginOf(ctx).Address)
	if err != nil {
		return limit{"from elsewhere", freeByAddress}
	}
	a = a.Unmap().WithZone("")
	if a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			return limit{"from " + p.String(), freeByAddress}
		}
	}
	return limit{"from " + a.String(), freeByAddress}
}

// attempt counts one more attempt as failed before it is made, so that many at
// once are all counted; succeeded takes it back. It returns a *LimitedError
// when there were too many.
func (i *Identity) attempt(ctx context.Context, limits ...limit) error {
	slices.SortFunc(limits, func(a, b limit) int { // as everybody locks them
		if a.name < b.name {
			return -1
		}
		return 1
	})
	return i.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		for _, l := range limits {
			if err := i.count(ctx, tx, l); err != nil {
				return err
			}
		}
		return nil
	})
}

func (i *Identity) count(ctx context.Context, tx bun.Tx, l limit) error {
	now := i.now()
	row := attemptRow{Name: l.name}
	_, err := tx.NewInsert().Model(&attemptRow{Name: l.name, Last: now, Until: now}).On("CONFLICT (name) DO NOTHING").Exec(ctx)
	if err != nil {
		return err
	}
	// The update holds the row until the transaction ends.
	if err := tx.NewUpdate().Model(&row).Set("last = last").WherePK().Returning("*").Scan(ctx); err != nil {
		return err
	}
	if row.Until.After(now.Time) {
		return &LimitedError{row.Until.Sub(now.Time)}
	}
	if now.Sub(row.Last.Time) > forgotten {
		row.Failures = 0
	}
	row.Failures++
	row.Last, row.Until = now, store.At(now.Add(pause(row.Failures-l.free)))
	_, err = tx.NewUpdate().Model(&row).WherePK().Exec(ctx)
	return err
}

// pause is how long to wait after so many failures more than are free.
func pause(over int64) time.Duration {
	if over <= 0 {
		return 0
	}
	if over > 10 {
		return longestPause
	}
	return min(time.Second<<over, longestPause)
}

// succeeded forgets the failures of an account, and takes back one of the
// address: otherwise whoever has an account could try others without end.
func (i *Identity) succeeded(ctx context.Context, account, address limit) error {
	_, err1 := i.DB.NewDelete().Model((*attemptRow)(nil)).Where("name = ?", account.name).Exec(ctx)
	_, err2 := i.DB.NewUpdate().Model((*attemptRow)(nil)).Set("failures = failures - 1").Where("name = ? AND failures > 0", address.name).Exec(ctx)
	return errors.Join(err1, err2)
}
