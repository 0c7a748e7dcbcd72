resource "aws_location_tracker" "good" {
  tracker_name = "good"
  kms_key_id   = "arn:aws:kms:eu-west-1:111122223333:key/1234"
}

resource "aws_location_tracker_association" "good" {
  tracker_name = aws_location_tracker.good.tracker_name
  consumer_arn = aws_location_geofence_collection.good.collection_arn
}

resource "aws_location_tracker" "plain" {
  tracker_name = "plain"
}

resource "aws_location_geofence_collection" "good" {
  collection_name = "good"
  kms_key_id      = "arn:aws:kms:eu-west-1:111122223333:key/1234"
}

resource "aws_location_geofence_collection" "plain" {
  collection_name = "plain"
}
