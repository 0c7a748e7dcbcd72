package identity_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"
	"github.com/pquerna/otp/totp"

	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// setUp gives the browser's person an authenticator app.
func (b *browser) setUp() (secret string, recovery []string) {
	b.w.t.Helper()
	must(b.w.t, b.as(func(ctx context.Context, who tenant.Who) error {
		setup, err := b.w.BeginTOTP(ctx, who)
		secret = setup.Secret
		if err == nil && !strings.HasPrefix(setup.URL, "otpauth://totp/") {
			b.w.t.Errorf("the URL is %q", setup.URL)
		}
		return err
	}))
	must(b.w.t, b.as(func(ctx context.Context, who tenant.Who) (err error) {
		recovery, err = b.w.FinishTOTP(ctx, who, b.w.code(secret))
		return err
	}))
	return secret, recovery
}

func (w *world) code(secret string) string {
	w.t.Helper()
	c, err := totp.GenerateCode(secret, w.time.now())
	must(w.t, err)
	return c
}

// owes is a browser whose person gave the password.
func (w *world) owes(email string) *browser {
	w.t.Helper()
	b := w.browser()
	if step, err := b.signIn(email, password); err != nil || step != identity.NeedsCode {
		w.t.Fatalf("after the password: %v, %v", step, err)
	}
	return b
}

func (b *browser) enter(code string) error {
	return b.do(func(ctx context.Context) error { return b.w.SignInWithCode(ctx, code) })
}

func TestTOTP(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ada := w.first(w.shop, "ada@shop.test")
		before := w.browser()
		_, err := before.signIn("ada@shop.test", password)
		must(t, err)
		is(t, "a code nobody asked for", ada.as(func(ctx context.Context, who tenant.Who) error {
			_, err := w.FinishTOTP(ctx, who, "123456")
			return err
		}), identity.ErrExpired)
		secret, recovery := ada.setUp()
		is(t, "a session from before", before.as(nothing), identity.ErrUnauthenticated)
		if len(recovery) != 10 {
			t.Fatalf("there are %d recovery codes", len(recovery))
		}
		b := w.owes("ada@shop.test")
		is(t, "with the password alone", b.as(nothing), identity.ErrUnauthenticated)
		is(t, "the code of the set-up again", b.enter(w.code(secret)), identity.ErrSignIn)
		w.time.pass(30 * time.Second)
		is(t, "a wrong code", b.enter("000000"), identity.ErrSignIn)
		code := w.code(secret)
		must(t, b.enter(code[:3]+" "+code[3:]))
		must(t, b.as(nothing))
		is(t, "a code used before", w.owes("ada@shop.test").enter(code), identity.ErrSignIn)
		w.time.pass(2 * time.Minute)

		// One code signs in once, even when it comes twice at the same time.
		code = w.code(secret)
		b1, b2 := w.owes("ada@shop.test"), w.owes("ada@shop.test")
		var all sync.WaitGroup
		var errs [2]error
		all.Go(func() { errs[0] = b1.enter(code) })
		all.Go(func() { errs[1] = b2.enter(code) })
		all.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Errorf("one code twice: %v", errs)
		}

		must(t, w.owes("ada@shop.test").enter(strings.ToUpper(recovery[0])))
		is(t, "a recovery code used before", w.owes("ada@shop.test").enter(recovery[0]), identity.ErrSignIn)
		var left int
		must(t, b.as(func(ctx context.Context, who tenant.Who) (err error) {
			left, err = w.RecoveryCodesLeft(ctx, who)
			return err
		}))
		if left != 9 {
			t.Errorf("%d recovery codes are left", left)
		}
		var renewed []string
		must(t, b.as(func(ctx context.Context, who tenant.Who) (err error) {
			renewed, err = w.RenewRecoveryCodes(ctx, who)
			return err
		}))
		is(t, "a recovery code of before", w.owes("ada@shop.test").enter(recovery[1]), identity.ErrSignIn)
		must(t, w.owes("ada@shop.test").enter(renewed[1]))

		late := w.owes("ada@shop.test")
		w.time.pass(5*time.Minute + time.Second)
		is(t, "a code long after the password", late.enter(w.code(secret)), identity.ErrExpired)
		is(t, "a code without a password", w.browser().enter(w.code(secret)), identity.ErrExpired)

		must(t, b.as(func(ctx context.Context, who tenant.Who) error { return w.RemoveTOTP(ctx, who) }))
		must(t, b.as(nothing))
		if step, err := w.browser().signIn("ada@shop.test", password); err != nil || step != identity.SignedIn {
			t.Errorf("without the app: %v, %v", step, err)
		}
		for _, action := range []string{"totp.set-up", "totp.removed", "recovery-codes.renewed"} {
			if !w.recorded(w.shop, action) {
				t.Errorf("%s is not recorded", action)
			}
		}
	})
}

