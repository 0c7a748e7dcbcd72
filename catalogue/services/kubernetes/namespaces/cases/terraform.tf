resource "kubernetes_namespace" "shop" {
  metadata {
    name = "shop"
    labels = { "pod-security.kubernetes.io/enforce" = "restricted" }
  }
}

resource "kubernetes_namespace_v1" "lab" {
  metadata {
    name = "lab"
  }
}

resource "kubernetes_pod_disruption_budget" "web" {
  metadata {
    name = "web"
    namespace = "shop"
  }
  spec {
    min_available = 1
    selector {
      match_labels = { my_app = "web" }
    }
  }
}

resource "kubernetes_pod_disruption_budget_v1" "web" {
  metadata {
    name = "web"
    namespace = "shop"
  }
  spec {
    min_available = 1
    selector {
      match_labels = { my_app = "web" }
    }
  }
}

resource "kubernetes_horizontal_pod_autoscaler" "web" {
  metadata {
    name = "web"
    namespace = "shop"
  }
  spec {
    min_replicas = 2
    max_replicas = 5
    scale_target_ref {
      kind = "Deployment"
      name = "web"
    }
  }
}

resource "kubernetes_horizontal_pod_autoscaler_v1" "web" {
  metadata {
    name = "web"
    namespace = "shop"
  }
  spec {
    min_replicas = 2
    max_replicas = 5
    scale_target_ref {
      kind = "Deployment"
      name = "web"
    }
  }
}

resource "kubernetes_horizontal_pod_autoscaler_v2" "web" {
  metadata {
    name = "web"
    namespace = "shop"
  }
  spec {
    min_replicas = 2
    max_replicas = 5
    scale_target_ref {
      kind = "Deployment"
      name = "web"
    }
  }
}

resource "kubernetes_horizontal_pod_autoscaler_v2beta2" "web" {
  metadata {
    name = "web"
    namespace = "shop"
  }
  spec {
    min_replicas = 2
    max_replicas = 5
    scale_target_ref {
      kind = "Deployment"
      name = "web"
    }
  }
}

resource "kubernetes_resource_quota" "bounds" {
  metadata {
    name = "bounds"
    namespace = "shop"
  }
  spec {
    hard = { "limits.memory" = "10" }
  }
}

resource "kubernetes_resource_quota_v1" "bounds" {
  metadata {
    name = "bounds"
    namespace = "shop"
  }
  spec {
    hard = { "pods" = "10" }
  }
}

resource "kubernetes_limit_range" "defaults" {
  metadata {
    name = "defaults"
    namespace = "shop"
  }
  spec {
    limit {
      type = "Container"
      default = { memory = "128Mi" }
    }
  }
}

resource "kubernetes_limit_range_v1" "defaults" {
  metadata {
    name = "defaults"
    namespace = "shop"
  }
  spec {
    limit {
      type = "Container"
      max = { memory = "1Gi" }
    }
  }
}
