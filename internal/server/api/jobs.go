package api

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/demarc-sec/demarc/internal/jobs"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// Job is a job as the API shows it.
type Job struct {
	ID       int64     `json:"id"`
	Source   int64     `json:"source"`
	Group    int64     `json:"group"`
	Reason   string    `json:"reason" enum:"manual,schedule,upload,push"`
	By       string    `json:"by"`
	Revision string    `json:"revision,omitempty"`
	Branch   string    `json:"branch,omitempty"`
	State    string    `json:"state" enum:"queued,running,done,failed,dead,cancelled"`
	Attempt  int       `json:"attempt"`
	Worker   string    `json:"worker,omitempty"`
	Stage    string    `json:"stage,omitempty" doc:"What it is doing."`
	Problem  string    `json:"problem,omitempty" doc:"Why the latest attempt failed."`
	Created  time.Time `json:"created"`
	Started  time.Time `json:"started,omitzero"`
	Due      time.Time `json:"due,omitzero" doc:"Not to be tried before."`
	Finished time.Time `json:"finished,omitzero"`
	Snapshot int64     `json:"snapshot,omitzero" doc:"Its result."`
}

func jobOf(j jobs.Job) Job {
	return Job{
		ID: j.ID, Source: j.Source, Group: j.Group, Reason: j.Reason, By: j.By, Revision: j.Meta.Revision, Branch: j.Meta.Branch,
		State: string(j.State), Attempt: j.Attempt, Worker: j.Worker, Stage: j.Stage, Problem: j.Problem,
		Created: j.Created, Started: j.Started, Due: j.Due, Finished: j.Finished, Snapshot: j.Snapshot,
	}
}

func (a *API) job(ctx context.Context, who tenant.Who, id int64) (*item[Job], error) {
	j, err := a.Jobs.Get(ctx, who, id)
	return one(jobOf(j), err)
}

func (a *API) jobs(api huma.API) {
	const tag = "jobs"
	add(a, api, operation{id: "list-jobs", method: http.MethodGet, path: "/jobs", tag: tag, summary: "List jobs, newest first", needs: tenant.Read},
		func(ctx context.Context, who tenant.Who, in *struct {
			Paging
			Source int64    `query:"source" minimum:"1"`
			State  []string `query:"state,explode" enum:"queued,running,done,failed,dead,cancelled"`
		},
		) (*list[Job], error) {
			f := jobs.Filter{Source: in.Source, Cursor: in.Cursor, Limit: in.Limit}
			for _, s := range in.State {
				f.States = append(f.States, jobs.State(s))
			}
			all, next, err := a.Jobs.List(ctx, who, f)
			return listed(ctx, mapped(all, jobOf), next, err)
		})
	add(a, api, operation{
		id: "run-source", method: http.MethodPost, path: "/sources/{id}/jobs", tag: tag, needs: tenant.Contribute, status: http.StatusAccepted,
		summary: "Assess a Git source now",
	}, func(ctx context.Context, who tenant.Who, in *ByID) (*made[Job], error) {
		j, err := a.Jobs.Add(ctx, who, in.ID, 0, jobs.Manual, jobs.Meta{})
		return &made[Job]{Location: fmt.Sprintf("%s/jobs/%d", v1, j.ID), Body: jobOf(j)}, err
	})
	add(a, api, operation{id: "get-job", method: http.MethodGet, path: "/jobs/{id}", tag: tag, summary: "Get a job", needs: tenant.Read},
		func(ctx context.Context, who tenant.Who, in *ByID) (*item[Job], error) { return a.job(ctx, who, in.ID) })
	add(a, api, operation{id: "cancel-job", method: http.MethodPost, path: "/jobs/{id}/cancel", tag: tag, summary: "Cancel a job", needs: tenant.Contribute},
		func(ctx context.Context, who tenant.Who, in *ByID) (*item[Job], error) {
			if err := a.Jobs.Stop(ctx, who, in.ID); err != nil {
				return nil, err
			}
			return a.job(ctx, who, in.ID)
		})
	add(a, api, operation{
		id: "run-job-again", method: http.MethodPost, path: "/jobs/{id}/again", tag: tag, needs: tenant.Contribute,
		summary: "Run a job again that failed or was cancelled",
	}, func(ctx context.Context, who tenant.Who, in *ByID) (*item[Job], error) {
		if err := a.Jobs.Again(ctx, who, in.ID); err != nil {
			return nil, err
		}
		return a.job(ctx, who, in.ID)
	})
}
