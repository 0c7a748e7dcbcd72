package chart

import (
	"strings"
	"time"

	"github.com/demarc-sec/demarc/internal/report"
)

// Day is one column of a trend.
type Day struct {
	Day string // 2026-11-28
	Counts
}

// stacked are the statuses of a trend, from the foot up.
var stacked = []string{report.Failing, report.Unverified, report.Waived, report.Verified}

// column is a day of a trend as it is drawn, in percent.
type trendColumn struct {
	Title  string
	X, W   float64
	Blocks []block
}

type block struct {
	Status string
	Y, H   float64
}

// trendTop leaves room for the highest number, in percent.
const trendTop = 8.0

// trend lays out stacked columns and returns the number at the top.
func trend(days []Day) (columns []trendColumn, top int) {
	for _, d := range days {
		top = max(top, d.yours())
	}
	if top == 0 || len(days) == 0 {
		return nil, 0
	}
	step := 100 / float64(len(days))
	gap := min(step*.16, .5)
	for i, d := range days {
		c := trendColumn{Title: d.say(), X: float64(i)*step + gap/2, W: step - gap}
		y := 100.0
		for _, s := range stacked {
			if n := d.of(s); n > 0 {
				h := (100 - trendTop) * float64(n) / float64(top)
				y -= h
				c.Blocks = append(c.Blocks, block{s, y, h})
			}
		}
		columns = append(columns, c)
	}
	return columns, top
}

// of counts duties without a known owner with the unverified: that is what
// they are.
func (d Day) of(status string) int { return d.Statuses[status] }

func (d Day) yours() (n int) {
	for _, s := range stacked {
		n += d.of(s)
	}
	return n
}

func (d Day) say() string {
	var s strings.Builder
	s.WriteString(shortDay(d.Day) + ": ")
	for i, status := range stacked {
		if i > 0 {
			s.WriteString(", ")
		}
		s.WriteString(num(d.of(status)) + " " + status)
	}
	return s.String()
}

func shortDay(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.Format("2 Jan 2006")
}

// first leaves out the days before there was anything.
func since(days []Day) []Day {
	for i, d := range days {
		if d.Total() > 0 {
			return days[max(0, i-1):]
		}
	}
	return nil
}

// told are the days of the table beside the picture: a few, evenly, and the last.
func told(days []Day) []Day {
	step := max(1, len(days)/12)
	var out []Day
	for i := len(days) - 1; i >= 0; i -= step {
		out = append(out, days[i])
	}
	return out
}
