package fleet

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/agent/wire"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/store"
)

type markRow struct {
	bun.BaseModel `bun:"table:agent_marks"`

	Agent int64  `bun:",pk"`
	Epoch string `bun:",pk"`
	Mark  int64
	Org   int64
	At    store.Time
}

type documentRow struct {
	bun.BaseModel `bun:"table:agent_documents"`

	Agent  int64 `bun:",pk"`
	Org    int64
	Source int64
	At     store.Time
	SHA256 string `bun:"sha256"`
	Body   []byte
}

// intake is some parcels on their way into the database.
type intake struct {
	f         *Fleet
	tx        bun.Tx
	agents    map[int64]*agentRow
	marks     map[markKey]*markRow
	moments   []momentRow
	changes   []changeRow
	coverage  []coverageRow
	alerts    []detectionRow
	documents map[int64]*documentRow // the latest of each agent
	bodies    map[int64][]byte       // of them, as they came
	digests   map[int64]*digestRow   // likewise
	plans     map[int64]*plans       // by organisation
	counts    tally
	unknown   map[int64]*unexplained
	found     map[int64]*unexplained
}

type markKey struct {
	agent int64
	epoch string
}

// unexplained is what people are told of one agent's events in a batch: once.
type unexplained struct {
	n     int
	worst int64
	first string
}

func (u *unexplained) add(severity int64, text string) *unexplained {
	if u == nil {
		u = &unexplained{worst: severity, first: text}
	}
	if u.n++; severity < u.worst {
		u.worst, u.first = severity, text
	}
	return u
}

// ingest writes parcels, each event once, in the transaction that notes that
// they were read.
func (f *Fleet) ingest(ctx context.Context, tx bun.Tx, parcels []*parcel) error {
	in := &intake{
		f: f, tx: tx, documents: map[int64]*documentRow{}, bodies: map[int64][]byte{}, digests: map[int64]*digestRow{}, plans: map[int64]*plans{},
		unknown: map[int64]*unexplained{}, found: map[int64]*unexplained{},
	}
	if err := in.load(ctx, parcels); err != nil {
		return err
	}
	for _, p := range parcels {
		a := in.agents[p.Agent]
		if a == nil || a.Org != p.Org {
			continue // its organisation was removed
		}
		in.parcel(a, p)
	}
	return in.write(ctx)
}

// load reads the agents, and how far each is taken in.
func (in *intake) load(ctx context.Context, parcels []*parcel) error {
	list := map[int64]bool{}
	for _, p := range parcels {
		list[p.Agent] = true
	}
	ids := slices.Sorted(maps.Keys(list))
	in.agents, in.marks = map[int64]*agentRow{}, map[markKey]*markRow{}
	if len(ids) == 0 {
		return nil
	}
	var agents []agentRow
	if err := in.tx.NewSelect().Model(&agents).Where("id IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return err
	}
	in.agents = byID(agents)
	for _, a := range in.agents {
		if in.plans[a.Org] == nil {
			p, err := in.f.plansOf(ctx, in.tx, a.Org)
			if err != nil {
				return err
			}
			in.plans[a.Org] = p
		}
	}
	var marks []markRow
	if err := in.tx.NewSelect().Model(&marks).Where("agent IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return err
	}
	for i := range marks {
		in.marks[markKey{marks[i].Agent, marks[i].Epoch}] = &marks[i]
	}
	return nil
}

func (in *intake) parcel(a *agentRow, p *parcel) {
	key := markKey{a.ID, p.Epoch}
	m := in.marks[key]
	if m == nil {
		m = &markRow{Agent: a.ID, Epoch: p.Epoch, Org: a.Org}
		in.marks[key] = m
	}
	for i := range p.Events {
		e := &p.Events[i]
		n := int64(e.Sequence)
		if n <= m.Mark {
			continue
		}
		if n > m.Mark+1 {
			in.moments = append(in.moments, a.moment(p.Came, "gap", "events %d to %d of the spool are not known here", m.Mark+1, n-1))
		}
		m.Mark = n
		in.event(a, p, e)
	}
	m.At = store.At(p.Came)
}

