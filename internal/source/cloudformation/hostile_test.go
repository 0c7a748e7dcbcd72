package cloudformation

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/source/sourcetest"
)

func nested(n int, open, inside, end string) string {
	return strings.Repeat(open, n) + inside + strings.Repeat(end, n)
}

// bomb doubles through aliases.
func bomb(levels int) string {
	var b strings.Builder
	b.WriteString("Metadata:\n  l0: &l0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := range levels {
		fmt.Fprintf(&b, "  l%d: &l%d [*l%d, *l%d, *l%d, *l%d, *l%d, *l%d, *l%d, *l%d]\n", i+1, i+1, i, i, i, i, i, i, i, i)
	}
	fmt.Fprintf(&b, "Resources:\n  Ok:\n    Type: AWS::S3::Bucket\n    Properties: { X: *l%d }\n", levels)
	return b.String()
}

// chain makes parameters' and conditions' worth of values that lead to one another.
func chain(n int) string {
	var b strings.Builder
	b.WriteString("Conditions:\n  C0: !Equals [a, a]\n")
	for i := range n {
		fmt.Fprintf(&b, "  C%d: !And [!Condition C%d, !Condition C%d]\n", i+1, i, i)
	}
	fmt.Fprintf(&b, "Resources:\n  Ok: { Type: AWS::S3::Bucket, Condition: C%d }\n", n)
	return b.String()
}

const rest = "\nResources:\n  Ok: { Type: AWS::S3::Bucket }\n"

