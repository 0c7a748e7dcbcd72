package cli

import (
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
)

func readPEM(path string) (*pem.Block, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	for {
		var b *pem.Block
		if b, text = pem.Decode(text); b == nil {
			return nil, fmt.Errorf("%s holds no key in PEM", path)
		}
		if b.Type != "EC PARAMETERS" { // openssl writes them before the key
			return b, nil
		}
	}
}

func readKey(path string) (*ecdsa.PrivateKey, error) {
	b, err := readPEM(path)
	if err != nil {
		return nil, err
	}
	if k, err := x509.ParseECPrivateKey(b.Bytes); err == nil {
		return k, nil
	}
	k, err := x509.ParsePKCS8PrivateKey(b.Bytes)
	if ec, ok := k.(*ecdsa.PrivateKey); ok && err == nil {
		return ec, nil
	}
	return nil, fmt.Errorf("%s is not an ECDSA private key", path)
}

func readPublic(path string) (*ecdsa.PublicKey, error) {
	b, err := readPEM(path)
	if err != nil {
		return nil, err
	}
	if cert, err := x509.ParseCertificate(b.Bytes); err == nil {
		if k, ok := cert.PublicKey.(*ecdsa.PublicKey); ok {
			return k, nil
		}
	}
	k, err := x509.ParsePKIXPublicKey(b.Bytes)
	if ec, ok := k.(*ecdsa.PublicKey); ok && err == nil {
		return ec, nil
	}
	return nil, fmt.Errorf("%s is not an ECDSA public key or certificate", path)
}
