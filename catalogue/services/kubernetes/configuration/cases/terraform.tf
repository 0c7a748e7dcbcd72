variable "password" {
  type = string
}

resource "kubernetes_config_map" "clean" {
  metadata {
    name = "clean"
  }
  data = { LEVEL = "info" }
}

resource "kubernetes_config_map_v1" "secret" {
  metadata {
    name = "secret"
  }
  data = { DB_PASSWORD = "tr0ub4dor-and-3-more" }
}

resource "kubernetes_secret" "given" {
  metadata {
    name = "given"
  }
  data = { DB_PASSWORD = var.password }
}

resource "kubernetes_secret_v1" "written" {
  metadata {
    name = "written"
  }
  data = { DB_PASSWORD = "tr0ub4dor-and-3-more" }
}

resource "kubernetes_secret" "token" {
  metadata {
    name = "token"
  }
  type = "kubernetes.io/service-account-token"
}
