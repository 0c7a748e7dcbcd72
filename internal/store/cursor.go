package store

import (
	"encoding/base64"
	"encoding/json"
	"errors"
)

// ErrCursor says that a cursor is not one this program gave out.
var ErrCursor = errors.New("the cursor cannot be read; begin without one")

// Cursor encodes where a page ended: the sort keys of its last row. It is
// opaque to users, but no secret: whoever uses one is checked as ever.
func Cursor(keys ...any) string {
	b, err := json.Marshal(keys)
	if err != nil {
		return "" // keys are numbers and texts
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// ReadCursor decodes the keys into pointers of the types that were encoded.
func ReadCursor(cursor string, keys ...any) error {
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || len(b) > 4096 {
		return ErrCursor
	}
	var raw []json.RawMessage
	if json.Unmarshal(b, &raw) != nil || len(raw) != len(keys) {
		return ErrCursor
	}
	for i := range keys {
		if json.Unmarshal(raw[i], keys[i]) != nil {
			return ErrCursor
		}
	}
	return nil
}
