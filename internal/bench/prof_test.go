package bench

import (
	"os"
	"testing"

	"gongbao/internal/testdb"
)

func TestProf(t *testing.T) {
	name := os.Getenv("BENCH")
	if name == "" {
		return
	}
	database := testdb.Open(t)
	size := Usual
	size.Issues, size.Claims, size.Rows = 1000, 200, 20000
	report, err := Run(t.Context(), Options{Database: database.OwnerAt, Size: size}, name)
	if err != nil {
		t.Fatal(err)
	}
	_ = report.WriteText(os.Stderr)
}
