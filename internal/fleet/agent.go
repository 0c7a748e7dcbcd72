package fleet

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/agent/wire"
	"github.com/demarc-sec/demarc/internal/store"
)

// State is how an agent stands.
type State string

// The states. Only an active agent verifies anything.
const (
	Active   State = "active"
	Late     State = "late"    // one interval and a half without a heartbeat
	Missing  State = "missing" // three
	Tampered State = "tampered"
	Revoked  State = "revoked" // its certificate is; by hand
	Retired  State = "retired" // for good
)

// States are all of them, in the order in which people are shown them.
var States = []State{Tampered, Missing, Late, Active, Revoked, Retired}

// Agent is one agent, and the server it is on.
type Agent struct {
	ID        int64
	Group     int64
	UID       string // as it calls itself
	State     State
	Since     time.Time
	Why       string // of the state
	Seen      time.Time
	Enrolled  time.Time
	Ephemeral bool
	Host      wire.Host
	Cloud     Cloud
	NotAfter  time.Time // of its certificate
	Replaces  int64     // the agent that retired when this one enrolled
	Source    int64     // of the ledger; 0 before its first host document
	Document  time.Time // when its latest host document was made
}

// Cloud is the instance that a server is, as it says or its cloud does.
type Cloud struct {
	Provider string
	Account  string
	Region   string
	Instance string
	Proof    string
	Unproven string
}

type agentRow struct {
	bun.BaseModel `bun:"table:agents,alias:g"`

	ID        int64 `bun:",pk,autoincrement"`
	Org       int64
	GroupID   int64
	UID       string
	State     State
	Since     store.Time
	Why       string
	Anchor    int64
	Enrolled  store.Time
	Token     int64
	Ephemeral int64
	Hostname  string
	Machine   string
	Boot      string
	OS        string
	Arch      string
	Distro    string
	Release   string
	Kernel    string
	Version   string
	Virtual   string
	Addresses string
	Labels    string
	Provider  string
	Account   string
	Region    string
	Instance  string
	Proof     string
	Unproven  string
	Key       []byte
	NextKey   []byte `bun:",nullzero"`
	First     string
	Serial    string
	NotAfter  store.Time
	Authority int64 // which signed its newest certificate
	Replaces  int64
	Source    int64
	Document  store.Time
	Changed   store.Time
}

func (r *agentRow) noun() Agent {
	a := Agent{
		ID: r.ID, Group: r.GroupID, UID: r.UID, State: r.State, Since: r.Since.Time, Why: r.Why, Enrolled: r.Enrolled.Time, Ephemeral: r.Ephemeral == 1,
		Host: wire.Host{
			Hostname: r.Hostname, MachineID: r.Machine, Boot: r.Boot, OS: r.OS, Arch: r.Arch, Distro: r.Distro, Release: r.Release, Kernel: r.Kernel,
			Version: r.Version, Virtual: r.Virtual,
		},
		Cloud:    Cloud{r.Provider, r.Account, r.Region, r.Instance, r.Proof, r.Unproven},
		NotAfter: r.NotAfter.Time, Replaces: r.Replaces, Source: r.Source, Document: r.Document.Time,
	}
	_ = json.Unmarshal([]byte(r.Addresses), &a.Host.Addresses) // our own; odd ones show as none
	_ = json.Unmarshal([]byte(r.Labels), &a.Host.Labels)
	return a
}

// system is what people call the operating system.
func (r *agentRow) system() string {
	if r.Distro == "" {
		return r.OS
	}
	return strings.TrimSpace(r.Distro + " " + r.Release)
}

func (r *agentRow) cell() cell {
	return cell{r.Org, ofAgents, r.GroupID, [dims]string{string(r.State), r.system(), r.Version, r.Provider, r.Proof}}
}

// fill takes over what a host says about itself, bounded.
func (r *agentRow) fill(h *wire.Host) {
	r.Hostname, r.Machine, r.Boot = line(h.Hostname, 253), line(h.MachineID, 64), line(h.Boot, 64)
	r.OS, r.Arch, r.Distro, r.Release = line(h.OS, 32), line(h.Arch, 32), line(h.Distro, 64), line(h.Release, 64)
	r.Kernel, r.Version, r.Virtual = line(h.Kernel, 128), line(h.Version, 64), line(h.Virtual, 32)
	r.Addresses, r.Labels = lines(h.Addresses, 64, 64), lines(h.Labels, 32, 200)
}

