package iampolicy

import (
	"strings"

	"github.com/demarc-sec/demarc/internal/tri"
)

// TrustPublic tells whether any principal may assume the role. An external id
// does not narrow: it is no secret the provider keeps.
func (ps Policies) TrustPublic() tri.Bool { return ps.Public().Any }

// TrustExternal lists foreign accounts that may assume the role without an
// external id or organisation condition.
func (ps Policies) TrustExternal(own string) Accounts {
	return ps.foreign(own, func(s *Statement) tri.Bool {
		out := tri.False
		for _, c := range s.Conditions {
			out = tri.Or(out, c.scopesThirdParty())
		}
		return out.Not()
	})
}

// scopesThirdParty: an external id, or that the caller is of an organisation.
func (c Condition) scopesThirdParty() tri.Bool {
	if c.Malformed != "" {
		return tri.Unknown(c.Malformed)
	}
	switch string(c.Key.text) {
	case "sts:externalid", "aws:principalorgid", "aws:principalorgpaths":
	default:
		return tri.False
	}
	if c.ForAll || c.IfExists || (c.Operator != "stringequals" && c.Operator != "stringlike" && c.Operator != "stringequalsignorecase") {
		return tri.False
	}
	out := tri.True
	for _, v := range c.Values {
		// An external id from a variable is not known, but is one all the same.
		out = tri.And(out, tri.Of(!v.star()))
	}
	return out
}

// issuer is a CI system whose tokens may be exchanged for a role, and how its
// subjects name the project: each segment up to and with the last one required
// must be free of wildcards.
type issuer struct {
	host string // part of the provider's host name
	// subject are prefixes after which a literal must stand, in order of
	// appearance: for "repo:OWNER/NAME:…" {"repo:", "/"}.
	subject []string
	// claims that pin a project as well as the subject does.
	claims []string
}

var issuers = []issuer{
	{"token.actions.githubusercontent.com", []string{"repo:", "/"}, []string{"repository", "repository_id", "job_workflow_ref"}},
	{"gitlab", []string{"project_path:", "/"}, []string{"project_path", "project_id"}},
	{"api.bitbucket.org", []string{""}, []string{"repositoryuuid"}},
	{"oidc.circleci.com", []string{"org/", "/project/"}, nil},
	{"app.terraform.io", []string{"organization:", ":project:", ":workspace:"}, []string{"terraform_workspace_id", "terraform_workspace_name"}},
	{"agent.buildkite.com", []string{"organization:", ":pipeline:"}, []string{"pipeline_id"}},
	{"vstoken.dev.azure.com", []string{"sc://", "/", "/"}, nil},
	{"oidc.vercel.com", []string{"owner:", ":project:"}, nil},
	{"oidc.codefresh.io", []string{"account:", ":pipeline:"}, nil},
	{"spacelift", []string{"space:", ":stack:"}, nil},
}

// TrustOIDCUnscoped tells whether a CI identity provider is trusted without
// pinning both audience and one project. The second result is false when no
// statement trusts a web identity at all.
func (ps Policies) TrustOIDCUnscoped() (unscoped tri.Bool, applies bool) {
	allow, _, ok := ps.split()
	if !ok {
		return errTooMany, true
	}
	out := ps.rest()
	for _, s := range allow {
		for _, p := range s.Principals {
			if p.Type != "Federated" {
				continue
			}
			if may := s.allows(NewPattern("sts:assumerolewithwebidentity")); may.IsFalse() {
				continue
			}
			applies = true
			out = tri.Or(out, s.unscoped(p))
		}
	}
	return out, applies || !out.Known()
}

