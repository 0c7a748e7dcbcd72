package ledger

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/check"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/report"
)

// severityWeight says how much worse one severity is than the next: about
// twice, so that neither exposure nor reach alone lifts a low finding over a
// critical one.
var severityWeight = map[check.Severity]float64{check.Critical: 16, check.High: 8, check.Medium: 3, check.Low: 1}

// exposureWeight multiplies by how near an attacker stands. An unknown
// exposure weighs between the two: it is no reassurance.
var exposureWeight = map[string]float64{"yes": 3, "unknown": 1.5, "no": 1}

// leads are relations along which a compromise travels forward: who holds the
// asset gets at the other end.
var leads = map[string]bool{
	"role": true, "instance_profile": true, "execution_role": true, "secret": true, "target": true, "target_group": true,
	"origin": true, "alias": true, "definition": true, "disk": true, "instance": true, "cluster": true, "api": true,
	"machine_template": true, "allows": true,
}

// carries are relations whose other end protects or shapes the asset: when it
// is weak, everything that points at it is.
var carries = map[string]bool{
	"security_group": true, "key": true, "subnet": true, "network": true, "network_acl": true, "parameter_group": true,
	"machine_template": true, "image": true, "registry_image": true, "policy": true, "group": true, "certificate": true,
	"web_acl": true, "firewall_policy": true, "prefix_list": true, "definition": true, "account": true, "identity_provider": true,
}

const (
	maxCandidates = 400 // duties whose reach is computed
	maxReach      = 500 // assets followed from one of them
	maxHops       = 6
)

// Weakest ranks the failing duties by what they put at risk: severity ×
// exposure × (1 + log10(1 + assets reached)): the tenth asset adds less than the
// first.
func (l *Ledger) Weakest(most int) []report.WeakestLink {
	type candidate struct {
		entry *Entry
		duty  int
		worst check.Result
		base  float64
		exp   string
	}
	var all []candidate
	for i := range l.Entries {
		e := &l.Entries[i]
		exposed := ""
		for j, status := range e.Statuses {
			if status != Failing {
				continue
			}
			worst, ok := e.worstFailing(j)
			if !ok {
				continue
			}
			if exposed == "" {
				exposed = exposure(e.Asset)
			}
			all = append(all, candidate{e, j, worst, severityWeight[worst.Naming(e.Asset).Severity] * exposureWeight[exposed], exposed})
		}
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return cmp.Compare(b.base, a.base) })
	if len(all) > maxCandidates {
		all = all[:maxCandidates]
	}
	graph := l.graph(len(all) > 0)
	reached := map[*estate.Asset]reach{}
	links := make([]report.WeakestLink, 0, len(all))
	for _, c := range all {
		a := c.entry.Asset
		r, ok := reached[a]
		if !ok {
			r = l.reach(a, graph)
			reached[a] = r
		}
		f := l.Finding(c.entry, c.worst)
		link := report.WeakestLink{
			Score: math.Round(c.base*(1+math.Log10(1+float64(r.count)))*10) / 10,
			Asset: a.ID, Address: a.Address, Responsibility: c.entry.Duties[c.duty].Responsibility.ID,
			Title: f.Message, Severity: f.Severity, Exposed: c.exp, Reaches: r.count, Through: r.path, Do: f.Remediation,
			Why: because(f.Severity, c.exp, r.count),
		}
		for _, res := range c.entry.Results {
			if res.Duty == c.entry.Duties[c.duty] && l.result(c.entry, res) == report.Fail {
				link.Findings = append(link.Findings, Fingerprint(res.Check, a))
			}
		}
		links = append(links, link)
	}
	slices.SortStableFunc(links, func(a, b report.WeakestLink) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Asset, b.Asset), cmp.Compare(a.Responsibility, b.Responsibility))
	})
	if len(links) > most {
		links = links[:most]
	}
	for i := range links {
		links[i].Rank = i + 1
	}
	return links
}