// line makes a text from outside fit to be shown and kept: valid, in one line,
// bounded.
func line(s string, most int) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	if len(s) > most {
		for most > 0 && !utf8.RuneStart(s[most]) {
			most--
		}
		s = s[:most]
	}
	return strings.TrimSpace(s)
}

func lines(all []string, most, long int) string {
	out := []string{}
	for _, s := range all[:min(len(all), most)] {
		if s = line(s, long); s != "" {
			out = append(out, s)
		}
	}
	text, err := json.Marshal(out)
	if err != nil {
		return "[]" // texts
	}
	return string(text)
}

// momentRow is a line of an agent's timeline.
type momentRow struct {
	bun.BaseModel `bun:"table:agent_moments"`

	ID      int64 `bun:",pk,autoincrement"`
	Org     int64
	GroupID int64
	Agent   int64
	At      store.Time
	Kind    string
	Text    string
}

func (r *agentRow) moment(at time.Time, kind, format string, args ...any) momentRow {
	return momentRow{Org: r.Org, GroupID: r.GroupID, Agent: r.ID, At: store.At(at), Kind: kind, Text: line(fmt.Sprintf(format, args...), 1000)}
}

// change is what becomes of one agent in one transaction.
type change struct {
	f       *Fleet
	tx      bun.Tx
	was     agentRow
	row     *agentRow
	moments []momentRow
	told    []Happened
}

// to brings the agent into a state.
func (c *change) to(s State, why string) {
	if c.row.State == s && c.row.Why == why {
		return
	}
	if c.row.State != s {
		c.row.Since = store.At(c.f.Now())
		c.note(string(s), "%s", why)
	}
	c.row.State, c.row.Why = s, line(why, 500)
}

func (c *change) note(kind, format string, args ...any) {
	c.moments = append(c.moments, c.row.moment(c.f.Now(), kind, format, args...))
}

func (c *change) tell(h Happened) {
	h.Org, h.Group, h.Agent, h.Hostname = c.row.Org, c.row.GroupID, c.row.ID, c.row.Hostname
	c.told = append(c.told, h)
}

// change changes one agent: do changes the row and says what is to be noted.
// Counts, timeline and ledger follow.
func (f *Fleet) change(ctx context.Context, org, id int64, do func(ctx context.Context, c *change) error) error {
	var after agentRow
	err := f.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		return f.changeIn(ctx, tx, org, id, &after, do)
	})
	if err == nil {
		f.known.put(&after)
	}
	return err
}

func (f *Fleet) changeIn(ctx context.Context, tx bun.Tx, org, id int64, after *agentRow, do func(ctx context.Context, c *change) error) error {
	c := &change{f: f, tx: tx, row: new(agentRow)}
	q := tx.NewSelect().Model(c.row).Where("id = ? AND org = ?", id, org)
	if f.DB.Engine == store.PostgreSQL {
		q = q.For("UPDATE")
	}
	if err := q.Scan(ctx); err != nil {
		return err
	}
	c.was = *c.row
	if err := do(ctx, c); err != nil {
		return err
	}
	if err := c.write(ctx); err != nil {
		return err
	}
	*after = *c.row
	return nil
}

func (c *change) write(ctx context.Context) error {
	c.row.Changed = c.f.after(c.row.Changed)
	if _, err := c.tx.NewUpdate().Model(c.row).ExcludeColumn("id", "org", "uid").WherePK().Exec(ctx); err != nil {
		return err
	}
	var t tally
	t.add(c.was.cell(), -1)
	t.add(c.row.cell(), 1)
	if err := t.write(ctx, c.tx); err != nil {
		return err
	}
	if err := store.Insert(ctx, c.tx, c.moments, ""); err != nil {
		return err
	}
	for _, h := range c.told {
		if err := c.f.tell(ctx, c.tx, h); err != nil {
			return err
		}
	}
	if (c.was.State == Active) != (c.row.State == Active) {
		return c.f.silence(ctx, c.tx, []*agentRow{c.row})
	}
	return nil
}

// after is now, or a moment after a change by a replica whose clock is ahead:
// what was written last must be what counts as newest.
func (f *Fleet) after(changes ...store.Time) store.Time {
	now := store.At(f.Now())
	for _, t := range changes {
		if !t.Before(now.Time) {
			now = store.At(t.Add(time.Millisecond))
		}
	}
	return now
}

// byID gives the rows of some agents by their id.
func byID(rows []agentRow) map[int64]*agentRow {
	out := make(map[int64]*agentRow, len(rows))
	for i := range rows {
		out[rows[i].ID] = &rows[i]
	}
	return out
}
