// Package jsonreport writes an assessment as JSON, the contract of
// docs/assessment.schema.json, and reads it back.
//
// Writing streams: memory does not grow with the estate. Reading does not, for
// what it gives is the assessment itself.
package jsonreport

import (
	"fmt"
	"io"
	"slices"

	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/report/jsonstream"
)

// Format writes JSON.
type Format struct {
	Indent bool // over several lines, for people
}

var _ report.Format = Format{}

// Write writes the assessment with its members in a fixed order.
func (f Format) Write(w io.Writer, a *report.Assessment) error {
	e := jsonstream.New(w, f.Indent)
	e.Begin("")
	e.Member("schema_version", report.SchemaVersion)
	e.Member("tool", a.Tool)
	e.Member("assessed_at", a.AssessedAt)
	jsonstream.Array(e, "sources", slices.Values(a.Sources))
	jsonstream.Array(e, "rows", slices.Values(a.Rows))
	jsonstream.Bulk(e, "assets", a.Assets, appendAsset)
	jsonstream.Bulk(e, "duties", a.Duties, appendDuty)
	jsonstream.Bulk(e, "findings", a.Findings, appendFinding)
	jsonstream.Array(e, "weakest_links", slices.Values(a.Weakest))
	jsonstream.Array(e, "uncovered_types", slices.Values(a.Uncovered))
	jsonstream.Array(e, "checks", slices.Values(a.Checks))
	e.Member("summary", a.Summary)
	if len(a.Imports) > 0 {
		jsonstream.Array(e, "imports", slices.Values(a.Imports))
	}
	jsonstream.Array(e, "frameworks", slices.Values(a.Frameworks))
	jsonstream.Array(e, "limitations", slices.Values(a.Limitations))
	if len(a.Narrowed) > 0 {
		jsonstream.Array(e, "narrowed", slices.Values(a.Narrowed))
	}
	e.End()
	if err := e.Close(); err != nil {
		return fmt.Errorf("writing the JSON report: %w", err)
	}
	return nil
}
