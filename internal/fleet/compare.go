package fleet

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/agent/wire"
	"github.com/demarc-sec/demarc/internal/fleet/siblings"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// Difference is a file that one server has otherwise than the servers beside it.
type Difference struct {
	ID       int64
	Group    int64
	Agent    int64
	Path     string
	Kind     string // siblings.Content, Only or Missing
	Hash     string // the beginning of its SHA-256; empty where it is missing
	Others   string // of those who agree; empty where they have none
	Agree    int64  // servers beside it that agree with each other
	Siblings int64  // servers beside it in all
	Since    time.Time
}

// Comparison is what became of comparing the servers of a group.
type Comparison struct {
	Group    int64
	Compared time.Time
	Servers  int64 // that told hashes
	Alone    int64 // of them, that have too few of their kind beside them: nothing is told of these
	Files    int64
	Partial  bool  // there were more files than are compared
	Odd      int64 // files that differ, also those that are too many to keep
}

type digestRow struct {
	bun.BaseModel `bun:"table:agent_digests"`

	Agent    int64 `bun:",pk"`
	Org      int64
	At       store.Time
	Policy   string
	Complete int64
	Files    int64
	Body     []byte
}

type comparisonRow struct {
	bun.BaseModel `bun:"table:fleet_comparisons,alias:c"`

	GroupID  int64 `bun:",pk"`
	Org      int64
	Dirty    store.Time
	Compared store.Time
	Took     int64
	Servers  int64
	Alone    int64
	Files    int64
	Partial  int64
	Odd      int64
}

type differenceRow struct {
	bun.BaseModel `bun:"table:fleet_differences"`

	ID       int64 `bun:",pk,autoincrement"`
	Org      int64
	GroupID  int64
	Agent    int64
	Path     string
	Kind     string
	Hash     string
	Others   string
	Agree    int64
	Siblings int64
	Since    store.Time
}

// How groups are compared.
const (
	compareSettle = 20 * time.Second // what belongs together comes together
	comparePause  = time.Minute
	compareShare  = 20     // a comparison that took a second waits for twenty
	mostOdd       = 20_000 // differences that are kept of a group
	maxDigestPath = 4096   // bytes
)

// digest takes the hashes of a server in.
func (in *intake) digest(a *agentRow, p *parcel, e *wire.Event) error {
	var d wire.Digests
	if err := json.Unmarshal(e.Body, &d); err != nil || d.Files == nil {
		return errors.New("it is no list of hashes")
	}
	if len(d.Files) > wire.MaxDigests {
		return errors.New("it has more files than are compared")
	}
	var text strings.Builder
	for _, path := range slices.Sorted(maps.Keys(d.Files)) {
		hash := d.Files[path]
		if len(hash) != wire.DigestLength || strings.Trim(hash, "0123456789abcdef") != "" || len(path) > maxDigestPath || !strings.HasPrefix(path, "/") || strings.ContainsAny(path, "\n\x00") {
			return errors.New("a path or a hash in it is none")
		}
		text.WriteString(hash + " " + path + "\n")
	}
	body, err := packed([]byte(text.String()))
	if err != nil {
		return err
	}
	in.digests[a.ID] = &digestRow{Agent: a.ID, Org: a.Org, At: store.At(p.at(e)), Policy: line(d.Policy, 200), Complete: flag(d.Complete), Files: int64(len(d.Files)), Body: body}
	return nil
}

// keepDigests stores the hashes of servers, and has their groups compared.
func (in *intake) keepDigests(ctx context.Context) error {
	groups := map[int64]int64{}
	for _, id := range slices.Sorted(maps.Keys(in.digests)) {
		a := in.agents[id]
		if a.State == Retired {
			continue
		}
		_, err := in.tx.NewInsert().Model(in.digests[id]).On("CONFLICT (agent) DO UPDATE").
			Set("at = EXCLUDED.at, policy = EXCLUDED.policy, complete = EXCLUDED.complete, files = EXCLUDED.files, body = EXCLUDED.body").Exec(ctx)
		if err != nil {
			return err
		}
		groups[a.GroupID] = a.Org
	}
	for _, g := range slices.Sorted(maps.Keys(groups)) {
		if err := in.f.compareAgain(ctx, in.tx, groups[g], g); err != nil {
			return err
		}
	}
	return nil
}

