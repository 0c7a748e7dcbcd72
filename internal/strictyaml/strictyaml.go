// Package strictyaml decodes the YAML files that people write for Demarc:
// configuration, catalogues, checks, policies. A key nobody knows, a key twice, a
// file too large or nested too deep is an error with file and line.
package strictyaml

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
)

// MaxFile and maxNesting bound a file, so that it cannot exhaust memory or the
// stack of the parser, which descends by recursion. All files of Demarc's own are
// below 100 kB and 20 levels.
const (
	MaxFile    = 1 << 20
	maxNesting = 1000
)

// Decode decodes one file into v, a pointer; name is what errors call it. After
// an error v may hold parts of the file.
func Decode(name string, text []byte, v any) (err error) {
	if len(text) > MaxFile {
		return fmt.Errorf("%s: larger than %d bytes", name, MaxFile)
	}
	if nesting(text) > maxNesting {
		return fmt.Errorf("%s: nested more than %d deep", name, maxNesting)
	}
	defer func() {
		if recover() != nil { // the library's, on a tag without a value where a list is due
			err = fmt.Errorf("%s: a value here is none that YAML knows; look for a tag (!) with nothing after it", name)
		}
	}()
	err = yaml.NewDecoder(bytes.NewReader(text), yaml.Strict(), yaml.DisallowUnknownField()).Decode(v)
	if err == nil {
		return nil
	}
	var located yaml.Error
	if errors.As(err, &located) && located.GetToken() != nil {
		return fmt.Errorf("%s:%d: %s", name, located.GetToken().Position.Line, located.GetMessage())
	}
	return fmt.Errorf("%s: %s", name, strings.Join(strings.Fields(err.Error()), " "))
}

// nesting is the most brackets, or dashes in a row, open at a time. Those in
// quotes count as well, which makes it no less than the true nesting.
func nesting(text []byte) int {
	deepest, brackets, dashes := 0, 0, 0
	for _, c := range text {
		switch c {
		case '[', '{':
			brackets++
		case ']', '}':
			brackets = max(brackets-1, 0)
		case '-', '?':
			dashes++
			deepest = max(deepest, dashes)
			continue
		case ' ':
			continue
		}
		dashes = 0
		deepest = max(deepest, brackets)
	}
	return deepest
}
