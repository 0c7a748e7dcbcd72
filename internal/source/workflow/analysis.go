package workflow

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/rhysd/actionlint"
)

// analysis collects what a workflow does.
type analysis struct {
	body       map[string]any
	lines      map[string]int
	privileged bool
}

// note adds to a list of the body, and remembers where its first member stands.
func (a *analysis) note(name string, v any, line int) {
	list, _ := a.body[name].([]any)
	a.body[name] = append(list, v)
	if a.lines[name] == 0 {
		a.lines[name] = line
	}
}

func (a *analysis) workflow(w *actionlint.Workflow) {
	for _, list := range []string{"triggers", "actions", "unpinned", "untrusted_checkout", "injections", "write_scopes", "stored_keys", "runs_on", "caches", "keeps_credentials"} {
		a.body[list] = []any{}
	}
	publishes := false
	for _, e := range w.On {
		name := e.EventName()
		a.note("triggers", name, 0)
		// These run in the base repository, with its secrets, on what an outsider set off.
		a.privileged = a.privileged || slices.Contains([]string{"pull_request_target", "workflow_run", "issue_comment", "issues", "discussion", "discussion_comment"}, name)
		publishes = publishes || name == "release" || tagged(e)
	}
	a.body["privileged_trigger"] = a.privileged
	jobs := sortedJobs(w)
	a.permissions(w, jobs)
	env := map[string]any{}
	a.env("", w.Env, env)
	a.runners(jobs)
	inherits := false
	for _, j := range jobs {
		id := text(j.ID)
		a.env(id+".", j.Env, env)
		if j.WorkflowCall != nil {
			a.uses(text(j.WorkflowCall.Uses), lineOf(j.Pos))
			inherits = inherits || j.WorkflowCall.InheritSecrets
			if j.WorkflowCall.InheritSecrets {
				a.lines["inherits_secrets"] = lineOf(j.Pos)
			}
		}
		for i, s := range j.Steps {
			if s != nil {
				a.step(s, stepName(id, i, s), env)
			}
		}
		publishes = publishes || slices.ContainsFunc(j.Steps, publishing)
	}
	a.body["env"], a.body["publishes"] = env, publishes
	if every, _ := a.body["all_secrets"].(bool); every {
		inherits = true
	}
	delete(a.body, "all_secrets")
	a.body["inherits_secrets"] = inherits
}

// tagged tells whether a push of tags starts the workflow.
func tagged(e actionlint.Event) bool {
	w, ok := e.(*actionlint.WebhookEvent)
	return ok && w.EventName() == "push" && w.Tags != nil && len(w.Tags.Values) > 0
}

var publishers = regexp.MustCompile(`(?i)^(softprops/action-gh-release|ncipollo/release-action|pypa/gh-action-pypi-publish|docker/build-push-action|goreleaser/goreleaser-action|actions/attest[a-z-]*|changesets/action|JS-DevTools/npm-publish)@`)

// publishing tells whether the step hands something to the world.
func publishing(s *actionlint.Step) bool {
	switch x := exec(s).(type) {
	case *actionlint.ExecAction:
		return publishers.MatchString(text(x.Uses))
	case *actionlint.ExecRun:
		run := text(x.Run)
		return strings.Contains(run, "npm publish") || strings.Contains(run, "twine upload") || strings.Contains(run, "docker push") ||
			strings.Contains(run, "cargo publish") || strings.Contains(run, "gh release create")
	}
	return false
}

func exec(s *actionlint.Step) actionlint.Exec {
	if s == nil {
		return nil
	}
	return s.Exec
}

func stepName(job string, i int, s *actionlint.Step) string {
	for _, n := range []*actionlint.String{s.Name, s.ID} {
		if text(n) != "" {
			return job + ": " + text(n)
		}
	}
	if x, ok := s.Exec.(*actionlint.ExecAction); ok && text(x.Uses) != "" {
		return job + ": " + text(x.Uses)
	}
	return job + ": step " + strconv.Itoa(i+1)
}

func (a *analysis) env(prefix string, e *actionlint.Env, out map[string]any) {
	if e == nil {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(e.Vars)) {
		v := e.Vars[name]
		if v == nil || v.Value == nil || v.Name == nil || strings.Contains(v.Value.Value, "${{") {
			continue // comes from elsewhere
		}
		out[prefix+v.Name.Value] = v.Value.Value
		if a.lines["env"] == 0 && v.Name.Pos != nil {
			a.lines["env"] = v.Name.Pos.Line
		}
	}
}

// permissions tells how the token's rights are declared. A job's own
// declaration replaces the workflow's.
func (a *analysis) permissions(w *actionlint.Workflow, jobs []*actionlint.Job) {
	declared := "some"
	look := func(p *actionlint.Permissions, line int) {
		if p == nil {
			return
		}
		if all := text(p.All); all == "write-all" {
			declared = "all"
			a.lines["permissions"] = line
		}
		for _, scope := range slices.Sorted(maps.Keys(p.Scopes)) {
			if s := p.Scopes[scope]; s != nil && text(s.Value) == "write" {
				a.note("write_scopes", scope, line)
			}
		}
	}
	if w.Permissions != nil {
		look(w.Permissions, lineOf(w.Permissions.Pos))
	}
	for _, j := range jobs {
		switch {
		case j.Permissions != nil:
			look(j.Permissions, lineOf(j.Permissions.Pos))
		case w.Permissions == nil && declared == "some":
			declared = "none"
			a.lines["permissions"] = lineOf(j.Pos)
		}
	}
	a.body["permissions"] = declared
}

