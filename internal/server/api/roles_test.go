package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/wire"
	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/notify"
	"github.com/demarc-sec/demarc/internal/server/api"
	"github.com/demarc-sec/demarc/internal/sources"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/views"
	"github.com/demarc-sec/demarc/internal/waivers"
)

// member is the permission of what every member of an organisation may do.
const member tenant.Permission = ""

// request is one request of an operation, on things of the shop's.
type request struct {
	path string // below /api/v1
	body string
}

// operation is an operation with what it takes. Its request is made anew for
// everybody who tries, so that nobody finds what somebody before changed.
type operation struct {
	needs   tenant.Permission
	success int
	request func(w *world) request

	// rival is the status for an administrator of another organisation; 0 is 404.
	rival int
	// refused is the status for those without the permission; 0 is 403.
	refused int
}

func at(path string) func(*world) request {
	return func(*world) request { return request{path: path} }
}

func sending(path string, v any) func(*world) request {
	return func(*world) request { return request{path, body(v)} }
}

// sessionOnly is an operation that no token does, whoever holds it.
func sessionOnly(r func(*world) request) operation {
	return operation{needs: member, success: http.StatusForbidden, rival: http.StatusForbidden, request: r}
}

func body(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(text)
}

type object = map[string]any

// operations are all there are, as the document names them. An operation that is not
// listed here fails TestOperations.
var operations = map[string]operation{
	"get-me":        {needs: member, success: 200, rival: 200, request: at("/me")},
	"list-services": {needs: member, success: 200, rival: 200, request: at("/catalogue/services")},
	"get-service":   {needs: member, success: 200, rival: 200, request: at("/catalogue/services/aws/rds")},
	"list-checks":   {needs: member, success: 200, rival: 200, request: at("/checks")},
	"get-check":     {needs: member, success: 200, rival: 200, request: at("/checks/encryption-at-rest")},
	"list-calendar": {needs: member, success: 200, rival: 200, request: at("/catalogue/calendar?from=2020-01-01")},
	"list-tokens":   {needs: member, success: 200, rival: 200, request: at("/tokens")},
	"create-token": {needs: member, success: 403, rival: 403, request: func(*world) request { // no token makes another one
		return request{"/tokens", body(object{"name": "x", "permissions": []string{"read"}, "expires": time.Now().Add(time.Hour)})}
	}},
	"revoke-token": {needs: tenant.Administer, refused: 404, success: 204, request: func(w *world) request {
		return request{path: fmt.Sprintf("/tokens/%d", w.serviceToken())}
	}},

	// One's own account takes a session: TestAccount and TestAccountsOfOthers of the
	// server have one.
	"get-account":    sessionOnly(at("/account")),
	"change-account": sessionOnly(sending("/account", object{"name": "N"})),
	"change-email":   sessionOnly(sending("/account/email", object{"email": "n@shop.test"})),
	"change-password": sessionOnly(sending("/account/password", object{
		"old": "lamp orchid seventeen rivers", "password": "seventeen lamps and rivers",
	})),
	"list-organisations":   sessionOnly(at("/account/organisations")),
	"choose-organisation":  sessionOnly(sending("/account/organisation", object{"organisation": 1})),
	"list-sessions":        sessionOnly(at("/account/sessions")),
	"end-session":          sessionOnly(at("/account/sessions/1")),
	"end-other-sessions":   sessionOnly(at("/account/end-other-sessions")),
	"begin-app":            sessionOnly(at("/account/app")),
	"confirm-app":          sessionOnly(sending("/account/app/confirm", object{"code": "000000"})),
	"remove-app":           sessionOnly(at("/account/app")),
	"renew-recovery-codes": sessionOnly(at("/account/recovery-codes")),
	"list-passkeys":        sessionOnly(at("/account/passkeys")),
	"rename-passkey":       sessionOnly(sending("/account/passkeys/1", object{"name": "N"})),
	"remove-passkey":       sessionOnly(at("/account/passkeys/1")),

	"list-groups": {needs: tenant.Read, success: 200, rival: 200, request: at("/groups")},
	"get-group":   {needs: tenant.Read, success: 200, request: func(w *world) request { return request{path: fmt.Sprintf("/groups/%d", w.group())} }},
	"add-group":   {needs: tenant.Administer, success: 201, rival: 201, request: func(w *world) request { return request{"/groups", body(object{"kind": "team", "name": w.next("g")})} }},
	"change-group": {needs: tenant.Administer, success: 200, request: func(w *world) request {
		return request{fmt.Sprintf("/groups/%d", w.group()), body(object{"kind": "team", "name": w.next("g")})}
	}},
	"remove-group": {needs: tenant.Administer, success: 204, request: func(w *world) request { return request{path: fmt.Sprintf("/groups/%d", w.group())} }},

	"list-sources": {needs: tenant.Read, success: 200, rival: 200, request: at("/sources")},
	"add-source":   {needs: tenant.Contribute, success: 201, rival: 201, request: func(w *world) request { return request{"/sources", body(object{"kind": "push", "name": w.next("s")})} }},
	"get-source":   {needs: tenant.Read, success: 200, request: func(w *world) request { return request{path: fmt.Sprintf("/sources/%d", w.source)} }},
	"change-source": {needs: tenant.Contribute, success: 200, request: func(w *world) request {
		return request{fmt.Sprintf("/sources/%d", w.newSource(sources.Push)), body(object{"name": w.next("s")})}
	}},
	"forget-source-credential": {needs: tenant.Contribute, success: 204, request: func(w *world) request {
		return request{path: fmt.Sprintf("/sources/%d/credential", w.newSource(sources.Git))}
	}},
	"remove-source": {needs: tenant.Contribute, success: 204, request: func(w *world) request { return request{path: fmt.Sprintf("/sources/%d", w.newSource(sources.Push))} }},
	"push-results":  {needs: tenant.Contribute, success: 202, request: func(w *world) request { return request{fmt.Sprintf("/sources/%d/results", w.source), "{}"} }},
	"upload-files": {needs: tenant.Contribute, success: 202, request: func(w *world) request {
		return request{fmt.Sprintf("/sources/%d/uploads?name=plan.json", w.newSource(sources.Upload)), "{}"}
	}},
	"run-source": {needs: tenant.Contribute, success: 202, request: func(w *world) request {
		return request{path: fmt.Sprintf("/sources/%d/jobs", w.newSource(sources.Git))}
	}},

	"list-jobs":     {needs: tenant.Read, success: 200, rival: 200, request: at("/jobs")},
	"get-job":       {needs: tenant.Read, success: 200, request: func(w *world) request { return request{path: fmt.Sprintf("/jobs/%d", w.job())} }},
	"cancel-job":    {needs: tenant.Contribute, success: 200, request: func(w *world) request { return request{path: fmt.Sprintf("/jobs/%d/cancel", w.job())} }},
	"run-job-again": {needs: tenant.Contribute, success: 200, request: func(w *world) request { return request{path: fmt.Sprintf("/jobs/%d/again", w.cancelledJob())} }},

	"list-assets":    {needs: tenant.Read, success: 200, rival: 200, request: at("/assets")},
	"count-assets":   {needs: tenant.Read, success: 200, rival: 200, request: at("/assets/facets")},
	"get-asset":      {needs: tenant.Read, success: 200, request: func(w *world) request { return request{path: fmt.Sprintf("/assets/%d", w.first.Asset)} }},
	"list-duties":    {needs: tenant.Read, success: 200, rival: 200, request: at("/duties")},
	"count-duties":   {needs: tenant.Read, success: 200, rival: 200, request: at("/duties/facets")},
	"list-findings":  {needs: tenant.Read, success: 200, rival: 200, request: at("/findings")},
	"count-findings": {needs: tenant.Read, success: 200, rival: 200, request: at("/findings/facets")},
	"get-finding":    {needs: tenant.Read, success: 200, request: func(w *world) request { return request{path: fmt.Sprintf("/findings/%d", w.first.ID)} }},
	"list-changes":   {needs: tenant.Read, success: 200, rival: 200, request: at("/changes")},
	"get-difference": {needs: tenant.Read, success: 200, rival: 200, request: at("/changes/difference?from=2020-01-01T00:00:00Z")},
	"get-matrix":     {needs: tenant.Read, success: 200, rival: 200, request: at("/matrix")},
	"get-totals":     {needs: tenant.Read, success: 200, rival: 200, request: at("/totals")},
	"get-trend":      {needs: tenant.Read, success: 200, rival: 200, request: at("/trend?days=3")},
	"list-weakest":   {needs: tenant.Read, success: 200, rival: 200, request: at("/weakest")},
	"list-snapshots": {needs: tenant.Read, success: 200, rival: 200, request: at("/snapshots")},
	"get-snapshot":   {needs: tenant.Read, success: 200, request: func(w *world) request { return request{path: fmt.Sprintf("/snapshots/%d", w.snapshot())} }},

	"get-retention": {needs: tenant.Administer, success: 200, rival: 200, request: at("/retention")},

	"list-waivers": {needs: tenant.Read, success: 200, rival: 200, request: at("/waivers")},
	"request-waiver": {needs: tenant.RequestWaiver, success: 201, request: func(w *world) request {
		return request{"/waivers", body(object{"findings": []int64{w.first.ID}, "reason": "A trial, without data.", "until": tomorrow()})}
	}},
	"get-waiver":     {needs: tenant.Read, success: 200, request: func(w *world) request { return request{path: fmt.Sprintf("/waivers/%d", w.waiver())} }},
	"approve-waiver": {needs: tenant.ApproveWaiver, success: 200, request: func(w *world) request { return request{fmt.Sprintf("/waivers/%d/approve", w.waiver()), "{}"} }},
	"refuse-waiver": {needs: tenant.ApproveWaiver, success: 200, request: func(w *world) request {
		return request{fmt.Sprintf("/waivers/%d/refuse", w.waiver()), body(object{"note": "It holds real data."})}
	}},
	"revoke-waiver": {needs: tenant.ApproveWaiver, success: 200, request: func(w *world) request {
		return request{fmt.Sprintf("/waivers/%d/revoke", w.approved()), body(object{"note": "It holds real data."})}
	}},
	"withdraw-waiver": {needs: tenant.RequestWaiver, success: 403, request: func(w *world) request { return request{path: fmt.Sprintf("/waivers/%d/withdraw", w.waiver())} }}, // only by who asked; TestWithdraw

	"list-views": {needs: tenant.Read, success: 200, rival: 200, request: at("/views?place=findings")},
	"add-view": {needs: tenant.Read, success: 201, rival: 201, request: func(w *world) request {
		return request{"/views", body(object{"place": "assets", "name": w.next("v"), "query": "team=web"})}
	}},
	"get-view": {needs: tenant.Read, success: 200, request: func(w *world) request { return request{path: fmt.Sprintf("/views/%d", w.view())} }},
	"change-view": {needs: tenant.Administer, success: 200, request: func(w *world) request {
		return request{fmt.Sprintf("/views/%d", w.view()), body(object{"name": w.next("v"), "group": w.admin.Tree.Root()})}
	}},
	"remove-view":   {needs: tenant.Administer, success: 204, request: func(w *world) request { return request{path: fmt.Sprintf("/views/%d", w.view())} }},
	"list-channels": {needs: tenant.ReadAudit, success: 200, rival: 200, request: at("/notifications/channels")},
	"add-channel": {needs: tenant.Administer, success: 201, rival: 201, request: func(w *world) request {
		return request{"/notifications/channels", body(object{"kind": "webhook", "name": w.next("c"), "config": object{"url": nowhere}})}
	}},
	"get-channel": {needs: tenant.ReadAudit, success: 200, request: func(w *world) request { return request{path: fmt.Sprintf("/notifications/channels/%d", w.channel())} }},
	"change-channel": {needs: tenant.Administer, success: 200, request: func(w *world) request {
		return request{fmt.Sprintf("/notifications/channels/%d", w.channel()), body(object{"name": w.next("c"), "config": object{"url": nowhere}})}
	}},
	"remove-channel": {needs: tenant.Administer, success: 204, request: func(w *world) request { return request{path: fmt.Sprintf("/notifications/channels/%d", w.channel())} }},
	"test-channel": {needs: tenant.Administer, success: 200, request: func(w *world) request {
		return request{path: fmt.Sprintf("/notifications/channels/%d/test", w.channel())}
	}},
	"list-rules": {needs: tenant.ReadAudit, success: 200, rival: 200, request: at("/notifications/rules")},
	"add-rule": {needs: tenant.Administer, success: 201, rival: 422, request: func(w *world) request { // another organisation's channel
		return request{"/notifications/rules", body(w.ruleInput())}
	}},
	"get-rule": {needs: tenant.ReadAudit, success: 200, request: func(w *world) request { return request{path: fmt.Sprintf("/notifications/rules/%d", w.rule())} }},
	"change-rule": {needs: tenant.Administer, success: 200, request: func(w *world) request {
		return request{fmt.Sprintf("/notifications/rules/%d", w.rule()), body(w.ruleInput())}
	}},
	"remove-rule":     {needs: tenant.Administer, success: 204, request: func(w *world) request { return request{path: fmt.Sprintf("/notifications/rules/%d", w.rule())} }},
	"list-deliveries": {needs: tenant.ReadAudit, success: 200, rival: 200, request: at("/notifications/deliveries")},
	"get-delivery": {needs: tenant.ReadAudit, success: 200, request: func(w *world) request {
		return request{path: fmt.Sprintf("/notifications/deliveries/%d", w.delivery())}
	}},
	"send-delivery-again": {needs: tenant.Administer, success: 200, request: func(w *world) request {
		return request{path: fmt.Sprintf("/notifications/deliveries/%d/again", w.delivery())}
	}},

	"list-people": {needs: tenant.Administer, success: 200, rival: 200, request: at("/people")},
	"get-person":  {needs: tenant.Administer, success: 200, request: func(w *world) request { return request{path: fmt.Sprintf("/people/%d", w.person())} }},
	"add-person": {needs: tenant.Administer, success: 201, rival: 422, request: func(w *world) request {
		return request{"/people", body(object{"name": "N", "email": w.next("n") + "@shop.test", "grants": []object{w.viewer()}})}
	}},
	"disable-person": {needs: tenant.Administer, success: 200, request: func(w *world) request { return request{path: fmt.Sprintf("/people/%d/disable", w.person())} }},
	"enable-person":  {needs: tenant.Administer, success: 200, request: func(w *world) request { return request{path: fmt.Sprintf("/people/%d/enable", w.disabledPerson())} }},
	"remove-person":  {needs: tenant.Administer, success: 204, request: func(w *world) request { return request{path: fmt.Sprintf("/people/%d", w.person())} }},
	"end-sessions-of-person": {needs: tenant.Administer, success: 200, request: func(w *world) request {
		return request{path: fmt.Sprintf("/people/%d/end-sessions", w.person())}
	}},
	"reset-app-of-person": {needs: tenant.Administer, success: 422, request: func(w *world) request {
		return request{path: fmt.Sprintf("/people/%d/reset-app", w.person())} // who has none to lose
	}},
	"reset-passkeys-of-person": {needs: tenant.Administer, success: 200, request: func(w *world) request {
		return request{path: fmt.Sprintf("/people/%d/reset-passkeys", w.person())}
	}},
	"list-identity-providers": {needs: tenant.Administer, success: 200, rival: 200, request: at("/identity-providers")},
	"make-password-link": {needs: tenant.Administer, success: 200, request: func(w *world) request {
		return request{path: fmt.Sprintf("/people/%d/password-link", w.person())}
	}},
	"give-person-role": {needs: tenant.Administer, success: 204, rival: 422, request: func(w *world) request {
		return request{fmt.Sprintf("/people/%d/grants", w.person()), body(object{"group": w.admin.Tree.Root(), "role": "auditor"})}
	}},
	"take-person-role": {needs: tenant.Administer, success: 204, rival: 422, request: func(w *world) request {
		return request{path: fmt.Sprintf("/people/%d/grants/%d/viewer", w.person(), w.admin.Tree.Root())}
	}},
	"get-sign-in-rules": {needs: tenant.Administer, success: 200, rival: 200, request: at("/sign-in-rules")},
	"change-sign-in-rules": {needs: tenant.Administer, success: 200, rival: 200, request: func(*world) request {
		return request{"/sign-in-rules", body(object{"second_factor": "deciders"})}
	}},
	"list-invitations": {needs: tenant.Administer, success: 200, rival: 200, request: at("/invitations")},
	"invite": {needs: tenant.Administer, success: 201, rival: 422, request: func(w *world) request {
		return request{"/invitations", body(object{"name": "N", "email": w.next("i") + "@shop.test", "grants": []object{w.viewer()}})}
	}},
	"uninvite": {needs: tenant.Administer, success: 204, request: func(w *world) request { return request{path: fmt.Sprintf("/invitations/%d", w.invitation())} }},

	"list-service-accounts": {needs: tenant.Administer, success: 200, rival: 200, request: at("/service-accounts")},
	"add-service-account": {needs: tenant.Administer, success: 201, rival: 422, request: func(w *world) request {
		return request{"/service-accounts", body(object{"name": w.next("a"), "grants": []object{w.viewer()}})}
	}},
	"get-service-account":     {needs: tenant.Administer, success: 200, request: func(w *world) request { return request{path: fmt.Sprintf("/service-accounts/%d", w.service())} }},
	"disable-service-account": {needs: tenant.Administer, success: 200, request: func(w *world) request { return request{path: fmt.Sprintf("/service-accounts/%d/disable", w.service())} }},
	"enable-service-account": {needs: tenant.Administer, success: 200, request: func(w *world) request {
		return request{path: fmt.Sprintf("/service-accounts/%d/enable", w.disabledService())}
	}},
	"remove-service-account": {needs: tenant.Administer, success: 204, request: func(w *world) request { return request{path: fmt.Sprintf("/service-accounts/%d", w.service())} }},
	"give-service-account-role": {needs: tenant.Administer, success: 204, rival: 422, request: func(w *world) request {
		return request{fmt.Sprintf("/service-accounts/%d/grants", w.service()), body(object{"group": w.admin.Tree.Root(), "role": "auditor"})}
	}},
	"take-service-account-role": {needs: tenant.Administer, success: 204, rival: 422, request: func(w *world) request {
		return request{path: fmt.Sprintf("/service-accounts/%d/grants/%d/viewer", w.service(), w.admin.Tree.Root())}
	}},
	"list-service-account-tokens": {needs: tenant.Administer, success: 200, request: func(w *world) request { return request{path: fmt.Sprintf("/service-accounts/%d/tokens", w.service())} }},

	"list-agents":         {needs: tenant.Read, success: 200, rival: 200, request: at("/agents")},
	"count-agents":        {needs: tenant.Read, success: 200, rival: 200, request: at("/agents/facets")},
	"get-agent":           {needs: tenant.Read, success: 200, request: func(w *world) request { return request{path: fmt.Sprintf("/agents/%d", w.agent())} }},
	"list-agent-timeline": {needs: tenant.Read, success: 200, request: func(w *world) request { return request{path: fmt.Sprintf("/agents/%d/timeline", w.agent())} }},
	"get-agent-document":  {needs: tenant.Read, success: 200, request: func(w *world) request { return request{path: fmt.Sprintf("/agents/%d/document", w.documentedAgent())} }},
	"retire-agent": {needs: tenant.Administer, success: 200, request: func(w *world) request {
		return request{fmt.Sprintf("/agents/%d/retire", w.agent()), body(object{"why": "it is gone"})}
	}},
	"revoke-agent": {needs: tenant.Respond, success: 200, request: func(w *world) request {
		return request{fmt.Sprintf("/agents/%d/revoke", w.agent()), body(object{"why": "it was stolen"})}
	}},
	"trust-agent": {needs: tenant.Administer, success: 200, request: func(w *world) request {
		return request{fmt.Sprintf("/agents/%d/trust", w.tamperedAgent()), body(object{"why": "restored from a backup"})}
	}},
	"move-agent": {needs: tenant.Administer, success: 200, request: func(w *world) request {
		return request{fmt.Sprintf("/agents/%d/move", w.agent()), body(object{"group": w.group()})}
	}},
	"list-agent-tokens": {needs: tenant.Administer, success: 200, rival: 200, request: at("/agent-tokens")},
	"create-agent-token": {needs: tenant.Administer, success: 201, rival: 201, request: func(w *world) request {
		return request{"/agent-tokens", body(object{"name": w.next("t"), "most": 1, "expires": time.Now().Add(time.Hour)})}
	}},
	"revoke-agent-token": {needs: tenant.Administer, success: 204, request: func(w *world) request {
		t, _ := w.agentToken()
		return request{path: fmt.Sprintf("/agent-tokens/%d", t)}
	}},
	"list-agent-authorities": {needs: tenant.Administer, success: 200, rival: 200, request: at("/agent-authorities")},
	"replace-agent-authority": {needs: tenant.Administer, success: 201, rival: 201, request: func(w *world) request {
		w.replacedAuthority()
		return request{path: "/agent-authorities"}
	}},
	"retire-agent-authority": {needs: tenant.Administer, success: 204, request: func(w *world) request {
		serial := w.replacedAuthority()
		_, err := w.Fleet.ReplaceAuthority(w.t.Context(), w.admin)
		return request{fmt.Sprintf("/agent-authorities/%d/retire", must(w.t, serial, err)), body(object{"why": "its key was stolen"})}
	}},
	"list-agent-commands": {needs: tenant.Read, success: 200, rival: 200, request: at("/agent-commands")},
	"command-agent": {needs: tenant.Respond, success: 201, request: func(w *world) request {
		return request{fmt.Sprintf("/agents/%d/commands", w.agent()), body(object{"kind": "scan"})}
	}},
	"approve-agent-command": {needs: tenant.Respond, success: 200, request: func(w *world) request {
		return request{path: fmt.Sprintf("/agent-commands/%d/approve", w.askedCommand())}
	}},
	"withdraw-agent-command": {needs: tenant.Respond, success: 200, request: func(w *world) request {
		c, err := w.Fleet.Command(w.t.Context(), w.admin, w.agent(), wire.CommandScan)
		return request{path: fmt.Sprintf("/agent-commands/%d/withdraw", must(w.t, c.ID, err))}
	}},
	"get-agent-settings": {needs: tenant.Read, success: 200, request: func(w *world) request {
		return request{path: fmt.Sprintf("/groups/%d/agent-settings", w.group())}
	}},
	"change-agent-settings": {needs: tenant.Administer, success: 200, request: func(w *world) request {
		return request{fmt.Sprintf("/groups/%d/agent-settings", w.group()), body(object{"interval": 60, "policy": object{"name": "web"}})}
	}},
	"list-file-changes":  {needs: tenant.Read, success: 200, rival: 200, request: at("/file-changes?explained=no")},
	"count-file-changes": {needs: tenant.Read, success: 200, rival: 200, request: at("/file-changes/facets")},
	"approve-file-changes": {needs: tenant.Respond, success: 201, request: func(w *world) request {
		return request{"/file-changes/approve", body(object{"changes": []int64{w.fileChange(w.agent())}})}
	}},
	"list-coverage":    {needs: tenant.Read, success: 200, rival: 200, request: at("/coverage")},
	"list-detections":  {needs: tenant.Read, success: 200, rival: 200, request: at("/detections?severity=high")},
	"count-detections": {needs: tenant.Read, success: 200, rival: 200, request: at("/detections/facets")},
	"get-detection":    {needs: tenant.Read, success: 200, request: func(w *world) request { return request{path: fmt.Sprintf("/detections/%d", w.detection())} }},
	"decide-detections": {needs: tenant.Respond, success: 204, request: func(w *world) request {
		return request{"/detection-decisions", body(object{"detections": []int64{w.detection()}, "state": "closed", "note": "A test."})}
	}},
	"list-file-differences":    {needs: tenant.Read, success: 200, rival: 200, request: at("/file-differences?kind=content")},
	"list-file-comparisons":    {needs: tenant.Read, success: 200, rival: 200, request: at("/file-comparisons")},
	"list-maintenance-windows": {needs: tenant.Read, success: 200, rival: 200, request: at("/maintenance-windows")},
	"add-maintenance-window": {needs: tenant.Administer, success: 201, rival: 201, request: func(w *world) request {
		return request{"/maintenance-windows", body(object{"name": w.next("w"), "why": "x", "days": []string{"friday"}, "begins": "22:00", "minutes": 60, "until": time.Now().Add(time.Hour)})}
	}},
	"end-maintenance-window": {needs: tenant.Administer, success: 204, request: func(w *world) request {
		return request{path: fmt.Sprintf("/maintenance-windows/%d", w.window())}
	}},
	"list-deployment-identities": {needs: tenant.Read, success: 200, rival: 200, request: at("/deployment-identities")},
	"add-deployment-identity": {needs: tenant.Administer, success: 201, rival: 201, request: func(w *world) request {
		return request{"/deployment-identities", body(object{"name": w.next("d"), "why": "x", "user": "ci", "until": time.Now().Add(time.Hour)})}
	}},
	"end-deployment-identity": {needs: tenant.Administer, success: 204, request: func(w *world) request {
		return request{path: fmt.Sprintf("/deployment-identities/%d", w.deployer())}
	}},

	"list-vulnerabilities":  {needs: tenant.Read, success: 200, rival: 200, request: at("/vulnerabilities?severity=high&fix=yes")},
	"count-vulnerabilities": {needs: tenant.Read, success: 200, rival: 200, request: at("/vulnerabilities/facets")},
	"get-vulnerability": {needs: tenant.Read, success: 200, request: func(w *world) request {
		return request{path: "/vulnerabilities/" + w.vulnerability(w.agent())}
	}},
	"list-vulnerable-servers": {needs: tenant.Read, success: 200, request: func(w *world) request {
		return request{path: "/vulnerabilities/" + w.vulnerability(w.agent()) + "/servers"}
	}},
	"get-vulnerability-data": {needs: tenant.Read, success: 200, rival: 200, request: at("/vulnerability-data")},
	"list-server-software":   {needs: tenant.Read, success: 200, rival: 200, request: at("/server-software?result=clean")},
	"count-server-software":  {needs: tenant.Read, success: 200, rival: 200, request: at("/server-software/facets")},
	"get-agent-software": {needs: tenant.Read, success: 200, request: func(w *world) request {
		id := w.agent()
		w.vulnerability(id)
		return request{path: fmt.Sprintf("/agents/%d/software", id)}
	}},
	"list-agent-vulnerabilities": {needs: tenant.Read, success: 200, request: func(w *world) request {
		id := w.agent()
		w.vulnerability(id)
		return request{path: fmt.Sprintf("/agents/%d/vulnerabilities", id)}
	}},
	"list-agent-packages": {needs: tenant.Read, success: 200, request: func(w *world) request {
		id := w.documentedAgent()
		w.vulnerability(id)
		return request{path: fmt.Sprintf("/agents/%d/packages", id)}
	}},

	"list-audit":     {needs: tenant.ReadAudit, success: 200, rival: 200, request: at("/audit")},
	"get-audit-head": {needs: tenant.ReadAudit, success: 200, rival: 200, request: at("/audit/head")},
	"verify-audit":   {needs: tenant.ReadAudit, success: 200, rival: 200, request: at("/audit/verification")},
	"export-audit":   {needs: tenant.ReadAudit, success: 200, rival: 200, request: at("/audit/export")},
}

