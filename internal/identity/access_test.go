package identity_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

func person(id int64) identity.Holder  { return identity.Holder{Kind: tenant.Person, ID: id} }
func service(id int64) identity.Holder { return identity.Holder{Kind: tenant.Service, ID: id} }

// acts are what administrators do, each on somebody of the shop or on a thing
// of theirs. They want to fail on what is not there, so that none changes who
// the next is tried with.
func (w *world) acts(bob, robot, invitation, token int64) map[string]func(ctx context.Context, who tenant.Who) error {
	grant := tenant.Grant{Group: w.web, Role: tenant.Viewer}
	return map[string]func(ctx context.Context, who tenant.Who) error{
		"Members": func(ctx context.Context, who tenant.Who) error { _, err := w.Members(ctx, who, "", 0); return err },
		"Member":  func(ctx context.Context, who tenant.Who) error { _, err := w.Member(ctx, who, bob); return err },
		"Give":    func(ctx context.Context, who tenant.Who) error { return w.Give(ctx, who, person(bob), grant) },
		"Take": func(ctx context.Context, who tenant.Who) error {
			return w.Take(ctx, who, person(bob), tenant.Grant{Group: w.web, Role: tenant.Auditor})
		},
		"AddPerson": func(ctx context.Context, who tenant.Who) error {
			_, err := w.AddPerson(ctx, who, identity.NewPerson{Email: fmt.Sprintf("n%d@shop.test", time.Now().UnixNano()), Name: "N", Grants: []tenant.Grant{grant}})
			return err
		},
		"Invite": func(ctx context.Context, who tenant.Who) error {
			_, err := w.Invite(ctx, who, "new@shop.test", "New", []tenant.Grant{grant})
			return err
		},
		"Invitations":   func(ctx context.Context, who tenant.Who) error { _, err := w.Invitations(ctx, who); return err },
		"Uninvite":      func(ctx context.Context, who tenant.Who) error { return w.Uninvite(ctx, who, invitation) },
		"PasswordLink":  func(ctx context.Context, who tenant.Who) error { _, err := w.PasswordLink(ctx, who, bob); return err },
		"ResetTOTP":     func(ctx context.Context, who tenant.Who) error { return w.ResetTOTP(ctx, who, bob) },
		"EndSessionsOf": func(ctx context.Context, who tenant.Who) error { return w.EndSessionsOf(ctx, who, bob) },
		"Enable":        func(ctx context.Context, who tenant.Who) error { return w.Enable(ctx, who, bob) },
		"Disable":       func(ctx context.Context, who tenant.Who) error { return w.Disable(ctx, who, bob) },
		"Remove":        func(ctx context.Context, who tenant.Who) error { return w.Remove(ctx, who, bob) },
		"Services":      func(ctx context.Context, who tenant.Who) error { _, err := w.Services(ctx, who); return err },
		"AddService": func(ctx context.Context, who tenant.Who) error {
			_, err := w.AddService(ctx, who, fmt.Sprint(time.Now().UnixNano()), []tenant.Grant{grant})
			return err
		},
		"EnableService":  func(ctx context.Context, who tenant.Who) error { return w.EnableService(ctx, who, robot) },
		"DisableService": func(ctx context.Context, who tenant.Who) error { return w.DisableService(ctx, who, robot) },
		"RemoveService":  func(ctx context.Context, who tenant.Who) error { return w.RemoveService(ctx, who, robot) },
		"ServiceTokens": func(ctx context.Context, who tenant.Who) error {
			_, err := w.ServiceTokens(ctx, who, robot)
			return err
		},
		"AllTokens":   func(ctx context.Context, who tenant.Who) error { _, _, err := w.AllTokens(ctx, who, ""); return err },
		"RevokeToken": func(ctx context.Context, who tenant.Who) error { return w.RevokeToken(ctx, who, token) },
		"CreateToken of a service": func(ctx context.Context, who tenant.Who) error {
			_, _, err := w.CreateToken(ctx, who, identity.NewToken{Name: "t", Service: robot, Permissions: []tenant.Permission{tenant.Read}, Expires: w.time.now().Add(time.Hour)})
			return err
		},
	}
}

