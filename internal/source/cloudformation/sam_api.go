package cloudformation

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
)

// named begins the key of an API that is declared, which may be called http.
const named = "id "

// implicitAPIs are those that events ask for without naming one, and what they
// ask of those they name.
type implicitAPIs struct {
	by       map[string]*entry // "rest", "http", or the id of a named one: the first resource that asked
	paths    map[string]map[string]any
	declared []*sam // APIs without a definition: the events' paths are all they have
	zones    map[string]*zoneRecords
	shared   *sharedPlan
}

// add notes a path of the API an event belongs to.
func (a *implicitAPIs) add(e *entry, api string, ev map[string]any) {
	if a.by == nil {
		a.by, a.paths = map[string]*entry{}, map[string]map[string]any{}
	}
	if a.by[api] == nil {
		a.by[api], a.paths[api] = e, map[string]any{}
	}
	path, method := textOr(ev["Path"], "/{proxy+}"), strings.ToLower(textOr(ev["Method"], "any"))
	if method == "any" {
		method = "x-amazon-apigateway-any-method"
	}
	methods, ok := a.paths[api][path].(map[string]any)
	if !ok {
		methods = map[string]any{}
		a.paths[api][path] = methods
	}
	operation := map[string]any{}
	if auth := written(ev, "Auth"); auth != nil {
		operation["x-sam-auth"] = auth
	}
	methods[method] = operation
}

// apiEvent is a path of an API that a function answers.
func (s *sam) apiEvent(id, api string, ev map[string]any) {
	name, stage, given := "ServerlessRestApi", "Prod", "RestApiId"
	if api == "http" {
		name, stage, given = "ServerlessHttpApi", "", "ApiId"
	}
	to := written(ev, given)
	if to == nil {
		s.st.apis.add(s.e, api, ev)
		to = s.ref(name)
	} else {
		s.asks(to, ev)
	}
	method, path := strings.ToUpper(textOr(ev["Method"], "ANY")), textOr(ev["Path"], "/*")
	if method == "ANY" {
		method = "*"
	}
	s.permission(id+"Permission"+stage, "apigateway.amazonaws.com", s.arn("arn:", s.pseudo("Partition"), ":execute-api:", s.pseudo("Region"), ":",
		s.pseudo("AccountId"), ":", to, "/*/"+method+anyPart(path)), nil)
}

// asks notes the path that an event asks of the API it names.
func (s *sam) asks(api any, ev map[string]any) {
	if o, ok := api.(*open); ok && len(o.refs) == 1 && o.refs[0].Attribute == "Ref" {
		s.st.apis.add(s.e, named+strings.TrimPrefix(o.refs[0].Address, s.st.prefix), ev)
	}
}

