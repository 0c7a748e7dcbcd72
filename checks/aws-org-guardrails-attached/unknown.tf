variable "units" {
  type = set(string)
}

resource "aws_organizations_policy" "trails" {
  name = "keep-trails"
  content = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Deny", Action = ["cloudtrail:StopLogging", "cloudtrail:DeleteTrail"], Resource = "*" }]
  })
}

resource "aws_organizations_policy_attachment" "trails" {
  for_each  = var.units
  policy_id = aws_organizations_policy.trails.id
  target_id = each.value
}
