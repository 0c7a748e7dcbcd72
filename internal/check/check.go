// Package check loads the checks and runs them: predicates over facts that
// prove or refute a duty. A check is data; see docs/adding-a-check.md.
package check

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/expr"
)

// Check is one check.yaml.
type Check struct {
	ID             string              `yaml:"id"`
	Title          string              `yaml:"title"` // what holds when it passes
	Severity       Severity            `yaml:"severity"`
	Responsibility string              `yaml:"responsibility"`
	Applies        Scope               `yaml:"applies"`
	Needs          []string            `yaml:"needs"` // facts an asset must have; by default those the expressions read
	Pass           string              `yaml:"pass"`
	Fail           string              `yaml:"fail"` // message, a template
	Why            string              `yaml:"why"`
	Fix            map[string]string   `yaml:"fix"` // "text", and one for each dialect, or dialect and provider; templates
	References     []string            `yaml:"references"`
	Rows           []*Row              `yaml:"rows"`
	Controls       map[string][]string `yaml:"controls"` // framework and version -> section ids

	// Elsewhere holds the ids other scanners have for the same check, by tool:
	// their in-source waivers are honoured.
	Elsewhere map[string][]string `yaml:"elsewhere"`

	Index  int    `yaml:"-"` // position among the checks of its set
	Dir    string `yaml:"-"` // folder, for its fixtures
	pass   *expr.Predicate
	when   *expr.Predicate
	mapped []string // of Needs, those that mappings give rather than analyses
}

// Row is a narrower name of a check, by which benchmarks and other tools know
// it on some assets: "aws-rds-encrypted" is encryption-at-rest on databases.
type Row struct {
	ID       string              `yaml:"id"`
	Scope    Scope               `yaml:",inline"`
	Severity Severity            `yaml:"severity"` // when it differs there
	Controls map[string][]string `yaml:"controls"`

	when *expr.Predicate
}

// Scope selects assets. Empty selects all; the lists are alternatives within
// and conditions among each other.
type Scope struct {
	Providers []string `yaml:"providers"`
	Services  []string `yaml:"services"`
	Kinds     []string `yaml:"kinds"`
	NotKinds  []string `yaml:"not_kinds"`
	Types     []string `yaml:"types"`
	NotTypes  []string `yaml:"not_types"`
	When      string   `yaml:"when"`
}

// Severity of a failing check, as the field counts it.
type Severity string

// The severities.
const (
	Critical Severity = "critical"
	High     Severity = "high"
	Medium   Severity = "medium"
	Low      Severity = "low"
)

// Rank orders severities: 0 is the worst.
func (s Severity) Rank() int {
	return slices.Index([]Severity{Critical, High, Medium, Low}, s)
}

// idPattern is what a check may be called.
var idPattern = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func (c *Check) compile(cat *catalogue.Catalogue) (errs []error) {
	bad := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("%s/check.yaml: %s", c.Dir, fmt.Sprintf(format, args...)))
	}
	if !idPattern.MatchString(c.ID) {
		bad("id %q must be lower-case words joined by dashes", c.ID)
	}
	if c.Severity.Rank() < 0 {
		bad("severity %q is none of critical, high, medium, low", c.Severity)
	}
	if cat.Responsibilities[c.Responsibility] == nil {
		bad("no responsibility %q", c.Responsibility)
	}
	for name, text := range map[string]string{"title": c.Title, "fail": c.Fail, "why": c.Why, "fix.text": c.Fix["text"]} {
		if text == "" {
			bad("%s is empty", name)
		}
	}
	for key := range c.Fix {
		if err := fixKey(cat, key); err != nil {
			bad("%v", err)
		}
	}
	for _, ref := range c.References {
		if !strings.HasPrefix(ref, "https://") {
			bad("reference %q is no https address", ref)
		}
	}
	predicate := func(what, source string) *expr.Predicate {
		if source == "" {
			return nil
		}
		p, err := cat.FactEnv.Predicate(source)
		if err != nil {
			bad("%s: %v", what, err)
		}
		return p
	}
	if c.Pass == "" {
		bad("pass is empty")
	}
	c.pass, c.when = predicate("pass", c.Pass), predicate("applies.when", c.Applies.When)
	if slices.Contains(c.Rows, nil) {
		bad("a row is empty")
		return errs
	}
	for _, r := range c.Rows {
		r.when = predicate("row "+r.ID, r.Scope.When)
		if r.Severity != "" && r.Severity.Rank() < 0 {
			bad("row %s: severity %q is none of critical, high, medium, low", r.ID, r.Severity)
		}
		c.checkScope(cat, r.Scope, bad)
	}
	c.checkScope(cat, c.Applies, bad)
	if c.Needs == nil && c.pass != nil {
		c.Needs = slices.Clone(c.pass.Facts)
		if c.when != nil {
			for _, f := range c.when.Facts {
				if !slices.Contains(c.Needs, f) {
					c.Needs = append(c.Needs, f)
				}
			}
		}
	}
	for _, f := range c.Needs {
		if cat.Facts[f] == nil {
			bad("needs: no fact %q", f)
		} else if cat.Facts[f].Derived == "" {
			c.mapped = append(c.mapped, f)
		}
	}
	if len(c.Needs) == 0 && len(c.Applies.Kinds) == 0 && len(c.Applies.Types) == 0 {
		bad("reads no fact directly, so `applies` must name kinds or types")
	}
	return errs
}

