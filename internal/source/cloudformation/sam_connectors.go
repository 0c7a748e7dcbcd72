package cloudformation

import (
	_ "embed"
	"maps"
	"slices"
	"strings"
	"sync"
)

// sam_connectors.txt says what SAM's connectors permit: the types they join,
// where the permission is written (the role of the source or the destination,
// the policy of a queue or a topic, the permission of a function), the access
// asked for, the resources (D and S for the ARNs of destination and source,
// else the service and the part of the ARN behind the account), the service
// that is let in, and the actions. Each line is a statement.
//
//go:embed sam_connectors.txt
var connectorTable string

type connection struct{ from, to string }

type connectorStatement struct {
	where, access string
	resources     []string
	principal     string
	actions       []any
}

var connections = sync.OnceValue(func() map[connection][]connectorStatement {
	out := map[connection][]connectorStatement{}
	for line := range strings.Lines(connectorTable) {
		words := strings.Fields(line)
		if len(words) < 7 || words[0] == "#" {
			continue
		}
		c := connectorStatement{where: words[2], access: words[3], resources: strings.Split(words[4], ","), principal: words[5]}
		service, first, _ := strings.Cut(words[6], ":")
		for _, action := range append([]string{first}, words[7:]...) {
			c.actions = append(c.actions, service+":"+action)
		}
		key := connection{"AWS::" + words[0], "AWS::" + words[1]}
		out[key] = append(out[key], c)
	}
	return out
})

// becomes says which of CloudFormation's types a connector sees in SAM's.
var becomes = map[string]string{
	"AWS::Serverless::Function": "AWS::Lambda::Function", "AWS::Serverless::Api": "AWS::ApiGateway::RestApi",
	"AWS::Serverless::HttpApi": "AWS::ApiGatewayV2::Api", "AWS::Serverless::SimpleTable": "AWS::DynamoDB::Table",
	"AWS::Serverless::StateMachine": "AWS::StepFunctions::StateMachine", "AWS::Serverless::GraphQLApi": "AWS::AppSync::GraphQLApi",
}

// roleProperty is where a resource names the role a connector adds to.
var roleProperty = map[string]string{
	"AWS::Lambda::Function": "Role", "AWS::StepFunctions::StateMachine": "RoleArn", "AWS::AppSync::DataSource": "ServiceRoleArn",
	"AWS::Serverless::Function": "Role", "AWS::Serverless::StateMachine": "Role",
}

// end is one of the two a connector joins.
type end struct {
	typ                            string
	arn, role, name, id, qualifier any
	queue                          any // what a queue's policy names it by
}

// connect yields what a connector makes, one for each destination and, where
// SAM makes several, each access.
func (s *sam) connect(id string, source, props map[string]any) {
	to := written(props, "Destination")
	several, many := to.([]any)
	if !many {
		several = []any{to}
	}
	for i, one := range several {
		suffix := ""
		if many {
			suffix = "Destination" + numberText(i)
		}
		destination := mapOf(one)
		from, ok := s.end(source, destination)
		target, ok2 := s.end(destination, source)
		why := ""
		switch {
		case !ok || !ok2:
			why = "it names an end that is not in the template"
		default:
			why = s.join(id, suffix, from, target, listOf(written(props, "Permissions")))
		}
		if why != "" {
			s.notRead("the connector " + clip(id) + " adds permissions that are not read: " + why)
		}
	}
}

// embedded are the connectors that stand beside a resource's properties.
func (st *stack) embedded(e *entry) {
	n := e.node.get("Connectors")
	if n == nil {
		return
	}
	s := &sam{st: st, e: e, props: map[string]any{}, lines: map[string]int{}}
	for _, m := range n.entries() {
		props := mapOf(e.scope.eval(m.val.get("Properties")))
		source := map[string]any{"Id": e.id}
		maps.Copy(source, mapOf(props["SourceReference"]))
		s.connect(e.id+m.name, source, props)
	}
}

// end tells what is known of an end from its description; other is what it is
// joined to.
func (s *sam) end(described, other map[string]any) (end, bool) {
	id := textOr(described["Id"], "")
	if id == "" {
		typ := textOr(described["Type"], "")
		if cfn := becomes[typ]; cfn != "" {
			typ = cfn
		}
		return end{
			typ: typ, arn: written(described, "Arn"), role: written(described, "RoleName"), name: written(described, "Name"),
			id: written(described, "ResourceId"), qualifier: written(described, "Qualifier"), queue: written(described, "QueueUrl"),
		}, typ != ""
	}
	e := s.st.byID[id]
	if e == nil {
		return end{}, false
	}
	own := e.node.get("Type").str()
	out := end{typ: own, arn: s.att(id, "Arn"), id: s.ref(id), name: s.att(id, "Name"), qualifier: "*", queue: s.ref(id)}
	if cfn := becomes[own]; cfn != "" {
		out.typ = cfn
	}
	switch out.typ {
	case "AWS::SNS::Topic", "AWS::StepFunctions::StateMachine":
		out.arn = s.ref(id)
	case "AWS::AppSync::GraphQLApi":
		out.id = s.att(id, "ApiId")
	}
	if q := written(described, "Qualifier"); q != nil {
		out.qualifier = q
	}
	out.role = s.roleOf(e, own, textOr(other["Id"], ""))
	return out, true
}

