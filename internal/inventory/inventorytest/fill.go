package inventorytest

import (
	"context"
	"fmt"
	"slices"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// Fill writes the estate into an empty ledger: its first source is posted
// twice, with some changes, and the others are copies of it in the database,
// each in accounts of its own. tell, when set, is told after each.
func (e Estate) Fill(ctx context.Context, inv *inventory.Inventory, who tenant.Who, tell func(done, of int)) error {
	for round := range 2 {
		if _, err := inv.Post(ctx, who, 1, inventory.Meta{Origin: "push"}, e.Assessment(0, round)); err != nil {
			return err
		}
	}
	later, err := bare(ctx, inv.DB)
	if err != nil {
		return err
	}
	for source := 1; source < e.Sources(); source++ {
		c := copier{db: inv.DB, who: who, source: int64(source + 1), first: int64(e.PerSource) * 2, shift: int64(source * e.PerSource * 2)}
		if err := c.run(ctx); err != nil {
			return fmt.Errorf("copying to source %d: %w", c.source, err)
		}
		if tell != nil {
			tell(source+1, e.Sources())
		}
	}
	for _, statement := range later {
		if _, err := inv.DB.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// bare drops the indexes of the large tables of PostgreSQL that no constraint
// needs, and returns how to make them again: to fill first is many times
// faster.
func bare(ctx context.Context, db *store.DB) (later []string, err error) {
	if db.Engine != store.PostgreSQL {
		return nil, nil
	}
	var indexes []struct{ Name, Def string }
	err = db.NewRaw(`SELECT indexname AS name, indexdef AS def FROM pg_indexes
		WHERE schemaname = current_schema() AND tablename IN ('assets', 'asset_words', 'duties', 'findings', 'changes') AND indexdef NOT LIKE '%UNIQUE%'`).Scan(ctx, &indexes)
	for _, i := range indexes {
		if _, err := db.ExecContext(ctx, "DROP INDEX "+i.Name); err != nil {
			return nil, err
		}
		later = append(later, i.Def)
	}
	later = append(later, "SELECT setval(pg_get_serial_sequence('assets', 'id'), MAX(id)) FROM assets")
	return later, err
}

// copier makes a source from the first one.
type copier struct {
	db     *store.DB
	who    tenant.Who
	source int64
	first  int64 // ids of the first source's assets are up to this
	shift  int64 // what is added to them
}

// columns of the tables that are copied, but for those that differ.
var columns = map[string]string{
	"assets": `org, address, name, kind, provider, service, model, native_type, region, path, exposed, state, severity, failing, unverified, duties,
		first_seen, changed, unseen, gone, digest`,
	"duties": `responsibility, layer, owner, party, possible, status, since, basis, changes_on, changes_to, org, kind, provider, service, model, region, gone`,
	"findings": `check_id, severity, result, state, responsibility, layer, owner, message, attribute, location, waiver, tool, detail, first_seen,
		failing_since, resolved, regressed, regressions, org, kind, provider, service, model, region, gone`,
	"cells":   `what, provider, service, model, kind, region, org, counts`,
	"changes": `org, snapshot, at, kind, address, subject, was, now`,
}

// run copies what is of the whole source, then each of its accounts.
func (c *copier) run(ctx context.Context) error {
	for _, s := range []string{
		`INSERT INTO snapshots (org, source, assessed, posted, tool, version, revision, branch, origin, counts, summary, details)
			SELECT org, %[1]d, assessed, posted, tool, version, revision, branch, origin, counts, summary, details FROM snapshots WHERE source = 1`,
		`INSERT INTO ledgers (source, org, snapshot, assessed) SELECT %[1]d, org, (SELECT MAX(id) FROM snapshots WHERE source = %[1]d), assessed FROM ledgers WHERE source = 1`,
		`INSERT INTO bases (source, hash, org, body) SELECT %[1]d, hash, org, body FROM bases WHERE source = 1`,
	} {
		if _, err := c.db.ExecContext(ctx, fmt.Sprintf(s, c.source)); err != nil {
			return err
		}
	}
	for k := range accountsPer {
		if err := c.account(ctx, k); err != nil {
			return err
		}
	}
	for _, s := range []string{
		`INSERT INTO asset_bodies (asset, body) SELECT b.asset + %[2]d, b.body FROM asset_bodies b JOIN assets a ON a.id = b.asset WHERE a.source = 1`,
		`INSERT INTO asset_words (asset, word, org) SELECT w.asset + %[2]d, w.word, w.org FROM asset_words w JOIN assets a ON a.id = w.asset WHERE a.source = 1`,
	} {
		if _, err := c.db.ExecContext(ctx, fmt.Sprintf(s, c.source, c.shift)); err != nil {
			return err
		}
	}
	return nil
}

// account copies one account of the first source.
func (c *copier) account(ctx context.Context, k int) error {
	from := k
	to := (int(c.source-1)*accountsPer + k) % accounts
	group := c.who.Tree.Place(tenant.Placed{Account: name(to)})
	was := c.who.Tree.Place(tenant.Placed{Account: name(from)})
	fixed := fmt.Sprintf("%d, %d, '%s', '%s', '%s'", c.source, group, name(to), stages[to%len(stages)], team(to))
	where := fmt.Sprintf("WHERE source = 1 AND account = '%s'", name(from))
	ofAssets := fmt.Sprintf("WHERE asset <= %d AND account = '%s'", c.first, name(from)) // by an index that is there
	statements := []string{
		fmt.Sprintf("INSERT INTO assets (id, uid, source, group_id, account, environment, team, %[1]s) SELECT id + %[2]d, 'live/%03[3]d' || substr(uid, 9), %[4]s, %[1]s FROM assets %[5]s",
			columns["assets"], c.shift, c.source-1, fixed, where),
		fmt.Sprintf("INSERT INTO duties (asset, source, group_id, account, environment, team, %[1]s) SELECT asset + %[2]d, %[3]s, %[1]s FROM duties %[4]s",
			columns["duties"], c.shift, fixed, ofAssets),
		fmt.Sprintf("INSERT INTO findings (asset, fingerprint, source, group_id, account, environment, team, %[1]s) SELECT asset + %[2]d, fingerprint || '-%[3]d', %[4]s, %[1]s FROM findings %[5]s",
			columns["findings"], c.shift, c.source, fixed, ofAssets),
		fmt.Sprintf("INSERT INTO cells (source, group_id, account, environment, team, %[1]s) SELECT %[2]s, %[1]s FROM cells %[3]s", columns["cells"], fixed, where),
		fmt.Sprintf("INSERT INTO changes (source, group_id, asset, %[1]s) SELECT %[2]d, %[3]d, asset + %[4]d, %[1]s FROM changes WHERE source = 1 AND group_id = %[5]d AND asset <> 0",
			columns["changes"], c.source, group, c.shift, was),
		fmt.Sprintf("INSERT INTO totals (source, group_id, org, counts) SELECT %d, %d, org, counts FROM totals WHERE source = 1 AND group_id = %d", c.source, group, was),
		fmt.Sprintf("INSERT INTO points (source, day, group_id, org, counts) SELECT %d, day, %d, org, counts FROM points WHERE source = 1 AND group_id = %d", c.source, group, was),
	}
	for _, s := range statements {
		if _, err := c.db.ExecContext(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

func name(account int) string { return fmt.Sprintf("%012d", account) }

func team(account int) string { return fmt.Sprintf("team-%d", account%40) }

// Groups are the scopes of the products the estate's accounts belong to.
func Groups(n int) []tenant.Scope {
	out := make([]tenant.Scope, n)
	for i := range accounts {
		out[i%n].Accounts = append(out[i%n].Accounts, name(i))
	}
	return slices.DeleteFunc(out, tenant.Scope.Empty)
}
