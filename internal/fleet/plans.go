package fleet

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// Causes that the control plane knows of, as those of agents are called.
const (
	causeWindow     = "window"
	causeDeployment = "deployment"
)

// plans are the windows and deployers of an organisation, by group.
type plans struct {
	until     time.Time
	tree      *tenant.Tree
	windows   map[int64][]Window
	deployers map[int64][]Deployer
}

// planned keeps them for a moment, since every change asks for them.
type planned struct {
	mu  sync.Mutex
	org map[int64]*plans
}

// planMemory is how long after its end a plan is looked at: for what an agent that was
// offline tells late.
const planMemory = 100 * 24 * time.Hour

// plansOf returns those of an organisation. db is what reads them: the transaction, where
// one is open.
func (f *Fleet) plansOf(ctx context.Context, db bun.IDB, org int64) (*plans, error) {
	f.plans.mu.Lock()
	p := f.plans.org[org]
	f.plans.mu.Unlock()
	if p != nil && f.Now().Before(p.until) {
		return p, nil
	}
	tree, err := f.Groups.Tree(ctx, org)
	if err != nil {
		return nil, err
	}
	p = &plans{until: f.Now().Add(fresh), tree: tree, windows: map[int64][]Window{}, deployers: map[int64][]Deployer{}}
	since := store.At(f.Now().Add(-planMemory))
	var windows []windowRow
	if err := db.NewSelect().Model(&windows).Where("org = ? AND until > ? AND (ended IS NULL OR ended > ?)", org, since, since).Order("id").Limit(4 * mostPlans).Scan(ctx); err != nil {
		return nil, err
	}
	for i := range windows {
		p.windows[windows[i].GroupID] = append(p.windows[windows[i].GroupID], windows[i].noun())
	}
	var deployers []deployerRow
	if err := db.NewSelect().Model(&deployers).Where("org = ? AND until > ? AND (ended IS NULL OR ended > ?)", org, since, since).Order("id").Limit(4 * mostPlans).Scan(ctx); err != nil {
		return nil, err
	}
	for i := range deployers {
		p.deployers[deployers[i].GroupID] = append(p.deployers[deployers[i].GroupID], deployers[i].noun())
	}
	f.plans.mu.Lock()
	defer f.plans.mu.Unlock()
	if f.plans.org == nil {
		f.plans.org = map[int64]*plans{}
	}
	f.plans.org[org] = p
	return p, nil
}

// forgetPlans has them read again.
func (f *Fleet) forgetPlans(org int64) {
	f.plans.mu.Lock()
	defer f.plans.mu.Unlock()
	delete(f.plans.org, org)
}

// window is the one in which a moment lies, for the servers of a group: why what changed
// then is no alarm.
func (p *plans) window(group int64, at time.Time) (why string, ok bool) {
	for _, g := range p.tree.Path(group) {
		for i := range p.windows[g.ID] {
			if w := &p.windows[g.ID][i]; w.Holds(at) {
				return line(fmt.Sprintf("in the maintenance window “%s” of %s: %s", w.Name, w.By, w.Why), 800), true
			}
		}
	}
	return "", false
}

// change says which plan explains a change of a file, if one does.
func (p *plans) change(group int64, at time.Time, file string, body []byte) (cause, why string) {
	if p == nil {
		return "", ""
	}
	var said struct {
		Process *doer `json:"process"`
	}
	if json.Unmarshal(body, &said) == nil && said.Process != nil {
		for _, g := range p.tree.Path(group) {
			for i := range p.deployers[g.ID] {
				if d := &p.deployers[g.ID][i]; d.did(file, said.Process, at) {
					return causeDeployment, line(fmt.Sprintf("by “%s”, which %s declared: %s", d.Name, d.By, d.Why), 800)
				}
			}
		}
	}
	if why, ok := p.window(group, at); ok {
		return causeWindow, why
	}
	return "", ""
}
