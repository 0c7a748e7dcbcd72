package workflow

import (
	"regexp"
	"slices"
	"strings"

	"github.com/rhysd/actionlint"

	"github.com/demarc-sec/demarc/internal/source"
)

// whose says whose machines jobs run on.
type whose int

const (
	githubs   whose = iota
	notTold         // a label of one's own, which a larger machine of GitHub's may carry too
	customers       // the repository's owner's
)

// hosted are the labels of GitHub's own machines; larger ones carry these with
// a size.
var hosted = regexp.MustCompile(`^(ubuntu|windows|macos)-`)

// runners notes what machines the jobs ask for. self_hosted is whether one is
// the repository's owner's, and self_hosted_unguarded whether such a job runs
// whoever may see the repository.
func (a *analysis) runners(jobs []*actionlint.Job) {
	all, open := githubs, githubs
	for _, j := range jobs {
		w := a.runner(j)
		all = max(all, w)
		if !privateOnly(text(j.If)) {
			open = max(open, w)
		}
		if w == customers && a.lines["self_hosted"] == 0 {
			a.lines["self_hosted"] = lineOf(j.Pos)
		}
	}
	a.lines["self_hosted_unguarded"] = a.lines["self_hosted"]
	for name, w := range map[string]whose{"self_hosted": all, "self_hosted_unguarded": open} {
		switch w {
		case notTold:
			a.body[name] = &source.Unknown{Reason: "the label of a runner does not tell whose machine it is"}
		default:
			a.body[name] = w == customers
		}
	}
}

func (a *analysis) runner(j *actionlint.Job) whose {
	if j.RunsOn == nil {
		return githubs
	}
	labels := j.RunsOn.Labels
	if j.RunsOn.LabelsExpr != nil {
		labels = []*actionlint.String{j.RunsOn.LabelsExpr}
	}
	out := githubs
	if j.RunsOn.Group != nil {
		out = notTold // groups hold machines of either
	}
	var asked []string
	for _, l := range labels {
		a.note("runs_on", text(l), lineOf(j.Pos))
		asked = append(asked, values(text(l), j.Strategy)...)
	}
	for _, l := range asked {
		switch label := strings.ToLower(l); {
		case label == "self-hosted", !hosted.MatchString(label) && !strings.Contains(label, "${{") && len(labels) > 1:
			return customers
		case !hosted.MatchString(label):
			out = notTold
		}
	}
	return out
}

// matrixValue matches an expression that is one value of the job's matrix.
var matrixValue = regexp.MustCompile(`^\$\{\{\s*matrix\.([A-Za-z0-9_-]+)\s*\}\}$`)

// values are what a label stands for: itself, or what the matrix has for it.
func values(label string, s *actionlint.Strategy) []string {
	m := matrixValue.FindStringSubmatch(label)
	if m == nil || s == nil || s.Matrix == nil || s.Matrix.Expression != nil {
		return []string{label}
	}
	name := strings.ToLower(m[1])
	var out []string
	if row := s.Matrix.Rows[name]; row != nil {
		if row.Expression != nil {
			return []string{label}
		}
		for _, v := range row.Values {
			out = append(out, scalars(v)...)
		}
	}
	if s.Matrix.Include != nil {
		if s.Matrix.Include.ContainsExpression() {
			return append(out, label)
		}
		for _, c := range s.Matrix.Include.Combinations {
			if v := c.Assigns[name]; v != nil {
				out = append(out, scalars(v.Value)...)
			}
		}
	}
	if len(out) == 0 {
		return []string{label}
	}
	return out
}

// scalars are the texts of a value that is one, or a list of them.
func scalars(v actionlint.RawYAMLValue) []string {
	switch x := v.(type) {
	case *actionlint.RawYAMLString:
		return []string{x.Value}
	case *actionlint.RawYAMLArray:
		var out []string
		for _, e := range x.Elems {
			if s, ok := e.(*actionlint.RawYAMLString); ok {
				out = append(out, s.Value)
			}
		}
		return out
	}
	return nil
}

// private are the conditions that hold in no public repository.
var private = regexp.MustCompile(`^github\.event\.repository\.(private( == true)?|visibility == '(private|internal)'|visibility != 'public')$`)

// privateOnly tells whether a job's condition holds in no public repository.
func privateOnly(condition string) bool {
	c := strings.TrimSpace(condition)
	if inner, ok := strings.CutPrefix(c, "${{"); ok {
		c = strings.TrimSuffix(inner, "}}")
	}
	if strings.Contains(c, "||") || strings.Contains(c, "${{") {
		return false
	}
	return slices.ContainsFunc(strings.Split(c, "&&"), func(term string) bool {
		return private.MatchString(strings.Join(strings.Fields(strings.Trim(term, "() \t\n")), " "))
	})
}
