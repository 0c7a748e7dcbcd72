package fleet

import (
	"context"
	"encoding/json"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// Deployer is who changes files of a group's servers as part of their work: a user, a
// program or a unit of systemd. What has several of them is known by all of them.
type Deployer struct {
	ID      int64
	Group   int64
	Name    string
	Why     string
	User    string   // of the server; whose program it is, or who logged in
	Program string   // its path
	Unit    string   // with its ending
	Paths   []string // what those of the files begin with; none: anywhere
	Until   time.Time
	By      string
	Created time.Time
	Ended   time.Time
	EndedBy string
}

type deployerRow struct {
	bun.BaseModel `bun:"table:fleet_deployers"`

	ID      int64 `bun:",pk,autoincrement"`
	Org     int64
	GroupID int64
	Name    string
	Why     string
	Account string
	Program string
	Unit    string
	Paths   string
	Until   store.Time
	ByName  string
	Created store.Time
	Ended   store.Time
	EndedBy string
}

func (r *deployerRow) noun() Deployer {
	d := Deployer{
		ID: r.ID, Group: r.GroupID, Name: r.Name, Why: r.Why, User: r.Account, Program: r.Program, Unit: r.Unit, Until: r.Until.Time,
		By: r.ByName, Created: r.Created.Time, Ended: r.Ended.Time, EndedBy: r.EndedBy,
	}
	if json.Unmarshal([]byte(r.Paths), &d.Paths) != nil {
		d.Paths = []string{"\x00"} // damaged: it is for no file
	}
	return d
}

// mostPrefixes bounds the paths of a deployer.
const mostPrefixes = 50

func (d *Deployer) check(now time.Time) error {
	if err := checkPlan(d.Name, d.Why, d.Until, now); err != nil {
		return err
	}
	for _, s := range []string{d.User, d.Program, d.Unit} {
		if s != "" && !oneLine(s, 300) {
			return invalid("a user, a program and a unit have 300 characters in one line at most")
		}
	}
	absolute := func(p string) bool {
		return oneLine(p, 1000) && strings.HasPrefix(p, "/") && !strings.Contains(p, "/../")
	}
	switch {
	case d.User == "" && d.Program == "" && d.Unit == "":
		return invalid("say who it is: a user, a program or a unit")
	case d.Program == "" && d.Unit == "" && (d.User == "root" || d.User == "0"):
		return invalid("root alone is everybody who broke in; add a program or a unit")
	case d.Program != "" && (!absolute(d.Program) || path.Clean(d.Program) != d.Program):
		return invalid("a program is a whole path, such as /usr/bin/deploy")
	case len(d.Paths) > mostPrefixes || slices.ContainsFunc(d.Paths, func(p string) bool { return !absolute(p) }):
		return invalid("paths begin with / and are %d at most", mostPrefixes)
	}
	return nil
}

// doer is a process as agents tell of it.
type doer struct {
	Exe       string `json:"exe"`
	User      string `json:"user"`
	LoginUser string `json:"login_user"`
	Unit      string `json:"unit"`
	Container string `json:"container"`
	Parent    *doer  `json:"parent"`
}

// mostParents is how far back a process's origin is asked for.
const mostParents = 16

// Did reports whether it was the deployer that changed a file: the process, or one that
// it comes from.
func (d *Deployer) did(file string, by *doer, at time.Time) bool {
	if at.Before(d.Created) || !at.Before(d.Until) || !d.Ended.IsZero() && !at.Before(d.Ended) {
		return false
	}
	if len(d.Paths) > 0 && !slices.ContainsFunc(d.Paths, func(p string) bool { return below(file, p) }) {
		return false
	}
	for depth := 0; by != nil && depth < mostParents; depth++ {
		// A container has users and programs of its own, called as they like.
		if by.Container == "" && (d.User == "" || by.User == d.User || by.LoginUser == d.User) && (d.Program == "" || by.Exe == d.Program) && (d.Unit == "" || by.Unit == d.Unit) {
			return true
		}
		by = by.Parent
	}
	return false
}

// below reports whether a file lies in a directory, or is it.
func below(file, dir string) bool {
	dir = strings.TrimSuffix(dir, "/")
	return file == dir || strings.HasPrefix(file, dir+"/")
}

// AddDeployer makes one, by who administers its group.
func (f *Fleet) AddDeployer(ctx context.Context, who tenant.Who, d Deployer) (Deployer, error) {
	if d.Group == 0 {
		d.Group = who.Tree.Root()
	}
	if err := f.administers(who, d.Group); err != nil {
		return Deployer{}, err
	}
	now := f.Now()
	if err := d.check(now); err != nil {
		return Deployer{}, err
	}
	paths, err := json.Marshal(append([]string{}, d.Paths...))
	if err != nil {
		return Deployer{}, err
	}
	r := &deployerRow{
		Org: who.Org, GroupID: d.Group, Name: strings.TrimSpace(d.Name), Why: strings.TrimSpace(d.Why), Account: d.User, Program: d.Program, Unit: d.Unit, Paths: string(paths),
		Until: store.At(d.Until), ByName: who.Name, Created: store.At(now),
	}
	err = f.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		r.ID = 0
		if err := f.room(ctx, tx, (*deployerRow)(nil), who.Org); err != nil {
			return err
		}
		if _, err := tx.NewInsert().Model(r).Exec(ctx); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who.Actor, "deployment-identity.added", audit.On("deployment-identity", r.ID), audit.Detail{
			"name": r.Name, "why": r.Why, "group": r.GroupID, "user": r.Account, "program": r.Program, "unit": r.Unit, "paths": d.Paths, "until": d.Until,
		})
	})
	f.forgetPlans(who.Org)
	return r.noun(), err
}

// Deployers lists those of the groups that somebody may read, newest first.
func (f *Fleet) Deployers(ctx context.Context, who tenant.Who, cursor string, limit int) (list []Deployer, next string, err error) {
	var rows []deployerRow
	q := store.InReach(f.DB.NewSelect().Model(&rows).Where("org = ?", who.Org), "group_id", who.Reach(tenant.Read))
	next, err = store.Newest(ctx, q, &rows, "id", cursor, limit, func(r *deployerRow) int64 { return r.ID })
	if err != nil {
		return nil, "", listError(err)
	}
	for i := range rows {
		list = append(list, rows[i].noun())
	}
	return list, next, nil
}

// EndDeployer ends one now. What it explained stays explained.
func (f *Fleet) EndDeployer(ctx context.Context, who tenant.Who, id int64) error {
	var r deployerRow
	if err := f.DB.NewSelect().Model(&r).Where("id = ? AND org = ?", id, who.Org).Scan(ctx); err != nil {
		return store.Translate(err)
	}
	return f.endPlan(ctx, who, (*deployerRow)(nil), id, r.GroupID, "deployment-identity", r.Name)
}
