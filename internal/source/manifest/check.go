package manifest

import (
	"errors"

	"go.yaml.in/yaml/v3"
)

// Check reports why a library that expands aliases, and knows no bounds, should
// not be given the text: it is no YAML, or too large once expanded.
func Check(src []byte) error {
	if isJSON(src) {
		if len(src) > maxDocBytes {
			return errors.New("it is too large")
		}
		return nil
	}
	for _, c := range split(src) {
		root, perr := c.parse()
		if perr != nil {
			if _, mark := templateMark(c.text); mark != "" {
				return errors.New(unrendered(1, mark).What)
			}
			return errors.New("it is not valid YAML: " + perr.what)
		}
		if root == nil || root.Kind == yaml.ScalarNode {
			continue
		}
		b := builder{values: maxValues, bytes: maxDocBytes}
		if _, err := b.value(root, "", 0); err != nil {
			return err
		}
	}
	return nil
}
