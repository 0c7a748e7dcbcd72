package waive

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/demarc-sec/demarc/internal/check"
	"github.com/demarc-sec/demarc/internal/config"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/normalise"
)

func TestParse(t *testing.T) {
	for text, want := range map[string][]Comment{
		"plain words": nil,
		`demarc:waive=public-read until=2027-01-31 reason="the website's own bucket" by=ana`: {
			{Tool: "demarc:waive", IDs: []string{"public-read"}, Until: "2027-01-31", Reason: "the website's own bucket", By: "ana"},
		},
		"demarc:waive=a,b-c": {{Tool: "demarc:waive", IDs: []string{"a", "b-c"}}},
		"checkov:skip=CKV_AWS_20:The bucket is a public static content host": {
			{Tool: "checkov:skip", IDs: []string{"CKV_AWS_20"}, Reason: "The bucket is a public static content host"},
		},
		"bridgecrew:skip=CKV_AWS_20":                    {{Tool: "checkov:skip", IDs: []string{"CKV_AWS_20"}}},
		"trivy:ignore:AVD-AWS-0086 trivy:ignore:aws-s3": {{Tool: "trivy:ignore", IDs: []string{"AVD-AWS-0086"}}, {Tool: "trivy:ignore", IDs: []string{"aws-s3"}}},
		"tfsec:ignore:aws-ec2-no-public:exp:2026-01-02": {{Tool: "tfsec:ignore", IDs: []string{"aws-ec2-no-public"}, Until: "2026-01-02"}},
		"trivy:ignore:AVD-AWS-0086[bucket=x]":           {{Tool: "trivy:ignore", IDs: []string{"AVD-AWS-0086"}}},
		"kics-scan ignore-block":                        {{Tool: "kics-scan ignore-block", IDs: []string{"*"}}},
		"kube-linter:skip=no-x:writes its cache":        {{Tool: "kube-linter:skip", IDs: []string{"no-x"}, Reason: "writes its cache"}},
		"kube-score:ignore=pod-probes":                  {{Tool: "kube-score:ignore", IDs: []string{"pod-probes"}}},
		"polaris:exempt=*":                              {{Tool: "polaris:exempt", IDs: []string{"*"}}},
		"kics-scan disable=e592a0c5,aa":                 {{Tool: "kics-scan disable", IDs: []string{"e592a0c5", "aa"}}},
	} {
		if diff := cmp.Diff(want, Parse(text)); diff != "" {
			t.Errorf("%q (want -, got +):\n%s", text, diff)
		}
	}
}

func TestExpiryAndPolicy(t *testing.T) {
	c := &check.Check{ID: "public-read", Severity: check.High, Elsewhere: map[string][]string{"checkov": {"CKV_AWS_20"}}}
	a := &estate.Asset{ID: "aws_s3_bucket.x", Address: "aws_s3_bucket.x"}
	for _, x := range []struct {
		name, comment   string
		config          config.Config
		waived, expired bool
	}{
		{"in time", "demarc:waive=public-read until=2026-11-23", config.Config{}, true, false},
		{"out of time", "demarc:waive=public-read until=2026-11-22", config.Config{}, true, true},
		{"no day", "demarc:waive=public-read", config.Config{}, true, false},
		{"no such day", "demarc:waive=public-read until=soon", config.Config{}, true, true},
		{"another check", "demarc:waive=public-write", config.Config{}, false, false},
		{"another tool's id", "checkov:skip=CKV_AWS_20", config.Config{}, true, false},
		{"another tool's other id", "checkov:skip=CKV_AWS_21", config.Config{}, false, false},
		{"policy refuses comments", "demarc:waive=public-read", config.Config{Policy: config.Policy{RefuseComments: true}}, false, false},
		{"policy refuses foreign", "checkov:skip=CKV_AWS_20", config.Config{Policy: config.Policy{RefuseForeign: true}}, false, false},
		{"policy never waives high", "demarc:waive=public-read", config.Config{Policy: config.Policy{NeverWaive: []string{"high"}}}, false, false},
		{"policy bounds the time", "demarc:waive=public-read until=2030-01-01", config.Config{Policy: config.Policy{MaxDays: 90}}, true, true},
		{"policy wants a day", "demarc:waive=public-read", config.Config{Policy: config.Policy{MaxDays: 90}}, true, true},
	} {
		t.Run(x.name, func(t *testing.T) {
			w := &Waivers{Config: &x.config, Today: time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)}
			got := w.For(map[*estate.Asset][]normalise.Comment{a: {{Text: x.comment}}})(a, check.Result{Check: c})
			if (got != nil) != x.waived || got != nil && got.Expired != x.expired {
				t.Errorf("got %+v, want waived %v expired %v", got, x.waived, x.expired)
			}
		})
	}
}

// TestAtCalls lets comments at a module call hold for what is inside, where
// their tool does so.
func TestAtCalls(t *testing.T) {
	c := &check.Check{
		ID: "public-read", Severity: check.High,
		Elsewhere: map[string][]string{"checkov": {"CKV_AWS_20"}, "trivy": {"AVD-AWS-0086"}},
	}
	a := &estate.Asset{ID: "module.m.aws_s3_bucket.x"}
	for comment, waived := range map[string]bool{
		"demarc:waive=public-read":     true,
		"checkov:skip=CKV_AWS_20:site": true,
		"trivy:ignore:AVD-AWS-0086":    true,
		"tfsec:ignore:AVD-AWS-0086":    true,
		"trivy:ignore:AWS-0086":        true,
		"trivy:ignore:AWS-0087":        false,
		"kics-scan ignore-block":       false,
		"checkov:skip=CKV_AWS_21":      false,
	} {
		w := &Waivers{Config: &config.Config{}}
		if got := w.For(map[*estate.Asset][]normalise.Comment{a: {{Text: comment, Call: true}}})(a, check.Result{Check: c}); (got != nil) != waived {
			t.Errorf("%s: got %+v, want waived %v", comment, got, waived)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"demarc:waive=a until=2027-01-01", "checkov:skip=X:y", "trivy:ignore:x[a]", "tfsec:ignore:a:exp:2026-01-01", "kics-scan disable=a,b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, c := range Parse(text) {
			if c.Tool == "" || len(c.IDs) == 0 {
				t.Errorf("%q gives the empty waiver %+v", text, c)
			}
		}
	})
}
