// Package waive decides which failing findings are accepted risks: by
// demarc.yaml, by Demarc's own source comments, and by the comments of other
// scanners, so that a team can switch in an afternoon.
package waive

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/demarc-sec/demarc/internal/check"
	"github.com/demarc-sec/demarc/internal/config"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/ledger"
	"github.com/demarc-sec/demarc/internal/normalise"
	"github.com/demarc-sec/demarc/internal/report"
)

// Comment is a waiver written in the source.
type Comment struct {
	Tool   string   // "demarc:waive", "checkov:skip", …
	IDs    []string // of checks, rows or the other tool's rules; "*" is all
	Reason string
	Until  string
	By     string
}

var (
	own     = regexp.MustCompile(`demarc:waive[=\s]\s*([a-z0-9-]+(?:,[a-z0-9-]+)*)(.*)`)
	option  = regexp.MustCompile(`\b(until|reason|by)=(?:"([^"]*)"|(\S+))`)
	checkov = regexp.MustCompile(`(?:checkov|bridgecrew|cortex):skip=([A-Za-z0-9_/]+)(?::\s*(.*))?`)
	trivy   = regexp.MustCompile(`(trivy|tfsec):ignore:(\S+)`)
	kics    = regexp.MustCompile(`kics-scan\s+(ignore-block|ignore-line|ignore|disable=\S+)`)
	// annotation is what readers of Kubernetes objects make of the annotations
	// that other scanners heed.
	annotation = regexp.MustCompile(`^(kube-linter:skip|kube-score:ignore|polaris:exempt|datree:skip)=([A-Za-z0-9_.*/-]+)(?::\s*(.*))?`)
	expiry     = regexp.MustCompile(`:exp:(\d{4}-\d{2}-\d{2})`)
)

// Parse reads the waivers in a comment's text.
func Parse(text string) []Comment {
	var out []Comment
	if m := own.FindStringSubmatch(text); m != nil {
		c := Comment{Tool: "demarc:waive", IDs: strings.Split(m[1], ",")}
		for _, o := range option.FindAllStringSubmatch(m[2], -1) {
			value := o[2] + o[3]
			switch o[1] {
			case "until":
				c.Until = value
			case "reason":
				c.Reason = value
			case "by":
				c.By = value
			}
		}
		out = append(out, c)
	}
	if m := checkov.FindStringSubmatch(text); m != nil {
		out = append(out, Comment{Tool: "checkov:skip", IDs: []string{m[1]}, Reason: strings.TrimSpace(m[2])})
	}
	if m := annotation.FindStringSubmatch(text); m != nil {
		out = append(out, Comment{Tool: m[1], IDs: []string{m[2]}, Reason: strings.TrimSpace(m[3])})
	}
	for _, m := range trivy.FindAllStringSubmatch(text, -1) {
		c := Comment{Tool: m[1] + ":ignore"}
		id := m[2]
		if e := expiry.FindStringSubmatch(id); e != nil {
			c.Until = e[1]
			id = strings.Replace(id, e[0], "", 1)
		}
		id, _, _ = strings.Cut(id, "[") // trivy's parameters
		c.IDs = []string{id}
		out = append(out, c)
	}
	if m := kics.FindStringSubmatch(text); m != nil {
		c := Comment{Tool: "kics-scan " + m[1], IDs: []string{"*"}}
		if ids, ok := strings.CutPrefix(m[1], "disable="); ok {
			c.Tool, c.IDs = "kics-scan disable", strings.Split(ids, ",")
		}
		out = append(out, c)
	}
	return out
}

// Waivers answers for a run.
type Waivers struct {
	Config *config.Config
	Today  time.Time
}

// reachesIn are the waivers that, at a module call, hold for what the module
// makes. Comments for KICS hold for the block they stand at.
var reachesIn = map[string]bool{"demarc:waive": true, "checkov:skip": true, "trivy:ignore": true, "tfsec:ignore": true}

// For returns the ledger's question over the comments that stand at assets.
func (w *Waivers) For(comments map[*estate.Asset][]normalise.Comment) ledger.Waive {
	parsed := map[*estate.Asset][]Comment{}
	for a, cs := range comments {
		for _, c := range cs {
			for _, found := range Parse(c.Text) {
				if !c.Call || reachesIn[found.Tool] {
					parsed[a] = append(parsed[a], found)
				}
			}
		}
	}
	return func(a *estate.Asset, r check.Result) *report.Waiver {
		c := r.Check
		if slices.Contains(w.Config.Policy.NeverWaive, string(r.Naming(a).Severity)) {
			return nil
		}
		names := []string{c.ID}
		for _, r := range c.RowsOn(a) {
			names = append(names, r.ID)
		}
		var expired *report.Waiver
		for _, found := range slices.Concat(w.fromConfig(names, a), w.fromComments(names, c, parsed[a]), w.fromTool(r.Theirs)) {
			if !found.Expired {
				return found
			}
			expired = found
		}
		return expired
	}
}

func (w *Waivers) fromConfig(names []string, a *estate.Asset) []*report.Waiver {
	var out []*report.Waiver
	for _, k := range w.Config.Waivers {
		if slices.ContainsFunc(k.Check, func(id string) bool { return slices.Contains(names, id) }) && k.Match.Matches(a) {
			out = append(out, w.waiver(config.Name, k.By, k.Reason, k.Until))
		}
	}
	return out
}

// fromTool honours what was set aside in another scanner.
func (w *Waivers) fromTool(t *check.Theirs) []*report.Waiver {
	if t == nil || t.Suppressed == "" || w.Config.Policy.RefuseForeign {
		return nil
	}
	return []*report.Waiver{w.waiver("suppressed in "+t.SuppressedBy, "", t.Suppressed, "")}
}

func (w *Waivers) fromComments(names []string, c *check.Check, comments []Comment) []*report.Waiver {
	if w.Config.Policy.RefuseComments {
		return nil
	}
	var out []*report.Waiver
	for _, k := range comments {
		ids := names
		if k.Tool != "demarc:waive" {
			if w.Config.Policy.RefuseForeign {
				continue
			}
			ids = slices.Clone(names)
			for _, theirs := range c.Elsewhere {
				ids = append(ids, theirs...)
			}
		}
		if slices.ContainsFunc(k.IDs, func(id string) bool {
			return id == "*" || slices.ContainsFunc(ids, func(n string) bool { return strings.EqualFold(rule(n), rule(id)) })
		}) {
			out = append(out, w.waiver("comment "+k.Tool, k.By, k.Reason, k.Until))
		}
	}
	return out
}

// rule is an id without the prefix that Trivy once gave all of its own.
func rule(id string) string {
	if len(id) > 4 && strings.EqualFold(id[:4], "AVD-") {
		return id[4:]
	}
	return id
}

// waiver fills in whether it has run out. One whose date cannot be read, or
// that reaches further than the policy allows, counts as expired: an accepted
// risk must not last by accident.
func (w *Waivers) waiver(source, by, reason, until string) *report.Waiver {
	out := &report.Waiver{By: by, Reason: reason, Until: until, Source: source}
	if until == "" {
		out.Expired = w.Config.Policy.MaxDays > 0
		return out
	}
	day, err := time.Parse(time.DateOnly, until)
	out.Expired = err != nil || w.Today.After(day.AddDate(0, 0, 1).Add(-time.Nanosecond)) ||
		w.Config.Policy.MaxDays > 0 && day.After(w.Today.AddDate(0, 0, w.Config.Policy.MaxDays))
	return out
}
