package words

import "fmt"

// Counted is a number with the word of what is counted, in English: "1 word is", "2 words are". Chinese counts all
// alike.
func Counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