// peopled is a shop with Bob, a robot, an invitation and a token in it.
func (w *world) peopled(admin *browser) map[string]func(ctx context.Context, who tenant.Who) error {
	w.t.Helper()
	ctx, who := w.t.Context(), admin.who()
	bob := w.join(admin, "bob@shop.test", tenant.Grant{Group: w.web, Role: tenant.Viewer}).who().ID
	robot, err := w.AddService(ctx, who, "robot", []tenant.Grant{{Group: w.web, Role: tenant.Contributor}})
	must(w.t, err)
	_, err = w.Invite(ctx, who, "open@shop.test", "Open", []tenant.Grant{{Group: w.web, Role: tenant.Viewer}})
	must(w.t, err)
	open, err := w.Invitations(ctx, who)
	must(w.t, err)
	token, _, err := w.CreateToken(ctx, who, identity.NewToken{Name: "t", Service: robot, Permissions: []tenant.Permission{tenant.Read}, Expires: w.time.now().Add(time.Hour)})
	must(w.t, err)
	return w.acts(bob, robot, open[0].ID, token.ID)
}

// Nobody but administrators administers; of a group only there; and of another
// organisation not at all.
func TestWhoAdministers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := w.first(w.shop, "ada@shop.test")
		banker := w.first(w.bank, "cyd@bank.test").who()
		acts := w.peopled(admin)
		for _, role := range tenant.Roles {
			if role == tenant.Administrator {
				continue
			}
			who := w.join(admin, string(role)+"@shop.test", tenant.Grant{Group: w.root, Role: role}).who()
			for name, act := range acts {
				err := act(t.Context(), who)
				if !errors.Is(err, tenant.ErrForbidden) && (name != "RevokeToken" || !errors.Is(err, store.ErrNotFound)) {
					t.Errorf("%s by %s: %v", name, role, err)
				}
			}
		}
		// Who administers a group beside does not see those of others, and
		// has no say about the organisation.
		beside := w.join(admin, "beside@shop.test", tenant.Grant{Group: w.stock, Role: tenant.Administrator}).who()
		for name, act := range acts {
			err := act(t.Context(), beside)
			switch name {
			case "Members", "Invitations", "Services":
				must(t, err)
			case "Member", "Uninvite", "EnableService", "DisableService", "RemoveService", "ServiceTokens", "RevokeToken", "CreateToken of a service":
				is(t, name+" by an administrator beside", err, store.ErrNotFound)
			default:
				is(t, name+" by an administrator beside", err, tenant.ErrForbidden)
			}
		}
		// To another organisation nothing of it exists.
		for name, act := range acts {
			err := act(t.Context(), banker)
			switch name {
			case "Members", "Invitations", "Services", "AllTokens":
				must(t, err)
			case "Give", "Take", "AddPerson", "Invite", "AddService":
				is(t, name+" by another organisation", err, identity.ErrInvalid) // the group is not in its tree
			default:
				is(t, name+" by another organisation", err, store.ErrNotFound)
			}
		}
		is(t, "giving a role in one's own to a stranger", w.Give(t.Context(), banker, person(admin.who().ID), tenant.Grant{Group: w.vault, Role: tenant.Viewer}), store.ErrNotFound)
		// The administrator may do all of it, in an order that works.
		for _, name := range []string{
			"Members", "Member", "Give", "AddPerson", "Invite", "Invitations", "Uninvite", "PasswordLink", "EndSessionsOf", "Disable", "Enable", "Remove",
			"Services", "AddService", "ServiceTokens", "AllTokens", "CreateToken of a service", "RevokeToken", "DisableService", "EnableService", "RemoveService",
		} {
			if err := acts[name](t.Context(), admin.who()); err != nil {
				t.Errorf("%s by the administrator: %v", name, err)
			}
		}
		for _, action := range []string{
			"grant.given", "person.added", "person.invited", "person.uninvited", "password.link", "person.disabled", "person.enabled", "person.removed",
			"service.added", "token.created", "token.revoked", "service.disabled", "service.enabled", "service.removed",
		} {
			if !w.recorded(w.shop, action) {
				t.Errorf("%s is not recorded", action)
			}
		}
	})
}

