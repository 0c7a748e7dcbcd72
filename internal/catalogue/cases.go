package catalogue

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Case is a small real configuration and what must come out of it.
type Case struct {
	Service string // "aws/sqs"
	Name    string // "queues"
	Config  string // path of the configuration file
	Want    map[string]*Expectation
}

// Expectation is what one asset of a case must look like. A fact or owner
// "unknown" must be unknown.
type Expectation struct {
	Facts  map[string]any    `yaml:"facts"`
	Owners map[string]string `yaml:"owners"`
	Absent []string          `yaml:"absent"`
}

// Cases lists the cases below a catalogue directory.
func Cases(dir string) ([]Case, error) {
	files, err := filepath.Glob(filepath.Join(dir, "services", "*", "*", "cases", "*.tf"))
	if err != nil {
		return nil, err
	}
	slices.Sort(files)
	var out []Case
	for _, f := range files {
		stem := strings.TrimSuffix(f, ".tf")
		text, err := os.ReadFile(stem + ".yaml")
		if err != nil {
			return nil, fmt.Errorf("a case needs its expectations: %w", err)
		}
		var want struct {
			Assets map[string]*Expectation `yaml:"assets"`
		}
		if err := Decode(stem+".yaml", text, &want); err != nil {
			return nil, err
		}
		service := filepath.Dir(filepath.Dir(f))
		out = append(out, Case{
			Service: filepath.Base(filepath.Dir(service)) + "/" + filepath.Base(service),
			Name:    filepath.Base(stem), Config: f, Want: want.Assets,
		})
	}
	return out, nil
}
