package server

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/browsertest"
	"github.com/demarc-sec/demarc/internal/jobs"
	"github.com/demarc-sec/demarc/internal/sources"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/views"
)

// The story of people in the console, in a real browser. DEMARC_PICTURES names
// a directory to leave a picture of every page in, in both themes and on a
// phone.

func TestMain(m *testing.M) {
	beAgent()
	browsertest.Main(m)
}

// Somebody becomes the first administrator, looks from the matrix down to a
// finding and asks for a waiver; a second person approves it; when its time is
// over the finding fails again.
func TestStory(t *testing.T) {
	var c clock
	eachServerAs(t, Config{Version: "test", Now: c.now}, func(t *testing.T, s *Server) {
		ctx := t.Context()
		org, err := s.Directory.Create(ctx, "shop", "Shop")
		if err != nil {
			t.Fatal(err)
		}
		link, err := s.Identity.FirstLink(ctx, org.ID)
		if err != nil {
			t.Fatal(err)
		}

		b := browsertest.Open(t, s.URL+"/")
		if got := b.Str("location.pathname"); got != "/sign-in" {
			t.Errorf("somebody unknown is led to %s", got)
		}
		b.Go(s.URL + "/first?code=" + link.Secret)
		b.Fill("#email", "ann@example.com")
		b.Fill("#name", "Ann")
		b.Fill("#password", password)
		b.Submit("main form button")
		if got := b.Str("location.pathname"); got != "/" {
			t.Fatalf("the first administrator is led to %s: %s", got, b.Str("document.body.innerText"))
		}

		tree, err := s.Directory.Tree(ctx, org.ID)
		if err != nil {
			t.Fatal(err)
		}
		system := tenant.Who{Actor: tenant.BySystem(org.ID), Tree: tree}
		src, err := s.Sources.Add(ctx, system, sources.Source{Kind: sources.Upload, Name: "estate"}, "")
		if err != nil {
			t.Fatal(err)
		}
		if job := assess(t, s, system, src.ID, "main.tf", estate); job.State != jobs.Done {
			t.Fatalf("%s: %s", job.State, job.Problem)
		}

		b.Go(s.URL + "/")
		cell := b.Str(`[...document.querySelectorAll('main a[href^="/duties"]')].map(a => a.getAttribute('href')).find(h => h.includes('row='))`)
		if cell == "undefined" {
			t.Fatal("no cell of the matrix leads to its duties")
		}
		b.Go(s.URL + cell)
		if !b.Is(`document.querySelector('main table tbody a')`) {
			t.Errorf("%s lists nothing", cell)
		}
		b.Go(s.URL + "/findings")
		finding := b.Str(`[...document.querySelectorAll('main a')].map(a => a.getAttribute('href')).find(h => /^\/findings\/\d+/.test(h))`)
		id := strings.TrimPrefix(strings.SplitN(finding, "?", 2)[0], "/findings/")
		b.Go(s.URL + "/waivers/new?finding=" + id)
		b.Fill("#reason", "A trial without data, gone next week.")
		b.Fill("#until", c.now().UTC().AddDate(0, 0, 7).Format(time.DateOnly))
		b.Submit("main form button.primary")
		waiver := b.Str("location.href")
		if b.Is(`document.querySelector('[formaction$="/approve"]')`) {
			t.Error("who asked is offered to approve")
		}

		ann := person(t, s, org.ID, "ann@example.com")
		invited, err := s.Identity.Invite(ctx, ann, "bob@example.com", "Bob", []tenant.Grant{{Group: tree.Root(), Role: tenant.Approver}})
		if err != nil {
			t.Fatal(err)
		}
		b.Submit(`form[action="/sign-out"] button`)
		b.Go(s.URL + "/invitation?code=" + invited.Secret)
		b.Fill("#name", "Bob")
		b.Fill("#password", password+"!")
		b.Submit("main form button")
		b.Go(waiver)
		b.Submit(`[formaction$="/approve"]`)
		state := func() string {
			b.Go(s.URL + "/findings/" + id)
			return b.Str("document.querySelector('main').innerText")
		}
		if got := state(); !strings.Contains(strings.ToLower(got), "waived") {
			t.Errorf("approved, the finding's page says %.300s", got)
		}
		c.pass(9 * 24 * time.Hour)
		if err := s.Waivers.Tend(ctx); err != nil {
			t.Fatal(err)
		}
		b.Go(s.URL + "/") // the session's time is over as well
		if got := b.Str("location.pathname"); got != "/sign-in" {
			t.Errorf("after nine days somebody is still signed in, at %s", got)
		}
		signIn(b, s, "bob@example.com", password+"!")
		if got := state(); !strings.Contains(strings.ToLower(got), "regress") && !strings.Contains(strings.ToLower(got), "open") {
			t.Errorf("when the waiver is over, the finding's page says %.300s", got)
		}
		b.Submit(`form[action="/sign-out"] button`)
		signIn(b, s, "ann@example.com", password)
		pictures(t, s, b, id)
		b.Quiet()
	})
}

