resource "aws_ec2_transit_gateway" "hub" {
  description = "hub"
}

resource "aws_vpc_endpoint_service" "api" {
  acceptance_required        = true
  network_load_balancer_arns = ["arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/net/api/0123456789abcdef"]
}

resource "aws_ec2_transit_gateway_multicast_domain" "feed" {
  transit_gateway_id = aws_ec2_transit_gateway.hub.id
}
