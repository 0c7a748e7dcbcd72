package chart

import "github.com/demarc-sec/demarc/internal/report"

// piece is a part of a bar, in percent.
type piece struct {
	Share
	X, W float64
}

// bar lays the shares beside each other and finds where the line is: left of
// it is the customer's, right of the second edge the provider's.
func bar(c Counts) (pieces []piece, left, right float64) {
	const least = 0.5 // percent: one duty of many must still be seen
	total, sum := float64(c.Total()), 0.0
	for _, s := range c.Shares() {
		w := max(least, 100*float64(s.N)/total)
		pieces = append(pieces, piece{s, sum, w})
		sum += w
		switch s.Owner {
		case report.Customer:
			left, right = sum, sum
		case report.Unknown:
			right = sum
		}
	}
	if sum == 0 {
		return nil, 0, 0
	}
	scale := 100 / sum
	for i := range pieces {
		pieces[i].X, pieces[i].W = pieces[i].X*scale, pieces[i].W*scale
	}
	return pieces, left * scale, right * scale
}
