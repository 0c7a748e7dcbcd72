package fleet

import (
	"context"
	"io/fs"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/vuln"
	vulnstore "github.com/demarc-sec/demarc/internal/vuln/store"
)

// Software is what the software of servers is held against.
type Software struct {
	// DB returns the vulnerabilities that are known, as they are now.
	DB        func() (*vulnstore.DB, error)
	Calendars fs.FS // catalogue/lifecycles
	Policy    vuln.Policy
	Workers   int // servers evaluated at a time; 0 is one
}

// softwareRow is what is known of the software of one server.
type softwareRow struct {
	bun.BaseModel `bun:"table:host_software,alias:s"`

	Agent     int64 `bun:",pk"`
	Org       int64
	GroupID   int64
	Hostname  string
	System    string
	Result    string
	Why       string
	OS        string
	Ends      string
	Kernel    string
	Packages  int64
	Clean     int64
	Affected  int64
	Unknown   int64
	Found     int64
	Fixable   int64
	Exploited int64
	Worst     int64
	Document  string
	Data      string
	At        store.Time
	Due       store.Time
	Rest      []byte `bun:",nullzero"`
}

// softwareFacets name the dimensions of servers' cells.
var softwareFacets = []string{"result", "system", "support", "kernel"}

func (r *softwareRow) cell() cell {
	return cell{r.Org, ofSoftware, r.GroupID, [dims]string{r.Result, r.System, r.OS, r.Kernel}}
}

// notYet is why nothing is known of a server whose document just came.
const notYet = "it was not evaluated yet"

// softwareDue has the software of a server evaluated, whose document came.
func (f *Fleet) softwareDue(ctx context.Context, tx bun.Tx, a *agentRow) error {
	now := store.At(f.Now())
	res, err := tx.NewUpdate().Model((*softwareRow)(nil)).Set("due = ?, hostname = ?", now, a.Hostname).Where("agent = ?", a.ID).Exec(ctx)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n > 0 {
		return err
	}
	r := softwareRow{
		Agent: a.ID, Org: a.Org, GroupID: a.GroupID, Hostname: a.Hostname, System: a.system(), Result: string(vuln.NotEvaluated), Why: notYet,
		OS: "unknown", Kernel: "unknown", Worst: int64(len(vuln.Severities)), Due: now,
	}
	if _, err := tx.NewInsert().Model(&r).Exec(ctx); err != nil {
		return err
	}
	var counts tally
	counts.add(r.cell(), 1)
	return counts.write(ctx, tx)
}

// softwareGone forgets the software of a server that leaves.
func (f *Fleet) softwareGone(ctx context.Context, tx bun.Tx, agent int64) error {
	var rows []softwareRow
	if err := f.locked(tx.NewSelect().Model(&rows).ExcludeColumn("rest").Where("agent = ?", agent)).Scan(ctx); err != nil || len(rows) == 0 {
		return err
	}
	var found []foundRow
	if err := tx.NewSelect().Model(&found).Where("agent = ?", agent).Scan(ctx); err != nil {
		return err
	}
	var counts tally
	cells := vulnTally{}
	counts.add(rows[0].cell(), -1)
	for i := range found {
		counts.add(found[i].cell(), -1)
		cells.add(&found[i], -1)
	}
	for _, m := range []any{(*softwareRow)(nil), (*foundRow)(nil)} {
		if _, err := tx.NewDelete().Model(m).Where("agent = ?", agent).Exec(ctx); err != nil {
			return err
		}
	}
	if err := cells.write(ctx, tx); err != nil {
		return err
	}
	return counts.write(ctx, tx)
}

// locked reads rows so that nobody else changes them before the transaction
// ends; SQLite has one writer as it is.
func (f *Fleet) locked(q *bun.SelectQuery) *bun.SelectQuery {
	if f.DB.Engine == store.PostgreSQL {
		return q.For("UPDATE")
	}
	return q
}

// How often servers are evaluated whose documents and data are the same: as the
// calendar goes on, support ends and data gets old.
const evaluateEvery = 24 * time.Hour

// dataRow is what is known of the database, and how its update went.
type dataRow struct {
	bun.BaseModel `bun:"table:vulnerability_data"`

	Name  string `bun:",pk"`
	Stamp string
	Body  string
	At    store.Time
}

const (
	theData   = "data"
	theUpdate = "update"
)
