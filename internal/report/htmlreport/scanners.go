package htmlreport

import (
	"fmt"

	"github.com/demarc-sec/demarc/internal/report"
)

// scannerBar lays one scanner's findings out from the customer's to the
// provider's, and behind them those that have no place. It is empty where there
// are none.
func scannerBar(i report.Import) []segment {
	parts := []struct {
		n              int
		pattern, title string
	}{
		{i.Customer, report.Failing, "yours"},
		{i.Undecided, "unknown-owner", "owner unknown"},
		{i.Provider, report.Assured, "the provider’s"},
		{i.Unplaced, report.Unverified, "on no known asset"},
	}
	total := 0
	for _, p := range parts {
		total += p.n
	}
	var bar []segment
	x := 0.0
	for _, p := range parts {
		if p.n == 0 {
			continue
		}
		w := 100 * float64(p.n) / float64(total)
		bar = append(bar, segment{p.pattern, fmt.Sprintf("%s: %s of %s", p.title, group(p.n), group(total)), round(x), round(w)})
		x += w
	}
	return bar
}

// teamless counts the customer's findings that are no known team's.
func teamless(i report.Import) int {
	n := i.Customer
	for _, t := range i.Teams {
		n -= t.Findings
	}
	return n
}