func (s *Statement) unscoped(p Principal) tri.Bool {
	is, known := s.issuer(p)
	switch {
	case is == nil && known:
		return tri.False // another kind of provider: a cluster, a user pool
	case is == nil:
		return tri.Unknown("which identity provider is trusted is not known")
	}
	aud, sub := tri.False, tri.False
	for _, c := range s.Conditions {
		if c.Malformed != "" {
			aud, sub = tri.Or(aud, tri.Unknown(c.Malformed)), tri.Or(sub, tri.Unknown(c.Malformed))
			continue
		}
		key := string(c.Key.text)
		claim := key[strings.LastIndexByte(key, ':')+1:]
		switch {
		case claim == "aud":
			c.ForAll = false // every token has an audience: "for all" is not met by none
			aud = tri.Or(aud, c.pins(nil))
		case claim == "sub":
			sub = tri.Or(sub, c.pins(is.subject))
		default:
			for _, k := range is.claims {
				if claim == k {
					sub = tri.Or(sub, c.pins(nil))
				}
			}
		}
	}
	return tri.And(aud, sub).Not()
}

// issuer finds the CI system by the provider's ARN, or by the condition keys
// when the ARN is not known. Known is false when it could be any.
func (s *Statement) issuer(p Principal) (found *issuer, known bool) {
	look := func(text string) *issuer {
		for i := range issuers {
			if strings.Contains(text, issuers[i].host) {
				return &issuers[i]
			}
		}
		return nil
	}
	if is := look(strings.ToLower(string(p.Value.text))); is != nil {
		return is, true
	}
	named := !p.Value.Unknown()
	for _, c := range s.Conditions {
		if is := look(string(c.Key.text)); is != nil {
			return is, true
		}
		if k := string(c.Key.text); strings.HasSuffix(k, ":sub") || strings.HasSuffix(k, ":aud") {
			// A key that names its issuer, and none of ours. A Kubernetes
			// subject tells a cluster even when the issuer is not known.
			named = named || !c.Key.Unknown()
			for _, v := range c.Values {
				named = named || strings.HasPrefix(string(v.text), "system:serviceaccount:")
			}
		}
	}
	return nil, named
}

// pins tells whether the claim must have one value, or one of several, in
// which the segments after the given prefixes are free of wildcards. Without
// prefixes the whole value must be.
func (c Condition) pins(segments []string) tri.Bool {
	if c.ForAll || c.IfExists || len(c.Values) == 0 {
		return tri.False
	}
	like := false
	switch c.Operator {
	case "stringequals", "stringequalsignorecase":
	case "stringlike":
		like = true
	default:
		return tri.False
	}
	if !like {
		return tri.True // no wildcards: one subject, whether or not we know it
	}
	out := tri.True
	for _, v := range c.Values {
		out = tri.And(out, valuePins(v, segments))
	}
	return out
}

func valuePins(v Pattern, segments []string) tri.Bool {
	if !v.wild() {
		if v.Unknown() && !v.fixed() {
			return tri.Unknown(v.why())
		}
		return tri.True
	}
	if segments == nil {
		return tri.False
	}
	// What stands before the first wildcard must reach past the last required
	// prefix, and into what follows it.
	wild := 0
	for wild < len(v.text) && v.text[wild] != '*' && v.text[wild] != '?' {
		wild++
	}
	head, rest := v.text[:wild], v.text[wild:]
	text := string(head)
	for _, seg := range segments {
		i := strings.Index(text, seg)
		if i < 0 {
			if v.Unknown() && strings.ContainsRune(text, holeRune) {
				return tri.Unknown(v.why())
			}
			return tri.False
		}
		text = text[i+len(seg):]
	}
	if text == "" {
		return tri.False
	}
	// "repo:owner/name*" also takes in owner/name-evil: the name must end
	// before the wildcard.
	if !strings.ContainsAny(text, ":/") && len(rest) > 0 {
		return tri.False
	}
	if v.Unknown() && !v.fixed() {
		return tri.Unknown(v.why())
	}
	return tri.True
}

