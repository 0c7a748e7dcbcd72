package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/demarc-sec/demarc/internal/fleet"
	"github.com/demarc-sec/demarc/internal/fleet/signs"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// Detection is a sign of intrusion on a server.
type Detection struct {
	ID        int64     `json:"id"`
	Group     int64     `json:"group"`
	Agent     int64     `json:"agent"`
	At        time.Time `json:"at"`
	Rule      string    `json:"rule"`
	Title     string    `json:"title"`
	Severity  string    `json:"severity" enum:"critical,high,medium,low,info"`
	State     string    `json:"state" enum:"open,acknowledged,closed"`
	Explained bool      `json:"explained" doc:"Whether a package or a maintenance window is the reason: nobody is alarmed."`
	Why       string    `json:"why,omitempty" doc:"It is explained."`
	Alert     any       `json:"alert" doc:"All that is known of it."`
}

// DetectionNote is what somebody did with a detection.
type DetectionNote struct {
	At    time.Time `json:"at"`
	By    string    `json:"by"`
	State string    `json:"state" doc:"It has since."`
	Text  string    `json:"text,omitempty"`
}

// DetectionDetail is a detection with its rule and what people did with it.
type DetectionDetail struct {
	Detection
	About string          `json:"about,omitempty" doc:"What the rule finds; absent for one of the server's own."`
	Do    string          `json:"do,omitempty"`
	Else  []string        `json:"else,omitempty" doc:"What it may be instead of an intrusion."`
	Sigma string          `json:"sigma,omitempty" doc:"The rule."`
	Notes []DetectionNote `json:"notes,omitempty"`
}

func detectionOf(d fleet.Detection) Detection {
	return Detection{d.ID, d.Group, d.Agent, d.At, d.Rule, d.Title, d.Severity, d.State, d.Explained, d.Why, said(d.Body)}
}

// Detected narrows detections.
type Detected struct {
	Group     int64    `query:"group" minimum:"1" doc:"It and those below it."`
	Severity  []string `query:"severity,explode" enum:"critical,high,medium,low,info"`
	Rule      []string `query:"rule,explode" maxItems:"100"`
	State     []string `query:"state,explode" enum:"open,acknowledged,closed"`
	Explained []string `query:"explained,explode" enum:"yes,no"`
}

func (f Detected) query() fleet.DetectionQuery {
	return fleet.DetectionQuery{Group: f.Group, Severities: f.Severity, Rules: f.Rule, States: f.State, Explained: f.Explained}
}

func (a *API) detections(api huma.API) {
	const tag = "detections"
	add(a, api, operation{id: "list-detections", method: http.MethodGet, path: "/detections", tag: tag, summary: "List signs of intrusion on servers, the latest first", needs: tenant.Read},
		func(ctx context.Context, who tenant.Who, in *struct {
			Paging
			Detected
			Agent int64     `query:"agent" minimum:"1"`
			Since time.Time `query:"since"`
		},
		) (*list[Detection], error) {
			q := in.query()
			q.Agent, q.Since, q.Cursor, q.Limit = in.Agent, in.Since, in.Cursor, in.Limit
			all, next, err := a.Fleet.Detections(ctx, who, q)
			return listed(ctx, mapped(all, detectionOf), next, err)
		})
	add(a, api, operation{id: "count-detections", method: http.MethodGet, path: "/detections/facets", tag: tag, summary: "Count signs of intrusion by what they can be narrowed by", needs: tenant.Read},
		func(ctx context.Context, who tenant.Who, in *struct{ Detected }) (*item[FleetFacets], error) {
			return facetsOf(a.Fleet.DetectionFacets(ctx, who, in.query()))
		})
	add(a, api, operation{id: "get-detection", method: http.MethodGet, path: "/detections/{id}", tag: tag, summary: "Get a sign of intrusion with its rule and what people did", needs: tenant.Read},
		func(ctx context.Context, who tenant.Who, in *ByID) (*item[DetectionDetail], error) {
			d, notes, err := a.Fleet.Detection(ctx, who, in.ID)
			about, _ := signs.Of(d.Rule)
			return one(DetectionDetail{
				detectionOf(d), about.About, about.Do, about.Else, about.Text, mapped(notes, func(n fleet.DetectionNote) DetectionNote { return DetectionNote(n) }),
			}, err)
		})
	add(a, api, operation{
		id: "decide-detections", method: http.MethodPost, path: "/detection-decisions", tag: tag, summary: "Acknowledge signs of intrusion, close them, or open them again", needs: tenant.Respond, status: http.StatusNoContent,
		description: "Closing takes a note that says what it was.",
	}, func(ctx context.Context, who tenant.Who, in *struct {
		Body struct {
			Detections []int64 `json:"detections" minItems:"1" maxItems:"200" uniqueItems:"true"`
			State      string  `json:"state" enum:"open,acknowledged,closed"`
			Note       string  `json:"note,omitempty" maxLength:"1000"`
		}
	},
	) (*none, error) {
		return nil, a.Fleet.DecideDetections(ctx, who, in.Body.Detections, in.Body.State, in.Body.Note)
	})
}
