package packages

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestReadHomebrew(t *testing.T) {
	inv := &Inventory{}
	ReadHomebrew(fstest.MapFS{
		"opt/homebrew/Cellar/openssl@3/3.3.1/INSTALL_RECEIPT.json": {Data: []byte(`{"time": 1718000000, "arch": "arm64", "source": {"tap": "homebrew/core"}}`)},
		"opt/homebrew/Cellar/jq/1.7.1/INSTALL_RECEIPT.json":        {Data: []byte(`{"time": "soon"`)},
		"opt/homebrew/Cellar/jq/1.6/bin/jq":                        {},
		"opt/homebrew/Cellar/README":                               {},
		"opt/homebrew/Caskroom/firefox/127.0/Firefox.app":          {},
		"opt/homebrew/Caskroom/firefox/.metadata/127.0/x":          {},
		"usr/local/bin/jq":                                         {},
	}, inv)
	want := []Package{
		{Manager: Homebrew, Name: "jq", Version: "1.6"},
		{Manager: Homebrew, Name: "jq", Version: "1.7.1"},
		{Manager: Homebrew, Name: "openssl@3", Version: "3.3.1", Arch: "arm64", Vendor: "homebrew/core", Installed: time.Unix(1718000000, 0).UTC()},
		{Manager: Homebrew, Name: "firefox", Version: "127.0"},
	}
	if d := cmp.Diff(want, inv.Packages, cmpopts.IgnoreUnexported(Package{})); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]Database{{Manager: Homebrew, Path: "/opt/homebrew/Cellar", Packages: 3}, {Manager: Homebrew, Path: "/opt/homebrew/Caskroom", Packages: 1}}, inv.Databases); d != "" {
		t.Error(d)
	}
}

func TestWindows(t *testing.T) {
	inv := &Inventory{}
	inv.AddUninstalls("HKLM", []Uninstall{
		{Key: "7-Zip", DisplayName: "7-Zip 23.01 (x64)", DisplayVersion: "23.01", Publisher: "Igor Pavlov", InstallDate: "20240131", EstimatedSize: 5000, Arch: "amd64"},
		{Key: "{A}", DisplayName: "A part of Windows", DisplayVersion: "1", SystemComponent: true},
		{Key: "{B}", DisplayName: "Security Update for B", DisplayVersion: "1", ReleaseType: "Security Update"},
		{Key: "{C}", DisplayName: "C (KB1)", DisplayVersion: "1", ParentKeyName: "C"},
		{Key: "{D}"},
		{Key: "{E}", DisplayName: "Without a version"},
	})
	inv.AddServicing("CBS", map[string]uint64{
		"Package_for_KB5034439~31bf3856ad364e35~amd64~~20348.2201.1.0":           0x70,
		"Package_1_for_KB5034439~31bf3856ad364e35~amd64~~20348.2201.1.0":         0x70,
		"Package_for_RollupFix~31bf3856ad364e35~amd64~~20348.2340.1.10":          0x70,
		"Package_for_RollupFix~31bf3856ad364e35~amd64~~20348.2227.1.9":           0x50, // superseded
		"Package_for_ServicingStack_2340~31bf3856ad364e35~amd64~~20348.2335.1.0": 0x70,
		"Microsoft-Windows-Foundation-Package~31bf3856ad364e35~amd64~~10.0.1":    0x70,
	})
	want := []Package{
		{Manager: Windows, Name: "7-Zip 23.01 (x64)", Version: "23.01", Vendor: "Igor Pavlov", Arch: "amd64", Size: 5000 << 10, Installed: time.Date(2024, 1, 31, 0, 0, 0, 0, time.UTC)},
		{Manager: Hotfix, Name: "KB5034439", Version: "20348.2201.1.0", Arch: "amd64", Vendor: "Microsoft"},
		{Manager: Hotfix, Name: "RollupFix", Version: "20348.2340.1.10", Arch: "amd64", Vendor: "Microsoft"},
		{Manager: Hotfix, Name: "ServicingStack_2340", Version: "20348.2335.1.0", Arch: "amd64", Vendor: "Microsoft"},
	}
	if d := cmp.Diff(want, inv.Packages, cmpopts.IgnoreUnexported(Package{})); d != "" {
		t.Error(d)
	}
	if len(inv.Problems) != 1 || !strings.Contains(inv.Problems[0], "Without a version") {
		t.Errorf("problems are %v", inv.Problems)
	}
}
