package iampolicy

import (
	"slices"
	"strings"
	"testing"
)

func trust(principal, condition string) string {
	if condition != "" {
		condition = `,"Condition":` + condition
	}
	return `{"Statement":[{"Effect":"Allow","Principal":` + principal + `,"Action":"sts:AssumeRole"` + condition + `}]}`
}

func TestTrustPublic(t *testing.T) {
	for doc, want := range map[string]string{
		trust(`"*"`, ""):         "true",
		trust(`{"AWS":"*"}`, ""): "true",
		trust(`{"AWS":"*"}`, `{"StringEquals":{"sts:ExternalId":"abc"}}`):          "true",
		trust(`{"AWS":"*"}`, `{"StringEquals":{"aws:PrincipalOrgID":"o-abc123"}}`): "false",
		trust(`{"Service":"ec2.amazonaws.com"}`, ""):                               "false",
	} {
		if got := policies(doc).TrustPublic(); got.String() != want {
			t.Errorf("%s: %v, want %s", doc, got, want)
		}
	}
}

func TestTrustExternal(t *testing.T) {
	foreign := `{"AWS":"arn:aws:iam::444455556666:root"}`
	for _, c := range []struct {
		doc, own string
		want     []string
		doubt    bool
	}{
		{trust(foreign, ""), "111122223333", []string{"444455556666"}, false},
		{trust(foreign, ""), "444455556666", nil, false},
		{trust(foreign, ""), "", nil, true},
		{trust(foreign, `{"StringEquals":{"sts:ExternalId":"<<var.external_id>>"}}`), "", nil, false},
		{trust(foreign, `{"StringLike":{"sts:ExternalId":"*"}}`), "111122223333", []string{"444455556666"}, false},
		{trust(foreign, `{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}`), "111122223333", nil, false},
		{trust(foreign, `{"Bool":{"aws:MultiFactorAuthPresent":"true"}}`), "111122223333", []string{"444455556666"}, false},
		{trust(`{"Service":"lambda.amazonaws.com"}`, ""), "", nil, false},
	} {
		got := policies(c.doc).TrustExternal(c.own)
		if !slices.Equal(got.IDs, c.want) || (got.Why != "") != c.doubt {
			t.Errorf("%s: got %v (%s), want %v", c.doc, got.IDs, got.Why, c.want)
		}
	}
}

