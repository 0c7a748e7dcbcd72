package server

import (
	"net/http"
	"net/url"
	"os"
	"strconv"
	"testing"

	"github.com/demarc-sec/demarc/internal/browsertest"
	"github.com/demarc-sec/demarc/internal/web/signin"
)

// The pages of links that come by mail or from an administrator, which people see
// before anything else, fit a desk and a phone and are for everybody: as they
// come, and with what was wrong with their form.
func TestLinksInBrowser(t *testing.T) {
	mails := newLetters(t)
	s := start(t, Config{Mail: mails.url})
	p := s.place(t, "shop")
	invitation, err := url.Parse(between(t, p.admin.post("/settings/people/invite", url.Values{
		"email": {"new@shop.test"}, "name": {"New"}, "role": {"viewer"}, "group": {strconv.FormatInt(p.root, 10)},
	}).body, `<code class="secret" tabindex="0">`, "<"))
	if err != nil {
		t.Fatal(err)
	}
	password, err := url.Parse(between(t, p.admin.post("/settings/people/"+strconv.FormatInt(p.person, 10)+"/password-link", nil).body, `<code class="secret" tabindex="0">`, "<"))
	if err != nil {
		t.Fatal(err)
	}
	p.admin.want("another address", p.admin.post("/account/email", url.Values{"email": {"ada@new.test"}}), http.StatusOK, "on its way")
	mails.next("ada@shop.test")
	address := "/address?code=" + mails.code(mails.next("ada@new.test"))
	bank, err := s.Directory.Create(t.Context(), "bank", "Bank")
	if err != nil {
		t.Fatal(err)
	}
	first, err := s.Identity.FirstLink(t.Context(), bank.ID)
	if err != nil {
		t.Fatal(err)
	}

	b := browsertest.Open(t, s.URL+"/sign-in")
	for _, page := range []struct {
		path, says string
		wrong      string // the field of its form that a password goes into, to be refused
	}{
		{invitation.RequestURI(), "new@shop.test", "#password"},
		{password.RequestURI(), "A new password", "#password"},
		{address, "ada@new.test", ""},
		{signin.FirstURL(first.Secret), "The first administrator", ""},
		{"/forgotten", "Forgotten", ""},
		{"/sign-in", "Sign in", "#password"},
		{"/invitation?code=none", "does not hold", ""},
		{"/password?code=none", "does not hold", ""},
		{"/address?code=none", "does not hold", ""},
	} {
		for _, theme := range []string{"light", "dark"} {
			if theme == "dark" && os.Getenv("DEMARC_AXE") == "" {
				continue // colours change no layout
			}
			for _, width := range []int64{1440, 390} {
				arrange(t, s, b, page.path, theme, width)
				if !b.Is(`document.querySelectorAll('h1').length === 1 && document.body.innerText.includes(` + strconv.Quote(page.says) + `)`) {
					t.Fatalf("%s does not say %q: %s", page.path, page.says, b.Str("document.body.innerText"))
				}
				judge(t, b, page.path, theme, width)
				if page.wrong == "" {
					continue
				}
				if b.Is(`document.querySelector('#email') && !document.querySelector('#email').readOnly`) {
					b.Fill("#email", "nobody@shop.test")
				}
				b.Fill(page.wrong, "password1234")
				b.Submit("main form .primary")
				if !b.Is(`document.querySelector('.flash.bad[role=alert]')`) {
					t.Errorf("%s, refused, does not say why: %s", page.path, b.Str("document.body.innerText"))
				}
				judge(t, b, page.path+", refused", theme, width)
			}
		}
	}
}