// roleOf names the role of a resource, where the template makes it.
func (s *sam) roleOf(e *entry, typ, other string) any {
	properties := e.node.get("Properties")
	given := properties.get(roleProperty[typ])
	if typ == "AWS::Events::Rule" {
		for _, target := range properties.get("Targets").list() {
			if o, ok := e.scope.eval(target.get("Arn")).(*open); ok && len(o.refs) == 1 && o.refs[0].Address == s.st.address(other) {
				given = target.get("RoleArn")
			}
		}
	}
	if given == nil {
		if strings.HasPrefix(typ, "AWS::Serverless::") && roleProperty[typ] != "" {
			return s.ref(e.id + "Role")
		}
		return nil
	}
	if o, ok := e.scope.eval(given).(*open); ok && len(o.refs) == 1 {
		return s.ref(strings.TrimPrefix(o.refs[0].Address, s.st.address("")))
	}
	return nil
}

// join yields what lets one end use the other, and says why where it cannot.
func (s *sam) join(id, suffix string, from, to end, accesses []any) string {
	known := connections()[connection{from.typ, to.typ}]
	if known == nil {
		return "SAM joins no " + clip(from.typ) + " to " + clip(to.typ)
	}
	var statements []any
	where := ""
	for _, access := range accesses {
		name, ok := access.(string)
		if !ok {
			return "its Permissions are not known"
		}
		for _, c := range known {
			if c.access != name {
				continue
			}
			where = c.where
			if where == "function" {
				s.mayInvoke(id+name+"LambdaPermission"+suffix, c, from, to)
				continue
			}
			statements = append(statements, s.permits(c, from, to))
		}
	}
	document := map[string]any{"Version": "2012-10-17", "Statement": statements}
	switch where {
	case "function":
		return ""
	case "source", "destination":
		role := from.role
		if where == "destination" {
			role = to.role
		}
		if role == nil {
			return "the role it adds them to is not made by the template"
		}
		s.put(id+"Policy"+suffix, "AWS::IAM::ManagedPolicy", map[string]any{"PolicyDocument": document, "Roles": []any{role}})
	case "queue":
		s.put(id+"QueuePolicy"+suffix, "AWS::SQS::QueuePolicy", map[string]any{"PolicyDocument": document, "Queues": []any{to.queue}})
	case "topic":
		s.put(id+"TopicPolicy"+suffix, "AWS::SNS::TopicPolicy", map[string]any{"PolicyDocument": document, "Topics": []any{to.arn}})
	default:
		return "SAM knows no such access from " + clip(from.typ) + " to " + clip(to.typ)
	}
	return ""
}

func (s *sam) permits(c connectorStatement, from, to end) any {
	var resources []any
	for _, r := range c.resources {
		resources = append(resources, s.endARN(r, from, to))
	}
	statement := map[string]any{"Effect": "Allow", "Action": slices.Clone(c.actions), "Resource": resources}
	if c.principal != "-" {
		statement["Principal"] = map[string]any{"Service": c.principal}
		statement["Condition"] = map[string]any{"ArnEquals": map[string]any{"aws:SourceArn": from.arn}}
	}
	return statement
}

func (s *sam) mayInvoke(id string, c connectorStatement, from, to end) {
	props := map[string]any{
		"Action": c.actions[0], "FunctionName": to.arn, "Principal": c.principal, "SourceArn": s.endARN(c.resources[0], from, to),
	}
	if c.principal == "s3.amazonaws.com" {
		props["SourceAccount"] = s.pseudo("AccountId") // a bucket's ARN does not tell its account
	}
	s.put(id, "AWS::Lambda::Permission", props)
}

// endARN fills what is known of the ends into a resource of the table.
func (s *sam) endARN(pattern string, from, to end) any {
	if rest, ok := strings.CutPrefix(pattern, "D"); ok {
		return s.arn(to.arn, rest)
	}
	if rest, ok := strings.CutPrefix(pattern, "S"); ok {
		return s.arn(from.arn, rest)
	}
	service, rest, _ := strings.Cut(pattern, ":")
	parts := []any{"arn:", s.pseudo("Partition"), ":" + service + ":", s.pseudo("Region"), ":", s.pseudo("AccountId"), ":"}
	values := map[string]any{"name": to.name, "id": from.id, "qualifier": from.qualifier}
	for {
		before, after, found := strings.Cut(rest, "{")
		parts = append(parts, before)
		if !found {
			return s.arn(parts...)
		}
		name, left, _ := strings.Cut(after, "}")
		parts, rest = append(parts, values[name]), left
	}
}
