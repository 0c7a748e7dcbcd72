package htmlreport

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/report/digest"
)

// headline is what the top of the page says, written without script so that it
// can be read everywhere.
type headline struct {
	Assessed string
	Resources, Assets, Duties,
	Services int
	Customer, Unknown, Provider share
	Statuses                    []statusShare // of the customer's duties
	Bar                         []segment
	Edge                        float64 // where the customer's part ends, in percent
	EdgeEnd                     float64 // where the provider's part begins
	Lead                        string
	Gaps, BrokenGaps            int
	Uncovered, UncoveredTypes   int
	Unverified                  int
	Weakest                     []report.WeakestLink
}

type share struct {
	N       int
	Percent string
}

type statusShare struct {
	Status, Title string
	share
}

// segment is a piece of the bar; X and W are percent.
type segment struct {
	Pattern, Title string
	X, W           float64
}

func newHeadline(a *report.Assessment, d *document) headline {
	w := &d.whole
	total := w.total()
	h := headline{
		Assessed: humanTime(a.AssessedAt), Resources: a.Summary.Resources, Assets: a.Summary.Assets, Duties: total,
		Customer: newShare(w.owned(0), total), Unknown: newShare(w.owned(1), total), Provider: newShare(w.owned(2), total),
		Uncovered: a.Summary.Uncovered, UncoveredTypes: len(a.Uncovered),
		Weakest: a.Weakest[:min(10, len(a.Weakest))],
	}
	for _, dim := range d.Dimensions {
		if dim.ID == "service" {
			h.Services = len(dim.Columns)
		}
	}
	for _, s := range a.Sources {
		h.Gaps += len(s.Gaps)
		for _, g := range s.Gaps {
			h.BrokenGaps += rank(g.Error)
		}
	}
	for _, s := range []string{report.Failing, report.Unverified, report.Waived, report.Verified} {
		h.Statuses = append(h.Statuses, statusShare{s, statusTitle(s), newShare(w[0][statusOf(s)], w.owned(0))})
	}
	h.Unverified = w[0][1] + w.owned(1)
	h.Lead = lead(w)
	h.bar(w)
	return h
}

// kinds lists what sorts of sources there are, in the order they were read.
func kinds(sources []report.Source) string {
	var out []string
	for _, s := range sources {
		if !slices.Contains(out, s.Kind) {
			out = append(out, s.Kind)
		}
	}
	return strings.Join(out, ", ")
}

// bar lays out every duty from the customer's on the left to the provider's on
// the right, and finds where the line is.
func (h *headline) bar(w *counts) {
	total := w.total()
	if total == 0 {
		return
	}
	const least = 0.5 // percent: one duty of many must still be seen
	var sum float64
	for o := range nOwners {
		for s, n := range w[o] {
			if n == 0 {
				continue
			}
			pattern, who := statuses[s], [...]string{"customer's", "owner unknown", "provider's"}[o]
			if o == 1 {
				pattern = "unknown-owner"
			}
			width := max(least, 100*float64(n)/float64(total))
			h.Bar = append(h.Bar, segment{pattern, fmt.Sprintf("%s, %s: %s of %s duties", who, statusTitle(statuses[s]), group(n), group(total)), sum, width})
			sum += width
		}
		if o == 0 {
			h.Edge = sum
		}
		if o == 1 {
			h.EdgeEnd = sum
		}
	}
	scale := 100 / sum
	for i := range h.Bar {
		h.Bar[i].X, h.Bar[i].W = round(h.Bar[i].X*scale), round(h.Bar[i].W*scale)
	}
	h.Edge, h.EdgeEnd = round(h.Edge*scale), round(h.EdgeEnd*scale)
}

// lead is the first sentence of the report.
func lead(w *counts) string {
	c, total := w.owned(0), w.total()
	if total == 0 {
		return "No duties were found: nothing could be assessed."
	}
	s := fmt.Sprintf("%s of %s duties are yours.", group(c), group(total))
	if c == 0 {
		s = fmt.Sprintf("None of %s duties could be shown to be yours.", group(total))
	}
	failing, unverified := w[0][0], w[0][1]
	switch {
	case failing > 0 && unverified > 0:
		s += fmt.Sprintf(" %s %s, and nobody has verified %s.", group(failing), plural(failing, "fails", "fail"), group(unverified))
	case failing > 0:
		s += fmt.Sprintf(" %s %s.", group(failing), plural(failing, "fails", "fail"))
	case unverified > 0:
		s += fmt.Sprintf(" None was seen to fail, but nobody has verified %s.", group(unverified))
	case c > 0:
		s += " None fails."
	}
	if u := w.owned(1); u > 0 {
		s += fmt.Sprintf(" For %s more, no owner is known.", group(u))
	}
	return s
}

func newShare(n, of int) share { return share{n, digest.Share(n, of)} }

func statusTitle(s string) string {
	switch s {
	case report.Lapsed:
		return "Assurance lapsed"
	case report.Unassured:
		return "No assurance on file"
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func humanTime(s string) string {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return s
	}
	return t.UTC().Format("2 January 2006, 15:04 UTC")
}

// group writes 12345 as 12,345.
func group(n int) string {
	digits := []byte(strconv.Itoa(n))
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = slices.Insert(digits, i, ',')
	}
	return string(digits)
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

func round(x float64) float64 { return float64(int(x*100+0.5)) / 100 }
