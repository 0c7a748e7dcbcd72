package assess

import (
	"bufio"
	"compress/gzip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/expr"
)

// providerSchemas reads the argument names of the resource types of every
// provider whose schema is kept, by type, and those providers' prefixes.
func providerSchemas(t *testing.T) (types map[string]map[string]bool, prefixes map[string]bool) {
	t.Helper()
	files, err := filepath.Glob("../catalogue/testdata/terraform-*.txt.gz")
	if err != nil || len(files) == 0 {
		t.Fatalf("no schemas: %v", err)
	}
	types, prefixes = map[string]map[string]bool{}, map[string]bool{}
	for _, file := range files {
		readSchema(t, file, types)
		_, provider, _ := strings.Cut(filepath.Base(file), "-")
		provider, _, _ = strings.Cut(provider, "-")
		prefixes[provider] = true
	}
	return types, prefixes
}

// readSchema adds the types of one file: a line for each type, and below it,
// indented, one for each argument.
func readSchema(t *testing.T, file string, out map[string]map[string]bool) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	zr, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	current := ""
	lines := bufio.NewScanner(zr)
	for lines.Scan() {
		line := lines.Text()
		if !strings.HasPrefix(line, " ") {
			current = line
			out[current] = map[string]bool{}
			continue
		}
		path, kind, _ := strings.Cut(strings.TrimSpace(line), "\t")
		out[current][path] = true
		if strings.HasPrefix(kind, "map<") || strings.HasPrefix(kind, "string") { // strings may be JSON text
			out[current][path+".*"] = true
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}

// TestMappedArgumentsExist holds every argument the catalogue reads against
// its provider's own schema, so that a mapping cannot read what is not there.
// Identities are left out: they are what others refer to, mostly computed.
func TestMappedArgumentsExist(t *testing.T) {
	schema, prefixes := providerSchemas(t)
	covered := func(native string) bool {
		provider, _, _ := strings.Cut(native, "_")
		return prefixes[provider]
	}
	e := engine(t)
	env, err := expr.NewResourceEnv()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range e.Catalogue.All().Services {
		exists := func(native, path string) {
			if known := schema[native]; known == nil {
				t.Errorf("%s: the provider has no type %s", s.File, native)
			} else if !known[path] && !hasPrefix(known, path) && !slices.Contains(s.Legacy, path) && !slices.Contains(s.Legacy, native+"."+path) && !slices.Contains(s.Legacy, native) {
				t.Errorf("%s: %s has no argument %s", s.File, native, path)
			}
		}
		facts := func(native string, facts map[string]*catalogue.Mapping) {
			for _, m := range facts {
				paths := slices.Concat(m.From, m.Policy, m.Secrets)
				for _, source := range []string{m.CEL, m.When} {
					if source == "" {
						continue
					}
					if compiled, err := env.Mapping(source); err == nil {
						paths = append(paths, compiled.Paths...)
					}
				}
				for _, p := range paths {
					exists(native, p)
				}
			}
		}
		for name, a := range s.Assets {
			if a.KindID == catalogue.Account || !covered(name) || slices.Contains(s.Legacy, name) {
				continue
			}
			facts(name, a.Facts)
			for _, paths := range a.Relations {
				for _, p := range paths {
					exists(name, p)
				}
			}
		}
		for name, p := range s.Parts {
			if !covered(name) || slices.Contains(s.Legacy, name) {
				continue
			}
			facts(name, p.Facts)
			for _, by := range p.By {
				exists(name, by)
			}
			for _, paths := range p.Relations {
				for _, path := range paths {
					exists(name, path)
				}
			}
		}
		for name := range s.Ignored {
			if covered(name) && schema[name] == nil && !slices.Contains(s.Legacy, name) {
				t.Errorf("%s: the provider has no type %s", s.File, name)
			}
		}
	}
}

// hasPrefix admits a path into a free-form map or into JSON text.
func hasPrefix(known map[string]bool, path string) bool {
	for i := strings.LastIndexByte(path, '.'); i > 0; i = strings.LastIndexByte(path[:i], '.') {
		if known[path[:i]+".*"] {
			return true
		}
	}
	return false
}
