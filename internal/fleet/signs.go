package fleet

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/agent/host"
	"github.com/demarc-sec/demarc/internal/detect"
	"github.com/demarc-sec/demarc/internal/fleet/signs"
	"github.com/demarc-sec/demarc/internal/store"
)

// fromDocument is what detections that documents show have for a log.
const fromDocument = "host document"

// maxKnown bounds what is remembered of one agent, unpacked.
const maxKnown = 32 << 20

type knownRow struct {
	bun.BaseModel `bun:"table:agent_known"`

	Agent int64 `bun:",pk"`
	Org   int64
	At    store.Time
	Body  []byte
}

// signs finds what came to be on servers since their last documents.
func (in *intake) signs(ctx context.Context) error {
	list := slices.Sorted(maps.Keys(in.documents))
	if len(list) == 0 {
		return nil
	}
	var rows []knownRow
	if err := in.tx.NewSelect().Model(&rows).Where("agent IN (?)", bun.List(list)).Scan(ctx); err != nil {
		return err
	}
	known := make(map[int64]*knownRow, len(rows))
	for i := range rows {
		known[rows[i].Agent] = &rows[i]
	}
	for _, id := range list {
		a, d := in.agents[id], in.documents[id]
		var doc host.Document
		if a.State == Retired || json.Unmarshal(in.bodies[id], &doc) != nil || doc.Version != host.Version {
			continue // the assessment says what is wrong with it
		}
		var before *signs.Known
		if r := known[id]; r != nil {
			if d.At.Before(r.At.Time) {
				continue // it came late
			}
			before = unpackKnown(r.Body)
		}
		found, after := signs.Next(before, &doc)
		for _, s := range found {
			if err := in.sign(a, d, s); err != nil {
				return err
			}
		}
		text, err := json.Marshal(after)
		if err != nil {
			return err
		}
		body, err := packed(text)
		if err != nil {
			return err
		}
		row := &knownRow{Agent: id, Org: a.Org, At: d.At, Body: body}
		if _, err := in.tx.NewInsert().Model(row).On("CONFLICT (agent) DO UPDATE").Set("at = EXCLUDED.at, body = EXCLUDED.body").Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

// sign makes a detection of a sign. What a package brought or a window has planned is
// kept and alarms nobody.
func (in *intake) sign(a *agentRow, d *documentRow, s signs.Sign) error {
	rule := signs.Rules[s.Rule]
	body, err := json.Marshal(&detect.Alert{
		Rule: s.Rule, Title: rule.Title, Severity: s.Severity, Techniques: rule.Techniques, When: d.At.Time, Count: 1, Log: fromDocument, Fields: s.Fields, Text: line(s.Text, 500),
	})
	if err != nil {
		return err
	}
	text, err := bodyText(body)
	if err != nil {
		return nil //nolint:nilerr // a name with the character NUL: no file, user or unit has one
	}
	r := detectionRow{
		Org: a.Org, GroupID: a.GroupID, Agent: a.ID, At: d.At, Rule: s.Rule, Title: line(rule.Title+": "+s.Text, 300), Severity: severityRank(s.Severity),
		State: DetectionOpen, Why: line(s.Explained, 800), Body: text,
	}
	if r.Why == "" {
		if p := in.plans[a.Org]; p != nil {
			r.Why, _ = p.window(a.GroupID, d.At.Time)
		}
	}
	r.Explained = flag(r.Why != "")
	in.admit(a, r)
	return nil
}

// admit takes a detection in.
func (in *intake) admit(a *agentRow, r detectionRow) {
	in.alerts = append(in.alerts, r)
	in.counts.add(r.cell(), 1)
	if r.Explained == 0 && r.Severity < severityRank("low") {
		in.found[a.ID] = in.found[a.ID].add(r.Severity, r.Title)
	}
}

// unpackKnown is what was remembered; nil where that is not what it should be, so that
// everything is known from now on.
func unpackKnown(body []byte) *signs.Known {
	text, err := unpacked(body, maxKnown)
	if err != nil {
		return nil
	}
	var k signs.Known
	if json.Unmarshal(text, &k) != nil {
		return nil
	}
	return &k
}
