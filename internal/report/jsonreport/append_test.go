package jsonreport

import (
	"math/rand"
	"reflect"
	"strings"
	"testing"
	"testing/quick"

	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/report/jsonstream"
	"github.com/demarc-sec/demarc/internal/report/reporttest"
)

// What the append functions write is what the encoder makes of the tags.

func agrees[T any](t *testing.T, appendTo func([]byte, *T) []byte) func(T) bool {
	return func(v T) bool {
		want, err := json.Marshal(v, jsonstream.Options)
		if err != nil {
			t.Fatal(err)
		}
		got := appendTo(nil, &v)
		if string(got) != string(want) {
			t.Error(cmp.Diff(string(want), string(got)))
		}
		return string(got) == string(want)
	}
}

func TestAppendAgreesWithTags(t *testing.T) {
	asset, duty, finding := agrees(t, appendAsset), agrees(t, appendDuty), agrees(t, appendFinding)
	a := reporttest.Sample()
	for x := range a.Assets {
		asset(x)
	}
	for x := range a.Duties {
		duty(x)
	}
	for x := range a.Findings {
		finding(x)
	}
	for _, f := range []any{duty, finding} {
		if err := quick.Check(f, nil); err != nil {
			t.Error(err)
		}
	}
	random := rand.New(rand.NewSource(1))
	for range 100 {
		asset(madeAsset(t, random))
	}
}

// madeAsset fills every field but the values of facts, which are of any type.
func madeAsset(t *testing.T, random *rand.Rand) report.Asset {
	t.Helper()
	var a report.Asset
	v := reflect.ValueOf(&a).Elem()
	for i := range v.NumField() {
		if v.Type().Field(i).Name == "Facts" {
			continue
		}
		field, ok := quick.Value(v.Field(i).Type(), random)
		if !ok {
			t.Fatalf("no value of %s", v.Type().Field(i).Name)
		}
		v.Field(i).Set(field)
	}
	facts := map[string]report.Fact{}
	for _, value := range []any{
		nil, true, false, "", "a<b>\u2028\xff\"\\\n\x00é", int64(-1 << 62), 0.1, 3.0, 1e21, int(7),
		[]string{},
		[]string{"a", "\xfe"},
		[]any{nil, 1.5, "x", map[string]any{"b": []any{}, "a": int64(1)}},
		map[string]any{"k\xff": false},
	} {
		name, _ := quick.Value(reflect.TypeFor[string](), random)
		at, _ := quick.Value(reflect.TypeFor[estate.Location](), random)
		facts[name.String()] = report.Fact{Value: value, Unknown: name.String(), Location: at.Interface().(estate.Location)}
	}
	facts["bare"] = report.Fact{Value: []string(nil), How: "set", Attribute: "x", Address: "y"}
	a.Facts = report.FactsOf(facts)
	return a
}

// A text is quoted as encoding/json does it, wherever in it the one character
// stands that needs care.
func TestQuote(t *testing.T) {
	for _, length := range []int{0, 1, 7, 8, 9, 16, 23} {
		text := strings.Repeat("a", length)
		for at := range length {
			for c := range rune(256) {
				s := text[:at] + string(c) + text[at+1:]
				var got string
				if err := json.Unmarshal(quote(nil, s), &got); err != nil || got != s {
					t.Fatalf("quote(%q) = %s, read back as %q, %v", s, quote(nil, s), got, err)
				}
			}
		}
		if got := string(quote([]byte("x:"), text)); got != `x:"`+text+`"` {
			t.Errorf("quote(%q) = %s", text, got)
		}
	}
}
