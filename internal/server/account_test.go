package server

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// api asks the API by the browser's session.
func (b *browser) api(method, path string, body any) answered {
	b.t.Helper()
	if body == nil {
		return b.do(method, "/api/v1"+path, "", nil)
	}
	text, err := json.Marshal(body)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.do(method, "/api/v1"+path, "application/json", strings.NewReader(string(text)))
}

// read decodes what the API answers.
func read[T any](t *testing.T, a answered) (v T) {
	t.Helper()
	if err := json.Unmarshal([]byte(a.body), &v); err != nil || a.status >= 300 {
		t.Fatalf("%d: %v in %s", a.status, err, a.body)
	}
	return v
}

// ownAccount is one's own as the API tells it.
type ownAccount struct {
	ID            int64 `json:"id"`
	Name          string
	Email         string
	HasPassword   bool `json:"has_password"`
	HasTOTP       bool `json:"has_totp"`
	RecoveryCodes int  `json:"recovery_codes"`
	Passkeys      int
	CanMail       bool `json:"can_mail"`
}

// things are those of a list, of which each has an id.
type things struct {
	Items []struct {
		ID      int64
		Name    string
		Slug    string
		Current bool
	}
}

func (b *browser) list(path string) things {
	b.t.Helper()
	return read[things](b.t, b.api("GET", path, nil))
}

// passkey gives the browser's person a passkey that no device has, and returns its id.
func (b *browser) passkey(name string) int64 {
	b.t.Helper()
	me := read[ownAccount](b.t, b.api("GET", "/account", nil))
	_, err := b.s.DB.ExecContext(b.t.Context(), "INSERT INTO passkeys (person, credential, record, name, created) VALUES (?, ?, '{}', ?, 1)", me.ID, fmt.Sprint(me.ID, name), name)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, k := range b.list("/account/passkeys").Items {
		if k.Name == name {
			return k.ID
		}
	}
	b.t.Fatalf("the passkey %s is not there", name)
	return 0
}

// One's own account, over the API as in the console.
func TestAccount(t *testing.T) {
	mails := newLetters(t)
	c := &clock{}
	eachServerAs(t, Config{Mail: mails.url, Now: c.now}, func(t *testing.T, s *Server) {
		_, ada := s.organisation(t, "shop", "Shop")
		got := ada.api("GET", "/account", nil)
		if me := read[ownAccount](t, got); me.Name != "Ada of Shop" || me.Email != "ada@shop.test" || !me.HasPassword || me.HasTOTP || me.Passkeys != 0 || !me.CanMail {
			t.Errorf("the account is %+v", me)
		}
		if me := read[ownAccount](t, ada.api("PUT", "/account", map[string]string{"name": "Ada L."})); me.Name != "Ada L." {
			t.Errorf("renamed, the account is %+v", me)
		}
		ada.want("an empty name", ada.api("PUT", "/account", map[string]string{"name": " "}), 422, `"invalid"`)

		ada.want("another address", ada.api("POST", "/account/email", map[string]string{"email": "ada@new.test"}), 202, "")
		mails.next("ada@shop.test")
		link := mails.code(mails.next("ada@new.test"))
		ada.want("confirmed", ada.post("/address", url.Values{"code": {link}}), http.StatusOK, "")
		mails.next("ada@shop.test")
		if a := ada.api("GET", "/account", nil); a.status != http.StatusUnauthorized {
			t.Errorf("a session from before the address changed is answered %d", a.status)
		}
		if a := ada.post("/sign-in", signInForm("ada@new.test", "/account")); a.at != "/account" {
			t.Fatalf("signing in by the new address: at %s", a.at)
		}
		if all := ada.list("/account/organisations").Items; len(all) != 1 || all[0].Slug != "shop" {
			t.Errorf("the organisations are %+v", all)
		}
		ada.want("the one there is", ada.api("POST", "/account/organisation", map[string]int64{"organisation": ada.list("/account/organisations").Items[0].ID}), 204, "")
		ada.want("one that is not there", ada.api("POST", "/account/organisation", map[string]int64{"organisation": 9999}), 404, `"not-found"`)
	})
}

