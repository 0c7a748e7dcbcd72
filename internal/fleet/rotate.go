package fleet

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

const (
	// authoritiesKnown is for how long a replica goes by what it read of an
	// organisation's authorities.
	authoritiesKnown = 10 * time.Second
	// renewSpread is the time over which agents are asked to renew by a new
	// authority, so that they do not all come at once.
	renewSpread = 24 * time.Hour
	// maxAuthorities bounds how far back an agent may have missed changes.
	maxAuthorities = 8
)

// Authority signs the certificates and commands of an organisation's agents.
type Authority struct {
	Serial      int64
	Fingerprint string // SHA-256 of its certificate
	Created     time.Time
	NotAfter    time.Time
	Retired     time.Time // since when nobody trusts it any more; zero while it is trusted
	Newest      bool      // it signs what is signed from now on
	Agents      int64     // whose newest certificate is by it
}

// trusted are an organisation's authorities, as a replica knows them.
type trusted struct {
	read    time.Time
	list    []*authority // that agents may trust, newest first; never empty
	crossed []string     // certificates by which one leads to the next
}

func (t *trusted) newest() *authority { return t.list[0] }

// oldest signs commands: whoever has an identity, trusts it.
func (t *trusted) oldest() *authority { return t.list[len(t.list)-1] }

// bundle is what agents are given: whom to trust, and why they may.
func (t *trusted) bundle() string {
	var out strings.Builder
	for _, a := range t.list {
		out.WriteString(a.pem)
	}
	for _, c := range t.crossed {
		out.WriteString(c)
	}
	return out.String()
}

// trusts are the organisation's authorities. The first is made when it is
// first needed.
func (f *Fleet) trusts(ctx context.Context, org int64) (*trusted, error) {
	if t, ok := f.authorities.Load(org); ok {
		if t := t.(*trusted); f.Now().Sub(t.read).Abs() < authoritiesKnown { //nolint:forcetypeassert // nothing else is stored
			return t, nil
		}
	}
	for range 2 {
		t, err := f.readTrusted(ctx, f.DB, org)
		if errors.Is(err, store.ErrNotFound) {
			if err := f.makeAuthority(ctx, org); err != nil && !errors.Is(err, store.ErrConflict) {
				return nil, err
			}
			continue // another replica may have been quicker
		}
		if err != nil {
			return nil, err
		}
		f.authorities.Store(org, t)
		return t, nil
	}
	return nil, fmt.Errorf("the authority of organisation %d was not made", org)
}

func (f *Fleet) readTrusted(ctx context.Context, db bun.IDB, org int64) (*trusted, error) {
	var rows []authorityRow
	if err := db.NewSelect().Model(&rows).Where("org = ?", org).Order("serial DESC").Limit(maxAuthorities).Scan(ctx); err != nil {
		return nil, store.Translate(err)
	}
	t := &trusted{read: f.Now()}
	for i := range rows {
		if rows[i].Crossed != "" {
			t.crossed = append(t.crossed, rows[i].Crossed)
		}
		if !rows[i].Retired.IsZero() {
			continue
		}
		a, err := f.openAuthority(ctx, &rows[i])
		if err != nil {
			return nil, err
		}
		t.list = append(t.list, a)
	}
	if len(t.list) == 0 {
		return nil, store.ErrNotFound
	}
	return t, nil
}

// Authorities lists the organisation's, newest first.
func (f *Fleet) Authorities(ctx context.Context, who tenant.Who) ([]Authority, error) {
	if err := f.administers(who, who.Tree.Root()); err != nil {
		return nil, err
	}
	if _, err := f.trusts(ctx, who.Org); err != nil {
		return nil, err
	}
	var rows []authorityRow
	if err := f.DB.NewSelect().Model(&rows).ExcludeColumn("key").Where("org = ?", who.Org).Order("serial DESC").Limit(100).Scan(ctx); err != nil {
		return nil, store.Translate(err)
	}
	var counts []struct{ Authority, N int64 }
	err := f.DB.NewSelect().Model((*agentRow)(nil)).ColumnExpr("authority, COUNT(*) AS n").Where("org = ? AND state NOT IN (?, ?)", who.Org, Retired, Revoked).
		Group("authority").Scan(ctx, &counts)
	if err != nil {
		return nil, store.Translate(err)
	}
	out := make([]Authority, 0, len(rows))
	for i := range rows {
		a := Authority{Serial: rows[i].Serial, Created: rows[i].Created.Time, Retired: rows[i].Retired.Time, Newest: i == 0}
		if cert, err := rows[i].parse(); err == nil {
			sum := sha256.Sum256(cert.Raw)
			a.Fingerprint, a.NotAfter = hex.EncodeToString(sum[:]), cert.NotAfter
		}
		for _, c := range counts {
			if c.Authority == a.Serial {
				a.Agents = c.N
			}
		}
		out = append(out, a)
	}
	return out, nil
}

