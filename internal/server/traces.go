package server

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/uptrace/bun"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"
)

// traceScope names what makes the spans.
const traceScope = "github.com/demarc-sec/demarc/internal/server"

// startTraces sends traces to an OpenTelemetry collector where the standard
// variables name one, and makes none otherwise.
func (s *Server) startTraces(ctx context.Context) error {
	s.traces = noop.NewTracerProvider()
	if os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") == "" && os.Getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") == "" {
		return nil
	}
	exporter, err := otlptracehttp.New(ctx) // reads the rest of the standard variables itself
	if err != nil {
		return fmt.Errorf("sending traces: %w", err)
	}
	about, err := resource.New(ctx, resource.WithAttributes(
		attribute.String("service.name", "demarc"), attribute.String("service.version", s.Config.Version),
		attribute.String("service.instance.id", replicaName()),
	), resource.WithFromEnv())
	if err != nil {
		return fmt.Errorf("describing this replica in traces: %w", err)
	}
	provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter), sdktrace.WithResource(about))
	s.traces = provider
	s.DB.DB = s.DB.WithQueryHook(queryTraces{provider.Tracer(traceScope)})
	s.closers = append(s.closers, func() error {
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		if err := provider.Shutdown(end); err != nil {
			s.log.WarnContext(end, "the last traces were not sent", "error", err)
		}
		return nil
	})
	return nil
}

// traced makes a span of each request. A trace that the client says it belongs
// to is linked to, not continued: anybody may send such a header.
func traced(provider trace.TracerProvider) layer {
	return otelhttp.NewMiddleware("request",
		otelhttp.WithTracerProvider(provider), otelhttp.WithPropagators(propagation.TraceContext{}),
		otelhttp.WithPublicEndpointFn(func(*http.Request) bool { return true }),
		otelhttp.WithFilter(func(r *http.Request) bool { return !quiet(r.URL.Path) }),
	)
}

// queryTraces makes a span of each query within a trace. It holds no text,
// since values stand in it.
type queryTraces struct{ tracer trace.Tracer }

func (q queryTraces) BeforeQuery(ctx context.Context, e *bun.QueryEvent) context.Context {
	if !trace.SpanFromContext(ctx).IsRecording() {
		return ctx
	}
	ctx, _ = q.tracer.Start(ctx, "database "+e.Operation(), trace.WithSpanKind(trace.SpanKindClient))
	return context.WithValue(ctx, queryKey, true)
}

func (q queryTraces) AfterQuery(ctx context.Context, e *bun.QueryEvent) {
	if ctx.Value(queryKey) == nil {
		return
	}
	end(trace.SpanFromContext(ctx), e.Err)
}

// end closes a span, and says that it failed without saying more: errors hold
// paths and values.
func end(span trace.Span, err error) {
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		span.SetStatus(codes.Error, fmt.Sprintf("%T", err))
	}
	span.End()
}
