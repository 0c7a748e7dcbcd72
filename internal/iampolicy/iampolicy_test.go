package iampolicy

import (
	"slices"
	"strings"
	"testing"
)

// holes turns ${{ref}} into a hole, so that documents here stay readable.
func holes(s string) string {
	return strings.NewReplacer("<<", string(holeOpen), ">>", string(holeClose)).Replace(s)
}

func policies(texts ...string) Policies {
	var ps Policies
	for _, t := range texts {
		ps = append(ps, Parse(holes(t)))
	}
	return ps
}

func bucket(principal, condition string) string {
	if condition != "" {
		condition = `,"Condition":` + condition
	}
	return `{"Version":"2012-10-17","Statement":[{"Sid":"Read","Effect":"Allow","Principal":` + principal +
		`,"Action":["s3:GetObject"],"Resource":"arn:aws:s3:::site/*"` + condition + `}]}`
}

func TestPublic(t *testing.T) {
	star := `"*"`
	for _, c := range []struct {
		name, doc, want string
	}{
		{"star", bucket(star, ""), "true"},
		{"aws star", bucket(`{"AWS":"*"}`, ""), "true"},
		{"aws list star", bucket(`{"AWS":["arn:aws:iam::111122223333:root","*"]}`, ""), "true"},
		{"account", bucket(`{"AWS":"arn:aws:iam::111122223333:root"}`, ""), "false"},
		{"service", bucket(`{"Service":"cloudfront.amazonaws.com"}`, ""), "false"},
		{"canonical user", bucket(`{"CanonicalUser":"79a59df900b949e55d96a1e698fbaced"}`, ""), "false"},
		{"not principal", strings.Replace(bucket(`{"AWS":"arn:aws:iam::111122223333:root"}`, ""), `"Principal"`, `"NotPrincipal"`, 1), "true"},
		{"unknown principal", bucket(`{"AWS":"<<var.reader>>"}`, ""), "unknown"},
		{"principal in part", bucket(`{"AWS":"arn:aws:iam::<<var.account>>:root"}`, ""), "false"},
		{"principal by reference", bucket(`{"AWS":"<<aws_iam_role.app.arn>>"}`, ""), "false"},
		{"principal by a template's reference", bucket(`{"AWS":"<<App/Role.Arn>>"}`, ""), "false"},
		{"principal by the own account of a stack", bucket(`{"AWS":"<<AWS::AccountId>>"}`, ""), "false"},
		{"principal by a template's parameter", bucket(`{"AWS":"<<Reader>>"}`, ""), "unknown"},
		{"principal of caller identity", bucket(`{"AWS":"<<data.aws_caller_identity.current.account_id>>"}`, ""), "false"},
		{"origin access identity", bucket(`{"AWS":"<<aws_cloudfront_origin_access_identity.x.iam_arn>>"}`, ""), "false"},

		{"source ip of an office", bucket(star, `{"IpAddress":{"aws:SourceIp":["203.0.113.0/24"]}}`), "false"},
		{"source ip of the world", bucket(star, `{"IpAddress":{"aws:SourceIp":"0.0.0.0/0"}}`), "true"},
		{"source ip, both halves", bucket(star, `{"IpAddress":{"aws:SourceIp":["0.0.0.0/1","128.0.0.0/1"]}}`), "true"},
		{"source ip not known", bucket(star, `{"IpAddress":{"aws:SourceIp":"<<var.office>>"}}`), "unknown"},
		{"source ip of an address of ours", bucket(star, `{"IpAddress":{"aws:SourceIp":"<<aws_eip.nat.public_ip>>/32"}}`), "false"},
		{"source ip, world beside unknown", bucket(star, `{"IpAddress":{"aws:SourceIp":["<<var.office>>","::/0"]}}`), "true"},
		{"not ip address", bucket(star, `{"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}}`), "true"},
		{"organisation", bucket(star, `{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}`), "false"},
		{"organisation, key in other case", bucket(star, `{"StringEquals":{"AWS:principalorgid":["o-a1b2c3d4e5"]}}`), "false"},
		{"organisation from a variable", bucket(star, `{"StringEquals":{"aws:PrincipalOrgID":"<<var.org>>"}}`), "false"},
		{"organisation like", bucket(star, `{"StringLike":{"aws:PrincipalOrgID":"o-*"}}`), "true"},
		{"organisation if exists", bucket(star, `{"StringEqualsIfExists":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}`), "true"},
		{"organisation for all values", bucket(star, `{"ForAllValues:StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}`), "true"},
		{"org path for any value", bucket(star, `{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-a1b2c3d4e5/r-ab12/*"}}`), "false"},
		{"not another organisation", bucket(star, `{"StringNotEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}`), "true"},
		{"account like star", bucket(star, `{"StringLike":{"aws:PrincipalAccount":"*"}}`), "true"},
		{"account by variable", bucket(star, `{"StringEquals":{"aws:PrincipalAccount":"${aws:ResourceAccount}"}}`), "false"},
		{"account like unknown", bucket(star, `{"StringLike":{"aws:SourceAccount":"<<var.account>>"}}`), "unknown"},
		{"account like own", bucket(star, `{"StringLike":{"aws:SourceAccount":"<<data.aws_caller_identity.current.account_id>>"}}`), "false"},
		{"source arn of a topic", bucket(star, `{"ArnEquals":{"aws:SourceArn":"arn:aws:sns:eu-west-1:111122223333:orders"}}`), "false"},
		{"source arn by reference", bucket(star, `{"ArnLike":{"aws:SourceArn":"<<aws_sns_topic.orders.arn>>"}}`), "false"},
		{"source arn, any account", bucket(star, `{"ArnLike":{"aws:SourceArn":"arn:aws:sns:*:*:orders"}}`), "true"},
		{"source arn star", bucket(star, `{"StringLike":{"aws:SourceArn":"*"}}`), "true"},
		{"source arn of a bucket", bucket(star, `{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::uploads"}}`), "false"},
		{"source arn of any bucket", bucket(star, `{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::*"}}`), "true"},
		{"source arn, account unknown", bucket(star, `{"ArnLike":{"aws:SourceArn":"arn:aws:sns:*:<<local.account>>:*"}}`), "unknown"},
		{"endpoint of a subscription", bucket(star, `{"StringLike":{"sns:Endpoint":"<<aws_sqs_queue.q.arn>>"}}`), "false"},
		{"subscriptions of a domain", bucket(star, `{"StringLike":{"sns:Endpoint":["*@example.com","https://hooks.example.com/*"]}}`), "false"},
		{"any endpoint", bucket(star, `{"StringLike":{"sns:Endpoint":"*"}}`), "true"},
		{"any https endpoint", bucket(star, `{"StringLike":{"sns:Endpoint":"https://*"}}`), "true"},
		{"vpc endpoint", bucket(star, `{"StringEquals":{"aws:SourceVpce":"vpce-1a2b3c4d"}}`), "false"},
		{"any vpc endpoint", bucket(star, `{"StringLike":{"aws:SourceVpce":"vpce-*"}}`), "true"},
		{"user id of a role", bucket(star, `{"StringLike":{"aws:userid":"AROAEXAMPLEID:*"}}`), "false"},
		{"referer is no barrier", bucket(star, `{"StringLike":{"aws:Referer":"https://example.com/*"}}`), "true"},
		{"tls is no barrier", bucket(star, `{"Bool":{"aws:SecureTransport":"true"}}`), "true"},
		{"null", bucket(star, `{"Null":{"aws:PrincipalOrgID":"false"}}`), "true"},
		{"kms by service only", bucket(star, `{"StringEquals":{"kms:ViaService":"s3.eu-west-1.amazonaws.com"}}`), "true"},
		{"kms by service and account", bucket(star, `{"StringEquals":{"kms:ViaService":"s3.eu-west-1.amazonaws.com","kms:CallerAccount":"111122223333"}}`), "false"},
		{"mount target", bucket(star, `{"Bool":{"elasticfilesystem:AccessedViaMountTarget":"true"}}`), "false"},
		{"access point account", bucket(star, `{"StringEquals":{"s3:DataAccessPointAccount":"111122223333"}}`), "false"},
		{"condition not known", bucket(star, `"<<var.condition>>"`), "unknown"},
		{"condition key not known", bucket(star, `{"StringEquals":{"<<var.key>>":"x"}}`), "unknown"},

		{"effect not known", `{"Statement":{"Effect":"<<var.effect>>","Principal":"*","Action":"s3:*","Resource":"*"}}`, "unknown"},
		{"effect not known, principal named", `{"Statement":{"Effect":"<<var.effect>>","Principal":{"AWS":"111122223333"},"Action":"s3:*","Resource":"*"}}`, "false"},
		{"hole outside a string", `{"Statement":[{"Effect":"Allow","Principal":"*","Action":<<jsonencode(var.actions)>>,"Resource":"*"}]}`, "true"},
		{"hole with quotes", `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"<<aws_s3_bucket.b["a"].arn>>/*"}]}`, "true"},
		{"statements not known", `{"Statement":<<var.statements>>}`, "unknown"},
		{"all not known", `<<var.policy>>`, "unknown"},
		{"not json", `{"Statement":[`, "unknown"},
		{"no statements", `{"Version":"2012-10-17","Statement":[]}`, "false"},
		{"identity policy", `{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`, "false"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := policies(c.doc).Public().Any; got.String() != c.want {
				t.Errorf("got %v (%s), want %s", got, got.Why(), c.want)
			}
		})
	}
}

