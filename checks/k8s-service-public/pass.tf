resource "kubernetes_service_v1" "api" {
  metadata {
    name      = "api"
    namespace = "shop"
    annotations = { "networking.gke.io/load-balancer-type" = "Internal" }
  }

  spec {
    type     = "LoadBalancer"
    selector = { app = "api" }
    port {
      port = 80
    }
  }
}
