// Package sources is the console's pages of where assessments come from and of
// the jobs that make them.
package sources

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/jobs"
	"github.com/demarc-sec/demarc/internal/sources"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/web/export"
	"github.com/demarc-sec/demarc/internal/web/layout"
	"github.com/demarc-sec/demarc/internal/web/page"
)

// Sources is what the pages ask of sources.
type Sources interface {
	List(ctx context.Context, who tenant.Who) ([]sources.Source, error)
	Get(ctx context.Context, who tenant.Who, id int64) (sources.Source, error)
	Add(ctx context.Context, who tenant.Who, src sources.Source, credential string) (sources.Source, error)
	Change(ctx context.Context, who tenant.Who, src sources.Source, credential string) (sources.Source, error)
	ForgetCredential(ctx context.Context, who tenant.Who, id int64) error
	Remove(ctx context.Context, who tenant.Who, id int64, hook func(ctx context.Context, tx bun.Tx) error) error
	Store(ctx context.Context, who tenant.Who, source int64, name string, r io.Reader) (int64, error)
}

// Jobs is what the pages ask of jobs.
type Jobs interface {
	Add(ctx context.Context, who tenant.Who, source, upload int64, reason string, meta jobs.Meta) (jobs.Job, error)
	Get(ctx context.Context, who tenant.Who, id int64) (jobs.Job, error)
	List(ctx context.Context, who tenant.Who, f jobs.Filter) (list []jobs.Job, next string, err error)
	Again(ctx context.Context, who tenant.Who, id int64) error
	Stop(ctx context.Context, who tenant.Who, id int64) error
}

// Ledger is what the pages ask of the ledger.
type Ledger interface {
	Latest(ctx context.Context, who tenant.Who) (map[int64]inventory.Snapshot, error)
	Snapshots(ctx context.Context, who tenant.Who, sources []int64, paging inventory.Paging) (inventory.Page[inventory.Snapshot], error)
	Snapshot(ctx context.Context, who tenant.Who, id int64) (*inventory.SnapshotDetail, error)
	Remove(ctx context.Context, tx bun.Tx, who tenant.Who, source int64) error
}

// Pages serves sources, jobs and snapshots.
type Pages struct {
	Sources Sources
	Jobs    Jobs
	Ledger  Ledger
	Now     func() time.Time
}

// Register adds the pages.
func (p *Pages) Register(mux *http.ServeMux) {
	mux.Handle("GET /sources", page.For(p.list))
	mux.Handle("GET /sources/new", page.For(p.newForm))
	mux.Handle("POST /sources", page.For(p.add))
	mux.Handle("GET /sources/{id}", page.For(p.source))
	mux.Handle("GET /sources/{id}/edit", page.For(p.editForm))
	mux.Handle("POST /sources/{id}", page.For(p.change))
	mux.Handle("POST /sources/{id}/run", page.For(p.run))
	mux.Handle("POST /sources/{id}/upload", page.For(p.upload))
	mux.Handle("POST /sources/{id}/remove", page.For(p.remove))
	mux.Handle("GET /jobs/{id}", page.For(p.job))
	mux.Handle("POST /jobs/{id}/stop", page.For(p.stop))
	mux.Handle("POST /jobs/{id}/again", page.For(p.again))
	mux.Handle("GET /snapshots/{id}", page.For(p.snapshot))
	for _, format := range export.Formats {
		mux.Handle("GET /sources."+format, page.For(p.exportSources(format)))
		mux.Handle("GET /jobs."+format, page.For(p.exportJobs(format)))
	}
}

// listed is a source as the list shows it.
type listed struct {
	sources.Source
	Group  string
	Latest inventory.Snapshot // zero before the first
	Job    *jobs.Job          // the latest
}

// listView is what the list shows.
type listView struct {
	layout.Page
	r      *http.Request
	now    time.Time
	List   []listed
	Names  map[int64]string
	Jobs   []jobs.Job
	Next   string
	Tab    string // state of the jobs shown, or empty
	MayAdd bool
}

// tabs are the states jobs can be listed by.
var tabs = []struct {
	ID, Title string
	States    []jobs.State
}{
	{"", "All jobs", nil},
	{"running", "Under way", []jobs.State{jobs.Queued, jobs.Running}},
	{"dead", "Dead letters", []jobs.State{jobs.Dead}},
	{"failed", "Failed", []jobs.State{jobs.Failed}},
}

