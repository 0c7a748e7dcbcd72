package terraform

import (
	"slices"
	"testing"

	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/source/sourcetest"
)

// TestConditionalRefersToChosenArm follows only the arm that a known condition
// chooses, and both where it is not known.
func TestConditionalRefersToChosenArm(t *testing.T) {
	rec := readText(t, `
variable "own"     { default = true }
variable "unasked" {}
resource "aws_kms_key" "a" { enable_key_rotation = true }
resource "aws_kms_key" "b" {}
resource "aws_kms_key" "c" {}
resource "x_y" "z" {
  yes     = var.own ? aws_kms_key.a.arn : aws_kms_key.b.arn
  no      = !var.own ? aws_kms_key.a.arn : aws_kms_key.b.arn
  open    = var.unasked ? aws_kms_key.a.arn : aws_kms_key.b.arn
  chain   = !var.own ? aws_kms_key.a.arn : var.own ? aws_kms_key.b.arn : aws_kms_key.c.arn
  asks    = aws_kms_key.a.enable_key_rotation ? aws_kms_key.b.arn : aws_kms_key.c.arn
  inside  = "x-${var.own ? aws_kms_key.a.id : aws_kms_key.b.id}-y"
  listed  = [for k in [1, 2] : k > 1 ? aws_kms_key.a.arn : aws_kms_key.b.arn]
  null    = var.own ? null : aws_kms_key.b.arn
  nothing = var.own ? "" : aws_kms_key.b.arn
}
`)
	z := rec.Find(t, "x_y.z")
	for arg, want := range map[string][]string{
		"yes": {"a"}, "no": {"b"}, "open": {"a", "b"}, "chain": {"b"}, "asks": {"b"}, "inside": {"a"}, "listed": {"b", "a"},
		"null": nil, "nothing": nil,
	} {
		var got []string
		for _, r := range z.Refs[arg] {
			got = append(got, r.Address[len("aws_kms_key."):])
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s refers to %v, want %v", arg, got, want)
		}
	}
	if z.Body["nothing"] != "" {
		t.Errorf("nothing is %v", z.Body["nothing"])
	}
	if u, ok := z.Body["inside"].(*source.Unknown); !ok || sourcetest.Shown(u.Text) != "x-⟦aws_kms_key.a.id⟧-y" {
		t.Errorf("inside is %v", z.Body["inside"])
	}
}