func TestHostile(t *testing.T) {
	tests := []struct {
		name, text string
		kind       string // of a gap there must be
		gone       bool   // the resource Ok need not be found
	}{
		{name: "empty", text: "", gone: true},
		{name: "comment", text: "# nothing\n", gone: true},
		{name: "scalar", text: "x", gone: true},
		{name: "list", text: "[1, 2]", gone: true},
		{name: "not utf-8", text: "Resources: \xff\xfe", kind: "file", gone: true},
		{name: "nul", text: "Resources:\n  A:\x00\n", kind: "file", gone: true},
		{name: "unclosed", text: "Resources: {A: [", kind: "file", gone: true},
		{name: "tabs", text: "Resources:\n\tOk:\n\t\tType: AWS::S3::Bucket\n", kind: "file", gone: true},
		{name: "json cut", text: `{"Resources": {"Ok": {"Type": "AWS::S3::Bucket"}, "B": {"Type"`, kind: "file"},
		{name: "json behind", text: `{"Resources": {"Ok": {"Type": "AWS::S3::Bucket"}}} more`, kind: "file"},
		{name: "json deep", text: `{"Resources": {"Ok": {"Type": "AWS::S3::Bucket"}, "B": ` + nested(100_000, "[", "", "]") + `}}`, kind: "file"},
		{name: "yaml deep flow", text: "Metadata: " + nested(100_000, "[", "", "]") + rest, kind: "file", gone: true},
		{name: "yaml less deep flow", text: "Metadata: " + nested(1_000, "[", "", "]") + rest, kind: "file", gone: true},
		{name: "yaml deep block", text: func() string {
			var b strings.Builder
			b.WriteString("Resources:\n  Ok: { Type: AWS::S3::Bucket }\nMetadata:\n")
			for i := range 1_000 {
				b.WriteString(strings.Repeat(" ", i+1) + "a:\n")
			}
			return b.String()
		}(), kind: "file"},
		{name: "alias bomb", text: bomb(12), kind: "file"},
		{name: "alias of nothing", text: "Metadata: *x" + rest, kind: "file", gone: true},
		{name: "alias in itself", text: "Metadata: &x { a: *x }" + rest, kind: "file"},
		{name: "merge of itself", text: "Metadata: &x { <<: *x, a: 1 }" + rest, kind: "file"},
		{name: "merge of text", text: "Metadata: { <<: text }" + rest},
		{name: "keys of maps", text: "Metadata: { ? { a: b } : c, ? [d] : e }" + rest, kind: "file"},
		{name: "duplicate keys", text: "Metadata: { " + strings.Repeat("a: 1, ", 10_000) + "}" + rest, kind: "file"},
		{name: "many values", text: "Metadata: [" + strings.Repeat("a,", 3_000_000) + "]" + rest, kind: "file", gone: true},
		{name: "long line", text: "Metadata: " + strings.Repeat("x", 7<<20) + rest},
		{name: "long quoted line", text: "Metadata: \"" + strings.Repeat("x ", 3<<20) + "\"" + rest},
		{name: "too large", text: strings.Repeat("#", 9<<20) + rest, kind: "limit", gone: true},
		{name: "comments", text: strings.Repeat("# x\n", 100_000) + rest},
		{name: "long text", text: "Metadata: |\n" + strings.Repeat("  x # y\n", 100_000) + rest},
		{name: "resources text", text: "Resources: no\nAWSTemplateFormatVersion: x\n", gone: true},
		{name: "resources list", text: "Resources: [a, b]\n", gone: true},
		{name: "resource null", text: rest + "  N:\n  L: [a]\n  T: text\n  U: { Type: [a] }\n  V: { Type: AWS::A::B, Properties: [x], Condition: [y] }\n", kind: "file"},
		{name: "condition of itself", text: "Conditions:\n  A: !Not [!Condition B]\n  B: !Condition A\nResources:\n  Ok: { Type: AWS::S3::Bucket }\n  B: { Type: AWS::S3::Bucket, Condition: A }\n"},
		{name: "condition undeclared", text: rest + "  B: { Type: AWS::S3::Bucket, Condition: Nope }\n", kind: "expression"},
		{name: "conditions doubling", text: chain(150)},
		{name: "conditions in a chain", text: chain(2_000), gone: true},
		{name: "doubling text", text: func() string {
			var b strings.Builder
			b.WriteString("Mappings: { M: { A: { x: xxxxxxxxxxxxxxxx } } }\nResources:\n  Ok: { Type: AWS::S3::Bucket }\n  B:\n    Type: AWS::S3::Bucket\n    Properties:\n      V: ")
			for range 30 {
				b.WriteString("!Sub ['${a}${a}${a}${a}${a}${a}${a}${a}', { a: ")
			}
			return b.String() + "x" + strings.Repeat("}]", 30) + "\n"
		}(), kind: "limit"},
		{name: "loops in loops", text: "Parameters: { P: { Type: CommaDelimitedList, Default: '" + strings.Repeat("a,", 999) + "' } }\nResources:\n  Ok: { Type: AWS::S3::Bucket }\n" +
			"  Fn::ForEach::A:\n  - A\n  - !Ref P\n  - Fn::ForEach::B:\n    - B\n    - !Ref P\n    - Fn::ForEach::C: [C, !Ref P, { \"X${A}${B}${C}\": { Type: AWS::S3::Bucket } }]\n", kind: "limit", gone: true},
		{name: "loop of everything", text: rest + "  Fn::ForEach::A: text\n  Fn::ForEach::B: [B, [1], text]\n  Fn::ForEach::C: [[A, B], [1], {}]\n  Fn::ForEach::D: [D, 5, { E: {} }]\n", kind: "expression"},
		{name: "functions misused", text: rest + `  B:
    Type: AWS::S3::Bucket
    Properties:
      A: !Ref [a]
      B: !GetAtt x
      C: !Sub { a: b }
      D: !Join [a]
      E: !Select [x, [a]]
      F: !Select [-1, [a]]
      G: !Split ["", abc]
      H: !FindInMap [a]
      I: !Cidr [10.0.0.0/8, 300, 1]
      J: !Cidr [10.0.0.0/8, 1, 99]
      K: !Cidr ["::/0", 256, 128]
      L: !If [a]
      M: !If [{ "Fn::Equals": [1] }, a, b]
      N: !Length text
      O: !Sub "${"
      P: !Sub "${}"
      Q: !Sub "${!}"
      R: !Join [{}, [a]]
      S: !Join [",", [[a], { b: c }]]
      T: !Transform
      U: !GetAtt [a, [b]]
      V: !ImportValue [a]
      W: !Base64 { a: b }
      X: !Sub ["${a}", text]
      Y: !Nothing
      Z: { "Fn::Equals": [a, [b]] }
`, kind: "expression"},
		{name: "parameters misused", text: "Parameters:\n  A: text\n  B: { Type: [x], Default: { a: b } }\n  C: { Type: Number, Default: abc }\n  D: { AllowedValues: { a: b } }\n" +
			rest + "  B: { Type: AWS::S3::Bucket, Properties: { A: !Ref A, B: !Ref B, C: !Ref C, D: !Sub '${D}${B}' } }\n"},
		{name: "sam misused", text: "Transform: AWS::Serverless-2016-10-31\nGlobals: { Function: [x], Api: text }\n" + rest + `  F:
    Type: AWS::Serverless::Function
    Properties: { Events: { A: text, B: { Type: [x] }, C: { Type: Api, Properties: [y] }, D: { Type: SQS } }, Policies: { a: b, c: d }, FunctionUrlConfig: x, Tags: [a], AutoPublishAlias: [x], DeadLetterQueue: x, VpcConfig: 5 }
  G: { Type: AWS::Serverless::Function, Properties: { Policies: [[a], 5, { SQSPollerPolicy: x }], Events: [a] } }
  H: { Type: AWS::Serverless::Api, Properties: { Domain: x, StageName: [a], EndpointConfiguration: [x] } }
  I: { Type: AWS::Serverless::Nothing }
  J: { Type: AWS::Serverless::SimpleTable, Properties: { PrimaryKey: text } }
  K: { Type: AWS::Serverless::WebSocketApi, Properties: { Routes: { "$": { FunctionArn: x }, "": text } } }
  L: { Type: AWS::Serverless::StateMachine, Properties: { Events: { A: { Type: X } } } }
`, kind: "resource"},
		{name: "nested outside", text: rest + "  N: { Type: AWS::CloudFormation::Stack, Properties: { TemplateURL: ../../../../etc/passwd } }\n", kind: "module"},
		{name: "nested absolute", text: rest + "  N: { Type: AWS::CloudFormation::Stack, Properties: { TemplateURL: /etc/passwd } }\n", kind: "module"},
		{name: "nested itself", text: rest + "  N: { Type: AWS::CloudFormation::Stack, Properties: { TemplateURL: t.yaml } }\n", kind: "module"},
		{name: "nested directory", text: rest + "  N: { Type: AWS::CloudFormation::Stack, Properties: { TemplateURL: . } }\n", kind: "module"},
		{name: "nested in loops of outputs", text: rest + "  N: { Type: AWS::CloudFormation::Stack, Properties: { TemplateURL: n.yaml, Parameters: { P: !GetAtt M.Outputs.O } } }\n" +
			"  M: { Type: AWS::CloudFormation::Stack, Properties: { TemplateURL: n.yaml, Parameters: { P: !GetAtt N.Outputs.O } } }\n"},
		{name: "forged hole", text: rest + "  B: { Type: AWS::S3::Bucket, Properties: { v: !Sub \"\uE000evil\uE001 ${Ok}\" } }\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			sourcetest.Write(t, dir, map[string]string{
				"t.yaml": tt.text,
				"n.yaml": "Parameters: { P: { Type: String } }\nResources: { X: { Type: AWS::SNS::Topic } }\nOutputs: { O: { Value: !Ref P } }\n",
			})
			// Budgets end each of these; the deadline only keeps a test that
			// found a hole from hanging.
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			rec := &sourcetest.Recorder{}
			if err := Read(ctx, dir, "t.yaml", Options{}, rec); err != nil {
				t.Fatal(err)
			}
			if !tt.gone {
				rec.Find(t, "Ok")
			}
			found := tt.kind == ""
			for _, g := range rec.Gaps {
				if strings.Contains(g.What, "evaluator") || g.At.File == "" || g.What == "" || g.Mend == "" || len(g.What) > 1000 {
					t.Errorf("gap %+v", g)
				}
				found = found || g.Kind == tt.kind
			}
			if !found {
				t.Errorf("no gap of kind %q in %v", tt.kind, rec.Gaps)
			}
			for _, r := range rec.Resources {
				if u, ok := r.Body["v"].(*source.Unknown); ok && strings.Contains(u.Text, source.HoleOpen+"evil") {
					t.Error("a forged hole came through")
				}
			}
		})
	}
}

