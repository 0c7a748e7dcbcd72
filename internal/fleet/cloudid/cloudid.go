// Package cloudid reads what an instance's metadata service says about it, and
// verifies by the provider's public certificates what can be verified without
// asking the provider. What cannot is claimed and says why: an instance is
// bound to its asset either way, but nobody takes a claim for a proof.
package cloudid

import (
	"crypto/x509"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/wire"
)

// Proofs of who an instance is.
const (
	Verified = "verified" // signed by the provider
	Claimed  = "claimed"  // the host says so
)

// Instance is one virtual machine of a cloud.
type Instance struct {
	Provider string // aws, azure, google, as in the catalogue
	Account  string // account, subscription or project
	Region   string
	ID       string
	Proof    string
	Unproven string // why the proof is no more than a claim
}

// Verifier knows the keys of providers.
type Verifier struct {
	// Audience is what a Google identity token must have been asked for: the
	// control plane's address.
	Audience string
	// Google are its public keys by id, where the operator brings them: they
	// change by the day, so that none is built in.
	Google Keys
	// Azure are the roots and intermediates that attested data is signed below.
	// The intermediates change as well; without them Azure's is a claim.
	Azure, AzureBetween *x509.CertPool

	Now func() time.Time
}

//go:embed aws.pem
var awsPEM []byte

var awsCertificates = sync.OnceValues(func() ([]*x509.Certificate, error) { return parseAll(awsPEM) })

func parseAll(text []byte) (all []*x509.Certificate, err error) {
	for {
		var block *pem.Block
		if block, text = pem.Decode(text); block == nil {
			return all, nil
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
}

// Read returns the instance a document is of. An error says that it is none, or
// that its signature is somebody else's.
func (v *Verifier) Read(d wire.CloudDocument) (Instance, error) {
	var in Instance
	var err error
	switch d.Provider {
	case "aws":
		in, err = v.aws(d)
	case "azure":
		in, err = v.azure(d)
	case "google":
		in, err = v.google(d)
	default:
		return Instance{}, fmt.Errorf("%.40q is no cloud that is known here", d.Provider)
	}
	if err != nil {
		return Instance{}, fmt.Errorf("the identity document of %s: %w", d.Provider, err)
	}
	in.Provider = d.Provider
	for _, s := range []string{in.Account, in.Region, in.ID} {
		if len(s) > 200 || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) {
			return Instance{}, errors.New("the identity document names what cannot be a name")
		}
	}
	if in.ID == "" {
		return Instance{}, errors.New("the identity document names no instance")
	}
	return in, nil
}

// aws reads an instance identity document with its RSA signature, as
// /latest/dynamic/instance-identity/document and …/signature have them.
func (v *Verifier) aws(d wire.CloudDocument) (Instance, error) {
	var doc struct {
		AccountID  string `json:"accountId"`
		Region     string `json:"region"`
		InstanceID string `json:"instanceId"`
	}
	if err := json.Unmarshal([]byte(d.Document), &doc); err != nil {
		return Instance{}, errors.New("it is not JSON")
	}
	in := Instance{Account: doc.AccountID, Region: doc.Region, ID: doc.InstanceID, Proof: Claimed}
	if d.Signature == "" {
		in.Unproven = "the document came without its signature"
		return in, nil
	}
	sig, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(d.Signature), ""))
	if err != nil {
		return Instance{}, errors.New("its signature is not base64")
	}
	all, err := awsCertificates()
	if err != nil {
		return Instance{}, err
	}
	for _, c := range all {
		// The certificates' own validity is not asked: AWS goes on signing with
		// the keys of some that have run out.
		if c.CheckSignature(x509.SHA256WithRSA, []byte(d.Document), sig) == nil {
			in.Proof = Verified
			return in, nil
		}
	}
	in.Unproven = "no certificate of AWS that is known here made its signature"
	return in, nil
}
