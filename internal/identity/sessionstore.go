package identity

import (
	"context"
	"errors"
	"time"

	"github.com/alexedwards/scs/v2"

	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/store"
)

// sessionStore keeps sessions in the database, each with its person so that
// they can be listed and ended. It also ends what is idle: scs would write the
// session at every request for that, where once a minute is enough.
type sessionStore struct{ *Identity }

var _ scs.CtxStore = sessionStore{}

// beforeSignIn is how long a session lasts in which nobody signs in.
const beforeSignIn = 15 * time.Minute

// FindCtx implements scs.CtxStore.
func (s sessionStore) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	now := s.now()
	var row sessionRow
	err := s.DB.NewSelect().Model(&row).Where("token = ? AND ended IS NULL AND expires > ? AND seen > ?", token, now, store.At(now.Add(-s.Idle))).Scan(ctx)
	if err = store.Translate(err); errors.Is(err, store.ErrNotFound) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	if now.Sub(row.Seen.Time) >= time.Minute {
		origin := audit.OriginOf(ctx)
		_, err = s.DB.NewUpdate().Model(&row).Set("seen = ?", now).Set("address = ?", origin.Address).WherePK().Exec(ctx)
	}
	return row.Data, true, err
}

// CommitCtx implements scs.CtxStore. A session ends when its time is over,
// however often it is written, and one that was ended stays so, even if a
// request that began before writes it now.
func (s sessionStore) CommitCtx(ctx context.Context, token string, data []byte, _ time.Time) error {
	_, values, err := s.sessions.Codec.Decode(data)
	if err != nil {
		return err
	}
	now, origin := s.now(), audit.OriginOf(ctx)
	row := sessionRow{
		Token: token, Data: data, Begun: now, Seen: now, Expires: store.At(now.Add(s.Absolute)),
		Address: origin.Address, Agent: cut(origin.Agent, 300),
	}
	row.Person, _ = values[keyPerson].(int64) // absent until somebody signed in
	row.Epoch, _ = values[keyEpoch].(int64)
	if row.Person == 0 {
		row.Expires = store.At(now.Add(beforeSignIn))
	}
	_, err = s.DB.NewInsert().Model(&row).
		On("CONFLICT (token) DO UPDATE").
		Set("data = EXCLUDED.data").Set("person = EXCLUDED.person").Set("epoch = EXCLUDED.epoch").
		Set("seen = EXCLUDED.seen").
		Where("session_row.ended IS NULL").Exec(ctx)
	return err
}

// DeleteCtx implements scs.CtxStore.
func (s sessionStore) DeleteCtx(ctx context.Context, token string) error {
	_, err := s.DB.NewUpdate().Model((*sessionRow)(nil)).Set("ended = ?", s.now()).Set("data = ?", []byte{}).
		Where("token = ? AND ended IS NULL", token).Exec(ctx)
	return err
}

// The methods without a context are of scs.Store; scs calls them only on
// stores that have no others.

// Find implements scs.Store.
func (s sessionStore) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit implements scs.Store.
func (s sessionStore) Commit(token string, data []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, data, expiry)
}

// Delete implements scs.Store.
func (s sessionStore) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }

// cut shortens a text without breaking a character.
func cut(s string, most int) string {
	for k := range s {
		if k > most {
			return s[:k]
		}
	}
	return s
}
