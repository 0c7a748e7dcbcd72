package dockerfile

import (
	"strings"

	"github.com/demarc-sec/demarc/internal/source"
)

// expand puts variables into text: $NAME, ${NAME}, ${NAME:-default} and
// ${NAME:+other}. What is not known leaves a hole; what nobody declared is
// empty, as it is when the image is built.
func expand(text string, lookup func(name string) (any, bool)) any {
	var b strings.Builder
	var open *source.Unknown
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c == '\\' && i+1 < len(text) {
			i++
			b.WriteByte(text[i])
			continue
		}
		if c != '$' || i+1 >= len(text) {
			b.WriteByte(c)
			continue
		}
		name, word, op, end := variable(text[i+1:])
		if end == 0 {
			b.WriteByte(c)
			continue
		}
		i += end
		v, known := lookup(name)
		if known && op == ":+" {
			v = word
		}
		if (!known || v == "") && op == ":-" {
			v = word
		}
		switch x := v.(type) {
		case string:
			b.WriteString(x)
		case *source.Unknown:
			open = x
			b.WriteString(source.HoleOpen + name + source.HoleClose)
		}
	}
	if open != nil {
		return &source.Unknown{Reason: open.Reason, NotNull: true, Text: b.String()}
	}
	return b.String()
}

// variable reads a variable's name behind a dollar sign, with the word behind
// its operator; end is how much of s it takes, 0 when there is none.
func variable(s string) (name, word, op string, end int) {
	if s[0] == '{' {
		end = strings.IndexByte(s, '}')
		if end < 0 {
			return "", "", "", 0
		}
		inside := s[1:end]
		for _, op := range []string{":-", ":+"} {
			if name, word, ok := strings.Cut(inside, op); ok {
				return name, word, op, end + 1
			}
		}
		return inside, "", "", end + 1
	}
	for end < len(s) && (s[end] == '_' || s[end] >= 'a' && s[end] <= 'z' || s[end] >= 'A' && s[end] <= 'Z' || end > 0 && s[end] >= '0' && s[end] <= '9') {
		end++
	}
	return s[:end], "", "", end
}
