package workflow

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/source/tree"
)

const head = "on: %\njobs:\n  j:\n    runs-on: ubuntu-latest\n    steps:\n"

func TestAnalysis(t *testing.T) {
	in := func(on, steps string) string { return strings.Replace(head, "%", on, 1) + steps }
	for name, tc := range map[string]struct {
		text string
		want map[string]any // of the body
	}{
		"an outsider's number is checked out by hand": {
			in("issue_comment", "      - {name: get, run: 'gh pr checkout ${{ github.event.issue.number }}'}\n"),
			map[string]any{"untrusted_checkout": []any{"j: get"}, "injections": []any{}, "privileged_trigger": true},
		},
		"a pull request without secrets may run what it brings": {
			in("pull_request", "      - {uses: actions/checkout@v4, with: {ref: '${{ github.head_ref }}'}}\n"),
			map[string]any{"untrusted_checkout": []any{}, "keeps_credentials": []any{"j: actions/checkout@v4"}},
		},
		"the base of the pull request is no outsider's": {
			in("pull_request_target", "      - {uses: actions/checkout@v4, with: {ref: '${{ github.event.pull_request.base.sha }}'}}\n"),
			map[string]any{"untrusted_checkout": []any{}},
		},
		"text of an outsider in a script of JavaScript": {
			in("issues", "      - {uses: actions/github-script@v7, with: {script: 'console.log(\"${{ github.event.issue.title }}\")'}}\n"),
			map[string]any{"injections": []any{"j: actions/github-script@v7"}},
		},
		"a number and a hash are nobody's text": {
			in("issues", "      - run: echo ${{ github.event.issue.number }} ${{ github.sha }} ${{ broken(\n"),
			map[string]any{"injections": []any{}},
		},
		"an image and a branch are no pins": {
			in("push", "      - uses: docker://alpine:3\n      - uses: docker://alpine@sha256:"+strings.Repeat("a", 64)+"\n      - uses: a/b@main\n      - uses: ./local\n"),
			map[string]any{"unpinned": []any{"docker://alpine:3", "a/b@main"}},
		},
		"a tag is a release": {
			in("{push: {tags: ['v*']}}", "      - run: make\n"),
			map[string]any{"publishes": true},
		},
		"a label of one's own beside others is a machine of one's own": {
			strings.Replace(in("push", "      - run: make\n"), "ubuntu-latest", "[linux, gpu]", 1),
			map[string]any{"self_hosted": true},
		},
		"a name of one's own alone may be a larger machine of GitHub's": {
			strings.Replace(in("push", "      - run: make\n"), "ubuntu-latest", "big", 1),
			map[string]any{"self_hosted": &source.Unknown{Reason: "the label of a runner does not tell whose machine it is"}},
		},
		"a matrix of hosted machines": {
			strings.Replace(in("push", "      - run: make\n"), "ubuntu-latest", "\"${{ matrix.os }}\"\n    strategy: {matrix: {os: [ubuntu-24.04], include: [{os: macos-15}]}}", 1),
			map[string]any{"self_hosted": false},
		},
		"a matrix that another job makes": {
			strings.Replace(in("push", "      - run: make\n"), "ubuntu-latest", "\"${{ matrix.os }}\"\n    strategy: {matrix: '${{ fromJSON(needs.x.outputs.y) }}'}", 1),
			map[string]any{"self_hosted": &source.Unknown{Reason: "the label of a runner does not tell whose machine it is"}},
		},
		"a job for private repositories alone": {
			strings.Replace(in("push", "      - run: make\n"), "ubuntu-latest", "self-hosted\n    if: ${{ github.event.repository.visibility != 'public' && always() }}", 1),
			map[string]any{"self_hosted": true, "self_hosted_unguarded": false},
		},
		"a condition that holds elsewhere too": {
			strings.Replace(in("push", "      - run: make\n"), "ubuntu-latest", "self-hosted\n    if: github.event.repository.private || always()", 1),
			map[string]any{"self_hosted_unguarded": true},
		},
		"a larger machine of GitHub's is not": {
			strings.Replace(in("push", "      - run: make\n"), "ubuntu-latest", "ubuntu-latest-16-cores", 1),
			map[string]any{"self_hosted": false},
		},
	} {
		t.Run(name, func(t *testing.T) {
			r, gap := resource(".github/workflows/x.yml", []byte(tc.text))
			if gap != nil {
				t.Fatal(gap.What)
			}
			for key, want := range tc.want {
				if diff := cmp.Diff(want, r.Body[key]); diff != "" {
					t.Errorf("%s: -want +got\n%s", key, diff)
				}
			}
		})
	}
}

