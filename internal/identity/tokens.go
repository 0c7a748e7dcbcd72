package identity

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// The bounds of tokens.
const (
	MaxTokenLife = 366 * 24 * time.Hour
	MaxTokens    = 100 // of one holder
)

// NewToken is what a token is to be.
type NewToken struct {
	Name        string
	Service     int64 // the service account that is to hold it; 0 for who asks
	Permissions []tenant.Permission
	Group       int64 // bound to this group and those below; 0 for no bound
	Expires     time.Time
}

// CreateToken makes an API token and returns its secret, which is shown only
// now. People make their own after a recent sign-in, and administrators those
// of service accounts. No token makes another one: it would outlive itself.
func (i *Identity) CreateToken(ctx context.Context, who tenant.Who, n NewToken) (Token, string, error) {
	holder, name, err := i.tokenHolder(ctx, who, n.Service)
	if err != nil {
		return Token{}, "", err
	}
	if err := i.validTokenOf(who, holder, n); err != nil {
		return Token{}, "", err
	}
	var words []string
	for _, p := range tenant.Permissions {
		if slices.Contains(n.Permissions, p) {
			words = append(words, string(p))
		}
	}
	secret := newToken()
	row := tokenRow{
		Org: who.Org, Kind: holder.Kind, Holder: holder.ID, Name: n.Name,
		Hint: secret[:len(tokenPrefix)+4], Hash: digest(secret), Permissions: strings.Join(words, " "), GroupID: n.Group,
		Created: i.now(), Expires: store.At(n.Expires),
	}
	err = i.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		row.ID = 0
		if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
			return err
		}
		count, err := tx.NewSelect().Model((*tokenRow)(nil)).Where("org = ? AND kind = ? AND holder = ?", who.Org, holder.Kind, holder.ID).Count(ctx)
		if err != nil {
			return err
		}
		if count > MaxTokens {
			return fmt.Errorf("%w: there are %d tokens already; revoke one first", ErrInvalid, MaxTokens)
		}
		return audit.Record(ctx, tx, who.Actor, "token.created", audit.On("token", row.ID), audit.Detail{
			"name": n.Name, "holder": map[string]any{"kind": holder.Kind, "id": holder.ID},
			"permissions": words, "group": n.Group, "expires": n.Expires.UTC().Format(time.RFC3339),
		})
	})
	if err != nil {
		return Token{}, "", err
	}
	return row.noun(name), secret, nil
}

// tokenHolder returns who is to hold the token, with their name.
func (i *Identity) tokenHolder(ctx context.Context, who tenant.Who, service int64) (Holder, string, error) {
	if who.Token != nil {
		return Holder{}, "", tenant.ErrForbidden
	}
	if service == 0 {
		p, err := i.recently(ctx, who)
		if err != nil {
			return Holder{}, "", err
		}
		return Holder{tenant.Person, p.ID}, p.Name, nil
	}
	s, err := i.managed(ctx, who, service)
	if err != nil {
		return Holder{}, "", err
	}
	return Holder{tenant.Service, s.ID}, s.Name, nil
}

func (i *Identity) validTokenOf(who tenant.Who, holder Holder, n NewToken) error {
	if err := validName(n.Name); err != nil {
		return err
	}
	if len(n.Permissions) == 0 {
		return fmt.Errorf("%w: a token carries at least one permission", ErrInvalid)
	}
	for _, p := range n.Permissions {
		if !slices.Contains(tenant.Permissions, p) {
			return fmt.Errorf("%w: %q is no permission; they are %v", ErrInvalid, p, tenant.Permissions)
		}
		if holder.Kind == tenant.Person && who.Reach(p).Within(who.Tree, n.Group).None() {
			return fmt.Errorf("%w: you have no right to %s there yourself", ErrInvalid, p)
		}
	}
	if _, ok := who.Tree.Group(n.Group); n.Group != 0 && !ok {
		return fmt.Errorf("%w: there is no such group", ErrInvalid)
	}
	if life := n.Expires.Sub(i.Now()); life <= 0 || life > MaxTokenLife {
		return fmt.Errorf("%w: a token expires within a year", ErrInvalid)
	}
	return nil
}

