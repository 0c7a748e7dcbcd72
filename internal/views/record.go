package views

import (
	"database/sql"
	"errors"
	"fmt"

	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/store"
)

// detail is what the audit log keeps of a view.
func detail(v View) audit.Detail {
	return audit.Detail{"place": v.Place, "name": v.Name, "query": v.Query, "group": v.Group}
}

// named tells of a view of the same name.
func named(err error, name string) error {
	if errors.Is(err, store.ErrConflict) {
		return fmt.Errorf("%w: there is a view %q of this list already; choose another name, or change that one", ErrInvalid, name)
	}
	return err
}

// one wants exactly one row to be changed.
func one(res sql.Result, err error) error {
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if err == nil && n != 1 {
		return store.ErrNotFound
	}
	return err
}
