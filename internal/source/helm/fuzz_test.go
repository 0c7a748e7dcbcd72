package helm

import (
	"strings"
	"testing"
	"text/template"
)

// readTemplateText renders text by itself, under the functions of a chart.
func readTemplateText(t testing.TB, text string) string {
	t.Helper()
	b := newBudget(t.Context(), func(string, string) {})
	tpl := template.New("a").Option("missingkey=zero").Funcs(b.functions()).Funcs(template.FuncMap{
		"include": func(string, any) string { return "" },
		"tpl":     func(string, any) string { return "" },
	})
	if _, err := tpl.Parse(text); err != nil {
		return "error: " + err.Error()
	}
	w := &limited{left: 1 << 20}
	if err := tpl.Execute(w, map[string]any{"Values": map[string]any{"image": "x", "ports": []any{1, 2}}, "a": nil, "b": "b"}); err != nil {
		return "error: " + err.Error()
	}
	return strings.ReplaceAll(w.String(), "<no value>", "")
}

type limited struct {
	strings.Builder
	left int
}

func (l *limited) Write(p []byte) (int, error) {
	if l.left -= len(p); l.left < 0 {
		return 0, errLimit
	}
	return l.Builder.Write(p)
}

// FuzzRead renders charts of one template.
func FuzzRead(f *testing.F) {
	f.Add(pod, "a: b")
	f.Add("{{ range .Values.x }}\n- {{ . }}\n{{ end }}", "x: [1, 2]")
	f.Add("{{ tpl .Values.x . }}", "x: '{{ .Values.y }}'")
	f.Add("{{ toYaml .Values | fromYaml | toJson | nindent 2 }}", "x: {y: [z]}")
	f.Add("{{ $x := set (merge (dict) .Values) \"a\" 1 }}{{ $x }}{{ required \"r\" $x.b }}", "")
	f.Fuzz(func(t *testing.T, tpl, values string) {
		rec := readTemplate(t, tpl, values, Options{})
		if strings.Contains(rec.Said(), "stopped inside") {
			t.Error(rec.Said())
		}
		for _, x := range rec.Resources {
			if x.Type == "" || x.Address == "" || x.Location.Line < 1 || x.Location.Line > strings.Count(tpl, "\n")+1 {
				t.Errorf("%s at %+v", x.Address, x.Location)
			}
		}
	})
}
