resource "google_identity_platform_config" "good" {
  client {
    permissions {
      disabled_user_signup = true
    }
  }
  mfa {
    state = "MANDATORY"
  }
  monitoring {
    request_logging {
      enabled = true
    }
  }
}

resource "google_identity_platform_config" "bad" {
  sign_in {
    anonymous {
      enabled = true
    }
  }
}

resource "google_identity_platform_tenant" "good" {
  display_name = "partners"
  client {
    permissions {
      disabled_user_signup = true
    }
  }
}

resource "google_identity_platform_tenant" "bad" {
  display_name = "shop"
}

resource "google_identity_platform_default_supported_idp_config" "good" {
  idp_id = "google.com"
  client_id = "demarc"
  client_secret = "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"
}

resource "google_identity_platform_default_supported_idp_config" "bad" {
  idp_id = "apple.com"
}

resource "google_identity_platform_oauth_idp_config" "good" {
  name = "oidc.okta"
  issuer = "https://acme.okta.example"
  client_id = "demarc"
  client_secret = "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"
}

resource "google_identity_platform_oauth_idp_config" "bad" {
  name = "oidc.plain"
  issuer = "https://acme.okta.example"
  client_id = "demarc"
}

resource "google_identity_platform_tenant_default_supported_idp_config" "good" {
  tenant = "partners"
  idp_id = "google.com"
  client_id = "demarc"
  client_secret = "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"
}

resource "google_identity_platform_tenant_default_supported_idp_config" "bad" {
  tenant = "partners"
  idp_id = "apple.com"
}

resource "google_identity_platform_tenant_oauth_idp_config" "good" {
  tenant = "partners"
  name = "oidc.okta"
  client_secret = "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"
}

resource "google_identity_platform_tenant_oauth_idp_config" "bad" {
  tenant = "partners"
  name = "oidc.plain"
}

resource "google_identity_platform_inbound_saml_config" "good" {
  name = "saml.okta"
}

resource "google_identity_platform_tenant_inbound_saml_config" "good" {
  tenant = "partners"
  name = "saml.okta"
}
