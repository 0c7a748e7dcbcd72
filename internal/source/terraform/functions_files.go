package terraform

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"

	"github.com/demarc-sec/demarc/internal/source"
)

var pathParam = function.Parameter{Name: "path", Type: cty.String}

func (ev *evaluator) addFileFunctions(fns map[string]function.Function) {
	fns["file"] = ev.fileFunc(func(b []byte) (string, error) {
		if !utf8.Valid(b) {
			return "", &functionHint{text: "the file is not UTF-8 text"}
		}
		return string(b), nil
	})
	fns["filebase64"] = ev.fileFunc(func(b []byte) (string, error) { return base64.StdEncoding.EncodeToString(b), nil })
	for name, h := range map[string]func([]byte) string{
		"filemd5": hashed(md5Hash, toHex), "filesha1": hashed(sha1Hash, toHex),
		"filesha256": hashed(sha256Hash, toHex), "filesha512": hashed(sha512Hash, toHex),
		"filebase64sha256": hashed(sha256Hash, toBase64), "filebase64sha512": hashed(sha512Hash, toBase64),
	} {
		fns[name] = ev.fileFunc(func(b []byte) (string, error) { return h(b), nil })
	}
	fns["fileexists"] = ev.fileExistsFunc()
	fns["fileset"] = ev.fileSetFunc()
	fns["abspath"] = stringFunc(func(s string) (string, error) {
		if path.IsAbs(s) {
			return path.Clean(s), nil
		}
		return path.Join(filepath.ToSlash(ev.t.base), ev.rootDir, s), nil
	})
	fns["basename"] = stringFunc(func(s string) (string, error) { return path.Base(s), nil })
	fns["dirname"] = stringFunc(func(s string) (string, error) { return path.Dir(s), nil })
	fns["pathexpand"] = stringFunc(func(s string) (string, error) { return s, nil })
}

// filePath turns a path as a function got it, relative to the root module,
// into one relative to the tree.
func (ev *evaluator) filePath(p string) (string, error) {
	if strings.HasPrefix(p, "~") {
		return "", errOutside
	}
	if path.IsAbs(p) {
		return ev.t.rel(p)
	}
	return ev.t.rel(path.Join(ev.rootDir, p))
}

// readFor reads a file for a function. A nil error with unreadable true means
// that the file may well be there but is not ours to read.
func (ev *evaluator) readFor(p string) (src []byte, unreadable bool, err error) {
	rel, err := ev.filePath(p)
	if err == nil {
		src, err = ev.t.read(rel, maxDataFile)
	}
	switch {
	case err == nil:
		return src, false, nil
	case errors.Is(err, fs.ErrNotExist):
		return nil, false, &functionHint{text: "there is no such file"}
	}
	ev.fileGap(err)
	return nil, true, nil
}

func (ev *evaluator) fileGap(err error) {
	what, mend := "a file this expression reads cannot be read", "make the file readable"
	switch {
	case errors.Is(err, errTooLarge):
		what, mend = fmt.Sprintf("a file this expression reads is larger than %d MiB", maxDataFile>>20), "assess the plan instead"
	case errors.Is(err, errOutside) || strings.Contains(err.Error(), "escapes"):
		what, mend = "a file this expression reads lies outside the directory being read", "name a directory that holds both"
	}
	ev.gap(source.Gap{Kind: "file", What: what, Mend: mend, At: ev.at})
}

const unreadFile = "the file is not read"

func (ev *evaluator) fileFunc(convert func([]byte) (string, error)) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{pathParam},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			src, unreadable, err := ev.readFor(args[0].AsString())
			if err != nil {
				return cty.UnknownVal(cty.String), err
			}
			if unreadable {
				return cty.UnknownVal(cty.String).RefineNotNull().Mark(whyMark{unreadFile}), nil
			}
			s, err := convert(src)
			return cty.StringVal(s), err
		},
	})
}

func (ev *evaluator) fileExistsFunc() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{pathParam},
		Type:   function.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			rel, err := ev.filePath(args[0].AsString())
			if err == nil {
				var fi fs.FileInfo
				if fi, err = ev.t.root.Stat(filepath.FromSlash(rel)); err == nil {
					return cty.BoolVal(fi.Mode().IsRegular()), nil
				}
			}
			if errors.Is(err, fs.ErrNotExist) {
				return cty.False, nil
			}
			ev.fileGap(err)
			return cty.UnknownVal(cty.Bool).RefineNotNull().Mark(whyMark{unreadFile}), nil
		},
	})
}

const maxFileSet = 10_000

var errEnough = errors.New("enough")

