package testestate

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// WriteTree writes an estate of n resources as Terraform configuration below
// dir: a root module of a file per stack, and modules called with for_each.
func WriteTree(dir string, n int) error {
	l := plan(n)
	var main strings.Builder
	main.WriteString(`terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

variable "region" {
  default = "eu-central-1"
}

provider "aws" {
  region              = var.region
  allowed_account_ids = ["123456789012"]
  default_tags {
    tags = {
      ManagedBy = "terraform"
    }
  }
}
`)
	for m := range moduleCount {
		scopes := l.instances(m)
		if len(scopes) == 0 {
			continue
		}
		fmt.Fprintf(&main, "\nmodule %q {\n  source     = \"./modules/%s\"\n  for_each   = toset(%s)\n", moduleName(m), moduleName(m), titles(scopes))
		main.WriteString("  name       = each.key\n  log_bucket = aws_s3_bucket.data_s00000.id\n}\n")
		if err := writeModule(filepath.Join(dir, "modules", moduleName(m)), scopes[0]); err != nil {
			return err
		}
	}
	if err := writeFile(filepath.Join(dir, "main.tf"), main.String()); err != nil {
		return err
	}
	for _, s := range l.roots() {
		if err := writeFile(filepath.Join(dir, "stack_"+s.title()+".tf"), hcl(s)); err != nil {
			return err
		}
	}
	return nil
}

func writeModule(dir string, s scope) error {
	const header = `variable "name" {}

variable "log_bucket" {}

output "topic" {
  value = aws_sns_topic.events.arn
}
`
	if err := writeFile(filepath.Join(dir, "interface.tf"), header); err != nil {
		return err
	}
	return writeFile(filepath.Join(dir, "main.tf"), hcl(s))
}

func writeFile(path, text string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o644)
}

func titles(scopes []scope) string {
	var t []string
	for _, s := range scopes {
		t = append(t, s.title())
	}
	return quoteList(t)
}

// hcl is the configuration of a stack's resources.
func hcl(s scope) string {
	var b strings.Builder
	for _, r := range s.resources() {
		fmt.Fprintf(&b, "resource %q %q {\n", r.typ, s.label(r.name))
		r.args.hcl(&b, s, "  ")
		b.WriteString("}\n\n")
	}
	return b.String()
}

func (b body) hcl(w *strings.Builder, s scope, indent string) {
	b.each(func(name string, value any) {
		if block, ok := value.(body); ok {
			fmt.Fprintf(w, "%s%s {\n", indent, name)
			block.hcl(w, s, indent+"  ")
			fmt.Fprintf(w, "%s}\n", indent)
			return
		}
		fmt.Fprintf(w, "%s%s = %s\n", indent, name, literal(value, s))
	})
}

func literal(value any, s scope) string {
	switch v := value.(type) {
	case string:
		return quote(v)
	case named:
		if s.root {
			return quote(s.title() + string(v))
		}
		return `"${var.name}` + string(v) + `"`
	case ref:
		return v.in(s)
	case refs:
		var all []string
		for _, r := range v {
			all = append(all, r.in(s))
		}
		return "[" + strings.Join(all, ", ") + "]"
	case variable:
		if s.root {
			return v.inRoot
		}
		return "var." + v.name
	case []string:
		return quoteList(v)
	case map[string]string:
		return object(v)
	case document:
		return v.literal(s)
	}
	return fmt.Sprint(value)
}

// literal writes a document as a template string, which is shorter to make than
// jsonencode and as good to read.
func (d document) literal(s scope) string {
	text := quote(d.text)
	for _, r := range d.refs {
		text = strings.Replace(text, "@", "${"+r.in(s)+"}", 1)
	}
	return text
}

// quote writes a string literal; Go's escapes are those of HCL for plain text.
func quote(s string) string { return fmt.Sprintf("%q", s) }

func quoteList(list []string) string {
	var q []string
	for _, s := range list {
		q = append(q, quote(s))
	}
	return "[" + strings.Join(q, ", ") + "]"
}

func object(m map[string]string) string {
	var pairs []string
	for k, v := range m {
		pairs = append(pairs, k+" = "+quote(v))
	}
	slices.Sort(pairs)
	return "{ " + strings.Join(pairs, ", ") + " }"
}
