variable "token" {
  type      = string
  sensitive = true
  nullable  = false
}

resource "aws_amplify_app" "web" {
  name       = "web"
  repository = "https://github.com/example/web"
  environment_variables = {
    MODE = "fast"
  }
}

resource "aws_amplify_branch" "main" {
  app_id      = aws_amplify_app.web.id
  branch_name = "main"
}

resource "aws_amplify_domain_association" "web" {
  app_id      = aws_amplify_app.web.id
  domain_name = "example.com"

  sub_domain {
    branch_name = "main"
    prefix      = ""
  }
}

resource "aws_amplify_app" "token" {
  name         = "token"
  access_token = var.token
}
