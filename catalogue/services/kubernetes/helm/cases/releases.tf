resource "helm_release" "good" {
  name       = "ingress"
  namespace  = "ingress"
  repository = "https://kubernetes.github.io/ingress-nginx"
  chart      = "ingress-nginx"
  version    = "4.12.1"
}

resource "helm_release" "bad" {
  name       = "db"
  repository = "http://charts.example.com"
  chart      = "postgresql"

  set {
    name  = "auth.postgresPassword"
    value = "tr0ub4dor-and-3-more"
  }
}

variable "manifest" {
  type = string
}

resource "kubernetes_manifest" "unread" {
  manifest = yamldecode(var.manifest)
}

resource "kubectl_manifest" "unread" {
  yaml_body = var.manifest
}

resource "kubectl_manifest" "no_object" {
  yaml_body = "dbPassword: tr0ub4dor-and-3-more"
}
