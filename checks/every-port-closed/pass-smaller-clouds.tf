resource "hcloud_firewall" "shop" {
  name = "shop"
  rule {
    direction  = "in"
    protocol   = "tcp"
    port       = "any"
    source_ips = ["203.0.113.0/24"]
  }
}

resource "linode_firewall" "shop" {
  label = "shop"
  inbound {
    label    = "shop"
    action   = "ACCEPT"
    protocol = "TCP"
    ports    = "1-65535"
    ipv4     = ["203.0.113.0/24"]
  }
  inbound_policy  = "DROP"
  outbound_policy = "DROP"
}

resource "openstack_networking_secgroup_v2" "shop" {
  name = "shop"
}

resource "openstack_networking_secgroup_rule_v2" "shop" {
  direction         = "ingress"
  ethertype         = "IPv4"
  protocol          = "tcp"
  port_range_min    = 0
  port_range_max    = 0
  remote_ip_prefix  = "203.0.113.0/24"
  security_group_id = openstack_networking_secgroup_v2.shop.id
}

resource "oci_core_security_list" "shop" {
  compartment_id = "ocid1.compartment.oc1..shop"
  vcn_id         = "ocid1.vcn.oc1..shop"
  ingress_security_rules {
    protocol = "all"
    source   = "203.0.113.0/24"
  }
}

resource "oci_core_network_security_group" "shop" {
  compartment_id = "ocid1.compartment.oc1..shop"
  vcn_id         = "ocid1.vcn.oc1..shop"
}

resource "oci_core_network_security_group_security_rule" "shop" {
  network_security_group_id = oci_core_network_security_group.shop.id
  direction                 = "INGRESS"
  protocol                  = "all"
  source_type               = "CIDR_BLOCK"
  source                    = "203.0.113.0/24"
}
