package fleet

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/agent/wire"
	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// States of a detection.
const (
	DetectionOpen         = "open"
	DetectionAcknowledged = "acknowledged" // somebody looks into it
	DetectionClosed       = "closed"       // somebody knows what it was
)

// DetectionStates are all of them.
var DetectionStates = []string{DetectionOpen, DetectionAcknowledged, DetectionClosed}

// Detection is a sign of intrusion on a server: what it logged, or what came to be on it.
type Detection struct {
	ID        int64
	Group     int64
	Agent     int64
	At        time.Time
	Rule      string
	Title     string
	Severity  string
	State     string
	Explained bool
	Why       string // it is explained
	Body      json.RawMessage
}

// DetectionNote is what somebody did with a detection.
type DetectionNote struct {
	At    time.Time
	By    string
	State string // it has since
	Text  string
}

type detectionRow struct {
	bun.BaseModel `bun:"table:agent_detections"`

	ID        int64 `bun:",pk,autoincrement"`
	Org       int64
	GroupID   int64
	Agent     int64
	At        store.Time
	Rule      string
	Title     string
	Severity  int64
	State     string
	Explained int64
	Why       string
	Body      string
}

type noteRow struct {
	bun.BaseModel `bun:"table:detection_notes"`

	ID        int64 `bun:",pk,autoincrement"`
	Org       int64
	Detection int64
	At        store.Time
	ByName    string
	State     string
	Text      string
}

var detectionFacets = []string{"severity", "rule", "state", "explained"}

func (r *detectionRow) cell() cell {
	return cell{r.Org, ofDetections, r.GroupID, [dims]string{severityName(r.Severity), r.Rule, r.State, yes(r.Explained)}}
}

func (r *detectionRow) noun() Detection {
	return Detection{
		ID: r.ID, Group: r.GroupID, Agent: r.Agent, At: r.At.Time, Rule: r.Rule, Title: r.Title, Severity: severityName(r.Severity), State: r.State,
		Explained: r.Explained == 1, Why: r.Why, Body: json.RawMessage(r.Body),
	}
}

func (in *intake) detection(a *agentRow, p *parcel, e *wire.Event) error {
	var d struct {
		Rule     json.RawMessage `json:"rule"` // an id, or an object that has one
		ID       string          `json:"id"`
		Title    string          `json:"title"`
		Severity string          `json:"severity"`
		Level    string          `json:"level"`
	}
	if err := json.Unmarshal(e.Body, &d); err != nil {
		return errors.New("it is no alert")
	}
	var rule struct{ ID, Title, Level string }
	if json.Unmarshal(d.Rule, &rule.ID) != nil {
		_ = json.Unmarshal(d.Rule, &rule) // neither: it is an alert without a rule's name
	}
	body, err := bodyText(e.Body)
	if err != nil {
		return err
	}
	in.admit(a, detectionRow{
		Org: a.Org, GroupID: a.GroupID, Agent: a.ID, At: store.At(p.at(e)), Rule: line(first(rule.ID, d.ID), 200), Title: line(first(d.Title, rule.Title, rule.ID, d.ID), 300),
		Severity: severityRank(sigmaLevel(first(d.Severity, d.Level, rule.Level))), State: DetectionOpen, Body: body,
	})
	return nil
}

// sigmaLevel is a severity as it is called here.
func sigmaLevel(s string) string {
	if s = strings.ToLower(s); s == "informational" {
		return "info"
	}
	return s
}

func first(all ...string) string {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}

// DetectionQuery narrows a list of detections.
type DetectionQuery struct {
	Group      int64
	Agent      int64
	Severities []string
	Rules      []string
	States     []string
	Explained  []string // yes, no
	Since      time.Time
	Cursor     string
	Limit      int
}

// Detections lists signs of intrusion, the latest first.
func (f *Fleet) Detections(ctx context.Context, who tenant.Who, q DetectionQuery) (list []Detection, next string, err error) {
	var rows []detectionRow
	sel := store.InReach(ofOrg(f.DB.NewSelect().Model(&rows), who.Org, q.Agent), "group_id", who.Reach(tenant.Read).Within(who.Tree, q.Group))
	if len(q.Explained) == 1 {
		sel = sel.Where("explained = ?", flag(q.Explained[0] == "yes"))
	}
	if !q.Since.IsZero() {
		sel = sel.Where("at >= ?", store.At(q.Since))
	}
	sel = ranked(in(in(sel, "rule", q.Rules), "state", q.States), q.Severities)
	next, err = store.Newest(ctx, sel, &rows, "id", q.Cursor, q.Limit, func(r *detectionRow) int64 { return r.ID })
	if err != nil {
		return nil, "", listError(err)
	}
	for i := range rows {
		list = append(list, rows[i].noun())
	}
	return list, next, nil
}

