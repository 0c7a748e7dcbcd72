package check

import (
	"testing"

	"github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/estate"
)

func TestFixIn(t *testing.T) {
	c := &Check{Fix: map[string]string{"text": "t", "terraform": "any", "terraform/azure": "azure's", "cloudformation": "cfn", "kubernetes/aws": "eks"}}
	for _, test := range []struct {
		dialect  estate.Dialect
		provider string
		want     string
	}{
		{estate.Terraform, "azure", "azure's"},
		{estate.Terraform, "aws", "any"},
		{estate.CloudFormation, "aws", "cfn"},
		{estate.Kubernetes, "aws", "eks"},
		{estate.Kubernetes, "kubernetes", ""},
		{estate.ARM, "azure", ""},
	} {
		if got := c.FixIn(test.dialect, test.provider); got != test.want {
			t.Errorf("%s, %s: %q, want %q", test.dialect, test.provider, got, test.want)
		}
	}
}

func TestFixKeys(t *testing.T) {
	cat := &catalogue.Catalogue{Services: map[string]*catalogue.Service{"aws/rds": {}}}
	for key, good := range map[string]bool{
		"text": true, "terraform": true, "terraform/aws": true,
		"terraform/mars": false, "pulumi": false, "text/aws": false, "": false, "terraform/": false,
	} {
		if err := fixKey(cat, key); (err == nil) != good {
			t.Errorf("%q: %v", key, err)
		}
	}
}
