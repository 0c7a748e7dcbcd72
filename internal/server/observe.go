package server

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/jobs"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// workMetrics is what is measured of jobs and posts.
type workMetrics struct {
	attempts *prometheus.HistogramVec
	posts    *prometheus.HistogramVec
}

func newWorkMetrics(registry *prometheus.Registry) *workMetrics {
	seconds := []float64{0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600}
	m := &workMetrics{
		attempts: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "demarc_job_attempt_seconds", Help: "How long attempts at jobs took, by what became of the job.", Buckets: seconds,
		}, []string{"reason", "state"}),
		posts: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "demarc_post_seconds", Help: "How long it took to write snapshots into the ledger, by how they came.", Buckets: seconds,
		}, []string{"origin", "ok"}),
	}
	registry.MustRegister(m.attempts, m.posts)
	return m
}

// observeJob measures and traces an attempt at a job.
func (s *Server) observeJob(ctx context.Context, j jobs.Job) (context.Context, func(jobs.Job, error)) {
	start := time.Now()
	ctx, span := s.traces.Tracer(traceScope).Start(ctx, "job", trace.WithNewRoot(), trace.WithAttributes(
		attribute.Int64("demarc.job", j.ID), attribute.Int64("demarc.source", j.Source), attribute.Int("demarc.attempt", j.Attempt),
	))
	return ctx, func(j jobs.Job, err error) {
		s.measured.attempts.WithLabelValues(j.Reason, string(j.State)).Observe(time.Since(start).Seconds())
		span.SetAttributes(attribute.String("demarc.state", string(j.State)))
		end(span, err)
	}
}

// observedLedger measures and traces what is posted to a ledger.
type observedLedger struct {
	jobs.Ledger
	s *Server
}

func (l observedLedger) Post(ctx context.Context, who tenant.Who, source int64, meta inventory.Meta, a *report.Assessment) (*inventory.Posted, error) {
	start := time.Now()
	ctx, span := l.s.traces.Tracer(traceScope).Start(ctx, "post", trace.WithAttributes(attribute.Int64("demarc.source", source)))
	posted, err := l.Ledger.Post(ctx, who, source, meta, a)
	ok := "yes"
	if err != nil {
		ok = "no"
	} else {
		span.SetAttributes(attribute.Int("demarc.assets", posted.Counts.Assets), attribute.Int64("demarc.snapshot", posted.Snapshot))
	}
	l.s.measured.posts.WithLabelValues(meta.Origin, ok).Observe(time.Since(start).Seconds())
	end(span, err)
	return posted, err
}

// waiting asks the database and the queue, whenever metrics are read, what
// waits there. Of several replicas each says the same.
type waiting struct {
	s                 *Server
	jobs, queue, when *prometheus.Desc
}

func newWaiting(s *Server) *waiting {
	return &waiting{
		s:     s,
		jobs:  prometheus.NewDesc("demarc_jobs", "Jobs that wait, run, or are dead.", []string{"state"}, nil),
		queue: prometheus.NewDesc("demarc_queue_messages", "Messages on the work queue or with a worker.", nil, nil),
		when:  prometheus.NewDesc("demarc_jobs_oldest_seconds", "For how long the oldest job that could run has been waiting.", nil, nil),
	}
}

// Describe implements prometheus.Collector.
func (w *waiting) Describe(ch chan<- *prometheus.Desc) {
	ch <- w.jobs
	ch <- w.queue
	ch <- w.when
}

// Collect implements prometheus.Collector.
func (w *waiting) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	if st, err := w.s.Jobs.Stats(ctx); err != nil {
		ch <- prometheus.NewInvalidMetric(w.jobs, err)
	} else {
		for state, n := range map[jobs.State]int64{jobs.Queued: st.Queued, jobs.Running: st.Running, jobs.Dead: st.Dead} {
			ch <- prometheus.MustNewConstMetric(w.jobs, prometheus.GaugeValue, float64(n), string(state))
		}
		ch <- prometheus.MustNewConstMetric(w.when, prometheus.GaugeValue, st.Oldest.Seconds())
	}
	if n, err := w.s.Queue.Waiting(ctx); err != nil {
		ch <- prometheus.NewInvalidMetric(w.queue, err)
	} else {
		ch <- prometheus.MustNewConstMetric(w.queue, prometheus.GaugeValue, float64(n))
	}
}
