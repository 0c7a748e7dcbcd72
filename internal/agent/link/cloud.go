package link

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/wire"
)

// Metadata asks an instance's metadata service who the instance is.
type Metadata struct {
	// Base is the service's address; tests have their own.
	Base string
	// DMI is where the machine's maker is told.
	DMI string
}

const (
	metadataTimeout = 2 * time.Second
	maxDocument     = 32 << 10
)

// Clouds whose documents are known.
var Clouds = []string{"aws", "azure", "google"}

// Document returns the identity document of the instance: of one provider, or, by
// "auto", of the one that made the machine. There is none on others' machines.
func (m Metadata) Document(ctx context.Context, provider, audience string) (*wire.CloudDocument, error) {
	if provider == "" || provider == "auto" {
		if provider = m.provider(); provider == "" {
			return nil, nil
		}
	}
	ctx, stop := context.WithTimeout(ctx, 3*metadataTimeout)
	defer stop()
	var doc *wire.CloudDocument
	var err error
	switch provider {
	case "none":
		return nil, nil
	case "aws":
		doc, err = m.aws(ctx)
	case "azure":
		doc, err = m.azure(ctx)
	case "google":
		doc, err = m.google(ctx, audience)
	default:
		return nil, fmt.Errorf("%q is no cloud; auto, none, %s are known", provider, strings.Join(Clouds, ", "))
	}
	if err != nil {
		return nil, fmt.Errorf("asking the metadata service of %s: %w", provider, err)
	}
	doc.Provider = provider
	return doc, nil
}

// provider is who made the machine. To ask three services that do not exist
// would take seconds on every other machine.
func (m Metadata) provider() string {
	dir := m.DMI
	if dir == "" {
		dir = "/sys/class/dmi/id"
	}
	field := func(name string) string {
		b, err := os.ReadFile(dir + "/" + name)
		if err != nil {
			return ""
		}
		return strings.TrimSpace(string(b))
	}
	switch vendor := field("sys_vendor"); {
	case strings.HasPrefix(vendor, "Amazon EC2"), strings.Contains(strings.ToLower(field("bios_version")), "amazon"):
		return "aws"
	case vendor == "Google", strings.HasPrefix(field("product_name"), "Google Compute Engine"):
		return "google"
	case field("chassis_asset_tag") == "7783-7084-3265-9085-8269-3286-77": // of every virtual machine of Azure
		return "azure"
	}
	return ""
}

// metadataClient goes past proxies: the service is on the machine's own link.
var metadataClient = &http.Client{
	Timeout: metadataTimeout,
	Transport: &http.Transport{
		DialContext:       (&net.Dialer{Timeout: time.Second}).DialContext,
		DisableKeepAlives: true,
	},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

func (m Metadata) ask(ctx context.Context, method, path string, headers ...string) (string, error) {
	base := m.Base
	if base == "" {
		base = "http://169.254.169.254"
	}
	r, err := http.NewRequestWithContext(ctx, method, base+path, nil)
	if err != nil {
		return "", err
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := metadataClient.Do(r)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%s answers %s", path, answer.Status)
	}
	b, err := io.ReadAll(io.LimitReader(answer.Body, maxDocument+1))
	if err == nil && len(b) > maxDocument {
		err = wire.ErrTooLarge
	}
	return string(b), err
}

// aws asks by the second version of the service, which every instance has; the first
// may be switched off.
func (m Metadata) aws(ctx context.Context) (*wire.CloudDocument, error) {
	token, err := m.ask(ctx, http.MethodPut, "/latest/api/token", "X-aws-ec2-metadata-token-ttl-seconds", "60")
	if err != nil {
		return nil, err
	}
	doc, err := m.ask(ctx, http.MethodGet, "/latest/dynamic/instance-identity/document", "X-aws-ec2-metadata-token", token)
	if err != nil {
		return nil, err
	}
	sig, err := m.ask(ctx, http.MethodGet, "/latest/dynamic/instance-identity/signature", "X-aws-ec2-metadata-token", token)
	return &wire.CloudDocument{Document: doc, Signature: strings.Join(strings.Fields(sig), "")}, err
}

func (m Metadata) azure(ctx context.Context) (*wire.CloudDocument, error) {
	doc, err := m.ask(ctx, http.MethodGet, "/metadata/attested/document?api-version=2020-09-01", "Metadata", "true")
	return &wire.CloudDocument{Document: doc}, err
}

func (m Metadata) google(ctx context.Context, audience string) (*wire.CloudDocument, error) {
	path := "/computeMetadata/v1/instance/service-accounts/default/identity?format=full&audience=" + url.QueryEscape(audience)
	doc, err := m.ask(ctx, http.MethodGet, path, "Metadata-Flavor", "Google")
	if err == nil && strings.Count(doc, ".") != 2 {
		err = fmt.Errorf("the answer of %d bytes is no token", len(doc))
	}
	return &wire.CloudDocument{Document: strings.TrimSpace(doc)}, err
}
