package server

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/demarc-sec/demarc/internal/jobs"
	"github.com/demarc-sec/demarc/internal/sources"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// collector keeps what is sent to it as an OpenTelemetry collector.
type collector struct {
	mu  sync.Mutex
	got bytes.Buffer
}

func (c *collector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body := io.Reader(r.Body)
	if r.Header.Get("Content-Encoding") == "gzip" {
		var err error
		if body, err = gzip.NewReader(r.Body); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	io.Copy(&c.got, body) //nolint:errcheck // what is missing is found missing
	w.Header().Set("Content-Type", "application/x-protobuf")
}

// A request and a job are traced down to their queries, and nothing that may
// be secret is in it.
func TestTraces(t *testing.T) {
	c := &collector{}
	receiver := httptest.NewServer(c)
	defer receiver.Close()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.URL)
	t.Run("serve", func(t *testing.T) {
		s := start(t, Config{Version: "1.2.3"})
		s.mux.HandleFunc("GET /sign-in/of/things/{id}", func(w http.ResponseWriter, r *http.Request) {
			if _, err := s.Directory.Organisations(r.Context()); err != nil {
				t.Error(err)
			}
		})
		get(t, http.DefaultClient, s.URL+"/sign-in/of/things/7?code=swordfish")
		oneJob(t, s)
	})
	c.mu.Lock()
	defer c.mu.Unlock()
	got := c.got.String()
	for _, want := range []string{"GET /sign-in/of/things/{id}", "database SELECT", "job", "post", "demarc.snapshot", "1.2.3"} {
		if !strings.Contains(got, want) {
			t.Errorf("the traces have no %q", want)
		}
	}
	for _, not := range []string{"swordfish", "SELECT *", "healthz"} {
		if strings.Contains(got, not) {
			t.Errorf("the traces have %q", not)
		}
	}
}

// oneJob runs an assessment to its end.
func oneJob(t *testing.T, s *Server) {
	t.Helper()
	org, err := s.Directory.Create(t.Context(), "shop", "Shop")
	if err != nil {
		t.Fatal(err)
	}
	tree, err := s.Directory.Tree(t.Context(), org.ID)
	if err != nil {
		t.Fatal(err)
	}
	who := tenant.Who{Actor: tenant.BySystem(org.ID), Tree: tree}
	src, err := s.Sources.Add(t.Context(), who, sources.Source{Kind: sources.Upload, Name: "estate"}, "")
	if err != nil {
		t.Fatal(err)
	}
	upload, err := s.Sources.Store(t.Context(), who, src.ID, "main.tf", strings.NewReader(`resource "aws_sqs_queue" "q" {}`))
	if err != nil {
		t.Fatal(err)
	}
	job, err := s.Jobs.Add(t.Context(), who, src.ID, upload, jobs.Uploaded, jobs.Meta{})
	if err != nil {
		t.Fatal(err)
	}
	waitFor(t, "the job's end", func() bool {
		if job, err = s.Jobs.Get(t.Context(), who, job.ID); err != nil {
			t.Fatal(err)
		}
		return !job.Finished.IsZero()
	})
	if job.State != jobs.Done {
		t.Fatalf("the job is %s: %s", job.State, job.Problem)
	}
}

func TestMetrics(t *testing.T) {
	s := start(t, Config{Version: "1.2.3"})
	oneJob(t, s)
	waitFor(t, "the job among what is measured", func() bool { // shortly after it is seen in the database
		w := httptest.NewRecorder()
		s.metrics.handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
		for _, want := range []string{
			`demarc_build_info{go="go`, `version="1.2.3"} 1`, `demarc_jobs{state="queued"} 0`, `demarc_jobs{state="dead"} 0`, "demarc_queue_messages 0",
			`demarc_job_attempt_seconds_count{reason="upload",state="done"} 1`, `demarc_post_seconds_count{ok="yes",origin="upload"} 1`,
		} {
			if !strings.Contains(w.Body.String(), want) {
				t.Log("no " + want)
				return false
			}
		}
		return true
	})
}