// anyPart writes the parameters of a path as the wildcards of an ARN.
func anyPart(path string) string {
	var b strings.Builder
	for rest := path; ; {
		before, after, found := strings.Cut(rest, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		b.WriteString("*")
		_, rest, found = strings.Cut(after, "}")
		if !found {
			return b.String()
		}
	}
}

// define gives an API the paths that events ask for beside its own, as OpenAPI
// writes them.
func (s *sam) define(asked map[string]any) {
	if s.get("DefinitionUri") != nil {
		return
	}
	body := map[string]any{}
	switch own := s.get("DefinitionBody").(type) {
	case nil:
		if len(asked) == 0 {
			s.props["DefinitionBody"] = unknown("no function of the template names a path of it", s.e.id+".paths")
			return
		}
	case map[string]any:
		if mapOf(own["paths"]) == nil && len(asked) == 0 {
			return // included from elsewhere
		}
		body = maps.Clone(own)
	default:
		return
	}
	paths := map[string]any{}
	for _, from := range []map[string]any{asked, mapOf(body["paths"])} { // what the API says itself counts
		for path, methods := range from {
			paths[path] = laid(mapOf(paths[path]), mapOf(methods))
		}
	}
	if schemes := secure(paths, s.get("Auth")); len(schemes) > 0 {
		maps.Copy(schemes, mapOf(body["securityDefinitions"]))
		body["securityDefinitions"] = schemes
	}
	body["paths"] = paths
	s.props["DefinitionBody"] = body
}

// laid lays the operations of a path, and what is said of each, over others.
func laid(under, over map[string]any) map[string]any {
	out := make(map[string]any, len(under)+len(over))
	maps.Copy(out, under)
	for method, operation := range over {
		if a, b := mapOf(out[method]), mapOf(operation); a != nil && b != nil {
			operation = maps.Clone(a)
			maps.Copy(mapOf(operation), b)
		} else if b != nil {
			operation = maps.Clone(b)
		}
		out[method] = operation
	}
	return out
}

// secure writes who may call each operation, and returns the schemes it names.
func secure(paths map[string]any, auth any) map[string]any {
	schemes := map[string]any{}
	usual := written(mapOf(auth), "DefaultAuthorizer")
	if o, ok := auth.(*open); ok {
		usual = o
	}
	for _, methods := range paths {
		for _, operation := range mapOf(methods) {
			op := mapOf(operation)
			if _, has := op["security"]; has || op == nil {
				continue
			}
			own, asked := op["x-sam-auth"]
			who := written(mapOf(own), "Authorizer")
			if o, ok := own.(*open); ok && asked {
				who = o
			} else if who == nil {
				who = usual
			}
			switch who := who.(type) {
			case *open:
				op["security"] = who
			case string:
				if who != "" && who != "NONE" {
					op["security"] = []any{map[string]any{who: []any{}}}
					schemes[who] = map[string]any{"type": "apiKey", "x-amazon-apigateway-authtype": who}
				}
			}
		}
	}
	return schemes
}

// implicit yields the APIs that nobody declared, and those whose paths the
// events of functions make.
func (st *stack) implicit() {
	for _, s := range st.apis.declared {
		s.define(st.apis.paths[named+s.e.id])
		if strings.HasSuffix(s.e.node.get("Type").str(), "HttpApi") {
			s.httpAPI(s.e.id, s.text("StageName", "$default"))
		} else {
			s.restAPI(s.e.id, s.text("StageName", "Prod"))
		}
	}
	for _, api := range []string{"http", "rest"} {
		e := st.apis.by[api]
		if e == nil {
			continue
		}
		kind, id := "Api", "ServerlessRestApi"
		if api == "http" {
			kind, id = "HttpApi", "ServerlessHttpApi"
		}
		s := &sam{st: st, e: e, props: maps.Clone(st.withGlobals(kind, map[string]any{})), lines: map[string]int{}}
		s.define(st.apis.paths[api])
		if api == "http" {
			s.httpAPI(id, "$default")
		} else {
			s.restAPI(id, "Prod")
		}
	}
	st.records()
	if shared := st.apis.shared; shared != nil {
		shared.by.plan("Serverless", shared.plan, shared.stages)
	}
}

func (s *sam) restAPI(id, stage string) {
	props := s.renamed(map[string]string{"DefinitionBody": "Body", "DefinitionUri": "BodyS3Location"},
		"Name", "Description", "BinaryMediaTypes", "MinimumCompressionSize", "ApiKeySourceType", "DisableExecuteApiEndpoint",
		"FailOnWarnings", "Mode", "SecurityPolicy", "EndpointAccessMode", "Policy", "Tags")
	if props["Name"] == nil {
		props["Name"] = id
	}
	switch v := s.get("EndpointConfiguration").(type) {
	case string:
		props["EndpointConfiguration"] = map[string]any{"Types": []any{v}}
	case map[string]any:
		config := map[string]any{}
		if kind := written(v, "Type"); kind != nil {
			config["Types"] = []any{kind}
		}
		if ids := written(v, "VPCEndpointIds"); ids != nil {
			config["VpcEndpointIds"] = ids
		}
		props["EndpointConfiguration"] = config
	case *open:
		props["EndpointConfiguration"] = v
	}
	if auth := s.get("Auth"); auth != nil {
		props["Auth"] = auth // SAM's own words: authorizers and the default one
	}
	s.put(id, "AWS::ApiGateway::RestApi", props)
	s.put(id+"Deployment", "AWS::ApiGateway::Deployment", map[string]any{"RestApiId": s.ref(id)})
	at := s.taken("Variables", "MethodSettings", "AccessLogSetting", "TracingEnabled", "CacheClusterEnabled", "CacheClusterSize", "CanarySetting", "Tags")
	at["RestApiId"], at["DeploymentId"] = s.ref(id), s.ref(id+"Deployment")
	at["StageName"] = stage
	if o, ok := s.get("StageName").(*open); ok {
		at["StageName"] = o
	}
	stageID := s.stageID(stage)
	s.put(id+stageID, "AWS::ApiGateway::Stage", at)
	s.domain("AWS::ApiGateway::DomainName", id, stageID)
	s.usagePlan(id, stageID)
}

func (s *sam) httpAPI(id, stage string) {
	props := s.renamed(map[string]string{"DefinitionBody": "Body", "DefinitionUri": "BodyS3Location"},
		"Name", "Description", "DisableExecuteApiEndpoint", "FailOnWarnings", "IpAddressType")
	if tags := s.get("Tags"); tags != nil {
		props["Tags"] = tags
	}
	props["ProtocolType"] = "HTTP"
	switch cors := s.get("CorsConfiguration").(type) {
	case map[string]any, *open:
		props["CorsConfiguration"] = cors
	case bool:
		if cors {
			props["CorsConfiguration"] = map[string]any{"AllowOrigins": []any{"*"}}
		}
	}
	if auth := s.get("Auth"); auth != nil {
		props["Auth"] = auth
	}
	s.put(id, "AWS::ApiGatewayV2::Api", props)
	at := s.renamed(map[string]string{"StageVariables": "StageVariables"}, "AccessLogSettings", "DefaultRouteSettings", "RouteSettings")
	if tags := s.get("Tags"); tags != nil {
		at["Tags"] = tags
	}
	at["ApiId"], at["AutoDeploy"], at["StageName"] = s.ref(id), true, stage
	name := s.stageID(stage)
	if o, ok := s.get("StageName").(*open); ok {
		at["StageName"] = o
	} else if stage == "$default" {
		name = "ApiGatewayDefaultStage"
	}
	s.put(id+name, "AWS::ApiGatewayV2::Stage", at)
	s.domain("AWS::ApiGatewayV2::DomainName", id, name)
}

// stageID is the end of a stage's logical id. Names that are no logical id,
// or not written in place, do not go into it.
func (s *sam) stageID(stage string) string {
	n := s.e.node.get("Properties").get("StageName")
	if n != nil && n.kind == mapNode {
		return "Stage"
	}
	if alphanumeric(stage) != stage {
		return "Stage" + digest(stage)
	}
	return stage + "Stage"
}

// digest tells resources apart whose logical ids SAM makes of a hash, as
// nobody can refer to them by name.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:5])
}

