package link

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// service is a metadata service as the three providers have them.
func service(t *testing.T) string {
	t.Helper()
	need := func(w http.ResponseWriter, r *http.Request, header, value string) bool {
		if r.Header.Get(header) != value {
			http.Error(w, "no", http.StatusUnauthorized)
			return false
		}
		return true
	}
	m := http.NewServeMux()
	m.HandleFunc("PUT /latest/api/token", func(w http.ResponseWriter, r *http.Request) {
		if need(w, r, "X-aws-ec2-metadata-token-ttl-seconds", "60") {
			_, _ = w.Write([]byte("tok"))
		}
	})
	m.HandleFunc("GET /latest/dynamic/instance-identity/{what}", func(w http.ResponseWriter, r *http.Request) {
		if need(w, r, "X-aws-ec2-metadata-token", "tok") {
			_, _ = w.Write([]byte(map[string]string{"document": "{\n  \"instanceId\" : \"i-1\"\n}", "signature": "QUJD\nREVG\n"}[r.PathValue("what")]))
		}
	})
	m.HandleFunc("GET /metadata/attested/document", func(w http.ResponseWriter, r *http.Request) {
		if need(w, r, "Metadata", "true") && r.URL.Query().Get("api-version") != "" {
			_, _ = w.Write([]byte(`{"encoding":"pkcs7","signature":"QUJD"}`))
		}
	})
	m.HandleFunc("GET /computeMetadata/v1/instance/service-accounts/default/identity", func(w http.ResponseWriter, r *http.Request) {
		if need(w, r, "Metadata-Flavor", "Google") {
			_, _ = w.Write([]byte("head." + r.URL.Query().Get("audience") + ".sig\n"))
		}
	})
	s := httptest.NewServer(m)
	t.Cleanup(s.Close)
	return s.URL
}

func TestDocument(t *testing.T) {
	base := service(t)
	for _, c := range []struct {
		dmi           map[string]string
		provider      string
		doc, sig, err string
		want          string
	}{
		{map[string]string{"sys_vendor": "Amazon EC2"}, "auto", "{\n  \"instanceId\" : \"i-1\"\n}", "QUJDREVG", "", "aws"},
		{map[string]string{"bios_version": "4.11.amazon", "sys_vendor": "Xen"}, "", "{\n  \"instanceId\" : \"i-1\"\n}", "QUJDREVG", "", "aws"},
		{map[string]string{"sys_vendor": "Google"}, "auto", "head.https://plane.sig", "", "", "google"},
		{map[string]string{"sys_vendor": "Microsoft Corporation", "chassis_asset_tag": "7783-7084-3265-9085-8269-3286-77"}, "auto", `{"encoding":"pkcs7","signature":"QUJD"}`, "", "", "azure"},
		{map[string]string{"sys_vendor": "Microsoft Corporation"}, "auto", "", "", "", ""}, // Hyper-V of one's own
		{nil, "auto", "", "", "", ""},
		{map[string]string{"sys_vendor": "Amazon EC2"}, "none", "", "", "", ""},
		{nil, "google", "head.https://plane.sig", "", "", "google"},
		{nil, "nimbus", "", "", "is no cloud", ""},
	} {
		dir := t.TempDir()
		for name, text := range c.dmi {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		doc, err := Metadata{Base: base, DMI: dir}.Document(t.Context(), c.provider, "https://plane")
		switch {
		case c.err != "":
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%v: error is %v", c.dmi, err)
			}
		case err != nil:
			t.Errorf("%v: %v", c.dmi, err)
		case c.want == "":
			if doc != nil {
				t.Errorf("%v: %+v", c.dmi, doc)
			}
		case doc == nil || doc.Provider != c.want || doc.Document != c.doc || doc.Signature != c.sig:
			t.Errorf("%v: %+v", c.dmi, doc)
		}
	}
	if _, err := (Metadata{Base: "http://127.0.0.1:1"}).Document(t.Context(), "aws", ""); err == nil {
		t.Error("nobody answers, and there is no error")
	}
}
