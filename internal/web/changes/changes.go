// Package changes is the console's page of what differs: lines that moved
// first, over some days or between two snapshots of a source.
package changes

import (
	"cmp"
	"context"
	"iter"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/sources"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/web/export"
	"github.com/demarc-sec/demarc/internal/web/layout"
	"github.com/demarc-sec/demarc/internal/web/listing"
	"github.com/demarc-sec/demarc/internal/web/page"
)

// Ledger is what the pages ask of the ledger.
type Ledger interface {
	Between(ctx context.Context, who tenant.Who, group int64, sources []int64, from, to time.Time) (*inventory.Difference, error)
	BetweenSnapshots(ctx context.Context, who tenant.Who, group, from, to int64) (*inventory.Difference, error)
	Snapshot(ctx context.Context, who tenant.Who, id int64) (*inventory.SnapshotDetail, error)
	Snapshots(ctx context.Context, who tenant.Who, sources []int64, paging inventory.Paging) (inventory.Page[inventory.Snapshot], error)
}

// Sources is where the page learns what sources somebody knows of.
type Sources interface {
	listing.Sources
	Get(ctx context.Context, who tenant.Who, id int64) (sources.Source, error)
}

// Pages serves changes.
type Pages struct {
	Ledger  Ledger
	Sources Sources
	Now     func() time.Time
}

// Register adds the pages.
func (p *Pages) Register(mux *http.ServeMux) {
	mux.Handle("GET /changes", page.For(p.page))
	for _, format := range export.Formats {
		mux.Handle("GET /changes."+format, page.For(p.export(format)))
	}
}

// usual is how many days are looked at unless others are asked for.
const usual = 7

// asked is the span that a request asks for: two snapshots, or two moments.
type asked struct {
	Group    int64
	Sources  []int64
	Kinds    []string
	From, To time.Time // days; To is the last
	A, B     int64     // snapshots
}

func (p *Pages) asked(r *http.Request) (asked, error) {
	f := page.ReadForm(r)
	a := asked{
		Group: f.Number("group"), Kinds: listing.Values(r, "kind"), Sources: listing.Where(r).Sources,
		From: f.Day("from"), To: f.Day("to"), A: f.Number("a"), B: f.Number("b"),
	}
	today := p.Now().UTC().Truncate(24 * time.Hour)
	if a.To.IsZero() {
		a.To = today
	}
	if a.From.IsZero() {
		a.From = a.To.AddDate(0, 0, -usual)
	}
	if a.From.After(a.To) {
		a.From, a.To = a.To, a.From
	}
	return a, f.Err()
}

// between asks the ledger. Snapshots of a source that the actor does not know
// of do not exist for them.
func (p *Pages) between(ctx context.Context, who tenant.Who, a asked) (*inventory.Difference, error) {
	if a.A == 0 || a.B == 0 {
		return p.Ledger.Between(ctx, who, a.Group, a.Sources, a.From, a.To.Add(24*time.Hour))
	}
	for _, id := range []int64{a.A, a.B} {
		s, err := p.Ledger.Snapshot(ctx, who, id)
		if err != nil {
			return nil, err
		}
		if _, err := p.Sources.Get(ctx, who, s.Source); err != nil {
			return nil, err
		}
	}
	return p.Ledger.BetweenSnapshots(ctx, who, a.Group, a.A, a.B)
}

// section is one kind of change.
type section struct {
	Kind, Title string
	N           int
	Changes     []inventory.Change
}

// shown is how many changes of a kind the page lists; the export has all.
const shown = 25

// view is what the page shows.
type view struct {
	layout.Page
	r         *http.Request
	now       time.Time
	Asked     asked
	D         *inventory.Difference
	Sections  []section
	Tally     []section // every kind there is, whether shown or not
	Snapshots []inventory.Snapshot
	Names     listing.Names
	From, To  int64 // the snapshots offered to be compared
}

