package report

import (
	"cmp"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Facts are the facts of an asset, sorted by name. In JSON they are an object.
type Facts []NamedFact

// NamedFact is a fact with its name in the vocabulary.
type NamedFact struct {
	Name string
	Fact Fact
}

// FactsOf sorts the facts of a table.
func FactsOf(table map[string]Fact) Facts {
	out := make(Facts, 0, len(table))
	for name, f := range table {
		out = append(out, NamedFact{name, f})
	}
	out.sort()
	return out
}

func (fs Facts) sort() {
	slices.SortFunc(fs, func(a, b NamedFact) int { return cmp.Compare(a.Name, b.Name) })
}

// Get returns the fact of that name. The second result is false when there is
// none.
func (fs Facts) Get(name string) (Fact, bool) {
	i, ok := slices.BinarySearchFunc(fs, name, func(f NamedFact, name string) int { return cmp.Compare(f.Name, name) })
	if !ok {
		return Fact{}, false
	}
	return fs[i].Fact, true
}

// MarshalJSONTo implements json.MarshalerTo.
func (fs Facts) MarshalJSONTo(enc *jsontext.Encoder) error {
	if err := enc.WriteToken(jsontext.BeginObject); err != nil {
		return err
	}
	for i := range fs {
		if err := enc.WriteToken(jsontext.String(fs[i].Name)); err != nil {
			return err
		}
		if err := json.MarshalEncode(enc, &fs[i].Fact); err != nil {
			return err
		}
	}
	return enc.WriteToken(jsontext.EndObject)
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (fs *Facts) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	var table map[string]Fact
	if err := json.UnmarshalDecode(dec, &table); err != nil {
		return err
	}
	*fs = FactsOf(table)
	return nil
}
