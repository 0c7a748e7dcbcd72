// Package config reads demarc.yaml, in which an organisation says what no
// source can: which accounts are what, who owns which part inside, contracts
// that move the line, accepted risks.
package config

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/check"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/resolve"
	"github.com/demarc-sec/demarc/internal/strictyaml"
)

// Name is the file looked for in the assessed directory and the current one.
const Name = "demarc.yaml"

// Config is demarc.yaml. The zero value works.
type Config struct {
	// Defaults for flags of the same names.
	FailOn      string   `yaml:"fail_on"`
	MinSeverity string   `yaml:"min_severity"`
	Checks      []string `yaml:"checks"`      // run only these
	SkipChecks  []string `yaml:"skip_checks"` // never run these
	VarFiles    []string `yaml:"var_files"`
	Baseline    string   `yaml:"baseline"`
	ChecksDir   []string `yaml:"checks_dir"`
	Catalogue   []string `yaml:"catalogue"`

	Accounts     []Account     `yaml:"accounts"`
	Environments []Environment `yaml:"environments"`
	Teams        []Team        `yaml:"teams"`
	Contracts    []Contract    `yaml:"contracts"`
	Parties      []Party       `yaml:"parties"`
	Waivers      []Waiver      `yaml:"waivers"`
	Declared     []Declared    `yaml:"declared"` // assets that no source describes
	Policy       Policy        `yaml:"policy"`

	file string
	text []byte
}

// Match selects assets: every key given must hold, any value of a key
// suffices. Paths, addresses and services are globs in which ** spans
// separators. Empty matches everything.
type Match struct {
	Path        []string          `yaml:"path"` // file the asset is defined in, or a call on the way
	Address     []string          `yaml:"address"`
	Service     []string          `yaml:"service"`
	Kind        []string          `yaml:"kind"`
	Account     []string          `yaml:"account"`
	Region      []string          `yaml:"region"`
	Environment []string          `yaml:"environment"`
	Tags        map[string]string `yaml:"tags"` // value is a glob
}

// Account names an account and says where its code lies.
type Account struct {
	ID   string   `yaml:"id"`
	Name string   `yaml:"name"`
	Path []string `yaml:"path"` // roots whose resources live in it
}

// Environment names an environment.
type Environment struct {
	Name  string `yaml:"name"`
	Match Match  `yaml:"match"`
}

// Team is a part of the customer that owns duties.
type Team struct {
	Name  string   `yaml:"name"`
	Owns  []string `yaml:"owns"` // responsibilities; empty: all
	Match Match    `yaml:"match"`
}

// Party adds someone who can own a duty, such as a managed-service provider.
type Party struct {
	ID    string `yaml:"id"`
	Title string `yaml:"title"`
	Side  string `yaml:"side"`
}

// Contract moves duties by agreement, whatever the catalogue says.
type Contract struct {
	Name  string   `yaml:"name"`
	For   []string `yaml:"for"` // responsibilities; "guest-os.*" and "*" are allowed
	Match Match    `yaml:"match"`
	Owner string   `yaml:"owner"` // customer, provider, or a party
	Note  string   `yaml:"note"`  // the document, its paragraph
}

// Waiver accepts a risk until a day.
type Waiver struct {
	Check  []string `yaml:"check"`
	Match  Match    `yaml:"match"`
	Reason string   `yaml:"reason"`
	By     string   `yaml:"by"`
	Until  string   `yaml:"until"`
}

// Policy says what waivers may do.
type Policy struct {
	// RefuseComments makes waivers in source comments void.
	RefuseComments bool `yaml:"refuse_comment_waivers"`
	// RefuseForeign makes other tools' comments void, Demarc's own hold.
	RefuseForeign bool `yaml:"refuse_foreign_waivers"`
	// NeverWaive lists severities that no waiver covers.
	NeverWaive []string `yaml:"never_waive"`
	// MaxDays bounds how far ahead a waiver may reach; 0 is no bound.
	MaxDays int `yaml:"max_waiver_days"`
}

// Load reads the file. Unknown keys are errors that name the line.
func Load(file string) (*Config, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	c := &Config{file: file, text: text}
	if len(strings.TrimSpace(string(text))) == 0 {
		return c, nil
	}
	if err := strictyaml.Decode(file, text, c); err != nil {
		return nil, err
	}
	return c, nil
}

