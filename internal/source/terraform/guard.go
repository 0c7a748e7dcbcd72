package terraform

import (
	"bytes"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// The parser and the evaluator of the language recurse, so text is measured
// before either sees it.
const (
	maxNesting   = 250
	maxOperators = 5_000     // in one expression, which nest as deep as they are many
	maxTokens    = 3_000_000 // about 300 MB once tokenised
)

var errNotUTF8 = errors.New("not UTF-8 text")

// textOf strips a byte order mark and refuses what is not UTF-8.
func textOf(src []byte) ([]byte, error) {
	src = bytes.TrimPrefix(src, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(src) {
		return nil, errNotUTF8
	}
	return src, nil
}

// guardTokens estimates how many tokens src has and refuses too many.
func guardTokens(src []byte) error {
	n, word := 0, false
	for _, c := range src {
		switch {
		case c == ' ' || c == '\t' || c == '\r':
			word = false
		case c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= utf8.RuneSelf:
			if !word {
				n++
			}
			word = true
		default:
			n++
			word = false
		}
	}
	if n > maxTokens {
		return fmt.Errorf("more than %d tokens", maxTokens)
	}
	return nil
}

// tooDeep reports the line on which nesting becomes deeper than the parser
// should be asked to follow, or 0.
func tooDeep(tokens hclsyntax.Tokens) int {
	type level struct {
		ops   int
		brace bool
	}
	stack := make([]level, 1, maxNesting+1)
	stack[0].brace = true
	total, directives := 0, 0 // %{if} and %{for} nest although their brackets do not
	for i := range tokens {
		top := &stack[len(stack)-1]
		switch tokens[i].Type {
		case hclsyntax.TokenOBrace, hclsyntax.TokenOBrack, hclsyntax.TokenOParen,
			hclsyntax.TokenTemplateInterp, hclsyntax.TokenTemplateControl,
			hclsyntax.TokenOQuote, hclsyntax.TokenOHeredoc:
			if len(stack) > maxNesting {
				return tokens[i].Range.Start.Line
			}
			stack = append(stack, level{brace: tokens[i].Type == hclsyntax.TokenOBrace})
			if tokens[i].Type == hclsyntax.TokenTemplateControl && i+1 < len(tokens) {
				switch string(tokens[i+1].Bytes) {
				case "if", "for":
					directives++
				case "endif", "endfor":
					directives--
				}
			}
		case hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen,
			hclsyntax.TokenTemplateSeqEnd, hclsyntax.TokenCQuote, hclsyntax.TokenCHeredoc:
			if len(stack) > 1 {
				total -= top.ops
				stack = stack[:len(stack)-1]
				if tokens[i].Type == hclsyntax.TokenCBrack {
					stack[len(stack)-1].ops++ // a[b][c]… nests to the left
					total++
				}
			}
		case hclsyntax.TokenComma:
			total -= top.ops
			top.ops = 0
		case hclsyntax.TokenNewline:
			if top.brace {
				total -= top.ops
				top.ops = 0
			}
		case hclsyntax.TokenBang, hclsyntax.TokenMinus, hclsyntax.TokenPlus, hclsyntax.TokenStar,
			hclsyntax.TokenSlash, hclsyntax.TokenPercent, hclsyntax.TokenAnd, hclsyntax.TokenOr,
			hclsyntax.TokenEqualOp, hclsyntax.TokenNotEqual, hclsyntax.TokenGreaterThan,
			hclsyntax.TokenGreaterThanEq, hclsyntax.TokenLessThan, hclsyntax.TokenLessThanEq,
			hclsyntax.TokenQuestion, hclsyntax.TokenDot:
			top.ops++
			total++
		}
		if total > maxOperators || directives > maxNesting {
			return tokens[i].Range.Start.Line
		}
	}
	return 0
}

var errDeep = errors.New("nested too deeply")

// parseTemplate parses text that becomes a template only at evaluation:
// templatefile, templatestring, and strings in JSON files.
func parseTemplate(src []byte, name string, start hcl.Pos) (hclsyntax.Expression, error) {
	if err := guardTokens(src); err != nil {
		return nil, err
	}
	tokens, _ := hclsyntax.LexTemplate(src, name, start)
	if tooDeep(tokens) > 0 {
		return nil, errDeep
	}
	expr, diags := hclsyntax.ParseTemplate(src, name, start)
	if diags.HasErrors() {
		return nil, fmt.Errorf("line %d: %s", subjectLine(diags), firstError(diags).Summary)
	}
	return expr, nil
}

func firstError(diags hcl.Diagnostics) *hcl.Diagnostic {
	for _, d := range diags {
		if d.Severity == hcl.DiagError {
			return d
		}
	}
	return &hcl.Diagnostic{Summary: "unknown error"}
}

func subjectLine(diags hcl.Diagnostics) int {
	if d := firstError(diags); d.Subject != nil {
		return d.Subject.Start.Line
	}
	return 0
}
