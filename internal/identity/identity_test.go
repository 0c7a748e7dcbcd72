package identity_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/directory"
	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/seal"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
	"github.com/demarc-sec/demarc/internal/tenant"
)

const password = "lamp orchid seventeen rivers"

// world is two organisations: the shop, with groups Web and Tills below it and
// Stock beside, and the bank.
type world struct {
	*identity.Identity

	t    *testing.T
	dir  *directory.Directory
	log  *audit.Log
	time *clock

	shop, bank              tenant.Organisation
	root, web, tills, stock int64
	vault                   int64 // the bank's root
}

type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// each runs a test in a world of each engine.
func each(t *testing.T, f func(t *testing.T, w *world), options ...func(*identity.Config)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.DB) { f(t, newWorld(t, db, options...)) })
}

func newWorld(t *testing.T, db *store.DB, options ...func(*identity.Config)) *world {
	t.Helper()
	ctx := t.Context()
	w := &world{t: t, dir: &directory.Directory{DB: db, Now: time.Now}, log: &audit.Log{DB: db}, time: &clock{at: time.Now()}}
	var err error
	if w.shop, err = w.dir.Create(ctx, "shop", "Shop"); err != nil {
		t.Fatal(err)
	}
	if w.bank, err = w.dir.Create(ctx, "bank", "Bank"); err != nil {
		t.Fatal(err)
	}
	w.root, w.vault = w.tree(w.shop.ID).Root(), w.tree(w.bank.ID).Root()
	w.web = w.group(w.root, "Web")
	w.tills = w.group(w.web, "Tills")
	w.stock = w.group(w.root, "Stock")
	keys, err := seal.LoadOrCreate(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	c := identity.Config{
		DB: db, Directory: w.dir, Seal: keys, Now: w.time.now, URL: "https://demarc.test",
		Hashing: identity.Hashing{Memory: 64, Passes: 1, Threads: 1},
	}
	for _, o := range options {
		o(&c)
	}
	if w.Identity, err = identity.New(c); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) tree(org int64) *tenant.Tree {
	w.t.Helper()
	t, err := w.dir.Tree(w.t.Context(), org)
	if err != nil {
		w.t.Fatal(err)
	}
	return t
}

func (w *world) group(parent int64, name string) int64 {
	w.t.Helper()
	id, err := w.dir.AddGroup(w.t.Context(), tenant.Group{Org: w.shop.ID, Parent: parent, Kind: tenant.Product, Name: name})
	if err != nil {
		w.t.Fatal(err)
	}
	return id
}

// browser keeps a cookie as a browser does.
type browser struct {
	w       *world
	cookie  *http.Cookie
	address string
}

func (w *world) browser() *browser { return &browser{w: w, address: "192.0.2.1"} }

// visit runs f within a request.
func (b *browser) visit(f func(r *http.Request)) {
	b.w.t.Helper()
	ctx := audit.WithOrigin(b.w.t.Context(), audit.Origin{Address: b.address, Agent: "test"})
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "https://demarc.test/", nil)
	if b.cookie != nil {
		r.AddCookie(b.cookie)
	}
	out := httptest.NewRecorder()
	b.w.Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { f(r) })).ServeHTTP(out, r)
	if out.Code != http.StatusOK {
		b.w.t.Fatalf("the session was not kept: %d", out.Code)
	}
	for _, c := range out.Result().Cookies() {
		if b.cookie = c; c.MaxAge < 0 {
			b.cookie = nil
		}
	}
}

// do runs f within a request and returns its error.
func (b *browser) do(f func(ctx context.Context) error) (err error) {
	b.w.t.Helper()
	b.visit(func(r *http.Request) { err = f(r.Context()) })
	return err
}

// as runs f within a request with who makes it.
func (b *browser) as(f func(ctx context.Context, who tenant.Who) error) (err error) {
	b.w.t.Helper()
	b.visit(func(r *http.Request) {
		var a tenant.Actor
		if a, err = b.w.Authenticate(r); err != nil {
			return
		}
		var who tenant.Who
		if who, err = b.w.Who(r.Context(), a); err == nil {
			err = f(r.Context(), who)
		}
	})
	return err
}

// who returns who a browser is signed in as.
func (b *browser) who() tenant.Who {
	b.w.t.Helper()
	var out tenant.Who
	if err := b.as(func(_ context.Context, who tenant.Who) error { out = who; return nil }); err != nil {
		b.w.t.Fatal(err)
	}
	return out
}

