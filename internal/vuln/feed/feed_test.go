package feed

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/vuln/store"
)

var now = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

func record(family, id, pkg, fixed string) string {
	return fmt.Sprintf(`{"id":%q,"modified":"2026-11-20T00:00:00Z","affected":[{"package":{"ecosystem":%q,"name":%q},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":%q}]}]}]}`, id, family, pkg, fixed)
}

func pack(tb testing.TB, files map[string]string) []byte {
	tb.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	names := make([]string, 0, len(files))
	for n := range files {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names {
		w, err := z.CreateHeader(&zip.FileHeader{Name: n, Method: zip.Deflate})
		if err == nil {
			_, err = io.WriteString(w, files[n])
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func fill(t *testing.T, opt Options) *Result {
	t.Helper()
	opt.Now = func() time.Time { return now }
	if opt.Wait == 0 {
		opt.Wait = time.Millisecond
	}
	got, err := Update(t.Context(), opt)
	if err != nil {
		t.Fatal(err)
	}
	left, err := filepath.Glob(filepath.Join(opt.Dir, ".new-*"))
	if err != nil || len(left) > 0 {
		t.Error("left behind:", left, err)
	}
	return got
}

// records counts what a family's store has, -1 for none.
func records(t *testing.T, dir, family string) int {
	t.Helper()
	db, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if f := db.Family(family); f != nil {
		return f.Records
	}
	return -1
}

func TestMirror(t *testing.T) {
	rocky := pack(t, map[string]string{"RLSA-1.json": record("Rocky Linux:9", "RLSA-1", "a", "1"), "RLSA-2.json": record("Rocky Linux:9", "RLSA-2", "b", "1")})
	debian := pack(t, map[string]string{"DSA-1.json": record("Debian:12", "DSA-1", "a", "1")})
	written := now.Add(-3 * 24 * time.Hour)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/m/Rocky Linux/all.zip":
			w.Header().Set("Last-Modified", written.Format(http.TimeFormat))
			w.Write(rocky)
		case "/m/Debian/all.zip":
			w.Write(debian)
		case "/m/" + kevName:
			_, _ = io.WriteString(w, `{"dateReleased":"2026-11-27T10:00:00Z","vulnerabilities":[{"cveID":"CVE-2024-6387","dateAdded":"2026-11-01"},{"cveID":"../x"}]}`)
		default:
			http.NotFound(w, r)
		}
	}))
	defer srv.Close()
	dir := t.TempDir()
	got := fill(t, Options{Dir: dir, Mirror: srv.URL + "/m/"})
	if len(got.Failed) > 0 || len(got.Families) != 2 || !slices.Contains(got.Missing, "Alpine") || !slices.Contains(got.Missing, "EPSS") {
		t.Errorf("%+v", got)
	}
	if m := got.Families[1]; m.Family != "Rocky Linux" || !m.AsOf.Equal(written) || m.Records != 2 {
		t.Errorf("%+v", m)
	}
	if m := got.Families[0]; !m.AsOf.Equal(now) { // nobody says when it was written
		t.Errorf("%+v", m)
	}
	if got.Signals.CVEs != 1 || got.Signals.KEV.IsZero() || !got.Signals.EPSS.IsZero() {
		t.Errorf("%+v", got.Signals)
	}
}

// A download that breaks off goes on where it was; one whose file changed in
// between begins anew.
func TestPartial(t *testing.T) {
	files := map[string]string{}
	for i := range 400 {
		id := "RLSA-" + strconv.Itoa(i)
		files[id+".json"] = record("Rocky Linux:9", id, strings.Repeat(strconv.Itoa(i*7919), 20), "1")
	}
	body := pack(t, files)
	for _, resumes := range []bool{true, false} {
		var ranges, whole atomic.Int32
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !strings.HasSuffix(r.URL.Path, ".zip") {
				http.NotFound(w, r)
				return
			}
			from := 0
			if rest, ok := strings.CutPrefix(r.Header.Get("Range"), "bytes="); ok && resumes && r.Header.Get("If-Range") == `"v1"` {
				from, _ = strconv.Atoi(strings.TrimSuffix(rest, "-"))
				ranges.Add(1)
				w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, len(body)-1, len(body)))
				w.Header().Set("Content-Length", strconv.Itoa(len(body)-from))
				w.WriteHeader(http.StatusPartialContent)
				w.Write(body[from:])
				return
			}
			w.Header().Set("ETag", `"v1"`)
			w.Header().Set("Content-Length", strconv.Itoa(len(body)))
			if whole.Add(1) == 1 {
				w.Write(body[:len(body)/2]) // and the connection breaks
				return
			}
			w.Write(body)
		}))
		dir := t.TempDir()
		got := fill(t, Options{Dir: dir, Mirror: srv.URL, Families: []string{"Rocky Linux"}})
		srv.Close()
		if len(got.Failed) > 0 || records(t, dir, "Rocky Linux") != 400 {
			t.Errorf("%+v", got)
		}
		if resumes && (ranges.Load() != 1 || whole.Load() != 1) || !resumes && whole.Load() != 2 {
			t.Errorf("%d asked for the rest, %d for the whole", ranges.Load(), whole.Load())
		}
	}
}

