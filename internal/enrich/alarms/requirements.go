package alarms

// requirement is one alarm an account should have: the events that must raise
// it. They are made the way CloudTrail writes them, with the fields that the
// usual patterns ask for.
type requirement struct {
	fact   string
	events []event
}

// calls makes one event for each API call.
func calls(service string, names ...string) []event {
	var out []event
	for _, n := range names {
		out = append(out, event{
			"eventName": n, "eventSource": service + ".amazonaws.com", "eventType": "AwsApiCall",
			"sourceIPAddress": "203.0.113.7", "userIdentity.type": "AssumedRole",
		})
	}
	return out
}

func failed(code string) event {
	e := calls("ec2", "DescribeInstances")[0]
	e["errorCode"] = code
	return e
}

// requirements are those of the CIS benchmark's monitoring section.
var requirements = []requirement{
	{"alarm_unauthorised_calls", []event{failed("Client.UnauthorizedOperation"), failed("AccessDenied"), failed("AccessDeniedException")}},
	{"alarm_no_mfa_signin", []event{{
		"eventName": "ConsoleLogin", "eventSource": "signin.amazonaws.com", "eventType": "AwsConsoleSignIn",
		"additionalEventData.MFAUsed": "No", "userIdentity.type": "IAMUser", "responseElements.ConsoleLogin": "Success",
	}}},
	{"alarm_root_use", []event{{
		"eventName": "DescribeInstances", "eventSource": "ec2.amazonaws.com", "eventType": "AwsApiCall", "userIdentity.type": "Root",
	}}},
	{"alarm_iam_change", calls("iam",
		"DeleteGroupPolicy", "DeleteRolePolicy", "DeleteUserPolicy", "PutGroupPolicy", "PutRolePolicy", "PutUserPolicy",
		"CreatePolicy", "DeletePolicy", "CreatePolicyVersion", "DeletePolicyVersion", "AttachRolePolicy", "DetachRolePolicy",
		"AttachUserPolicy", "DetachUserPolicy", "AttachGroupPolicy", "DetachGroupPolicy")},
	{"alarm_trail_change", calls("cloudtrail", "CreateTrail", "UpdateTrail", "DeleteTrail", "StartLogging", "StopLogging")},
	{"alarm_auth_failure", []event{{
		"eventName": "ConsoleLogin", "eventSource": "signin.amazonaws.com", "eventType": "AwsConsoleSignIn",
		"errorMessage": "Failed authentication", "responseElements.ConsoleLogin": "Failure",
		"additionalEventData.MFAUsed": "No", "userIdentity.type": "IAMUser",
	}}},
	{"alarm_key_deletion", calls("kms", "DisableKey", "ScheduleKeyDeletion")},
	{"alarm_bucket_policy", calls("s3",
		"PutBucketAcl", "PutBucketPolicy", "PutBucketCors", "PutBucketLifecycle", "PutBucketReplication",
		"DeleteBucketPolicy", "DeleteBucketCors", "DeleteBucketLifecycle", "DeleteBucketReplication")},
	{"alarm_config_change", calls("config", "StopConfigurationRecorder", "DeleteDeliveryChannel", "PutDeliveryChannel", "PutConfigurationRecorder")},
	{"alarm_sg_change", calls("ec2",
		"AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress", "RevokeSecurityGroupIngress", "RevokeSecurityGroupEgress",
		"CreateSecurityGroup", "DeleteSecurityGroup")},
	{"alarm_nacl_change", calls("ec2",
		"CreateNetworkAcl", "CreateNetworkAclEntry", "DeleteNetworkAcl", "DeleteNetworkAclEntry",
		"ReplaceNetworkAclEntry", "ReplaceNetworkAclAssociation")},
	{"alarm_gateway_change", calls("ec2",
		"CreateCustomerGateway", "DeleteCustomerGateway", "AttachInternetGateway", "CreateInternetGateway",
		"DeleteInternetGateway", "DetachInternetGateway")},
	{"alarm_route_change", calls("ec2",
		"CreateRoute", "CreateRouteTable", "ReplaceRoute", "ReplaceRouteTableAssociation",
		"DeleteRouteTable", "DeleteRoute", "DisassociateRouteTable")},
	{"alarm_vpc_change", calls("ec2",
		"CreateVpc", "DeleteVpc", "ModifyVpcAttribute", "AcceptVpcPeeringConnection", "CreateVpcPeeringConnection",
		"DeleteVpcPeeringConnection", "RejectVpcPeeringConnection")},
	{"alarm_org_change", calls("organizations",
		"AcceptHandshake", "AttachPolicy", "CreateAccount", "CreateOrganizationalUnit", "CreatePolicy", "DeclineHandshake",
		"DeleteOrganization", "DeleteOrganizationalUnit", "DeletePolicy", "DetachPolicy", "DisablePolicyType",
		"EnablePolicyType", "InviteAccountToOrganization", "LeaveOrganization", "MoveAccount",
		"RemoveAccountFromOrganization", "UpdatePolicy", "UpdateOrganizationalUnit")},
}
