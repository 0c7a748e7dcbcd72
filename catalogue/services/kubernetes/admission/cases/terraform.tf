resource "kubernetes_validating_webhook_configuration" "policy" {
  metadata {
    name = "policy"
  }
  webhook {
    name           = "policy.example.com"
    failure_policy = "Ignore"
    side_effects   = "None"
    client_config {
      url = "https://policy.example.com"
    }
  }
}

resource "kubernetes_validating_webhook_configuration_v1" "policy" {
  metadata {
    name = "policy"
  }
  webhook {
    name           = "policy.example.com"
    failure_policy = "Fail"
    side_effects   = "None"
    client_config {
      url = "https://policy.example.com"
    }
  }
}

resource "kubernetes_mutating_webhook_configuration" "policy" {
  metadata {
    name = "policy"
  }
  webhook {
    name           = "policy.example.com"
    failure_policy = "Ignore"
    side_effects   = "None"
    client_config {
      url = "https://policy.example.com"
    }
  }
}

resource "kubernetes_mutating_webhook_configuration_v1" "policy" {
  metadata {
    name = "policy"
  }
  webhook {
    name           = "policy.example.com"
    failure_policy = "Fail"
    side_effects   = "None"
    client_config {
      url = "https://policy.example.com"
    }
  }
}

resource "kubernetes_api_service" "metrics" {
  metadata {
    name = "metrics"
  }
  spec {
    group                    = "metrics.k8s.io"
    version                  = "v1beta1"
    insecure_skip_tls_verify = true
  }
}

resource "kubernetes_api_service_v1" "metrics" {
  metadata {
    name = "metrics"
  }
  spec {
    group                    = "metrics.k8s.io"
    version                  = "v1beta1"
    insecure_skip_tls_verify = false
  }
}

resource "kubernetes_validating_admission_policy" "replicas" {
  metadata = {
    name = "replicas"
  }
  spec = {
    failure_policy = "Ignore"
    validations = [{
      expression = "object.spec.replicas <= 5"
    }]
  }
}
