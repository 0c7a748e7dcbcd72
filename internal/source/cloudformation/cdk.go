package cloudformation

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/source"
)

// manifest is what the CDK writes beside the templates it makes.
type manifest struct {
	Artifacts map[string]artifact `json:"artifacts"`
	Missing   []struct {
		Key string `json:"key"`
	} `json:"missing"`
}

type artifact struct {
	Type        string `json:"type"`
	Environment string `json:"environment"`
	Properties  struct {
		TemplateFile  string            `json:"templateFile"`
		StackName     string            `json:"stackName"`
		DirectoryName string            `json:"directoryName"`
		Parameters    map[string]string `json:"parameters"`
	} `json:"properties"`
}

const (
	artifactStack    = "aws:cloudformation:stack"
	artifactAssembly = "cdk:cloud-assembly"
)

func isManifest(base string, head []byte) bool {
	return base == "manifest.json" && bytes.Contains(head, []byte(`"artifacts"`)) &&
		(bytes.Contains(head, []byte(artifactStack)) || bytes.Contains(head, []byte(artifactAssembly)))
}

// manifestFiles lists what a manifest leads to.
func (t *tree) manifestFiles(file string, src []byte) []string {
	var m manifest
	if json.Unmarshal(src, &m) != nil {
		return nil
	}
	var out []string
	for _, name := range slices.Sorted(maps.Keys(m.Artifacts)) {
		if f := m.Artifacts[name].file(file); f != "" {
			out = append(out, f)
		}
	}
	return out
}

// file is the template or manifest an artifact is in, or "".
func (a artifact) file(manifest string) string {
	switch {
	case a.Type == artifactStack && a.Properties.TemplateFile != "":
		return path.Join(path.Dir(manifest), a.Properties.TemplateFile)
	case a.Type == artifactAssembly && a.Properties.DirectoryName != "":
		return path.Join(path.Dir(manifest), a.Properties.DirectoryName, "manifest.json")
	}
	return ""
}

// readManifest reads the stacks of a CDK application. Those of its stages are
// in assemblies of their own, which have manifests of their own.
func readManifest(ctx context.Context, t *tree, file string, src []byte, opt Options, sink source.Sink) error {
	return readAssembly(ctx, t, file, src, opt, sink, map[string]bool{file: true})
}

func readAssembly(ctx context.Context, t *tree, file string, src []byte, opt Options, sink source.Sink, seen map[string]bool) error {
	var m manifest
	if err := json.Unmarshal(src, &m); err != nil {
		sink.Gap(source.Gap{
			Kind: "file", What: file + ": the manifest of the CDK is not valid JSON", Mend: "run cdk synth again", At: location(file, 0), Fatal: true,
		})
		return nil //nolint:nilerr // the gap says it
	}
	if len(m.Missing) > 0 {
		sink.Gap(source.Gap{
			Kind: "variable", What: fmt.Sprintf("%s: %d values the CDK looks up in the account were missing; dummies stand in the templates", file, len(m.Missing)),
			Mend: "run cdk synth with credentials, so that cdk.context.json is filled", At: location(file, 0),
		})
	}
	for _, name := range slices.Sorted(maps.Keys(m.Artifacts)) {
		a := m.Artifacts[name]
		at := a.file(file)
		if at == "" || seen[at] {
			continue
		}
		seen[at] = true
		at, err := t.rel(at)
		var text []byte
		if err == nil {
			text, err = t.read(at, maxFile)
		}
		if err != nil {
			sink.Gap(source.Gap{
				Kind: "file", What: fmt.Sprintf("%s: the template of %s cannot be read", file, clip(name)), Mend: "run cdk synth again", At: location(file, 0), Fatal: true,
			})
			continue
		}
		if a.Type == artifactAssembly {
			err = readAssembly(ctx, t, at, text, opt, sink, seen)
		} else {
			err = readStack(ctx, t, at, text, a.info(name, opt), sink)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// info is what the manifest tells of a stack: aws://123456789012/eu-west-1.
func (a artifact) info(name string, opt Options) stackInfo {
	info := stackInfo{parameters: map[string]string{}, region: opt.Region, account: opt.Account, name: a.Properties.StackName}
	if info.name == "" {
		info.name = name
	}
	if place, ok := strings.CutPrefix(a.Environment, "aws://"); ok {
		account, region, _ := strings.Cut(place, "/")
		if account != "" && known(account) != "" {
			info.account = account
		}
		if region != "" && known(region) != "" {
			info.region = region
		}
	}
	maps.Copy(info.parameters, opt.Parameters)
	for k, v := range a.Properties.Parameters {
		if _, given := info.parameters[k]; !given {
			info.parameters[k] = v
		}
	}
	return info
}
