package export

import (
	"bytes"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// HeadSize is how much of a file's beginning [Detect] wants to see.
const HeadSize = 64 << 10

// Detect tells from a file's name and beginning which kind of export it is.
func Detect(name string, head []byte) (kind string, ok bool) {
	switch lower := strings.ToLower(name); {
	case strings.HasSuffix(lower, ".json"), strings.HasSuffix(lower, ".jsonl"), strings.HasSuffix(lower, ".ndjson"):
	default:
		return "", false
	}
	head = bytes.TrimPrefix(head[:min(len(head), HeadSize)], byteOrderMark)
	dec := jsontext.NewDecoder(bytes.NewReader(head), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	switch dec.PeekKind() {
	case '{':
		kind = document(dec)
	case '[':
		kind = first(dec)
	}
	return kind, kind != ""
}

// document looks at an object that is a record, or holds a list of them.
func document(dec *jsontext.Decoder) string {
	p := &peeked{names: map[string]bool{}}
	if _, err := dec.ReadToken(); err != nil {
		return ""
	}
	for dec.PeekKind() == '"' {
		tok, err := dec.ReadToken()
		if err != nil {
			break
		}
		name := tok.String()
		p.names[name] = true
		if dec.PeekKind() == '[' && slices.Contains(lists, name) {
			switch {
			case name == "configurationItems", name == "baseConfigurationItems":
				return orNone(Config, p.names["fileVersion"] || p.names["configSnapshotId"] || configRecord(dec))
			case name == "Results":
				return orNone(Config, configText(dec))
			case name == "ResourceDescriptions":
				return orNone(CloudControl, p.names["TypeName"] || described(dec))
			}
			if kind := first(dec); kind != "" {
				return kind
			}
			return ""
		}
		if p.look(dec, name) != nil {
			break
		}
	}
	return p.kind()
}

func orNone(kind string, is bool) string {
	if is {
		return kind
	}
	return ""
}

// first looks at the first record of a list.
func first(dec *jsontext.Decoder) string {
	if _, err := dec.ReadToken(); err != nil || dec.PeekKind() != '{' {
		return ""
	}
	return record(dec).kind()
}

func record(dec *jsontext.Decoder) *peeked {
	p := &peeked{names: map[string]bool{}}
	if _, err := dec.ReadToken(); err != nil {
		return p
	}
	for dec.PeekKind() == '"' {
		tok, err := dec.ReadToken()
		if err != nil {
			break
		}
		name := tok.String()
		p.names[name] = true
		if p.look(dec, name) != nil {
			break
		}
	}
	return p
}

func configRecord(dec *jsontext.Decoder) bool {
	return first(dec) == Config
}

// configText looks at the first of the texts that answer a query.
func configText(dec *jsontext.Decoder) bool {
	if _, err := dec.ReadToken(); err != nil || dec.PeekKind() != '"' {
		return false
	}
	tok, err := dec.ReadToken()
	if err != nil {
		return false
	}
	m, ok := parseText(tok.String()).(map[string]any)
	return ok && (m["resourceType"] != nil || m["arn"] != nil && m["configuration"] != nil)
}

func described(dec *jsontext.Decoder) bool {
	if _, err := dec.ReadToken(); err != nil || dec.PeekKind() != '{' {
		return false
	}
	p := record(dec)
	return p.names["Identifier"] && p.names["Properties"]
}

// peeked is what was seen of a record.
type peeked struct {
	names                map[string]bool
	id, typ, name, asset string
	resource             string
}

func (p *peeked) look(dec *jsontext.Decoder, name string) error {
	var into *string
	switch name {
	case "id":
		into = &p.id
	case "type":
		into = &p.typ
	case "name":
		into = &p.name
	case "assetType", "asset_type":
		into = &p.asset
	case "resource":
		into = &p.resource
	}
	if into == nil || dec.PeekKind() != '"' {
		return dec.SkipValue()
	}
	tok, err := dec.ReadToken()
	if err == nil {
		*into = tok.String()
	}
	return err
}

// kind tells what a record is by its names, which may not all have been seen.
func (p *peeked) kind() string {
	switch {
	case strings.HasPrefix(p.name, "//") && p.asset != "",
		strings.HasPrefix(p.resource, "//") && p.names["policy"]:
		return AssetInventory
	case p.names["resourceType"] && (p.names["configuration"] || p.names["configurationItemStatus"]) && !p.names["$schema"]:
		return Config
	case p.names["TypeName"] && p.names["ResourceDescription"]:
		return CloudControl
	case strings.HasPrefix(p.id, "/") && strings.Contains(p.typ, "/") && strings.Contains(p.typ, ".") && strings.Contains(strings.ToLower(p.id), "/providers/"):
		return ResourceGraph
	case strings.HasPrefix(strings.ToLower(p.id), "/subscriptions/") && strings.HasPrefix(strings.ToLower(p.typ), "microsoft."):
		return ResourceGraph
	}
	return ""
}

// isLines tells whether a file holds one record a line: then its first line is
// an object by itself, and that one no list.
func isLines(head []byte) bool {
	head = bytes.TrimPrefix(head, byteOrderMark)
	line, rest, ended := bytes.Cut(head, newline)
	if len(bytes.TrimSpace(rest)) == 0 && ended {
		return len(bytes.TrimSpace(line)) > 0 && bytes.TrimSpace(line)[0] == '{'
	}
	line = bytes.TrimSpace(line)
	if len(line) == 0 || line[0] != '{' {
		return false
	}
	if !ended { // a long line: it is one record, or a list on one line, which is read the same way
		return false
	}
	return jsontext.Value(line).IsValid(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
}