// Codes cannot be tried without end, and a new password in between does not
// help whoever knew the old one.
func TestCodesAreLimited(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ada := w.first(w.shop, "ada@shop.test")
		secret, _ := ada.setUp()
		var err error
		tries := 0
		for ; tries < 50 && (err == nil || err.Error() == identity.ErrSignIn.Error()); tries++ {
			err = w.owes("ada@shop.test").enter("000000")
		}
		if tries > 7 {
			t.Errorf("%d codes were tried, then %v", tries, err)
		}
		w.time.pass(20 * time.Minute)
		owes := w.owes("ada@shop.test")
		must(t, ada.as(func(ctx context.Context, who tenant.Who) error {
			return w.ChangePassword(ctx, who, password, "walrus pine eleven clouds")
		}))
		is(t, "a code after the old password", owes.enter(w.code(secret)), identity.ErrExpired)
	})
}

func TestResetTOTP(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ada := w.first(w.shop, "ada@shop.test")
		bob := w.join(ada, "bob@shop.test", tenant.Grant{Group: w.web, Role: tenant.Viewer})
		id := bob.who().ID
		is(t, "where there is none", w.ResetTOTP(t.Context(), ada.who(), id), identity.ErrInvalid)
		bob.setUp()
		m, err := w.Member(t.Context(), ada.who(), id)
		if err != nil || !m.HasTOTP || !m.HasPassword || m.Passkeys != 0 {
			t.Errorf("bob is %+v, %v", m, err)
		}
		must(t, w.ResetTOTP(t.Context(), ada.who(), id))
		is(t, "the session of before", bob.as(nothing), identity.ErrUnauthenticated)
		if step, err := w.browser().signIn("bob@shop.test", password); err != nil || step != identity.SignedIn {
			t.Errorf("without the app: %v, %v", step, err)
		}
	})
}

// Whoever runs the program helps the last administrator, and who belongs to
// two organisations.
func TestRescue(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ada, cyd := w.first(w.shop, "ada@shop.test"), w.first(w.bank, "cyd@bank.test")
		invitation, err := w.Invite(ctx, cyd.who(), "ada@shop.test", "Ada", []tenant.Grant{{Group: w.vault, Role: tenant.Viewer}})
		must(t, err)
		must(t, ada.do(func(ctx context.Context) error { return w.JoinAs(ctx, invitation.Secret) }))
		ada.setUp()
		_, err = w.Rescue(ctx, "nobody@shop.test")
		is(t, "rescuing nobody", err, store.ErrNotFound)
		link, err := w.Rescue(ctx, "Ada@shop.test")
		must(t, err)
		if step, err := w.browser().signIn("ada@shop.test", password); err != nil || step != identity.NeedsCode {
			t.Errorf("before the link is used: %v, %v", step, err)
		}
		must(t, w.CheckPasswordLink(ctx, link.Secret))
		must(t, w.ResetPassword(ctx, link.Secret, "walrus pine eleven clouds"))
		is(t, "used again", w.ResetPassword(ctx, link.Secret, "walrus pine twelve clouds"), identity.ErrLink)
		is(t, "the session of before", ada.as(nothing), identity.ErrUnauthenticated)
		if step, err := w.browser().signIn("ada@shop.test", "walrus pine eleven clouds"); err != nil || step != identity.SignedIn {
			t.Errorf("after: %v, %v", step, err)
		}
		if !w.recorded(w.shop, "password.link") || !w.recorded(w.bank, "password.link") {
			t.Error("the rescue is not recorded in both organisations")
		}
	})
}

