package cloudformation

import (
	"maps"
	"slices"
)

// graph yields an API of AppSync with all that SAM makes of it.
func (s *sam) graph() {
	id := s.e.id
	props := s.taken("Name", "XrayEnabled", "Tags", "Visibility", "QueryDepthLimit", "ResolverCountLimit", "IntrospectionConfig", "OwnerContact")
	if props["Name"] == nil {
		props["Name"] = id
	}
	s.graphAuth(props)
	s.graphLog(props)
	s.put(id, "AWS::AppSync::GraphQLApi", props)
	schema := s.renamed(map[string]string{"SchemaInline": "Definition", "SchemaUri": "DefinitionS3Location"})
	s.graphPart("Schema", "AWS::AppSync::GraphQLSchema", schema)
	if cache := mapOf(s.get("Cache")); cache != nil {
		s.graphPart("ApiCache", "AWS::AppSync::ApiCache", maps.Clone(cache))
	}
	if domain := mapOf(s.get("DomainName")); domain != nil {
		s.put(id+"DomainName", "AWS::AppSync::DomainName", domain)
		s.graphPart("DomainNameApiAssociation", "AWS::AppSync::DomainNameApiAssociation", map[string]any{"DomainName": s.ref(id + "DomainName")})
	}
	s.graphKeys()
	s.graphSources()
	s.graphCode()
}

// graphPart yields something that belongs to the API.
func (s *sam) graphPart(name, typ string, props map[string]any) {
	props["ApiId"] = s.att(s.e.id, "ApiId")
	s.put(s.e.id+name, typ, props)
}

func (s *sam) graphAuth(props map[string]any) {
	for k, v := range mapOf(s.get("Auth")) {
		switch k {
		case "Type":
			k = "AuthenticationType"
		case "Additional":
			var more []any
			for _, one := range listOf(v) {
				if m := mapOf(one); m != nil {
					provider := clone(m, "LambdaAuthorizerConfig", "OpenIDConnectConfig", "UserPoolConfig")
					provider["AuthenticationType"] = m["Type"]
					one = provider
				}
				more = append(more, one)
			}
			k, v = "AdditionalAuthenticationProviders", more
		}
		props[k] = v
	}
}

// graphLog writes how requests are logged: all of them where nothing else is
// said, with a role of its own where none is named.
func (s *sam) graphLog(props map[string]any) {
	config := s.get("Logging")
	if config == nil || config == false {
		return
	}
	if o, ok := config.(*open); ok {
		props["LogConfig"] = o
		return
	}
	log := maps.Clone(mapOf(config))
	if log == nil {
		log = map[string]any{"FieldLogLevel": "ALL"}
	}
	if written(log, "CloudWatchLogsRoleArn") == nil {
		role := s.e.id + "CloudWatchRole"
		log["CloudWatchLogsRoleArn"] = s.att(role, "Arn")
		s.put(role, "AWS::IAM::Role", map[string]any{
			"AssumeRolePolicyDocument": trust("appsync.amazonaws.com"), "ManagedPolicyArns": []any{serviceRole("AWSAppSyncPushToCloudWatchLogs")},
		})
	}
	if line, ok := s.lines["Logging"]; ok {
		put(s.lines, "LogConfig", line)
	}
	props["LogConfig"] = log
}

func (s *sam) graphKeys() {
	keys := mapOf(s.get("ApiKeys"))
	for _, name := range slices.Sorted(maps.Keys(keys)) {
		key := mapOf(keys[name])
		props := clone(key, "ApiKeyId", "Description")
		if ends := written(key, "ExpiresOn"); ends != nil {
			props["Expires"] = ends
		}
		s.graphPart(name, "AWS::AppSync::ApiKey", props)
	}
}

// graphSources yields where resolvers read and write, with the roles they do
// it with.
func (s *sam) graphSources() {
	kinds := mapOf(s.get("DataSources"))
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		sources := mapOf(kinds[kind])
		for _, name := range slices.Sorted(maps.Keys(sources)) {
			source := mapOf(sources[name])
			switch kind {
			case "DynamoDb":
				config := clone(source, "TableName", "UseCallerCredentials", "Versioned")
				config["AwsRegion"] = written(source, "Region")
				if config["AwsRegion"] == nil {
					config["AwsRegion"] = s.pseudo("Region")
				}
				if delta := written(source, "DeltaSync"); delta != nil {
					config["DeltaSyncConfig"] = delta
				}
				s.graphSource(name, "DynamoDBDataSource", source, map[string]any{"Type": "AMAZON_DYNAMODB", "DynamoDBConfig": config},
					"ToTableConnector", end{typ: "AWS::DynamoDB::Table", arn: written(source, "TableArn")}, []any{"Read", "Write"})
			case "Lambda":
				s.graphSource(name, "LambdaDataSource", source,
					map[string]any{"Type": "AWS_LAMBDA", "LambdaConfig": map[string]any{"LambdaFunctionArn": source["FunctionArn"]}},
					"ToLambdaConnector", end{typ: "AWS::Lambda::Function", arn: written(source, "FunctionArn")}, []any{"Write"})
			default:
				s.notRead("the data source " + clip(name) + " of " + clip(s.e.id) + " is of a kind Demarc does not know (" + clip(kind) + ")")
			}
		}
	}
}

