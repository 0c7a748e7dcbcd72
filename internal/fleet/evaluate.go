package fleet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/agent/host"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/vuln"
	vulnstore "github.com/demarc-sec/demarc/internal/vuln/store"
)

// How servers are evaluated.
const (
	evaluateLease = 2 * time.Minute
	evaluateBatch = 64
	evaluatePause = 2 * time.Second
	maxRest       = 5000 // packages that were not evaluated, of one server
)

// evaluating evaluates what is due until ctx ends: one replica at a time does.
func (f *Fleet) evaluating(ctx context.Context) error {
	for ctx.Err() == nil {
		if _, err := f.Evaluate(ctx); err != nil && ctx.Err() == nil {
			f.Log.ErrorContext(ctx, "evaluating the software of servers", "error", err)
		}
		pause(ctx, evaluatePause)
	}
	return nil
}

// Evaluate evaluates the servers that are due: those whose document is new, all
// when the database changed, and each once a day. It returns how many.
func (f *Fleet) Evaluate(ctx context.Context) (n int, err error) {
	if f.Software == nil {
		return 0, nil
	}
	for {
		mine, err := f.lease(ctx, f.DB, "software", evaluateLease)
		if err != nil || !mine {
			return n, err
		}
		db, err := f.Software.DB()
		if err != nil {
			return n, fmt.Errorf("the database of vulnerabilities: %w", err)
		}
		stamp, err := f.noteData(ctx, db)
		if err != nil {
			return n, err
		}
		var rows []softwareRow
		err = f.DB.NewSelect().Model(&rows).ExcludeColumn("rest").Where("due <= ?", store.At(f.Now())).Order("due", "agent").Limit(evaluateBatch).Scan(ctx)
		if err != nil || len(rows) == 0 {
			return n, errors.Join(store.Translate(err), f.sweepVulnerabilities(ctx, n > 0))
		}
		if err := f.evaluateAll(ctx, rows, db, stamp); err != nil {
			return n, err
		}
		n += len(rows)
	}
}

