// Package browsertest lets tests use a page as people do, in headless Chromium.
// A test that asks for a browser is skipped where there is none, or fails where
// DEMARC_REQUIRE_BROWSER=1 says that there must be one.
package browsertest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Tab is one page of one browser. It collects what the page complains of.
type Tab struct {
	t   *testing.T
	ctx context.Context

	mu         sync.Mutex
	complaints []string
}

// Step is something to do in a tab.
type Step = chromedp.Action[chromedp.Void]

var theBrowser struct {
	sync.Mutex
	ctx  context.Context
	stop func()
}

// browser starts Chromium once for all tests of the package.
func browser(t *testing.T) context.Context {
	t.Helper()
	theBrowser.Lock()
	defer theBrowser.Unlock()
	if theBrowser.ctx != nil {
		return theBrowser.ctx
	}
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
		t.Skip("no Chromium on this machine; install it to run the page's tests")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.WSURLReadTimeout(time.Minute))
	alloc, stopAlloc := chromedp.NewExecAllocator(context.Background(), opts...) //nolint:usetesting // the browser outlives the test that starts it
	ctx, stop := chromedp.NewContext(alloc)
	theBrowser.stop = func() { stop(); stopAlloc() }
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("starting Chromium: %v", err)
	}
	theBrowser.ctx = ctx
	return ctx
}

// Main runs a package's tests and ends the browser after them; it is for
// TestMain.
func Main(m *testing.M) {
	code := m.Run()
	if theBrowser.stop != nil {
		theBrowser.stop()
	}
	os.Exit(code)
}

// Open loads a page at a desk, in light, in a tab of its own.
func Open(t *testing.T, url string, first ...Step) *Tab {
	t.Helper()
	b := &Tab{t: t}
	ctx, cancel := chromedp.NewContext(browser(t))
	t.Cleanup(cancel)
	b.ctx = ctx
	if err := chromedp.Listen(ctx, b.listen); err != nil {
		t.Fatal(err)
	}
	Call(b, log.Enable, cdp.Empty{})
	b.Run(append([]Step{Viewport(1440, 1000), Scheme("light")}, first...)...)
	b.Run(chromedp.Navigate(url))
	b.Wait("document.readyState === 'complete'")
	return b
}

// Call sends one command of the DevTools protocol.
func Call[P, R any](b *Tab, c cdp.Command[P, R], params P) R {
	b.t.Helper()
	r, err := chromedp.Call(b.ctx, c, params)
	if err != nil {
		b.t.Fatal(err)
	}
	return r
}

func (b *Tab) listen(e any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := e.(type) {
	case *runtime.EventExceptionThrown:
		d := e.ExceptionDetails
		what := d.Text
		if d.Exception != nil {
			what += " " + d.Exception.Description
		}
		b.complaints = append(b.complaints, what)
	case *runtime.EventConsoleAPICalled:
		b.complaints = append(b.complaints, fmt.Sprintf("console.%s: %v", e.Type, e.Args))
	case *log.EventEntryAdded:
		// What Clear-Site-Data did is told, and is no complaint.
		if e.Entry.Level != log.EntryLevelInfo && e.Entry.Level != log.EntryLevelVerbose {
			b.complaints = append(b.complaints, e.Entry.Text)
		}
	case *page.EventJavascriptDialogOpening:
		b.complaints = append(b.complaints, "dialog: "+e.Message)
	}
}

// Quiet fails the test when the page complained of anything.
func (b *Tab) Quiet() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range b.complaints {
		b.t.Errorf("the page complains: %s", c)
	}
}

// Context is the tab's, for chromedp.
func (b *Tab) Context() context.Context { return b.ctx }

// Run does steps, a minute at most.
func (b *Tab) Run(steps ...Step) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, time.Minute)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

// Eval runs script in the page.
func Eval[T any](b *Tab, script string) T {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%s: %v", script, err)
	}
	return v
}

// Str is an expression's value as text.
func (b *Tab) Str(script string) string { b.t.Helper(); return Eval[string](b, "String("+script+")") }

// Num is an expression's value as a number.
func (b *Tab) Num(script string) int { b.t.Helper(); return Eval[int](b, script) }

