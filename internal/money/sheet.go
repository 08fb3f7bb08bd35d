package money

import (
	"fmt"
	"math"
)

const (
	sheetFenMax    = 1e15 // fifteen digits, which is all a spreadsheet keeps and well below 2^53
	sheetTolerance = 1e-6 // of a fen: more than a sum in floats is off by, less than anybody means
)

// SheetNumber reads a spreadsheet cell that holds yuan. It is the one place where a float comes near money: the
// cell must be a whole number of fen, either to a millionth of a fen or as the float nearest to that number of fen
// (a large float cannot come closer), and must have no more than the fifteen digits that a spreadsheet keeps
// apart.
func SheetNumber(yuan float64) (Amount, error) {
	fen := yuan * 100
	if math.IsNaN(fen) || math.Abs(fen) > sheetFenMax {
		return Amount{}, fmt.Errorf("the cell %v is not a number of yuan with at most fifteen digits", yuan)
	}
	whole := math.Round(fen)
	if math.Abs(fen-whole) > sheetTolerance && whole/100 != yuan {
		return Amount{}, fmt.Errorf("the cell %v is not a whole number of fen; an amount is never rounded", yuan)
	}
	return Fen(int64(whole)), nil
}

// ToSheet is the amount in yuan as the number that a spreadsheet keeps, and whether it is exact: SheetNumber reads the
// very same amount from it. What a spreadsheet could not keep apart, and what is no renminbi, is to be written as text.
func (a Amount) ToSheet() (yuan float64, exact bool) {
	yuan = float64(a.fen) / 100
	back, err := SheetNumber(yuan)
	return yuan, err == nil && back == a
}
