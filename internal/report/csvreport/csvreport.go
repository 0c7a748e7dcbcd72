// Package csvreport writes findings or duties as CSV, for spreadsheets.
//
// Spreadsheets run what looks like a formula, so every cell that could begin
// one is given a leading apostrophe.
package csvreport

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/report/digest"
)

// Format writes one table: the findings, or the duties.
type Format struct {
	Duties bool
}

var _ report.Format = Format{}

// Write writes a head line and then one line for each finding or duty, ending
// in CR LF as RFC 4180 has it.
func (f Format) Write(w io.Writer, a *report.Assessment) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	t := table{out: out}
	if f.Duties {
		t.duties(a)
	} else {
		t.findings(a)
	}
	out.Flush()
	if t.err == nil {
		t.err = out.Error()
	}
	if t.err != nil {
		return fmt.Errorf("writing the CSV report: %w", t.err)
	}
	return nil
}

type table struct {
	out   *csv.Writer
	cells []string
	err   error
}

func (t *table) line(cells ...string) bool {
	t.cells = t.cells[:0]
	for _, c := range cells {
		t.cells = append(t.cells, safe(c))
	}
	if t.err == nil {
		t.err = t.out.Write(t.cells)
	}
	return t.err == nil
}

func (t *table) findings(a *report.Assessment) {
	t.line(
		"severity", "result", "baseline", "check", "title", "address", "file", "line", "end_line", "attribute", "message",
		"responsibility", "row", "owner", "team", "waived_by", "waiver_reason", "waiver_until", "waiver_source", "waiver_expired",
		"remediation", "controls", "references", "aliases", "asset", "fingerprint",
		"tool", "count", "also_reported_by",
	)
	if a.Findings == nil {
		return
	}
	for f := range a.Findings {
		w, expired := report.Waiver{}, ""
		if f.Waiver != nil {
			w, expired = *f.Waiver, strconv.FormatBool(f.Waiver.Expired)
		}
		if !t.line(
			f.Severity, f.Result, strconv.FormatBool(f.Baseline), f.Check, f.Title, f.Address, f.Location.File, number(f.Location.Line), number(f.Location.EndLine), f.Attribute, f.Message,
			f.Responsibility, f.Row, f.Owner, f.Team, w.By, w.Reason, w.Until, w.Source, expired,
			f.Remediation, list(f.Controls), list(f.References), list(f.Aliases), f.Asset, f.Fingerprint,
			f.Tool, number(f.Count), list(f.AlsoReportedBy),
		) {
			return
		}
	}
}

// duties joins what a reader of one line wants to know of the asset. Duties
// are grouped by asset in the order of the assets, but a map keeps this right
// for assessments that were put together otherwise.
func (t *table) duties(a *report.Assessment) {
	t.line(
		"address", "kind", "provider", "service", "model", "account", "region", "environment", "file", "line",
		"row", "responsibility", "owner", "party", "possible", "team", "status", "evidence",
		"rule", "note", "facts", "document", "inferred", "verified_on", "changes_on", "changes_to", "asset",
	)
	if a.Duties == nil {
		return
	}
	assets := briefs(a)
	for d := range a.Duties {
		x, b := assets[d.Asset], d.Basis
		document := ""
		if b.Document != nil {
			document = b.Document.URL
		}
		var evidence []string
		for _, e := range b.Evidence {
			evidence = append(evidence, e.Check+"="+e.Result)
		}
		if !t.line(
			x.address, x.kind, x.provider, x.service, x.model, x.account, x.region, x.environment, x.file, number(x.line),
			d.Row, d.Responsibility, d.Owner, d.Party, list(d.Possible), d.Team, d.Status, list(evidence),
			b.Rule, b.Note, list(b.Facts), document, strconv.FormatBool(b.Inferred), b.VerifiedOn, d.ChangesOn, d.ChangesTo, d.Asset,
		) {
			return
		}
	}
}

// brief is the part of an asset that a line of its duties repeats.
type brief struct {
	address, kind, provider, service, model, account, region, environment, file string
	line                                                                        int
}

func briefs(a *report.Assessment) map[string]brief {
	out := map[string]brief{}
	if a.Assets == nil {
		return out
	}
	for x := range a.Assets {
		out[x.ID] = brief{x.Address, x.Kind, x.Provider, x.Service, x.Model, x.Account, x.Region, x.Environment, x.Location.File, x.Location.Line}
	}
	return out
}

func list(s []string) string { return strings.Join(s, "; ") }

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// safe makes text one line that no spreadsheet takes for a formula. A cell
// that only a spreadsheet's import would trim into one is covered as well:
// leading blanks and quotes do not protect it.
func safe(s string) string {
	s = digest.Line(s)
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, " \u00a0\u3000\"'"))
	// Besides the four signs of formulas, their full-width twins and those of
	// dynamic data exchange.
	if strings.ContainsRune("=+-@|%＝＋－＠", first) {
		return "'" + s
	}
	return s
}
