package rpmdb

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// unpack reads a database of testdata; make.sh there made them.
func unpack(tb testing.TB, name string) []byte {
	tb.Helper()
	f, err := os.Open("testdata/" + name + ".gz")
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		tb.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

func names(b, wal []byte) (found []string, err error) {
	err = Headers(File{ReaderAt: bytes.NewReader(b), Size: int64(len(b)), WAL: wal}, func(header []byte) error {
		h, err := ParseHeader(header)
		if err != nil {
			return err
		}
		found = append(found, h.String(TagName)+"-"+h.String(TagVersion)+"-"+h.String(TagRelease))
		return nil
	})
	slices.Sort(found)
	return found, err
}

var all = []string{
	"htop-3.3.0-1.el9", "htop-libs-3.3.0-1.el9",
	"kernel-core-5.14.0-427.13.1.el9_4", "kernel-core-libs-5.14.0-427.13.1.el9_4",
	"nodejs-18.20.2-1.module+el9.4.0+22195+c221878e", "nodejs-libs-18.20.2-1.module+el9.4.0+22195+c221878e",
	"openssl-3.0.7-28.el9_4", "openssl-libs-3.0.7-28.el9_4",
}

func TestFormats(t *testing.T) {
	for _, name := range []string{"rpmdb.sqlite", "Packages.db", "Packages", "Packages.big"} {
		t.Run(name, func(t *testing.T) {
			got, err := names(unpack(t, name), nil)
			if diff := cmp.Diff(all, got); diff != "" || err != nil {
				t.Error(diff, err)
			}
		})
	}
}

func TestWriteAheadLog(t *testing.T) {
	db, wal := unpack(t, "logged.sqlite"), unpack(t, "logged.sqlite-wal")
	without, err := names(db, nil)
	if err != nil || len(without) != len(all)-1 {
		t.Fatal(without, err)
	}
	if got, err := names(db, wal); err != nil || cmp.Diff(all, got) != "" {
		t.Error(got, err)
	}
	torn := slices.Clone(wal) // the last commit was being written
	torn[len(torn)-1] ^= 1
	if got, err := names(db, torn); err != nil || cmp.Diff(without, got) != "" {
		t.Error(got, err)
	}
}

func TestValues(t *testing.T) {
	b := unpack(t, "Packages.db")
	var h Header
	err := Headers(File{ReaderAt: bytes.NewReader(b), Size: int64(len(b))}, func(raw []byte) (err error) {
		got, err := ParseHeader(raw)
		if got.String(TagName) == "nodejs" {
			h = got
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if epoch, ok := h.Int(TagEpoch); epoch != 1 || !ok {
		t.Error(epoch, ok)
	}
	if got := h.String(TagModularity); got != "nodejs:18:9040020240419113329:rhel9" {
		t.Error(got)
	}
	if got := h.Strings(TagBaseNames); cmp.Diff([]string{"nodejs.conf", "nodejs", "nodejs.log"}, got) != "" {
		t.Error(got)
	}
	if got := h.Ints(TagFileModes); len(got) != 3 || got[1]&0o7777 != 0o4755 {
		t.Errorf("%o", got)
	}
	if _, ok := h.Int(TagName); ok {
		t.Error("a text was read as a number")
	}
	if got := h.String(TagEpoch); got != "" {
		t.Error(got)
	}
}

func TestNotADatabase(t *testing.T) {
	for _, b := range []string{"", "short", strings.Repeat("x", 4096)} {
		if _, err := names([]byte(b), nil); !errors.Is(err, ErrFormat) {
			t.Errorf("%.10q: %v", b, err)
		}
	}
}

// A damaged byte costs at most what it is in, and is told.
func TestDamage(t *testing.T) {
	b := unpack(t, "Packages.db")
	b[4096+200] ^= 0xff
	got, err := names(b, nil)
	if err == nil || len(got) != len(all)-1 {
		t.Error(len(got), err)
	}
}

func TestCut(t *testing.T) {
	for _, name := range []string{"rpmdb.sqlite", "Packages.db", "Packages"} {
		b := unpack(t, name)
		if got, err := names(b[:len(b)*2/3], nil); err == nil {
			t.Errorf("%s: %d packages and no error", name, len(got))
		}
	}
}

// FuzzHeaders writes over a part of a real database: whole databases would be
// too large for the fuzzer to find anything in.
func FuzzHeaders(f *testing.F) {
	wal := unpack(f, "logged.sqlite-wal")
	var dbs [][]byte
	for _, name := range []string{"rpmdb.sqlite", "Packages.db", "Packages", "Packages.big", "logged.sqlite"} {
		dbs = append(dbs, unpack(f, name))
	}
	for i := range dbs {
		f.Add(uint8(i), uint32(16), []byte{0, 1}, uint32(0))
		f.Add(uint8(i), uint32(4096), []byte{13, 0, 0, 255}, uint32(5000))
		f.Add(uint8(i), uint32(8192+20), []byte{0xff, 0xff, 0xff, 0xff}, uint32(0))
	}
	f.Fuzz(func(t *testing.T, which uint8, at uint32, patch []byte, cut uint32) {
		db := slices.Clone(dbs[int(which)%len(dbs)])
		copy(db[int(at)%len(db):], patch)
		db = db[:len(db)-int(cut)%len(db)]
		total := 0
		_ = Headers(File{ReaderAt: bytes.NewReader(db), Size: int64(len(db)), WAL: wal}, func(b []byte) error {
			if total += len(b); total > 8*(len(db)+len(wal))+1<<20 {
				t.Fatal("headers hold far more than the database")
			}
			h, err := ParseHeader(b)
			if err != nil {
				return nil //nolint:nilerr // the next one may be a header
			}
			h.String(TagName)
			h.Strings(TagBaseNames)
			h.Ints(TagFileModes)
			h.Int(TagInstallTime)
			return nil
		})
	})
}

func FuzzParseHeader(f *testing.F) {
	b := unpack(f, "Packages.db")
	_ = Headers(File{ReaderAt: bytes.NewReader(b), Size: int64(len(b))}, func(h []byte) error {
		f.Add(h)
		return nil
	})
	f.Fuzz(func(_ *testing.T, b []byte) {
		h, err := ParseHeader(b)
		if err != nil {
			return
		}
		for i := 0; i < len(h.index); i += 16 {
			tag := uint32(h.index[i])<<24 | uint32(h.index[i+1])<<16 | uint32(h.index[i+2])<<8 | uint32(h.index[i+3])
			h.String(tag)
			h.Strings(tag)
			h.Ints(tag)
		}
	})
}
