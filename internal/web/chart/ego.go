package chart

import "unicode/utf8"

// Node is one end of a relation, or the middle of an ego graph.
type Node struct {
	Title    string
	Sub      string // its kind
	Relation string // how it is related to the middle
	URL      string // empty where it leads nowhere
	Status   string // its worst; empty without
}

// Ego is what stands around one thing: what points at it on the left, and what
// it points at on the right.
type Ego struct {
	Middle  Node
	In, Out []Node
}

// egoMost bounds the nodes of a side; the list beside the picture has all.
const egoMost = 10

const (
	egoWidth  = 860.0
	egoNode   = 250.0
	egoHeight = 46.0
	egoStep   = 58.0
)

type egoPlace struct {
	Node
	X, Y float64
}

// layout places the nodes and returns the height of the picture.
func (e Ego) layout() (middle egoPlace, in, out []egoPlace, height float64) {
	left, right := e.In[:min(len(e.In), egoMost)], e.Out[:min(len(e.Out), egoMost)]
	rows := max(len(left), len(right), 1)
	height = float64(rows)*egoStep + 10
	side := func(nodes []Node, x float64) []egoPlace {
		top := (height - float64(len(nodes))*egoStep) / 2
		var places []egoPlace
		for i, n := range nodes {
			places = append(places, egoPlace{n, x, top + float64(i)*egoStep + (egoStep-egoHeight)/2})
		}
		return places
	}
	in, out = side(left, 1), side(right, egoWidth-egoNode-1)
	middle = egoPlace{e.Middle, (egoWidth - egoNode*.84) / 2, (height - egoHeight) / 2}
	return middle, in, out, height
}

// curve is the path from the right side of one node to the left of another.
func curve(x1, y1, x2, y2 float64) string {
	mid := (x1 + x2) / 2
	return "M" + px(x1) + " " + px(y1) + "C" + px(mid) + " " + px(y1) + " " + px(mid) + " " + px(y2) + " " + px(x2) + " " + px(y2)
}

// short keeps the end of a name, which is what tells it from others.
func short(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	r := []rune(s)
	return "…" + string(r[len(r)-most+1:])
}

func (e Ego) describe() string {
	return e.Middle.Title + ": " + Count(len(e.In), "thing points", "things point") + " at it, and it points at " + Count(len(e.Out), "other", "others") + "."
}

// hidden is how many a side has beyond what is drawn.
func hidden(n int) int { return max(0, n-egoMost) }