// What an administrator of a group sees and gives ends at the group.
func TestGroupAdministrator(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		admin := w.first(w.shop, "ada@shop.test")
		web := w.join(admin, "web@shop.test", tenant.Grant{Group: w.web, Role: tenant.Administrator}).who()
		both := w.join(admin, "both@shop.test", tenant.Grant{Group: w.tills, Role: tenant.Viewer}, tenant.Grant{Group: w.stock, Role: tenant.Viewer}).who()
		w.join(admin, "stock@shop.test", tenant.Grant{Group: w.stock, Role: tenant.Viewer})
		page, err := w.Members(ctx, web, "", 0)
		must(t, err)
		var seen []string
		for _, m := range page.Members {
			seen = append(seen, m.Email)
		}
		if !slices.Equal(seen, []string{"both@shop.test", "web@shop.test"}) {
			t.Errorf("the administrator of Web sees %v", seen)
		}
		if g := page.Members[0].Grants; len(g) != 1 || g[0].Group != w.tills {
			t.Errorf("and of grants %v", g)
		}
		must(t, w.Give(ctx, web, person(both.ID), tenant.Grant{Group: w.web, Role: tenant.Approver}))
		must(t, w.Give(ctx, web, person(both.ID), tenant.Grant{Group: w.web, Role: tenant.Approver})) // again
		must(t, w.Take(ctx, web, person(both.ID), tenant.Grant{Group: w.web, Role: tenant.Approver}))
		is(t, "taking it again", w.Take(ctx, web, person(both.ID), tenant.Grant{Group: w.web, Role: tenant.Approver}), store.ErrNotFound)
		for _, g := range []int64{w.root, w.stock} {
			is(t, "giving outside", w.Give(ctx, web, person(both.ID), tenant.Grant{Group: g, Role: tenant.Viewer}), tenant.ErrForbidden)
			is(t, "giving outside to oneself", w.Give(ctx, web, person(web.ID), tenant.Grant{Group: g, Role: tenant.Administrator}), tenant.ErrForbidden)
			_, err := w.Invite(ctx, web, "x@shop.test", "X", []tenant.Grant{{Group: w.web, Role: tenant.Viewer}, {Group: g, Role: tenant.Viewer}})
			is(t, "inviting outside", err, tenant.ErrForbidden)
		}
		is(t, "a role that is none", w.Give(ctx, web, person(both.ID), tenant.Grant{Group: w.web, Role: "owner"}), identity.ErrInvalid)
		is(t, "a service account that is none", w.Give(ctx, web, service(both.ID+1000), tenant.Grant{Group: w.web, Role: tenant.Viewer}), store.ErrNotFound)
		is(t, "disabling", w.Disable(ctx, web, both.ID), tenant.ErrForbidden)
	})
}

func TestMembersArePaged(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := w.first(w.shop, "ada@shop.test").who()
		for n := range 6 {
			_, err := w.AddPerson(t.Context(), admin, identity.NewPerson{Email: fmt.Sprintf("P%d@shop.test", n), Name: "P", Grants: []tenant.Grant{{Group: w.web, Role: tenant.Viewer}}})
			must(t, err)
		}
		var all []string
		for cursor := ""; ; {
			page, err := w.Members(t.Context(), admin, cursor, 2)
			must(t, err)
			for _, m := range page.Members {
				all = append(all, m.Email)
			}
			if cursor = page.Next; cursor == "" {
				break
			}
		}
		if len(all) != 7 || !slices.IsSorted(all[1:]) {
			t.Errorf("listed %v", all)
		}
	})
}

