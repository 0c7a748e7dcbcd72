package cloudformation

import (
	"maps"
	"slices"
	"strings"
)

// events yields what triggers a function and returns the managed policies its
// role gets for that.
func (s *sam) events() (managed []any) {
	events := mapOf(s.get("Events"))
	lines := s.lines
	defer func() { s.lines = lines }()
	for _, name := range slices.Sorted(maps.Keys(events)) {
		event := mapOf(events[name])
		s.lines = within(lines, "Events."+name+".Properties.")
		if policy := s.event(name, textOr(event["Type"], ""), mapOf(event["Properties"])); policy != "" {
			managed = append(managed, serviceRole(policy))
		}
	}
	return managed
}

// within are the lines of what stands below a prefix.
func within(lines map[string]int, prefix string) map[string]int {
	out := map[string]int{}
	for path, line := range lines {
		if rest, ok := strings.CutPrefix(path, prefix); ok {
			out[rest] = line
		}
	}
	return out
}

// pulled are the sources a function reads from itself: the property that names
// the source, and the managed policy for it.
var pulled = map[string][2]string{
	"SQS":              {"Queue", "AWSLambdaSQSQueueExecutionRole"},
	"Kinesis":          {"Stream", "AWSLambdaKinesisExecutionRole"},
	"DynamoDB":         {"Stream", "AWSLambdaDynamoDBExecutionRole"},
	"MSK":              {"Stream", "AWSLambdaMSKExecutionRole"},
	"MQ":               {"Broker", ""},
	"DocumentDB":       {"Cluster", ""},
	"SelfManagedKafka": {"", ""},
}

func (s *sam) event(name, kind string, ev map[string]any) (policy string) {
	id, fn := s.e.id+name, s.e.id
	if from, ok := pulled[kind]; ok {
		s.mapping(id, from[0], ev)
		return from[1]
	}
	switch kind {
	case "Api":
		s.apiEvent(id, "rest", ev)
	case "HttpApi":
		s.apiEvent(id, "http", ev)
	case "S3":
		s.permission(id+"Permission", "s3.amazonaws.com", s.arn("arn:", s.pseudo("Partition"), ":s3:::", written(ev, "Bucket")), s.pseudo("AccountId"))
	case "SNS":
		if queue := written(ev, "SqsSubscription"); queue != nil && queue != false {
			return s.subscribedQueue(id, ev, mapOf(queue))
		}
		sub := clone(ev, "FilterPolicy", "FilterPolicyScope", "Region", "RedrivePolicy")
		sub["TopicArn"], sub["Protocol"], sub["Endpoint"] = ev["Topic"], "lambda", s.att(fn, "Arn")
		s.put(id, "AWS::SNS::Subscription", sub)
		s.permission(id+"Permission", "sns.amazonaws.com", ev["Topic"], nil)
	case "Schedule", "CloudWatchEvent", "EventBridgeRule":
		s.put(id, "AWS::Events::Rule", rule(ev, map[string]any{"Arn": s.att(fn, "Arn"), "Id": id + "LambdaTarget"}))
		s.permission(id+"Permission", "events.amazonaws.com", s.att(id, "Arn"), nil)
	case "ScheduleV2":
		s.schedule(id, ev, s.att(fn, "Arn"))
		if written(ev, "RoleArn") == nil {
			s.put(id+"Role", "AWS::IAM::Role", map[string]any{
				"AssumeRolePolicyDocument": trust("scheduler.amazonaws.com"),
				"Policies": []any{map[string]any{
					"PolicyName": id + "RoleInvokeFunctionPolicy", "PolicyDocument": allow([]any{"lambda:InvokeFunction"}, []any{s.att(fn, "Arn")}),
				}},
			})
		}
	case "CloudWatchLogs":
		filter := clone(ev, "LogGroupName", "FilterPattern")
		filter["DestinationArn"] = s.att(fn, "Arn")
		s.put(id, "AWS::Logs::SubscriptionFilter", filter)
		s.permission(id+"Permission", "logs.amazonaws.com", s.arn("arn:", s.pseudo("Partition"), ":logs:", s.pseudo("Region"), ":", s.pseudo("AccountId"),
			":log-group:", written(ev, "LogGroupName"), ":*"), nil)
	case "IoTRule":
		payload := clone(ev, "Sql", "AwsIotSqlVersion")
		payload["RuleDisabled"], payload["Actions"] = false, []any{map[string]any{"Lambda": map[string]any{"FunctionArn": s.att(fn, "Arn")}}}
		s.put(id, "AWS::IoT::TopicRule", map[string]any{"TopicRulePayload": payload})
		s.permission(id+"Permission", "iot.amazonaws.com", s.arn("arn:", s.pseudo("Partition"), ":iot:", s.pseudo("Region"), ":", s.pseudo("AccountId"),
			":rule/", s.ref(id)), nil)
	case "Cognito":
		pool := ev["UserPool"]
		if o, ok := pool.(*open); ok && len(o.refs) == 1 {
			pool = s.att(o.refs[0].Address, "Arn")
		}
		s.permission(s.e.id+"CognitoPermission", "cognito-idp.amazonaws.com", pool, nil)
	case "AlexaSkill":
		s.put(id+"Permission", "AWS::Lambda::Permission", withSkill(map[string]any{
			"Action": "lambda:InvokeFunction", "FunctionName": s.ref(fn), "Principal": "alexa-appkit.amazon.com",
		}, ev))
	default:
		s.notRead("the event " + clip(name) + " of " + clip(fn) + " is of a kind Demarc does not know (" + clip(kind) + ")")
	}
	return ""
}

