package server

import (
	"archive/zip"
	"bytes"
	"io"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/jobs"
	"github.com/demarc-sec/demarc/internal/sources"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// organisation makes one with somebody who administers it, and returns also
// somebody else who does.
func organisation(t *testing.T, s *Server) (ann, bob tenant.Who) {
	t.Helper()
	org, err := s.Directory.Create(t.Context(), "shop", "Shop")
	if err != nil {
		t.Fatal(err)
	}
	tree, err := s.Directory.Tree(t.Context(), org.ID)
	if err != nil {
		t.Fatal(err)
	}
	who := func(id int64, name string) tenant.Who {
		return tenant.Who{Actor: tenant.Actor{Kind: tenant.Person, ID: id, Name: name, Org: org.ID, Grants: []tenant.Grant{{Group: tree.Root(), Role: tenant.Administrator}}}, Tree: tree}
	}
	return who(1, "Ann"), who(2, "Bob")
}

// assess uploads a file and waits for its job.
func assess(t *testing.T, s *Server, who tenant.Who, source int64, name, text string) jobs.Job {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	f, err := z.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(f, text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	upload, err := s.Sources.Store(t.Context(), who, source, "estate.zip", &b)
	if err != nil {
		t.Fatal(err)
	}
	job, err := s.Jobs.Add(t.Context(), who, source, upload, jobs.Uploaded, jobs.Meta{})
	if err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if job, err = s.Jobs.Get(t.Context(), who, job.ID); err != nil {
			t.Fatal(err)
		}
		if !job.Finished.IsZero() {
			return job
		}
	}
	t.Fatalf("the job is still %s", job.State)
	return job
}

func open(t *testing.T, s *Server, who tenant.Who) []inventory.Finding {
	t.Helper()
	page, err := s.Inventory.Findings(t.Context(), who, inventory.FindingQuery{States: []string{inventory.Open}})
	if err != nil {
		t.Fatal(err)
	}
	return page.Items
}

// A source is assessed, a finding accepted by a second person, mended, and
// comes back: through everything but the pages.
func TestEstate(t *testing.T) {
	eachServerAs(t, Config{Version: "test"}, func(t *testing.T, s *Server) {
		ann, bob := organisation(t, s)
		src, err := s.Sources.Add(t.Context(), ann, sources.Source{Kind: sources.Upload, Name: "estate"}, "")
		if err != nil {
			t.Fatal(err)
		}
		const public = `resource "aws_db_instance" "orders" {
  engine              = "postgres"
  publicly_accessible = true
}
`
		if job := assess(t, s, ann, src.ID, "main.tf", public); job.State != jobs.Done {
			t.Fatalf("%s: %s", job.State, job.Problem)
		}
		failing := open(t, s, ann)
		if len(failing) == 0 {
			t.Fatal("nothing fails")
		}
		first := failing[0]
		asked, err := s.Waivers.Request(t.Context(), ann, []int64{first.ID}, "A trial without data, gone next week.", time.Now().AddDate(0, 0, 7).Format(time.DateOnly))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Waivers.Approve(t.Context(), bob, asked.ID, ""); err != nil {
			t.Fatal(err)
		}
		state := func() string {
			f, err := s.Inventory.Finding(t.Context(), ann, first.ID)
			if err != nil {
				t.Fatal(err)
			}
			return f.State
		}
		if got := state(); got != inventory.Waived {
			t.Errorf("approved, the finding is %s", got)
		}
		assess(t, s, ann, src.ID, "main.tf", public+"# assessed again\n")
		if got := state(); got != inventory.Waived {
			t.Errorf("assessed again, the finding is %s", got)
		}
		if err := s.Waivers.Revoke(t.Context(), bob, asked.ID, "It stays."); err != nil {
			t.Fatal(err)
		}
		if got := state(); got != inventory.Open {
			t.Errorf("revoked, the finding is %s", got)
		}
		job := assess(t, s, ann, src.ID, "empty.tf", `resource "aws_sqs_queue" "q" {}`+"\n")
		if job.State != jobs.Done || len(open(t, s, ann)) >= len(failing) {
			t.Errorf("with the database gone %d findings are open, %s %s", len(open(t, s, ann)), job.State, job.Problem)
		}
	})
}
