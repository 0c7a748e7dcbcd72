package fleet

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/agent/wire"
	"github.com/demarc-sec/demarc/internal/fleet/cloudid"
	"github.com/demarc-sec/demarc/internal/store"
)

// refusal is an answer that is not a success.
type refusal struct {
	code  string
	why   string
	after time.Duration // when to come again; 0 says nothing
}

func (r *refusal) Error() string { return r.code + ": " + r.why }

func refuse(code, format string, args ...any) *refusal {
	return &refusal{code: code, why: fmt.Sprintf(format, args...)}
}

// Enrol gives a server an identity.
func (f *Fleet) Enrol(ctx context.Context, in *wire.Enrol) (*wire.Enrolled, error) {
	key, err := requested(in.Request)
	if err != nil {
		return nil, refuse(wire.CodeInvalid, "%s", err)
	}
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return nil, refuse(wire.CodeInvalid, "%s", err)
	}
	if !oneLine(in.Host.Hostname, 253) {
		return nil, refuse(wire.CodeInvalid, "the server has no name")
	}
	var cloud cloudid.Instance
	if in.Cloud != nil {
		if cloud, err = f.Cloud.Read(*in.Cloud); err != nil {
			return nil, refuse(wire.CodeInvalid, "%s", err)
		}
	}
	var t tokenRow // looked at without using it, for the organisation
	if err := f.DB.NewSelect().Model(&t).Where("hash = ?", hashToken(in.Token)).Scan(ctx); err != nil {
		if errors.Is(store.Translate(err), store.ErrNotFound) {
			return nil, refuse(wire.CodeToken, "%s", errToken)
		}
		return nil, err
	}
	trusted, err := f.trusts(ctx, t.Org)
	if err != nil {
		return nil, err
	}
	var row *agentRow
	var given *leaf
	var retired []*agentRow
	err = f.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		row, given, retired, err = f.enrol(ctx, tx, trusted.newest(), &t, in, der, cloud)
		return err
	})
	if errors.Is(err, errToken) {
		return nil, refuse(wire.CodeToken, "%s", errToken)
	}
	if err != nil {
		return nil, err
	}
	for _, r := range retired {
		f.known.put(r)
	}
	f.known.put(row)
	s, err := f.settingsOf(ctx, row.Org, row.GroupID)
	if err != nil {
		return nil, err
	}
	return &wire.Enrolled{Agent: row.UID, Certificate: given.pem, Authority: trusted.bundle(), Settings: *s.wire("")}, nil
}

func (f *Fleet) enrol(ctx context.Context, tx bun.Tx, a *authority, t *tokenRow, in *wire.Enrol, key []byte, cloud cloudid.Instance) (row *agentRow, given *leaf, retired []*agentRow, err error) {
	now := f.Now()
	// Whoever did not get the answer asks again, with the same key and token.
	if again, err := f.enrolledBefore(ctx, tx, t, &in.Host, key); err != nil || again != nil {
		if err != nil {
			return nil, nil, nil, err
		}
		if given, err = a.issue(in.Request, again.UID, now); err != nil {
			return nil, nil, nil, err
		}
		again.First, again.Serial, again.NotAfter, again.Authority, again.Changed = given.fingerprint(), given.serial, store.At(given.notAfter), given.by, store.At(now)
		_, err = tx.NewUpdate().Model(again).Column("first", "serial", "not_after", "authority", "changed").WherePK().Exec(ctx)
		return again, given, nil, err
	}
	used, err := f.use(ctx, tx, in.Token)
	if err != nil {
		return nil, nil, nil, err
	}
	row = &agentRow{
		Org: t.Org, GroupID: used.GroupID, UID: rand.Text(), State: Active, Since: store.At(now), Enrolled: store.At(now), Token: used.ID,
		Ephemeral: flag(in.Ephemeral || used.Ephemeral == 1), Key: key, Changed: store.At(now),
		Provider: cloud.Provider, Account: cloud.Account, Region: cloud.Region, Instance: cloud.ID, Proof: cloud.Proof, Unproven: line(cloud.Unproven, 300),
	}
	row.fill(&in.Host)
	if given, err = a.issue(in.Request, row.UID, now); err != nil {
		return nil, nil, nil, err
	}
	row.First, row.Serial, row.NotAfter, row.Authority = given.fingerprint(), given.serial, store.At(given.notAfter), given.by
	former, twins, err := f.former(ctx, tx, row)
	if err != nil {
		return nil, nil, nil, err
	}
	if len(former) > 0 {
		row.Replaces = former[0].ID
	}
	if _, err := tx.NewInsert().Model(row).Exec(ctx); err != nil {
		return nil, nil, nil, err
	}
	c := &change{f: f, tx: tx, row: row}
	c.note("enrolled", "by the token %s", used.Name)
	if row.Proof == cloudid.Claimed {
		c.note("claimed", "the identity in the cloud is claimed, not verified: %s", row.Unproven)
	}
	for _, twin := range twins {
		c.note(Duplicate, "%s reports by the same machine id; give each server its own /etc/machine-id", twin.Hostname)
		c.tell(Happened{
			Kind: Duplicate, Severity: "medium", Text: fmt.Sprintf("%s and %s have the same machine id. Both are kept.", row.Hostname, twin.Hostname),
			Do: "Give each server a machine id of its own, or retire the agent of the one that is a copy.",
		})
	}
	var counts tally
	counts.add(row.cell(), 1)
	if err := counts.write(ctx, tx); err != nil {
		return nil, nil, nil, err
	}
	if err := store.Insert(ctx, tx, c.moments, ""); err != nil {
		return nil, nil, nil, err
	}
	for _, h := range c.told {
		if err := f.tell(ctx, tx, h); err != nil {
			return nil, nil, nil, err
		}
	}
	for i := range former {
		after := new(agentRow)
		err := f.changeIn(ctx, tx, row.Org, former[i].ID, after, func(ctx context.Context, c *change) error {
			return c.retire(ctx, fmt.Sprintf("the server enrolled again, as %s", row.UID))
		})
		if err != nil {
			return nil, nil, nil, err
		}
		retired = append(retired, after)
	}
	return row, given, retired, nil
}

