package cloudformation

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
)

// sam_policies.txt says what SAM's policy templates permit: the template's
// name, its parameter (or -), the resources as the part of the ARN behind the
// account, with {} for the parameter (* for all, = for a parameter that is an
// ARN itself), and the actions. Each line is a statement. Templates with
// conditions or several parameters are left out, and stay unknown.
//
//go:embed sam_policies.txt
var policyTemplates string

type templateStatement struct {
	parameter string
	resources []string
	actions   []any
}

var templateTable = sync.OnceValue(func() map[string][]templateStatement {
	out := map[string][]templateStatement{}
	for line := range strings.Lines(policyTemplates) {
		words := strings.Fields(line)
		if len(words) < 4 || words[0] == "#" {
			continue
		}
		t := templateStatement{parameter: words[1], resources: strings.Split(words[2], ",")}
		service, first, _ := strings.Cut(words[3], ":")
		for _, action := range append([]string{first}, words[4:]...) {
			t.actions = append(t.actions, service+":"+action)
		}
		out[words[0]] = append(out[words[0]], t)
	}
	return out
})

// policy is the document of a policy written in place, or made by a template.
func (s *sam) policy(p map[string]any) any {
	if p["Statement"] != nil {
		return p
	}
	for name, args := range p {
		template := templateTable()[name]
		if template == nil || len(p) != 1 {
			break
		}
		var statements []any
		for _, t := range template {
			statements = append(statements, s.statement(t, mapOf(args)))
		}
		return map[string]any{"Version": "2012-10-17", "Statement": statements}
	}
	name := "?"
	for n := range p {
		name = n
	}
	what := "what the SAM policy template " + clip(name) + " permits is not known to Demarc"
	if len(p) != 1 {
		what = "the policy is none that SAM describes"
	}
	return map[string]any{"Version": "2012-10-17", "Statement": []any{unknown(what, "SAM::"+name)}}
}

func (s *sam) statement(t templateStatement, args map[string]any) any {
	var value any
	if t.parameter != "-" {
		if value = written(args, t.parameter); value == nil {
			value = unknown("the policy template's "+t.parameter+" is not written", t.parameter)
		}
	}
	var resources []any
	for _, r := range t.resources {
		resources = append(resources, s.resourceARN(r, t.actions[0].(string), value))
	}
	return map[string]any{"Effect": "Allow", "Action": t.actions, "Resource": resources}
}

// resourceARN fills the parameter into a resource.
func (s *sam) resourceARN(pattern, action string, value any) any {
	switch pattern {
	case "*":
		return pattern
	case "=":
		return value
	}
	service, _, _ := strings.Cut(action, ":")
	before, after, has := strings.Cut(pattern, "{}")
	place := []any{"arn:", s.pseudo("Partition"), ":" + service + ":", s.pseudo("Region"), ":", s.pseudo("AccountId"), ":" + before}
	if service == "s3" {
		place = []any{"arn:", s.pseudo("Partition"), ":s3:::" + before}
	}
	if has {
		place = append(place, value, after)
	}
	return s.arn(place...)
}

func numberText(n int) string { return strconv.Itoa(n) }
