// Package foreign reads what other scanners found: SARIF, OCSF, ASFF, and the
// own formats of Trivy, Checkov, Kubescape, KICS, Semgrep, tfsec, Grype, Snyk IaC,
// OpenSCAP, OSV-Scanner, CycloneDX and OpenVEX. It turns each into findings of one shape; on which asset and whose
// duty they are is decided by package posting.
//
// Reports are untrusted and may be large: they are streamed, what cannot be read
// of them is a gap that names file and line, and the rest is kept. What may hold
// a credential (matches, snippets, code) is never taken.
package foreign

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/demarc-sec/demarc/internal/source"
)

// Outcome of a foreign rule.
type Outcome uint8

// The outcomes. The zero value is Unknown, which is never taken for a pass.
const (
	Unknown Outcome = iota
	Fail
	Pass
)

// Class says what sort of thing a finding is, where a tool tells.
type Class string

// The classes. Empty is a setting, the most frequent sort.
const (
	OSPackage       Class = "os-package"       // a vulnerability in a package of a machine or image
	LanguagePackage Class = "language-package" // one in a library
	Secret          Class = "secret"           // a credential where none belongs
	Code            Class = "code"             // a weakness in a program
	Hardening       Class = "hardening"        // a setting within an operating system
)

// Finding is one result of another scanner.
type Finding struct {
	Tool     string   // "trivy": lower case
	Rule     string   // as the tool calls it
	Aliases  []string // what it calls the rule besides
	Title    string   // what the rule demands, or names
	Message  string   // what is wrong here; empty where the title says it all
	Severity string   // critical, high, medium, low; empty where the tool does not tell
	Outcome  Outcome
	Class    Class
	// Suppressed is why the finding was set aside in the tool; empty when it was not.
	Suppressed string

	Resources []string // addresses, ARNs, ids and names, surest first
	Type      string   // of the resource, as the tool calls it
	Name      string   // of the resource, for people
	Provider  string   // aws, azure, google, kubernetes; empty where not told
	Account   string
	Region    string
	Image     string // container image that was scanned
	Host      string // machine that was scanned
	File      string // as the tool wrote it, without scheme
	Line      int
	EndLine   int

	Categories  []string // what the tool files the rule under
	Controls    []string // "CIS-2.0 1.20", "NIST-800-53 SC-28"
	References  []string
	Remediation string

	At int // line in the report
}

// Kind names a format.
type Kind string

// The formats.
const (
	SARIF     Kind = "sarif"
	OCSF      Kind = "ocsf"
	ASFF      Kind = "asff"
	Trivy     Kind = "trivy"
	Checkov   Kind = "checkov"
	Kubescape Kind = "kubescape"
	XCCDF     Kind = "xccdf"
	OSV       Kind = "osv-scanner"
	CycloneDX Kind = "cyclonedx"
	OpenVEX   Kind = "openvex"
	KICS      Kind = "kics"
	Semgrep   Kind = "semgrep"
	TFSec     Kind = "tfsec"
	Grype     Kind = "grype"
	SnykIaC   Kind = "snyk-iac"
	Nothing   Kind = "empty" // an empty list, which may be any scanner's
)

// UnknownFormatError says that a file is of no format known here.
type UnknownFormatError struct{ Path string }

// Error names the file and the formats there are.
func (e *UnknownFormatError) Error() string {
	return fmt.Sprintf("%s: is no report that --import knows; it takes SARIF, OCSF, ASFF, XCCDF or ARF results, OpenVEX, CycloneDX with vulnerabilities, and the JSON of Trivy, Checkov, Kubescape, KICS, Semgrep, tfsec, Grype, Snyk IaC and OSV-Scanner", e.Path)
}

// Bounds on what one report may make us hold.
const (
	maxRecord   = 64 << 20 // bytes of one finding
	maxFindings = 2_000_000
	maxText     = 600 // bytes of a message
	maxList     = 64  // references, resources and the like of one finding
	maxGaps     = 50  // broken records told one by one
)

// headSize is how much of a file is looked at to tell its format.
const headSize = 64 << 10

// errTooMany stops a report that holds more than anybody reads.
var errTooMany = errors.New("too many findings")

// Read reads the report at path. yield gets every finding, gap what could not
// be read. An error is that of ctx, of opening the file, or an
// UnknownFormatError.
func Read(ctx context.Context, path string, yield func(Finding), gap func(source.Gap)) (Kind, error) {
	head, err := begin(path)
	if err != nil {
		return "", err
	}
	kind := Detect(head)
	read := readers[kind]
	if read == nil {
		return "", &UnknownFormatError{path}
	}
	r := &report{ctx: ctx, path: path, gap: gap, yield: yield, head: head}
	if err := read(r); err != nil {
		if ctx.Err() != nil {
			return kind, ctx.Err()
		}
		r.stopped(err)
	}
	r.closing()
	return kind, nil
}

