package detect

import "strings"

// piece of a pattern: text, or a wildcard.
type piece struct {
	text string
	wild byte // '*', '?' or 0
}

// pattern reads a value with Sigma's wildcards and escapes: a backslash makes a
// wildcard or a backslash before which it stands mean itself, and is itself elsewhere.
func pattern(s string) []piece {
	var all []piece
	var text []byte
	flush := func() {
		if len(text) > 0 {
			all, text = append(all, piece{text: string(text)}), nil
		}
	}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s) && strings.IndexByte(`*?\`, s[i+1]) >= 0:
			i++
			text = append(text, s[i])
		case c == '*' || c == '?':
			flush()
			if n := len(all); c == '*' && n > 0 && all[n-1].wild == '*' {
				continue
			}
			all = append(all, piece{wild: c})
		default:
			text = append(text, c)
		}
	}
	flush()
	return all
}

// literal is the text of a pattern without wildcards.
func literal(all []piece) (string, bool) {
	switch {
	case len(all) == 0:
		return "", true
	case len(all) == 1 && all[0].wild == 0:
		return all[0].text, true
	}
	return "", false
}

var star = piece{wild: '*'}

// surround puts wildcards before and behind.
func surround(all []piece, before, behind bool) []piece {
	var out []piece
	if before && (len(all) == 0 || all[0] != star) {
		out = append(out, star)
	}
	out = append(out, all...)
	if behind && (len(out) == 0 || out[len(out)-1] != star) {
		out = append(out, star)
	}
	return out
}

// test is what a value has to be.
type test interface{ matches(value string) bool }

type (
	anything struct{}
	equal    struct{ fold } // the whole value
	prefix   struct{ fold }
	suffix   struct{ fold }
	within   struct{ fold }
	glob     struct {
		pieces []piece
		how    fold
	}
)

func (anything) matches(string) bool { return true }
func (t equal) matches(v string) bool {
	return (t.wide || len(v) == len(t.text)) && t.at(t.ready(v), 0) && len(t.ready(v)) == len(t.text)
}
func (t prefix) matches(v string) bool { return t.at(t.ready(v), 0) }
func (t suffix) matches(v string) bool {
	v = t.ready(v)
	return len(v) >= len(t.text) && t.at(v, len(v)-len(t.text))
}
func (t within) matches(v string) bool { return t.find(t.ready(v), 0) >= 0 }

// text is the test for a pattern.
func text(all []piece, cased bool) test {
	f := func(s string) fold { return newFold(s, cased) }
	if s, ok := literal(all); ok {
		return equal{f(s)}
	}
	n := len(all)
	switch {
	case n == 1 && all[0] == star:
		return anything{}
	case n == 2 && all[0].wild == 0 && all[1] == star:
		return prefix{f(all[0].text)}
	case n == 2 && all[0] == star && all[1].wild == 0:
		return suffix{f(all[1].text)}
	case n == 3 && all[0] == star && all[1].wild == 0 && all[2] == star:
		return within{f(all[1].text)}
	}
	g := glob{how: fold{cased: cased}}
	for _, p := range all {
		how := f(p.text)
		g.how.wide = g.how.wide || how.wide
		g.pieces = append(g.pieces, piece{how.text, p.wild})
	}
	return g
}

// matches goes back to the last star only: an earlier one never has to take more.
func (g glob) matches(v string) bool {
	v = g.how.ready(v)
	i, p, backV, backP := 0, 0, -1, -1
	for {
		switch {
		case p == len(g.pieces) && i == len(v):
			return true
		case p < len(g.pieces) && g.pieces[p].wild == '*':
			p++
			backV, backP = i, p
			continue
		case p < len(g.pieces) && g.pieces[p].wild == '?' && i < len(v):
			i++
			for i < len(v) && v[i]&0xc0 == 0x80 { // the rest of a character
				i++
			}
			p++
			continue
		case p < len(g.pieces) && g.pieces[p].wild == 0:
			how := g.how
			how.text = g.pieces[p].text
			if how.at(v, i) {
				i += len(how.text)
				p++
				continue
			}
		}
		if backV < 0 || backV >= len(v) {
			return false
		}
		backV++
		i, p = backV, backP
	}
}

// fold compares text with or without regard to case. Values are not copied for it,
// unless the pattern has letters beyond ASCII.
type fold struct {
	text  string
	cased bool
	wide  bool // letters beyond ASCII, case does not matter
}

func newFold(s string, cased bool) fold {
	f := fold{text: s, cased: cased}
	if !cased {
		f.text = strings.ToLower(s)
		for i := range len(f.text) {
			f.wide = f.wide || f.text[i] >= 0x80
		}
	}
	return f
}

func (f fold) ready(v string) string {
	if f.wide {
		return strings.ToLower(v)
	}
	return v
}

// at tells whether the text stands at i.
func (f fold) at(v string, i int) bool {
	if len(v)-i < len(f.text) {
		return false
	}
	v = v[i : i+len(f.text)]
	if f.cased || f.wide {
		return v == f.text
	}
	for j := range len(v) {
		if lower(v[j]) != f.text[j] {
			return false
		}
	}
	return true
}

// find is where the text stands from i on, or -1.
func (f fold) find(v string, i int) int {
	if f.cased || f.wide {
		if n := strings.Index(v[i:], f.text); n >= 0 {
			return i + n
		}
		return -1
	}
	if f.text == "" {
		return i
	}
	first := f.text[0]
	for ; i+len(f.text) <= len(v); i++ {
		if lower(v[i]) == first && f.at(v, i) {
			return i
		}
	}
	return -1
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
