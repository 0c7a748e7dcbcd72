package feed

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"github.com/demarc-sec/demarc/internal/vuln/osv"
	"github.com/demarc-sec/demarc/internal/vuln/store"
)

// Bounds of what is known of exploits.
const (
	maxCSV  = 256 << 20 // bytes, unpacked
	maxCVEs = 2_000_000
)

// signals replaces what is known of exploits, when both of its parts that there
// are could be read. Without either nothing is replaced.
func (u *update) signals(ctx context.Context) {
	exploits, meta := make(map[string]store.Exploit), store.SignalsMeta{}
	any, whole := false, true
	defer func() { // what the archive had, where something else was named
		for _, g := range []*got{u.epss, u.kev} {
			if g != nil {
				g.close()
			}
		}
	}()
	for _, p := range []struct {
		part, from, name string
		given            *got
		read             func(io.Reader, map[string]store.Exploit) (time.Time, error)
		asOf             *time.Time
	}{{"EPSS", u.EPSS, epssName, u.epss, readEPSS, &meta.EPSS}, {"KEV", u.KEV, kevName, u.kev, readKEV, &meta.KEV}} {
		g, err := u.signal(ctx, p.from, p.name, p.given)
		switch {
		case errors.Is(err, errNone):
			u.result.Missing = append(u.result.Missing, p.part)
			continue
		case err == nil:
			*p.asOf, err = p.read(g, exploits)
			if p.asOf.IsZero() {
				*p.asOf = g.written.UTC()
			}
			g.close()
		}
		if err != nil {
			u.failed(p.part, err)
			whole = false
			continue
		}
		any = true
	}
	if !any || !whole || ctx.Err() != nil {
		return
	}
	meta.CVEs = len(exploits)
	if err := store.WriteSignals(ctx, u.Dir, meta, exploits); err != nil {
		u.failed("EPSS and KEV", err)
		return
	}
	u.result.Signals = meta
}

// errNone is a part that nobody named and the mirror does not have.
var errNone = errors.New("there is none")

func (u *update) signal(ctx context.Context, from, name string, given *got) (*got, error) {
	switch {
	case from == "none":
		return nil, errNone
	case from != "":
		g, err := u.get(ctx, from, maxEPSS)
		if errors.Is(err, fs.ErrNotExist) {
			err = fmt.Errorf("%s is not there", from)
		}
		return g, err
	case given != nil:
		return given, nil
	case strings.HasSuffix(u.Mirror, ".zip"):
		return nil, errNone
	}
	g, err := u.get(ctx, join(u.Mirror, name), maxEPSS)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errNone
	}
	return g, err
}

// readEPSS reads cve,epss,percentile with a comment of the model's date before
// them, packed or not.
func readEPSS(r io.Reader, into map[string]store.Exploit) (asOf time.Time, err error) {
	b := bufio.NewReader(r)
	if magic, err := b.Peek(2); err == nil && magic[0] == 0x1f && magic[1] == 0x8b {
		z, err := gzip.NewReader(b)
		if err != nil {
			return asOf, fmt.Errorf("EPSS: %w", err)
		}
		b = bufio.NewReader(z)
	}
	limited := &io.LimitedReader{R: b, N: maxCSV}
	text := bufio.NewReader(limited)
	if c, err := text.Peek(1); err == nil && c[0] == '#' {
		line, err := text.ReadString('\n')
		if err != nil || len(line) > 1000 {
			return asOf, errors.New("EPSS: its first line has no end")
		}
		if _, date, ok := strings.Cut(strings.TrimSpace(line), "score_date:"); ok {
			for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05-0700"} {
				if t, err := time.Parse(layout, date); err == nil {
					asOf = t.UTC()
				}
			}
		}
	}
	rows := csv.NewReader(text)
	rows.FieldsPerRecord, rows.ReuseRecord = 3, true
	n := 0
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return asOf, fmt.Errorf("EPSS: %w", err)
		}
		if !osv.IsCVE(row[0]) {
			continue // the head
		}
		score, err1 := strconv.ParseFloat(row[1], 64)
		percentile, err2 := strconv.ParseFloat(row[2], 64)
		if err1 != nil || err2 != nil || !(score >= 0 && score <= 1) || !(percentile >= 0 && percentile <= 1) {
			return asOf, fmt.Errorf("EPSS: %s has the score %.20q and percentile %.20q", row[0], row[1], row[2])
		}
		if len(into) >= maxCVEs {
			return asOf, fmt.Errorf("EPSS: more than %d CVEs", maxCVEs)
		}
		name := strings.Clone(row[0])
		e := into[name]
		e.EPSS, e.Percentile = score, percentile
		into[name] = e
		n++
	}
	if n == 0 || limited.N == 0 {
		return asOf, errors.New("EPSS: it is empty or cut")
	}
	return asOf, nil
}

// readKEV reads CISA's catalogue.
func readKEV(r io.Reader, into map[string]store.Exploit) (asOf time.Time, err error) {
	b, err := io.ReadAll(io.LimitReader(r, maxKEV+1))
	if err != nil || len(b) > maxKEV {
		return asOf, fmt.Errorf("KEV: it cannot be read, or is too large: %w", err)
	}
	var catalogue struct {
		Released string `json:"dateReleased"`
		All      []struct {
			CVE        string `json:"cveID"`
			Added      string `json:"dateAdded"`
			Due        string `json:"dueDate"`
			Ransomware string `json:"knownRansomwareCampaignUse"`
		} `json:"vulnerabilities"`
	}
	if err := json.Unmarshal(b, &catalogue); err != nil {
		return asOf, fmt.Errorf("KEV: %w", err)
	}
	if t, err := time.Parse(time.RFC3339, catalogue.Released); err == nil {
		asOf = t.UTC()
	}
	n := 0
	for _, v := range catalogue.All {
		if !osv.IsCVE(v.CVE) || len(v.Added) > 40 || len(v.Due) > 40 || n >= maxCVEs {
			continue
		}
		e := into[v.CVE]
		e.KEV = &store.KEV{Added: v.Added, Due: v.Due, Ransomware: strings.EqualFold(v.Ransomware, "known")}
		into[v.CVE] = e
		n++
	}
	if n == 0 {
		return asOf, errors.New("KEV: it is empty")
	}
	return asOf, nil
}
