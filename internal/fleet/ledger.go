package fleet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/agent/wire"
	"github.com/demarc-sec/demarc/internal/fleet/cloudid"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// Ledger is where the duties of servers are.
type Ledger interface {
	// Silence asks again whose duties are unverified in a source, in the
	// transaction that changed it. It asks Silent.
	Silence(ctx context.Context, tx bun.Tx, org, source int64) error
	// Bind tells the machines of other sources what agents inside them reported
	// since.
	Bind(ctx context.Context) error
}

// Assessor makes sources for host documents, and has them assessed.
type Assessor interface {
	// Source makes a source of the ledger for agents' documents.
	Source(ctx context.Context, tx bun.Tx, org, group int64, name string) (int64, error)
	// Assess asks for an assessment of a source, unless one waits or runs.
	Assess(ctx context.Context, org, source int64) (bool, error)
}

// sourceAgents is how many agents one source of the ledger holds: few enough
// that one document more is assessed in seconds.
const sourceAgents = 500

// How long a source waits for more documents, and how often it is assessed.
const (
	assessSettle = 2 * time.Second
	assessPause  = time.Minute
)

type sourceRow struct {
	bun.BaseModel `bun:"table:fleet_sources"`

	Source  int64 `bun:",pk"`
	Org     int64
	GroupID int64
	Ordinal int64
	Agents  int64
	Dirty   store.Time
	Asked   store.Time
}

// fileName is what an agent's document is called where it is assessed, by which
// its assets are known.
func fileName(uid string) string { return uid + ".json" }

// keepDocument stores a host document, and has it assessed.
func (f *Fleet) keepDocument(ctx context.Context, tx bun.Tx, a *agentRow, d *documentRow) error {
	if a.Source == 0 {
		if err := f.join(ctx, tx, a); err != nil {
			return err
		}
	}
	d.Source = a.Source
	if _, err := tx.NewInsert().Model(d).On("CONFLICT (agent) DO UPDATE").
		Set("source = EXCLUDED.source, at = EXCLUDED.at, sha256 = EXCLUDED.sha256, body = EXCLUDED.body").Exec(ctx); err != nil {
		return err
	}
	if _, err := tx.NewUpdate().Model(a).Set("source = ?, document = ?, changed = ?", a.Source, d.At, f.after(a.Changed)).WherePK().Exec(ctx); err != nil {
		return err
	}
	if err := f.softwareDue(ctx, tx, a); err != nil {
		return err
	}
	return f.dirty(ctx, tx, a.Source)
}

// dirty says that there is something to assess.
func (f *Fleet) dirty(ctx context.Context, tx bun.Tx, source int64) error {
	if source == 0 {
		return nil
	}
	_, err := tx.NewUpdate().Model((*sourceRow)(nil)).Set("dirty = ?", store.At(f.Now())).Where("source = ? AND dirty IS NULL", source).Exec(ctx)
	return err
}

// join gives an agent a source of its group that has room, or a new one.
func (f *Fleet) join(ctx context.Context, tx bun.Tx, a *agentRow) error {
	if err := f.compareAgain(ctx, tx, a.Org, a.GroupID); err != nil {
		return err
	}
	if f.Assess == nil {
		return nil
	}
	var rows []sourceRow
	if err := tx.NewSelect().Model(&rows).Where("org = ? AND group_id = ?", a.Org, a.GroupID).Order("ordinal DESC").Limit(1000).Scan(ctx); err != nil {
		return err
	}
	i := slices.IndexFunc(rows, func(r sourceRow) bool { return r.Agents < sourceAgents })
	if i < 0 {
		ordinal := int64(1)
		if len(rows) > 0 {
			ordinal = rows[0].Ordinal + 1
		}
		name, err := f.sourceName(ctx, a, ordinal)
		if err != nil {
			return err
		}
		id, err := f.Assess.Source(ctx, tx, a.Org, a.GroupID, name)
		if err != nil {
			return err
		}
		row := sourceRow{Source: id, Org: a.Org, GroupID: a.GroupID, Ordinal: ordinal}
		if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
			return err
		}
		rows, i = []sourceRow{row}, 0
	}
	a.Source = rows[i].Source
	_, err := tx.NewUpdate().Model(&rows[i]).Set("agents = agents + 1").WherePK().Exec(ctx)
	return err
}

