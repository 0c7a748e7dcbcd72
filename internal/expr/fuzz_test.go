package expr

import (
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

// FuzzPredicate compiles any text and evaluates it on an asset that has a fact
// of each type, known and not: overlays and organisations write such text.
func FuzzPredicate(f *testing.F) {
	for _, seed := range []string{
		"encrypted || days >= 7", `ports.exists(p, p.startsWith("tcp/"))`, "rules.all(r, r.port == 22 && r.missing == null)",
		`linked("logs_to").all(b, b.encrypted && b.tags["a"] == "b")`, `has_fact("engine") ? engine.matches("^p.*[") : today > ends`,
		`[1, 2, 3].map(x, [1, 2, 3].map(y, x * y)).size() > 2`, `tags.exists(k, tags[k] == kind)`, "days / 0 == 1 || days % 0 == 1",
		`"a".replace("a", "b").split("").size() > 0`, `timestamp("x") < today`, `math.greatest(days, 3) == 3`, "self == self",
		`sets.contains(ports, ["tcp/22-22"])`, `lists.range(100000).all(x, x >= 0)`, "!encrypted", "((((((1))))))==1",
	} {
		f.Add(seed)
	}
	env, err := NewFactEnv(map[string]Type{
		"encrypted": Bool, "days": Int, "share": Float, "ports": Strings, "rules": List, "ends": Date, "engine": String, "policies": Policies, "open": Bool,
	}, time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC))
	if err != nil {
		f.Fatal(err)
	}
	a := &estate.Asset{Kind: "object-store", Tags: map[string]string{"a": "b"}}
	a.Relations = []estate.Relation{{Name: "logs_to", To: a}, {Name: "other"}}
	a.SetFacts([]estate.Fact{
		{Name: "encrypted", Unknown: "known after apply"},
		{Name: "open", Value: true},
		{Name: "days", Value: int64(7)},
		{Name: "share", Value: 0.5},
		{Name: "ports", Value: []string{"tcp/22-22"}},
		{Name: "rules", Value: []any{map[string]any{"port": 22.0}, &source.Unknown{Reason: "x"}, nil, "text"}},
		{Name: "policies", Value: []any{`{"Statement": []}`, nil}},
		{Name: "ends", Value: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)},
	})
	f.Fuzz(func(t *testing.T, text string) {
		p, err := env.predicate(text) // past the cache, which would grow
		if err != nil {
			return
		}
		got, why := p.Eval(a)
		if got == Unknown && why == "" {
			t.Errorf("%q is unknown without a reason", text)
		}
		if again, _ := p.Eval(a); again != got {
			t.Errorf("%q is %v, then %v", text, got, again)
		}
	})
}

// FuzzValues follows any path through a body in which everything stands that a
// source can give.
func FuzzValues(f *testing.F) {
	for _, seed := range []string{"block.b", "text.env.value", "holes.image", "`a.b`.c", "`", "``", ".", "..", "key.x", "list", "deep.deep.deep", "`x", "name.y"} {
		f.Add(seed, `[{"env": [{"value": "v"}]}]`)
	}
	f.Add("text.a", `{"a": "{\"a\": \"[1,2]\"}"}`)
	f.Fuzz(func(t *testing.T, path, text string) {
		if len(path) > 1000 {
			return
		}
		body := map[string]any{
			"name": "x", "list": []any{"p", nil, true, 3.0}, "text": text, "key": &source.Unknown{NotNull: true},
			"block": []any{map[string]any{"a": nil, "b": []any{"p"}}, &source.Unknown{Text: text}},
			"holes": &source.Unknown{Text: `{"image": "` + source.HoleOpen + `x` + source.HoleClose + `:1"}`}, "a.b": map[string]any{"c": text},
		}
		vs := Values(body, path)
		for _, v := range vs {
			switch v.(type) {
			case nil, bool, float64, string, []any, map[string]any, *source.Unknown:
			default:
				t.Errorf("%q leads to a %T", path, v)
			}
		}
		switch Written(vs).(type) {
		case bool, *source.Unknown:
		default:
			t.Errorf("whether %q is written is %v", path, Written(vs))
		}
	})
}
