package foreign

import (
	"cmp"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/demarc-sec/demarc/internal/cvss"
)

type sarifText struct {
	Text     string `json:"text"`
	Markdown string `json:"markdown"`
}

type sarifRule struct {
	ID               string    `json:"id"`
	Name             string    `json:"name"`
	ShortDescription sarifText `json:"shortDescription"`
	FullDescription  sarifText `json:"fullDescription"`
	HelpURI          string    `json:"helpUri"`
	Default          struct {
		Level string `json:"level"`
	} `json:"defaultConfiguration"`
	Messages   map[string]sarifText `json:"messageStrings"`
	Properties sarifProperties      `json:"properties"`
	Relations  []struct {
		Target struct {
			ID string `json:"id"`
		} `json:"target"`
	} `json:"relationships"`
}

type sarifProperties struct {
	Tags             any `json:"tags"`
	SecuritySeverity any `json:"security-severity"`
	ProblemSeverity  any `json:"problem.severity"`
	Severity         any `json:"severity"`
}

type sarifComponent struct {
	Name  string      `json:"name"`
	Rules []sarifRule `json:"rules"`
}

type sarifArtifact struct {
	URI   string `json:"uri"`
	Base  string `json:"uriBaseId"`
	Index *int   `json:"index"`
}

type sarifResult struct {
	RuleID    string `json:"ruleId"`
	RuleIndex *int   `json:"ruleIndex"`
	Rule      struct {
		ID    string `json:"id"`
		Index *int   `json:"index"`
		Tool  struct {
			Index *int `json:"index"`
		} `json:"toolComponent"`
	} `json:"rule"`
	Kind    string `json:"kind"`
	Level   string `json:"level"`
	Message struct {
		Text      string   `json:"text"`
		ID        string   `json:"id"`
		Arguments []string `json:"arguments"`
	} `json:"message"`
	Locations []struct {
		Physical struct {
			Artifact sarifArtifact `json:"artifactLocation"`
			Region   struct {
				Start int `json:"startLine"`
				End   int `json:"endLine"`
			} `json:"region"`
		} `json:"physicalLocation"`
		Logical []struct {
			Name string `json:"name"`
			Full string `json:"fullyQualifiedName"`
			Kind string `json:"kind"`
		} `json:"logicalLocations"`
		Message sarifText `json:"message"`
	} `json:"locations"`
	Suppressions []struct {
		Kind          string `json:"kind"`
		Status        string `json:"status"`
		Justification string `json:"justification"`
	} `json:"suppressions"`
	BaselineState string          `json:"baselineState"`
	Properties    sarifProperties `json:"properties"`
}

// sarifRun is what the results of a run refer to.
type sarifRun struct {
	tool       string
	rules      []sarifRule
	byID       map[string]*sarifRule
	extensions []sarifComponent
	artifacts  []sarifArtifact
	bases      map[string]sarifArtifact
	repository string
	image      string // Trivy tells it
}

// readSARIF reads twice: the rules may stand behind the results.
func readSARIF(r *report) error {
	var runs []*sarifRun
	err := r.eachRun(func(d *document) error {
		run := &sarifRun{bases: map[string]sarifArtifact{}, byID: map[string]*sarifRule{}}
		runs = append(runs, run)
		err := d.object(func(name string) error { return run.member(d, name) })
		run.index()
		return err
	})
	if err != nil && len(runs) == 0 {
		return err
	}
	i := -1
	return r.eachRun(func(d *document) error {
		if i++; i >= len(runs) {
			return d.skip()
		}
		return d.object(func(name string) error {
			if name != "results" {
				return d.skip()
			}
			return d.array(func() error {
				var res sarifResult
				line, ok, err := d.value(&res)
				if !ok {
					return err
				}
				f := runs[i].finding(&res)
				f.At = line
				if res.BaselineState == "absent" || res.Kind == "notApplicable" {
					return nil // mended since, or never asked
				}
				return r.give(f)
			})
		})
	})
}

