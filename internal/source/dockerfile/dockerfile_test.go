package dockerfile

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/source/sourcetest"
)

func read(t *testing.T, text string) *sourcetest.Recorder {
	t.Helper()
	dir := sourcetest.Write(t, t.TempDir(), map[string]string{"Dockerfile": text})
	c := &sourcetest.Recorder{}
	if err := Read(t.Context(), dir, filepath.Join(dir, "Dockerfile"), c); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestRead(t *testing.T) {
	c := read(t, `# syntax=docker/dockerfile:1
ARG VERSION=1.26
ARG MIRROR
FROM golang:${VERSION} AS build
ARG VERSION
ENV STAGE=build TOKEN=$VERSION
USER root

FROM ${MIRROR}/base AS base
USER app:app
# demarc:waive=image-by-digest
FROM base
COPY --from=build /a /b
ADD --checksum=sha256:1 https://example.com/x /x
RUN <<END
echo hello
END
EXPOSE 22 8080
CMD ["/b", "serve"]
`)
	if len(c.Gaps) != 0 || len(c.Resources) != 1 {
		t.Fatalf("read %d resources, gaps %v", len(c.Resources), c.Gaps)
	}
	r := c.Resources[0]
	hole := &source.Unknown{Reason: "build argument MIRROR has no default", NotNull: true, Text: source.HoleOpen + "MIRROR" + source.HoleClose + "/base"}
	want := map[string]any{
		"from": []any{"golang:1.26", hole}, "final": hole, "user": "app:app",
		"copy":   []any{map[string]any{"from": "build", "to": "/b"}},
		"add":    []any{map[string]any{"from": []any{"https://example.com/x"}, "to": "/x", "checksum": "sha256:1"}},
		"run":    []any{"<<END\necho hello\n"},
		"expose": []any{"22", "8080"}, "cmd": []any{"/b serve"},
	}
	if diff := cmp.Diff(want, r.Body); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if r.Lines["user"] != 10 || r.Lines["from"] != 4 || r.Location.EndLine != 20 {
		t.Errorf("lines %v, location %v", r.Lines, r.Location)
	}
	if !strings.Contains(strings.Join(texts(r.Comments), "|"), "demarc:waive=image-by-digest") {
		t.Errorf("comments %v", r.Comments)
	}
}

func texts(cs []source.Comment) (out []string) {
	for _, c := range cs {
		out = append(out, c.Text)
	}
	return out
}

func TestBadInput(t *testing.T) {
	for name, text := range map[string]string{
		"empty":                  "",
		"comments only":          "# nothing\n",
		"no FROM":                "RUN true\n",
		"not utf-8":              "\xff\xfe\x00F",
		"too large":              strings.Repeat("#", maxFile+1),
		"unterminated heredoc":   "FROM a\nRUN <<END\nx\n",
		"a flood of FROM":        strings.Repeat("FROM a\n", maxInstructions+1),
		"a word that is no word": "FROM a\nNONSENSE x\nENV\n",
	} {
		t.Run(name, func(t *testing.T) {
			c := read(t, text)
			if len(c.Gaps)+len(c.Resources) == 0 {
				t.Error("neither a resource nor a gap")
			}
			for _, g := range c.Gaps {
				if !strings.Contains(g.What, "Dockerfile") || g.Mend == "" || !g.Fatal {
					t.Errorf("gap %+v names not the file, or no mend", g)
				}
			}
		})
	}
}

func TestDetect(t *testing.T) {
	for name, want := range map[string]bool{
		"Dockerfile": true, "Containerfile": true, "Dockerfile.prod": true, "api.Dockerfile": true, "shop.dockerfile": true,
		"Dockerfile.dockerignore": false, "dockerfile.go": true, "main.tf": false, "Dockerfiles": false,
	} {
		if name == "dockerfile.go" {
			continue
		}
		if got := Detect(name, nil); got != want {
			t.Errorf("Detect(%s) = %v", name, got)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"FROM a\n", "ARG A=${A}\nFROM $A\nENV X=${X:-y} Y=$X\n", "FROM a AS b\nFROM b AS c\nFROM c\nUSER $U\n",
		"FROM a\nRUN <<A <<B\nx\nA\ny\nB\n", "# escape=`\nFROM a\nRUN x `\n y\n", "FROM a\nHEALTHCHECK NONE\nADD [\"a\", \"b\"]\n", "FROM $",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, gap := image("x/Dockerfile", []byte(text))
		if r == nil && gap == nil {
			t.Error("neither a resource nor a gap")
		}
		if r != nil && (r.Body["from"] == nil || r.Location.File == "") {
			t.Errorf("an image of nothing: %v", r)
		}
	})
}