func TestDenyOverrides(t *testing.T) {
	allow := `{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"<<aws_s3_bucket.b.arn>>/*"}`
	for _, c := range []struct {
		name, deny, want string
	}{
		{"everything", `{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}`, "false"},
		{"the same hole", `{"Effect":"Deny","Principal":{"AWS":"*"},"Action":"s3:Get*","Resource":"<<aws_s3_bucket.b.arn>>/*"}`, "false"},
		{"another hole", `{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"<<aws_s3_bucket.c.arn>>/*"}`, "unknown"},
		{"other action", `{"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"*"}`, "true"},
		{"one principal", `{"Effect":"Deny","Principal":{"AWS":"111122223333"},"Action":"*","Resource":"*"}`, "true"},
		{"all but one principal", `{"Effect":"Deny","NotPrincipal":{"AWS":"arn:aws:iam::111122223333:role/x"},"Action":"*","Resource":"*"}`, "false"},
		{"without tls", `{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}`, "true"},
		{"outside the endpoint", `{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"StringNotEquals":{"aws:SourceVpce":"vpce-1"}}}`, "false"},
		{"outside the office", `{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*","Condition":{"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}}}`, "false"},
		{"outside the world", `{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*","Condition":{"NotIpAddress":{"aws:SourceIp":"0.0.0.0/0"}}}`, "true"},
		{"outside the organisation, not services", `{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-1"},"BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}}`, "false"},
		{"all but that action", `{"Effect":"Deny","Principal":"*","NotAction":"s3:GetObject","Resource":"*"}`, "true"},
		{"all but another action", `{"Effect":"Deny","Principal":"*","NotAction":"s3:PutObject","Resource":"*"}`, "false"},
		{"all but that resource", `{"Effect":"Deny","Principal":"*","Action":"*","NotResource":"arn:aws:s3:::other/*"}`, "unknown"},
		{"principal not known", `{"Effect":"Deny","Principal":{"AWS":"<<var.who>>"},"Action":"*","Resource":"*"}`, "unknown"},
		{"action list not readable", `{"Effect":"Deny","Principal":"*","Action":{"a":1},"Resource":"*"}`, "unknown"},
	} {
		t.Run(c.name, func(t *testing.T) {
			doc := `{"Statement":[` + allow + `,` + c.deny + `]}`
			if got := policies(doc).Public().Any; got.String() != c.want {
				t.Errorf("got %v (%s), want %s", got, got.Why(), c.want)
			}
			if got := policies(`{"Statement":`+allow+`}`, `{"Statement":`+c.deny+`}`).PublicFor([]string{"s3:getobject"}); got.String() != c.want {
				t.Errorf("in two documents: got %v (%s), want %s", got, got.Why(), c.want)
			}
		})
	}
}