func (r *report) eachRun(f func(*document) error) error {
	return r.pass(func(d *document) error {
		return d.object(func(name string) error {
			if name != "runs" {
				return d.skip()
			}
			return d.array(func() error { return f(d) })
		})
	})
}

func (run *sarifRun) member(d *document, name string) error {
	switch name {
	case "tool":
		return d.object(func(name string) error {
			switch name {
			case "driver":
				var c sarifComponent
				_, _, err := d.value(&c)
				run.tool, run.rules = c.Name, c.Rules
				return err
			case "extensions":
				_, _, err := d.value(&run.extensions)
				return err
			}
			return d.skip()
		})
	case "artifacts":
		return d.array(func() error {
			var a struct {
				Location sarifArtifact `json:"location"`
			}
			_, _, err := d.value(&a)
			run.artifacts = append(run.artifacts, a.Location)
			return err
		})
	case "originalUriBaseIds":
		_, _, err := d.value(&run.bases)
		return err
	case "versionControlProvenance":
		var from []struct {
			Repository string `json:"repositoryUri"`
		}
		_, _, err := d.value(&from)
		if len(from) > 0 {
			run.repository = from[0].Repository
		}
		return err
	case "properties":
		var p struct {
			Image string `json:"imageName"`
		}
		_, _, err := d.value(&p)
		run.image = p.Image
		return err
	}
	return d.skip()
}

func (run *sarifRun) index() {
	add := func(rules []sarifRule) {
		for i := range rules {
			if run.byID[rules[i].ID] == nil {
				run.byID[rules[i].ID] = &rules[i]
			}
		}
	}
	add(run.rules)
	for _, e := range run.extensions {
		add(e.Rules)
	}
}

// rule finds the description of a result's rule; never nil.
func (run *sarifRun) rule(res *sarifResult) *sarifRule {
	rules := run.rules
	if i := res.Rule.Tool.Index; i != nil && *i >= 0 && *i < len(run.extensions) {
		rules = run.extensions[*i].Rules
	}
	id := cmp.Or(res.RuleID, res.Rule.ID)
	for _, i := range []*int{res.RuleIndex, res.Rule.Index} {
		if i != nil && *i >= 0 && *i < len(rules) && (id == "" || rules[*i].ID == id || strings.HasPrefix(id, rules[*i].ID+"/")) {
			return &rules[*i]
		}
	}
	if found := run.byID[id]; found != nil {
		return found
	}
	return &sarifRule{ID: id}
}

// resourceInText is how scanners name the resource in a message where the
// format has a field for it that they leave empty.
var resourceInText = regexp.MustCompile(`(?:Resource|resource)[: ]+['"]?([A-Za-z0-9_.\-\[\]"]+\.[A-Za-z0-9_.\-\[\]"]+)`)

func (run *sarifRun) finding(res *sarifResult) Finding {
	rule := run.rule(res)
	f := Finding{
		Tool: ToolName(run.tool), Rule: cmp.Or(rule.ID, res.RuleID, res.Rule.ID), Outcome: Fail, Image: run.image,
		Title:      cmp.Or(rule.ShortDescription.Text, rule.FullDescription.Text, rule.Name),
		Message:    message(res, rule),
		Categories: append(texts(rule.Properties.Tags), texts(res.Properties.Tags)...),
		References: []string{rule.HelpURI},
	}
	for _, r := range rule.Relations {
		f.Categories = append(f.Categories, r.Target.ID)
	}
	f.Categories = append(f.Categories, rule.Name)
	switch res.Kind {
	case "pass":
		f.Outcome = Pass
	case "open", "review", "informational":
		f.Outcome = Unknown
	}
	f.Severity = sarifSeverity(f.Tool, res, rule)
	for _, s := range res.Suppressions {
		if s.Status == "" || s.Status == "accepted" {
			f.Suppressed = cmp.Or(s.Justification, "suppressed "+cmp.Or(map[string]string{"inSource": "in the source", "external": "in the tool"}[s.Kind], "there"))
		}
	}
	for i, l := range res.Locations {
		if i == 0 {
			f.File, f.Line, f.EndLine = run.path(l.Physical.Artifact), l.Physical.Region.Start, l.Physical.Region.End
		}
		for _, at := range l.Logical {
			if at.Kind == "" || at.Kind == "resource" || strings.Contains(at.Full+at.Name, ".") {
				f.Resources = append(f.Resources, at.Full, at.Name)
			}
		}
	}
	if m := resourceInText.FindStringSubmatch(res.Message.Text); m != nil {
		f.Resources = append(f.Resources, m[1])
	}
	f.Class = sarifClass(&f, rule)
	if f.Class == Code || f.Class == LanguagePackage {
		f.Resources = append(f.Resources, run.repository)
	}
	return f
}

