package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/demarc-sec/demarc/internal/fleet"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// NewWindow is a maintenance window as it is asked for.
type NewWindow struct {
	Group   int64     `json:"group,omitempty" minimum:"1" doc:"It holds for its servers and those of the groups below it; the organisation's own group if absent."`
	Name    string    `json:"name" minLength:"1" maxLength:"200"`
	Why     string    `json:"why" minLength:"1" maxLength:"500"`
	Days    []string  `json:"days,omitempty" maxItems:"7" uniqueItems:"true" enum:"sunday,monday,tuesday,wednesday,thursday,friday,saturday" doc:"Absent for one stretch, from the beginning to the end, of 31 days at most."`
	Begins  string    `json:"begins,omitempty" pattern:"^([01][0-9]|2[0-3]):[0-5][0-9]$" doc:"Of a window on days: when, such as 22:00."`
	Minutes int64     `json:"minutes,omitempty" minimum:"5" maximum:"1440" doc:"And how long."`
	Zone    string    `json:"zone,omitempty" maxLength:"100" doc:"Such as Europe/Zurich; UTC if absent."`
	From    time.Time `json:"from,omitzero" doc:"Now if absent, and at the earliest."`
	Until   time.Time `json:"until" doc:"Within a year."`
}

// MaintenanceWindow is when changes on the servers of a group are planned.
type MaintenanceWindow struct {
	ID int64 `json:"id"`
	NewWindow
	By      string    `json:"by"`
	Created time.Time `json:"created"`
	Ended   time.Time `json:"ended,omitzero" doc:"By hand, before its time."`
	EndedBy string    `json:"ended_by,omitempty"`
}

func windowOf(w fleet.Window) MaintenanceWindow {
	out := MaintenanceWindow{
		ID: w.ID, NewWindow: NewWindow{Group: w.Group, Name: w.Name, Why: w.Why, Zone: w.Zone, From: w.From, Until: w.Until},
		By: w.By, Created: w.Created, Ended: w.Ended, EndedBy: w.EndedBy,
	}
	for _, d := range w.Days {
		out.Days = append(out.Days, strings.ToLower(d.String()))
		out.Begins, out.Minutes = fmt.Sprintf("%02d:%02d", w.Minute/60, w.Minute%60), int64(w.Length/time.Minute)
	}
	return out
}

func (n NewWindow) window() fleet.Window {
	w := fleet.Window{Group: n.Group, Name: n.Name, Why: n.Why, Length: time.Duration(n.Minutes) * time.Minute, Zone: n.Zone, From: n.From, Until: n.Until}
	if at, err := time.Parse("15:04", n.Begins); err == nil {
		w.Minute = at.Hour()*60 + at.Minute()
	}
	for d := time.Sunday; d <= time.Saturday; d++ {
		if slices.Contains(n.Days, strings.ToLower(d.String())) {
			w.Days = append(w.Days, d)
		}
	}
	return w
}

// NewDeployer is the identity of a deployment as it is asked for.
type NewDeployer struct {
	Group   int64     `json:"group,omitempty" minimum:"1" doc:"It holds for its servers and those of the groups below it; the organisation's own group if absent."`
	Name    string    `json:"name" minLength:"1" maxLength:"200"`
	Why     string    `json:"why" minLength:"1" maxLength:"500"`
	User    string    `json:"user,omitempty" maxLength:"300" doc:"Of the server: whose program it is, or who logged in."`
	Program string    `json:"program,omitempty" maxLength:"300" doc:"The path of one."`
	Unit    string    `json:"unit,omitempty" maxLength:"300" doc:"Of systemd, such as deploy.service."`
	Paths   []string  `json:"paths,omitempty" maxItems:"50" doc:"Directories whose files it changes; anywhere if absent."`
	Until   time.Time `json:"until" doc:"Within a year."`
}

