package cloudformation

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/source/sourcetest"
)

// readAll reads every root template below dir, as the walk over a repository
// does.
func readAll(t testing.TB, dir string, opt Options) *sourcetest.Recorder {
	t.Helper()
	var found []string
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		head, err := os.ReadFile(p)
		if err == nil && Detect(p, head[:min(len(head), maxHead)]) {
			found = append(found, p)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	roots, err := Roots(t.Context(), dir, found)
	if err != nil {
		t.Fatal(err)
	}
	rec := &sourcetest.Recorder{}
	for _, root := range roots {
		if err := Read(t.Context(), dir, root, opt, rec); err != nil {
			t.Fatal(err)
		}
	}
	return rec
}

// readText reads one template.
func readText(t testing.TB, text string, opt Options) *sourcetest.Recorder {
	t.Helper()
	dir := t.TempDir()
	sourcetest.Write(t, dir, map[string]string{"t.yaml": text})
	rec := &sourcetest.Recorder{}
	if err := Read(t.Context(), dir, "t.yaml", opt, rec); err != nil {
		t.Fatal(err)
	}
	return rec
}

// TestGolden reads each archive of testdata and compares what came of it with
// the archive's own golden.json. The comment may name options, one a line:
// "parameter Name=value", "region x", "account n".
func TestGolden(t *testing.T) {
	sourcetest.Golden(t, func(t *testing.T, dir, comment string) *sourcetest.Recorder {
		return readAll(t, dir, optionsIn(comment))
	})
}

func optionsIn(comment string) Options {
	opt := Options{Parameters: map[string]string{}}
	for line := range strings.Lines(comment) {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch word {
		case "parameter":
			k, v, _ := strings.Cut(rest, "=")
			opt.Parameters[k] = v
		case "region":
			opt.Region = rest
		case "account":
			opt.Account = rest
		}
	}
	return opt
}

// TestEchoedRange reads a network's range through Fn::GetAtt, which repeats the
// property: a rule that admits only its own network must not look open.
func TestEchoedRange(t *testing.T) {
	dir := sourcetest.Write(t, t.TempDir(), map[string]string{"t.yaml": `
Parameters:
  Range: {Type: String}
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Asked: {Type: AWS::EC2::VPC, Properties: {CidrBlock: !Ref Range}}
  Planned: {Type: AWS::EC2::VPC, Properties: {Ipv4NetmaskLength: 16}}
  Circle: {Type: AWS::EC2::VPC, Properties: {CidrBlock: !GetAtt Circle.CidrBlock}}
  Known: {Type: AWS::EC2::SecurityGroupIngress, Properties: {CidrIp: !GetAtt Vpc.CidrBlock, Description: !Sub "from ${Vpc.CidrBlock}"}}
  Open: {Type: AWS::EC2::SecurityGroupIngress, Properties: {CidrIp: !GetAtt Asked.CidrBlock}}
  Later: {Type: AWS::EC2::SecurityGroupIngress, Properties: {CidrIp: !GetAtt Planned.CidrBlock}}
  Around: {Type: AWS::EC2::SecurityGroupIngress, Properties: {CidrIp: !GetAtt Circle.CidrBlock}}
`})
	r := readAll(t, dir, Options{})
	known := r.Find(t, "Known").Body
	if known["CidrIp"] != "10.0.0.0/16" || known["Description"] != "from 10.0.0.0/16" {
		t.Errorf("the known range is read as %v, in text as %v", known["CidrIp"], known["Description"])
	}
	for address, reason := range map[string]string{
		"Open": "parameter Range has no default", "Later": "Planned.CidrBlock is known after deployment", "Around": "",
	} {
		u, ok := r.Find(t, address).Body["CidrIp"].(*source.Unknown)
		if !ok || reason != "" && u.Reason != reason {
			t.Errorf("%s: the range is %v, want it unknown: %s", address, r.Find(t, address).Body["CidrIp"], reason)
		}
	}
}
