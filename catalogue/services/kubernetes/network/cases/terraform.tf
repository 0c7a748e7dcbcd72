resource "kubernetes_service" "inside" {
  metadata {
    name      = "inside"
    namespace = "shop"
  }
  spec {
    selector = { my_app = "web" }
    port {
      port = 80
    }
  }
}

resource "kubernetes_service_v1" "outside" {
  metadata {
    name = "outside"
  }
  spec {
    type         = "LoadBalancer"
    selector     = { my_app = "web" }
    external_ips = ["192.0.2.1"]
    port {
      port = 80
    }
  }
}

resource "kubernetes_ingress_v1" "good" {
  metadata {
    name      = "good"
    namespace = "shop"
  }
  spec {
    tls {
      secret_name = "shop-tls"
    }
    rule {
      http {
        path {
          path = "/"
          backend {
            service {
              name = "inside"
              port {
                number = 80
              }
            }
          }
        }
      }
    }
  }
}

resource "kubernetes_ingress" "bad" {
  metadata {
    name        = "bad"
    annotations = { "nginx.ingress.kubernetes.io/server-snippet" = "return 200;" }
  }
  spec {
    backend {
      service_name = "outside"
      service_port = 80
    }
  }
}

resource "kubernetes_network_policy" "shut" {
  metadata {
    name      = "shut"
    namespace = "shop"
  }
  spec {
    pod_selector {}
    policy_types = ["Ingress", "Egress"]
  }
}

resource "kubernetes_network_policy_v1" "open" {
  metadata {
    name      = "open"
    namespace = "shop"
  }
  spec {
    pod_selector {
      match_labels = { my_app = "web" }
    }
    policy_types = ["Ingress"]
    ingress {}
  }
}
