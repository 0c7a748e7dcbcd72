package foreign

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/demarc-sec/demarc/internal/source"
)

// line writes what matters of a finding in one line.
func line(f Finding) string {
	outcome := [...]string{"unknown", "fail", "pass"}[f.Outcome]
	if f.Suppressed != "" {
		outcome += " (" + f.Suppressed + ")"
	}
	where := f.Image + f.Host
	if f.File != "" {
		where = fmt.Sprintf("%s:%d", f.File, f.Line)
	}
	return strings.Join([]string{f.Tool, f.Rule, outcome, f.Severity, string(f.Class), f.Type, strings.Join(f.Resources, " "), where}, " | ")
}

func read(t testing.TB, path string) (kind Kind, found []Finding, gaps []source.Gap) {
	t.Helper()
	kind, err := Read(t.Context(), path, func(f Finding) { found = append(found, f) }, func(g source.Gap) { gaps = append(gaps, g) })
	if err != nil {
		t.Fatal(err)
	}
	return kind, found, gaps
}

// TestRead reads one small report of each format.
func TestRead(t *testing.T) {
	for _, x := range []struct {
		file string
		kind Kind
		want []string
	}{
		{"trivy.sarif", SARIF, []string{
			"trivy | AVD-AWS-0107 | fail | critical |  |  |  | infra/net.tf:12",
			"trivy | AVD-AWS-0086 | fail (kept for the website) | high |  |  |  | /srv/infra/site.tf:3",
			"trivy | aws-secret-access-key | fail | critical | secret |  |  | app/deploy.env:2",
			"trivy | CVE-2024-0001 | fail | high | os-package |  |  | shop/web:1",
		}},
		{"semgrep.sarif", SARIF, []string{
			"semgrep | python.lang.security.audit.eval-detected | fail | medium | code |  | https://github.com/shop/web | app/main.py:9",
			"semgrep | python.lang.security.audit.eval-detected | pass | medium | code |  | https://github.com/shop/web | app/other.py:1",
		}},
		{"prowler.ocsf.json", OCSF, []string{
			"prowler | s3_bucket_public_access | fail | critical |  | AwsS3Bucket | arn:aws:s3:::invoices invoices | ",
			"prowler | ec2_ebs_default_encryption | pass | medium |  | AwsAccount | 111122223333 | ",
			"prowler | iam_root_mfa_enabled | fail (accepted until the audit) | critical |  | AwsIamUser | arn:aws:iam::111122223333:root root | ",
			"prowler | storage_secure_transfer_required_is_enabled | unknown | medium |  | Microsoft.Storage/storageAccounts | /subscriptions/5/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/shop shop | ",
		}},
		{"securityhub.ocsf.jsonl", OCSF, []string{
			"security-hub | S3.8 | fail | high |  | AwsS3Bucket | arn:aws:s3:::invoices | ",
			"security-hub | EC2.7 | pass | low |  | AwsAccount | 111122223333 | ",
		}},
		{"securityhub.asff.json", ASFF, []string{
			"security-hub | S3.8 | fail | high |  | AwsS3Bucket | arn:aws:s3:::invoices | ",
			"security-hub | IAM.6 | fail (a hardware token is on order) | critical |  | AwsAccount | AWS::::Account:111122223333 | ",
			"inspector | CVE-2024-0002 | fail | high | os-package | AwsEc2Instance | arn:aws:ec2:eu-central-1:111122223333:instance/i-0abc | ",
		}},
		{"trivy.json", Trivy, []string{
			"trivy | CVE-2024-0001 | fail | high | os-package |  |  | shop/web:1",
			"trivy | CVE-2024-0003 | fail | medium | language-package |  |  | shop/web:1",
			"trivy | github-pat | fail | critical | secret |  |  | app/.env:4",
			"trivy | CVE-2024-0009 | fail (the function is never called) | low | os-package |  |  | shop/web:1",
		}},
		{"trivy-config.json", Trivy, []string{
			"trivy | AVD-AWS-0086 | fail | high |  |  | aws_s3_bucket.site | site.tf:1",
			"trivy | AVD-AWS-0088 | pass | high |  |  |  | site.tf:0",
		}},
		{"trivy-k8s.json", Trivy, []string{
			"trivy | AVD-KSV-0012 | fail | medium |  | Deployment | Deployment/shop/web | ",
		}},
		{"checkov.json", Checkov, []string{
			"checkov | CKV_AWS_21 | pass |  |  | aws_s3_bucket | aws_s3_bucket.site | /srv/infra/site.tf:1",
			"checkov | CKV_AWS_18 | fail |  |  | aws_s3_bucket | aws_s3_bucket.site | /srv/infra/site.tf:1",
			"checkov | CKV_AWS_19 | fail (default encryption suffices) | low |  | aws_s3_bucket | module.data.aws_s3_bucket.logs[0] aws_s3_bucket.logs | modules/logs/main.tf:4",
			"checkov | CKV_DOCKER_3 | fail |  |  | dockerfile/Image | /srv/app/Dockerfile | /srv/app/Dockerfile:1",
			"checkov | CKV_K8S_11 | fail |  |  | Deployment | Deployment.shop.web | /srv/k8s/production/kustomization.yaml:2",
			"checkov | CKV_SECRET_6 | fail |  | secret |  |  | /srv/app/config.yaml:7",
		}},
		{"kubescape.json", Kubescape, []string{
			"kubescape | C-0013 | fail | medium |  | Deployment | Deployment/shop/web | k8s/web.yaml:0",
			"kubescape | C-0057 | pass | high |  | Deployment | Deployment/shop/web | k8s/web.yaml:0",
			"kubescape | C-0016 | fail (excepted by exclude-kube-system) |  |  | Deployment | Deployment/shop/web | k8s/web.yaml:0",
		}},
		{"xccdf.xml", XCCDF, []string{
			"openscap | sshd_disable_root_login | fail | high | hardening |  |  | web-1.example.org",
			"openscap | audit_rules_time | pass | medium | hardening |  |  | web-1.example.org",
			"openscap | oval-com.example.rhsa-1 | fail | low | os-package |  |  | web-1.example.org",
			"openscap | file_permissions | fail (read by the backup) | medium | hardening |  |  | web-1.example.org",
		}},
		{"arf.xml", XCCDF, []string{"openscap | partition_for_tmp | fail | low | hardening |  |  | db-1"}},
		{"osv.json", OSV, []string{
			"osv-scanner | GHSA-aaaa-bbbb-cccc | fail | high | language-package |  |  | app/package-lock.json:0",
			"osv-scanner | DSA-1 | fail | medium | os-package |  |  | shop/web:1",
		}},
		{"cyclonedx.json", CycloneDX, []string{
			"trivy | CVE-2024-0001 | fail | critical | os-package |  |  | shop/web:1",
			"trivy | CVE-2024-0004 | fail (not affected: the class is not loaded) | high | language-package |  |  | shop/web:1",
			"trivy | CVE-2024-0005 | unknown | medium | language-package |  |  | shop/web:1",
		}},
		{"openvex.json", OpenVEX, []string{
			"openvex | CVE-2024-0001 | fail |  | os-package |  |  | registry.example.org/shop/web:1",
			"openvex | CVE-2024-0006 | fail (not affected: vulnerable code not in execute path) |  | language-package |  | pkg:npm/left-pad@1.0.0 | ",
			"openvex | CVE-2023-1 | pass |  | language-package |  | pkg:npm/left-pad@1.0.0 | ",
		}},
		{"cyclonedx.xml", CycloneDX, []string{
			"grype | CVE-2024-0001 | fail | critical | os-package |  |  | shop/web:1",
			"grype | CVE-2024-0004 | fail (not affected: the class is not loaded) | high | language-package |  |  | shop/web:1",
			"grype | CVE-2024-0005 | unknown |  | language-package |  |  | shop/web:1",
		}},
		{"cyclonedx-1.2.xml", CycloneDX, []string{"grype | CVE-2011-3374 | fail | critical | os-package |  |  | shop/web:1"}},
		{"kics.json", KICS, []string{
			"kics | 38c5ee0d-7f22-4260-ab72-5073048df100 | fail | critical |  | aws_s3_bucket | aws_s3_bucket.site | infra/site.tf:3",
			"kics | 38c5ee0d-7f22-4260-ab72-5073048df100 | fail | critical |  | aws_s3_bucket |  | modules/logs/main.tf:9",
			"kics | a97a340a-0063-418e-b3a1-3028941d0995 | fail | high |  | Deployment | Deployment//web | k8s/web.yaml:14",
			"kics | fd54f200-402c-4333-a5a4-36ef6709af2f | fail | high |  | dockerfile/Image | app/Dockerfile | app/Dockerfile:1",
			"kics | 487f4be7-3fd9-4506-a07a-eae252180c08 | fail | high | secret | aws_db_instance |  | infra/db.tf:6",
		}},
		{"semgrep.json", Semgrep, []string{
			"semgrep | python.lang.security.audit.eval-detected.eval-detected | fail | medium | code |  |  | app/main.py:9",
			"semgrep | terraform.aws.security.aws-s3-bucket-acl.public-read | fail (ignored by a comment in the source) | high |  |  |  | infra/site.tf:3",
			"semgrep | generic.secrets.security.detected-aws-key.detected-aws-key | fail | critical | secret |  |  | app/deploy.env:2",
		}},
		{"tfsec.json", TFSec, []string{
			"tfsec | aws-s3-enable-bucket-encryption | fail | high |  | aws_s3_bucket | aws_s3_bucket.site | /srv/infra/site.tf:1",
			"tfsec | aws-s3-enable-versioning | pass | medium |  | aws_s3_bucket | module.logs:aws_s3_bucket.this[0] | /srv/infra/modules/logs/main.tf:4",
			"tfsec | google-sql-no-public-access | fail (ignored in tfsec) | high |  | google_sql_database_instance | google_sql_database_instance.shop | /srv/infra/db.tf:8",
			"tfsec | AWS025 | fail | high |  |  |  | api.tf:29",
		}},
		{"grype.json", Grype, []string{
			"grype | CVE-2024-0001 | fail | high | os-package |  |  | shop/web:1",
			"grype | GHSA-aaaa-bbbb-cccc | fail | medium | language-package |  |  | shop/web:1",
			"grype | CVE-2024-0009 | fail (not affected) | critical | os-package |  |  | shop/web:1",
		}},
		{"grype-directory.json", Grype, []string{"grype | CVE-2024-0003 | fail | low | language-package |  |  | app/requirements.txt:0"}},
		{"snyk-iac.json", SnykIaC, []string{
			"snyk-iac | SNYK-CC-TF-136 | fail | medium |  |  | aws_redshift_cluster.stock | infra/stock.tf:10",
			"snyk-iac | SNYK-CC-TF-242 | fail (ignored in Snyk) | high |  |  | google_sql_database_instance.shop | infra/db.tf:9",
			"snyk-iac | SNYK-CC-K8S-1 | fail | high |  |  |  | k8s/web.yaml:0",
		}},
		{"empty.json", Nothing, nil},
	} {
		t.Run(x.file, func(t *testing.T) {
			kind, found, gaps := read(t, filepath.Join("testdata", x.file))
			var got []string
			for _, f := range found {
				got = append(got, line(f))
			}
			if diff := cmp.Diff(x.want, got); diff != "" || kind != x.kind {
				t.Errorf("%s (-want +got):\n%s", kind, diff)
			}
			if len(gaps) > 0 {
				t.Errorf("gaps: %v", gaps)
			}
		})
	}
}

