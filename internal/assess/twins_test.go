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
)

// besideProperties are what a template says of a resource beside its
// properties; the reader adds them, and the tags as a map. Azure's children and
// extensions name what they belong to.
var besideProperties = []string{"DeletionPolicy", "UpdateReplacePolicy", "UpdatePolicy", "CreationPolicy", "Metadata", "tags", "parent", "scope"}

// TestTwinsFitTheSchema holds the twins of templates against the provider's own
// schema, both ways: a twin names no property that is not there, and every
// argument that its type's mappings read either has a property, or is set, or
// is said to be lacking. What has silently none would always be a default.
func TestTwinsFitTheSchema(t *testing.T) {
	schema := map[string]map[string]bool{}
	for _, dialect := range []string{"cloudformation", "arm"} {
		files, err := filepath.Glob("../catalogue/testdata/" + dialect + "-*.txt.gz")
		if err != nil || len(files) != 1 {
			t.Fatalf("want one schema of %s, have %v: %v", dialect, files, err)
		}
		readSchema(t, files[0], schema)
	}
	env, err := expr.NewResourceEnv()
	if err != nil {
		t.Fatal(err)
	}
	all := engine(t).Catalogue.All()
	for _, id := range slices.Sorted(maps.Keys(all.Services)) {
		for _, name := range slices.Sorted(maps.Keys(all.Services[id].Twins)) {
			if strings.HasPrefix(name, "AWS::") || strings.HasPrefix(name, "Microsoft.") {
				base, _, _ := strings.Cut(name, "(") // a form has what its type has
				holdTwin(t, env, all.Services[id].Twins[name], schema[base], all)
			}
		}
	}
}

func holdTwin(t *testing.T, env *expr.ResourceEnv, twin *catalogue.Twin, known map[string]bool, all catalogue.Contents) {
	t.Helper()
	where := twin.Service.ID + "/twins.yaml: " + twin.Type
	if known == nil {
		t.Errorf("%s: the provider has no such type", where)
		return
	}
	exists := func(native string) {
		top, _, _ := strings.Cut(native, ".")
		if !known[native] && !hasPrefix(known, native) && !slices.Contains(besideProperties, top) {
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

	given := map[string]bool{}
	for native := range known {
		open, isOpen := strings.CutSuffix(native, ".*")
		if p := normalise.ArgumentPath(twin, open); p != "" {
			given[p] = true
			if isOpen {
				given[p+".*"] = true
			}
		}
	}
	for _, native := range besideProperties {
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
		lacking := slices.ContainsFunc(twin.Lacks, func(l string) bool { return argument == l || strings.HasPrefix(argument, l+".") })
		switch has := given[argument] || hasPrefix(given, argument); {
		case !has && !lacking:
			t.Errorf("%s: no property stands for the argument %s; name one, set it, or say that it is lacking", where, argument)
		case has && slices.Contains(twin.Lacks, argument):
			t.Errorf("%s: %s is said to be lacking and is there", where, argument)
		}
	}
}

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
