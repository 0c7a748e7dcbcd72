variable "type" {
  type = string
}

resource "kubernetes_service_v1" "api" {
  metadata {
    name      = "api"
    namespace = "shop"
  }

  spec {
    type     = var.type
    selector = { app = "api" }
    port {
      port = 80
    }
  }
}