func TestPublicActions(t *testing.T) {
	ps := policies(`{"Statement":[
	  {"Effect":"Allow","Principal":"*","Action":["sqs:SendMessage","SQS:ReceiveMessage"],"Resource":"*"},
	  {"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sqs:DeleteQueue","Resource":"*"},
	  {"Effect":"Allow","Principal":"*","Action":"sqs:Purge<<var.x>>","Resource":"*"}]}`)
	got := ps.Public()
	if want := []string{"SQS:ReceiveMessage", "sqs:SendMessage"}; !slices.Equal(got.Actions, want) {
		t.Errorf("actions %v, want %v", got.Actions, want)
	}
	if got.ActionsWhy == "" {
		t.Error("an action with a hole must leave the list open")
	}
	for action, want := range map[string]string{"sqs:sendmessage": "true", "sqs:purgequeue": "unknown", "sqs:deletequeue": "false"} {
		if b := ps.PublicFor([]string{action}); b.String() != want {
			t.Errorf("%s: got %v, want %s", action, b, want)
		}
	}
	// One unread document leaves an answer open only when nothing known settles it.
	more := append(slices.Clone(ps), UnknownDocument("x"))
	if b := more.PublicFor([]string{"sqs:sendmessage"}); !b.IsTrue() {
		t.Errorf("with an unknown document: %v, want true", b)
	}
	if b := more.PublicFor([]string{"sqs:deletequeue"}); b.Known() {
		t.Errorf("with an unknown document: %v, want unknown", b)
	}
}

