package identity_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/store/storetest"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// What is asked of whom is for administrators of the whole organisation, and
// holds for no other.
func TestSecondFactorRules(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		who := func(role tenant.Role, group int64) tenant.Who {
			return tenant.Who{Actor: tenant.Actor{Kind: tenant.Person, ID: 99, Name: "x", Org: w.shop.ID, Grants: []tenant.Grant{{Group: group, Role: role}}}, Tree: w.tree(w.shop.ID)}
		}
		rules := identity.Rules{SecondFactor: identity.ForEverybody}
		for _, role := range tenant.Roles {
			for _, group := range []int64{w.root, w.web} {
				err := w.SetRules(t.Context(), who(role, group), rules)
				if may := role == tenant.Administrator && group == w.root; may != (err == nil) || !may && !errors.Is(err, tenant.ErrForbidden) {
					t.Errorf("%s of %d: %v", role, group, err)
				}
				if _, got := w.Rules(t.Context(), who(role, group)); (got == nil) != (err == nil) {
					t.Errorf("%s of %d reads: %v", role, group, got)
				}
			}
		}
		if err := w.SetRules(t.Context(), who(tenant.Administrator, w.root), identity.Rules{SecondFactor: "some"}); !errors.Is(err, identity.ErrInvalid) {
			t.Errorf("what is no rule: %v", err)
		}
		bank := tenant.Who{Actor: tenant.Actor{Kind: tenant.Person, ID: 99, Org: w.bank.ID, Grants: []tenant.Grant{{Group: w.vault, Role: tenant.Administrator}}}, Tree: w.tree(w.bank.ID)}
		if got, err := w.Rules(t.Context(), bank); err != nil || got.SecondFactor != identity.ForNobody {
			t.Errorf("the bank: %v, %v", got, err)
		}
	})
}

// Whoever has a passkey and signs in with a password alone adds no other
// factor with it, where one is asked for.
func TestPasswordBesidePasskey(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		first := w.first(w.shop, "ada@shop.test")
		must(t, first.register(newDevice()))
		ada, b := first.who(), w.browser()
		must(t, w.SetRules(t.Context(), ada, identity.Rules{SecondFactor: identity.ForEverybody}))
		must(t, b.do(func(ctx context.Context) error {
			_, err := w.SignInWithPassword(ctx, "ada@shop.test", password)
			return err
		}))
		err := b.do(func(ctx context.Context) error {
			owed, err := w.Owed(ctx, ada)
			if err == nil && (!owed.Factor || !owed.Passkey) {
				t.Errorf("owed is %+v", owed)
			}
			return err
		})
		must(t, err)
		for name, f := range map[string]func(ctx context.Context) error{
			"an app":     func(ctx context.Context) error { _, err := w.BeginTOTP(ctx, ada); return err },
			"a passkey":  func(ctx context.Context) error { _, err := w.BeginPasskey(ctx, ada); return err },
			"a password": func(ctx context.Context) error { return w.ChangePassword(ctx, ada, password, password+" more") },
		} {
			if err := b.do(f); !errors.Is(err, tenant.ErrForbidden) {
				t.Errorf("%s: %v", name, err)
			}
		}
		must(t, w.ResetPasskeys(t.Context(), ada, ada.ID))
		if err := b.do(func(ctx context.Context) error { _, err := w.Owed(ctx, ada); return err }); !errors.Is(err, identity.ErrUnauthenticated) {
			t.Errorf("the passkeys are reset, and the session holds: %v", err)
		}
	})
}

// A provider may be asked for how it knows somebody; what it does not say does
// not hold.
func TestProviderStrength(t *testing.T) {
	for name, c := range map[string]struct {
		acr, amr []string
		good     bool
	}{
		"a password, as it says": {amr: []string{"mfa", "pwd"}, good: true},
		"another method":         {amr: []string{"mfa", "hwk"}},
		"a context":              {acr: []string{"phr"}},
		"a context and a method": {acr: []string{"phr"}, amr: []string{"pwd"}},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLogin(t)
			p := l.config()
			p.ACR, p.AMR = c.acr, c.amr
			w := newWorld(t, storetest.SQLite(t), func(c *identity.Config) { c.Providers = []identity.Provider{p} })
			l.Add("mia", "mia@shop.test", true, "web")
			b := w.browser()
			if _, err := b.through(l, "mia", nil); (err == nil) != c.good || err != nil && !errors.Is(err, identity.ErrSignIn) {
				t.Errorf("signing in: %v", err)
			}
			if err := b.do(func(ctx context.Context) error {
				to, err := w.BeginProviderSignIn(ctx, "corp", "/")
				if strings.Contains(to, "acr_values=phr") != (c.acr != nil) {
					t.Errorf("it is asked by %s", to)
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
		})
	}
}
