package cloudformation

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/source/sourcetest"
)

// TestSecretOutputs finds what outputs give away: keys that a resource hands
// out, here or in a nested stack, and parameters that are kept secret.
func TestSecretOutputs(t *testing.T) {
	dir := sourcetest.Write(t, t.TempDir(), map[string]string{
		"t.yaml": `
Transform: AWS::LanguageExtensions
Parameters:
  Gate: {Type: String, NoEcho: true}
  DbUser: {Type: String, NoEcho: true}
  Off: {Type: String, Default: "no"}
Conditions:
  Never: !Equals [!Ref Off, "yes"]
Resources:
  Fn::ForEach::Keys:
    - Who
    - [Ann, Bob]
    - "Key${Who}": {Type: AWS::IAM::AccessKey, Properties: {UserName: !Ref Who}}
  Pool: {Type: AWS::Cognito::UserPoolClient, Properties: {UserPoolId: p}}
  Made: {Type: "Custom::Password"}
  Inner: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: n.yaml}}
Outputs:
  Id: {Value: !Ref KeyAnn}
  Status: {Value: !GetAtt Pool.ClientId}
  User: {Value: !Ref DbUser}
  MadeArn: {Value: !GetAtt Made.SecretArn}
  Never: {Value: !GetAtt KeyAnn.SecretAccessKey, Condition: Never}
  Plain: {Value: !GetAtt Inner.Outputs.Plain}
  Kept: {Value: "{{resolve:secretsmanager:shop:SecretString:password}}"}
  Pool: {Value: !GetAtt Pool.ClientSecret}
  Url: {Value: !Sub "https://x:${Gate}@example.com"}
  Half: {Value: !Select [0, !Split ["-", !GetAtt Made.Password]]}
  Inner: {Value: !GetAtt Inner.Outputs.Key}
  Fn::ForEach::Secrets:
    - Who
    - [Ann, Bob]
    - "Secret${Who}": {Value: !GetAtt "Key${Who}.SecretAccessKey"}
`,
		"n.yaml": `
Resources:
  Key: {Type: AWS::IAM::AccessKey, Properties: {UserName: x}}
Outputs:
  Plain: {Value: !Ref Key}
  Key: {Value: !GetAtt Key.SecretAccessKey}
`,
	})
	r := readAll(t, dir, Options{})
	for address, want := range map[string][]string{
		"Outputs":       {"Half", "Inner", "Pool", "SecretAnn", "SecretBob", "Url"},
		"Inner/Outputs": {"Key"},
	} {
		outputs, _ := r.Find(t, address).Body["Outputs"].(map[string]any)
		if got := slices.Sorted(maps.Keys(outputs)); !slices.Equal(got, want) {
			t.Errorf("%s gives away %v, want %v", address, got, want)
		}
		for name, v := range outputs {
			if u, ok := v.(*source.Unknown); !ok || !strings.Contains(u.Text, "secret(") {
				t.Errorf("%s: %s is %v, want a secret", address, name, v)
			}
		}
	}
}
