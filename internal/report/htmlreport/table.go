package htmlreport

import "encoding/json"

// stringTable keeps each text once; the page refers to it by number. Number 0
// is the empty string.
type stringTable struct {
	at  map[string]int
	all []string
}

func newStringTable() *stringTable {
	return &stringTable{at: map[string]int{"": 0}, all: []string{""}}
}

func (t *stringTable) of(s string) int {
	i, ok := t.at[s]
	if !ok {
		i = len(t.all)
		t.at[s] = i
		t.all = append(t.all, s)
	}
	return i
}

func (t *stringTable) list(ss []string) []int {
	out := make([]int, len(ss))
	for i, s := range ss {
		out[i] = t.of(s)
	}
	return out
}

// jsonTable keeps each value once, told apart by its JSON text.
type jsonTable struct {
	at  map[string]int
	all []json.RawMessage
}

func newJSONTable() *jsonTable { return &jsonTable{at: map[string]int{}} }

// of never fails: a value JSON cannot hold is shown as absent.
func (t *jsonTable) of(v any) int {
	raw, err := json.Marshal(v)
	if err != nil {
		raw = []byte("null")
	}
	i, ok := t.at[string(raw)]
	if !ok {
		i = len(t.all)
		t.at[string(raw)] = i
		t.all = append(t.all, raw)
	}
	return i
}
