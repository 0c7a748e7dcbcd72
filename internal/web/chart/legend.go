package chart

import "github.com/demarc-sec/demarc/internal/report"

// legend is what each status means, in the order in which a cell shows them.
var legend = []struct{ Status, Meaning string }{
	{report.Failing, "a check fails"},
	{report.Unverified, "nobody has looked, or could"},
	{report.Waived, "fails, and the risk is accepted"},
	{report.Verified, "every check that bears on it passes"},
	{UnknownOwner, "between two broken lines"},
	{report.Unassured, "the provider’s, without an assurance on file"},
	{report.Lapsed, "the provider’s, and its assurance has ended"},
	{report.Assured, "the provider’s, with an assurance on file"},
}