// enrolledBefore is the agent that this very request made already and that has
// said nothing since.
func (f *Fleet) enrolledBefore(ctx context.Context, tx bun.Tx, t *tokenRow, h *wire.Host, key []byte) (*agentRow, error) {
	var rows []agentRow
	err := tx.NewSelect().Model(&rows).Where("org = ? AND machine = ? AND token = ? AND state = ?", t.Org, line(h.MachineID, 64), t.ID, Active).
		Where("enrolled > ?", store.At(f.Now().Add(-time.Hour))).Order("id DESC").Limit(50).Scan(ctx)
	for i := range rows {
		if bytes.Equal(rows[i].Key, key) {
			return &rows[i], err
		}
	}
	return nil, err
}

// former are the agents that this one takes the place of: those of the same
// instance, where the cloud itself says so, and those of the same machine id
// that run no more or are of the same boot. One that runs and boots for itself
// is a twin: a copied disk, not the same server.
func (f *Fleet) former(ctx context.Context, tx bun.Tx, row *agentRow) (former, twins []agentRow, err error) {
	var rows []agentRow
	q := tx.NewSelect().Model(&rows).Where("org = ? AND state NOT IN (?, ?)", row.Org, Retired, Revoked).Order("id DESC").Limit(20)
	switch {
	case row.Proof == cloudid.Verified && row.Machine != "":
		q = q.Where("(instance = ? OR machine = ?)", row.Instance, row.Machine)
	case row.Proof == cloudid.Verified:
		q = q.Where("instance = ?", row.Instance)
	case row.Machine != "":
		q = q.Where("machine = ?", row.Machine)
	default:
		return nil, nil, nil
	}
	if err := q.Scan(ctx); err != nil {
		return nil, nil, err
	}
	for _, r := range rows {
		instance := r.Instance == row.Instance && r.Provider == row.Provider && r.Account == row.Account
		same := row.Proof == cloudid.Verified && instance
		switch {
		case row.Proof == cloudid.Verified && r.Proof == cloudid.Verified && !instance:
			// The cloud says that it is another server, whatever the image that both are
			// from has for a machine id.
		case r.Proof == cloudid.Verified && row.Proof != cloudid.Verified && r.Boot != row.Boot:
			twins = append(twins, r) // a claim takes nobody's place whom the cloud knows
		case same, r.Machine == row.Machine && row.Machine != "" && (r.Boot == row.Boot || r.State == Late || r.State == Missing):
			former = append(former, r)
		case r.Machine == row.Machine && row.Machine != "":
			twins = append(twins, r)
		}
	}
	return former, twins, nil
}

// Renew gives an agent a certificate for a new key. The old one holds until
// the new one is used.
func (f *Fleet) renew(ctx context.Context, n *identity, request string) (*wire.Enrolled, error) {
	t, err := f.trusts(ctx, n.org)
	if err != nil {
		return nil, err
	}
	given, err := t.newest().issue(request, n.uid, f.Now())
	if err != nil {
		return nil, refuse(wire.CodeInvalid, "%s", err)
	}
	err = f.change(ctx, n.org, n.id, func(_ context.Context, c *change) error {
		c.row.NextKey, c.row.Serial, c.row.NotAfter, c.row.Authority = given.key, given.serial, store.At(given.notAfter), given.by
		if bytes.Equal(c.row.Key, given.key) {
			c.row.NextKey = nil
		}
		c.note("renewed", "its certificate holds until %s", given.notAfter.UTC().Format(time.DateOnly))
		return nil
	})
	if err != nil {
		return nil, err
	}
	s, err := f.settingsOf(ctx, n.org, n.group)
	if err != nil {
		return nil, err
	}
	return &wire.Enrolled{Agent: n.uid, Certificate: given.pem, Authority: t.bundle(), Settings: *s.wire(s.Hash())}, nil
}

// promote makes the key of the newest certificate the only one.
func (f *Fleet) promote(ctx context.Context, n *identity) error {
	return f.change(ctx, n.org, n.id, func(_ context.Context, c *change) error {
		if c.row.NextKey != nil {
			c.row.Key, c.row.NextKey = c.row.NextKey, nil
		}
		return nil
	})
}
