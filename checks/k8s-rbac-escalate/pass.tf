resource "kubernetes_cluster_role" "reader" {
  metadata {
    name = "reader"
  }

  rule {
    api_groups = [""]
    resources  = ["configmaps"]
    verbs      = ["get"]
  }
}

resource "kubernetes_role_v1" "reader" {
  metadata {
    name = "reader"
    namespace = "shop"
  }

  rule {
    api_groups = [""]
    resources  = ["services"]
    verbs      = ["list"]
  }
}
