package content

import (
	"fmt"
	"slices"
	"strings"
)

// Bounds of a diff.
const (
	maxDiff  = 8 << 10 // bytes of it
	maxLine  = 400     // of one line
	maxEdits = 400     // past which lines are not matched one by one
	around   = 2       // lines that stand around a change
)

// Unified is how one text becomes another, in the form of diff -u without names. It is cut
// where it is too long, which it says. Empty: nothing differs.
func Unified(old, now []byte) string {
	a, b := split(old), split(now)
	edits := script(a, b)
	var out strings.Builder
	for _, h := range hunks(edits) {
		var text strings.Builder
		x, y := h[0].x, h[0].y
		n, m := 0, 0
		for _, e := range h {
			if e.op != '+' {
				n++
			}
			if e.op != '-' {
				m++
			}
			text.WriteByte(e.op)
			text.WriteString(shown(e.line))
			text.WriteByte('\n')
		}
		fmt.Fprintf(&out, "@@ -%d,%d +%d,%d @@\n%s", min(x+1, x+n), n, min(y+1, y+m), m, text.String())
		if out.Len() > maxDiff {
			s := out.String()
			return s[:strings.LastIndexByte(s[:maxDiff], '\n')+1] + "… and more\n"
		}
	}
	return out.String()
}

func split(b []byte) []string {
	s := strings.TrimSuffix(string(b), "\n")
	if s == "" {
		return nil
	}
	return strings.Split(s, "\n")
}

// shown is a line as it may be shown.
func shown(s string) string {
	s = strings.Map(func(r rune) rune {
		if r != '\t' && (r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069) {
			return '\uFFFD'
		}
		return r
	}, s)
	if len(s) > maxLine {
		return cutAt(s, maxLine) + "…"
	}
	return s
}

// edit is a line that is kept, goes or comes, and where that is in both texts.
type edit struct {
	op   byte // ' ', '-' or '+'
	x, y int
	line string
}

// script makes one text of the other. What begins and ends alike is left out of the search; where
// more differs than the search may take, all between goes and comes.
func script(a, b []string) (out []edit) {
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	for i := range head {
		out = append(out, edit{' ', i, i, a[i]})
	}
	out = append(out, middle(a[head:len(a)-tail], b[head:len(b)-tail], head)...)
	for i := range tail {
		x, y := len(a)-tail+i, len(b)-tail+i
		out = append(out, edit{' ', x, y, a[x]})
	}
	return out
}

// middle is Myers' search for the shortest script.
func middle(a, b []string, offset int) []edit {
	n, m := len(a), len(b)
	most := min(n+m, maxEdits)
	v := make([]int, 2*most+3)
	var trace [][]int
	for d := 0; d <= most; d++ {
		trace = append(trace, slices.Clone(v[most+1-d-1:most+1+d+2])) // all that step d looks at
		for k := -d; k <= d; k += 2 {
			x := v[most+1+k-1] + 1
			if k == -d || k != d && v[most+1+k-1] < v[most+1+k+1] {
				x = v[most+1+k+1]
			}
			for x < n && x-k < m && a[x] == b[x-k] {
				x++
			}
			if v[most+1+k] = x; x >= n && x-k >= m {
				return back(a, b, trace, offset)
			}
		}
	}
	var out []edit
	for i, s := range a {
		out = append(out, edit{'-', offset + i, offset, s})
	}
	for i, s := range b {
		out = append(out, edit{'+', offset + n, offset + i, s})
	}
	return out
}

// back follows the search to its beginning.
func back(a, b []string, trace [][]int, offset int) []edit {
	var out []edit
	x, y := len(a), len(b)
	for d, v := range slices.Backward(trace) {
		get := func(k int) int { return v[k+d+1] }
		k := x - y
		prev := k - 1
		if k == -d || k != d && get(k-1) < get(k+1) {
			prev = k + 1
		}
		px := get(prev)
		py := px - prev
		if d == 0 {
			px, py = 0, 0
		}
		for x > px && y > py {
			x, y = x-1, y-1
			out = append(out, edit{' ', offset + x, offset + y, a[x]})
		}
		switch {
		case d == 0:
		case x > px:
			x--
			out = append(out, edit{'-', offset + x, offset + y, a[x]})
		default:
			y--
			out = append(out, edit{'+', offset + x, offset + y, b[y]})
		}
	}
	slices.Reverse(out)
	return out
}

// hunks are the changes with what stands around them.
func hunks(edits []edit) (out [][]edit) {
	last := -1 // the end of the hunk before
	for i, e := range edits {
		if e.op == ' ' {
			continue
		}
		from, to := max(0, i-around), min(len(edits), i+around+1)
		if last >= from {
			out[len(out)-1] = append(out[len(out)-1], edits[last:max(to, last)]...)
		} else {
			out = append(out, slices.Clone(edits[from:to]))
		}
		last = max(to, last)
	}
	return out
}
