package cloudformation

import (
	"maps"
	"slices"
	"strings"
)

func (s *sam) function() {
	id := s.e.id
	props := s.renamed(map[string]string{"Tracing": "TracingConfig", "DeadLetterQueue": "DeadLetterConfig"},
		"FunctionName", "Handler", "Runtime", "Description", "MemorySize", "Timeout", "VpcConfig", "Environment", "KmsKeyArn", "Layers",
		"ReservedConcurrentExecutions", "FileSystemConfigs", "PackageType", "ImageConfig", "Architectures", "EphemeralStorage", "SnapStart",
		"RuntimeManagementConfig", "LoggingConfig", "RecursiveLoop", "CodeSigningConfigArn", "CapacityProviderConfig", "DurableConfig",
		"TenancyConfig", "Role")
	if mode := props["TracingConfig"]; mode != nil {
		props["TracingConfig"] = map[string]any{"Mode": mode}
	}
	if queue, ok := props["DeadLetterConfig"].(map[string]any); ok {
		props["DeadLetterConfig"] = map[string]any{"TargetArn": queue["TargetArn"]}
	}
	props["Code"] = s.code()
	tags := s.tags()
	if tags != nil {
		props["Tags"] = tags
	}
	if props["Role"] == nil {
		props["Role"] = s.att(id+"Role", "Arn")
	}
	s.put(id, "AWS::Lambda::Function", props)
	managed := s.events()
	if s.get("Role") == nil {
		s.role(id+"Role", "lambda.amazonaws.com", append([]any{serviceRole("AWSLambdaBasicExecutionRole")}, managed...), tags)
	}
	s.url()
	s.alias()
	if config, ok := s.get("EventInvokeConfig").(map[string]any); ok {
		config = maps.Clone(config)
		config["FunctionName"], config["Qualifier"] = s.ref(id), "$LATEST"
		s.put(id+"EventInvokeConfig", "AWS::Lambda::EventInvokeConfig", config)
	}
}

// tags are the function's own and the one SAM adds.
func (s *sam) tags() any {
	switch t := s.get("Tags").(type) {
	case map[string]any:
		t = maps.Clone(t)
		t["lambda:createdBy"] = "SAM"
		return tagList(t)
	case nil:
		return tagList(map[string]any{"lambda:createdBy": "SAM"})
	default:
		return t
	}
}

func (s *sam) code() any {
	if text := s.get("InlineCode"); text != nil {
		return map[string]any{"ZipFile": text}
	}
	if image := s.get("ImageUri"); image != nil {
		return map[string]any{"ImageUri": image}
	}
	if s.text("PackageType", "Zip") == "Image" {
		return map[string]any{"ImageUri": &open{reason: "known once the image is built", notNull: true, text: hole(s.e.id + ".Code")}}
	}
	return s.artifact("CodeUri")
}

func (s *sam) url() {
	config, ok := s.get("FunctionUrlConfig").(map[string]any)
	if !ok {
		return
	}
	props := maps.Clone(config)
	props["TargetFunctionArn"] = s.ref(s.e.id)
	s.put(s.e.id+"Url", "AWS::Lambda::Url", props)
	kind, isText := textual(config["AuthType"])
	if isText && kind != "NONE" {
		return
	}
	s.st.put(s.e, made{id: s.e.id + "UrlPublicPermissions", typ: "AWS::Lambda::Permission", lines: maps.Clone(s.lines), perhaps: !isText, props: map[string]any{
		"Action": "lambda:InvokeFunctionUrl", "FunctionName": s.ref(s.e.id), "Principal": "*", "FunctionUrlAuthType": "NONE",
	}})
}

