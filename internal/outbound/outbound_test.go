package outbound

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"
)

func TestPermits(t *testing.T) {
	p := Policy{Allowed: []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")}}
	for addr, want := range map[string]bool{
		"93.184.215.14": true, "2606:2800:21f:cb07:6820:80da:af6b:8b2c": true, "10.1.2.3": true, "::ffff:10.1.2.3": true,
		"127.0.0.1": false, "::1": false, "::ffff:127.0.0.1": false, "10.2.0.1": false, "192.168.1.1": false, "172.16.0.1": false,
		"169.254.169.254": false, "fe80::1": false, "fd00:ec2::254": false, "0.0.0.0": false, "::": false, "100.100.100.200": false,
		"224.0.0.1": false, "255.255.255.255": false, "64:ff9b::a9fe:a9fe": false, "2002:7f00:1::": false, "192.0.0.192": false,
	} {
		if got := p.Permits(netip.MustParseAddr(addr)); got != want {
			t.Errorf("%s: %v, want %v", addr, got, want)
		}
	}
}

func TestClient(t *testing.T) {
	local := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/away" {
			http.Redirect(w, r, "http://169.254.169.254/latest/meta-data/", http.StatusFound)
		}
	}))
	defer local.Close()
	if _, err := (Policy{}).Client(5 * time.Second).Get(local.URL); !errors.Is(err, ErrRefused) { //nolint:bodyclose // there is none
		t.Errorf("a server of its own network: %v", err)
	}
	allowed := Policy{Allowed: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}.Client(5 * time.Second)
	resp, err := allowed.Get(local.URL)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if _, err := allowed.Get(local.URL + "/away"); !errors.Is(err, ErrRefused) { //nolint:bodyclose // there is none
		t.Errorf("a redirect to the metadata service: %v", err)
	}
}

func TestCheckURL(t *testing.T) {
	p := Policy{}
	for raw, ok := range map[string]bool{
		"https://github.com/a/b.git": true, "http://github.com/a": false, "file:///etc/passwd": false, "https://": false, "https:opaque": false,
		"https://me:pw@github.com/a": false, "https://127.0.0.1/": false, "https://[::1]/": false, "https://[fe80::1%25eth0]/": false, "%": false,
	} {
		if _, err := p.CheckURL(raw, "https"); (err == nil) != ok {
			t.Errorf("%s: %v", raw, err)
		}
	}
}