func (f *Fleet) sourceName(ctx context.Context, a *agentRow, ordinal int64) (string, error) {
	tree, err := f.Groups.Tree(ctx, a.Org)
	if err != nil {
		return "", err
	}
	name := "the organisation"
	if g, ok := tree.Group(a.GroupID); ok {
		name = g.Name
	}
	// Names of groups are told apart only beside each other, those of sources
	// everywhere.
	return fmt.Sprintf("Servers of %s (%d.%d)", line(name, 150), a.GroupID, ordinal), nil
}

// leave takes an agent's document out of what is assessed.
func (f *Fleet) leave(ctx context.Context, tx bun.Tx, a *agentRow) error {
	if err := f.softwareGone(ctx, tx, a.ID); err != nil {
		return err
	}
	if err := f.compareAgain(ctx, tx, a.Org, a.GroupID); err != nil {
		return err
	}
	if a.Source == 0 {
		return nil
	}
	if _, err := tx.NewDelete().Model((*documentRow)(nil)).Where("agent = ?", a.ID).Exec(ctx); err != nil {
		return err
	}
	if _, err := tx.NewUpdate().Model((*sourceRow)(nil)).Set("agents = agents - 1").Where("source = ?", a.Source).Exec(ctx); err != nil {
		return err
	}
	if err := f.dirty(ctx, tx, a.Source); err != nil {
		return err
	}
	if _, err := tx.NewUpdate().Model(a).Set("source = 0, document = NULL").WherePK().Exec(ctx); err != nil {
		return err
	}
	a.Source, a.Document = 0, store.Time{}
	return nil
}

// silence brings the ledger up to date with whether agents are active, which
// has changed.
func (f *Fleet) silence(ctx context.Context, tx bun.Tx, rows []*agentRow) error {
	if f.Ledger == nil {
		return nil
	}
	sources := map[int64]int64{}
	for _, r := range rows {
		if r.Source != 0 {
			sources[r.Source] = r.Org
		}
	}
	for _, source := range slices.Sorted(maps.Keys(sources)) {
		if err := f.Ledger.Silence(ctx, tx, sources[source], source); err != nil {
			return err
		}
	}
	return nil
}

// Silent tells of which files of a source nothing is verified now: the
// documents of agents that are not active.
func (f *Fleet) Silent(ctx context.Context, tx bun.Tx, _, source int64) (map[string]bool, error) {
	var uids []string
	err := tx.NewSelect().Model((*agentRow)(nil)).Column("uid").Where("source = ? AND state <> ?", source, Active).Scan(ctx, &uids)
	out := make(map[string]bool, len(uids))
	for _, u := range uids {
		out[fileName(u)] = true
	}
	return out, err
}

// Home is the group in which all servers of a source lie, 0 for sources that
// are not of agents.
func (f *Fleet) Home(ctx context.Context, tx bun.Tx, org, source int64) (int64, error) {
	var rows []sourceRow
	if err := tx.NewSelect().Model(&rows).Where("source = ? AND org = ?", source, org).Scan(ctx); err != nil || len(rows) == 0 {
		return 0, err
	}
	return rows[0].GroupID, nil
}

// bind has the ledger's machines told what is new inside them.
func (f *Fleet) bind(ctx context.Context) error {
	if f.Ledger == nil {
		return nil
	}
	return f.Ledger.Bind(ctx)
}

// assessDue asks for assessments of sources that have new documents.
func (f *Fleet) assessDue(ctx context.Context) error {
	if f.Assess == nil {
		return nil
	}
	now := f.Now()
	var rows []sourceRow
	err := f.DB.NewSelect().Model(&rows).Where("dirty <= ? AND (asked IS NULL OR asked <= ?)", store.At(now.Add(-assessSettle)), store.At(now.Add(-assessPause))).
		Order("dirty").Limit(200).Scan(ctx)
	if err != nil {
		return store.Translate(err)
	}
	for i := range rows {
		r := &rows[i]
		// What comes from here on makes it dirty again.
		if _, err := f.DB.NewUpdate().Model(r).Set("dirty = NULL, asked = ?", store.At(now)).WherePK().Exec(ctx); err != nil {
			return store.Translate(err)
		}
		added, err := f.Assess.Assess(ctx, r.Org, r.Source)
		if err == nil && added {
			continue
		}
		_, again := f.DB.NewUpdate().Model(r).Set("dirty = COALESCE(dirty, ?), asked = ?", r.Dirty, r.Asked).WherePK().Exec(ctx)
		if errors.Is(err, store.ErrNotFound) { // somebody removed the source
			_, again = f.DB.NewDelete().Model(r).WherePK().Exec(ctx)
			err = nil
		}
		if err = errors.Join(err, again); err != nil {
			return err
		}
	}
	return nil
}

