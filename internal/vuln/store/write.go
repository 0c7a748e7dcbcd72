package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/demarc-sec/demarc/internal/vuln/osv"
)

const schema = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE release (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE package (release INTEGER NOT NULL, name TEXT NOT NULL, items BLOB NOT NULL, PRIMARY KEY (release, name)) WITHOUT ROWID;
CREATE TABLE binary (release INTEGER NOT NULL, name TEXT NOT NULL, source TEXT NOT NULL, PRIMARY KEY (release, name)) WITHOUT ROWID;
CREATE TABLE advisory (name TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
`

// file is one that is being written beside its place.
type file struct {
	path, temp string
	db         *sql.DB
	tx         *sql.Tx
}

func create(ctx context.Context, dir, name, schema string) (*file, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	temp, err := os.CreateTemp(dir, ".new-*.sqlite")
	if err != nil {
		return nil, err
	}
	if err := temp.Close(); err != nil {
		return nil, err
	}
	f := &file{path: filepath.Join(dir, name), temp: temp.Name()}
	// If the machine stops, the file is thrown away: it needs no journal.
	if f.db, err = sql.Open("sqlite", "file:"+f.temp+"?_pragma=journal_mode(off)&_pragma=synchronous(off)&_pragma=locking_mode(exclusive)"); err != nil {
		os.Remove(f.temp)
		return nil, err
	}
	f.db.SetMaxOpenConns(1)
	if _, err := f.db.ExecContext(ctx, schema); err != nil {
		f.abandon()
		return nil, err
	}
	if f.tx, err = f.db.BeginTx(ctx, nil); err != nil {
		f.abandon()
		return nil, err
	}
	return f, nil
}

// abandon throws away what was written.
func (f *file) abandon() {
	if f.tx != nil {
		_ = f.tx.Rollback()
	}
	f.db.Close()
	os.Remove(f.temp)
}

// place brings the file to its place.
func (f *file) place() error {
	err := errors.Join(f.tx.Commit(), f.db.Close())
	if err == nil {
		err = settle(f.temp)
	}
	if err == nil {
		err = os.Chmod(f.temp, 0o644) //nolint:gosec // public data
	}
	if err == nil {
		err = os.Rename(f.temp, f.path)
	}
	if err != nil {
		os.Remove(f.temp)
		return err
	}
	return settle(filepath.Dir(f.path))
}

// settle waits until a file or directory is on the disk.
func settle(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, os.ErrInvalid) {
		return err
	}
	return nil
}

// Writer makes a family's file anew.
type Writer struct {
	*file
	meta     Meta
	insert   *sql.Stmt
	releases map[string]int
	packages map[key][]byte
	binaries map[key]string
	seen     map[string]bool
}

type key struct {
	release int
	name    string
}

// FileName is the name of a family's file.
func FileName(family string) string {
	return "osv-" + strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return '-'
	}, family) + ".sqlite"
}

// NewWriter begins the file of a family. Either Abandon or Place ends it.
func NewWriter(ctx context.Context, dir string, meta Meta) (*Writer, error) {
	f, err := create(ctx, dir, FileName(meta.Family), schema)
	if err != nil {
		return nil, err
	}
	w := &Writer{file: f, meta: meta, releases: make(map[string]int), packages: make(map[key][]byte), binaries: make(map[key]string), seen: make(map[string]bool)}
	if w.insert, err = f.tx.PrepareContext(ctx, "INSERT INTO advisory (name, body) VALUES (?, ?)"); err != nil {
		f.abandon()
		return nil, err
	}
	return w, nil
}

// Refuse counts a record that could not be read.
func (w *Writer) Refuse() { w.meta.Refused++ }

// Add takes a record. A withdrawn one is only counted: it says that what it once
// said does not hold.
func (w *Writer) Add(ctx context.Context, r *osv.Record) error {
	if r.Modified.After(w.meta.Newest) {
		w.meta.Newest = r.Modified.UTC()
	}
	if w.seen[r.ID] {
		return nil
	}
	w.seen[r.ID] = true
	if !r.Withdrawn.IsZero() {
		w.meta.Withdrawn++
		return nil
	}
	w.meta.Records++
	kept := false
	for i := range r.Affected {
		a := &r.Affected[i]
		family, release, _ := strings.Cut(a.Package.Ecosystem, ":")
		if family != w.meta.Family || a.Package.Name == "" || len(a.Package.Name) > 500 || len(release) > 200 {
			continue
		}
		item := item(r.ID, a)
		if item.Ranges == nil && item.Versions == nil {
			continue
		}
		kept = true
		k := key{w.release(release), a.Package.Name}
		w.packages[k] = item.encode(w.packages[k])
		for _, b := range a.Specific.Binaries {
			w.binaries[key{k.release, b.Name}] = a.Package.Name
		}
	}
	if !kept {
		return nil
	}
	body, err := json.Marshal(advisory(r))
	if err != nil {
		return err
	}
	_, err = w.insert.ExecContext(ctx, r.ID, body)
	return err
}

func (w *Writer) release(name string) int {
	id, ok := w.releases[name]
	if !ok {
		id = len(w.releases) + 1
		w.releases[name] = id
	}
	return id
}

// item reads the stretches of affected versions. Events come in any order of
// ranges, and in one range as a timeline.
func item(id string, a *osv.Affected) Item {
	it := Item{Advisory: id, Urgency: string(a.Specific.Urgency)}
	for _, s := range a.Severity {
		if it.Urgency == "" && s.Type != "" && !strings.HasPrefix(s.Type, "CVSS") {
			it.Urgency = s.Score
		}
	}
	for _, g := range a.Ranges {
		if g.Type != "ECOSYSTEM" && g.Type != "SEMVER" {
			continue
		}
		open := -1
		// The schema asks for no order; where it matters, "0" comes before all.
		slices.SortStableFunc(g.Events, func(x, y osv.Event) int {
			return b2i(y.Introduced == "0") - b2i(x.Introduced == "0")
		})
		for _, e := range g.Events {
			switch {
			case e.Introduced != "":
				if open < 0 {
					it.Ranges = append(it.Ranges, Range{Introduced: e.Introduced})
					open = len(it.Ranges) - 1
				}
			case open < 0:
			case e.Fixed != "":
				it.Ranges[open].Fixed, open = e.Fixed, -1
			case e.LastAffected != "":
				it.Ranges[open].Last, open = e.LastAffected, -1
			}
		}
	}
	if it.Ranges == nil {
		it.Versions = a.Versions
	}
	return it
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func advisory(r *osv.Record) Advisory {
	a := Advisory{
		ID: r.ID, CVEs: r.CVEs(), Own: r.Own() != "", Summary: r.Summary, Published: r.Published.UTC(), Modified: r.Modified.UTC(), Word: string(r.Specific.Severity),
	}
	for _, s := range r.Severity {
		if len(s.Score) <= 300 {
			a.Severity = append(a.Severity, Severity{s.Type, s.Score})
		}
	}
	for _, ref := range r.Refs {
		if strings.HasPrefix(ref.URL, "https://") && len(ref.URL) < 500 && (a.URL == "" || ref.Type == "ADVISORY") {
			a.URL = ref.URL
			if ref.Type == "ADVISORY" {
				break
			}
		}
	}
	return a
}

// Abandon throws the new file away; the old one stays.
func (w *Writer) Abandon() { w.abandon() }

// ErrEmpty is new data without a single record, which is no data.
var ErrEmpty = errors.New("there is not a single record in it")

// Place puts the new file in the place of the old one, and returns what is now
// known. Data without records does not replace any.
func (w *Writer) Place(ctx context.Context) (Meta, error) {
	if w.meta.Records == 0 {
		w.abandon()
		return w.meta, fmt.Errorf("%s: %w", w.meta.Family, ErrEmpty)
	}
	if err := w.fill(ctx); err != nil {
		w.abandon()
		return w.meta, err
	}
	return w.meta, w.place()
}

func (w *Writer) fill(ctx context.Context) error {
	meta, err := json.Marshal(w.meta)
	if err != nil {
		return err
	}
	exec := func(query string, args ...any) {
		if err == nil {
			_, err = w.tx.ExecContext(ctx, query, args...)
		}
	}
	exec("INSERT INTO meta VALUES ('format', ?), ('meta', ?)", format, string(meta))
	for name, id := range w.releases {
		exec("INSERT INTO release VALUES (?, ?)", id, name)
	}
	for _, k := range sorted(w.packages) {
		exec("INSERT INTO package VALUES (?, ?, ?)", k.release, k.name, w.packages[k])
	}
	for _, k := range sorted(w.binaries) {
		exec("INSERT INTO binary VALUES (?, ?, ?)", k.release, k.name, w.binaries[k])
	}
	return err
}

func sorted[V any](m map[key]V) []key {
	keys := make([]key, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b key) int { return cmp.Or(a.release-b.release, strings.Compare(a.name, b.name)) })
	return keys
}

// Tidy removes what an interrupted update left in the directory.
func Tidy(dir string, now time.Time) {
	left, err := filepath.Glob(filepath.Join(dir, ".new-*"))
	if err != nil {
		return
	}
	for _, path := range left {
		if info, err := os.Stat(path); err == nil && now.Sub(info.ModTime()) > 24*time.Hour {
			os.Remove(path)
		}
	}
}