func TestLastAdministrator(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ada := w.first(w.shop, "ada@shop.test")
		who, grant := ada.who(), tenant.Grant{Group: w.root, Role: tenant.Administrator}
		last := func(what string) {
			t.Helper()
			is(t, what+": taking the grant", w.Take(ctx, who, person(who.ID), grant), identity.ErrInvalid)
			is(t, what+": disabling", w.Disable(ctx, who, who.ID), identity.ErrInvalid)
			is(t, what+": removing", w.Remove(ctx, who, who.ID), identity.ErrInvalid)
			must(t, ada.as(nothing))
		}
		last("alone")
		bob := w.join(ada, "bob@shop.test", grant)
		must(t, w.Disable(ctx, who, bob.who().ID))
		last("with one who is disabled")
		w.join(ada, "web@shop.test", tenant.Grant{Group: w.web, Role: tenant.Administrator})
		last("with one of a group")

		// Two who remove each other at the same time are not both gone.
		cyd := w.join(ada, "cyd@shop.test", grant).who()
		var all sync.WaitGroup
		var errs [2]error
		all.Go(func() { errs[0] = w.Take(ctx, who, person(cyd.ID), grant) })
		all.Go(func() { errs[1] = w.Take(ctx, cyd, person(who.ID), grant) })
		all.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Errorf("two who take each other's right: %v", errs)
		}
	})
}

// Sessions and tokens are dead with the act, and so are invitations that the
// person made.
func TestDisable(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ada := w.first(w.shop, "ada@shop.test")
		bob := w.join(ada, "bob@shop.test", tenant.Grant{Group: w.web, Role: tenant.Administrator})
		id := bob.who().ID
		token := bob.token(tenant.Read)
		link, err := w.Invite(ctx, bob.who(), "eve@shop.test", "Eve", []tenant.Grant{{Group: w.web, Role: tenant.Administrator}})
		must(t, err)
		if _, err := w.bearer(token); err != nil {
			t.Fatal(err)
		}
		must(t, w.EndSessionsOf(ctx, ada.who(), id))
		is(t, "a session that an administrator ended", bob.as(nothing), identity.ErrUnauthenticated)
		_, err = bob.signIn("bob@shop.test", password)
		must(t, err)
		must(t, w.Disable(ctx, ada.who(), id))
		is(t, "the session", bob.as(nothing), identity.ErrUnauthenticated)
		_, err = w.bearer(token)
		is(t, "the token", err, identity.ErrUnauthenticated)
		_, err = w.ReadInvitation(ctx, link.Secret)
		is(t, "the invitation", err, identity.ErrLink)
		_, err = bob.signIn("bob@shop.test", password)
		must(t, err)
		is(t, "signing in again", bob.as(nothing), identity.ErrNoOrganisation)

		must(t, w.Enable(ctx, ada.who(), id))
		must(t, bob.as(nothing))
		if _, err = w.bearer(token); err != nil {
			t.Errorf("the token after all: %v", err)
		}
		must(t, w.Remove(ctx, ada.who(), id))
		_, err = w.bearer(token)
		is(t, "the token of who is gone", err, identity.ErrUnauthenticated)
		_, err = bob.signIn("bob@shop.test", password)
		is(t, "signing in when gone", err, identity.ErrSignIn)
	})
}

// token makes a token of the browser's person.
func (b *browser) token(p ...tenant.Permission) string {
	b.w.t.Helper()
	var secret string
	must(b.w.t, b.as(func(ctx context.Context, who tenant.Who) (err error) {
		_, secret, err = b.w.CreateToken(ctx, who, identity.NewToken{Name: "mine", Permissions: p, Expires: b.w.time.now().Add(time.Hour)})
		return err
	}))
	return secret
}