// fixKey tells what is wrong with the name of a remediation.
func fixKey(cat *catalogue.Catalogue, key string) error {
	dialect, provider, limited := strings.Cut(key, "/")
	switch {
	case key == "text":
	case !slices.Contains(estate.Dialects, estate.Dialect(dialect)):
		return fmt.Errorf("fix: %q is neither `text` nor a dialect such as terraform", dialect)
	case limited && !cat.HasProvider(provider):
		return fmt.Errorf("fix: no provider %q in the catalogue", provider)
	}
	return nil
}

// FixIn is the remediation in the words of a dialect for a provider's
// resources; empty when there is none.
func (c *Check) FixIn(dialect estate.Dialect, provider string) string {
	return cmp.Or(c.Fix[string(dialect)+"/"+provider], c.Fix[string(dialect)])
}

func (c *Check) checkScope(cat *catalogue.Catalogue, s Scope, bad func(string, ...any)) {
	for _, k := range slices.Concat(s.Kinds, s.NotKinds) {
		if cat.Kinds[k] == nil {
			bad("no kind %q", k)
		}
	}
	for _, t := range slices.Concat(s.Types, s.NotTypes) {
		if !cat.HasAsset(t) {
			bad("no asset type %q in the catalogue", t)
		}
	}
	for _, id := range s.Services {
		if !cat.HasService(id) {
			bad("no service %q in the catalogue", id)
		}
	}
}

// selects tells whether the scope's lists admit the asset.
func (s Scope) selects(a *estate.Asset) bool {
	in := func(list []string, v string) bool { return len(list) == 0 || slices.Contains(list, v) }
	return in(s.Providers, a.Provider) && in(s.Services, a.Service) && in(s.Kinds, a.Kind) && in(s.Types, a.Means) &&
		!slices.Contains(s.NotKinds, a.Kind) && !slices.Contains(s.NotTypes, a.Means)
}

// RowsOn lists the rows by which the check is known on the asset.
func (c *Check) RowsOn(a *estate.Asset) []*Row {
	var out []*Row
	for _, r := range c.Rows {
		if !r.Scope.selects(a) {
			continue
		}
		if r.when != nil {
			if !r.when.Applies(a) {
				continue
			}
			if truth, _ := r.when.Eval(a); truth == expr.False {
				continue
			}
		}
		out = append(out, r)
	}
	return out
}

// SeverityOn is the check's severity on the asset.
func (c *Check) SeverityOn(a *estate.Asset) Severity {
	worst := c.Severity
	found := false
	for _, r := range c.RowsOn(a) {
		if r.Severity != "" && (!found || r.Severity.Rank() < worst.Rank()) {
			worst, found = r.Severity, true
		}
	}
	return worst
}

// Facts are the facts the check's expressions read directly.
func (c *Check) Facts() []string { return c.pass.Facts }

// Tagged tells whether the check or one of its rows evidences a control of
// the framework, named as InFramework takes it.
func (c *Check) Tagged(framework string) bool {
	has := func(m map[string][]string) bool {
		for name := range m {
			if InFramework(name, framework) {
				return true
			}
		}
		return false
	}
	return has(c.Controls) || slices.ContainsFunc(c.Rows, func(r *Row) bool { return has(r.Controls) })
}

// InFramework tells whether what somebody asks for means a framework: by its
// name, with all of its version, the beginning of it, or none. cis-aws-7.0.0 is
// meant by cis-aws, cis-aws-7 and cis-aws-7.0.
func InFramework(name, asked string) bool {
	rest, ok := strings.CutPrefix(name, strings.ToLower(asked))
	return ok && asked != "" && (rest == "" || rest[0] == '-' || rest[0] == '.')
}

// In tells whether the check's folder lies in dir.
func (c *Check) In(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, c.Dir, "check.yaml"))
	return err == nil
}

// CanApply tells whether assets of the type can have what the check needs.
func (c *Check) CanApply(cat *catalogue.Catalogue, t *catalogue.AssetType) bool {
	if !c.Applies.selects(&estate.Asset{Provider: t.Service.Provider, Service: t.Service.ID, Kind: t.KindID, NativeType: t.Type, Means: t.Means}) {
		return false
	}
	for _, f := range c.mapped {
		if !cat.Possible(t, f) {
			return false
		}
	}
	return true
}