func TestDeniesPlaintext(t *testing.T) {
	deny := func(rest string) string {
		return `{"Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*",` + rest + `}]}`
	}
	off := `"Condition":{"Bool":{"aws:SecureTransport":"false"}}`
	for _, c := range []struct {
		name, doc, want string
	}{
		{"both", deny(`"Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"],` + off), "true"},
		{"both by reference", deny(`"Resource":["<<aws_s3_bucket.b.arn>>","<<aws_s3_bucket.b.arn>>/*"],` + off), "true"},
		{"one star", deny(`"Resource":"*",` + off), "true"},
		{"prefix star", deny(`"Resource":"arn:aws:s3:::b*",` + off), "true"},
		{"objects only", deny(`"Resource":"arn:aws:s3:::b/*",` + off), "false"},
		{"boolean", deny(`"Resource":"*","Condition":{"Bool":{"aws:SecureTransport":false}}`), "true"},
		{"the wrong way round", deny(`"Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}`), "false"},
		{"with an exception", deny(`"Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"},"StringNotEquals":{"aws:PrincipalTag/legacy":"yes"}}`), "false"},
		{"no condition", deny(`"Resource":"*"`), "true"},
		{"resource not known", deny(`"Resource":"<<var.arns>>",` + off), "unknown"},
		{"one principal", strings.Replace(deny(`"Resource":"*",`+off), `"*"`, `{"AWS":"111122223333"}`, 1), "false"},
		{"reading only", strings.Replace(deny(`"Resource":"*",`+off), `s3:*`, `s3:GetObject`, 1), "false"},
		{"allow with tls", `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}}]}`, "false"},
		{"not known", `<<x>>`, "unknown"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := policies(c.doc).DeniesPlaintext(true); got.String() != c.want {
				t.Errorf("got %v (%s), want %s", got, got.Why(), c.want)
			}
		})
	}
}

func TestCrossAccount(t *testing.T) {
	doc := func(p string) string {
		return `{"Statement":[{"Effect":"Allow","Principal":` + p + `,"Action":"kms:Decrypt","Resource":"*"}]}`
	}
	for _, c := range []struct {
		doc, own string
		want     []string
		doubt    bool
	}{
		{doc(`{"AWS":["arn:aws:iam::444455556666:root","111122223333"]}`), "111122223333", []string{"444455556666"}, false},
		{doc(`{"AWS":"arn:aws:iam::444455556666:role/x"}`), "", nil, true},
		{doc(`{"AWS":"arn:aws:iam::<<data.aws_caller_identity.me.account_id>>:root"}`), "", nil, false},
		{doc(`{"AWS":"arn:aws:iam::<<AWS::AccountId>>:root"}`), "", nil, false},
		{doc(`{"AWS":"arn:aws:iam::<<Partner>>:root"}`), "111122223333", nil, true},
		{doc(`{"AWS":["arn:aws:iam::156460612806:root","127311923021"]}`), "", nil, false},
		{doc(`{"AWS":"arn:aws:iam::<<var.partner>>:root"}`), "111122223333", nil, true},
		{doc(`{"AWS":"<<aws_iam_role.r.arn>>"}`), "", nil, false},
		{doc(`{"Service":"sns.amazonaws.com"}`), "", nil, false},
		{doc(`{"AWS":"arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"}`), "", nil, false},
		{`{"Statement":[{"Effect":"Allow","Principal":"*","Action":"kms:Decrypt","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalAccount":"444455556666"}}}]}`, "111122223333", []string{"444455556666"}, false},
	} {
		got := policies(c.doc).CrossAccount(c.own)
		if !slices.Equal(got.IDs, c.want) || (got.Why != "") != c.doubt {
			t.Errorf("%s: got %v (%s), want %v", c.doc, got.IDs, got.Why, c.want)
		}
	}
}

