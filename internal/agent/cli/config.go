package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v3"

	"github.com/demarc-sec/demarc/internal/agent/atomicfile"
)

// Where things are unless flags say otherwise.
const (
	defaultConfig = "/etc/demarc-agent/agent.yaml"
	defaultState  = "/var/lib/demarc-agent"
	maxConfig     = 64 << 10
)

// common are the flags of every command that works with the state.
type common struct{ config, state string }

func (c *common) bind(f *pflag.FlagSet) {
	f.StringVar(&c.config, "config", defaultConfig, "file with defaults for these flags, by their names; it need not exist")
	f.StringVar(&c.state, "state", defaultState, "directory of the identity and of what was not sent yet")
}

// read takes the defaults of flags that were not given from the configuration file. Keys
// are the names of flags of any command: one file serves all.
func (c *common) read(cmd *cobra.Command) error {
	b, err := atomicfile.Read(c.config, maxConfig)
	if errors.Is(err, fs.ErrNotExist) && !cmd.Flags().Changed("config") {
		return nil
	}
	if err != nil {
		return err
	}
	if err := configure(b, cmd); err != nil {
		return fmt.Errorf("%s: %w", c.config, err)
	}
	return nil
}

func configure(b []byte, cmd *cobra.Command) error {
	var doc yaml.Node
	if err := yaml.Unmarshal(b, &doc); err != nil {
		return err
	}
	if len(doc.Content) == 0 {
		return nil
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode {
		return errors.New("it is no mapping of names to values")
	}
	given := map[string]bool{}
	cmd.Flags().Visit(func(f *pflag.Flag) { given[f.Name] = true })
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		if !known(cmd.Root(), key.Value) {
			return fmt.Errorf("line %d: there is no setting %q", key.Line, key.Value)
		}
		flag := cmd.Flags().Lookup(key.Value)
		if flag == nil || given[key.Value] {
			continue
		}
		values, err := scalars(value)
		if err != nil {
			return fmt.Errorf("line %d: %s: %w", value.Line, key.Value, err)
		}
		for _, v := range values {
			if err := flag.Value.Set(v); err != nil {
				return fmt.Errorf("line %d: %s: %w", value.Line, key.Value, err)
			}
		}
	}
	return nil
}

// known tells whether any command has such a flag.
func known(root *cobra.Command, name string) bool {
	if name == "config" || name == "help" {
		return false
	}
	for _, c := range root.Commands() {
		if c.Flags().Lookup(name) != nil || known(c, name) {
			return true
		}
	}
	return false
}

// scalars are the values of a setting: one, a list, or a mapping as a list of
// key=value.
func scalars(n *yaml.Node) ([]string, error) {
	var out []string
	switch n.Kind {
	case yaml.ScalarNode:
		return []string{n.Value}, nil
	case yaml.SequenceNode:
		for _, c := range n.Content {
			if c.Kind != yaml.ScalarNode {
				return nil, errors.New("a list of plain values is meant")
			}
			out = append(out, c.Value)
		}
		return out, nil
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i+1].Kind != yaml.ScalarNode {
				return nil, errors.New("a mapping to plain values is meant")
			}
			out = append(out, n.Content[i].Value+"="+n.Content[i+1].Value)
		}
		return out, nil
	}
	return nil, errors.New("a plain value is meant")
}

// size is a flag for bytes: 64MiB, 64M, 67108864.
type size int64

func (s *size) String() string {
	if *s == 0 {
		return ""
	}
	return strconv.FormatInt(int64(*s)>>20, 10) + "MiB"
}

func (s *size) Type() string { return "size" }

func (s *size) Set(text string) error {
	number := strings.TrimRight(text, "KMGTiBkb")
	n, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	shift, ok := map[string]int{"": 0, "b": 0, "k": 10, "kib": 10, "kb": 10, "m": 20, "mib": 20, "mb": 20, "g": 30, "gib": 30, "gb": 30}[strings.ToLower(text[len(number):])]
	if err != nil || !ok || n <= 0 || n > 1<<20 && shift > 20 || math.IsNaN(n) {
		return fmt.Errorf("%q is no size; it is like 64MiB", text)
	}
	*s = size(n * float64(int64(1)<<shift))
	return nil
}

// share is a flag for a part of one core: 50% or 0.5.
type share float64

func (s *share) String() string {
	if *s == 0 {
		return ""
	}
	return strconv.FormatFloat(float64(*s)*100, 'f', -1, 64) + "%"
}

func (s *share) Type() string { return "share" }

func (s *share) Set(text string) error {
	number, percent := strings.CutSuffix(text, "%")
	n, err := strconv.ParseFloat(number, 64)
	if percent {
		n /= 100
	}
	if err != nil || !(n > 0) || n > 64 {
		return fmt.Errorf("%q is no share of a core; it is like 50%%", text)
	}
	*s = share(n)
	return nil
}
