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

	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/report/reporttest"
)

func TestPageSwitchesColumns(t *testing.T) {
	b := open(t, render(t, Format{}, madeEstate(60)))
	if got := b.num(`document.querySelectorAll('#matrix tbody tr').length`); got != 11 {
		t.Errorf("%d rows, want ten rows of the stack and across", got)
	}
	for _, by := range []string{"provider", "service", "environment", "account", "team", "model"} {
		b.click(`#matrix [data-by="` + by + `"]`)
		b.wait(`document.querySelector('#matrix [data-by="` + by + `"]').getAttribute('aria-checked') === 'true'`)
		columns := b.num(`document.querySelectorAll('#matrix thead th').length - 2`)
		if said := b.num(`Number(document.querySelector('#matrix [data-by="` + by + `"] .n').textContent)`); said != columns {
			t.Errorf("%s: %d columns, the control says %d", by, columns, said)
		}
		if lines := b.num(`document.querySelectorAll('#matrix tbody .demarc').length`); lines < columns*5 {
			t.Errorf("%s: only %d pieces of the line", by, lines)
		}
	}
	b.click(`#matrix [data-by="service"]`)
	if got := b.str(`location.hash`); !strings.Contains(got, "by=service") {
		t.Errorf("the address %q does not keep the choice", got)
	}
	b.quiet()
}

func TestPageExpandsRows(t *testing.T) {
	b := open(t, render(t, Format{}, madeEstate(60)))
	b.click(`[data-row="data"]`)
	if b.num(`document.querySelectorAll('#matrix tr.sub').length`) < 5 {
		t.Error("the row's responsibilities do not show")
	}
	if got := b.str(`document.activeElement.dataset.row + document.activeElement.ariaExpanded`); got != "datatrue" {
		t.Errorf("focus is on %q", got)
	}
	b.quiet()
}

func TestPageOpensACell(t *testing.T) {
	b := open(t, render(t, Format{}, madeEstate(60)))
	label := b.str(`document.querySelector('#matrix .cell .visually-hidden').textContent`)
	for _, want := range []string{"Application user access management, Whole estate: ", " duties: ", " yours (", "Worst: ", " failing"} {
		if !strings.Contains(label, want) {
			t.Errorf("label %q lacks %q", label, want)
		}
	}
	b.run(chromedp.Evaluate[chromedp.Void](`document.querySelector('#matrix .cell').focus()`))
	b.key(kb.Enter)
	b.wait(`document.querySelector('#panel').open`)
	if got := b.str(`document.activeElement.id`); got != "panel-title" {
		t.Errorf("focus is on %q, not in the panel", got)
	}
	// From the cell to a duty's asset, back, and out: focus returns to the cell.
	b.click(`#panel details.group summary`)
	b.wait(`document.querySelector('#panel .group .row-button')`)
	b.click(`#panel .group .row-button`)
	b.wait(`document.querySelector('#panel .stack')`)
	for range 60 { // tabbing never leaves the panel for the page behind it
		b.key(kb.Tab)
		if !b.is(`document.activeElement === document.body || document.querySelector('#panel').contains(document.activeElement)`) {
			t.Fatalf("focus left the panel for %s", b.str(`document.activeElement.outerHTML.slice(0, 80)`))
		}
	}
	b.click(`#panel [aria-label="Back"]`)
	b.wait(`!document.querySelector('#panel .stack')`)
	b.key(kb.Escape)
	b.wait(`!document.querySelector('#panel').open`)
	if !b.is(`document.activeElement === document.querySelector('#matrix .cell')`) {
		t.Error("focus did not return to the cell")
	}
	b.quiet()
}

