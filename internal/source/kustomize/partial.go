package kustomize

import (
	"path"
	"regexp"
	"strings"

	"sigs.k8s.io/yaml"
)

// written is a kustomization as it was put into memory.
type written struct {
	dir string
	k   map[string]any
}

// aim gives patches a target where they name what they change only in their own
// text. Where something was left out, as a base that is elsewhere, such a patch
// may find nothing: with a target it then does nothing, without one it stops
// the build.
func (g *gatherer) aim(dir string, k map[string]any) {
	var out []any
	for _, v := range list(k["patches"]) {
		m, ok := v.(map[string]any)
		if !ok || m["target"] != nil {
			out = append(out, v)
			continue
		}
		text, _ := m["patch"].(string)
		if file, ok := m["path"].(string); ok && file != "" {
			src, err := g.fs.ReadFile(path.Join(memory, dir, file))
			if err != nil {
				out = append(out, v)
				continue
			}
			text = string(src)
		}
		if aimed := aimed(text, m["options"]); aimed != nil {
			out = append(out, aimed...)
		} else {
			out = append(out, v)
		}
	}
	if out != nil {
		k["patches"] = out
	}
}

var documents = regexp.MustCompile(`(?m)^---[ \t]*(?:#.*)?$`)

// aimed makes a patch with a target of every object of the text, or returns
// nil where the text is something else.
func aimed(text string, options any) []any {
	var out []any
	for _, doc := range documents.Split(text, -1) {
		if strings.TrimSpace(doc) == "" {
			continue
		}
		var object struct {
			APIVersion string
			Kind       string
			Metadata   struct{ Name, Namespace string }
		}
		if yaml.Unmarshal([]byte(doc), &object) != nil || object.Kind == "" || object.Metadata.Name == "" {
			return nil
		}
		target := map[string]any{"kind": object.Kind, "name": regexp.QuoteMeta(object.Metadata.Name)}
		if object.Metadata.Namespace != "" {
			target["namespace"] = regexp.QuoteMeta(object.Metadata.Namespace)
		}
		if group, version, ok := strings.Cut(object.APIVersion, "/"); ok {
			target["group"], target["version"] = group, version
		}
		patch := map[string]any{"patch": doc, "target": target}
		if options != nil {
			patch["options"] = options
		}
		out = append(out, patch)
	}
	return out
}

// withoutChanges takes out what changes objects that may have been left out
// and would stop the build where they are not there. It tells whether there is
// anything of the kind.
func (g *gatherer) withoutChanges() bool {
	changed := false
	for _, w := range g.written {
		own := false
		if len(list(w.k["replacements"])) > 0 {
			delete(w.k, "replacements")
			g.gap("module", path.Join(w.dir, fileNames[0]), 0, "its replacements are left out, as what they read may be elsewhere", "vendor what is elsewhere", false)
			own = true
		}
		for _, key := range []string{"configMapGenerator", "secretGenerator"} {
			for _, v := range list(w.k[key]) {
				if m, _ := v.(map[string]any); m["behavior"] == "merge" || m["behavior"] == "replace" {
					m["behavior"] = "create" // what it adds to is elsewhere
					own = true
				}
			}
		}
		if !own {
			continue
		}
		if text, err := yaml.Marshal(w.k); err == nil && g.fs.WriteFile(path.Join(memory, w.dir, "kustomization.yaml"), text) == nil {
			changed = true
		}
	}
	return changed
}
