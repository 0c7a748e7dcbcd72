resource "kubernetes_service_account_v1" "api" {
  metadata {
    name      = "api"
    namespace = "shop"
  }
}

resource "kubernetes_cluster_role_binding_v1" "api" {
  metadata {
    name = "api"
  }

  role_ref {
    api_group = "rbac.authorization.k8s.io"
    kind      = "ClusterRole"
    name      = "cluster-admin"
  }

  subject {
    kind      = "ServiceAccount"
    name      = kubernetes_service_account_v1.api.metadata[0].name
    namespace = "shop"
  }
}

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

        service_account_name = kubernetes_service_account_v1.api.metadata[0].name
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

        service_account_name = kubernetes_service_account_v1.api.metadata[0].name
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

    service_account_name = kubernetes_service_account_v1.api.metadata[0].name
  }
}