func tomorrow() string { return time.Now().AddDate(0, 0, 2).UTC().Format(time.DateOnly) }

func must[T any](t *testing.T, v T, err error) T {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func (w *world) viewer() object { return object{"group": w.admin.Tree.Root(), "role": "viewer"} }

func (w *world) viewerGrant() []tenant.Grant {
	return []tenant.Grant{{Group: w.admin.Tree.Root(), Role: tenant.Viewer}}
}

func (w *world) group() int64 {
	id, err := w.Directory.Add(w.t.Context(), w.admin, tenant.Group{Parent: w.admin.Tree.Root(), Kind: tenant.Team, Name: w.next("group")})
	return must(w.t, id, err)
}

func (w *world) newSource(kind sources.Kind) int64 {
	s := sources.Source{Kind: kind, Name: w.next("source")}
	if kind == sources.Git {
		s.Config.URL = "https://git.example.com/shop.git"
	}
	s, err := w.Sources.Add(w.t.Context(), w.admin, s, "")
	return must(w.t, s.ID, err)
}

func (w *world) job() int64 {
	a := w.do(w.tokens["administrator"], http.MethodPost, fmt.Sprintf("/api/v1/sources/%d/jobs", w.newSource(sources.Git)), nil)
	var j api.Job
	a.read(w.t, &j)
	return j.ID
}

func (w *world) cancelledJob() int64 {
	id := w.job()
	return must(w.t, id, w.Jobs.Stop(w.t.Context(), w.admin, id))
}

func (w *world) snapshot() int64 {
	p, err := w.Inventory.Snapshots(w.t.Context(), w.admin, []int64{w.source}, inventory.Paging{})
	return must(w.t, p.Items, err)[0].ID
}

func (w *world) waiver() int64 {
	w.reopen()
	r, err := w.Waivers.Request(w.t.Context(), w.admin, []int64{w.first.ID}, "A trial, without data.", tomorrow())
	return must(w.t, r.ID, err)
}

func (w *world) approved() int64 {
	id := w.waiver()
	return must(w.t, id, w.Waivers.Approve(w.t.Context(), w.bob(), id, ""))
}

// bob is a second administrator, who may decide what the first asks for.
func (w *world) bob() tenant.Who {
	bob := w.admin
	bob.ID, bob.Name = 1001, "Bob"
	return bob
}

// reopen revokes what was approved, so that the finding is open again.
func (w *world) reopen() {
	all, _, err := w.Waivers.List(w.t.Context(), w.admin, waivers.Query{States: []waivers.State{waivers.Approved}})
	for _, x := range must(w.t, all, err) {
		must(w.t, 0, w.Waivers.Revoke(w.t.Context(), w.bob(), x.ID, "For the next test."))
	}
}

// nowhere is an address that nobody listens at.
const nowhere = "https://127.0.0.1:1/hook"

func (w *world) channel() int64 {
	c, err := w.Notify.AddChannel(w.t.Context(), w.admin, notify.Channel{Kind: notify.Webhook, Name: w.next("channel"), Config: notify.Config{URL: nowhere}}, "")
	return must(w.t, c.ID, err)
}

func (w *world) ruleInput() object {
	return object{"name": w.next("rule"), "match": object{"kinds": []string{inventory.FindingNew}}, "channels": []int64{w.channel()}}
}

func (w *world) rule() int64 {
	r, err := w.Notify.AddRule(w.t.Context(), w.admin, notify.Rule{
		Name: w.next("rule"), Enabled: true, Match: notify.Match{Kinds: []string{inventory.FindingNew}}, Channels: []int64{w.channel()},
	})
	return must(w.t, r.ID, err)
}

// delivery is one that was given up: a test that nobody took.
func (w *world) delivery() int64 {
	channel := w.channel()
	if err := w.Notify.Test(w.t.Context(), w.admin, channel); err == nil {
		w.t.Fatal("somebody listens at " + nowhere)
	}
	all, _, err := w.Notify.Deliveries(w.t.Context(), w.admin, notify.DeliveryQuery{Channel: channel})
	return must(w.t, all, err)[0].ID
}

func (w *world) person() int64 {
	id, err := w.People.AddPerson(w.t.Context(), w.admin, identity.NewPerson{Email: w.next("p") + "@shop.test", Name: "P", Grants: w.viewerGrant()})
	return must(w.t, id, err)
}

func (w *world) disabledPerson() int64 {
	id := w.person()
	return must(w.t, id, w.People.Disable(w.t.Context(), w.admin, id))
}

func (w *world) invitation() int64 {
	_, err := w.People.Invite(w.t.Context(), w.admin, w.next("x")+"@shop.test", "X", w.viewerGrant())
	must(w.t, 0, err)
	all, err := w.People.Invitations(w.t.Context(), w.admin)
	var id int64
	for _, i := range must(w.t, all, err) {
		id = max(id, i.ID)
	}
	return id
}

func (w *world) service() int64 {
	id, err := w.People.AddService(w.t.Context(), w.admin, w.next("service"), w.viewerGrant())
	return must(w.t, id, err)
}

func (w *world) disabledService() int64 {
	id := w.service()
	return must(w.t, id, w.People.DisableService(w.t.Context(), w.admin, id))
}

func (w *world) serviceToken() int64 {
	t, _, err := w.People.CreateToken(w.t.Context(), w.admin, identity.NewToken{Name: "t", Service: w.service(), Permissions: []tenant.Permission{tenant.Read}, Expires: time.Now().Add(time.Hour)})
	return must(w.t, t.ID, err)
}

// own are operations on what is one's own, which takes no permission, and by
// administrators on what is others'.
var own = []string{"revoke-token", "change-view", "remove-view"}

// view is a new one of the administrator's, shared with everybody.
func (w *world) view() int64 {
	v, err := w.Views.Add(w.t.Context(), w.admin, views.View{Place: views.Findings, Name: w.next("view"), Query: "severity=high", Group: w.admin.Tree.Root()})
	return must(w.t, v.ID, err)
}

// documented is what the document says of an operation.
type documented struct {
	ID    string            `json:"operationId"`
	Needs tenant.Permission `json:"x-demarc-permission"`
	verb  string
}

func documents(t *testing.T) (all []documented) {
	t.Helper()
	text, err := api.Document()
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Paths map[string]map[string]documented `json:"paths"`
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	for _, p := range doc.Paths {
		for verb, o := range p {
			o.verb = strings.ToUpper(verb)
			all = append(all, o)
		}
	}
	slices.SortFunc(all, func(a, b documented) int { return strings.Compare(a.ID, b.ID) })
	return all
}

// Every operation of the document, from outside: by each role, by somebody
// of another organisation and by nobody.
func TestOperations(t *testing.T) {
	all := documents(t)
	for _, d := range all {
		if _, ok := operations[d.ID]; !ok {
			t.Errorf("%s has no entry in operations", d.ID)
		}
	}
	if len(all) != len(operations) {
		t.Errorf("%d operations in the document, %d in the table", len(all), len(operations))
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		for _, d := range all {
			o := operations[d.ID]
			if d.Needs != o.needs && !slices.Contains(own, d.ID) {
				t.Errorf("%s: the document says it needs %q, the table %q", d.ID, d.Needs, o.needs)
			}
			w.try(d, o)
		}
	})
}

