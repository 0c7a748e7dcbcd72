variable "from" {}

resource "openstack_compute_instance_v2" "good" {
  name            = "good"
  image_name      = "debian-13"
  flavor_name     = "m1.small"
  security_groups = [openstack_networking_secgroup_v2.narrow.name]
}

resource "openstack_compute_instance_v2" "bad" {
  name        = "bad"
  image_name  = "debian-13"
  flavor_name = "m1.small"
  admin_pass  = "correct-horse-battery-9"
}

resource "openstack_networking_secgroup_v2" "narrow" {
  name                 = "narrow"
  delete_default_rules = true
}

resource "openstack_networking_secgroup_rule_v2" "office" {
  direction         = "ingress"
  ethertype         = "IPv4"
  protocol          = "tcp"
  port_range_min    = 22
  port_range_max    = 22
  remote_ip_prefix  = "203.0.113.0/24"
  description       = "the office"
  security_group_id = openstack_networking_secgroup_v2.narrow.id
}

resource "openstack_networking_secgroup_v2" "open" {
  name = "open"
}

resource "openstack_networking_secgroup_rule_v2" "ssh" {
  direction         = "ingress"
  ethertype         = "IPv6"
  protocol          = "tcp"
  port_range_min    = 22
  port_range_max    = 22
  security_group_id = openstack_networking_secgroup_v2.open.id
}

resource "openstack_networking_secgroup_v2" "wide" {
  name                 = "wide"
  delete_default_rules = true
}

resource "openstack_networking_secgroup_rule_v2" "everything" {
  direction         = "ingress"
  ethertype         = "IPv4"
  protocol          = "tcp"
  port_range_min    = 0
  port_range_max    = 0
  remote_ip_prefix  = "0.0.0.0/0"
  security_group_id = openstack_networking_secgroup_v2.wide.id
}

resource "openstack_networking_secgroup_rule_v2" "out" {
  direction         = "egress"
  ethertype         = "IPv4"
  security_group_id = openstack_networking_secgroup_v2.wide.id
}

resource "openstack_networking_secgroup_v2" "inside" {
  name = "inside"
}

resource "openstack_networking_secgroup_rule_v2" "inside" {
  direction         = "ingress"
  ethertype         = "IPv4"
  protocol          = "tcp"
  remote_group_id   = openstack_networking_secgroup_v2.narrow.id
  security_group_id = openstack_networking_secgroup_v2.inside.id
}

resource "openstack_networking_secgroup_v2" "later" {
  name = "later"
}

resource "openstack_networking_secgroup_rule_v2" "later" {
  direction         = "ingress"
  ethertype         = "IPv4"
  protocol          = "tcp"
  port_range_min    = 3306
  port_range_max    = 3306
  remote_ip_prefix  = var.from
  security_group_id = openstack_networking_secgroup_v2.later.id
}

resource "openstack_compute_secgroup_v2" "old" {
  name        = "old"
  description = "of Nova"
  rule {
    from_port   = 22
    to_port     = 22
    ip_protocol = "tcp"
    cidr        = "0.0.0.0/0"
  }
}
