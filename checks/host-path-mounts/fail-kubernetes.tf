resource "kubernetes_deployment_v1" "api" {
  metadata {
    name      = "api"
    namespace = "shop"
  }

  spec {
    template {
      metadata {
        labels = { app = "api" }
      }

      spec {
        container {
          name  = "main"
          image = "registry.example.com/shop/api:1.4.2"
        }

        volume {
          name = "logs"
          host_path {
            path = "/var/log"
          }
        }
      }
    }
  }
}

resource "kubernetes_daemonset" "agent" {
  metadata {
    name      = "agent"
    namespace = "shop"
  }

  spec {
    template {
      metadata {
        labels = { app = "agent" }
      }

      spec {
        container {
          name  = "main"
          image = "registry.example.com/shop/api:1.4.2"
        }

        volume {
          name = "logs"
          host_path {
            path = "/var/log"
          }
        }
      }
    }
  }
}

resource "kubernetes_pod" "tool" {
  metadata {
    name      = "tool"
    namespace = "shop"
  }

  spec {
    container {
      name  = "main"
      image = "registry.example.com/shop/api:1.4.2"
    }

    volume {
      name = "logs"
      host_path {
        path = "/var/log"
      }
    }
  }
}
