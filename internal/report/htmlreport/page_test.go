package htmlreport

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/demarc-sec/demarc/internal/browsertest"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/report/reporttest"
)

func TestPageSwitchesColumns(t *testing.T) {
	b := open(t, render(t, Format{}, madeEstate(60)))
	if got := b.Num(`document.querySelectorAll('#matrix tbody tr').length`); got != 11 {
		t.Errorf("%d rows, want ten rows of the stack and across", got)
	}
	for _, by := range []string{"provider", "service", "environment", "account", "team", "model"} {
		b.Click(`#matrix [data-by="` + by + `"]`)
		b.Wait(`document.querySelector('#matrix [data-by="` + by + `"]').getAttribute('aria-checked') === 'true'`)
		columns := b.Num(`document.querySelectorAll('#matrix thead th').length - 2`)
		if said := b.Num(`Number(document.querySelector('#matrix [data-by="` + by + `"] .n').textContent)`); said != columns {
			t.Errorf("%s: %d columns, the control says %d", by, columns, said)
		}
		if lines := b.Num(`document.querySelectorAll('#matrix tbody .demarc').length`); lines < columns*5 {
			t.Errorf("%s: only %d pieces of the line", by, lines)
		}
	}
	b.Click(`#matrix [data-by="service"]`)
	if got := b.Str(`location.hash`); !strings.Contains(got, "by=service") {
		t.Errorf("the address %q does not keep the choice", got)
	}
	b.Quiet()
}

func TestPageExpandsRows(t *testing.T) {
	b := open(t, render(t, Format{}, madeEstate(60)))
	b.Click(`[data-row="data"]`)
	if b.Num(`document.querySelectorAll('#matrix tr.sub').length`) < 5 {
		t.Error("the row's responsibilities do not show")
	}
	if got := b.Str(`document.activeElement.dataset.row + document.activeElement.ariaExpanded`); got != "datatrue" {
		t.Errorf("focus is on %q", got)
	}
	b.Quiet()
}

func TestPageOpensACell(t *testing.T) {
	b := open(t, render(t, Format{}, madeEstate(60)))
	label := b.Str(`document.querySelector('#matrix .cell .visually-hidden').textContent`)
	for _, want := range []string{"Application user access management, Whole estate: ", " duties: ", " yours (", "Worst: ", " failing"} {
		if !strings.Contains(label, want) {
			t.Errorf("label %q lacks %q", label, want)
		}
	}
	b.Run(chromedp.Evaluate[chromedp.Void](`document.querySelector('#matrix .cell').focus()`))
	b.Key(kb.Enter)
	b.Wait(`document.querySelector('#panel').open`)
	if got := b.Str(`document.activeElement.id`); got != "panel-title" {
		t.Errorf("focus is on %q, not in the panel", got)
	}
	// From the cell to a duty's asset, back, and out: focus returns to the cell.
	b.Click(`#panel details.group summary`)
	b.Wait(`document.querySelector('#panel .group .row-button')`)
	b.Click(`#panel .group .row-button`)
	b.Wait(`document.querySelector('#panel .stack')`)
	for range 60 { // tabbing never leaves the panel for the page behind it
		b.Key(kb.Tab)
		if !b.Is(`document.activeElement === document.body || document.querySelector('#panel').contains(document.activeElement)`) {
			t.Fatalf("focus left the panel for %s", b.Str(`document.activeElement.outerHTML.slice(0, 80)`))
		}
	}
	b.Click(`#panel [aria-label="Back"]`)
	b.Wait(`!document.querySelector('#panel .stack')`)
	b.Key(kb.Escape)
	b.Wait(`!document.querySelector('#panel').open`)
	if !b.Is(`document.activeElement === document.querySelector('#matrix .cell')`) {
		t.Error("focus did not return to the cell")
	}
	b.Quiet()
}

