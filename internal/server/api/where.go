package api

import (
	"fmt"
	"time"

	"github.com/demarc-sec/demarc/internal/inventory"
)

// Within are the filters of every list of the estate.
type Within struct {
	Group       int64    `query:"group" minimum:"1" doc:"It and those below it."`
	Source      []int64  `query:"source,explode" maxItems:"100"`
	Provider    []string `query:"provider,explode" maxItems:"100"`
	Service     []string `query:"service,explode" maxItems:"100"`
	Model       []string `query:"model,explode" maxItems:"100"`
	Kind        []string `query:"kind,explode" maxItems:"100"`
	Account     []string `query:"account,explode" maxItems:"100"`
	Region      []string `query:"region,explode" maxItems:"100"`
	Environment []string `query:"environment,explode" maxItems:"100"`
	Team        []string `query:"team,explode" maxItems:"100"`
}

func (w Within) where() inventory.Where {
	return inventory.Where{
		Group: w.Group, Sources: w.Source, Providers: values(w.Provider), Services: values(w.Service), Models: values(w.Model),
		Kinds: values(w.Kind), Accounts: values(w.Account), Regions: values(w.Region), Environments: values(w.Environment), Teams: values(w.Team),
	}
}

// Worded is the filter by words.
type Worded struct {
	Text string `query:"text" maxLength:"200" doc:"Words, by their beginnings."`
}

// day reads a day of a query.
func day(name, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("%w: %s: write a day as 2027-01-31", errInvalid, name)
	}
	return t, nil
}