// worstFailing is the gravest failing, unwaived result on the duty.
func (e *Entry) worstFailing(duty int) (check.Result, bool) {
	var worst check.Result
	found := false
	for _, r := range e.Results {
		if r.Duty != e.Duties[duty] || r.Outcome != check.Fail {
			continue
		}
		if w := e.waivers[r.Check]; w != nil && !w.Expired {
			continue
		}
		if !found || r.Naming(e.Asset).Severity.Rank() < worst.Naming(e.Asset).Severity.Rank() {
			worst, found = r, true
		}
	}
	return worst, found
}

// exposure tells whether anybody on the internet can get at the asset.
func exposure(a *estate.Asset) string {
	return report.Exposed(func(name string) (any, bool, bool) {
		f, ok := a.Fact(name)
		return f.Value, f.Known(), ok
	})
}

// graph lists for each asset those that rely on it.
func (l *Ledger) graph(wanted bool) map[*estate.Asset][]*estate.Asset {
	back := map[*estate.Asset][]*estate.Asset{}
	if !wanted {
		return back
	}
	for i := range l.Entries {
		for _, r := range l.Entries[i].Asset.Relations {
			if r.To != nil && carries[r.Name] {
				back[r.To] = append(back[r.To], l.Entries[i].Asset)
			}
		}
	}
	return back
}

type reach struct {
	count int
	path  []string // to the most valuable asset reached
}

// reach walks breadth-first from a, bounded in number and depth.
func (l *Ledger) reach(a *estate.Asset, back map[*estate.Asset][]*estate.Asset) reach {
	type step struct {
		asset *estate.Asset
		from  int
		hops  int
	}
	steps := []step{{a, -1, 0}}
	seen := map[*estate.Asset]bool{a: true}
	best, bestValue := -1, 0
	for i := 0; i < len(steps) && len(steps) <= maxReach; i++ {
		s := steps[i]
		if i > 0 {
			if v := l.value(s.asset); v > bestValue {
				best, bestValue = i, v
			}
		}
		if s.hops == maxHops {
			continue
		}
		visit := func(to *estate.Asset) {
			if to != nil && !seen[to] && len(steps) <= maxReach {
				seen[to] = true
				steps = append(steps, step{to, i, s.hops + 1})
			}
		}
		for _, r := range s.asset.Relations {
			if leads[r.Name] {
				visit(r.To)
			}
		}
		for _, to := range back[s.asset] {
			visit(to)
		}
	}
	out := reach{count: len(steps) - 1}
	for i := best; i >= 0; i = steps[i].from {
		out.path = append(out.path, steps[i].asset.ID)
	}
	slices.Reverse(out.path)
	return out
}

// value ranks what an attacker would want: administrators first, then data,
// then what runs code.
func (l *Ledger) value(a *estate.Asset) int {
	if f, ok := a.Fact("grants_admin"); ok && f.Value == true {
		return 4
	}
	t := l.Catalogue.Asset(a.NativeType)
	if t == nil {
		return 0
	}
	score := 1
	for _, r := range t.Responsibilities {
		switch r.ID {
		case "backup.retain":
			return 3
		case "application-code.publish":
			score = 2
		}
	}
	return score
}

func because(severity, exposed string, reaches int) string {
	severity = strings.ToUpper(severity[:1]) + severity[1:]
	where := map[string]string{
		"yes":     "anybody on the internet can get at it",
		"no":      "it is not reachable from the internet",
		"unknown": "whether the internet can reach it is not known",
	}[exposed]
	switch reaches {
	case 0:
		return fmt.Sprintf("%s severity; %s; nothing else in the estate hangs on it.", severity, where)
	case 1:
		return fmt.Sprintf("%s severity; %s; one other asset hangs on it.", severity, where)
	}
	return fmt.Sprintf("%s severity; %s; %d other assets hang on it.", severity, where, reaches)
}
