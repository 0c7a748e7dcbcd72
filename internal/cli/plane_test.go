package cli

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/server"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// plane is a control plane with one organisation, the Shop, that Ada administers.
type plane struct {
	*server.Server
	who tenant.Who // the program itself
}

// startPlane starts one, and returns what ends it.
func startPlane(ctx context.Context, dir string) (*plane, func() error, error) {
	s, err := server.New(ctx, server.Config{DataDir: dir, Listen: "127.0.0.1:0", Version: "test"})
	if err != nil {
		return nil, nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	end := func() error {
		stop()
		return errors.Join(<-ended, s.Close())
	}
	org, err := s.Directory.Create(ctx, "shop", "Shop")
	if err != nil {
		return nil, nil, errors.Join(err, end())
	}
	tree, err := s.Directory.Tree(ctx, org.ID)
	if err != nil {
		return nil, nil, errors.Join(err, end())
	}
	p := &plane{s, tenant.Who{Actor: tenant.BySystem(org.ID), Tree: tree}}
	if _, err := s.Identity.AddPerson(ctx, p.who, identity.NewPerson{Email: "ada@shop.test", Name: "Ada", Grants: []tenant.Grant{p.grant(tenant.Administrator)}}); err != nil {
		return nil, nil, errors.Join(err, end())
	}
	return p, end, nil
}

func (p *plane) grant(role tenant.Role) tenant.Grant {
	return tenant.Grant{Group: p.who.Tree.Root(), Role: role}
}

// account makes a service account with a role everywhere.
func (p *plane) account(ctx context.Context, name string, role tenant.Role) (int64, error) {
	return p.Identity.AddService(ctx, p.who, name, []tenant.Grant{p.grant(role)})
}

// token makes one of a new service account that administers, with these permissions.
func (p *plane) token(ctx context.Context, name string, permissions ...tenant.Permission) (string, error) {
	account, err := p.account(ctx, name, tenant.Administrator)
	if err != nil {
		return "", err
	}
	return p.tokenOf(ctx, account, permissions...)
}

func (p *plane) tokenOf(ctx context.Context, account int64, permissions ...tenant.Permission) (string, error) {
	_, secret, err := p.Identity.CreateToken(ctx, p.who, identity.NewToken{Name: "token", Service: account, Permissions: permissions, Expires: time.Now().AddDate(0, 0, 1)})
	return secret, err
}

// serveScript is the command controlplane of scripts: it starts one, sets URL to its
// address, and writes tokens to files: full of everything, reader that reads
// alone, pusher that contributes and reads nothing, useless whose holder has lost
// every role, and revoked.
func serveScript(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: controlplane")
	}
	ctx := context.Background()
	p, end, err := startPlane(ctx, ts.MkAbs("plane"))
	ts.Check(err)
	ts.Defer(func() { ts.Check(end()) })
	for _, token := range []struct {
		name        string
		role        tenant.Role
		permissions []tenant.Permission
	}{
		{"full", tenant.Administrator, tenant.Permissions},
		{"reader", tenant.Administrator, []tenant.Permission{tenant.Read}},
		{"pusher", tenant.Administrator, []tenant.Permission{tenant.Contribute}},
		{"useless", tenant.Viewer, []tenant.Permission{tenant.Read}},
		{"revoked", tenant.Viewer, []tenant.Permission{tenant.Read}},
	} {
		account, err := p.account(ctx, token.name, token.role)
		ts.Check(err)
		secret, err := p.tokenOf(ctx, account, token.permissions...)
		ts.Check(err)
		switch token.name {
		case "useless":
			ts.Check(p.Identity.Take(ctx, p.who, identity.Holder{Kind: tenant.Service, ID: account}, p.grant(token.role)))
		case "revoked":
			ts.Check(p.Identity.RemoveService(ctx, p.who, account))
		}
		ts.Check(os.WriteFile(ts.MkAbs(token.name), []byte(secret+"\n"), 0o600))
	}
	ts.Setenv("URL", p.URL)
}