func TestWildcardActions(t *testing.T) {
	doc := func(p, a string) string {
		return `{"Statement":[{"Effect":"Allow","Principal":` + p + `,"Action":` + a + `,"Resource":"*"}]}`
	}
	own := "111122223333"
	for _, c := range []struct{ doc, own, want string }{
		{doc(`{"AWS":"arn:aws:iam::111122223333:root"}`, `"kms:*"`), own, "false"}, // what every key has
		{doc(`{"AWS":"arn:aws:iam::<<data.aws_caller_identity.x.account_id>>:root"}`, `"kms:*"`), "", "false"},
		{doc(`{"AWS":"arn:aws:iam::<<AWS::AccountId>>:root"}`, `"kms:*"`), "", "false"},
		{doc(`{"AWS":"arn:aws:iam::111122223333:root"}`, `"kms:*"`), "", "unknown"},
		{doc(`{"AWS":"arn:aws:iam::444455556666:root"}`, `"kms:*"`), own, "true"},
		{doc(`{"AWS":"arn:aws:iam::111122223333:role/app"}`, `"sqs:*"`), own, "true"},
		{doc(`{"AWS":"<<aws_iam_role.app.arn>>"}`, `["sqs:*"]`), own, "true"},
		{doc(`"*"`, `"*"`), own, "true"},
		{doc(`"*"`, `["s3:Get*"]`), own, "false"},
		{doc(`"*"`, `"<<var.actions>>"`), own, "unknown"},
	} {
		if got := policies(c.doc).WildcardActions(c.own); got.String() != c.want {
			t.Errorf("%s: got %v (%s), want %s", c.doc, got, got.Why(), c.want)
		}
	}
}

func TestAdmin(t *testing.T) {
	for _, c := range []struct{ name, doc, want string }{
		{"star", `{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`, "true"},
		{"star colon star in a list", `{"Statement":[{"Effect":"Allow","Action":["s3:*","*:*"],"Resource":["*"]}]}`, "true"},
		{"with second factor", `{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}}`, "true"},
		{"on tagged", `{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/team":"x"}}}}`, "false"},
		{"on a bucket", `{"Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::b/*"}}`, "false"},
		{"service", `{"Statement":{"Effect":"Allow","Action":"ec2:*","Resource":"*"}}`, "false"},
		{"power user", `{"Statement":{"Effect":"Allow","NotAction":["iam:*","organizations:*"],"Resource":"*"}}`, "false"},
		{"all but billing", `{"Statement":{"Effect":"Allow","NotAction":"aws-portal:*","Resource":"*"}}`, "true"},
		{"all but unknown", `{"Statement":{"Effect":"Allow","NotAction":"<<var.x>>","Resource":"*"}}`, "unknown"},
		{"denied iam", `{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"iam:*","Resource":"*"}]}`, "false"},
		{"denied something else", `{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"s3:DeleteBucket","Resource":"*"}]}`, "true"},
		{"denied without second factor", `{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","NotAction":"iam:*","Resource":"*","Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}}]}`, "true"},
		{"action not known", `{"Statement":{"Effect":"Allow","Action":"<<var.actions>>","Resource":"*"}}`, "unknown"},
		{"action not known, resource named", `{"Statement":{"Effect":"Allow","Action":"<<var.actions>>","Resource":"<<aws_s3_bucket.b.arn>>"}}`, "false"},
		{"service not known in part", `{"Statement":{"Effect":"Allow","Action":"s3:<<var.verb>>","Resource":"*"}}`, "false"},
		{"resource not known", `{"Statement":{"Effect":"Allow","Action":"*","Resource":"<<var.resources>>"}}`, "unknown"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := policies(c.doc).Admin(); got.String() != c.want {
				t.Errorf("got %v (%s), want %s", got, got.Why(), c.want)
			}
		})
	}
}

func TestServiceWildcards(t *testing.T) {
	got := policies(`{"Statement":[{"Effect":"Allow","Action":["S3:*","ec2:Describe*","sqs:*"],"Resource":"*"},
	  {"Effect":"Allow","Action":"dynamodb:*","Resource":"arn:aws:dynamodb:*:*:table/x"},
	  {"Effect":"Deny","Action":"sqs:*","Resource":"*"}]}`).ServiceWildcards()
	if !slices.Equal(got.Services, []string{"s3"}) || got.Why != "" {
		t.Errorf("got %v (%s)", got.Services, got.Why)
	}
}

