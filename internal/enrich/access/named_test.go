package access

import (
	"strings"
	"testing"

	et "github.com/demarc-sec/demarc/internal/enrich/enrichtest"
	"github.com/demarc-sec/demarc/internal/estate"
)

// TestOverNamedThings counts permissions on single things where they suffice:
// on the holder itself, on what it may assume, on somebody stronger.
func TestOverNamedThings(t *testing.T) {
	may := func(resource string, actions ...string) string {
		return `{"Statement":[{"Effect":"Allow","Action":["` + strings.Join(actions, `","`) + `"],"Resource":"` + resource + `"}]}`
	}
	ref := func(address string) string { return "\uE000" + address + "\uE001" }
	asset := func(id, kind, name string, fs et.Facts) *estate.Asset {
		a := et.Asset(id, kind, fs)
		a.Name = name
		return a
	}
	trusts := func(service string) []any {
		return docs(`{"Statement":{"Effect":"Allow","Principal":{"Service":"` + service + `.amazonaws.com"},"Action":"sts:AssumeRole"}}`)
	}
	const functions = `{"Statement":{"Effect":"Allow","Action":["lambda:CreateFunction","lambda:InvokeFunction"],"Resource":"*"}}`
	for name, c := range map[string]struct {
		doc  []any
		kind string
		want any
	}{
		"itself":                                {docs(may("arn:aws:iam::111122223333:role/me", "iam:PutRolePolicy")), "identity-role", []string{"put-role-policy"}},
		"itself by reference":                   {docs(may(ref("aws_iam_role.me.arn"), "iam:AttachRolePolicy")), "identity-role", []string{"attach-role-policy"}},
		"another role":                          {docs(may(ref("aws_iam_role.weak.arn"), "iam:AttachRolePolicy")), "identity-role", []string{}},
		"a role it may assume":                  {docs(may(ref("aws_iam_role.weak.arn"), "iam:AttachRolePolicy", "sts:AssumeRole")), "identity-role", []string{"attach-role-policy"}},
		"the role of a function it may rewrite": {docs(may(ref("aws_iam_role.weak.arn"), "iam:AttachRolePolicy"), may(ref("aws_lambda_function.weak.arn"), "lambda:UpdateFunctionCode")), "identity-role", []string{"attach-role-policy"}},
		"its own user":                          {docs(may("arn:aws:iam::*:user/${aws:username}", "iam:PutUserPolicy", "iam:CreateAccessKey")), "identity-user", []string{"put-user-policy"}},
		"another user":                          {docs(may("arn:aws:iam::111122223333:user/weak", "iam:AttachUserPolicy")), "identity-role", []string{"attach-user-policy"}},
		"a user elsewhere":                      {docs(may("arn:aws:iam::111122223333:user/gone", "iam:AttachUserPolicy")), "identity-role", []string{}},
		"limited to a policy":                   {docs(strings.Replace(may("arn:aws:iam::111122223333:user/weak", "iam:AttachUserPolicy"), `"Resource"`, `"Condition":{"ArnEquals":{"iam:PolicyARN":"arn:aws:iam::aws:policy/ReadOnlyAccess"}},"Resource"`, 1)), "identity-role", []string{}},
		"denied":                                {docs(may("arn:aws:iam::111122223333:user/weak", "iam:AttachUserPolicy"), strings.Replace(may("*", "iam:Attach*"), "Allow", "Deny", 1)), "identity-role", []string{}},
		"key of an administrator":               {docs(may(ref("aws_iam_user.strong.arn"), "iam:CreateAccessKey", "iam:CreateLoginProfile")), "identity-role", []string{"access-key", "login-profile"}},
		"key of a weak user":                    {docs(may(ref("aws_iam_user.weak.arn"), "iam:CreateAccessKey")), "identity-role", []string{}},
		"key of who knows whom":                 {docs(may(ref("aws_iam_user.vague.arn"), "iam:CreateAccessKey")), "identity-role", et.Unknown("later")},
		"a policy it holds":                     {docs(may(ref("aws_iam_policy.held.arn"), "iam:CreatePolicyVersion")), "identity-role", []string{"policy-version"}},
		"a policy of others":                    {docs(may(ref("aws_iam_policy.other.arn"), "iam:CreatePolicyVersion")), "identity-role", []string{}},
		"code of a strong function":             {docs(may(ref("aws_lambda_function.strong.arn"), "lambda:UpdateFunctionCode")), "identity-role", []string{"lambda-code"}},
		"code of a weak function":               {docs(may(ref("aws_lambda_function.weak.arn"), "lambda:UpdateFunctionCode")), "identity-role", []string{}},
		"passes a strong role":                  {docs(may(ref("aws_iam_role.strong.arn"), "iam:PassRole"), functions), "identity-role", []string{"pass-role-lambda"}},
		"passes it and runs nothing":            {docs(may(ref("aws_iam_role.strong.arn"), "iam:PassRole")), "identity-role", []string{}},
		"passes a weak role":                    {docs(may(ref("aws_iam_role.weak.arn"), "iam:PassRole"), functions), "identity-role", []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			me := asset("aws_iam_role.me", c.kind, "me", et.Facts{"identity_policies": c.doc})
			held := asset("aws_iam_policy.held", "identity-policy", "held", et.Facts{"identity_policies": docs(readDoc)})
			other := asset("aws_iam_policy.other", "identity-policy", "other", et.Facts{"identity_policies": docs(readDoc)})
			et.Link(me, "policy", held)
			weak := asset("aws_iam_role.weak", "identity-role", "weak", et.Facts{"identity_policies": docs(readDoc), "trust_policies": trusts("lambda")})
			strong := asset("aws_iam_role.strong", "identity-role", "strong", et.Facts{"identity_policies": docs(adminDoc), "trust_policies": trusts("lambda")})
			all := []*estate.Asset{
				me, held, other, weak, strong,
				asset("aws_iam_user.weak", "identity-user", "weak", et.Facts{"identity_policies": docs(readDoc)}),
				asset("aws_iam_user.strong", "identity-user", "strong", et.Facts{"identity_policies": docs(adminDoc)}),
				asset("aws_iam_user.vague", "identity-user", "vague", et.Facts{"identity_policies": et.Unknown("later")}),
				et.Link(asset("aws_lambda_function.weak", "function", "weak", nil), "role", weak),
				et.Link(asset("aws_lambda_function.strong", "function", "strong", nil), "role", strong),
			}
			Enrich(et.Estate(all...))
			et.Want(t, me, et.Facts{"privilege_escalation": c.want})
		})
	}
}
