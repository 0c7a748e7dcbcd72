package secrets

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Credentials here are made up, and put together at run time so that scanners
// of this repository stay quiet.
var (
	awsKey    = "AKIA" + "Z7QH2JXW4KLMN3P5"
	ghToken   = "ghp_" + "x7Kd92mQpLz4Vn8Rt1Ws6Yb3Hc5Jf0Ga2DeE"
	slackHook = "https://hooks.slack.com/services/" + "T024FABCD/B024FWXYZ/a8JkLmN2pQrS4tUvWxYz6A1b"
	random    = "q8Zt" + "V3nLw7RpKx2M"
	key       = "-----BEGIN RSA PRIVATE KEY-----\n" + strings.Repeat("MIIEpAIBAAKCAQEA7bq2\n", 8) + "-----END RSA PRIVATE KEY-----"
)

func TestFound(t *testing.T) {
	for _, c := range []struct{ path, text, rule string }{
		{"environment.variables.ID", awsKey, "aws-access-token"},
		{"user_data", "#!/bin/bash\nexport AWS_ACCESS_KEY_ID=" + awsKey + "\n", "aws-access-token"},
		{"user_data_base64", base64.StdEncoding.EncodeToString([]byte("#!/bin/bash\nexport AWS_ACCESS_KEY_ID=" + awsKey + "\n")), "aws-access-token"},
		{"environment.variables.GH", ghToken, "github-pat"},
		{"sql", "select '" + slackHook + "'", "slack-webhook-url"},
		{"certificate_private_key", key, "private-key"},
		{"master_password", "Tr0ub4dor", "password"},
		{"password", "kitten", "password"},
		{"parameters.Gate.NoEcho", "kitten", "password"},
		{"parameters.gate.secureString", "kitten", "password"},
		{"outputs.login", "\uE000secret(parameters('gate'))\uE001", "generated-key"},
		{"environment.variables.DB_PASSWORD", "kitten42", "password"},
		{"environment.variables.dbPassword", "kitten42", "password"},
		{"environment.variables.DB_PASSWORD_1", "kitten42", "password"},
		{"environment.variables.MYSQL_PWD", "kitten42", "password"},
		{"environment.variables.DB_PASSWORD", "changeme", "default-password"},
		{"environment.variables.DB_PASSWORD", "postgres", "default-password"},
		{"environment.variables.API_KEY", random, "secret-by-name"},
		{"environment.variables.clientSecret", random, "secret-by-name"},
		{"environment.variables.SESSION_TOKEN", random, "secret-by-name"},
		{"secret_string", random, "secret-by-name"},
		{"sas_uri", "https://acme.blob.core.windows.net/in?sv=2022-11-02&sr=c&sig=Zm9yLXRoZS1jYXNlLWFsb25lLW5vdC1hLXJlYWwtb25lLTE%3D", "shared-access-signature"},
		{"shared_access_policy_key", "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldDE=", "secret-by-name"},
		{"environment.variables.DATABASE_URL", "postgres://app:" + random + "@db.internal:5432/app", "url-password"},
		{"user_data", "#!/bin/sh\nmysql --user=app --password=kitten42 -e 'select 1'\n", "password"},
		{"user_data", "#cloud-config\nwrite_files:\n- content: |\n    db_password: \"kitten42\"\n", "password"},
		{"user_data", "cat > inc <<E\n<?php\ndefine('DB_SERVER', '\uE000aws_db_instance.d.endpoint\uE001');\ndefine('DB_PASSWORD', 'Kitten42x');\n?>\nE\n", "password"},
		{"user_data", "#!/bin/bash\necho \"ec2-user:" + random + "!\" | chpasswd\n", "password"},
		{"app_settings.QUEUE", "\uE000azurerm_storage_account.app.primary_connection_string\uE001", "generated-key"},
		{"siteConfig.appSettings.value", "key=\uE000listKeys(store, 2023-01-01).keys[0].value\uE001", "generated-key"},
		{"user_data", "echo " + random + " | sudo passwd --stdin ec2-user\n", "password"},
		{"environment.variables.AWS_SECRET", "\uE000aws_iam_access_key.app.secret\uE001", "generated-key"},
		{"environment.environment_variable.value", "\uE000module.x.aws_iam_access_key.app[0].secret\uE001", "generated-key"},
		{"user_data", "echo '\uE000tls_private_key.id.private_key_pem\uE001' > id_rsa", "generated-key"},
		{"LaunchTemplateData.UserData", "export AWS_SECRET_ACCESS_KEY=\uE000Key.SecretAccessKey\uE001", "generated-key"},
		{"UserData", "export AWS_SECRET_ACCESS_KEY=\uE000Key.SecretAccessKey\uE001", "generated-key"},
		{"container_definitions", `[{"name":"web","environment":[{"name":"DB_PASSWORD","value":"kitten42"}]}]`, "password"},
		{"secret_string", `{"username":"app","password":"kitten42"}`, "password"},
	} {
		got := (&Scanner{}).Scan(c.path, c.text)
		if !slices.ContainsFunc(got, func(f Finding) bool { return f.Rule == c.rule }) {
			t.Errorf("%s = %.40q: %v, want rule %s", c.path, c.text, got, c.rule)
		}
		for _, f := range got {
			if strings.Contains(f.Path+f.Rule, "kitten42") || strings.Contains(f.Path+f.Rule, random) {
				t.Errorf("%v tells the value", f)
			}
		}
	}
}

