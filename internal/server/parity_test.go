package server

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/demarc-sec/demarc/internal/server/api"
)

// programsDo is by which operations of the API programs do what the console
// does at an address. A form's page leads to what the form sends. What is
// not here is in docs/api.md, with the reason why the console does it alone.
var programsDo = map[string]string{
	"GET /{$}":    "get-matrix get-totals get-trend list-weakest list-changes count-duties",
	"GET /assets": "list-assets count-assets", "GET /assets/{id}": "get-asset",
	"GET /duties":   "list-duties count-duties",
	"GET /findings": "list-findings count-findings", "GET /findings/{id}": "get-finding",
	"GET /changes": "get-difference list-changes list-snapshots",

	"GET /waivers": "list-waivers", "GET /waivers/new": "request-waiver", "POST /waivers": "request-waiver", "GET /waivers/{id}": "get-waiver",
	"POST /waivers/{id}/{act}": "approve-waiver refuse-waiver revoke-waiver withdraw-waiver",

	"GET /servers": "list-agents count-agents", "GET /servers/{id}": "get-agent list-agent-commands list-file-changes list-coverage get-asset",
	"POST /servers/{id}/{act}": "command-agent retire-agent revoke-agent trust-agent", "POST /servers/{id}/commands/{command}/{act}": "approve-agent-command withdraw-agent-command",
	"GET /servers/tokens": "list-agent-tokens list-agent-authorities", "POST /servers/tokens": "create-agent-token", "POST /servers/tokens/{id}/revoke": "revoke-agent-token",
	"POST /servers/authorities": "replace-agent-authority", "POST /servers/authorities/{id}/retire": "retire-agent-authority",
	"GET /integrity": "list-file-changes count-file-changes list-file-differences list-file-comparisons", "POST /integrity/approve": "approve-file-changes",

	"GET /detections": "list-detections count-detections", "GET /detections/{id}": "get-detection", "POST /detections/decide": "decide-detections",
	"GET /planned": "list-maintenance-windows list-deployment-identities", "POST /planned/windows": "add-maintenance-window", "POST /planned/windows/{id}/end": "end-maintenance-window",
	"POST /planned/deployments": "add-deployment-identity", "POST /planned/deployments/{id}/end": "end-deployment-identity",

	"GET /vulnerabilities": "list-vulnerabilities count-vulnerabilities", "GET /vulnerabilities/servers": "list-server-software count-server-software",
	"GET /vulnerabilities/{name}": "get-vulnerability list-vulnerable-servers", "GET /servers/{id}/packages": "get-agent-software list-agent-vulnerabilities list-agent-packages",
	"GET /settings/vulnerabilities": "get-vulnerability-data",

	"GET /views": "list-views", "POST /views": "add-view", "GET /views/{id}": "get-view", "GET /views/{id}/edit": "change-view", "POST /views/{id}": "change-view",
	"POST /views/{id}/remove": "remove-view",

	"GET /sources": "list-sources list-jobs", "GET /sources/new": "add-source", "POST /sources": "add-source", "GET /sources/{id}": "get-source list-snapshots list-jobs",
	"GET /sources/{id}/edit": "change-source", "POST /sources/{id}": "change-source forget-source-credential", "POST /sources/{id}/run": "run-source",
	"POST /sources/{id}/upload": "upload-files", "POST /sources/{id}/remove": "remove-source",
	"GET /jobs/{id}": "get-job", "POST /jobs/{id}/stop": "cancel-job", "POST /jobs/{id}/again": "run-job-again", "GET /snapshots/{id}": "get-snapshot",

	"GET /catalogue": "list-services", "GET /catalogue/{provider}/{service}": "get-service", "GET /catalogue/checks": "list-checks", "GET /catalogue/checks/{id}": "get-check",
	"GET /catalogue/calendar": "list-calendar",

	"GET /account": "get-account list-organisations", "POST /account/name": "change-account", "POST /account/email": "change-email",
	"POST /account/organisation": "choose-organisation", "GET /account/security": "get-account list-passkeys", "POST /account/password": "change-password",
	"POST /account/app/begin": "begin-app", "POST /account/app": "confirm-app", "POST /account/app/remove": "remove-app", "POST /account/recovery-codes": "renew-recovery-codes",
	"POST /account/passkeys/{id}/rename": "rename-passkey", "POST /account/passkeys/{id}/remove": "remove-passkey",
	"GET /account/sessions": "list-sessions", "POST /account/sessions/{id}/end": "end-session", "POST /account/sessions/end-others": "end-other-sessions",
	"GET /account/tokens": "list-tokens", "POST /account/tokens": "create-token", "POST /account/tokens/{id}/revoke": "revoke-token",

	"GET /settings": "list-groups", "GET /settings/groups": "list-groups", "GET /settings/groups/new": "add-group", "POST /settings/groups": "add-group",
	"GET /settings/groups/{id}": "get-group", "POST /settings/groups/{id}": "change-group", "POST /settings/groups/{id}/remove": "remove-group",
	"GET /settings/people": "list-people list-invitations", "POST /settings/people/invite": "invite", "POST /settings/people/invitations/{id}/remove": "uninvite",
	"GET /settings/people/{id}": "get-person", "POST /settings/people/{id}/give": "give-person-role", "POST /settings/people/{id}/take": "take-person-role",
	"POST /settings/people/{id}/{act}": "disable-person enable-person remove-person reset-app-of-person reset-passkeys-of-person end-sessions-of-person make-password-link",
	"GET /settings/services":           "list-service-accounts", "POST /settings/services": "add-service-account", "GET /settings/services/{id}": "get-service-account list-service-account-tokens",
	"POST /settings/services/{id}/give": "give-service-account-role", "POST /settings/services/{id}/take": "take-service-account-role",
	"POST /settings/services/{id}/token": "create-token", "POST /settings/services/{id}/{act}": "disable-service-account enable-service-account remove-service-account",
	"GET /settings/tokens": "list-tokens", "POST /settings/tokens/{id}/revoke": "revoke-token",
	"GET /settings/sign-in": "get-sign-in-rules", "POST /settings/sign-in": "change-sign-in-rules", "GET /settings/providers": "list-identity-providers",
	"GET /settings/history": "get-retention", "GET /settings/audit": "list-audit get-audit-head", "GET /settings/audit/export": "export-audit", "POST /settings/audit/verify": "verify-audit",

	"GET /settings/notifications": "list-rules", "GET /settings/notifications/rules/new": "add-rule", "GET /settings/notifications/rules/{id}": "get-rule",
	"POST /settings/notifications/rules": "add-rule", "POST /settings/notifications/rules/{id}": "change-rule", "POST /settings/notifications/rules/{id}/remove": "remove-rule",
	"GET /settings/notifications/channels": "list-channels", "GET /settings/notifications/channels/new": "add-channel", "GET /settings/notifications/channels/{id}": "get-channel",
	"POST /settings/notifications/channels": "add-channel", "POST /settings/notifications/channels/{id}": "change-channel",
	"POST /settings/notifications/channels/{id}/test": "test-channel", "POST /settings/notifications/channels/{id}/remove": "remove-channel",
	"GET /settings/notifications/deliveries": "list-deliveries", "GET /settings/notifications/deliveries/{id}": "get-delivery",
	"POST /settings/notifications/deliveries/{id}/again": "send-delivery-again",
}