// device makes passkeys in software.
type device struct {
	party virtualwebauthn.RelyingParty
	auth  virtualwebauthn.Authenticator
	key   virtualwebauthn.Credential
}

func newDevice() *device {
	return &device{
		party: virtualwebauthn.RelyingParty{ID: "demarc.test", Name: "Demarc", Origin: "https://demarc.test"},
		auth:  virtualwebauthn.NewAuthenticator(),
		key:   newKey(),
	}
}

// newKey leaves out keys with a coordinate that begins with zeros, which the
// library writes too short.
func newKey() virtualwebauthn.Credential {
	for {
		k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			panic(err)
		}
		point, err := k.PublicKey.Bytes() // 4, then x and y
		if err != nil {
			panic(err)
		}
		text, err := x509.MarshalPKCS8PrivateKey(k)
		if err != nil {
			panic(err)
		}
		if point[1] != 0 && point[33] != 0 {
			return virtualwebauthn.NewCredentialWithImportedKey(virtualwebauthn.KeyTypeEC2, text)
		}
	}
}

// register adds the device's passkey to the browser's person.
func (b *browser) register(d *device) error {
	b.w.t.Helper()
	var options []byte
	must(b.w.t, b.as(func(ctx context.Context, who tenant.Who) (err error) {
		options, err = b.w.BeginPasskey(ctx, who)
		return err
	}))
	o, err := virtualwebauthn.ParseAttestationOptions(string(options))
	must(b.w.t, err)
	d.auth.Options.UserHandle = []byte(o.UserID)
	answer := virtualwebauthn.CreateAttestationResponse(d.party, d.auth, d.key, *o)
	return b.as(func(ctx context.Context, who tenant.Who) error {
		return b.w.FinishPasskey(ctx, who, "laptop", []byte(answer))
	})
}

// touch answers the sign-in that the browser begins.
func (b *browser) touch(d *device) string {
	b.w.t.Helper()
	var options []byte
	must(b.w.t, b.do(func(ctx context.Context) (err error) { options, err = b.w.BeginPasskeySignIn(ctx); return err }))
	o, err := virtualwebauthn.ParseAssertionOptions(string(options))
	must(b.w.t, err)
	return virtualwebauthn.CreateAssertionResponse(d.party, d.auth, d.key, *o)
}

func (b *browser) finish(answer string) error {
	return b.do(func(ctx context.Context) error { return b.w.FinishPasskeySignIn(ctx, []byte(answer)) })
}

