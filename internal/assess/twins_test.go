package assess

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/expr"
	"github.com/demarc-sec/demarc/internal/normalise"
	"github.com/demarc-sec/demarc/internal/source/inline"
)

// nativeSchemas are the schemas kept of dialects other than Terraform: which
// types each is of, and what readers add to a resource beside the properties
// in it.
var nativeSchemas = []struct {
	files  string
	of     func(native string) bool
	beside []string
}{
	{
		"cloudformation-*.txt.gz", func(native string) bool { return strings.HasPrefix(native, "AWS::") },
		[]string{"DeletionPolicy", "UpdateReplacePolicy", "UpdatePolicy", "CreationPolicy", "Metadata", "tags", "Outputs"},
	},
	{ // children and extensions name what they belong to, and what they are called in it
		"arm-*.txt.gz", catalogue.Azure,
		[]string{"tags", "parent", "scope", "label"},
	},
	{ // the discovery documents of Google's APIs
		"cai-*.txt.gz", func(native string) bool { return strings.Contains(native, ".googleapis.com/") },
		[]string{"iamPolicy", "orgPolicy"},
	},
}

// TestTwinsFitTheSchema holds the twins of other dialects' types against the
// provider's own schema, both ways: a twin names no property that is not
// there, and every argument that its type's mappings read either has a
// property, or is set, or is said to be lacking. What has silently none would
// always be a default.
func TestTwinsFitTheSchema(t *testing.T) {
	env, err := expr.NewResourceEnv()
	if err != nil {
		t.Fatal(err)
	}
	all := engine(t).Catalogue.All()
	for _, dialect := range nativeSchemas {
		files, err := filepath.Glob("../catalogue/testdata/" + dialect.files)
		if err != nil || len(files) != 1 {
			t.Fatalf("want one schema %s, have %v: %v", dialect.files, files, err)
		}
		schema := map[string]map[string]bool{}
		readSchema(t, files[0], schema)
		for name, known := range maps.Clone(schema) { // Azure's types are the same in any case
			schema[strings.ToLower(name)] = known
		}
		for _, id := range slices.Sorted(maps.Keys(all.Services)) {
			for _, name := range slices.Sorted(maps.Keys(all.Services[id].Twins)) {
				if dialect.of(name) {
					base, _, _ := strings.Cut(name, "(") // a form has what its type has
					known := schema[base]
					if known == nil && catalogue.Azure(base) {
						known = schema[strings.ToLower(base)]
					}
					holdTwin(t, env, all.Services[id].Twins[name], withInline(base, known, schema), dialect.beside, all)
				}
			}
		}
	}
}

// withInline adds to the known properties of a type what the schema says of it
// where it is written in the resource it belongs to, as rules of Azure's load
// balancers only are.
func withInline(typ string, known map[string]bool, schema map[string]map[string]bool) map[string]bool {
	i := strings.LastIndexByte(typ, '/')
	if i < 0 || !slices.Contains(inline.Children(typ[:i]), typ[i+1:]) {
		return known
	}
	all := maps.Clone(known)
	for path := range schema[strings.ToLower(typ[:i])] {
		if rest, ok := strings.CutPrefix(path, "properties."+typ[i+1:]+"."); ok {
			if all == nil {
				all = map[string]bool{}
			}
			all[rest] = true
		}
	}
	return all
}

func holdTwin(t *testing.T, env *expr.ResourceEnv, twin *catalogue.Twin, known map[string]bool, beside []string, all catalogue.Contents) {
	t.Helper()
	where := twin.Service.ID + "/twins.yaml: " + twin.Type
	if known == nil {
		t.Errorf("%s: the provider has no such type", where)
		return
	}
	exists := func(native string) {
		top, _, _ := strings.Cut(native, ".")
		if !known[native] && !hasPrefix(known, native) && !slices.Contains(beside, top) {
			t.Errorf("%s: no property %s", where, native)
		}
	}
	for native := range twin.Names {
		exists(native)
	}
	for _, native := range twin.Verbatim {
		exists(native)
	}
	for _, facts := range []map[string]*catalogue.Mapping{twin.Set, twin.Facts} {
		for _, p := range pathsOf(env, facts) {
			exists(p)
		}
	}
	for _, paths := range twin.Relations {
		for _, p := range paths {
			exists(p)
		}
	}

	given, from := map[string]bool{}, map[string]string{}
	for native := range known {
		open, isOpen := strings.CutSuffix(native, ".*")
		if p := normalise.ArgumentPath(twin, open); p != "" {
			given[p], from[p] = true, open
			if isOpen {
				given[p+".*"] = true
			}
		}
	}
	for _, native := range beside {
		if p := normalise.ArgumentPath(twin, native); twin.Names[native] != "" {
			given[p] = true
		}
	}
	for argument := range twin.Set {
		given[argument], given[argument+".*"] = true, true
	}
	var read []string
	if a := all.Assets[twin.Type]; a != nil {
		read = append(read, pathsOf(env, a.Facts)...)
		for _, paths := range a.Relations {
			read = append(read, paths...)
		}
	} else if p := all.Parts[twin.Type]; p != nil {
		read = slices.Concat(pathsOf(env, p.Facts), p.By)
		for _, paths := range p.Relations {
			read = append(read, paths...)
		}
	}
	slices.Sort(read)
	for _, argument := range slices.Compact(read) {
		if p := normalise.PropertyPath(twin, argument); given[argument] && twin.Set[argument] == nil && !hasPath(known, p) && !slices.Contains(beside, p) {
			t.Errorf("%s: where %s is not written it would be called %s, which is no property; name %s", where, argument, p, from[argument])
		}
		lacking := slices.ContainsFunc(twin.Lacks, func(l string) bool { return argument == l || strings.HasPrefix(argument, l+".") })
		switch has := given[argument] || hasPrefix(given, argument); {
		case !has && !lacking:
			t.Errorf("%s: no property stands for the argument %s; name one, set it, or say that it is lacking", where, argument)
		case has && slices.Contains(twin.Lacks, argument):
			t.Errorf("%s: %s is said to be lacking and is there", where, argument)
		}
	}
}

// hasPath tells whether the schema has the property, in which case counts.
func hasPath(known map[string]bool, path string) bool { return known[path] || hasPrefix(known, path) }

// pathsOf lists the paths that mappings read.
func pathsOf(env *expr.ResourceEnv, facts map[string]*catalogue.Mapping) []string {
	var paths []string
	for _, m := range facts {
		paths = slices.Concat(paths, m.From, m.Policy, m.Secrets)
		for _, source := range []string{m.CEL, m.When} {
			if source == "" {
				continue
			}
			if compiled, err := env.Mapping(source); err == nil {
				paths = append(paths, compiled.Paths...)
			}
		}
	}
	return paths
}
