package terraform

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/source/sourcetest"
)

func TestFindRoots(t *testing.T) {
	tests := []struct {
		name  string
		files map[string]string
		want  []string
	}{
		{"base", map[string]string{"main.tf": ""}, []string{"."}},
		{"environments share a module", map[string]string{
			"envs/a/main.tf": `module "m" { source = "../../mod" }`, "envs/b/main.tf": `module "m" { source = "../../mod" }`,
			"mod/main.tf": `module "n" { source = "./sub" }`, "mod/sub/main.tf": "",
		}, []string{"envs/a", "envs/b"}},
		{"examples are roots, and what they call is not", map[string]string{
			"main.tf": "", "examples/x/main.tf": `module "m" { source = "../../" }`,
		}, []string{"examples/x"}},
		{"skipped", map[string]string{
			".terraform/modules/m/main.tf": "", ".git/x.tf": "", "node_modules/x/x.tf": "", ".hidden/x.tf": "", "a/x.tf.json": "{}", "b/x.tofu": "", "c/x.txt": "", "d/.x.tf": "",
		}, []string{"a", "b"}},
		{"a module that calls itself is a root", map[string]string{"a/x.tf": `module "m" { source = "./" }`}, []string{"a"}},
		{"circle", map[string]string{
			"a/x.tf": `module "m" { source = "../b" }`, "b/x.tf": `module "m" { source = "../a" }`, "c/x.tf.json": `{"module":{"m":{"source":"../d"}}}`, "d/x.tf": "",
		}, []string{"a", "c"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			sourcetest.Write(t, dir, tt.files)
			got, gaps, err := FindRoots(dir)
			if err != nil || len(gaps) > 0 {
				t.Fatal(err, gaps)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestDownloadedModules(t *testing.T) {
	dir := t.TempDir()
	sourcetest.Write(t, dir, map[string]string{
		"live/main.tf": `
module "vpc" {
  source  = "acme/vpc/aws"
  version = "1.0.0"
}
module "gone" { source = "git::https://example.com/gone.git" }
module "changed" { source = "acme/other/aws" }
`,
		"live/.terraform/modules/modules.json": `{"Modules":[
			{"Key":"","Source":"","Dir":"."},
			{"Key":"vpc","Source":"registry.terraform.io/acme/vpc/aws","Version":"1.0.0","Dir":".terraform/modules/vpc"},
			{"Key":"vpc.subnets","Source":"./subnets","Dir":".terraform/modules/vpc/subnets"},
			{"Key":"vpc.label","Source":"registry.terraform.io/acme/label/null","Dir":".terraform/modules/vpc.label"},
			{"Key":"changed","Source":"registry.terraform.io/acme/vpc/aws","Dir":".terraform/modules/vpc"},
			{"Key":"evil","Source":"x","Dir":"../../../etc"}]}`,
		"live/.terraform/modules/vpc/main.tf":         "module \"subnets\" { source = \"./subnets\" }\nmodule \"label\" { source = \"acme/label/null\" }\nresource \"aws_vpc\" \"this\" {}\n",
		"live/.terraform/modules/vpc/subnets/main.tf": "resource \"aws_subnet\" \"s\" {}\n",
		"live/.terraform/modules/vpc.label/main.tf":   "resource \"null_resource\" \"n\" {}\n",
	})
	rec := readAll(t, dir, Options{})
	var got []string
	for _, r := range rec.Resources {
		got = append(got, r.Address)
	}
	want := []string{"module.vpc.aws_vpc.this", "module.vpc.module.subnets.aws_subnet.s", "module.vpc.module.label.null_resource.n"}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if len(rec.Gaps) != 2 || rec.Gaps[0].At.Line != 6 || rec.Gaps[1].At.Line != 7 || !strings.Contains(rec.Gaps[0].Mend, "terraform init") {
		t.Error(rec.Gaps)
	}
	sub := rec.Find(t, "module.vpc.module.subnets.aws_subnet.s")
	if len(sub.Calls) != 2 || sub.Calls[0].File != "live/main.tf" || sub.Calls[1].File != "live/.terraform/modules/vpc/main.tf" {
		t.Error(sub.Calls)
	}
	if sub.Root != "live" {
		t.Error(sub.Root)
	}
}

func TestVariableInputs(t *testing.T) {
	dir, elsewhere := t.TempDir(), t.TempDir()
	sourcetest.Write(t, dir, map[string]string{
		"main.tf": `
variable "a" { default = "default" }
variable "b" { type = list(string) }
variable "c" { type = number }
variable "d" { type = any }
resource "a_b" "x" {
  a = var.a
  b = var.b
  c = var.c
  d = var.d
}
`,
		"terraform.tfvars":        "a = \"tfvars\"\nc = 1\n",
		"one.auto.tfvars":         "a = \"auto\"\n",
		"two.auto.tfvars.json":    `{"c": 2, "unused": {"x": 1}}`,
		"ignored.tfvars":          "c = 9\n",
		"nested/terraform.tfvars": "c = 10\n",
	})
	sourcetest.Write(t, elsewhere, map[string]string{"f.tfvars": "c = 3\nd = { k = [1] }\n", "broken.tfvars": "d = local.x\nb = [\"kept\"]\n"})

	rec := &sourcetest.Recorder{}
	opt := Options{VarFiles: []string{filepath.Join(elsewhere, "f.tfvars")}, Vars: map[string]string{"b": `["v"]`, "a": `["raw"]`}}
	if err := Read(t.Context(), dir, ".", opt, rec); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"a": `["raw"]`, "b": []any{"v"}, "c": 3.0, "d": map[string]any{"k": []any{1.0}}}
	if diff := gocmp.Diff(want, rec.Find(t, "a_b.x").Body); diff != "" {
		t.Error(diff)
	}
	if len(rec.Gaps) > 0 {
		t.Error(rec.Gaps)
	}

	rec = &sourcetest.Recorder{}
	opt = Options{VarFiles: []string{filepath.Join(elsewhere, "broken.tfvars"), filepath.Join(elsewhere, "missing.tfvars")}}
	if err := Read(t.Context(), dir, ".", opt, rec); err != nil {
		t.Fatal(err)
	}
	if got := rec.Find(t, "a_b.x").Body["a"]; got != "auto" {
		t.Error(got)
	}
	if len(rec.Gaps) != 2 {
		t.Error(rec.Gaps)
	}
}

// Secrets never show up in what is said about them.
func TestGapsQuoteNoValues(t *testing.T) {
	const secret = "hunter2-hunter2"
	rec := readText(t, `
variable "s" { default = "`+secret+`" }
variable "n" {
  type    = number
  default = "`+secret+`"
}
locals { m = { "`+secret+`" = 1 } }
resource "a_b" "x" {
  a = tonumber(var.s)
  b = cidrsubnet(var.s, 1, 1)
  c = jsondecode(var.s)
  d = local.m[var.s].x
  e = file(var.s)
  f = regex(var.s, "x")
  g = parseint(var.s, 10)
  h = var.s + 1
  i = var.s ? 1 : 2
  j = { a = 1 }[var.s]
  k = formatdate(var.s, var.s)
  l = base64decode(var.s)
  m = yamldecode("${var.s}: [")
  n = templatestring("$${x${var.s}", {})
  o = timeadd(var.s, var.s)
  p = var.n
  q = index([1], var.s)
  r = "${[var.s]}"
}
resource "a_b" "y" {
  for_each = var.s
}
resource "a_b" "z" {
  count = var.s
}
`)
	if len(rec.Gaps) < 15 {
		t.Errorf("only %d gaps", len(rec.Gaps))
	}
	for _, g := range rec.Gaps {
		if strings.Contains(g.What+g.Mend+g.At.File, secret) {
			t.Errorf("gap quotes the value: %+v", g)
		}
	}
}

// One broken file costs itself, not its neighbours, nor what stands before
// the error.
func TestBrokenFile(t *testing.T) {
	rec := readText(t, `-- a.tf --
resource "a_b" "before" { x = 1 }
resource "a_b" "broken" { x = = 1 }
-- b.tf --
resource "a_b" "other" { x = a_b.before.x }
`)
	rec.Find(t, "a_b.before")
	if got := rec.Find(t, "a_b.other").Body["x"]; got != 1.0 {
		t.Error(got)
	}
	if len(rec.Gaps) != 1 || !rec.Gaps[0].Fatal || rec.Gaps[0].At.File != "a.tf" || rec.Gaps[0].At.Line != 2 {
		t.Error(rec.Gaps)
	}
}

func TestUnknownRepetition(t *testing.T) {
	rec := readText(t, `-- main.tf --
variable "on" { type = bool }
variable "set" { type = set(string) }
resource "a_b" "c" {
  count = var.on ? 1 : 0
  n     = "x-${count.index}"
}
resource "a_b" "e" {
  for_each = var.set
  k        = each.key
  v        = each.value
}
resource "a_b" "user" {
  one  = a_b.c[0].id
  any  = one(a_b.c[*].id)
  some = try(a_b.e["q"].arn, "none")
}
module "m" {
  source = "./m"
  count  = var.on ? 1 : 0
}
resource "a_b" "out" {
  x = module.m[0].id
}
`+"-- m/main.tf --\nresource \"a_b\" \"in\" {}\noutput \"id\" { value = a_b.in.id }\n")
	for _, r := range []string{"a_b.c[*]", "a_b.e[*]", "module.m[*].a_b.in"} {
		rec.Find(t, r)
	}
	user := rec.Find(t, "a_b.user")
	want := map[string][]source.Ref{"one": {{Address: "a_b.c", Attribute: "id"}}, "any": {{Address: "a_b.c"}}, "some": {{Address: "a_b.e", Attribute: "arn"}}}
	if diff := gocmp.Diff(want, user.Refs); diff != "" {
		t.Error(diff)
	}
	out := rec.Find(t, "a_b.out")
	if _, ok := out.Body["x"].(*source.Unknown); !ok || len(out.Refs["x"]) != 1 {
		t.Error(out.Body, out.Refs)
	}
}

func TestProvidersThroughModules(t *testing.T) {
	rec := readText(t, `-- main.tf --
provider "aws" { region = "eu-west-1" }
provider "aws" {
  alias  = "us"
  region = var.us
}
variable "us" { default = "us-east-1" }
module "inherits" { source = "./m" }
module "passed" {
  source    = "./m"
  providers = { aws = aws.us, aws.second = aws }
}
resource "aws_vpc" "own" { region = "ap-south-1" }
-- m/main.tf --
terraform {
  required_providers {
    aws = {
      source                = "hashicorp/aws"
      configuration_aliases = [aws.second]
    }
  }
}
resource "aws_vpc" "default" {}
resource "aws_vpc" "second" { provider = aws.second }
data "aws_region" "here" {}
resource "aws_eip" "e" { domain = data.aws_region.here.name }
`)
	for address, want := range map[string]string{
		"module.inherits.aws_vpc.default": "eu-west-1", "module.inherits.aws_vpc.second": "",
		"module.passed.aws_vpc.default": "us-east-1", "module.passed.aws_vpc.second": "eu-west-1", "aws_vpc.own": "ap-south-1",
	} {
		if got := rec.Find(t, address).Region; got != want {
			t.Errorf("%s: region %q, want %q", address, got, want)
		}
	}
	if got := rec.Find(t, "module.passed.aws_eip.e").Body["domain"]; got != "us-east-1" {
		t.Error(got)
	}
}

func TestComments(t *testing.T) {
	rec := readText(t, `# A licence.
# More of it.

# not attached

# above 1
// above 2
/* above 3
 * above 4 */
resource "a_b" "x" { # at the brace
  # inside
  y = "# not a comment"
  z {
    w = 1 /* deep */
  }
} # on the closing line
resource "a_b" "next" {}
`)
	var got []string
	for _, c := range rec.Find(t, "a_b.x").Comments {
		got = append(got, c.Text)
	}
	want := []string{"above 1", "above 2", "above 3", "above 4", "at the brace", "inside", "deep", "on the closing line"}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if c := rec.Find(t, "a_b.next").Comments; len(c) > 0 {
		t.Error(c)
	}
}

// Resources are the sink's own: changing one must not change another.
func TestBodiesAreNotShared(t *testing.T) {
	rec := readText(t, "resource \"a_b\" \"x\" {\n  count = 2\n  l = [\"a\"]\n  m = { k = [1] }\n}\n")
	rec.Resources[0].Body["l"].([]any)[0] = "changed"
	rec.Resources[0].Body["m"].(map[string]any)["k"] = "changed"
	if diff := gocmp.Diff(map[string]any{"l": []any{"a"}, "m": map[string]any{"k": []any{1.0}}}, rec.Resources[1].Body); diff != "" {
		t.Error(diff)
	}
}

func TestByteOrderMarkAndCRLF(t *testing.T) {
	dir := t.TempDir()
	text := "\xef\xbb\xbf# c\r\nresource \"a_b\" \"x\" {\r\n  y = <<E\r\nline\r\nE\r\n}\r\n"
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	rec := readAll(t, dir, Options{})
	if len(rec.Gaps) > 0 {
		t.Error(rec.Gaps)
	}
	if x := rec.Find(t, "a_b.x"); x.Location.Line != 2 || len(x.Comments) != 1 || x.Comments[0].Text != "c" {
		t.Errorf("%+v", x)
	}
}

// TestProviderBlocks yields what providers are configured with, also from
// variables' defaults, and reports no gap for what comes at run time.
func TestProviderBlocks(t *testing.T) {
	rec := readText(t, `
variable "key" { default = "from-default" }
variable "token" {}
provider "aws" {
  region     = "eu-west-1"
  access_key = "written"
  secret_key = var.key
}
provider "aws" {
  alias  = "plain"
  region = "eu-west-1"
}
provider "github" {
  token = var.token
  app_auth {
    pem_file = "pem"
  }
}
`)
	if len(rec.Gaps) > 0 {
		t.Errorf("gaps: %v", rec.Gaps)
	}
	if len(rec.Resources) != 2 {
		t.Fatalf("%d blocks, want those of aws and github", len(rec.Resources))
	}
	aws, github := rec.Find(t, "provider.aws"), rec.Find(t, "provider.github")
	if !aws.Setup || aws.Provider != "aws" || aws.Lines["secret_key"] != 7 {
		t.Errorf("%+v", aws)
	}
	if diff := gocmp.Diff(map[string]any{"access_key": "written", "secret_key": "from-default"}, aws.Body); diff != "" {
		t.Error(diff)
	}
	if u, ok := github.Body["token"].(*source.Unknown); !ok || u.Reason != "variable token has no default" {
		t.Errorf("token is %v", github.Body["token"])
	}
	if diff := gocmp.Diff([]any{map[string]any{"pem_file": "pem"}}, github.Body["app_auth"]); diff != "" {
		t.Error(diff)
	}
}

// TestProviderCluster tells which cluster a Kubernetes provider leads to.
func TestProviderCluster(t *testing.T) {
	rec := readText(t, `
data "aws_eks_cluster" "a" { name = "a" }
provider "kubernetes" {
  host = data.aws_eks_cluster.a.endpoint
}
provider "helm" {
  kubernetes {
    host = data.aws_eks_cluster.a.endpoint
  }
}
provider "helm" {
  alias      = "three"
  kubernetes = { host = data.aws_eks_cluster.a.endpoint }
}
`)
	for address, path := range map[string]string{"provider.kubernetes": "host", "provider.helm": "kubernetes.host", "provider.helm.three": "kubernetes.host"} {
		if refs := rec.Find(t, address).Refs[path]; len(refs) != 1 || refs[0].Address != "data.aws_eks_cluster.a" {
			t.Errorf("%s leads to %v", address, rec.Find(t, address).Refs)
		}
	}
}
