package walk

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// tree makes n files, some hundred in each directory, whose sizes are as those
// of a server: half of them small, few of them large.
func tree(tb testing.TB, n int) string {
	tb.Helper()
	root := os.Getenv("DEMARC_FIM_TREE") // kept between runs, where it is named
	if root == "" {
		root = tb.TempDir()
	} else if root = filepath.Join(root, strconv.Itoa(n)); exists(filepath.Join(root, "done")) {
		return root
	}
	r := rand.New(rand.NewPCG(1, 2))
	buf := make([]byte, 32<<20)
	for i := range buf {
		buf[i] = byte(r.Uint32())
	}
	for i := range n {
		dir := filepath.Join(root, "tree", fmt.Sprintf("d%03d", i/10000), fmt.Sprintf("e%02d", i/100%100))
		if i%100 == 0 {
			if err := os.MkdirAll(dir, 0o755); err != nil {
				tb.Fatal(err)
			}
		}
		size := min(int(3072*math.Exp(r.NormFloat64()*1.7)), len(buf)-n)
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("file-%06d.dat", i)), buf[i:i+size], 0o644); err != nil {
			tb.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(root, "done"), nil, 0o600); err != nil {
		tb.Fatal(err)
	}
	return root
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// files is how many the benchmarks make: DEMARC_FIM_FILES, 20,000 without it.
func files() int {
	if n, err := strconv.Atoi(os.Getenv("DEMARC_FIM_FILES")); err == nil && n > 0 {
		return n
	}
	return 20000
}
