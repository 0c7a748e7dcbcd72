package terraform

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

type statement struct {
	Sid          string `json:",omitempty"`
	Effect       string `json:",omitempty"`
	Action       any    `json:",omitempty"`
	NotAction    any    `json:",omitempty"`
	Resource     any    `json:",omitempty"`
	NotResource  any    `json:",omitempty"`
	Principal    any    `json:",omitempty"`
	NotPrincipal any    `json:",omitempty"`
	Condition    any    `json:",omitempty"`
}

// sourced is a document given as JSON, whose statements are kept as they are.
type sourced struct {
	Version   string
	ID        string `json:"Id"`
	Statement json.RawMessage
}

// policyDocument renders the arguments of an aws_iam_policy_document, which
// are wholly known (a sketch's holes count as strings). It returns NilVal when
// a document it builds on is not JSON, such as a hole.
func policyDocument(args map[string]cty.Value, indent bool) cty.Value {
	out := struct {
		Version   string `json:",omitempty"`
		ID        string `json:"Id,omitempty"`
		Statement []any  `json:",omitempty"`
	}{Version: "2012-10-17"}

	bySid := map[string]int{}
	add := func(sid string, st any) {
		if i, have := bySid[sid]; have && sid != "" {
			out.Statement[i] = st
			return
		}
		if sid != "" {
			bySid[sid] = len(out.Statement)
		}
		out.Statement = append(out.Statement, st)
	}
	lay := func(name string, may bool) bool {
		for _, text := range listOf(args[name]) {
			if isWholeHole(cty.StringVal(text)) {
				if !may {
					return false
				}
				out.Statement = append(out.Statement, text)
				continue
			}
			doc, ok := parsePolicy(text)
			if !ok {
				return false
			}
			if doc.ID != "" {
				out.ID = doc.ID
			}
			for _, st := range doc.statements {
				add(st.sid, st.raw)
			}
		}
		return true
	}

	if !lay("source_policy_documents", true) || !lay("source_json", true) {
		return cty.NilVal
	}
	if v := oneString(args["version"]); v != "" {
		out.Version = v
	}
	if id := oneString(args["policy_id"]); id != "" {
		out.ID = id
	}
	for _, b := range elementsOf(args["statement"]) {
		switch {
		case mapping(b):
			st := newStatement(b.AsValueMap())
			add(st.Sid, st)
		case isWholeHole(b): // however many statements
			out.Statement = append(out.Statement, b.AsString())
		}
	}
	// What overrides a document may replace any statement that has a name.
	nameless := len(bySid) == 0
	if !lay("override_policy_documents", nameless) || !lay("override_json", nameless) {
		return cty.NilVal
	}

	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(true)
	if indent {
		enc.SetIndent("", "  ")
	}
	if enc.Encode(out) != nil {
		return cty.NilVal
	}
	return cty.StringVal(strings.TrimSuffix(buf.String(), "\n"))
}

type parsedPolicy struct {
	sourced
	statements []parsedStatement
}

type parsedStatement struct {
	sid string
	raw any
}

func parsePolicy(text string) (parsedPolicy, bool) {
	var doc parsedPolicy
	if strings.TrimSpace(text) == "" {
		return doc, true
	}
	if json.Unmarshal([]byte(text), &doc.sourced) != nil {
		return doc, false
	}
	list := []json.RawMessage{}
	if len(doc.Statement) > 0 && json.Unmarshal(doc.Statement, &list) != nil {
		list = []json.RawMessage{doc.Statement}
	}
	for _, raw := range list {
		var head struct{ Sid string }
		if json.Unmarshal(raw, &head) != nil {
			return doc, false
		}
		doc.statements = append(doc.statements, parsedStatement{head.Sid, raw})
	}
	return doc, true
}

