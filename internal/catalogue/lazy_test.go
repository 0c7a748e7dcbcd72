package catalogue

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	data "github.com/demarc-sec/demarc/catalogue"
)

func loadLazily(t *testing.T) *Catalogue {
	t.Helper()
	lazy, err := Load(Options{Today: testDay, Lazy: true})
	if err != nil {
		t.Fatal(err)
	}
	return lazy
}

// TestLazy demands that every type is the same whether its service is parsed
// alone or with all others.
func TestLazy(t *testing.T) {
	eager, lazy := embedded(t), loadLazily(t)
	for name, want := range eager.Assets {
		got := lazy.Asset(name)
		if got == nil {
			t.Errorf("%s: the outline of %s does not show asset %s: write it two spaces from the margin", want.Service.ID, want.Service.File, name)
			continue
		}
		if !lazy.HasAsset(name) || !lazy.Has(name) || !eager.Has(name) {
			t.Errorf("%s: Has or HasAsset is false", name)
		}
		if d := cmp.Diff(describeAsset(want), describeAsset(got)); d != "" {
			t.Errorf("%s: parsed alone, asset %s differs (write the `of` of parts that other services have of it in brackets):\n%s", want.Service.ID, name, d)
		}
	}
	for name, want := range eager.Parts {
		got := lazy.Part(name)
		if got == nil {
			t.Errorf("%s: the outline of %s does not show part %s: write it two spaces from the margin, and a list of `of` in brackets", want.Service.ID, want.Service.File, name)
			continue
		}
		if d := cmp.Diff(describePart(want), describePart(got)); d != "" {
			t.Errorf("%s: parsed alone, part %s differs:\n%s", want.Service.ID, name, d)
		}
	}
	for name, want := range eager.Ignored {
		if got := lazy.IgnoredReason(name); got != want {
			t.Errorf("ignored type %s: %q, parsed alone %q: write it two spaces from the margin", name, want, got)
		}
	}
	for lower, want := range eager.anyCase {
		if got := lazy.Canonical(lower); got != want {
			t.Errorf("Canonical(%s) = %s, want %s", lower, got, want)
		}
	}
	for id, want := range eager.Services {
		if got := lazy.Service(id); got == nil || got.Title != want.Title || len(got.Owners) != len(want.Owners) || !lazy.HasService(id) {
			t.Errorf("service %s differs: %+v", id, got)
		}
	}
	for _, provider := range eager.EvidenceProviders() {
		if d := cmp.Diff(eager.EvidenceOf(provider), lazy.EvidenceOf(provider)); d != "" {
			t.Errorf("evidence of %s differs:\n%s", provider, d)
		}
	}
	if lazy.EvidenceOf("nobody") != nil {
		t.Error("nobody states something")
	}
	all := lazy.All()
	for what, same := range map[string]bool{
		"services": sameKeys(all.Services, eager.Services), "assets": sameKeys(all.Assets, eager.Assets),
		"parts": sameKeys(all.Parts, eager.Parts), "ignored": sameKeys(all.Ignored, eager.Ignored),
	} {
		if !same {
			t.Errorf("All() has other %s than a catalogue that is loaded at once", what)
		}
	}
	if lazy.Asset("aws_no_such_thing") != nil || lazy.Part("x") != nil || lazy.IgnoredReason("") != "" || lazy.Service("aws/x") != nil || lazy.HasAsset("x") || lazy.Has("x") || eager.Has("x") || lazy.HasService("x") {
		t.Error("something is found that is not there")
	}
}

func sameKeys[V any](a, b map[string]V) bool {
	return slices.Equal(slices.Sorted(maps.Keys(a)), slices.Sorted(maps.Keys(b)))
}

