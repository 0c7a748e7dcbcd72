# The trail may be made in another repository, or by the organisation.
resource "aws_sns_topic" "other" {
  name = "other"
}
