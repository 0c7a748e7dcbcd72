package arm

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/source/sourcetest"
)

// evaluated is what an expression gives as a property of a resource. Values
// that are not known come as "?REASON" or "?TEXT" with their holes in ⟦⟧.
func evaluated(t testing.TB, expression string) (any, []source.Gap) {
	t.Helper()
	quoted, err := json.Marshal("[" + expression + "]")
	if err != nil {
		t.Fatal(err)
	}
	rec := readText(t, `{"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#","contentVersion":"1.0.0.0",
"parameters":{"s":{"type":"string"},"o":{"type":"object"},"l":{"type":"array"},"b":{"type":"bool"},"n":{"type":"string","nullable":true},"five":{"type":"int","defaultValue":5}},
"variables":{"list":["a","b","a"],"object":{"One":1,"two":"x"},"mixed":["a","[parameters('s')]"]},
"functions":[{"namespace":"my","members":{"twice":{"parameters":[{"name":"x","type":"string"}],"output":{"type":"string","value":"[concat(parameters('x'), parameters('x'))]"}},
"again":{"parameters":[],"output":{"type":"string","value":"[my.again()]"}}}}],
"resources":[{"type":"A.B/c","apiVersion":"1","name":"x","properties":{"v":`+string(quoted)+`}}]}`)
	var gaps []source.Gap
	for _, g := range rec.Gaps {
		if g.Kind != "variable" {
			gaps = append(gaps, g)
		}
	}
	v := rec.Find(t, "A.B/c/x").Body["properties"].(map[string]any)["v"]
	return plainly(v), gaps
}

