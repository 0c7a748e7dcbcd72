package kubernetes

import (
	"strings"

	"github.com/demarc-sec/demarc/internal/source"
)

// nativeOf is the native type of an object that says version and kind.
func nativeOf(version, kind string) string {
	group, _, ok := strings.Cut(version, "/")
	if !ok {
		group = "core"
	}
	return group + "/" + kind
}

// tidy takes out of an object what only repeats it: who wrote which field, and
// the whole of it as it was last applied, values included.
func tidy(item, meta map[string]any) {
	delete(meta, "managedFields")
	if notes, ok := meta["annotations"].(map[string]any); ok {
		delete(notes, "kubectl.kubernetes.io/last-applied-configuration")
	}
	delete(item, "status")
}

// live marks objects whose values nobody read.
const live = "_live"

// secret makes the object of what a table shows of it: what it is for, and by
// who wrote which field, its keys.
func secret(item, meta map[string]any, cells []any, columns []column) map[string]any {
	hidden := func() *source.Unknown {
		return &source.Unknown{Reason: "the values of a cluster's secrets are not read", NotNull: true}
	}
	data := map[string]any{}
	for _, key := range keys(meta) {
		data[key] = hidden()
	}
	out := map[string]any{"apiVersion": item["apiVersion"], "kind": item["kind"], "metadata": meta, live: true}
	for i, col := range columns {
		if i >= len(cells) {
			break
		}
		switch col.Name {
		case "Type":
			out["type"] = cells[i]
		case "Data":
			if n, ok := cells[i].(float64); ok && n > 0 && len(data) == 0 {
				out["data"] = hidden()
			}
		}
	}
	if len(data) > 0 {
		out["data"] = data
	}
	tidy(out, meta)
	return out
}

// keys reads the keys of data off the fields that writers are noted for.
func keys(meta map[string]any) (out []string) {
	managed, _ := meta["managedFields"].([]any)
	for _, m := range managed {
		by, _ := m.(map[string]any)
		fields, _ := by["fieldsV1"].(map[string]any)
		data, _ := fields["f:data"].(map[string]any)
		for k := range data {
			if key, ok := strings.CutPrefix(k, "f:"); ok {
				out = append(out, key)
			}
		}
	}
	return out
}
