package plainyaml

import "strings"

// flow reads a value within brackets, or one that begins with a bracket, a
// quote or the use of an anchor.
func (p *parser) flow() (node, error) {
	anchor := p.anchor()
	if p.at == len(p.text) {
		return node{}, errDecline
	}
	n, err := p.unnamedFlow()
	if err == nil {
		p.keep(anchor, n)
	}
	return n, err
}

func (p *parser) unnamedFlow() (node, error) {
	switch p.text[p.at] {
	case '[':
		return p.flowList()
	case '{':
		return p.flowObject()
	case '"':
		return p.doubleQuoted()
	case '\'':
		return p.singleQuoted()
	case '*':
		p.at++
		n, ok := p.anchors[p.name()]
		if !ok {
			return node{}, errDecline
		}
		return n, nil
	}
	return p.flowPlain()
}

// gap goes past spaces, line ends and comments, to something that is there.
func (p *parser) gap() error {
	for p.at < len(p.text) {
		switch c := p.text[p.at]; {
		case c == ' ' || c == '\n':
			p.at++
		case c == '#' && (p.text[p.at-1] == ' ' || p.text[p.at-1] == '\n'):
			p.skipLine()
		default:
			return nil
		}
	}
	return errDecline
}

// next goes past a comma, or the end of the list or object, which it tells.
func (p *parser) next(end byte) (bool, error) {
	if err := p.gap(); err != nil {
		return false, err
	}
	switch p.text[p.at] {
	case end:
		p.at++
		return true, nil
	case ',':
		p.at++
		return false, p.gap()
	}
	return false, errDecline
}

func (p *parser) flowList() (node, error) {
	out := node{kind: list}
	p.at++
	if err := p.gap(); err != nil {
		return node{}, err
	}
	for end := false; !end; {
		if p.text[p.at] == ']' { // empty, or after a last comma
			p.at++
			break
		}
		item, err := p.flow()
		if err != nil {
			return node{}, err
		}
		out.items = append(out.items, item)
		if end, err = p.next(']'); err != nil {
			return node{}, err
		}
	}
	return out, nil
}

func (p *parser) flowObject() (node, error) {
	out := node{kind: object}
	p.at++
	if err := p.gap(); err != nil {
		return node{}, err
	}
	for end := false; !end; {
		if p.text[p.at] == '}' {
			p.at++
			break
		}
		key, err := p.flow()
		if err != nil {
			return node{}, err
		}
		if key.kind != plain && key.kind != quoted || !strings.HasPrefix(p.text[p.at:], ": ") {
			return node{}, errDecline
		}
		p.at++
		if err := p.gap(); err != nil {
			return node{}, err
		}
		value, err := p.flow()
		if err != nil {
			return node{}, err
		}
		if err := out.addKey(key.text); err != nil {
			return node{}, err
		}
		out.items = append(out.items, value)
		if end, err = p.next('}'); err != nil {
			return node{}, err
		}
	}
	return out, nil
}

// flowPlain reads a scalar without quotes within brackets.
func (p *parser) flowPlain() (node, error) {
	start := p.at
	if strings.IndexByte("&!|>%@`?,]}#", p.text[start]) >= 0 {
		return node{}, errDecline
	}
	for ; p.at < len(p.text); p.at++ {
		switch p.text[p.at] {
		case ',', ']', '}':
			return node{kind: plain, text: strings.TrimRight(p.text[start:p.at], " ")}, nil
		case ':':
			if strings.HasPrefix(p.text[p.at:], ": ") {
				return node{kind: plain, text: p.text[start:p.at]}, nil
			}
		case '[', '{', '\n', '#', '"':
			return node{}, errDecline
		}
	}
	return node{}, errDecline
}

func (p *parser) singleQuoted() (node, error) {
	p.at++
	start := p.at
	for ; p.at < len(p.text); p.at++ {
		switch p.text[p.at] {
		case '\n':
			return node{}, errDecline
		case '\'':
			if strings.HasPrefix(p.text[p.at:], "''") {
				p.at++
				continue
			}
			p.at++
			return node{kind: quoted, text: strings.ReplaceAll(p.text[start:p.at-1], "''", "'")}, nil
		}
	}
	return node{}, errDecline
}

// escapes are those in which data files write anything.
var escapes = strings.NewReplacer(`\"`, `"`, `\\`, `\`, `\n`, "\n", `\t`, "\t")

func (p *parser) doubleQuoted() (node, error) {
	p.at++
	start, escaped := p.at, false
	for ; p.at < len(p.text); p.at++ {
		switch p.text[p.at] {
		case '\n':
			return node{}, errDecline
		case '\\':
			p.at++
			if p.at == len(p.text) || strings.IndexByte(`"\nt`, p.text[p.at]) < 0 {
				return node{}, errDecline
			}
			escaped = true
		case '"':
			text := p.text[start:p.at]
			p.at++
			if escaped {
				text = escapes.Replace(text)
			}
			return node{kind: quoted, text: text}, nil
		}
	}
	return node{}, errDecline
}
