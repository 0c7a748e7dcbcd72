package cloudformation

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/demarc-sec/demarc/internal/source/sourcetest"
)

// generate writes a template of n resources, with policies, references,
// conditions and mappings among them, in YAML or JSON.
func generate(tb testing.TB, n int, asJSON bool) (dir string) {
	tb.Helper()
	dir = tb.TempDir()
	var b strings.Builder
	if asJSON {
		b.WriteString(`{"Parameters":{"Env":{"Type":"String","Default":"prod"}},"Conditions":{"P":{"Fn::Equals":[{"Ref":"Env"},"prod"]}},"Resources":{`)
		for i := range n {
			if i > 0 {
				b.WriteString(",\n")
			}
			if i%2 == 0 {
				fmt.Fprintf(&b, ` "Bucket%d": {"Type": "AWS::S3::Bucket", "Condition": "P", "Properties": {"BucketName": {"Fn::Sub": "${Env}-${AWS::AccountId}-%[1]d"},
  "VersioningConfiguration": {"Status": "Enabled"}, "Tags": [{"Key": "team", "Value": "core"}]}}`, i)
			} else {
				fmt.Fprintf(&b, ` "Policy%d": {"Type": "AWS::S3::BucketPolicy", "Properties": {"Bucket": {"Ref": "Bucket%[2]d"}, "PolicyDocument": {"Version": "2012-10-17",
  "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": {"Fn::Join": ["", [{"Fn::GetAtt": ["Bucket%[2]d", "Arn"]}, "/*"]]}}]}}}`, i, i-1)
			}
		}
		b.WriteString("}}")
	} else {
		b.WriteString("Parameters: { Env: { Type: String, Default: prod } }\nConditions: { P: !Equals [!Ref Env, prod] }\nResources:\n")
		for i := range n {
			if i%2 == 0 {
				fmt.Fprintf(&b, "  # bucket %d\n  Bucket%[1]d:\n    Type: AWS::S3::Bucket\n    Condition: P\n    Properties:\n      BucketName: !Sub \"${Env}-${AWS::AccountId}-%[1]d\"\n"+
					"      VersioningConfiguration:\n        Status: Enabled\n      Tags:\n        - Key: team\n          Value: core\n", i)
			} else {
				fmt.Fprintf(&b, "  Policy%d:\n    Type: AWS::S3::BucketPolicy\n    Properties:\n      Bucket: !Ref Bucket%[2]d\n      PolicyDocument:\n        Version: \"2012-10-17\"\n        Statement:\n"+
					"          - Effect: Allow\n            Principal: \"*\"\n            Action: s3:GetObject\n            Resource: !Sub \"${Bucket%[2]d.Arn}/*\"\n", i, i-1)
			}
		}
	}
	sourcetest.Write(tb, dir, map[string]string{"t.yaml": b.String()})
	return dir
}

func BenchmarkRead(b *testing.B) {
	for _, syntax := range []string{"yaml", "json"} {
		b.Run(syntax, func(b *testing.B) {
			dir := generate(b, 500, syntax == "json") // as many as CloudFormation takes
			if fi, err := os.Stat(filepath.Join(dir, "t.yaml")); err == nil {
				b.SetBytes(fi.Size())
			}
			b.ReportAllocs()
			for b.Loop() {
				if err := Read(b.Context(), dir, "t.yaml", Options{}, discard{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkDetect(b *testing.B) {
	head := []byte("Other:\n" + strings.Repeat("  key: some value of AWS::Nothing\n", 1700))
	b.SetBytes(int64(len(head)))
	for b.Loop() {
		if Detect("x.yaml", head) {
			b.Fatal("detected")
		}
	}
}

// A large template must come out whole, and the same in both syntaxes.
func TestGenerated(t *testing.T) {
	for _, asJSON := range []bool{false, true} {
		rec := &sourcetest.Recorder{}
		if err := Read(t.Context(), generate(t, 500, asJSON), "t.yaml", Options{}, rec); err != nil {
			t.Fatal(err)
		}
		if len(rec.Resources) != 500 || len(rec.Gaps) > 0 {
			t.Errorf("json %v: %d resources, gaps %v", asJSON, len(rec.Resources), rec.Gaps)
		}
	}
}