func TestTokens(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ada := w.first(w.shop, "ada@shop.test")
		bob := w.join(ada, "bob@shop.test", tenant.Grant{Group: w.web, Role: tenant.Contributor})
		create := func(b *browser, n identity.NewToken) (tok identity.Token, secret string, err error) {
			err = b.as(func(ctx context.Context, who tenant.Who) error {
				tok, secret, err = w.CreateToken(ctx, who, n)
				return err
			})
			return tok, secret, err
		}
		good := identity.NewToken{Name: "CI", Permissions: []tenant.Permission{tenant.Read, tenant.Contribute}, Group: w.tills, Expires: w.time.now().Add(time.Hour)}
		for name, change := range map[string]func(*identity.NewToken){
			"no name":              func(n *identity.NewToken) { n.Name = "" },
			"no permission":        func(n *identity.NewToken) { n.Permissions = nil },
			"a permission made up": func(n *identity.NewToken) { n.Permissions = []tenant.Permission{"all"} },
			"more than one has":    func(n *identity.NewToken) { n.Permissions = []tenant.Permission{tenant.Administer} },
			"elsewhere":            func(n *identity.NewToken) { n.Group = w.stock },
			"a group made up":      func(n *identity.NewToken) { n.Group = 9999 },
			"no expiry":            func(n *identity.NewToken) { n.Expires = time.Time{} },
			"a long life":          func(n *identity.NewToken) { n.Expires = w.time.now().AddDate(2, 0, 0) },
		} {
			n := good
			change(&n)
			_, _, err := create(bob, n)
			is(t, name, err, identity.ErrInvalid)
		}
		tok, secret, err := create(bob, good)
		must(t, err)
		if !strings.HasPrefix(secret, tok.Hint) || !strings.HasPrefix(secret, "dmc_") || tok.HolderName != "Somebody" {
			t.Errorf("the token is %+v", tok)
		}
		a, err := w.bearer(secret)
		must(t, err)
		who, err := w.Who(ctx, a)
		must(t, err)
		for group, want := range map[int64]error{w.tills: nil, w.web: tenant.ErrForbidden, w.root: tenant.ErrForbidden} {
			is(t, fmt.Sprint("contributing to ", group), who.Check(tenant.Contribute, group), want)
		}
		is(t, "asking for a waiver with a token that cannot", who.Check(tenant.RequestWaiver, w.tills), tenant.ErrForbidden)
		_, _, err = w.CreateToken(ctx, who, good)
		is(t, "a token that makes another", err, tenant.ErrForbidden)
		_, err = w.Sessions(ctx, who)
		is(t, "a token that looks at sessions", err, tenant.ErrForbidden)
		is(t, "a token that changes the password", w.ChangePassword(ctx, who, password, "walrus pine eleven clouds"), tenant.ErrForbidden)

		other := map[bool]string{true: "y", false: "x"}[secret[20] == 'x']
		for name, bad := range map[string]string{
			"changed": secret[:20] + other + secret[21:], "cut": secret[:len(secret)-1], "empty": "", "of nobody": "dmc_000000000000000000000000000000" + "0AbCdE",
		} {
			_, err := w.bearer(bad)
			is(t, "a token "+name, err, identity.ErrUnauthenticated)
		}
		mine, err := w.Tokens(ctx, bob.who())
		must(t, err)
		if len(mine) != 1 || mine[0].Used.IsZero() || !slices.Equal(mine[0].Permissions, good.Permissions) {
			t.Errorf("bob's tokens are %+v", mine)
		}
		if hers, err := w.Tokens(ctx, ada.who()); err != nil || len(hers) != 0 {
			t.Errorf("ada's own are %+v, %v", hers, err)
		}
		// What its holder loses, the token loses.
		must(t, w.Take(ctx, ada.who(), person(a.ID), tenant.Grant{Group: w.web, Role: tenant.Contributor}))
		a, err = w.bearer(secret)
		must(t, err)
		if who, err = w.Who(ctx, a); err != nil || !who.Reach(tenant.Read).None() {
			t.Errorf("a token of somebody without grants reaches %+v, %v", who.Reach(tenant.Read), err)
		}
		w.time.pass(time.Hour)
		_, err = w.bearer(secret)
		is(t, "expired", err, identity.ErrUnauthenticated)
		must(t, bob.do(func(ctx context.Context) error {
			_, err := w.SignInWithPassword(ctx, "bob@shop.test", password)
			return err
		}))
		must(t, w.RevokeToken(ctx, bob.who(), tok.ID))
		is(t, "revoking it again", w.RevokeToken(ctx, bob.who(), tok.ID), store.ErrNotFound)

		w.time.pass(20 * time.Minute)
		must(t, bob.as(nothing))
		w.time.pass(20 * time.Minute)
		must(t, bob.as(nothing))
		w.time.pass(25 * time.Minute)
		_, _, err = create(bob, good)
		is(t, "a token long after the sign-in", err, identity.ErrRecent)
	})
}