func TestPageKeyboard(t *testing.T) {
	b := open(t, render(t, Format{}, madeEstate(60)))
	if got := b.num(`document.querySelectorAll('#matrix .cell[tabindex="0"]').length`); got != 1 {
		t.Errorf("%d cells are in the tab order, want one", got)
	}
	b.run(chromedp.Evaluate[chromedp.Void](`document.querySelector('#matrix .cell').focus()`))
	at := func() string {
		return b.str(`document.activeElement.querySelector('.visually-hidden').textContent.split(':')[0]`)
	}
	b.key(kb.ArrowRight)
	first := at()
	b.key(kb.ArrowDown)
	if got := at(); got == first || !strings.HasPrefix(got, "Application-specific data assets, ") {
		t.Errorf("down from %q leads to %q", first, got)
	}
	b.key(kb.Home)
	if got := at(); !strings.HasSuffix(got, "Whole estate") {
		t.Errorf("home leads to %q", got)
	}
	b.key(kb.ArrowUp)
	b.key(kb.ArrowUp) // stays at the top
	if got := at(); !strings.HasPrefix(got, "Application user access") {
		t.Errorf("up leads to %q", got)
	}
	// The first stop of the page is the skip link.
	b.run(chromedp.Evaluate[chromedp.Void](`document.activeElement.blur(); window.scrollTo(0, 0); document.body.tabIndex = -1; document.body.focus()`))
	b.key(kb.Tab)
	if got := b.str(`document.activeElement.className`); got != "skip" {
		t.Errorf("tab leads to %q", got)
	}
	b.key(kb.Enter)
	b.wait(`document.activeElement.id === 'matrix'`)
	b.quiet()
}

func TestPageFindsFindings(t *testing.T) {
	url := render(t, Format{}, madeEstate(60))
	b := open(t, url)
	count := `document.querySelector('#findings .result-count').textContent`
	all := b.str(count)
	b.run(chromedp.SendKeys(chromedp.CSS(`#findings-search`), "metadata"))
	b.wait(count + ` !== ` + fmt.Sprintf("%q", all))
	b.wait(`[...document.querySelectorAll('#findings tbody tr')].every(r => /metadata/i.test(r.textContent))`)
	b.wait(`document.querySelector('#live').textContent.includes('finding')`)

	b.click(`#findings [data-facet="severity"] summary`)
	b.wait(`document.querySelector('#findings [data-facet="severity"] input[value="high"]')`)
	b.click(`#findings [data-facet="severity"] input[value="high"]`)
	b.key(kb.Escape)
	b.wait(`document.querySelectorAll('#findings .chip').length === 3`)
	// The address alone restores the view.
	hash, shown := b.str(`location.hash`), b.str(count)
	again := open(t, url+hash)
	if got := again.str(count); got != shown {
		t.Errorf("reopened: %q, want %q", got, shown)
	}
	if got := again.str(`document.querySelector('#findings-search').value`); got != "metadata" {
		t.Errorf("reopened with search %q", got)
	}
	again.click(`#findings tbody .row-button`)
	again.wait(`document.querySelector('#panel').open`)
	if got := again.num(`document.querySelectorAll('#panel a').length`); got != 1 {
		t.Errorf("%d links, want only the web address", got)
	}
	again.run(chromedp.NavigateBack())
	again.wait(`!document.querySelector('#panel').open`)
	// Preset filters can be taken away.
	b.click(`#findings .chips .quiet`)
	b.wait(`document.querySelectorAll('#findings .chip').length === 0`)
	b.click(`#findings th[data-col="asset"] button`)
	if got := b.str(`document.querySelector('#findings th[data-col="asset"]').getAttribute('aria-sort')`); got != "ascending" {
		t.Errorf("sorted %q", got)
	}
	if !b.is(`(l => l.every((x, i) => !i || l[i-1] <= x))([...document.querySelectorAll('#findings .c-asset code')].map(x => x.textContent))`) {
		t.Error("the list is not sorted")
	}
	again.quiet()
	b.quiet()
}

func TestPageShowsAnAsset(t *testing.T) {
	a := reporttest.Sample()
	b := open(t, render(t, Format{}, a))
	n := 0
	for as := range a.Assets {
		b.run(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`location.hash = '#assets?' + new URLSearchParams({panel: 'asset/' + encodeURIComponent(%q)})`, as.ID)))
		b.wait(fmt.Sprintf(`document.querySelector('#panel .about')?.textContent.includes(%q)`, "Address"))
		b.run(chromedp.Evaluate[chromedp.Void](`for (const d of document.querySelectorAll('#panel details')) d.open = true`))
		b.wait(`[...document.querySelectorAll('#panel .duty-box')].every(x => x.firstChild)`)
		n++
	}
	if n < 5 {
		t.Errorf("only %d assets", n)
	}
	b.quiet()
}