func (p *Pages) list(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	ctx := r.Context()
	v := &listView{Page: page.Of(r, "sources", "Sources & jobs"), r: r, now: p.Now(), Names: map[int64]string{}, MayAdd: !who.Reach(tenant.Contribute).None()}
	list, err := p.Sources.List(ctx, who)
	if err != nil {
		return err
	}
	latest, err := p.Ledger.Latest(ctx, who)
	if err != nil {
		return err
	}
	recent, _, err := p.Jobs.List(ctx, who, jobs.Filter{Limit: inventory.MaxPage})
	if err != nil {
		return err
	}
	for _, s := range list {
		g, _ := who.Tree.Group(s.Group)
		l := listed{Source: s, Group: g.Name, Latest: latest[s.ID]}
		for i := range recent {
			if recent[i].Source == s.ID {
				l.Job = &recent[i]
				break
			}
		}
		v.List = append(v.List, l)
		v.Names[s.ID] = s.Name
	}
	f := jobs.Filter{Cursor: r.URL.Query().Get("cursor"), Limit: 30}
	for _, t := range tabs {
		if t.ID == r.URL.Query().Get("jobs") {
			v.Tab, f.States = t.ID, t.States
		}
	}
	if v.Jobs, v.Next, err = p.Jobs.List(ctx, who, f); err != nil {
		return err
	}
	for _, j := range v.Jobs {
		if underWay(j) {
			v.Refresh = 10
		}
	}
	return page.Render(w, r, http.StatusOK, listPage(v))
}

func underWay(j jobs.Job) bool { return j.State == jobs.Queued || j.State == jobs.Running }

// sourceView is what the page of a source shows.
type sourceView struct {
	layout.Page
	r         *http.Request
	now       time.Time
	S         sources.Source
	Group     string
	Snapshots inventory.Page[inventory.Snapshot]
	Jobs      []jobs.Job
	MayChange bool
}

func (p *Pages) source(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	return p.showSource(w, r, who, http.StatusOK, "")
}

// showSource shows a source, with what went wrong with something done on its
// page.
func (p *Pages) showSource(w http.ResponseWriter, r *http.Request, who tenant.Who, status int, problem string) error {
	s, err := p.known(r, who)
	if err != nil {
		return err
	}
	v := &sourceView{Page: page.Of(r, "sources", s.Name), r: r, now: p.Now(), S: s, MayChange: s.Kind != sources.Agents && who.Check(tenant.Contribute, s.Group) == nil}
	v.Problem = problem
	g, _ := who.Tree.Group(s.Group)
	v.Group = g.Name
	if v.Snapshots, err = p.Ledger.Snapshots(r.Context(), who, []int64{s.ID}, inventory.Paging{Cursor: r.URL.Query().Get("cursor"), Limit: 20}); err != nil {
		return err
	}
	if v.Jobs, _, err = p.Jobs.List(r.Context(), who, jobs.Filter{Source: s.ID, Limit: 10}); err != nil {
		return err
	}
	for _, j := range v.Jobs {
		if underWay(j) && problem == "" {
			v.Refresh = 10
		}
	}
	return page.Render(w, r, status, sourcePage(v))
}

// known is the source that the path names.
func (p *Pages) known(r *http.Request, who tenant.Who) (sources.Source, error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return sources.Source{}, err
	}
	return p.Sources.Get(r.Context(), who, id)
}

func (p *Pages) run(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	s, err := p.known(r, who)
	if err != nil {
		return err
	}
	j, err := p.Jobs.Add(r.Context(), who, s.ID, 0, jobs.Manual, jobs.Meta{})
	if told, ok := page.Told(err); ok {
		return p.showSource(w, r, who, http.StatusUnprocessableEntity, told)
	} else if err != nil {
		return err
	}
	return page.Done(w, r, jobURL(j.ID), "The assessment is queued.")
}

func (p *Pages) upload(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	s, err := p.known(r, who)
	if err != nil {
		return err
	}
	if err := who.Check(tenant.Contribute, s.Group); err != nil {
		return err
	}
	j, err := p.take(r, who, s)
	if told, ok := page.Told(err); ok {
		return p.showSource(w, r, who, http.StatusUnprocessableEntity, told)
	} else if err != nil {
		return err
	}
	return page.Done(w, r, jobURL(j.ID), "The file is there, and its assessment is queued.")
}

