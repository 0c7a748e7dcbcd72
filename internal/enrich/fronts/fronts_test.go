package fronts

import (
	"testing"

	et "github.com/demarc-sec/demarc/internal/enrich/enrichtest"
	"github.com/demarc-sec/demarc/internal/estate"
)

func TestFronts(t *testing.T) {
	policy := et.Asset("p", "setting", et.Facts{"min_tls": "1.2", "weak_ciphers": false})
	redirect := et.Asset("m", "target-group", et.Facts{"http_redirects_to_https": true})
	open := et.Facts{"min_tls": et.Unknown("later"), "weak_ciphers": et.Unknown("later"), "http_redirects_to_https": et.Unknown("later")}

	a := et.Link(et.Link(et.Asset("a", "listener", open), "tls_policy", policy), "target", redirect)
	own := et.Link(et.Asset("own", "listener", et.Facts{"min_tls": "1.0"}), "tls_policy", policy)
	away := et.Elsewhere(et.Asset("away", "listener", open), "tls_policy", "modern", "")
	unread := et.Elsewhere(et.Asset("unread", "listener", open), "tls_policy", "", "no value")
	silent := et.Link(et.Asset("silent", "listener", open), "target", et.Asset("t", "target-group", nil))
	Enrich(et.Estate(policy, redirect, a, own, away, unread, silent))

	et.Want(t, a, et.Facts{"min_tls": "1.2", "weak_ciphers": false, "http_redirects_to_https": true})
	if f, _ := own.Fact("min_tls"); f.Value != "1.0" {
		t.Errorf("own policy of the front is overruled: %v", f.Value)
	}
	for _, c := range []struct {
		got, want string
	}{
		{why(away.Fact("min_tls")), "the policy or map modern is not in the sources"},
		{why(unread.Fact("min_tls")), "no value"},
		{why(silent.Fact("http_redirects_to_https")), "later"},
	} {
		if c.got != c.want {
			t.Errorf("unknown because %q, want %q", c.got, c.want)
		}
	}
}

// why a fact is not known; "known" for one that is.
func why(f estate.Fact, _ bool) string {
	if f.Known() {
		return "known"
	}
	return f.Unknown
}