// DetectionFacets counts detections by what they can be narrowed by.
func (f *Fleet) DetectionFacets(ctx context.Context, who tenant.Who, q DetectionQuery) (int64, []Facet, error) {
	return f.facets(ctx, who, q.Group, ofDetections, detectionFacets, [dims][]string{q.Severities, q.Rules, q.States, q.Explained})
}

// Detection returns one with what people did with it, the first first.
func (f *Fleet) Detection(ctx context.Context, who tenant.Who, id int64) (Detection, []DetectionNote, error) {
	var r detectionRow
	q := f.DB.NewSelect().Model(&r).Where("id = ? AND org = ?", id, who.Org)
	if err := store.InReach(q, "group_id", who.Reach(tenant.Read)).Scan(ctx); err != nil {
		return Detection{}, nil, store.Translate(err)
	}
	var rows []noteRow
	if err := f.DB.NewSelect().Model(&rows).Where("detection = ? AND org = ?", id, who.Org).Order("id DESC").Limit(mostNotes).Scan(ctx); err != nil {
		return Detection{}, nil, store.Translate(err)
	}
	slices.Reverse(rows)
	notes := make([]DetectionNote, len(rows))
	for i, n := range rows {
		notes[i] = DetectionNote{n.At.Time, n.ByName, n.State, n.Text}
	}
	return r.noun(), notes, nil
}

// Bounds of what people do with detections.
const (
	mostNotes   = 200 // that are shown of one
	mostDecided = 200 // at once
	mostNote    = 1000
)

// DecideDetections acknowledges detections, closes them with a note, or opens them again.
func (f *Fleet) DecideDetections(ctx context.Context, who tenant.Who, ids []int64, state, note string) error {
	note = strings.TrimSpace(note)
	switch {
	case len(ids) == 0 || len(ids) > mostDecided:
		return invalid("choose 1 to %d detections at a time", mostDecided)
	case !slices.Contains(DetectionStates, state):
		return invalid("a detection is open, acknowledged or closed")
	case state == DetectionClosed && note == "":
		return invalid("say what it was, so that the next one is known")
	case len(note) > mostNote || strings.ContainsFunc(note, func(r rune) bool { return r < ' ' && r != '\n' && r != '\r' && r != '\t' }):
		return invalid("a note is text of %d characters at most", mostNote)
	}
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	return f.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		var rows []detectionRow
		q := tx.NewSelect().Model(&rows).ExcludeColumn("body").Where("org = ? AND id IN (?)", who.Org, bun.List(ids)).Order("id")
		if f.DB.Engine == store.PostgreSQL {
			q = q.For("UPDATE")
		}
		if err := store.InReach(q, "group_id", who.Reach(tenant.Read)).Scan(ctx); err != nil {
			return err
		}
		if len(rows) != len(ids) {
			return store.ErrNotFound
		}
		var counts tally
		var notes []noteRow
		for i := range rows {
			r := &rows[i]
			if err := who.Check(tenant.Respond, r.GroupID); err != nil {
				return err
			}
			if r.State == state && note == "" {
				continue
			}
			counts.add(r.cell(), -1)
			r.State = state
			counts.add(r.cell(), 1)
			notes = append(notes, noteRow{Org: who.Org, Detection: r.ID, At: store.At(f.Now()), ByName: who.Name, State: state, Text: note})
			err := audit.Record(ctx, tx, who.Actor, "detection."+state, audit.On("detection", r.ID), audit.Detail{"rule": r.Rule, "agent": r.Agent, "note": note})
			if err != nil {
				return err
			}
		}
		if _, err := tx.NewUpdate().Model((*detectionRow)(nil)).Set("state = ?", state).Where("org = ? AND id IN (?)", who.Org, bun.List(ids)).Exec(ctx); err != nil {
			return err
		}
		if err := store.Insert(ctx, tx, notes, ""); err != nil {
			return err
		}
		return counts.write(ctx, tx)
	})
}

// forgetNotes takes out old notes.
func (f *Fleet) forgetNotes(ctx context.Context, before store.Time) error {
	_, err := f.DB.NewDelete().Model((*noteRow)(nil)).Where("at < ?", before).Exec(ctx)
	return store.Translate(err)
}
