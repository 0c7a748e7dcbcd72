package arm

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

const (
	// maxExpression is some five times what Azure accepts.
	maxExpression = 128 << 10
	maxExprDepth  = 100
)

// expr is a parsed expression: literal, *call or *access.
type expr any

// literal is a string, a number.
type literal struct{ value any }

// call is a function call.
type call struct {
	namespace, name string
	args            []expr
}

// access is a member or an element of a value: a.b, a['b'] or a[0].
type access struct {
	of  expr
	key expr
}

// isExpression tells a text that Azure evaluates from one it takes literally,
// and returns the expression without its brackets, or the text.
func isExpression(s string) (string, bool) {
	if len(s) < 2 || s[0] != '[' || s[len(s)-1] != ']' {
		return s, false
	}
	if s[1] == '[' {
		return s[1:], false
	}
	return s[1 : len(s)-1], true
}

type exprParser struct {
	s     string
	i     int
	depth int
}

var errExprDeep = errors.New("the expression nests too deeply")

// parseExpression parses the text between an expression's brackets.
func parseExpression(s string) (expr, error) {
	if len(s) > maxExpression {
		return nil, errors.New("the expression is too long")
	}
	p := &exprParser{s: s}
	e, err := p.expression()
	if err != nil {
		return nil, err
	}
	if p.space(); p.i < len(p.s) {
		return nil, p.unexpected()
	}
	return e, nil
}

func (p *exprParser) space() {
	for p.i < len(p.s) && strings.IndexByte(" \t\r\n", p.s[p.i]) >= 0 {
		p.i++
	}
}

func (p *exprParser) peek() byte {
	if p.space(); p.i < len(p.s) {
		return p.s[p.i]
	}
	return 0
}

func (p *exprParser) unexpected() error {
	if p.i >= len(p.s) {
		return errors.New("the expression ends in the middle")
	}
	return fmt.Errorf("unexpected %q in the expression", clip(p.s[p.i:], 20))
}

func (p *exprParser) expression() (expr, error) {
	if p.depth++; p.depth > maxExprDepth {
		return nil, errExprDeep
	}
	defer func() { p.depth-- }()
	e, err := p.primary()
	for n := 0; err == nil; n++ {
		if n > maxExprDepth {
			return nil, errExprDeep
		}
		switch p.peek() {
		case '.':
			p.i++
			p.space()
			name := p.identifier()
			if name == "" {
				return nil, p.unexpected()
			}
			e = &access{e, literal{name}}
		case '[':
			p.i++
			var key expr
			if key, err = p.expression(); err != nil {
				return nil, err
			}
			if p.peek() != ']' {
				return nil, p.unexpected()
			}
			p.i++
			e = &access{e, key}
		default:
			return e, nil
		}
	}
	return nil, err
}

func (p *exprParser) primary() (expr, error) {
	c := p.peek()
	switch {
	case c == '\'':
		return p.text()
	case c == '-' || c >= '0' && c <= '9':
		return p.number()
	}
	name := p.identifier()
	if name == "" {
		return nil, p.unexpected()
	}
	c1 := &call{name: name}
	if p.peek() == '.' { // the namespace of a function that the template defines
		p.i++
		p.space()
		if c1.namespace, c1.name = name, p.identifier(); c1.name == "" {
			return nil, p.unexpected()
		}
	}
	if p.peek() != '(' {
		return nil, p.unexpected()
	}
	p.i++
	if p.peek() == ')' {
		p.i++
		return c1, nil
	}
	for {
		arg, err := p.expression()
		if err != nil {
			return nil, err
		}
		c1.args = append(c1.args, arg)
		switch p.peek() {
		case ',':
			p.i++
		case ')':
			p.i++
			return c1, nil
		default:
			return nil, p.unexpected()
		}
	}
}

func (p *exprParser) identifier() string {
	from := p.i
	for p.i < len(p.s) {
		c := p.s[p.i]
		if c != '_' && c != '$' && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (p.i == from || c < '0' || c > '9') {
			break
		}
		p.i++
	}
	return p.s[from:p.i]
}

func (p *exprParser) text() (expr, error) {
	var b strings.Builder
	for p.i++; p.i < len(p.s); p.i++ {
		if p.s[p.i] != '\'' {
			b.WriteByte(p.s[p.i])
			continue
		}
		if p.i+1 < len(p.s) && p.s[p.i+1] == '\'' {
			b.WriteByte('\'')
			p.i++
			continue
		}
		p.i++
		return literal{b.String()}, nil
	}
	return nil, errors.New("a string in the expression does not end")
}

func (p *exprParser) number() (expr, error) {
	from := p.i
	for p.i++; p.i < len(p.s) && (p.s[p.i] >= '0' && p.s[p.i] <= '9' || p.s[p.i] == '.'); p.i++ {
	}
	f, err := strconv.ParseFloat(p.s[from:p.i], 64)
	if err != nil || math.IsInf(f, 0) {
		return nil, fmt.Errorf("%q is no number", clip(p.s[from:p.i], 20))
	}
	return literal{f}, nil
}
