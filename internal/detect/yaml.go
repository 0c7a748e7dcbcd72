package detect

import (
	"fmt"

	"go.yaml.in/yaml/v3"
)

// object is a mapping of YAML, in its order.
type object struct {
	keys, values []*yaml.Node
}

func (o object) get(key string) *yaml.Node {
	for i, k := range o.keys {
		if k.Value == key {
			return o.values[i]
		}
	}
	return nil
}

func mapping(n *yaml.Node, what string) (o object, err error) {
	if n.Kind != yaml.MappingNode || len(n.Content) == 0 {
		return o, at(n, "%s is not a map; write key: value", what)
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		if k.Kind != yaml.ScalarNode {
			return o, at(k, "a key of %s is not a text; write one", what)
		}
		if seen[k.Value] {
			return o, at(k, "the key %q stands twice in %s; leave one", k.Value, what)
		}
		seen[k.Value] = true
		o.keys, o.values = append(o.keys, k), append(o.values, n.Content[i+1])
	}
	return o, nil
}

// texts is a text or a list of them.
func texts(n *yaml.Node) ([]string, error) {
	all := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		all = n.Content
	}
	var out []string
	for _, x := range all {
		if x.Kind != yaml.ScalarNode || len(x.Value) > mostPattern {
			return nil, at(x, "it is not a short text; write one")
		}
		out = append(out, x.Value)
	}
	if len(out) == 0 || len(out) > 1000 {
		return nil, at(n, "%d entries; write 1 to 1000", len(out))
	}
	return out, nil
}

// sound refuses what a rule never needs and a hostile file would use: names for parts
// that stand elsewhere, and depth.
func sound(n *yaml.Node, depth int) error {
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		return at(n, "anchors and aliases are not read; write the value where it is used")
	}
	if depth > 12 {
		return at(n, "it is nested too deep for a rule")
	}
	for _, c := range n.Content {
		if err := sound(c, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// syntaxError is the library's error about a file, with its line.
func syntaxError(err error) *Problem {
	p := &Problem{Line: 1, What: err.Error() + "; mend the YAML"}
	var line int
	if _, e := fmt.Sscanf(err.Error(), "yaml: line %d:", &line); e == nil {
		p.Line = line
	}
	return p
}