// ReplaceAuthority makes the organisation a new authority. The one before stays
// trusted until no certificate of its holds, or somebody retires it.
func (f *Fleet) ReplaceAuthority(ctx context.Context, who tenant.Who) (Authority, error) {
	if err := f.administers(who, who.Tree.Root()); err != nil {
		return Authority{}, err
	}
	if _, err := f.trusts(ctx, who.Org); err != nil {
		return Authority{}, err
	}
	err := f.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		t, err := f.readTrusted(ctx, tx, who.Org)
		if err != nil {
			return err
		}
		if len(t.list) > 1 {
			return invalid("the authority before is trusted still; retire it first, or wait until its last certificate has run out")
		}
		before := t.newest()
		row, err := f.newAuthority(ctx, who.Org, before.serial+1, before)
		if err != nil {
			return err
		}
		if _, err := tx.NewInsert().Model(row).Exec(ctx); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who.Actor, "agent-authority.replaced", audit.On("agent-authority", row.Serial), audit.Detail{"before": before.serial})
	})
	if err != nil {
		return Authority{}, err
	}
	f.authorities.Delete(who.Org)
	all, err := f.Authorities(ctx, who)
	if err != nil {
		return Authority{}, err
	}
	return all[0], nil
}

// RetireAuthority ends the trust in an authority at once, and destroys its key.
// Agents that have a certificate by it renew it with their next heartbeat.
func (f *Fleet) RetireAuthority(ctx context.Context, who tenant.Who, serial int64, why string) error {
	if err := f.administers(who, who.Tree.Root()); err != nil {
		return err
	}
	if len(why) > 1000 {
		return invalid("a reason has 1000 characters at most")
	}
	err := f.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		var newest int64
		if err := tx.NewSelect().Model((*authorityRow)(nil)).ColumnExpr("COALESCE(MAX(serial), 0)").Where("org = ?", who.Org).Scan(ctx, &newest); err != nil {
			return err
		}
		if serial == newest && newest > 0 {
			return invalid("it is the newest authority; make the next one first")
		}
		retired, err := f.retireAuthority(ctx, tx, who.Org, serial)
		if err != nil {
			return err
		}
		if !retired {
			return store.ErrNotFound
		}
		return audit.Record(ctx, tx, who.Actor, "agent-authority.retired", audit.On("agent-authority", serial), audit.Detail{"why": line(why, 1000)})
	})
	f.authorities.Delete(who.Org)
	return err
}

func (f *Fleet) retireAuthority(ctx context.Context, tx bun.Tx, org, serial int64) (bool, error) {
	res, err := tx.NewUpdate().Model((*authorityRow)(nil)).Set("retired = ?, key = ?", store.At(f.Now()), []byte{}).
		Where("org = ? AND serial = ? AND retired IS NULL", org, serial).Exec(ctx)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

// retireAuthorities retires those that were replaced and by which nobody has a
// certificate that holds.
func (f *Fleet) retireAuthorities(ctx context.Context) error {
	var rows []authorityRow
	err := f.DB.NewSelect().Model(&rows).Column("org", "serial").Where("t.retired IS NULL").
		Where("EXISTS (SELECT 1 FROM fleet_authorities AS n WHERE n.org = t.org AND n.serial > t.serial)").
		Where("NOT EXISTS (SELECT 1 FROM agents AS g WHERE g.org = t.org AND g.authority = t.serial AND g.state NOT IN (?, ?) AND g.not_after > ?)", Retired, Revoked, store.At(f.Now())).
		Limit(100).Scan(ctx)
	if err != nil {
		return store.Translate(err)
	}
	for _, r := range rows {
		err := f.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
			retired, err := f.retireAuthority(ctx, tx, r.Org, r.Serial)
			if err != nil || !retired {
				return err
			}
			return audit.Record(ctx, tx, tenant.BySystem(r.Org), "agent-authority.retired", audit.On("agent-authority", r.Serial), audit.Detail{"why": "no certificate by it holds"})
		})
		if err != nil {
			return err
		}
		f.authorities.Delete(r.Org)
	}
	return nil
}

// outdated tells whether an agent is to renew its certificate because another
// authority signs by now: at once where its own is retired, and else in its turn.
func (f *Fleet) outdated(ctx context.Context, n *identity) (bool, error) {
	t, err := f.trusts(ctx, n.org)
	if err != nil || n.authority >= t.newest().serial {
		return false, err
	}
	if !slices.ContainsFunc(t.list, func(a *authority) bool { return a.serial == n.authority }) {
		return true, nil
	}
	sum := sha256.Sum256([]byte(n.uid))
	turn := time.Duration(binary.BigEndian.Uint32(sum[:])) * renewSpread / (1 << 32)
	return f.Now().After(t.newest().created.Add(turn)), nil
}
