resource "kubernetes_service_v1" "api" {
  metadata {
    name      = "api"
    namespace = "shop"
  }

  spec {
    type     = "LoadBalancer"
    selector = { app = "api" }
    port {
      port = 80
    }
  }
}
