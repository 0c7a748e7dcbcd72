package cloudformation

import (
	"maps"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/source"
)

// serverlessResource yields what the SAM transform makes of one of its
// resources, under the logical ids that SAM documents.
func (st *stack) serverlessResource(e *entry, typ string, props map[string]any) {
	kind := strings.TrimPrefix(typ, "AWS::Serverless::")
	s := &sam{st: st, e: e, props: st.withGlobals(kind, props), lines: e.lines()}
	switch kind {
	case "Function":
		s.function()
	case "Api", "HttpApi":
		st.apis.declared = append(st.apis.declared, s) // functions give it paths
	case "SimpleTable":
		s.table()
	case "LayerVersion":
		s.layer()
	case "StateMachine":
		s.stateMachine()
	case "GraphQLApi":
		s.graph()
	case "WebSocketApi":
		s.webSocketAPI()
	case "CapacityProvider":
		s.capacity()
	case "Application":
		s.put(e.id, typeStack, s.renamed(map[string]string{"Location": "TemplateURL"}, "Parameters", "NotificationARNs", "TimeoutInMinutes", "Tags"))
	case "Connector":
		s.connect(e.id, mapOf(s.get("Source")), s.props)
	default:
		s.notRead("what " + clip(typ) + " becomes is not known to Demarc, so " + clip(e.id) + " is not read")
	}
}

// sam works on one resource of a SAM template.
type sam struct {
	st    *stack
	e     *entry
	props map[string]any
	lines map[string]int
}

func (s *sam) notRead(what string) {
	s.st.rd.gap(source.Gap{
		Kind: "resource", What: what,
		Mend: "assess the processed template: aws cloudformation get-template --template-stage Processed", At: location(s.st.file, s.e.line),
	})
}

// put yields one of the resources that the SAM resource becomes.
func (s *sam) put(id, typ string, props map[string]any) {
	s.st.put(s.e, made{id: id, typ: typ, props: props, lines: maps.Clone(s.lines)})
}

// ref and att are how the resources made here refer to one another.
func (s *sam) ref(id string) any { return s.st.reference(id, "Ref", s.e.line) }

func (s *sam) att(id, attr string) any { return s.st.reference(id, attr, s.e.line) }

// arn builds a text of known and unknown parts.
func (s *sam) arn(parts ...any) any {
	b := builder{rd: s.st.rd}
	for _, p := range parts {
		if !b.add(p) {
			b.add(unknown("what it is built from is no text", "?"))
		}
	}
	return b.value()
}

func (s *sam) pseudo(name string) any {
	v, _ := s.st.pseudo("AWS::" + name)
	return v
}

// get is a property that is written; nil otherwise.
func (s *sam) get(name string) any { return written(s.props, name) }

func written(m map[string]any, name string) any {
	if v := m[name]; v != any(absent{}) {
		return v
	}
	return nil
}

// text is a property that is known text, or other.
func (s *sam) text(name, other string) string { return textOr(s.get(name), other) }

func textOr(v any, other string) string {
	if t, ok := textual(v); ok && t != "" {
		return t
	}
	return other
}

