package terraform

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/source/sourcetest"
)

func nested(n int, open, middle, shut string) string {
	return strings.Repeat(open, n) + middle + strings.Repeat(shut, n)
}

// doubling returns locals of which each mentions the one before twice.
func doubling(n int, first, format string) string {
	var sb strings.Builder
	fmt.Fprintf(&sb, "locals {\n  l0 = %s\n", first)
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&sb, "  l%d = "+format+"\n", i, i-1)
	}
	fmt.Fprintf(&sb, "}\nresource \"a_b\" \"bomb\" {\n  x = local.l%d\n}\n", n)
	return sb.String()
}

// TestHostile reads configuration meant to hang, exhaust or crash the reader.
// Each must come back soon, say what is wrong in a gap that names the file,
// and still yield the innocent resource beside it.
func TestHostile(t *testing.T) {
	const innocent = "resource \"aws_vpc\" \"ok\" {\n  cidr_block = \"10.0.0.0/16\"\n}\n"
	chain := func(n int) string {
		var sb strings.Builder
		sb.WriteString("locals {\n  c0 = 1\n")
		for i := 1; i <= n; i++ {
			fmt.Fprintf(&sb, "  c%d = local.c%d\n", i, i-1)
		}
		fmt.Fprintf(&sb, "}\nresource \"a_b\" \"c\" {\n  x = local.c%d\n}\n", n)
		return sb.String()
	}
	tests := []struct {
		name string
		file string // defaults to bad.tf
		text string
		kind string // of a gap there must be; "" for none needed
	}{
		{name: "brackets", text: "locals { x = " + nested(100_000, "[", "1", "]") + " }\n", kind: "file"},
		{name: "blocks", text: nested(100_000, "a {\n", "", "}\n"), kind: "file"},
		{name: "parentheses with closers in strings", text: "locals { x = " + nested(50_000, `[ "]", `, "1", "]") + " }\n", kind: "file"},
		{name: "templates", text: "locals { x = " + nested(50_000, `"${`, "1", `}"`) + " }\n", kind: "file"},
		{name: "unary", text: "locals { x = " + strings.Repeat("!", 100_000) + "true }\n", kind: "file"},
		{name: "minus", text: "locals { x = " + strings.Repeat("- ", 100_000) + "1 }\n", kind: "file"},
		{name: "sum", text: "locals { x = 1" + strings.Repeat("+1", 1_000_000) + " }\n", kind: "file"},
		{name: "ternaries", text: "locals { x = " + strings.Repeat("true ? 1 : ", 100_000) + "1 }\n", kind: "file"},
		{name: "indices", text: "locals { x = local.y" + strings.Repeat("[local.z]", 100_000) + " }\n", kind: "file"},
		{name: "attributes", text: "locals { x = local.y" + strings.Repeat(".a", 100_000) + " }\n", kind: "file"},
		{name: "splats", text: "locals { x = local.y" + strings.Repeat(".*.a", 50_000) + " }\n", kind: "file"},
		{name: "open brackets", text: "locals { x = " + strings.Repeat("[", 100_000), kind: "file"},
		{name: "directives", text: "locals { x = \"" + nested(50_000, "%{ if true }", "", "%{ endif }") + "\" }\n", kind: "file"},
		{name: "tokens", text: "x = [" + strings.Repeat("a,", 4<<20) + "]", kind: "file"},
		{name: "huge file", text: strings.Repeat("# comment\n", 2<<20), kind: "file"},
		{name: "not utf-8", text: "locals { x = \"\xff\xfe\" }\n", kind: "file"},
		{name: "utf-16", text: "\xff\xfel\x00o\x00c\x00", kind: "file"},
		{name: "nul", text: "resource \"a\" \"b\" {\x00}\n", kind: "file"},
		{name: "unclosed", text: "resource \"aws_s3_bucket\" \"b\" {\n  bucket = \"x\"\n", kind: "file"},
		{name: "labels", text: "resource \"a\" {}\nresource \"a\" \"b\" \"c\" {}\nmodule {}\nvariable {}\noutput \"a\" \"b\" {}\nlocals \"x\" {}\n", kind: "file"},
		{name: "json brackets", file: "bad.tf.json", text: `{"locals":{"x":` + nested(100_000, "[", "1", "]") + `}}`, kind: "file"},
		{name: "json template", file: "bad.tf.json", text: `{"locals":{"x":"${` + nested(100_000, "[", "1", "]") + `}"}}`, kind: "file"},
		{name: "json type", file: "bad.tf.json", text: `{"variable":{"x":{"type":"` + nested(100_000, "list(", "any", ")") + `"}}}`, kind: "file"},
		{name: "json cut", file: "bad.tf.json", text: `{"resource":{"a":`, kind: "file"},
		{name: "json not an object", file: "bad.tf.json", text: `{"resource":{"a":{"b":5}}}`, kind: "file"},
		{name: "json number", file: "bad.tf.json", text: `{"resource":{"a":{"b":{"x":1e999999999}}}}`},
		{name: "json array top", file: "bad.tf.json", text: `[1,2]`},
		{name: "local circle", text: "locals {\n  a = local.b\n  b = \"${local.c}\"\n  c = [local.a]\n}\n", kind: "expression"},
		{name: "local self", text: "locals { a = local.a }\nresource \"a_b\" \"c\" { x = local.a }\n", kind: "expression"},
		{name: "resource circle", text: "resource \"a_b\" \"x\" { v = a_b.y.v }\nresource \"a_b\" \"y\" { v = a_b.x.v }\n", kind: "expression"},
		{name: "count circle", text: "resource \"a_b\" \"x\" {\n  count = length(a_b.x)\n}\n"},
		{name: "giant count", text: "resource \"a_b\" \"x\" {\n  count = 1000000000\n  v = count.index\n}\n", kind: "limit"},
		{name: "huge count", text: "resource \"a_b\" \"x\" {\n  count = 1e100\n}\n", kind: "limit"},
		{name: "negative count", text: "resource \"a_b\" \"x\" {\n  count = -1\n}\n", kind: "expression"},
		{name: "giant for_each", text: "resource \"a_b\" \"x\" {\n  for_each = toset([for p in setproduct(range(1000), range(1000)) : \"${p[0]}-${p[1]}\"])\n}\n", kind: "limit"},
		{name: "many counts", text: func() string {
			var sb strings.Builder
			for i := range 30 {
				fmt.Fprintf(&sb, "resource \"a_b\" \"x%d\" {\n  count = 10000\n}\n", i)
			}
			return sb.String()
		}(), kind: "limit"},
		{name: "string doubling", text: doubling(60, `"xxxxxxxx"`, `"${local.l%[2]d}${local.l%[2]d}"`), kind: "limit"},
		{name: "list doubling", text: doubling(60, `["x"]`, `[local.l%[2]d, local.l%[2]d]`), kind: "limit"},
		{name: "object doubling", text: doubling(60, `{}`, `{ a = local.l%[2]d, b = local.l%[2]d }`), kind: "limit"},
		{name: "concat doubling", text: doubling(60, `["x"]`, `concat(local.l%[2]d, local.l%[2]d)`), kind: "limit"},
		{name: "replace", text: doubling(8, `"xxxxxxxxxx"`, `replace(local.l%[2]d, "x", local.l%[2]d)`)},
		{name: "replace empty", text: doubling(8, `"xxxxxxxxxx"`, `replace(local.l%[2]d, "", local.l%[2]d)`)},
		{name: "replace regexp", text: doubling(8, `"xxxxxxxxxx"`, `replace(local.l%[2]d, "/x/", "$0${local.l%[2]d}")`)},
		{name: "replace groups", text: "locals { s = join(\"\", [for i in range(1024) : \"0123456789\"]) }\nresource \"a_b\" \"x\" { v = replace(local.s, \"/(.*)/\", \"" + strings.Repeat("$1", 10_000) + "\") }\n"},
		{name: "join", text: doubling(8, `"xxxxxxxxxx"`, `join(local.l%[2]d, [for i in range(1024) : local.l%[2]d])`)},
		{name: "squares", text: doubling(60, `1e100`, `local.l%[2]d * local.l%[2]d`), kind: "limit"},
		{name: "pow", text: "resource \"a_b\" \"x\" { v = \"${pow(10, 1e9)}\" }\n"},
		{name: "number text", text: "resource \"a_b\" \"x\" { v = \"${1e99999999}\" }\n", kind: "file"},
		{name: "number quotient", text: "resource \"a_b\" \"x\" { v = \"${1 / 1e4000 / 1e4000}\" }\n"},
		{name: "format width", text: "resource \"a_b\" \"x\" { v = format(\"%999999999d\", 1) }\n", kind: "limit"},
		{name: "format precision", text: "resource \"a_b\" \"x\" { v = format(\"%.999999999f\", 1) }\n", kind: "limit"},
		{name: "format star", text: "resource \"a_b\" \"x\" { v = format(\"%*d\", 999999999, 1) }\n", kind: "expression"},
		{name: "indent", text: "resource \"a_b\" \"x\" { v = indent(999999999, \"a\\nb\") }\n", kind: "limit"},
		{name: "range", text: "resource \"a_b\" \"x\" { v = range(1000000000) }\n", kind: "expression"},
		{name: "nested range", text: "resource \"a_b\" \"x\" { v = [for a in range(1000) : [for b in range(1000) : [for c in range(1000) : a + b + c]]] }\n", kind: "limit"},
		{name: "filtered range", text: "resource \"a_b\" \"x\" { v = [for a in range(1000) : a if length([for b in range(1000) : b if length([for c in range(1000) : c if false]) > 0]) > 0] }\n", kind: "limit"},
		{name: "setproduct", text: "resource \"a_b\" \"x\" { v = setproduct(range(1000), range(1000), range(1000), range(1000)) }\n", kind: "limit"},
		{name: "splat square", text: "locals {\n  r = range(1000)\n  s = [for a in local.r : local.r]\n  t = [for a in local.s : local.s]\n}\nresource \"a_b\" \"x\" { v = flatten(local.t[*][*]) }\n", kind: "limit"},
		{name: "json decode", text: "locals {\n  o = join(\"\", [for i in range(1000) : \"[[[[[[[[[[\"])\n}\nresource \"a_b\" \"x\" { v = jsondecode(local.o) }\n", kind: "limit"},
		{name: "yaml aliases", text: "resource \"a_b\" \"x\" {\n  v = yamldecode(<<-E\n    a: &a [x,x,x,x,x,x,x,x,x]\n    b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n    c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n    d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n    e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\n    f: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\n    g: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f]\n    h: &h [*g,*g,*g,*g,*g,*g,*g,*g,*g]\n  E\n  )\n}\n"},
		{name: "yaml nesting", text: "locals {\n  o = join(\"\", [for i in range(1000) : \"[[[[[[[[[[\"])\n}\nresource \"a_b\" \"x\" { v = yamldecode(local.o) }\n", kind: "limit"},
		{name: "templatestring bomb", text: "locals { t = \"" + strings.Repeat("[", 200) + "\" }\nresource \"a_b\" \"x\" { v = templatestring(\"$${\" , {}) }\n", kind: "expression"},
		{name: "template brackets", text: "locals { t = join(\"\", [for i in range(1000) : \"[[[[[[[[[[\"]) }\nresource \"a_b\" \"x\" { v = templatestring(\"$${${local.t}\", {}) }\n", kind: "expression"},
		{name: "long chain", text: chain(5_000), kind: "limit"},
		{name: "module self", text: "module \"m\" { source = \"./\" }\n", kind: "module"},
		{name: "module outside", text: "module \"m\" { source = \"../..\" }\n", kind: "module"},
		{name: "module nowhere", text: "module \"m\" { source = \"./nowhere\" }\n", kind: "module"},
		{name: "module source expression", text: "module \"m\" { source = \"./${var.x}\" }\nvariable \"x\" {}\n", kind: "module"},
		{name: "file outside", text: "resource \"a_b\" \"x\" { v = file(\"../../../../etc/passwd\") }\n", kind: "file"},
		{name: "file absolute", text: "resource \"a_b\" \"x\" { v = [file(\"/etc/passwd\"), file(\"~/.ssh/id_rsa\"), fileexists(\"/etc/passwd\"), fileset(\"/etc\", \"*\")] }\n", kind: "file"},
		{name: "file missing", text: "resource \"a_b\" \"x\" { v = file(\"no.txt\") }\n", kind: "expression"},
		{name: "fileset pattern", text: "resource \"a_b\" \"x\" { v = fileset(\".\", \"../../*\") }\n"},
		{name: "variable type", text: "variable \"v\" { type = nonsense(3) }\nresource \"a_b\" \"x\" { v = var.v }\n", kind: "file"},
		{name: "default misfit", text: "variable \"v\" {\n  type = number\n  default = \"x\"\n}\nresource \"a_b\" \"x\" { v = var.v }\n", kind: "variable"},
		{name: "unknown function", text: "resource \"a_b\" \"x\" { v = frobnicate(1) }\n", kind: "expression"},
		{name: "provider function", text: "resource \"a_b\" \"x\" { v = provider::aws::arn_parse(\"x\") }\n"},
		{name: "dynamic oddities", text: "resource \"a_b\" \"x\" {\n  dynamic \"y\" {}\n  dynamic \"z\" { for_each = 5\n content {} }\n  dynamic \"w\" { for_each = null\n content {} }\n dynamic \"q\" {\n for_each = [1]\n iterator = 5\n content { a = q.value }\n }\n}\n"},
		{name: "dynamic count", text: "resource \"a_b\" \"x\" {\n  dynamic \"y\" {\n for_each = setproduct(range(400), range(400))\n content { v = y.value }\n }\n}\n", kind: "limit"},
		{name: "forged hole", text: "resource \"a_b\" \"y\" {}\nresource \"a_b\" \"x\" { v = \"\uE000evil\uE001 ${a_b.y.id}\" }\n"},
		{name: "provider circle", text: "provider \"a\" { region = a_b.x.region }\nresource \"a_b\" \"x\" { v = 1 }\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "in")
			file := tt.file
			if file == "" {
				file = "bad.tf"
			}
			sourcetest.Write(t, dir, map[string]string{"ok.tf": innocent, file: tt.text})
			// The budget of steps ends each of these; the deadline only keeps a
			// test that found a hole from hanging.
			ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
			defer cancel()
			rec := &sourcetest.Recorder{}
			if err := Read(ctx, dir, ".", Options{}, rec); err != nil {
				t.Fatal(err)
			}
			rec.Find(t, "aws_vpc.ok")
			found := tt.kind == ""
			for _, g := range rec.Gaps {
				if strings.Contains(g.What, "evaluator") || g.At.File == "" || g.What == "" || g.Mend == "" {
					t.Errorf("gap %+v", g)
				}
				found = found || g.Kind == tt.kind
			}
			if !found {
				t.Errorf("no gap of kind %q in %v", tt.kind, rec.Gaps)
			}
			for _, r := range rec.Resources {
				if u, ok := r.Body["v"].(*source.Unknown); ok && strings.Contains(u.Text, "evil") && strings.Contains(u.Text, source.HoleOpen+"evil") {
					t.Error("a forged hole came through")
				}
			}
		})
	}
}

