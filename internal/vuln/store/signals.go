package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

const signalsFile = "signals.sqlite"

const signalsSchema = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE exploit (cve TEXT PRIMARY KEY, epss REAL NOT NULL, percentile REAL NOT NULL, kev TEXT NOT NULL) WITHOUT ROWID;
`

// WriteSignals replaces what is known of exploits.
func WriteSignals(ctx context.Context, dir string, meta SignalsMeta, exploits map[string]Exploit) error {
	f, err := create(ctx, dir, signalsFile, signalsSchema)
	if err != nil {
		return err
	}
	if err := f.signals(ctx, meta, exploits); err != nil {
		f.abandon()
		return err
	}
	return f.place()
}

func (f *file) signals(ctx context.Context, meta SignalsMeta, exploits map[string]Exploit) error {
	meta.CVEs = len(exploits)
	text, err := json.Marshal(meta)
	if err != nil {
		return err
	}
	if _, err := f.tx.ExecContext(ctx, "INSERT INTO meta VALUES ('format', ?), ('meta', ?)", format, string(text)); err != nil {
		return err
	}
	insert, err := f.tx.PrepareContext(ctx, "INSERT INTO exploit VALUES (?, ?, ?, ?)")
	if err != nil {
		return err
	}
	defer insert.Close()
	for cve, e := range exploits {
		kev := ""
		if e.KEV != nil {
			b, err := json.Marshal(e.KEV)
			if err != nil {
				return err
			}
			kev = string(b)
		}
		if _, err := insert.ExecContext(ctx, cve, e.EPSS, e.Percentile, kev); err != nil {
			return err
		}
	}
	return nil
}

func (db *DB) openSignals(path string) error {
	s, err := open(path)
	if err != nil {
		return err
	}
	var version, meta string
	err = s.QueryRow("SELECT (SELECT value FROM meta WHERE key='format'), (SELECT value FROM meta WHERE key='meta')").Scan(&version, &meta) //nolint:noctx // a file, not a server
	switch {
	case err != nil:
	case version != format:
		err = fmt.Errorf("it is of format %s, and this program reads %s", version, format)
	default:
		err = json.Unmarshal([]byte(meta), &db.Signals)
	}
	if err != nil {
		s.Close()
		return fmt.Errorf("%s: %w; run demarc vuln update", path, err)
	}
	db.signals = s
	return nil
}

// Exploit returns what is known of a CVE's use. That nothing is known does not
// say that nobody uses it.
func (db *DB) Exploit(cves []string) (map[string]Exploit, error) {
	found := make(map[string]Exploit)
	if db.signals == nil {
		return found, nil
	}
	get, err := db.signals.Prepare("SELECT epss, percentile, kev FROM exploit WHERE cve=?") //nolint:noctx // a file, not a server
	if err != nil {
		return nil, err
	}
	defer get.Close()
	for _, c := range cves {
		var e Exploit
		var kev string
		switch err := get.QueryRow(c).Scan(&e.EPSS, &e.Percentile, &kev); { //nolint:noctx // as above
		case errors.Is(err, sql.ErrNoRows):
			continue
		case err != nil:
			return nil, err
		}
		if kev != "" {
			if err := json.Unmarshal([]byte(kev), &e.KEV); err != nil {
				return nil, fmt.Errorf("%s: %w", c, err)
			}
		}
		found[c] = e
	}
	return found, nil
}

// Old tells how old the data is at a time.
func (m Meta) Old(now time.Time) time.Duration { return now.Sub(m.AsOf) }
