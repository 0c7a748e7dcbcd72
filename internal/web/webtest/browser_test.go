package webtest_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/jobs"
	"github.com/demarc-sec/demarc/internal/sources"
	"github.com/demarc-sec/demarc/internal/store/storetest"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/web/webtest"
)

// policy is what the server sends with every page; a style attribute or script
// in a page makes the browser complain.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'"

// served serves the pages to a browser, as somebody.
func served(t *testing.T, h *webtest.House, who tenant.Who) string {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		h.Mux.ServeHTTP(w, r.WithContext(identity.WithWho(r.Context(), who)))
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// browser starts Chromium.
func browser(t *testing.T) context.Context {
	t.Helper()
	var path string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			path = p
			break
		}
	}
	if path == "" {
		if os.Getenv("DEMARC_REQUIRE_BROWSER") == "1" {
			t.Fatal("no Chromium on this machine, and DEMARC_REQUIRE_BROWSER=1")
		}
		t.Skip("no Chromium on this machine; install it to run the pages' tests")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.Flag("hide-scrollbars", true), chromedp.WSURLReadTimeout(time.Minute))
	alloc, stopAlloc := chromedp.NewExecAllocator(context.Background(), opts...) //nolint:usetesting // Cleanup ends it, in order
	ctx, stop := chromedp.NewContext(alloc)
	t.Cleanup(func() { stop(); stopAlloc() })
	return ctx
}

type step = chromedp.Action[chromedp.Void]

func viewport(width, height int64) step {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: height, DeviceScaleFactor: 1, Mobile: width < 700})
		return err
	})
}

func scheme(s string) step {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: s}, {Name: "prefers-reduced-motion", Value: "reduce"},
		}})
		return err
	})
}

// complaints are what pages say to the console of the browser.
type complaints struct {
	sync.Mutex
	said []string
}

func (c *complaints) listen(e any) {
	c.Lock()
	defer c.Unlock()
	switch e := e.(type) {
	case *runtime.EventExceptionThrown:
		c.said = append(c.said, e.ExceptionDetails.Text)
	case *log.EventEntryAdded:
		c.said = append(c.said, e.Entry.Text)
	}
}

func (c *complaints) take() []string {
	c.Lock()
	defer c.Unlock()
	out := c.said
	c.said = nil
	return out
}

// wide names what is wider than the window and not within something that
// scrolls by itself.
const wide = `(() => {
  const w = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= w) return '';
  const scrolls = e => { for (let p = e; p; p = p.parentElement) if (/auto|scroll|hidden/.test(getComputedStyle(p).overflowX) && p !== document.body && p !== document.documentElement) return true; return false; };
  return [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > w + 1 && !scrolls(e)).slice(0, 3).map(e => e.tagName + '.' + (e.className.baseVal ?? e.className)).join(', ') || 'something';
})()`

// Every page fits a desk and a phone, and has nothing that the policy refuses.
// DEMARC_PICTURES names a directory to keep pictures of them in.
func TestPagesInBrowser(t *testing.T) {
	ctx := browser(t)
	h := pages(webtest.New(t, storetest.SQLite(t)))
	who := h.Person(h.Org, tenant.Administrator, 0)
	look(t, ctx, served(t, h, who), paths(t, h), os.Getenv("DEMARC_PICTURES"))
}

