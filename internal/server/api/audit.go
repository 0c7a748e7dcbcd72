package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// AuditEntry is a line of the audit log.
type AuditEntry struct {
	Organisation int64           `json:"organisation"`
	Sequence     int64           `json:"sequence"`
	At           time.Time       `json:"at"`
	Actor        audit.Actor     `json:"actor"`
	Address      string          `json:"address,omitempty"`
	Request      string          `json:"request,omitempty"`
	Action       string          `json:"action"`
	Object       audit.Object    `json:"object"`
	Detail       json.RawMessage `json:"detail" doc:"What else there is to say, as an object; null if nothing."`
	Previous     string          `json:"previous"`
	Hash         string          `json:"hash"`
}

func entryOf(e audit.Entry) AuditEntry {
	return AuditEntry{e.Org, e.Seq, e.At, e.Actor, e.Address, e.Request, e.Action, e.Object, e.Detail, e.Previous, e.Hash}
}

// AuditVerification is what verifying the log came to.
type AuditVerification struct {
	Intact bool        `json:"intact"`
	Head   *audit.Head `json:"head,omitempty" doc:"Where the log ends; kept elsewhere it shows later that nothing before it was changed."`
	Broken int64       `json:"broken_at,omitzero" doc:"The first entry that is not as it was written."`
	Reason string      `json:"reason,omitempty"`
}

// KnownHead is a head that was kept elsewhere.
type KnownHead struct {
	Sequence int64  `query:"sequence" minimum:"1" doc:"With hash: a head that was kept elsewhere."`
	Hash     string `query:"hash" pattern:"^[0-9a-f]{64}$"`
}

func (k KnownHead) head(who tenant.Who) (*audit.Head, error) {
	switch {
	case k.Sequence == 0 && k.Hash == "":
		return nil, nil //nolint:nilnil // no head is known
	case k.Sequence == 0 || k.Hash == "":
		return nil, fmt.Errorf("%w: sequence and hash go together", errInvalid)
	}
	return &audit.Head{Org: who.Org, Seq: k.Sequence, Hash: k.Hash}, nil
}

func (a *API) audit(api huma.API) {
	const tag = "audit"
	add(a, api, operation{id: "list-audit", method: http.MethodGet, path: "/audit", tag: tag, summary: "List the audit log, newest first", needs: tenant.ReadAudit},
		func(ctx context.Context, who tenant.Who, in *struct {
			Paging
			Action     string    `query:"action" maxLength:"100" pattern:"^[a-z.-]+$" doc:"A whole one such as waiver.approved, or the part before the dot."`
			ActorKind  string    `query:"actor_kind" enum:"person,service,system"`
			Actor      int64     `query:"actor" minimum:"1" doc:"With actor_kind."`
			ObjectKind string    `query:"object_kind" maxLength:"100"`
			ObjectID   string    `query:"object_id" maxLength:"200" doc:"With object_kind."`
			From       time.Time `query:"from"`
			To         time.Time `query:"to"`
		},
		) (*list[AuditEntry], error) {
			p, err := a.Audit.List(ctx, who, audit.Filter{
				Action: in.Action, ActorKind: tenant.ActorKind(in.ActorKind), Actor: in.Actor, Object: audit.Object{Kind: in.ObjectKind, ID: in.ObjectID},
				From: in.From, To: in.To, Cursor: in.Cursor, Limit: in.Limit,
			})
			return listed(ctx, mapped(p.Entries, entryOf), p.Next, err)
		})
	add(a, api, operation{id: "get-audit-head", method: http.MethodGet, path: "/audit/head", tag: tag, summary: "Where the audit log ends, to be kept elsewhere", needs: tenant.ReadAudit},
		func(ctx context.Context, who tenant.Who, _ *struct{}) (*item[audit.Head], error) {
			return one(a.Audit.Head(ctx, who))
		})
	add(a, api, operation{id: "verify-audit", method: http.MethodGet, path: "/audit/verification", tag: tag, summary: "Verify the audit log's chain", needs: tenant.ReadAudit},
		func(ctx context.Context, who tenant.Who, in *struct{ KnownHead }) (*item[AuditVerification], error) {
			known, err := in.head(who)
			if err != nil {
				return nil, err
			}
			head, err := a.Audit.Verify(ctx, who, known)
			if broken, ok := errors.AsType[*audit.BrokenError](err); ok {
				return one(AuditVerification{Broken: broken.Seq, Reason: broken.Reason}, nil)
			}
			return one(AuditVerification{Intact: true, Head: &head}, err)
		})
	add(a, api, operation{
		id: "export-audit", method: http.MethodGet, path: "/audit/export", tag: tag, summary: "Export the audit log, one entry a line", needs: tenant.ReadAudit,
		description: "In the order of the chain, as `demarc audit verify` reads it.",
		document: func(op *huma.Operation) {
			op.Responses["200"] = &huma.Response{
				Description: "The entries.", Content: map[string]*huma.MediaType{"application/x-ndjson": {Schema: &huma.Schema{Type: huma.TypeString}}},
			}
		},
	}, func(ctx context.Context, who tenant.Who, in *struct {
		After int64 `query:"after" minimum:"0" doc:"Only entries after this sequence."`
	},
	) (*huma.StreamResponse, error) {
		if err := who.Check(tenant.ReadAudit, 0); err != nil {
			return nil, err
		}
		return &huma.StreamResponse{Body: func(hc huma.Context) {
			hc.SetHeader("Content-Type", "application/x-ndjson")
			if err := a.Audit.Export(ctx, who, in.After, hc.BodyWriter()); err != nil && ctx.Err() == nil {
				a.Log.ErrorContext(ctx, "exporting the audit log", "error", err)
				panic(http.ErrAbortHandler) // cut off, so that it does not pass for whole
			}
		}}, nil
	})
}