// event takes one event in. One whose body is not what it should be is a line
// in the timeline: the agent has been told that it is stored.
func (in *intake) event(a *agentRow, p *parcel, e *wire.Event) {
	var err error
	switch e.Kind {
	case wire.EventHost:
		err = in.document(a, p, e)
	case wire.EventIntegrity:
		err = in.integrity(a, p, e)
	case wire.EventCoverage:
		err = in.cover(a, p, e)
	case wire.EventDetection:
		err = in.detection(a, p, e)
	case wire.EventDigests:
		err = in.digest(a, p, e)
	case wire.EventDropped:
		var d wire.Dropped
		if err = json.Unmarshal(e.Body, &d); err == nil {
			in.moments = append(in.moments, a.moment(p.at(e), "dropped", "%d events were lost: %s", d.Count, kinds(d.Kinds)))
		}
	}
	if err != nil {
		in.moments = append(in.moments, a.moment(p.at(e), "unreadable", "event %d, %s: %s", e.Sequence, e.Kind, err))
	}
}

func kinds(of map[wire.EventKind]uint64) string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(of)) {
		out = append(out, fmt.Sprintf("%d %s", of[k], k))
	}
	return line(strings.Join(out, ", "), 200)
}

func (in *intake) document(a *agentRow, p *parcel, e *wire.Event) error {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(e.Body, &object); err != nil || object == nil {
		return fmt.Errorf("the host document is no JSON object")
	}
	body, err := packed(e.Body)
	if err != nil {
		return err
	}
	in.documents[a.ID] = &documentRow{Agent: a.ID, Org: a.Org, At: store.At(p.at(e)), SHA256: wire.Hash(e.Body), Body: body}
	in.bodies[a.ID] = e.Body
	return nil
}

func (in *intake) write(ctx context.Context) error {
	for _, id := range slices.Sorted(maps.Keys(in.documents)) {
		a := in.agents[id]
		if a.State == Retired {
			continue
		}
		if err := in.f.keepDocument(ctx, in.tx, a, in.documents[id]); err != nil {
			return err
		}
	}
	if err := in.signs(ctx); err != nil {
		return err
	}
	if err := in.keepDigests(ctx); err != nil {
		return err
	}
	marks := make([]markRow, 0, len(in.marks))
	for _, m := range in.marks {
		marks = append(marks, *m)
	}
	slices.SortFunc(marks, func(a, b markRow) int {
		if a.Agent != b.Agent {
			return int(min(1, max(-1, a.Agent-b.Agent)))
		}
		return strings.Compare(a.Epoch, b.Epoch)
	})
	for _, write := range []func() error{
		func() error { return store.Upsert(ctx, in.tx, marks, "agent, epoch") },
		func() error { return store.Insert(ctx, in.tx, in.moments, "") },
		func() error { return store.Insert(ctx, in.tx, in.changes, "") },
		func() error { return store.Insert(ctx, in.tx, in.coverage, "") },
		func() error { return store.Insert(ctx, in.tx, in.alerts, "") },
		func() error { return in.counts.write(ctx, in.tx) },
		func() error { return in.tell(ctx) },
	} {
		if err := write(); err != nil {
			return err
		}
	}
	return nil
}

// tell tells of what nothing explains and of signs of intrusion: once for each
// agent in a batch, however many they are.
func (in *intake) tell(ctx context.Context) error {
	for _, id := range slices.Sorted(maps.Keys(in.agents)) {
		a := in.agents[id]
		if u := in.unknown[id]; u != nil {
			h := Happened{Org: a.Org, Group: a.GroupID, Agent: a.ID, Hostname: a.Hostname, Kind: Unknown, Severity: severityName(u.worst)}
			h.Text = fmt.Sprintf("%d files changed and nothing explains it. The worst: %s", u.n, u.first)
			h.Do = "Find out who did it. Approve what is meant to be, so that it becomes the baseline."
			if err := in.f.tell(ctx, in.tx, h); err != nil {
				return err
			}
		}
		if u := in.found[id]; u != nil {
			h := Happened{Org: a.Org, Group: a.GroupID, Agent: a.ID, Hostname: a.Hostname, Kind: Detected, Severity: severityName(u.worst)}
			h.Text = fmt.Sprintf("%d signs of intrusion. The worst: %s", u.n, u.first)
			h.Do = "Look at what the server logged around that time."
			if err := in.f.tell(ctx, in.tx, h); err != nil {
				return err
			}
		}
	}
	return nil
}

// severities are those of the rest of Demarc, and what is only information.
var severities = append(slices.Clone(report.Severities), "info")

// severityRank orders severities, the worst lowest. One that is not known is
// taken for a medium one: it must not pass for nothing.
func severityRank(name string) int64 {
	if i := slices.Index(severities, strings.ToLower(name)); i >= 0 {
		return int64(i)
	}
	return int64(slices.Index(severities, "medium"))
}

func severityName(rank int64) string {
	return severities[max(0, min(rank, int64(len(severities)-1)))]
}
