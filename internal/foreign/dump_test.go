package foreign

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/demarc-sec/demarc/internal/source"
)

func TestDump(t *testing.T) {
	_ = filepath.Walk(os.Getenv("DUMP"), func(p string, i os.FileInfo, err error) error {
		if i.IsDir() || strings.HasSuffix(p, ".csv") {
			return nil
		}
		n := map[string]int{}
		var one Finding
		gaps := 0
		var g1 source.Gap
		k, err := Read(t.Context(), p, func(f Finding) {
			n[[]string{"unknown", "fail", "pass"}[f.Outcome]+map[bool]string{true: "-suppressed"}[f.Suppressed != ""]+" "+string(f.Class)+" "+f.Severity]++
			one = f
		}, func(g source.Gap) { gaps++; g1 = g })
		fmt.Println(strings.TrimPrefix(p, os.Getenv("DUMP")), k, err, n, gaps, g1.What)
		if os.Getenv("V") != "" {
			fmt.Printf("    %+v\n", one)
		}
		return nil
	})
}
