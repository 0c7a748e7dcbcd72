package terraform

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

// varInput is one value given to a root variable: an expression without
// references from a file, or raw text from the command line or the
// environment.
type varInput struct {
	expr hclsyntax.Expression
	val  cty.Value
	text string
	raw  bool
	env  bool
	file string
	line int
}

// readVarInputs gathers values in Terraform's order of precedence.
func (ev *evaluator) readVarInputs() {
	ev.varText = map[string]varInput{}
	for name, text := range ev.opt.Environment {
		ev.varText[name] = varInput{text: text, raw: true, env: true}
	}
	entries, _ := ev.t.list(ev.rootDir)
	var auto []string
	for _, e := range entries {
		name := e.Name()
		if strings.HasSuffix(name, ".auto.tfvars") || strings.HasSuffix(name, ".auto.tfvars.json") {
			auto = append(auto, name)
		}
	}
	for _, name := range append([]string{"terraform.tfvars", "terraform.tfvars.json"}, auto...) {
		rel := path.Join(ev.rootDir, name)
		src, err := ev.t.read(rel, maxConfigFile)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		ev.varFile(rel, src, err)
	}
	for _, name := range ev.opt.VarFiles {
		src, err := readUserFile(name)
		ev.varFile(filepath.ToSlash(name), src, err)
	}
	for name, text := range ev.opt.Vars {
		ev.varText[name] = varInput{text: text, raw: true}
	}
}

// readUserFile reads a file the user named, wherever it is.
func readUserFile(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	src, err := io.ReadAll(io.LimitReader(f, maxConfigFile+1))
	if err == nil && len(src) > maxConfigFile {
		err = errTooLarge
	}
	return src, err
}

func (ev *evaluator) varFile(name string, src []byte, err error) {
	if err == nil {
		src, err = textOf(src)
	}
	if err == nil {
		err = guardTokens(src)
	}
	p := &parsed{name: name, calls: map[string]bool{}}
	switch {
	case err != nil:
		p.broken(0, "cannot be read: "+plainError(err), "")
	case strings.HasSuffix(name, ".json"):
		ev.varJSON(p, src)
	default:
		ev.varNative(p, src)
	}
	for _, g := range p.gaps {
		ev.gap(g)
	}
}

// plainError is an error's text without the machine's own paths.
func plainError(err error) string {
	if pe, ok := errors.AsType[*os.PathError](err); ok {
		return pe.Err.Error()
	}
	return err.Error()
}

func (ev *evaluator) varNative(p *parsed, src []byte) {
	start := hcl.Pos{Line: 1, Column: 1}
	tokens, _ := hclsyntax.LexConfig(src, p.name, start)
	if line := tooDeep(tokens); line > 0 {
		p.broken(line, "is nested too deeply to be read", "")
		return
	}
	f, diags := hclsyntax.ParseConfig(src, p.name, start)
	if diags.HasErrors() {
		p.broken(subjectLine(diags), "syntax error: "+lowerFirst(firstError(diags).Summary), "")
	}
	body, ok := f.Body.(*hclsyntax.Body)
	if !ok {
		return
	}
	for name, a := range body.Attributes {
		if err := instrument(a.Expr, ev.budget, func(string) {}); err != nil {
			p.broken(a.SrcRange.Start.Line, err.Error(), "")
			continue
		}
		ev.varText[name] = varInput{expr: a.Expr, file: p.name, line: a.SrcRange.Start.Line}
	}
}

func (ev *evaluator) varJSON(p *parsed, src []byte) {
	var doc map[string]json.RawMessage
	if json.Unmarshal(src, &doc) != nil {
		p.broken(0, "not a JSON object", "")
		return
	}
	for name, raw := range doc {
		var v ctyjson.SimpleJSONValue
		if err := v.UnmarshalJSON(raw); err != nil {
			p.broken(0, fmt.Sprintf("value of %q cannot be read", name), "")
			continue
		}
		ev.varText[name] = varInput{val: v.Value, file: p.name}
	}
}

// rootVariableInput is the value given to a variable of the root module.
func (ev *evaluator) rootVariableInput(def *variableDef) (cty.Value, bool) {
	in, ok := ev.varText[def.name]
	if !ok {
		return cty.NilVal, false
	}
	expr := in.expr
	switch {
	case in.env && (def.sensitive || namesSecret.MatchString(def.name)):
		return ev.keptInEnvironment(def), true
	case in.raw && (!def.typed || def.ty.IsPrimitiveType()):
		return cty.StringVal(in.text), true
	case in.raw:
		tokens, _ := hclsyntax.LexExpression([]byte(in.text), "-var "+def.name, hcl.InitialPos)
		e, diags := hclsyntax.ParseExpression([]byte(in.text), "-var "+def.name, hcl.InitialPos)
		if tooDeep(tokens) > 0 || diags.HasErrors() {
			return ev.badInput(def, location("", 0)), true
		}
		expr = e
	case expr == nil:
		return in.val, true
	}
	v, diags, over := ev.guarded(expr, nil)
	if diags.HasErrors() || over != "" {
		return ev.badInput(def, location(in.file, in.line)), true
	}
	return v, true
}

// namesSecret matches variables that people do not always declare sensitive.
var namesSecret = regexp.MustCompile(`(?i)passw|passphrase|secret|token|credential|(api|access|private|signing)_?key`)

// keptInEnvironment stands for a credential that is handed over through the
// environment: that is where it belongs, so it stands in clear nowhere, and
// nothing of it is shown.
func (ev *evaluator) keptInEnvironment(def *variableDef) cty.Value {
	ty := def.ty
	if ty == cty.NilType {
		ty = cty.DynamicPseudoType
	}
	v := cty.UnknownVal(ty)
	if ty != cty.DynamicPseudoType {
		v = v.RefineNotNull()
	}
	return v.Mark(whyMark{"variable " + def.name + " is kept in the environment"})
}

func (ev *evaluator) badInput(def *variableDef, at estate.Location) cty.Value {
	ev.gap(source.Gap{
		Kind: "variable", What: fmt.Sprintf("the value given for variable %q is not a literal", def.name),
		Mend: "write the value without references and function calls", At: at,
	})
	return unknown("the value given for variable " + def.name + " is not a literal")
}
