package reporttest

import (
	"fmt"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/report"
)

// Large is an estate of n assets with twelve duties and two findings each,
// made while it is ranged over, so that what a test measures is the format.
func Large(n int) *report.Assessment {
	rows := Rows()
	id := func(i int) string { return fmt.Sprintf("prod:aws_s3_bucket.b[%d]", i) }
	duties := []string{
		"data.configure", "encryption-at-rest.operate", "encryption-at-rest.configure", "backup.operate", "backup.configure", "backup.retain",
		"transport-encryption.configure", "control-plane.operate", "hosts.operate", "network-fabric.operate", "facility.operate", "logging.configure",
	}
	rowOfDuty := map[string]string{}
	for _, d := range duties {
		rowOfDuty[d] = rowOf(d)
	}
	doc := &report.Document{URL: "https://docs.example/aws/s3/shared-responsibility", Title: "Amazon S3: shared responsibility"}
	a := &report.Assessment{
		Tool: report.Tool{Name: "demarc", Version: "1.0.0-test"}, AssessedAt: "2026-03-14T09:26:53Z",
		Sources: []report.Source{{Kind: "terraform", Path: "infra", Resources: n}}, Rows: rows, Checks: sampleChecks(),
		Summary: report.Summary{
			Resources: n, Assets: n, Duties: n * len(duties),
			Owners:     map[string]int{report.Provider: n * 6, report.Customer: n * 6},
			Statuses:   map[string]int{report.Assured: n * 6, report.Verified: n * 4, report.Failing: n * 2},
			Results:    map[string]int{report.Fail: n * 2},
			Severities: map[string]int{"high": n * 2},
		},
	}
	a.Assets = func(yield func(report.Asset) bool) {
		for i := range n {
			at := estate.Location{File: "infra/storage.tf", Line: i + 1, EndLine: i + 9}
			if !yield(report.Asset{
				ID: id(i), Address: id(i)[5:], Addresses: []string{id(i)[5:]}, Kind: "object-store", KindTitle: "Object store", Provider: "aws",
				Service: "aws/s3", ServiceName: "Amazon S3", Model: "paas", NativeType: "aws_s3_bucket", Name: "b", Account: "111122223333", Region: "eu-central-1",
				Environment: "production", Team: "data", Location: at,
				Facts: report.FactsOf(map[string]report.Fact{
					"encrypted_at_rest": {Value: true, How: "constant"},
					"public_read":       {Value: false, How: "set", Attribute: "policy", Location: at},
					"versioning":        {Unknown: "known only after apply", Attribute: "versioning", Location: at},
				}),
			}) {
				return
			}
		}
	}
	a.Duties = func(yield func(report.Duty) bool) {
		for i := range n {
			asset := id(i)
			for k, r := range duties {
				d := report.Duty{Asset: asset, Responsibility: r, Row: rowOfDuty[r], Owner: report.Provider, Party: "aws", Status: report.Assured, Basis: report.Basis{Rule: "aws/s3", Document: doc, VerifiedOn: "2026-02-01"}}
				if k%2 == 0 {
					d.Owner, d.Party, d.Team, d.Status = report.Customer, "customer", "data", report.Verified
					if k < 4 {
						d.Status = report.Failing
					}
				}
				if !yield(d) {
					return
				}
			}
		}
	}
	a.Findings = func(yield func(report.Finding) bool) {
		for _, check := range []string{"encryption-at-rest", "public-read"} {
			for i := range n {
				if !yield(report.Finding{
					Fingerprint: check + id(i), Check: check, Title: "The store cannot be read by everybody", Severity: "high", Result: report.Fail,
					Asset: id(i), Address: id(i)[5:], Responsibility: "data.configure", Row: "data", Owner: report.Customer, Team: "data",
					Location: estate.Location{File: "infra/storage.tf", Line: i + 1}, Message: "The bucket policy grants s3:GetObject to *.",
					Why: "What is public stays public.", Remediation: "Block public access.",
				}) {
					return
				}
			}
		}
	}
	return a
}
