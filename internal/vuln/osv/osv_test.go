package osv

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestCVEs(t *testing.T) {
	for text, want := range map[string]string{
		`{"id":"DEBIAN-CVE-2024-6387","modified":"2024-07-01T00:00:00Z","upstream":["CVE-2024-6387"]}`:                   "CVE-2024-6387",
		`{"id":"CVE-2023-5363","modified":"2024-07-01T00:00:00Z","aliases":["GHSA-xw78-pcr6-wrg8"]}`:                     "CVE-2023-5363",
		`{"id":"USN-6859-1","modified":"2024-07-01T00:00:00Z","upstream":["CVE-2024-6387","UBUNTU-CVE-2024-6387"]}`:      "CVE-2024-6387",
		`{"id":"ALSA-2024:4312","modified":"2024-07-01T00:00:00Z","related":["CVE-2024-6387","CVE-2024-1"]}`:             "CVE-2024-6387",
		`{"id":"RLSA-2024:1","modified":"2024-07-01T00:00:00Z","aliases":["CVE-2024-2222"],"related":["CVE-2024-1111"]}`: "CVE-2024-1111,CVE-2024-2222",
		`{"id":"DSA-5724-1","modified":"2024-07-01T00:00:00Z"}`:                                                          "",
	} {
		r, err := Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(r.CVEs(), ","); got != want {
			t.Errorf("%s: %q", r.ID, got)
		}
	}
}

func TestBinaries(t *testing.T) {
	r, err := Parse([]byte(`{"id":"X-1","modified":"2024-07-01T00:00:00Z","affected":[
		{"ecosystem_specific":{"urgency":7,"binaries":[{"binary_name":"b","binary_version":"2"},{"a":"1"},{"c":["no"]}]}},
		{"ecosystem_specific":{"binaries":"none"}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Affected[0].Specific.Binaries; !slices.Equal(got, binaries{{"a", "1"}, {"b", "2"}}) || r.Affected[0].Specific.Urgency != "" || r.Affected[1].Specific.Binaries != nil {
		t.Errorf("%+v", r.Affected)
	}
}

func TestRefused(t *testing.T) {
	for _, text := range []string{
		"", "[]", `{"id":"X"}`, `{"id":"","modified":"2024-07-01T00:00:00Z"}`, `{"id":"../x y","modified":"2024-07-01T00:00:00Z"}`,
		`{"id":"X","modified":"yesterday"}`, strings.Repeat(`{"a":`, 20_000), strings.Repeat("x", MaxRecord+1),
		`{"id":"X","modified":"2024-07-01T00:00:00Z","affected":[` + strings.Repeat(`{},`, maxAffected) + `{}]}`,
	} {
		if r, err := Parse([]byte(text)); !errors.Is(err, ErrRecord) {
			t.Errorf("%.60q: %+v, %v", text, r, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"id":"USN-1","modified":"2024-07-01T00:00:00Z","aliases":["CVE-2024-6387"],"affected":[{"package":{"ecosystem":"Ubuntu:22.04:LTS","name":"a"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"1"}]}],"ecosystem_specific":{"binaries":[{"binary_name":"b","binary_version":"2"}]}}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := Parse(b)
		if err != nil {
			return
		}
		if len(r.Summary) > maxText+8 || len(r.Aliases) > maxNames {
			t.Error("no bound")
		}
		r.CVEs()
	})
}
