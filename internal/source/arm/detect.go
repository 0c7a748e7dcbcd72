package arm

import (
	"bytes"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// HeadSize is how much of a file's beginning [Detect] wants to see.
const HeadSize = 64 << 10

// Detect tells from a file's name and beginning whether it is a template.
// Parameters files, policy definitions and user interface definitions are not,
// also where they hold a template.
func Detect(name string, head []byte) bool {
	if lower := strings.ToLower(name); !strings.HasSuffix(lower, ".json") && !strings.HasSuffix(lower, ".jsonc") &&
		!strings.HasSuffix(lower, ".template") {
		return false
	}
	if !bytes.Contains(head, []byte("eploymentTemplate.json")) && !bytes.Contains(head, []byte("contentVersion")) {
		return false
	}
	t, err := plain(head[:min(len(head), HeadSize)])
	return err == nil && topLevel(t.json)
}

// topLevel looks for what makes a template among the outermost names, as far
// as the text goes.
func topLevel(text []byte) bool {
	dec := jsontext.NewDecoder(bytes.NewReader(text), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if dec.PeekKind() != '{' {
		return false
	}
	if _, err := dec.ReadToken(); err != nil {
		return false
	}
	var version, resources bool
	for dec.PeekKind() == '"' {
		tok, err := dec.ReadToken()
		if err != nil {
			return false
		}
		switch strings.ToLower(tok.String()) {
		case "$schema":
			if dec.PeekKind() != '"' {
				return false
			}
			v, err := dec.ReadToken()
			return err == nil && isTemplateSchema(v.String())
		case "contentversion":
			version = true
		case "resources":
			resources = resources || dec.PeekKind() == '[' || dec.PeekKind() == '{'
		}
		if version && resources {
			return true
		}
		if dec.SkipValue() != nil {
			return false
		}
	}
	return false
}

// isTemplateSchema knows the schemas for all scopes: deploymentTemplate.json,
// subscriptionDeploymentTemplate.json and so on.
func isTemplateSchema(uri string) bool {
	uri = strings.ToLower(strings.TrimSuffix(uri, "#"))
	return strings.HasSuffix(uri, "deploymenttemplate.json")
}