// describeAsset is all that linking decides of an asset type.
func describeAsset(t *AssetType) []string {
	out := []string{t.Type, t.Means, t.Service.ID, t.Kind.ID, t.Model, fmt.Sprint(t.Identity), fmt.Sprint(slices.Sorted(maps.Keys(t.Facts)))}
	out = append(out, slices.Sorted(maps.Keys(t.PossibleFacts))...)
	for i, r := range t.Responsibilities {
		line := r.ID
		for _, rule := range t.Rules[i] {
			line += fmt.Sprintf(" %s=%s/%s/%v", rule.ID, rule.Owner, rule.Document, rule.Doc)
			if rule.Condition != nil {
				line += " if " + rule.Condition.Source
			}
		}
		out = append(out, line)
	}
	return out
}

func describePart(p *PartType) string {
	return fmt.Sprint(p.Type, p.Means, p.Service.ID, p.Of, p.By, p.Each, slices.Sorted(maps.Keys(p.Facts)), p.Relations)
}

// TestLazyParsesWhatIsMet keeps one service from parsing all others.
func TestLazyParsesWhatIsMet(t *testing.T) {
	lazy := loadLazily(t)
	if lazy.Asset("aws_sqs_queue") == nil {
		t.Fatal("aws_sqs_queue is missing")
	}
	u := lazy.lazy.types["aws_sqs_queue"].unit
	size := 0
	for _, text := range lazy.lazy.excerpts(u) {
		size += len(text)
	}
	if size > 10_000 {
		t.Errorf("aws/sqs is parsed with %d bytes of other services", size)
	}
}

// TestLazyTogether asks for the same and for tied services from many
// goroutines; it is for the race detector.
func TestLazyTogether(t *testing.T) {
	lazy := loadLazily(t)
	names := []string{"aws_s3_bucket", "aws_s3_bucket_policy", "aws_vpc", "aws_subnet", AccountType("aws"), "aws_iam_role", "aws_kms_key"}
	found := make([][]*AssetType, 8)
	var wg sync.WaitGroup
	for i := range found {
		wg.Go(func() {
			for j := range names {
				found[i] = append(found[i], lazy.Asset(names[j]))
			}
			lazy.All()
		})
	}
	wg.Wait()
	for _, f := range found[1:] {
		if !slices.Equal(f, found[0]) {
			t.Error("goroutines were given different types")
		}
	}
}

func TestOutline(t *testing.T) {
	text := `# of: nothing
title: X
assets:
  x_a: &a
    kind: k
    facts: {of: {from: of}}
  # a comment
  "AWS::X::Y":   # another
    kind: k

parts:
  x_p: {by: a, of: x_a}
  x_q:
    proof: none
    of: [x_a,
         'AWS::X::Y']   # both
owners:
  - rule: r
twins:
  Microsoft.X/y: {of: x_a, names: {}}
ignored:
  core/Z: "of: no interest"`
	var got []string
	for _, e := range outline(text) {
		got = append(got, e.section+" "+e.name+" "+strings.Join(e.of, ","))
	}
	want := []string{"assets x_a ", "assets AWS::X::Y ", "parts x_p x_a", "parts x_q x_a,AWS::X::Y", "twins Microsoft.X/y x_a", "ignored core/Z "}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	var whole string
	for _, e := range outline(text) {
		whole += e.text
	}
	if !strings.Contains(whole, "    proof: none\n    of: [x_a") || strings.Contains(whole, "rule") || !strings.HasSuffix(whole, `interest"`) {
		t.Errorf("texts of the entries: %q", whole)
	}
}

// FuzzOutline demands that no text, not even a mistaken one, is too much for
// the scan, and that entries' texts are of the file.
func FuzzOutline(f *testing.F) {
	names, err := fs.Glob(data.FS, "services/*/*/service.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names[:10] {
		text, _ := fs.ReadFile(data.FS, name)
		f.Add(string(text))
	}
	for _, seed := range []string{"", "parts:\n  a:\n    of: ", "parts:\n  a: {of: [", "assets:\n  :", "parts:\n  a: of: ,\n", "twins:\n  \"a: \" : x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, e := range outline(text) {
			if e.name == "" || !strings.Contains(text, e.text) {
				t.Errorf("entry %+v", e)
			}
		}
	})
}
