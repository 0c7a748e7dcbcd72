package terraform

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// What follows measures the arguments of functions that multiply: the result
// of any of them stays below maxString.

var (
	errBigResult error = &functionHint{"the result would be too large", true}
	errBigInput  error = &functionHint{"the argument is too large or nested too deeply", true}
)

// text returns a known string and whether v is one.
func text(v cty.Value) (string, bool) {
	v, _ = v.Unmark()
	if v.Type() != cty.String || !v.IsKnown() || v.IsNull() {
		return "", false
	}
	return v.AsString(), true
}

func number(v cty.Value) (float64, bool) {
	v, _ = v.Unmark()
	if v.Type() != cty.Number || !v.IsKnown() || v.IsNull() {
		return 0, false
	}
	f, _ := v.AsBigFloat().Float64()
	return f, true
}

func length(v cty.Value) int {
	v, _ = v.Unmark()
	if !v.IsKnown() || v.IsNull() || !v.CanIterateElements() {
		return 0
	}
	return v.LengthInt()
}

func shortPattern(args []cty.Value) error {
	if p, ok := text(args[0]); ok && len(p) > 1<<16 {
		return errBigInput
	}
	return nil
}

func boundedReplace(args []cty.Value) error {
	s, ok1 := text(args[0])
	old, ok2 := text(args[1])
	repl, ok3 := text(args[2])
	if !ok1 || !ok2 || !ok3 {
		return nil
	}
	if len(old) > 1<<16 && strings.HasPrefix(old, "/") {
		return errBigInput
	}
	times := len(s) + 1
	if !(len(old) > 1 && old[0] == '/' && old[len(old)-1] == '/') {
		times = strings.Count(s, old)
	}
	if len(s)+times*len(repl) > maxString && len(repl) > 0 {
		return errBigResult
	}
	return nil
}

var widths = regexp.MustCompile(`%[^a-zA-Z%]*`)

func boundedFormat(args []cty.Value) error {
	f, ok := text(args[0])
	if !ok {
		return nil
	}
	total := len(f)
	for _, verb := range widths.FindAllString(f, -1) {
		for n := range strings.FieldsFuncSeq(verb, func(r rune) bool { return r < '0' || r > '9' }) {
			w, err := strconv.Atoi(n)
			if err != nil || w > 1<<16 {
				return errBigResult
			}
			total += w
		}
	}
	times := 1
	for _, a := range args[1:] {
		times = max(times, length(a))
		if s, ok := text(a); ok {
			total += len(s) * (1 + strings.Count(f, "["))
		}
	}
	if total*times > 4*maxString {
		return errBigResult
	}
	return nil
}

func boundedIndent(args []cty.Value) error {
	n, ok1 := number(args[0])
	s, ok2 := text(args[1])
	if ok1 && ok2 && n*float64(strings.Count(s, "\n")+1)+float64(len(s)) > maxString {
		return errBigResult
	}
	return nil
}

func boundedJoin(args []cty.Value) error {
	sep, ok := text(args[0])
	if !ok {
		return nil
	}
	total := 0
	for _, list := range args[1:] {
		list, _ = list.Unmark()
		if !list.IsKnown() || list.IsNull() || !list.CanIterateElements() {
			continue
		}
		for it := list.ElementIterator(); it.Next(); {
			_, e := it.Element()
			s, _ := text(e)
			if total += len(s) + len(sep); total > maxString {
				return errBigResult
			}
		}
	}
	return nil
}

const maxProduct = 200_000

func boundedProduct(args []cty.Value) error {
	n := float64(1)
	for _, a := range args {
		n *= float64(max(length(a), 1))
	}
	if n*float64(len(args)) > maxProduct {
		return errBigResult
	}
	return nil
}

func shallowJSON(args []cty.Value) error {
	s, ok := text(args[0])
	if !ok {
		return nil
	}
	depth, inString := 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '[' || c == '{':
			if depth++; depth > maxNesting {
				return errBigInput
			}
		case c == ']' || c == '}':
			depth--
		}
	}
	return nil
}

var (
	yamlAnchor = regexp.MustCompile(`(?:^|[\s\[{,:-])&[\w-]`)
	yamlAlias  = regexp.MustCompile(`(?:^|[\s\[{,:-])\*[\w-]`)
)

// plainYAML refuses what YAML's aliases and indentation can blow up.
func plainYAML(args []cty.Value) error {
	s, ok := text(args[0])
	if !ok {
		return nil
	}
	if len(s) > 2<<20 {
		return errBigInput
	}
	// Aliases of aliases multiply: at worst each anchor holds its share of all.
	if anchors := len(yamlAnchor.FindAllStringIndex(s, -1)); anchors > 0 {
		share := float64(len(yamlAlias.FindAllStringIndex(s, -1)))/float64(anchors) + 1
		if math.Pow(share, float64(anchors))*float64(len(s)) > maxString {
			return errBigInput
		}
	}
	flow, deepest := 0, 0
	for _, c := range s {
		switch c {
		case '[', '{':
			flow++
			deepest = max(deepest, flow)
		case ']', '}':
			flow--
		}
	}
	for line := range strings.SplitSeq(s, "\n") {
		if n := len(line) - len(strings.TrimLeft(line, " -?")); n > 2*maxNesting {
			return errBigInput
		}
	}
	if deepest > maxNesting {
		return errBigInput
	}
	return nil
}
