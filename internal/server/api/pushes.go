package api

import (
	"bufio"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/demarc-sec/demarc/internal/jobs"
	"github.com/demarc-sec/demarc/internal/sources"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// maxBody bounds the body of every request that carries no file.
const maxBody = 1 << 20

var carriesFile = regexp.MustCompile(`^/api/v1/sources/[0-9]+/(results|uploads)$`)

// LargestBody is how long the body of a request that carries a file may be;
// 0 for others.
func LargestBody(r *http.Request) int64 {
	if r.Method == http.MethodPost && carriesFile.MatchString(r.URL.Path) {
		return sources.MaxUpload
	}
	return 0
}

// Sent is a body that is read as it comes.
type Sent struct {
	body     io.Reader
	encoding string
}

// Resolve implements huma.Resolver.
func (s *Sent) Resolve(ctx huma.Context) []error {
	s.body, s.encoding = ctx.BodyReader(), strings.ToLower(strings.TrimSpace(ctx.Header("Content-Encoding")))
	return nil
}

// plain is the body without its compression. What it comes to is bounded by
// where it is stored.
func (s *Sent) plain() (io.Reader, error) {
	switch s.encoding {
	case "", "identity":
		return s.body, nil
	case "gzip":
		z, err := gzip.NewReader(s.body)
		if err != nil {
			return nil, fmt.Errorf("%w: the body is no gzip", errInvalid)
		}
		return &decompressed{z}, nil
	}
	return nil, newCoded(Unsupported, "Send the body plain or with Content-Encoding: gzip.")
}

// decompressed tells a broken compression from a broken connection.
type decompressed struct{ z *gzip.Reader }

// Read implements io.Reader.
func (d *decompressed) Read(p []byte) (int, error) {
	n, err := d.z.Read(p)
	if err != nil && err != io.EOF { //nolint:errorlint // readers return it bare
		err = fmt.Errorf("%w: the compressed body is broken: %w", errInvalid, err)
	}
	return n, err
}

// takes says in the document what a streamed body is.
func takes(description string, types ...string) func(*huma.Operation) {
	return func(op *huma.Operation) {
		op.RequestBody = &huma.RequestBody{Description: description, Required: true, Content: map[string]*huma.MediaType{}}
		for _, t := range types {
			op.RequestBody.Content[t] = &huma.MediaType{Schema: &huma.Schema{}}
			if t == "application/octet-stream" {
				op.RequestBody.Content[t].Schema = &huma.Schema{Type: huma.TypeString, Format: "binary"}
			}
		}
		op.Parameters = append(op.Parameters, &huma.Param{
			Name: "Content-Encoding", In: "header", Schema: &huma.Schema{Type: huma.TypeString, Enum: []any{"gzip", "identity"}},
		})
	}
}

// Revised says what was assessed.
type Revised struct {
	Revision string `query:"revision" maxLength:"200" doc:"The commit that was assessed."`
	Branch   string `query:"branch" maxLength:"250"`
}

func (a *API) pushes(api huma.API) {
	const tag = "sources"
	add(a, api, operation{
		id: "push-results", method: http.MethodPost, path: "/sources/{id}/results", tag: tag, needs: tenant.Contribute, status: http.StatusAccepted,
		summary:     "Push an assessment to a source of kind push",
		description: "The body is what `demarc assess --format json` writes, of the whole source: what a narrowed run leaves out would count as resolved. The answer is the job that takes it into the ledger.",
		document:    takes("An assessment, at most 512 MiB once decompressed.", "application/json"),
	}, func(ctx context.Context, who tenant.Who, in *struct {
		ByID
		Revised
		Sent
	},
	) (*made[Job], error) {
		if err := a.ofKind(ctx, who, in.ID, sources.Push); err != nil {
			return nil, err
		}
		body, err := in.plain()
		if err != nil {
			return nil, err
		}
		text := bufio.NewReader(body)
		if err := looksLikeJSON(text); err != nil {
			return nil, err
		}
		return a.stored(ctx, who, in.ID, "assessment.json", text, jobs.Pushed, in.Revised)
	})
	add(a, api, operation{
		id: "upload-files", method: http.MethodPost, path: "/sources/{id}/uploads", tag: tag, needs: tenant.Contribute, status: http.StatusAccepted,
		summary:     "Upload plans, templates, exports or an archive of them to a source of kind upload",
		description: "A zip or tar archive is unpacked, anything else is taken as the one file `name` says. The answer is the job that assesses it.",
		document:    takes("The file, at most 512 MiB.", "application/octet-stream", "application/json", "application/zip", "application/gzip", "application/x-tar"),
	}, func(ctx context.Context, who tenant.Who, in *struct {
		ByID
		Revised
		Sent
		Name string `query:"name" required:"true" minLength:"1" maxLength:"200" doc:"The file's name, by which readers know what it is."`
	},
	) (*made[Job], error) {
		if err := a.ofKind(ctx, who, in.ID, sources.Upload); err != nil {
			return nil, err
		}
		body, err := in.plain()
		if err != nil {
			return nil, err
		}
		return a.stored(ctx, who, in.ID, in.Name, body, jobs.Uploaded, in.Revised)
	})
}

// ofKind refuses early what a job would refuse late.
func (a *API) ofKind(ctx context.Context, who tenant.Who, id int64, kind sources.Kind) error {
	src, err := a.Sources.Get(ctx, who, id)
	if err != nil {
		return err
	}
	if err := who.Check(tenant.Contribute, src.Group); err != nil {
		return err
	}
	if src.Kind != kind {
		return fmt.Errorf("%w: this takes a source of kind %s, and %s is of kind %s", errInvalid, kind, src.Name, src.Kind)
	}
	return nil
}

// looksLikeJSON refuses what is certainly no assessment before it is stored.
func looksLikeJSON(r *bufio.Reader) error {
	for {
		c, err := r.ReadByte()
		if err == io.EOF {
			return fmt.Errorf("%w: the body is empty", errInvalid)
		}
		if err != nil {
			return received(err)
		}
		switch c {
		case ' ', '\t', '\r', '\n':
			continue
		case '{':
			return r.UnreadByte()
		}
		return fmt.Errorf("%w: the body is no assessment as `demarc assess --format json` writes it", errInvalid)
	}
}

// received tells a body that did not come whole from a mistake of ours.
func received(err error) error {
	if strings.Contains(err.Error(), io.ErrUnexpectedEOF.Error()) {
		return fmt.Errorf("%w: the body did not come whole", errInvalid)
	}
	return err
}

// stored keeps the file and asks for the job that uses it.
func (a *API) stored(ctx context.Context, who tenant.Who, source int64, name string, r io.Reader, reason string, rev Revised) (*made[Job], error) {
	upload, err := a.Sources.Store(ctx, who, source, name, r)
	if err != nil {
		return nil, received(err)
	}
	job, err := a.Jobs.Add(ctx, who, source, upload, reason, jobs.Meta{Revision: rev.Revision, Branch: rev.Branch})
	return &made[Job]{Location: (&url.URL{Path: fmt.Sprintf("%s/jobs/%d", v1, job.ID)}).String(), Body: jobOf(job)}, err
}
