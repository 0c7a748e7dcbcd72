package cloudformation

import (
	"encoding/json"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/demarc-sec/demarc/internal/source"
)

var update = flag.Bool("update", false, "write the golden parts of testdata anew")

// recorder keeps what a reader yields.
type recorder struct {
	Resources []*source.Resource
	Gaps      []source.Gap
}

func (r *recorder) Resource(x *source.Resource) { r.Resources = append(r.Resources, x) }
func (r *recorder) Gap(g source.Gap)            { r.Gaps = append(r.Gaps, g) }

func (r *recorder) find(t testing.TB, address string) *source.Resource {
	t.Helper()
	for _, x := range r.Resources {
		if x.Address == address {
			return x
		}
	}
	t.Fatalf("no resource %s among %d; gaps %v", address, len(r.Resources), r.Gaps)
	return nil
}

// unpack writes a txtar archive's files into a new directory.
func unpack(t testing.TB, a *txtar.Archive) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range a.Files {
		writeFile(t, filepath.Join(dir, filepath.FromSlash(f.Name)), f.Data)
	}
	return dir
}

func writeFile(t testing.TB, name string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// readAll reads every root template below dir, as the walk over a repository
// does.
func readAll(t testing.TB, dir string, opt Options) *recorder {
	t.Helper()
	var found []string
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		head, err := os.ReadFile(p)
		if err == nil && Detect(p, head[:min(len(head), maxHead)]) {
			found = append(found, p)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	roots, err := Roots(t.Context(), dir, found)
	if err != nil {
		t.Fatal(err)
	}
	rec := &recorder{}
	for _, root := range roots {
		if err := Read(t.Context(), dir, root, opt, rec); err != nil {
			t.Fatal(err)
		}
	}
	return rec
}

// readText reads one template.
func readText(t testing.TB, text string, opt Options) *recorder {
	t.Helper()
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "t.yaml"), []byte(text))
	rec := &recorder{}
	if err := Read(t.Context(), dir, "t.yaml", opt, rec); err != nil {
		t.Fatal(err)
	}
	return rec
}

