package cloudformation

import "testing"

func TestDetect(t *testing.T) {
	tests := []struct {
		name, text string
		want       bool
	}{
		{"a.yaml", "AWSTemplateFormatVersion: '2010-09-09'\n", true},
		{"a.yaml", "# comment\n---\nTransform: AWS::Serverless-2016-10-31\n", true},
		{"a.yaml", "Transform:\n  - AWS::LanguageExtensions\n", true},
		{"a.yaml", "Transform: [My, 'AWS::Serverless-2016-10-31']\n", true},
		{"a.yml", "Description: x\nResources:\n  A:\n    Properties: {}\n    Type: 'AWS::S3::Bucket'\n", true},
		{"a.template", "Resources:\n  A:\n    Type: Custom::Thing\n", true},
		{"a.yaml", "Resources:\n  A:\n    Type: Alexa::ASK::Skill\r\n", true},
		{"a.yaml", "Resources:\r\n  A:\r\n    Type: AWS::S3::Bucket\r\n", true},
		{"a.yaml", "Resources: { A: { Type: AWS::S3::Bucket } }\n", true},
		{"a.yaml", "Resources:\n  A: { Condition: x, Type: 'AWS::S3::Bucket' }\n", true},
		{"a.yaml", "---\n\n  # all of it is indented\n  Description: x\n  Resources:\n    A:\n      Type: AWS::S3::Bucket\n", true},
		{"a.json", `{"AWSTemplateFormatVersion": "2010-09-09"}`, true},
		{"a.json", "\xef\xbb\xbf" + ` {"Description": "x", "Resources": {"A": {"Properties": {"Type": "no"}, "Type": "AWS::S3::Bucket"`, true},
		{"a.json", `{"Transform": ["AWS::Serverless-2016-10-31"], "x"`, true},
		{"a.json", `{"Resources": {}, "Transform": "AWS::LanguageExtensions"}`, true},
		{"cdk.out/manifest.json", `{"version": "36.0.0", "artifacts": {"A": {"type": "aws:cloudformation:stack"}}}`, true},

		{"manifest.json", `{"name": "web app", "icons": []}`, false},
		{"a.go", "AWSTemplateFormatVersion: x", false},
		{"a.md", "AWSTemplateFormatVersion: x", false},
		{"a.yaml", "apiVersion: v1\nkind: ConfigMap\ndata:\n  t: |\n    AWSTemplateFormatVersion: x\n    Resources:\n      A:\n        Type: AWS::S3::Bucket\n", false},
		{"serverless.yml", "service: x\nprovider: { name: aws }\nresources:\n  Resources:\n    A:\n      Type: AWS::S3::Bucket\n", false},
		{"a.yaml", "Resources: [a]\nType: AWS::S3::Bucket\n", false},
		{"a.yaml", "Resources:\n  A:\n    ResourceType: AWS\n    Types: AWS::S3::Bucket\n", false},
		{"a.yaml", "Transform: something\nA:\n  AWS: x\n", false},
		{"a.json", `{"Resources": {"A": {"Type": "Microsoft.Web/sites"}}}`, false},
		{"a.json", `{"Resources": {"A": {"B": {"Type": "AWS::S3::Bucket"}}}}`, false},
		{"a.json", `{"resources": [{"type": "Microsoft.Web/sites"}], "$schema": "AWS::"}`, false},
		{"a.json", `{"Resources": "AWS::S3::Bucket"}`, false},
		{"a.json", `{"nested": {"AWSTemplateFormatVersion": "x"}}`, false},
		{"a.json", `{`, false},
		{"a.json", ``, false},
		{"a.json", `[{"AWSTemplateFormatVersion": "x"}]`, false},
	}
	for _, tt := range tests {
		if got := Detect(tt.name, []byte(tt.text)); got != tt.want {
			t.Errorf("Detect(%s, %q) = %v", tt.name, tt.text, got)
		}
	}
}