// Documents writes the host documents of a source into a directory, to be
// assessed there, and returns how many there are.
func (f *Fleet) Documents(ctx context.Context, org, source int64, dir string) (n int, err error) {
	after := int64(0)
	for {
		var rows []struct {
			Agent    int64
			UID      string
			Provider string
			Account  string
			Region   string
			Instance string
			Proof    string
			Body     []byte
		}
		err := f.DB.NewSelect().TableExpr("agent_documents AS d").Join("JOIN agents AS g ON g.id = d.agent").
			ColumnExpr("d.agent, g.uid, g.provider, g.account, g.region, g.instance, g.proof, d.body").
			Where("d.source = ? AND d.org = ? AND d.agent > ?", source, org, after).OrderExpr("d.agent").Limit(50).Scan(ctx, &rows)
		if err != nil || len(rows) == 0 {
			return n, store.Translate(err)
		}
		for _, r := range rows {
			text, err := unpackDocument(r.Body)
			if err != nil {
				return n, fmt.Errorf("the host document of agent %d: %w", r.Agent, err)
			}
			text = located(text, Cloud{Provider: r.Provider, Account: r.Account, Region: r.Region, Instance: r.Instance, Proof: r.Proof})
			if err := os.WriteFile(filepath.Join(dir, fileName(r.UID)), text, 0o600); err != nil {
				return n, err
			}
			after = r.Agent
			n++
		}
	}
}

func unpackDocument(body []byte) ([]byte, error) { return unpacked(body, wire.MaxEvent+1) }

// marker is the member by which a host document is known. It stands first.
const marker = "demarc_host"

// located is a host document in which the cloud is what was verified when its
// agent enrolled. What it claims of that itself would let a server pass for any
// other one's machine.
func located(text []byte, c Cloud) []byte {
	var doc map[string]json.RawMessage
	if json.Unmarshal(text, &doc) != nil || doc[marker] == nil {
		return text // something else, in which there is nothing to be found
	}
	var said struct {
		Token *bool `json:"metadata_token_required,omitempty"`
	}
	if json.Unmarshal(doc["cloud"], &said) != nil {
		said.Token = nil
	}
	version := doc[marker]
	delete(doc, marker)
	for name := range doc {
		if strings.EqualFold(name, "cloud") || strings.EqualFold(name, marker) { // readers take any case
			delete(doc, name)
		}
	}
	if c.Proof == cloudid.Verified {
		cloud, err := json.Marshal(map[string]any{
			"provider": c.Provider, "account": c.Account, "region": c.Region, "instance_id": c.Instance, "verified": true,
			"evidence": "identity-document", "metadata_token_required": said.Token,
		})
		if err == nil {
			doc["cloud"] = cloud
		}
	}
	rest, err := json.Marshal(doc)
	if err != nil {
		return text
	}
	out := append([]byte(`{"`+marker+`":`), version...)
	if len(doc) > 0 {
		out = append(append(out, ','), rest[1:len(rest)-1]...)
	}
	return append(out, '}')
}

// Document returns the latest host document of an agent that somebody may read.
func (f *Fleet) Document(ctx context.Context, who tenant.Who, agent int64) ([]byte, error) {
	if _, err := f.row(ctx, who, agent, tenant.Read); err != nil {
		return nil, err
	}
	var d documentRow
	if err := f.DB.NewSelect().Model(&d).Where("agent = ? AND org = ?", agent, who.Org).Scan(ctx); err != nil {
		return nil, store.Translate(err)
	}
	return unpackDocument(d.Body)
}
