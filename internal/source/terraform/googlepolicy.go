package terraform

import (
	"encoding/json"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/demarc-sec/demarc/internal/source"
)

// googlePolicy is a Google IAM policy as its API writes it.
type googlePolicy struct {
	Bindings     []googleBinding `json:"bindings"`
	AuditConfigs []googleAudit   `json:"auditConfigs,omitempty"`
}

type googleBinding struct {
	Role      string           `json:"role"`
	Members   []string         `json:"members"`
	Condition *googleCondition `json:"condition,omitempty"`
}

type googleCondition struct {
	Title      string `json:"title"`
	Expression string `json:"expression"`
}

type googleAudit struct {
	Service string           `json:"service"`
	Logs    []googleAuditLog `json:"auditLogConfigs"`
}

type googleAuditLog struct {
	Type     string   `json:"logType"`
	Exempted []string `json:"exemptedMembers,omitempty"`
}

// googlePolicyDocument computes policy_data of google_iam_policy from its
// blocks.
func googlePolicyDocument(args map[string]cty.Value) cty.Value {
	out := googlePolicy{Bindings: []googleBinding{}}
	for _, b := range blocksOf(args["binding"]) {
		binding := googleBinding{Role: oneString(b["role"]), Members: stringsOf(b["members"])}
		for _, c := range blocksOf(b["condition"]) {
			binding.Condition = &googleCondition{Title: oneString(c["title"]), Expression: oneString(c["expression"])}
		}
		out.Bindings = append(out.Bindings, binding)
	}
	for _, a := range blocksOf(args["audit_config"]) {
		audit := googleAudit{Service: oneString(a["service"])}
		for _, l := range blocksOf(a["audit_log_configs"]) {
			audit.Logs = append(audit.Logs, googleAuditLog{Type: oneString(l["log_type"]), Exempted: stringsOf(l["exempted_members"])})
		}
		out.AuditConfigs = append(out.AuditConfigs, audit)
	}
	text, err := json.Marshal(out)
	if err != nil {
		return cty.NilVal
	}
	return cty.StringVal(string(text))
}

// serviceAccount is the e-mail address, or the name among members of
// policies, that Google gives to a service account: its id at its project. A
// project that is not known leaves a hole in the second result, the first is
// then NilVal.
func (ev *evaluator) serviceAccount(i *instance, name string) (value, sketch cty.Value) {
	if i.r.typ != "google_service_account" || i.r.data || name != "email" && name != "member" {
		return cty.NilVal, cty.NilVal
	}
	id := ""
	if a := i.r.argNamed["account_id"]; a != nil {
		id, _ = text(i.attr(ev, a))
	}
	if id == "" {
		return cty.NilVal, cty.NilVal
	}
	project := i.config(ev).account
	if a := i.r.argNamed["project"]; a != nil {
		switch v, _ := i.attr(ev, a).Unmark(); {
		case !v.IsKnown():
			project = ""
		case !v.IsNull():
			project, _ = text(v)
		}
	}
	prefix := ""
	if name == "member" {
		prefix = "serviceAccount:"
	}
	const suffix = ".iam.gserviceaccount.com"
	if project != "" && !strings.Contains(project, ":") { // projects of a domain have another form
		v := cty.StringVal(prefix + id + "@" + project + suffix)
		return v, v
	}
	return cty.NilVal, cty.StringVal(prefix + id + "@" + source.HoleOpen + i.refAddress() + ".project" + source.HoleClose + suffix)
}