// TestNoSecrets holds that what scanners quote of a credential, and the source
// around it, is nowhere in what is read.
func TestNoSecrets(t *testing.T) {
	files, err := filepath.Glob("testdata/*")
	if err != nil {
		t.Fatal(err)
	}
	met := 0
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		met += strings.Count(string(text), "hunter2")
		_, found, _ := read(t, path)
		for _, f := range found {
			if strings.Contains(fmt.Sprintf("%+v", f), "hunter2") {
				t.Errorf("%s keeps a credential: %+v", path, f)
			}
		}
	}
	if met < 4 {
		t.Errorf("the fixtures quote a credential %d times, too seldom to show anything", met)
	}
}

// TestBroken reads reports that are cut short, mangled or of no known format.
func TestBroken(t *testing.T) {
	whole, err := os.ReadFile("testdata/prowler.ocsf.json")
	if err != nil {
		t.Fatal(err)
	}
	lines, err := os.ReadFile("testdata/securityhub.ocsf.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	xccdf, err := os.ReadFile("testdata/xccdf.xml")
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		name, text string
		found      int
		gap        string // what one gap says
		fatal      bool
	}{
		{"array cut short", string(whole[:len(whole)*3/5]), 2, "breaks off here", true},
		{"a broken line among others", "{\"class_uid\": 2003, \n" + string(lines), 2, "x:1: a finding could not be read", false},
		{"last line cut short", string(lines[:len(lines)-200]), 1, "x:2: a finding could not be read", false},
		{"record of the wrong shape", `[{"class_uid":2004,"metadata":{"product":{"name":"Prowler"},"event_code":"a"},"resources":7},
			{"class_uid":2004,"metadata":{"product":{"name":"Prowler"},"event_code":"b"},"finding_info":{"title":"B"}}]`, 1, "x:1: a finding could not be read: resources", false},
		{"SARIF without regions", `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"KICS"}},"results":[{"ruleId":"a","message":{"text":"m"}},{"ruleId":"b","message":{},"locations":[{}]}]}]}`, 2, "", false},
		{"SARIF result that is no object", `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"KICS"}},"results":[7,{"ruleId":"b"}]}]}`, 1, "x:1: a finding could not be read", false},
		{"not JSON after a while", `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"KICS"}},"results":[{"ruleId":"b"},` + "\n<html>", 1, "x:2: is not JSON from here on", true},
		{"XML cut short", string(xccdf[:len(xccdf)-300]), 3, "breaks off here", true},
		{"XML bomb", `<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaa"><!ENTITY c "&a;&a;">]><TestResult><target>&c;</target></TestResult>`, 0, "is not XML from here on", true},
		{"XML of the wrong shape", `<bom xmlns="http://cyclonedx.org/schema/bom/1.4"><vulnerabilities><vulnerability><id>CVE-1</id><ratings><rating><score>high</score></rating></ratings></vulnerability></vulnerabilities></bom>`, 1, "", false},
		{"CycloneDX cut short", `<bom xmlns="http://cyclonedx.org/schema/bom/1.4"><vulnerabilities><vulnerability><id>CVE-1</id></vulnerability><vulnerability><id>CVE-2`, 1, "breaks off here", true},
		{"KICS with a query of the wrong shape", `{"kics_version":"2","queries":[{"query_id":"a","files":7},{"query_id":"b","files":[{"file_name":"a.tf"}]}]}`, 1, "x:1: a finding could not be read: files", false},
		{"Snyk cut short", `{"infrastructureAsCodeIssues":[{"id":"SNYK-CC-TF-1"},{"id":`, 1, "breaks off here", true},
		{"Grype with a source that is no object", `{"matches":[{"vulnerability":{"id":"CVE-1"}}],"source":7,"descriptor":{}}`, 1, "x:1: a finding could not be read", false},
		{"deep XML", "<TestResult>" + strings.Repeat("<a>", 400), 0, "nested too deep", true},
		{"deep JSON", `{"version":"2.1.0","runs":[{"results":` + strings.Repeat("[", 20000), 0, "exceeded max depth", true},
	} {
		t.Run(x.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x")
			if err := os.WriteFile(path, []byte(x.text), 0o600); err != nil {
				t.Fatal(err)
			}
			_, found, gaps := read(t, path)
			if len(found) != x.found {
				t.Errorf("%d findings, want %d", len(found), x.found)
			}
			if x.gap == "" && len(gaps) > 0 || x.gap != "" && (len(gaps) == 0 || !strings.Contains(gaps[len(gaps)-1].What, x.gap) || gaps[len(gaps)-1].Fatal != x.fatal) {
				t.Errorf("gaps %+v, want %q", gaps, x.gap)
			}
		})
	}
}