// paths are all pages.
func paths(t *testing.T, h *webtest.House) map[string]string {
	asset, finding := first(t, h, h.Org)
	all := h.System(h.Org)
	list, err := h.Sources.List(t.Context(), all)
	if err != nil {
		t.Fatal(err)
	}
	latest, err := h.Inventory.Latest(t.Context(), all)
	if err != nil {
		t.Fatal(err)
	}
	git, err := h.Sources.Add(t.Context(), all, sources.Source{Kind: sources.Git, Name: "platform", Schedule: "@daily", Config: sources.Config{URL: "https://git.example.org/platform.git"}}, "")
	if err != nil {
		t.Fatal(err)
	}
	upload, err := h.Sources.Add(t.Context(), all, sources.Source{Kind: sources.Upload, Name: "plans"}, "")
	if err != nil {
		t.Fatal(err)
	}
	job, err := h.Jobs.Add(t.Context(), all, git.ID, 0, jobs.Manual, jobs.Meta{})
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{
		"overview": "/", "assets": "/assets", "asset": page("/assets/", asset), "findings": "/findings", "finding": page("/findings/", finding),
		"duties": "/duties", "duties-moving": "/duties?view=moving", "duties-team": "/duties?view=team", "changes": "/changes?from=2026-11-01", "sources": "/sources",
		"source": page("/sources/", list[0].ID), "source-git": page("/sources/", git.ID), "source-upload": page("/sources/", upload.ID), "source-new": "/sources/new",
		"source-edit": page("/sources/", git.ID) + "/edit", "job": page("/jobs/", job.ID), "snapshot": page("/snapshots/", latest[list[0].ID].ID),
	}
}

func look(t *testing.T, ctx context.Context, base string, paths map[string]string, pictures string) {
	t.Helper()
	var c complaints
	if err := chromedp.Listen(ctx, c.listen); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, log.Enable, cdp.Empty{}); err != nil {
		t.Fatal(err)
	}
	for name, path := range paths {
		for _, width := range []int64{1440, 390} {
			for _, s := range []string{"light", "dark"} {
				if pictures == "" && s == "dark" {
					continue // colours change no layout
				}
				if err := chromedp.Do(ctx, viewport(width, 900), scheme(s), chromedp.Navigate(base+path)); err != nil {
					t.Fatalf("%s: %v", path, err)
				}
				over, err := chromedp.Run(ctx, chromedp.Evaluate[string](wide))
				if err != nil {
					t.Fatal(err)
				}
				if over != "" {
					t.Errorf("%s at %d: wider than the window: %s", path, width, over)
				}
				for _, said := range c.take() {
					if !strings.Contains(said, "favicon") {
						t.Errorf("%s: the page complains: %s", path, said)
					}
				}
				if pictures != "" {
					keep(t, ctx, filepath.Join(pictures, fmt.Sprintf("%s-%d-%s.png", name, width, s)), width)
				}
			}
		}
	}
}

func keep(t *testing.T, ctx context.Context, file string, width int64) {
	t.Helper()
	tall, err := chromedp.Run(ctx, chromedp.Evaluate[int](`Math.ceil(document.documentElement.scrollHeight)`))
	if err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Do(ctx, viewport(width, int64(min(tall, 5000)))); err != nil {
		t.Fatal(err)
	}
	shot, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, shot, 0o600); err != nil {
		t.Fatal(err)
	}
}

// A finding of the list opens in a drawer, and the drawer gives the keyboard
// back where it was.
func TestDrawer(t *testing.T) {
	ctx := browser(t)
	h := pages(webtest.New(t, storetest.SQLite(t)))
	base := served(t, h, h.Person(h.Org, tenant.Viewer, 0))
	if err := chromedp.Do(ctx, viewport(1440, 900), chromedp.Navigate(base+"/findings")); err != nil {
		t.Fatal(err)
	}
	const opened = `(async () => {
	  const link = document.querySelector('a[data-drawer]');
	  link.click();
	  for (let i = 0; i < 100 && !document.querySelector('dialog.drawer[open] article.finding'); i++) await new Promise(r => setTimeout(r, 30));
	  const drawer = document.querySelector('dialog.drawer[open]');
	  const said = drawer?.querySelector('h1')?.textContent + '|' + link.textContent + '|' + location.pathname;
	  drawer?.close();
	  await new Promise(r => setTimeout(r, 30));
	  return said + '|' + (document.activeElement === link) + '|' + document.querySelectorAll('dialog').length;
	})()`
	got, err := chromedp.Run(ctx, chromedp.Evaluate[string](opened, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(got, "|")
	if len(parts) != 5 || parts[0] != parts[1] || parts[2] != "/findings" || parts[3] != "true" || parts[4] != "0" {
		t.Errorf("the drawer: %q", got)
	}
}