func TestPasskeys(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ada := w.first(w.shop, "ada@shop.test")
		bob := w.join(ada, "bob@shop.test", tenant.Grant{Group: w.web, Role: tenant.Viewer})
		d := newDevice()
		must(t, ada.register(d))
		is(t, "another's passkey", bob.register(&device{d.party, d.auth, d.key}), identity.ErrInvalid)
		ada.setUp() // a passkey asks for no code all the same
		must(t, ada.register(newDevice()))

		d.auth.Options.UserHandle = handleOf(t, w, ada)
		b := w.browser()
		d.key.Counter = 1
		must(t, b.finish(b.touch(d)))
		if b.who().ID != ada.who().ID {
			t.Error("it signs in as somebody else")
		}
		copied := *d
		d.key.Counter = 2
		must(t, b.finish(b.touch(d)))

		bad := func(name string, change func(d *device)) {
			t.Helper()
			other := *d
			other.key.Counter = 9
			change(&other)
			b := w.browser()
			is(t, name, b.finish(b.touch(&other)), identity.ErrSignIn)
			is(t, "signed in by "+name, b.as(nothing), identity.ErrUnauthenticated)
		}
		bad("a copy whose counter is behind", func(d *device) { d.key.Counter = copied.key.Counter })
		bad("another site", func(d *device) { d.party.Origin = "https://evil.test" })
		bad("another party", func(d *device) { d.party.ID = "evil.test" })
		bad("a user who was not verified", func(d *device) { d.auth.Options.UserNotVerified = true })
		bad("another key", func(d *device) { d.key.Key = newKey().Key })
		bad("a key nobody knows", func(d *device) { d.key = newKey() })
		bad("somebody else's handle", func(d *device) { d.auth.Options.UserHandle = handleOf(t, w, bob) })
		bad("nobody's handle", func(d *device) { d.auth.Options.UserHandle = []byte("nobody") })
		is(t, "no answer", func() error { b := w.browser(); b.touch(d); return b.finish("{") }(), identity.ErrSignIn)

		d.key.Counter = 3
		mine, theirs := w.browser(), w.browser()
		answer := theirs.touch(d)
		mine.touch(d)
		is(t, "the answer to another browser", mine.finish(answer), identity.ErrSignIn)
		is(t, "an answer to nothing", mine.finish(answer), identity.ErrExpired)
		must(t, theirs.finish(answer))

		list := func(b *browser) (out []identity.Passkey) {
			must(t, b.as(func(ctx context.Context, who tenant.Who) (err error) { out, err = w.Passkeys(ctx, who); return err }))
			return out
		}
		got := list(ada)
		if len(got) != 2 || got[0].Name != "laptop" || got[0].Used.IsZero() || !got[1].Used.IsZero() {
			t.Errorf("ada's passkeys are %+v", got)
		}
		remove := func(b *browser, id int64) error {
			return b.as(func(ctx context.Context, who tenant.Who) error { return w.RemovePasskey(ctx, who, id) })
		}
		is(t, "removing another's", remove(bob, got[0].ID), store.ErrNotFound)
		must(t, remove(ada, got[0].ID))
		bad("a passkey that was removed", func(*device) {})
		for _, action := range []string{"passkey.added", "passkey.removed"} {
			if !w.recorded(w.shop, action) {
				t.Errorf("%s is not recorded", action)
			}
		}
	})
}

// handleOf is what passkeys call the browser's person.
func handleOf(t *testing.T, w *world, b *browser) []byte {
	t.Helper()
	var handle []byte
	must(t, w.DB.NewSelect().Table("people").Column("handle").Where("id = ?", b.who().ID).Scan(t.Context(), &handle))
	return handle
}

func TestPasskeysNeedAName(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		is(t, "at an address", w.browser().do(func(ctx context.Context) error { _, err := w.BeginPasskeySignIn(ctx); return err }), identity.ErrNoPasskeys)
	}, func(c *identity.Config) { c.URL = "https://192.0.2.7:8443" })
}

// What is secret does not lie in the database as it is.
func TestSecretsAtRest(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ada := w.first(w.shop, "ada@shop.test")
		secret, recovery := ada.setUp()
		token := ada.token(tenant.Read)
		link, err := w.Invite(t.Context(), ada.who(), "x@shop.test", "X", []tenant.Grant{{Group: w.web, Role: tenant.Viewer}})
		must(t, err)
		_, err = w.browser().signIn("ada@shop.test", "wrong wrong wrong")
		is(t, "a wrong password", err, identity.ErrSignIn)
		kept := []string{secret, recovery[0], strings.ReplaceAll(recovery[0], "-", ""), token, link.Secret, password, ada.cookie.Value}
		for _, table := range []string{"people", "recovery_codes", "sessions", "tokens", "links", "audit_entries", "attempts"} {
			var rows []map[string]any
			must(t, w.DB.NewSelect().Table(table).Scan(t.Context(), &rows))
			if len(rows) == 0 {
				t.Errorf("%s is empty", table)
			}
			for _, row := range rows {
				for column, v := range row {
					text, ok := v.(string)
					if b, isBytes := v.([]byte); isBytes {
						text, ok = string(b), true
					}
					for _, s := range kept {
						if ok && strings.Contains(text, s) {
							t.Errorf("%s.%s holds a secret", table, column)
						}
					}
				}
			}
		}
	})
}