func (b *browser) signIn(email, password string) (step identity.Step, err error) {
	b.w.t.Helper()
	err = b.do(func(ctx context.Context) error { step, err = b.w.SignInWithPassword(ctx, email, password); return err })
	return step, err
}

// bearer returns who makes a request with a token.
func (w *world) bearer(token string) (tenant.Actor, error) {
	r := httptest.NewRequestWithContext(w.t.Context(), http.MethodGet, "/", nil)
	r.Header.Set("Authorization", "Bearer "+token)
	var a tenant.Actor
	var err error
	w.Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { a, err = w.Authenticate(r) })).ServeHTTP(httptest.NewRecorder(), r)
	return a, err
}

// first makes the first administrator of an organisation.
func (w *world) first(org tenant.Organisation, email string) *browser {
	w.t.Helper()
	link, err := w.FirstLink(w.t.Context(), org.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	b := w.browser()
	err = b.do(func(ctx context.Context) error { return w.AcceptFirst(ctx, link.Secret, email, "First", password) })
	if err != nil {
		w.t.Fatal(err)
	}
	return b
}

// join invites somebody, who joins.
func (w *world) join(admin *browser, email string, grants ...tenant.Grant) *browser {
	w.t.Helper()
	link, err := w.Invite(w.t.Context(), admin.who(), email, "Somebody", grants)
	if err != nil {
		w.t.Fatal(err)
	}
	b := w.browser()
	if err := b.do(func(ctx context.Context) error { return w.Join(ctx, link.Secret, "Somebody", password) }); err != nil {
		w.t.Fatal(err)
	}
	return b
}

// recorded reports whether the log of an organisation has the action.
func (w *world) recorded(org tenant.Organisation, action string) bool {
	w.t.Helper()
	root := w.tree(org.ID).Root()
	who := tenant.Who{Actor: tenant.Actor{Kind: tenant.Person, Org: org.ID, Grants: []tenant.Grant{{Group: root, Role: tenant.Auditor}}}, Tree: w.tree(org.ID)}
	page, err := w.log.List(w.t.Context(), who, audit.Filter{Action: action})
	if err != nil {
		w.t.Fatal(err)
	}
	return len(page.Entries) > 0
}

func is(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: %v, want %v", what, err, want)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestFirstAdministrator(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		old, err := w.FirstLink(ctx, w.shop.ID)
		must(t, err)
		late, err := w.FirstLink(ctx, w.shop.ID)
		must(t, err)
		b := w.browser()
		accept := func(secret, email, password string) error {
			return b.do(func(ctx context.Context) error { return w.AcceptFirst(ctx, secret, email, "Ada", password) })
		}
		is(t, "a link that was replaced", accept(old.Secret, "ada@shop.test", password), identity.ErrLink)
		is(t, "a link made up", accept("XXXX", "ada@shop.test", password), identity.ErrLink)
		is(t, "a short password", accept(late.Secret, "ada@shop.test", "short"), identity.ErrInvalid)
		is(t, "no address", accept(late.Secret, "ada", password), identity.ErrInvalid)
		must(t, w.CheckFirstLink(ctx, late.Secret))
		w.time.pass(identity.LinkLife + time.Second)
		is(t, "a link too old", accept(late.Secret, "ada@shop.test", password), identity.ErrLink)

		link, err := w.FirstLink(ctx, w.shop.ID)
		must(t, err)
		must(t, accept(link.Secret, "Ada@Shop.test", password))
		is(t, "a link used before", accept(link.Secret, "eve@shop.test", password), identity.ErrLink)
		who := b.who()
		if who.Org != w.shop.ID || who.Check(tenant.Administer, 0) != nil || who.Email != "Ada@Shop.test" {
			t.Errorf("the first administrator is %+v", who.Actor)
		}
		_, err = w.FirstLink(ctx, w.shop.ID)
		is(t, "a link where there is an administrator", err, store.ErrConflict)
		_, err = w.FirstLink(ctx, 999)
		is(t, "a link for no organisation", err, store.ErrNotFound)
		for _, action := range []string{"first-administrator.link", "person.joined", "grant.given", "session.begun"} {
			if !w.recorded(w.shop, action) {
				t.Errorf("%s is not recorded", action)
			}
		}
	})
}

