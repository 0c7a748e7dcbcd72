package check

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/estate"
)

var loadOnce = sync.OnceValues(func() (*catalogue.Catalogue, error) {
	return catalogue.Load(catalogue.Options{Today: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)})
})

// embedded returns the embedded catalogue, which all tests share.
func embedded(t testing.TB) *catalogue.Catalogue {
	t.Helper()
	cat, err := loadOnce()
	if err != nil {
		t.Fatal(err)
	}
	return cat
}

var checksOnce = sync.OnceValues(func() (*Set, error) {
	cat, err := loadOnce()
	if err != nil {
		return nil, err
	}
	return Load(cat, nil)
})

// loadEagerly returns the embedded checks, which all tests share.
func loadEagerly(t *testing.T) *Set {
	t.Helper()
	eager, err := checksOnce()
	if err != nil {
		t.Fatal(err)
	}
	return eager
}

func loadLazily(t *testing.T) *Set {
	t.Helper()
	lazy, err := LoadLazily(embedded(t))
	if err != nil {
		t.Fatal(err)
	}
	return lazy
}

// TestLazy demands that checks are asked of the same assets whether they are
// parsed when these are met or all at once.
func TestLazy(t *testing.T) {
	cat, eager, lazy := embedded(t), loadEagerly(t), loadLazily(t)
	ids := func(s *Set, a *estate.Asset) (out []string) {
		found := s.on(a)
		for _, c := range found {
			out = append(out, c.ID)
		}
		return out
	}
	asset := func(t *catalogue.AssetType, facts ...string) *estate.Asset {
		a := &estate.Asset{Provider: t.Service.Provider, Service: t.Service.ID, Kind: t.KindID, NativeType: t.Type, Means: t.Means}
		var fs []estate.Fact
		for _, name := range facts {
			fs = append(fs, estate.Fact{Name: name, Unknown: "made up"})
		}
		a.SetFacts(fs)
		return a
	}
	asked, tried := map[string]bool{}, map[string]bool{}
	for name, at := range cat.All().Assets {
		var own, all []string
		for fact, spec := range cat.Facts {
			if cat.Possible(at, fact) {
				own = append(own, fact)
			}
			if cat.Possible(at, fact) || spec.Derived != "" {
				all = append(all, fact)
			}
		}
		slices.Sort(own)
		slices.Sort(all)
		sets := [][]string{nil, own, all}
		for _, fact := range own { // one alone, once for each kind
			if pair := at.KindID + " " + fact; !tried[pair] {
				tried[pair] = true
				sets = append(sets, []string{fact})
			}
		}
		for _, facts := range sets {
			a := asset(at, facts...)
			want, got := ids(eager, a), ids(lazy, a)
			if d := cmp.Diff(want, got); d != "" {
				t.Fatalf("%s with facts %v is asked other checks when they are parsed lazily:\n%s", name, facts, d)
			}
			for _, id := range want {
				asked[id] = true
			}
		}
	}
	if len(asked) < eager.Len()*9/10 {
		t.Errorf("only %d of %d checks were asked of some type: the comparison says little", len(asked), eager.Len())
	}
	for i, c := range lazy.All() {
		if want := eager.All()[i]; c.ID != want.ID || c.Index != i || want.Index != i {
			t.Errorf("check %d is %s at %d, parsed at once %s at %d", i, c.ID, c.Index, want.ID, want.Index)
		}
	}
}

func TestLazyLookup(t *testing.T) {
	eager, lazy := loadEagerly(t), loadLazily(t)
	rows := 0
	for _, c := range eager.All() {
		if found, row := lazy.Lookup(c.ID); found == nil || found.ID != c.ID || row != nil {
			t.Errorf("Lookup(%s) = %v, %v", c.ID, found, row)
		}
		for _, r := range c.Rows {
			rows++
			if found, row := lazy.Lookup(r.ID); found == nil || row == nil && r.ID != c.ID || row != nil && row.ID != r.ID {
				t.Errorf("Lookup(%s) = %v, %v", r.ID, found, row)
			}
		}
	}
	if rows == 0 {
		t.Error("no check has a row")
	}
	if found, row := lazy.Lookup("no-such-check"); found != nil || row != nil {
		t.Errorf("found %v, %v", found, row)
	}
	if eager.Len() != lazy.Len() || !slices.Equal(eager.Frameworks(), lazy.Frameworks()) {
		t.Error("the sets differ")
	}
}

// TestLazyParsesWhatIsAsked keeps one asset from parsing every check.
func TestLazyParsesWhatIsAsked(t *testing.T) {
	cat, lazy := embedded(t), loadLazily(t)
	at := cat.Asset("aws_sqs_queue")
	a := &estate.Asset{Provider: "aws", Service: at.Service.ID, Kind: at.KindID, NativeType: at.Type, Means: at.Means}
	var fs []estate.Fact
	for name := range at.PossibleFacts {
		fs = append(fs, estate.Fact{Name: name})
	}
	a.SetFacts(fs)
	if got := len(lazy.candidates(a)); got == 0 || got > lazy.Len()/3 {
		t.Errorf("%d of %d checks are parsed for a queue", got, lazy.Len())
	}
}

func TestKeep(t *testing.T) {
	lazy := loadLazily(t)
	lazy.Keep(func(c *Check) bool { return c.ID == "key-rotation" || c.ID == "encryption-at-rest" })
	all := lazy.All()
	if len(all) != 2 || lazy.Len() != 2 || all[0].ID != "encryption-at-rest" || all[0].Index != 0 || all[1].Index != 1 {
		t.Errorf("kept %v", all)
	}
	a := &estate.Asset{Kind: "object-store", Means: "aws_s3_bucket", Provider: "aws", Service: "aws/s3"}
	a.SetFacts([]estate.Fact{{Name: "encrypted_at_rest"}, {Name: "versioning"}})
	for _, c := range lazy.candidates(a) {
		if c.ID != "key-rotation" && c.ID != "encryption-at-rest" {
			t.Errorf("%s is still asked", c.ID)
		}
	}
}

func TestMentioned(t *testing.T) {
	text := "id: x\ntitle: of no_fact\napplies:\n  kinds: [object-store]\n  types: [AWS::S3::Bucket, \"compute.googleapis.com/Disk\"]\n" +
		"# a comment\nneeds:\n- needed_fact\npass: >-\n  !public && linked('keys').all(k, k.rotated)\nfail: {secret}\n"
	got := mentioned(text)
	for _, want := range []string{"object-store", "AWS::S3::Bucket", "compute.googleapis.com/Disk", "needed_fact", "public", "rotated"} {
		if !got[want] {
			t.Errorf("%q is missed", want)
		}
	}
	for _, other := range []string{"no_fact", "secret", "x"} {
		if got[other] {
			t.Errorf("%q is none of them", other)
		}
	}
}
