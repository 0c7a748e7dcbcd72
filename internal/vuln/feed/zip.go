package feed

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/demarc-sec/demarc/internal/vuln/osv"
	"github.com/demarc-sec/demarc/internal/vuln/store"
)

// Bounds of what a zip may become.
const (
	maxEntries  = 3_000_000
	maxUnpacked = 32 << 30 // bytes of all records
	maxRefused  = 0.05     // of the records: beyond that it is another format
)

// zip reads records of a zip into the stores of families. A zip of a mirror as a
// whole has zips in it, one level deep.
func (u *update) zip(ctx context.Context, g *got, families []string) {
	in := &importer{u: u, from: g.from, families: families, writers: make(map[string]*store.Writer), budget: maxUnpacked}
	in.asOf = u.Now().UTC()
	if !g.written.IsZero() && g.written.Before(in.asOf) {
		in.asOf = g.written.UTC()
	}
	err := in.archive(ctx, g, g.size, 0)
	if err == nil && in.read == 0 && u.epss == nil && u.kev == nil {
		err = store.ErrEmpty
	}
	if err == nil && float64(in.refused) > maxRefused*float64(in.read+in.refused) {
		err = fmt.Errorf("%d of its records cannot be read, the first because %w", in.refused, in.first)
	}
	if err != nil {
		for _, w := range in.writers {
			w.Abandon()
		}
		part := g.from
		if len(families) == 1 {
			part = families[0]
		}
		u.failed(part, fmt.Errorf("%s: %w", g.from, err))
		return
	}
	for _, family := range families {
		w := in.writers[family]
		if w == nil {
			if len(families) == 1 {
				u.failed(family, fmt.Errorf("%s: it has no record of %s", g.from, family))
			}
			continue
		}
		meta, err := w.Place(ctx)
		if err != nil {
			u.failed(family, err)
			continue
		}
		u.Log.Info("updated", "part", family, "records", meta.Records)
		u.result.Families = append(u.result.Families, meta)
	}
}

type importer struct {
	u             *update
	from          string
	families      []string
	writers       map[string]*store.Writer
	asOf          time.Time
	budget        int64
	read, refused int
	first         error
	buf           []byte
}

func (in *importer) archive(ctx context.Context, r io.ReaderAt, size int64, depth int) error {
	z, err := zip.NewReader(r, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) { // names are not used as paths
		return fmt.Errorf("it is not a zip: %w", err)
	}
	if len(z.File) > maxEntries {
		return fmt.Errorf("it has %d entries", len(z.File))
	}
	for _, f := range z.File {
		if err := ctx.Err(); err != nil {
			return err
		}
		switch name := path.Base(strings.ReplaceAll(f.Name, `\`, "/")); {
		case strings.HasSuffix(f.Name, "/"):
		case name == kevName:
			err = in.beside(&in.u.kev, f, maxKEV)
		case strings.HasPrefix(name, "epss") && (strings.HasSuffix(name, ".csv") || strings.HasSuffix(name, ".csv.gz")):
			err = in.beside(&in.u.epss, f, maxEPSS)
		case strings.HasSuffix(name, ".zip") && depth == 0:
			err = in.nested(ctx, f)
		case strings.HasSuffix(name, ".json"):
			err = in.record(ctx, f)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// record reads one, and gives it to each family that it is about.
func (in *importer) record(ctx context.Context, f *zip.File) error {
	if f.UncompressedSize64 > osv.MaxRecord {
		in.refuse(fmt.Errorf("%.80q has %d bytes", f.Name, f.UncompressedSize64))
		return nil
	}
	r, err := f.Open()
	if err != nil {
		in.refuse(fmt.Errorf("%.80q: %w", f.Name, err))
		return nil
	}
	in.buf, err = readInto(in.buf[:0], io.LimitReader(r, osv.MaxRecord+1))
	r.Close()
	if in.budget -= int64(len(in.buf)); in.budget < 0 {
		return fmt.Errorf("its records have more than %d bytes", int64(maxUnpacked))
	}
	if err != nil {
		in.refuse(fmt.Errorf("%.80q: %w", f.Name, err))
		return nil
	}
	rec, err := osv.Parse(in.buf)
	if err != nil {
		in.refuse(err)
		return nil
	}
	in.read++
	var about []string
	for i := range rec.Affected {
		family, _, _ := strings.Cut(rec.Affected[i].Package.Ecosystem, ":")
		if slices.Contains(in.families, family) && !slices.Contains(about, family) {
			about = append(about, family)
		}
	}
	for _, family := range about {
		w, err := in.writer(ctx, family)
		if err != nil {
			return err
		}
		if err := w.Add(ctx, rec); err != nil {
			return err
		}
	}
	return nil
}

func (in *importer) refuse(why error) {
	in.refused++
	if in.first == nil {
		in.first = why
	}
	if len(in.families) == 1 {
		if w := in.writers[in.families[0]]; w != nil {
			w.Refuse()
		}
	}
}

func (in *importer) writer(ctx context.Context, family string) (*store.Writer, error) {
	if w := in.writers[family]; w != nil {
		return w, nil
	}
	w, err := store.NewWriter(ctx, in.u.Dir, store.Meta{Family: family, Source: in.from, AsOf: in.asOf, Fetched: in.u.Now().UTC()})
	if err == nil {
		in.writers[family] = w
	}
	return w, err
}

// nested reads a zip in the zip: through a file, since a zip is read from its
// end.
func (in *importer) nested(ctx context.Context, f *zip.File) error {
	g, err := in.extract(f, maxZip)
	if err != nil {
		return err
	}
	defer g.close()
	// The entry's own time is when the mirror got it, if it has one.
	if t := f.Modified.UTC(); t.Year() > 2000 && t.Before(in.asOf) {
		in.asOf = t
	}
	return in.archive(ctx, g, g.size, 1)
}

// beside keeps a file for later.
func (in *importer) beside(to **got, f *zip.File, most int64) error {
	if *to != nil {
		return nil
	}
	g, err := in.extract(f, most)
	if err == nil {
		*to = g
	}
	return err
}

func (in *importer) extract(f *zip.File, most int64) (*got, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	temp, err := os.CreateTemp(in.u.Dir, ".new-*.fetched")
	if err != nil {
		return nil, err
	}
	g := &got{File: temp, from: in.from + " " + path.Base(f.Name), written: in.asOf, temp: true}
	g.size, err = io.Copy(temp, io.LimitReader(r, most+1))
	if err == nil && g.size > most {
		err = tooLarge(g.from, most)
	}
	if in.budget -= g.size; err == nil && in.budget < 0 {
		err = fmt.Errorf("what is in it has more than %d bytes", int64(maxUnpacked))
	}
	if err == nil {
		_, err = temp.Seek(0, io.SeekStart)
	}
	if err != nil {
		g.close()
		return nil, err
	}
	return g, nil
}

// readInto reads all of r behind b, whose memory it uses.
func readInto(b []byte, r io.Reader) ([]byte, error) {
	for {
		if len(b) == cap(b) {
			b = append(b, 0)[:len(b)]
		}
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		if errors.Is(err, io.EOF) {
			return b, nil
		}
		if err != nil {
			return b, err
		}
	}
}