func (f *Fleet) evaluateAll(ctx context.Context, rows []softwareRow, db *vulnstore.DB, stamp string) error {
	var all sync.WaitGroup
	next := make(chan *softwareRow)
	failed := make(chan error, len(rows))
	for range max(1, f.Software.Workers) {
		all.Go(func() {
			for r := range next {
				if err := f.evaluateOne(ctx, r, db, stamp); err != nil {
					failed <- fmt.Errorf("agent %d: %w", r.Agent, err)
				}
			}
		})
	}
	for i := range rows {
		next <- &rows[i]
	}
	close(next)
	all.Wait()
	close(failed)
	var errs []error
	for err := range failed {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// evaluateOne holds a server's packages against the data. What cannot be
// evaluated says why.
func (f *Fleet) evaluateOne(ctx context.Context, r *softwareRow, db *vulnstore.DB, stamp string) error {
	var d documentRow
	err := store.Translate(f.DB.NewSelect().Model(&d).Where("agent = ? AND org = ?", r.Agent, r.Org).Scan(ctx))
	if errors.Is(err, store.ErrNotFound) { // it left meanwhile
		return f.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error { return f.softwareGone(ctx, tx, r.Agent) })
	}
	if err != nil {
		return err
	}
	now := f.Now()
	v := &evaluation{was: r, document: d.SHA256, stamp: stamp, at: now, due: now.Add(evaluateEvery)}
	text, err := unpackDocument(d.Body)
	if err == nil {
		err = json.Unmarshal(text, &v.doc)
	}
	switch {
	case err != nil:
		v.why = line("the host document cannot be read: "+err.Error(), 300)
	case v.doc.Packages == nil:
		v.why = withoutPackages(&v.doc)
	default:
		if v.report, err = vuln.Assess(v.doc.Packages, db, f.Software.Calendars, now, f.Software.Policy); err != nil {
			v.report, v.why = nil, line("its packages could not be evaluated: "+err.Error(), 300)
			v.due = now.Add(time.Hour)
		}
	}
	if v.report != nil && v.report.Data != nil {
		if old := v.report.Data.AsOf.Add(f.Software.Policy.MaxAge).Add(time.Second); old.After(now) && old.Before(v.due) {
			v.due = old // from then on it is too old
		}
	}
	return f.keepEvaluation(ctx, v)
}

func withoutPackages(d *host.Document) string {
	for _, g := range d.Gaps {
		if g.At == "packages" || strings.HasPrefix(g.At, "packages.") {
			return line("its packages could not be read: "+g.Why, 300)
		}
	}
	return "its agent does not tell of packages"
}

// evaluation is what came of one server.
type evaluation struct {
	was      *softwareRow
	doc      host.Document
	document string
	stamp    string
	report   *vuln.Report // nil where nothing could be evaluated
	why      string
	at, due  time.Time
}

// nothing reports whether nothing at all was evaluated. What was found before is then
// what is known last, and stays.
func (v *evaluation) nothing() bool {
	return v.report == nil || v.report.Counts.Clean+v.report.Counts.Vulnerable == 0
}

// fill writes into a row what came of it.
func (v *evaluation) fill(r *softwareRow) error {
	r.Document, r.Data, r.At = v.document, v.stamp, store.At(v.at)
	r.Result, r.Why, r.Rest = string(vuln.NotEvaluated), v.why, nil
	if v.report == nil {
		r.OS, r.Ends, r.Kernel = "unknown", "", "unknown"
		r.Packages, r.Clean, r.Affected, r.Unknown = 0, 0, 0, 0
		return nil
	}
	c := &v.report.Counts
	r.Result, r.Why = string(v.report.Result), line(strings.Join(v.report.Why, "; "), 500)
	r.OS, r.Ends, r.Kernel = v.report.OS.State, v.report.OS.Ends, v.report.Kernel.State
	r.Packages, r.Clean, r.Affected, r.Unknown = int64(c.Packages), int64(c.Clean), int64(c.Vulnerable), int64(c.NotEvaluated)
	if d := v.report.Distro; d.ID != "" {
		r.System = line(strings.TrimSpace(d.ID+" "+d.Version), 200)
	}
	var err error
	r.Rest, err = packRest(v.report.NotEvaluated)
	return err
}

func packRest(all []vuln.Unknown) ([]byte, error) {
	if len(all) == 0 {
		return nil, nil
	}
	text, err := json.Marshal(all[:min(len(all), maxRest)])
	if err != nil {
		return nil, err
	}
	return packed(text)
}

func unpackRest(body []byte) (all []vuln.Unknown, err error) {
	if len(body) == 0 {
		return nil, nil
	}
	text, err := unpacked(body, 64<<20)
	if err != nil {
		return nil, err
	}
	err = json.Unmarshal(text, &all)
	return all, err
}

// keepEvaluation stores what came of a server, if it still is where it was.
func (f *Fleet) keepEvaluation(ctx context.Context, v *evaluation) error {
	return f.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		var rows []softwareRow
		if err := f.locked(tx.NewSelect().Model(&rows).ExcludeColumn("rest").Where("agent = ?", v.was.Agent)).Scan(ctx); err != nil {
			return err
		}
		if len(rows) == 0 || rows[0].GroupID != v.was.GroupID {
			return nil
		}
		r := rows[0]
		var counts tally
		counts.add(r.cell(), -1)
		if err := v.fill(&r); err != nil {
			return err
		}
		counts.add(r.cell(), 1)
		if !v.nothing() {
			if err := f.keepFound(ctx, tx, v, &r, &counts); err != nil {
				return err
			}
		}
		if r.Due.Equal(v.was.Due.Time) { // else another document came meanwhile
			r.Due = store.At(v.due)
		}
		if _, err := tx.NewUpdate().Model(&r).WherePK().Exec(ctx); err != nil {
			return err
		}
		return counts.write(ctx, tx)
	})
}
