package detect

import (
	"fmt"
	"strings"
)

const deepest = 50 // parentheses in a condition

// named are the selections of a rule, in the order in which they are written.
type named struct {
	names []string
	by    map[string]predicate
}

// condition reads the expression over selections.
func condition(s string, sel named) (predicate, error) {
	if strings.Contains(s, "|") {
		return nil, fmt.Errorf("the condition pipes into an aggregation, which Sigma has dropped; write a correlation")
	}
	if len(s) > mostPattern {
		return nil, fmt.Errorf("the condition has %d bytes; %d are the most", len(s), mostPattern)
	}
	p := &conditionParser{words: strings.Fields(strings.NewReplacer("(", " ( ", ")", " ) ").Replace(s)), sel: sel}
	x, err := p.or(0)
	if err == nil && len(p.words) > 0 {
		err = fmt.Errorf("%q cannot stand where it does in the condition; join selections by and, or", p.words[0])
	}
	return x, err
}

type conditionParser struct {
	words []string
	sel   named
}

// take takes the next word if it is this one, in whatever case.
func (p *conditionParser) take(word string) bool {
	if len(p.words) > 0 && strings.EqualFold(p.words[0], word) {
		p.words = p.words[1:]
		return true
	}
	return false
}

func (p *conditionParser) or(depth int) (predicate, error) {
	var all either
	for {
		x, err := p.and(depth)
		if err != nil {
			return nil, err
		}
		all = append(all, x)
		if !p.take("or") {
			break
		}
	}
	if len(all) == 1 {
		return all[0], nil
	}
	return all, nil
}

func (p *conditionParser) and(depth int) (predicate, error) {
	var all both
	for {
		x, err := p.not(depth)
		if err != nil {
			return nil, err
		}
		all = append(all, x)
		if !p.take("and") {
			break
		}
	}
	if len(all) == 1 {
		return all[0], nil
	}
	return all, nil
}

func (p *conditionParser) not(depth int) (predicate, error) {
	if depth > deepest {
		return nil, fmt.Errorf("the condition is nested more than %d deep", deepest)
	}
	if p.take("not") {
		x, err := p.not(depth + 1)
		return negated{x}, err
	}
	if p.take("(") {
		x, err := p.or(depth + 1)
		if err == nil && !p.take(")") {
			err = fmt.Errorf("a parenthesis in the condition is not closed")
		}
		return x, err
	}
	return p.selection()
}

func (p *conditionParser) selection() (predicate, error) {
	if len(p.words) == 0 {
		return nil, fmt.Errorf("the condition ends where a selection should stand")
	}
	word := p.words[0]
	if len(p.words) > 2 && strings.EqualFold(p.words[1], "of") {
		return p.of(word)
	}
	x, ok := p.sel.by[word]
	if !ok {
		return nil, fmt.Errorf("the condition names %q, which is no selection; there are %s", word, strings.Join(p.sel.names, ", "))
	}
	p.words = p.words[1:]
	return x, nil
}

// of is "1 of selection*" and the like.
func (p *conditionParser) of(how string) (predicate, error) {
	which := p.words[2]
	p.words = p.words[3:]
	var all []predicate
	test := text(pattern(which), true)
	for _, n := range p.sel.names {
		if which == "them" && !strings.HasPrefix(n, "_") || which != "them" && test.matches(n) {
			all = append(all, p.sel.by[n])
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("the condition names %q, which is no selection; there are %s", which, strings.Join(p.sel.names, ", "))
	}
	switch strings.ToLower(how) {
	case "1", "any":
		return either(all), nil
	case "all":
		return both(all), nil
	}
	return nil, fmt.Errorf("the condition has %q of %s; write 1 of or all of", how, which)
}