func TestPageKeyboard(t *testing.T) {
	b := open(t, render(t, Format{}, madeEstate(60)))
	if got := b.Num(`document.querySelectorAll('#matrix .cell[tabindex="0"]').length`); got != 1 {
		t.Errorf("%d cells are in the tab order, want one", got)
	}
	b.Run(chromedp.Evaluate[chromedp.Void](`document.querySelector('#matrix .cell').focus()`))
	at := func() string {
		return b.Str(`document.activeElement.querySelector('.visually-hidden').textContent.split(':')[0]`)
	}
	b.Key(kb.ArrowRight)
	first := at()
	b.Key(kb.ArrowDown)
	if got := at(); got == first || !strings.HasPrefix(got, "Application-specific data assets, ") {
		t.Errorf("down from %q leads to %q", first, got)
	}
	b.Key(kb.Home)
	if got := at(); !strings.HasSuffix(got, "Whole estate") {
		t.Errorf("home leads to %q", got)
	}
	b.Key(kb.ArrowUp)
	b.Key(kb.ArrowUp) // stays at the top
	if got := at(); !strings.HasPrefix(got, "Application user access") {
		t.Errorf("up leads to %q", got)
	}
	// The first stop of the page is the skip link.
	b.Run(chromedp.Evaluate[chromedp.Void](`document.activeElement.blur(); window.scrollTo(0, 0); document.body.tabIndex = -1; document.body.focus()`))
	b.Key(kb.Tab)
	if got := b.Str(`document.activeElement.className`); got != "skip" {
		t.Errorf("tab leads to %q", got)
	}
	b.Key(kb.Enter)
	b.Wait(`document.activeElement.id === 'matrix'`)
	b.Quiet()
}

func TestPageFindsFindings(t *testing.T) {
	url := render(t, Format{}, madeEstate(60))
	b := open(t, url)
	count := `document.querySelector('#findings .result-count').textContent`
	all := b.Str(count)
	b.Run(chromedp.SendKeys(chromedp.CSS(`#findings-search`), "metadata"))
	b.Wait(count + ` !== ` + fmt.Sprintf("%q", all))
	b.Wait(`[...document.querySelectorAll('#findings tbody tr')].every(r => /metadata/i.test(r.textContent))`)
	b.Wait(`document.querySelector('#live').textContent.includes('finding')`)

	b.Click(`#findings [data-facet="severity"] summary`)
	b.Wait(`document.querySelector('#findings [data-facet="severity"] input[value="high"]')`)
	b.Click(`#findings [data-facet="severity"] input[value="high"]`)
	b.Key(kb.Escape)
	b.Wait(`document.querySelectorAll('#findings .chip').length === 3`)
	// The address alone restores the view.
	hash, shown := b.Str(`location.hash`), b.Str(count)
	again := open(t, url+hash)
	if got := again.Str(count); got != shown {
		t.Errorf("reopened: %q, want %q", got, shown)
	}
	if got := again.Str(`document.querySelector('#findings-search').value`); got != "metadata" {
		t.Errorf("reopened with search %q", got)
	}
	again.Click(`#findings tbody .row-button`)
	again.Wait(`document.querySelector('#panel').open`)
	if got := again.Num(`document.querySelectorAll('#panel a').length`); got != 1 {
		t.Errorf("%d links, want only the web address", got)
	}
	again.Run(chromedp.NavigateBack())
	again.Wait(`!document.querySelector('#panel').open`)
	// Preset filters can be taken away.
	b.Click(`#findings .chips .quiet`)
	b.Wait(`document.querySelectorAll('#findings .chip').length === 0`)
	b.Click(`#findings th[data-col="asset"] button`)
	if got := b.Str(`document.querySelector('#findings th[data-col="asset"]').getAttribute('aria-sort')`); got != "ascending" {
		t.Errorf("sorted %q", got)
	}
	if !b.Is(`(l => l.every((x, i) => !i || l[i-1] <= x))([...document.querySelectorAll('#findings .c-asset code')].map(x => x.textContent))`) {
		t.Error("the list is not sorted")
	}
	again.Quiet()
	b.Quiet()
}

func TestPageShowsAnAsset(t *testing.T) {
	a := reporttest.Sample()
	b := open(t, render(t, Format{}, a))
	n := 0
	for as := range a.Assets {
		b.Run(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`location.hash = '#assets?' + new URLSearchParams({panel: 'asset/' + encodeURIComponent(%q)})`, as.ID)))
		b.Wait(fmt.Sprintf(`document.querySelector('#panel .about')?.textContent.includes(%q)`, "Address"))
		b.Run(chromedp.Evaluate[chromedp.Void](`for (const d of document.querySelectorAll('#panel details')) d.open = true`))
		b.Wait(`[...document.querySelectorAll('#panel .duty-box')].every(x => x.firstChild)`)
		n++
	}
	if n < 5 {
		t.Errorf("only %d assets", n)
	}
	b.Quiet()
}

