package webtest_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/demarc-sec/demarc/internal/jobs"
	"github.com/demarc-sec/demarc/internal/sources"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/web/webtest"
)

// From the first form to the page of the job: a repository is added, changed,
// assessed, and its job stopped and run again.
func TestSourceOfGit(t *testing.T) {
	webtest.Each(t, webtest.Empty, func(t *testing.T, h *webtest.House) {
		pages(h)
		who := h.Person(h.Org, tenant.Contributor, 0)
		if body := h.Body(who, "/sources/new?kind=git"); !strings.Contains(body, `name="credential"`) {
			t.Error("the form has no credential")
		}
		form := url.Values{"kind": {"git"}, "name": {"<b>platform"}, "url": {"https://git.example.org/a.git"}, "schedule": {"cron"}, "cron": {"5 4 * * *"}, "credential": {"s3cret-token"}, "vars": {"a=b\nc=d=e"}}
		w := h.Send(who, "/sources", form.Encode())
		at := w.Header().Get("Location")
		if w.Code != http.StatusSeeOther || !strings.HasPrefix(at, "/sources/") {
			t.Fatalf("%d %s %s", w.Code, at, w.Body)
		}
		body := h.Body(who, at)
		for _, want := range []string{"&lt;b&gt;platform", "5 4 * * *", "kept, sealed", "Assess now"} {
			if !strings.Contains(body, want) {
				t.Errorf("the source lacks %s", want)
			}
		}
		edit := h.Body(who, at+"/edit")
		if strings.Contains(body+edit, "s3cret") {
			t.Error("the credential is shown")
		}
		if !strings.Contains(edit, "c=d=e") || !strings.Contains(edit, `value="5 4 * * *"`) {
			t.Error("the form lost what it was sent")
		}
		form.Set("schedule", "@weekly")
		form.Set("credential", "")
		form.Set("forget", "on")
		if w := h.Send(who, at, form.Encode()); w.Code != http.StatusSeeOther {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		if body := h.Body(who, at); !strings.Contains(body, "@weekly") || strings.Contains(body, "kept, sealed") {
			t.Error("the source is not changed")
		}
		w = h.Send(who, at+"/run", "")
		job := w.Header().Get("Location")
		if w.Code != http.StatusSeeOther || !strings.HasPrefix(job, "/jobs/") {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		if body := h.Body(who, job); !strings.Contains(body, "Queued") || !strings.Contains(body, "data-refresh=\"2\"") {
			t.Error("the page of the job does not follow it")
		}
		if w := h.Send(who, job+"/stop", ""); w.Code != http.StatusSeeOther {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		if body := h.Body(who, job); !strings.Contains(body, "Cancelled") || strings.Contains(body, "data-refresh=") {
			t.Error("the job is not stopped")
		}
		if w := h.Send(who, job+"/again", ""); w.Code != http.StatusSeeOther || !strings.Contains(h.Body(who, job), "Queued") {
			t.Errorf("not again: %d %s", w.Code, w.Body)
		}
		if !strings.Contains(h.Body(who, "/sources?jobs=dead"), "No dead letters") {
			t.Error("nothing says what a dead letter is")
		}
	})
}

// A form that cannot be done is shown again with what was wrong.
func TestSourceForms(t *testing.T) {
	webtest.Each(t, webtest.New, func(t *testing.T, h *webtest.House) {
		pages(h)
		who := h.Person(h.Org, tenant.Contributor, 0)
		for _, form := range []string{"kind=git&name=", "kind=git&name=x&url=file:///etc", "kind=git&name=x&url=https://a.example/b&schedule=cron&cron=never", "kind=upload&name=x&vars=novalue", "kind=push&name=" + url.QueryEscape("shop "+webtest.Hostile)} {
			if w := h.Send(who, "/sources", form); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `role="alert"`) || strings.Contains(w.Body.String(), "<img") {
				t.Errorf("%s: %d", form, w.Code)
			}
		}
		shop := page("/sources/", h.ShopSource)
		if w := h.Send(who, shop+"/run", ""); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("a pushed source is run: %d", w.Code)
		}
		if w := h.Send(who, shop+"/remove", "name=other"); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("removed without its name: %d", w.Code)
		}
		if w := h.Send(who, shop+"/remove", url.Values{"name": {"shop " + webtest.Hostile}}.Encode()); w.Code != http.StatusSeeOther {
			t.Errorf("not removed: %d %s", w.Code, w.Body)
		}
		if w := h.Get(who, shop); w.Code != http.StatusNotFound {
			t.Errorf("still there: %d", w.Code)
		}
		if strings.Contains(h.Body(who, "/assets"), "aws_db_instance.orders") {
			t.Error("its assets are still there")
		}
	})
}

