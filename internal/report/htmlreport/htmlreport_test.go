package htmlreport

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/report/matrix"
	"github.com/demarc-sec/demarc/internal/report/reporttest"
)

var dataBlock = regexp.MustCompile(`(?s)<script id="data" type="application/json">(.*?)</script>`)

// unpack reads the page's data as the browser would.
func unpack(t *testing.T, page []byte) (d struct {
	Strings []string
	Assets  struct {
		ID       []int
		Detailed []int
	}
	Findings struct{ Result []int }
	Duties   struct{ Line []int }
	LeftOut  *leftOut `json:"left_out"`
},
) {
	t.Helper()
	_, data, found := bytes.Cut(page, []byte(`<script id="data" type="application/json">`))
	data, _, closed := bytes.Cut(data, []byte(`</script>`))
	if !found || !closed {
		t.Fatal("the page has no data")
	}
	if err := json.Unmarshal(data, &d); err != nil {
		t.Fatalf("the page's data: %v", err)
	}
	return d
}

func TestSameBytes(t *testing.T) {
	for name, a := range map[string]*report.Assessment{"sample": reporttest.Sample(), "empty": reporttest.Empty(), "made": madeEstate(40)} {
		t.Run(name, func(t *testing.T) { reporttest.Render(t, Format{}, a) })
	}
}

// Nothing a source says may close the data's element or open another.
func TestDataIsInert(t *testing.T) {
	a := hostile()
	page := reporttest.Render(t, Format{Title: "</title><img src=x onerror=alert(1)>"}, a)
	data := dataBlock.FindSubmatch(page)[1]
	for _, bad := range []string{"<", ">", "&", "\u2028", "\u2029"} {
		if bytes.Contains(data, []byte(bad)) {
			t.Errorf("the data holds a raw %q", bad)
		}
	}
	for _, bad := range []string{"<img", "onerror=alert(1)>", "<!--"} {
		if bytes.Contains(page, []byte(bad)) {
			t.Errorf("the page holds a raw %q", bad)
		}
	}
	if got := strings.Count(string(page), "<script"); got != 2 {
		t.Errorf("the page has %d scripts, want its data and its own", got)
	}
	d := unpack(t, page)
	found := false
	for _, s := range d.Strings {
		found = found || s == nastyAsset
	}
	if !found {
		t.Error("the hostile name did not arrive unchanged")
	}
}

const nastyAsset = `</script><!--<img src=x onerror=alert(1)>` + "\u2028"

