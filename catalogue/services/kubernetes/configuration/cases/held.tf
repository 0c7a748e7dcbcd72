variable "password" {
  type = string
}

variable "host" {
  type = string
}

resource "kubernetes_manifest" "settings" {
  manifest = {
    apiVersion = "v1"
    kind       = "ConfigMap"
    metadata   = { name = "settings", namespace = "shop" }
    data = {
      LEVEL    = "info"
      DATABASE = "postgres://shop:tr0ub4dor-and-3-more@db.internal:5432/shop"
    }
  }
}

resource "kubernetes_manifest" "written" {
  manifest = {
    apiVersion = "v1"
    kind       = "Secret"
    metadata   = { name = "written", namespace = "shop" }
    data       = { password = base64encode("tr0ub4dor-and-3-more") }
    stringData = { DATABASE = "Server=tcp:db.internal;Database=shop;User ID=shop;Password=tr0ub4dor-and-3-more;" }
  }
}

resource "kubernetes_manifest" "given" {
  manifest = {
    apiVersion = "v1"
    kind       = "Secret"
    metadata   = { name = "given", namespace = "shop" }
    data       = { password = base64encode(var.password) }
  }
}

resource "kubectl_manifest" "key" {
  yaml_body = <<-YAML
    apiVersion: v1
    kind: Secret
    metadata:
      name: key
      namespace: shop
    stringData:
      tls.key: |
        -----BEGIN PRIVATE KEY-----
        MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDCnotARealKey1
        -----END PRIVATE KEY-----
  YAML
}

resource "kubectl_manifest" "partly" {
  yaml_body = <<-YAML
    apiVersion: v1
    kind: Secret
    metadata: {name: partly, namespace: shop}
    stringData:
      url: "amqp://shop:tr0ub4dor-and-3-more@${var.host}:5672"
  YAML
}

resource "kubectl_manifest" "empty" {
  yaml_body = <<-YAML
    apiVersion: v1
    kind: Secret
    metadata: {name: empty, namespace: shop}
    type: kubernetes.io/service-account-token
  YAML
}