func sent(t *testing.T, path, field, name, content string) *http.Request {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	part, err := m.CreateFormFile(field, name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, path, &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return r
}

func TestUpload(t *testing.T) {
	webtest.Each(t, webtest.New, func(t *testing.T, h *webtest.House) {
		pages(h)
		who := h.Person(h.Org, tenant.Contributor, 0)
		s, err := h.Sources.Add(t.Context(), who, sources.Source{Kind: sources.Upload, Name: "plans"}, "")
		if err != nil {
			t.Fatal(err)
		}
		path := page("/sources/", s.ID) + "/upload"
		w := h.Do(who, sent(t, path, "file", "plan.json", "{}"))
		if w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), "/jobs/") {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		for _, r := range []*http.Request{sent(t, path, "other", "plan.json", "{}"), sent(t, path, "file", "plan.json", ""), sent(t, page("/sources/", h.ShopSource)+"/upload", "file", "plan.json", "{}")} {
			if w := h.Do(who, r); w.Code != http.StatusUnprocessableEntity {
				t.Errorf("%s: %d", r.URL, w.Code)
			}
		}
		if w := h.Do(h.Person(h.Org, tenant.Viewer, 0), sent(t, path, "file", "plan.json", "{}")); w.Code != http.StatusForbidden {
			t.Errorf("a viewer uploads: %d", w.Code)
		}
	})
}

// Who only reads is shown no button and may not press it; what lies in another
// group or organisation is not there.
func TestSourcesReach(t *testing.T) {
	webtest.Each(t, webtest.New, func(t *testing.T, h *webtest.House) {
		pages(h)
		all, viewer := h.System(h.Org), h.Person(h.Org, tenant.Viewer, 0)
		git, err := h.Sources.Add(t.Context(), all, sources.Source{Kind: sources.Git, Name: "platform", Group: h.Shop, Config: sources.Config{URL: "https://git.example.org/a.git"}}, "")
		if err != nil {
			t.Fatal(err)
		}
		job, err := h.Jobs.Add(t.Context(), all, git.ID, 0, jobs.Manual, jobs.Meta{})
		if err != nil {
			t.Fatal(err)
		}
		latest, err := h.Inventory.Latest(t.Context(), all)
		if err != nil {
			t.Fatal(err)
		}
		src, j, snapshot := page("/sources/", git.ID), page("/jobs/", job.ID), page("/snapshots/", latest[h.ShopSource].ID)
		posts := []string{src, src + "/run", src + "/upload", src + "/remove", j + "/stop", j + "/again", "/sources"}
		for _, path := range posts {
			if w := h.Send(viewer, path, "kind=git&name=platform&url=https://git.example.org/a.git"); w.Code != http.StatusForbidden {
				t.Errorf("a viewer, %s: %d", path, w.Code)
			}
		}
		for _, path := range []string{"/sources/new", src + "/edit"} {
			if w := h.Get(viewer, path); w.Code != http.StatusForbidden {
				t.Errorf("a viewer, %s: %d", path, w.Code)
			}
		}
		for _, path := range []string{"/sources", src, j, snapshot} {
			if body := h.Body(viewer, path); strings.Contains(body, `<form method="post" action="/sources`) || strings.Contains(body, `<form method="post" action="/jobs`) {
				t.Errorf("a viewer is shown a button on %s", path)
			}
		}
		other, err := h.Inventory.Latest(t.Context(), h.System(h.Other))
		if err != nil {
			t.Fatal(err)
		}
		for path, name := range map[string]string{"/sources.csv": "platform", "/jobs.csv": "manual"} {
			if !strings.Contains(h.Body(viewer, path), name) {
				t.Errorf("%s lacks %s", path, name)
			}
			if strings.Contains(h.Body(h.Person(h.Org, tenant.Administrator, h.Office), path), name) {
				t.Errorf("%s has what lies beside", path)
			}
		}
		strangers := map[string]tenant.Who{"beside": h.Person(h.Org, tenant.Administrator, h.Office), "elsewhere": h.Person(h.Other, tenant.Administrator, 0)}
		for name, who := range strangers {
			for _, path := range []string{src, src + "/edit", j, snapshot, "/changes?a=" + snapshot[len("/snapshots/"):] + "&b=" + snapshot[len("/snapshots/"):]} {
				if w := h.Get(who, path); w.Code != http.StatusNotFound {
					t.Errorf("%s, %s: %d", name, path, w.Code)
				}
			}
			for _, path := range posts[:6] {
				if w := h.Send(who, path, "name=platform"); w.Code != http.StatusNotFound {
					t.Errorf("%s, %s: %d", name, path, w.Code)
				}
			}
		}
		if w := h.Get(all, page("/snapshots/", other[h.OtherSource].ID)); w.Code != http.StatusNotFound {
			t.Errorf("another organisation's snapshot: %d", w.Code)
		}
	})
}

