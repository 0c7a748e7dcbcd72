package sources

import (
	"net/http"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/jobs"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/web/export"
	"github.com/demarc-sec/demarc/internal/web/page"
)

// exportSources writes the sources with their latest snapshots.
func (p *Pages) exportSources(format string) page.Func {
	return func(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
		list, err := p.Sources.List(r.Context(), who)
		if err != nil {
			return err
		}
		latest, err := p.Ledger.Latest(r.Context(), who)
		if err != nil {
			return err
		}
		return export.Write(w, format, export.Sheet{
			Name:    "sources",
			Columns: []string{"Name", "Kind", "Group", "Address", "Branch or tag", "Directory", "Schedule", "Next", "Assessed", "Revision", "Assets", "Failing findings", "Gaps", "Not covered"},
			Rows: func(yield func([]any, error) bool) {
				for _, s := range list {
					g, _ := who.Tree.Group(s.Group)
					l := latest[s.ID]
					row := []any{
						s.Name, string(s.Kind), g.Name, s.Config.URL, s.Config.Ref, s.Config.Path, s.Schedule, s.NextRun, l.Assessed, l.Revision,
						l.Counts.Assets, l.Counts.Findings, l.Counts.Gaps, l.Counts.Uncovered,
					}
					if !yield(row, nil) {
						return
					}
				}
			},
		})
	}
}

// exportJobs writes the jobs of a tab.
func (p *Pages) exportJobs(format string) page.Func {
	return func(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
		f := jobs.Filter{Limit: inventory.MaxPage}
		for _, t := range tabs {
			if t.ID == r.URL.Query().Get("jobs") {
				f.States = t.States
			}
		}
		return export.Write(w, format, export.Sheet{
			Name:    "jobs",
			Columns: []string{"Job", "Source", "State", "Reason", "By", "Attempt", "Created", "Started", "Finished", "Problem", "Snapshot"},
			Rows: export.Pages(func(cursor string) (inventory.Page[jobs.Job], error) {
				f.Cursor = cursor
				list, next, err := p.Jobs.List(r.Context(), who, f)
				return inventory.Page[jobs.Job]{Items: list, Next: next}, err
			}, func(j *jobs.Job) []any {
				var snapshot any = ""
				if j.Snapshot != 0 {
					snapshot = j.Snapshot
				}
				return []any{j.ID, j.Source, string(j.State), j.Reason, j.By, j.Attempt, j.Created, j.Started, j.Finished, j.Problem, snapshot}
			}),
		})
	}
}
