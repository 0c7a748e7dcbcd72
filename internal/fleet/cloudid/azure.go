package cloudid

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/smallstep/pkcs7"

	"github.com/demarc-sec/demarc/internal/agent/wire"
)

// signer is whom attested data is signed by: this name or one below it.
const signer = "metadata.azure.com"

// azure reads attested data, as /metadata/attested/document has it: Document
// is the answer's JSON, or the base64 of its signature alone.
func (v *Verifier) azure(d wire.CloudDocument) (in Instance, err error) {
	defer func() {
		if recover() != nil { // the parser of others, on bytes of a stranger's
			in, err = Instance{}, errors.New("it cannot be read")
		}
	}()
	text := strings.TrimSpace(d.Document)
	if strings.HasPrefix(text, "{") {
		var doc struct{ Encoding, Signature string }
		if err := json.Unmarshal([]byte(text), &doc); err != nil || doc.Encoding != "pkcs7" {
			return Instance{}, errors.New("it is no attested data")
		}
		text = doc.Signature
	}
	der, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return Instance{}, errors.New("it is not base64")
	}
	p, err := pkcs7.Parse(der)
	if err != nil {
		return Instance{}, errors.New("it is not PKCS #7")
	}
	var doc struct {
		VM           string `json:"vmId"`
		Subscription string `json:"subscriptionId"`
		Times        struct {
			Expires string `json:"expiresOn"`
		} `json:"timeStamp"`
	}
	if err := json.Unmarshal(p.Content, &doc); err != nil {
		return Instance{}, errors.New("its content is not JSON")
	}
	if err := p.Verify(); err != nil {
		return Instance{}, errors.New("its signature does not fit")
	}
	in = Instance{Account: doc.Subscription, ID: strings.ToLower(doc.VM), Proof: Claimed}
	if err := v.azureChain(p.GetOnlySigner()); err != nil {
		in.Unproven = err.Error()
		return in, nil
	}
	until, err := time.Parse("01/02/06 15:04:05 -0700", doc.Times.Expires)
	if err != nil || v.Now().After(until) {
		return Instance{}, errors.New("it has expired")
	}
	in.Proof = Verified
	return in, nil
}

// azureChain says why a certificate is not known to be Azure's.
func (v *Verifier) azureChain(leaf *x509.Certificate) error {
	if leaf == nil {
		return errors.New("it is not signed by exactly one certificate")
	}
	if v.Azure == nil {
		return errors.New("no certificates of Azure are at hand")
	}
	named := false
	for _, n := range append(leaf.DNSNames, leaf.Subject.CommonName) {
		named = named || n == signer || strings.HasSuffix(n, "."+signer)
	}
	if !named {
		return fmt.Errorf("its certificate is not one of %s", signer)
	}
	_, err := leaf.Verify(x509.VerifyOptions{Roots: v.Azure, Intermediates: v.AzureBetween, CurrentTime: v.Now(), KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
	if err != nil {
		return errors.New("its certificate leads to no root of Azure's that is at hand")
	}
	return nil
}
