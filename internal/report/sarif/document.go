package sarif

import "github.com/demarc-sec/demarc/internal/report"

// The part of the SARIF document model that is written.

type text struct {
	Text string `json:"text"`
}

type multiText struct {
	Text     string `json:"text"`
	Markdown string `json:"markdown"`
}

type tool struct {
	Driver driver `json:"driver"`
}

type driver struct {
	Name           string `json:"name"`
	Version        string `json:"version,omitempty"`
	InformationURI string `json:"informationUri"`
	Rules          []rule `json:"rules"`
}

type rule struct {
	ID                   string         `json:"id"`
	ShortDescription     text           `json:"shortDescription"`
	FullDescription      text           `json:"fullDescription"`
	Help                 multiText      `json:"help"`
	HelpURI              string         `json:"helpUri,omitempty"`
	DefaultConfiguration configuration  `json:"defaultConfiguration"`
	Properties           ruleProperties `json:"properties"`
}

type configuration struct {
	Level string `json:"level"`
}

type ruleProperties struct {
	Tags           []string `json:"tags"`
	Precision      string   `json:"precision"`
	Severity       string   `json:"security-severity"`
	Level          string   `json:"severity"`
	Responsibility string   `json:"responsibility"`
}

type automation struct {
	ID string `json:"id"`
}

type invocation struct {
	ExecutionSuccessful bool           `json:"executionSuccessful"`
	EndTimeUTC          string         `json:"endTimeUtc,omitempty"`
	Notifications       []notification `json:"toolExecutionNotifications"`
}

type notification struct {
	Descriptor descriptor `json:"descriptor"`
	Level      string     `json:"level"`
	Message    text       `json:"message"`
	Locations  []location `json:"locations,omitempty"`
}

type descriptor struct {
	ID string `json:"id"`
}

type baseURI struct {
	Description text `json:"description"`
}

type result struct {
	RuleID              string            `json:"ruleId"`
	RuleIndex           *int              `json:"ruleIndex,omitempty"`
	Kind                string            `json:"kind"`
	Level               string            `json:"level"`
	Message             text              `json:"message"`
	Locations           []location        `json:"locations,omitempty"`
	PartialFingerprints map[string]string `json:"partialFingerprints"`
	Suppressions        []suppression     `json:"suppressions,omitempty"`
	BaselineState       string            `json:"baselineState,omitempty"`
	Properties          resultProperties  `json:"properties"`
}

type location struct {
	Physical *physical `json:"physicalLocation,omitempty"`
	Logical  []logical `json:"logicalLocations,omitempty"`
}

type physical struct {
	Artifact artifactLocation `json:"artifactLocation"`
	Region   *region          `json:"region,omitempty"`
}

type artifactLocation struct {
	URI       string `json:"uri"`
	URIBaseID string `json:"uriBaseId,omitempty"`
}

type region struct {
	StartLine int `json:"startLine"`
	EndLine   int `json:"endLine,omitempty"`
}

type logical struct {
	FullyQualifiedName string `json:"fullyQualifiedName"`
	Kind               string `json:"kind"`
}

type suppression struct {
	Kind          string `json:"kind"`
	Status        string `json:"status"`
	Justification string `json:"justification,omitempty"`
}

type resultProperties struct {
	Asset          string         `json:"asset"`
	Owner          string         `json:"owner"`
	Team           string         `json:"team,omitempty"`
	Responsibility string         `json:"responsibility"`
	Row            string         `json:"row"`
	Severity       string         `json:"severity"`
	Result         string         `json:"result"`
	Attribute      string         `json:"attribute,omitempty"`
	Aliases        []string       `json:"aliases,omitempty"`
	Controls       []string       `json:"controls,omitempty"`
	Waiver         *report.Waiver `json:"waiver,omitempty"`
	Tool           string         `json:"tool,omitempty"`
	Count          int            `json:"count,omitempty"`
	AlsoReportedBy []string       `json:"also_reported_by,omitempty"`
}

type runProperties struct {
	Headline    string         `json:"headline"`
	Summary     report.Summary `json:"summary"`
	Limitations []string       `json:"limitations"`
}