func (w *world) try(d documented, o operation) {
	send := func(who string) answer {
		r := o.request(w)
		return w.do(w.tokens[who], d.verb, "/api/v1"+r.path, []byte(r.body))
	}
	expect := func(who string, status int) answer {
		w.t.Helper()
		a := send(who)
		if a.status != status {
			w.t.Errorf("%s as %s: %d, want %d: %.300s", d.ID, who, a.status, status, a.body)
		}
		if a.status >= 400 && (a.header.Get("Content-Type") != "application/problem+json" || a.code() == "") {
			w.t.Errorf("%s as %s: %d without a problem: %.300s", d.ID, who, a.status, a.body)
		}
		return a
	}
	expect("nobody", http.StatusUnauthorized)
	rival := o.rival
	if rival == 0 {
		rival = http.StatusNotFound
	}
	theirs := expect("rival", rival)
	for _, secret := range []string{w.first.Address, w.first.Fingerprint, "@shop.test", `"estate"`} {
		if strings.Contains(string(theirs.body), secret) {
			w.t.Errorf("%s shows another organisation %q", d.ID, secret)
		}
	}
	for _, role := range tenant.Roles {
		switch {
		case o.needs == member || role.May(o.needs):
			expect(string(role), o.success)
		case o.refused != 0:
			expect(string(role), o.refused)
		default:
			expect(string(role), http.StatusForbidden)
		}
	}
}
