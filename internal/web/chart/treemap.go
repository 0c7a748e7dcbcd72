package chart

import (
	"cmp"
	"slices"
)

// Tile is one part of a treemap.
type Tile struct {
	Title  string
	URL    string
	Counts Counts // its size, and how its area is divided
	Note   string // a line below its title
	More   string // and another, where there is room
}

// place is where a tile lies, in percent of both sides.
type place struct {
	Tile
	X, Y, W, H float64
}

// say is the tile in words.
func (t Tile) say() string {
	s := t.Title + ": " + t.Note
	if t.More != "" {
		s += ", " + t.More
	}
	return s
}

// parts divide the tile.
func (p place) parts() []piece {
	pieces, _, _ := bar(p.Counts)
	return pieces
}

// treemapShape is how much wider than high a treemap is drawn.
const treemapShape = 2.2

// squarify lays tiles out so that each is as near to a square as it can be
// (Bruls, Huizing, van Wijk: Squarified Treemaps, 2000): rows are filled along
// the shorter side as long as that makes the worst of them no worse.
func squarify(tiles []Tile) []place {
	tiles = slices.DeleteFunc(slices.Clone(tiles), func(t Tile) bool { return t.Counts.Total() <= 0 })
	slices.SortStableFunc(tiles, func(a, b Tile) int { return cmp.Compare(b.Counts.Total(), a.Counts.Total()) })
	total := 0
	for _, t := range tiles {
		total += t.Counts.Total()
	}
	if total == 0 {
		return nil
	}
	const width, height = treemapShape, 1.0
	unit := width * height / float64(total)
	var out []place
	x, y, w, h := 0.0, 0.0, width, height
	for len(tiles) > 0 {
		side := min(w, h)
		n, sum := 1, float64(tiles[0].Counts.Total())*unit
		for n < len(tiles) {
			next := sum + float64(tiles[n].Counts.Total())*unit
			if ratio(tiles[:n+1], next, side, unit) > ratio(tiles[:n], sum, side, unit) {
				break
			}
			n, sum = n+1, next
		}
		thick, at := sum/side, 0.0
		for _, t := range tiles[:n] {
			long := float64(t.Counts.Total()) * unit / thick
			p := place{Tile: t, X: x, Y: y + at, W: thick, H: long}
			if w < h {
				p = place{Tile: t, X: x + at, Y: y, W: long, H: thick}
			}
			p.X, p.W, p.Y, p.H = 100*p.X/width, 100*p.W/width, 100*p.Y/height, 100*p.H/height
			out = append(out, p)
			at += long
		}
		if w < h {
			y, h = y+thick, h-thick
		} else {
			x, w = x+thick, w-thick
		}
		tiles = tiles[n:]
	}
	return out
}

// ratio is how far from a square the worst tile of a row is.
func ratio(row []Tile, sum, side, unit float64) float64 {
	thick, worst := sum/side, 0.0
	for _, t := range row {
		long := float64(t.Counts.Total()) * unit / thick
		worst = max(worst, thick/long, long/thick)
	}
	return worst
}