// DeploymentIdentity is who changes files of a group's servers as part of their work.
type DeploymentIdentity struct {
	ID int64 `json:"id"`
	NewDeployer
	By      string    `json:"by"`
	Created time.Time `json:"created"`
	Ended   time.Time `json:"ended,omitzero" doc:"By hand, before its time."`
	EndedBy string    `json:"ended_by,omitempty"`
}

func deployerOf(d fleet.Deployer) DeploymentIdentity {
	return DeploymentIdentity{
		d.ID, NewDeployer{d.Group, d.Name, d.Why, d.User, d.Program, d.Unit, d.Paths, d.Until}, d.By, d.Created, d.Ended, d.EndedBy,
	}
}

func (a *API) plans(api huma.API) {
	const tag = "integrity"
	add(a, api, operation{id: "list-maintenance-windows", method: http.MethodGet, path: "/maintenance-windows", tag: tag, summary: "List maintenance windows, newest first", needs: tenant.Read},
		func(ctx context.Context, who tenant.Who, in *struct{ Paging }) (*list[MaintenanceWindow], error) {
			all, next, err := a.Fleet.Windows(ctx, who, in.Cursor, in.Limit)
			return listed(ctx, mapped(all, windowOf), next, err)
		})
	add(a, api, operation{
		id: "add-maintenance-window", method: http.MethodPost, path: "/maintenance-windows", tag: tag, summary: "Add a maintenance window", needs: tenant.Administer, status: http.StatusCreated,
		description: "What changes on a server in it is kept and shown as ever, and alarms nobody. Signs of intrusion in logs do.",
	}, func(ctx context.Context, who tenant.Who, in *struct{ Body NewWindow }) (*item[MaintenanceWindow], error) {
		w, err := a.Fleet.AddWindow(ctx, who, in.Body.window())
		return one(windowOf(w), err)
	})
	add(a, api, operation{id: "end-maintenance-window", method: http.MethodDelete, path: "/maintenance-windows/{id}", tag: tag, summary: "End a maintenance window now; what it explained stays explained", needs: tenant.Administer},
		func(ctx context.Context, who tenant.Who, in *ByID) (*none, error) {
			return nil, a.Fleet.EndWindow(ctx, who, in.ID)
		})
	add(a, api, operation{id: "list-deployment-identities", method: http.MethodGet, path: "/deployment-identities", tag: tag, summary: "List identities of deployments, newest first", needs: tenant.Read},
		func(ctx context.Context, who tenant.Who, in *struct{ Paging }) (*list[DeploymentIdentity], error) {
			all, next, err := a.Fleet.Deployers(ctx, who, in.Cursor, in.Limit)
			return listed(ctx, mapped(all, deployerOf), next, err)
		})
	add(a, api, operation{
		id: "add-deployment-identity", method: http.MethodPost, path: "/deployment-identities", tag: tag, summary: "Add the identity of a deployment", needs: tenant.Administer, status: http.StatusCreated,
		description: "Files that it changes are explained. What is given of user, program and unit must all be so, of the process that changed the file or of one that it comes from.",
	}, func(ctx context.Context, who tenant.Who, in *struct{ Body NewDeployer }) (*item[DeploymentIdentity], error) {
		b := in.Body
		d, err := a.Fleet.AddDeployer(ctx, who, fleet.Deployer{Group: b.Group, Name: b.Name, Why: b.Why, User: b.User, Program: b.Program, Unit: b.Unit, Paths: b.Paths, Until: b.Until})
		return one(deployerOf(d), err)
	})
	add(a, api, operation{id: "end-deployment-identity", method: http.MethodDelete, path: "/deployment-identities/{id}", tag: tag, summary: "End the identity of a deployment now; what it explained stays explained", needs: tenant.Administer},
		func(ctx context.Context, who tenant.Who, in *ByID) (*none, error) {
			return nil, a.Fleet.EndDeployer(ctx, who, in.ID)
		})
}
