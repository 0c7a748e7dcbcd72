variable "compartment" {}
variable "from" {}

resource "oci_core_vcn" "main" {
  compartment_id = var.compartment
  cidr_blocks    = ["10.0.0.0/16"]
}

resource "oci_core_security_list" "narrow" {
  compartment_id = var.compartment
  vcn_id         = oci_core_vcn.main.id
  ingress_security_rules {
    protocol    = "6"
    source      = "203.0.113.0/24"
    description = "the office"
    tcp_options {
      min = 22
      max = 22
    }
  }
  egress_security_rules {
    protocol    = "6"
    destination = "0.0.0.0/0"
    description = "updates"
    tcp_options {
      min = 443
      max = 443
    }
  }
}

resource "oci_core_security_list" "open" {
  compartment_id = var.compartment
  vcn_id         = oci_core_vcn.main.id
  ingress_security_rules {
    protocol = "6"
    source   = "0.0.0.0/0"
    tcp_options {
      min = 3300
      max = 3400
    }
  }
  egress_security_rules {
    protocol    = "all"
    destination = "0.0.0.0/0"
  }
}

resource "oci_core_default_security_list" "wide" {
  manage_default_resource_id = oci_core_vcn.main.default_security_list_id
  ingress_security_rules {
    protocol = "all"
    source   = "0.0.0.0/0"
  }
}

resource "oci_core_default_security_list" "later" {
  manage_default_resource_id = oci_core_vcn.main.default_security_list_id
  ingress_security_rules {
    protocol = "17"
    source   = var.from
    udp_options {
      min = 53
      max = 53
    }
  }
}

resource "oci_core_network_security_group" "narrow" {
  compartment_id = var.compartment
  vcn_id         = oci_core_vcn.main.id
}

resource "oci_core_network_security_group_security_rule" "inside" {
  network_security_group_id = oci_core_network_security_group.narrow.id
  direction                 = "INGRESS"
  protocol                  = "6"
  source_type               = "NETWORK_SECURITY_GROUP"
  source                    = oci_core_network_security_group.open.id
}

resource "oci_core_network_security_group" "open" {
  compartment_id = var.compartment
  vcn_id         = oci_core_vcn.main.id
}

resource "oci_core_network_security_group_security_rule" "ssh" {
  network_security_group_id = oci_core_network_security_group.open.id
  direction                 = "INGRESS"
  protocol                  = "6"
  source_type               = "CIDR_BLOCK"
  source                    = "0.0.0.0/0"
  tcp_options {
    destination_port_range {
      min = 22
      max = 22
    }
  }
}

resource "oci_core_network_security_group_security_rule" "out" {
  network_security_group_id = oci_core_network_security_group.open.id
  direction                 = "EGRESS"
  protocol                  = "all"
  destination_type          = "CIDR_BLOCK"
  destination               = "0.0.0.0/0"
}