// Everything the console does, programs do: each of its addresses has its
// operations, or the reason why not in docs/api.md.
func TestProgramsDoWhatTheConsoleDoes(t *testing.T) {
	doc, err := api.Document()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("../../docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	var alone []string // as docs/api.md has them
	for _, m := range regexp.MustCompile("(?m)^\\| (`.*`) \\| .{20,} \\|$").FindAllStringSubmatch(string(text), -1) {
		for _, p := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(m[1], -1) {
			alone = append(alone, p[1])
		}
	}
	all := consoleAddresses(t)
	if len(all) < 120 {
		t.Errorf("only %d addresses of the console are found", len(all))
	}
	for _, address := range all {
		operations, ok := programsDo[address]
		switch {
		case ok && slices.Contains(alone, address):
			t.Errorf("docs/api.md has %s as the console's alone, and so is not", address)
		case !ok && !slices.Contains(alone, address):
			t.Errorf("%s: no operation of the API does it, and docs/api.md has no reason", address)
		}
		for id := range strings.FieldsSeq(operations) {
			if !strings.Contains(string(doc), `"operationId":"`+id+`"`) {
				t.Errorf("%s: there is no operation %s", address, id)
			}
		}
	}
	for _, address := range alone {
		if !slices.Contains(all, address) {
			t.Errorf("docs/api.md has %s, which the console has not", address)
		}
	}
	for address := range programsDo {
		if !slices.Contains(all, address) {
			t.Errorf("%s is no address of the console", address)
		}
	}
}

// consoleAddresses are the patterns of the console's routes, from its code. An
// export's format is written as *.
func consoleAddresses(t *testing.T) []string {
	t.Helper()
	route := regexp.MustCompile(`^(GET|POST) /`)
	var out []string
	err := fs.WalkDir(os.DirFS("../web"), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "_templ.go") || strings.HasPrefix(path, "webtest/") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), "../web/"+path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			e, ok := n.(ast.Expr)
			if !ok {
				return true
			}
			s, ok := written(e)
			if ok && route.MatchString(s) {
				out = append(out, s)
			}
			return !ok
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// written is a text of literals and names that are joined: base is the
// notifications' constant, any other name is one of several values.
func written(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(e.Value)
		return s, err == nil && e.Kind == token.STRING
	case *ast.BinaryExpr:
		left, ok := written(e.X)
		if !ok || e.Op != token.ADD {
			return "", false
		}
		if name, ok := e.Y.(*ast.Ident); ok {
			if name.Name == "base" {
				return left + "/settings/notifications", true
			}
			return left + "*", true
		}
		right, ok := written(e.Y)
		return left + right, ok
	}
	return "", false
}
