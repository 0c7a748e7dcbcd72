// Package dockerfile reads Dockerfiles and Containerfiles: what an image is
// built from and how it starts.
package dockerfile

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/source/tree"
)

// Kind is what reports call a file that was read, and Type its resource.
const (
	Kind = "dockerfile"
	Type = "dockerfile/Image"
)

// Bounds of one file. Builders refuse larger ones themselves.
const (
	maxFile         = 1 << 20
	maxInstructions = 10_000
)

// Detect tells by its name whether a file is one.
func Detect(name string, _ []byte) bool {
	lower := strings.ToLower(name)
	for _, kind := range []string{"dockerfile", "containerfile"} {
		if lower == kind || strings.HasPrefix(lower, kind+".") && !strings.HasSuffix(lower, ".dockerignore") ||
			strings.HasSuffix(lower, "."+kind) {
			return true
		}
	}
	return false
}

// Read yields the image that the file at name, absolute or relative to base,
// describes: the one its last stage makes. Nothing outside of base is read, and
// locations are relative to it.
//
// Its body has `from`, the images of others it builds on; `final`, of which
// image the last stage is made; `user`; `run`, `env`, `arg`, `add`, `copy`,
// `expose`, `label`, `cmd`, `entrypoint` and `healthcheck` of all stages that
// end up in it. Build arguments without a default are unknown.
//
// Whatever is wrong with the file becomes a Gap. Read returns an error only
// when base cannot be opened or ctx is done.
func Read(ctx context.Context, base, name string, sink source.Sink) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	t, err := tree.Open(base)
	if err != nil {
		return fmt.Errorf("opening %s: %w", base, err)
	}
	defer t.Close()
	file, err := t.Rel(name)
	if err != nil {
		return fmt.Errorf("reading %s: %w", name, err)
	}
	text, err := t.Read(file, maxFile)
	if err != nil {
		sink.Gap(source.Gap{Kind: "file", What: fmt.Sprintf("%s: %v", file, err), Mend: "make it readable, and no larger than 1 MiB", At: estate.Location{File: file}, Fatal: true})
		return nil
	}
	r, gap := image(file, text)
	if gap != nil {
		sink.Gap(*gap)
	}
	if r != nil {
		sink.Resource(r)
	}
	return nil
}

// image parses and evaluates one file.
func image(file string, text []byte) (r *source.Resource, gap *source.Gap) {
	broken := func(line int, what string) *source.Gap {
		return &source.Gap{
			Kind: "file", What: fmt.Sprintf("%s: %s", file, what), Mend: "mend it until it builds",
			At: estate.Location{File: file, Line: line}, Fatal: true,
		}
	}
	defer func() {
		if p := recover(); p != nil { // the parser is another's
			r, gap = nil, broken(0, "cannot be parsed")
		}
	}()
	if len(bytes.TrimSpace(text)) == 0 {
		return nil, broken(0, "is empty")
	}
	parsed, err := parser.Parse(bytes.NewReader(text))
	if err != nil {
		line := 0
		var at *parser.LocationError
		if errors.As(err, &at) && len(at.Locations) > 0 && len(at.Locations[0]) > 0 {
			line = at.Locations[0][0].Start.Line
		}
		return nil, broken(line, firstLine(err))
	}
	if len(parsed.AST.Children) > maxInstructions {
		return nil, broken(0, fmt.Sprintf("more than %d instructions", maxInstructions))
	}
	b := &builder{file: file, args: map[string]any{}, stages: map[string]*stage{}}
	for _, n := range parsed.AST.Children {
		b.instruction(n)
	}
	if b.now == nil {
		return nil, broken(1, "has no FROM, so that nothing is built")
	}
	lines := bytes.Count(text, []byte("\n")) + 1
	return b.resource(lines), nil
}

func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

// resource is the image of the last stage.
func (b *builder) resource(lines int) *source.Resource {
	r := &source.Resource{
		Dialect: estate.Dockerfile, Type: Type, Address: path.Base(b.file), Name: name(b.file), Provider: "containers",
		Root: path.Dir(b.file), Location: estate.Location{File: b.file, Line: 1, EndLine: lines},
		Body: map[string]any{}, Lines: map[string]int{}, Comments: b.comments,
	}
	for _, s := range b.now.chain() { // from the base up: later instructions count
		s.into(r)
	}
	from := []any{}
	for _, s := range b.order {
		if s.external {
			from = append(from, s.image)
		}
	}
	r.Body["from"], r.Lines["from"] = from, b.order[0].line
	r.Body["final"], r.Lines["final"] = b.now.chain()[0].image, b.now.chain()[0].line
	return r
}

// name is what to call the image: the directory, or what the file's name adds.
func name(file string) string {
	base := path.Base(file)
	for _, kind := range []string{"Dockerfile.", "Containerfile.", "dockerfile."} {
		if rest, ok := strings.CutPrefix(base, kind); ok {
			return rest
		}
	}
	if stem, ok := strings.CutSuffix(strings.ToLower(base), ".dockerfile"); ok {
		return stem
	}
	if dir := path.Base(path.Dir(file)); dir != "." && dir != "/" {
		return dir
	}
	return base
}
