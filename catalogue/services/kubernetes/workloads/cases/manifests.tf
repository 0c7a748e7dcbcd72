resource "kubernetes_manifest" "web" {
  manifest = {
    apiVersion = "apps/v1"
    kind       = "Deployment"
    metadata   = { name = "web", namespace = "shop" }
    spec = {
      replicas = 2
      template = {
        metadata = { labels = { my_app = "web" } }
        spec = {
          hostNetwork = true
          containers  = [{ name = "web", image = "nginx", securityContext = { privileged = true } }]
        }
      }
    }
  }
}

resource "kubectl_manifest" "job" {
  yaml_body = <<-YAML
    apiVersion: batch/v1
    kind: CronJob
    metadata: {name: job, namespace: shop}
    spec:
      schedule: "@daily"
      jobTemplate:
        spec:
          template:
            spec:
              containers: [{name: job, image: "nginx:1.27", securityContext: {runAsUser: 1000}}]
  YAML
}
