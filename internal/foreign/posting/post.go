package posting

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/check"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/foreign"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/resolve"
)

// Poster turns placed findings into results, and counts what became of them.
type Poster struct {
	rules    *Rules
	checks   map[string]*check.Check
	counts   map[string]*report.Import
	unmapped map[string]int
	namings  map[namingKey]*check.Naming
	teamOf   func(a *estate.Asset, responsibility string) string
}

type namingKey struct {
	check    *check.Check
	severity check.Severity
}

// NewPoster returns a poster for one run. teamOf, which may be nil, names the
// team within the customer that has a duty, or "".
func NewPoster(rules *Rules, teamOf func(a *estate.Asset, responsibility string) string) *Poster {
	return &Poster{
		rules: rules, teamOf: teamOf, checks: map[string]*check.Check{}, counts: map[string]*report.Import{}, unmapped: map[string]int{},
		namings: map[namingKey]*check.Naming{},
	}
}

// Count returns what became of a tool's findings so far.
func (p *Poster) Count(tool string) *report.Import {
	c := p.counts[tool]
	if c == nil {
		c = &report.Import{Tool: tool}
		p.counts[tool] = c
	}
	return c
}

// LeaveOut counts a finding that the user's choice leaves out.
func (p *Poster) LeaveOut(f *foreign.Finding) { p.Count(f.Tool).LeftOut++ }

// Take counts a finding before it is placed.
func (p *Poster) Take(f *foreign.Finding) {
	if f.Outcome == foreign.Pass {
		p.Count(f.Tool).Passes++
		return
	}
	p.Count(f.Tool).Findings++
}

// Without takes findings back that are on an asset which is not reported.
func (p *Poster) Without(found []*foreign.Finding) {
	for _, f := range found {
		c := p.Count(f.Tool)
		c.LeftOut++
		if f.Outcome == foreign.Pass {
			c.Passes--
		} else {
			c.Findings--
		}
	}
}

// Counts lists what became of each tool's findings, by tool.
func (p *Poster) Counts() []report.Import {
	var out []report.Import
	for _, tool := range slices.Sorted(maps.Keys(p.counts)) {
		out = append(out, *p.counts[tool])
	}
	return out
}

// Unmapped lists the rules of which nothing says what they bear on, with how
// often they were met, by rule.
func (p *Poster) Unmapped() (rules []string, findings int) {
	for _, rule := range slices.Sorted(maps.Keys(p.unmapped)) {
		rules = append(rules, rule)
		findings += p.unmapped[rule]
	}
	return rules, findings
}