func TestServiceAccount(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ada := w.first(w.shop, "ada@shop.test").who()
		robot, err := w.AddService(ctx, ada, "robot", []tenant.Grant{{Group: w.web, Role: tenant.Contributor}})
		must(t, err)
		_, err = w.AddService(ctx, ada, "robot", []tenant.Grant{{Group: w.web, Role: tenant.Contributor}})
		is(t, "a second of the name", err, identity.ErrInvalid)
		_, secret, err := w.CreateToken(ctx, ada, identity.NewToken{
			Name: "CI", Service: robot, Permissions: []tenant.Permission{tenant.Contribute, tenant.Administer}, Expires: w.time.now().Add(time.Hour),
		})
		must(t, err)
		a, err := w.bearer(secret)
		must(t, err)
		who, err := w.Who(ctx, a)
		must(t, err)
		if a.Kind != tenant.Service || a.ID != robot || a.Name != "robot" || who.Check(tenant.Contribute, w.tills) != nil || !who.Reach(tenant.Administer).None() {
			t.Errorf("the robot is %+v", a)
		}
		must(t, w.Give(ctx, ada, service(robot), tenant.Grant{Group: w.stock, Role: tenant.Viewer}))
		got, err := w.Services(ctx, ada)
		must(t, err)
		if len(got) != 1 || len(got[0].Grants) != 2 {
			t.Errorf("the services are %+v", got)
		}
		must(t, w.DisableService(ctx, ada, robot))
		_, err = w.bearer(secret)
		is(t, "the token of one that is disabled", err, identity.ErrUnauthenticated)
		must(t, w.EnableService(ctx, ada, robot))
		_, err = w.bearer(secret)
		must(t, err)
		must(t, w.RemoveService(ctx, ada, robot))
		_, err = w.bearer(secret)
		is(t, "the token of one that is gone", err, identity.ErrUnauthenticated)
	})
}

