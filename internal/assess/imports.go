package assess

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/foreign"
	"github.com/demarc-sec/demarc/internal/foreign/posting"
	"github.com/demarc-sec/demarc/internal/ledger"
	"github.com/demarc-sec/demarc/internal/normalise"
	"github.com/demarc-sec/demarc/internal/report"
)

// imported is what other scanners found, on its way into the ledger.
type imported struct {
	rules   *posting.Rules
	poster  *posting.Poster
	sources []report.Source
	found   []foreign.Finding
	from    []int // the source of each
	on      map[*estate.Asset][]*foreign.Finding
	left    []left
}

// left is a finding that has no place.
type left struct {
	finding *foreign.Finding
	source  int
	why     string
}

// importReports reads the reports and places their findings on the estate,
// which it adds to where only a report names an asset.
func (e *Engine) importReports(ctx context.Context, opt Options, res *normalise.Result, n *normalise.Normaliser) (*imported, error) {
	if len(opt.Imports) == 0 {
		return nil, nil
	}
	rules, err := posting.Load(e.Catalogue, e.Checks, e.overlays)
	if err != nil {
		return nil, err
	}
	im := &imported{rules: rules, poster: posting.NewPoster(rules, opt.TeamOf), on: map[*estate.Asset][]*foreign.Finding{}}
	for i, path := range opt.Imports {
		info := report.Source{Path: filepath.ToSlash(path)}
		s := sink{nil, &info, nil}
		kind, err := foreign.Read(ctx, path, func(f foreign.Finding) {
			info.Resources++
			if !opt.Selection.Takes(&f, rules.Bearing(&f)) {
				im.poster.LeaveOut(&f)
				return
			}
			im.found = append(im.found, f)
			im.from = append(im.from, i)
		}, s.Gap)
		if err != nil {
			return nil, err
		}
		info.Kind = string(kind)
		im.sources = append(im.sources, info)
	}
	im.place(res, n)
	return im, nil
}

// place finds or makes the asset of every finding.
func (im *imported) place(res *normalise.Result, n *normalise.Normaliser) {
	index := posting.NewIndex(res.Estate.Assets, n.Named, im.rules.Types())
	stands := map[string]*estate.Asset{}
	before := len(res.Estate.Assets)
	for i := range im.found {
		f := &im.found[i]
		im.poster.Take(f)
		a := index.Find(f)
		if a == nil {
			r, why := im.rules.Types().Stand(f)
			if r == nil {
				im.left = append(im.left, left{f, im.from[i], why})
				continue
			}
			key := strings.ToLower(r.Type + "\x00" + r.Account + "\x00" + r.Address)
			if a = stands[key]; a == nil {
				a = n.Reported(r)
				stands[key] = a
			}
		}
		if a == nil {
			im.left = append(im.left, left{f, im.from[i], "the catalogue describes no such asset"})
			continue
		}
		im.on[a] = append(im.on[a], f)
	}
	res.Estate.Assets = append(slices.Clip(res.Estate.Assets), n.More(before)...)
	slices.SortFunc(res.Estate.Assets, func(a, b *estate.Asset) int { return strings.Compare(a.ID, b.ID) })
}

// post lays the findings beside our own results, on the assets that are
// reported.
func (im *imported) post(l *ledger.Ledger, within func(service, account, region string) bool) {
	if im == nil {
		return
	}
	sourceOf := make(map[*foreign.Finding]int, len(im.found))
	for i := range im.found {
		sourceOf[&im.found[i]] = im.from[i]
	}
	for i := range l.Entries {
		e := &l.Entries[i]
		found := im.on[e.Asset]
		switch {
		case len(found) == 0:
			continue
		case within != nil && !within(e.Asset.Service, e.Asset.Account, e.Asset.Region):
			im.poster.Without(found)
			continue
		}
		results, rest := im.poster.Post(e.Asset, e.Duties, e.Results, found)
		e.Results = results
		for _, f := range rest {
			im.left = append(im.left, left{f, sourceOf[f], "its asset has no duty that it bears on"})
		}
	}
	l.Checks = l.Checks.With(im.poster.Checks())
	im.tell()
}