// hostile is the sample with a name that wishes the reader ill everywhere.
func hostile() *report.Assessment {
	a := reporttest.Sample()
	assets := a.Assets
	a.Assets = func(yield func(report.Asset) bool) {
		for as := range assets {
			as.Name, as.Team, as.Environment, as.Account, as.ServiceName = nastyAsset, nastyAsset, nastyAsset, nastyAsset, nastyAsset
			as.Tags = map[string]string{nastyAsset: nastyAsset}
			if !yield(as) {
				return
			}
		}
	}
	findings := a.Findings
	a.Findings = func(yield func(report.Finding) bool) {
		for f := range findings {
			f.Title, f.Message, f.Why, f.Remediation = nastyAsset, nastyAsset, nastyAsset, nastyAsset
			f.References = []string{"javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "https://docs.example/ok"}
			if !yield(f) {
				return
			}
		}
	}
	a.Sources[0].Path = nastyAsset
	return a
}

// The page loads nothing: no element and no style names an address to fetch.
func TestSelfContained(t *testing.T) {
	page := dataBlock.ReplaceAll(reporttest.Render(t, Format{}, madeEstate(20)), nil)
	for _, bad := range []string{` src=`, `<link`, `<iframe`, `<object`, `<embed`, `@import`, `@font-face`, `fetch(`, `XMLHttpRequest`, `sendBeacon`, `WebSocket`, `innerHTML`, `eval(`} {
		if bytes.Contains(page, []byte(bad)) {
			t.Errorf("the page holds %q", bad)
		}
	}
	for _, m := range regexp.MustCompile(`url\(([^)]*)`).FindAllSubmatch(page, -1) {
		if !bytes.HasPrefix(m[1], []byte("#")) {
			t.Errorf("url(%s) is outside the page", m[1])
		}
	}
	for _, m := range regexp.MustCompile(`https?://[^\s"'<]+`).FindAll(page, -1) {
		if string(m) != "http://www.w3.org/2000/svg" {
			t.Errorf("the page names %s", m)
		}
	}
	if bytes.Contains(page, []byte(" style=")) {
		t.Error("an inline style would be refused by the page's own policy")
	}
}

func TestPolicyNamesTheScriptAndStyle(t *testing.T) {
	page := string(reporttest.Render(t, Format{}, reporttest.Sample()))
	policy := html.UnescapeString(regexp.MustCompile(`Content-Security-Policy" content="([^"]*)"`).FindStringSubmatch(page)[1])
	for _, element := range []string{"style", "script"} {
		body := regexp.MustCompile(`(?s)<` + element + `>(.*?)</` + element + `>`).FindStringSubmatch(page)[1]
		if !strings.Contains(policy, element+"-src 'sha256-"+fingerprint(body)+"'") {
			t.Errorf("the policy does not name the page's %s: %s", element, policy)
		}
	}
	if !strings.HasPrefix(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") {
		t.Errorf("policy %s", policy)
	}
}

// Every element that is opened is closed, in order.
func TestWellFormed(t *testing.T) {
	page := dataBlock.ReplaceAllString(string(reporttest.Render(t, Format{}, hostile())), "")
	page = regexp.MustCompile(`(?s)<(style|script)>.*?</(style|script)>`).ReplaceAllString(page, "")
	var open []string
	for _, m := range regexp.MustCompile(`<(/?)([a-zA-Z][a-zA-Z0-9]*)[^>]*?(/?)>`).FindAllStringSubmatch(page, -1) {
		switch closing, name, empty := m[1] == "/", strings.ToLower(m[2]), m[3] == "/"; {
		case empty || name == "meta":
		case !closing:
			open = append(open, name)
		case len(open) == 0 || open[len(open)-1] != name:
			t.Fatalf("</%s> closes %v", name, open)
		default:
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		t.Errorf("never closed: %v", open)
	}
}

// The columns must count what the matrix of every other format counts.
func TestSameMatrixAsOtherFormats(t *testing.T) {
	for name, a := range map[string]*report.Assessment{"sample": reporttest.Sample(), "made": madeEstate(80)} {
		d := collect(a, Format{}.withDefaults(a).bounds(a))
		for _, dim := range d.Dimensions {
			want := matrix.Build(a, dim.ID)
			columns := map[string]int{}
			for i, c := range want.Columns {
				columns[c.ID] = i
			}
			for _, c := range dim.Columns {
				for i, r := range d.Rows {
					var sum counts
					for _, resp := range r.Resps {
						if n := c.cells[resp]; n != nil {
							for o := range nOwners {
								for s := range nStatuses {
									sum[o][s] += n[o][s]
								}
							}
						}
					}
					cell := want.Rows[i].Cells[columns[c.Key]]
					if sum.total() != cell.Duties || sum.owned(2) != cell.Owners[report.Provider] || worstOf(sum) != cell.Worst {
						t.Errorf("%s, %s, %s, %q: %d duties, worst %q; want %d, %q", name, dim.ID, r.ID, c.Key, sum.total(), worstOf(sum), cell.Duties, cell.Worst)
					}
				}
			}
		}
	}
}

func worstOf(c counts) string {
	for s, name := range statuses {
		if c[0][s]+c[1][s]+c[2][s] > 0 {
			return name
		}
	}
	return ""
}

// A bounded page keeps the matrix and the open findings, and says what it left.
func TestBounded(t *testing.T) {
	a := madeEstate(300)
	page := reporttest.Render(t, Format{MaxAssets: 100, Complete: "demarc do it"}, a)
	d := unpack(t, page)
	if d.LeftOut == nil || d.LeftOut.Assets != 200 || d.LeftOut.Failing != 0 || d.LeftOut.Findings == 0 || d.LeftOut.Complete != "demarc do it" {
		t.Errorf("left out %+v", d.LeftOut)
	}
	want := a.Summary.Results[report.Fail] + a.Summary.Results[report.ResultUnknown]
	if got := len(d.Findings.Result); got != want {
		t.Errorf("%d findings, want the %d failing and unverified", got, want)
	}
	detailed := 0
	for _, x := range d.Assets.Detailed {
		detailed += x
	}
	if detailed != 100 {
		t.Errorf("%d assets in detail, want 100", detailed)
	}
	if !bytes.Contains(page, []byte("This page is bounded.")) || !bytes.Contains(page, []byte("demarc do it")) {
		t.Error("the page does not say what it left out")
	}
	full := unpack(t, reporttest.Render(t, Format{}, a))
	if full.LeftOut != nil || len(full.Assets.ID) != 300 {
		t.Errorf("a small estate is bounded too: %+v", full.LeftOut)
	}
	// So many findings that even failing ones must go: that is said.
	d = unpack(t, reporttest.Render(t, Format{MaxFindings: 50}, a))
	if len(d.Findings.Result) != 50 || d.LeftOut.Failing != want-50 {
		t.Errorf("%d findings, left out %+v", len(d.Findings.Result), d.LeftOut)
	}
}

// largeEstate is made once for the tests that look at a page of its size.
var largeEstate = sync.OnceValue(func() *report.Assessment { return madeEstate(2_000) })

// The target is a file a browser opens at once and a mail server accepts.
func TestSizeOfALargeEstate(t *testing.T) {
	a := largeEstate()
	size := len(reporttest.Render(t, Format{}, a))
	t.Logf("%d assets, %d duties, %d findings: %.1f MB", a.Summary.Assets, a.Summary.Duties, results(a), float64(size)/1e6)
	if size > 12e6 {
		t.Errorf("%d bytes, want less than 12 MB", size)
	}
}

func results(a *report.Assessment) (n int) {
	for _, k := range a.Summary.Results {
		n += k
	}
	return n
}

func TestWriteFails(t *testing.T) {
	for _, n := range []int{0, 10, 70_000} {
		if err := (Format{}).Write(&reporttest.Failing{N: n}, reporttest.Sample()); err == nil {
			t.Errorf("no error from a writer that fails after %d bytes", n)
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	for _, n := range []int{100, 2_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			a := madeEstate(n)
			for b.Loop() {
				var out bytes.Buffer
				if err := (Format{}).Write(&out, a); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func TestCommandForWhatIsLeftOut(t *testing.T) {
	for want, sources := range map[string][]report.Source{
		"infra plan.json": {{Path: "infra"}, {Path: "plan.json"}},
		"PATH...":         {{Path: "infra; rm -rf /"}},
	} {
		got := Format{}.withDefaults(&report.Assessment{Sources: sources}).Complete
		if got != "demarc assess --format json --output assessment.json "+want {
			t.Errorf("%v: %s", sources, got)
		}
	}
}

// Far above the bound the page stays light, and its matrix complete.
func TestHugeEstate(t *testing.T) {
	if testing.Short() {
		t.Skip("makes an estate of 30,000 assets")
	}
	a := reporttest.Large(30_000)
	var out bytes.Buffer
	if err := (Format{}).Write(&out, a); err != nil {
		t.Fatal(err)
	}
	t.Logf("30,000 assets, 360,000 duties, 60,000 findings: %.1f MB", float64(out.Len())/1e6)
	if out.Len() > 30e6 {
		t.Errorf("%d bytes", out.Len())
	}
	d := unpack(t, out.Bytes())
	if len(d.Findings.Result) != DefaultMaxFindings || d.LeftOut == nil || d.LeftOut.Failing != 60_000-DefaultMaxFindings {
		t.Errorf("%d findings, left out %+v", len(d.Findings.Result), d.LeftOut)
	}
}

// TestOtherScanners holds that the page tells whose each scanner's findings are,
// with and without script.
func TestOtherScanners(t *testing.T) {
	a := reporttest.Sample()
	page := string(reporttest.Render(t, Format{}, a))
	for _, want := range []string{
		`<a href="#imports">Other scanners</a>`, "<h3>prowler <span class=\"n\">4,213 findings</span></h3>", "yours: 2,804 of 4,213", "<dt>payments</dt><dd>1,702</dd>",
		"<dt>no team</dt><dd>300</dd>", "611 found by Demarc too", "<b>1,288</b> the catalogue knows no type AwsQuantumVault", "<code>quantum_vault_encrypted ×900</code>",
		"None found by Demarc too",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	a.Imports = nil
	if strings.Contains(string(reporttest.Render(t, Format{}, a)), `id="imports"`) {
		t.Error("a page without imports has a section for them")
	}
}

// TestManySources holds that a long list of sources is folded.
func TestManySources(t *testing.T) {
	a := reporttest.Sample()
	for range 9 {
		a.Sources = append(a.Sources, report.Source{Kind: "helm", Path: "charts/web"})
	}
	if page := string(reporttest.Render(t, Format{}, a)); !strings.Contains(page, "<summary>11, of terraform, terraform-plan, helm</summary>") {
		t.Error("the sources are not folded")
	}
}