func (s *sam) webSocketAPI() {
	id := s.e.id
	props := s.taken("Name", "Description", "DisableExecuteApiEndpoint", "RouteSelectionExpression", "ApiKeySelectionExpression",
		"DisableSchemaValidation", "IpAddressType")
	if tags := s.get("Tags"); tags != nil {
		props["Tags"] = tags
	}
	props["ProtocolType"] = "WEBSOCKET"
	if props["Name"] == nil {
		props["Name"] = id
	}
	s.put(id, "AWS::ApiGatewayV2::Api", props)
	stage := s.text("StageName", "default")
	stageID := s.stageID(stage)
	if s.get("StageName") == nil {
		stageID = "DefaultStage"
	}
	at := s.taken("AccessLogSettings", "DefaultRouteSettings", "RouteSettings", "StageVariables")
	at["ApiId"], at["AutoDeploy"], at["StageName"] = s.ref(id), true, stage
	s.put(id+stageID, "AWS::ApiGatewayV2::Stage", at)
	s.domain("AWS::ApiGatewayV2::DomainName", id, stageID)
	routes := mapOf(s.get("Routes"))
	for _, key := range slices.Sorted(maps.Keys(routes)) {
		route := mapOf(routes[key])
		name := id + capital(alphanumeric(key))
		one := clone(route, "ApiKeyRequired", "ModelSelectionExpression", "OperationName", "RouteResponseSelectionExpression")
		one["ApiId"], one["RouteKey"] = s.ref(id), key
		one["AuthorizationType"] = "NONE"
		if kind := written(mapOf(s.get("Auth")), "AuthType"); kind != nil && (key == "$connect") {
			one["AuthorizationType"] = kind
		}
		s.put(name+"Route", "AWS::ApiGatewayV2::Route", one)
		if fn := written(route, "FunctionArn"); fn != nil {
			s.put(name+"Permission", "AWS::Lambda::Permission", map[string]any{
				"Action": "lambda:InvokeFunction", "FunctionName": fn, "Principal": "apigateway.amazonaws.com",
				"SourceArn": s.arn("arn:", s.pseudo("Partition"), ":execute-api:", s.pseudo("Region"), ":", s.pseudo("AccountId"), ":", s.ref(id), "/*/"+key),
			})
		}
	}
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
