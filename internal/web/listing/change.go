package listing

import (
	"net/url"
	"strings"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/web/layout"
)

// KindTitles are the kinds of changes in words, in the order in which they
// matter: a line that moved first.
var KindTitles = []struct{ Kind, Title string }{
	{inventory.LineMoved, "Lines moved"},
	{inventory.FindingNew, "New findings"},
	{inventory.FindingRegressed, "Findings that came back"},
	{inventory.FindingReopened, "Findings reopened"},
	{inventory.FindingBlinded, "Findings no longer decided"},
	{inventory.FindingResolved, "Findings resolved"},
	{inventory.FindingSettled, "Findings settled"},
	{inventory.FindingWaived, "Findings waived"},
	{inventory.StatusChanged, "Duties that changed status"},
	{inventory.DutyAdded, "Duties added"},
	{inventory.DutyGone, "Duties gone"},
	{inventory.AssetAdded, "Assets added"},
	{inventory.AssetGone, "Assets gone"},
	{inventory.SourceAdded, "Sources added"},
	{inventory.SourceGone, "Sources removed"},
}

// KindTitle is one kind of change in words.
func KindTitle(kind string) string {
	for _, k := range KindTitles {
		if k.Kind == kind {
			return k.Title
		}
	}
	return layout.Word(kind)
}

// What says in one word what a change is.
func What(kind string) string {
	switch kind {
	case inventory.FindingRegressed:
		return "Finding came back"
	case inventory.FindingBlinded:
		return "Finding no longer decided"
	}
	return layout.Word(kind)
}

// Tone is the status by which a change is marked; empty for none.
func Tone(c inventory.Change) string {
	switch c.Kind {
	case inventory.FindingNew, inventory.FindingRegressed, inventory.FindingReopened:
		return report.Failing
	case inventory.FindingResolved, inventory.FindingSettled:
		return report.Verified
	case inventory.FindingWaived:
		return report.Waived
	case inventory.FindingBlinded:
		return report.Unverified
	case inventory.LineMoved, inventory.StatusChanged, inventory.DutyAdded:
		return dutyLook(c.Now)
	}
	return ""
}

func dutyLook(s inventory.State) string {
	if s.Owner == report.Unknown {
		return "unknown-owner"
	}
	return s.Status
}

// Side is one side of a change in words.
func Side(s inventory.State) string {
	if !s.There {
		return "not there"
	}
	switch {
	case s.Owner != "":
		return OwnerTitle(s.Owner) + ", " + strings.ToLower(layout.Word(s.Status))
	case s.State != "":
		return strings.ToLower(layout.Word(s.State))
	}
	return "there"
}

// OwnerTitle is an owner in words.
func OwnerTitle(owner string) string {
	switch owner {
	case report.Customer:
		return "yours"
	case report.Provider:
		return "the provider’s"
	}
	return "owner unknown"
}

// PartyTitle is whose a duty will be, in words: a side of the line, or a party
// by its id.
func PartyTitle(party string) string {
	switch party {
	case report.Customer, report.Provider, report.Unknown, "":
		return OwnerTitle(party)
	}
	return party + "’s"
}

// Address is an address of the console with parameters, name after value.
func Address(path string, params ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(params); i += 2 {
		q.Add(params[i], params[i+1])
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}
