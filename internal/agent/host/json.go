package host

import "encoding/json"

// member returns a member of a JSON text's object, or nothing.
func member(text, name string) map[string]any {
	var all map[string]any
	if json.Unmarshal([]byte(text), &all) != nil {
		return nil
	}
	m, _ := all[name].(map[string]any)
	return m
}

// textAt is the text at a path of members, or "".
func textAt(m map[string]any, path ...string) string {
	for _, p := range path[:len(path)-1] {
		m, _ = m[p].(map[string]any)
	}
	s, _ := m[path[len(path)-1]].(string)
	return s
}