// Sessions end, one or all others, by the API.
func TestAccountSessions(t *testing.T) {
	eachServer(t, func(t *testing.T, s *Server) {
		_, ada := s.organisation(t, "shop", "Shop")
		again := func() *browser {
			b := s.browser(t)
			if a := b.post("/sign-in", signInForm("ada@shop.test", "/account")); a.at != "/account" {
				t.Fatalf("signing in: at %s", a.at)
			}
			return b
		}
		over := func(what string, b *browser) {
			t.Helper()
			if a := b.api("GET", "/account", nil); a.status != http.StatusUnauthorized {
				t.Errorf("%s: %d", what, a.status)
			}
		}
		second := again()
		all := ada.list("/account/sessions").Items
		if len(all) != 2 || all[0].Current == all[1].Current {
			t.Fatalf("the sessions are %+v", all)
		}
		for _, x := range all {
			if !x.Current {
				ada.want("the other one", ada.api("DELETE", fmt.Sprintf("/account/sessions/%d", x.ID), nil), 204, "")
				ada.want("once more", ada.api("DELETE", fmt.Sprintf("/account/sessions/%d", x.ID), nil), 404, `"not-found"`)
			}
		}
		over("the session that was ended", second)
		third := again()
		ada.want("all others", ada.api("POST", "/account/end-other-sessions", nil), 204, "")
		over("one of the others", third)

		fourth := again()
		const other = "seventeen orchids by a lamp"
		ada.want("a wrong old password", ada.api("POST", "/account/password", map[string]string{"old": "not this one at all", "password": other}), 422, "did not succeed")
		ada.want("a common one", ada.api("POST", "/account/password", map[string]string{"old": password, "password": "password1234"}), 422, "tried first")
		ada.want("another password", ada.api("POST", "/account/password", map[string]string{"old": password, "password": other}), 204, "")
		ada.want("the session goes on", ada.api("GET", "/account", nil), 200, "ada@shop.test")
		over("a session from before the password changed", fourth)
		if a := s.browser(t).post("/sign-in", url.Values{"email": {"ada@shop.test"}, "password": {other}, "next": {"/account"}}); a.at != "/account" {
			t.Errorf("signing in with the new password: at %s", a.at)
		}
	})
}

// An authenticator app is set up, its codes renewed, and taken away, and
// passkeys are named and removed, by the API.
func TestAccountFactors(t *testing.T) {
	c := &clock{}
	eachServerAs(t, Config{Now: c.now}, func(t *testing.T, s *Server) {
		_, ada := s.organisation(t, "shop", "Shop")
		confirm := func(code string) answered {
			return ada.api("POST", "/account/app/confirm", map[string]string{"code": code})
		}
		ada.want("a code before anything was begun", confirm("123456"), 422, "begin again")
		ada.want("codes without an app", ada.api("POST", "/account/recovery-codes", nil), 422, "set one up first")
		setup := read[struct{ URL, Secret string }](t, ada.api("POST", "/account/app", nil))
		if !strings.HasPrefix(setup.URL, "otpauth://totp/") {
			t.Errorf("the app is to be set up by %q", setup.URL)
		}
		code, err := totp.GenerateCode(setup.Secret, c.now())
		if err != nil {
			t.Fatal(err)
		}
		ada.want("a wrong code", confirm(strings.Map(func(r rune) rune { return '0' + ('9' - r) }, code)), 422, "does not fit")
		codes := read[struct{ Codes []string }](t, confirm(code)).Codes
		if me := read[ownAccount](t, ada.api("GET", "/account", nil)); len(codes) != 10 || !me.HasTOTP || me.RecoveryCodes != 10 {
			t.Errorf("with an app and %d codes, the account is %+v", len(codes), me)
		}
		if renewed := read[struct{ Codes []string }](t, ada.api("POST", "/account/recovery-codes", nil)).Codes; len(renewed) != 10 || renewed[0] == codes[0] {
			t.Errorf("the new codes are %v", renewed)
		}
		ada.want("no app any more", ada.api("DELETE", "/account/app", nil), 204, "")
		if me := read[ownAccount](t, ada.api("GET", "/account", nil)); me.HasTOTP || me.RecoveryCodes != 0 {
			t.Errorf("without an app, the account is %+v", me)
		}

		key := fmt.Sprintf("/account/passkeys/%d", ada.passkey("laptop"))
		ada.want("a name with nothing in it", ada.api("PUT", key, map[string]string{"name": " "}), 422, `"invalid"`)
		ada.want("another name", ada.api("PUT", key, map[string]string{"name": "Old laptop"}), 204, "")
		ada.want("on the page too", ada.get("/account/security"), http.StatusOK, "<strong>Old laptop</strong>")
		ada.want("from the page", ada.post(key+"/rename", url.Values{"name": {"Oldest laptop"}}), http.StatusOK, "The passkey has another name.")
		if all := ada.list("/account/passkeys").Items; len(all) != 1 || all[0].Name != "Oldest laptop" {
			t.Errorf("the passkeys are %+v", all)
		}

		// What changes how one signs in takes a recent sign-in.
		for range 4 {
			c.pass(20 * time.Minute)
			ada.want("the session holds", ada.api("GET", "/account", nil), 200, "")
		}
		for _, r := range []struct {
			method, path string
			body         any
		}{
			{"POST", "/account/app", nil},
			{"DELETE", "/account/app", nil},
			{"POST", "/account/recovery-codes", nil},
			{"POST", "/account/email", map[string]string{"email": "ada@new.test"}},
			{"DELETE", key, nil},
		} {
			ada.want("later: "+r.method+" "+r.path, ada.api(r.method, r.path, r.body), 403, `"sign-in-again"`)
		}
		ada.want("a name is none of it", ada.api("PUT", key, map[string]string{"name": "Laptop"}), 204, "")
		ada.post("/sign-in", signInForm("ada@shop.test", ""))
		ada.want("it is removed", ada.api("DELETE", key, nil), 204, "")
		ada.want("no mail here", ada.api("POST", "/account/email", map[string]string{"email": "ada@new.test"}), 422, "sends no mail")
	})
}