// take stores the file of the form as it comes, and asks for its assessment.
func (p *Pages) take(r *http.Request, who tenant.Who, s sources.Source) (jobs.Job, error) {
	if s.Kind != sources.Upload {
		return jobs.Job{}, fmt.Errorf("%w: this source takes no file from here", page.ErrInvalid)
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return jobs.Job{}, fmt.Errorf("%w: choose a file", page.ErrInvalid)
	}
	for {
		part, err := parts.NextPart()
		if err != nil {
			return jobs.Job{}, fmt.Errorf("%w: choose a file", page.ErrInvalid)
		}
		if part.FormName() != "file" || part.FileName() == "" {
			continue
		}
		id, err := p.Sources.Store(r.Context(), who, s.ID, part.FileName(), part)
		if err != nil {
			return jobs.Job{}, err
		}
		return p.Jobs.Add(r.Context(), who, s.ID, id, jobs.Uploaded, jobs.Meta{})
	}
}

func (p *Pages) remove(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	s, err := p.known(r, who)
	if err != nil {
		return err
	}
	if page.ReadForm(r).Line("name", 300) != s.Name {
		return p.showSource(w, r, who, http.StatusUnprocessableEntity, "Write the name of the source to remove it with everything it brought.")
	}
	err = p.Sources.Remove(r.Context(), who, s.ID, func(ctx context.Context, tx bun.Tx) error { return p.Ledger.Remove(ctx, tx, who, s.ID) })
	if err != nil {
		return err
	}
	return page.Done(w, r, "/sources", "The source "+s.Name+" and what it brought are removed.")
}

// jobView is what the page of a job shows.
type jobView struct {
	layout.Page
	now       time.Time
	J         jobs.Job
	Source    string
	MayChange bool
}

func (p *Pages) job(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	j, err := p.Jobs.Get(r.Context(), who, id)
	if err != nil {
		return err
	}
	v := &jobView{Page: page.Of(r, "sources", "Job "+itoa(j.ID)), now: p.Now(), J: j, Source: "Source " + itoa(j.Source), MayChange: who.Check(tenant.Contribute, j.Group) == nil}
	if s, err := p.Sources.Get(r.Context(), who, j.Source); err == nil {
		v.Source = s.Name
	}
	if underWay(j) {
		v.Refresh = 2
	}
	return page.Render(w, r, http.StatusOK, jobPage(v))
}

func (p *Pages) stop(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	return p.act(w, r, who, p.Jobs.Stop, "The job was told to stop.")
}

func (p *Pages) again(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	return p.act(w, r, who, p.Jobs.Again, "The job is queued again.")
}

func (p *Pages) act(w http.ResponseWriter, r *http.Request, who tenant.Who, do func(context.Context, tenant.Who, int64) error, done string) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	if err := do(r.Context(), who, id); err != nil {
		return err
	}
	return page.Done(w, r, jobURL(id), done)
}

// snapshotView is what the page of a snapshot shows.
type snapshotView struct {
	layout.Page
	now    time.Time
	S      *inventory.SnapshotDetail
	Source sources.Source
	Whole  bool // the actor may read all of the organisation, and so the details
	Before int64
}

func (p *Pages) snapshot(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	s, err := p.Ledger.Snapshot(r.Context(), who, id)
	if err != nil {
		return err
	}
	src, err := p.Sources.Get(r.Context(), who, s.Source)
	if err != nil {
		return store.ErrNotFound
	}
	v := &snapshotView{Page: page.Of(r, "sources", "Snapshot "+itoa(s.ID)), now: p.Now(), S: s, Source: src, Whole: who.Reach(tenant.Read).All}
	list, err := p.Ledger.Snapshots(r.Context(), who, []int64{src.ID}, inventory.Paging{Limit: inventory.MaxPage})
	if err != nil {
		return err
	}
	for _, other := range list.Items {
		if other.ID < s.ID {
			v.Before = other.ID
			break
		}
	}
	return page.Render(w, r, http.StatusOK, snapshotPage(v))
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

func jobURL(id int64) string { return "/jobs/" + itoa(id) }

func sourceURL(id int64) string { return "/sources/" + itoa(id) }

func snapshotURL(id int64) string { return "/snapshots/" + itoa(id) }

// tone marks a job's state.
func tone(s jobs.State) string {
	switch s {
	case jobs.Done:
		return "good"
	case jobs.Failed, jobs.Dead:
		return "bad"
	case jobs.Cancelled:
		return ""
	}
	return "warn"
}

// took is how long a job ran.
func took(j jobs.Job, now time.Time) string {
	if j.Started.IsZero() {
		return ""
	}
	end := j.Finished
	if end.IsZero() {
		end = now
	}
	return end.Sub(j.Started).Round(time.Second).String()
}

func kindTitle(k sources.Kind) string {
	switch k {
	case sources.Git:
		return "Git repository"
	case sources.Upload:
		return "Uploads"
	case sources.Agents:
		return "Servers with an agent"
	}
	return "Pushed from CI"
}
