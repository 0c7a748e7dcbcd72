package assess

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/demarc-sec/demarc/internal/vuln"
	vulnfeed "github.com/demarc-sec/demarc/internal/vuln/feed"
	"github.com/demarc-sec/demarc/internal/vuln/store"
)

// recordsDir is where a server's fixture keeps OSV records, beside what its
// kernel says; CISA's catalogue may lie with them.
const recordsDir = "live/osv/"

// withRecords returns an engine for one fixture: that has the records of the
// fixture for its database, or none. They never grow old.
func (e *Engine) withRecords(ctx context.Context, tree []byte, dir string) (*Engine, error) {
	alone := *e
	alone.software = &vuln.Matcher{Calendars: e.software.Calendars, Policy: vuln.DefaultPolicy, Now: e.today}
	alone.software.Policy.Quiet = 100 * 365 * 24 * time.Hour
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	file := filepath.Join(dir, "records.zip")
	n, err := packRecords(file, txtar.Parse(tree))
	if err != nil || n == 0 {
		return &alone, err
	}
	if err := os.Chtimes(file, e.today, e.today); err != nil {
		return nil, err
	}
	db := filepath.Join(dir, "db")
	got, err := vulnfeed.Update(ctx, vulnfeed.Options{Dir: db, Mirror: file, Now: func() time.Time { return e.today }})
	if err != nil {
		return nil, err
	}
	if len(got.Failed) > 0 {
		return nil, fmt.Errorf("its records: %s", got.Failed[0].Why)
	}
	alone.software.DB = (&store.Live{Dir: db}).DB
	return &alone, nil
}

// packRecords packs a fixture's records as a mirror would.
func packRecords(file string, tree *txtar.Archive) (n int, err error) {
	out, err := os.Create(file)
	if err != nil {
		return 0, err
	}
	z := zip.NewWriter(out)
	for _, f := range tree.Files {
		if !strings.HasPrefix(f.Name, recordsDir) {
			continue
		}
		w, err := z.Create(path.Base(f.Name))
		if err == nil {
			_, err = w.Write(f.Data)
		}
		if err != nil {
			return 0, errors.Join(err, out.Close())
		}
		n++
	}
	return n, errors.Join(z.Close(), out.Close())
}
