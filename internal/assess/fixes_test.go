package assess

import (
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"k8s.io/client-go/kubernetes/scheme"
)

// vocabulary is what a dialect knows to write: the names within each type, and
// within any of a provider's.
type vocabulary struct {
	types map[string]map[string]bool // type -> segments of its paths, and the paths
	any   map[string]map[string]bool // provider -> likewise over all its types
}

func newVocabulary(schema map[string]map[string]bool, provider func(native string) string) vocabulary {
	v := vocabulary{map[string]map[string]bool{}, map[string]map[string]bool{"": {}}}
	for native, paths := range schema {
		known := map[string]bool{}
		for path := range paths {
			bare, open := strings.CutSuffix(path, ".*")
			segments := strings.Split(bare, ".")
			for i := range segments {
				for j := i + 1; j <= len(segments); j++ {
					known[strings.Join(segments[i:j], ".")] = true
				}
				if open {
					known[strings.Join(segments[i:], ".")+".*"] = true
				}
			}
		}
		v.types[native] = known
		p := provider(native)
		if v.any[p] == nil {
			v.any[p] = map[string]bool{}
		}
		maps.Copy(v.any[p], known)
		maps.Copy(v.any[""], known)
	}
	return v
}

var (
	codeSpan = regexp.MustCompile("`[^`]+`")
	literals = regexp.MustCompile(`"(\\.|[^"\\])*"`)
	// A name that is set or opens a block, and one that stands alone.
	tfSet   = regexp.MustCompile(`(?:^|[^-\w.$"@])([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*)\s*(?:=|\{)`)
	tfAlone = regexp.MustCompile(`^[a-z][a-z0-9]*(?:[_.][a-z0-9]+)+$`)
	tfJSON  = regexp.MustCompile(`(?:^|[^-\w.$"@])(?:([a-z]+[A-Z][A-Za-z]*(?:\.[a-zA-Z]+)*)\s*=|([a-z]+[A-Z][A-Za-z]*(?:\.[a-zA-Z]+)+)$)`) // within JSON text
	tfType  = regexp.MustCompile(`\b(aws|azurerm|azuread|google|github|gitlab|okta|cloudflare|snowflake|digitalocean)_[a-z0-9_]+`)

	cfnSet   = regexp.MustCompile(`([A-Z][A-Za-z0-9]*(?:\.[A-Z][A-Za-z0-9]*)*)\s*:(?:[^:]|$)`)
	cfnAlone = regexp.MustCompile(`^[A-Z][a-z0-9]+[A-Za-z0-9]*(?:\.[A-Z][A-Za-z0-9]*)*$`)
	cfnType  = regexp.MustCompile(`AWS::[A-Za-z0-9]+::[A-Za-z0-9]+`)

	armSet   = regexp.MustCompile(`(?:^|[^-\w./@])([a-z][A-Za-z0-9]*(?:\.[a-z][A-Za-z0-9]*)*)\s*:(?:[^:/]|$)`)
	armAlone = regexp.MustCompile(`^[a-z]+[A-Z][A-Za-z0-9]*$|^[a-z][A-Za-z0-9]*(?:\.[a-z][A-Za-z0-9]*)+$`)
	armType  = regexp.MustCompile(`Microsoft\.[A-Za-z]+/[A-Za-z/]+`)
)

// tfWords are blocks and arguments of the language rather than a resource's.
var tfWords = words("resource data provider variable dynamic content lifecycle prevent_destroy statement principals condition for_each count ignore_changes depends_on")

// cfnWords are attributes of resources, members of policy documents and what
// else templates hold beside properties.
var cfnWords = words("DeletionPolicy UpdateReplacePolicy Condition Principal Action Resource Effect Statement NotAction Properties Type Ref NoEcho Default")

func words(s string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(s) {
		out[w] = true
	}
	return out
}

// spans are the pieces of code of a remediation: those between backticks, or
// all of it where it is an example.
func spans(text string) []string {
	found := codeSpan.FindAllString(text, -1)
	if len(found) == 0 && strings.Contains(text, "{\n") {
		return []string{text}
	}
	for i, s := range found {
		found[i] = strings.Trim(s, "`")
	}
	return found
}

// names lists the names that pieces of code set, or that stand there alone.
func names(code string, set, alone *regexp.Regexp) []string {
	var out []string
	bare := literals.ReplaceAllString(code, `""`)
	for _, m := range set.FindAllStringSubmatch(bare, -1) {
		out = append(out, m[1])
	}
	if alone.MatchString(strings.TrimSpace(code)) {
		out = append(out, strings.TrimSpace(code))
	}
	return out
}

