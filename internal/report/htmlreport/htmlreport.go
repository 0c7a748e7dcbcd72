// Package htmlreport writes an assessment as one self-contained HTML file: the
// live matrix, the weakest links, findings, assets with their stacks of
// duties, and what could not be seen. The file loads nothing from anywhere,
// runs from disk, prints, and works without a mouse.
//
// The page's parts stand in assets/: one template, style sheets and small
// scripts, joined when the file is written. There is no build step.
package htmlreport

import (
	"bufio"
	"io"
	"regexp"
	"strings"

	"github.com/demarc-sec/demarc/internal/report"
)

// Above these the file would be too heavy for a browser. It then keeps the
// whole matrix, the findings that fail or could not be verified, and the
// assets behind them, and says what was left out.
const (
	DefaultMaxAssets   = 5_000
	DefaultMaxFindings = 40_000
)

// Format writes one HTML file. The zero value is ready to use.
type Format struct {
	// Title heads the page.
	Title string
	// MaxAssets and MaxFindings bound what the page holds in full.
	MaxAssets   int
	MaxFindings int
	// Complete is the command that gives what a bounded page leaves out. Empty
	// means an assessment of the same sources as JSON.
	Complete string
}

var _ report.Format = Format{}

// Write writes the page. The same assessment gives the same bytes.
func (f Format) Write(w io.Writer, a *report.Assessment) error {
	f = f.withDefaults(a)
	d := collect(a, f.bounds(a))
	out := bufio.NewWriterSize(w, 1<<16)
	if err := writePage(out, f, a, d); err != nil {
		return err
	}
	return out.Flush()
}

func (f Format) withDefaults(a *report.Assessment) Format {
	if f.Title == "" {
		f.Title = "Who secures what"
	}
	if f.MaxAssets == 0 {
		f.MaxAssets = DefaultMaxAssets
	}
	if f.MaxFindings == 0 {
		f.MaxFindings = DefaultMaxFindings
	}
	if f.Complete == "" {
		f.Complete = "demarc assess --format json --output assessment.json " + paths(a.Sources)
	}
	return f
}

// plain is a path that a shell takes as it is.
var plain = regexp.MustCompile(`^[A-Za-z0-9_./][A-Za-z0-9_./-]*$`)

// paths are what was named on the command line, where that can be repeated.
func paths(sources []report.Source) string {
	var out []string
	for _, s := range sources {
		if !plain.MatchString(s.Path) || len(out) == 4 {
			return "PATH..."
		}
		out = append(out, s.Path)
	}
	if len(out) == 0 {
		return "PATH..."
	}
	return strings.Join(out, " ")
}
