variable "password" {
  type      = string
  sensitive = true
  nullable  = false
}

resource "aws_cognito_user_pool" "good" {
  name                = "customers"
  mfa_configuration   = "ON"
  deletion_protection = "ACTIVE"

  password_policy {
    minimum_length        = 14
    password_history_size = 5
    require_lowercase     = true
    require_uppercase     = true
    require_numbers       = true
    require_symbols       = true
  }
  admin_create_user_config {
    allow_admin_create_user_only = true
  }
  user_pool_add_ons {
    advanced_security_mode = "ENFORCED"
  }
}

resource "aws_cognito_log_delivery_configuration" "good" {
  user_pool_id = aws_cognito_user_pool.good.id

  log_configurations {
    event_source = "userAuthEvents"
    log_level    = "INFO"
    cloud_watch_logs_configuration {
      log_group_arn = "arn:aws:logs:eu-west-1:111122223333:log-group:cognito"
    }
  }
}

resource "aws_cognito_user_pool_domain" "good" {
  domain       = "login.example.com"
  user_pool_id = aws_cognito_user_pool.good.id
}

resource "aws_cognito_user_pool_client" "good" {
  name         = "web"
  user_pool_id = aws_cognito_user_pool.good.id
}

resource "aws_cognito_managed_user_pool_client" "good" {
  name_prefix  = "search"
  user_pool_id = aws_cognito_user_pool.good.id
}

resource "aws_cognito_risk_configuration" "good" {
  user_pool_id = aws_cognito_user_pool.good.id
}

resource "aws_cognito_user_pool" "plain" {
  name = "plain"
}

resource "aws_cognito_user_pool" "weak" {
  name = "weak"

  password_policy {
    minimum_length = 6
  }
  user_pool_add_ons {
    advanced_security_mode = "AUDIT"
  }
}

resource "aws_cognito_identity_provider" "google" {
  user_pool_id  = aws_cognito_user_pool.good.id
  provider_name = "Google"
  provider_type = "Google"
  provider_details = {
    client_id     = "abc"
    client_secret = var.password
  }
}

resource "aws_cognito_user" "seeded" {
  user_pool_id = aws_cognito_user_pool.good.id
  username     = "ada"
  password     = var.password
}

resource "aws_cognito_user" "invited" {
  user_pool_id = aws_cognito_user_pool.good.id
  username     = "grace"
}

resource "aws_cognito_user_group" "admins" {
  user_pool_id = aws_cognito_user_pool.good.id
  name         = "admins"
}

resource "aws_cognito_user_in_group" "ada" {
  user_pool_id = aws_cognito_user_pool.good.id
  group_name   = aws_cognito_user_group.admins.name
  username     = aws_cognito_user.seeded.username
}

resource "aws_cognito_identity_pool" "closed" {
  identity_pool_name = "closed"
}

resource "aws_cognito_identity_pool_roles_attachment" "closed" {
  identity_pool_id = aws_cognito_identity_pool.closed.id
  roles = {
    authenticated = "arn:aws:iam::111122223333:role/web"
  }
}

resource "aws_cognito_identity_pool" "guests" {
  identity_pool_name               = "guests"
  allow_unauthenticated_identities = true
}