// Names that wish the reader ill stay text, in every view.
func TestPageHostileNames(t *testing.T) {
	b := open(t, render(t, Format{}, hostile()))
	for _, hash := range []string{"#matrix?by=team&open=data", "#findings?findings.result=*", "#assets"} {
		b.run(chromedp.Evaluate[chromedp.Void](`location.hash = '` + hash + `'`))
		b.wait(`document.querySelector('#findings tbody tr')`)
	}
	b.click(`#assets tbody .row-button`)
	b.wait(`document.querySelector('#panel .about')`)
	if got := b.num(`document.querySelectorAll('img, iframe, object, embed, [onerror]').length + document.scripts.length - 2`); got != 0 {
		t.Errorf("%d foreign elements", got)
	}
	if !b.is(`document.querySelector('#panel h2').textContent.startsWith('</script><!--<img')`) {
		t.Errorf("the name is not shown as it is: %q", b.str(`document.querySelector('#panel h2').textContent`))
	}
	if b.is(`/[\u0000-\u0008\u202a-\u202e\u2066-\u2069]/.test(document.querySelector('main').textContent)`) {
		t.Error("controls or direction marks reach the screen")
	}
	b.quiet()
}

func TestPageThemes(t *testing.T) {
	url := render(t, Format{}, madeEstate(20))
	background := `getComputedStyle(document.body).backgroundColor`
	dark, light := open(t, url, scheme("dark")), open(t, url)
	if dark.str(background) == light.str(background) {
		t.Error("dark looks like light")
	}
	light.click("#theme") // auto to light
	light.click("#theme") // to dark
	if got, want := light.str(background), dark.str(background); got != want {
		t.Errorf("chosen dark is %s, want %s", got, want)
	}
	light.quiet()
}

func TestPageFitsAPhone(t *testing.T) {
	for name, a := range map[string]*report.Assessment{"made": madeEstate(60), "hostile": hostile(), "empty": reporttest.Empty()} {
		url := render(t, Format{}, a)
		for _, width := range []int64{360, 390, 768, 1440} {
			b := open(t, url+"#matrix?by=service&open=data", viewport(width, 800))
			if got := b.num(`document.documentElement.scrollWidth`); got > int(width) {
				t.Errorf("%s: the page is %d px wide on %d: %s", name, got, width, b.str(`[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > `+fmt.Sprint(width)+` + 1 && !e.closest('.matrix-scroll, .table-scroll, svg')).slice(0, 5).map(e => e.outerHTML.slice(0, 90)).join(' | ')`))
			}
			if b.is(`document.querySelector('#assets tbody .row-button')`) {
				b.run(chromedp.Evaluate[chromedp.Void](`document.querySelector('#assets tbody .row-button').click()`))
				b.wait(`document.querySelector('#panel').open`)
				if got := b.num(`document.querySelector('.panel-body').scrollWidth - document.querySelector('.panel-body').clientWidth`); got > 0 {
					t.Errorf("%s: the panel is %d px too wide on %d", name, got, width)
				}
			}
			b.quiet()
		}
	}
}

func TestPagePrints(t *testing.T) {
	b := open(t, render(t, Format{}, madeEstate(60))+"#matrix?by=service")
	yes := true
	if pdf := call(b, page.PrintToPDF, page.PrintToPDFParams{PreferCSSPageSize: &yes}).Data; len(pdf) < 50_000 {
		t.Errorf("the print is only %d bytes", len(pdf))
	}
	b.run(chromedp.Evaluate[chromedp.Void](`window.dispatchEvent(new Event('beforeprint'))`))
	if got := b.num(`document.querySelectorAll('.print-only .printed').length`); got == 0 {
		t.Error("no failing finding is printed")
	}
	if got := b.num(`document.querySelectorAll('.print-only .matrix').length`); got < 2 {
		t.Error("a wide matrix is not cut into pieces")
	}
	b.run(chromedp.Evaluate[chromedp.Void](`window.dispatchEvent(new Event('afterprint'))`))
	if b.is(`document.querySelector('.print-only')`) {
		t.Error("what was made for printing stays")
	}
	b.quiet()
}

