package expr

import (
	"encoding/json"
	"strings"

	"github.com/demarc-sec/demarc/internal/source"
)

// maxText bounds JSON text that a path leads into.
const maxText = 1 << 20

// decodeText decodes JSON text, in which unknown parts may stand between hole
// marks. A string with such a part becomes a *source.Unknown.
func decodeText(text string) (any, bool) {
	trimmed := strings.TrimLeft(text, " \t\r\n")
	if trimmed == "" || trimmed[0] != '{' && trimmed[0] != '[' || len(text) > maxText {
		return nil, false
	}
	var v any
	if json.Unmarshal([]byte(text), &v) != nil {
		return nil, false
	}
	return markHoles(v), true
}

func markHoles(v any) any {
	switch x := v.(type) {
	case string:
		if strings.Contains(x, source.HoleOpen) {
			return &source.Unknown{Reason: "depends on a value that is not known", NotNull: true, Text: x}
		}
	case []any:
		for i := range x {
			x[i] = markHoles(x[i])
		}
	case map[string]any:
		for k := range x {
			x[k] = markHoles(x[k])
		}
	}
	return v
}

// JSONText reads a text that is JSON, as a body holds objects written so, or
// one of which parts are not known. The result is false for anything else.
func JSONText(v any) (map[string]any, bool) {
	text, ok := v.(string)
	if u, isUnknown := v.(*source.Unknown); isUnknown {
		text, ok = u.Text, u.Text != ""
	}
	if !ok {
		return nil, false
	}
	decoded, ok := decodeText(text)
	m, isObject := decoded.(map[string]any)
	return m, ok && isObject
}