// Names that wish the reader ill stay text, in every view.
func TestPageHostileNames(t *testing.T) {
	b := open(t, render(t, Format{}, hostile()))
	for _, hash := range []string{"#matrix?by=team&open=data", "#findings?findings.result=*", "#assets"} {
		b.Run(chromedp.Evaluate[chromedp.Void](`location.hash = '` + hash + `'`))
		b.Wait(`document.querySelector('#findings tbody tr')`)
	}
	b.Click(`#assets tbody .row-button`)
	b.Wait(`document.querySelector('#panel .about')`)
	if got := b.Num(`document.querySelectorAll('img, iframe, object, embed, [onerror]').length + document.scripts.length - 2`); got != 0 {
		t.Errorf("%d foreign elements", got)
	}
	if !b.Is(`document.querySelector('#panel h2').textContent.startsWith('</script><!--<img')`) {
		t.Errorf("the name is not shown as it is: %q", b.Str(`document.querySelector('#panel h2').textContent`))
	}
	if b.Is(`/[\u0000-\u0008\u202a-\u202e\u2066-\u2069]/.test(document.querySelector('main').textContent)`) {
		t.Error("controls or direction marks reach the screen")
	}
	b.Quiet()
}

func TestPageThemes(t *testing.T) {
	url := render(t, Format{}, madeEstate(20))
	background := `getComputedStyle(document.body).backgroundColor`
	dark, light := open(t, url, browsertest.Scheme("dark")), open(t, url)
	if dark.Str(background) == light.Str(background) {
		t.Error("dark looks like light")
	}
	light.Click("#theme") // auto to light
	light.Click("#theme") // to dark
	if got, want := light.Str(background), dark.Str(background); got != want {
		t.Errorf("chosen dark is %s, want %s", got, want)
	}
	light.Quiet()
}

func TestPageFitsAPhone(t *testing.T) {
	for name, a := range map[string]*report.Assessment{"made": madeEstate(60), "hostile": hostile(), "empty": reporttest.Empty()} {
		url := render(t, Format{}, a)
		for _, width := range []int64{360, 390, 768, 1440} {
			b := open(t, url+"#matrix?by=service&open=data", browsertest.Viewport(width, 800))
			if got := b.Num(`document.documentElement.scrollWidth`); got > int(width) {
				t.Errorf("%s: the page is %d px wide on %d: %s", name, got, width, b.Str(`[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > `+fmt.Sprint(width)+` + 1 && !e.closest('.matrix-scroll, .table-scroll, svg')).slice(0, 5).map(e => e.outerHTML.slice(0, 90)).join(' | ')`))
			}
			if b.Is(`document.querySelector('#assets tbody .row-button')`) {
				b.Run(chromedp.Evaluate[chromedp.Void](`document.querySelector('#assets tbody .row-button').click()`))
				b.Wait(`document.querySelector('#panel').open`)
				if got := b.Num(`document.querySelector('.panel-body').scrollWidth - document.querySelector('.panel-body').clientWidth`); got > 0 {
					t.Errorf("%s: the panel is %d px too wide on %d", name, got, width)
				}
			}
			b.Quiet()
		}
	}
}

func TestPagePrints(t *testing.T) {
	b := open(t, render(t, Format{}, madeEstate(60))+"#matrix?by=service")
	yes := true
	if pdf := browsertest.Call(b, page.PrintToPDF, page.PrintToPDFParams{PreferCSSPageSize: &yes}).Data; len(pdf) < 50_000 {
		t.Errorf("the print is only %d bytes", len(pdf))
	}
	b.Run(chromedp.Evaluate[chromedp.Void](`window.dispatchEvent(new Event('beforeprint'))`))
	if got := b.Num(`document.querySelectorAll('.print-only .printed').length`); got == 0 {
		t.Error("no failing finding is printed")
	}
	if got := b.Num(`document.querySelectorAll('.print-only .matrix').length`); got < 2 {
		t.Error("a wide matrix is not cut into pieces")
	}
	b.Run(chromedp.Evaluate[chromedp.Void](`window.dispatchEvent(new Event('afterprint'))`))
	if b.Is(`document.querySelector('.print-only')`) {
		t.Error("what was made for printing stays")
	}
	b.Quiet()
}