func TestUnknownFormat(t *testing.T) {
	for _, text := range []string{"", "hello", "{}", `{"runs": 3}`, `[1,2]`, "<html><body/></html>", `{"title":"bomFormat statements class_uid"}`} {
		path := filepath.Join(t.TempDir(), "x")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		var unknown *UnknownFormatError
		if kind, err := Read(t.Context(), path, func(Finding) {}, func(source.Gap) {}); !errors.As(err, &unknown) {
			t.Errorf("%q is taken for %q: %v", text, kind, err)
		}
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Read(ctx, "testdata/prowler.ocsf.json", func(Finding) {}, func(source.Gap) {}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestPaths(t *testing.T) {
	for in, want := range map[string]string{
		"infra/main.tf": "infra/main.tf", "./a.tf": "a.tf", "file:///srv/a%20b.tf": "/srv/a b.tf", "file:/srv/a.tf": "/srv/a.tf",
		`C:\x\a.tf`: "C:/x/a.tf", "https://example.org/a.tf": "", "git::https://example.org/m": "",
	} {
		if got := FilePath(in); got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
}

func TestKubernetesObject(t *testing.T) {
	for in, want := range map[string]string{
		"path=1881121400/api=apps/v1//Deployment/web": "Deployment//web",
		"path=1/api=apps/v1/shop/Deployment/web":      "Deployment/shop/web",
		"apps/v1/shop/Deployment/web":                 "Deployment/shop/web",
		"rbac.authorization.k8s.io/v1//ClusterRole/a": "ClusterRole//a",
		"web": "web",
	} {
		if got := KubernetesObject(in); got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
}

// fuzz reads arbitrary bytes as one format: no panic, and whatever is found is
// fit to be shown.
func fuzz(f *testing.F, kind Kind, files ...string) {
	for _, name := range files {
		text, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
		f.Add(text[:len(text)/2])
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		path := filepath.Join(t.TempDir(), "x")
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		r := &report{ctx: t.Context(), path: path, head: text[:min(len(text), headSize)], gap: func(g source.Gap) {
			if g.What == "" {
				t.Error("a gap that says nothing")
			}
		}, yield: func(g Finding) {
			if g.Rule == "" || g.Tool == "" || g.Title == "" || strings.ContainsAny(g.Rule+g.Title+g.Message+g.File, "\n\x1b\x00") {
				t.Errorf("unfit to be shown: %+v", g)
			}
		}}
		_ = readers[kind](r)
		Detect(r.head)
	})
}

func FuzzSARIF(f *testing.F)     { fuzz(f, SARIF, "trivy.sarif", "semgrep.sarif") }
func FuzzOCSF(f *testing.F)      { fuzz(f, OCSF, "prowler.ocsf.json", "securityhub.ocsf.jsonl") }
func FuzzASFF(f *testing.F)      { fuzz(f, ASFF, "securityhub.asff.json") }
func FuzzTrivy(f *testing.F)     { fuzz(f, Trivy, "trivy.json", "trivy-config.json", "trivy-k8s.json") }
func FuzzCheckov(f *testing.F)   { fuzz(f, Checkov, "checkov.json") }
func FuzzKubescape(f *testing.F) { fuzz(f, Kubescape, "kubescape.json") }
func FuzzXCCDF(f *testing.F)     { fuzz(f, XCCDF, "xccdf.xml", "arf.xml") }
func FuzzOSV(f *testing.F)       { fuzz(f, OSV, "osv.json") }
func FuzzCycloneDX(f *testing.F) {
	fuzz(f, CycloneDX, "cyclonedx.json", "cyclonedx.xml", "cyclonedx-1.2.xml")
}
func FuzzOpenVEX(f *testing.F) { fuzz(f, OpenVEX, "openvex.json") }
func FuzzKICS(f *testing.F)    { fuzz(f, KICS, "kics.json") }
func FuzzSemgrep(f *testing.F) { fuzz(f, Semgrep, "semgrep.json") }
func FuzzTFSec(f *testing.F)   { fuzz(f, TFSec, "tfsec.json") }
func FuzzGrype(f *testing.F)   { fuzz(f, Grype, "grype.json", "grype-directory.json") }
func FuzzSnykIaC(f *testing.F) { fuzz(f, SnykIaC, "snyk-iac.json") }
