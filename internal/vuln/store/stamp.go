package store

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// Stamp is the same for the same data: it changes with what an evaluation
// would.
func (db *DB) Stamp() string {
	type part struct {
		Meta
		Releases []string
	}
	var all []any
	for _, f := range db.Families() {
		m := f.Meta
		m.Source, m.Fetched = "", m.AsOf // where and when it came from changes nothing
		all = append(all, part{m, f.Releases()})
	}
	text, err := json.Marshal(append(all, db.Signals))
	if err != nil {
		return "" // texts, numbers and times
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16])
}