// Whatever a mirror does, what was there stays.
func TestHostileMirror(t *testing.T) {
	good := pack(t, map[string]string{"RLSA-1.json": record("Rocky Linux:9", "RLSA-1", "a", "1")})
	dir, file := t.TempDir(), filepath.Join(t.TempDir(), "good.zip")
	if err := os.WriteFile(file, good, 0o600); err != nil {
		t.Fatal(err)
	}
	fill(t, Options{Dir: dir, Mirror: file})
	bad := map[string]string{}
	for i := range 30 {
		bad[strconv.Itoa(i)+".json"] = "{"
	}
	for name, h := range map[string]http.HandlerFunc{
		"nothing":      func(w http.ResponseWriter, _ *http.Request) {},
		"not a zip":    func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, strings.Repeat("no zip", 1000)) },
		"an empty zip": func(w http.ResponseWriter, _ *http.Request) { w.Write(pack(t, nil)) },
		"server error": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) },
		"forbidden":    func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) },
		"not there":    http.NotFound,
		"cut":          func(w http.ResponseWriter, _ *http.Request) { w.Write(good[:len(good)-30]) },
		"too large":    func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Length", strconv.Itoa(maxZip+1)) },
		"not records":  func(w http.ResponseWriter, _ *http.Request) { w.Write(pack(t, bad)) },
		"other families": func(w http.ResponseWriter, _ *http.Request) {
			w.Write(pack(t, map[string]string{"a.json": record("npm", "GHSA-1", "a", "1")}))
		},
		"all withdrawn": func(w http.ResponseWriter, _ *http.Request) {
			w.Write(pack(t, map[string]string{"a.json": strings.Replace(record("Rocky Linux:9", "RLSA-9", "a", "1"), `{"id"`, `{"withdrawn":"2026-01-01T00:00:00Z","id"`, 1)}))
		},
		"a bomb": func(w http.ResponseWriter, _ *http.Request) {
			w.Write(pack(t, map[string]string{"bomb.json": `{"id":"` + strings.Repeat("0", 20<<20), "bomb2.json": strings.Repeat("[", 1<<20)}))
		},
		"a wrong range": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusPartialContent) },
	} {
		t.Run(name, func(t *testing.T) {
			srv := httptest.NewServer(h)
			defer srv.Close()
			got := fill(t, Options{Dir: dir, Mirror: srv.URL, Families: []string{"Rocky Linux"}, EPSS: "none", KEV: "none"})
			if len(got.Failed) != 1 || got.Failed[0].Part != "Rocky Linux" || len(got.Families) != 0 {
				t.Errorf("%+v", got)
			}
			if n := records(t, dir, "Rocky Linux"); n != 1 {
				t.Errorf("%d records are left", n)
			}
		})
	}
}

// Names in an archive are names of nothing outside of it.
func TestPathTricks(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "db")
	inner := pack(t, map[string]string{"../../../etc/evil.json": record("Debian:12", "DSA-2", "b", "1")})
	file := filepath.Join(t.TempDir(), "m.zip")
	err := os.WriteFile(file, pack(t, map[string]string{
		"../evil.json": record("Debian:12", "DSA-1", "a", "1"), `..\..\evil2.json`: record("Debian:12", "../../DSA", "a", "1"), "/abs.json": record("Debian:12", "DSA-3", "a", "1"),
		"../Debian/all.zip": string(inner), "dir/": "", "n.zip": string(pack(t, map[string]string{"deep.zip": string(inner)})),
	}), 0o600)
	if err != nil {
		t.Fatal(err)
	}
	// A record whose id is a path is refused; that is one of three here.
	got := fill(t, Options{Dir: dir, Mirror: file})
	if len(got.Failed) != 1 || !strings.Contains(got.Failed[0].Why, "cannot be read") {
		t.Errorf("%+v", got)
	}
	entries, err := os.ReadDir(parent)
	if err != nil || len(entries) != 1 {
		t.Error(entries, err)
	}
}

