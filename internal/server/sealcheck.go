package server

import (
	"context"
	"errors"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/seal"
	"github.com/demarc-sec/demarc/internal/store"
)

type sealCheck struct {
	bun.BaseModel `bun:"table:seal_checks"`

	ID     int64 `bun:",pk"`
	Sealed []byte
}

// What the check is sealed under and says.
const (
	checkLabel = "check of the installation's key"
	checkSays  = "demarc"
)

// checkKey opens the value that the first start sealed. Replicas with keys of
// their own would seal secrets that others cannot open, which would come to
// light one credential at a time; so the wrong key does not start. The value is
// sealed anew with the newest key, so that a key that was rotated out can go.
func (s *Server) checkKey(ctx context.Context) error {
	sealed, err := s.Keys.Seal(ctx, checkLabel, []byte(checkSays))
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		row := sealCheck{ID: 1, Sealed: sealed}
		if _, err := tx.NewInsert().Model(&row).On("CONFLICT (id) DO NOTHING").Exec(ctx); err != nil {
			return err
		}
		if err := tx.NewSelect().Model(&row).WherePK().Scan(ctx); err != nil {
			return err
		}
		says, err := s.Keys.Open(ctx, checkLabel, row.Sealed)
		if errors.Is(err, seal.ErrOpen) || err == nil && string(says) != checkSays {
			return fmt.Errorf("the key of sealed secrets (%s) is not the one that this database's secrets are sealed with; every replica needs the same key, see --seal-key", s.Config.keyFile())
		}
		if err != nil {
			return err
		}
		_, err = tx.NewUpdate().Model(&sealCheck{ID: 1, Sealed: sealed}).WherePK().Exec(ctx)
		return store.Translate(err)
	})
}