func mapOf(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

// listOf makes a list of one of a single value.
func listOf(v any) []any {
	switch v := v.(type) {
	case nil, absent:
		return nil
	case []any:
		return v
	}
	return []any{v}
}

// taken copies the named properties, where they are written.
func (s *sam) taken(names ...string) map[string]any { return s.renamed(nil, names...) }

// renamed does the same, and copies others under a new name.
func (s *sam) renamed(names map[string]string, same ...string) map[string]any {
	out := map[string]any{}
	for _, n := range same {
		if v := s.get(n); v != nil {
			out[n] = v
		}
	}
	for old, name := range names {
		if v := s.get(old); v != nil {
			out[name] = v
			if line, ok := s.lines[old]; ok {
				put(s.lines, name, line)
			}
		}
	}
	if tags, ok := out["Tags"].(map[string]any); ok {
		out["Tags"] = tagList(tags)
	}
	return out
}

// tagList writes a map of tags the way most resources want it.
func tagList(tags map[string]any) any {
	list := make([]any, 0, len(tags))
	for _, k := range slices.Sorted(maps.Keys(tags)) {
		list = append(list, map[string]any{"Key": k, "Value": tags[k]})
	}
	return list
}

// withGlobals lays a resource's properties over those of the Globals section:
// maps are merged, lists joined, everything else replaced.
func (st *stack) withGlobals(kind string, props map[string]any) map[string]any {
	if st.globals == nil {
		st.globals = map[string]any{}
		for _, m := range st.doc.root.get("Globals").entries() {
			st.globals[m.name] = scope{st: st}.eval(m.val)
		}
	}
	global, ok := st.globals[kind].(map[string]any)
	if !ok {
		return props
	}
	merged, _ := st.rd.overlaid(global, props).(map[string]any)
	return merged
}

func (rd *reader) overlaid(under, over any) any {
	rd.step(0)
	switch o := over.(type) {
	case map[string]any:
		u, ok := under.(map[string]any)
		if !ok {
			return o
		}
		out := maps.Clone(u)
		for k, v := range o {
			if below, have := u[k]; have {
				v = rd.overlaid(below, v)
			}
			out[k] = v
		}
		return out
	case []any:
		if u, ok := under.([]any); ok {
			return slices.Concat(u, o)
		}
	}
	return over
}

func (s *sam) table() {
	key := mapOf(s.get("PrimaryKey"))
	name, kind := textOr(key["Name"], "id"), "S"
	switch textOr(key["Type"], "String") {
	case "Number":
		kind = "N"
	case "Binary":
		kind = "B"
	}
	props := s.taken("TableName", "SSESpecification", "PointInTimeRecoverySpecification", "ProvisionedThroughput", "Tags")
	props["AttributeDefinitions"] = []any{map[string]any{"AttributeName": name, "AttributeType": kind}}
	props["KeySchema"] = []any{map[string]any{"AttributeName": name, "KeyType": "HASH"}}
	if props["ProvisionedThroughput"] == nil {
		props["BillingMode"] = "PAY_PER_REQUEST"
	}
	s.put(s.e.id, "AWS::DynamoDB::Table", props)
}

func (s *sam) layer() {
	props := s.taken("LayerName", "Description", "CompatibleRuntimes", "CompatibleArchitectures", "LicenseInfo")
	if props["LayerName"] == nil {
		props["LayerName"] = s.e.id
	}
	props["Content"] = s.artifact("ContentUri")
	s.put(s.e.id, "AWS::Lambda::LayerVersion", props)
}

// artifact is code in the form Lambda wants it. What is local now is somewhere
// in S3 once packaged.
func (s *sam) artifact(name string) any {
	line, ok := s.lines[name]
	if ok {
		put(s.lines, "Code", line)
	}
	switch v := s.get(name).(type) {
	case map[string]any:
		out := map[string]any{}
		for from, to := range map[string]string{"Bucket": "S3Bucket", "Key": "S3Key", "Version": "S3ObjectVersion"} {
			if x := written(v, from); x != nil {
				out[to] = x
			}
		}
		return out
	case string:
		if rest, ok := strings.CutPrefix(v, "s3://"); ok {
			bucket, key, _ := strings.Cut(rest, "/")
			return map[string]any{"S3Bucket": bucket, "S3Key": key}
		}
	case *open:
		return v
	}
	packaged := &open{reason: "known once the code is packaged", notNull: true, text: hole(s.e.id + ".Code")}
	return map[string]any{"S3Bucket": packaged, "S3Key": packaged}
}

func (s *sam) stateMachine() {
	id := s.e.id
	props := s.renamed(map[string]string{
		"Name": "StateMachineName", "Type": "StateMachineType", "Logging": "LoggingConfiguration", "Tracing": "TracingConfiguration", "Role": "RoleArn",
	}, "Definition", "DefinitionSubstitutions", "EncryptionConfiguration", "Tags")
	if s.get("Definition") == nil {
		props["DefinitionS3Location"] = s.artifact("DefinitionUri")
	}
	if props["RoleArn"] == nil {
		props["RoleArn"] = s.att(id+"Role", "Arn")
	}
	s.put(id, "AWS::StepFunctions::StateMachine", props)
	if s.get("Role") == nil {
		s.role(id+"Role", "states.amazonaws.com", nil, nil)
	}
	started := s.stateMachineAlias()
	for _, name := range slices.Sorted(maps.Keys(mapOf(s.get("Events")))) {
		s.startedBy(name, mapOf(mapOf(s.get("Events"))[name]), started)
	}
}

// stateMachineAlias yields the version and alias that are published with each
// deployment, and returns what events start: the machine or its alias.
func (s *sam) stateMachineAlias() any {
	id, name := s.e.id, s.get("AutoPublishAlias")
	if name == nil {
		return s.ref(id)
	}
	version := id + "Version"
	s.put(version, "AWS::StepFunctions::StateMachineVersion", map[string]any{
		"StateMachineArn": s.ref(id), "StateMachineRevisionId": s.att(id, "StateMachineRevisionId"),
	})
	alias := id + "Alias" + alphanumeric(textOr(name, ""))
	preference := maps.Clone(mapOf(s.get("DeploymentPreference")))
	if preference == nil {
		preference = map[string]any{"Type": "ALL_AT_ONCE"}
	}
	preference["StateMachineVersionArn"] = s.ref(version)
	props := map[string]any{"Name": name, "DeploymentPreference": preference}
	s.put(alias, "AWS::StepFunctions::StateMachineAlias", props)
	if s.get("UseAliasAsEventTarget") == true {
		return s.ref(alias)
	}
	return s.ref(id)
}

// startedBy yields the rule or schedule that starts a state machine, and the
// role it starts it with.
func (s *sam) startedBy(name string, event map[string]any, started any) {
	ev := mapOf(event["Properties"])
	id := s.e.id + name
	switch kind := textOr(event["Type"], ""); kind {
	case "Schedule", "CloudWatchEvent", "EventBridgeRule":
		if role := written(ev, "RoleArn"); role != nil {
			s.put(id, "AWS::Events::Rule", rule(ev, map[string]any{"Arn": started, "Id": id + "StepFunctionsTarget", "RoleArn": role}))
			return
		}
		target := map[string]any{"Arn": started, "Id": id + "StepFunctionsTarget", "RoleArn": s.att(id+"Role", "Arn")}
		s.put(id, "AWS::Events::Rule", rule(ev, target))
		s.starter(id, started, "events.amazonaws.com")
	case "ScheduleV2":
		s.schedule(id, ev, started)
		if written(ev, "RoleArn") == nil {
			s.starter(id, started, "scheduler.amazonaws.com")
		}
	case "Api":
		s.asks(written(ev, "RestApiId"), ev)
		if written(ev, "RestApiId") == nil {
			s.st.apis.add(s.e, "rest", ev)
		}
		s.starter(id, started, "apigateway.amazonaws.com")
	default:
		s.notRead("the event " + clip(name) + " of " + clip(s.e.id) + " is of a kind Demarc does not know (" + clip(kind) + ")")
	}
}

func (s *sam) starter(id string, started any, service string) {
	s.put(id+"Role", "AWS::IAM::Role", map[string]any{
		"AssumeRolePolicyDocument": trust(service),
		"Policies": []any{map[string]any{
			"PolicyName": id + "RoleStartExecutionPolicy", "PolicyDocument": allow([]any{"states:StartExecution"}, []any{started}),
		}},
	})
}

// capacity yields the instances functions may run on, and the role that
// starts them.
func (s *sam) capacity() {
	id := s.e.id
	props := s.taken("CapacityProviderName", "VpcConfig", "InstanceRequirements", "KmsKeyArn", "Tags")
	if scaling := s.get("ScalingConfig"); scaling != nil {
		props["CapacityProviderScalingConfig"] = scaling
	}
	operator := s.get("OperatorRole")
	if operator == nil {
		operator = s.att(id+"OperatorRole", "Arn")
		s.put(id+"OperatorRole", "AWS::IAM::Role", map[string]any{
			"AssumeRolePolicyDocument": trust("lambda.amazonaws.com"),
			"ManagedPolicyArns":        []any{"arn:aws:iam::aws:policy/AWSLambdaManagedEC2ResourceOperator"},
		})
	}
	props["PermissionsConfig"] = map[string]any{"CapacityProviderOperatorRoleArn": operator}
	s.put(id, "AWS::Lambda::CapacityProvider", props)
}