// A module tree that doubles at each level is cut at the limit of instances.
func TestModuleFanOut(t *testing.T) {
	files := map[string]string{}
	for i := range 40 {
		files[fmt.Sprintf("m%d/main.tf", i)] = fmt.Sprintf("module \"a\" { source = \"../m%[1]d\" }\nmodule \"b\" { source = \"../m%[1]d\" }\n", i+1)
	}
	files["m40/main.tf"] = "resource \"a_b\" \"c\" {}\n"
	dir := t.TempDir()
	sourcetest.Write(t, dir, files)
	rec := &sourcetest.Recorder{}
	if err := Read(t.Context(), dir, "m0", Options{MaxInstances: 100}, rec); err != nil {
		t.Fatal(err)
	}
	if len(rec.Gaps) == 0 || rec.Gaps[0].Kind != "limit" {
		t.Error(rec.Gaps)
	}
}

// Modules that call each other in a circle: one gap, one root.
func TestModuleCircle(t *testing.T) {
	dir := t.TempDir()
	sourcetest.Write(t, dir, map[string]string{
		"a/main.tf": "module \"b\" { source = \"../b\" }\nresource \"a_b\" \"a\" {}\n",
		"b/main.tf": "module \"a\" { source = \"../a\" }\nresource \"a_b\" \"b\" {}\n",
	})
	rec := readAll(t, dir, Options{})
	rec.Find(t, "a_b.a")
	rec.Find(t, "module.b.a_b.b")
	if len(rec.Gaps) != 1 || rec.Gaps[0].Kind != "module" {
		t.Error(rec.Gaps)
	}
}

