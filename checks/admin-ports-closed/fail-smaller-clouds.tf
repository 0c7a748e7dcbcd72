resource "hcloud_firewall" "shop" {
  name = "shop"
  rule {
    direction  = "in"
    protocol   = "tcp"
    port       = "22"
    source_ips = ["0.0.0.0/0"]
  }
}

resource "linode_firewall" "shop" {
  label = "shop"
  inbound {
    label    = "shop"
    action   = "ACCEPT"
    protocol = "TCP"
    ports    = "22"
    ipv4     = ["0.0.0.0/0"]
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
  port_range_min    = 22
  port_range_max    = 22
  remote_ip_prefix  = "0.0.0.0/0"
  security_group_id = openstack_networking_secgroup_v2.shop.id
}

resource "oci_core_security_list" "shop" {
  compartment_id = "ocid1.compartment.oc1..shop"
  vcn_id         = "ocid1.vcn.oc1..shop"
  ingress_security_rules {
    protocol = "6"
    source   = "0.0.0.0/0"
    tcp_options {
      min = 22
      max = 22
    }
  }
}

resource "oci_core_network_security_group" "shop" {
  compartment_id = "ocid1.compartment.oc1..shop"
  vcn_id         = "ocid1.vcn.oc1..shop"
}

resource "oci_core_network_security_group_security_rule" "shop" {
  network_security_group_id = oci_core_network_security_group.shop.id
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