var readers = map[Kind]func(*report) error{
	SARIF: readSARIF, OCSF: readOCSF, ASFF: readASFF, Trivy: readTrivy, Checkov: readCheckov, Kubescape: readKubescape,
	XCCDF: readXCCDF, OSV: readOSV, CycloneDX: readCycloneDX, OpenVEX: readOpenVEX,
	KICS: readKICS, Semgrep: readSemgrep, TFSec: readTFSec, Grype: readGrype, SnykIaC: readSnykIaC,
	Nothing: func(*report) error { return nil },
}

func begin(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	head := make([]byte, headSize)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return head[:n], nil
}

// Detect tells the format of a report from its beginning, or returns "". It
// looks at the members of the outermost value, so that a title that happens to
// mention another tool does not mislead it.
func Detect(head []byte) Kind {
	text := strings.TrimLeftFunc(strings.TrimPrefix(string(head), "\ufeff"), unicode.IsSpace)
	switch {
	case text == "":
		return ""
	case text[0] == '<':
		return detectXML(text)
	}
	has := members(text)
	switch {
	case has["runs"] && (has["version"] || has["$schema"]):
		return SARIF
	case has["bomFormat"]:
		return CycloneDX
	case has["statements"] && has["@context"]:
		return OpenVEX
	case has["class_uid"] || has["finding_info"] || has["category_uid"] || has["type_uid"]:
		return OCSF
	case has["Findings"] && (has["Findings.SchemaVersion"] || has["Findings.ProductArn"] || has["Findings.GeneratorId"] || has["Findings.[]"]):
		return ASFF
	case has["ProductArn"] || has["GeneratorId"]:
		return ASFF
	case has["SchemaVersion"] && (has["ArtifactName"] || has["Results"] || has["ArtifactType"]), has["ClusterName"],
		has["Target"] && (has["Class"] || has["Vulnerabilities"] || has["Misconfigurations"]):
		return Trivy
	case has["check_type"] || has["results.failed_checks"] || has["passed"] && has["checkov_version"]:
		return Checkov
	case has["summaryDetails"] || has["clusterAPIServerInfo"] || has["customerGUID"]:
		return Kubescape
	case has["kics_version"], has["severity_counters"] && has["queries"]:
		return KICS
	case has["infrastructureAsCodeIssues"]:
		return SnykIaC
	case has["results.check_id"], has["results"] && has["paths.scanned"], has["results"] && has["errors"]:
		return Semgrep
	case has["results.rule_id"], has["results.long_id"]:
		return TFSec
	case has["matches"] && (has["matches.vulnerability"] || has["descriptor"] || has["distro"]):
		return Grype
	case has["results.packages"] || has["results"] && has["experimental_config"], has["results.source"], has["results.[]"] && len(has) == 2:
		return OSV
	case strings.TrimSpace(text) == "[]", len(has) == 1 && has["results"]: // a scanner that found nothing
		return Nothing
	}
	return ""
}

// closing tells of what was too much to be told one by one.
func (r *report) closing() {
	if r.untold > 0 {
		r.gap(source.Gap{Kind: "record", What: fmt.Sprintf("%s: %d more findings could not be read", r.path, r.untold)})
	}
}

// clean makes one line of a text that people will see, and bounds it.
func clean(s string, most int) string {
	if strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r == utf8.RuneError || r == '\u2028' || unicode.Is(unicode.Cf, r) }) >= 0 {
		s = strings.Map(func(r rune) rune {
			switch {
			case r == '\n' || r == '\t' || r == '\r' || r == '\u2028':
				return ' '
			case r < ' ' || r == 0x7f || r == utf8.RuneError || unicode.Is(unicode.Cf, r):
				return -1
			}
			return r
		}, s)
	}
	s = strings.Join(strings.Fields(s), " ")
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most] + "…"
}

// some are the first of a list, each one line.
func some(list []string) []string {
	var out []string
	for _, s := range list {
		if s = clean(s, maxText); s != "" && len(out) < maxList {
			out = append(out, s)
		}
	}
	return out
}

// links are those of a list that are addresses one can follow.
func links(list ...string) []string {
	var out []string
	for _, s := range some(list) {
		if strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://") {
			out = append(out, s)
		}
	}
	return out
}

// severity is one of the four that Demarc counts, or empty.
func severity(s string) string {
	switch strings.ToLower(s) {
	case "critical", "fatal", "severe":
		return "critical"
	case "high", "important":
		return "high"
	case "medium", "moderate":
		return "medium"
	case "low", "info", "informational", "information", "negligible", "none", "trace":
		return "low"
	}
	return ""
}
