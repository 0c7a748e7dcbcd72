package terraform

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/demarc-sec/demarc/internal/source/sourcetest"
)

// generate writes a root module of about n resources: a quarter of them in
// instances of modules, a quarter made by for_each, all through locals and
// references, with policies among them.
func generate(tb testing.TB, n int) string {
	tb.Helper()
	dir := tb.TempDir()
	write := func(name, text string) {
		tb.Helper()
		p := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			tb.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			tb.Fatal(err)
		}
	}
	write("variables.tf", `
variable "env" { default = "prod" }
variable "sizes" {
  type    = map(object({ type = string, disk = optional(number, 20) }))
  default = { small = { type = "t3.small" }, large = { type = "m5.large", disk = 100 } }
}
provider "aws" {
  region = "eu-west-1"
  default_tags { tags = { env = var.env } }
}
locals {
  prefix = "acme-${var.env}"
  tags   = merge({ team = "core" }, { for k, v in var.sizes : "size-${k}" => v.type })
}
`)
	write("mod/main.tf", `
variable "name" { type = string }
variable "vpc_id" { type = string }
variable "ports" { type = list(number) }
locals { full = "${var.name}-db" }
resource "aws_security_group" "this" {
  name   = local.full
  vpc_id = var.vpc_id
  dynamic "ingress" {
    for_each = var.ports
    content {
      from_port   = ingress.value
      to_port     = ingress.value
      protocol    = "tcp"
      cidr_blocks = ["10.0.0.0/8"]
    }
  }
}
resource "aws_db_instance" "this" {
  identifier             = local.full
  storage_encrypted      = true
  vpc_security_group_ids = [aws_security_group.this.id]
}
output "sg" { value = aws_security_group.this.id }
`)
	per := 200
	for done, file := 0, 0; done < n; file++ {
		var sb strings.Builder
		for i := 0; i < per && done < n; i += 10 {
			id := fmt.Sprintf("r%d_%d", file, i)
			fmt.Fprintf(&sb, `
resource "aws_s3_bucket" "%[1]s" {
  bucket = "${local.prefix}-%[1]s"
  tags   = merge(local.tags, { Name = "%[1]s" })
}
resource "aws_s3_bucket_versioning" "%[1]s" {
  bucket = aws_s3_bucket.%[1]s.id
  versioning_configuration {
    status = var.env == "prod" ? "Enabled" : "Suspended"
  }
}
resource "aws_s3_bucket_policy" "%[1]s" {
  bucket = aws_s3_bucket.%[1]s.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = [aws_s3_bucket.%[1]s.arn, "${aws_s3_bucket.%[1]s.arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}
resource "aws_vpc" "%[1]s" {
  cidr_block = cidrsubnet("10.0.0.0/8", 12, %[2]d)
}
module "m%[1]s" {
  source = "./mod"
  name   = "${local.prefix}-%[1]s"
  vpc_id = aws_vpc.%[1]s.id
  ports  = [5432, 6379]
}
resource "aws_instance" "%[1]s" {
  for_each               = var.sizes
  instance_type          = each.value.type
  vpc_security_group_ids = [module.m%[1]s.sg]
  tags                   = merge(local.tags, { Name = "${local.prefix}-${each.key}" })
  root_block_device {
    volume_size = each.value.disk
    encrypted   = true
  }
}
resource "aws_subnet" "%[1]s" {
  count             = 2
  vpc_id            = aws_vpc.%[1]s.id
  cidr_block        = cidrsubnet(aws_vpc.%[1]s.cidr_block, 4, count.index)
  availability_zone = element(["a", "b"], count.index)
}
`, id, file*20+i/10)
			done += 10
		}
		write(fmt.Sprintf("part%03d.tf", file), sb.String())
	}
	return dir
}

func BenchmarkRead(b *testing.B) {
	for _, n := range []int{500, 5000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			dir := generate(b, n)
			b.ReportAllocs()
			for b.Loop() {
				rec := &sourcetest.Recorder{}
				if err := Read(b.Context(), dir, ".", Options{}, rec); err != nil {
					b.Fatal(err)
				}
				if len(rec.Gaps) > 0 || len(rec.Resources) != n {
					b.Fatal(len(rec.Resources), rec.Gaps)
				}
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "resources/s")
		})
	}
}
