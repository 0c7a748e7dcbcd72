package link

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
)

// maxAuthorities bounds the certificates that tell whom to trust.
const maxAuthorities = 32

// errStrangers is what an answer comes to whose authorities nobody vouches for.
var errStrangers = errors.New("its authority is another one than before, and the one before does not vouch for it; enrol anew if that is meant")

// adopt returns the authorities of a text, in PEM, that an agent may trust: all of
// them when it knows none yet, and else those that it knows, and those whose key
// one that it knows has signed. Certificates that are not self-signed are there to lead
// from one to the next, and are nobody that is trusted.
func adopt(known, text string) (string, error) {
	all, err := certificates(text)
	if err != nil {
		return "", err
	}
	trusted, err := certificates(known)
	if err != nil {
		return "", err
	}
	if known == "" {
		trusted = all
	}
	for range all { // each may lead to one more
		for _, c := range all {
			if !among(trusted, c.PublicKey) && vouchedFor(trusted, c) {
				trusted = append(trusted, c)
			}
		}
	}
	var out bytes.Buffer
	for _, c := range all {
		if c.IsCA && c.CheckSignatureFrom(c) == nil && among(trusted, c.PublicKey) {
			if err := pem.Encode(&out, &pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}); err != nil {
				return "", err
			}
		}
	}
	switch {
	case out.Len() > 0:
		return out.String(), nil
	case known == "":
		return "", errors.New("there is no authority in it")
	}
	return "", errStrangers
}

func among(all []*x509.Certificate, key any) bool {
	k, ok := key.(*ecdsa.PublicKey)
	for _, c := range all {
		if ok && k.Equal(c.PublicKey) {
			return true
		}
	}
	return false
}

// vouchedFor tells whether one of them signed the certificate.
func vouchedFor(by []*x509.Certificate, c *x509.Certificate) bool {
	for _, parent := range by {
		if c.CheckSignatureFrom(parent) == nil {
			return true
		}
	}
	return false
}

func certificates(text string) ([]*x509.Certificate, error) {
	var all []*x509.Certificate
	for rest := bytes.TrimSpace([]byte(text)); len(rest) > 0; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if len(all) == maxAuthorities {
			return nil, fmt.Errorf("there are more than %d authorities in it", maxAuthorities)
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}

// authorities are who may sign commands.
func authorities(text string) ([]*ecdsa.PublicKey, error) {
	all, err := certificates(text)
	if err != nil {
		return nil, err
	}
	var out []*ecdsa.PublicKey
	for _, c := range all {
		if key, ok := c.PublicKey.(*ecdsa.PublicKey); ok && c.IsCA {
			out = append(out, key)
		}
	}
	if len(out) == 0 {
		return nil, errors.New("there is no authority in it")
	}
	return out, nil
}
