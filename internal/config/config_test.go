package config

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/demarc-sec/demarc/internal/estate"
)

func TestMatch(t *testing.T) {
	a := &estate.Asset{
		Address: `module.a["x"].aws_s3_bucket.logs[0]`, ID: `prod:module.a["x"].aws_s3_bucket.logs[0]`, Service: "aws/s3", Kind: "object-store",
		Account: "111122223333", Tags: map[string]string{"stage": "prod-eu"}, Root: "accounts/prod",
		Location: estate.Location{File: "modules/bucket/main.tf"}, Calls: []estate.Location{{File: "accounts/prod/main.tf"}},
	}
	for _, c := range []struct {
		name  string
		match Match
		want  bool
	}{
		{"empty", Match{}, true},
		{"address", Match{Address: []string{`module.a["x"].aws_s3_bucket.logs[0]`}}, true},
		{"address star", Match{Address: []string{"module.a*.aws_s3_bucket.*"}}, true},
		{"address id", Match{Address: []string{"prod:*"}}, true},
		{"other address", Match{Address: []string{"aws_s3_bucket.logs"}}, false},
		{"definition", Match{Path: []string{"modules/**"}}, true},
		{"call", Match{Path: []string{"accounts/prod/*"}}, true},
		{"other path", Match{Path: []string{"accounts/dev/**"}}, false},
		{"tag", Match{Tags: map[string]string{"stage": "prod*"}}, true},
		{"tag missing", Match{Tags: map[string]string{"team": "*"}}, false},
		{"two keys, one wrong", Match{Service: []string{"aws/*"}, Kind: []string{"queue"}}, false},
	} {
		if got := c.match.Matches(a); got != c.want {
			t.Errorf("%s: got %v", c.name, got)
		}
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte("fail_on: high\nwaivers:\n  - {check: [a], reason: b}\n"))
	f.Add([]byte("teams: [{name: x, match: {tags: {a: b}}}]"))
	f.Add([]byte("&a [*a]"))
	f.Fuzz(func(t *testing.T, text []byte) {
		file := filepath.Join(t.TempDir(), Name)
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		if c, err := Load(file); (c == nil) == (err == nil) {
			t.Errorf("config %v with error %v", c, err)
		}
	})
}
