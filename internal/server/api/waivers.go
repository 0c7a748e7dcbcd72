package api

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/waivers"
)

// Waiver is a waiver as the API shows it.
type Waiver struct {
	ID       int64           `json:"id"`
	Group    int64           `json:"group"`
	State    waivers.State   `json:"state" enum:"requested,approved,refused,withdrawn,revoked,expired"`
	Reason   string          `json:"reason"`
	Until    string          `json:"until" format:"date" doc:"The last day it holds."`
	Count    int             `json:"count" doc:"Of findings."`
	By       Somebody        `json:"by"`
	Asked    time.Time       `json:"asked"`
	Decider  *Somebody       `json:"decider,omitempty"`
	Decided  time.Time       `json:"decided,omitzero"`
	Note     string          `json:"note,omitempty"`
	Ended    time.Time       `json:"ended,omitzero"`
	Findings []WaivedFinding `json:"findings,omitempty" doc:"With one waiver, not in lists."`
}

// Somebody is a person or program by the name they had then.
type Somebody struct {
	Kind tenant.ActorKind `json:"kind"`
	ID   int64            `json:"id"`
	Name string           `json:"name"`
}

// WaivedFinding is a finding as it was called when it was asked for.
type WaivedFinding struct {
	Source      int64  `json:"source"`
	Fingerprint string `json:"fingerprint"`
	Finding     int64  `json:"finding"`
	Check       string `json:"check"`
	Title       string `json:"title"`
	Severity    string `json:"severity"`
	Address     string `json:"address"`
}

func waiverOf(w waivers.Waiver) Waiver {
	out := Waiver{
		ID: w.ID, Group: w.Group, State: w.State, Reason: w.Reason, Until: w.Until, Count: w.Count, By: Somebody(w.By), Asked: w.Asked,
		Decided: w.Decided, Note: w.Note, Ended: w.Ended,
		Findings: mapped(w.Findings, func(f waivers.Finding) WaivedFinding { return WaivedFinding(f) }),
	}
	if w.Decider.ID != 0 || w.Decider.Kind != "" {
		out.Decider = new(Somebody(w.Decider))
	}
	return out
}

func (a *API) waiver(ctx context.Context, who tenant.Who, id int64) (Waiver, error) {
	w, err := a.Waivers.Get(ctx, who, id)
	return waiverOf(w), err
}

// WaiverNote is what somebody says with a decision.
type WaiverNote struct {
	Note string `json:"note,omitempty" maxLength:"4000"`
}

func (a *API) waivers(api huma.API) {
	const tag = "waivers"
	add(a, api, operation{id: "list-waivers", method: http.MethodGet, path: "/waivers", tag: tag, summary: "List waivers, newest first", needs: tenant.Read},
		func(ctx context.Context, who tenant.Who, in *struct {
			Paging
			State []string `query:"state,explode" enum:"requested,approved,refused,withdrawn,revoked,expired"`
			Mine  bool     `query:"mine" doc:"Those that whoever asks has asked for."`
		},
		) (*list[Waiver], error) {
			q := waivers.Query{Mine: in.Mine, Cursor: in.Cursor, Limit: in.Limit}
			for _, s := range in.State {
				q.States = append(q.States, waivers.State(s))
			}
			all, next, err := a.Waivers.List(ctx, who, q)
			return listed(ctx, mapped(all, waiverOf), next, err)
		})
	add(a, api, operation{
		id: "request-waiver", method: http.MethodPost, path: "/waivers", tag: tag, summary: "Ask for findings to be accepted", needs: tenant.RequestWaiver, status: http.StatusCreated,
		description: "All findings must lie in one group, whose approvers decide; nobody approves what they asked for themselves.",
	}, func(ctx context.Context, who tenant.Who, in *struct {
		Body struct {
			Findings []int64 `json:"findings" minItems:"1" maxItems:"500" uniqueItems:"true"`
			Reason   string  `json:"reason" minLength:"1" maxLength:"4000"`
			Until    string  `json:"until" format:"date" doc:"The last day it is to hold, within a year."`
		}
	},
	) (*made[Waiver], error) {
		w, err := a.Waivers.Request(ctx, who, in.Body.Findings, in.Body.Reason, in.Body.Until)
		return &made[Waiver]{Location: fmt.Sprintf("%s/waivers/%d", v1, w.ID), Body: waiverOf(w)}, err
	})
	add(a, api, operation{id: "get-waiver", method: http.MethodGet, path: "/waivers/{id}", tag: tag, summary: "Get a waiver with its findings", needs: tenant.Read},
		func(ctx context.Context, who tenant.Who, in *ByID) (*item[Waiver], error) {
			return one(a.waiver(ctx, who, in.ID))
		})
	decide := func(id, summary string, needs tenant.Permission, act func(ctx context.Context, who tenant.Who, id int64, note string) error) {
		add(a, api, operation{id: id + "-waiver", method: http.MethodPost, path: "/waivers/{id}/" + id, tag: tag, summary: summary, needs: needs},
			func(ctx context.Context, who tenant.Who, in *struct {
				ByID
				OnlyIf
				Body WaiverNote
			},
			) (*item[Waiver], error) {
				if _, err := ifStill(ctx, in.OnlyIf, func(ctx context.Context) (Waiver, error) { return a.waiver(ctx, who, in.ID) }); err != nil {
					return nil, err
				}
				if err := act(ctx, who, in.ID, in.Body.Note); err != nil {
					return nil, err
				}
				return one(a.waiver(ctx, who, in.ID))
			})
	}
	decide("approve", "Accept the risk", tenant.ApproveWaiver, func(ctx context.Context, who tenant.Who, id int64, note string) error {
		return a.Waivers.Approve(ctx, who, id, note)
	})
	decide("refuse", "Leave the findings failing; the note says why", tenant.ApproveWaiver, func(ctx context.Context, who tenant.Who, id int64, note string) error {
		return a.Waivers.Refuse(ctx, who, id, note)
	})
	decide("revoke", "End a waiver before its time; the note says why", tenant.ApproveWaiver, func(ctx context.Context, who tenant.Who, id int64, note string) error {
		return a.Waivers.Revoke(ctx, who, id, note)
	})
	add(a, api, operation{id: "withdraw-waiver", method: http.MethodPost, path: "/waivers/{id}/withdraw", tag: tag, summary: "Take back one's own request", needs: tenant.RequestWaiver},
		func(ctx context.Context, who tenant.Who, in *ByID) (*item[Waiver], error) {
			if err := a.Waivers.Withdraw(ctx, who, in.ID); err != nil {
				return nil, err
			}
			return one(a.waiver(ctx, who, in.ID))
		})
}
