// Package chart draws the console's pictures as SVG on the server. Every one
// tells its status by pattern as well as colour, says in words what it shows,
// and has neither script nor style attributes, which the policy refuses.
// Positions along an axis are percent, so that a picture fills what it stands
// in and its text keeps its size.
package chart

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/web/layout"
)

// UnknownOwner is how duties that nobody is known to own are drawn.
const UnknownOwner = "unknown-owner"

// Share is how many duties of one side have one status.
type Share struct {
	Status string // of the pattern and the symbol
	Owner  string // customer, unknown, provider
	N      int
}

// Counts are duties by owner and by status. A status says whose it is, but
// for the unverified, which may have no known owner.
type Counts struct {
	Owners, Statuses map[string]int
}

var (
	yours  = []string{report.Failing, report.Unverified, report.Waived, report.Verified}
	theirs = []string{report.Lapsed, report.Unassured, report.Assured}
)

// Shares are the counts from the customer's on the left to the provider's on
// the right, the worst first on each side.
func (c Counts) Shares() []Share {
	var out []Share
	add := func(status, owner string, n int) {
		if n > 0 {
			out = append(out, Share{status, owner, n})
		}
	}
	for _, s := range yours {
		add(s, report.Customer, c.Of(s))
	}
	add(UnknownOwner, report.Unknown, c.Owners[report.Unknown])
	for _, s := range theirs {
		add(s, report.Provider, c.Statuses[s])
	}
	return out
}

// Of is how many of the customer's or the provider's duties have a status.
func (c Counts) Of(status string) int {
	if status == report.Unverified {
		return max(0, c.Statuses[status]-c.Owners[report.Unknown])
	}
	return c.Statuses[status]
}

// Side is the part of the counts that one owner has.
func (c Counts) Side(owner string) Counts {
	out := Counts{map[string]int{owner: c.Owners[owner]}, map[string]int{}}
	for _, s := range c.Shares() {
		if s.Owner == owner && owner != report.Unknown {
			out.Statuses[s.Status] = s.N
		}
	}
	if owner == report.Unknown {
		out.Statuses[report.Unverified] = c.Owners[owner]
	}
	return out
}

// Total is how many there are.
func (c Counts) Total() int {
	return c.Owners[report.Customer] + c.Owners[report.Unknown] + c.Owners[report.Provider]
}

// StatusTitle is a status in words.
func StatusTitle(status string) string {
	switch status {
	case report.Lapsed:
		return "Assurance lapsed"
	case report.Unassured:
		return "No assurance on file"
	case UnknownOwner:
		return "Owner unknown"
	}
	return layout.Word(status)
}

// Describe says in words what a picture of the counts shows.
func (c Counts) Describe() string {
	if c.Total() == 0 {
		return "No duties."
	}
	parts := []string{Count(c.Total(), "duty", "duties")}
	for _, o := range []struct{ owner, title string }{{report.Customer, "yours"}, {report.Unknown, "without a known owner"}, {report.Provider, "the provider’s"}} {
		if n := c.Owners[o.owner]; n > 0 {
			parts = append(parts, num(n)+" "+o.title)
		}
	}
	for _, s := range c.Shares() {
		if s.Owner != report.Unknown {
			parts = append(parts, num(s.N)+" "+strings.ToLower(StatusTitle(s.Status)))
		}
	}
	return strings.Join(parts, ", ") + "."
}

// Count is a number with its noun.
func Count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return num(n) + " " + many
}

func num(n int) string { return layout.Number(int64(n)) }

// pct is a position along an axis.
func pct(x float64) string { return strconv.FormatFloat(x, 'f', 2, 64) + "%" }

func px(x float64) string { return strconv.FormatFloat(x, 'f', 1, 64) }

func pattern(status string) string { return fmt.Sprintf("url(#p-%s)", status) }
