variable "verbs" {
  type = list(string)
}

resource "kubernetes_cluster_role" "reader" {
  metadata {
    name = "reader"
  }

  rule {
    api_groups = ["rbac.authorization.k8s.io"]
    resources  = ["clusterroles"]
    verbs      = var.verbs
  }
}
