resource "kubernetes_service_account" "api" {
  metadata {
    name      = "api"
    namespace = "shop"
  }
  automount_service_account_token = false
}

resource "kubernetes_service_account_v1" "operator" {
  metadata {
    name      = "operator"
    namespace = "shop"
  }
}

resource "kubernetes_default_service_account" "shop" {
  metadata {
    namespace = "shop"
  }
}

resource "kubernetes_default_service_account_v1" "lab" {
  metadata {
    namespace = "lab"
  }
  automount_service_account_token = false
}

resource "kubernetes_role" "reader" {
  metadata {
    name      = "reader"
    namespace = "shop"
  }
  rule {
    api_groups = [""]
    resources  = ["configmaps"]
    verbs      = ["get"]
  }
}

resource "kubernetes_role_v1" "secrets" {
  metadata {
    name      = "secrets"
    namespace = "shop"
  }
  rule {
    api_groups = [""]
    resources  = ["secrets"]
    verbs      = ["get"]
  }
  rule {
    api_groups = ["apps"]
    resources  = ["deployments"]
    verbs      = ["create"]
  }
}

resource "kubernetes_cluster_role" "named" {
  metadata {
    name = "named"
  }
  rule {
    api_groups     = [""]
    resources      = ["secrets"]
    resource_names = ["mine"]
    verbs          = ["get"]
  }
}

resource "kubernetes_cluster_role_v1" "everything" {
  metadata {
    name = "everything"
  }
  rule {
    api_groups = ["*"]
    resources  = ["*"]
    verbs      = ["*"]
  }
}

resource "kubernetes_role_binding" "api" {
  metadata {
    name      = "api"
    namespace = "shop"
  }
  role_ref {
    api_group = "rbac.authorization.k8s.io"
    kind      = "Role"
    name      = kubernetes_role.reader.metadata[0].name
  }
  subject {
    kind      = "ServiceAccount"
    name      = "api"
    namespace = "shop"
  }
}

resource "kubernetes_role_binding_v1" "everybody" {
  metadata {
    name      = "everybody"
    namespace = "shop"
  }
  role_ref {
    api_group = "rbac.authorization.k8s.io"
    kind      = "ClusterRole"
    name      = "view"
  }
  subject {
    kind = "Group"
    name = "system:authenticated"
  }
  subject {
    kind = "ServiceAccount"
    name = "default"
  }
}

resource "kubernetes_cluster_role_binding" "people" {
  metadata {
    name = "people"
  }
  role_ref {
    api_group = "rbac.authorization.k8s.io"
    kind      = "ClusterRole"
    name      = "view"
  }
  subject {
    kind = "Group"
    name = "developers"
  }
}

resource "kubernetes_cluster_role_binding_v1" "operator" {
  metadata {
    name = "operator"
  }
  role_ref {
    api_group = "rbac.authorization.k8s.io"
    kind      = "ClusterRole"
    name      = kubernetes_cluster_role_v1.everything.metadata[0].name
  }
  subject {
    kind      = "ServiceAccount"
    name      = kubernetes_service_account_v1.operator.metadata[0].name
    namespace = "shop"
  }
}