func TestInvitations(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ada, cyd := w.first(w.shop, "ada@shop.test"), w.first(w.bank, "cyd@bank.test")
		viewer := []tenant.Grant{{Group: w.web, Role: tenant.Viewer}}
		link, err := w.Invite(ctx, ada.who(), "Bob@Shop.test", "Bob", viewer)
		must(t, err)
		inv, err := w.ReadInvitation(ctx, link.Secret)
		if err != nil || inv.Email != "bob@shop.test" || inv.Known || inv.Org != w.shop.ID {
			t.Errorf("the invitation is %+v, %v", inv, err)
		}
		again, err := w.Invite(ctx, ada.who(), "bob@shop.test", "Bob", viewer)
		must(t, err)
		b := w.browser()
		join := func(secret string) error {
			return b.do(func(ctx context.Context) error { return w.Join(ctx, secret, "Bob", password) })
		}
		is(t, "an invitation that was replaced", join(link.Secret), identity.ErrLink)
		must(t, join(again.Secret))
		is(t, "an invitation used before", join(again.Secret), identity.ErrLink)

		// Who has an account joins with it, and with nobody else's.
		link, err = w.Invite(ctx, ada.who(), "cyd@bank.test", "Cyd", viewer)
		must(t, err)
		if inv, err = w.ReadInvitation(ctx, link.Secret); err != nil || !inv.Known {
			t.Errorf("the invitation is %+v, %v", inv, err)
		}
		is(t, "joining anew with an address that is known", join(link.Secret), identity.ErrInvalid)
		is(t, "joining as somebody else", b.do(func(ctx context.Context) error { return w.JoinAs(ctx, link.Secret) }), identity.ErrInvalid)
		is(t, "joining as nobody", w.browser().do(func(ctx context.Context) error { return w.JoinAs(ctx, link.Secret) }), identity.ErrUnauthenticated)
		_, err = w.AddPerson(ctx, ada.who(), identity.NewPerson{Email: "cyd@bank.test", Name: "Cyd", Grants: viewer})
		is(t, "adding who has an account without asking", err, identity.ErrInvalid)
		must(t, cyd.do(func(ctx context.Context) error { return w.JoinAs(ctx, link.Secret) }))
		if cyd.who().Org != w.shop.ID {
			t.Error("the session is not in the organisation that was joined")
		}
		var orgs []tenant.Organisation
		must(t, cyd.do(func(ctx context.Context) (err error) { orgs, err = w.Organisations(ctx); return err }))
		if len(orgs) != 2 {
			t.Errorf("cyd may choose from %v", orgs)
		}
		choose := func(b *browser, org int64) error {
			return b.do(func(ctx context.Context) error { return w.ChooseOrganisation(ctx, org) })
		}
		must(t, choose(cyd, w.bank.ID))
		if who := cyd.who(); who.Org != w.bank.ID || who.Check(tenant.Administer, 0) != nil {
			t.Errorf("cyd is %+v", who.Actor)
		}
		is(t, "choosing another's organisation", choose(b, w.bank.ID), store.ErrNotFound)

		// One organisation has no say about the password of who belongs to two.
		_, err = w.PasswordLink(ctx, ada.who(), cyd.who().ID)
		is(t, "a password link for who belongs to two", err, tenant.ErrForbidden)
		is(t, "the codes of who belongs to two", w.ResetTOTP(ctx, ada.who(), cyd.who().ID), tenant.ErrForbidden)
		must(t, w.Disable(ctx, ada.who(), cyd.who().ID))
		_, err = cyd.signIn("cyd@bank.test", password)
		must(t, err)
		if who := cyd.who(); who.Org != w.bank.ID {
			t.Errorf("cyd is in %d, which is closed", who.Org)
		}
		is(t, "choosing what is closed", choose(cyd, w.shop.ID), store.ErrNotFound)
		link, err = w.Invite(ctx, ada.who(), "cyd@bank.test", "Cyd", viewer)
		must(t, err)
		is(t, "an invitation to what is closed", cyd.do(func(ctx context.Context) error { return w.JoinAs(ctx, link.Secret) }), identity.ErrInvalid)
	})
}

func TestPasswordLink(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ada := w.first(w.shop, "ada@shop.test")
		bob := w.join(ada, "bob@shop.test", tenant.Grant{Group: w.web, Role: tenant.Viewer})
		link, err := w.PasswordLink(ctx, ada.who(), bob.who().ID)
		must(t, err)
		must(t, w.CheckPasswordLink(ctx, link.Secret))
		is(t, "a bad password", w.ResetPassword(ctx, link.Secret, "password"), identity.ErrInvalid)
		must(t, w.ResetPassword(ctx, link.Secret, "walrus pine eleven clouds"))
		is(t, "a link used before", w.ResetPassword(ctx, link.Secret, "walrus pine twelve clouds"), identity.ErrLink)
		is(t, "the session before", bob.as(nothing), identity.ErrUnauthenticated)
		_, err = bob.signIn("bob@shop.test", "walrus pine eleven clouds")
		must(t, err)
		link, err = w.PasswordLink(ctx, ada.who(), bob.who().ID)
		must(t, err)
		w.time.pass(identity.LinkLife)
		is(t, "a link too old", w.ResetPassword(ctx, link.Secret, "walrus pine twelve clouds"), identity.ErrLink)
	})
}
