package arm

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

// give applies the options to the template they start with.
func (e *evaluator) give(s *scope, opt Options) {
	declared := s.node.get("parameters")
	for _, name := range opt.ParameterFiles {
		params, err := e.parametersFile(name)
		if err != nil {
			shown := filepath.ToSlash(name)
			e.addGap(source.Gap{Kind: "file", What: err.Error(), Mend: "correct the parameters file", At: estate.Location{File: shown}, Fatal: true})
			continue
		}
		if !e.belongsTo(name, params, s) {
			continue
		}
		for i, p := range params.names {
			v := params.values[i]
			if value := v.get("value"); value != nil || v.get("reference") != nil {
				s.given[strings.ToLower(p)] = given{node: value, literal: true}
			}
		}
	}
	for name, raw := range opt.Parameters {
		if declared.get(name) != nil {
			s.given[strings.ToLower(name)] = given{raw: &raw}
		}
	}
}

// parametersFile reads the parameters of a file the user named.
func (e *evaluator) parametersFile(name string) (*node, error) {
	if info, err := os.Stat(name); err != nil {
		return nil, reason(err)
	} else if !info.Mode().IsRegular() {
		return nil, errIrregular
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, reason(err)
	}
	defer f.Close()
	src, err := readFile(f)
	if err != nil {
		return nil, err
	}
	t, err := plain(src)
	if err != nil {
		return nil, err
	}
	n, err := t.parse(nil)
	if err != nil {
		return nil, err
	}
	params := n.get("parameters")
	if params == nil { // the short form: names and values alone
		params = n
	}
	if params.kind != '{' {
		return nil, fmt.Errorf("it is no parameters file")
	}
	return params, nil
}

// belongsTo tells whether a parameters file is meant for a template.
func (e *evaluator) belongsTo(name string, params *node, s *scope) bool {
	abs, err := filepath.Abs(name)
	if err != nil {
		return false
	}
	if stem, ok := templateStem(filepath.Base(name)); ok {
		template := filepath.Join(filepath.Dir(abs), stem+".json")
		if info, err := os.Stat(template); err == nil && info.Mode().IsRegular() {
			return template == filepath.Join(e.tree.base, filepath.FromSlash(s.file.path))
		}
	}
	declared := s.node.get("parameters")
	for _, p := range params.names {
		if strings.HasPrefix(p, "$") || strings.EqualFold(p, "contentVersion") {
			continue
		}
		if declared.get(p) == nil {
			return false
		}
	}
	return true
}

// templateStem is the name of the template that a parameters file's name
// says it is for: x of x.parameters.json and of x.parameters.prod.json.
func templateStem(name string) (string, bool) {
	lower := strings.ToLower(name)
	for _, mark := range []string{".parameters.", ".parameter.", ".params.", ".param."} {
		if i := strings.Index(lower, mark); i > 0 {
			return name[:i], true
		}
	}
	return "", false
}
