package fleet

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/agent/wire"
	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// Settings are what is asked of the agents of a group, and of those below it
// that have no settings of their own.
type Settings struct {
	Group           int64 // where they are set; 0 for those built in
	Interval        time.Duration
	Retire          time.Duration // how long an agent is missing before it retires; 0 never
	RetireEphemeral time.Duration
	FourEyes        bool            // changes go into the baseline by two people
	Policy          json.RawMessage // of the agent; an object
	hashes          []string        // of the policy and those before it
}

// Built in are settings where none are set.
var builtIn = Settings{
	Interval: 30 * time.Second, RetireEphemeral: 15 * time.Minute, Policy: json.RawMessage("{}"), hashes: []string{wire.Hash([]byte("{}"))},
}

// Bounds of settings.
const (
	minInterval = 5 * time.Second
	maxInterval = time.Hour
	maxPolicy   = 64 << 10
	maxHashes   = 20
)

// Hash is what heartbeats carry of the policy.
func (s *Settings) Hash() string { return s.hashes[0] }

// wire is what an agent is told. The policy is left out where it has it.
func (s *Settings) wire(has string) *wire.Settings {
	w := &wire.Settings{Interval: int(s.Interval / time.Second), PolicyHash: s.Hash()}
	if has != w.PolicyHash {
		w.Policy = s.Policy
	}
	return w
}

type settingsRow struct {
	bun.BaseModel `bun:"table:fleet_settings"`

	Org             int64 `bun:",pk"`
	GroupID         int64 `bun:",pk"`
	Interval        int64
	Retire          int64
	RetireEphemeral int64
	FourEyes        int64
	Policy          string
	Hashes          string
	Changed         store.Time
}

func (r *settingsRow) noun() Settings {
	s := Settings{
		Group: r.GroupID, Interval: time.Duration(r.Interval) * time.Second, Retire: time.Duration(r.Retire) * time.Second,
		RetireEphemeral: time.Duration(r.RetireEphemeral) * time.Second, FourEyes: r.FourEyes == 1, Policy: json.RawMessage(r.Policy),
	}
	if json.Unmarshal([]byte(r.Hashes), &s.hashes) != nil || len(s.hashes) == 0 {
		s.hashes = []string{wire.Hash(s.Policy)}
	}
	return s
}

// policies keeps each organisation's settings for a moment, since every
// heartbeat asks for them.
type policies struct {
	mu  sync.Mutex
	org map[int64]*orgSettings
}

type orgSettings struct {
	until time.Time
	tree  *tenant.Tree
	rows  map[int64]Settings
}

// fresh is for how long what other replicas may change is believed.
const fresh = 5 * time.Second

// Settings returns those that hold in a group that the actor may read.
func (f *Fleet) Settings(ctx context.Context, who tenant.Who, group int64) (Settings, error) {
	if _, ok := who.Tree.Group(group); !ok || !who.Reach(tenant.Read).Has(group) {
		return Settings{}, store.ErrNotFound
	}
	return f.settingsOf(ctx, who.Org, group)
}

// settingsOf are those of the nearest group above that has some.
func (f *Fleet) settingsOf(ctx context.Context, org, group int64) (Settings, error) {
	f.settings.mu.Lock()
	o := f.settings.org[org]
	f.settings.mu.Unlock()
	if o == nil || f.Now().After(o.until) {
		var err error
		if o, err = f.loadSettings(ctx, org); err != nil {
			return Settings{}, err
		}
	}
	for _, g := range slices.Backward(o.tree.Path(group)) {
		if s, ok := o.rows[g.ID]; ok {
			return s, nil
		}
	}
	if s, ok := o.rows[o.tree.Root()]; ok { // a group that was removed
		return s, nil
	}
	return builtIn, nil
}

func (f *Fleet) loadSettings(ctx context.Context, org int64) (*orgSettings, error) {
	tree, err := f.Groups.Tree(ctx, org)
	if err != nil {
		return nil, err
	}
	var rows []settingsRow
	if err := f.DB.NewSelect().Model(&rows).Where("org = ?", org).Scan(ctx); err != nil {
		return nil, store.Translate(err)
	}
	o := &orgSettings{until: f.Now().Add(fresh), tree: tree, rows: map[int64]Settings{}}
	for i := range rows {
		o.rows[rows[i].GroupID] = rows[i].noun()
	}
	f.settings.mu.Lock()
	defer f.settings.mu.Unlock()
	if f.settings.org == nil {
		f.settings.org = map[int64]*orgSettings{}
	}
	f.settings.org[org] = o
	return o, nil
}

