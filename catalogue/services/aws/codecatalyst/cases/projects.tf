resource "aws_codecatalyst_source_repository" "app" {
  name         = "app"
  project_name = "shop"
  space_name   = "example"
}

resource "aws_codecatalyst_dev_environment" "dev" {
  project_name  = "shop"
  space_name    = "example"
  instance_type = "dev.standard1.small"
  ides {
    name = "VSCode"
  }
  persistent_storage {
    size = 16
  }
}
