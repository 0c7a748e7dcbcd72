// Package sources keeps where assessments come from: Git repositories, files
// that people upload, and results that CI pushes; with their credentials,
// sealed, and their schedules.
package sources

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/outbound"
	"github.com/demarc-sec/demarc/internal/seal"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// ErrInvalid is wrapped by errors about what was asked for; their text is for
// the person who asked.
var ErrInvalid = errors.New("not valid")

// Kind is how a source's assessments come about.
type Kind string

// The kinds.
const (
	Git    Kind = "git"    // the control plane clones a repository and assesses it
	Upload Kind = "upload" // somebody uploads plans, templates, exports or an archive of them
	Push   Kind = "push"   // CI assesses, and pushes the result
	Agents Kind = "agent"  // servers report what they are; made with the first of a group
)

// Kinds are those that people may add.
var Kinds = []Kind{Git, Upload, Push}

// Config is what is not secret of a source.
type Config struct {
	URL        string            `json:"url,omitempty"`         // of a repository: https://… or ssh://…
	Ref        string            `json:"ref,omitempty"`         // branch or tag; empty is the repository's default branch
	Path       string            `json:"path,omitempty"`        // directory below the repository's root
	User       string            `json:"user,omitempty"`        // for https; many servers take any with a token
	KnownHosts string            `json:"known_hosts,omitempty"` // for ssh: the server's keys as in known_hosts
	VarFiles   []string          `json:"var_files,omitempty"`   // below Path
	Vars       map[string]string `json:"vars,omitempty"`
}

// Source is one place assessments come from.
type Source struct {
	ID            int64
	Org           int64
	Group         int64 // who may read and change it: those of this group
	Kind          Kind
	Name          string
	Config        Config
	HasCredential bool
	Schedule      string    // five fields of cron, or @daily and the like; empty is none
	NextRun       time.Time // zero without a schedule
	Created       time.Time
}

// Sources is all sources of a control plane.
type Sources struct {
	DB       *store.DB
	Sealer   seal.Sealer
	Outbound outbound.Policy
	Now      func() time.Time
}

type row struct {
	bun.BaseModel `bun:"table:sources"`

	ID         int64 `bun:",pk,autoincrement"`
	Org        int64
	GroupID    int64
	Kind       string
	Name       string
	Config     string
	Credential []byte `bun:",nullzero"`
	Schedule   string
	NextRun    store.Time
	Created    store.Time
}

func (r *row) noun() (Source, error) {
	s := Source{
		ID: r.ID, Org: r.Org, Group: r.GroupID, Kind: Kind(r.Kind), Name: r.Name, HasCredential: len(r.Credential) > 0,
		Schedule: r.Schedule, NextRun: r.NextRun.Time, Created: r.Created.Time,
	}
	if err := json.Unmarshal([]byte(r.Config), &s.Config); err != nil {
		return Source{}, fmt.Errorf("the configuration of source %d: %w", r.ID, err)
	}
	return s, nil
}

// Add makes a source. The credential, a token, password or private key, may be
// empty.
func (s *Sources) Add(ctx context.Context, who tenant.Who, src Source, credential string) (Source, error) {
	if src.Group == 0 {
		src.Group = who.Tree.Root()
	}
	if err := mayHold(who, src.Group); err != nil {
		return Source{}, err
	}
	if err := s.validate(src, credential); err != nil {
		return Source{}, err
	}
	r := &row{Org: who.Org, GroupID: src.Group, Kind: string(src.Kind), Created: store.At(s.Now())}
	if err := s.fill(r, src); err != nil {
		return Source{}, err
	}
	err := s.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		r.ID = 0
		if _, err := tx.NewInsert().Model(r).Exec(ctx); err != nil {
			return err
		}
		if err := s.seal(ctx, tx, r, credential); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who.Actor, "source.added", audit.On("source", r.ID), audit.Detail{"name": src.Name, "kind": src.Kind})
	})
	if err != nil {
		return Source{}, named(err, src.Name)
	}
	return r.noun()
}