func TestEscalation(t *testing.T) {
	allow := func(actions, resource string) string {
		return `{"Statement":[{"Effect":"Allow","Action":` + actions + `,"Resource":` + resource + `}]}`
	}
	for _, c := range []struct {
		name, doc string
		want      []string
		doubt     bool
	}{
		{"policy version", allow(`"iam:CreatePolicyVersion"`, `"*"`), []string{"policy-version"}, false},
		{"all policies of the account", allow(`"iam:CreatePolicyVersion"`, `"arn:aws:iam::*:policy/*"`), []string{"policy-version"}, false},
		{"one policy", allow(`"iam:CreatePolicyVersion"`, `"arn:aws:iam::111122223333:policy/mine"`), nil, false},
		{"own user", allow(`["iam:CreateAccessKey","iam:UpdateLoginProfile"]`, `"arn:aws:iam::*:user/${aws:username}"`), nil, false},
		{"pass role alone", allow(`"iam:PassRole"`, `"*"`), nil, false},
		{"pass role and a function", allow(`["iam:PassRole","lambda:CreateFunction","lambda:InvokeFunction"]`, `"*"`), []string{"pass-role-lambda"}, false},
		{"pass one role and a function", `{"Statement":[{"Effect":"Allow","Action":"iam:PassRole","Resource":"<<aws_iam_role.f.arn>>"},{"Effect":"Allow","Action":["lambda:CreateFunction","lambda:InvokeFunction"],"Resource":"*"}]}`, nil, false},
		{"pass unknown role and a function", `{"Statement":[{"Effect":"Allow","Action":"iam:PassRole","Resource":"<<var.roles>>"},{"Effect":"Allow","Action":["lambda:CreateFunction","lambda:InvokeFunction"],"Resource":"*"}]}`, nil, true},
		{"pass to another service", `{"Statement":[{"Effect":"Allow","Action":"iam:PassRole","Resource":"*","Condition":{"StringEquals":{"iam:PassedToService":"ecs-tasks.amazonaws.com"}}},{"Effect":"Allow","Action":["lambda:CreateFunction","lambda:InvokeFunction"],"Resource":"*"}]}`, nil, false},
		{"pass to that service", `{"Statement":[{"Effect":"Allow","Action":"iam:PassRole","Resource":"*","Condition":{"StringEquals":{"iam:PassedToService":"lambda.amazonaws.com"}}},{"Effect":"Allow","Action":["lambda:CreateFunction","lambda:InvokeFunction"],"Resource":"*"}]}`, []string{"pass-role-lambda"}, false},
		{"wildcard verb", allow(`"iam:Put*"`, `"*"`), []string{"put-group-policy", "put-role-policy", "put-user-policy"}, false},
		{"denied", `{"Statement":[{"Effect":"Allow","Action":"iam:AttachRolePolicy","Resource":"*"},{"Effect":"Deny","Action":"iam:*","Resource":"*"}]}`, nil, false},
		{"all but the tagged", `{"Statement":[{"Effect":"Allow","Action":["ec2:StopInstances","ec2:StartInstances","ec2:ModifyInstanceAttribute"],"Resource":"*","Condition":{"StringNotEquals":{"aws:ResourceTag/Name":"admin"}}}]}`, []string{"user-data"}, false},
		{"only the tagged", `{"Statement":[{"Effect":"Allow","Action":["ec2:StopInstances","ec2:StartInstances","ec2:ModifyInstanceAttribute"],"Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/Name":"mine"}}}]}`, nil, false},
		{"administrator", allow(`"*"`, `"*"`), nil, false},
		{"read only", allow(`["s3:Get*","ec2:Describe*"]`, `"*"`), nil, false},
		{"not known", `<<var.policy>>`, nil, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := policies(c.doc).Escalation(nil)
			if !slices.Equal(got.IDs, c.want) || (got.Why != "") != c.doubt {
				t.Errorf("got %v (%s), want %v", got.IDs, got.Why, c.want)
			}
		})
	}
}

func TestMethods(t *testing.T) {
	seen := make(map[string]bool)
	for _, m := range Methods {
		if seen[m.ID] || m.How == "" || len(m.All) == 0 {
			t.Errorf("method %s is double or incomplete", m.ID)
		}
		seen[m.ID] = true
		for _, a := range m.All {
			if a != strings.ToLower(a) || !strings.Contains(a, ":") {
				t.Errorf("method %s: action %s", m.ID, a)
			}
		}
	}
}