// Validate checks every name against what was loaded. The error joins all
// mistakes.
func (c *Config) Validate(cat *catalogue.Catalogue, checks *check.Set) error {
	var errs []error
	bad := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("%s: %s", c.file, fmt.Sprintf(format, args...)))
	}
	responsibilities := func(where string, list []string) {
		for _, id := range list {
			prefix, isGlob := strings.CutSuffix(id, ".*")
			known := id == "*" || cat.Responsibilities[id] != nil
			for r := range cat.Responsibilities {
				known = known || isGlob && strings.HasPrefix(r, prefix+".")
			}
			if !known {
				bad("%s: no responsibility %q; `demarc explain responsibilities` lists them", where, id)
			}
		}
	}
	for i, t := range c.Teams {
		if t.Name == "" {
			bad("teams[%d]: needs a name", i)
		}
		responsibilities(fmt.Sprintf("teams[%d]", i), t.Owns)
		t.Match.check(fmt.Sprintf("teams[%d]", i), bad)
	}
	parties := map[string]bool{"customer": true, "provider": true}
	for id := range cat.Parties {
		parties[id] = true
	}
	for i, p := range c.Parties {
		if p.ID == "" || p.Side != "customer" && p.Side != "provider" {
			bad("parties[%d]: needs an id, and side: customer or provider", i)
		}
		parties[p.ID] = true
	}
	for i, k := range c.Contracts {
		where := fmt.Sprintf("contracts[%d]", i)
		responsibilities(where, k.For)
		if len(k.For) == 0 {
			bad("%s: `for` names no responsibility", where)
		}
		if !parties[k.Owner] {
			bad("%s: owner %q is neither customer, provider nor a party", where, k.Owner)
		}
		k.Match.check(where, bad)
	}
	for i, e := range c.Environments {
		if e.Name == "" {
			bad("environments[%d]: needs a name", i)
		}
		e.Match.check(fmt.Sprintf("environments[%d]", i), bad)
	}
	for i, w := range c.Waivers {
		where := fmt.Sprintf("waivers[%d]", i)
		if len(w.Check) == 0 {
			bad("%s: names no check", where)
		}
		for _, id := range w.Check {
			if found, _ := checks.Lookup(id); found == nil && !strings.Contains(id, ":") { // prowler:s3_bucket_public is another scanner's
				bad("%s: no check %q; `demarc check list` lists them", where, id)
			}
		}
		if w.Reason == "" {
			bad("%s: a waiver needs a reason", where)
		}
		if w.Until != "" {
			if _, err := time.Parse(time.DateOnly, w.Until); err != nil {
				bad("%s: until must be a date like 2027-01-31, not %q", where, w.Until)
			}
		}
		w.Match.check(where, bad)
	}
	c.checkDeclared(cat, bad)
	for _, s := range c.Policy.NeverWaive {
		if check.Severity(s).Rank() < 0 {
			bad("policy.never_waive: no severity %q", s)
		}
	}
	return errors.Join(errs...)
}

func (m Match) check(where string, bad func(string, ...any)) {
	for _, list := range [][]string{m.Path, m.Address, m.Service, m.Kind, m.Account, m.Region, m.Environment} {
		for _, pattern := range list {
			if !doublestar.ValidatePattern(pattern) {
				bad("%s: %q is no valid glob", where, pattern)
			}
		}
	}
}

// Matches tells whether the asset is selected.
func (m Match) Matches(a *estate.Asset) bool {
	if len(m.Path) > 0 {
		ok := glob(m.Path, a.Location.File) || glob(m.Path, a.Root)
		for _, call := range a.Calls {
			ok = ok || glob(m.Path, call.File)
		}
		if !ok {
			return false
		}
	}
	if len(m.Address) > 0 && !slices.ContainsFunc(m.Address, func(p string) bool { return like(p, a.Address) || like(p, a.ID) }) {
		return false
	}
	for k, pattern := range m.Tags {
		if v, ok := a.Tags[k]; !ok || !like(pattern, v) {
			return false
		}
	}
	return among(m.Service, a.Service) && among(m.Kind, a.Kind) && among(m.Account, a.Account) &&
		among(m.Region, a.Region) && among(m.Environment, a.Environment)
}

func among(patterns []string, v string) bool { return len(patterns) == 0 || glob(patterns, v) }

func glob(patterns []string, v string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		ok, err := doublestar.Match(p, v)
		return err == nil && ok
	})
}

// like matches with * alone: addresses hold brackets, which globs would read
// as character classes.
func like(pattern, s string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == s
	}
	if !strings.HasPrefix(s, parts[0]) {
		return false
	}
	s = s[len(parts[0]):]
	last := parts[len(parts)-1]
	for _, p := range parts[1 : len(parts)-1] {
		i := strings.Index(s, p)
		if i < 0 {
			return false
		}
		s = s[i+len(p):]
	}
	return len(s) >= len(last) && strings.HasSuffix(s, last)
}

// AccountOf returns the account in which the resources of a root module or
// file live, or "".
func (c *Config) AccountOf(root string) string {
	for _, acc := range c.Accounts {
		if glob(acc.Path, root) {
			return acc.ID
		}
	}
	return ""
}

// Apply sets environment and team on assets.
func (c *Config) Apply(e *estate.Estate) {
	for _, a := range e.Assets {
		for _, env := range c.Environments {
			if env.Match.Matches(a) {
				a.Environment = env.Name
				break
			}
		}
		for _, t := range c.Teams {
			if len(t.Owns) == 0 && t.Match.Matches(a) {
				a.Team = t.Name
				break
			}
		}
	}
}

// TeamOf returns the team that owns a responsibility of an asset: the first
// that names it.
func (c *Config) TeamOf(a *estate.Asset, responsibility string) string {
	for _, t := range c.Teams {
		if len(t.Owns) > 0 && resolve.Covers(t.Owns, responsibility) && t.Match.Matches(a) {
			return t.Name
		}
	}
	return ""
}

// AddParties enters the configuration's own parties into the catalogue.
func (c *Config) AddParties(cat *catalogue.Catalogue) {
	for _, p := range c.Parties {
		cat.Parties[p.ID] = &catalogue.Party{ID: p.ID, Title: p.Title, Side: p.Side}
	}
}

// Overrides returns the contracts as owner rules.
func (c *Config) Overrides(cat *catalogue.Catalogue) []resolve.Override {
	var out []resolve.Override
	for i, k := range c.Contracts {
		o := resolve.Override{
			Name: k.Name, For: k.For, Match: k.Match.Matches, Note: k.Note,
			Source: fmt.Sprintf("%s#contracts[%d]", Name, i), Owner: resolve.Customer, Party: k.Owner,
		}
		if k.Owner == "provider" {
			o.Owner, o.Party = resolve.Provider, ""
		} else if p := cat.Parties[k.Owner]; p != nil && p.Side == "provider" {
			o.Owner = resolve.Provider
		}
		out = append(out, o)
	}
	return out
}
