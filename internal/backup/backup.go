// Package backup copies a control plane's database into one file and back into
// an empty database, of either engine. It knows tables and columns, not what
// they mean, so that it needs no change when a subject gets a new one.
//
// An archive is gzip around lines of JSON: a header; for each table a line that
// names its columns, its rows, and a line with their number and checksum; a
// last line with the checksum of everything before it. One that lacks its last
// line was cut off, and nothing of it is restored. Whole archives may be
// encrypted to age recipients.
package backup

import (
	"errors"
	"fmt"
	"time"
)

// Errors that callers test for.
var (
	// ErrArchive is wrapped by errors about an archive that cannot be restored.
	ErrArchive = errors.New("not an archive that can be restored")

	// ErrNotEmpty says that there is something in the database already.
	ErrNotEmpty = errors.New("the database is not empty; restore into a new one")
)

const format = 1

// maxLine bounds one row in an archive, as written and as read.
const maxLine = 256 << 20

// left are tables that are left out: whoever signed out, used a link or was
// locked out since the backup stays so after it is restored, and an
// installation that is restored without its key begins with another one.
var left = map[string]bool{"goose_db_version": true, "sessions": true, "links": true, "attempts": true, "seal_checks": true}

// Header says what an archive is of.
type Header struct {
	Format  int       `json:"demarc_backup"`
	Schema  int64     `json:"schema"` // version of the migrations
	Engine  string    `json:"engine"`
	Program string    `json:"program"` // version of it
	Made    time.Time `json:"made"`
	Keys    string    `json:"keys,omitempty"` // of the secrets in it, only where it was asked for
}

// Table is one table of an archive.
type Table struct {
	Name string `json:"table"`
	Rows int64  `json:"rows"`
}

// Content is what was written or restored.
type Content struct {
	Header

	Tables []Table
}

// Rows is how many there are in all tables.
func (c *Content) Rows() (n int64) {
	for _, t := range c.Tables {
		n += t.Rows
	}
	return n
}

// begin is the line before a table's rows.
type begin struct {
	Table   string   `json:"table"`
	Columns []string `json:"columns"`
}

// end is the line after a table's rows.
type end struct {
	End    string `json:"end"`
	Rows   int64  `json:"rows"`
	Next   int64  `json:"next,omitempty"` // no id below it is given to a row again
	SHA256 string `json:"sha256"`         // of the lines of the rows
}

// last is the last line.
type last struct {
	Tables int    `json:"tables"`
	SHA256 string `json:"all_sha256"` // of everything before this line
}

func broken(line int64, why string, args ...any) error {
	return fmt.Errorf("%w: line %d: %s", ErrArchive, line, fmt.Sprintf(why, args...))
}
