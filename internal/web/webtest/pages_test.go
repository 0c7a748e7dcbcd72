package webtest_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/web/assets"
	"github.com/demarc-sec/demarc/internal/web/changes"
	"github.com/demarc-sec/demarc/internal/web/duties"
	"github.com/demarc-sec/demarc/internal/web/findings"
	"github.com/demarc-sec/demarc/internal/web/overview"
	"github.com/demarc-sec/demarc/internal/web/sources"
	"github.com/demarc-sec/demarc/internal/web/views"
	"github.com/demarc-sec/demarc/internal/web/webtest"
)

func now() time.Time { return webtest.Now }

// pages adds every page over the ledger.
func pages(h *webtest.House) *webtest.House {
	saved := &views.Pages{Views: h.Views, Now: now}
	saved.Register(h.Mux)
	(&overview.Pages{Ledger: h.Inventory, Sources: h.Sources, Now: now}).Register(h.Mux)
	(&assets.Pages{Ledger: h.Inventory, Sources: h.Sources, Views: saved, Now: now}).Register(h.Mux)
	(&findings.Pages{Ledger: h.Inventory, Sources: h.Sources, Views: saved, Now: now}).Register(h.Mux)
	(&duties.Pages{Ledger: h.Inventory, Sources: h.Sources, Views: saved, Now: now}).Register(h.Mux)
	(&changes.Pages{Ledger: h.Inventory, Sources: h.Sources, Now: now}).Register(h.Mux)
	(&sources.Pages{Sources: h.Sources, Jobs: h.Jobs, Ledger: h.Inventory, Now: now}).Register(h.Mux)
	return h
}

// lists are the pages that show what there is, whole.
var lists = []string{"/", "/assets", "/duties", "/duties?q=orders&view=unverified", "/changes", "/findings", "/findings?state=passing", "/findings?state=unverified", "/assets?q=receipts&sort=address"}

// exports are the lists as files.
var exports = []string{"/assets.csv", "/duties.csv", "/changes.csv", "/findings.csv", "/findings.csv?state=passing"}

// first returns an asset and a finding of an organisation.
func first(t *testing.T, h *webtest.House, org int64) (asset, finding int64) {
	t.Helper()
	as, err := h.Inventory.Assets(t.Context(), h.System(org), inventory.AssetQuery{})
	if err != nil || len(as.Items) == 0 {
		t.Fatal(err, len(as.Items))
	}
	fs, err := h.Inventory.Findings(t.Context(), h.System(org), inventory.FindingQuery{})
	if err != nil || len(fs.Items) == 0 {
		t.Fatal(err, len(fs.Items))
	}
	return as.Items[0].ID, fs.Items[0].ID
}

func page(path string, id int64) string { return path + itoa(id) }

func itoa(id int64) string { return strconv.FormatInt(id, 10) }

var noPaging inventory.Paging

// Somebody sees the assets of the groups they may read, and no others, on
// every page and in every export.
func TestReach(t *testing.T) {
	webtest.Each(t, webtest.New, func(t *testing.T, h *webtest.House) {
		pages(h)
		const theirs = "aws_db_instance.orders"
		for _, path := range append(lists, exports...) {
			if path == "/assets?q=receipts&sort=address" || strings.Contains(path, "state=") {
				continue
			}
			for _, c := range []struct {
				name string
				who  tenant.Who
				sees bool
			}{
				{"viewer of all", h.Person(h.Org, tenant.Viewer, 0), true},
				{"viewer of the shop", h.Person(h.Org, tenant.Viewer, h.Shop), true},
				{"auditor of the shop", h.Person(h.Org, tenant.Auditor, h.Shop), true},
				{"administrator of the office", h.Person(h.Org, tenant.Administrator, h.Office), false},
			} {
				if got := strings.Contains(h.Body(c.who, path), theirs); got != c.sees && path != "/" {
					t.Errorf("%s, %s: sees the shop's assets: %v", path, c.name, got)
				}
				if path == "/" {
					if got := !strings.Contains(h.Body(c.who, path), "Nothing has been assessed yet"); got != c.sees {
						t.Errorf("%s, %s: sees the shop: %v", path, c.name, got)
					}
				}
			}
		}
		asset, finding := first(t, h, h.Org)
		otherAsset, otherFinding := first(t, h, h.Other)
		office := h.Person(h.Org, tenant.Administrator, h.Office)
		all := h.Person(h.Org, tenant.Administrator, 0)
		for path, who := range map[string]tenant.Who{
			page("/assets/", asset): office, page("/findings/", finding): office,
			page("/assets/", otherAsset): all, page("/findings/", otherFinding): all,
			"/assets/0": all, "/assets/x": all, "/findings/99999999": all, page("/?group=", h.Shop): office, page("/assets?group=", h.Shop): office,
		} {
			if w := h.Get(who, path); w.Code != http.StatusNotFound {
				t.Errorf("%s: %d", path, w.Code)
			}
		}
		if w := h.Get(tenant.Who{Actor: tenant.Actor{Org: h.Org}, Tree: h.Tree(h.Org)}, "/assets"); w.Code != http.StatusForbidden {
			t.Errorf("somebody without a role: %d", w.Code)
		}
		h.Body(all, page("/assets/", asset))
		h.Body(all, page("/findings/", finding))
	})
}

