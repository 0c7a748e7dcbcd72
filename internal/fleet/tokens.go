package fleet

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// Token lets agents enrol into a group.
type Token struct {
	ID        int64
	Group     int64
	Name      string
	Hint      string // the first characters, to recognise it by
	Uses      int64
	Most      int64 // 0 without a limit
	Ephemeral bool  // its agents retire by themselves
	By        string
	Created   time.Time
	Expires   time.Time
	Used      time.Time
	Revoked   time.Time
}

// tokenLife bounds how long a token holds.
const tokenLife = 366 * 24 * time.Hour

// tokenPrefix tells people and scanners what a token is.
const tokenPrefix = "demarc_agent_"

type tokenRow struct {
	bun.BaseModel `bun:"table:fleet_tokens"`

	ID        int64 `bun:",pk,autoincrement"`
	Org       int64
	GroupID   int64
	Name      string
	Hash      string
	Hint      string
	Uses      int64
	Most      int64
	Ephemeral int64
	ByName    string
	Created   store.Time
	Expires   store.Time
	Used      store.Time
	Revoked   store.Time
}

func (r *tokenRow) noun() Token {
	return Token{
		ID: r.ID, Group: r.GroupID, Name: r.Name, Hint: r.Hint, Uses: r.Uses, Most: r.Most, Ephemeral: r.Ephemeral == 1, By: r.ByName,
		Created: r.Created.Time, Expires: r.Expires.Time, Used: r.Used.Time, Revoked: r.Revoked.Time,
	}
}

func hashToken(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// AddToken makes a token and returns its secret, which nobody can read again.
func (f *Fleet) AddToken(ctx context.Context, who tenant.Who, t Token) (Token, string, error) {
	if t.Group == 0 {
		t.Group = who.Tree.Root()
	}
	if err := f.administers(who, t.Group); err != nil {
		return Token{}, "", err
	}
	now := f.Now()
	switch {
	case !oneLine(t.Name, 200):
		return Token{}, "", invalid("a name has 1 to 200 characters in one line")
	case t.Most < 0 || t.Most > 1_000_000:
		return Token{}, "", invalid("a token is used a million times at most")
	case !t.Expires.After(now) || t.Expires.After(now.Add(tokenLife)):
		return Token{}, "", invalid("a token expires within a year")
	}
	secret := tokenPrefix + rand.Text()
	r := &tokenRow{
		Org: who.Org, GroupID: t.Group, Name: t.Name, Hash: hashToken(secret), Hint: secret[:len(tokenPrefix)+4], Most: t.Most, Ephemeral: flag(t.Ephemeral),
		ByName: who.Name, Created: store.At(now), Expires: store.At(t.Expires),
	}
	err := f.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		r.ID = 0
		if _, err := tx.NewInsert().Model(r).Exec(ctx); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who.Actor, "agent-token.added", audit.On("agent-token", r.ID), audit.Detail{
			"name": r.Name, "group": r.GroupID, "most": r.Most, "expires": r.Expires.Time, "ephemeral": t.Ephemeral,
		})
	})
	return r.noun(), secret, err
}

// Tokens lists those of the groups that somebody administers, newest first.
func (f *Fleet) Tokens(ctx context.Context, who tenant.Who, cursor string, limit int) (list []Token, next string, err error) {
	reach := who.Reach(tenant.Administer)
	if reach.None() {
		return nil, "", tenant.ErrForbidden
	}
	var rows []tokenRow
	q := store.InReach(f.DB.NewSelect().Model(&rows).Where("org = ?", who.Org), "group_id", reach)
	next, err = store.Newest(ctx, q, &rows, "id", cursor, limit, func(r *tokenRow) int64 { return r.ID })
	if err != nil {
		return nil, "", listError(err)
	}
	for i := range rows {
		list = append(list, rows[i].noun())
	}
	return list, next, nil
}

// RevokeToken ends a token. Agents that enrolled by it stay.
func (f *Fleet) RevokeToken(ctx context.Context, who tenant.Who, id int64) error {
	var r tokenRow
	if err := f.DB.NewSelect().Model(&r).Where("id = ? AND org = ?", id, who.Org).Scan(ctx); err != nil {
		return store.Translate(err)
	}
	if err := f.administers(who, r.GroupID); err != nil {
		return err
	}
	return f.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewUpdate().Model(&r).Set("revoked = ?", store.At(f.Now())).Where("id = ? AND org = ? AND revoked IS NULL", id, who.Org).Exec(ctx)
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, who.Actor, "agent-token.revoked", audit.On("agent-token", id), audit.Detail{"name": r.Name})
	})
}

// errToken is a token that gives no right to enrol. Which of the reasons it is,
// is told to nobody who may be guessing.
var errToken = errors.New("the token is unknown, used up, revoked or expired")

// use takes one use of a token, in the transaction that enrols.
func (f *Fleet) use(ctx context.Context, tx bun.Tx, secret string) (*tokenRow, error) {
	if len(secret) > 200 || !strings.HasPrefix(secret, tokenPrefix) {
		return nil, errToken
	}
	now := store.At(f.Now())
	var r tokenRow
	res, err := tx.NewUpdate().Model(&r).Set("uses = uses + 1, used = ?", now).
		Where("hash = ? AND revoked IS NULL AND expires > ? AND (most = 0 OR uses < most)", hashToken(secret), now).Returning("*").Exec(ctx)
	if err != nil {
		return nil, err
	}
	if n, err := res.RowsAffected(); err != nil || n != 1 {
		return nil, errors.Join(err, errToken)
	}
	return &r, nil
}

// oneLine reports whether a text that a person enters is one of some characters.
func oneLine(s string, most int) bool {
	return strings.TrimSpace(s) != "" && len(s) <= most && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' })
}

// listError says whose fault it is that a list cannot be had.
func listError(err error) error {
	if errors.Is(err, store.ErrCursor) {
		return fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	return err
}