// compareAgain says that the servers of a group are to be compared.
func (f *Fleet) compareAgain(ctx context.Context, tx bun.Tx, org, group int64) error {
	row := &comparisonRow{GroupID: group, Org: org, Dirty: store.At(f.Now())}
	_, err := tx.NewInsert().Model(row).On("CONFLICT (group_id) DO UPDATE").Set("dirty = COALESCE(c.dirty, EXCLUDED.dirty)").Exec(ctx)
	return err
}

// Compare compares the groups in which something is new. The larger the work was, the
// longer a group waits for the next time.
func (f *Fleet) Compare(ctx context.Context) error {
	now := f.Now()
	var rows []comparisonRow
	if err := f.DB.NewSelect().Model(&rows).Where("dirty <= ?", store.At(now.Add(-compareSettle))).Order("dirty").Limit(50).Scan(ctx); err != nil {
		return store.Translate(err)
	}
	for i := range rows {
		wait := max(comparePause, compareShare*time.Duration(rows[i].Took)*time.Millisecond)
		if !rows[i].Compared.IsZero() && now.Sub(rows[i].Compared.Time) < wait {
			continue
		}
		if err := f.compare(ctx, &rows[i]); err != nil {
			return err
		}
	}
	return nil
}

// compare compares the servers of a group that are the same system.
func (f *Fleet) compare(ctx context.Context, r *comparisonRow) error {
	began := time.Now()
	// What comes from here on makes it dirty again.
	if _, err := f.DB.NewUpdate().Model(r).Set("dirty = NULL").WherePK().Exec(ctx); err != nil {
		return store.Translate(err)
	}
	counter := siblings.New()
	if err := f.eachDigest(ctx, r, counter.Count); err != nil {
		return err
	}
	odd := counter.Judge(mostOdd)
	if err := f.eachDigest(ctx, r, odd.Look); err != nil {
		return err
	}
	sum := odd.Summary()
	row := &comparisonRow{
		GroupID: r.GroupID, Org: r.Org, Compared: store.At(f.Now()), Took: time.Since(began).Milliseconds(), Servers: int64(sum.Servers), Alone: int64(sum.Alone),
		Files: int64(sum.Files), Partial: flag(sum.Partial), Odd: int64(sum.Odd),
	}
	return f.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		return f.keepComparison(ctx, tx, row, odd.Found())
	})
}

// keepComparison writes what a comparison found. What was found before stays as it was,
// with when that began.
func (f *Fleet) keepComparison(ctx context.Context, tx bun.Tx, row *comparisonRow, found []siblings.Difference) error {
	var before []differenceRow
	if err := tx.NewSelect().Model(&before).Where("group_id = ? AND org = ?", row.GroupID, row.Org).Scan(ctx); err != nil {
		return err
	}
	type key struct {
		agent      int64
		path, kind string
		hash       string
	}
	had := make(map[key]*differenceRow, len(before))
	for i := range before {
		b := &before[i]
		had[key{b.Agent, b.Path, b.Kind, b.Hash}] = b
	}
	var fresh, kept []differenceRow
	for _, d := range found {
		n := differenceRow{
			Org: row.Org, GroupID: row.GroupID, Agent: d.Server, Path: line(d.Path, 4096), Kind: d.Kind, Hash: d.Hash, Others: d.Others,
			Agree: int64(d.Agree), Siblings: int64(d.Siblings), Since: row.Compared,
		}
		k := key{n.Agent, n.Path, n.Kind, n.Hash}
		if b := had[k]; b != nil {
			n.ID, n.Since = b.ID, b.Since
			if b.Agree != n.Agree || b.Siblings != n.Siblings || b.Others != n.Others {
				kept = append(kept, n)
			}
			delete(had, k)
			continue
		}
		fresh = append(fresh, n)
	}
	gone := make([]int64, 0, len(had))
	for _, b := range had {
		gone = append(gone, b.ID)
	}
	for part := range slices.Chunk(gone, 1000) {
		if _, err := tx.NewDelete().Model((*differenceRow)(nil)).Where("id IN (?)", bun.List(part)).Exec(ctx); err != nil {
			return err
		}
	}
	for i := range kept {
		if _, err := tx.NewUpdate().Model(&kept[i]).Column("agree", "siblings", "others").WherePK().Exec(ctx); err != nil {
			return err
		}
	}
	if err := store.Insert(ctx, tx, fresh, ""); err != nil {
		return err
	}
	_, err := tx.NewUpdate().Model(row).ExcludeColumn("dirty", "org").WherePK().Exec(ctx)
	return err
}

