package terraform

import (
	"testing"

	"github.com/demarc-sec/demarc/internal/iampolicy"
	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/source/sourcetest"
)

// TestPolicyOfUnknownLength keeps the statements that are known of a document
// to which a number of others may come, and holes in place of conditions and
// principals nobody knows.
func TestPolicyOfUnknownLength(t *testing.T) {
	rec := readText(t, `
variable "more" {}
variable "doc" {}
locals { star = { Effect = "Allow", Action = "*", Resource = "*" } }
data "aws_iam_policy_document" "statements" {
  statement {
    actions   = ["*"]
    resources = ["*"]
  }
  dynamic "statement" {
    for_each = var.more
    content {
      actions   = [statement.value]
      resources = ["*"]
    }
  }
}
data "aws_iam_policy_document" "only" {
  dynamic "statement" {
    for_each = var.more
    content {
      actions   = [statement.value]
      resources = ["*"]
    }
  }
}
data "aws_iam_policy_document" "sources" {
  source_policy_documents = [var.doc]
  statement {
    actions   = ["*"]
    resources = ["*"]
  }
}
data "aws_iam_policy_document" "overrides" {
  override_policy_documents = [var.doc]
  statement {
    sid       = "All"
    actions   = ["*"]
    resources = ["*"]
  }
}
data "aws_iam_policy_document" "conditions" {
  statement {
    effect    = "Deny"
    actions   = ["*"]
    resources = ["*"]
    dynamic "condition" {
      for_each = var.more
      content {
        test     = "Bool"
        variable = condition.value
        values   = ["true"]
      }
    }
  }
  statement {
    actions   = ["*"]
    resources = ["*"]
  }
}
resource "a_b" "statements" { policy = data.aws_iam_policy_document.statements.json }
resource "a_b" "only"       { policy = data.aws_iam_policy_document.only.json }
resource "a_b" "sources"    { policy = data.aws_iam_policy_document.sources.json }
resource "a_b" "overrides"  { policy = data.aws_iam_policy_document.overrides.json }
resource "a_b" "conditions" { policy = data.aws_iam_policy_document.conditions.json }
resource "a_b" "concat"     { policy = jsonencode({ Statement = concat([local.star], var.more) }) }
resource "a_b" "listed"     { policy = jsonencode({ Statement = concat([local.star], [for a in var.more : { Effect = "Allow", Action = a }]) }) }
`)
	for name, admin := range map[string]string{
		"statements": "true", "only": "unknown", "sources": "true", "overrides": "unknown", "conditions": "true", "concat": "true", "listed": "true",
	} {
		u, ok := rec.Find(t, "a_b."+name).Body["policy"].(*source.Unknown)
		if !ok {
			t.Errorf("%s: the policy is %v", name, rec.Find(t, "a_b."+name).Body["policy"])
			continue
		}
		ps := iampolicy.Policies{iampolicy.Parse(u.Text)}
		got := "unknown"
		if b := ps.Admin(); b.Known() {
			got = map[bool]string{true: "true", false: "false"}[b.IsTrue()]
		}
		if got != admin {
			t.Errorf("%s: whoever holds it is an administrator: %s, want %s; %s", name, got, admin, sourcetest.Shown(u.Text))
		}
		if name != "conditions" && ps.Public().Any.Known() {
			t.Errorf("%s: more may come, and still it is known whom it admits; %s", name, sourcetest.Shown(u.Text))
		}
	}
}