var (
	fullHash = regexp.MustCompile(`@[0-9a-f]{40}([0-9a-f]{24})?$`)
	byDigest = regexp.MustCompile(`@sha256:[0-9a-f]{64}$`)
)

// uses notes an action, workflow or image, and whether it is pinned. Those of
// GitHub itself and of the repository are not another's.
func (a *analysis) uses(what string, line int) {
	if what == "" || strings.Contains(what, "${{") {
		return
	}
	a.note("actions", what, line)
	switch image, isImage := strings.CutPrefix(what, "docker://"); {
	case strings.HasPrefix(what, "./"):
	case isImage && !byDigest.MatchString(image):
		a.note("unpinned", what, line)
	case !isImage && !fullHash.MatchString(what) && !strings.HasPrefix(what, "actions/") && !strings.HasPrefix(what, "github/"):
		a.note("unpinned", what, line)
	}
}

func (a *analysis) step(s *actionlint.Step, name string, env map[string]any) {
	line := lineOf(s.Pos)
	a.env(name+".", s.Env, env)
	if s.Env != nil {
		for _, v := range s.Env.Vars {
			if v != nil && v.Value != nil && allSecrets(v.Value.Value) {
				a.everySecret(line)
			}
		}
	}
	switch x := s.Exec.(type) {
	case *actionlint.ExecRun:
		a.script(text(x.Run), name, line)
	case *actionlint.ExecAction:
		a.action(x, name, line)
	}
}

func (a *analysis) everySecret(line int) {
	a.body["all_secrets"] = true
	if a.lines["inherits_secrets"] == 0 {
		a.lines["inherits_secrets"] = line
	}
}

var secretsContext = regexp.MustCompile(`(?i)toJSON\(\s*secrets\s*\)`)

func allSecrets(s string) bool { return secretsContext.MatchString(s) }

func (a *analysis) script(run, name string, line int) {
	if allSecrets(run) {
		a.everySecret(line)
	}
	if len(untrusted(run)) > 0 {
		a.note("injections", name, line)
	}
	if a.privileged && strings.Contains(run, "gh pr checkout") {
		a.note("untrusted_checkout", name, line)
	}
}

// outsiders are references that an outsider decides where they lead.
var outsiders = regexp.MustCompile(`github\.event\.pull_request\.head\.|github\.head_ref|github\.event\.workflow_run\.head_|github\.event\.pull_request\.number|refs/pull/|github\.event\.issue\.number`)

// keyInputs are arguments by which actions take stored keys of clouds.
var keyInputs = map[string]string{
	"aws-actions/configure-aws-credentials": "aws-secret-access-key",
	"google-github-actions/auth":            "credentials_json",
	"azure/login":                           "creds",
}

func (a *analysis) action(x *actionlint.ExecAction, name string, line int) {
	uses := text(x.Uses)
	a.uses(uses, line)
	input := func(key string) string {
		if in := x.Inputs[key]; in != nil {
			return text(in.Value)
		}
		return ""
	}
	action, _, _ := strings.Cut(strings.ToLower(uses), "@")
	switch action {
	case "actions/checkout":
		if a.privileged && (outsiders.MatchString(input("ref")) || outsiders.MatchString(input("repository"))) {
			a.note("untrusted_checkout", name, line)
		}
		if !strings.EqualFold(input("persist-credentials"), "false") {
			a.note("keeps_credentials", name, line)
		}
	case "actions/github-script":
		a.script(input("script"), name, line)
	case "actions/upload-artifact":
		a.body["uploads"] = true
	}
	if key := keyInputs[action]; key != "" && input(key) != "" {
		a.note("stored_keys", name, line)
	}
	if action == "actions/cache" || action == "actions/cache/restore" || strings.HasPrefix(action, "actions/setup-") && input("cache") != "" && input("cache") != "false" {
		a.note("caches", name, line)
	}
	for key, in := range x.Inputs {
		if in != nil && in.Value != nil && allSecrets(in.Value.Value) && key != "" {
			a.everySecret(line)
		}
	}
}

var expression = regexp.MustCompile(`(?s)\$\{\{.*?\}\}`)

// untrusted lists the expressions in a script whose value an outsider decides.
func untrusted(script string) []string {
	var out []string
	for _, e := range expression.FindAllString(script, -1) {
		node, err := actionlint.NewExprParser().Parse(actionlint.NewExprLexer(strings.TrimPrefix(e, "${{")))
		if err != nil {
			continue
		}
		checker := actionlint.NewUntrustedInputChecker(actionlint.BuiltinUntrustedInputs)
		checker.Init()
		actionlint.VisitExprNode(node, func(n, _ actionlint.ExprNode, entering bool) {
			if entering {
				checker.OnVisitNodeEnter(n)
			} else {
				checker.OnVisitNodeLeave(n)
			}
		})
		checker.OnVisitEnd()
		if len(checker.Errs()) > 0 {
			out = append(out, e)
		}
	}
	return out
}