// eachDigest calls a function with the hashes of each server of a group that is in
// service, some at a time.
func (f *Fleet) eachDigest(ctx context.Context, r *comparisonRow, do func(siblings.Server)) error {
	for after := int64(0); ; {
		var rows []struct {
			Agent    int64
			Distro   string
			Release  string
			Arch     string
			Policy   string
			Complete int64
			Body     []byte
		}
		err := f.DB.NewSelect().TableExpr("agent_digests AS d").Join("JOIN agents AS g ON g.id = d.agent").
			ColumnExpr("d.agent, g.distro, g.release, g.arch, d.policy, d.complete, d.body").
			Where("g.group_id = ? AND g.org = ? AND g.state <> ? AND d.agent > ?", r.GroupID, r.Org, Retired, after).OrderExpr("d.agent").Limit(100).Scan(ctx, &rows)
		if err != nil || len(rows) == 0 {
			return store.Translate(err)
		}
		for _, row := range rows {
			after = row.Agent
			files, err := readDigests(row.Body)
			if err != nil {
				return err
			}
			do(siblings.Server{
				ID: row.Agent, Kind: strings.Join([]string{row.Distro, row.Release, row.Arch}, " "), Policy: row.Policy, Complete: row.Complete == 1, Files: files,
			})
		}
	}
}

func readDigests(body []byte) ([]siblings.File, error) {
	text, err := unpacked(body, wire.MaxDigests*(maxDigestPath+wire.DigestLength+2))
	if err != nil {
		return nil, err
	}
	var out []siblings.File
	s := bufio.NewScanner(bytes.NewReader(text))
	s.Buffer(nil, 8<<10)
	for s.Scan() {
		if hash, path, ok := strings.Cut(s.Text(), " "); ok {
			out = append(out, siblings.File{Path: path, Hash: hash})
		}
	}
	return out, s.Err()
}

// DifferenceQuery narrows a list of differences.
type DifferenceQuery struct {
	Group  int64
	Agent  int64
	Kinds  []string
	Path   string // how it begins
	Cursor string
	Limit  int
}

// Differences lists files that servers have otherwise than those beside them, the latest
// first.
func (f *Fleet) Differences(ctx context.Context, who tenant.Who, q DifferenceQuery) (list []Difference, next string, err error) {
	var rows []differenceRow
	sel := store.InReach(f.DB.NewSelect().Model(&rows).Where("org = ?", who.Org), "group_id", who.Reach(tenant.Read).Within(who.Tree, q.Group))
	if q.Agent != 0 {
		sel = sel.Where("agent = ?", q.Agent)
	}
	sel = in(sel, "kind", q.Kinds)
	if q.Path != "" {
		sel = sel.Where("path >= ? AND path < ?", q.Path, q.Path+"\U0010FFFF")
	}
	next, err = store.Newest(ctx, sel, &rows, "id", q.Cursor, q.Limit, func(r *differenceRow) int64 { return r.ID })
	if err != nil {
		return nil, "", listError(err)
	}
	for _, r := range rows {
		list = append(list, Difference{r.ID, r.GroupID, r.Agent, r.Path, r.Kind, r.Hash, r.Others, r.Agree, r.Siblings, r.Since.Time})
	}
	return list, next, nil
}

// Comparisons are those of the groups that somebody may read: what was compared, and of
// how many servers nothing can be told.
func (f *Fleet) Comparisons(ctx context.Context, who tenant.Who, group int64) (list []Comparison, err error) {
	var rows []comparisonRow
	sel := store.InReach(f.DB.NewSelect().Model(&rows).Where("org = ?", who.Org), "group_id", who.Reach(tenant.Read).Within(who.Tree, group))
	if err := sel.Order("group_id").Limit(1000).Scan(ctx); err != nil {
		return nil, store.Translate(err)
	}
	for _, r := range rows {
		list = append(list, Comparison{r.GroupID, r.Compared.Time, r.Servers, r.Alone, r.Files, r.Partial == 1, r.Odd})
	}
	return list, nil
}
