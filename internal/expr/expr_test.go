package expr

import (
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

func TestPredicate(t *testing.T) {
	env, err := NewFactEnv(map[string]Type{
		"encrypted": Bool, "days": Int, "ports": Strings, "rules": List, "ends": Date, "engine": String,
	}, time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	bucket := &estate.Asset{Name: "logs"}
	bucket.SetFact(estate.Fact{Name: "encrypted", Value: true})
	a := &estate.Asset{Kind: "object-store", Relations: []estate.Relation{{Name: "logs_to", To: bucket}, {Name: "other"}}}
	a.SetFacts([]estate.Fact{
		{Name: "encrypted", Unknown: "known after apply"},
		{Name: "days", Value: int64(7)},
		{Name: "ports", Value: []string{"tcp/22-22"}},
		{Name: "rules", Value: []any{map[string]any{"port": 22.0}, map[string]any{"port": &source.Unknown{Reason: "x"}}}},
		{Name: "ends", Value: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)},
	})
	for source, want := range map[string]Tri{
		"encrypted":                              Unknown,
		"!encrypted":                             Unknown,
		"encrypted || days >= 7":                 True,
		"encrypted && days > 7":                  False,
		"encrypted ? days == 7 : days == 7":      Unknown,
		`ports.exists(p, p.startsWith("tcp/"))`:  True,
		"rules.exists(r, r.port == 22)":          True,
		"rules.exists(r, r.port == 23)":          Unknown,
		"rules.all(r, r.missing == null)":        True,
		"ends < today":                           True,
		`kind == "object-store"`:                 True,
		`linked("logs_to").all(b, b.encrypted)`:  True,
		`linked("other").exists(b, b.encrypted)`: Unknown,
		`linked("none").size() == 0`:             True,
		`has_fact("engine")`:                     False,
		`!has_fact("engine") || engine == "x"`:   True,
		`engine == "x"`:                          Unknown,
	} {
		p, err := env.Predicate(source)
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		got, why := p.Eval(a)
		if got != want {
			t.Errorf("%s = %v (%s), want %v", source, got, why, want)
		}
		if got == Unknown && why == "" {
			t.Errorf("%s is unknown without a reason", source)
		}
	}
	for _, bad := range []string{"encripted", "days == true", "days", "rules.", `linked(1)`} {
		if _, err := env.Predicate(bad); err == nil {
			t.Errorf("%q compiled, want an error", bad)
		}
	}
}

func TestMapping(t *testing.T) {
	env, err := NewResourceEnv()
	if err != nil {
		t.Fatal(err)
	}
	body := map[string]any{
		"name": "x", "empty": "", "n": 3.0,
		"block": []any{map[string]any{"a": true}, map[string]any{"a": nil, "b": []any{"p", "q"}}},
		"flag":  "true", "off": "False", "count": "3", "word": "often",
		"key":   &source.Unknown{NotNull: true},
		"maybe": &source.Unknown{},
		"text":  `[{"name": "a", "privileged": true, "env": [{"name": "K", "value": "v"}]}, {"name": "b"}]`,
		"id":    "/subscriptions/1/listeners/Web",
		"near":  &source.Unknown{Text: "/subscriptions/" + source.HoleOpen + "subscription()/id" + source.HoleClose + "/listeners/Web"},
		"far":   &source.Unknown{Text: "/subscriptions/1/listeners/" + source.HoleOpen + "a/b" + source.HoleClose + "-x"},
		"holes": &source.Unknown{Text: `{"image": "` + source.HoleOpen + `aws_ecr.x.url` + source.HoleClose + `:1", "cpu": 5}`},
	}
	for src, want := range map[string]any{
		`r.name`:                              "x",
		`r.nothing`:                           nil,
		`get(r, "block.a")`:                   true,
		`get(r, "gone.a", "d")`:               "d",
		`all(r, "block.b").size()`:            2.0,
		`written(r, "key")`:                   true,
		`written(r, "empty")`:                 false,
		`all(r, "text.privileged").size()`:    1.0,
		`get(r, "text.env.value")`:            "v",
		`get(r, "holes.cpu")`:                 5.0,
		`written(r, "holes.image")`:           true,
		`last(r, "id")`:                       "web",
		`last(r, "near")`:                     "web",
		`last(r, "none")`:                     nil,
		`last(r.gone, "id")`:                  nil,
		`r.n > 2`:                             true,
		`get(r, "flag", false) == true`:       true,
		`get(r, "off", true) == true`:         false,
		`get(r, "count", 0) > 2`:              true,
		`get(r, "flag", "") == "true"`:        true,
		`get(r, "flag")`:                      "true",
		`get(r, "word", false)`:               "often",
		`r.block.exists(b, b.a == true)`:      true,
		`r.block.filter(b, b.a == true)[0].a`: true,
	} {
		m, err := env.Mapping(src)
		if err != nil {
			t.Errorf("%s: %v", src, err)
			continue
		}
		if got := m.Eval(body); got != want {
			t.Errorf("%s = %v, want %v", src, got, want)
		}
	}
	m, err := env.Mapping(`[{"port": r.n, "why": r.maybe}]`)
	if err != nil {
		t.Fatal(err)
	}
	got, _ := m.Eval(body).([]any)
	if len(got) != 1 || got[0].(map[string]any)["port"] != 3.0 {
		t.Fatalf("a literal with an unknown member = %v", got)
	}
	if _, ok := got[0].(map[string]any)["why"].(*source.Unknown); !ok {
		t.Errorf("the unknown member = %v", got)
	}
	if m, err = env.Mapping(`[{"who": all(r, "holes")}]`); err != nil {
		t.Fatal(err)
	}
	got, _ = m.Eval(body).([]any)
	who, _ := got[0].(map[string]any)["who"].([]any)
	if len(who) != 1 || who[0] != body["holes"] {
		t.Errorf("a list in a literal = %v, want the body's own members", got)
	}
	for _, src := range []string{`r.maybe`, `written(r, "maybe")`, `r.maybe + "x"`, `r.nothing[0]`, `last(r, "far")`, `last(r, "key")`} {
		m, err := env.Mapping(src)
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := m.Eval(body).(*source.Unknown); !ok {
			t.Errorf("%s = %v, want unknown", src, m.Eval(body))
		}
	}
}
