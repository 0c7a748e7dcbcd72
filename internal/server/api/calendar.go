package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/demarc-sec/demarc/catalogue/lifecycles"
	"github.com/demarc-sec/demarc/internal/enrich/lifecycle"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// Ending is the day on which support of a version ends, and the line moves
// with it.
type Ending struct {
	Day      string `json:"day" format:"date"`
	Product  string `json:"product"`
	Version  string `json:"version"`
	Support  string `json:"support" enum:"standard,extended" doc:"Which ends; extended is the one that is paid for."`
	Document string `json:"document" doc:"The page that says so."`
	Title    string `json:"title"`
	Verified string `json:"verified" format:"date" doc:"When somebody last looked."`
}

func endingOf(e lifecycle.Ending) Ending {
	support := "standard"
	if e.Extended {
		support = "extended"
	}
	return Ending{e.Day.Format(time.DateOnly), e.Product, e.Version, support, e.Source.URL, e.Source.Title, e.Source.Verified.Format(time.DateOnly)}
}

// key tells an ending from the others, in their order.
func (e Ending) key() string {
	return fmt.Sprintf("%s\n%s\n%s\n%s", e.Day, e.Product, e.Version, e.Support)
}

func (a *API) calendar(api huma.API) {
	add(a, api, operation{
		id: "list-calendar", method: http.MethodGet, path: "/catalogue/calendar", tag: "catalogue", summary: "List when support of which version ends, by day",
		description: "The duties that move by it are those of list-duties with moving_before.",
	}, func(ctx context.Context, _ tenant.Who, in *struct {
		Paging
		Product string `query:"product" maxLength:"200" doc:"A part of a product's name, or a version."`
		From    string `query:"from" format:"date" doc:"The first day; the one of the request where it is absent."`
		Until   string `query:"until" format:"date" doc:"The last day."`
	},
	) (*list[Ending], error) {
		from, until := in.From, in.Until
		if from == "" {
			from = a.Now().UTC().Format(time.DateOnly)
		}
		all, err := a.endings()
		if err != nil {
			return nil, err
		}
		var some []Ending
		for _, e := range all {
			if e.Day >= from && (until == "" || e.Day <= until) && e.named(in.Product) {
				some = append(some, e)
			}
		}
		items, next, err := cut(some, in.Paging, Ending.key)
		return listed(ctx, items, next, err)
	})
}

// named reports whether the words of a search are in what ends.
func (e Ending) named(words string) bool {
	text := strings.ToLower(e.Product + " " + e.Version)
	return !slices.ContainsFunc(strings.Fields(strings.ToLower(words)), func(w string) bool { return !strings.Contains(text, w) })
}

func readEndings() ([]Ending, error) {
	all, err := lifecycle.Endings(lifecycles.FS)
	return mapped(all, endingOf), err
}
