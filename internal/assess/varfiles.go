package assess

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// values are what the user gave with --var and --var-file, by the format that
// takes them.
type values struct {
	terraform  []string          // files of variables
	arm        []string          // files of parameters
	helm       []string          // files of values
	parameters map[string]string // single values, and CloudFormation's files of them
}

// maxValues bounds a file of CloudFormation's parameters.
const maxValues = 4 << 20

// armParameters is how a file of ARM's parameters begins where it names no
// schema: values, or references to secrets, one level below `parameters`.
var armParameters = regexp.MustCompile(`"parameters"\s*:\s*\{\s*"[^"]*"\s*:\s*\{\s*"(?:value|reference)"\s*:`)

// sortValues tells by name and content what each file is for.
func sortValues(files []string, vars map[string]string) (values, error) {
	v := values{parameters: map[string]string{}}
	for _, file := range files {
		switch filepath.Ext(file) {
		case ".yaml", ".yml":
			v.helm = append(v.helm, file)
			continue
		case ".json":
		default:
			v.terraform = append(v.terraform, file)
			continue
		}
		head, err := beginning(file)
		if err != nil {
			return v, fmt.Errorf("--var-file: %w", err)
		}
		switch {
		case bytes.Contains(head, []byte("deploymentParameters.json")) || armParameters.Match(head):
			v.arm = append(v.arm, file)
		case bytes.Contains(head, []byte(`"ParameterKey"`)) || bytes.Contains(head, []byte(`"Parameters"`)):
			if err := v.templateParameters(file); err != nil {
				return v, fmt.Errorf("--var-file %s: %w", file, err)
			}
		default:
			v.terraform = append(v.terraform, file)
		}
	}
	maps.Copy(v.parameters, vars) // what is given singly counts
	return v, nil
}

// templateParameters reads CloudFormation's parameters in either of the forms
// that its tools take: a list of keys and values, or an object of them.
func (v *values) templateParameters(file string) error {
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	if info.Size() > maxValues {
		return fmt.Errorf("larger than %d bytes", maxValues)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var list []struct{ ParameterKey, ParameterValue string }
	if bytes.HasPrefix(bytes.TrimSpace(text), []byte("[")) {
		if err := json.Unmarshal(text, &list); err != nil {
			return fmt.Errorf("no list of ParameterKey and ParameterValue: %w", err)
		}
		for _, p := range list {
			v.parameters[p.ParameterKey] = p.ParameterValue
		}
		return nil
	}
	var object struct{ Parameters map[string]any }
	if err := json.Unmarshal(text, &object); err != nil {
		return fmt.Errorf("no object of Parameters: %w", err)
	}
	for name, value := range object.Parameters {
		switch x := value.(type) {
		case string:
			v.parameters[name] = x
		case []any:
			parts := make([]string, len(x))
			for i, e := range x {
				parts[i] = fmt.Sprint(e)
			}
			v.parameters[name] = strings.Join(parts, ",")
		default:
			v.parameters[name] = fmt.Sprint(x)
		}
	}
	return nil
}
