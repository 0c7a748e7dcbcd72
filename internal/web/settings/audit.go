package settings

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/web/layout"
	"github.com/demarc-sec/demarc/internal/web/page"
)

type auditView struct {
	layout.Page
	Entries              []audit.Entry
	Next                 string
	Action, Object, Kind string
	From, To             string
	Actor                string // kind and id, as person:7
	Now                  time.Time
}

// filtered reports whether anything is asked for.
func (v auditView) filtered() bool {
	return v.Action+v.Object+v.Kind+v.From+v.To+v.Actor != ""
}

func (p *Pages) audit(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	v, err := p.auditView(r, who)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, auditPage(r, v))
}

func (p *Pages) auditView(r *http.Request, who tenant.Who) (auditView, error) {
	in := page.ReadForm(r)
	v := auditView{
		Page: page.Of(r, "settings", "Audit log"), Now: p.Now(), Action: in.Line("action", 60), Kind: in.Line("kind", 60), Object: in.Line("object", 100),
		From: in.Line("from", 10), To: in.Line("to", 10), Actor: in.Line("actor", 40),
	}
	f := audit.Filter{Action: v.Action, Object: audit.Object{Kind: v.Kind, ID: v.Object}, From: in.Day("from"), To: in.Day("to"), Cursor: in.Line("cursor", 200), Limit: 50}
	if !f.To.IsZero() {
		f.To = f.To.AddDate(0, 0, 1) // the day itself belongs to it
	}
	if kind, id, ok := strings.Cut(v.Actor, ":"); ok {
		n, err := strconv.ParseInt(id, 10, 64)
		if err != nil {
			return v, fmt.Errorf("%w: an actor is written as person:7", page.ErrInvalid)
		}
		f.ActorKind, f.Actor = tenant.ActorKind(kind), n
	}
	if err := in.Err(); err != nil {
		return v, err
	}
	got, err := p.Audit.List(r.Context(), who, f)
	v.Entries, v.Next = got.Entries, got.Next
	return v, err
}

// exportAudit sends the whole log in the form that demarc audit verify reads.
func (p *Pages) exportAudit(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	if err := who.Check(tenant.ReadAudit, 0); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/x-ndjson")
	w.Header().Set("Content-Disposition", `attachment; filename="audit-log.jsonl"`)
	if err := p.Audit.Export(r.Context(), who, 0, w); err != nil {
		panic(http.ErrAbortHandler) // half of it is sent: the browser must not take it for whole
	}
	return nil
}

func (p *Pages) verifyAudit(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	head, err := p.Audit.Verify(r.Context(), who, nil)
	if broken, ok := errors.AsType[*audit.BrokenError](err); ok {
		v, err := p.auditView(r, who)
		if err != nil {
			return err
		}
		here := r.Clone(r.Context())
		here.URL.Path = "/settings/audit" // where the links of the list lead
		v.Problem = fmt.Sprintf("The chain is broken at entry %d: %s.", broken.Seq, broken.Reason)
		return page.Render(w, r, http.StatusOK, auditPage(here, v))
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, "/settings/audit", fmt.Sprintf("All %s entries are as they were written. The last one's hash is %s; keep it elsewhere, and it shows later that nothing before was cut off.",
		layout.Number(head.Seq), head.Hash))
}