// Tokens returns the holder's own tokens, the latest first.
func (i *Identity) Tokens(ctx context.Context, who tenant.Who) ([]Token, error) {
	rows, err := i.tokens(ctx, i.DB.NewSelect().Where("t.org = ? AND t.kind = ? AND t.holder = ?", who.Org, who.Kind, who.ID))
	return rows, err
}

// ServiceTokens returns the tokens of a service account.
func (i *Identity) ServiceTokens(ctx context.Context, who tenant.Who, service int64) ([]Token, error) {
	if _, err := i.managed(ctx, who, service); err != nil {
		return nil, err
	}
	return i.tokens(ctx, i.DB.NewSelect().Where("t.org = ? AND t.kind = ? AND t.holder = ?", who.Org, tenant.Service, service))
}

// AllTokens returns a page of everybody's tokens, the latest first, to an
// administrator of the whole organisation.
func (i *Identity) AllTokens(ctx context.Context, who tenant.Who, cursor string) (tokens []Token, next string, err error) {
	if err := who.Check(tenant.Administer, 0); err != nil {
		return nil, "", err
	}
	q := i.DB.NewSelect().Where("t.org = ?", who.Org)
	if cursor != "" {
		var before int64
		if err := store.ReadCursor(cursor, &before); err != nil {
			return nil, "", err
		}
		q = q.Where("t.id < ?", before)
	}
	tokens, err = i.tokens(ctx, q)
	if len(tokens) > MaxPage {
		tokens = tokens[:MaxPage]
		next = store.Cursor(tokens[MaxPage-1].ID)
	}
	return tokens, next, err
}

func (i *Identity) tokens(ctx context.Context, q *bun.SelectQuery) ([]Token, error) {
	var rows []struct {
		tokenRow `bun:",extend"`

		HolderName string
	}
	err := q.TableExpr("tokens AS t").ColumnExpr("t.*").
		ColumnExpr("COALESCE(p.name, s.name) AS holder_name").
		Join("LEFT JOIN people AS p ON p.id = t.holder AND t.kind = ?", tenant.Person).
		Join("LEFT JOIN service_accounts AS s ON s.id = t.holder AND t.kind = ?", tenant.Service).
		OrderExpr("t.id DESC").Limit(MaxPage+1).Scan(ctx, &rows)
	if err != nil {
		return nil, store.Translate(err)
	}
	out := make([]Token, len(rows))
	for k := range rows {
		out[k] = rows[k].noun(rows[k].HolderName)
	}
	return out, nil
}

func (t *tokenRow) noun(holder string) Token {
	n := Token{
		ID: t.ID, Name: t.Name, Kind: t.Kind, Holder: t.Holder, HolderName: holder, Hint: t.Hint,
		Group: t.GroupID, Created: t.Created.Time, Expires: t.Expires.Time, Used: t.Used.Time,
	}
	for p := range strings.FieldsSeq(t.Permissions) {
		n.Permissions = append(n.Permissions, tenant.Permission(p))
	}
	return n
}

// RevokeToken makes a token dead: one's own, that of a service account one
// manages, or any as an administrator of the whole organisation.
func (i *Identity) RevokeToken(ctx context.Context, who tenant.Who, id int64) error {
	var t tokenRow
	err := i.DB.NewSelect().Model(&t).Where("id = ? AND org = ?", id, who.Org).Scan(ctx)
	if err != nil {
		return store.Translate(err)
	}
	own := t.Kind == who.Kind && t.Holder == who.ID && (who.Token == nil || who.Token.ID == id)
	if !own && who.Check(tenant.Administer, 0) != nil {
		if t.Kind != tenant.Service {
			return store.ErrNotFound
		}
		if _, err := i.managed(ctx, who, t.Holder); err != nil {
			return store.ErrNotFound
		}
	}
	return i.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := one(tx.NewDelete().Model(&t).WherePK().Exec(ctx)); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who.Actor, "token.revoked", audit.On("token", id), audit.Detail{
			"name": t.Name, "holder": map[string]any{"kind": t.Kind, "id": t.Holder},
		})
	})
}