// TestGolden reads each archive of testdata and compares what came of it with
// the archive's own golden.json. The comment may name options, one a line:
// "parameter Name=value", "region x", "account n".
func TestGolden(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatal("no testdata", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			golden := slices.IndexFunc(a.Files, func(f txtar.File) bool { return f.Name == "golden.json" })
			var want []byte
			if golden >= 0 {
				want = a.Files[golden].Data
				a.Files = slices.Delete(a.Files, golden, golden+1)
			}
			got := render(t, readAll(t, unpack(t, a), optionsIn(string(a.Comment))))
			if *update {
				a.Files = append(a.Files, txtar.File{Name: "golden.json", Data: got})
				if err := os.WriteFile(name, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := gocmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func optionsIn(comment string) Options {
	opt := Options{Parameters: map[string]string{}}
	for line := range strings.Lines(comment) {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch word {
		case "parameter":
			k, v, _ := strings.Cut(rest, "=")
			opt.Parameters[k] = v
		case "region":
			opt.Region = rest
		case "account":
			opt.Account = rest
		}
	}
	return opt
}

// render writes resources and gaps for eyes: holes as ⟦…⟧, unknown values as
// one string, empty fields left out.
func render(t testing.TB, rec *recorder) []byte {
	t.Helper()
	type view struct {
		Address  string
		Type     string
		Name     string `json:",omitempty"`
		Root     string `json:",omitempty"`
		Region   string `json:",omitempty"`
		Account  string `json:",omitempty"`
		At       string
		Calls    []string `json:",omitempty"`
		Body     any
		Refs     map[string][]string `json:",omitempty"`
		Lines    map[string]int      `json:",omitempty"`
		Comments []source.Comment    `json:",omitempty"`
	}
	out := struct {
		Resources []view
		Gaps      []source.Gap `json:",omitempty"`
	}{Gaps: rec.Gaps}
	for _, r := range rec.Resources {
		v := view{
			Address: r.Address, Type: r.Type, Root: r.Root, Region: r.Region, Account: r.Account,
			At: place(r.Location.File, r.Location.Line, r.Location.EndLine), Body: visible(r.Body), Lines: r.Lines, Comments: r.Comments,
		}
		if !strings.HasSuffix(strings.TrimSuffix(r.Address, "[*]"), r.Name) {
			v.Name = r.Name
		}
		for _, c := range r.Calls {
			v.Calls = append(v.Calls, place(c.File, c.Line, c.EndLine))
		}
		for path, refs := range r.Refs {
			if v.Refs == nil {
				v.Refs = map[string][]string{}
			}
			for _, ref := range refs {
				v.Refs[path] = append(v.Refs[path], strings.TrimSuffix(ref.Address+" "+ref.Attribute, " "))
			}
		}
		out.Resources = append(out.Resources, v)
	}
	var buf strings.Builder
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(out); err != nil {
		t.Fatal(err)
	}
	return []byte(buf.String())
}

func place(file string, line, end int) string {
	b, _ := json.Marshal([]int{line, end})
	return file + string(b)
}

// visible replaces unknown values by text.
func visible(v any) any {
	switch v := v.(type) {
	case *source.Unknown:
		s := "UNKNOWN " + v.Reason
		if v.NotNull {
			s += ", not null"
		}
		if v.Text != "" {
			s += ": " + marked(v.Text)
		}
		return s
	case map[string]any:
		out := map[string]any{}
		for k, e := range v {
			out[marked(k)] = visible(e)
		}
		return out
	case []any:
		out := []any{}
		for _, e := range v {
			out = append(out, visible(e))
		}
		return out
	}
	return v
}

func marked(s string) string {
	return strings.NewReplacer(source.HoleOpen, "⟦", source.HoleClose, "⟧").Replace(s)
}

// TestEchoedRange reads a network's range through Fn::GetAtt, which repeats the
// property: a rule that admits only its own network must not look open.
func TestEchoedRange(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "t.yaml"), []byte(`
Parameters:
  Range: {Type: String}
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Asked: {Type: AWS::EC2::VPC, Properties: {CidrBlock: !Ref Range}}
  Planned: {Type: AWS::EC2::VPC, Properties: {Ipv4NetmaskLength: 16}}
  Circle: {Type: AWS::EC2::VPC, Properties: {CidrBlock: !GetAtt Circle.CidrBlock}}
  Known: {Type: AWS::EC2::SecurityGroupIngress, Properties: {CidrIp: !GetAtt Vpc.CidrBlock, Description: !Sub "from ${Vpc.CidrBlock}"}}
  Open: {Type: AWS::EC2::SecurityGroupIngress, Properties: {CidrIp: !GetAtt Asked.CidrBlock}}
  Later: {Type: AWS::EC2::SecurityGroupIngress, Properties: {CidrIp: !GetAtt Planned.CidrBlock}}
  Around: {Type: AWS::EC2::SecurityGroupIngress, Properties: {CidrIp: !GetAtt Circle.CidrBlock}}
`))
	r := readAll(t, dir, Options{})
	known := r.find(t, "Known").Body
	if known["CidrIp"] != "10.0.0.0/16" || known["Description"] != "from 10.0.0.0/16" {
		t.Errorf("the known range is read as %v, in text as %v", known["CidrIp"], known["Description"])
	}
	for address, reason := range map[string]string{
		"Open": "parameter Range has no default", "Later": "Planned.CidrBlock is known after deployment", "Around": "",
	} {
		u, ok := r.find(t, address).Body["CidrIp"].(*source.Unknown)
		if !ok || reason != "" && u.Reason != reason {
			t.Errorf("%s: the range is %v, want it unknown: %s", address, r.find(t, address).Body["CidrIp"], reason)
		}
	}
}
