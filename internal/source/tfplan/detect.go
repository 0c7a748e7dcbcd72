package tfplan

import (
	"bytes"
	"context"
	"io"
)

// Detect looks at the beginning of a document and tells Plan, State, RawState
// or "" for anything else. An *InputError says that the document is something
// made by Terraform which cannot be read as it is, such as a binary plan.
//
// It reads no further than the first top-level names that decide.
func Detect(r io.Reader) (kind string, err error) {
	src := newLineReader(context.Background(), r, 1, maxString)
	src.skipBOM()
	if err := foreign(src.rest); err != nil {
		return "", err
	}
	if b := bytes.TrimLeft(src.rest, " \t\r\n"); len(b) == 0 || b[0] != '{' {
		return "", nil
	}
	s := newScanner(src)
	has := map[string]bool{}
	_ = s.fields(func(name string) error {
		has[name] = true
		if kind, err = decide(has); kind != "" || err != nil {
			return io.EOF
		}
		return s.skip()
	})
	if kind == "" && err == nil && has["format_version"] {
		kind = undecided(has)
	}
	return kind, err
}

// undecided tells what a document is that ended before a name decided: the
// state of an empty workspace, or a file cut short, which reading it will tell.
func undecided(has map[string]bool) string {
	known := map[string]bool{"format_version": true, "terraform_version": true, "variables": true, "checks": true}
	for name := range has {
		if !known[name] {
			return ""
		}
	}
	if has["variables"] {
		return Plan
	}
	return State
}

func decide(has map[string]bool) (string, error) {
	switch {
	case has["@level"]:
		return "", &InputError{
			What: "it is the log of terraform plan -json, not the plan", Offset: -1,
			Mend: "terraform plan -out plan && terraform show -json plan > plan.json",
		}
	case has["encrypted_data"] && (has["encryption_version"] || has["meta"]):
		return "", &InputError{
			What: "it is an encrypted state", Mend: "let OpenTofu decrypt it: tofu show -json > state.json", Offset: -1,
		}
	case has["planned_values"], has["resource_changes"],
		has["configuration"] && (has["format_version"] || has["applyable"] || has["complete"]):
		return Plan, nil
	case has["format_version"] && has["values"]:
		return State, nil
	case has["lineage"] && (has["serial"] || has["version"]), has["version"] && has["terraform_version"]:
		return RawState, nil
	}
	return "", nil
}

// foreign recognises files that are no JSON at all but easily taken for a plan.
func foreign(head []byte) error {
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")) && bytes.Contains(head[:min(len(head), 64)], []byte("tfplan")):
		return &InputError{
			What: "this looks like a binary plan", Mend: "run terraform show -json plan > plan.json", Offset: -1,
		}
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		return &InputError{What: "it is compressed with gzip", Mend: "unpack it first: gunzip FILE", Offset: -1}
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return &InputError{
			What: "it is written in UTF-16, as Windows PowerShell does",
			Mend: "terraform show -json plan | Out-File -Encoding utf8 plan.json", Offset: -1,
		}
	}
	return nil
}
