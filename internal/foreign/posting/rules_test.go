package posting

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/check"
	"github.com/demarc-sec/demarc/internal/foreign"
)

var today = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

func rules(t testing.TB) *Rules {
	t.Helper()
	cat, err := catalogue.Load(catalogue.Options{Today: today, Lazy: true})
	if err != nil {
		t.Fatal(err)
	}
	checks, err := check.LoadLazily(cat)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Load(cat, checks, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestBearing holds rules of other scanners, under the ids and titles they
// have there, against the responsibility they bear on first.
func TestBearing(t *testing.T) {
	r := rules(t)
	for _, x := range []struct{ tool, rule, title, want string }{
		{"prowler", "s3_bucket_default_encryption", "Check if S3 buckets have default encryption (SSE) enabled or use a bucket policy to enforce it.", "encryption-at-rest.configure"},
		{"prowler", "s3_bucket_secure_transport_policy", "Check if S3 buckets have secure transport policy.", "transport-encryption.configure"},
		{"prowler", "s3_bucket_public_access", "Ensure there are no S3 buckets open to Everyone or Any AWS user.", "data.configure"},
		{"prowler", "s3_bucket_object_versioning", "Check if S3 buckets have object versioning enabled", "backup.configure"},
		{"prowler", "s3_bucket_server_access_logging_enabled", "Check if S3 buckets have server access logging enabled", "logging.configure"},
		{"prowler", "s3_bucket_no_mfa_delete", "Check if S3 bucket MFA Delete is not enabled.", "backup.configure"},
		{"prowler", "iam_root_mfa_enabled", "Ensure MFA is enabled for the root account", "accounts.configure"},
		{"prowler", "iam_rotate_access_key_90_days", "Ensure access keys are rotated every 90 days or less", "credentials.operate"},
		{"prowler", "iam_password_policy_minimum_length_14", "Ensure IAM password policy requires minimum length of 14 or greater", "accounts.configure"},
		{"prowler", "iam_policy_allows_privilege_escalation", "Ensure no Customer Managed IAM policies allow actions that may lead into Privilege Escalation", "workload-identity.configure"},
		{"prowler", "iam_role_cross_service_confused_deputy_prevention", "Ensure IAM Service Roles prevents against a cross-service confused deputy attack", "workload-identity.configure"},
		{"prowler", "kms_cmk_rotation_enabled", "Ensure rotation for customer created KMS CMKs is enabled.", "keys.configure"},
		{"prowler", "cloudtrail_multi_region_enabled", "Ensure CloudTrail is enabled in all regions", "logging.configure"},
		{"prowler", "cloudtrail_log_file_validation_enabled", "Ensure CloudTrail log file validation is enabled", "logging.retain"},
		{"prowler", "cloudtrail_kms_encryption_enabled", "Ensure CloudTrail logs are encrypted at rest using KMS CMKs", "encryption-key.configure"},
		{"prowler", "cloudwatch_log_metric_filter_root_usage", "Ensure a log metric filter and alarm exist for usage of root account", "detection.operate"},
		{"prowler", "cloudwatch_log_group_retention_policy_specific_days_enabled", "Check if CloudWatch Log Groups have a retention policy of specific days.", "logging.retain"},
		{"prowler", "guardduty_is_enabled", "Check if GuardDuty is enabled", "detection.operate"},
		{"prowler", "ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_22", "Ensure no security groups allow ingress from 0.0.0.0/0 or ::/0 to SSH port 22.", "network-policy.configure"},
		{"prowler", "ec2_networkacl_allow_ingress_any_port", "Ensure no Network ACLs allow ingress from 0.0.0.0/0 to any port.", "network-policy.configure"},
		{"prowler", "ec2_instance_imdsv2_enabled", "Check if EC2 Instance Metadata Service Version 2 (IMDSv2) is Enabled and Required.", "instance.configure"},
		{"prowler", "ec2_instance_secrets_user_data", "Find secrets in EC2 User Data.", "secrets.configure"},
		{"prowler", "ec2_ebs_volume_encryption", "Ensure there are no EBS Volumes unencrypted.", "encryption-at-rest.configure"},
		{"prowler", "rds_instance_multi_az", "Check if RDS instances have multi-AZ enabled.", "availability.configure"},
		{"prowler", "rds_instance_deletion_protection", "Check if RDS instances have deletion protection enabled.", "availability.configure"},
		{"prowler", "rds_instance_backup_enabled", "Check if RDS instances have backup enabled.", "backup.configure"},
		{"prowler", "rds_instance_minor_version_upgrade_enabled", "Ensure RDS instances have minor version upgrade enabled.", "service-settings.configure"},
		{"prowler", "rds_instance_no_public_access", "Ensure there are no Public Accessible RDS instances.", "network-policy.configure"},
		{"prowler", "awslambda_function_using_supported_runtimes", "Find obsolete Lambda runtimes.", "runtime.deploy"},
		{"prowler", "awslambda_function_no_secrets_in_variables", "Find secrets in Lambda functions variables.", "secrets.configure"},
		{"prowler", "eks_cluster_uses_a_supported_version", "Ensure Kubernetes cluster runs on a supported Kubernetes version", "orchestrator.deploy"},
		{"prowler", "acm_certificates_expiration_check", "Check if ACM Certificates are about to expire in specific days or less", "certificates.deploy"},
		{"prowler", "ssm_managed_compliant_patching", "Check if EC2 instances managed by Systems Manager are compliant with patching requirements.", "guest-os.deploy"},
		{"prowler", "storage_secure_transfer_required_is_enabled", "Ensure that all data transferred between clients and your Azure Storage account is encrypted using the HTTPS protocol.", "transport-encryption.configure"},
		{"prowler", "storage_blob_public_access_level_is_disabled", "Ensure that the 'Public access level' is set to 'Private (no anonymous access)' for all blob containers in your storage account", "data.configure"},
		{"prowler", "defender_ensure_defender_for_server_is_on", "Ensure That Microsoft Defender for Servers Is Set to 'On'", "detection.operate"},
		{"prowler", "entra_privileged_user_has_mfa", "Ensure that 'Multi-Factor Auth Status' is 'Enabled' for all Privileged Users", "accounts.configure"},
		{"prowler", "keyvault_recoverable", "Ensure the Key Vault is Recoverable", "backup.configure"},
		{"prowler", "vm_ensure_attached_disks_encrypted_with_cmk", "Ensure that 'OS and Data' disks are encrypted with Customer Managed Key (CMK)", "encryption-key.configure"},
		{"prowler", "compute_firewall_rdp_access_from_the_internet_allowed", "Ensure That RDP Access Is Restricted From the Internet", "network-policy.configure"},
		{"prowler", "iam_sa_no_user_managed_keys", "Ensure That There Are Only GCP-Managed Service Account Keys for Each Service Account", "workload-identity.configure"},
		{"prowler", "apiserver_anonymous_requests", "Ensure that the --anonymous-auth argument is set to false", "orchestrator.operate"},

		{"trivy", "AVD-AWS-0107", "An ingress security group rule allows traffic from /0.", "network-policy.configure"},
		{"trivy", "AVD-AWS-0028", "aws_instance should activate session tokens for Instance Metadata Service.", "instance.configure"},
		{"trivy", "AVD-AWS-0132", "S3 encryption should use Customer Managed Keys", "encryption-key.configure"},
		{"trivy", "AVD-AWS-0065", "A KMS key is not configured to auto-rotate.", "keys.configure"},
		{"trivy", "AVD-AWS-0057", "IAM policy should avoid use of wildcards and instead apply the principle of least privilege", "workload-identity.configure"},
		{"trivy", "AVD-AZU-0008", "The minimum TLS version for Storage Accounts should be TLS1_2", "transport-encryption.configure"},
		{"trivy", "AVD-GCP-0029", "VPC flow logs should be enabled for all subnetworks", "logging.configure"},
		{"trivy", "AVD-KSV-0014", "Root file system is not read-only", "service-settings.configure"},
		{"trivy", "AVD-KSV-0017", "Privileged", "service-settings.configure"},
		{"trivy", "AVD-KSV-0009", "Access to host network", "service-settings.configure"},
		{"trivy", "AVD-DS-0026", "No HEALTHCHECK defined", "availability.configure"},
		{"trivy", "AVD-DS-0001", "':latest' tag used", "container-image.deploy"},

		{"checkov", "CKV_AZURE_999", "Ensure that Azure Front Door enables WAF", "network-policy.configure"},
		{"checkov", "CKV_AWS_9991", "Ensure that RDS database has IAM authentication enabled", "accounts.configure"},
		{"checkov", "CKV_AWS_9992", "Ensure CloudFront distribution has WAF enabled", "network-policy.configure"},
		{"checkov", "CKV_AWS_9993", "Ensure that Secrets Manager secret is encrypted using KMS CMK", "encryption-key.configure"},
		{"checkov", "CKV_AWS_9994", "Ensure DynamoDB point in time recovery (backup) is enabled", "backup.configure"},
		{"checkov", "CKV_GCP_999", "Ensure that Cloud SQL database instance requires all incoming connections to use SSL", "transport-encryption.configure"},
		{"checkov", "CKV_K8S_999", "Containers should not share the host IPC namespace", "service-settings.configure"},
		{"checkov", "CKV_K8S_998", "Ensure that Service Account Tokens are only mounted where necessary", "workload-identity.configure"},
		{"checkov", "CKV_GHA_2", "Ensure run commands are not vulnerable to shell injection", "pipeline.configure"},
		{"checkov", "CKV_TF_1", "Ensure Terraform module sources use a commit hash", "pipeline.configure"},
		{"checkov", "CKV_AWS_9995", "Ensure RDS Performance Insights are encrypted using KMS CMKs", "encryption-key.configure"},
		{"prowler", "s3_account_level_public_access_blocks", "Check S3 Account Level Public Access Block.", "data.configure"},
		{"checkov", "CKV_SECRET_2", "AWS Access Key", "secrets.configure"},

		{"kics", "a", "S3 Bucket ACL Allows Read to All Users", "data.configure"},
		{"kics", "b", "EC2 Instance Monitoring Disabled", "detection.operate"},
		{"kics", "c", "Passwords And Secrets - Generic Password", "accounts.configure"},
		{"kics", "d", "Unrestricted Security Group Ingress", "network-policy.configure"},
		{"kics", "e", "IAM Policies With Full Privileges", "accounts.configure"},
		{"kics", "f", "CloudTrail Log Files Not Encrypted With KMS", "encryption-key.configure"},
		{"kics", "g", "RDS DB Instance Publicly Accessible", "network-policy.configure"},
		{"kics", "h", "Container Running As Root", "service-settings.configure"},
		{"kics", "i", "Memory Limits Not Defined", "service-settings.configure"},
		{"kics", "j", "EKS Cluster Encryption Disabled", "encryption-at-rest.configure"},
		{"kics", "k", "Image Version Using 'latest'", "container-image.deploy"},
		{"kics", "l", "Hardcoded AWS Access Key", "secrets.configure"},

		{"kubescape", "C-0013", "Non-root containers", "service-settings.configure"},
		{"kubescape", "C-0034", "Automatic mapping of service account", "workload-identity.configure"},
		{"kubescape", "C-0044", "Container hostPort", "network-policy.configure"},
		{"kubescape", "C-0045", "Writable hostPath mount", "service-settings.configure"},
		{"kubescape", "C-0012", "Applications credentials in configuration files", "secrets.configure"},
		{"kubescape", "C-0002", "Prevent containers from allowing command execution", "workload-identity.configure"},
		{"kubescape", "C-0030", "Ingress and Egress blocked", "network-policy.configure"},
		{"kubescape", "C-0035", "Administrative Roles", "accounts.configure"},
		{"kubescape", "C-0066", "Secret/etcd encryption enabled", "encryption-at-rest.configure"},
		{"kubescape", "C-0067", "Audit logs enabled", "logging.configure"},
		{"kubescape", "C-0078", "Images from allowed registry", "container-image.deploy"},
		{"kubescape", "C-0056", "Configured liveness probe", "availability.configure"},
		{"kubescape", "C-0270", "Ensure CPU limits are set", "service-settings.configure"},
		{"security-hub", "GuardDuty.1", "GuardDuty should be enabled", "detection.operate"},
	} {
		b := r.Bearing(&foreign.Finding{Tool: x.tool, Rule: x.rule, Title: x.title})
		if len(b.Responsibilities) == 0 || b.Responsibilities[0] != x.want {
			t.Errorf("%s:%s %q bears on %v by %q, want %s", x.tool, x.rule, x.title, b.Responsibilities, b.By, x.want)
		}
	}
}

// TestBearingOtherwise goes by what is no title.
func TestBearingOtherwise(t *testing.T) {
	r := rules(t)
	for _, x := range []struct {
		name string
		f    foreign.Finding
		want string
		by   string
	}{
		{"our own check", foreign.Finding{Tool: "trivy", Rule: "KSV012", Title: "x"}, "service-settings.configure", "rule"},
		{"package of an image", foreign.Finding{Tool: "trivy", Rule: "CVE-1", Class: foreign.OSPackage}, "container-image.deploy", "class"},
		{"package of a host", foreign.Finding{Tool: "openscap", Rule: "CVE-2", Class: foreign.OSPackage, Host: "h"}, "guest-os.deploy", "class"},
		{"library", foreign.Finding{Tool: "osv-scanner", Rule: "GHSA-1", Class: foreign.LanguagePackage}, "dependencies.deploy", "class"},
		{"credential", foreign.Finding{Tool: "gitleaks", Rule: "aws", Class: foreign.Secret}, "secrets.configure", "class"},
		{"code", foreign.Finding{Tool: "codeql", Rule: "py/x", Class: foreign.Code}, "application-code.publish", "class"},
		{"hardening", foreign.Finding{Tool: "openscap", Rule: "x", Class: foreign.Hardening}, "guest-os.configure", "class"},
		{"NIST", foreign.Finding{Tool: "x", Rule: "1", Title: "zzz", Controls: []string{"NIST-800-53-Revision-5 sc_28_1"}}, "encryption-at-rest.configure", "control"},
		{"Security Hub's NIST", foreign.Finding{Tool: "x", Rule: "2", Title: "zzz", Controls: []string{"NIST.800-53.r5 SC-7(11)"}}, "network-policy.configure", "control"},
		{"CIS by our checks", foreign.Finding{Tool: "x", Rule: "3", Title: "zzz", Provider: "aws", Controls: []string{"CIS-3.0 1.16"}}, "workload-identity.configure", "control"},
		{"category", foreign.Finding{Tool: "kics", Rule: "4", Title: "zzz", Categories: []string{"Networking and Firewall"}}, "network-policy.configure", "category"},
		{"nothing", foreign.Finding{Tool: "x", Rule: "5", Title: "zzz"}, "", ""},
	} {
		b := r.Bearing(&x.f)
		got := ""
		if len(b.Responsibilities) > 0 {
			got = b.Responsibilities[0]
		}
		if got != x.want || b.By != x.by {
			t.Errorf("%s: bears on %q by %q, want %q by %q", x.name, got, b.By, x.want, x.by)
		}
	}
}

// TestMistakesInData finds every mistake of a foreign.yaml.
func TestMistakesInData(t *testing.T) {
	cat, err := catalogue.Load(catalogue.Options{Today: today, Lazy: true})
	if err != nil {
		t.Fatal(err)
	}
	checks, err := check.LoadLazily(cat)
	if err != nil {
		t.Fatal(err)
	}
	overlay := func(text string) error {
		_, err := Load(cat, checks, []fs.FS{fstest.MapFS{File: {Data: []byte(text)}}})
		return err
	}
	for text, want := range map[string]string{
		"titles: [{matches: '(', responsibility: data.configure}]\nfallback: data.configure":          "titles[0]: error parsing regexp",
		"titles: [{matches: x, responsibility: no.such}]\nfallback: data.configure":                   `no responsibility "no.such"`,
		"rules: [{tool: kics, ids: ['['], responsibility: data.configure}]\nfallback: data.configure": "is no pattern",
		"classes: {secret: []}\nfallback: data.configure":                                             "classes.secret names no responsibility",
		"types: {X: aws_nothing_such}\nfallback: data.configure":                                      "types.X: no type",
		"titles: []":                            "fallback names no responsibility",
		"tittles: []\nfallback: data.configure": "foreign.yaml:1",
	} {
		if err := overlay(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error is %v, want one with %q", text, err, want)
		}
	}
}