func TestBadInput(t *testing.T) {
	for name, text := range map[string]string{
		"empty": "", "no yaml": "on: [", "no jobs": "on: push\n", "a list": "- a\n", "jobs a list": "on: push\njobs: [a]\n",
		"deep": "on: " + strings.Repeat("[", 5000),
	} {
		r, gap := resource(".github/workflows/x.yml", []byte(text))
		if gap == nil || !strings.HasPrefix(gap.What, ".github/workflows/x.yml: ") || gap.Mend == "" {
			t.Errorf("%s: resource %v, gap %v", name, r, gap)
		}
	}
}

// TestOwn reads the project's own workflows, which must be free of what the
// checks look for.
func TestOwn(t *testing.T) {
	files, err := filepath.Glob("../../../.github/workflows/*.y*ml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no workflows: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		r, gap := resource(file, text)
		if gap != nil {
			t.Errorf("%s: %s", file, gap.What)
			continue
		}
		for _, list := range []string{"untrusted_checkout", "injections", "unpinned", "stored_keys"} {
			if l, _ := r.Body[list].([]any); len(l) > 0 {
				t.Errorf("%s: %s: %v", file, list, l)
			}
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		strings.Replace(head, "%", "push", 1) + "      - run: echo ${{ github.event.issue.title }}\n",
		"on: push\njobs: {a: {uses: x/y/.github/workflows/z.yml@v1, secrets: inherit}}", "on: {push: {tags: [v1]}}\njobs: {a: {runs-on: [self-hosted], steps: [{uses: 'docker://x'}]}}",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if r, gap := resource("x.yml", []byte(text)); r == nil && gap == nil {
			t.Error("neither a resource nor a gap")
		}
	})
}

func TestOrigin(t *testing.T) {
	for config, want := range map[string][2]string{
		"[remote \"origin\"]\n\turl = git@github.com:acme/shop.git\n":                       {"acme", "shop"},
		"[remote \"origin\"]\n\turl = ssh://git@github.com/acme/shop\n":                     {"acme", "shop"},
		"[remote \"origin\"]\nurl=https://x-access-token:t0k@github.com/acme/a.b.git\n":     {"acme", "a.b"},
		"[remote \"fork\"]\nurl = https://github.com/acme/shop\n":                           {},
		"[remote \"origin\"]\nurl = https://github.com.evil.example/acme/shop\n":            {},
		"[remote \"origin\"]\nurl = https://git.example.org/github.com/acme\n[core]\nurl=x": {},
		"": {},
		strings.Repeat("[remote \"origin\"]\nurl = https://github.com/acme/shop\n", 2000): {}, // too large
	} {
		dir := t.TempDir()
		if err := errors.Join(os.Mkdir(filepath.Join(dir, ".git"), 0o700), os.WriteFile(filepath.Join(dir, ".git/config"), []byte(config), 0o600)); err != nil {
			t.Fatal(err)
		}
		in, err := tree.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		if owner, name := origin(in, "."); owner != want[0] || name != want[1] {
			t.Errorf("%.60q: %s/%s", config, owner, name)
		}
		in.Close()
	}
}