// A page of 2,000 assets must be usable at once and stay quick.
func TestPageLargeStaysSmall(t *testing.T) {
	url := render(t, Format{}, largeEstate())
	b := open(t, url)
	ready := b.Num(`Math.round(performance.getEntriesByName('ready')[0].startTime)`)
	timed := func(what, script string) {
		ms := b.Num(`(async () => { const t = performance.now(); ` + script + `; await new Promise(r => requestAnimationFrame(() => setTimeout(r))); return Math.round(performance.now() - t); })()`)
		t.Logf("%s: %d ms", what, ms)
	}
	t.Logf("ready after %d ms", ready)
	timed("switching columns", `document.querySelector('[data-by=service]').click()`)
	timed("opening a cell", `document.querySelector('#matrix .cell').click()`)
	timed("closing it", `document.querySelector('#panel').close()`)
	timed("sorting findings", `document.querySelector('#findings th[data-col=asset] button').click()`)
	timed("opening an asset", `document.querySelector('#assets tbody .row-button').click()`)
	timed("a facet", `document.querySelector('#findings [data-facet=service] summary').click()`)
	if got := b.Num(`document.querySelectorAll('*').length`); got > 15_000 {
		t.Errorf("%d elements on the page", got)
	}
	b.Quiet()
}

// The accessibility rules of axe-core, in both themes, with panels open.
// DEMARC_AXE names its axe.min.js (npm pack axe-core).
func TestPageAccessible(t *testing.T) {
	if os.Getenv("DEMARC_AXE") == "" {
		t.Skip("DEMARC_AXE does not name axe-core's axe.min.js")
	}
	a := madeEstate(40)
	var asset, finding string
	for x := range a.Assets {
		asset = x.ID
	}
	for x := range a.Findings {
		finding = x.Fingerprint
	}
	url := render(t, Format{}, a)
	states := map[string]string{
		"page": "#matrix?open=data~operating-system", "service": "#matrix?by=service",
		"cell": "#matrix?panel=cell%2Fmodel%2F*%2Fdata%2F", "asset": "asset/" + asset, "finding": "finding/" + finding,
	}
	for _, theme := range []string{"light", "dark"} {
		for _, width := range []int64{1440, 390} {
			for name, hash := range states {
				b := open(t, url, browsertest.Scheme(theme), browsertest.Viewport(width, 900))
				browsertest.Call(b, page.SetBypassCSP, page.SetBypassCSPParams{Enabled: true})
				b.Run(chromedp.Navigate(url))
				b.Wait("document.documentElement.dataset.ready")
				if strings.HasPrefix(hash, "#") {
					b.Run(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`location.hash = %q`, hash)))
				} else {
					kind, id, _ := strings.Cut(hash, "/")
					b.Run(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`location.hash = '#assets?' + new URLSearchParams({panel: %q + encodeURIComponent(%q)})`, kind+"/", id)))
				}
				time.Sleep(100 * time.Millisecond)
				b.Run(chromedp.Evaluate[chromedp.Void](`for (const d of [...document.querySelectorAll('#panel details')].slice(0, 4)) d.open = true; void 0`))
				got, _ := b.Axe()
				if got != "" {
					t.Errorf("%s, %s, %d px:\n%s", theme, name, width, got)
				}
			}
		}
	}
}

// The numbers at the top open the duties they count.
func TestPageListsDutiesByStatus(t *testing.T) {
	b := open(t, render(t, Format{}, madeEstate(60)))
	b.Click(`.tile[data-status="unverified"] button`)
	b.Wait(`document.querySelector('#panel').open`)
	if tile, title := b.Str(`document.querySelector('.tile[data-status="unverified"] .tile-n').textContent`), b.Str(`document.querySelector('#panel-title').textContent`); title != tile+" unverified" {
		t.Errorf("the tile says %s, the panel %q", tile, title)
	}
	if got := b.Num(`[...document.querySelectorAll('#panel .group > summary .n')].reduce((n, x) => n + Number(x.textContent), 0) - Number(document.querySelector('.tile[data-status="unverified"] .tile-n').textContent)`); got != 0 {
		t.Errorf("the groups hold %+d duties", got)
	}
	b.Quiet()
}
