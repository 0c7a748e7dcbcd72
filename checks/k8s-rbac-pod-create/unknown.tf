variable "verbs" {
  type = list(string)
}

resource "kubernetes_cluster_role" "reader" {
  metadata {
    name = "reader"
  }

  rule {
    api_groups = ["apps"]
    resources  = ["deployments"]
    verbs      = var.verbs
  }
}