const estate = `provider "aws" {
  region = "eu-central-1"
}

resource "aws_db_instance" "orders" {
  engine              = "postgres"
  publicly_accessible = true
}

resource "aws_s3_bucket" "pictures" {
  bucket = "pictures"
}

resource "aws_lambda_function" "resize" {
  function_name = "resize"
  runtime       = "python3.8"
}
`

// person is somebody who has joined, as the subjects know them.
func person(t *testing.T, s *Server, org int64, email string) tenant.Who {
	t.Helper()
	tree, err := s.Directory.Tree(t.Context(), org)
	if err != nil {
		t.Fatal(err)
	}
	all, err := s.Identity.Members(t.Context(), tenant.Who{Actor: tenant.BySystem(org), Tree: tree}, "", 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range all.Members {
		if m.Email == email {
			var grants []tenant.Grant
			for _, g := range m.Grants {
				grants = append(grants, g.Grant)
			}
			return tenant.Who{Actor: tenant.Actor{Kind: tenant.Person, ID: m.ID, Name: m.Name, Email: m.Email, Org: org, Grants: grants}, Tree: tree}
		}
	}
	t.Fatalf("%s has not joined", email)
	return tenant.Who{}
}

func signIn(b *browsertest.Tab, s *Server, email, password string) {
	b.Go(s.URL + "/sign-in")
	b.Fill("#email", email)
	b.Fill("#password", password)
	b.Submit("main form button:not([type=button])")
}

// pictures looks at every page at a desk and on a phone, in both themes: none
// is wider than the window, none complains, and the rules of axe-core find
// nothing wrong.
func pictures(t *testing.T, s *Server, b *browsertest.Tab, finding string) {
	if testing.Short() {
		return // one page after the other races nothing
	}
	dir := os.Getenv("DEMARC_PICTURES")
	asset := b.Str(`[...document.querySelectorAll('main a')].map(a => a.getAttribute('href')).find(h => /^\/assets\/\d+/.test(h))`)
	pages := map[string]string{
		"overview": "/", "assets": "/assets", "asset": asset, "findings": "/findings", "finding": "/findings/" + finding,
		"duties": "/duties", "changes": "/changes", "sources": "/sources", "source-new": "/sources/new", "catalogue": "/catalogue",
		"waivers": "/waivers?view=all", "waiver": "/waivers/1", "waiver-new": "/waivers/new?finding=" + finding,
		"views": "/views", "view": "/views/1/edit", "view-opened": "/views/1",
		"catalogue-service": "/catalogue/aws/rds", "checks": "/catalogue/checks", "check": "/catalogue/checks/encryption-at-rest", "calendar": "/catalogue/calendar",
		"groups": "/settings/groups", "group": "/settings/groups/2", "group-new": "/settings/groups/new", "people": "/settings/people", "person": "/settings/people/2",
		"services": "/settings/services", "service": "/settings/services/1", "tokens": "/settings/tokens", "sign-in-rules": "/settings/sign-in",
		"providers": "/settings/providers", "notifications": "/settings/notifications", "audit": "/settings/audit", "history": "/settings/history",
		"account": "/account", "account-security": "/account/security", "account-sessions": "/account/sessions", "account-tokens": "/account/tokens",
		"servers": "/servers", "server-tokens": "/servers/tokens", "server-integrity": "/integrity", "server-integrity-explained": "/integrity?view=explained",
		"vulnerabilities": "/vulnerabilities", "vulnerability-servers": "/vulnerabilities/servers", "vulnerability-data": "/settings/vulnerabilities",
		"server-differences": "/integrity?view=group", "server-detections": "/detections", "server-detection": "/detections/1", "server-planned": "/planned",
		"sign-in": "/sign-in?again=1", "forgotten": "/forgotten",
	}
	code, server := furnishings(t, s)
	pages["first"], pages["server"] = "/first?code="+code, server
	pages["server-packages"], pages["vulnerability"] = server+"/packages", "/vulnerabilities/CVE-2026-1002"
	only := os.Getenv("DEMARC_PICTURE")
	for name, path := range pages {
		if only != "" && !strings.Contains(name, only) {
			continue
		}
		for _, theme := range []string{"light", "dark"} {
			if theme == "dark" && dir == "" && os.Getenv("DEMARC_AXE") == "" {
				continue // colours change no layout
			}
			for _, width := range []int64{1440, 390} {
				arrange(t, s, b, path, theme, width)
				if name == "account-security" && theme == "dark" { // the page of the picture comes by a form alone
					b.Submit(`form[action="/account/app/begin"] button`)
				}
				judge(t, b, path, theme, width)
				if dir != "" {
					if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%s-%d.png", name, theme, width)), b.Picture(width), 0o600); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
	}
}

// arrange goes to a page in a window of a width and theme, where it is to fit.
func arrange(t *testing.T, s *Server, b *browsertest.Tab, path, theme string, width int64) {
	t.Helper()
	b.Run(browsertest.Viewport(width, 1000), browsertest.Scheme(theme))
	b.Go(s.URL + path)
	if b.Is(`document.documentElement.scrollWidth > document.documentElement.clientWidth`) {
		t.Errorf("%s is wider than a window of %d px", path, width)
	}
	if os.Getenv("DEMARC_AXE") != "" {
		b.BypassPolicy()
		b.Go(s.URL + path)
	}
}

// judge holds the page that is shown to the rules of axe-core.
func judge(t *testing.T, b *browsertest.Tab, path, theme string, width int64) {
	t.Helper()
	if wrong, _ := b.Axe(); wrong != "" {
		t.Errorf("%s, %s, %d px:\n%s", path, theme, width, wrong)
	}
}

// furnishings are things that pages show besides the estate; it returns the
// code of a first administrator's link and the address of a server.
func furnishings(t *testing.T, s *Server) (code, server string) {
	t.Helper()
	ctx := t.Context()
	orgs, err := s.Directory.Organisations(ctx)
	if err != nil {
		t.Fatal(err)
	}
	ann := person(t, s, orgs[0].ID, "ann@example.com")
	team, err := s.Directory.Add(ctx, ann, tenant.Group{Parent: ann.Tree.Root(), Kind: tenant.Team, Name: "Payments", Scope: tenant.Scope{Teams: []string{"payments"}}})
	if err != nil {
		t.Fatal(err)
	}
	ann = person(t, s, orgs[0].ID, "ann@example.com") // with the group
	server = furnishFleet(t, s, ann, team)
	oddOneOut(t, s, ann, team)
	if _, err := s.Views.Add(ctx, ann, views.View{Place: views.Findings, Name: "Critical in the shop", Query: "severity=critical&severity=high", Group: ann.Tree.Root()}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Identity.AddService(ctx, ann, "Pipeline", ann.Grants); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Identity.Invite(ctx, ann, "cem@example.com", "Cem", ann.Grants); err != nil {
		t.Fatal(err)
	}
	other, err := s.Directory.Create(ctx, "elsewhere", "Elsewhere")
	if err != nil {
		t.Fatal(err)
	}
	link, err := s.Identity.FirstLink(ctx, other.ID)
	if err != nil {
		t.Fatal(err)
	}
	return link.Secret, server
}