func TestCancelled(t *testing.T) {
	dir := generate(t, 200)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Read(ctx, dir, ".", Options{}, &sourcetest.Recorder{}); !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v", err)
	}
}

func TestDeadlineInsideExpression(t *testing.T) {
	dir := t.TempDir()
	var sb strings.Builder
	for i := range 200 {
		fmt.Fprintf(&sb, "resource \"a_b\" \"x%d\" { v = [for a in range(1000) : [for b in range(1000) : a]] }\n", i)
	}
	sourcetest.Write(t, dir, map[string]string{"main.tf": sb.String()})
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	start := time.Now()
	err := Read(ctx, dir, ".", Options{}, &sourcetest.Recorder{})
	if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) > time.Minute {
		t.Errorf("err = %v after %v", err, time.Since(start))
	}
}

func TestLinks(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("symbolic links need a privilege there")
	}
	outside, dir := t.TempDir(), t.TempDir()
	sourcetest.Write(t, outside, map[string]string{"main.tf": "resource \"a_b\" \"secret\" {}\n"})
	sourcetest.Write(t, dir, map[string]string{
		"main.tf":      "module \"out\" { source = \"./out\" }\nresource \"a_b\" \"f\" { v = file(\"leak.txt\") }\n",
		"d.tf/main.tf": "resource \"a_b\" \"in_odd_directory\" {}\n",
	})
	for name, to := range map[string]string{
		"out": outside, "loop": ".", "leak.txt": filepath.Join(outside, "main.tf"), "leak.tf": filepath.Join(outside, "main.tf"),
		"a.tf": "b.tf", "b.tf": "a.tf", "gone.tf": "nowhere",
	} {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	rec := readAll(t, dir, Options{})
	rec.Find(t, "a_b.in_odd_directory")
	for _, r := range rec.Resources {
		if r.Name == "secret" {
			t.Errorf("read %s from outside", r.Address)
		}
	}
	if v, ok := rec.Find(t, "a_b.f").Body["v"].(*source.Unknown); !ok {
		t.Errorf("v = %v", v)
	}
	for _, want := range []string{"out", "loop", "leak.tf", "a.tf", "gone.tf"} {
		found := false
		for _, g := range rec.Gaps {
			found = found || strings.Contains(g.What, want) || strings.Contains(g.At.File, want)
		}
		if !found {
			t.Errorf("no gap about %s in %v", want, rec.Gaps)
		}
	}
}

