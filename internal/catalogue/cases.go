package catalogue

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/strictyaml"
)

// Case is a small real configuration and what must come out of it.
type Case struct {
	Service string // "aws/sqs"
	Name    string // "queues", or in another dialect "queues.cfn.yaml"
	Config  string // path of the configuration file
	// Twin tells that the expectations are those of another dialect's
	// configuration: its assets go by the other's types and names.
	Twin bool
	Want map[string]*Expectation
}

// Expectation is what one asset of a case must look like. A fact or owner
// "unknown" must be unknown.
type Expectation struct {
	Facts  map[string]any    `yaml:"facts"`
	Owners map[string]string `yaml:"owners"`
	Absent []string          `yaml:"absent"`
	// TwinDiffers are facts that other dialects cannot say, or say otherwise.
	TwinDiffers []string `yaml:"twin_differs"`
}

// fixtures are the endings of configuration in cases and fixtures, and the name
// under which a file of that kind is met in the field.
var fixtures = []struct{ ending, as string }{
	{".tf", "main.tf"},
	{".cfn.yaml", "template.yaml"},
	{".cfn.json", "template.json"},
	{".arm.json", "azuredeploy.json"},
	{".k8s.yaml", "manifest.yaml"},
	{".cai.json", "assets.json"},
	{".config.json", "config-snapshot.json"},
	{".dockerfile", "Dockerfile"},
	{".compose.yaml", "compose.yaml"},
	{".workflow.yaml", ".github/workflows/workflow.yaml"},
	{".demarc.yaml", "demarc.yaml"},
	{".host.txtar", "host.json"}, // the root of a server
	{".txtar", "."},              // several files
}

// Fixture tells what the file of a case or a check's fixture is: its name
// without the ending, the ending, and the path under which such a file is met
// in the field. The last result is false for other files.
func Fixture(file string) (stem, ending, as string, ok bool) {
	name := filepath.Base(file)
	for _, f := range fixtures {
		if stem, ok := strings.CutSuffix(name, f.ending); ok && stem != "" {
			return stem, f.ending, f.as, true
		}
	}
	return "", "", "", false
}

// Cases lists the cases below a catalogue directory.
func Cases(dir string) ([]Case, error) {
	files, err := filepath.Glob(filepath.Join(dir, "services", "*", "*", "cases", "*"))
	if err != nil {
		return nil, err
	}
	slices.Sort(files)
	var out []Case
	for _, f := range files {
		stem, ending, _, ok := Fixture(f)
		if !ok {
			continue
		}
		service := filepath.Dir(filepath.Dir(f))
		c := Case{Service: filepath.Base(filepath.Dir(service)) + "/" + filepath.Base(service), Name: stem, Config: f}
		if ending != ".tf" {
			c.Name += ending
			_, err := os.Stat(filepath.Join(filepath.Dir(f), stem+".tf"))
			c.Twin = err == nil
		}
		if c.Want, err = expectations(filepath.Join(filepath.Dir(f), stem+".yaml")); err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

func expectations(file string) (map[string]*Expectation, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("a case needs its expectations: %w", err)
	}
	var want struct {
		Assets map[string]*Expectation `yaml:"assets"`
	}
	if err := strictyaml.Decode(file, text, &want); err != nil {
		return nil, err
	}
	return want.Assets, nil
}