// A tree of stacks that doubles at each level is cut.
func TestStackFanOut(t *testing.T) {
	dir := t.TempDir()
	for i := range 30 {
		text := fmt.Sprintf("Resources:\n  A: { Type: AWS::CloudFormation::Stack, Properties: { TemplateURL: n%[1]d.yaml } }\n"+
			"  B: { Type: AWS::CloudFormation::Stack, Properties: { TemplateURL: n%[1]d.yaml } }\n  C: { Type: AWS::CloudFormation::Stack, Properties: { TemplateURL: n%[1]d.yaml } }\n", i+1)
		sourcetest.Write(t, dir, map[string]string{fmt.Sprintf("n%d.yaml", i): text})
	}
	rec := &sourcetest.Recorder{}
	if err := Read(t.Context(), dir, "n0.yaml", Options{}, rec); err != nil {
		t.Fatal(err)
	}
	if len(rec.Gaps) == 0 || rec.Gaps[0].Kind != "limit" || len(rec.Resources) > 4*maxStacks {
		t.Errorf("%d resources, gaps %v", len(rec.Resources), rec.Gaps[:min(3, len(rec.Gaps))])
	}
	roots, err := Roots(t.Context(), dir, []string{"n1.yaml", "n0.yaml", "n2.yaml"})
	if err != nil || len(roots) != 1 || roots[0] != "n0.yaml" {
		t.Errorf("roots %v, %v", roots, err)
	}
}