func message(res *sarifResult, rule *sarifRule) string {
	text := cmp.Or(res.Message.Text, rule.Messages[res.Message.ID].Text)
	for i, arg := range res.Message.Arguments {
		if i > 9 {
			break
		}
		text = strings.ReplaceAll(text, "{"+strconv.Itoa(i)+"}", arg)
	}
	return text
}

// sarifSeverity prefers the score that code hosts read to the level, which
// several scanners set to error for everything.
func sarifSeverity(tool string, res *sarifResult, rule *sarifRule) string {
	for _, v := range []any{res.Properties.SecuritySeverity, rule.Properties.SecuritySeverity} {
		if score, err := strconv.ParseFloat(text(v), 64); err == nil {
			return cmp.Or(cvss.Severity(score), "low")
		}
	}
	for _, v := range append([]any{res.Properties.Severity, rule.Properties.Severity}, tagged(rule.Properties.Tags)...) {
		if s := severity(text(v)); s != "" {
			return s
		}
	}
	if tool == "checkov" {
		return "" // all its levels are error
	}
	switch cmp.Or(res.Level, rule.Default.Level, "warning") {
	case "error":
		return "high"
	case "warning":
		return "medium"
	}
	return "low"
}

// tagged are tags that may be severities, as Trivy writes them.
func tagged(tags any) []any {
	var out []any
	for _, t := range texts(tags) {
		switch t {
		case "CRITICAL", "HIGH", "MEDIUM", "LOW":
			out = append(out, t)
		}
	}
	return out
}

// codeScanners are tools whose findings are about programs.
var codeScanners = map[string]bool{
	"semgrep": true, "codeql": true, "bandit": true, "gosec": true, "spotbugs": true, "njsscan": true, "nodejsscan": true, "mobsfscan": true,
	"flawfinder": true, "brakeman": true, "snyk code": true, "sonarqube": true, "eslint": true, "psscriptanalyzer": true,
}

// secretScanners are tools that look for credentials only.
var secretScanners = map[string]bool{"gitleaks": true, "trufflehog": true, "detect-secrets": true, "ggshield": true, "noseyparker": true}

var (
	advisory = regexp.MustCompile(`^(CVE-\d{4}-|GHSA-|RHSA-|DSA-|ALAS|ELSA-|SNYK-|OSV-|GO-\d{4}-|PYSEC-|RUSTSEC-)`)
	secretID = regexp.MustCompile(`^CKV_SECRET_`)
	secrecy  = regexp.MustCompile(`(?i)\b(hard-?coded|detected|exposed|leaked)[ _-]+(\w+[ _-]+){0,3}(secrets?|credentials?|passwords?|tokens?|keys?)\b|^secret|\.secrets\.`)
	// program is the file of a program, which no asset of an estate is.
	program = regexp.MustCompile(`(?i)\.(py|js|jsx|ts|tsx|java|kt|go|rb|php|cs|c|cc|cpp|h|hpp|rs|swift|scala|sh|bash|ps1|pl|vue|html|jsp|m|mm|lua|ex|exs|sol|sql)$`)
)

