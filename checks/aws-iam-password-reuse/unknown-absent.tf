# Without a policy in the sources, what is set by hand is not known.
resource "aws_sns_topic" "other" {
  name = "other"
}
