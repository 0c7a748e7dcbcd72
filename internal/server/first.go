package server

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/demarc-sec/demarc/internal/jobs"
	"github.com/demarc-sec/demarc/internal/sources"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/web/signin"
)

// First makes an organisation where there is none, and returns, for each that
// nobody administers yet, the link by which the first administrator joins.
// Earlier links no longer hold.
func (s *Server) First(ctx context.Context, name string) (links []string, err error) {
	orgs, err := s.Directory.Organisations(ctx)
	if err != nil {
		return nil, err
	}
	if len(orgs) == 0 {
		if _, err := s.Directory.Create(ctx, "main", name); err != nil && !errors.Is(err, store.ErrConflict) { // another replica was quicker
			return nil, err
		}
		if orgs, err = s.Directory.Organisations(ctx); err != nil {
			return nil, err
		}
	}
	for _, org := range orgs {
		link, err := s.Identity.FirstLink(ctx, org.ID)
		if errors.Is(err, store.ErrConflict) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("making the first administrator's link: %w", err)
		}
		links = append(links, s.URL+signin.FirstURL(link.Secret))
	}
	return links, nil
}

// Rescue returns a link by which somebody who cannot get in any more sets a new
// password, and is rid of an authenticator app that was lost. It is for whoever has the
// machine: the last administrator has nobody else to ask.
func (s *Server) Rescue(ctx context.Context, email string) (string, error) {
	link, err := s.Identity.Rescue(ctx, email)
	if errors.Is(err, store.ErrNotFound) {
		return "", fmt.Errorf("nobody here has the address %.254q", email)
	}
	if err != nil {
		return "", fmt.Errorf("making a link for %.254q: %w", email, err)
	}
	return s.URL + signin.PasswordURL(link.Secret), nil
}

// Demo adds a source to the first organisation, fills it with the files of a
// directory and asks for its assessment. What it returns waits for that.
func (s *Server) Demo(ctx context.Context, dir string) (wait func(context.Context) (jobs.Job, error), err error) {
	orgs, err := s.Directory.Organisations(ctx)
	if err != nil || len(orgs) == 0 {
		return nil, errors.Join(err, errors.New("there is no organisation yet"))
	}
	tree, err := s.Directory.Tree(ctx, orgs[0].ID)
	if err != nil {
		return nil, err
	}
	who := tenant.Who{Actor: tenant.BySystem(orgs[0].ID), Tree: tree}
	src, err := s.Sources.Add(ctx, who, sources.Source{Kind: sources.Upload, Name: "examples"}, "")
	if err != nil {
		return nil, err
	}
	r, w := io.Pipe()
	go func() {
		z := zip.NewWriter(w)
		err := z.AddFS(os.DirFS(dir))
		w.CloseWithError(errors.Join(err, z.Close()))
	}()
	upload, err := s.Sources.Store(ctx, who, src.ID, "examples.zip", r)
	_ = r.Close() // only ends the archive's writer
	if err != nil {
		return nil, err
	}
	job, err := s.Jobs.Add(ctx, who, src.ID, upload, jobs.Uploaded, jobs.Meta{Revision: "examples"})
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) (jobs.Job, error) { return s.Jobs.Wait(ctx, who, job.ID) }, nil
}
