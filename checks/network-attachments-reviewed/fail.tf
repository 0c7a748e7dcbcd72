resource "aws_ec2_transit_gateway" "hub" {
  auto_accept_shared_attachments = "enable"
}

resource "aws_vpc_endpoint_service" "api" {
  acceptance_required        = false
  network_load_balancer_arns = ["arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/net/api/0123456789abcdef"]
}

resource "aws_ec2_transit_gateway_multicast_domain" "feed" {
  transit_gateway_id              = aws_ec2_transit_gateway.hub.id
  auto_accept_shared_associations = "enable"
}
