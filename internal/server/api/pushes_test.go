package api_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"github.com/demarc-sec/demarc/internal/server/api"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
)

// Results come plain or compressed; what is neither is refused.
func TestGzip(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		path := fmt.Sprintf("/api/v1/sources/%d/results?revision=abc", w.source)
		var zipped bytes.Buffer
		z := gzip.NewWriter(&zipped)
		text, err := json.Marshal(object{"tool": "demarc"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := z.Write(text); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		push := func(text []byte, encoding string) answer {
			return w.do(w.tokens["contributor"], http.MethodPost, path, text, "Content-Encoding", encoding)
		}
		var job api.Job
		w.wants("compressed", push(zipped.Bytes(), "gzip"), 202).read(t, &job)
		if job.Reason != "push" || job.Revision != "abc" {
			t.Errorf("%+v", job)
		}
		w.wants("plain", push(text, "identity"), 202)
		w.refused("called compressed", push(text, "gzip"), 422, "invalid")
		w.refused("cut off", push(zipped.Bytes()[:zipped.Len()/2], "gzip"), 422, "invalid")
		w.refused("of another kind", push(text, "br"), 415, "unsupported-media-type")
		w.refused("no assessment", push([]byte("[]"), "identity"), 422, "invalid")
		w.refused("too large for what carries no file", w.do(w.tokens["administrator"], http.MethodPost, "/api/v1/groups", bytes.Repeat([]byte(" "), 2<<20)), 413, "too-large")
	})
}