// A page of 2,000 assets must be usable at once and stay quick.
func TestPageLargeStaysSmall(t *testing.T) {
	url := render(t, Format{}, largeEstate())
	b := open(t, url)
	ready := b.num(`Math.round(performance.getEntriesByName('ready')[0].startTime)`)
	timed := func(what, script string) {
		ms := b.num(`(async () => { const t = performance.now(); ` + script + `; await new Promise(r => requestAnimationFrame(() => setTimeout(r))); return Math.round(performance.now() - t); })()`)
		t.Logf("%s: %d ms", what, ms)
	}
	t.Logf("ready after %d ms", ready)
	timed("switching columns", `document.querySelector('[data-by=service]').click()`)
	timed("opening a cell", `document.querySelector('#matrix .cell').click()`)
	timed("closing it", `document.querySelector('#panel').close()`)
	timed("sorting findings", `document.querySelector('#findings th[data-col=asset] button').click()`)
	timed("opening an asset", `document.querySelector('#assets tbody .row-button').click()`)
	timed("a facet", `document.querySelector('#findings [data-facet=service] summary').click()`)
	if got := b.num(`document.querySelectorAll('*').length`); got > 15_000 {
		t.Errorf("%d elements on the page", got)
	}
	b.quiet()
}

// The accessibility rules of axe-core, in both themes, with panels open.
// DEMARC_AXE names its axe.min.js (npm pack axe-core).
func TestPageAccessible(t *testing.T) {
	path := os.Getenv("DEMARC_AXE")
	if path == "" {
		t.Skip("DEMARC_AXE does not name axe-core's axe.min.js")
	}
	axe, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
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
				b := open(t, url, scheme(theme), viewport(width, 900))
				call(b, page.SetBypassCSP, page.SetBypassCSPParams{Enabled: true})
				b.run(chromedp.Navigate(url))
				b.wait("document.documentElement.dataset.ready")
				if strings.HasPrefix(hash, "#") {
					b.run(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`location.hash = %q`, hash)))
				} else {
					kind, id, _ := strings.Cut(hash, "/")
					b.run(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`location.hash = '#assets?' + new URLSearchParams({panel: %q + encodeURIComponent(%q)})`, kind+"/", id)))
				}
				time.Sleep(100 * time.Millisecond)
				b.run(chromedp.Evaluate[chromedp.Void](`for (const d of [...document.querySelectorAll('#panel details')].slice(0, 4)) d.open = true; void 0`))
				b.run(chromedp.Evaluate[chromedp.Void](string(axe) + "; void 0"))
				got := eval[string](b, `axe.run(document, {resultTypes: ['violations']}).then(r => r.violations.filter(v => ['serious', 'critical', 'moderate'].includes(v.impact)).map(v => v.impact + ' ' + v.id + ': ' + v.help + ' ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160) + ' ' + (n.any[0]?.message ?? '')).join(' || ')).join('\n'))`)
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
	b.click(`.tile[data-status="unverified"] button`)
	b.wait(`document.querySelector('#panel').open`)
	if tile, title := b.str(`document.querySelector('.tile[data-status="unverified"] .tile-n').textContent`), b.str(`document.querySelector('#panel-title').textContent`); title != tile+" unverified" {
		t.Errorf("the tile says %s, the panel %q", tile, title)
	}
	if got := b.num(`[...document.querySelectorAll('#panel .group > summary .n')].reduce((n, x) => n + Number(x.textContent), 0) - Number(document.querySelector('.tile[data-status="unverified"] .tile-n').textContent)`); got != 0 {
		t.Errorf("the groups hold %+d duties", got)
	}
	b.quiet()
}