// Who administers one organisation may be the first of another, too.
func TestFirstAdministratorOfTwo(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ada := w.first(w.shop, "ada@shop.test")
		link, err := w.FirstLink(t.Context(), w.bank.ID)
		must(t, err)
		is(t, "with an address that is known", w.browser().do(func(ctx context.Context) error {
			return w.AcceptFirst(ctx, link.Secret, "ada@shop.test", "Ada", password)
		}), identity.ErrInvalid)
		take := func(b *browser) error {
			return b.do(func(ctx context.Context) error { return w.AcceptFirstAs(ctx, link.Secret) })
		}
		is(t, "as nobody", take(w.browser()), identity.ErrUnauthenticated)
		must(t, take(ada))
		if who := ada.who(); who.Org != w.bank.ID || who.Check(tenant.Administer, 0) != nil {
			t.Errorf("ada is %+v", who.Actor)
		}
		is(t, "used before", take(ada), identity.ErrLink)
	})
}

// Two who use first links at the same time are not both administrators.
func TestFirstAdministratorOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		link, err := w.FirstLink(t.Context(), w.shop.ID)
		must(t, err)
		var all sync.WaitGroup
		var mu sync.Mutex
		won := 0
		for _, email := range []string{"a@shop.test", "b@shop.test", "c@shop.test"} {
			all.Go(func() {
				err := w.browser().do(func(ctx context.Context) error { return w.AcceptFirst(ctx, link.Secret, email, "X", password) })
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					won++
				} else if !errors.Is(err, identity.ErrLink) {
					t.Errorf("the loser is told %v", err)
				}
			})
		}
		all.Wait()
		if won != 1 {
			t.Errorf("%d became the first administrator", won)
		}
	})
}

func TestPasswordSignIn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.first(w.shop, "ada@shop.test")
		b := w.browser()
		_, err := b.signIn("ada@shop.test", "another password entirely")
		is(t, "a wrong password", err, identity.ErrSignIn)
		_, err = b.signIn("eve@shop.test", password)
		is(t, "somebody unknown", err, identity.ErrSignIn)
		if err.Error() != identity.ErrSignIn.Error() {
			t.Errorf("somebody unknown is told %q", err)
		}
		_, err = b.signIn("", strings.Repeat("x", 1<<20))
		is(t, "something huge", err, identity.ErrSignIn)
		step, err := b.signIn("ADA@shop.TEST", password)
		if err != nil || step != identity.SignedIn {
			t.Fatalf("signing in: %v, %v", step, err)
		}
		before := b.cookie
		if !before.Secure || !before.HttpOnly || before.SameSite != http.SameSiteLaxMode || before.Name != "__Host-demarc" || before.Path != "/" {
			t.Errorf("the cookie is %v", before)
		}
		if _, err = b.signIn("ada@shop.test", password); err != nil || b.cookie.Value == before.Value {
			t.Errorf("a second sign-in keeps the session's token, %v", err)
		}
		stale := &browser{w: w, cookie: before}
		is(t, "the token before", stale.as(nothing), identity.ErrUnauthenticated)
		if !w.recorded(w.shop, "sign-in.failed") {
			t.Error("a failed sign-in is not recorded")
		}
		must(t, b.do(w.SignOut))
		is(t, "signed out", b.as(nothing), identity.ErrUnauthenticated)
	})
}

func nothing(context.Context, tenant.Who) error { return nil }

