// Package store keeps vulnerability data on the disk: one SQLite file for each
// family of distributions (osv-debian.sqlite), and one for what is known of
// exploits (signals.sqlite). A file is written whole and then renamed into its
// place, so that a reader sees the old data or the new, never half of it.
package store

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	_ "modernc.org/sqlite" // the driver
)

// format is that of the files. A file of another one has to be made anew.
const format = "1"

// Meta is what is known of a family's data.
type Meta struct {
	Family string `json:"family"` // Debian, Ubuntu, Rocky Linux, …
	Source string `json:"source"` // where it was read from
	// AsOf is how old the data is: when its publisher or mirror last wrote it,
	// and at the latest when it was fetched.
	AsOf      time.Time `json:"as_of"`
	Fetched   time.Time `json:"fetched"`
	Newest    time.Time `json:"newest_record"`
	Records   int       `json:"records"`
	Withdrawn int       `json:"withdrawn,omitempty"`
	Refused   int       `json:"refused,omitempty"` // records that could not be read
}

// Advisory is what a record says besides what it affects.
type Advisory struct {
	ID        string     `json:"id"`
	CVEs      []string   `json:"cves,omitempty"`
	Own       bool       `json:"own,omitempty"` // the distribution's statement about its one CVE
	Summary   string     `json:"summary,omitempty"`
	Published time.Time  `json:"published,omitzero"`
	Modified  time.Time  `json:"modified"`
	Severity  []Severity `json:"severity,omitempty"`
	Word      string     `json:"word,omitempty"` // the database's own severity
	URL       string     `json:"url,omitempty"`
}

// Severity is a scheme's name and its vector or word.
type Severity struct {
	Type  string `json:"type"`
	Score string `json:"score"`
}

// Exploit is what is known of a CVE's use by attackers.
type Exploit struct {
	EPSS       float64 `json:"epss,omitempty"` // probability of use within 30 days
	Percentile float64 `json:"percentile,omitempty"`
	KEV        *KEV    `json:"kev,omitempty"`
}

// KEV is CISA's statement that a CVE is used by attackers.
type KEV struct {
	Added      string `json:"added"`
	Due        string `json:"due,omitempty"`
	Ransomware bool   `json:"ransomware,omitempty"`
}

// DB is the data of a directory. It may be used by many at once.
type DB struct {
	families map[string]*Family
	signals  *sql.DB
	// Signals is the age of what is known of exploits.
	Signals SignalsMeta
	// Problems are files that could not be opened.
	Problems []error
}

// SignalsMeta tells how old EPSS and KEV are; zero where there are none.
type SignalsMeta struct {
	EPSS time.Time `json:"epss_as_of,omitzero"`
	KEV  time.Time `json:"kev_as_of,omitzero"`
	CVEs int       `json:"cves"`
}

// Open opens what a directory has. A directory that is not there, or is empty,
// is a database without any family: it evaluates nothing.
func Open(dir string) (*DB, error) {
	db := &DB{families: make(map[string]*Family)}
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("vulnerability database: %w", err)
	}
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		switch {
		case e.Name() == signalsFile:
			db.Problems = appendErr(db.Problems, db.openSignals(path))
		case strings.HasPrefix(e.Name(), "osv-") && strings.HasSuffix(e.Name(), ".sqlite"):
			f, err := openFamily(path)
			if err != nil {
				db.Problems = append(db.Problems, err)
				continue
			}
			db.families[f.Family] = f
		}
	}
	return db, nil
}

func appendErr(errs []error, err error) []error {
	if err != nil {
		errs = append(errs, err)
	}
	return errs
}

// Close closes all files.
func (db *DB) Close() error {
	var errs []error
	for _, f := range db.families {
		errs = append(errs, f.db.Close())
	}
	if db.signals != nil {
		errs = append(errs, db.signals.Close())
	}
	return errors.Join(errs...)
}

// Family returns a family's data, nil where there is none.
func (db *DB) Family(name string) *Family { return db.families[name] }

// Families returns all, by name.
func (db *DB) Families() []*Family {
	var all []*Family
	for _, f := range db.families {
		all = append(all, f)
	}
	slices.SortFunc(all, func(a, b *Family) int { return strings.Compare(a.Family, b.Family) })
	return all
}

// Family is the data of one family of distributions.
type Family struct {
	Meta
	db       *sql.DB
	releases map[string]int

	mu      sync.Mutex
	loaded  map[string]map[string][]byte // release, package: encoded items
	sources map[string]map[string]string // release, binary package: source package
	read    map[string]*Advisory         // those that were asked for
}

// maxRead bounds the advisories that are kept.
const maxRead = 100_000