// deputies are services that act for callers of other accounts too, and whose
// documentation asks for aws:SourceAccount or aws:SourceArn in the trust
// policy of a role they assume. Services that take a role only from a caller
// who may pass it (ec2, lambda and most others) are not among them.
var deputies = []string{
	"airflow", "airflow-env", "appsync", "backup", "batch", "bedrock", "cloudformation", "codebuild", "codepipeline",
	"comprehend", "config", "databrew", "datasync", "dms", "ecs-tasks", "elasticmapreduce", "events", "firehose",
	"forecast", "grafana", "imagebuilder", "iot", "iotevents", "iotsitewise", "kendra", "kinesisanalytics", "lexv2",
	"logs", "lookoutmetrics", "monitoring.rds", "omics", "personalize", "pipes", "qbusiness", "rekognition",
	"sagemaker", "scheduler", "ses", "ssm", "states", "textract", "transcribe", "transfer", "translate", "vmie",
	"vpc-flow-logs",
}

// TrustConfusedDeputy tells whether a service that could be made to act for
// somebody else may assume the role without a condition on the source account,
// ARN or organisation. The second result is false when no service may.
func (ps Policies) TrustConfusedDeputy() (confused tri.Bool, applies bool) {
	allow, _, ok := ps.split()
	if !ok {
		return errTooMany, true
	}
	out := ps.rest()
	for _, s := range allow {
		for _, p := range s.Principals {
			if p.Type != "Service" {
				continue
			}
			applies = true
			out = tri.Or(out, tri.And(isDeputy(p.Value), s.sourceScoped().Not()))
		}
	}
	return out, applies || !out.Known()
}

func isDeputy(v Pattern) tri.Bool {
	if v.Unknown() {
		if v.text[0] == holeRune {
			return tri.Unknown("the service " + v.why())
		}
	}
	name := strings.ToLower(string(v.text))
	for _, end := range []string{".amazonaws.com", ".amazonaws.com.cn", ".aws.internal"} {
		name = strings.TrimSuffix(name, end)
	}
	for _, d := range deputies {
		// Some services have one principal per region: logs.eu-west-1.
		if rest, ok := strings.CutPrefix(name, d); ok && (rest == "" || rest[0] == '.') {
			return tri.True
		}
	}
	return tri.False
}

func (s *Statement) sourceScoped() tri.Bool {
	out := tri.False
	for _, c := range s.Conditions {
		switch string(c.Key.text) {
		case "aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths", "sts:externalid":
			if string(c.Key.text) == "sts:externalid" {
				out = tri.Or(out, c.scopesThirdParty())
				continue
			}
			out = tri.Or(out, c.narrows())
		default:
			if c.Malformed != "" {
				out = tri.Or(out, tri.Unknown(c.Malformed))
			}
		}
	}
	return out
}

// autonomous are services that use their role for their own work alone: none
// of them runs the customer's code, or hands the role's credentials to it.
var autonomous = map[string]bool{
	"application-autoscaling": true, "autoscaling": true, "backup": true, "batch": true, "config": true, "dlm": true, "ecs": true,
	"eks": true, "elasticbeanstalk": true, "elasticmapreduce": true, "monitoring.rds": true, "rds": true, "spotfleet": true, "spot": true,
}

// TrustsOnlyServices tells whether nobody but such services may assume the
// role: what they are permitted, nobody else can use.
func (ps Policies) TrustsOnlyServices() bool {
	allow, _, ok := ps.split()
	if !ok || !ps.rest().IsFalse() || len(allow) == 0 {
		return false
	}
	for _, s := range allow {
		if s.Unknown != "" || s.NotPrincipals != nil || len(s.Principals) == 0 {
			return false
		}
		for _, p := range s.Principals {
			name, ok := strings.CutSuffix(strings.ToLower(p.Value.Text()), ".amazonaws.com")
			if p.Type != "Service" || p.Value.Unknown() || !ok || !autonomous[name] {
				return false
			}
		}
	}
	return true
}