func (p *Pages) page(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	a, err := p.asked(r)
	if err != nil {
		return err
	}
	d, err := p.between(r.Context(), who, a)
	if err != nil {
		return err
	}
	v := &view{Page: page.Of(r, "changes", "Changes"), r: r, now: p.Now(), Asked: a, D: d}
	if v.Names, err = listing.NamesFor(r.Context(), who, p.Sources); err != nil {
		return err
	}
	for _, k := range listing.KindTitles {
		n := d.Counts[k.Kind]
		if n == 0 {
			continue
		}
		s := section{k.Kind, k.Title, n, d.Lists[k.Kind]}
		v.Tally = append(v.Tally, s)
		if len(a.Kinds) > 0 && !slices.Contains(a.Kinds, k.Kind) {
			continue
		}
		if len(a.Kinds) == 0 {
			s.Changes = s.Changes[:min(len(s.Changes), shown)]
		}
		v.Sections = append(v.Sections, s)
	}
	if v.Snapshots, err = p.snapshots(r.Context(), who); err != nil {
		return err
	}
	v.offer()
	return page.Render(w, r, http.StatusOK, changesPage(v))
}

// offer chooses two snapshots to compare where none were: the latest that has
// one before it, and that one.
func (v *view) offer() {
	v.From, v.To = v.Asked.A, v.Asked.B
	for i := 1; i < len(v.Snapshots) && (v.From == 0 || v.To == 0); i++ {
		if later, before := v.Snapshots[i-1], v.Snapshots[i]; later.Source == before.Source {
			v.From, v.To = before.ID, later.ID
		}
	}
}

// snapshots are the latest of the sources the actor knows of, by source.
func (p *Pages) snapshots(ctx context.Context, who tenant.Who) ([]inventory.Snapshot, error) {
	list, err := p.Sources.List(ctx, who)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	ids := make([]int64, len(list))
	for i, s := range list {
		ids[i] = s.ID
	}
	got, err := p.Ledger.Snapshots(ctx, who, ids, inventory.Paging{Limit: inventory.MaxPage})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(got.Items, func(a, b inventory.Snapshot) int { return cmp.Compare(a.Source, b.Source) })
	return got.Items, nil
}

func (p *Pages) export(format string) page.Func {
	return func(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
		a, err := p.asked(r)
		if err != nil {
			return err
		}
		d, err := p.between(r.Context(), who, a)
		if err != nil {
			return err
		}
		names, err := listing.NamesFor(r.Context(), who, p.Sources)
		if err != nil {
			return err
		}
		return export.Write(w, format, export.Sheet{
			Name:    "changes",
			Columns: []string{"At", "Change", "Address", "Of", "Subject", "Owner before", "Owner after", "Before", "After", "Severity", "Note", "Source", "Group"},
			Rows:    rows(d, a.Kinds, names),
		})
	}
}

func rows(d *inventory.Difference, kinds []string, names listing.Names) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		for _, k := range listing.KindTitles {
			if len(kinds) > 0 && !slices.Contains(kinds, k.Kind) {
				continue
			}
			for _, c := range d.Lists[k.Kind] {
				row := []any{
					c.At, listing.What(c.Kind), c.Address, c.Title, c.Subject, c.Was.Owner, c.Now.Owner, listing.Side(c.Was), listing.Side(c.Now),
					cmp.Or(c.Now.Severity, c.Was.Severity), c.Now.Note, names.Source(c.Source), names.Group(c.Group),
				}
				if !yield(row, nil) {
					return
				}
			}
		}
	}
}

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// snapshotTitle tells one snapshot from others of its source.
func snapshotTitle(n listing.Names, s inventory.Snapshot) string {
	t := n.Source(s.Source) + ", " + s.Assessed.UTC().Format("2 Jan 2006 15:04")
	if s.Revision != "" {
		t += ", " + s.Revision[:min(len(s.Revision), 10)]
	}
	return t
}