func open(path string) (*sql.DB, error) {
	if strings.ContainsAny(path, "?#%") {
		return nil, fmt.Errorf("%s: a path with ?, # or %% cannot be opened", path)
	}
	return sql.Open("sqlite", "file:"+path+"?mode=ro&immutable=1")
}

func openFamily(path string) (*Family, error) {
	db, err := open(path)
	if err != nil {
		return nil, err
	}
	f := &Family{db: db, releases: make(map[string]int), loaded: make(map[string]map[string][]byte), sources: make(map[string]map[string]string), read: make(map[string]*Advisory)}
	if err := f.open(); err != nil {
		db.Close()
		return nil, fmt.Errorf("%s: %w; run demarc vuln update", path, err)
	}
	return f, nil
}

func (f *Family) open() error {
	var version, meta string
	err := f.db.QueryRow("SELECT (SELECT value FROM meta WHERE key='format'), (SELECT value FROM meta WHERE key='meta')").Scan(&version, &meta) //nolint:noctx // a file, not a server
	if err != nil {
		return err
	}
	if version != format {
		return fmt.Errorf("it is of format %s, and this program reads %s", version, format)
	}
	if err := json.Unmarshal([]byte(meta), &f.Meta); err != nil {
		return err
	}
	rows, err := f.db.Query("SELECT id, name FROM release") //nolint:noctx // as above
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id int
		var name string
		if err := rows.Scan(&id, &name); err != nil {
			return err
		}
		f.releases[name] = id
	}
	return rows.Err()
}

// Releases returns the names of all releases that the data has.
func (f *Family) Releases() []string {
	var names []string
	for n := range f.releases {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// Has tells whether the data says anything about a release.
func (f *Family) Has(release string) bool { _, ok := f.releases[release]; return ok }

// Package returns what a release's records say of a package of this name.
func (f *Family) Package(release, name string) ([]Item, error) {
	packages, err := f.load(release)
	if err != nil {
		return nil, err
	}
	b, ok := packages[name]
	if !ok {
		return nil, nil
	}
	return decode(b)
}

// Knows tells whether any record of the release names the package, which says
// that it is one of the distribution's.
func (f *Family) Knows(release, name string) bool {
	packages, err := f.load(release)
	return err == nil && packages[name] != nil
}

// SourceOf returns the source package of a binary one, as records name it.
func (f *Family) SourceOf(release, binary string) string {
	if _, err := f.load(release); err != nil {
		return ""
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.sources[release][binary]
}

// load reads a release once, and keeps it: a fleet asks for the same one.
func (f *Family) load(release string) (map[string][]byte, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if got, ok := f.loaded[release]; ok {
		return got, nil
	}
	id, ok := f.releases[release]
	if !ok {
		return nil, nil
	}
	packages, sources := make(map[string][]byte), make(map[string]string)
	err := each(f.db, "SELECT name, items FROM package WHERE release=?", id, func(scan func(...any) error) error {
		var name string
		var items []byte
		err := scan(&name, &items)
		packages[name] = items
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("%s of %s: %w", release, f.Family, err)
	}
	err = each(f.db, "SELECT name, source FROM binary WHERE release=?", id, func(scan func(...any) error) error {
		var name, source string
		err := scan(&name, &source)
		sources[name] = source
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("%s of %s: %w", release, f.Family, err)
	}
	f.loaded[release], f.sources[release] = packages, sources
	return packages, nil
}

func each(db *sql.DB, query string, arg any, row func(func(...any) error) error) error {
	rows, err := db.Query(query, arg) //nolint:noctx // a file, not a server
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Advisories returns those of the names that there are. They are shared: nobody
// may change them.
func (f *Family) Advisories(names []string) (map[string]*Advisory, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	found := make(map[string]*Advisory, len(names))
	var missing []string
	for _, n := range names {
		if a := f.read[n]; a != nil {
			found[n] = a
		} else {
			missing = append(missing, n)
		}
	}
	if len(missing) == 0 {
		return found, nil
	}
	if len(f.read) > maxRead {
		clear(f.read)
	}
	get, err := f.db.Prepare("SELECT body FROM advisory WHERE name=?") //nolint:noctx // a file, not a server
	if err != nil {
		return nil, err
	}
	defer get.Close()
	for _, n := range missing {
		var body []byte
		switch err := get.QueryRow(n).Scan(&body); { //nolint:noctx // as above
		case errors.Is(err, sql.ErrNoRows):
			continue
		case err != nil:
			return nil, err
		}
		var a Advisory
		if err := json.Unmarshal(body, &a); err != nil {
			return nil, fmt.Errorf("%s: %w", n, err)
		}
		found[n], f.read[n] = &a, &a
	}
	return found, nil
}
