package foreign

import (
	"cmp"
	"strings"
)

type semgrepResult struct {
	Check string `json:"check_id"`
	Path  string `json:"path"`
	Start struct {
		Line int `json:"line"`
	} `json:"start"`
	End struct {
		Line int `json:"line"`
	} `json:"end"`
	Extra struct {
		Message  string `json:"message"`
		Severity string `json:"severity"`
		Ignored  bool   `json:"is_ignored"`
		Metadata struct {
			Category   any    `json:"category"`
			CWE        any    `json:"cwe"`
			Technology any    `json:"technology"`
			References any    `json:"references"`
			Source     string `json:"source"`
			Severity   string `json:"severity"`
		} `json:"metadata"`
	} `json:"extra"` // its lines and metavariables, which quote the source, are not read
}

// readSemgrep takes the JSON of `semgrep scan`.
func readSemgrep(r *report) error {
	return r.pass(func(d *document) error {
		return d.object(func(name string) error {
			if name != "results" {
				return d.skip()
			}
			return d.array(func() error {
				var res semgrepResult
				line, ok, err := d.value(&res)
				if !ok {
					return err
				}
				return r.give(semgrepFinding(line, &res))
			})
		})
	})
}

func semgrepFinding(line int, res *semgrepResult) Finding {
	meta := &res.Extra.Metadata
	f := Finding{
		Tool: "semgrep", At: line, Rule: res.Check, Title: res.Check[strings.LastIndexByte(res.Check, '.')+1:], Message: res.Extra.Message,
		Severity: cmp.Or(severity(meta.Severity), semgrepSeverity(res.Extra.Severity)), Outcome: Fail,
		File: FilePath(res.Path), Line: res.Start.Line, EndLine: res.End.Line, References: append([]string{meta.Source}, oneOrMore(meta.References)...),
	}
	for _, v := range []any{meta.Category, meta.Technology, meta.CWE} {
		f.Categories = append(f.Categories, oneOrMore(v)...)
	}
	if res.Extra.Ignored {
		f.Suppressed = "ignored by a comment in the source"
	}
	f.Class = sarifClass(&f, &sarifRule{})
	return f
}

// semgrepSeverity is one of Semgrep's three levels, or of the four it has had since.
func semgrepSeverity(s string) string {
	switch strings.ToUpper(s) {
	case "ERROR":
		return "high"
	case "WARNING":
		return "medium"
	case "INFO", "INVENTORY", "EXPERIMENT":
		return "low"
	}
	return severity(s)
}

// oneOrMore takes a text or a list of them.
func oneOrMore(v any) []string {
	if s := text(v); s != "" {
		return []string{s}
	}
	return texts(v)
}
