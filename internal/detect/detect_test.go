package detect

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

var src = &Source{Name: "test", Of: []Logsource{{Product: "linux", Service: "auditd"}, {Product: "linux", Category: "process_creation"}}}

func load(t testing.TB, text string) *Rules {
	t.Helper()
	rules, problems := Load(nil, Dir{"r", fstest.MapFS{"a.yml": {Data: []byte(text)}}})
	for _, p := range problems {
		t.Fatal(p)
	}
	return rules
}

func event(fields ...string) *Event {
	e := &Event{Source: src, Time: time.Unix(1000, 0), Text: strings.Join(fields, " ")}
	for i := 0; i+1 < len(fields); i += 2 {
		e.Fields = append(e.Fields, Field{fields[i], fields[i+1]})
	}
	return e
}

func count(e *Engine, ev *Event) (n int) {
	e.See(ev, func(*Alert) { n++ })
	return n
}

const head = "title: t\nlogsource: {product: linux}\ndetection:\n"

func TestSelections(t *testing.T) {
	for _, c := range []struct {
		item     string
		yes, no  string
		noField  bool // no is an event without the field
		explains string
	}{
		{item: `f: abc`, yes: "ABC", no: "abcd"},
		{item: `f|cased: abc`, yes: "abc", no: "ABC"},
		{item: `f: a*c`, yes: "aXXc", no: "acd"},
		{item: `f: a?c`, yes: "aäc", no: "ac"},
		{item: `f: '*b*d*'`, yes: "abcde", no: "adcb"},
		{item: `f: 'a\*c'`, yes: "a*c", no: "abc"},
		{item: `f: 'a\\*'`, yes: `a\x`, no: "a*"},
		{item: `f: 'a\b'`, yes: `a\b`, no: "ab"},
		{item: `f: ÄB`, yes: "äb", no: "ab"},
		{item: `f|contains: b`, yes: "aBc", no: "ac"},
		{item: `f|startswith: ab`, yes: "abc", no: "cab"},
		{item: `f|endswith: bc`, yes: "abc", no: "bca"},
		{item: `f|contains|all: [a, b]`, yes: "b-a", no: "a"},
		{item: `f: [x, y]`, yes: "y", no: "z"},
		{item: `f|re: 'a[0-9]+$'`, yes: "xa12", no: "xA12"},
		{item: `f|re|i: 'a[0-9]+$'`, yes: "xA12", no: "a12x"},
		{item: `f|re|s: 'a.b'`, yes: "a\nb", no: "ab"},
		{item: `f|cidr: 10.0.0.0/8`, yes: "10.1.2.3", no: "11.1.2.3"},
		{item: `f|cidr: ['2001:db8::/32', 10.0.0.0/8]`, yes: "2001:db8::1", no: "host"},
		{item: `f|gte: 5`, yes: "5", no: "4.9"},
		{item: `f|gt: 5`, yes: "6", no: "5"},
		{item: `f|lt: 5`, yes: "-1", no: "x"},
		{item: `f|lte: 5`, yes: "5", no: "6"},
		{item: `f|base64|contains: secret`, yes: "xx c2VjcmV0 yy", no: "secret"},
		{item: `f|base64offset|contains: http://`, yes: "echo eGh0dHA6Ly95 |", no: "http://"},
		{item: `f|wide|base64offset|contains: ping`, yes: "cABpAG4AZwA=", no: "ping"},
		{item: `f|windash|contains: ' -enc'`, yes: "powershell /enc", no: "enc"},
		{item: `f|exists: true`, yes: "x", noField: true},
		{item: `f|neq: x`, yes: "y", no: "x"},
		{item: `f: ''`, yes: "", no: "x"},
		{item: `f: null`, yes: "", no: "x"},
		{item: `f|fieldref: g`, yes: "same", no: "other"},
		{item: `f|fieldref|startswith: g`, yes: "same-and-more", no: "not-same"},
		{item: `f: 22`, yes: "22", no: "222"},
	} {
		e := load(t, head+"  s:\n    "+c.item+"\n  condition: s\n").Engine()
		if count(e, event("f", c.yes, "g", "same")) != 1 {
			t.Errorf("%s does not match %q", c.item, c.yes)
		}
		no := event("f", c.no, "g", "same")
		if c.noField {
			no = event("g", "same")
		}
		if count(e, no) != 0 {
			t.Errorf("%s matches %q", c.item, c.no)
		}
	}
}