func (s *sam) graphSource(name, suffix string, source, props map[string]any, connector string, to end, accesses []any) {
	id := s.e.id + name + suffix
	props["Name"] = name
	if own := written(source, "Name"); own != nil {
		props["Name"] = own
	}
	if text := written(source, "Description"); text != nil {
		props["Description"] = text
	}
	props["ServiceRoleArn"] = written(source, "ServiceRoleArn")
	made := props["ServiceRoleArn"] == nil
	if made {
		props["ServiceRoleArn"] = s.att(id+"Role", "Arn")
	}
	s.graphPart(name+suffix, "AWS::AppSync::DataSource", props)
	if !made {
		return
	}
	s.put(id+"Role", "AWS::IAM::Role", map[string]any{"AssumeRolePolicyDocument": trust("appsync.amazonaws.com")})
	if given := written(source, "Permissions"); given != nil {
		accesses = listOf(given)
	}
	if to.arn == nil {
		s.notRead("what the data source " + clip(name) + " of " + clip(s.e.id) + " may do is not read: the ARN it reaches is not written")
		return
	}
	if why := s.join(id+connector, "", end{typ: "AWS::AppSync::DataSource", role: s.ref(id + "Role")}, to, accesses); why != "" {
		s.notRead("what the data source " + clip(name) + " of " + clip(s.e.id) + " may do is not read: " + why)
	}
}

// graphCode yields the functions and resolvers.
func (s *sam) graphCode() {
	functions := mapOf(s.get("Functions"))
	for _, name := range slices.Sorted(maps.Keys(functions)) {
		f := mapOf(functions[name])
		props := graphProgram(f)
		props["Name"], props["DataSourceName"] = name, s.graphSourceName(f["DataSource"])
		s.graphPart(name, "AWS::AppSync::FunctionConfiguration", props)
	}
	types := mapOf(s.get("Resolvers"))
	for _, typ := range slices.Sorted(maps.Keys(types)) {
		fields := mapOf(types[typ])
		for _, field := range slices.Sorted(maps.Keys(fields)) {
			r := mapOf(fields[field])
			props := graphProgram(r)
			props["TypeName"], props["FieldName"], props["Kind"] = typ, textOr(r["FieldName"], field), "PIPELINE"
			var steps []any
			for _, f := range listOf(r["Pipeline"]) {
				if name, ok := f.(string); ok {
					steps = append(steps, s.att(s.e.id+name, "FunctionId"))
				}
			}
			props["PipelineConfig"] = map[string]any{"Functions": steps}
			s.graphPart(typ+field, "AWS::AppSync::Resolver", props)
		}
	}
}

// graphSourceName is how a function names its data source, which may be one
// that does nothing.
func (s *sam) graphSourceName(v any) any {
	name, ok := v.(string)
	switch {
	case !ok:
		return v
	case name == "NONE":
		id := s.e.id + "NoneDataSource"
		s.graphPart("NoneDataSource", "AWS::AppSync::DataSource", map[string]any{"Name": id, "Type": "NONE"})
		return s.att(id, "Name")
	}
	for kind, suffix := range map[string]string{"DynamoDb": "DynamoDBDataSource", "Lambda": "LambdaDataSource"} {
		if mapOf(mapOf(s.get("DataSources"))[kind])[name] != nil {
			return s.att(s.e.id+name+suffix, "Name")
		}
	}
	return name
}

// graphProgram is the code of a function or resolver.
func graphProgram(f map[string]any) map[string]any {
	props := clone(f, "Description", "MaxBatchSize")
	for from, to := range map[string]string{"InlineCode": "Code", "CodeUri": "CodeS3Location", "Sync": "SyncConfig", "Caching": "CachingConfig"} {
		if v := written(f, from); v != nil {
			props[to] = v
		}
	}
	if runtime := mapOf(f["Runtime"]); runtime != nil {
		props["Runtime"] = map[string]any{"Name": runtime["Name"], "RuntimeVersion": runtime["Version"]}
	}
	return props
}