func TestManaged(t *testing.T) {
	for ref, want := range map[string]string{
		"arn:aws:iam::aws:policy/AdministratorAccess":                      "true",
		"arn:aws-cn:iam::aws:policy/AdministratorAccess":                   "true",
		"AdministratorAccess":                                              "true",
		"arn:aws:iam::aws:policy/PowerUserAccess":                          "false",
		"arn:aws:iam::aws:policy/ReadOnlyAccess":                           "false",
		"arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole": "false",
		"arn:aws:iam::aws:policy/NewerThanThisTable":                       "unknown",
	} {
		d, ok := Managed(ref)
		if got := (Policies{d}).Admin(); !ok || got.String() != want {
			t.Errorf("%s: admin %v, want %s", ref, got, want)
		}
	}
	if _, ok := Managed("arn:aws:iam::111122223333:policy/AdministratorAccess"); ok {
		t.Error("a customer's policy of the same name is not AWS's")
	}
	if d, _ := Managed("IAMFullAccess"); len((Policies{d}).Escalation(nil).IDs) < 10 {
		t.Error("IAMFullAccess must lead to administrator")
	}
	// A copy of its statements is worth the same.
	for ref, want := range map[string]string{
		"arn:aws:iam::aws:policy/AdministratorAccess": "true", "arn:aws:iam::aws:policy/ReadOnlyAccess": "false", "aws_iam_policy.x.policy": "unknown",
	} {
		d := Parse(`{"Statement": ["` + string(holeOpen) + ref + string(holeClose) + `"]}`)
		if got := (Policies{d}).Admin(); got.String() != want {
			t.Errorf("copy of %s: admin %v, want %s", ref, got, want)
		}
	}
	// Rights in two policies add up.
	a, _ := Managed("AWSLambda_FullAccess")
	if got := (Policies{a}).Escalation(nil).IDs; !slices.Contains(got, "pass-role-lambda") {
		t.Errorf("AWSLambda_FullAccess: %v", got)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(bucket(`"*"`, `{"IpAddress":{"aws:SourceIp":"0.0.0.0/0"}}`))
	f.Add(holes(`{"Statement":[{"Effect":"Deny","NotPrincipal":"<<x>>","Action":"s3:*<<a["b"]>>?","Resource":"arn:<<x>>:*"}]}`))
	f.Add(holes(`<<`))
	f.Add("\uE002\uE000\uE001\"")
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 4096 {
			return
		}
		ps := Policies{Parse(text)}
		ps.Public()
		ps.PublicFor([]string{"s3:getobject"})
		ps.DeniesPlaintext(true)
		ps.CrossAccount("111122223333")
		ps.WildcardActions("")
		if ps.Admin().IsTrue() && len(ps.Escalation(nil).IDs) > 0 {
			t.Error("an administrator has nothing to gain")
		}
		ps.TrustExternal("")
		ps.TrustOIDCUnscoped()
		ps.TrustConfusedDeputy()
		ManagedLine("x", text)
	})
}

func FuzzPattern(f *testing.F) {
	f.Add("arn:aws:s3:::a*", "arn:aws:s3:::ab")
	f.Add("a?c", "a*c")
	f.Fuzz(func(t *testing.T, a, b string) {
		if len(a)+len(b) > 400 {
			return
		}
		p, q := NewPattern(a), NewPattern(b)
		if p.covers(q).IsTrue() && p.overlaps(q).IsFalse() {
			t.Errorf("%q covers %q, but does not overlap it", a, b)
		}
		if !p.covers(p).IsTrue() && !strings.Contains(a, "?") {
			t.Errorf("%q does not cover itself", a)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	doc := bucket(`{"AWS":["arn:aws:iam::111122223333:root"]}`, `{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}`)
	for b.Loop() {
		Parse(doc)
	}
}

func BenchmarkPublic(b *testing.B) {
	ps := policies(bucket(`"*"`, `{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}`))
	for b.Loop() {
		ps.Public()
	}
}

func BenchmarkEscalation(b *testing.B) {
	ps := policies(`{"Statement":[{"Effect":"Allow","Action":["s3:Get*","s3:List*","logs:*","ec2:Describe*","kms:Decrypt"],"Resource":"*"},
	  {"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::111122223333:role/app"}]}`)
	for b.Loop() {
		ps.Escalation(nil)
	}
}