func TestConditions(t *testing.T) {
	const sel = "  sel_a: {a: 1}\n  sel_b: {b: 1}\n  _c: {c: 1}\n  words: [needle, pin]\n  list: [{a: 1, b: 1}, {c: 1}]\n"
	for _, c := range []struct {
		condition string
		fields    string
		want      int
	}{
		{"sel_a and sel_b", "a 1 b 1", 1},
		{"sel_a and sel_b", "a 1", 0},
		{"sel_a or sel_b and _c", "a 1", 1},
		{"(sel_a or sel_b) and _c", "a 1", 0},
		{"sel_a and not sel_b", "a 1", 1},
		{"not (sel_a or sel_b)", "c 1", 1},
		{"1 of sel_*", "b 1", 1},
		{"all of sel_*", "b 1", 0},
		{"1 of them", "c 1 x y", 1}, // list
		{"all of them", "a 1 b 1 c 1", 0},
		{"words", "x Needle", 1},
		{"words and not sel_a", "a 1 x needle", 0},
		{"list", "b 1 a 1", 1},
		{"list", "b 1", 0},
		{"[sel_a, sel_b]", "b 1", 1},
		{"sel_a", "a 2 a 1", 1}, // several values
	} {
		e := load(t, head+sel+"  condition: "+c.condition+"\n").Engine()
		if n := count(e, event(strings.Fields(c.fields)...)); n != c.want {
			t.Errorf("%s: %d for %s", c.condition, n, c.fields)
		}
	}
}

// What cannot be used is told with its line, and the others go on.
func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		text string
		line int
		says string
	}{
		{head + "  s:\n    f|nonsense: x\n  condition: s\n", 5, "nonsense"},
		{head + "  s:\n    f|re: '(?=x)'\n  condition: s\n", 5, "RE2"},
		{head + "  s:\n    f|re: 'a{5000}'\n  condition: s\n", 5, "RE2"},
		{head + "  s: {f: x}\n  condition: s | count() > 5\n", 5, "correlation"},
		{head + "  s: {f: x}\n  condition: s and other\n", 5, "other"},
		{head + "  s: {f: x}\n  condition: (s\n", 5, "not closed"},
		{head + "  s: {f: x}\n  condition: " + strings.Repeat("(", 80) + "s\n", 5, "nested"},
		{head + "  s: {f: x}\n", 4, "condition"},
		{head + "  s: &a {f: x}\n  t: *a\n  condition: s\n", 4, "anchors"},
		{head + "  s:\n    f|cidr: nowhere\n  condition: s\n", 5, "network"},
		{head + "  s:\n    f|base64: a*\n  condition: s\n", 5, "wildcard"},
		{"title: t\nlevel: huge\n", 2, "huge"},
		{"title: t\ncorrelation:\n  type: event_count\n  rules: [gone]\n  timespan: 5m\n  condition: {gte: 2}\n", 4, "gone"},
		{"title: t\ncorrelation:\n  type: value_sum\n  rules: [x]\n  timespan: 5m\n", 3, "value_sum"},
		{"title: t\ncorrelation:\n  type: event_count\n  rules: [x]\n  timespan: 5m\n  condition: {lt: 2}\n", 6, "gte"},
		{"title: t\ncorrelation:\n  type: event_count\n  rules: [x]\n  timespan: 5y\n  condition: {gte: 2}\n", 5, "timespan"},
		{"title: t\nname: me\ncorrelation:\n  type: temporal\n  rules: [me, me]\n  timespan: 5m\n", 5, "itself"},
		{"title: [\n", 0, "YAML"},
	} {
		rules, problems := Load(nil, Dir{"r", fstest.MapFS{"bad.yml": {Data: []byte(c.text)}, "good.yml": {Data: []byte("name: good\n" + head + "  s: {f: x}\n  condition: s\n")}}})
		if len(problems) != 1 || len(rules.All) != 1 {
			t.Errorf("%s: %v, %d rules", c.text, problems, len(rules.All))
			continue
		}
		if p := problems[0]; p.File != "r/bad.yml" || c.line != 0 && p.Line != c.line || !strings.Contains(p.What, c.says) {
			t.Errorf("%v; line %d and %q are wanted", p, c.line, c.says)
		}
	}
}

const base = "title: a\nname: a\nlogsource: {product: linux}\ndetection: {s: {f: a}, condition: s}\n---\ntitle: b\nname: b\nlogsource: {product: linux}\ndetection: {s: {f: b}, condition: s}\n---\ntitle: c\nname: c\n"