// mayHold reports whether the actor may put a source into a group. One that is
// not in the organisation's tree exists for nobody in it.
func mayHold(who tenant.Who, group int64) error {
	if _, ok := who.Tree.Group(group); !ok {
		return fmt.Errorf("%w: there is no such group", ErrInvalid)
	}
	return who.Check(tenant.Contribute, group)
}

// Change changes name, group, configuration and schedule. A group of 0 leaves it
// where it is. A credential is kept where none is given, and dropped with
// ForgetCredential.
func (s *Sources) Change(ctx context.Context, who tenant.Who, src Source, credential string) (Source, error) {
	old, err := s.row(ctx, who, src.ID, tenant.Contribute)
	if err != nil {
		return Source{}, err
	}
	if old.Kind == string(Agents) {
		return Source{}, errAgents
	}
	if src.Group == 0 {
		src.Group = old.GroupID
	}
	if err := mayHold(who, src.Group); err != nil {
		return Source{}, err
	}
	src.Kind, src.HasCredential = Kind(old.Kind), len(old.Credential) > 0
	if err := s.validate(src, credential); err != nil {
		return Source{}, err
	}
	before, err := old.noun()
	if err != nil {
		return Source{}, err
	}
	// A credential is for the server it was entered for. Whoever may point the
	// source elsewhere must not be able to have it sent there.
	if moved(before.Config.URL, src.Config.URL) && credential == "" && src.HasCredential {
		return Source{}, fmt.Errorf("%w: the repository is on another server now; enter its credential too", ErrInvalid)
	}
	if err := s.fill(old, src); err != nil {
		return Source{}, err
	}
	old.GroupID = src.Group
	err = s.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewUpdate().Model(old).Column("group_id", "name", "config", "schedule", "next_run").Where("id = ? AND org = ?", old.ID, who.Org).Exec(ctx); err != nil {
			return err
		}
		if err := s.seal(ctx, tx, old, credential); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who.Actor, "source.changed", audit.On("source", old.ID), audit.Detail{"name": src.Name, "credential": credential != ""})
	})
	if err != nil {
		return Source{}, named(err, src.Name)
	}
	return old.noun()
}

// ForgetCredential drops a source's credential.
func (s *Sources) ForgetCredential(ctx context.Context, who tenant.Who, id int64) error {
	r, err := s.row(ctx, who, id, tenant.Contribute)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewUpdate().Model(r).Set("credential = NULL").Where("id = ? AND org = ?", id, who.Org).Exec(ctx); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who.Actor, "source.credential-dropped", audit.On("source", id), nil)
	})
}

// Remove removes a source. What the ledger holds of it is removed by hook, in
// the same transaction.
func (s *Sources) Remove(ctx context.Context, who tenant.Who, id int64, hook func(ctx context.Context, tx bun.Tx) error) error {
	r, err := s.row(ctx, who, id, tenant.Contribute)
	if err != nil {
		return err
	}
	if r.Kind == string(Agents) {
		return errAgents
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		if hook != nil {
			if err := hook(ctx, tx); err != nil {
				return err
			}
		}
		if _, err := tx.NewDelete().Model((*row)(nil)).Where("id = ? AND org = ?", id, who.Org).Exec(ctx); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who.Actor, "source.removed", audit.On("source", id), audit.Detail{"name": r.Name})
	})
}

// Get returns a source that the actor may read.
func (s *Sources) Get(ctx context.Context, who tenant.Who, id int64) (Source, error) {
	r, err := s.row(ctx, who, id, tenant.Read)
	if err != nil {
		return Source{}, err
	}
	return r.noun()
}

// ByName returns the source of that name, for programs that know no ids.
func (s *Sources) ByName(ctx context.Context, who tenant.Who, name string) (Source, error) {
	var r row
	if err := s.DB.NewSelect().Model(&r).Where("org = ? AND name = ?", who.Org, name).Scan(ctx); err != nil {
		return Source{}, store.Translate(err)
	}
	if !who.Reach(tenant.Read).Has(r.GroupID) {
		return Source{}, store.ErrNotFound
	}
	return r.noun()
}