// Is reports whether an expression holds.
func (b *Tab) Is(script string) bool { b.t.Helper(); return Eval[bool](b, "!!("+script+")") }

// Wait polls until the condition holds. A page on its way to the next one has
// no body, or is gone while it is asked: that is "not yet" as well.
func (b *Tab) Wait(condition string) {
	b.t.Helper()
	var err error
	for range 400 {
		var holds bool
		holds, err = chromedp.Run(b.ctx, chromedp.Evaluate[bool]("!!("+condition+")", chromedp.EvalAwaitPromise))
		if err == nil && holds {
			return
		}
		time.Sleep(30 * time.Millisecond)
	}
	b.Quiet()
	b.t.Fatalf("never came true: %s (last error: %v)", condition, err)
}

// Click clicks on the first element that a selector finds.
func (b *Tab) Click(selector string) { b.t.Helper(); b.Run(chromedp.Click(chromedp.CSS(selector))) }

// Key presses keys.
func (b *Tab) Key(keys string) { b.t.Helper(); b.Run(chromedp.KeyEvent(keys)) }

// Viewport sets the size of the window; a narrow one is a phone's.
func Viewport(width, height int64) Step {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: height, DeviceScaleFactor: 1, Mobile: width < 700})
		return err
	})
}

// Scheme is what the system asks for: light or dark.
func Scheme(s string) Step {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: s}, {Name: "prefers-reduced-motion", Value: "reduce"},
		}})
		return err
	})
}

// Go leads the tab to another page.
func (b *Tab) Go(url string) {
	b.t.Helper()
	b.Run(chromedp.Navigate(url))
	b.Wait("document.readyState === 'complete'")
}

// Fill puts a text into a field.
func (b *Tab) Fill(selector, text string) {
	b.t.Helper()
	if !b.Is(fmt.Sprintf(`(() => { const e = document.querySelector(%q); if (!e) return false; e.value = %q; e.dispatchEvent(new Event('change', {bubbles: true})); return true })()`, selector, text)) {
		b.t.Fatalf("no field %s on %s", selector, b.Str("location.href"))
	}
}

// Submit clicks on what sends a form, and waits for the page that comes.
func (b *Tab) Submit(selector string) {
	b.t.Helper()
	if !b.Is(fmt.Sprintf(`document.querySelector(%q)`, selector)) {
		b.t.Fatalf("nothing to click at %s on %s: %s", selector, b.Str("location.href"), b.Str("document.body.innerText.slice(0, 600)"))
	}
	b.Run(chromedp.Evaluate[chromedp.Void]("window.left = true; void 0"))
	b.Click(selector)
	b.Wait("!window.left && document.readyState === 'complete'")
}

// Picture is the whole page as a PNG.
func (b *Tab) Picture(width int64) []byte {
	b.t.Helper()
	b.Run(Viewport(width, int64(min(b.Num("document.documentElement.scrollHeight"), 6000))))
	shot, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.t.Fatal(err)
	}
	return shot
}

// BypassPolicy lets Axe into pages whose policy would refuse it, from the next
// page on.
func (b *Tab) BypassPolicy() {
	b.t.Helper()
	Call(b, page.SetBypassCSP, page.SetBypassCSPParams{Enabled: true})
}

// Axe names what the rules of axe-core find wrong with the page. DEMARC_AXE names
// its axe.min.js (npm pack axe-core); without it nothing is looked at and ok is
// false.
func (b *Tab) Axe() (wrong string, ok bool) {
	b.t.Helper()
	path := os.Getenv("DEMARC_AXE")
	if path == "" {
		return "", false
	}
	axe, err := os.ReadFile(path)
	if err != nil {
		b.t.Fatal(err)
	}
	b.Run(chromedp.Evaluate[chromedp.Void](string(axe) + "; void 0"))
	return Eval[string](b, `axe.run(document, {resultTypes: ['violations']}).then(r => r.violations.filter(v => ['serious', 'critical', 'moderate'].includes(v.impact)).map(v => v.impact + ' ' + v.id + ': ' + v.help + ' ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160) + ' ' + (n.any[0]?.message ?? '')).join(' || ')).join('\n'))`), true
}
