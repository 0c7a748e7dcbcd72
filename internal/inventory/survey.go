package inventory

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/maphash"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/report/matrix"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// digest of an asset with its duties and findings.
type digest [16]byte

func (d digest) String() string { return hex.EncodeToString(d[:]) }

// stable is how what is digested and kept is written: the same for the same.
var stable = json.JoinOptions(json.Deterministic(true), jsontext.AllowInvalidUTF8(true))

// chain digests v after what was digested before.
func (d *digest) chain(v any) error {
	h := sha256.New()
	h.Write(d[:])
	if err := json.MarshalWrite(h, v, stable); err != nil {
		return fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	copy(d[:], h.Sum(nil))
	return nil
}

// survey is what is kept of every asset of an assessment while it is posted:
// little, since there may be a million.
type survey struct {
	seed    maphash.Seed
	index   map[uint64]int32 // by hash of the id, to its place in the assessment
	digests []digest
	groups  []int64
	failing int // findings
}

func (s *survey) hash(uid string) uint64 { return maphash.String(s.seed, uid) }

// place returns where in the assessment the asset is.
func (s *survey) place(uid string) (int32, bool) {
	i, ok := s.index[s.hash(uid)]
	return i, ok
}

// look passes over an assessment once for its assets and duties, and once for
// its findings. It refuses what contradicts itself: an assessment that lost a
// part would resolve everything it lost.
func look(ctx context.Context, a *report.Assessment, place func(*report.Asset) int64, accept Accept) (*survey, error) {
	s := &survey{seed: maphash.MakeSeed(), index: map[uint64]int32{}}
	duties := 0
	for e, err := range entries(a) {
		if err != nil {
			return nil, err
		}
		if len(s.digests)%1000 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		h := s.hash(e.asset.ID)
		if _, twice := s.index[h]; twice {
			return nil, fmt.Errorf("%w: the assessment has two assets %q", ErrInvalid, clip(e.asset.ID, 200))
		}
		s.index[h] = int32(len(s.digests))
		var d digest
		if err := d.chain(e.asset); err != nil {
			return nil, err
		}
		for i := range e.duties {
			if err := d.chain(&e.duties[i]); err != nil {
				return nil, err
			}
		}
		duties += len(e.duties)
		s.digests = append(s.digests, d)
		s.groups = append(s.groups, place(e.asset))
	}
	findings := 0
	for f := range a.Findings {
		if findings++; findings%1000 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		i, ok := s.place(f.Asset)
		if !ok {
			return nil, fmt.Errorf("%w: the finding %s is on an asset that is not there, %q", ErrInvalid, clip(f.Check, 100), clip(f.Asset, 200))
		}
		if err := validFinding(&f); err != nil {
			return nil, err
		}
		s.accept(&f, i, accept)
		if f.Result == report.Fail {
			s.failing++
		}
		if err := s.digests[i].chain(&f); err != nil {
			return nil, err
		}
	}
	results := 0
	for _, n := range a.Summary.Results {
		results += n
	}
	if a.Summary.Assets != len(s.digests) || a.Summary.Duties != duties || results != findings {
		return nil, fmt.Errorf("%w: the assessment is not whole: its summary counts %d assets, %d duties and %d findings, and it has %d, %d and %d",
			ErrInvalid, a.Summary.Assets, a.Summary.Duties, results, len(s.digests), duties, findings)
	}
	return s, nil
}

// accept waives a failing finding where one of the control plane's waivers
// says so.
func (s *survey) accept(f *report.Finding, place int32, accept Accept) {
	if accept == nil || f.Result != report.Fail {
		return
	}
	waive(f, accept(f, s.groups[place]))
}

// Here is the source of waivers that the control plane holds itself.
const Here = "control plane"

func waive(f *report.Finding, w *report.Waiver) {
	if w != nil {
		own := *w
		own.Source = Here
		f.Result, f.Waiver = report.ResultWaived, &own
	}
}

func placed(source int64, a *report.Asset) tenant.Placed {
	return tenant.Placed{
		Source: source, Path: a.Location.File, Account: a.Account, Environment: a.Environment, Kind: a.Kind,
		Provider: a.Provider, Service: a.Service, Team: a.Team, Tags: a.Tags,
	}
}

// entry is an asset with its duties. It is valid until the next.
type entry struct {
	asset  *report.Asset
	duties []report.Duty
}

// entries walks over assets and duties side by side.
func entries(a *report.Assessment) iter.Seq2[entry, error] {
	return func(yield func(entry, error) bool) {
		next, stop := iter.Pull(a.Duties)
		defer stop()
		duty, more := next()
		var e entry
		for asset := range a.Assets {
			if err := validAsset(&asset); err != nil {
				yield(entry{}, err)
				return
			}
			e.asset, e.duties = &asset, e.duties[:0]
			for ; more && duty.Asset == asset.ID; duty, more = next() {
				if err := validDuty(&duty); err != nil {
					yield(entry{}, err)
					return
				}
				if len(e.duties) == maxDuties {
					yield(entry{}, fmt.Errorf("%w: %q has more than %d duties", ErrInvalid, clip(asset.ID, 200), maxDuties))
					return
				}
				e.duties = append(e.duties, duty)
			}
			if !yield(e, nil) {
				return
			}
		}
		if more {
			yield(entry{}, fmt.Errorf("%w: the duty %s of %q stands apart from its asset", ErrInvalid, clip(duty.Responsibility, 100), clip(duty.Asset, 200)))
		}
	}
}

// maxDuties bounds the duties of one asset, far above what the catalogue has.
const maxDuties = 1000

func validAsset(a *report.Asset) error {
	if a.ID == "" || len(a.ID) > maxUID || !utf8.ValidString(a.ID) || strings.ContainsRune(a.ID, 0) {
		return fmt.Errorf("%w: an asset's id has 1 to %d characters: %q", ErrInvalid, maxUID, clip(a.ID, 100))
	}
	return nil
}

var owners = []string{report.Provider, report.Customer, report.Unknown}

func validDuty(d *report.Duty) error {
	ofProvider := d.Status == report.Assured || d.Status == report.Lapsed || d.Status == report.Unassured
	if !slices.Contains(owners, d.Owner) || !slices.Contains(matrix.Worst, d.Status) || (d.Owner == report.Provider) != ofProvider {
		return fmt.Errorf("%w: a duty that is the %q's cannot be %q", ErrInvalid, clip(d.Owner, 40), clip(d.Status, 40))
	}
	if d.Responsibility == "" || label(d.Responsibility) != d.Responsibility {
		return fmt.Errorf("%w: %q is no responsibility", ErrInvalid, clip(d.Responsibility, 100))
	}
	return nil
}

var results = []string{report.Pass, report.Fail, report.ResultUnknown, report.ResultWaived, report.NotApplicable, report.ProviderOwned}

func validFinding(f *report.Finding) error {
	if !slices.Contains(results, f.Result) || !slices.Contains(report.Severities, f.Severity) {
		return fmt.Errorf("%w: a finding of severity %q cannot be %q", ErrInvalid, clip(f.Severity, 40), clip(f.Result, 40))
	}
	if f.Fingerprint == "" || label(f.Fingerprint) != f.Fingerprint || label(f.Check) != f.Check {
		return fmt.Errorf("%w: %q is no fingerprint", ErrInvalid, clip(f.Fingerprint, 100))
	}
	return nil
}