// Each role does what is its own, and finds nothing of what is others', of the
// same organisation or another one.
func TestAccountsOfOthers(t *testing.T) {
	eachServer(t, func(t *testing.T, s *Server) {
		shop, bank := s.place(t, "shop"), s.place(t, "bank")
		var foreign []string // addresses of what is others'
		for _, b := range []*browser{shop.admin, bank.admin} {
			foreign = append(foreign, fmt.Sprintf("/account/passkeys/%d", b.passkey("theirs")), fmt.Sprintf("/account/sessions/%d", b.list("/account/sessions").Items[0].ID))
		}
		for _, role := range tenant.Roles {
			b := shop.admin.join(string(role)+"@shop.test", role, shop.root)
			for _, path := range foreign {
				b.want(string(role)+" ends "+path, b.api("DELETE", path, nil), 404, `"not-found"`)
				if strings.Contains(path, "passkeys") {
					b.want(string(role)+" renames "+path, b.api("PUT", path, map[string]string{"name": "mine"}), 404, `"not-found"`)
				}
			}
			b.want("another organisation", b.api("POST", "/account/organisation", map[string]int64{"organisation": bank.org.ID}), 404, `"not-found"`)
			if all := b.list("/account/organisations").Items; len(all) != 1 || all[0].Slug != "shop" {
				t.Errorf("%s sees the organisations %+v", role, all)
			}
			if me := read[ownAccount](t, b.api("PUT", "/account", map[string]string{"name": "I am " + string(role)})); me.Name != "I am "+string(role) || me.Email != string(role)+"@shop.test" {
				t.Errorf("%s is %+v", role, me)
			}
			if all := b.list("/account/sessions").Items; len(all) != 1 || !all[0].Current {
				t.Errorf("%s has the sessions %+v", role, all)
			}
			b.want("their own passkey", b.api("DELETE", fmt.Sprintf("/account/passkeys/%d", b.passkey("mine")), nil), 204, "")
			b.want("an app of their own", b.api("POST", "/account/app", nil), 200, "otpauth:")
		}
		for _, b := range []*browser{shop.admin, bank.admin} {
			b.want("what was theirs is", b.api("GET", "/account/passkeys", nil), 200, `"theirs"`)
		}
		if a := s.browser(t).api("GET", "/account", nil); a.status != http.StatusUnauthorized {
			t.Errorf("nobody is answered %d", a.status)
		}
	})
}

// Identity providers are listed without their secrets, each to the organisations it serves.
func TestProvidersOnTheAPI(t *testing.T) {
	eachServerAs(t, Config{Providers: []identity.Provider{
		{Name: "corp", Title: "Corp", Issuer: "https://id.corp.test", ClientID: "demarc", ClientSecret: "hunter2hunter2", Organisations: []string{"shop"}, Grants: []identity.ClaimGrant{
			{Claim: "security", Organisation: "shop", Role: tenant.Auditor},
		}},
		{Name: "all", Title: "All", Issuer: "https://id.all.test", ClientID: "demarc", ClientSecret: "hunter2hunter2", Grants: []identity.ClaimGrant{
			{Claim: "*", Organisation: "bank", Role: tenant.Viewer}, {Claim: "*", Organisation: "shop", Path: []string{"Web"}, Role: tenant.Viewer},
		}},
	}}, func(t *testing.T, s *Server) {
		_, ada := s.organisation(t, "shop", "Shop")
		_, bob := s.organisation(t, "bank", "Bank")
		a := ada.api("GET", "/identity-providers", nil)
		ada.want("what it is told", a, 200, s.URL+"/sign-in/corp/callback")
		if strings.Contains(a.body, "hunter2") || strings.Contains(a.body, "bank") || strings.Count(a.body, `"claim"`) != 2 {
			t.Errorf("the shop's providers: %s", a.body)
		}
		if a := bob.api("GET", "/identity-providers", nil); a.status != 200 || strings.Contains(a.body, "corp") || strings.Count(a.body, `"claim"`) != 1 {
			t.Errorf("the bank's providers: %d %s", a.status, a.body)
		}
	})
}
