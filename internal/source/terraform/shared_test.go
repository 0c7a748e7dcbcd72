package terraform

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/source/sourcetest"
)

const manyRoots = `
-- module/main.tf --
variable "names" { type = list(string) }
variable "size" { default = 10 }
locals { upper = [for n in var.names : upper(n)] }
resource "aws_sqs_queue" "this" {
  for_each = toset(local.upper)
  name     = each.key
  tags     = { size = var.size }
}
module "inner" {
  source = "./inner"
  name   = join("-", var.names)
}
-- module/broken.tf --
resource "aws_kms_key" "x" {
-- module/inner/main.tf --
variable "name" {}
resource "aws_sns_topic" "t" {
  name = var.name == "" ? "none" : var.name
}
resource "aws_sns_topic" "overridden" {
  name = "written"
}
-- module/inner/topic_override.tf --
resource "aws_sns_topic" "overridden" {
  display_name = "laid over"
}
-- examples/one/main.tf --
module "m" {
  source = "../../module"
  names  = ["a", "b"]
}
-- examples/two/main.tf --
module "m" {
  source = "../../module"
  names  = ["c"]
  size   = 20
}
module "again" {
  source = "../../module"
  names  = [for i in range(200) : "n${i}"]
}
-- examples/three/main.tf --
module "inner" {
  source = "../../module/inner"
  name   = ""
}
`

// TestParsed demands that sharing what was parsed changes nothing but the
// time it takes.
func TestParsed(t *testing.T) {
	dir := sourcetest.Unpack(t, txtar.Parse([]byte(manyRoots)).Files)
	alone, shared := readAll(t, dir, Options{}), Options{Parsed: NewParsed()}
	for range 2 { // once more, with everything kept
		together := readAll(t, dir, shared)
		if d := gocmp.Diff(alone, together, gocmp.AllowUnexported(source.Resource{})); d != "" {
			t.Errorf("read together (alone -, together +):\n%s", d)
		}
	}
	if len(alone.Resources) < 200 || len(alone.Gaps) == 0 {
		t.Errorf("%d resources, %d gaps: the comparison says little", len(alone.Resources), len(alone.Gaps))
	}
	if n := len(shared.Parsed.dirs); n != 1 {
		t.Errorf("%d directories are kept, want module alone: inner has overrides, the examples are roots", n)
	}
}

// TestParsedCountsAnew demands that each root has its whole budget, and that one
// that exhausted its own leaves no trace.
func TestParsedCountsAnew(t *testing.T) {
	dir := sourcetest.Unpack(t, txtar.Parse([]byte(strings.ReplaceAll(`
-- module/main.tf --
variable "n" {}
resource "aws_sqs_queue" "q" {
  name = join("", [for i in range(var.n) : "${i}LONG"])
}
-- a/main.tf --
module "m" {
  source = "../module"
  n      = 1000
}
-- b/main.tf --
module "m" {
  source = "../module"
  n      = 2
}
`, "LONG", strings.Repeat("x", 4000)))).Files)
	parsed := NewParsed()
	for _, root := range []string{"a", "b", "a", "b"} {
		rec := &sourcetest.Recorder{}
		if err := Read(t.Context(), dir, root, Options{Parsed: parsed}, rec); err != nil {
			t.Fatal(err)
		}
		_, known := rec.Find(t, "module.m.aws_sqs_queue.q").Body["name"].(string)
		if known != (root == "b") {
			t.Errorf("%s: name is known: %v; gaps %v", root, known, rec.Gaps)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Read(ctx, dir, "b", Options{Parsed: parsed}, &sourcetest.Recorder{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	rec := &sourcetest.Recorder{}
	if err := Read(t.Context(), dir, "b", Options{Parsed: parsed}, rec); err != nil || len(rec.Resources) != 1 {
		t.Errorf("after one that was cancelled: %v, %d resources", err, len(rec.Resources))
	}
}

func TestParsedIsBounded(t *testing.T) {
	dir := t.TempDir()
	text := "variable \"x\" {}\n" + strings.Repeat("# "+strings.Repeat("x", 1000)+"\n", 1100)
	var root strings.Builder
	for i := range 6 {
		name := filepath.Join(dir, fmt.Sprintf("m%d", i))
		if err := os.MkdirAll(name, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(name, "main.tf"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&root, "module \"m%d\" {\n source = \"./m%d\"\n x = 1\n}\n", i, i)
	}
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(root.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	parsed := NewParsed()
	if err := Read(t.Context(), dir, ".", Options{Parsed: parsed}, &sourcetest.Recorder{}); err != nil {
		t.Fatal(err)
	}
	if n := len(parsed.dirs); n != maxKept/len(text) {
		t.Errorf("%d modules of %d bytes are kept", n, len(text))
	}
}

// BenchmarkRoots reads thirty examples of one module of 300 resources.
func BenchmarkRoots(b *testing.B) {
	dir := b.TempDir()
	write := func(name, text string) {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			b.Fatal(err)
		}
	}
	var module strings.Builder
	module.WriteString("variable \"create\" {}\n")
	for i := range 300 {
		fmt.Fprintf(&module, "resource \"aws_sqs_queue\" \"q%d\" {\n  count = var.create ? 1 : 0\n  name = \"q-%d\"\n  kms_master_key_id = \"alias/x\"\n"+
			"  tags = merge({ a = \"b\" }, { c = upper(\"d\") })\n}\n", i, i)
	}
	write("main.tf", module.String())
	for i := range 30 {
		write(fmt.Sprintf("examples/e%d/main.tf", i), fmt.Sprintf("module \"m\" {\n  source = \"../..\"\n  create = %v\n}\n", i%4 == 0))
	}
	roots, _, err := FindRoots(dir)
	if err != nil || len(roots) != 30 {
		b.Fatal(roots, err)
	}
	for _, together := range []bool{false, true} {
		b.Run(fmt.Sprintf("together=%v", together), func(b *testing.B) {
			for b.Loop() {
				opt := Options{}
				if together {
					opt.Parsed = NewParsed()
				}
				for _, root := range roots {
					if err := Read(b.Context(), dir, root, opt, &sourcetest.Recorder{}); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
