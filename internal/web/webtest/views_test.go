package webtest_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/web/webtest"
)

// Somebody saves the filters of a list, shares them, changes and removes them;
// every view has an address, and others see what is shared with them.
func TestSavedViews(t *testing.T) {
	webtest.Each(t, webtest.New, func(t *testing.T, h *webtest.House) {
		pages(h)
		ann := h.Person(h.Org, tenant.Contributor, h.Shop)
		bob := h.Person(h.Org, tenant.Viewer, h.Shop)
		bob.ID, bob.Name = 2, "Bob"
		send := func(who tenant.Who, path, form string) string {
			t.Helper()
			w := h.Send(who, path, form)
			if w.Code != http.StatusSeeOther {
				t.Fatalf("%s: %d %s", path, w.Code, w.Body)
			}
			return w.Header().Get("Location")
		}
		for _, place := range []string{"assets", "findings", "duties"} {
			if body := h.Body(ann, "/"+place+"?team=payments"); !strings.Contains(body, `value="team=payments"`) {
				t.Errorf("%s offers not to save its filters", place)
			}
			at := send(ann, "/views", "place="+place+"&query=team%3Dpayments%26cursor%3Dx&name=%3Cb%3EPay&group=0")
			if !strings.HasPrefix(at, "/"+place+"?saved=") || !strings.HasSuffix(at, "&team=payments") || strings.Count(at, "=") != 2 {
				t.Fatalf("saved, it leads to %s", at)
			}
			view := "/views/" + at[strings.Index(at, "saved=")+6:strings.Index(at, "&")]
			body := h.Body(ann, at)
			if !strings.Contains(body, `href="`+view+`" aria-current="true"`) || !strings.Contains(body, "&lt;b&gt;Pay") || strings.Contains(body, "<b>Pay") {
				t.Errorf("%s does not show its view", at)
			}
			if w := h.Get(ann, view); w.Code != http.StatusSeeOther || w.Header().Get("Location") != at {
				t.Errorf("%s leads to %s", view, w.Header().Get("Location"))
			}
			if w := h.Get(bob, view); w.Code != http.StatusNotFound {
				t.Errorf("%s of somebody else: %d", view, w.Code)
			}
			send(ann, view, "name=Ours&group="+itoa(h.Shop))
			if body := h.Body(bob, "/"+place); !strings.Contains(body, "Ours") || strings.Contains(body, view+"/edit") {
				t.Errorf("%s does not show what is shared, or offers to change it", place)
			}
			for _, path := range []string{view, view + "/remove"} {
				if w := h.Send(bob, path, "name=x"); w.Code != http.StatusForbidden {
					t.Errorf("%s by a viewer: %d", path, w.Code)
				}
			}
			if !strings.Contains(h.Body(ann, at+"&severity=high"), "Keep these filters in Ours") {
				t.Error("filtered on, the view cannot be brought up to date")
			}
			send(ann, view, "query=severity%3Dhigh")
			if w := h.Get(bob, view); !strings.Contains(w.Header().Get("Location"), "severity=high") {
				t.Errorf("kept, it leads to %s", w.Header().Get("Location"))
			}
			if w := h.Send(ann, "/views", "place="+place+"&name=Ours&query=x%3D1"); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "choose another name") {
				t.Errorf("the same name again: %d", w.Code)
			}
			if !strings.Contains(h.Body(bob, "/views"), "Ours") {
				t.Error("the list of views lacks it")
			}
			if at := send(ann, view+"/remove", ""); at != "/"+place {
				t.Errorf("removed, it leads to %s", at)
			}
			if w := h.Get(ann, view); w.Code != http.StatusNotFound {
				t.Errorf("removed, it is %d", w.Code)
			}
		}
		if w := h.Send(h.Person(h.Other, tenant.Administrator, 0), "/views", "place=assets&name=x&group="+itoa(h.Shop)); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("shared with a group of another organisation: %d", w.Code)
		}
		if !strings.Contains(h.Body(ann, "/views"), "No views yet") {
			t.Error("nothing says how to begin")
		}
	})
}