func TestTrustOIDC(t *testing.T) {
	oidc := func(principal, condition string) string {
		return strings.Replace(trust(`{"Federated":"`+principal+`"}`, condition), "sts:AssumeRole", "sts:AssumeRoleWithWebIdentity", 1)
	}
	gh := "token.actions.githubusercontent.com"
	arn := "arn:aws:iam::111122223333:oidc-provider/" + gh
	aud := `"StringEquals":{"` + gh + `:aud":"sts.amazonaws.com"}`
	sub := func(op, v string) string { return `{` + aud + `,"` + op + `":{"` + gh + `:sub":` + v + `}}` }
	for _, c := range []struct{ name, doc, want string }{
		{"repository and branch", oidc(arn, sub("StringLike", `"repo:acme/app:ref:refs/heads/main"`)), "false"},
		{"repository", oidc(arn, sub("StringLike", `["repo:acme/app:*","repo:acme/web:*"]`)), "false"},
		{"any repository of the owner", oidc(arn, sub("StringLike", `"repo:acme/*"`)), "true"},
		{"name cut short", oidc(arn, sub("StringLike", `"repo:acme/app*"`)), "true"},
		{"any owner", oidc(arn, sub("StringLike", `"repo:*"`)), "true"},
		{"one of two open", oidc(arn, sub("StringLike", `["repo:acme/app:*","repo:*/x:*"]`)), "true"},
		{"no subject", oidc(arn, `{`+aud+`}`), "true"},
		{"no audience", oidc(arn, `{"StringLike":{"`+gh+`:sub":"repo:acme/app:*"}}`), "true"},
		{"for all values", oidc(arn, sub("ForAllValues:StringLike", `"repo:acme/app:*"`)), "true"},
		{"audience for all values", oidc(arn, `{"ForAllValues:StringEquals":{"`+gh+`:aud":"sts.amazonaws.com"},"StringEquals":{"`+gh+`:sub":"repo:acme/app:pull_request"}}`), "false"},
		{"if exists", oidc(arn, sub("StringEqualsIfExists", `"repo:acme/app:ref:refs/heads/main"`)), "true"},
		{"no condition", oidc(arn, ""), "true"},
		{"not equals", oidc(arn, sub("StringNotLike", `"repo:evil/*"`)), "true"},
		{"both under equals", oidc(arn, `{"StringEquals":{"`+gh+`:aud":"sts.amazonaws.com","`+gh+`:sub":"repo:acme/app:environment:prod"}}`), "false"},
		{"subject not known", oidc(arn, sub("StringLike", `"repo:<<var.repo>>:*"`)), "unknown"},
		{"subject not known, exact", oidc(arn, `{"StringEquals":{"`+gh+`:aud":"sts.amazonaws.com","`+gh+`:sub":"<<var.sub>>"}}`), "false"},
		{"provider by reference, keys tell", oidc("<<aws_iam_openid_connect_provider.github.arn>>", sub("StringLike", `"repo:acme/*:*"`)), "true"},
		{"provider not known", oidc("<<var.provider>>", ""), "unknown"},
		{"cluster", oidc("<<module.eks.oidc_provider_arn>>", `{"StringEquals":{"<<module.eks.oidc_provider>>:sub":"system:serviceaccount:kube-system:ebs"}}`), "false"},
		{"user pool", oidc("cognito-identity.amazonaws.com", `{"StringEquals":{"cognito-identity.amazonaws.com:aud":"eu-west-1:x"}}`), "false"},
		{"gitlab", oidc("arn:aws:iam::111122223333:oidc-provider/gitlab.com", `{"StringEquals":{"gitlab.com:aud":"https://gitlab.com"},"StringLike":{"gitlab.com:sub":"project_path:acme/app:ref_type:branch:ref:*"}}`), "false"},
		{"gitlab group", oidc("arn:aws:iam::111122223333:oidc-provider/gitlab.com", `{"StringEquals":{"gitlab.com:aud":"https://gitlab.com"},"StringLike":{"gitlab.com:sub":"project_path:acme/*"}}`), "true"},
		{"circleci", oidc("arn:aws:iam::111122223333:oidc-provider/oidc.circleci.com/org/ORG", `{"StringEquals":{"oidc.circleci.com/org/ORG:aud":"ORG"},"StringLike":{"oidc.circleci.com/org/ORG:sub":"org/ORG/project/PROJ/user/*"}}`), "false"},
		{"terraform workspace", oidc("arn:aws:iam::111122223333:oidc-provider/app.terraform.io", `{"StringEquals":{"app.terraform.io:aud":"aws.workload.identity"},"StringLike":{"app.terraform.io:sub":"organization:acme:project:p:workspace:w:run_phase:*"}}`), "false"},
		{"terraform organisation", oidc("arn:aws:iam::111122223333:oidc-provider/app.terraform.io", `{"StringEquals":{"app.terraform.io:aud":"aws.workload.identity"},"StringLike":{"app.terraform.io:sub":"organization:acme:*"}}`), "true"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, applies := policies(c.doc).TrustOIDCUnscoped()
			if !applies || got.String() != c.want {
				t.Errorf("got %v (%s), applies %t, want %s", got, got.Why(), applies, c.want)
			}
		})
	}
	if _, applies := policies(trust(`{"Service":"ec2.amazonaws.com"}`, "")).TrustOIDCUnscoped(); applies {
		t.Error("a role without web identities has no such question")
	}
}

func TestConfusedDeputy(t *testing.T) {
	for doc, want := range map[string]string{
		trust(`{"Service":"ec2.amazonaws.com"}`, ""):                                                                                         "false",
		trust(`{"Service":["ec2.amazonaws.com","scheduler.amazonaws.com"]}`, ""):                                                             "true",
		trust(`{"Service":"scheduler.amazonaws.com"}`, `{"StringEquals":{"aws:SourceAccount":"<<data.aws_caller_identity.x.account_id>>"}}`): "false",
		trust(`{"Service":"ecs-tasks.amazonaws.com"}`, `{"ArnLike":{"aws:SourceArn":"arn:aws:ecs:eu-west-1:111122223333:*"}}`):               "false",
		trust(`{"Service":"ecs-tasks.amazonaws.com"}`, `{"ArnLike":{"aws:SourceArn":"arn:aws:ecs:*:*:*"}}`):                                  "true",
		trust(`{"Service":"logs.eu-west-1.amazonaws.com"}`, ""):                                                                              "true",
		trust(`{"Service":"<<var.service>>"}`, ""):                                                                                           "unknown",
	} {
		got, applies := policies(doc).TrustConfusedDeputy()
		if !applies || got.String() != want {
			t.Errorf("%s: got %v (%s), want %s", doc, got, got.Why(), want)
		}
	}
}

func TestTrustsOnlyServices(t *testing.T) {
	for principal, want := range map[string]bool{
		`{"Service":"batch.amazonaws.com"}`:                           true,
		`{"Service":["eks.amazonaws.com","spotfleet.amazonaws.com"]}`: true,
		`{"Service":["eks.amazonaws.com","ec2.amazonaws.com"]}`:       false,
		`{"Service":"lambda.amazonaws.com"}`:                          false,
		`{"Service":"<<var.service>>.amazonaws.com"}`:                 false,
		`{"Service":"batch.amazonaws.com","AWS":"111122223333"}`:      false,
		`"*"`: false,
	} {
		if got := policies(trust(principal, "")).TrustsOnlyServices(); got != want {
			t.Errorf("%s: got %t", principal, got)
		}
	}
	if policies(`{"Statement":"<<var.trust>>"}`).TrustsOnlyServices() {
		t.Error("what is not known may be anybody")
	}
}