// subscribedQueue puts a queue between a topic and the function: SAM's own, or
// one that is given.
func (s *sam) subscribedQueue(id string, ev, queue map[string]any) (policy string) {
	arn, url := written(queue, "QueueArn"), written(queue, "QueueUrl")
	if arn == nil {
		arn, url = s.att(id+"Queue", "Arn"), s.ref(id+"Queue")
		s.put(id+"Queue", "AWS::SQS::Queue", map[string]any{})
	}
	sub := clone(ev, "FilterPolicy", "FilterPolicyScope", "Region", "RedrivePolicy")
	sub["TopicArn"], sub["Protocol"], sub["Endpoint"] = ev["Topic"], "sqs", arn
	s.put(id, "AWS::SNS::Subscription", sub)
	policyID := id + "QueuePolicy"
	if name := textOr(queue["QueuePolicyLogicalId"], ""); name != "" {
		policyID = name
	}
	s.put(policyID, "AWS::SQS::QueuePolicy", map[string]any{
		"Queues": []any{url},
		"PolicyDocument": map[string]any{"Version": "2012-10-17", "Statement": []any{map[string]any{
			"Effect": "Allow", "Action": "sqs:SendMessage", "Principal": "*", "Resource": arn,
			"Condition": map[string]any{"ArnEquals": map[string]any{"aws:SourceArn": ev["Topic"]}},
		}}},
	})
	mapping := clone(queue, "BatchSize", "Enabled")
	mapping["Queue"] = arn
	s.mapping(id+"EventSourceMapping", "Queue", mapping)
	return "AWSLambdaSQSQueueExecutionRole"
}

func withSkill(props, ev map[string]any) map[string]any {
	if skill := written(ev, "SkillId"); skill != nil {
		props["EventSourceToken"] = skill
	}
	return props
}

func clone(m map[string]any, names ...string) map[string]any {
	out := map[string]any{}
	for _, n := range names {
		if v := written(m, n); v != nil {
			out[n] = v
		}
	}
	return out
}

// permission lets a service call the function.
func (s *sam) permission(id, principal string, source, account any) {
	props := map[string]any{"Action": "lambda:InvokeFunction", "FunctionName": s.ref(s.e.id), "Principal": principal}
	if source != nil {
		props["SourceArn"] = source
	}
	if account != nil {
		props["SourceAccount"] = account
	}
	s.put(id, "AWS::Lambda::Permission", props)
}

// mapping yields the event source mapping of a source that is polled.
func (s *sam) mapping(id, from string, ev map[string]any) {
	props := maps.Clone(ev)
	if props == nil {
		props = map[string]any{}
	}
	if from != "" {
		delete(props, from)
		props["EventSourceArn"] = ev[from]
		if line, ok := s.lines[from]; ok {
			put(s.lines, "EventSourceArn", line)
		}
	}
	props["FunctionName"] = s.ref(s.e.id)
	s.put(id, "AWS::Lambda::EventSourceMapping", props)
}

// rule is a rule of EventBridge, by schedule or pattern.
func rule(ev, target map[string]any) map[string]any {
	props := clone(ev, "EventBusName", "State", "Description", "Name")
	if v := written(ev, "Schedule"); v != nil {
		props["ScheduleExpression"] = v
	}
	if v := written(ev, "Pattern"); v != nil {
		props["EventPattern"] = v
	}
	if on, ok := ev["Enabled"].(bool); ok {
		props["State"] = map[bool]string{true: "ENABLED", false: "DISABLED"}[on]
	}
	maps.Copy(target, clone(ev, "Input", "InputPath", "RetryPolicy"))
	if queue := written(mapOf(ev["DeadLetterConfig"]), "Arn"); queue != nil {
		target["DeadLetterConfig"] = map[string]any{"Arn": queue}
	}
	props["Targets"] = []any{target}
	return props
}

// schedule is a schedule of EventBridge Scheduler.
func (s *sam) schedule(id string, ev map[string]any, target any) {
	props := clone(ev, "ScheduleExpression", "FlexibleTimeWindow", "Name", "State", "Description", "StartDate", "EndDate",
		"ScheduleExpressionTimezone", "GroupName", "KmsKeyArn")
	to := clone(ev, "Input", "RetryPolicy", "RoleArn")
	to["Arn"] = target
	if to["RoleArn"] == nil {
		to["RoleArn"] = s.att(id+"Role", "Arn")
	}
	props["Target"] = to
	s.put(id, "AWS::Scheduler::Schedule", props)
}