// What has no meaning in an address is told, and breaks nothing.
func TestOddAddresses(t *testing.T) {
	webtest.Each(t, webtest.New, func(t *testing.T, h *webtest.House) {
		pages(h)
		who := h.Person(h.Org, tenant.Viewer, 0)
		for path, want := range map[string]int{
			"/assets?cursor=nonsense": http.StatusBadRequest, "/findings?cursor=nonsense": http.StatusBadRequest, "/findings.csv?sort=colour": http.StatusUnprocessableEntity,
			"/assets?sort=colour": http.StatusUnprocessableEntity, "/?by=colour": http.StatusUnprocessableEntity, "/?group=x": http.StatusUnprocessableEntity,
			"/assets?source=x": http.StatusOK, "/findings?since=-4&state=blue": http.StatusOK, "/?days=99999": http.StatusOK, "/assets?team=-": http.StatusOK,
			"/assets?group=9999": http.StatusNotFound, "/assets.pdf": http.StatusNotFound,
			"/assets?q=" + strings.Repeat("%ff", 500): http.StatusOK,
		} {
			if w := h.Get(who, path); w.Code != want {
				t.Errorf("%s: %d, want %d", path, w.Code, want)
			}
		}
	})
}

// Text of the estate is text on the pages, and nothing on them is what the
// policy refuses.
func TestHostileNames(t *testing.T) {
	webtest.Each(t, webtest.New, func(t *testing.T, h *webtest.House) {
		pages(h)
		who := h.Person(h.Org, tenant.Administrator, 0)
		paths := append([]string{"/assets?q=%3Cimg+src%3Dx%3E", "/findings?check=%3Cimg+src%3Dx%3E"}, lists...)
		assets, err := h.Inventory.Assets(t.Context(), who, inventory.AssetQuery{})
		if err != nil {
			t.Fatal(err)
		}
		shown := false
		for _, a := range assets.Items {
			paths = append(paths, page("/assets/", a.ID))
		}
		findings, err := h.Inventory.Findings(t.Context(), who, inventory.FindingQuery{})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range findings.Items {
			paths = append(paths, page("/findings/", f.ID))
		}
		for _, path := range paths {
			body := h.Body(who, path)
			for _, bad := range []string{"<img", "style=\"", "onclick", "onerror=alert(1)>", "<style", "javascript:"} {
				if strings.Contains(body, bad) {
					t.Errorf("%s has %s", path, bad)
				}
			}
			shown = shown || strings.Contains(body, "&lt;img")
		}
		if !shown {
			t.Error("no page shows the hostile name: the test proves nothing")
		}
	})
}

// An export has what the list has, and no cell that a program takes for a
// formula.
func TestExports(t *testing.T) {
	webtest.Each(t, webtest.New, func(t *testing.T, h *webtest.House) {
		pages(h)
		who := h.Person(h.Org, tenant.Viewer, 0)
		csv := h.Body(who, "/assets.csv?q=orders")
		if !strings.Contains(csv, "'=cmd()|orders") || strings.Contains(csv, ",=cmd()") {
			t.Errorf("the name is a formula: %s", csv)
		}
		if n := strings.Count(csv, "\n"); n != 2 {
			t.Errorf("%d lines of one asset", n)
		}
		if n := strings.Count(h.Body(who, "/findings.csv?severity=high"), "\n"); n < 2 {
			t.Errorf("%d lines of findings", n)
		}
		if !strings.HasPrefix(h.Body(who, "/assets.xlsx"), "PK") {
			t.Error("no workbook")
		}
	})
}

// From a cell of the matrix its duties, from an asset its findings.
func TestLinks(t *testing.T) {
	webtest.Each(t, webtest.New, func(t *testing.T, h *webtest.House) {
		pages(h)
		who := h.Person(h.Org, tenant.Viewer, 0)
		body := h.Body(who, "/?by=service")
		for _, want := range []string{"/duties?row=", "service=aws", "/changes?kind=finding-resolved", "Do first:", "class=\"demarc\"", "fill=\"url(#p-failing)\"", "aria-label=\"Rows of the stack by service\""} {
			if !strings.Contains(body, strings.ReplaceAll(want, "&", "&amp;")) {
				t.Errorf("the overview lacks %s", want)
			}
		}
		asset, _ := first(t, h, h.Org)
		body = h.Body(who, page("/assets/", asset))
		for _, want := range []string{"data-drawer", "class=\"ego\"", "The stack, top to bottom", "Written in", "main.tf:", "https://"} {
			if !strings.Contains(body, want) {
				t.Errorf("the asset lacks %s", want)
			}
		}
	})
}

// With nothing assessed, the console says how to begin.
func TestEmpty(t *testing.T) {
	webtest.Each(t, webtest.Empty, func(t *testing.T, h *webtest.House) {
		pages(h)
		for path, want := range map[string]string{"/": "/sources/new?kind=git", "/assets": "/sources/new", "/findings": "Nothing fails"} {
			if !strings.Contains(h.Body(h.Person(h.Org, tenant.Contributor, 0), path), want) {
				t.Errorf("%s lacks %s", path, want)
			}
		}
		if strings.Contains(h.Body(h.Person(h.Org, tenant.Viewer, 0), "/"), "/sources/new") {
			t.Error("a viewer is told to add a source")
		}
	})
}