// alias yields the version and alias that are published with each deployment.
func (s *sam) alias() {
	v := s.get("AutoPublishAlias")
	if v == nil {
		return
	}
	id := s.e.id
	name := textOr(v, "")
	s.put(id+"Version", "AWS::Lambda::Version", map[string]any{"FunctionName": s.ref(id)})
	props := map[string]any{"Name": v, "FunctionName": s.ref(id), "FunctionVersion": s.att(id+"Version", "Version")}
	if c := s.get("ProvisionedConcurrencyConfig"); c != nil {
		props["ProvisionedConcurrencyConfig"] = c
	}
	s.put(id+"Alias"+alphanumeric(strings.NewReplacer("-", "D", "_", "U").Replace(name)), "AWS::Lambda::Alias", props)
	preference, ok := s.get("DeploymentPreference").(map[string]any)
	if !ok || textOr(preference["Enabled"], "true") == "false" {
		return
	}
	s.put("ServerlessDeploymentApplication", "AWS::CodeDeploy::Application", map[string]any{"ComputePlatform": "Lambda"})
	role := written(preference, "Role")
	if role == nil {
		role = s.att("CodeDeployServiceRole", "Arn")
		s.put("CodeDeployServiceRole", "AWS::IAM::Role", map[string]any{
			"AssumeRolePolicyDocument": trust("codedeploy.amazonaws.com"),
			"ManagedPolicyArns":        []any{serviceRole("AWSCodeDeployRoleForLambda")},
		})
	}
	s.put(id+"DeploymentGroup", "AWS::CodeDeploy::DeploymentGroup", map[string]any{
		"ApplicationName": s.ref("ServerlessDeploymentApplication"), "ServiceRoleArn": role,
		"AutoRollbackConfiguration": map[string]any{"Enabled": true},
		"DeploymentStyle":           map[string]any{"DeploymentType": "BLUE_GREEN", "DeploymentOption": "WITH_TRAFFIC_CONTROL"},
	})
}

// role yields the role SAM makes for a function or state machine.
func (s *sam) role(id, service string, managed []any, tags any) {
	var inline []any
	document := func(doc any) {
		inline = append(inline, map[string]any{"PolicyName": id + "Policy" + numberText(len(inline)), "PolicyDocument": doc})
	}
	if v := s.get("VpcConfig"); v != nil {
		managed = append(managed, serviceRole("AWSLambdaVPCAccessExecutionRole"))
	}
	if mode := textOr(s.get("Tracing"), ""); mode == "Active" || mapOf(s.get("Tracing"))["Enabled"] == true {
		managed = append(managed, "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess")
	}
	if queue := mapOf(s.get("DeadLetterQueue")); queue != nil {
		action := "sqs:SendMessage"
		if textOr(queue["Type"], "") == "SNS" {
			action = "sns:Publish"
		}
		document(allow([]any{action}, []any{queue["TargetArn"]}))
	}
	for _, p := range listOf(s.get("Policies")) {
		switch p := p.(type) {
		case string:
			if !strings.Contains(p, ":") {
				p = "arn:aws:iam::aws:policy/" + p
			}
			managed = append(managed, p)
		case map[string]any:
			document(s.policy(p))
		default:
			managed = append(managed, p)
		}
	}
	props := s.renamed(map[string]string{"RolePath": "Path"}, "PermissionsBoundary", "AssumeRolePolicyDocument")
	if props["AssumeRolePolicyDocument"] == nil {
		props["AssumeRolePolicyDocument"] = trust(service)
	}
	if len(managed) > 0 {
		props["ManagedPolicyArns"] = unique(managed)
	}
	if len(inline) > 0 {
		props["Policies"] = inline
	}
	if tags != nil {
		props["Tags"] = tags
	}
	s.put(id, "AWS::IAM::Role", props)
}

func unique(list []any) []any {
	var out []any
	for _, v := range list {
		if text, ok := v.(string); !ok || !slices.Contains(out, any(text)) {
			out = append(out, v)
		}
	}
	return out
}

func serviceRole(name string) any { return "arn:aws:iam::aws:policy/service-role/" + name }

func trust(service string) any {
	return map[string]any{"Version": "2012-10-17", "Statement": []any{map[string]any{
		"Effect": "Allow", "Action": []any{"sts:AssumeRole"}, "Principal": map[string]any{"Service": []any{service}},
	}}}
}

func allow(actions, resources []any) any {
	return map[string]any{"Version": "2012-10-17", "Statement": []any{map[string]any{
		"Effect": "Allow", "Action": actions, "Resource": resources,
	}}}
}