func TestMissingRoot(t *testing.T) {
	dir := t.TempDir()
	if err := Read(t.Context(), dir, "nowhere", Options{}, &sourcetest.Recorder{}); err == nil {
		t.Error("no error for a missing root")
	}
	if err := Read(t.Context(), dir, "../..", Options{}, &sourcetest.Recorder{}); err == nil {
		t.Error("no error for a root outside")
	}
	if _, _, err := FindRoots(filepath.Join(dir, "nowhere")); err == nil {
		t.Error("no error for a missing directory")
	}
}

func FuzzRead(f *testing.F) {
	f.Add("resource \"a_b\" \"c\" {\n  count = 2\n  x = \"${a_b.d.id}-${count.index}\"\n  y { z = [for k in [1] : k] }\n}\n", false)
	f.Add("locals {\n a = jsonencode({ x = local.b })\n b = try(data.q.w.e, null)\n}\n", false)
	f.Add("module \"m\" {\n source = \"./m\"\n for_each = toset([\"a\"])\n v = each.key\n}\noutput \"o\" { value = module.m }\n", false)
	f.Add("data \"aws_iam_policy_document\" \"d\" {\n statement {\n actions = [\"*\"]\n resources = [a_b.c.arn]\n }\n}\nresource \"a_b\" \"p\" { policy = data.aws_iam_policy_document.d.json }\n", false)
	f.Add(`{"resource":{"a_b":{"c":{"tags":{"x":"${var.y}"},"dynamic":{"z":{"for_each":[1],"content":{"q":"${z.value}"}}}}}},"variable":{"y":{"type":"string"}}}`, true)
	f.Fuzz(func(t *testing.T, text string, asJSON bool) {
		dir := t.TempDir()
		name := "main.tf"
		if asJSON {
			name = "main.tf.json"
		}
		sourcetest.Write(t, dir, map[string]string{
			name:        text,
			"m/main.tf": "variable \"v\" {}\nresource \"a_b\" \"in\" { x = var.v }\noutput \"o\" { value = a_b.in.x }\n",
		})
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		rec := &sourcetest.Recorder{}
		if err := Read(ctx, dir, ".", Options{MaxInstances: 20}, rec); err != nil {
			t.Fatal(err)
		}
		for _, g := range rec.Gaps {
			if strings.Contains(g.What, "inside the evaluator") {
				t.Fatal(g)
			}
		}
	})
}