func (ev *evaluator) fileSetFunc() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{pathParam, {Name: "pattern", Type: cty.String}},
		Type:   function.StaticReturnType(cty.Set(cty.String)),
		Impl: func(args []cty.Value, retType cty.Type) (cty.Value, error) {
			rel, err := ev.filePath(args[0].AsString())
			if err != nil {
				ev.fileGap(err)
				return cty.UnknownVal(retType).RefineNotNull().Mark(whyMark{unreadFile}), nil
			}
			names, err := ev.glob(rel, args[1].AsString())
			if errors.Is(err, errEnough) {
				ev.limit(ev.at, fmt.Sprintf("fileset matches more than %d files", maxFileSet))
				return cty.UnknownVal(retType).RefineNotNull().Mark(whyMark{"the set of files is too large"}), nil
			}
			if err != nil {
				return cty.UnknownVal(retType), &functionHint{text: "the pattern or directory cannot be used"}
			}
			if len(names) == 0 {
				return cty.SetValEmpty(cty.String), nil
			}
			return cty.SetVal(names), nil
		},
	})
}

func (ev *evaluator) glob(dir, pattern string) ([]cty.Value, error) {
	if !fs.ValidPath(dir) {
		return nil, errOutside
	}
	if fi, err := ev.t.root.Stat(filepath.FromSlash(dir)); err != nil || !fi.IsDir() {
		return nil, nil //nolint:nilerr // as in Terraform, no directory is no files
	}
	sub, err := fs.Sub(ev.t.root.FS(), dir)
	if err != nil {
		return nil, err
	}
	var names []cty.Value
	pattern = path.Clean(pattern)
	if pattern == ".." || strings.HasPrefix(pattern, "../") {
		return nil, errOutside
	}
	err = doublestar.GlobWalk(sub, pattern, func(p string, d fs.DirEntry) error {
		ev.budget.step(16)
		if len(names) == maxFileSet {
			return errEnough
		}
		if d.Type().IsRegular() {
			names = append(names, cty.StringVal(p))
		}
		return nil
	}, doublestar.WithNoFollow())
	return names, err
}

func (ev *evaluator) addTemplateFunctions(fns map[string]function.Function) {
	vars := function.Parameter{Name: "vars", Type: cty.DynamicPseudoType, AllowDynamicType: true}
	dynamic := function.StaticReturnType(cty.DynamicPseudoType)
	fns["templatefile"] = function.New(&function.Spec{
		Params: []function.Parameter{pathParam, vars},
		Type:   dynamic,
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			tmpl, err := ev.templateFile(args[0].AsString())
			if errors.Is(err, errUnreadable) {
				return cty.UnknownVal(cty.String).RefineNotNull().Mark(whyMark{unreadFile}), nil
			}
			if err != nil {
				return cty.DynamicVal, err
			}
			return ev.render(tmpl, args[1])
		},
	})
	fns["templatestring"] = function.New(&function.Spec{
		Params: []function.Parameter{{Name: "template", Type: cty.String}, vars},
		Type:   dynamic,
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			tmpl, err := ev.template("template", []byte(args[0].AsString()))
			if err != nil {
				return cty.DynamicVal, err
			}
			return ev.render(tmpl, args[1])
		},
	})
}

var errUnreadable = errors.New("unreadable")

// templateFile returns a parsed template file, each parsed once.
func (ev *evaluator) templateFile(p string) (hclsyntax.Expression, error) {
	if t := ev.templates[p]; t != nil {
		return t, nil
	}
	src, unreadable, err := ev.readFor(p)
	switch {
	case err != nil:
		return nil, err
	case unreadable:
		return nil, errUnreadable
	case !utf8.Valid(src):
		return nil, &functionHint{text: "the file is not UTF-8 text"}
	}
	name := "template"
	if rel, err := ev.filePath(p); err == nil {
		name = rel
	}
	t, err := ev.template(name, src)
	if err == nil {
		ev.templates[p] = t
	}
	return t, err
}

func (ev *evaluator) template(name string, src []byte) (hclsyntax.Expression, error) {
	t, err := parseTemplate(src, name, hcl.Pos{Line: 1, Column: 1})
	if err == nil {
		err = instrument(t, ev.budget, ev.addUnknownFunction)
	}
	if err != nil {
		return nil, &functionHint{text: "the template cannot be parsed: " + err.Error()}
	}
	return t, nil
}

func (ev *evaluator) render(tmpl hclsyntax.Expression, vars cty.Value) (cty.Value, error) {
	if vars.IsNull() || !vars.Type().IsObjectType() && !vars.Type().IsMapType() {
		return cty.DynamicVal, &functionHint{text: "the template's variables are not a map"}
	}
	ctx := &hcl.EvalContext{Functions: ev.inner, Variables: vars.AsValueMap()}
	for _, t := range hclsyntax.Variables(tmpl) {
		ev.budget.step(1)
		v := ctx.Variables[t.RootName()]
		if v == cty.NilVal {
			continue
		}
		if s, ok := text(v); ok {
			ev.budget.grow(len(s))
		}
	}
	v, diags := tmpl.Value(ctx)
	if diags.HasErrors() {
		return cty.DynamicVal, &functionHint{text: "the template cannot be rendered: " + lowerFirst(firstError(diags).Summary)}
	}
	return v, nil
}
