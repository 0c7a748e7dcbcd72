# The recorder may be made by a landing zone.
resource "aws_sns_topic" "other" {
  name = "other"
}