func TestSessions(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := w.first(w.shop, "ada@shop.test")
		other := w.join(admin, "bob@shop.test", tenant.Grant{Group: w.root, Role: tenant.Viewer})
		second := w.browser()
		second.address = "2001:db8::1"
		_, err := second.signIn("ada@shop.test", password)
		must(t, err)
		list := func(b *browser) (out []identity.Session) {
			must(t, b.as(func(ctx context.Context, who tenant.Who) (err error) { out, err = w.Sessions(ctx, who); return err }))
			return out
		}
		got := list(admin)
		if len(got) != 2 || got[0].Current == got[1].Current || got[0].Agent != "test" {
			t.Fatalf("ada's sessions are %+v", got)
		}
		var theirs int64
		for _, s := range got {
			if !s.Current {
				theirs = s.ID
			}
		}
		end := func(b *browser, id int64) error {
			return b.as(func(ctx context.Context, who tenant.Who) error { return w.EndSession(ctx, who, id) })
		}
		is(t, "ending another person's session", end(other, theirs), store.ErrNotFound)
		must(t, end(admin, theirs))
		is(t, "a session that was ended", second.as(nothing), identity.ErrUnauthenticated)

		// A request that began before the session was ended does not bring it back.
		third := w.browser()
		_, err = third.signIn("ada@shop.test", password)
		must(t, err)
		third.visit(func(r *http.Request) {
			must(t, admin.as(func(ctx context.Context, who tenant.Who) error { return w.EndOtherSessions(ctx, who) }))
			_, err := w.SignInWithPassword(r.Context(), "nobody@shop.test", "x")
			is(t, "meanwhile", err, identity.ErrSignIn)
		})
		is(t, "a session that was ended meanwhile", third.as(nothing), identity.ErrUnauthenticated)
		must(t, admin.as(nothing))

		w.time.pass(29 * time.Minute)
		must(t, admin.as(nothing))
		w.time.pass(29 * time.Minute)
		must(t, admin.as(nothing))
		w.time.pass(31 * time.Minute)
		is(t, "an idle session", admin.as(nothing), identity.ErrUnauthenticated)

		_, err = admin.signIn("ada@shop.test", password)
		must(t, err)
		for range 28 {
			w.time.pass(25 * time.Minute)
			must(t, admin.as(nothing))
		}
		w.time.pass(25 * time.Minute)
		is(t, "a session that lasted too long", admin.as(nothing), identity.ErrUnauthenticated)
		must(t, w.Clean(t.Context()))
	})
}

func TestChangePassword(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := w.first(w.shop, "ada@shop.test")
		second := w.browser()
		_, err := second.signIn("ada@shop.test", password)
		must(t, err)
		change := func(old, next string) error {
			return admin.as(func(ctx context.Context, who tenant.Who) error { return w.ChangePassword(ctx, who, old, next) })
		}
		is(t, "without the old one", change("no", "walrus pine eleven clouds"), identity.ErrSignIn)
		is(t, "a common one", change(password, "password1234"), identity.ErrInvalid)
		is(t, "one's own address", change(password, "ada@shop.test!"), identity.ErrInvalid)
		cookie := admin.cookie.Value
		must(t, change(password, "walrus pine eleven clouds"))
		if admin.cookie.Value == cookie {
			t.Error("the session keeps its token")
		}
		must(t, admin.as(nothing))
		is(t, "the other session", second.as(nothing), identity.ErrUnauthenticated)
		_, err = second.signIn("ada@shop.test", password)
		is(t, "the old password", err, identity.ErrSignIn)
		if _, err := second.signIn("ada@shop.test", "walrus pine eleven clouds"); err != nil {
			t.Errorf("the new password: %v", err)
		}
	})
}

func TestBruteForce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.first(w.shop, "ada@shop.test")
		for _, email := range []string{"ada@shop.test", "nobody@shop.test"} { // known or not, it is the same
			b := w.browser()
			b.address = "198.51.100." + string(email[0]%10+'0')
			for n := range 6 {
				_, err := b.signIn(email, "wrong wrong wrong")
				is(t, email+" tries "+string(rune('0'+n)), err, identity.ErrSignIn)
			}
			var last time.Duration
			for range 4 {
				_, err := b.signIn(strings.ToUpper(email), password)
				limited, ok := errors.AsType[*identity.LimitedError](err)
				if !ok || limited.Retry <= last {
					t.Fatalf("%s tries too often: %v, after %v", email, err, last)
				}
				last = limited.Retry
				w.time.pass(last)
				_, err = b.signIn(email, "wrong wrong wrong")
				is(t, email+" after the pause", err, identity.ErrSignIn)
			}
			w.time.pass(time.Hour)
		}
		if _, err := w.browser().signIn("ada@shop.test", password); err != nil {
			t.Errorf("the right password after the pause: %v", err)
		}

		// From one address nobody tries many accounts, and one's own account
		// does not help. Of IPv6, all of a network is one address.
		b := w.browser()
		var err error
		tries := 0
		for ; tries < 100; tries++ {
			b.address = "2001:db8:0:1::" + string(rune('a'+tries%6))
			if _, err = b.signIn("x"+strings.Repeat("y", tries)+"@shop.test", "wrong wrong wrong"); !errors.Is(err, identity.ErrSignIn) {
				break
			}
			if tries%5 == 4 {
				if _, err = b.signIn("ada@shop.test", password); err != nil {
					break
				}
			}
		}
		if _, ok := errors.AsType[*identity.LimitedError](err); !ok || tries > 25 {
			t.Errorf("spraying ends after %d with %v", tries, err)
		}
		b.address = "2001:db8:0:2::1"
		if _, err := b.signIn("ada@shop.test", password); err != nil {
			t.Errorf("from elsewhere: %v", err)
		}
	})
}

