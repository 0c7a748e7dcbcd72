package export

import (
	"bytes"
	"encoding/csv"
	"errors"
	"iter"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/demarc-sec/demarc/internal/inventory"
)

var hostile = []string{"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u00a0=1", "＝1", "=HYPERLINK(\"http://x\",\"y\")", "\n=1"}

func sheet() Sheet {
	return Sheet{Name: "list", Columns: []string{"Name", "Count", "At"}, Rows: func(yield func([]any, error) bool) {
		for _, h := range hostile {
			if !yield([]any{h, 7, time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)}, nil) {
				return
			}
		}
		yield([]any{"fine <b>, \"quoted\"\nand more", 0, time.Time{}}, nil)
	}}
}

func TestCSV(t *testing.T) {
	w := httptest.NewRecorder()
	if err := Write(w, "csv", sheet()); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(w.Body).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != len(hostile)+2 {
		t.Fatalf("%d rows", len(rows))
	}
	for _, r := range rows[1 : len(hostile)+1] {
		if !strings.HasPrefix(r[0], "'") {
			t.Errorf("%q would be taken for a formula", r[0])
		}
		if r[1] != "7" || r[2] != "2026-11-28T12:00:00Z" {
			t.Errorf("%q", r)
		}
	}
	if last := rows[len(rows)-1]; last[0] != "fine <b>, \"quoted\"\nand more" || last[2] != "" {
		t.Errorf("%q", last)
	}
	if !strings.Contains(w.Header().Get("Content-Disposition"), "list.csv") {
		t.Error(w.Header())
	}
}

func TestXLSX(t *testing.T) {
	w := httptest.NewRecorder()
	if err := Write(w, "xlsx", sheet()); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(bytes.NewReader(w.Body.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := book.Close(); err != nil {
			t.Error(err)
		}
	})
	rows, err := book.GetRows("list")
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != len(hostile)+2 || rows[0][0] != "Name" || rows[1][1] != "7" {
		t.Fatalf("%q", rows)
	}
	for i, r := range rows[1 : len(hostile)+1] {
		formula, err := book.GetCellFormula("list", "A"+string(rune('2'+i%8)))
		if err != nil || formula != "" {
			t.Errorf("formula %q, %v", formula, err)
		}
		if !strings.HasPrefix(r[0], "'") {
			t.Errorf("%q would be taken for a formula once it is CSV", r[0])
		}
	}
}

var errBroken = errors.New("broken")

// An error before the first row can be shown; one after it breaks off.
func TestBroken(t *testing.T) {
	rows := func(after int) iter.Seq2[[]any, error] {
		return Pages(func(cursor string) (inventory.Page[int], error) {
			if len(cursor) == after {
				return inventory.Page[int]{}, errBroken
			}
			return inventory.Page[int]{Items: []int{1, 2}, Next: cursor + "x"}, nil
		}, func(n *int) []any { return []any{*n} })
	}
	w := httptest.NewRecorder()
	if err := Write(w, "csv", Sheet{Name: "x", Columns: []string{"N"}, Rows: rows(0)}); !errors.Is(err, errBroken) || w.Body.Len() > 0 {
		t.Errorf("%v, %q", err, w.Body)
	}
	for _, format := range Formats {
		func() {
			defer func() {
				if r := recover(); r != http.ErrAbortHandler { //nolint:errorlint // the very value that net/http looks for
					t.Errorf("%s: a part was passed off as the whole: %v", format, r)
				}
			}()
			if err := Write(httptest.NewRecorder(), format, Sheet{Name: "x", Columns: []string{"N"}, Rows: rows(2)}); err != nil {
				t.Error(err)
			}
		}()
	}
}