func TestCorrelations(t *testing.T) {
	for _, c := range []struct {
		name, text, events string // events are second:field:group
		want               int
	}{
		{"count", "type: event_count\n  rules: a\n  group-by: [g]\n  timespan: 10s\n  condition: {gte: 3}", "0:a:x 1:a:x 2:a:x", 1},
		{"count in other groups", "type: event_count\n  rules: a\n  group-by: [g]\n  timespan: 10s\n  condition: {gte: 3}", "0:a:x 1:a:y 2:a:x", 0},
		{"count too slow", "type: event_count\n  rules: a\n  timespan: 10s\n  condition: {gte: 3}", "0:a:x 6:a:x 12:a:x", 0},
		{"count slides", "type: event_count\n  rules: a\n  timespan: 10s\n  condition: {gt: 2}", "0:a:x 8:a:x 12:a:x 13:a:x", 1},
		{"said once in its timespan", "type: event_count\n  rules: a\n  timespan: 10s\n  condition: {gte: 2}", "0:a:x 1:a:x 2:a:x 3:a:x 12:a:x", 2},
		{"values", "type: value_count\n  rules: a\n  timespan: 10s\n  condition: {field: g, gte: 3}", "0:a:x 1:a:y 2:a:y 3:a:z", 1},
		{"values again", "type: value_count\n  rules: a\n  timespan: 10s\n  condition: {field: g, gte: 3}", "0:a:x 1:a:y 2:a:y 3:a:x", 0},
		{"temporal", "type: temporal\n  rules: [a, b]\n  timespan: 10s", "0:b:x 9:a:x", 1},
		{"temporal too slow", "type: temporal\n  rules: [a, b]\n  timespan: 10s", "0:b:x 11:a:x", 0},
		{"ordered", "type: temporal_ordered\n  rules: [a, b]\n  timespan: 10s", "0:a:x 9:b:x", 1},
		{"wrong order", "type: temporal_ordered\n  rules: [a, b]\n  timespan: 10s", "0:b:x 9:a:x", 0},
		{"ordered from the latest", "type: temporal_ordered\n  rules: [a, b]\n  timespan: 10s", "0:a:x 8:a:x 15:b:x", 1},
		{"generate", "type: temporal\n  rules: [a, b]\n  timespan: 10s\n  generate: true", "0:b:x 9:a:x", 3},
		{"alias", "type: temporal\n  rules: [a, b]\n  group-by: [who]\n  aliases: {who: {a: g, b: h}}\n  timespan: 10s", "0:b:x 9:a:x", 1},
	} {
		e := load(t, base+"correlation:\n  "+c.text+"\n").Engine()
		n := 0
		for ev := range strings.FieldsSeq(c.events) {
			p := strings.Split(ev, ":")
			var sec int
			_, _ = fmt.Sscan(p[0], &sec)
			x := event("f", p[1], "g", p[2], "h", p[2])
			x.Time = time.Unix(int64(1000+sec), 0)
			n += count(e, x)
		}
		if n != c.want {
			t.Errorf("%s: %d alerts, not %d", c.name, n, c.want)
		}
	}
}

// Whoever writes to a log decides how many groups there are, but not how many are kept.
func TestBoundedMemory(t *testing.T) {
	e := load(t, base+"correlation:\n  type: event_count\n  rules: a\n  group-by: [g]\n  timespan: 1h\n  condition: {gte: 3}\n").Engine()
	for i := range 3 * mostWindows {
		count(e, event("f", "a", "g", fmt.Sprint(i)))
	}
	if e.Windows() != mostWindows || e.Forgot != 2*mostWindows {
		t.Errorf("%d groups, %d forgotten", e.Windows(), e.Forgot)
	}
	late := event("f", "a", "g", "late")
	late.Time = late.Time.Add(2 * time.Hour)
	if count(e, late); e.Windows() != 1 {
		t.Errorf("%d groups after their time", e.Windows())
	}
}

func TestLimit(t *testing.T) {
	l, now, told := NewLimit(), time.Unix(1000, 0), 0
	for range 100 {
		if l.Admits(&Alert{Rule: "r", Count: 1}, now) {
			told++
		}
	}
	next := &Alert{Rule: "r", Count: 1}
	if told != mostAlerts || !l.Admits(&Alert{Rule: "other"}, now) || !l.Admits(next, now.Add(alertsPer)) || next.Count != 1+100-mostAlerts {
		t.Errorf("%d told, then one for %d", told, next.Count)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add(head + "  s:\n    f|contains|all: [a, b*]\n    g|re|i: x+\n  k: [word]\n  condition: 1 of them and not (s)\n")
	f.Add(base + "correlation:\n  type: temporal_ordered\n  rules: [a, b]\n  group-by: [g]\n  timespan: 10s\n")
	f.Fuzz(func(t *testing.T, text string) {
		rules, problems := Load(nil, Dir{"r", fstest.MapFS{"a.yml": {Data: []byte(text)}}})
		for _, p := range problems {
			if p.File == "" || p.Line < 0 || p.What == "" {
				t.Errorf("%+v", p)
			}
		}
		e := rules.Engine()
		for _, v := range []string{"a", "b", "", text[:min(len(text), 300)]} {
			count(e, event("f", v, "g", "x"))
		}
	})
}

func FuzzPattern(f *testing.F) {
	f.Add(`a*b?\*`, "axbyy*")
	f.Fuzz(func(t *testing.T, p, v string) {
		if len(p) > 200 || len(v) > 2000 {
			return
		}
		all := pattern(p)
		if s, ok := literal(all); ok && text(all, true).matches(v) != (s == v) {
			t.Errorf("%q against %q", p, v)
		}
		text(all, false).matches(v)
		if !text(surround(all, true, true), true).matches(v) && text(all, true).matches(v) {
			t.Errorf("%q matches %q, but is not contained", p, v)
		}
	})
}

func TestNoAllocation(t *testing.T) {
	e := load(t, head+"  s: {f|contains: zzz}\n  k: [word]\n  condition: s or k\n").Engine()
	ev := event("f", "/usr/bin/something -with Arguments", "g", "x")
	tell := func(*Alert) {}
	e.See(ev, tell)
	if n := testing.AllocsPerRun(100, func() { e.See(ev, tell) }); n > 0 {
		t.Errorf("%v allocations for an event that matches nothing", n)
	}
}
