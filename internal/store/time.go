package store

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// Time is a moment as both engines keep it: milliseconds since 1970 in a
// BIGINT, so that it sorts and divides alike in both. Null is the zero time.
type Time struct{ time.Time }

// At is t as it is kept.
func At(t time.Time) Time { return Time{t.UTC().Truncate(time.Millisecond)} }

// Value implements driver.Valuer.
func (t Time) Value() (driver.Value, error) {
	if t.IsZero() {
		return nil, nil
	}
	return t.UnixMilli(), nil
}

// Scan implements sql.Scanner.
func (t *Time) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		t.Time = time.Time{}
	case int64:
		t.Time = time.UnixMilli(v).UTC()
	default:
		return fmt.Errorf("a time of type %T", src)
	}
	return nil
}