// The tabs of duties narrow what is shown, and mine is only what one may
// change.
func TestDuties(t *testing.T) {
	webtest.Each(t, webtest.New, func(t *testing.T, h *webtest.House) {
		pages(h)
		contributor, viewer := h.Person(h.Org, tenant.Contributor, h.Shop), h.Person(h.Org, tenant.Viewer, 0)
		if body := h.Body(contributor, "/duties?view=mine"); !strings.Contains(body, "i-failing") || strings.Contains(body, `ink-verified"`) || strings.Contains(body, `ink-unassured"`) {
			t.Error("mine is not what fails or is unverified of mine")
		}
		if body := h.Body(viewer, "/duties?view=mine"); !strings.Contains(body, "Nothing here awaits you") {
			t.Error("a viewer has duties to do")
		}
		if body := h.Body(viewer, "/duties?view=team"); !strings.Contains(body, "You belong to no team") {
			t.Error("somebody without a team has one")
		}
		if body := h.Body(viewer, "/duties?view=unverified&status=failing"); strings.Contains(body, `ink-failing"`) {
			t.Error("what fails is listed with the unverified")
		}
		if n := strings.Count(h.Body(viewer, "/duties.csv?view=mine"), "\n"); n != 1 {
			t.Errorf("the export of nothing has %d lines", n)
		}
		whole, part := strings.Count(h.Body(viewer, "/duties.csv"), "\n"), strings.Count(h.Body(viewer, "/duties.csv?status=failing&owner=customer"), "\n")
		if part <= 1 || part >= whole || whole < 100 {
			t.Errorf("%d of %d lines", part, whole)
		}
	})
}

// What changed is told with what it was, between days and between snapshots.
func TestChanges(t *testing.T) {
	webtest.Each(t, webtest.New, func(t *testing.T, h *webtest.House) {
		pages(h)
		who := h.Person(h.Org, tenant.Viewer, 0)
		list, err := h.Inventory.Snapshots(t.Context(), who, []int64{h.ShopSource}, noPaging)
		if err != nil || len(list.Items) != 2 {
			t.Fatal(err, len(list.Items))
		}
		between := "/changes?a=" + itoa(list.Items[1].ID) + "&b=" + itoa(list.Items[0].ID)
		for _, path := range []string{"/changes", between, "/changes?kind=finding-resolved", "/changes?from=2026-11-28&to=2026-11-01"} {
			if body := h.Body(who, path); !strings.Contains(body, "Findings resolved") || !strings.Contains(body, "aws_db_instance.orders") {
				t.Errorf("%s does not tell what was resolved", path)
			}
		}
		if body := h.Body(who, "/changes?from=2020-01-01&to=2020-02-01"); !strings.Contains(body, "Nothing changed") {
			t.Error("something changed before there was anything")
		}
		if csv := h.Body(who, "/changes.csv?kind=finding-resolved"); strings.Count(csv, "\n") < 2 || strings.Contains(csv, "Finding new") {
			t.Errorf("%s", csv)
		}
		if w := h.Get(who, "/changes?from=yesterday"); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("%d", w.Code)
		}
	})
}
