variable "level" {
  type = string
}

resource "kubernetes_namespace_v1" "shop" {
  metadata {
    name = "shop"
    labels = { "pod-security.kubernetes.io/enforce" = var.level }
  }
}