// A whole mirror in one file, for a site without a network.
func TestAirGapped(t *testing.T) {
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	_, _ = io.WriteString(w, "#model_version:v2025.03.14,score_date:2026-11-27T12:55:00Z\ncve,epss,percentile\nCVE-2024-6387,0.9,0.99\n")
	_ = w.Close()
	file := filepath.Join(t.TempDir(), "mirror.zip")
	err := os.WriteFile(file, pack(t, map[string]string{
		"Debian/all.zip":             string(pack(t, map[string]string{"DSA-1.json": record("Debian:12", "DSA-1", "a", "1")})),
		"Rocky Linux/all.zip":        string(pack(t, map[string]string{"RLSA-1.json": record("Rocky Linux:9", "RLSA-1", "a", "1")})),
		"epss_scores-current.csv.gz": z.String(),
		kevName:                      `{"vulnerabilities":[{"cveID":"CVE-2024-6387","dateAdded":"2026-11-01"}]}`,
		"README.txt":                 "nothing",
	}), 0o600)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	got := fill(t, Options{Dir: dir, Mirror: file})
	if len(got.Failed) > 0 || len(got.Families) != 2 || got.Signals.CVEs != 1 || got.Signals.EPSS.Day() != 27 {
		t.Errorf("%+v", got)
	}
	db, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	e, err := db.Exploit([]string{"CVE-2024-6387", "CVE-2000-0001"})
	if err != nil || len(e) != 1 || e["CVE-2024-6387"].EPSS != 0.9 || e["CVE-2024-6387"].KEV == nil {
		t.Errorf("%+v, %v", e, err)
	}
}

func TestSignals(t *testing.T) {
	for name, text := range map[string]string{
		"empty": "", "no rows": "cve,epss,percentile\n", "not a number": "CVE-2024-1234,x,1\n", "too likely": "CVE-2024-1234,7,1\n", "not a number at all": "CVE-2024-1234,NaN,1\n",
		"other columns": "CVE-2024-1234,1\n", "a comment without end": "#" + strings.Repeat("x", 5000),
	} {
		if _, err := readEPSS(strings.NewReader(text), map[string]store.Exploit{}); err == nil {
			t.Errorf("EPSS: %s", name)
		}
	}
	for _, text := range []string{"", "[]", `{"vulnerabilities":[]}`, `{"vulnerabilities":[{"cveID":"x"}]}`} {
		if _, err := readKEV(strings.NewReader(text), map[string]store.Exploit{}); err == nil {
			t.Errorf("KEV: %s", text)
		}
	}
	// What is broken replaces nothing.
	dir, mirror := t.TempDir(), t.TempDir()
	good := filepath.Join(mirror, "epss.csv")
	if err := os.WriteFile(good, []byte("CVE-2024-6387,0.9,0.99\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	fill(t, Options{Dir: dir, Mirror: mirror, EPSS: good})
	if err := os.WriteFile(good, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	got := fill(t, Options{Dir: dir, Mirror: mirror, EPSS: good})
	if !slices.ContainsFunc(got.Failed, func(f Failure) bool { return f.Part == "EPSS" }) {
		t.Errorf("%+v", got)
	}
	db, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if db.Signals.CVEs != 1 {
		t.Errorf("%+v", db.Signals)
	}
}

func TestUsage(t *testing.T) {
	if _, err := Update(t.Context(), Options{Dir: t.TempDir(), Families: []string{"npm"}}); err == nil {
		t.Error("an ecosystem that cannot be matched")
	}
	if _, err := Update(t.Context(), Options{Dir: t.TempDir(), Mirror: "/no/such/thing"}); err == nil {
		t.Error("a mirror that is not there")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Update(ctx, Options{Dir: t.TempDir(), Mirror: t.TempDir()}); err == nil {
		t.Error("interrupted, and no error")
	}
	got := fill(t, Options{Dir: t.TempDir(), Mirror: t.TempDir()})
	if len(got.Failed) != 1 || !strings.Contains(got.Failed[0].Why, "none of the ecosystems") {
		t.Errorf("%+v", got)
	}
}

func FuzzSignals(f *testing.F) {
	f.Add([]byte("#x,score_date:2026-11-27T12:55:00Z\ncve,epss,percentile\nCVE-2024-6387,0.9,0.99\n"))
	f.Add([]byte(`{"vulnerabilities":[{"cveID":"CVE-2024-6387","dateAdded":"2026-11-01"}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		into := map[string]store.Exploit{}
		_, _ = readEPSS(bytes.NewReader(b), into)
		for cve, e := range into {
			if !(e.EPSS >= 0 && e.EPSS <= 1) {
				t.Error(cve, e)
			}
		}
		_, _ = readKEV(bytes.NewReader(b), into)
	})
}

func FuzzZip(f *testing.F) {
	f.Add(pack(f, map[string]string{"a.json": record("Debian:12", "DSA-1", "a", "1"), kevName: "{}", "x.zip": "PK"}))
	f.Fuzz(func(t *testing.T, b []byte) {
		dir := t.TempDir()
		file := filepath.Join(dir, "m.zip")
		if err := os.WriteFile(file, b, 0o600); err != nil {
			t.Fatal(err)
		}
		_, _ = Update(t.Context(), Options{Dir: filepath.Join(dir, "db"), Mirror: file, Now: func() time.Time { return now }})
		entries, err := os.ReadDir(dir)
		if err != nil || len(entries) != 2 {
			t.Error(entries, err)
		}
	})
}