func sarifClass(f *Finding, rule *sarifRule) Class {
	switch {
	case secretScanners[f.Tool] || rule.Name == "Secret" || secretID.MatchString(f.Rule):
		return Secret
	case rule.Name == "OsPackageVulnerability":
		return OSPackage
	case rule.Name == "LanguageSpecificPackageVulnerability":
		return LanguagePackage
	case rule.Name == "Misconfiguration":
		return ""
	case advisory.MatchString(f.Rule) && !strings.HasPrefix(f.Rule, "SNYK-CC-"): // those are settings
		for _, t := range f.Categories {
			if strings.Contains(t, "os-package") || strings.HasPrefix(t, "deb") || strings.HasPrefix(t, "apk") || strings.HasPrefix(t, "rpm") {
				return OSPackage
			}
		}
		return LanguagePackage
	case secrecy.MatchString(f.Rule) || secrecy.MatchString(f.Title):
		return Secret
	case f.File != "" && program.MatchString(f.File):
		return Code
	case codeScanners[f.Tool] && f.File != "" && !infrastructure.MatchString(f.File):
		return Code
	}
	return ""
}

// infrastructure is a file that may describe assets.
var infrastructure = regexp.MustCompile(`(?i)(\.(tf|tofu|json|ya?ml|bicep|template|hcl|tfvars)|(^|/)(Dockerfile|Containerfile)[^/]*)$`)

// path resolves an artifact's place to a path without scheme.
func (run *sarifRun) path(a sarifArtifact) string {
	if a.URI == "" && a.Index != nil && *a.Index >= 0 && *a.Index < len(run.artifacts) {
		a = run.artifacts[*a.Index]
	}
	uri := a.URI
	for range 8 { // a base may have a base
		base, ok := run.bases[a.Base]
		if a.Base == "" || !ok || absolute(uri) {
			break
		}
		if base.URI != "" {
			uri = strings.TrimSuffix(base.URI, "/") + "/" + uri
		}
		a = base
	}
	return FilePath(uri)
}

func absolute(uri string) bool { return strings.Contains(uri, "://") || strings.HasPrefix(uri, "/") }

// FilePath is the path that a file URI or a path means, with forward slashes.
func FilePath(uri string) string {
	uri = strings.ReplaceAll(uri, `\`, "/")
	if rest, ok := strings.CutPrefix(uri, "file:"); ok {
		uri = "/" + strings.TrimLeft(rest, "/")
	} else if strings.Contains(uri, "://") {
		return ""
	}
	if strings.Contains(uri, "%") {
		if plain, err := url.PathUnescape(uri); err == nil {
			uri = plain
		}
	}
	return strings.TrimPrefix(uri, "./")
}

// ToolName is how a tool is called here, whatever its report calls it.
func ToolName(name string) string {
	name = strings.ToLower(strings.TrimSpace(name))
	for _, known := range []string{"semgrep", "prowler", "checkov", "trivy", "kics", "tfsec", "codeql", "kubescape", "terrascan", "snyk iac", "grype", "security hub", "openscap"} {
		if strings.HasPrefix(name, known) || strings.HasSuffix(name, known) {
			return strings.ReplaceAll(known, " ", "-")
		}
	}
	if strings.Contains(name, "keeping infrastructure as code secure") {
		return "kics"
	}
	return strings.Join(strings.FieldsFunc(name, func(r rune) bool { return r == ' ' || r == ':' || r == '/' }), "-")
}

// text is a value that should be text or a number.
func text(v any) string {
	switch x := v.(type) {
	case string:
		return x
	case float64:
		return strconv.FormatFloat(x, 'g', -1, 64)
	}
	return ""
}

// texts are those of a list that should hold text.
func texts(v any) []string {
	list, _ := v.([]any)
	var out []string
	for _, e := range list {
		if s := text(e); s != "" {
			out = append(out, s)
		}
	}
	return out
}
