services = {
  basket = {
    paths  = ["/basket/*"]
    digest = "sha256:9f2c1d6a4b7e80c35d1f6a92e4b8c07d3e5f1a2b6c9d8e7f0a1b2c3d4e5f6071"
  }
  accounts = {
    paths            = ["/account/*", "/sign-in"]
    replicas         = 3
    platform_version = "1.4.0" # pinned while a library was looked into
    tag              = "2026.11.2"
  }
}