// forgetSettings has them read again.
func (f *Fleet) forgetSettings(org int64) {
	f.settings.mu.Lock()
	defer f.settings.mu.Unlock()
	delete(f.settings.org, org)
}

// SetSettings sets those of a group, by who administers it.
func (f *Fleet) SetSettings(ctx context.Context, who tenant.Who, s Settings) (Settings, error) {
	if err := f.administers(who, s.Group); err != nil {
		return Settings{}, err
	}
	if s.Interval < minInterval || s.Interval > maxInterval {
		return Settings{}, invalid("the interval of heartbeats is between %s and %s", minInterval, maxInterval)
	}
	for _, d := range []time.Duration{s.Retire, s.RetireEphemeral} {
		if d != 0 && (d < 3*s.Interval || d > 366*24*time.Hour) {
			return Settings{}, invalid("agents retire after three missed heartbeats at the soonest, and a year at the latest")
		}
	}
	var object map[string]json.RawMessage
	if len(s.Policy) > maxPolicy || json.Unmarshal(s.Policy, &object) != nil || object == nil {
		return Settings{}, invalid("a policy is a JSON object of %d bytes at most", maxPolicy)
	}
	// As it will be sent: its hash is of these bytes.
	compact, err := json.Marshal(s.Policy)
	if err != nil {
		return Settings{}, err
	}
	s.Policy = compact
	row := &settingsRow{
		Org: who.Org, GroupID: s.Group, Interval: int64(s.Interval / time.Second), Retire: int64(s.Retire / time.Second),
		RetireEphemeral: int64(s.RetireEphemeral / time.Second), FourEyes: flag(s.FourEyes), Policy: string(s.Policy), Changed: store.At(f.Now()),
	}
	err = f.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		before, err := f.hashesBefore(ctx, tx, who, s.Group)
		if err != nil {
			return err
		}
		hash := wire.Hash(s.Policy)
		before = slices.DeleteFunc(before, func(h string) bool { return h == hash })
		hashes := append([]string{hash}, before...)
		text, err := json.Marshal(hashes[:min(len(hashes), maxHashes)])
		if err != nil {
			return err
		}
		row.Hashes = string(text)
		_, err = tx.NewInsert().Model(row).On("CONFLICT (org, group_id) DO UPDATE").
			Set("interval = EXCLUDED.interval, retire = EXCLUDED.retire, retire_ephemeral = EXCLUDED.retire_ephemeral, four_eyes = EXCLUDED.four_eyes").
			Set("policy = EXCLUDED.policy, hashes = EXCLUDED.hashes, changed = EXCLUDED.changed").Exec(ctx)
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, who.Actor, "agents.settings", audit.On("group", s.Group), audit.Detail{
			"interval": row.Interval, "retire": row.Retire, "retire_ephemeral": row.RetireEphemeral, "four_eyes": s.FourEyes, "policy": hash,
		})
	})
	f.forgetSettings(who.Org)
	if err != nil {
		return Settings{}, err
	}
	return row.noun(), nil
}

// hashesBefore are those of the policies that held in the group until now.
func (f *Fleet) hashesBefore(ctx context.Context, tx bun.Tx, who tenant.Who, group int64) ([]string, error) {
	var rows []settingsRow
	if err := tx.NewSelect().Model(&rows).Where("org = ?", who.Org).Scan(ctx); err != nil {
		return nil, err
	}
	for _, g := range slices.Backward(who.Tree.Path(group)) {
		for i := range rows {
			if rows[i].GroupID == g.ID {
				s := rows[i].noun()
				return s.hashes, nil
			}
		}
	}
	return slices.Clone(builtIn.hashes), nil
}

// administers checks that somebody administers a group that they see.
func (f *Fleet) administers(who tenant.Who, group int64) error {
	if _, ok := who.Tree.Group(group); !ok || !who.Reach(tenant.Read).Has(group) {
		return store.ErrNotFound
	}
	return who.Check(tenant.Administer, group)
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
