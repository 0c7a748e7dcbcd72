package tfplan

import (
	"bytes"
	"os"
	"testing"

	"github.com/demarc-sec/demarc/internal/source/sourcetest"
)

func FuzzPlan(f *testing.F) {
	seed(f, "testdata/small-plan.json")
	f.Fuzz(fuzzRead)
}

func FuzzState(f *testing.F) {
	f.Add([]byte(`{"format_version":"1.0","values":{"root_module":{"resources":[{"address":"aws_x.y[0]","mode":"managed","type":"aws_x","name":"y",
"values":{"arn":"arn:aws:sqs:eu-west-1:123456789012:q"}}],"child_modules":[{"address":"module.m"}]}}}`))
	f.Add([]byte(`{"version":4,"terraform_version":"1.9.0","lineage":"x","resources":[{"module":"module.m","mode":"data","type":"aws_x","name":"y",
"instances":[{"index_key":"a","attributes":{"b":[1.5,true,null]}}]}]}`))
	f.Fuzz(fuzzRead)
}

func seed(f *testing.F, path string) {
	f.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
}

// fuzzRead wants a verdict on every input: resources that name themselves, or
// an error.
func fuzzRead(t *testing.T, data []byte) {
	var sink sourcetest.Recorder
	err := readFrom(t.Context(), "f.json", bytes.NewReader(data), &sink)
	if err != nil && gapOf("f.json", err).What == "" {
		t.Error("a gap that says nothing")
	}
	kind, detectErr := Detect(bytes.NewReader(data))
	if (kind == "" || detectErr != nil) && err == nil {
		t.Error("nothing recognised, and no error")
	}
	for _, r := range sink.Resources {
		if r.Type == "" || r.Address == "" || r.Body == nil || r.Location.Line < 1 || r.Location.Line > bytes.Count(data, []byte("\n"))+1 {
			t.Errorf("resource %+v", r)
		}
	}
}
