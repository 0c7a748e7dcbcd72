package htmlreport

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/demarc-sec/demarc/internal/browsertest"
	"github.com/demarc-sec/demarc/internal/report/reporttest"
)

// TestPictures writes pictures of the page for people to look at, when
// DEMARC_PICTURES names a directory.
func TestPictures(t *testing.T) {
	dir := os.Getenv("DEMARC_PICTURES")
	if dir == "" {
		t.Skip("DEMARC_PICTURES names no directory")
	}
	a := madeEstate(60)
	url := render(t, Format{}, a)
	var asset, finding string
	for x := range a.Assets {
		if x.Service == "aws/rds" {
			asset = x.ID
			break
		}
	}
	for x := range a.Findings {
		finding = x.Fingerprint
		break
	}
	escape := strings.NewReplacer(":", "%253A", "/", "%252F").Replace
	shots := []struct {
		name          string
		width, height int64
		scheme, hash  string
		full          bool
	}{
		{"desk-light", 1440, 1000, "light", "", false},
		{"desk-dark", 1440, 1000, "dark", "#matrix", false},
		{"full-light", 1440, 1000, "light", "", true},
		{"full-dark", 1440, 1000, "dark", "#matrix?open=data", true},
		{"service-light", 1440, 1000, "light", "#matrix?by=service&open=data~operating-system", false},
		{"findings-dark", 1440, 1000, "dark", "#findings", false},
		{"cell-light", 1440, 1000, "light", "#matrix?panel=cell/model/%253Diaas/data/", false},
		{"asset-light", 1440, 1000, "light", "#assets?panel=asset/" + escape(asset), false},
		{"asset-dark", 1440, 1000, "dark", "#assets?panel=asset/" + escape(asset), false},
		{"finding-light", 1440, 1000, "light", "#findings?panel=finding/" + finding, false},
		{"status-dark", 1440, 1000, "dark", "#matrix?panel=status/unverified", false},
		{"sample", 1440, 1000, "light", "", true},
		{"empty", 1440, 1000, "light", "", true},
		{"bounded", 1440, 1000, "dark", "", false},
		{"facet", 1440, 1000, "light", "#findings", false},
		{"facet-phone", 390, 844, "dark", "#findings", false},
		{"phone-light", 390, 844, "light", "", true},
		{"phone-dark", 390, 844, "dark", "#matrix", false},
		{"phone-asset", 390, 844, "light", "#assets?panel=asset/" + escape(asset), false},
	}
	only := os.Getenv("DEMARC_PICTURE")
	pages := map[string]string{
		"sample":  render(t, Format{}, reporttest.Sample()),
		"empty":   render(t, Format{}, reporttest.Empty()),
		"bounded": render(t, Format{MaxAssets: 20}, a),
	}
	for _, s := range shots {
		if only != "" && !strings.Contains(s.name, only) {
			continue
		}
		from := url
		if other, ok := pages[s.name]; ok {
			from = other
		}
		b := open(t, from+s.hash, browsertest.Viewport(s.width, s.height), browsertest.Scheme(s.scheme))
		if strings.HasPrefix(s.name, "facet") {
			b.Run(chromedp.Evaluate[chromedp.Void](`document.querySelector('#findings [data-facet=service] summary').click()`))
		}
		time.Sleep(200 * time.Millisecond)
		shoot := chromedp.CaptureScreenshot()
		if s.full {
			shoot = chromedp.FullScreenshot(100)
		}
		png, err := chromedp.Run(b.Context(), shoot)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, s.name+".png"), png, 0o600); err != nil {
			t.Fatal(err)
		}
		b.Quiet()
	}
	if only == "" || only == "print" {
		b := open(t, url, browsertest.Scheme("dark"))
		yes := true
		pdf := browsertest.Call(b, page.PrintToPDF, page.PrintToPDFParams{PreferCSSPageSize: &yes}).Data
		if err := os.WriteFile(filepath.Join(dir, "print.pdf"), pdf, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