// Checks lists the checks that stand for the rules met, sorted by id.
func (p *Poster) Checks() []*check.Check {
	out := slices.Collect(maps.Values(p.checks))
	slices.SortFunc(out, func(a, b *check.Check) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// group is one rule on one asset.
type group struct {
	all     []*foreign.Finding
	first   *foreign.Finding // the first of the worst outcome
	outcome foreign.Outcome
	tools   []string // that report it, the first's first
	count   map[string]int
	open    int // failing ones that nobody set aside
}

// Post lays what the tools found on an asset beside our own results on it, and
// returns both. Findings for which the asset has no duty come back as left.
func (p *Poster) Post(a *estate.Asset, duties []*resolve.Decision, ours []check.Result, found []*foreign.Finding) (results []check.Result, left []*foreign.Finding) {
	ours = slices.Clone(ours) // other assets share them
	groups := map[string]*group{}
	var order []string
	for _, f := range found {
		key := f.Tool + ":" + f.Rule
		if f.Class == foreign.OSPackage || f.Class == foreign.LanguagePackage {
			key = f.Rule // a vulnerability is the same whoever finds it
		}
		g := groups[key]
		if g == nil {
			g = &group{first: f, outcome: f.Outcome, count: map[string]int{}}
			groups[key] = g
			order = append(order, key)
		}
		g.add(f)
	}
	for _, key := range order {
		g := groups[key]
		b := p.rules.Bearing(g.first)
		duty := p.duty(duties, b)
		if duty == nil {
			left = append(left, g.all...)
			continue
		}
		if b.By == "" && g.total() > 0 {
			p.unmapped[g.first.Tool+":"+g.first.Rule] += g.total()
		}
		p.tally(a, duty, g)
		if !p.fold(ours, b, g, duty) {
			results = append(results, p.result(a, duty, g, b, ours))
		}
	}
	return append(ours, results...), left
}

func (g *group) add(f *foreign.Finding) {
	g.all = append(g.all, f)
	worse := map[foreign.Outcome]int{foreign.Fail: 0, foreign.Unknown: 1, foreign.Pass: 2}
	if worse[f.Outcome] < worse[g.outcome] || f.Outcome == g.outcome && g.first.Suppressed != "" && f.Suppressed == "" {
		g.first, g.outcome = f, f.Outcome
	}
	if f.Outcome != foreign.Pass {
		g.count[f.Tool]++
		if f.Suppressed == "" {
			g.open++
		}
	}
	if !slices.Contains(g.tools, f.Tool) {
		g.tools = append(g.tools, f.Tool)
	}
}

func (g *group) total() int {
	n := 0
	for _, c := range g.count {
		n += c
	}
	return n
}

// suppressed is why all of it was set aside; empty when some was not.
func (g *group) suppressed() string {
	if g.open > 0 {
		return ""
	}
	return g.first.Suppressed
}

// duty is the asset's duty that the finding bears on: the first of those it may
// that the asset has, or what is left for such as fit nowhere, last of all the
// first that is the customer's.
func (p *Poster) duty(duties []*resolve.Decision, b Bearing) *resolve.Decision {
	for _, list := range [][]string{b.Responsibilities, p.rules.file.Fallback} {
		for _, id := range list {
			for _, d := range duties {
				if d.Responsibility.ID == id {
					return d
				}
			}
		}
	}
	for _, d := range duties {
		if d.Owner == resolve.Customer {
			return d
		}
	}
	return nil
}

// tally counts whose the findings of a group are.
func (p *Poster) tally(a *estate.Asset, duty *resolve.Decision, g *group) {
	for tool, n := range g.count {
		c := p.Count(tool)
		switch duty.Owner {
		case resolve.Customer:
			c.Customer += n
			c.Team(p.team(a, duty), n)
		case resolve.Provider:
			c.Provider += n
		default:
			c.Undecided += n
		}
		if a.Reported {
			c.Elsewhere += n
		}
		if g.outcome == foreign.Fail && g.suppressed() != "" {
			c.Waived += n
		}
	}
}

func (p *Poster) team(a *estate.Asset, duty *resolve.Decision) string {
	team := ""
	if p.teamOf != nil {
		team = p.teamOf(a, duty.Responsibility.ID)
	}
	return cmp.Or(team, a.Team)
}

// fold lays a finding on our own result when the two say the same.
func (p *Poster) fold(ours []check.Result, b Bearing, g *group, duty *resolve.Decision) bool {
	for i := range ours {
		r := &ours[i]
		if !slices.Contains(b.Equivalent, r.Check) {
			continue
		}
		same := r.Outcome == check.Fail && g.outcome == foreign.Fail || r.Outcome == check.Pass && g.outcome == foreign.Pass ||
			r.Outcome == check.Provider && duty.Owner == resolve.Provider
		if !same {
			continue
		}
		if r.Theirs == nil {
			r.Theirs = &check.Theirs{}
		}
		for _, tool := range g.tools {
			if !slices.Contains(r.Theirs.Also, tool) {
				r.Theirs.Also = append(r.Theirs.Also, tool)
			}
		}
		if why := g.suppressed(); why != "" && r.Outcome == check.Fail {
			r.Theirs.Suppressed, r.Theirs.SuppressedBy = why, g.first.Tool
		}
		for tool, n := range g.count {
			p.Count(tool).Folded += n
		}
		return true
	}
	return false
}

func (p *Poster) result(a *estate.Asset, duty *resolve.Decision, g *group, b Bearing, ours []check.Result) check.Result {
	f := g.first
	t := &check.Theirs{
		Tool: f.Tool, Message: cmp.Or(f.Message, f.Title), Remediation: f.Remediation, Location: place(f), Count: g.count[f.Tool],
		Suppressed: g.suppressed(), SuppressedBy: f.Tool,
	}
	for _, tool := range g.tools {
		if tool != f.Tool {
			t.Also = append(t.Also, tool)
		}
	}
	outcome := map[foreign.Outcome]check.Outcome{foreign.Fail: check.Fail, foreign.Pass: check.Pass, foreign.Unknown: check.Unknown}[g.outcome]
	if outcome == check.Fail {
		t.Note = disagreement(ours, b)
	}
	severity := check.Severity(f.Severity)
	if severity == "" {
		severity = check.Medium
		for _, c := range b.Equivalent {
			severity = c.SeverityOn(a)
		}
	}
	c := p.check(f, severity, duty)
	return check.Report(c, duty, outcome, p.naming(c, severity, f), t)
}

// disagreement says how a failing finding stands to our own results that ask
// the same.
func disagreement(ours []check.Result, b Bearing) string {
	for _, r := range ours {
		if !slices.Contains(b.Equivalent, r.Check) {
			continue
		}
		switch r.Outcome {
		case check.Pass:
			return fmt.Sprintf("Demarc disagrees: %s passes on what was read", r.Check.ID)
		case check.Unknown:
			return fmt.Sprintf("Demarc could not tell: %s is unknown", r.Check.ID)
		}
	}
	return ""
}

func (p *Poster) check(f *foreign.Finding, severity check.Severity, duty *resolve.Decision) *check.Check {
	id := f.Tool + ":" + f.Rule
	c := p.checks[id]
	if c == nil {
		c = check.Rule(f.Tool, f.Rule, f.Title, severity, duty.Responsibility.ID)
		c.References, c.Fix["text"] = f.References, f.Remediation
		p.checks[id] = c
	}
	return c
}

// naming is shared among results of one check and severity. Controls are shown
// in the words of the tool.
func (p *Poster) naming(c *check.Check, severity check.Severity, f *foreign.Finding) *check.Naming {
	key := namingKey{c, severity}
	n := p.namings[key]
	if n == nil {
		n = &check.Naming{Severity: severity}
		for _, control := range f.Controls {
			if control = strings.TrimSpace(control); strings.Contains(control, " ") {
				n.Controls = append(n.Controls, strings.ToLower(control[:1])+control[1:])
			}
		}
		p.namings[key] = n
	}
	return n
}
