package aide

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// macro acts on a line that begins with @@, and returns the open conditions.
func (r *reader) macro(line, at, where string, open []bool, depth int) ([]bool, error) {
	word, rest, _ := strings.Cut(line, " ")
	rest = strings.TrimSpace(rest)
	switch word {
	case "@@ifdef", "@@ifndef", "@@ifhost", "@@ifnhost", "@@if":
		if len(open) >= maxDepth {
			return nil, fmt.Errorf("conditions are more than %d deep", maxDepth)
		}
		holds, err := r.condition(word, rest, at)
		return append(open, holds), err
	case "@@else":
		if len(open) == 0 {
			return nil, errors.New("@@else without a condition")
		}
		open[len(open)-1] = !open[len(open)-1]
		return open, nil
	case "@@endif":
		if len(open) == 0 {
			return nil, errors.New("@@endif without a condition")
		}
		return open[:len(open)-1], nil
	}
	if slices.Contains(open, false) {
		return open, nil
	}
	switch word {
	case "@@define":
		name, value, _ := strings.Cut(rest, " ")
		value, wrong := r.expand(strings.TrimSpace(value))
		if wrong != "" {
			r.note("%s: left out: %s", at, wrong)
		} else if name != "" {
			r.vars[name] = value
		}
	case "@@undef":
		delete(r.vars, rest)
	case "@@include":
		return open, r.include(rest, where, depth, false)
	case "@@x_include":
		return open, r.include(rest, where, depth, true)
	case "@@x_include_setenv":
	default:
		return nil, fmt.Errorf("%s is not known", word)
	}
	return open, nil
}

func (r *reader) condition(word, rest, at string) (bool, error) {
	host := func(name string) bool {
		h, _ := os.Hostname()
		return h == name
	}
	_, defined := r.vars[rest]
	switch word {
	case "@@ifdef":
		return defined, nil
	case "@@ifndef":
		return !defined, nil
	case "@@ifhost":
		return host(rest), nil
	case "@@ifnhost":
		return !host(rest), nil
	}
	f := strings.Fields(rest)
	not := len(f) > 0 && f[0] == "not"
	if not {
		f = f[1:]
	}
	if len(f) < 2 {
		return false, fmt.Errorf("@@if %q is not a condition", rest)
	}
	var holds bool
	switch f[0] {
	case "defined":
		_, holds = r.vars[f[1]]
	case "hostname":
		holds = host(f[1])
	case "exists":
		_, err := os.Stat(f[1])
		holds = err == nil
	case "version_ge":
		holds = true // what is read here is what the latest version reads
	default:
		return false, fmt.Errorf("@@if %q is not a condition", rest)
	}
	return holds != not, nil
}

// include reads a file, or the files of a directory whose names match. Programs
// are not run.
func (r *reader) include(rest, where string, depth int, programs bool) error {
	what, wrong := r.expand(rest)
	f := strings.Fields(what)
	if wrong != "" || len(f) == 0 {
		return fmt.Errorf("what is to be included is not known: %q %s", rest, wrong)
	}
	path := f[0]
	if !filepath.IsAbs(path) {
		path = filepath.Join(filepath.Dir(where), path)
	}
	if len(f) == 1 {
		if programs && executable(path) {
			r.note("%s is a program, which is not run", path)
			return nil
		}
		return r.file(path, depth+1)
	}
	re, err := regexp.Compile(f[1])
	if err != nil {
		return err
	}
	names, err := os.ReadDir(path)
	if err != nil {
		return err
	}
	for _, n := range names {
		full := filepath.Join(path, n.Name())
		if n.IsDir() || !re.MatchString(n.Name()) {
			continue
		}
		if programs && executable(full) {
			r.note("%s is a program, which is not run: what it would select is decided by the other lines", full)
			continue
		}
		if err := r.file(full, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode()&0o111 != 0
}