// TestFixesNameWhatExists holds the names in remediations against the
// providers' own schemas: a type there is, and an argument that one of the types
// named has, or any type of the provider where none is named.
func TestFixesNameWhatExists(t *testing.T) {
	schema, covered := providerSchemas(t)
	first := func(native string) string { p, _, _ := strings.Cut(native, "_"); return p }
	terraform := newVocabulary(schema, first)
	native := func(glob string) vocabulary {
		files, err := filepath.Glob("../catalogue/testdata/" + glob)
		if err != nil || len(files) != 1 {
			t.Fatalf("want one schema %s, have %v: %v", glob, files, err)
		}
		s := map[string]map[string]bool{}
		readSchema(t, files[0], s)
		return newVocabulary(s, func(string) string { return "" })
	}
	cfn, arm, kube := native("cloudformation-*.txt.gz"), native("arm-*.txt.gz"), kubernetesFields()
	for name, known := range maps.Clone(arm.types) {
		arm.types[strings.ToLower(name)] = known
		for segment := range strings.SplitSeq(name, "/") { // children are called by the last of their type
			arm.any[""][segment] = true
		}
	}
	prefixes := map[string][]string{"azure": {"azurerm", "azuread"}}
	held, e := 0, engine(t)
	for _, c := range e.Checks.All() {
		for _, key := range slices.Sorted(maps.Keys(c.Fix)) {
			dialect, provider, _ := strings.Cut(key, "/")
			text := c.Fix[key]
			bad := func(format string, args ...any) {
				t.Errorf("%s/check.yaml: fix.%s: "+format, append([]any{c.ID, key}, args...)...)
			}
			// hold looks a name up in the types that the text names, else in all.
			hold := func(v vocabulary, of []string, among []string, name string) {
				held++
				knows := func(names map[string]bool) bool { return names[name] || hasPrefix(names, name) }
				in := func(of string) bool { return knows(v.types[of]) }
				if besides[c.ID][name] {
					return
				}
				if slices.ContainsFunc(of, in) {
					return
				}
				if len(of) == 0 && slices.ContainsFunc(among, func(p string) bool { return knows(v.any[p]) }) {
					return
				}
				if len(of) > 0 {
					bad("none of %s has %s", strings.Join(of, ", "), name)
				} else {
					bad("no type has %s", name)
				}
			}
			switch dialect {
			case "terraform":
				among := []string{""}
				if provider != "" {
					among = prefixes[provider]
					if among == nil {
						among = []string{provider}
					}
				}
				var of []string
				for _, native := range tfType.FindAllString(strings.Join(spans(text), " "), -1) {
					if terraform.types[native] != nil {
						of = append(of, native)
					} else if covered[first(native)] && !terraform.any[""][native] && e.Catalogue.Asset(native) == nil && e.Catalogue.Part(native) == nil && !besides[c.ID][native] {
						bad("no type %s", native)
					}
				}
				if strings.Contains(text, "; ") || strings.Contains(text, ", ") || strings.Contains(text, ". ") {
					of = nil // of several things, which need not all be of the types named
				}
				for _, code := range spans(text) {
					for _, name := range names(code, tfSet, tfAlone) {
						if !tfWords[name] && !tfType.MatchString(name) {
							hold(terraform, of, among, name)
						}
					}
					for _, m := range tfJSON.FindAllStringSubmatch(literals.ReplaceAllString(code, `""`), -1) {
						hold(cfn, nil, []string{""}, pascal(m[1]+m[2])) // AWS writes it so in JSON, otherwise as CloudFormation does
					}
				}
			case "cloudformation":
				for _, native := range cfnType.FindAllString(text, -1) {
					if cfn.types[native] == nil && !besides[c.ID][native] {
						bad("no type %s", native)
					}
				}
				of := shown(t, c.ID, "cfn", cfnType, cfn, text)
				for _, code := range spans(text) {
					for _, name := range names(cfnType.ReplaceAllString(code, ""), cfnSet, cfnAlone) {
						if !cfnWords[name] {
							hold(cfn, of, []string{""}, name)
						}
					}
				}
			case "arm":
				for _, native := range armType.FindAllString(text, -1) {
					if arm.types[strings.ToLower(native)] == nil {
						bad("no type %s", native)
					}
				}
				of := shown(t, c.ID, "arm", armType, arm, text)
				for _, code := range spans(text) {
					for _, name := range names(armType.ReplaceAllString(code, ""), armSet, armAlone) {
						hold(arm, of, []string{""}, name)
					}
				}
			case "kubernetes":
				for _, code := range spans(text) {
					for _, name := range names(code, armSet, armAlone) {
						hold(kube, nil, []string{""}, name)
					}
				}
			}
		}
	}
	if held < 300 {
		t.Errorf("only %d names were held", held)
	}
	t.Logf("%d names held", held)
}