// Many attempts at once are all counted.
func TestBruteForceAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.first(w.shop, "ada@shop.test")
		var all sync.WaitGroup
		var mu sync.Mutex
		tried := 0
		for range 20 {
			all.Go(func() {
				_, err := w.browser().signIn("ada@shop.test", "wrong wrong wrong")
				mu.Lock()
				defer mu.Unlock()
				if errors.Is(err, identity.ErrSignIn) {
					tried++
				} else if _, ok := errors.AsType[*identity.LimitedError](err); !ok {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if tried > 6 {
			t.Errorf("%d passwords were tried at once", tried)
		}
	})
}

// A password that was hashed with less work is hashed anew at the next sign-in.
func TestRehash(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.first(w.shop, "ada@shop.test")
		hash := func() (out string) {
			must(t, w.DB.NewSelect().Table("people").Column("password").Scan(t.Context(), &out))
			return out
		}
		before := hash()
		c := w.Config
		c.Hashing.Passes++
		var err error
		w.Identity, err = identity.New(c)
		must(t, err)
		for range 2 {
			_, err = w.browser().signIn("ada@shop.test", password)
			must(t, err)
			if !strings.Contains(hash(), ",t=2,") || hash() == before {
				t.Errorf("the hash is %s", hash())
			}
		}
	})
}

// Who is not known, or has no password, is refused after as much work as who
// is. The memory that hashing takes is measured, since time is not steady.
func TestWorkIsAlike(t *testing.T) {
	const memory = 32 << 20
	w := newWorld(t, storetest.SQLite(t), func(c *identity.Config) { c.Hashing = identity.Hashing{Memory: memory >> 10, Passes: 1, Threads: 1} })
	ada := w.first(w.shop, "ada@shop.test")
	_, err := w.AddPerson(t.Context(), ada.who(), identity.NewPerson{Email: "bob@shop.test", Name: "Bob", Grants: []tenant.Grant{{Group: w.web, Role: tenant.Viewer}}})
	must(t, err)
	for _, email := range []string{"ada@shop.test", "bob@shop.test", "nobody@shop.test", "no address"} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := w.browser().signIn(email, "wrong wrong wrong")
		runtime.ReadMemStats(&after)
		is(t, email, err, identity.ErrSignIn)
		if took := after.TotalAlloc - before.TotalAlloc; took < memory || took > 2*memory {
			t.Errorf("%s: a sign-in took %d bytes, hashing takes %d", email, took, memory)
		}
	}
}

func TestNew(t *testing.T) {
	for name, c := range map[string]identity.Config{
		"no URL":              {},
		"no host":             {URL: "https://"},
		"another scheme":      {URL: "ftp://demarc.test"},
		"two of a name":       {URL: "https://demarc.test", Providers: []identity.Provider{{Name: "a", Issuer: "https://x", ClientID: "x"}, {Name: "a", Issuer: "https://x", ClientID: "x"}}},
		"a bad name":          {URL: "https://demarc.test", Providers: []identity.Provider{{Name: "A/b", Issuer: "https://x", ClientID: "x"}}},
		"no issuer":           {URL: "https://demarc.test", Providers: []identity.Provider{{Name: "a", ClientID: "x"}}},
		"no role":             {URL: "https://demarc.test", Providers: []identity.Provider{{Name: "a", Issuer: "https://x", ClientID: "x", Grants: []identity.ClaimGrant{{Claim: "*", Organisation: "shop", Role: "owner"}}}}},
		"a role out of place": {URL: "https://demarc.test", Providers: []identity.Provider{{Name: "a", Issuer: "https://x", ClientID: "x", Organisations: []string{"shop"}, Grants: []identity.ClaimGrant{{Claim: "*", Organisation: "bank", Role: tenant.Viewer}}}}},
	} {
		if _, err := identity.New(c); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