func plainly(v any) any {
	switch x := v.(type) {
	case *source.Unknown:
		if x.Text != "" {
			return "?" + sourcetest.Shown(x.Text)
		}
		return "?" + x.Reason
	case []any:
		out := []any{}
		for _, e := range x {
			out = append(out, plainly(e))
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for k, e := range x {
			out[k] = plainly(e)
		}
		return out
	}
	return v
}

func TestFunctions(t *testing.T) {
	const noS = "?parameter s has no default"
	for expression, want := range map[string]any{
		// texts
		`concat('a', 'b', 1, true())`:                            "ab1True",
		`concat('a-', parameters('s'))`:                          "?a-⟦parameters('s')⟧",
		`concat(variables('list'), createArray('z'))`:            []any{"a", "b", "a", "z"},
		`concat(variables('list'), parameters('l'))`:             "?parameter l has no default",
		`format('{0}-{1:D3}{{}}', 'a', 7)`:                       "a-007{}",
		`format('{0}/{1}', 'srv', parameters('s'))`:              "?srv/⟦parameters('s')⟧",
		`toLower(concat('AB', parameters('s')))`:                 "?ab⟦parameters('s')⟧",
		`toUpper('ab')`:                                          "AB",
		`trim('  a ')`:                                           "a",
		`string(createObject('a', createArray(1, 'b', null())))`: `{"a":[1,"b",null]}`,
		`string(createObject('a', parameters('s')))`:             `?{"a":"⟦parameters('s')⟧"}`,
		`join(createArray('a', 'b'), '; ')`:                      "a; b",
		`join(variables('mixed'), ',')`:                          "?a,⟦parameters('s')⟧",
		`split('a,b;c', createArray(',', ';'))`:                  []any{"a", "b", "c"},
		`last(split(resourceId('A.B/c', 'y'), '/'))`:             "y",
		`replace('a-b-c', '-', '')`:                              "abc",
		`substring('hello', 1, 3)`:                               "ell",
		`startsWith('Hello', 'he')`:                              true,
		`endsWith(concat(parameters('s'), '.com'), '.org')`:      false,
		`endsWith(concat(parameters('s'), '.com'), '.COM')`:      true,
		`indexOf('hello', 'L')`:                                  2.0,
		`lastIndexOf(variables('list'), 'a')`:                    2.0,
		`padLeft(7, 3, '0')`:                                     "007",
		`base64('one, two')`:                                     "b25lLCB0d28=",
		`base64ToString('b25lLCB0d28=')`:                         "one, two",
		`base64ToJson(base64('{"a": 1}')).a`:                     1.0,
		`json('{"a": [true, null]}')`:                            map[string]any{"a": []any{true, nil}},
		`json('null')`:                                           nil,
		`uri('http://a.example/b/', 'c.json')`:                   "http://a.example/b/c.json",
		`uriComponent('a b/c')`:                                  "a%20b%2Fc",
		`uriComponentToString('a%20b%2Fc')`:                      "a b/c",
		`dataUriToString(dataUri('Hello'))`:                      "Hello",
		`concat(uniqueString('a'), '-', uniqueString('a'))`:      "?⟦uniqueString('a')⟧-⟦uniqueString('a')⟧",
		`equals(uniqueString('a'), uniqueString('a'))`:           true,
		`take('abcdef', 2)`:                                      "ab",
		`skip(variables('list'), 1)`:                             []any{"b", "a"},
		`first('one')`:                                           "o",
		`length('héé')`:                                          3.0,
		`'it''s'`:                                                "it's",
		`variables('object')['two']`:                             "x",
		`my.twice('ab')`:                                         "abab",
		`utcNow('d')`:                                            "?the time of deployment",
		// numbers
		`add(1, mul(2, 3))`:       7.0,
		`sub(3, 5)`:               -2.0,
		`div(-7, 2)`:              -3.0,
		`mod(7, 3)`:               1.0,
		`int('12')`:               12.0,
		`min(3, 1, 2)`:            1.0,
		`max(createArray(3, 4))`:  4.0,
		`range(3, 3)`:             []any{3.0, 4.0, 5.0},
		`parameters('FIVE')`:      5.0,
		`add(parameters('s'), 1)`: noS,
		// logic
		`if(true(), 'a', parameters('none'))`:                          "a",
		`if(parameters('b'), 'a', 'a')`:                                "a",
		`if(parameters('b'), 'a', 'c')`:                                "?parameter b has no default",
		`and(parameters('b'), false())`:                                false,
		`and(parameters('b'), true())`:                                 "?parameter b has no default",
		`or(parameters('b'), true())`:                                  true,
		`not(equals('a', 'A'))`:                                        true,
		`bool('true')`:                                                 true,
		`equals(createArray(1, parameters('s')), createArray(2, 'x'))`: false,
		`equals(createObject('a', 1), createObject('A', 1))`:           true,
		`equals(concat('x', parameters('s')), '')`:                     false,
		`equals(parameters('s'), '')`:                                  noS,
		`equals(parameters('s'), null())`:                              false,
		`less(1, 2)`:                                                   true,
		`greaterOrEquals('b', 'c')`:                                    false,
		`coalesce(null(), parameters('s'), 'x')`:                       noS,
		`coalesce(parameters('n'), 'x')`:                               "?parameter n has no default",
		`empty('')`:                                                    true,
		`empty(concat('a', parameters('s')))`:                          false,
		`empty(parameters('s'))`:                                       noS,
		`contains(variables('mixed'), 'a')`:                            true,
		`contains(variables('mixed'), 'b')`:                            noS,
		`contains(variables('object'), 'one')`:                         true,
		`contains(concat('key-', parameters('s')), 'key')`:             true,
		// arrays and objects
		`union(variables('list'), createArray('c'))`:                                                                  []any{"a", "b", "c"},
		`union(createObject('a', createObject('x', 1)), createObject('a', createObject('y', 2)))`:                     map[string]any{"a": map[string]any{"x": 1.0, "y": 2.0}},
		`shallowMerge(createArray(createObject('a', createObject('x', 1)), createObject('a', createObject('y', 2))))`: map[string]any{"a": map[string]any{"y": 2.0}},
		`intersection(variables('list'), createArray('a', 'z'))`:                                                      []any{"a"},
		`intersection(createObject('a', 1, 'b', 2), createObject('a', 1, 'b', 3))`:                                    map[string]any{"a": 1.0},
		`flatten(createArray(createArray(1), createArray(2, 3)))`:                                                     []any{1.0, 2.0, 3.0},
		`items(createObject('b', 1, 'a', 2))[0].key`:                                                                  "a",
		`objectKeys(createObject('b', 1, 'a', 2))`:                                                                    []any{"a", "b"},
		`tryGet(variables('object'), 'none', 'deeper')`:                                                               nil,
		`tryGet(variables('list'), 1)`:                                                                                "b",
		`length(variables('mixed'))`:                                                                                  2.0,
		`indexFromEnd(variables('list'), 2)`:                                                                          "b",
		`parameters('o').a.b`:                                                                                         "?parameter o has no default",
		// lambdas
		`map(range(0, 2), lambda('i', mul(lambdaVariables('i'), 2)))`:                                                        []any{0.0, 2.0},
		`filter(variables('list'), lambda('x', equals(lambdaVariables('x'), 'a')))`:                                          []any{"a", "a"},
		`filter(variables('mixed'), lambda('x', equals(lambdaVariables('x'), 'b')))`:                                         noS,
		`reduce(range(1, 4), 0, lambda('sum', 'x', add(lambdaVariables('sum'), lambdaVariables('x'))))`:                      10.0,
		`sort(createArray(3, 1, 2), lambda('x', 'y', less(lambdaVariables('x'), lambdaVariables('y'))))`:                     []any{1.0, 2.0, 3.0},
		`toObject(createArray('a', 'b'), lambda('x', lambdaVariables('x')), lambda('x', concat('v', lambdaVariables('x'))))`: map[string]any{"a": "va", "b": "vb"},
		`groupBy(createArray('a1', 'b1', 'a2'), lambda('x', first(lambdaVariables('x')))).a`:                                 []any{"a1", "a2"},
		`mapValues(createObject('a', 1), lambda('x', add(lambdaVariables('x'), 1)))`:                                         map[string]any{"a": 2.0},
		// addresses
		`cidrSubnet('10.144.0.0/20', 24, 0)`: "10.144.0.0/24",
		`cidrSubnet('10.144.0.0/20', 24, 3)`: "10.144.3.0/24",
		`cidrSubnet('fd00::/48', 64, 2)`:     "fd00:0:0:2::/64",
		`cidrHost('10.144.3.0/24', 0)`:       "10.144.3.1",
		`parseCidr('10.144.0.7/20').network`: "10.144.0.0",
		// where it is deployed, and what runs there
		`resourceId('A.B/c/d', 'x', 'y')`:                       "?/subscriptions/⟦subscription().subscriptionId⟧/resourceGroups/⟦resourceGroup().name⟧/providers/A.B/c/x/d/y",
		`resourceId('rg', 'A.B/c', 'x')`:                        "?/subscriptions/⟦subscription().subscriptionId⟧/resourceGroups/rg/providers/A.B/c/x",
		`resourceId('s', 'rg', 'A.B/c', 'x')`:                   "/subscriptions/s/resourceGroups/rg/providers/A.B/c/x",
		`subscriptionResourceId('A.B/c', 'x')`:                  "?/subscriptions/⟦subscription().subscriptionId⟧/providers/A.B/c/x",
		`tenantResourceId('A.B/c', 'x')`:                        "/providers/A.B/c/x",
		`extensionResourceId('/subscriptions/s', 'A.B/c', 'x')`: "/subscriptions/s/providers/A.B/c/x",
		`reference('x').properties.id`:                          "?known after deployment",
		`listKeys('x', '2020-01-01').keys[0].value`:             "?a secret, known after deployment",
		`concat('https://x', environment().suffixes.storage)`:   "?https://x⟦environment().suffixes.storage⟧",
		`resourceGroup().location`:                              "?depends on where the template is deployed",
		`pickZones('A.B', 'c', 'westeurope')`:                   "?depends on the zones of the region",
	} {
		got, gaps := evaluated(t, expression)
		if diff := cmp.Diff(want, got); diff != "" || len(gaps) > 0 {
			t.Errorf("%s: %s%v", expression, diff, gaps)
		}
	}
}

// What Azure would refuse is unknown, and a gap that names the place.
func TestMistakes(t *testing.T) {
	for expression, want := range map[string]string{
		`concat(`:                        "the expression ends in the middle",
		`concat('a'`:                     "the expression ends in the middle",
		`'a`:                             "does not end",
		`concat('a') b`:                  `unexpected "b"`,
		`a b`:                            `unexpected "b"`,
		`1.2.3`:                          "is no number",
		`variables('none')`:              `no variable "none"`,
		`parameters('none')`:             `no parameter "none"`,
		`variables('list')[7]`:           "outside the array",
		`variables('object').three`:      `no member "three"`,
		`substring('abc', 2, 5)`:         "outside the text",
		`toLower(1)`:                     "wrong type",
		`toLower()`:                      "called with 0 arguments",
		`div(1, 0)`:                      "no result",
		`notAFunction('x')`:              "notAFunction is not known",
		`my.none()`:                      "no function my.none",
		`my.twice()`:                     "too few arguments",
		`my.again()`:                     "calls itself",
		`copyIndex()`:                    "outside of a copy loop",
		`lambdaVariables('x')`:           `no lambda variable "x"`,
		`range(0, 1000000000)`:           "more than 10,000",
		`padLeft('', 1000000000, ' ')`:   "too large a text",
		`cidrSubnet('10.0.0.0/8', 4, 0)`: "wrong type",
		`createObject('a')`:              "without a value",
		`resourceId('A.B/c/d', 'x')`:     "another number of names",
		`json('{')`:                      "no JSON",
		`format('{0}{1}', 'a')`:          "not there",
		`if('yes', 1, 2)`:                "neither true nor false",
	} {
		got, gaps := evaluated(t, expression)
		if s, _ := got.(string); !strings.HasPrefix(s, "?") {
			t.Errorf("%s gives %v", expression, got)
		}
		if len(gaps) != 1 || !strings.Contains(gaps[0].What, want) || !strings.HasPrefix(gaps[0].What, "t.json line 6: ") && !strings.HasPrefix(gaps[0].What, "t.json line 5: ") {
			t.Errorf("%s: gaps %v, want one with %q", expression, gaps, want)
		}
	}
}

func TestReferencesOfValues(t *testing.T) {
	rec := readText(t, `{"contentVersion":"1.0.0.0","resources":[
{"type":"Microsoft.Network/virtualNetworks","apiVersion":"1","name":"v","properties":{"subnets":[{"name":"s"}]}},
{"type":"Microsoft.Network/virtualNetworks/subnets","apiVersion":"1","name":"v/own"},
{"type":"A.B/c","apiVersion":"1","name":"x","dependsOn":["[resourceId('A.B/c','y')]"],"properties":{
 "inline":"[resourceId('Microsoft.Network/virtualNetworks/subnets','V','s')]",
 "own":"[concat(resourceId('Microsoft.Network/virtualNetworks','v'),'/subnets/own')]",
 "full":"/subscriptions/1/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v",
 "state":"[reference('Microsoft.Network/virtualNetworks/v').properties.x]",
 "elsewhere":"[resourceId('Microsoft.Network/virtualNetworks','other')]",
 "deep":[{"a":{"b":"[listKeys('y','1').k]"}}]}},
{"type":"A.B/c","apiVersion":"1","name":"y"}]}`)
	want := map[string][]source.Ref{
		"properties.inline":   {{Address: "Microsoft.Network/virtualNetworks/subnets/v/s"}},
		"properties.own":      {{Address: "Microsoft.Network/virtualNetworks/subnets/v/own"}},
		"properties.full":     {{Address: "Microsoft.Network/virtualNetworks/v"}},
		"properties.state":    {{Address: "Microsoft.Network/virtualNetworks/v", Attribute: "properties.x"}},
		"properties.deep.a.b": {{Address: "A.B/c/y", Attribute: "listKeys.k"}},
	}
	got := rec.Find(t, "A.B/c/x").Refs
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := rec.Find(t, "Microsoft.Network/virtualNetworks/subnets/v/own").Refs["parent"]; len(got) != 1 || got[0].Address != "Microsoft.Network/virtualNetworks/v" {
		t.Error("parent:", got)
	}
}

// Two resources of one name under conditions that exclude each other, and
// copies whose name does not tell them apart, have addresses of their own.
func TestAddressesAreUnique(t *testing.T) {
	rec := readText(t, `{"contentVersion":"1.0.0.0","parameters":{"b":{"type":"bool"},"n":{"type":"int"}},"resources":[
{"condition":"[parameters('b')]","type":"A.B/c","name":"x"},
{"condition":"[not(parameters('b'))]","type":"A.B/c","name":"x"},
{"copy":{"name":"l","count":2},"type":"A.B/c","name":"[guid('x')]"},
{"copy":{"name":"l","count":"[parameters('n')]"},"type":"A.B/c","name":"[concat('n', copyIndex())]"}]}`)
	want := []string{"A.B/c/x[*]", "A.B/c/x[*]#2", "A.B/c/[guid('x')]", "A.B/c/[guid('x')]#2", "A.B/c/n[copyIndex('l')][*]"}
	var got []string
	for _, r := range rec.Resources {
		got = append(got, r.Address)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func FuzzExpression(f *testing.F) {
	for _, s := range []string{
		`concat('a', parameters('s'))`, `if(equals(1, 2), variables('list')[0], reference('x').a.b['c'])`,
		`map(range(0, 3), lambda('i', format('{0:D2}', lambdaVariables('i'))))`, `my.twice('it''s')`,
		`json(concat('{"a":"', parameters('s'), '"}')).a`, `split(resourceId('A.B/c', parameters('s')), '/')[8]`,
		`toObject(items(variables('object')), lambda('x', lambdaVariables('x').key))`, `cidrSubnet('10.0.0.0/8', 24, 7)`,
		`sort(union(variables('list'), createArray('c')), lambda('a', 'b', less(lambdaVariables('a'), lambdaVariables('b'))))`,
		`uri('http://a/b', parameters('s'))`, `-1`, `[`, `concat(`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, gaps := evaluated(t, s)
		for _, g := range gaps {
			if g.Fatal {
				t.Errorf("%q: %s", s, g.What)
			}
		}
		if text := fmt.Sprint(v); strings.Contains(text, source.HoleOpen) {
			t.Errorf("%q gives a text with the marks of holes: %q", s, text)
		}
	})
}