// List returns all sources that the actor may read, by name.
func (s *Sources) List(ctx context.Context, who tenant.Who) ([]Source, error) {
	var rows []row
	q := store.InReach(s.DB.NewSelect().Model(&rows).Where("org = ?", who.Org), "group_id", who.Reach(tenant.Read)).Order("name")
	if err := q.Scan(ctx); err != nil {
		return nil, store.Translate(err)
	}
	out := make([]Source, 0, len(rows))
	for i := range rows {
		src, err := rows[i].noun()
		if err != nil {
			return nil, err
		}
		out = append(out, src)
	}
	return out, nil
}

// Credential opens a source's credential for the worker that reads it.
func (s *Sources) Credential(ctx context.Context, org, id int64) (string, error) {
	var r row
	if err := s.DB.NewSelect().Model(&r).Where("org = ? AND id = ?", org, id).Scan(ctx); err != nil {
		return "", store.Translate(err)
	}
	if len(r.Credential) == 0 {
		return "", nil
	}
	secret, err := s.Sealer.Open(ctx, label(id), r.Credential)
	return string(secret), err
}

// row returns a source in which the actor has the permission.
func (s *Sources) row(ctx context.Context, who tenant.Who, id int64, p tenant.Permission) (*row, error) {
	var r row
	if err := s.DB.NewSelect().Model(&r).Where("id = ? AND org = ?", id, who.Org).Scan(ctx); err != nil {
		return nil, store.Translate(err)
	}
	if !who.Reach(tenant.Read).Has(r.GroupID) {
		return nil, store.ErrNotFound
	}
	return &r, who.Check(p, r.GroupID)
}

func (s *Sources) fill(r *row, src Source) error {
	config, err := json.Marshal(src.Config)
	if err != nil {
		return err
	}
	r.Name, r.Config, r.Schedule, r.NextRun = src.Name, string(config), src.Schedule, store.Time{}
	if src.Schedule != "" {
		next, err := Next(src.Schedule, s.Now())
		if err != nil {
			return err
		}
		r.NextRun = store.At(next)
	}
	return nil
}

func (s *Sources) seal(ctx context.Context, tx bun.Tx, r *row, credential string) error {
	if credential == "" {
		return nil
	}
	sealed, err := s.Sealer.Seal(ctx, label(r.ID), []byte(credential))
	if err != nil {
		return err
	}
	r.Credential = sealed
	_, err = tx.NewUpdate().Model(r).Column("credential").WherePK().Exec(ctx)
	return err
}

func label(id int64) string { return fmt.Sprintf("credential of source %d", id) }

func named(err error, name string) error {
	if errors.Is(err, store.ErrConflict) {
		return fmt.Errorf("%w: there is a source %q already", ErrInvalid, name)
	}
	return err
}

// validate looks at everything that a person enters.
func (s *Sources) validate(src Source, credential string) error {
	invalid := func(format string, args ...any) error {
		return fmt.Errorf("%w: "+format, append([]any{ErrInvalid}, args...)...)
	}
	c := src.Config
	switch {
	case !slices.Contains(Kinds, src.Kind):
		return invalid("a source's kind is one of %v", Kinds)
	case strings.TrimSpace(src.Name) == "" || len(src.Name) > 200 || strings.ContainsFunc(src.Name, func(r rune) bool { return r < ' ' }):
		return invalid("a name has 1 to 200 characters in one line")
	case len(credential) > seal.MaxSecret:
		return invalid("the credential is longer than %d bytes", seal.MaxSecret)
	case src.Kind != Git && (c.URL != "" || c.Ref != "" || src.Schedule != "" || credential != ""):
		return invalid("URL, branch, schedule and credential are of a Git repository")
	case len(c.VarFiles) > 50 || len(c.Vars) > 500 || len(c.KnownHosts) > 16<<10:
		return invalid("too many variables, variable files or host keys")
	}
	for _, p := range append([]string{c.Path}, c.VarFiles...) {
		if !local(p) {
			return invalid("%q is no path below the repository's root", p)
		}
	}
	if src.Schedule != "" {
		if _, err := Next(src.Schedule, s.Now()); err != nil {
			return err
		}
	}
	if src.Kind == Git {
		return s.validateGit(c, credential)
	}
	return nil
}
