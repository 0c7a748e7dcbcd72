resource "aws_imagebuilder_image_pipeline" "base" {
  name                             = "base"
  image_recipe_arn                 = "arn:aws:imagebuilder:eu-central-1:111122223333:image-recipe/base/1.0.0"
  infrastructure_configuration_arn = "arn:aws:imagebuilder:eu-central-1:111122223333:infrastructure-configuration/base"
  schedule {
    schedule_expression = "cron(0 4 ? * 2 *)"
  }
}