// What hostile templates may take is bounded.
func TestMemory(t *testing.T) {
	for name, text := range map[string]string{
		"yaml": "Resources: [" + strings.Repeat("a,", maxNodes-100) + "]",
		"json": `{"Resources": [` + strings.Repeat("1,", 3_000_000) + `1]}`,
		"bomb": bomb(30),
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			readText(t, text, Options{})
			runtime.ReadMemStats(&after)
			if got := (after.TotalAlloc - before.TotalAlloc) >> 20; got > 700 {
				t.Errorf("took %d MB", got)
			}
		})
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := t.TempDir()
	sourcetest.Write(t, dir, map[string]string{"t.yaml": rest})
	if err := Read(ctx, dir, "t.yaml", Options{}, &sourcetest.Recorder{}); !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v", err)
	}
}

func TestLinks(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("symbolic links need a privilege there")
	}
	outside, dir := t.TempDir(), t.TempDir()
	sourcetest.Write(t, outside, map[string]string{"secret.yaml": "Resources:\n  Secret: { Type: AWS::S3::Bucket }\n"})
	if err := os.Symlink(filepath.Join(outside, "secret.yaml"), filepath.Join(dir, "n.yaml")); err != nil {
		t.Fatal(err)
	}
	sourcetest.Write(t, dir, map[string]string{"t.yaml": rest + "  N: { Type: AWS::CloudFormation::Stack, Properties: { TemplateURL: n.yaml } }\n"})
	rec := &sourcetest.Recorder{}
	if err := Read(t.Context(), dir, "t.yaml", Options{}, rec); err != nil {
		t.Fatal(err)
	}
	if len(rec.Resources) != 2 || len(rec.Gaps) != 1 || rec.Gaps[0].Kind != "module" {
		t.Errorf("resources %v, gaps %v", rec.Resources, rec.Gaps)
	}
	if err := Read(t.Context(), dir, "n.yaml", Options{}, rec); err == nil {
		t.Error("a link out of the directory was followed")
	}
	if err := Read(t.Context(), dir, "../x.yaml", Options{}, rec); err == nil {
		t.Error("a path out of the directory was followed")
	}
	if err := Read(t.Context(), dir, "none.yaml", Options{}, rec); err == nil {
		t.Error("no error for a missing template")
	}
}

func FuzzRead(f *testing.F) {
	f.Add("Resources:\n  A: &a\n    Type: AWS::S3::Bucket\n    Properties: { X: !Sub \"${B.Arn}/${AWS::Region}\", Y: !If [C, 1, !Ref AWS::NoValue] }\n  B: *a\nConditions: { C: !Equals [!Ref P, x] }\nParameters: { P: { Type: String } }\n")
	f.Add(`{"Resources":{"A":{"Type":"AWS::SQS::Queue","Properties":{"P":{"Fn::Join":["-",[{"Ref":"A"},{"Fn::Select":[0,{"Fn::Split":[",","a,b"]}]}]]}}}}}`)
	f.Add("Transform: AWS::Serverless-2016-10-31\nResources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties: { Events: { A: { Type: Api, Properties: { Path: '/{x}' } } }, Policies: [SQSPollerPolicy: { QueueName: q }] }\n")
	f.Add("Resources:\n  Fn::ForEach::L: [I, [a, b], { \"X${I}\": { Type: AWS::SNS::Topic, Properties: { N: !Ref I } } }]\n  S: { Type: AWS::CloudFormation::Stack, Properties: { TemplateURL: n.yaml, Parameters: { P: !GetAtt S.Outputs.O } } }\n")
	f.Add("Mappings: { M: { a: { b: c } } }\nResources:\n  A: { Type: AWS::IAM::Policy, Properties: { D: { Statement: [!If [X, { Effect: Allow }, !FindInMap [M, !Ref P, b]]] }, T: !Cidr [10.0.0.0/8, 2, 8] } }\n")
	f.Fuzz(func(t *testing.T, text string) {
		dir := t.TempDir()
		sourcetest.Write(t, dir, map[string]string{
			"t.yaml": text,
			"n.yaml": "Parameters: { P: { Type: String } }\nResources: { X: { Type: AWS::SNS::Topic } }\nOutputs: { O: { Value: !Ref P } }\n",
		})
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		Detect("t.yaml", []byte(text))
		rec := &sourcetest.Recorder{}
		if err := Read(ctx, dir, "t.yaml", Options{}, rec); err != nil {
			t.Fatal(err)
		}
		for _, g := range rec.Gaps {
			if strings.Contains(g.What, "inside the evaluator") {
				t.Fatal(g)
			}
		}
	})
}
