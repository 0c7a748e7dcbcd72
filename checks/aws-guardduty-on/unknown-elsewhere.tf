# The organisation may have switched it on.
resource "aws_sns_topic" "other" {
  name = "other"
}