// shown are the types that a remediation is about: those it names, and those of
// the check's fixtures in its dialect.
func shown(t *testing.T, id, dialect string, native *regexp.Regexp, v vocabulary, text string) []string {
	t.Helper()
	files, err := filepath.Glob("../../checks/" + id + "/*." + dialect + ".*")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text += "\n" + string(src)
	}
	var of []string
	for _, name := range native.FindAllString(text, -1) {
		for _, spelled := range []string{name, strings.ToLower(name)} {
			if v.types[spelled] != nil && !slices.Contains(of, spelled) {
				of = append(of, spelled)
			}
		}
	}
	if len(of) == 0 {
		t.Errorf("%s: no fixture has a type of the schema of %s", id, dialect)
	}
	return of
}

// besides are names in remediations that are no resource's: parameters of
// database engines, members of other files, words of another language.
var besides = map[string]map[string]bool{
	"access-rules-open":         words("request.auth"),
	"auth-required":             words("authLevel"), // of function.json
	"az-func-public":            words("AuthLevel"),
	"aws-iam-admin-star":        words("AdministratorAccess"),
	"aws-iam-confused-deputy":   words("aws_caller_identity"), // a data source
	"aws-s3-object-read-log":    words("AWS::S3::Object"),     // a word of CloudTrail's
	"aws-s3-object-write-log":   words("AWS::S3::Object"),
	"database-audit-parameters": words("log_statement log_connections server_audit_logging enable_user_activity_logging cloudsql.enable_pgaudit cloudsql_mysql_audit audit_logs"),
	"database-tls-forced":       words("rds.force_ssl require_secure_transport require_ssl tls"),
	"gcp-iam-wif-unscoped":      words("assertion.repository_owner"),
	"k8s-admission-enforces":    words("validationFailureAction"),       // Kyverno's
	"k8s-kubelet-ciphers":       words("tlsMinVersion tlsCipherSuites"), // of KubeletConfiguration
	"secret-rotation":           words("enableSecretRotation"),
	"tls-only-policy":           words("identifiers"), // of aws_iam_policy_document
}

// pascal begins every segment with a capital.
func pascal(path string) string {
	segments := strings.Split(path, ".")
	for i, s := range segments {
		segments[i] = strings.ToUpper(s[:1]) + s[1:]
	}
	return strings.Join(segments, ".")
}

// kubernetesFields are the names of the fields of the API's own objects, and
// their paths.
func kubernetesFields() vocabulary {
	fields, open, depth := map[string]bool{}, map[string]bool{}, map[reflect.Type]bool{}
	var walk func(t reflect.Type, path []string)
	walk = func(t reflect.Type, path []string) {
		for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
			t = t.Elem()
		}
		for i := range path {
			fields[strings.Join(path[i:], ".")] = true
			if t.Kind() == reflect.Map {
				open[strings.Join(path[i:], ".")+".*"] = true
			}
		}
		if t.Kind() != reflect.Struct || depth[t] || len(path) > 12 {
			return
		}
		depth[t] = true
		defer delete(depth, t)
		for f := range t.Fields() {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			switch {
			case name == "-":
			case name == "":
				walk(f.Type, path)
			default:
				walk(f.Type, append(slices.Clip(path), name))
			}
		}
	}
	for name, t := range scheme.Scheme.AllKnownTypes() {
		switch name.Kind {
		case "Pod", "Service", "ServiceAccount", "Namespace", "StorageClass", "Ingress", "NetworkPolicy", "ClusterRole", "ClusterRoleBinding",
			"PodDisruptionBudget", "Deployment", "PersistentVolume", "ValidatingAdmissionPolicyBinding", "ValidatingWebhookConfiguration", "ConfigMap", "Secret":
			walk(t, nil)
		}
	}
	maps.Copy(fields, open)
	return vocabulary{map[string]map[string]bool{}, map[string]map[string]bool{"": fields}}
}