func (im *imported) counts() []report.Import {
	if im == nil {
		return nil
	}
	return im.poster.Counts()
}

// maxTold bounds the examples of a gap.
const maxTold = 5

// maxReasons bounds the reasons that are given with a tool's counts.
const maxReasons = 20

// tell lists what has no place and which rules nothing maps, as gaps of the
// sources, and the former with each tool's counts too.
func (im *imported) tell() {
	type why struct {
		source int
		reason string
	}
	bySource, byTool := map[why]map[string]int{}, map[string]map[string]map[string]int{}
	var order []why
	for _, x := range im.left {
		if x.finding.Outcome == foreign.Pass {
			continue // a rule that holds somewhere unknown says nothing
		}
		tool, rule := x.finding.Tool, x.finding.Rule
		im.poster.Count(tool).Unplaced++
		k := why{x.source, x.why}
		if bySource[k] == nil {
			bySource[k] = map[string]int{}
			order = append(order, k)
		}
		bySource[k][tool+":"+rule]++
		if byTool[tool] == nil {
			byTool[tool] = map[string]map[string]int{}
		}
		if byTool[tool][x.why] == nil {
			byTool[tool][x.why] = map[string]int{}
		}
		byTool[tool][x.why][rule]++
	}
	for tool, reasons := range byTool {
		c := im.poster.Count(tool)
		for reason, counts := range reasons {
			rules, n := byCount(counts)
			c.Unplaces = append(c.Unplaces, report.Unplaced{Why: reason, Findings: n, Rules: rules})
		}
		slices.SortFunc(c.Unplaces, func(a, b report.Unplaced) int {
			return cmp.Or(cmp.Compare(b.Findings, a.Findings), cmp.Compare(a.Why, b.Why))
		})
		if more := len(c.Unplaces) - maxReasons; more > 0 {
			rest := report.Unplaced{Why: fmt.Sprintf("for %d more reasons", more), Rules: []string{}}
			for _, u := range c.Unplaces[maxReasons:] {
				rest.Findings += u.Findings
			}
			c.Unplaces = append(c.Unplaces[:maxReasons:maxReasons], rest)
		}
	}
	for _, k := range order {
		s := &im.sources[k.source]
		rules, n := byCount(bySource[k])
		s.Gaps = append(s.Gaps, report.Gap{Kind: "unplaced", What: fmt.Sprintf("%s: %s could not be placed: %s (%s)", s.Path, plural(n, "finding"), k.reason, strings.Join(rules, ", "))})
	}
	if rules, n := im.poster.Unmapped(); len(rules) > 0 && len(im.sources) > 0 {
		what := fmt.Sprintf("%s of %s of other scanners, of which nothing says what they bear on; they are posted on the settings of the service: %s",
			plural(n, "finding"), plural(len(rules), "rule"), strings.Join(rules[:min(len(rules), 4*maxTold)], ", "))
		if len(rules) > 4*maxTold {
			what += ", …"
		}
		s := &im.sources[0]
		s.Gaps = append(s.Gaps, report.Gap{Kind: "unmapped", What: what, Mend: "say in a " + posting.File + " of your catalogue directory"})
	}
}

// byCount lists the first few rules, most frequent first, and how many
// findings there are in all.
func byCount(counts map[string]int) (rules []string, n int) {
	for rule, c := range counts {
		rules = append(rules, rule)
		n += c
	}
	slices.SortFunc(rules, func(a, b string) int {
		if counts[a] != counts[b] {
			return counts[b] - counts[a]
		}
		return strings.Compare(a, b)
	})
	rest := len(rules) - maxTold
	rules = rules[:min(len(rules), maxTold)]
	for i, r := range rules {
		if counts[r] > 1 {
			rules[i] = fmt.Sprintf("%s ×%d", r, counts[r])
		}
	}
	if rest > 0 {
		rules = append(rules, fmt.Sprintf("and %d more rules", rest))
	}
	return rules, n
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
