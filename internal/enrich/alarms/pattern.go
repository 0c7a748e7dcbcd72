package alarms

import (
	"errors"
	"strconv"
	"strings"
)

// A metric filter's pattern is a condition over the fields of a JSON event,
// such as { ($.eventName = "StopLogging") || ($.errorCode = "Access*") }.
// Patterns are compared by what they match, not by how they are written.

// maxPattern bounds a pattern; the service takes 1024 characters.
const maxPattern = 8192

// maxNesting bounds parentheses.
const maxNesting = 100

// event is what a pattern is tried on: values by dotted path.
type event map[string]string

// matcher decides over one event.
type matcher func(event) bool

var errPattern = errors.New("not a pattern for JSON events")

// parse reads a pattern.
func parse(text string) (matcher, error) {
	if len(text) > maxPattern {
		return nil, errPattern
	}
	if strings.TrimSpace(text) == "" {
		return func(event) bool { return true }, nil // matches every event
	}
	p := parser{rest: text}
	if !p.take("{") {
		return nil, errPattern
	}
	m, err := p.or(0)
	if err != nil {
		return nil, err
	}
	if !p.take("}") || strings.TrimSpace(p.rest) != "" {
		return nil, errPattern
	}
	return m, nil
}

type parser struct{ rest string }

func (p *parser) space() { p.rest = strings.TrimLeft(p.rest, " \t\r\n") }

func (p *parser) take(token string) bool {
	p.space()
	rest, ok := strings.CutPrefix(p.rest, token)
	if ok {
		p.rest = rest
	}
	return ok
}

// word takes a keyword, in any case.
func (p *parser) word(w string) bool {
	p.space()
	if len(p.rest) < len(w) || !strings.EqualFold(p.rest[:len(w)], w) {
		return false
	}
	p.rest = p.rest[len(w):]
	return true
}

func (p *parser) or(depth int) (matcher, error) {
	left, err := p.and(depth)
	if err != nil {
		return nil, err
	}
	for p.take("||") {
		right, err := p.and(depth)
		if err != nil {
			return nil, err
		}
		l := left
		left = func(e event) bool { return l(e) || right(e) }
	}
	return left, nil
}

func (p *parser) and(depth int) (matcher, error) {
	left, err := p.term(depth)
	if err != nil {
		return nil, err
	}
	for p.take("&&") {
		right, err := p.term(depth)
		if err != nil {
			return nil, err
		}
		l := left
		left = func(e event) bool { return l(e) && right(e) }
	}
	return left, nil
}

func (p *parser) term(depth int) (matcher, error) {
	if depth > maxNesting {
		return nil, errPattern
	}
	if p.take("(") {
		m, err := p.or(depth + 1)
		if err == nil && !p.take(")") {
			err = errPattern
		}
		return m, err
	}
	return p.comparison()
}

func (p *parser) comparison() (matcher, error) {
	if !p.take("$.") {
		return nil, errPattern
	}
	end := strings.IndexAny(p.rest, " \t\r\n=!<>(){}&|")
	if end <= 0 {
		return nil, errPattern
	}
	field := p.rest[:end]
	p.rest = p.rest[end:]
	switch {
	case p.word("NOT"):
		if !p.word("EXISTS") {
			return nil, errPattern
		}
		return func(e event) bool { _, ok := e[field]; return !ok }, nil
	case p.word("EXISTS"):
		return func(e event) bool { _, ok := e[field]; return ok }, nil
	case p.word("IS"):
		for _, v := range []string{"TRUE", "FALSE", "NULL"} {
			if p.word(v) {
				want := strings.ToLower(v)
				return func(e event) bool { return e[field] == want }, nil
			}
		}
		return nil, errPattern
	}
	for _, op := range []string{"!=", "<=", ">=", "==", "=", "<", ">"} {
		if p.take(op) {
			v, err := p.value()
			return compare(field, op, v), err
		}
	}
	return nil, errPattern
}

func (p *parser) value() (string, error) {
	p.space()
	if strings.HasPrefix(p.rest, `"`) {
		for i := 1; i < len(p.rest); i++ {
			switch p.rest[i] {
			case '\\':
				i++
			case '"':
				v := strings.ReplaceAll(p.rest[1:i], `\"`, `"`)
				p.rest = p.rest[i+1:]
				return v, nil
			}
		}
		return "", errPattern
	}
	end := strings.IndexAny(p.rest, " \t\r\n(){}&|")
	if end <= 0 {
		return "", errPattern
	}
	v := p.rest[:end]
	p.rest = p.rest[end:]
	return v, nil
}

func compare(field, op, want string) matcher {
	switch op {
	case "=", "==":
		return func(e event) bool { have, ok := e[field]; return ok && glob(want, have) }
	case "!=":
		return func(e event) bool { return !glob(want, e[field]) }
	}
	n, err := strconv.ParseFloat(want, 64)
	return func(e event) bool {
		have, err2 := strconv.ParseFloat(e[field], 64)
		if err != nil || err2 != nil {
			return false
		}
		switch op {
		case "<":
			return have < n
		case "<=":
			return have <= n
		case ">":
			return have > n
		default:
			return have >= n
		}
	}
}

// glob matches with * only.
func glob(pattern, s string) bool {
	head, rest, wild := strings.Cut(pattern, "*")
	if !wild {
		return pattern == s
	}
	s, ok := strings.CutPrefix(s, head)
	if !ok {
		return false
	}
	for {
		part, more, wild := strings.Cut(rest, "*")
		if !wild {
			return strings.HasSuffix(s, part)
		}
		i := strings.Index(s, part)
		if i < 0 {
			return false
		}
		s, rest = s[i+len(part):], more
	}
}