func TestPathOfNested(t *testing.T) {
	got := (&Scanner{}).Strings("container_definitions", `[{"environment":[{"name":"DB_PASSWORD","value":"kitten42"},{"name":"MODE","value":"fast"}]}]`)
	if want := []string{"container_definitions.environment.DB_PASSWORD: password"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestOncePerValue names a credential inside a document once, where it stands.
func TestOncePerValue(t *testing.T) {
	got := (&Scanner{}).Strings("secret_string", "{\n  \"username\": \"root\",\n  \"password\": \""+random+"\"\n}")
	if want := []string{"secret_string.password: password"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestNotFound(t *testing.T) {
	for _, c := range []struct{ path, text string }{
		{"environment.variables.DB_PASSWORD", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf"},
		{"environment.variables.DB_PASSWORD", "/prod/db/password"},
		{"environment.variables.DB_PASSWORD", "prod/db/password"},
		{"environment.variables.DB_PASSWORD", "{{resolve:secretsmanager:db:SecretString:password}}"},
		{"environment.variables.DB_PASSWORD", "${DB_PASSWORD}"},
		{"environment.variables.DB_PASSWORD", "\uE000random_password.db.result\uE001"},
		{"environment.variables.DB_PASSWORD", ""},
		{"content", "signIn({ password: document.getElementById('pw').value, token: result.getAccessToken().getJwtToken() })"},
		{"content", "login({username: username, password: password})"},
		{"content", "var password = form.password.value"},
		{"environment.variables.KEY_ID", "\uE000aws_iam_access_key.app.id\uE001"},
		{"secret_string", "\uE000aws_iam_access_key.app.secret\uE001"},
		{"user_data", "passwd -l root | tee log"},
		{"command", "curl --silent -u \"admin:$(cat /var/lib/jenkins/secrets/initialAdminPassword)\" http://localhost:8080/cli/"},
		{"command", "curl --silent -u 'admin:\uE000MasterAdminPassword\uE001' http://localhost:8080/cli/"},
		{"environment.variables.DB_PASSWORD", "<password>"},
		{"environment.variables.DB_PASSWORD", "********"},
		{"environment.variables.DB_PASSWORD", "REDACTED"},
		{"environment.variables.DB_PASSWORD", "your-password-here"},
		{"environment.variables.DB_PASSWORD_ARN", random},
		{"environment.variables.SECRET_NAME", "my-Secret-Name-0123456789"},
		{"environment.variables.SECRET_ID", random},
		{"environment.variables.TOKEN_URL", "https://auth.example.com/oauth2/token"},
		{"environment.variables.TOKEN_TTL_SECONDS", "3600"},
		{"environment.variables.API_KEY_HEADER", "x-api-key-0123456789AB"},
		{"environment.variables.PASSWORD_MIN_LENGTH", "14"},
		{"environment.variables.PRIVATE_KEY_PATH", "/etc/ssl/private.pem"},
		{"environment.variables.SECRET_FILE", "/run/secrets/db"},
		{"environment.variables.PUBLIC_KEY", "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQC7"},
		{"environment.variables.KMS_KEY", "alias/app"},
		{"environment.variables.PARTITION_KEY", "customerIdentifier2024"},
		{"environment.variables.USE_TOKEN", "true"},
		{"environment.variables.SECRET", "github-token"},
		{"environment.variables.TABLE", "arn:aws:dynamodb:eu-west-1:111122223333:table/tokens"},
		{"environment.variables.MESSAGE", "forgot your password? click here to reset it"},
		{"environment.variables.AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"},
		{"environment.variables.NEXT_TOKEN", random},
		{"environment.variables.ENDPOINT", "https://sqs.eu-west-1.amazonaws.com/111122223333/token-refresh-queue"},
		{"environment.variables.ENDPOINT", "postgres://db.internal:5432/app"},
		{"environment.variables.ENDPOINT", "postgres://app:${PASSWORD}@db.internal:5432/app"},
		{"environment.variables.IMAGE", "111122223333.dkr.ecr.eu-west-1.amazonaws.com/app@sha256:4bcff63911fcb4448bd4fdacec207030997caf25e9bea4045fa6c8c44de311d1"},
		{"environment.variables.COMMIT", "da39a3ee5e6b4b0d3255bfef95601890afd80709"},
		{"environment.variables.UUID", "0b6a1c2e-9a0d-4d6c-8f0e-2f6b1c3d4e5f"},
		{"user_data", "#!/bin/bash\nyum install -y amazon-ssm-agent\nDB_PASSWORD=$(aws ssm get-parameter --name /db/password --with-decryption)\n"},
		{"user_data", "#!/bin/bash\nTOKEN=$(curl -X PUT http://169.254.169.254/latest/api/token -H 'X-aws-ec2-metadata-token-ttl-seconds: 21600')\n"},
		{"container_definitions", `[{"name":"web","secrets":[{"name":"DB_PASSWORD","valueFrom":"arn:aws:ssm:eu-west-1:111122223333:parameter/db"}],"environment":[{"name":"LOG_LEVEL","value":"debug"}]}]`},
		{"environment.variables.POLICY", `{"Statement":[{"Action":"secretsmanager:GetSecretValue","Effect":"Allow"}]}`},
	} {
		if got := (&Scanner{}).Scan(c.path, c.text); len(got) > 0 {
			t.Errorf("%s = %.60q: %v, want none", c.path, c.text, got)
		}
	}
}

func TestRedact(t *testing.T) {
	s := &Scanner{}
	for _, text := range []string{
		"export DB_PASSWORD=kitten42 && run",
		`{"password":"kitten42"}`,
		"postgres://app:kitten42@db/app",
		base64.StdEncoding.EncodeToString([]byte("#!/bin/bash\nexport DB_PASSWORD=kitten42 and more\n")),
	} {
		got := s.Redact(text)
		if strings.Contains(got, "kitten42") || got == text {
			t.Errorf("Redact(%q) = %q", text, got)
		}
	}
	if got := s.Redact("nothing here"); got != "nothing here" {
		t.Errorf("harmless text became %q", got)
	}
}

func TestConcurrent(t *testing.T) {
	s := &Scanner{}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				if len(s.Scan("x", "id "+awsKey)) != 1 || len(s.Scan("user_data", "TOKEN: "+ghToken)) == 0 {
					t.Error("a scan beside others finds less")
				}
			}
		})
	}
	wg.Wait()
}

func FuzzScan(f *testing.F) {
	f.Add("a.password", "kitten42")
	f.Add("user_data", base64.StdEncoding.EncodeToString([]byte("password: kitten42, and so on")))
	f.Add("", `[{"name":"x","value":[{"key":{}}]}]`)
	f.Fuzz(func(t *testing.T, path, text string) {
		s := &Scanner{}
		s.Scan(path, text)
		s.Redact(text)
	})
}

// BenchmarkSmall is a map of ordinary settings, which most texts are.
func BenchmarkSmall(b *testing.B) {
	s := &Scanner{}
	var texts []string
	for i := range 1000 {
		texts = append(texts, fmt.Sprintf("arn:aws:sqs:eu-west-1:111122223333:orders-%d", i), "debug", "eu-west-1", "https://api.internal/v1")
	}
	i := 0
	for b.Loop() {
		s.Scan("environment.variables.SETTING", texts[i%len(texts)])
		i++
	}
}

func BenchmarkUserData(b *testing.B) {
	s := &Scanner{}
	text := strings.Repeat("#!/bin/bash\nyum update -y\nsystemctl enable app\necho key=value >> /etc/app.conf\n", 40)
	for b.Loop() {
		s.Scan("user_data", text)
	}
}