func newStatement(b map[string]cty.Value) *statement {
	st := &statement{
		Sid:          oneString(b["sid"]),
		Effect:       oneString(b["effect"]),
		Action:       oneOrMany(stringsOf(b["actions"])),
		NotAction:    oneOrMany(stringsOf(b["not_actions"])),
		Resource:     oneOrMany(variables(stringsOf(b["resources"]))),
		NotResource:  oneOrMany(variables(stringsOf(b["not_resources"]))),
		Principal:    principals(b["principals"]),
		NotPrincipal: principals(b["not_principals"]),
	}
	if st.Effect == "" {
		st.Effect = "Allow"
	}
	st.Condition = conditions(b["condition"])
	return st
}

// conditions renders nested blocks, or the hole that stands for them.
func conditions(v cty.Value) any {
	if isHole(v) {
		return v.AsString()
	}
	var out map[string]map[string]any
	for _, c := range blocksOf(v) {
		test, name := oneString(c["test"]), oneString(c["variable"])
		if out == nil {
			out = map[string]map[string]any{}
		}
		if out[test] == nil {
			out[test] = map[string]any{}
		}
		values := variables(listOf(c["values"]))
		if old, have := out[test][name]; have {
			values = append(many(old), values...)
		}
		out[test][name] = oneOrMany(values)
	}
	if out == nil {
		return nil
	}
	return out
}

func isHole(v cty.Value) bool {
	return v != cty.NilVal && v.Type() == cty.String && v.IsKnown() && isWholeHole(v)
}

func principals(v cty.Value) any {
	if isHole(v) {
		return v.AsString()
	}
	out := map[string]any{}
	for _, b := range blocksOf(v) {
		typ, ids := oneString(b["type"]), variables(stringsOf(b["identifiers"]))
		if typ == "*" {
			return "*"
		}
		if old, have := out[typ]; have {
			ids = append(many(old), ids...)
			slices.Sort(ids)
			slices.Reverse(ids)
		}
		out[typ] = oneOrMany(ids)
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// variables writes the provider's &{…} as the policy language's ${…}.
func variables(list []string) []string {
	for i, s := range list {
		list[i] = strings.ReplaceAll(s, "&{", "${")
	}
	return list
}

func oneOrMany(list []string) any {
	switch len(list) {
	case 0:
		return nil
	case 1:
		return list[0]
	}
	return list
}

func many(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []string:
		return slices.Clone(v)
	}
	return nil
}

// stringsOf reads a set of strings, in the order the provider writes sets.
func stringsOf(v cty.Value) []string {
	out := listOf(v)
	slices.Sort(out)
	out = slices.Compact(out)
	slices.Reverse(out)
	return out
}

func listOf(v cty.Value) []string {
	if s := oneString(v); s != "" {
		return []string{s}
	}
	if !sequence(v) {
		return nil
	}
	var out []string
	for _, e := range v.AsValueSlice() {
		if s := oneString(e); s != "" {
			out = append(out, s)
		}
	}
	return out
}

func oneString(v cty.Value) string {
	if v == cty.NilVal || v.IsNull() || !v.IsKnown() || !v.Type().IsPrimitiveType() {
		return ""
	}
	s, err := convert.Convert(v, cty.String)
	if err != nil {
		return ""
	}
	return s.AsString()
}

// elementsOf lists nested blocks and the holes among them.
func elementsOf(v cty.Value) []cty.Value {
	switch {
	case sequence(v):
		return v.AsValueSlice()
	case v == cty.NilVal || v.IsNull():
		return nil
	}
	return []cty.Value{v}
}

// blocksOf reads nested blocks, also one alone as JSON syntax may give it.
func blocksOf(v cty.Value) []map[string]cty.Value {
	switch {
	case mapping(v):
		return []map[string]cty.Value{v.AsValueMap()}
	case sequence(v):
		var out []map[string]cty.Value
		for _, e := range v.AsValueSlice() {
			if mapping(e) {
				out = append(out, e.AsValueMap())
			}
		}
		return out
	}
	return nil
}
